"""Cues: short patterns of words, kept as lists in text files, found in a message in one pass.

A line is a pattern, its items separated by spaces:

    слово      this word                      (а|б|в*)   one of these
    слов*      a word that starts so          (а|б)?     the same, or nothing; a choice may be of several words
    <n>        a number, of several: not 1    ~          up to four words of any kind
    !слово     the next word is not this      ^  $       the message starts or ends here

``[name]`` heads a section; "# " a comment. Words are compared by ear (spelling.py). A line is taken apart only when a
message has a word it starts with, so that reading a file costs little; what a word opens is remembered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers.spelling import by_ear, by_ear_throughout

_KEY, _ANY = 3, ""
_REMEMBERED, _TEXTS = 5000, 64
_GAP = 4
_NUMBER = "<n>"
_ITEM = lazy(r"!?\([^()]*\)\??|[^\s()]+")


class Hit(NamedTuple):
    """A cue of the section ``name`` found in the words from ``start`` up to ``end``."""

    name: str
    start: int
    end: int


class _Item(NamedTuple):
    exact: frozenset[str]
    starts: tuple[str, ...]
    kind: str = "word"  # word, optional, not, gap, last
    most: int = 0  # words of a gap

    def takes(self, word: str) -> bool:
        return (
            word in self.exact
            or word.startswith(self.starts)
            or (_NUMBER in self.exact and word[0].isdigit() and word != "1")
        )


class _Pattern(NamedTuple):
    """The first word of a pattern and what follows it; by their first letters, what a text must have for it and what
    the second word may be."""

    start: _Item
    items: tuple[_Item, ...]
    needed: tuple[frozenset[str], ...]
    following: frozenset[str]


class _Heard(NamedTuple):
    """The words of a text by ear, and the letters each starts with."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    present: frozenset[str]


class Cues:
    """The patterns of one file, by the words they start with."""

    def __init__(self, text: str) -> None:
        """``text``: the lines of a file. Raises ValueError where a pattern does not start with a word."""
        self._lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._opened_by = lru_cache(maxsize=_REMEMBERED)(self._opened)
        section = ""
        for line in by_ear_throughout(text).splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif line and not line.startswith("# "):
                for key in _keys(line):
                    self._lines[key].append((section, line))

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Every cue in these words, in their order."""
        heard = _heard(tuple(words))
        found: dict[Hit, None] = {}
        for start, key in enumerate(heard.keys):
            opened = self._opened_by(heard.words[start], start == 0) if key in self._lines else None
            if not opened:
                continue
            following = heard.keys[start + 1] if start + 1 < len(heard.keys) else _ANY
            for section, pattern in (*opened.get(_ANY, ()), *(opened.get(following, ()) if following else ())):
                if not any(map(heard.present.isdisjoint, pattern.needed)):
                    end = _end(pattern.items, 0, heard.words, start + 1)
                    if end is not None:
                        found[Hit(section, start, end)] = None
        return list(found)

    def _opened(self, word: str, first: bool) -> dict[str, list[tuple[str, _Pattern]]]:
        """What this word starts, the first of the message or not: by the letters the next word must start with, the
        sections and patterns."""
        opened: dict[str, list[tuple[str, _Pattern]]] = defaultdict(list)
        for section, line in self._lines.get(_key(word), ()):
            for pattern in _patterns(line):
                if pattern.start.takes(word) and (first or not line.startswith("^")):
                    for key in pattern.following:
                        opened[key].append((section, pattern))
        return dict(opened)


@lru_cache(maxsize=_TEXTS)
def _heard(words: tuple[str, ...]) -> _Heard:
    heard = tuple(map(by_ear, words))
    keys = tuple(map(_key, heard))
    return _Heard(heard, keys, frozenset(keys))


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
    return _NUMBER if word[0].isdigit() else word[:_KEY]


def _keys_of(item: _Item) -> frozenset[str]:
    """The letters with which a word starts that must stand there; none where any word may, or none need."""
    if item.kind != "word" or any(len(start) < _KEY for start in item.starts):
        return frozenset()
    return frozenset(_key(option) for option in (*item.exact, *item.starts))


@cache
def _patterns(line: str) -> tuple[_Pattern, ...]:
    """A line taken apart."""
    return tuple(map(_pattern, _unfolded(_ITEM.findall(line.removeprefix("^ ")))))


def _pattern(said: Sequence[str]) -> _Pattern:
    items = tuple(_joined(map(_item, said[1:])))
    needed = tuple(keys for keys in map(_keys_of, items) if keys)
    return _Pattern(_item(said[0]), items, needed, (items and _keys_of(items[0])) or frozenset([_ANY]))


def _joined(items: Iterable[_Item]) -> Iterator[_Item]:
    """With two gaps side by side made one."""
    for is_gap, group in groupby(items, lambda item: item.kind == "gap"):
        if is_gap:
            yield _Item(frozenset(), (), "gap", sum(item.most for item in group))
        else:
            yield from group


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
            elif item.endswith("?"):
                yield from _unfolded([*items[:place], *items[place + 1 :]])
            return
    yield items


def _item(said: str) -> _Item:
    special = {"~": "gap", "$": "last"}
    if said in special:
        return _Item(frozenset(), (), special[said], most=_GAP)
    kind = "not" if said.startswith("!") else "optional" if said.endswith("?") else "word"
    options = said.strip("!?()").split("|")
    return _Item(
        frozenset(option for option in options if not option.endswith("*")),
        tuple(option[:-1] for option in options if option.endswith("*")),
        kind,
    )


def _end(items: tuple[_Item, ...], at: int, words: Sequence[str], place: int) -> int | None:
    """Where the pattern ends when its item ``at`` is laid on the word ``place``; None when it does not fit."""
    for number in range(at, len(items)):
        item = items[number]
        if item.kind == "gap":
            return _after_gap(items, number + 1, words, place, item.most)
        if item.kind == "last":
            if place != len(words):
                return None
        elif place < len(words) and item.takes(words[place]):
            if item.kind == "not":
                return None
            place += 1
        elif item.kind == "word":
            return None
    return place


def _after_gap(items: tuple[_Item, ...], at: int, words: Sequence[str], place: int, most: int) -> int | None:
    for skipped in range(min(most, len(words) - place) + 1):
        end = _end(items, at, words, place + skipped)
        if end is not None:
            return end
    return None
