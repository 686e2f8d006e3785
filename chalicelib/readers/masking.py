"""What a model may see of a text: phones, e-mails, cards, other long numbers and names replaced by marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from chalicelib.patterns import lazy
from chalicelib.readers.russian import names, phones
from chalicelib.readers.russian.words import LONGEST

_WORD = lazy(r"[^\W\d_]+")
_EMAIL = lazy(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_LINK = lazy(r"(?:https?://|www\.)\S+|@[A-Za-z]\w{3,}")
_DOCUMENT = lazy(
    r"(?<![\d.:])(?:\d{2} ?\d{2} ?№? ?\d{6}|\d{3}-\d{3}-\d{3}[ \-]?\d{2}|\d{6,})(?!\d)|\b[A-HJ-NPR-Z0-9]{17}\b"
)
_SPOKEN = lazy(
    r"(?:\b(?:плюс|ноль|один|два|три|четыре|пять|шесть|семь|восемь|девять|де[вс]ят\w+|\w+надцать|двадцать|тридцать|сорок|"
    r"\w+десят|девяносто|сто|двести|\w+ста|\w+сот)\b[ ,\-]*){6,}",
    re.IGNORECASE,
)


_LANDLINE = lazy(r"(?<![\d.:/\-])\d{3}-\d\d-\d\d(?![\d.\-])")
_PLATE = lazy(r"(?<!\w)[авекмнорстухabekmhopctyx]\d{3}[авекмнорстухabekmhopctyx]{2} ?\d{2,3}(?!\w)", re.IGNORECASE)
_BIRTHDAY = lazy(r"(?<![\d.])\d{1,2}[./]\d{1,2}[./](?:19\d\d|20[01]\d)(?!\d)")
_MARK = lazy(r"\[[A-Z]+_\d+\]")

Marks = Mapping[str, str]
"""What stands behind every mark: ``{"[NAME_1]": "Анна"}``."""


def masked(text: str, asked: str | None = None) -> str:
    """The first 2,000 characters of a message without anything that tells who wrote it. ``asked``: what the desk asked
    last; the answer to «как вас зовут?» is a name, also one that no list knows."""
    return hidden(text, asked)[0]


def bare(text: str, asked: str | None = None) -> str:
    """What is left of a message without its marks."""
    return _MARK.sub("", masked(text, asked))


def hidden(text: str, asked: str | None = None) -> tuple[str, Marks]:
    """The same, and what stands behind the marks."""
    # A mark of ours that she writes herself must not be taken for one.
    text = _MARK.sub(" ", text[:LONGEST])
    marks: dict[str, str] = {}
    patterns = (("EMAIL", _EMAIL), ("LINK", _LINK), ("CARD", phones.CARD))
    for kind, pattern in patterns:
        text = _replaced(text, kind, (match.span() for match in pattern.finditer(text)), marks)
    text = _replaced(text, "PHONE", ((start, end) for _, start, end, _ in phones.spans(text)), marks)
    numbers = (("PHONE", _SPOKEN), ("NUMBER", phones.LONG_NUMBER), ("NUMBER", _DOCUMENT), ("PHONE", _LANDLINE))
    for kind, pattern in (*numbers, ("NUMBER", _PLATE), ("DATE", _BIRTHDAY)):
        text = _replaced(text, kind, (match.span() for match in pattern.finditer(text)), marks)
    return _replaced(text, "NAME", _names(text, asked), marks), marks


def shown(text: str, marks: Marks) -> str:
    """The text with its marks replaced by what stands behind them."""
    return _MARK.sub(lambda mark: marks.get(mark[0], mark[0]), text)


def _names(text: str, asked: str | None) -> Iterator[tuple[int, int]]:
    found = names.spans(text)
    if asked == "name":
        found += [(person.start, person.end) for person in names.people_in(text, asked=True)]
        if not found and names.find(text, asked=True):
            found = [match.span() for match in _WORD.finditer(text)]
    return iter(found)


def _replaced(text: str, kind: str, spans: Iterable[tuple[int, int]], marks: dict[str, str]) -> str:
    out, last = [], 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):  # of two that begin together the longer
        if start < last:
            continue
        mark = f"[{kind}_{1 + sum(known.startswith(f'[{kind}_') for known in marks)}]"
        marks[mark] = text[start:end]
        out += [text[last:start], mark]
        last = end
    return "".join([*out, text[last:]])
