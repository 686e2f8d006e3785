"""A request that stands in the registry: corrected, dropped, or over when she comes back (RP-001, SLA-001)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk import consent, qualify, told

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation, Reading, Stage

LONG_AGO = timedelta(days=7)
"""A request without a day is over when she comes back after so long."""


def corrects(conversation: Conversation, reading: Reading) -> bool:
    """Whether a message changes the request that stands: another time or master for
    the same service, or another number."""
    request = conversation.request
    time = not told.same_time(request.wish, told.wished(request.wish, reading, ""))
    who = bool(reading.masters) and not _is_with(conversation, reading.masters)
    return (time or who or reading.phone not in (None, request.phone)) and reading.service in (None, request.service)


def _is_with(conversation: Conversation, masters: tuple[str, ...]) -> bool:
    """Whether what stands is with one of these already."""
    visits = [visit for visit in conversation.visits if visit.stands]
    return any(visit.slot.master in masters for visit in visits) if visits else conversation.request.masters == masters


def is_for_another(conversation: Conversation, reading: Reading) -> bool:
    """Whether somebody else is to be written down than who is already."""
    return reading.name not in (None, conversation.request.name, conversation.known_as)


def change(sheet: Sheet, reading: Reading, text: str) -> None:
    """She changes what stands in the registry: the colleague who works on it is told."""
    sheet.cite("RP-001: клиент меняет заявку")
    if not corrects(sheet.conversation, replace(reading, service=None)):
        qualify.ask(sheet, "time")
        sheet.note(stage="lead")
        return
    request = sheet.conversation.request
    wish = told.wished(request.wish, reading, text)
    phone, masters = reading.phone or request.phone, reading.masters or request.masters
    sheet.note(request=replace(request, wish=wish, phone=phone, masters=masters), asked=None)
    if told.tells_time(reading) and qualify.is_closed_then(sheet):
        sheet.note(request=request, stage="lead")
        return
    sheet.say(sheet.rules.registry.changed)
    sheet.call(sheet.rules.sla.changed, "changed", {"text": text})


def drop(sheet: Sheet, text: str) -> None:
    """She will not come: the colleague is told, and nothing stands any more."""
    sheet.say(sheet.rules.registry.dropped)
    sheet.call(sheet.rules.sla.changed, "changed", {"text": text})
    sheet.note(stage="qualifying", asked=None, lead=None, request=qualify.known(sheet.conversation))
    sheet.cite("RP-001: клиент отменяет заявку")


def come_back(sheet: Sheet) -> None:
    """She is back after a long while: what was open then is closed, and a visit that is past is no request."""
    conversation = sheet.conversation
    still = conversation.lead is not None and not _is_over(sheet)
    if not still:
        sheet.note(lead=None, request=qualify.known(conversation))
    stage: Stage = "lead" if still else "qualifying" if consent.agreed(conversation) else "new"
    sheet.note(stage=stage, asked=None, offered=(), misses=0, escalated=(), times=(), seen_times=(), moving=None)


def _is_over(sheet: Sheet) -> bool:
    """Whether the visit wished for is past."""
    wish, seen = sheet.conversation.request.wish, sheet.conversation.seen
    if wish and wish.date:
        return wish.date < sheet.today
    return seen is not None and sheet.now - seen > LONG_AGO
