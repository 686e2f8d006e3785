"""One request to SMSC, for text messages and for calls: they share the account, the method and its errors.

A message carries our own number, made of the page's key, so it can be asked for by it; the same message within a minute
is refused with 9, which tells that the first try got through.
Source: https://smsc.ru/api/http/send/sms/, https://smsc.ru/api/http/status_messages/
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from chalicelib.errors import Refused, Unavailable
from chalicelib.pagers._answers import Means, digits, failed, mapping, number, told, wanting
from chalicelib.ports import DRY_RUN, Secrets
from chalicelib.wire import Flow, Request

ACCOUNT = ("login", "password", "apikey", "sender")
"""Either the key, or login and password."""
ERRORS: Mapping[int, tuple[Means, str]] = {
    1: ("person", "a parameter is wrong"),
    2: ("person", "login, password or key is wrong, or the address is not allowed"),
    3: ("person", "no money on the account"),
    4: ("person", "blocked for a while after too many errors"),
    5: ("person", "the date is wrong"),
    6: ("person", "the text or the sender's name is forbidden"),
    7: ("person", "the number is wrong"),
    8: ("person", "messages to this number cannot be delivered"),
    9: ("already", ""),
}
NOT_FOUND = 3
"""The error of a status that is asked for a message which does not exist."""
NO_STATUS = -3
"""The same, told as a status."""


def send(name: str, address: str, form: Mapping[str, str], account: Secrets, base_url: str, key: str) -> Flow[str]:
    """Send what ``form`` says; the message's id. In a dry run only its price is asked."""
    asked = {**_proof(name, account), "phones": digits(name, address), "id": own_id(key), "charset": "utf-8",
             "fmt": "3", **form}  # fmt: skip
    if account.get(DRY_RUN):
        asked["cost"] = "1"
    body = mapping(told(name, (yield Request("POST", f"{base_url}/sys/send.php", form=asked))))
    code = number(body.get("error_code"))
    means, why = ERRORS.get(code, ("person", ""))
    if ("error" in body or code) and means != "already":
        raise failed(name, code, why, means)
    if account.get(DRY_RUN):
        return f"dry:{own_id(key)}"
    if not body.get("id") and means != "already":
        raise Unavailable(f"{name}: no id of the message", answered=False)
    return own_id(key)


def is_there(name: str, address: str, account: Secrets, base_url: str, key: str) -> Flow[bool]:
    """Whether the page of this key was taken by an earlier try. Raises as ``send``, save that an answer that cannot be
    understood is none: better twice than never."""
    asked = {**_proof(name, account), "phone": digits(name, address), "id": own_id(key), "charset": "utf-8", "fmt": "3"}
    body = mapping(told(name, (yield Request("POST", f"{base_url}/sys/status.php", form=asked))))
    code = number(body.get("error_code"))
    if code in (2, 4):
        raise failed(name, code, ERRORS[code][1], "person")
    return not code and "status" in body and number(body["status"]) != NO_STATUS


def own_id(key: str) -> str:
    """A number from 1 to 2147483647, as SMSC takes it, the same for the same key."""
    return str(int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % (2**31 - 1) + 1)


def _proof(name: str, account: Secrets) -> Mapping[str, str]:
    if account.get("apikey"):
        return {"apikey": account["apikey"]}
    try:
        wanting(name, account, "login", "password")
    except Refused:
        raise Refused(f"{name}: neither apikey nor login and password in the Parameter Store") from None
    return {"login": account["login"], "psw": account["password"]}
