"""A small pattern language over words whose kinds are known: «through number? week in? weekday».

A text is a row of marked words, one letter for the kind of each, so that a rule is a short regular expression over
kinds and its match is a span of words. In a rule

* ``week`` is a word of that kind, ``in|onto`` of one of these, ``.`` of any; after it ``?``: there or not, ``+``: some,
  ``*``: some or none;
* ``low( number hour? )`` names a group, ``( … | … )`` is one of two; its bracket, too, may have ``?``, ``+`` or ``*``;
* ``<in`` must stand before and ``>in`` follow, ``<!in`` must not stand before, nor ``!in`` follow; ``^`` and ``$`` are
  the ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from chalicelib.readers.russian.day_words import vocabulary


class Word(NamedTuple):
    """A word, number or sign of a text: where it stands, what it is, and its value if it has one.

    ``value``: a number; minutes from midnight; a part of the day; (day, month) or (day, month, year).
    """

    text: str
    start: int
    end: int
    kind: str
    value: int | str | tuple[int, ...] | None = None


UNKNOWN = "unknown"
# Kinds that do not come from the vocabulary: numbers, signs, and the marks of what has been read.
_OTHER_KINDS = (
    "number", "ordinal", "neuter", "adjective", "large", "year", "four_digits", "clock", "dotted", "slashed",
    "full_date", "comma", "stop", "dash", "bracket", "percent", "plus", "a_day", "an_hour", "out", UNKNOWN,
)  # fmt: skip
_MARKS = ("a_day", "an_hour", "out")
_FIRST_LETTER = 0x4E00  # letters that mean nothing to a regular expression


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    kinds = dict.fromkeys((*sorted(vocabulary().kinds), *_OTHER_KINDS))
    return {kind: chr(_FIRST_LETTER + place) for place, kind in enumerate(kinds)}


@dataclass
class Row:
    """The words of a text while it is read: what a rule has taken is marked, so that no other rule takes it again."""

    words: tuple[Word, ...]
    kinds: str
    present: int
    """A bit for every kind that has stood in it, the marks among them."""

    @classmethod
    def of(cls, words: Iterable[Word]) -> Row:
        words = tuple(words)
        letters = _letters()
        kinds = "".join([letters[word.kind] for word in words])
        return cls(words, kinds, _bits({*kinds, *(letters[mark] for mark in _MARKS)}))

    def matches(self, rule: str) -> Iterable[re.Match[str]]:
        """Where the rule matches; ``start()`` and ``end()`` of a match count words."""
        present = self.present
        for kinds in needed(rule):
            if not kinds & present:
                return ()
        return compiled(rule).finditer(self.kinds)

    def clause(self, first: int, last: int, *also: str) -> range:
        """The places of the clause around some words: from sign to sign, or to «а», «но», or words of ``also``."""
        ends = _letters_of(("comma", "stop", "dash", "bracket", "but", *also))
        while first > 0 and (self.kinds[first - 1] not in ends or self._is_hyphen(first - 1)):
            first -= 1
        while last + 1 < len(self.kinds) and (self.kinds[last + 1] not in ends or self._is_hyphen(last + 1)):
            last += 1
        return range(first, last + 1)

    def _is_hyphen(self, place: int) -> bool:
        """Whether a dash touches the words on both its sides: «сход-развал»."""
        if not (self.is_at(place, "dash") and 0 < place < len(self.words) - 1):
            return False
        before, dash, after = self.words[place - 1 : place + 2]
        return before.end == dash.start and dash.end == after.start

    def mark(self, start: int, end: int, kind: str) -> None:
        """Words ``start`` to ``end`` are from now on of this kind."""
        self.kinds = self.kinds[:start] + _letters()[kind] * (end - start) + self.kinds[end:]

    def is_at(self, place: int, *kinds: str) -> bool:
        """Whether the word there is of one of these kinds, as things stand; no word is of none."""
        return 0 <= place < len(self.kinds) and self.kinds[place] in _letters_of(kinds)


@lru_cache(maxsize=512)
def _letters_of(kinds: tuple[str, ...]) -> str:
    return "".join(_letters()[kind] for kind in kinds)


class Span(NamedTuple):
    """The words a rule has matched."""

    match: re.Match[str]
    row: Row

    @property
    def words(self) -> tuple[Word, ...]:
        return self.row.words[self.match.start() : self.match.end()]

    def first(self, *kinds: str) -> Word | None:
        """The first word of these kinds."""
        return next((word for word in self.words if word.kind in kinds), None)

    def number(self, *kinds: str) -> int | None:
        """The value of the first word of these kinds."""
        word = self.first(*kinds)
        return int(str(word.value)) if word else None

    def value(self) -> int:
        """The value of the first word."""
        return int(str(self.words[0].value))

    def led_by(self, *kinds: str) -> bool:
        """Whether a word of these kinds stands before."""
        return self.row.is_at(self.match.start() - 1, *kinds)


@lru_cache(maxsize=512)
def needed(rule: str) -> tuple[int, ...]:
    """Sets of kinds, as bits: a text must have one of each for the rule to match. So few rules are ever compiled."""
    depth, found = 0, []
    for item in rule.split():
        if item.endswith("("):
            depth += 1
        elif item.startswith(")"):
            depth -= 1
        elif not depth and item[0] not in "!<>^$.|" and item[-1] not in "?*":
            found.append(_bits(_one_of(item.removesuffix("+"))[1:-1]))
    return tuple(sorted(found, key=int.bit_count))  # what fewer kinds can be is missing sooner


def _bits(letters: Iterable[str]) -> int:
    return sum(1 << (ord(letter) - _FIRST_LETTER) for letter in letters)


@lru_cache(maxsize=512)
def compiled(rule: str) -> re.Pattern[str]:
    """A rule as a regular expression over kinds. Raises KeyError for a kind that is none."""
    return re.compile("".join(map(_compiled, rule.split())))


def _compiled(item: str) -> str:
    if item in ("^", "$", "|", ".", ")", ")?", ")+", ")*"):
        return item
    if item.endswith("("):
        return f"(?P<{item[:-1]}>" if item[:-1] else "(?:"
    for sign, opening in (("<!", "(?<!"), ("!", "(?!"), ("<", "(?<="), (">", "(?=")):
        if item.startswith(sign):
            return f"{opening}{_one_of(item[len(sign) :])})"
    count = item[-1] if item[-1] in "?+*" else ""
    return _one_of(item.removesuffix(count)) + count


def _one_of(kinds: str) -> str:
    return "[" + "".join(_letters()[kind] for kind in kinds.split("|")) + "]"
