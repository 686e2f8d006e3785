"""Consent to the processing of personal data (DP-001, 152-FZ art. 9): asked, given, refused, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk import booking, visits
from chalicelib.desk.effects import Forget
from chalicelib.desk.values import Choice, Consent, Reach, Request

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation, Slot
    from chalicelib.regulation.schema import Rules

YES, NO = "consent:yes", "consent:no"


def agreed(conversation: Conversation) -> bool:
    return conversation.consent is not None and conversation.consent.given


def forget_at(conversation: Conversation, rules: Rules, now: datetime) -> datetime | None:
    """When a conversation whose client has not agreed is dropped; None when it is kept. While a person is called,
    answers her or owes her something, it stays; who has but fallen silent is waited for no longer than anybody."""
    if agreed(conversation):
        return None
    alarm, taken = conversation.alarm, conversation.taken
    promised = (promise.until for promise in conversation.promises)
    awaited = (one.due for one in (alarm, taken) if one and one.reason != "silence")
    return max((conversation.seen or now, *promised, *awaited)) + timedelta(minutes=rules.consent.draft_minutes)


def choices(rules: Rules) -> tuple[Choice, ...]:
    return (Choice(YES, rules.consent.yes), Choice(NO, rules.consent.no))


def ask(sheet: Sheet) -> None:
    """Ask for consent; a second time in other words."""
    document = sheet.rules.consent
    sheet.say(document.again if sheet.conversation.asked == "consent" else document.ask, choices(sheet.rules))
    sheet.note(stage="consent", asked="consent")
    sheet.cite(f"DP-001 v{document.version}: согласие спрошено")


def give(sheet: Sheet) -> None:
    _record(sheet, given=True)
    if sheet.conversation.known_as and not sheet.conversation.request.name:
        sheet.note(request=replace(sheet.conversation.request, name=sheet.conversation.known_as))
    sheet.note(stage="qualifying", asked=None, misses=0)
    sheet.cite(f"DP-001 v{sheet.rules.consent.version}: согласие дано")


def refuse(sheet: Sheet) -> None:
    """She does not agree, or takes her agreement back: what she told is dropped, a phone number is left to call."""
    withdrawn = agreed(sheet.conversation)
    document = sheet.rules.consent
    taken_out: tuple[Slot, ...] = ()
    if withdrawn:
        taken_out = _forget(sheet)
    elif booking.is_on(sheet):
        booking.release(sheet)
    _record(sheet, given=False)
    sheet.note(stage="consent", asked=None, misses=0, request=Request(), known_as=None, more=0, held=None)
    sheet.note(lead=None, leads=(), visits=(), times=(), seen_times=(), waits=(), freed=(), moving=None, hold=None)
    sheet.note(lines=(), proven=None, reminder=None, untold=())
    sheet.say(document.withdrawn if withdrawn else document.refused)
    if taken_out:
        sheet.say(booking.texts_of(sheet).taken_out, visits=taken_out)
    sheet.cite(f"DP-001 v{document.version}: согласие {'отозвано' if withdrawn else 'не дано'}")


def refused(conversation: Conversation) -> bool:
    return conversation.consent is not None and not conversation.consent.given


def is_open(sheet: Sheet) -> bool:
    """Whether a «yes» now is consent: she is asked, or has refused this very edition, so she has seen it."""
    before = sheet.conversation.consent
    refused_this = before is not None and not before.given and before.version == sheet.rules.consent.version
    return sheet.conversation.asked == "consent" or refused_this


def reach(conversation: Conversation) -> Reach | None:
    """Where she can be written to from her other channels: with her consent, under a number that is proven."""
    if not agreed(conversation) or conversation.proven is None:
        return None
    return Reach(conversation.proven, conversation.channel, conversation.id)


def prove(sheet: Sheet, phone: str) -> None:
    """Her channel vouches for a number; what was kept under another one is hers no more."""
    before = reach(sheet.conversation)
    if before and before.phone != phone:
        sheet.do(Forget(None, None, reach=before))
    sheet.note(proven=phone)


def _forget(sheet: Sheet) -> tuple[Slot, ...]:
    """What was kept is deleted here; what stands in the CRM a colleague deletes there. The times of her visits that
    stood until now."""
    before, phone = sheet.conversation, sheet.conversation.request.phone
    leads = tuple(dict.fromkeys((*before.leads, before.lead) if before.lead else before.leads))
    if leads:
        sheet.call(sheet.rules.sla.withdrawn, "withdrawn", {"clause": "DP-001"})
    stood = visits.made_here(sheet) if booking.is_on(sheet) else ()
    gone = visits.take_out_all(sheet) if booking.is_on(sheet) else ()
    first, *others = leads or (None,)
    sheet.do(Forget(first, phone, gone, reach(before)), *(Forget(lead, phone) for lead in others))
    return tuple(visit.slot for visit in stood)


def _record(sheet: Sheet, *, given: bool) -> None:
    version = sheet.rules.consent.version
    sheet.note(consent=Consent(version, sheet.now, sheet.conversation.channel, sheet.event, given))
