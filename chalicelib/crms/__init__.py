"""The CRMs, one file each: put a file here that ends in ``CRM: Crm = ...`` and it is served."""

from __future__ import annotations

from typing import cast

from chalicelib.ports import Crm
from chalicelib.providers import provided


def crm(name: str) -> Crm:
    """The CRM that ``crm.kind`` of business.yaml names. Raises LookupError when there is no such file."""
    return cast(Crm, provided(__name__, name, "CRM"))
