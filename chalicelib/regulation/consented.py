"""The consent as a document of its own: what the machine was told is what people read and agree to (152-FZ art. 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.regulation.partly import as_far_as_known

if TYPE_CHECKING:
    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.pack import Read
    from chalicelib.regulation.schema import ConsentDocument
    from chalicelib.regulation.written import Written

SAID = (("operator", "оператора"), ("purpose", "цели"), ("term", "срока"), ("withdrawal", "отзыва"))
LISTED = (("data", "данных"), ("actions", "действий с данными"))

FEWEST_LETTERS = 3
"""With fewer, what is said would be found in any text."""


def mistakes(read: Read[ConsentDocument]) -> Iterator[Mistake]:
    """Everything that article 9, part 4 wants in the text and that DP-001 does not say there word for word."""
    if read.written is None or read.document is None:
        return
    consent, at = read.document, read.written
    body = _words(consent.text)
    for name, title in SAID:
        yield from _said(consent, at, body, name, title)
    for name, title in LISTED:
        yield from _listed(consent, at, body, name, title)
    yield from _edition(consent, at, body)
    yield from _buttons(consent, at)
    if "text" in at.data:
        yield at.mistake(("text",), "text: такого поля нет: уберите его, текст согласия стоит ниже второй строки «---»")


@as_far_as_known
def _said(consent: ConsentDocument, at: Written, body: str, name: str, title: str) -> Iterator[Mistake]:
    said = _words(getattr(consent, name))
    if len(re.findall(r"[^\W\d_]", said)) < FEWEST_LETTERS:
        yield at.mistake((name,), f"{name}: слишком коротко, по закону здесь полные слова: напишите целиком")
    elif said not in body:
        yield at.mistake((name,), f"в тексте согласия нет {title} этими словами: допишите в документ то же самое")


@as_far_as_known
def _listed(consent: ConsentDocument, at: Written, body: str, name: str, title: str) -> Iterator[Mistake]:
    for number, item in enumerate(getattr(consent, name)):
        if _words(item) not in body:
            yield at.mistake((name, number), f"в тексте согласия среди {title} нет «{item}»: допишите в документ")


@as_far_as_known
def _edition(consent: ConsentDocument, at: Written, body: str) -> Iterator[Mistake]:
    if not re.search(rf"\bредакция {re.escape(_words(consent.version))}(?!\.?\w)", body):
        yield at.mistake(("version",), f"в тексте согласия другая редакция: напишите «Редакция {consent.version}»")


@as_far_as_known
def _buttons(consent: ConsentDocument, at: Written) -> Iterator[Mistake]:
    if consent.yes == consent.no:
        yield at.mistake(("no",), "кнопки «да» и «нет» одинаковы: назовите их по-разному")


def _words(text: str) -> str:
    return " ".join(text.casefold().split())
