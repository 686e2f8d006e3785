"""The ways to wake a colleague outside the messengers: put a file here that ends in ``PAGER: Pager = ...`` and it is
served.

One whose answers come back by a webhook ends in ``POSTBACK: Hook = ...``, too.
"""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING, cast

from chalicelib.providers import provided

if TYPE_CHECKING:
    from chalicelib.ports import Hook, Pager

POSTBACKS = frozenset({"zvonok"})
"""Pagers that tell what was pressed: their provider calls ``/hooks/<name>``."""
SHARED_ACCOUNTS = {"smsc_voice": "smsc"}
"""Pagers that have no account of their own: whose they use."""


def names() -> tuple[str, ...]:
    """Every pager there is, in alphabetical order. A file whose name starts with ``_`` is not one."""
    return tuple(sorted(file.name for file in pkgutil.iter_modules(__path__) if not file.name.startswith("_")))


def pager(name: str) -> Pager:
    """The pager that a step of SLA-001 names. Raises LookupError when there is no such file."""
    return cast("Pager", provided(__name__, name, "PAGER"))


def postback(name: str) -> Hook:
    """The webhook of a pager. Raises LookupError for one that has none."""
    if name not in POSTBACKS:
        raise LookupError(f"pagers: {name!r} tells nothing back")
    return cast("Hook", provided(__name__, name, "POSTBACK"))


def account_of(name: str) -> str:
    """Under which provider's name a pager's secrets are stored."""
    return SHARED_ACCOUNTS.get(name, name)
