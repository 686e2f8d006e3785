"""Faults on the way to an emulated AWS, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ReadTimeoutError
from moto.core.models import botocore_stubber

NIGHT = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)


Deliver = Callable[[], Any]
Fault = Callable[[Deliver], Any]


class Killed(BaseException):
    """The Lambda is gone: no ``except Exception`` can catch it."""


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = NIGHT

    def __call__(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Wires:
    """What goes over the wire of one client: every operation in order, and what happens to the next ones."""

    client: Any
    sent: list[str] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Before moto's own handler, at the place where botocore would use the network: its retries see the fault.
        self.client.meta.events.register_first("before-send.*.*", self._on_the_way)

    def next(self, operation: str, *faults: Fault) -> None:
        """The next requests of an operation meet these faults, one each."""
        self.faults.setdefault(operation, []).extend(faults)

    def _on_the_way(self, event_name: str, request: Any, **_: Any) -> Any:
        operation = event_name.rsplit(".", 1)[1]
        self.sent.append(operation)
        if not self.faults.get(operation):
            return None
        return self.faults[operation].pop(0)(lambda: botocore_stubber(event_name, request))


def lost_answer(deliver: Deliver) -> Any:
    deliver()
    raise ReadTimeoutError(endpoint_url="https://aws.example")


def never_arrives(_: Deliver) -> Any:
    raise ReadTimeoutError(endpoint_url="https://aws.example")


def killed_before(_: Deliver) -> Any:
    raise Killed


def killed_after(deliver: Deliver) -> Any:
    deliver()
    raise Killed
