"""Messages in, readings out, as lines of JSON: `nochnik understand`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from chalicelib.errors import Unavailable
from infra.output import quietly

if TYPE_CHECKING:
    from chalicelib.desk.values import Reading
    from chalicelib.ports import Reader
    from chalicelib.regulation.schema import Rules

TOLD = ("intent", "confidence", "escalate", "name", "phone", "service", "date", "time_from", "time_to", "reader")
"""What an answer holds beside the ``id`` of its message."""


class Unfit(ValueError):
    """A line that cannot be answered; ``id`` as far as it could be read."""

    def __init__(self, why: str, message: Any = None) -> None:
        super().__init__(why)
        self.id = message


@dataclass(frozen=True)
class Message:
    """A line of input. ``asked``: what the desk asked last, as ``consent``, ``name``, ``reminder``."""

    id: Any
    text: str
    asked: str | None = None


def understand(lines: Iterable[bytes], reader: Reader, rules: Rules, now: datetime) -> Iterator[dict[str, Any]]:
    """One answer for each line that is not blank: a reading, or ``{"id", "error"}``."""
    for line in lines:
        if not line.strip():
            continue
        try:
            message = parse(line)
            with quietly():
                reading = reader.read(message.text, message.asked, rules, now)
            yield {"id": message.id, **told(reading)}
        except Unfit as unfit:
            yield {"id": unfit.id, "error": str(unfit)}
        except Unavailable as unavailable:
            yield {"id": message.id, "error": f"the model did not answer: {unavailable}"}


def parse(line: bytes) -> Message:
    """A line of input; further keys are left alone. Raises `Unfit`."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unfit(f"this is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise Unfit('a line is an object: {"id", "text"}')
    known, text, asked = given.get("id"), given.get("text"), given.get("asked")
    if "id" not in given:
        raise Unfit('"id" is missing')
    if not isinstance(text, str):
        raise Unfit('"text" is missing' if text is None else '"text" is no string', known)
    if asked is not None and not isinstance(asked, str):
        raise Unfit('"asked" is no string', known)
    return Message(known, text, asked or None)


def told(reading: Reading) -> dict[str, Any]:
    """A reading as other programs take it: dates as 2026-12-05, times as 17:00, what is missing as null."""
    return {name: _plain(getattr(reading, name)) for name in TOLD}


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else value
