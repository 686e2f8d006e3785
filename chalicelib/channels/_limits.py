"""Fit texts and choices into a messenger's limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib.desk.values import Choice

Measure = Callable[[str], int]
ELLIPSIS = "…"


def characters(text: str) -> int:
    """Length in UTF-16 units, the strictest way in which messengers count characters: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8_bytes(text: str) -> int:
    """Length in UTF-8 bytes: a Cyrillic letter is two."""
    return len(text.encode("utf-8", "surrogatepass"))


def split(text: str, limit: int, measure: Measure = characters) -> list[str]:
    """Pieces of at most ``limit``, cut between lines or words where there are any. A blank text has no pieces."""
    pieces = []
    rest = text.strip()
    while rest:
        piece = rest[: _cut_at(rest, limit, measure)].rstrip()
        pieces.append(piece)
        rest = rest[len(piece) :].lstrip()
    return pieces


def split_tail(text: str, limit: int, tail_limit: int) -> tuple[list[str], str]:
    """The same, but the last piece, which will carry the buttons, is at most ``tail_limit``."""
    tail = (split(text, tail_limit) or [""])[-1]
    return split(text.strip()[: -len(tail)] if tail else "", limit), tail


def _cut_at(text: str, limit: int, measure: Measure) -> int:
    """How many characters of ``text`` go into one piece."""
    fit = _fitting(text, limit, measure)
    if fit == len(text):
        return fit
    line = text.rfind("\n", 0, fit + 1)
    if line > fit // 2:
        return line
    # Not at a no-break space: «1 500 ₽» stays whole.
    word = max(text.rfind(space, 0, fit + 1) for space in " \n\t")
    return word if word > 0 else fit


def _fitting(text: str, limit: int, measure: Measure) -> int:
    """The longest beginning of ``text`` within ``limit``: found by halving, at least one character."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= limit else (low, middle - 1)
    return low


def cut(title: str, limit: int) -> str:
    """A title within ``limit`` characters, cut at the end of a word, with an ellipsis if something is left out."""
    title = " ".join(title.split())
    if characters(title) <= limit:
        return title
    fit = title[: _fitting(title, limit - 1, characters)]
    if title[len(fit)] != " " and " " in fit:
        fit = fit[: fit.rindex(" ")]
    return fit.rstrip(" ,.:;–—-") + ELLIPSIS


def fitted(choices: Sequence[Choice], limit: int) -> list[Choice]:
    """Choices with titles of at most ``limit``, no id and no title twice: providers refuse the whole message."""
    taken: dict[str, str] = {}
    for choice in choices:
        if choice.id not in taken:
            taken[choice.id] = _free(choice.title, limit, set(taken.values()))
    return [Choice(id, title) for id, title in taken.items()]


def _free(title: str, limit: int, taken: set[str]) -> str:
    candidate, number = cut(title, limit), 1
    while candidate in taken:
        number += 1
        candidate = f"{cut(title, limit - len(str(number)) - 1)} {number}"
    return candidate


def numbered(text: str, choices: Sequence[Choice]) -> str:
    """The text with its choices as numbered lines, for more choices than the messenger has buttons."""
    return "\n".join([text, *(f"{number}. {choice.title}" for number, choice in enumerate(choices, 1))]).strip()
