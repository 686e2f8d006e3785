"""A colleague takes a client over: her words reach the client, the desk is silent, and nobody is left waiting
(SLA-001)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk import ladder, promises
from chalicelib.desk.values import Choice, TakeOver

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.events import Acted
    from chalicelib.desk.sheet import Sheet
    from chalicelib.regulation.schema import HandOver

MOST_HEARD = 3000
"""Characters of a client's message that are passed on to the colleague."""


def acted(sheet: Sheet, event: Acted) -> None:
    """A colleague's button or her words. Of a client who is not remembered any more nothing can be done."""
    if not sheet.conversation.address:
        _tell(sheet, event.by, _texts(sheet).settled)
        return
    match event.action:
        case "take":
            _take(sheet, event.by, event.about)
        case "pass":
            _cannot(sheet, event.by, event.about)
        case "text":
            _says(sheet, event)
        case "release":
            _release(sheet, event.by)
        case "kept":
            _kept(sheet, event.by, event.about)


def heard(sheet: Sheet, text: str) -> None:
    """The client writes to the colleague who has taken her."""
    taken = sheet.conversation.taken
    if taken is None:
        return
    _await_word(sheet, replace(taken, waiting=taken.waiting or sheet.now))
    if not taken.in_app:
        told = text if len(text) <= MOST_HEARD else f"{text[:MOST_HEARD]}…"
        _tell(sheet, taken.by, _texts(sheet).heard, _release_button(sheet), text=told)
    sheet.cite(f"{_texts(sheet).clause}: отвечает {_name(sheet, taken.by)}")


def answered_in_app(sheet: Sheet) -> None:
    """A colleague has answered in the business's own app: the client is hers who was woken last, or the owner's."""
    alarm, taken = sheet.conversation.alarm, sheet.conversation.taken
    by = alarm.paged[-1] if alarm and alarm.paged else sheet.rules.business.owner
    if taken is None:
        _begin(sheet, by, in_app=True)
    taken = sheet.conversation.taken
    if taken:
        _await_client(sheet, taken)
    sheet.cite(f"{_texts(sheet).clause}: ответили из приложения")


def ring(sheet: Sheet, token: str) -> None:
    """She has been silent for long: a client who waits is called for anew, any other is the desk's again."""
    taken = sheet.conversation.taken
    if taken is None or taken.token != token:
        return
    if taken.waiting is None:
        _give_back(sheet, taken.by)
        return
    texts = _texts(sheet)
    minutes = int((sheet.now - taken.waiting).total_seconds() // 60)
    last = next((line.text for line in reversed(sheet.conversation.lines) if line.who == "client"), "")
    notice = ladder.handed(sheet, texts.unanswered, colleague=taken.by, minutes=str(minutes), text=last)
    sheet.note(taken=None, stage="person")
    sheet.cite(f"{texts.clause}: {_name(sheet, taken.by)} ведёт разговор и не отвечает")
    ladder.call(sheet, notice, ladder.Call(taken.reason or "human_request", "high", texts.clause))


# ---------------------------------------------------------------- what a colleague does


def _take(sheet: Sheet, by: str, about: str) -> None:
    alarm, taken = sheet.conversation.alarm, sheet.conversation.taken
    if alarm and alarm.reason in ladder.BY_HAND and about in ("", alarm.id):
        _take_in_hand(sheet, by)
    elif taken:
        if taken.by != by:
            _tell(sheet, by, _texts(sheet).over, colleague=taken.by)
    elif about and (alarm is None or alarm.id != about):
        _tell(sheet, by, _texts(sheet).settled)
    else:
        _begin(sheet, by)


def _begin(sheet: Sheet, by: str, *, in_app: bool = False) -> None:
    """From here on the client is hers, and waits for her word."""
    texts, alarm = _texts(sheet), sheet.conversation.alarm
    reason = alarm.reason if alarm else ""
    taken = TakeOver(by, sheet.now, sheet.now, "", waiting=sheet.now, in_app=in_app, reason=reason)
    sheet.note(alarm=None, stage="person", asked=None, held=None, misses=0)
    sheet.cite(f"{texts.clause}: разговор берёт {_name(sheet, by)}")
    _await_word(sheet, taken)
    if alarm:
        _tell_others(sheet, alarm.paged, by)
    if not in_app:
        told = {"text": _transcript(sheet), "promises": promises.listed(sheet)}
        _tell(sheet, by, texts.yours, _release_button(sheet), **told)
        sheet.say(texts.taken, colleague=_name(sheet, by))


def _take_in_hand(sheet: Sheet, by: str) -> None:
    """What is done by hand is hers until a deadline, and the desk goes on with the client."""
    texts, alarm = _texts(sheet), sheet.conversation.alarm
    if alarm is None:
        return
    if alarm.about:
        promises.keep(sheet, alarm.about)
    sheet.note(alarm=None)
    until = sheet.now + timedelta(minutes=texts.task_minutes)
    promise = promises.make(sheet, by, until, alarm.notice.partition("\n")[0], "task")
    done = Choice(ladder.button(ladder.DONE, sheet.conversation.id, promise.id), texts.done)
    _tell(sheet, by, texts.task, (done,), time=promises.clock(sheet, until))
    _tell_others(sheet, alarm.paged, by)


def _cannot(sheet: Sheet, by: str, about: str) -> None:
    alarm, taken = sheet.conversation.alarm, sheet.conversation.taken
    if alarm and about in ("", alarm.id):
        _tell(sheet, by, _texts(sheet).passed)
        ladder.passed(sheet, by)
    elif taken:
        _tell(sheet, by, _texts(sheet).over, colleague=taken.by)
    else:
        _tell(sheet, by, _texts(sheet).settled)


def _says(sheet: Sheet, event: Acted) -> None:
    """Her words go to the client. Who answers to a message about a client takes her with it."""
    taken, texts = sheet.conversation.taken, _texts(sheet)
    if taken and taken.by != event.by:
        _tell(sheet, event.by, texts.over, colleague=taken.by)
        return
    if taken is None:
        if not event.about:
            _tell(sheet, event.by, texts.nobody)
            return
        _begin(sheet, event.by)
        taken = sheet.conversation.taken
    if taken is None:
        return
    sheet.write_down(event.by, event.text)
    sheet.say(texts.says, colleague=_name(sheet, event.by), text=event.text)
    sheet.cite(f"{texts.clause}: пишет {_name(sheet, event.by)}")
    promises.somebody_came(sheet)
    _await_client(sheet, replace(taken, in_app=False))
    if event.due:
        promises.make(sheet, event.by, event.due, event.text)


def _release(sheet: Sheet, by: str) -> None:
    taken = sheet.conversation.taken
    if taken is None:
        _tell(sheet, by, _texts(sheet).settled)
    elif by not in (taken.by, sheet.rules.business.owner):
        _tell(sheet, by, _texts(sheet).over, colleague=taken.by)
    else:
        _give_back(sheet, by)


def _give_back(sheet: Sheet, by: str) -> None:
    """The desk has the client again; both sides are told."""
    taken, texts = sheet.conversation.taken, _texts(sheet)
    stage = "lead" if sheet.conversation.lead else "qualifying" if sheet.conversation.consent else "new"
    sheet.note(taken=None, stage=stage, escalated=(), asked=None, offered=())
    sheet.say(texts.returned)
    sheet.cite(f"{texts.clause}: снова отвечает помощник")
    for colleague in dict.fromkeys((by, taken.by) if taken else (by,)):
        _tell(sheet, colleague, texts.given_back)


def _kept(sheet: Sheet, by: str, about: str) -> None:
    """What her button is about is done: a promise, the call about a visit; without any, the promise due next."""
    soonest = sorted(sheet.conversation.promises, key=lambda promise: promise.until)
    kept = next((promise.id for promise in soonest if about in ("", promise.id)), about)
    alarm = sheet.conversation.alarm
    known = any(promise.id == kept for promise in soonest) or (alarm is not None and alarm.about == kept)
    if known:
        promises.keep(sheet, kept)
    _tell(sheet, by, _texts(sheet).kept if known else _texts(sheet).settled)


# ---------------------------------------------------------------- deadlines and texts


def _await_word(sheet: Sheet, taken: TakeOver) -> None:
    """The client waits for the colleague."""
    waiting = taken.waiting or sheet.now
    _arm(sheet, taken, waiting + timedelta(minutes=_texts(sheet).answer_minutes))


def _await_client(sheet: Sheet, taken: TakeOver) -> None:
    """The colleague has written: it is the client's turn."""
    _arm(sheet, replace(taken, waiting=None), sheet.now + timedelta(minutes=_texts(sheet).release_minutes))


def _arm(sheet: Sheet, taken: TakeOver, due: datetime) -> None:
    """One deadline at a time; what is due already as it was keeps its timer."""
    before = sheet.conversation.taken
    if before and before.token and before.due == due:
        sheet.note(taken=replace(taken, due=due, token=before.token))
        return
    sheet.note(taken=replace(taken, due=due.astimezone(UTC), token=sheet.token("taken", sheet.event)))
    sheet.arm("taken", sheet.event, due)


def _transcript(sheet: Sheet) -> str:
    """What was said last, a line each: «02:13 клиент: …»."""
    zone = ZoneInfo(sheet.rules.business.zone)
    who = {"client": _texts(sheet).nameless, "desk": _texts(sheet).desk}
    lines = (
        f"{line.at.astimezone(zone):%H:%M} {who.get(line.who) or _name(sheet, line.who)}: {line.text}"
        for line in sheet.conversation.lines
    )
    return "\n".join(lines)


def _tell_others(sheet: Sheet, woken: tuple[str, ...], by: str) -> None:
    for colleague in woken:
        if colleague != by:
            _tell(sheet, colleague, _texts(sheet).theirs, colleague=by)


def _tell(sheet: Sheet, to: str, template: str, choices: tuple[Choice, ...] = (), **fields: str) -> None:
    ladder.inform(sheet, to, ladder.handed(sheet, template, **fields), choices)


def _release_button(sheet: Sheet) -> tuple[Choice, ...]:
    return (Choice(ladder.button(ladder.RELEASE, sheet.conversation.id), _texts(sheet).release),)


def _name(sheet: Sheet, colleague: str) -> str:
    person = sheet.rules.business.colleague(colleague)
    return person.name if person else ""


def _texts(sheet: Sheet) -> HandOver:
    return sheet.rules.sla.handover
