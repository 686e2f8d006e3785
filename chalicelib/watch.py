"""What should have happened and did not: timers that never rang are rung now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk.events import Rang
from chalicelib.log import log

if TYPE_CHECKING:
    from chalicelib.office import Office

GRACE = timedelta(minutes=2)
"""EventBridge Scheduler promises a minute's precision; only later than this is a timer lost."""


def watch(office: Office) -> int:
    """Ring every timer that is overdue; return how many. One that rings twice is recognised by its event's key."""
    late = office.memory.overdue(office.clock() + office.memory.ahead() - GRACE)
    office.post.inbox([Rang(f"timer:{due.token}", due.at, due.conversation, due.timer, due.token) for due in late])
    for due in late:
        office.memory.forget_timer(due)
    if late:
        log("rang_late", level="WARNING", timers=len(late))
    return len(late)
