"""What the answers of telephone gateways have in common: errors come under 200, and only their own JSON counts.

No error repeats what the gateway said or what was asked: keys and phone numbers are in both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from chalicelib.errors import Refused, Unavailable
from chalicelib.wire import Response

Means = Literal["already", "nobody", "person"]
"""What an error is: already: she was paged by an earlier try; nobody: trying again is right; person: it is not."""


def told(name: str, response: Response) -> Any:
    """The JSON of an answer. Raises `Unavailable` (answered: False where the page may have gone out), `Refused`."""
    body, status = response.json(), response.status
    if status == 429:
        raise Unavailable(f"{name}: HTTP 429", _asked_to_wait(response))
    if status >= 500 or (status < 300 and body is None):
        raise Unavailable(f"{name}: HTTP {status}", answered=False)
    if status >= 300 and body is None:
        raise Refused(f"{name}: HTTP {status}")
    return body


def failed(name: str, code: object, why: str, means: Means) -> Exception:
    """An error of the gateway's own, as who must act on it."""
    text = f"{name}: {code}, {why}" if why else f"{name}: {code}"
    return Unavailable(text) if means == "nobody" else Refused(text)


def wanting(name: str, account: Mapping[str, str], *secrets: str) -> None:
    """Raises `Refused` when one of these secrets was never stored."""
    missing = [secret for secret in secrets if not account.get(secret)]
    if missing:
        raise Refused(f"{name}: no {', '.join(missing)} in the Parameter Store")


def digits(name: str, address: str) -> str:
    """A phone as gateways want it, 7XXXXXXXXXX. Raises `Refused` for anything else."""
    if not re.fullmatch(r"\+\d{10,15}", address):
        raise Refused(f"{name}: the address is not a phone number")
    return address[1:]


def mapping(value: object) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def number(value: object) -> int:
    """A code, which some write as a text; 0 for anything else."""
    return int(str(value)) if re.fullmatch(r"-?\d{1,6}", str(value)) else 0


def _asked_to_wait(response: Response) -> float | None:
    seconds = next((value for name, value in response.headers.items() if name.lower() == "retry-after"), "")
    return float(seconds) if re.fullmatch(r"\d{1,5}", seconds) else None
