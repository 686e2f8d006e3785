"""The vocabulary of days and hours (day_words.txt), and the mending of its words when they are mistyped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.readers.russian.words import alike

_LIST = Path(__file__).with_name("day_words.txt")
_TATAR = str.maketrans("әөүҗңһ", "эоужнх")
_LONGEST_EXPRESSION = 4
_SHORTEST_MISTYPED = 5


class Meaning(NamedTuple):
    """What a word is to the grammar: ``kind`` is its name in the rules, ``value`` a number or a part of the day."""

    kind: str
    value: int | str | None = None


class Vocabulary(NamedTuple):
    """``whole``: expressions as tuples of words. ``beginnings``: by first letters, the stems any ending may follow."""

    whole: dict[tuple[str, ...], Meaning]
    beginnings: dict[str, tuple[tuple[str, Meaning], ...]]
    openers: frozenset[str]
    kinds: frozenset[str]

    def expression(self, words: list[str], at: int) -> tuple[int, Meaning] | None:
        """The longest expression that starts at this word, and how many words it has."""
        if _russian(words[at]) in self.openers:
            for length in range(min(_LONGEST_EXPRESSION, len(words) - at), 1, -1):
                meaning = self.whole.get(tuple(map(_russian, words[at : at + length])))
                if meaning:
                    return length, meaning
        meaning = meaning_of(words[at])
        return (1, meaning) if meaning else None


@lru_cache(maxsize=5000)
def meaning_of(word: str) -> Meaning | None:
    """What one word is."""
    known = vocabulary()
    meaning = known.whole.get((_russian(word),))
    if meaning:
        return meaning
    return next((kind for stem, kind in known.beginnings.get(word[:2], ()) if word.startswith(stem)), None)


@lru_cache(maxsize=5000)
def _russian(word: str) -> str:
    """A word with the letters that only Tatar has as they are typed on a Russian keyboard."""
    return word.translate(_TATAR)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The list, read once a process."""
    whole: dict[tuple[str, ...], Meaning] = {}
    beginnings: dict[str, list[tuple[str, Meaning]]] = {}
    kinds = set()
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        head, *said = line.split()
        meaning = _meaning(head)
        kinds.add(meaning.kind)
        for expression in said:
            if expression.endswith("*"):
                beginnings.setdefault(expression[:2], []).append((expression[:-1], meaning))
            else:
                words = tuple(expression.translate(_TATAR).split("_"))
                whole.setdefault(words, meaning)
    openers = frozenset(words[0] for words in whole if len(words) > 1)
    # Of two stems the longer one says more.
    ordered = {key: tuple(sorted(stems, key=lambda one: -len(one[0]))) for key, stems in beginnings.items()}
    return Vocabulary(whole, ordered, openers, frozenset(kinds))


def _meaning(head: str) -> Meaning:
    kind, _, value = head.partition(":")
    return Meaning(kind, int(value) if value.isdigit() else value or None)


# ---------------------------------------------------------------- typos

_FORMS_SAID = """
    понедельник понедельника понедельнику вторник вторника вторнику четверг четвергу четверга пятница пятницу пятницы
    пятнице суббота субботу субботы субботе воскресенье воскресенья воскресенью выходные выходных выходным сегодня
    завтра послезавтра вечером вечера недели неделю неделе следующий следующую следующей следующая следующее следующие
    ближайший ближайшую ближайшее января февраля апреля августа сентября октября ноября декабря половина половине
    послеобеда добрый доброго доброе
"""
_RIGHT = tuple(_FORMS_SAID.split())
"""The forms that mistyped words are mended to."""
_OWN_WORDS_SAID = """
    завтрак завтрака завтраки завтраку четверть четверти четвертого половины половину вечеров вечеру вечерам недель
    неделя субботам понедельникам вторникам четвергам пятницам выходного входные входных вечерами неделями добром
    добрая доброй январе феврале апреле августе сентябре октябре ноябре декабре январь февраль апрель август сентябрь
    октябрь ноябрь декабрь следующего следующем следующим ближайшие половин
"""
_OWN_WORDS = frozenset((*_RIGHT, *_OWN_WORDS_SAID.split()))


@lru_cache(maxsize=1)
def _by_initial() -> dict[str, tuple[str, ...]]:
    initials = {word[0] for word in _RIGHT}
    return {letter: tuple(word for word in _RIGHT if word[0] == letter) for letter in initials}


@lru_cache(maxsize=5000)
def mended(word: str) -> str:
    """A day word without its typo: «понедельнк» → «понедельник»; any other word as it is."""
    if len(word) < _SHORTEST_MISTYPED or word in _OWN_WORDS or meaning_of(word):
        return word
    return next((right for right in _by_initial().get(word[0], ()) if _may_be(right, word)), word)


def _may_be(right: str, word: str) -> bool:
    return abs(len(right) - len(word)) <= 1 and alike(word, right)
