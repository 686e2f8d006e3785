"""What colleagues wish of the rota, and what they have agreed between them since the pack was published. Values only:
every turn reads them, and so does what must not load the pack's model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

Day = date
"""The field below is called `date`; inside its class that name is the field, not the type."""


Role = Literal["duty", "reserve", "extra"]
Kind = Literal["who", "mine", "swap", "assign", "withdraw"]
Part = Literal["morning", "day", "evening", "night"]


@dataclass(frozen=True)
class StaffWish:
    """What a colleague wants of the rota. ``date`` and ``part`` or ``at`` (wall time) name a shift, the night of a date
    being the one that begins on it; ``colleague``: whom to put there, ``instead``: for whom, both ids; ``role``: as
    what."""

    kind: Kind
    date: Day | None = None
    part: Part | None = None
    at: time | None = None
    colleague: str | None = None
    instead: str | None = None
    role: Role = "duty"

    @property
    def is_timed(self) -> bool:
        return self.date is not None or self.part is not None or self.at is not None


@dataclass(frozen=True)
class Swap:
    """What colleagues agreed on for one shift: everyone in it from now on. ``starts`` is wall time."""

    date: Day
    starts: time
    duty: str
    reserve: str | None = None
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Withdrawn:
    """Somebody has taken back every wish to be relieved that she told until ``at`` (UTC)."""

    asker: str
    at: datetime


@dataclass(frozen=True)
class Swaps:
    """What has changed in the rota since the pack was published. ``version`` counts the changes: one that was decided
    upon an earlier version is decided anew."""

    version: int = 0
    agreed: tuple[Swap, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()

    def after(self, change: Swap | Withdrawn, today: date) -> Swaps:
        """With one more change, without swaps of shifts that are over; the same again changes nothing. A later swap of
        a shift takes the place of an earlier one."""
        agreed, withdrawn = self.agreed, self.withdrawn
        if isinstance(change, Swap):
            agreed = (*(one for one in agreed if (one.date, one.starts) != (change.date, change.starts)), change)
        else:
            withdrawn = (*(one for one in withdrawn if one.asker != change.asker), change)
        if (set(agreed), set(withdrawn)) == (set(self.agreed), set(self.withdrawn)):
            return self
        # A night of yesterday goes on today.
        agreed = tuple(one for one in agreed if one.date >= today - timedelta(days=1))
        return replace(self, agreed=agreed, withdrawn=withdrawn)

    def taken_back(self, asker: str, asked: datetime) -> bool:
        """Whether she took back what she asked for at ``asked``."""
        return any(one.asker == asker and asked <= one.at for one in self.withdrawn)


UNCHANGED = Swaps()
"""The rota as it was published."""
