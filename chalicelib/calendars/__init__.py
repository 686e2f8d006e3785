"""The calendars outside, one file each: put a file here that ends in ``CALENDAR: Calendar = ...`` and it is served."""

from __future__ import annotations

from typing import cast

from chalicelib.ports import Calendar
from chalicelib.providers import provided


def calendar(name: str) -> Calendar:
    """The calendar that ``calendar.kind`` of business.yaml names. Raises LookupError when there is no such file."""
    return cast(Calendar, provided(__name__, name, "CALENDAR"))
