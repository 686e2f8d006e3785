"""Cues: short patterns of words, kept as lists in text files, found in a message in one pass.

A line is a pattern, its items separated by spaces:

    слово      this word                      (а|б|в*)   one of these
    слов*      a word that starts so          (а|б)?     the same, or nothing; a choice may be of several words
    <n>        a number                       ~          up to four words of any kind
    !слово     the next word is not this      ^  $       the message starts or ends here

``[name]`` heads a section; "# " a comment. Words are compared by ear (spelling.py). A line is taken apart only when a
message has a word it starts with, so that reading a file costs little.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.readers.spelling import by_ear

_KEY = 3
_GAP = 4
_NUMBER = "<n>"
_ITEM = re.compile(r"!?\([^()]*\)\??|[^\s()]+")


@dataclass(frozen=True)
class Hit:
    """A cue of the section ``name`` found in the words from ``start`` up to ``end``."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class _Item:
    exact: frozenset[str]
    starts: tuple[str, ...]
    kind: str = "word"  # word, optional, not, gap, first, last

    def takes(self, word: str) -> bool:
        return (
            word in self.exact
            or (bool(self.starts) and word.startswith(self.starts))
            or (_NUMBER in self.exact and word[0].isdigit())
        )


_Pattern = tuple[_Item, ...]


class Cues:
    """The patterns of one file, by the letters they start with."""

    def __init__(self, text: str) -> None:
        """``text``: the lines of a file. Raises ValueError where a pattern does not start with a word."""
        self._lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._patterns: dict[str, tuple[_Pattern, ...]] = {}
        section = ""
        for line in by_ear(text).splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif line and not line.startswith("# "):
                for key in _keys(line):
                    self._lines[key].append((section, line))

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Every cue in these words, in their order."""
        heard = [by_ear(word) for word in words]
        found: dict[Hit, None] = {}
        for start, word in enumerate(heard):
            for section, line in self._lines.get(_NUMBER if word[0].isdigit() else word[:_KEY], ()):
                for items in self._taken_apart(line):
                    end = _end(items, 0, heard, start)
                    if end is not None:
                        found[Hit(section, start, end)] = None
        return list(found)

    def _taken_apart(self, line: str) -> tuple[_Pattern, ...]:
        if line not in self._patterns:
            self._patterns[line] = tuple(tuple(map(_item, items)) for items in _unfolded(_ITEM.findall(line)))
        return self._patterns[line]


def read(path: Path) -> Cues:
    """The cues of a file."""
    return Cues(path.read_text(encoding="utf-8"))


def _keys(line: str) -> set[str]:
    """The letters a line's first word may start with."""
    first = line.removeprefix("^ ")
    if first.startswith("("):
        options, _, after = first[1:].partition(")")
        if after.startswith("?"):
            raise ValueError(f"a pattern starts with a word that must stand: {line}")
    else:
        options = first.split(" ", 1)[0]
    if options[0] in "~!$":
        raise ValueError(f"a pattern starts with a word: {line}")
    return {_key(option.split(" ", 1)[0].rstrip("*")) for option in options.split("|")}


def _key(word: str) -> str:
    return word if word == _NUMBER else word[:_KEY]


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
    options = said.strip("!?()").split("|")
    return _Item(
        frozenset(option for option in options if not option.endswith("*")),
        tuple(option[:-1] for option in options if option.endswith("*")),
        kind,
    )


def _end(items: _Pattern, at: int, words: Sequence[str], place: int) -> int | None:
    """Where the pattern ends when its item ``at`` is laid on the word ``place``; None when it does not fit."""
    while at < len(items):
        item = items[at]
        if item.kind == "gap":
            return _after_gap(items, at + 1, words, place)
        taken = place < len(words) and item.takes(words[place])
        if _fails(item.kind, taken=taken, first=place == 0, last=place == len(words)):
            return None
        if taken and item.kind in ("word", "optional"):
            place += 1
        at += 1
    return place


def _fails(kind: str, *, taken: bool, first: bool, last: bool) -> bool:
    match kind:
        case "word":
            return not taken
        case "not":
            return taken
        case "first":
            return not first
        case "last":
            return not last
    return False


def _after_gap(items: _Pattern, at: int, words: Sequence[str], place: int) -> int | None:
    for skipped in range(min(_GAP, len(words) - place) + 1):
        end = _end(items, at, words, place + skipped)
        if end is not None:
            return end
    return None
