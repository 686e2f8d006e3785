"""Numbers said in words, written in digits: «двадцать пятого» → «25го», «полвосьмого» → «7:30»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from chalicelib.patterns import lazy

_UNITS_SAID = """
    0 ноль нуль ноля нуля нулей
    1 один одним
    2 два две двух двум двумя
    3 три трех трем тремя
    4 четыре четырех четырем четырьмя
    5 пять пяти пятью
    6 шесть шести шестью
    7 семь семи семью
    8 восемь восьми восемью
    9 девять девяти девятью
"""
_TEENS_SAID = """
    10 десят 11 одиннадцат 12 двенадцат 13 тринадцат 14 четырнадцат 15 пятнадцат 16 шестнадцат 17 семнадцат
    18 восемнадцат 19 девятнадцат 11 одинадцат 12 двенацат 15 пятнацат
"""
_TENS_SAID = """
    20 двадцать двадцати двадцатью двацать двацати
    30 тридцать тридцати тридцатью
    40 сорок сорока
    50 пятьдесят пятидесяти
    60 шестьдесят шестидесяти
    70 семьдесят семидесяти
    80 восемьдесят восьмидесяти
    90 девяносто девяноста
"""
_HUNDREDS_SAID = """
    100 сто 200 двести 300 триста 400 четыреста 500 пятьсот 600 шестьсот 700 семьсот 800 восемьсот 900 девятьсот
"""
_ORDINALS_SAID = """
    1 перв 2 втор 3 треть 4 четверт 5 пят 6 шест 7 седьм 8 восьм 9 девят 10 десят 11 одиннадцат 12 двенадцат
    13 тринадцат 14 четырнадцат 15 пятнадцат 16 шестнадцат 17 семнадцат 18 восемнадцат 19 девятнадцат 20 двадцат
    20 двацат 30 тридцат
"""
_ORDINAL_ENDINGS = {
    **dict.fromkeys(("ого", "его", "ова", "ому", "ему"), "го"),
    **dict.fromkeys(("ое", "е"), "е"),
    **dict.fromkeys(("ой", "ая", "ую"), "й"),
}


class _Number(NamedTuple):
    """The number a word names. Below ``room`` a following number joins it: «двадцать» and «пять» are 25.

    ``ending`` is what an ordinal keeps.
    """

    value: int
    room: int = 0
    ending: str = ""


def _pairs(said: str) -> Iterator[tuple[int, str]]:
    words = said.split()
    return ((int(number), word) for number, word in zip(words[::2], words[1::2], strict=True))


def _rows(said: str) -> Iterator[tuple[int, str]]:
    for row in said.strip().splitlines():
        number, *words = row.split()
        yield from ((int(number), word) for word in words)


@lru_cache(maxsize=1)
def _numbers() -> dict[str, _Number]:
    """Every number word; that of a cardinal wins over the same form of an ordinal."""
    known = {
        base + said: _Number(number, 0, kept)
        for number, base in _pairs(_ORDINALS_SAID)
        for said, kept in _ORDINAL_ENDINGS.items()
    }
    known |= {word: _Number(number, 100) for number, word in _pairs(_HUNDREDS_SAID)}
    known |= {word: _Number(number, 10) for number, word in _rows(_TENS_SAID)}
    known |= {base + end: _Number(number) for number, base in _pairs(_TEENS_SAID) for end in ("ь", "и", "ью")}
    return known | {word: _Number(number) for number, word in _rows(_UNITS_SAID)}


_WORDS = lazy(r"([а-я]+)")
_HOURS = [base for _, base in _pairs(_ORDINALS_SAID)][:12]
_OF_HOUR = "|".join(_HOURS)

# «Полвосьмого» is half an hour short of eight, «четверть пятого» a quarter past four.
# Each with letters it cannot do without, so that few texts are ever searched for it.
_SAID_OF_HOURS = (
    ("пол", rf"\bпол-?({_OF_HOUR})(?:[ео][гв][оа]|[ое]му)\b", lambda half: f"пол {_hour(half[1])}го"),
    ("часу", rf"\bв ({_OF_HOUR})[ое]м часу\b", lambda going: f"в {_before(_hour(going[1]))}:00"),
    (
        "а в ",
        rf"\bа в ({_OF_HOUR})[ое]м(?= часу|\W*$)",
        lambda going: f"а между {_before(_hour(going[1]))} и {_hour(going[1])}",
    ),
    ("часом", r"\bи часом\b", lambda _: "и 1 час"),
    (
        "час",
        r"\b(в|к|до|после|около|с|без \d+) час[ау]?\b(?! пик)|\b(на )?час(?= дня| ночи)",
        lambda one: f"{one[1] or (one[2] or '').strip()} 1 час".strip(),
    ),
)
_SAID_WITH_NUMBERS = (
    (
        "пол",
        r"\bпол(?:овин[аеуы] |[- ])?(\d{1,2})(?:го|ого)?\b",
        lambda half: f"{_before(int(half[1]))}:30",
    ),
    ("четверт", r"\bчетверт[ьи] (\d{1,2})го\b", lambda quarter: f"{_before(int(quarter[1]))}:15"),
    ("минут", r"\b(\d{1,2}) минут (\d{1,2})го\b", lambda past: f"{_before(int(past[2]))}:{int(past[1]):02}"),
    ("в начале", r"\bв начале (\d{1,2})го\b(?! числ)", lambda begun: f"в {_before(int(begun[1]))}:00"),
    ("без ", r"\bбез (четверти|\d{1,2})(?: минут)? (\d{1,2}|час)\b(?!го)", lambda short: _short_of(short)),
)


@lru_cache(maxsize=64)
def in_digits(text: str) -> str:
    """A normalised text with its numbers in digits; ordinals keep «го» or «е», clock phrases become H:MM."""
    for letters, pattern, meant in _SAID_OF_HOURS:
        if letters in text:
            text = re.sub(pattern, meant, text)
    text = _runs_in_digits(text)
    for letters, pattern, meant in _SAID_WITH_NUMBERS:
        if letters in text:
            text = re.sub(pattern, meant, text)
    return text


def _hour(base: str) -> int:
    return _HOURS.index(base) + 1


def _before(hour: int) -> int:
    return 12 if hour == 1 else (hour - 1) % 24


def _short_of(match: re.Match[str]) -> str:
    minutes = 15 if match[1] == "четверти" else int(match[1])
    hour = 1 if match[2] == "час" else int(match[2])
    return f"{_before(hour)}:{60 - minutes:02}" if 0 < minutes < 60 else match[0]


# ---------------------------------------------------------------- words joined into numbers


def _runs_in_digits(text: str) -> str:
    """Every run of number words as numbers: what is between words stays."""
    known = _numbers()
    if known.keys().isdisjoint(_WORDS.findall(text)):
        return text
    pieces = _WORDS.split(text)  # between words, word, between words, …
    out, at = [pieces[0]], 1
    while at < len(pieces):
        end = at
        while end < len(pieces) and pieces[end] in known and (end == at or pieces[end - 1] == " "):
            end += 2
        if end == at or (end == at + 2 and known[pieces[at]].ending == "й"):  # «вторая» counts, «26й» is a number
            out += pieces[at : at + 2]
            at += 2
            continue
        short = at > 1 and pieces[at - 2] == "без"
        out += [_spelled([known[word] for word in pieces[at:end:2]], short=short), pieces[end - 1]]
        at = end
    return "".join(out)


def _spelled(said: list[_Number], *, short: bool) -> str:
    """The numbers of a run; of «без двадцати шесть» the last one is the hour."""
    if short and len(said) > 1:
        return " ".join(_joined(said[:-1]) + _joined(said[-1:]))
    return " ".join(_joined(said))


def _joined(said: list[_Number]) -> list[str]:
    """Numbers joined the way they are said: a hundred, a ten and a unit are one number, two tens are two."""
    numbers: list[str] = []
    total, room = 0, 0  # only a number below ``room`` may still be added to ``total``
    for number in said:
        if 0 < number.value < room:
            total += number.value
            numbers[-1] = f"{total}{number.ending}"
        else:
            total = number.value
            numbers.append(f"{total}{number.ending}")
        room = number.room
    return numbers
