"""The stack in memory, and what may befall it: at every outside call a Lambda can die."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib import records
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import Event, Rang, conversation_of
from chalicelib.engine import converse
from chalicelib.errors import Unavailable
from chalicelib.office import Office
from chalicelib.ports import Job
from chalicelib.readers.phrases import Phrases
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Rules
from chalicelib.settings import from_environment
from infra.tabletop import Messenger, Queues, Secrets, Table

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)  # 23:40 in Samara
LOCAL = Phrases()
CLIENTS = Path(__file__).parents[2] / "clients"


@lru_cache(maxsize=4)
def shipped(client: str = "demo-salon") -> Rules:
    """A demo pack as it is."""
    return load(CLIENTS / client)


@lru_cache(maxsize=4)
def demo(client: str = "demo-salon") -> Rules:
    """A demo pack of a business that books no times: requests are taken, and a colleague sets the time."""
    rules = shipped(client)
    return rules.model_copy(update={"registry": rules.registry.model_copy(update={"booking": None})})


class Killed(BaseException):
    """The Lambda is gone: no ``except Exception`` of the product can catch it."""


@dataclass
class Fragile:
    """Stands before any part of the world and dies before or after its n-th call, counted over all of them."""

    inner: Any
    death: Death

    def __getattr__(self, name: str) -> Any:
        return self.death.around(getattr(self.inner, name))

    def __call__(self, *args: Any) -> Any:
        return self.death.around(self.inner)(*args)


@dataclass
class Death:
    """When to die: the numbers of the moments, two for each outside call (before it, after it)."""

    moments: frozenset[int] = frozenset()
    passed: int = 0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def fragile(*args: Any, **kwargs: Any) -> Any:
            self._moment()
            result = call(*args, **kwargs)
            self._moment()
            return result

        return fragile

    def _moment(self) -> None:
        self.passed += 1
        if self.passed in self.moments:
            raise Killed


@dataclass
class World:
    """One client's stack. ``deliver`` is the queue: it brings an event until it is worked."""

    table: Table = field(init=False)
    queues: Queues = field(default_factory=Queues)
    messenger: Messenger = field(default_factory=Messenger)
    death: Death = field(default_factory=Death)
    now: datetime = NOW
    pause: float = 0

    def __post_init__(self) -> None:
        self.table = Table(demo(), lambda: self.now)

    def office(self) -> Office:
        return Office(
            settings=from_environment({"CLIENT": "demo-salon", "PAUSE_SECONDS": str(self.pause)}),
            memory=Fragile(self.table, self.death),
            post=Fragile(self.queues, self.death),
            secrets=Secrets(),
            send=Fragile(self.messenger, self.death),
            clock=lambda: self.now,
            local=LOCAL,
        )

    def deliver(self, event: Event, tries: int = 12) -> bool:
        """Bring one event as SQS does, again and again until it is worked; True when it was."""
        for attempt in range(1, tries + 1):
            job = Job(records.dump(event), "handle", event.key, conversation_of(event), attempt)
            try:
                if not converse([job], self.office()):
                    return True
            except Killed:
                continue
        return False

    def settle(self) -> None:
        """Work on what the stack put into its own inbox until nothing is left."""
        while self.queues.events:
            self.deliver(self.queues.events.pop(next(iter(self.queues.events))))

    def ring(self, token: str) -> None:
        timer = self.queues.timers.pop(token)
        self.now = max(self.now, timer.at)
        self.deliver(Rang(f"timer:{token}", timer.at, timer.conversation, timer.timer, token))


__all__ = ["NOW", "Death", "Killed", "Messenger", "Queues", "Reply", "Unavailable", "World", "demo"]
