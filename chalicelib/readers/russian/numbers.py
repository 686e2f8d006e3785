"""Numbers said in words, written in digits: «двадцать пятого» → «25го», «полвосьмого» → «7:30»."""

from __future__ import annotations

import re
from functools import lru_cache

_UNITS = {
    "ноль": 0, "нуль": 0, "ноля": 0, "один": 1, "два": 2, "две": 2, "двух": 2, "двум": 2, "двумя": 2, "три": 3,
    "трех": 3, "трем": 3, "тремя": 3, "четыре": 4, "четырех": 4, "четырем": 4, "четырьмя": 4, "пять": 5, "пяти": 5,
    "пятью": 5, "шесть": 6, "шести": 6, "шестью": 6, "семь": 7, "семи": 7, "семью": 7, "восемь": 8, "восьми": 8,
    "восемью": 8, "девять": 9, "девяти": 9, "девятью": 9,
}  # fmt: skip
_TEENS = {
    base + ending: number
    for number, base in enumerate(
        [
            "десят",
            "одиннадцат",
            "двенадцат",
            "тринадцат",
            "четырнадцат",
            "пятнадцат",
            "шестнадцат",
            "семнадцат",
            "восемнадцат",
            "девятнадцат",
        ],
        start=10,
    )
    for ending in ("ь", "и", "ью")
} | {"одинадцать": 11, "одинадцати": 11, "пятнадцать": 15}
_TENS = {
    "двадцать": 20, "двадцати": 20, "тридцать": 30, "тридцати": 30, "сорок": 40, "сорока": 40, "пятьдесят": 50,
    "пятидесяти": 50, "шестьдесят": 60, "шестидесяти": 60, "семьдесят": 70, "семидесяти": 70, "восемьдесят": 80,
    "восьмидесяти": 80, "девяносто": 90, "девяноста": 90,
}  # fmt: skip
_HUNDREDS = {
    "сто": 100, "двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700,
    "восемьсот": 800, "девятьсот": 900,
}  # fmt: skip
_ORDINALS = {
    "перв": 1, "втор": 2, "треть": 3, "четверт": 4, "пят": 5, "шест": 6, "седьм": 7, "восьм": 8, "девят": 9,
    "десят": 10, "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13, "четырнадцат": 14, "пятнадцат": 15,
    "шестнадцат": 16, "семнадцат": 17, "восемнадцат": 18, "девятнадцат": 19, "двадцат": 20, "тридцат": 30,
}  # fmt: skip
_ORDINAL_BASE = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_ORDINAL = rf"(?:{_ORDINAL_BASE})(?:ого|его|ова|ое|е|ому|ему)"
_CARDINAL = "|".join(sorted(_UNITS | _TEENS | _TENS | _HUNDREDS, key=len, reverse=True))
_RUN = re.compile(rf"\b(без )?((?:{_CARDINAL}|{_ORDINAL})(?: (?:{_CARDINAL}|{_ORDINAL}))*)\b")

# «полвосьмого» is half an hour short of eight, «четверть пятого» a quarter past four.
_HALF = re.compile(r"\b(?:пол(?:овин[аеуы] |-| )?(\d{1,2})(?:го|ого)|пол(?:овин[аеуы] |[- ])?(\d{1,2}))\b")
_QUARTER = re.compile(r"\b(?:четверть|четверти) (\d{1,2})го\b")
_PAST = re.compile(r"\b(\d{1,2}) минут (\d{1,2})го\b")
_GOING = re.compile(r"\bв (перв|втор|треть|четверт|пят|шест|седьм|восьм|девят|десят|одиннадцат|двенадцат)[ое]м часу\b")
_BEGUN = re.compile(r"\bв начале (\d{1,2})го\b(?! числ)")
_SHORT_OF = re.compile(r"\bбез (четверти|\d{1,2})(?: минут)? (\d{1,2}|час)\b(?!го)")
_GLUED_HALF = re.compile(rf"\bпол-?({_ORDINAL_BASE})[ео][гв][оа]\b")
_ONE_O_CLOCK = re.compile(r"\b(в|к|до|после|около|с|без \d+) час[ау]?\b(?! пик)|\b(на )?час(?= дня| ночи)")


@lru_cache(maxsize=64)
def in_digits(text: str) -> str:
    """A normalised text with its numbers in digits; ordinals keep «го» or «е», clock phrases become H:MM."""
    text = _GLUED_HALF.sub(lambda half: f"пол {_ORDINALS[half[1]]}го", text)
    text = _GOING.sub(lambda going: f"в {_before(_ORDINALS[going[1]])}:00", text)
    text = _ONE_O_CLOCK.sub(lambda one: f"{one[1] or (one[2] or '').strip()} 1 час".strip(), text)
    text = _RUN.sub(_merged, text)
    text = _HALF.sub(lambda half: f"{_before(int(half[1] or half[2]))}:30", text)
    text = _QUARTER.sub(lambda quarter: f"{_before(int(quarter[1]))}:15", text)
    text = _PAST.sub(lambda past: f"{_before(int(past[2]))}:{int(past[1]):02}", text)
    text = _BEGUN.sub(lambda begun: f"в {_before(int(begun[1]))}:00", text)
    return _SHORT_OF.sub(_short_of, text)


def _short_of(match: re.Match[str]) -> str:
    minutes = 15 if match[1] == "четверти" else int(match[1])
    hour = 1 if match[2] == "час" else int(match[2])
    return f"{_before(hour)}:{60 - minutes:02}" if 0 < minutes < 60 else match[0]


def _before(hour: int) -> int:
    return 12 if hour == 1 else hour - 1


def _merged(run: re.Match[str]) -> str:
    """The numbers of a run of number words; «без двадцати шесть» are two, the last of them the hour."""
    short, said = run[1] or "", run[2].split()
    if short and len(said) > 1:
        return short + " ".join(_joined(said[:-1]) + _joined(said[-1:]))
    return short + " ".join(_joined(said))


def _joined(said: list[str]) -> list[str]:
    """Number words joined the way they are said: a hundred, a ten and a unit are one number, two tens are two."""
    numbers: list[str] = []
    total, room = 0, 0  # only a number below ``room`` may still be added to ``total``
    for word in said:
        value, places, suffix = _value(word)
        if 0 < value < room:
            total += value
            numbers[-1] = f"{total}{suffix}"
        else:
            total = value
            numbers.append(f"{total}{suffix}")
        room = places
    return numbers


def _value(word: str) -> tuple[int, int, str]:
    """The number a word names, below what a following word must be to join it, and the ending of an ordinal."""
    for table, room in ((_HUNDREDS, 100), (_TENS, 10), (_TEENS, 0), (_UNITS, 0)):
        if word in table:
            return table[word], room, ""
    base = max((base for base in _ORDINALS if word.startswith(base)), key=len)
    return _ORDINALS[base], 0, "е" if word.endswith("е") else "го"
