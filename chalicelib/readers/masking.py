"""What a model may see of a message: phones, e-mails, cards, other long numbers and names replaced by marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from chalicelib.readers.russian import names, phones
from chalicelib.readers.russian.words import LONGEST

_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)\S+|@[A-Za-z]\w{3,}")
_DOCUMENT = re.compile(
    r"(?<![\d.:])(?:\d{2} ?\d{2} ?№? ?\d{6}|\d{3}-\d{3}-\d{3}[ \-]?\d{2}|\d{6,})(?!\d)|\b[A-HJ-NPR-Z0-9]{17}\b"
)
_SPOKEN = re.compile(
    r"(?:\b(?:плюс|ноль|один|два|три|четыре|пять|шесть|семь|восемь|девять|де[вс]ят\w+|\w+надцать|двадцать|тридцать|сорок|"
    r"\w+десят|девяносто|сто|двести|\w+ста|\w+сот)\b[ ,\-]*){6,}",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """The first 2,000 characters of a message without anything that tells who wrote it."""
    text = text[:LONGEST]
    seen: Counter[str] = Counter()
    for kind, pattern in (("EMAIL", _EMAIL), ("LINK", _LINK), ("CARD", phones.CARD)):
        text = _replaced(text, kind, (match.span() for match in pattern.finditer(text)), seen)
    text = _replaced(text, "PHONE", ((start, end) for _, start, end, _ in phones.spans(text)), seen)
    for kind, pattern in (("PHONE", _SPOKEN), ("NUMBER", phones.LONG_NUMBER), ("NUMBER", _DOCUMENT)):
        text = _replaced(text, kind, (match.span() for match in pattern.finditer(text)), seen)
    return _replaced(text, "NAME", iter(names.spans(text)), seen)


def _replaced(text: str, kind: str, spans: Iterator[tuple[int, int]], seen: Counter[str]) -> str:
    out, last = [], 0
    for start, end in sorted(spans):
        if start < last:
            continue
        seen[kind] += 1
        out += [text[last:start], f"[{kind}_{seen[kind]}]"]
        last = end
    return "".join([*out, text[last:]])
