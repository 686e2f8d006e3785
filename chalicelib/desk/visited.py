"""What became of a visit, as a colleague, the page or the CRM says: she came, she did not, it was called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk import booking, free, reminders, visits
from chalicelib.desk.values import Choice, Request

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.events import Marked, Rang
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Visit

ADS_YES, ADS_NO = "ads:yes", "ads:no"


def marked(sheet: Sheet, event: Marked) -> None:
    """The same said twice changes nothing."""
    visit = next((one for one in sheet.conversation.visits if one.id == event.visit), None)
    if visit is None or visit.state == event.state:
        return
    if event.state == "cancelled":
        if visit in visits.ahead(sheet):
            visits.cancel(sheet, visit, by_colleague=True)
        return
    now = replace(visit, state=event.state)
    visits.keep(sheet, now)
    sheet.cite(f"RM-001: визит отмечен «{event.state}»")
    if event.state == "no_show":
        _missed(sheet, now)
    else:
        _came(sheet, now)


def rang(sheet: Sheet, event: Rang) -> None:
    """A timer about a visit rang."""
    if event.token in sheet.conversation.reminded:
        return
    for visit in sheet.conversation.visits:
        for kind, say in (("missed", _say_missed), ("return", _invite)):
            if event.token == sheet.token("visit", reminders.what(kind, visit)):
                reminders.said(sheet, event.token)
                say(sheet, visit)
                return
    reminders.rang(sheet, event)


def _missed(sheet: Sheet, visit: Visit) -> None:
    """She did not come: a kind word, and new times. At night it would be none: the word waits for the morning."""
    if at := reminders.quiet_until(sheet):
        sheet.arm("visit", reminders.what("missed", visit), at)
        return
    _say_missed(sheet, visit)


def _say_missed(sheet: Sheet, visit: Visit) -> None:
    sheet.say(sheet.rules.reminders.no_show, slot=visit.slot)
    sheet.cite("RM-001: не пришла")
    request = Request(visit.slot.service, None, visit.name, visit.phone)
    sheet.note(request=request, lead=None, moving=None, seen_times=(), stage="qualifying")
    booking.offer_nearest(sheet)
    sheet.note(asked=None)  # she was written to, and has not begun anything: her silence wakes nobody


def _came(sheet: Sheet, visit: Visit) -> None:
    """Whoever may be invited again is asked once whether she wants to be."""
    rules = sheet.rules.reminders
    if not rules.return_visit_days:
        return
    sheet.arm("visit", reminders.what("return", visit), _return_at(sheet, visit, rules.return_visit_days))
    if rules.advertising and sheet.conversation.advertising is None and not reminders.quiet_until(sheet):
        yes, no = rules.advertising.yes, rules.advertising.no
        sheet.say(rules.advertising.ask, (Choice(ADS_YES, yes), Choice(ADS_NO, no)))
        sheet.cite("RM-001: согласие на приглашения спрошено")


def answer_advertising(sheet: Sheet, *, yes: bool) -> None:
    """Consent to advertising is another one than DP-001, and is given by its own button (38-FZ art. 18)."""
    rules = sheet.rules.reminders.advertising
    sheet.note(advertising=yes)
    if rules:
        sheet.say(rules.thanks)
    sheet.cite("RM-001: согласие на приглашения " + ("дано" if yes else "не дано"))


def _invite(sheet: Sheet, visit: Visit) -> None:
    """The invitation after a while is advertising: only for who has agreed to it, and a person sends it, in a channel
    where that is lawful (38-FZ art. 18 and 5 part 10.7). None of the messengers is."""
    rules = sheet.rules.reminders
    if rules.invite and visit.state == "visited" and sheet.conversation.advertising:
        sheet.tell_owner(rules.invite, "return", **sheet.of_visit(visit))
        sheet.cite("RM-001: приглашение отправляет человек")


def _return_at(sheet: Sheet, visit: Visit, days: int) -> datetime:
    return free.begins(visit.slot, sheet.rules) + timedelta(days=days)
