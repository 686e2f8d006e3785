"""A text as names are looked for in it: words, numbers and signs, each with what touches it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from chalicelib.readers.russian.name_forms import plain


@dataclass(frozen=True)
class Piece:
    text: str
    start: int
    end: int
    glued: bool
    """Whether a digit, «@», «_» or another letter touches it: part of a link or a code, no name."""

    @cached_property
    def low(self) -> str:
        return plain(self.text)

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha() and not self.glued

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_phone(self) -> bool:
        return sum(sign.isdigit() for sign in self.text) >= 9


_PIECES = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\+?\d(?:[ ()\-.]{0,3}\d)+|\S|\n")
LINK = re.compile(r"https?:|www\.|@\w")
_LINKED = re.compile(r"https?:\S*|\w*[@/]\S*|\S+\.(?:ru|com|рф)\b")


@dataclass(frozen=True)
class Text:
    text: str
    staff: frozenset[str]
    asked: bool

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        links = [match.span() for match in _LINKED.finditer(self.text)]
        return tuple(
            Piece(match[0], match.start(), match.end(), self._is_glued(match, links))
            for match in _PIECES.finditer(self.text)
        )

    def _is_glued(self, match: re.Match[str], links: list[tuple[int, int]]) -> bool:
        before, after = self.text[match.start() - 1 : match.start()], self.text[match.end() : match.end() + 1]
        touched = any(sign.isdigit() or sign in "@_" for sign in before + after)
        return touched or any(start <= match.start() < end for start, end in links)

    def at(self, place: int) -> str:
        """The lower-case piece there, «» beyond the ends."""
        return self.pieces[place].low if 0 <= place < len(self.pieces) else ""

    def before(self, place: int, over: Collection[str]) -> int:
        """The nearest piece before this one that is none of these words."""
        place -= 1
        while self.at(place) in over and self.at(place):
            place -= 1
        return place
