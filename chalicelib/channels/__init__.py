"""The messengers, one file each: put a file here that ends in ``CHANNEL: Channel = ...`` and it is served."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING, cast

from chalicelib.providers import provided

if TYPE_CHECKING:
    from chalicelib.ports import Channel


def names() -> tuple[str, ...]:
    """Every channel there is, in alphabetical order. A file whose name starts with ``_`` is not one."""
    return tuple(sorted(file.name for file in pkgutil.iter_modules(__path__) if not file.name.startswith("_")))


def channel(name: str) -> Channel:
    """The channel called ``name``. Raises LookupError when there is no such file."""
    return cast("Channel", provided(__name__, name, "CHANNEL"))
