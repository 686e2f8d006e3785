"""SMS.ru: a text message. The answer's own OK says that it was understood, the recipient's whether it goes out.

There is no key to repeat a request by; the same words to the same number are refused as such, which tells us that the
first try got through. Source: https://sms.ru/api/send
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.errors import Unavailable
from chalicelib.pagers._answers import Means, digits, failed, mapping, number, told, wanting
from chalicelib.pagers._words import as_sms
from chalicelib.ports import DRY_RUN, Pager, Secrets
from chalicelib.wire import Flow, Request

SENT = frozenset({100, 101, 102, 103, 110})
ERRORS: Mapping[int, tuple[Means, str]] = {
    104: ("person", "not delivered: its time is over"),
    105: ("person", "not delivered: deleted by the operator"),
    106: ("person", "not delivered: a fault of the phone"),
    107: ("person", "not delivered: unknown reason"),
    108: ("person", "not delivered: rejected"),
    150: ("person", "not delivered: no route to this number"),
    200: ("person", "the api_id is wrong"),
    201: ("person", "no money on the account"),
    202: ("person", "the number is wrong or has no route"),
    203: ("person", "no text"),
    204: ("person", "the sender's name is not approved"),
    205: ("person", "the text is too long"),
    206: ("person", "the account's daily limit is reached"),
    207: ("person", "messages to this number are blocked"),
    208: ("person", "the time is wrong"),
    209: ("person", "the number is on the account's stop list"),
    210: ("person", "GET where POST is needed"),
    211: ("person", "no such method"),
    212: ("person", "the text is not UTF-8"),
    213: ("person", "too many numbers"),
    220: ("nobody", "out of service for a while"),
    230: ("person", "the daily limit of this number is reached"),
    231: ("already", ""),
    232: ("already", ""),
    300: ("person", "the token is wrong or has expired"),
    301: ("person", "the password is wrong"),
    302: ("person", "the account is not confirmed"),
}


class SmsRu:
    """SMS.ru as a `chalicelib.ports.Pager`."""

    name = "smsru"
    account: Sequence[str] = ("api_id", "sender")

    def page(self, address: str, text: str, account: Secrets, base_url: str, key: str) -> Flow[str]:
        """One message, of two parts at most. ``sender`` is an approved name of the account; without one it goes from
        the account's usual name. One request."""
        wanting(self.name, account, "api_id")
        form = {"api_id": account["api_id"], "to": digits(self.name, address), "msg": as_sms(text), "json": "1"}
        if account.get("sender"):
            form["from"] = account["sender"]
        if account.get(DRY_RUN):
            form["test"] = "1"
        body = mapping(told(self.name, (yield Request("POST", f"{base_url}/sms/send", form=form))))
        code, sms = _outcome(body, form["to"])
        if code in SENT:
            return f"dry:{sms}" if account.get(DRY_RUN) else sms
        means, why = ERRORS.get(code, ("person", ""))
        if means == "already":
            return f"same:{key}"
        raise failed(self.name, code, why, means)


def _outcome(body: Mapping[str, object], to: str) -> tuple[int, str]:
    """Code and id of the message to this number; the code of the whole answer when nothing is said of it."""
    message = mapping(mapping(body.get("sms")).get(to))
    if message:
        return number(message.get("status_code")), str(message.get("sms_id") or "sent")
    code = number(body.get("status_code"))
    if code in SENT or not code:
        raise Unavailable("smsru: nothing is said of the message", answered=False)
    return code, ""


PAGER: Pager = SmsRu()
