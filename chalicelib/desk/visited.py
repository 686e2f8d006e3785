"""What became of a visit, as a colleague, the page or the CRM says: she came, she did not, it was called off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.desk import booking, reminders, visits
from chalicelib.desk.values import Choice, Request, Wish

if TYPE_CHECKING:
    from chalicelib.desk.events import Marked
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


def _missed(sheet: Sheet, visit: Visit) -> None:
    """She did not come: a kind word, and new times. At night it would be none: the word waits for the morning."""
    if at := reminders.quiet_until(sheet):
        sheet.arm("visit", reminders.what("missed", visit), at)
        return
    say_missed(sheet, visit)


def say_missed(sheet: Sheet, visit: Visit) -> None:
    sheet.say(sheet.rules.reminders.no_show, slot=visit.slot)
    sheet.cite("RM-001: не пришла")
    request = Request(visit.slot.service, Wish(), visit.name, visit.phone)
    sheet.note(request=request, lead=None, moving=None, seen_times=(), stage="qualifying")
    booking.offer_nearest(sheet)


def _came(sheet: Sheet, visit: Visit) -> None:
    """Whoever may be invited again is asked once whether she wants to be."""
    rules = sheet.rules.reminders
    if not rules.return_visit_days:
        return
    sheet.arm("visit", reminders.what("return", visit), reminders.return_at(sheet, visit))
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
