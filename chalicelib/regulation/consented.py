"""The consent as a document of its own: what the machine was told is what people read and agree to (152-FZ art. 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.pack import Read
    from chalicelib.regulation.schema import ConsentDocument

SAID = (("operator", "оператора"), ("purpose", "цели"), ("term", "срока"), ("withdrawal", "отзыва"))
LISTED = (("data", "данных"), ("actions", "действий с данными"))


def mistakes(read: Read[ConsentDocument]) -> Iterator[Mistake]:
    """Everything that article 9, part 4 wants in the text and that DP-001 does not say there word for word."""
    if read.written is None or read.document is None:
        return
    consent, at = read.document, read.written
    body = _words(consent.text)
    for name, title in SAID:
        if _words(getattr(consent, name)) not in body:
            yield at.mistake((name,), f"в тексте согласия нет {title} этими словами: допишите в документ то же самое")
    for name, title in LISTED:
        for number, item in enumerate(getattr(consent, name)):
            if _words(item) not in body:
                yield at.mistake((name, number), f"в тексте согласия среди {title} нет «{item}»: допишите в документ")
    if f"редакция {consent.version}" not in body:
        yield at.mistake(("version",), f"в тексте согласия другая редакция: напишите «Редакция {consent.version}»")
    if consent.yes == consent.no:
        yield at.mistake(("no",), "кнопки «да» и «нет» одинаковы: назовите их по-разному")


def _words(text: str) -> str:
    return " ".join(text.casefold().split())
