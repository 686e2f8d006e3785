"""Words about a visit that are due at a certain time (RM-001): reminders, a call to who has not confirmed, what comes
after. Each is said once, whenever and however often its timer rings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, cast, get_args
from zoneinfo import ZoneInfo

from chalicelib.desk import elsewhere, free
from chalicelib.desk.values import Choice, Reminded
from chalicelib.regulation import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.desk.events import Rang
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Visit
    from chalicelib.regulation.schema import Reminder

News = Literal["booked", "moved", "cancelled"]
"""What a master is told of."""
CONFIRM, MOVE, CANCEL = "visit:confirm:", "visit:move:", "visit:cancel:"
"""How the buttons under a reminder begin; the visit's id follows."""
CAME, NO_SHOW = "came:", "noshow:"
"""How the buttons begin with which a colleague says what became of a visit; conversation and visit follow."""
GRACE = timedelta(minutes=90)
"""A reminder that is later than this is skipped."""
EARLY = timedelta(minutes=2)
"""A timer that rings earlier than this, because the zone has moved since, is set anew."""
MOST_REMEMBERED = 40
AFTER = timedelta(minutes=30)
"""So long after its end a colleague is asked what became of a visit."""


@dataclass(frozen=True)
class Due:
    """One word about a visit, and when it is due (aware)."""

    kind: str
    at: datetime
    reminder: Reminder | None = None


def dues(sheet: Sheet, visit: Visit) -> Iterator[Due]:
    """Everything that is due about a visit that stands."""
    rules, booking = sheet.rules.reminders, sheet.rules.registry.booking
    begins = free.begins(visit.slot, sheet.rules)
    for reminder in rules.reminders:
        at = quiet.sent_at(reminder, rules, begins)
        if at:
            yield Due(f"remind:{reminder.id}", at, reminder)
    if booking:
        yield Due("unconfirmed", begins - timedelta(hours=booking.confirm_hours))
    yield Due("after", free.ends(visit.slot, sheet.rules) + AFTER)


def arm(sheet: Sheet, visit: Visit, *, follows: bool = False) -> None:
    """Set the timers of a visit, those that are still to come. They ring where it was made. ``follows``: it belongs to
    one that is reminded of."""
    if visit.conversation != sheet.conversation.id:
        return
    for due in dues(sheet, visit):
        if due.at > sheet.now and (due.kind == "after" or not follows):
            sheet.arm("visit", what(due.kind, visit), due.at)


def rang(sheet: Sheet, event: Rang) -> None:
    """A timer about a visit rang. It means nothing if the visit was moved or cancelled
    since, or if it has rung before."""
    if event.token in sheet.conversation.reminded:
        return
    for visit in sheet.conversation.visits:
        for due in (*dues(sheet, visit), *_later(sheet, visit)):
            once, again = (sheet.token("visit", word) for word in (what(due.kind, visit), _again(due.kind, visit)))
            if event.token == once and due.at - sheet.now > EARLY:
                sheet.arm("visit", _again(due.kind, visit), due.at)
                return
            if event.token in (once, again):
                _due(sheet, visit, due, event.token)
                return


def tell_master(sheet: Sheet, visit: Visit, news: News) -> None:
    """The master is told of a visit that is made, moved or cancelled; in quiet hours only after them. Of one that was
    made and called off in between he is not told at all."""
    at = quiet_until(sheet)
    unknown = visit.id in sheet.conversation.untold
    if unknown and news == "cancelled":
        _told(sheet, visit)
        sheet.cite("RM-001: мастер о записи ещё не знал")
        return
    if at:
        sheet.arm("visit", what(news, visit), at)
        if news == "booked":
            sheet.note(untold=(*sheet.conversation.untold, visit.id))
        return
    _told(sheet, visit)
    news = "booked" if unknown else news
    if booking := sheet.rules.registry.booking:
        sheet.tell_master(getattr(booking, f"notice_{news}"), visit)


def _told(sheet: Sheet, visit: Visit) -> None:
    sheet.note(untold=tuple(one for one in sheet.conversation.untold if one != visit.id))


def said(sheet: Sheet, token: str) -> None:
    """A word is said once."""
    sheet.note(reminded=(*sheet.conversation.reminded[-MOST_REMEMBERED:], token))


def quiet_until(sheet: Sheet) -> datetime | None:
    """When the quiet hours end in which we are now; None outside of them."""
    local = sheet.now.astimezone(ZoneInfo(sheet.rules.business.zone))
    return quiet.ends_at(sheet.rules.reminders, local)


def _later(sheet: Sheet, visit: Visit) -> Iterator[Due]:
    """What is set only when something has happened."""
    yield from (Due(news, sheet.now) for news in get_args(News))


def _due(sheet: Sheet, visit: Visit, due: Due, token: str) -> None:
    said(sheet, token)
    if due.kind in get_args(News) and (visit.stands or due.kind == "cancelled"):
        tell_master(sheet, visit, cast("News", due.kind))
    elif not visit.stands:
        return
    elif due.kind == "after":
        _ask_what_became(sheet, visit)
    elif due.kind == "unconfirmed":
        _unconfirmed(sheet, visit)
    elif due.reminder:
        remind(sheet, visit, due, due.reminder)


def remind(sheet: Sheet, visit: Visit, due: Due, reminder: Reminder, tried: tuple[str, ...] = ()) -> None:
    """Say it, or pass it on. ``tried``: the channels in which it could not be given before: what comes from there too
    late is a person's, for somebody has to."""
    begun = sheet.now >= free.begins(visit.slot, sheet.rules)
    if begun or sheet.now - due.at > GRACE or quiet_until(sheet):
        sheet.cite(f"RM-001 {reminder.id}: поздно, пропущено")
        if tried and not begun:
            unreachable(sheet, visit)
        return
    if not elsewhere.can_be_written_to(sheet.conversation, sheet.now):
        pass_on(sheet, visit, reminder.id, tried)
        return
    booking = sheet.rules.registry.booking
    texts = booking.texts if booking else None
    buttons = ((CONFIRM, texts.confirm), (MOVE, texts.move), (CANCEL, texts.cancel)) if texts else ()
    confirmed = visit.state == "confirmed"
    choices = tuple(
        Choice(f"{kind}{visit.id}", title) for kind, title in buttons if not (confirmed and kind == CONFIRM)
    )
    sheet.say(reminder.text, choices, slot=visit.slot)
    if not confirmed:
        sheet.note(asked="reminder")
    sheet.note(reminder=Reminded(visit.id, reminder.id, sheet.event, tried))
    sheet.cite(f"RM-001 {reminder.id}")


def pass_on(sheet: Sheet, visit: Visit, reminder: str, tried: tuple[str, ...]) -> None:
    """It cannot be given here: it goes to her next channel, and when there is none, a person calls her."""
    tried = (*tried, sheet.conversation.channel)
    to = elsewhere.next_of(sheet, tried)
    if to is None:
        unreachable(sheet, visit)
        return
    elsewhere.share(sheet, visit, to)
    elsewhere.send(sheet, visit, reminder, to, tried)
    if visit.state == "booked":
        sheet.note(asked="reminder")  # so that who answers in no channel is called, too
    sheet.cite(f"RM-001 {reminder}: здесь не доставить, напоминаем в {to.channel}")


def not_delivered(sheet: Sheet, *, by: str = "") -> bool:
    """What was sent here last has not reached her: a reminder goes on. ``by``: the event by which it was sent, where
    that is known. False when it was none."""
    sent = sheet.conversation.reminder
    if sent is None or not by.startswith(sent.event if by else ""):
        return False
    sheet.note(reminder=None)
    visit = next((one for one in sheet.conversation.visits if one.id == sent.visit and one.stands), None)
    if visit is None or sheet.now >= free.begins(visit.slot, sheet.rules):
        return False
    pass_on(sheet, visit, sent.reminder, sent.tried)
    return True


def unreachable(sheet: Sheet, visit: Visit) -> None:
    """She cannot be written to: a person calls her."""
    _call_her(sheet, visit)
    sheet.cite("RM-001: напомнить нечем, звонит коллега")


def _unconfirmed(sheet: Sheet, visit: Visit) -> None:
    """A reminder that nobody answered: a colleague calls. Without a reminder before there was nothing to confirm."""
    if visit.state == "booked" and sheet.conversation.asked == "reminder":
        _call_her(sheet, visit)
        sheet.cite("RM-001: визит не подтверждён, звонит коллега")


def _call_her(sheet: Sheet, visit: Visit) -> None:
    if booking := sheet.rules.registry.booking:
        sheet.call(booking.notice_unconfirmed, "promise", sheet.of_visit(visit), about=visit.id)


def _ask_what_became(sheet: Sheet, visit: Visit) -> None:
    booking = sheet.rules.registry.booking
    if booking is None:
        return
    of_visit = f"{visit.conversation}:{visit.id}"
    choices = (Choice(f"{CAME}{of_visit}", booking.came), Choice(f"{NO_SHOW}{of_visit}", booking.no_show))
    sheet.tell_master(booking.notice_after, visit, choices=choices)
    sheet.cite("RM-001: спросили мастера, пришёл ли клиент")


def _again(kind: str, visit: Visit) -> str:
    """A timer that has rung is known for days, so one that is set anew needs another name."""
    return f"{what(kind, visit)}:again"


def what(kind: str, visit: Visit) -> str:
    """A word is about a visit at a time: moved, it is another."""
    return f"{visit.id}:{kind}:{visit.slot.hour}"
