"""The calendar outside and the diary say different things: a person decides, nothing is overwritten (RP-001)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk import booking
from chalicelib.desk.wording import day_text

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.events import Clashed
    from chalicelib.desk.sheet import Sheet


def clashed(sheet: Sheet, event: Clashed) -> None:
    """Tell the colleague on duty of the visit, and of what stands there."""
    if not booking.is_on(sheet):
        return
    visit = next((one for one in sheet.conversation.visits if one.id == event.visit), None)
    fields = sheet.of_visit(visit) if visit else {}
    text = _times(sheet, event.since, event.until)
    sheet.call(
        booking.booking_of(sheet).notice_conflict, "promise", {**fields, "text": text}, "normal", about=event.visit
    )
    sheet.cite("RP-001 booking: календарь расходится с записью, решает человек")


def _times(sheet: Sheet, since: datetime | None, until: datetime | None) -> str:
    """From when until when, in the business's wall time."""
    if since is None or until is None:
        return ""
    zone = ZoneInfo(sheet.rules.business.zone)
    begins, ends = since.astimezone(zone), until.astimezone(zone)
    return f"{day_text(begins.date(), sheet.pack)}, {begins:%H:%M}–{ends:%H:%M}"
