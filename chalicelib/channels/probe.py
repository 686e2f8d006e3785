"""The stack's own channel: a signed test message after a deployment must come back as a decision.

The body is ``{"nonce": "...", "text": "...", "at": "2026-11-25T20:40:00Z"}``, signed like Meta's. Nobody is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from chalicelib import proof
from chalicelib.channels._payload import ident, moment, parse, text
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import FromClient, Said
from chalicelib.errors import Refused, Rejected
from chalicelib.ports import Channel, Hearing, Secrets
from chalicelib.wire import Flow


class Probe:
    """One test message is one conversation, named by its nonce."""

    name = "probe"
    secrets: Sequence[str] = ("secret",)
    account: Sequence[str] = ()

    def handshake(self, query: Mapping[str, str], secrets: Secrets) -> str:
        """There is none. Raises `Rejected`."""
        raise Rejected("a probe does not ask")

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
        """``x-nochnik-signature`` signs the raw body. Raises `Rejected`."""
        proof.signature(headers.get("x-nochnik-signature", ""), body, secrets.get("secret", ""))

    def read(self, body: bytes) -> Iterable[FromClient]:
        """The one message. Its key is ``probe:<nonce>``."""
        message = parse(body)
        nonce, words = ident(message.get("nonce")), text(message.get("text"))
        if not nonce or not words:
            return ()
        return (Said(f"{self.name}:{nonce}", moment(message.get("at")), self.name, nonce, words),)

    def write(self, reply: Reply, account: Secrets, base_url: str, key: str) -> Flow[None]:
        """Nobody reads the answer."""
        yield from ()

    def acknowledge(self, receipt: str, account: Secrets, base_url: str) -> Flow[None]:
        """Nothing was pressed."""
        yield from ()

    def fetch(self, file: str, account: Secrets, base_url: str) -> Flow[bytes]:
        """A test message has no voice. Raises `Refused`."""
        yield from ()
        raise Refused("a probe does not speak")

    def register(self, hook: str, secrets: Secrets, base_url: str) -> Flow[None]:
        """Nobody has to know."""
        yield from ()

    def check(self, account: Secrets, base_url: str, hook: str) -> Flow[Hearing]:
        """Nobody calls but a deployment."""
        yield from ()
        return Hearing(registered=True)


CHANNEL: Channel = Probe()
