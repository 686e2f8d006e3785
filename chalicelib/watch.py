"""What should have happened and did not: it is made to happen, and what is wrong is told to the agency.

Every five minutes. A run in which all is well ends with a call of the outside heartbeat: when that stays away, somebody
out there notices even that this watch does not run any more.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.audit import Seen, faults
from chalicelib.desk.duty import with_swaps
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import OnDuty, Rang, conversation_id
from chalicelib.desk.faults import Watchbook, news
from chalicelib.desk.ladder import CHANNEL
from chalicelib.desk.swaps import told_at, tomorrow
from chalicelib.errors import Unavailable
from chalicelib.log import log
from chalicelib.wire import Request, run

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from chalicelib.office import Office
    from chalicelib.ports import Open
    from chalicelib.regulation.schema import Business, Rules

TOLD_WITHIN = timedelta(minutes=30)
"""A watch that could not run for so long tells nobody of tomorrow's duty in the middle of the night."""
GRACE = timedelta(minutes=2)
"""EventBridge Scheduler promises a minute's precision; only later than this is a timer lost."""
AGENCY = "telegram"
"""The messenger in which the agency is told."""
HEARTBEAT_SECONDS = 5.0


def watch(office: Office) -> int:
    """Ring what is overdue, then look for faults; return how many timers were rung.

    Raises `Unavailable` and `Refused`, after everything else is done, when the agency cannot be told: the alarm on this
    function's errors is the other way to it.
    """
    now = office.clock() + office.memory.ahead()
    late = _ring_timers(office, now)
    lines = office.memory.open(now)
    rung = _ring_lines(lines, late, office, now)
    number = office.memory.current_pack()
    if number:
        rules = office.memory.pack(number)
        _tell_of_duty(rules, office, now)
        book, heard = office.memory.watchbook()
        seen = Seen(now, lines, len(late), heard, book.since if book else now)
        _look(seen, book, rules.business, office)
    return len(late) + rung


def _ring_timers(office: Office, now: datetime) -> Sequence[str]:
    """Ring every timer that is overdue; their conversations. One that rings twice is recognised by its event's key."""
    late = office.memory.overdue(now - GRACE)
    office.post.inbox([Rang(f"timer:{due.token}", due.at, due.conversation, due.timer, due.token) for due in late])
    for due in late:
        office.memory.forget_timer(due)
    if late:
        log("rang_late", level="WARNING", timers=len(late))
    return [due.conversation for due in late]


def _ring_lines(lines: Sequence[Open], late: Collection[str], office: Office, now: datetime) -> int:
    """Ring what is open and late though no timer of it is left: its event was lost on the way, or has died. To the desk
    a timer that has rung already means nothing, and an event that was never decided may come again at each look."""
    lost = [line for line in lines if line.due < now - GRACE and line.token and line.conversation not in late]
    office.post.inbox([Rang(f"late:{line.token}", line.due, line.conversation, line.what, line.token) for line in lost])
    for line in lost:
        log("rang_lost", level="WARNING", conversation=line.conversation, timer=line.what)
    return len(lost)


def _look(seen: Seen, before: Watchbook | None, business: Business, office: Office) -> None:
    """Find what is wrong, tell what is new of it, and give the sign of life if nothing is."""
    told = news(before or Watchbook(seen.now), faults(seen, business, office), business, seen.now)
    for fault in told.begun:
        log("fault", level="ERROR", kind=fault.kind, about=fault.about, number=fault.number, why=fault.why)
    if told.texts:
        _tell("\n\n".join(told.texts), business, office)
    if told.book != before:
        office.memory.keep(told.book)
    if not told.standing:
        _give_sign_of_life(office)


def _tell(text: str, business: Business, office: Office) -> None:
    """What was not told stays untold in the book, and is tried again at the next look."""
    if business.agency is None:
        return
    channel, account = office.messenger(AGENCY)
    own = office.secrets.get("agency", ("token",))
    reply = Reply(AGENCY, business.agency.telegram, text)
    run(channel.write(reply, {**account, **own}, office.base_url(AGENCY), "watch"), office.send)


def _give_sign_of_life(office: Office) -> None:
    """A heartbeat that cannot be called is no fault here: it is missed out there."""
    url = office.settings.heartbeat_url
    if not url:
        return
    try:
        status = office.send(Request("GET", url, seconds=HEARTBEAT_SECONDS)).status
    except Unavailable as down:
        log("heartbeat_unheard", level="WARNING", why=str(down))
        return
    if not 200 <= status < 300:
        log("heartbeat_unheard", level="WARNING", status=status)


def _tell_of_duty(pack: Rules, office: Office, now: datetime) -> None:
    """In the evening everyone is told of her duty tomorrow (RT-001), once: the event is known by its day."""
    rules = with_swaps(pack, office.memory.swaps())
    day = now.astimezone(ZoneInfo(rules.business.zone)).date()
    if not timedelta() <= now - told_at(rules, day) < TOLD_WITHIN:
        return
    for notice in tomorrow(rules, now):
        address = notice.to.telegram or ""
        chat = conversation_id(CHANNEL, address)
        office.post.inbox([OnDuty(f"duty:{day}:{notice.to.id}", now, chat, CHANNEL, address, notice.text)])
