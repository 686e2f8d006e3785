"""A client's other channels: where a reminder goes that cannot be given where its visit was made.

Only conversations of one proven number are one client's. A number that is merely typed proves nothing: a stranger who
types it would send his reminders to its owner, or be sent hers. Telegram vouches for the number of a contact that its
owner shares, WhatsApp for the number a message comes from; Instagram vouches for none, so from there, and to there,
nothing is passed on. And each channel has its own consent (152-FZ): without it nothing is kept under the number.

A visit stays where it was made: there its timers ring. The other conversation has a copy, so that buttons and own words
act on it there as well; who changes it tells the others.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk.effects import Tell
from chalicelib.desk.events import Altered, Blocked, Passed, Rang, Unsent

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.events import Event
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation, Reach, Visit

WINDOWS = {"whatsapp": timedelta(hours=24), "instagram": timedelta(hours=24)}
"""So long after her last message a business may write freely. Later WhatsApp takes approved templates only, which are
paid for one by one and are not used here; Instagram only a person's words. Sources:
https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages,
https://developers.facebook.com/docs/messenger-platform/policy/policy-overview"""


def can_be_written_to(conversation: Conversation, now: datetime) -> bool:
    """Whether what is sent to her here can arrive, as far as we know."""
    window = WINDOWS.get(conversation.channel)
    heard = conversation.heard or conversation.seen
    return conversation.reachable and (window is None or heard is None or now - heard < window)


def is_needed(before: Conversation, event: Event, now: datetime) -> bool:
    """Whether this turn may have to know her other channels."""
    if before.proven is None:
        return False
    if isinstance(event, Blocked | Unsent):
        return before.reminder is not None
    about_visits = isinstance(event, Passed) or (isinstance(event, Rang) and event.timer == "visit")
    return about_visits and not can_be_written_to(before, now)


def next_of(sheet: Sheet, tried: tuple[str, ...]) -> Reach | None:
    """The first of her channels, in the order of RM-001, in which it was not tried yet."""
    order = sheet.rules.reminders.channels or sheet.rules.business.channels
    places = {reach.channel: reach for reach in sheet.reached if reach.conversation != sheet.conversation.id}
    return next((places[channel] for channel in order if channel in places and channel not in tried), None)


def share(sheet: Sheet, visit: Visit, to: Reach) -> None:
    """From now on that conversation knows of the visit, too."""
    if to.conversation in (visit.conversation, *visit.also):
        return
    shared = replace(visit, also=(*visit.also, to.conversation))
    visits = tuple(shared if one.id == visit.id else one for one in sheet.conversation.visits)
    sheet.note(visits=visits)
    sheet.visit(shared)
    tell_others(sheet, visit)


def send(sheet: Sheet, visit: Visit, reminder: str, to: Reach, tried: tuple[str, ...]) -> None:
    """The reminder goes there. Its key is the same however often it is sent, so it is said there once."""
    hour = visit.slot.hour
    key = f"passed:{visit.id}:{reminder}:{hour}:{to.channel}"
    sheet.do(Tell(Passed(key, sheet.now, to.conversation, visit.id, reminder, hour, tried)))


def tell_others(sheet: Sheet, visit: Visit) -> None:
    """Her other conversations learn that a visit has changed; the queue carries its id only."""
    others = dict.fromkeys((visit.conversation, *visit.also))
    for place in others:
        told = Tell(Altered(f"{sheet.event}/{visit.id}/{place}", sheet.now, place, visit.id))
        if place != sheet.conversation.id and told not in sheet.effects:
            sheet.do(told)
