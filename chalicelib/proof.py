"""Prove who sent a webhook, in constant time.

A secret may hold several values separated by commas: the old and the new one while they are being changed, or the
two app secrets of which Instagram may sign with either.
"""

from __future__ import annotations

import hashlib
import hmac

from chalicelib.errors import Rejected

PREFIX = "sha256="


def shared_secret(given: str, secret: str) -> None:
    """``given`` is one of the values of ``secret``. Raises `Rejected`, also when no secret is set."""
    if not any(_same(given, value) for value in _values(secret)):
        raise Rejected("the secret is not ours")


def signature(given: str, body: bytes, secret: str) -> None:
    """``given`` is ``sha256=`` and the HMAC-SHA256 of the raw body in lower-case hex. Raises `Rejected`."""
    expected = [PREFIX + hmac.new(value.encode(), body, hashlib.sha256).hexdigest() for value in _values(secret)]
    if not any(_same(given, value) for value in expected):
        raise Rejected("the signature is not ours")


def _values(secret: str) -> list[str]:
    return [value.strip() for value in secret.split(",") if value.strip()]


def _same(given: str, expected: str) -> bool:
    # As bytes: compare_digest refuses texts outside ASCII, and a header may hold anything.
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
