"""The waiting list: who is told when a time becomes free, one after the other, while it is kept for her."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.desk import booking, free, offers, reminders
from chalicelib.desk.diary import minute
from chalicelib.desk.effects import OfferFreed
from chalicelib.desk.values import Choice, Later, Waits, Wish

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.events import Rang
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Slot

MOST_ASKED = 20
"""So many people are asked one after another about one freed time."""
NO = "slot:no"
"""The button with which a freed time is let go."""


def wait(sheet: Sheet) -> None:
    """She wants to be told when a time becomes free."""
    conversation = sheet.conversation
    request = conversation.request
    if request.service is None:
        return
    if booking.never_free(sheet):
        sheet.say(booking.texts_of(sheet).never_free)
        booking.offer_again(sheet)
        sheet.cite("RP-001 booking: в это время никто не работает")
        return
    wish, masters = request.wish or Wish(), request.masters
    line = Waits(booking.entry_id(sheet), conversation.id, request.service, wish, sheet.now, masters=masters)
    sheet.note(waits=(*(one for one in conversation.waits if one.service != line.service), line))
    sheet.note(asked=None)
    sheet.say(booking.texts_of(sheet).waiting)
    booking.offer_again(sheet)
    sheet.cite("RP-001 booking: лист ожидания")


def freed(sheet: Sheet, line_id: str, slot: Slot) -> None:
    """It is her turn: a time she waits for is free, and kept for her for a few minutes (RP-001, waiting list)."""
    line = next((one for one in sheet.conversation.waits if one.id == line_id), None)
    held = sheet.conversation.hold
    if line is None or not sheet.conversation.reachable or (held and held.until > sheet.now):
        _pass_on(sheet, line, slot)
        return
    if quiet_until := reminders.quiet_until(sheet):
        _later(sheet, line, slot, quiet_until)
        return
    _let_go(sheet, line, slot)
    service = sheet.rules.business.service(slot.service)
    diary = offers.looked(sheet.open_diary(), slot.date, slot.date)
    if service is None:
        return
    still = free.slot_at(sheet.rules, service, diary, slot.date, minute(slot.start), sheet.now)
    found = next((one for one in still if one.master == slot.master), None)
    if found is None:
        return
    alone = replace(sheet.conversation.request, service=slot.service, then=(), at_once=False, masters=line.masters)
    sheet.note(request=alone, moving=None)
    booking.hold(sheet, found)
    texts = booking.texts_of(sheet)
    sheet.say(texts.freed, (Choice(f"{booking.SLOT}{found.id}", texts.take), Choice(NO, texts.no)), slot=found)
    sheet.note(times=(found,), asked="time", stage="qualifying", lead=None)
    sheet.arm("freed", f"freed:{found.id}", sheet.conversation.hold.until if sheet.conversation.hold else sheet.now)
    sheet.cite("RP-001 booking: освободилось время, предложено ждущему")


def not_taken(sheet: Sheet, event: Rang) -> None:
    """Who waited has not taken the time: the next one is asked. In quiet hours it was only put off until now."""
    later = next((one for one in sheet.conversation.freed if one.token == event.token), None)
    if later:
        sheet.note(freed=tuple(one for one in sheet.conversation.freed if one != later))
        line = next((one for one in sheet.conversation.waits if one.service == later.slot.service), None)
        freed(sheet, line.id if line else "", later.slot)
        return
    held = sheet.conversation.hold
    if held and event.token == sheet.token("freed", f"freed:{held.slot.id}"):
        give_back(sheet)


def give_back(sheet: Sheet) -> None:
    """She does not take the time that has become free: the next one may."""
    held = sheet.conversation.hold
    if held is None:
        return
    sheet.write(held.id, booking.given_up(held))
    wish = next((line.wish for line in sheet.conversation.waits if line.service == held.slot.service), None)
    sheet.note(hold=None, times=(), asked=None, request=replace(sheet.conversation.request, wish=wish))
    sheet.do(OfferFreed(held.slot))
    sheet.cite("RP-001 booking: время предложено следующему")


def _pass_on(sheet: Sheet, line: Waits | None, slot: Slot) -> None:
    """She waits no more, cannot be written to, or is just booking something else: the next one is asked."""
    if line:
        _let_go(sheet, line, slot)
    if sheet.event.count("/freed") < MOST_ASKED:
        sheet.do(OfferFreed(slot))


def _let_go(sheet: Sheet, line: Waits, slot: Slot) -> None:
    """This slot she is not offered again; whoever takes one waits no more."""
    lines = (replace(one, offered=(*one.offered, slot.id)) if one == line else one for one in sheet.conversation.waits)
    sheet.note(waits=tuple(lines))


def _later(sheet: Sheet, line: Waits, slot: Slot, at: datetime) -> None:
    """In quiet hours nobody is written to: it is offered to her in the morning, if it is free then."""
    what = f"later:{slot.id}:{sheet.event}"  # the same time may become free again another night
    later = Later(slot, sheet.token("freed", what))
    sheet.note(freed=(*(one for one in sheet.conversation.freed if one.slot.id != slot.id), later))
    sheet.arm("freed", what, at)
    sheet.cite("RM-001: тихие часы, предложим утром")
