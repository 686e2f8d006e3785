"""A text as names are looked for in it: words, numbers and signs, each with what touches it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers.russian.name_forms import plain


class Piece(NamedTuple):
    """``low``: the text in lower case; ``glued``: whether a digit, «@», «_» or another letter touches it, so that it is
    part of a link or a code and no name."""

    text: str
    start: int
    end: int
    low: str
    glued: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha() and not self.glued

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_phone(self) -> bool:
        return sum(sign.isdigit() for sign in self.text) >= 9


_PIECES = lazy(r"[^\W\d_]+(?:-[^\W\d_]+)*|\+?\d(?:[ ()\-.]{0,3}\d)+|\S|\n")
_GLUE = lazy(r"[@_\d]")
LINK = lazy(r"https?:|www\.|@\w")
_LINK_SIGNS = ("http", "@", "/", ".ru", ".com", ".рф")
_LINKED = lazy(r"https?:\S*|\w*[@/]\S*|\S+\.(?:ru|com|рф)\b")


class Text:
    """The pieces of a text. ``staff``: first names of the masters, lower case; ``asked``: she was asked for hers."""

    def __init__(self, text: str, staff: frozenset[str], asked: bool) -> None:
        self.staff, self.asked = staff, asked
        links = [match.span() for match in _LINKED.finditer(text)] if any(sign in text for sign in _LINK_SIGNS) else []
        glue = bool(links) or _GLUE.search(text) is not None
        self.pieces = tuple(
            Piece(match[0], match.start(), match.end(), plain(match[0]), glue and _is_glued(text, match, links))
            for match in _PIECES.finditer(text)
        )
        self._low = {place: piece.low for place, piece in enumerate(self.pieces)}
        self._lows = frozenset(self._low.values())

    def has(self, words: frozenset[str]) -> bool:
        """Whether one of these words is there."""
        return not self._lows.isdisjoint(words)

    def at(self, place: int) -> str:
        """The lower-case piece there, «» beyond the ends."""
        return self._low.get(place, "")

    def before(self, place: int, over: Collection[str]) -> int:
        """The nearest piece before this one that is none of these words."""
        return self._passed(place, over, -1)

    def after(self, place: int, over: Collection[str]) -> int:
        """The nearest piece after this one that is none of these words."""
        return self._passed(place, over, 1)

    def _passed(self, place: int, over: Collection[str], step: int) -> int:
        place += step
        while self.at(place) in over and self.at(place):
            place += step
        return place


def _is_glued(text: str, match: re.Match[str], links: list[tuple[int, int]]) -> bool:
    start, end = match.span()
    if _GLUE.match(text[start - 1 : start]) or _GLUE.match(text[end : end + 1]):
        return True
    return any(first <= start < last for first, last in links) if links else False
