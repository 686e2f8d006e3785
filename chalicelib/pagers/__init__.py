"""The ways to wake a colleague outside the messengers, one file each, found by the name of their file."""

from __future__ import annotations

import re
from importlib import import_module
from typing import cast

from chalicelib.ports import Pager


def pager(name: str) -> Pager:
    """The pager that a step of SLA-001 names. Raises LookupError when there is no such file.

    Loaded when first asked for: a Lambda pays only for the pagers its client has.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise LookupError(f"no pager is called {name!r}")
    try:
        return cast(Pager, import_module(f"{__name__}.{name}").PAGER)
    except ModuleNotFoundError as missing:
        if missing.name != f"{__name__}.{name}":
            raise
        raise LookupError(f"no pager is called {name!r}") from None
