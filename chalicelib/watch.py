"""What should have happened and did not: timers that never rang are rung now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk.duty import with_swaps
from chalicelib.desk.events import OnDuty, Rang, conversation_id
from chalicelib.desk.ladder import CHANNEL
from chalicelib.desk.swaps import told_at, tomorrow
from chalicelib.log import log

if TYPE_CHECKING:
    from chalicelib.office import Office

TOLD_WITHIN = timedelta(minutes=30)
"""A watch that could not run for so long tells nobody of tomorrow's duty in the middle of the night."""
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
    _tell_of_duty(office)
    return len(late)


def _tell_of_duty(office: Office) -> None:
    """In the evening everyone is told of her duty tomorrow (RT-001), once: the event is known by its day."""
    now, memory = office.clock() + office.memory.ahead(), office.memory
    rules = with_swaps(memory.pack(memory.current_pack()), memory.swaps())
    day = now.astimezone(ZoneInfo(rules.business.zone)).date()
    if not timedelta() <= now - told_at(rules, day) < TOLD_WITHIN:
        return
    for notice in tomorrow(rules, now):
        address = notice.to.telegram or ""
        chat = conversation_id(CHANNEL, address)
        office.post.inbox([OnDuty(f"duty:{day}:{notice.to.id}", now, chat, CHANNEL, address, notice.text)])
