"""Prices and phones that an answer of RP-002 states by itself are those of business.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.regulation.partly import as_far_as_known

if TYPE_CHECKING:
    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.pack import Pack
    from chalicelib.regulation.schema import Business
    from chalicelib.regulation.written import Place, Written

ANSWERS = ("intents.*.responses.*", "languages.*.responses.*")
_PRICE = re.compile(r"\b(\d{1,3}(?:[\s.]\d{3})+|\d+)(?:[.,]\d\d)?\s*(?:₽|руб|rub|р\b)", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\d+])(?:\+7|8|7)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}\b")


@as_far_as_known
def mistakes(pack: Pack) -> Iterator[Mistake]:
    """Every price that no service has, and every phone that is not the business's."""
    at, business = pack.dialogue.written, pack.business.document
    if at is None or business is None:
        return
    for pattern in ANSWERS:
        for path, text in at.places(pattern):
            yield from _prices(business, at, path, text)
            yield from _phones(business, at, path, text)


@as_far_as_known
def _prices(business: Business, at: Written, path: Place, text: str) -> Iterator[Mistake]:
    for found in _PRICE.finditer(text):
        if int(re.sub(r"\D", "", found[1])) not in [service.price for service in business.services]:
            said = found[0].strip()
            yield at.mistake(path, f"«{said}»: такой цены нет ни у одной услуги в business.yaml, исправьте её")


@as_far_as_known
def _phones(business: Business, at: Written, path: Place, text: str) -> Iterator[Mistake]:
    for found in _PHONE.finditer(text):
        if re.sub(r"\D", "", found[0])[-10:] != business.phone[-10:]:
            yield at.mistake(
                path, f"«{found[0]}» не ваш телефон из business.yaml: напишите {{phone}}, он подставится сам"
            )
