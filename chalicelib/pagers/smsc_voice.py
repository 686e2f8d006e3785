"""SMSC: a call that reads a text out, from the account of its text messages. No key comes back.

Its voice menu (``{menu: ...}`` in the text) can call an address of ours, but what it sends there is not documented, so
nothing is built on it. Source: https://smsc.ru/api/http/send/voice/
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.pagers import _smsc
from chalicelib.pagers._words import cut
from chalicelib.ports import DRY_RUN, Pager, Secrets
from chalicelib.wire import Flow

LONGEST = 1000
"""Characters, the limit of SMSC."""
PLAIN = str.maketrans("{}", "()")
"""In braces a client could give the voice orders."""


class SmscVoice:
    """SMSC's calls as a `chalicelib.ports.Pager`."""

    name = "smsc_voice"
    account: Sequence[str] = _smsc.ACCOUNT

    def page(self, address: str, text: str, account: Secrets, base_url: str, key: str) -> Flow[str]:
        """One call. A second one for the same key is not made: it is looked for first. Two requests."""
        if not account.get(DRY_RUN) and (yield from _smsc.is_there(self.name, address, account, base_url, key)):
            return _smsc.own_id(key)
        form = {"mes": cut(text.translate(PLAIN), LONGEST), "call": "1"}
        return (yield from _smsc.send(self.name, address, form, account, base_url, key))


PAGER: Pager = SmscVoice()
