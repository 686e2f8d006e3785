"""One call to a Bitrix24 portal and what its answer means.

The address of the webhook is its password: it is in no exception and no repr.
Source: https://apidocs.bitrix24.com/error-codes.html, https://apidocs.bitrix24.com/limits.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit, urlunsplit

from chalicelib.errors import Refused, Unavailable
from chalicelib.wire import Flow, Request, Response

# A portal ends every call after 60 s (https://apidocs.bitrix24.com/limits.html): a write whose answer was lost may
# still be going on until then, and would not be found by the look-up of a quicker repetition.
CALL_SECONDS = 60.0
READ_SECONDS = 30.0
BLOCKED_METHOD_SECONDS = 60.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
COUNTRIES = "ru by kz uz ua com eu de fr es it pl uk in cn jp vn id mx co com.br com.tr"
PORTALS = tuple(f".bitrix24.{country}" for country in COUNTRIES.split())
"""Where portals live. Sites that customers publish (bitrix24.site, bitrix24.shop) are not among them."""

Acts = Literal["nobody", "person"]

# Who must act on an error code. It outweighs the HTTP status: QUERY_LIMIT_EXCEEDED has been seen under 200, the kernel
# answers 401 where the documentation says 403 or 503, and a handler's own error goes out under 200.
# https://apidocs.bitrix24.com/error-codes.html and the error lists of crm.item.* and crm.duplicate.findbycomm.
ERRORS: Mapping[str, Acts] = {
    "QUERY_LIMIT_EXCEEDED": "nobody",
    "OPERATION_TIME_LIMIT": "nobody",
    "INTERNAL_SERVER_ERROR": "nobody",
    "ERROR_UNEXPECTED_ANSWER": "nobody",
    "CONNECTION_ERROR": "nobody",
    # Blocked by hand until the owner has spoken with support: knocking on makes it worse.
    "OVERLOAD_LIMIT": "person",
    # The webhook was deleted, has expired, or may not do what we ask.
    "NO_AUTH_FOUND": "person",
    "INVALID_TOKEN": "person",
    "EXPIRED_TOKEN": "person",
    "INVALID_CREDENTIALS": "person",
    "INSUFFICIENT_SCOPE": "person",
    "WRONG_AUTH_TYPE": "person",
    "INVALID_REQUEST": "person",
    "USER_ACCESS_ERROR": "person",
    "ALLOWED_ONLY_INTRANET_USER": "person",
    "METHOD_CONFIRM_WAITING": "person",
    "METHOD_CONFIRM_DENIED": "person",
    # The tariff or the portal itself is gone.
    "ACCESS_DENIED": "person",
    "WRONG_LICENSE": "person",
    "PAYMENT_REQUIRED": "person",
    "APPLICATION_NOT_FOUND": "person",
    "PORTAL_DELETED": "person",
    # The portal does not take what we sent.
    "ERROR_METHOD_NOT_FOUND": "person",
    "NOT_FOUND": "person",
    "ERROR_NOT_FOUND": "person",
    "INVALID_ARG_VALUE": "person",
    "ERROR_ARGUMENT": "person",
    "USER_ID_EMPTY": "person",
    "MESSAGE_EMPTY": "person",
    "ATTACH_ERROR": "person",
    "ATTACH_OVERSIZE": "person",
    "CRM_FIELD_ERROR_VALUE_NOT_VALID": "person",
    "CREATE_DYNAMIC_ITEM_RESTRICTED": "person",
    "100": "person",
    "422": "person",
    "0": "person",
}
# The same code stands for a broken database and for a field that is not accepted, for a time that is taken and for a
# resource that does not exist; only the text tells them apart.
ERRORS_BY_TEXT: Mapping[tuple[str, str], Acts] = {
    ("ERROR_CORE", "SQL query error"): "nobody",
    ("1018", "unavailable for the requested time"): "nobody",
    ("1019", "unavailable for the requested time"): "nobody",
}
MISSING = frozenset({("1019", "Booking not found"), ("1021", "Booking not found")})
"""What a portal says of a booking that is not there (any more)."""


class Missing(Refused):
    """What is asked about is not at the portal."""


@dataclass(frozen=True)
class Portal:
    """A portal reached by its incoming webhook; ``code`` is the secret last part of its address."""

    base_url: str = field(repr=False)
    code: str = field(repr=False)


def portal_at(base_url: str) -> Portal:
    """The portal of ``https://<portal>/rest/<user>/<code>``. Raises `Refused` on any other address."""
    parts = urlsplit(base_url)
    steps = parts.path.strip("/").split("/")
    if parts.scheme not in ("https", "http") or not parts.hostname or len(steps) < 3 or steps[-3] != "rest":
        raise Refused("the address of the Bitrix24 webhook is not https://<portal>/rest/<user>/<code>")
    return Portal(base_url.rstrip("/"), steps[-1])


def call(portal: Portal, method: str, params: Mapping[str, Any]) -> Flow[Any]:
    """One REST call; the ``result`` of its envelope. Raises `Unavailable`, `Refused`.

    A renamed portal answers 302 to a POST; the call is made again at its new name, with its body
    (https://apidocs.bitrix24.com/settings/interactivity/change-domen.html).
    """
    request = _request(f"{portal.base_url}/{method}", params)
    response = yield request
    if response.status in REDIRECTS:
        response = yield _request(_moved(request.url, _header(response, "location")), params)
    if response.status in REDIRECTS:
        raise Refused("the Bitrix24 portal redirects in a circle: is the address of the webhook still right?")
    return _result(method, response, portal.code)


def _request(url: str, params: Mapping[str, Any]) -> Request:
    headers = {"Accept": "application/json", "User-Agent": "nochnik"}
    return Request("POST", url, json=dict(params), headers=headers, seconds=READ_SECONDS)


def _moved(url: str, location: str) -> str:
    """The same path at the portal's new name. Raises `Refused` where the webhook's password must not go."""
    old = urlsplit(url)
    try:
        new = urlsplit(urljoin(url, location))
        host, port = new.hostname or "", new.port
    except ValueError:
        raise Refused("the Bitrix24 portal redirects to an address that cannot be read") from None
    if new.scheme not in ("https", old.scheme) or not (host == old.hostname or host.endswith(PORTALS)):
        raise Refused("the Bitrix24 portal redirects to a host that is not Bitrix24's: nothing was sent there")
    return urlunsplit((new.scheme, f"{host}:{port}" if port else host, old.path, "", ""))


# The answers


def _result(method: str, response: Response, secret: str) -> Any:
    """The ``result``. The body is looked at before the status: errors come under 200, too."""
    body = response.json()
    error = _error(body)
    if error is not None:
        raise _classified(method, response, body, *error, secret)
    if response.status >= 300 and _acts_on_status(response.status) == "person":
        raise Refused(f"{method}: HTTP {response.status} without an explanation")
    if response.status >= 300 or not isinstance(body, dict) or "result" not in body:
        # A proxy's page or half an answer: what the portal did is not known.
        raise Unavailable(f"{method}: HTTP {response.status}, no result", _asked_to_wait(response), answered=False)
    return body["result"]


def _error(body: Any) -> tuple[str, str] | None:
    """Code and text of an error: at the top, inside ``result`` (a handler's own), or an object as in REST v3.
    The code may be a number or an empty string."""
    if not isinstance(body, dict):
        return None
    inner = body.get("result")
    if isinstance(inner, dict) and inner.get("error"):
        body = inner
    if "error" not in body or (not body["error"] and "result" in body):
        return None
    error = body["error"]
    if isinstance(error, dict):
        return str(error.get("code", "")), str(error.get("message", ""))
    return str(error), str(body.get("error_description") or "")


def _classified(method: str, response: Response, body: Any, code: str, text: str, secret: str) -> Exception:
    why = _reason(method, code or f"HTTP {response.status}", text, secret)
    if (code, text) in MISSING:
        return Missing(why)
    if _acts(code.upper(), text, response.status) == "person":
        return Refused(why)
    if code.upper() == "OPERATION_TIME_LIMIT":
        return Unavailable(why, _until_reset(response, body))
    return Unavailable(why, _asked_to_wait(response))


def _acts(code: str, text: str, status: int) -> Acts:
    by_text = next((acts for (row, part), acts in ERRORS_BY_TEXT.items() if row == code and part in text), None)
    return by_text or ERRORS.get(code) or _acts_on_status(status)


def _acts_on_status(status: int) -> Acts:
    return "nobody" if status >= 500 or status in (408, 425, 429) else "person"


def _reason(method: str, code: str, text: str, secret: str) -> str:
    """What the colleague reads: the portal's words, short, without markup, the password, or anybody's number."""
    words = re.sub(r"<[^<>]*>", " ", text.replace(secret, "…")).split()
    said = re.sub(r"\+?\d{7,}", "…", " ".join(words))[:200]
    return f"{method}: {code}, {said}" if said else f"{method}: {code}"


def _until_reset(response: Response, body: Any) -> float:
    """Seconds until the blocked method works again, by the portal's own clock: ours may be off."""
    times = body.get("time") if isinstance(body.get("time"), dict) else {}
    reset = times.get("operating_reset_at") or body.get("operating_reset_at")
    now = times.get("finish") or _date(response)
    if isinstance(reset, int | float) and isinstance(now, int | float):
        return max(1.0, float(reset - now))
    return _asked_to_wait(response) or BLOCKED_METHOD_SECONDS


def _asked_to_wait(response: Response) -> float | None:
    seconds = _header(response, "retry-after")
    return float(seconds) if re.fullmatch(r"\d{1,5}", seconds) else None


def _date(response: Response) -> float | None:
    try:
        return parsedate_to_datetime(_header(response, "date")).timestamp()
    except ValueError:
        return None


def _header(response: Response, name: str) -> str:
    return next((value for header, value in response.headers.items() if header.lower() == name), "")
