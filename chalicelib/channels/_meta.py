"""What WhatsApp and Instagram share: Meta's handshake, its calls of the Graph API and its refusals.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib import proof
from chalicelib.channels._payload import described, mapping
from chalicelib.errors import Refused, Rejected, Unavailable, Unreachable
from chalicelib.ports import Secrets
from chalicelib.wire import Flow, Request, Response

VERSION = "v26.0"

BUSY = frozenset({1, 2, 4, 17, 32, 341, 613, 80002, 80006, 80007})
"""Codes of every Graph API that pass by themselves: an unknown fault of theirs, or too many calls."""

MEDIA_HOSTS = ("fbsbx.com", "fbcdn.net", "cdninstagram.com", "whatsapp.net")
"""Where Meta keeps what clients send, e.g. ``lookaside.fbsbx.com``."""


def handshake(query: Mapping[str, str], secrets: Secrets) -> str:
    """The challenge, if the one who asks knows our verify token. Raises `Rejected`."""
    if query.get("hub.mode") != "subscribe" or not query.get("hub.challenge"):
        raise Rejected("not a subscription request")
    proof.shared_secret(query.get("hub.verify_token", ""), secrets.get("verify_token", ""))
    return query["hub.challenge"]


def verify(headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
    """The raw body is signed with our app secret. The older sha1 header is not looked at. Raises `Rejected`."""
    proof.signature(headers.get("x-hub-signature-256", ""), body, secrets.get("secret", ""))


def bearer(account: Secrets) -> dict[str, str]:
    """The header that proves us to Meta."""
    return {"authorization": f"Bearer {account['token']}"}


def call(
    method: str,
    url: str,
    account: Secrets,
    failures: Mapping[tuple[int, int | None], type[Exception]],
    *,
    json: Any = None,
    query: Mapping[str, str] | None = None,
) -> Flow[Mapping[str, Any]]:
    """The answer to one call of the Graph API. ``failures`` says what the codes (code, subcode or None for any) of
    this product mean. Raises `Unavailable`, `Refused`, `Unreachable`."""
    response = yield Request(method, url, json=json, query=query or {}, headers=bearer(account))
    answer = response.json()
    if 200 <= response.status < 300 and isinstance(answer, dict) and "error" not in answer:
        return answer
    raise _failure(response, mapping(mapping(answer).get("error")), account, failures)


def _failure(
    response: Response,
    error: Mapping[str, Any],
    account: Secrets,
    failures: Mapping[tuple[int, int | None], type[Exception]],
) -> Exception:
    code, subcode = number(error.get("code")), number(error.get("error_subcode"))
    details = mapping(error.get("error_data")).get("details") or error.get("message") or "no explanation"
    why = f"HTTP {response.status}, code {code}/{subcode}: {described(details, account)}"
    kind = failures.get((code, subcode)) or failures.get((code, None))
    if kind is None:
        kind = Unavailable if code in BUSY or error.get("is_transient") is True or _passing(response) else Refused
    if kind is Unavailable:
        # A 2xx that is not theirs (a proxy's page) leaves the outcome unknown.
        return Unavailable(why, retry_after(response), answered=not 200 <= response.status < 300 or bool(error))
    return Unreachable(why) if kind is Unreachable else Refused(why)


def _passing(response: Response) -> bool:
    return response.status < 400 or response.status in (408, 429) or response.status >= 500


def number(value: object) -> int:
    """A code as Meta writes it, a number or its text; 0 when there is none."""
    try:
        return int(value) if isinstance(value, int | str) else 0
    except ValueError:
        return 0


def retry_after(response: Response) -> float | None:
    """The seconds of a Retry-After header, if there is one."""
    asked = {name.lower(): value for name, value in response.headers.items()}.get("retry-after", "")
    return float(asked) if asked.isdecimal() else None
