"""SMSC: a text message."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.pagers import _smsc
from chalicelib.pagers._words import as_sms
from chalicelib.ports import Pager, Secrets
from chalicelib.wire import Flow


class Smsc:
    """SMSC's messages as a `chalicelib.ports.Pager`."""

    name = "smsc"
    account: Sequence[str] = _smsc.ACCOUNT

    def page(self, address: str, text: str, account: Secrets, base_url: str, key: str) -> Flow[str]:
        """One message, of two parts at most. ``sender`` is an approved name of the account. One request."""
        form = {"mes": as_sms(text)}
        if account.get("sender"):
            form["sender"] = account["sender"]
        return (yield from _smsc.send(self.name, address, form, account, base_url, key))


PAGER: Pager = Smsc()
