"""Counts the tokens a model used, until the turn that takes the count."""

from __future__ import annotations

import queue


class Meter:
    """``add`` may be called by any thread; ``take`` returns what came together since the last time."""

    def __init__(self) -> None:
        self._used: queue.SimpleQueue[int] = queue.SimpleQueue()

    def add(self, tokens: int) -> None:
        self._used.put(tokens)

    def take(self) -> int:
        """Tokens used since this was last asked."""
        tokens = 0
        while True:
            try:
                tokens += self._used.get_nowait()
            except queue.Empty:
                return tokens
