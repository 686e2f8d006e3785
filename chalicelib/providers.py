"""A provider's file, found by its name: for messengers, CRMs, calendars and pagers alike."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any


def provided(package: str, name: str, constant: str) -> Any:
    """What the file ``name`` of ``package`` ends in. Raises LookupError when there is no such file.

    Loaded when first asked for: a Lambda pays only for the providers its client has.
    """
    what = f"{package.rpartition('.')[2]}: there is no {name!r}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise LookupError(what)
    try:
        return getattr(import_module(f"{package}.{name}"), constant)
    except ModuleNotFoundError as missing:
        if missing.name != f"{package}.{name}":
            raise
        raise LookupError(what) from None
