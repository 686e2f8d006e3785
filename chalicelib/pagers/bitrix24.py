"""Bitrix24: a notice to a colleague, which her phone shows as a push. The portal and its errors: bitrix24_portal.py.

A portal has no key for a notice: ``TAG`` counts only for applications, so a notice whose answer was lost is told again.
Source: https://apidocs.bitrix24.com/api-reference/chats/notifications/im-notify-system-add.html
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.bitrix24_portal import call, portal_at
from chalicelib.errors import Refused, Unavailable
from chalicelib.pagers._answers import wanting
from chalicelib.ports import DRY_RUN, Pager, Secrets
from chalicelib.wire import Flow

METHOD = "im.notify.system.add"
"""Not ``im.notify.personal.add``, which comes from the owner of the webhook: she may be the one who is paged."""
PLAIN = str.maketrans("[]", "()")
"""In brackets a client's words could be a link."""


class Bitrix24:
    """Bitrix24's notices as a `chalicelib.ports.Pager`."""

    name = "bitrix24"
    account: Sequence[str] = ("webhook_url",)

    def page(self, address: str, text: str, account: Secrets, base_url: str, key: str) -> Flow[str]:
        """One notice to the user whose id ``address`` is. The portal is the account's webhook, which needs the scope
        ``im``; ``base_url`` is not used. One request."""
        wanting(self.name, account, "webhook_url")
        if not address.isdecimal():
            raise Refused(f"{self.name}: the address is not a user's id")
        if account.get(DRY_RUN):
            return f"dry:{key}"
        portal = portal_at(account["webhook_url"])
        notice = yield from call(portal, METHOD, {"USER_ID": int(address), "MESSAGE": text.translate(PLAIN)})
        if notice is False:
            raise Refused(f"{METHOD}: no notice was made, is there such a user?")
        if isinstance(notice, bool) or not str(notice).isdecimal():
            raise Unavailable(f"{METHOD}: no id of the notice", answered=False)
        return str(notice)


PAGER: Pager = Bitrix24()
