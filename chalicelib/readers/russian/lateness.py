"""How late a client will be: «опаздываю на 15 минут», «минут на двадцать», «на полчаса», «15 min late»."""

from __future__ import annotations

from chalicelib.patterns import lazy
from chalicelib.readers.russian.numbers import in_digits

LATEST = 4 * 60
"""Whoever is later than this, in minutes, is not late but comes at another time."""
_HALF = lazy(r"\bпол[ -]?час\w*|\bполовин\w+ часа|\bhalf an hour|\bярты сәгат\w*")
_QUARTER = lazy(r"\bчетверт\w+ часа|\bquarter of an hour")
_HOUR_AND_HALF = lazy(r"\bполтора час\w*|\bhour and a half")
_MINUTES = lazy(
    r"\b(\d{1,3})[ -]?(?:м|мин\w*|минут\w*|min\w*)\b|\b(?:мин|минут\w*) (?:на |через |за |эдак |так )?(\d{1,3})\b"
)
_HOURS = lazy(r"\b(?:на|in) ([1-4])? ?(?:час(?:а|ик|ок)?|hours?)\b|\b(?:an|one) hour\b")


def find(text: str) -> int | None:
    """Minutes that a normalised text names; None when it names none, or too many."""
    for pattern, minutes in ((_HOUR_AND_HALF, 90), (_HALF, 30), (_QUARTER, 15)):
        if pattern.search(text):
            return minutes
    text = in_digits(text)
    if said := _MINUTES.search(text):
        return _late(int(said[1] or said[2]))
    if said := _HOURS.search(text):
        return 60 * int(said[1] or 1)
    return None


def _late(minutes: int) -> int | None:
    return minutes if 0 < minutes <= LATEST else None
