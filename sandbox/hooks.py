"""Webhooks on their way from a messenger to the stack: in order within a chat, repeated while refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

TRIES = 3
PAUSE_SECONDS = 1.0
SECONDS_TO_ANSWER = 20.0


@dataclass(frozen=True)
class Call:
    """One HTTP request to the stack."""

    method: str
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What the stack answered; status 0 when it did not."""

    status: int
    body: bytes = b""


@dataclass(frozen=True)
class Delivery:
    """How a webhook fared: the last status and how many tries it took."""

    status: int
    tries: int

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


Send = Callable[[Call], Reply]


def over_http() -> Send:
    """The real transport."""
    import requests

    session = requests.Session()
    session.trust_env = False

    def send(call: Call) -> Reply:
        try:
            answer = session.request(
                call.method, call.url, data=call.body, headers=dict(call.headers), timeout=SECONDS_TO_ANSWER
            )
        except requests.RequestException:
            return Reply(0)
        return Reply(answer.status_code, answer.content)

    return send


class Courier:
    """Carries webhooks. ``note`` gets every try, for the log."""

    def __init__(
        self, send: Send, note: Callable[[Call, Reply], None], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._send = send
        self._note = note
        self._sleep = sleep
        self._turns: dict[str, threading.Lock] = {}
        self._turns_of = threading.Lock()

    def deliver(self, chat: str, build: Callable[[], Call]) -> Delivery:
        """Send one webhook of a chat after those before it, up to `TRIES` times until it answers 2xx.

        ``build`` is called when its turn has come, so that ids given there grow in the order of delivery.
        """
        with self._turn(chat):
            call = build()
            for tries in range(1, TRIES + 1):
                reply = self.once(call)
                delivery = Delivery(reply.status, tries)
                if delivery.accepted or tries == TRIES:
                    return delivery
                self._sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")

    def once(self, call: Call) -> Reply:
        reply = self._send(call)
        self._note(call, reply)
        return reply

    def _turn(self, chat: str) -> threading.Lock:
        with self._turns_of:
            return self._turns.setdefault(chat, threading.Lock())
