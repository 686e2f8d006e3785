"""The sandbox's clock: the wall clock plus what the page has wound the stack's clock forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbox.cloud import StackUnreachable

STALE_SECONDS = 0.5


def wall() -> datetime:
    """The real time, UTC."""
    return datetime.now(UTC)


class Clock:
    """Tells the product's time. ``ahead`` reads how far the stack's clock is wound, asked twice a second at most."""

    def __init__(self, wall: Callable[[], datetime], ahead: Callable[[], timedelta]) -> None:
        self.wall = wall
        self._read = ahead
        self._ahead = timedelta(0)
        self._asked = -STALE_SECONDS

    def now(self) -> datetime:
        return self.wall() + self.ahead()

    def ahead(self) -> timedelta:
        if time.monotonic() - self._asked >= STALE_SECONDS:
            self._asked = time.monotonic()
            try:
                self._ahead = self._read()
            except StackUnreachable:
                return self._ahead  # the last known
        return self._ahead

    def forget(self) -> None:
        """Ask again next time: the clock was wound."""
        self._asked = -STALE_SECONDS
