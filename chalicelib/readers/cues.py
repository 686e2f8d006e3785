"""Cues: short patterns of words, kept as lists in text files, found in a message in one pass.

A line is a pattern, its items separated by spaces:

    слово      this word                      (а|б|в*)   one of these
    слов*      a word that starts so          (а|б)?     the same, or nothing; a choice may be of several words
    <n>        a number                       ~          up to four words of any kind
    !слово     the next word is not this      ^  $       the message starts or ends here

``[name]`` or ``[name 0.9]`` heads a section; "# " a comment.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.readers.spelling import by_ear

_KEY = 3
_GAP = 4
_NUMBER = "<n>"


@dataclass(frozen=True)
class Section:
    """A list of patterns that mean the same. ``weight``: how surely, 0..1."""

    name: str
    weight: float


@dataclass(frozen=True)
class Hit:
    """A cue found in the words from ``start`` up to ``end``."""

    name: str
    weight: float
    start: int
    end: int


@dataclass(frozen=True)
class _Item:
    exact: frozenset[str]
    starts: tuple[str, ...]
    kind: str = "word"  # word, optional, not, gap, first, last

    def takes(self, word: str) -> bool:
        return word in self.exact or (bool(self.starts) and word.startswith(self.starts))


_Pattern = tuple[Section, tuple[_Item, ...]]


class Cues:
    """The patterns of one file, by the letters they start with."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._by_start: dict[str, list[_Pattern]] = defaultdict(list)
        section = Section("", 1.0)
        for line in lines:
            line = line.strip()
            if not line or line.startswith("# "):
                continue
            if line.startswith("["):
                name, _, weight = line.strip("[]").partition(" ")
                section = Section(name, float(weight or 1))
            else:
                self._add(section, line)

    def _add(self, section: Section, line: str) -> None:
        for said in _unfolded(_ITEM.findall(line)):
            self._add_one(section, tuple(_item(item) for item in said))

    def _add_one(self, section: Section, items: tuple[_Item, ...]) -> None:
        first = next((item for item in items if item.kind != "first"), _Item(frozenset(), ()))
        if first.kind != "word":
            raise ValueError(f"[{section.name}]: a pattern starts with a word, not with {first}")
        for start in {_key(word) for word in (*first.exact, *first.starts)}:
            self._by_start[start].append((section, items))

    def whole_words(self) -> set[str]:
        """Every whole word the patterns name."""
        patterns = (items for listed in self._by_start.values() for _, items in listed)
        return {word for items in patterns for item in items for word in item.exact}

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Every cue in these words."""
        found: list[Hit] = []
        for start, word in enumerate(words):
            for key in {word[:_KEY], _NUMBER} if word[0].isdigit() else (word[:_KEY],):
                for section, items in self._by_start.get(key, ()):
                    end = _end(items, 0, words, start)
                    if end is not None:
                        found.append(Hit(section.name, section.weight, start, end))
        return found


def read(path: Path) -> Cues:
    """The cues of a file."""
    return Cues(path.read_text(encoding="utf-8").splitlines())


_ITEM = re.compile(r"!?\([^()]*\)\??|[^\s()]+")


def _unfolded(items: list[str]) -> Iterator[list[str]]:
    """The same pattern without choices of several words: a pattern for each such choice."""
    for place, item in enumerate(items):
        options = item.strip("()?").split("|") if item.startswith("(") else []
        long = [option for option in options if " " in option or option == "$"]
        if long:
            short = [option for option in options if option not in long]
            for option in long:
                yield from _unfolded([*items[:place], *option.split(), *items[place + 1 :]])
            if short:
                tail = "?" if item.endswith("?") else ""
                yield from _unfolded([*items[:place], f"({'|'.join(short)}){tail}", *items[place + 1 :]])
            return
    yield items


def _item(said: str) -> _Item:
    special = {"~": "gap", "^": "first", "$": "last"}
    if said in special:
        return _Item(frozenset(), (), special[said])
    kind = "not" if said.startswith("!") else "optional" if said.endswith("?") else "word"
    options = [by_ear(option) for option in said.strip("!?()").split("|")]
    return _Item(
        frozenset(option for option in options if not option.endswith("*")),
        tuple(option[:-1] for option in options if option.endswith("*")),
        kind,
    )


def _key(word: str) -> str:
    return word if word == _NUMBER else word[:_KEY]


def _end(items: tuple[_Item, ...], at: int, words: Sequence[str], place: int) -> int | None:
    """Where the pattern ends when its item ``at`` is laid on the word ``place``; None when it does not fit."""
    while at < len(items):
        item = items[at]
        word = words[place] if place < len(words) else ""
        taken = bool(word) and (item.takes(word) or (_NUMBER in item.exact and word[0].isdigit()))
        if item.kind == "gap":
            return _after_gap(items, at + 1, words, place)
        if item.kind == "first" and place != 0:
            return None
        if item.kind == "last" and place != len(words):
            return None
        if item.kind == "not" and taken:
            return None
        if item.kind == "word" and not taken:
            return None
        if item.kind == "word" or (item.kind == "optional" and taken):
            place += 1
        at += 1
    return place


def _after_gap(items: tuple[_Item, ...], at: int, words: Sequence[str], place: int) -> int | None:
    for skipped in range(_GAP + 1):
        if place + skipped > len(words):
            return None
        end = _end(items, at, words, place + skipped)
        if end is not None:
            return end
    return None
