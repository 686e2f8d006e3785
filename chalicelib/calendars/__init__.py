"""The calendars outside, one file each, found by the name of their file."""

from __future__ import annotations

import re
from importlib import import_module
from typing import cast

from chalicelib.ports import Calendar


def calendar(name: str) -> Calendar:
    """The calendar that ``calendar.kind`` of business.yaml names. Raises LookupError when there is no such file.

    Loaded when first asked for: a Lambda pays only for the calendar its client has.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise LookupError(f"no calendar is called {name!r}")
    try:
        return cast(Calendar, import_module(f"{__name__}.{name}").CALENDAR)
    except ModuleNotFoundError as missing:
        if missing.name != f"{__name__}.{name}":
            raise
        raise LookupError(f"no calendar is called {name!r}") from None
