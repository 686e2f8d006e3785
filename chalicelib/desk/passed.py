"""What comes from another conversation of the same client: a reminder that could not be given there, a visit that was
changed there (RM-001)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.desk import consent, reminders, told
from chalicelib.desk.values import Request

if TYPE_CHECKING:
    from chalicelib.desk.events import Altered, Passed
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Visit


def passed(sheet: Sheet, event: Passed) -> None:
    """Said here as it would have been there, once; about a visit that was moved or called off since, not at all."""
    visit = event.found
    if visit is None or not visit.stands or visit.slot.hour != event.hour:
        return
    due = next((one for one in reminders.dues(sheet, visit) if one.kind == f"remind:{event.reminder}"), None)
    if due is None or due.reminder is None:
        return
    token = sheet.token("visit", reminders.what(due.kind, visit))
    if token in sheet.conversation.reminded:
        return
    reminders.said(sheet, token)
    if not consent.agreed(sheet.conversation):
        reminders.pass_on(sheet, visit, event.reminder, event.tried)
        return
    _know(sheet, visit)
    if not (sheet.conversation.request.name or sheet.conversation.known_as):
        sheet.note(known_as=visit.name)
    reminders.remind(sheet, visit, due, due.reminder, event.tried)


def altered(sheet: Sheet, event: Altered) -> None:
    """The visit is here as it is now. Nobody is told: she has done it herself."""
    known = next((one for one in sheet.conversation.visits if one.id == event.visit), None)
    if known is None:
        return
    now = event.found
    if now is None:
        sheet.note(visits=tuple(one for one in sheet.conversation.visits if one.id != event.visit))
        return
    _know(sheet, now)
    if sheet.conversation.asked == "reminder" and (now.state != "booked" or now.slot != known.slot):
        sheet.note(asked=None, reminder=None)
    if now.lead and now.lead == sheet.conversation.lead:
        _the_request_is(sheet, now)
    if now.stands:  # whatever has changed: what was set already stays as it is
        reminders.arm(sheet, now)
    sheet.cite("RM-001: визит изменён в другом канале клиента")


def _know(sheet: Sheet, visit: Visit) -> None:
    others = (one for one in sheet.conversation.visits if one.id != visit.id)
    sheet.note(visits=(*others, visit))


def _the_request_is(sheet: Sheet, visit: Visit) -> None:
    """What stands in the registry here is about this visit."""
    if visit.stands:
        at = told.just(visit.slot)
        sheet.note(request=replace(sheet.conversation.request, service=visit.slot.service, wish=at))
    else:
        sheet.note(stage="qualifying", asked=None, lead=None, request=Request(name=visit.name, phone=visit.phone))
