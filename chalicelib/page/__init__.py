"""What the stack shows at its own address. No personal data: nobody has to log in here."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.ports import Memory

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
PAGE = """<!doctype html>
<html lang="ru"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Ночник — {business}</title>
<h1>{business}</h1>
<p>Ночной помощник на связи: {channels}.</p>
<p>Регламенты: версия {pack}. Телефон: {phone}. Адрес: {address}.</p>
</html>
"""


@dataclass(frozen=True)
class Front:
    """What the page needs to see."""

    memory: Memory


def health(front: Front) -> dict[str, Any]:
    """`GET /health`: ok, and the number of the pack in force (0 before the first is published)."""
    pack = front.memory.current_pack()
    return {"ok": pack > 0, "pack": pack}


def status(front: Front) -> str:
    """`GET /`: that the assistant works, for whom and in which channels."""
    pack = front.memory.current_pack()
    if not pack:
        return "<!doctype html><meta charset='utf-8'><title>Ночник</title><p>Регламенты ещё не опубликованы."
    business = front.memory.pack(pack).business
    fields = {
        "business": business.name,
        "channels": ", ".join(business.channels),
        "pack": str(pack),
        "phone": business.phone,
        "address": business.address,
    }
    return PAGE.format(**{name: escape(value) for name, value in fields.items()})
