"""What was promised to a client: each promise has an owner and a deadline, and is not let break (SLA-001)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk import ladder
from chalicelib.desk.hours import is_open
from chalicelib.desk.values import Promise

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet

MOST_TEXT = 200
"""Characters of a promise's words that are kept."""


def make(sheet: Sheet, owner: str, until: datetime, text: str, what: str = "", *, by_desk: bool = False) -> Promise:
    """Write a promise into the ledger; shortly before ``until`` its timer rings. The same again is one promise."""
    rules = sheet.rules.sla.promises
    name = f"{sheet.event}:{what}"
    promise = Promise(sheet.token("promise", name), owner, until.astimezone(UTC), text[:MOST_TEXT], by_desk)
    others = (one for one in sheet.conversation.promises if one.id != promise.id)
    sheet.note(promises=(*others, promise))
    sheet.arm("promise", name, max(promise.until - timedelta(minutes=rules.warn_minutes), sheet.now))
    sheet.cite(f"{rules.clause}: обещано до {clock(sheet, until)}")
    return promise


def of_a_call(sheet: Sheet) -> None:
    """Nobody came: the client is told until when she will be called, and the owner has to keep it."""
    until = _call_by(sheet)
    told = sheet.rules.sla.promises.told
    sheet.say(told, time=clock(sheet, until))
    make(sheet, sheet.rules.business.owner, until, sheet.says[-1], "call", by_desk=True)


def somebody_came(sheet: Sheet) -> None:
    """A colleague has written: nobody need call the client because nobody came."""
    sheet.note(promises=tuple(one for one in sheet.conversation.promises if not one.by_desk))


def ring(sheet: Sheet, token: str) -> None:
    """A promise is about to break: its owner is woken, and after her the others."""
    promise = next((one for one in sheet.conversation.promises if one.id == token), None)
    if promise is None:
        return
    rules = sheet.rules.sla.promises
    sheet.cite(f"{rules.clause}: обещание вот-вот нарушим")
    notice = ladder.handed(
        sheet,
        rules.notice,
        colleague=promise.owner,
        text=promise.text,
        time=clock(sheet, promise.until),
        clause=rules.clause,
    )
    wanted = ladder.Call("promise", "high", rules.clause, first=promise.owner, about=promise.id)
    ladder.call(sheet, notice, wanted)


def keep(sheet: Sheet, promise: str) -> None:
    """A promise is kept, and whoever was called because of it is not needed any more."""
    sheet.note(promises=tuple(one for one in sheet.conversation.promises if one.id != promise))
    alarm = sheet.conversation.alarm
    if alarm and alarm.about == promise:
        sheet.note(alarm=None)
    sheet.cite(f"{sheet.rules.sla.promises.clause}: обещание выполнено")


def listed(sheet: Sheet) -> str:
    """What is promised, for the colleague who takes over: «перезвонить до 09:30 (Марина)»."""
    business = sheet.rules.business
    named = ((promise, business.colleague(promise.owner)) for promise in sheet.conversation.promises)
    return "; ".join(f"{clock(sheet, one.until)} ({who.name if who else ''}): {one.text}" for one, who in named)


def _call_by(sheet: Sheet) -> datetime:
    rules, zone = sheet.rules.sla.promises, ZoneInfo(sheet.rules.business.zone)
    if is_open(sheet.rules.business, sheet.now):
        return sheet.now + timedelta(minutes=rules.call_within_minutes)
    now = sheet.now.astimezone(zone)
    today = datetime.combine(now.date(), rules.call_by, zone)
    return today if today > now else datetime.combine(now.date() + timedelta(days=1), rules.call_by, zone)


def clock(sheet: Sheet, at: datetime) -> str:
    """A moment as it is said: «09:30», with its day when that is another one."""
    local = at.astimezone(ZoneInfo(sheet.rules.business.zone))
    return f"{local:%H:%M}" if local.date() == sheet.today else f"{local:%d.%m %H:%M}"
