"""A request that stands in the registry: corrected, dropped, or over when she comes back (RP-001, SLA-001)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk import consent, qualify, told, visits
from chalicelib.desk.effects import Forget

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation, Reading, Stage

ELSE = ("cancel", "running_late", "consent_no", "spam")
"""A number in such a message is no correction."""
LONG_AGO = timedelta(days=7)
"""A request without a day is over when she comes back after so long."""


def corrects(conversation: Conversation, reading: Reading) -> bool:
    """Whether a message changes the request that stands: another time or master for the same service."""
    request = conversation.request
    time = not told.same_time(request.wish, told.wished(request.wish, reading, ""))
    who = bool(reading.masters) and not _is_with(conversation, reading.masters)
    return (time or who) and reading.service in (None, request.service)


def _is_with(conversation: Conversation, masters: tuple[str, ...]) -> bool:
    """Whether what stands is with one of these already."""
    visits = [visit for visit in conversation.visits if visit.stands]
    return any(visit.slot.master in masters for visit in visits) if visits else conversation.request.masters == masters


def is_for_another(conversation: Conversation, reading: Reading) -> bool:
    """Whether somebody else is to be written down than who is already."""
    return told.for_another(reading) or reading.name not in (None, conversation.request.name, conversation.known_as)


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


def corrects_who(conversation: Conversation, reading: Reading, *, sure: bool) -> bool:
    """Whether a message but corrects the number or the name under which the request stands. Another name that is told
    with a wish is that of somebody else."""
    next_one = bool(conversation.visits) and conversation.asked not in ("name", "phone")
    stands = conversation.lead is not None or conversation.moving is not None or next_one
    if not stands or reading.about or reading.intent in ELSE or told.tells(reading) or told.for_another(reading):
        return False
    if is_for_another(conversation, reading):
        known = any(visit.name == reading.name for visit in conversation.visits)
        return reading.instead and (reading.intent in ("other", "reschedule") or not sure) and not known
    return reading.phone not in (None, conversation.request.phone)


def correct(sheet: Sheet, reading: Reading) -> None:
    """Her name or number is another, of her visits, too; the colleague mends it in the CRM."""
    before = sheet.before.request
    name, phone = reading.name or before.name, reading.phone or before.phone
    now = replace(sheet.conversation.request, name=name, phone=phone)
    known_as = now.name if sheet.conversation.known_as == before.name else sheet.conversation.known_as
    sheet.note(request=now, known_as=known_as, misses=0)
    visits.rename(sheet, before, now)
    if before.phone != now.phone:
        sheet.do(Forget(None, before.phone))  # under a number that is not hers her name has no place
    sheet.say(sheet.rules.registry.corrected)
    sheet.call(sheet.rules.sla.corrected, "changed", {"text": f"{before.name or ''}, {before.phone or ''}"})
    sheet.cite("RP-001: клиент исправляет имя или телефон")


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
    sheet.note(stage=stage, asked=None, offered=(), misses=0, escalated=(), times=(), seen_times=())
    sheet.note(moving=None, called_off=None, late=None)


def _is_over(sheet: Sheet) -> bool:
    """Whether the visit wished for is past."""
    wish, seen = sheet.conversation.request.wish, sheet.conversation.seen
    if wish and wish.date:
        return wish.date < sheet.today
    return seen is not None and sheet.now - seen > LONG_AGO
