"""A circuit breaker: who does not answer is left alone for a while, so that every client need not wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from chalicelib.errors import Unavailable

T = TypeVar("T")


class Breaker:
    """After ``failures`` in a row it is open for ``seconds``, then lets one try through: its success closes it, its
    failure opens it again. ``clock`` tells monotonic seconds. One a process and provider."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, failures: int = 3, seconds: float = 60.0) -> None:
        self._clock = clock
        self._most = failures
        self._seconds = seconds
        self._failed = 0
        self._open_until: float | None = None

    @property
    def open(self) -> bool:
        """Whether a try would be refused now."""
        return self._open_until is not None and self._clock() < self._open_until

    def through(self, ask: Callable[[], T]) -> T:
        """What ``ask`` brings. Raises its `Unavailable`, or at once one of its own while open."""
        if self.open:
            raise Unavailable("left alone after failures")
        if self._open_until is not None:
            self._open()  # for everybody else, until this one try is over
        try:
            result = ask()
        except Unavailable:
            self._failed += 1
            if self._failed >= self._most:
                self._open()
            raise
        self._failed, self._open_until = 0, None
        return result

    def _open(self) -> None:
        self._open_until = self._clock() + self._seconds
