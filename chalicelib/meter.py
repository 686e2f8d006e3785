"""What the language model costs, counted in the process that asks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(eq=False)
class Meter:
    """What the model has used, as far as this process knows. ``fresh`` is not in the table yet."""

    day: date | None = None
    total: int = 0
    fresh: int = 0
    calls: int = 0

    def add(self, tokens: int) -> None:
        """One answer of the model."""
        self.fresh += tokens
        self.calls += 1

    def taken(self) -> tuple[int, int]:
        """Calls and tokens since the last time this was asked."""
        calls, fresh = self.calls, self.fresh
        self.calls = self.fresh = 0
        return calls, fresh
