"""Take what is there out of JSON that somebody else wrote; what is missing or of the wrong kind is empty.

Nothing here raises, so a channel reads without a guard and one odd message cannot cost the others of its batch.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.desk.events import UNTOLD, FromClient

MILLISECONDS_FROM = 1e11
"""A number this big is milliseconds: as seconds it would be the year 5138."""

# Queues refuse surrogates, U+FFFE and U+FFFF; control characters and direction overrides only ever mislead a reader.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_NOT_DIGITS = re.compile(r"[^0-9]")


def parse(body: bytes) -> Mapping[str, Any]:
    """A body as a JSON object; anything else is an empty one."""
    try:
        return mapping(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def mapping(value: object) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> Sequence[Mapping[str, Any]]:
    """The objects of a list, without whatever else is in it."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A text fit to be stored, queued and shown: no control characters, no halves of characters."""
    return _UNWANTED.sub("", value).strip() if isinstance(value, str) else ""


def ident(value: object) -> str:
    """An id as opaque text. Zero and negative numbers are ids; true and false are not."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(value)


def whole(value: object) -> int:
    """A count as it stands there; zero for anything else and for what is below zero."""
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else 0


def moment(value: object) -> datetime:
    """A time in seconds, milliseconds (as numbers or texts) or ISO 8601, in UTC; `UNTOLD` if it cannot be read."""
    try:
        seconds = _seconds(value)
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else UNTOLD
    except (ValueError, TypeError, OverflowError, OSError):
        return UNTOLD


def _seconds(value: Any) -> float:
    if isinstance(value, str) and not _is_number(value):
        told = datetime.fromisoformat(value)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    number = float(value)
    return number / 1000 if number >= MILLISECONDS_FROM else number


def _is_number(value: str) -> bool:
    return value.strip().replace(".", "", 1).isdecimal()


def phone(value: object) -> str | None:
    """A number the provider vouches for, as ``+digits``. They write it in international form, with or without
    the plus; ``89XXXXXXXXX`` can only be a Russian mobile in its local form (no country begins with 89)."""
    written = ident(value)
    digits = _NOT_DIGITS.sub("", written)
    if any(letter.isalpha() for letter in written) or not 8 <= len(digits) <= 15 or digits.startswith("0"):
        return None
    if len(digits) == 11 and digits.startswith("89"):
        return f"+7{digits[1:]}"
    return f"+{digits}"


def fingerprint(*parts: str) -> str:
    """An id for what came without one: the same parts give the same id."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def in_order(events: Iterable[FromClient]) -> tuple[FromClient, ...]:
    """Oldest first, each once: one body may bring a message twice."""
    once: dict[str, FromClient] = {}
    for event in events:
        once.setdefault(event.key, event)
    return tuple(sorted(once.values(), key=lambda event: event.at))


def described(why: object, secrets: Mapping[str, str]) -> str:
    """What a provider says went wrong, short and without our secrets, which some answers repeat."""
    said = " ".join(text(why).split())
    for secret in secrets.values():
        if secret:
            said = said.replace(secret, "***")
    return said[:200]
