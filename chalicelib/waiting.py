"""A freed hour sells itself: who waits for such a time is told, one after the other, the best match first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.desk.events import Freed
from chalicelib.desk.offers import minutes_away

if TYPE_CHECKING:
    from datetime import timedelta

    from chalicelib.desk.values import Slot, Waits
    from chalicelib.office import Office

NEAR_MINUTES = 90
"""Who waits for five o'clock is told of half past four, not of ten in the morning."""


def offer_freed(slot: Slot, key: str, office: Office, ahead: timedelta) -> None:
    """Tell the next of those who wait for a time like ``slot``; nobody when none is left. Raises `Unavailable`."""
    fitting = [line for line in office.memory.waiting() if suits(line, slot)]
    if fitting:
        line = min(fitting, key=lambda one: (minutes_away(slot, one.wish), one.since))
        now = office.clock() + ahead
        office.post.inbox([Freed(f"{key}/freed", now, line.conversation, line.id, slot)])


def suits(line: Waits, slot: Slot) -> bool:
    """Whether this is what she waits for: service, master, day and hours; and she has not let it go already."""
    wish = line.wish
    if line.service != slot.service or slot.id in line.offered:
        return False
    if line.masters and slot.master not in line.masters:
        return False
    if wish.days_away(slot.date):
        return False
    return minutes_away(slot, wish) <= NEAR_MINUTES
