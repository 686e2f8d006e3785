"""The ladder (SLA-001): who is woken, in which way and when, until somebody comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk import free, promises
from chalicelib.desk.duty import on_duty
from chalicelib.desk.effects import Tell, Wake
from chalicelib.desk.events import Awaited, conversation_id
from chalicelib.desk.values import Alarm, Choice, Rung
from chalicelib.desk.wording import staff_text
from chalicelib.regulation.schema import PRIORITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Priority, Way
    from chalicelib.regulation.schema import Colleague, HandOver, Ladder

TAKE, CANNOT, RELEASE, DONE = "take:", "cannot:", "release:", "done:"
"""How a colleague's buttons begin; the conversation and what it is about follow, see `button`."""
CHANNEL = "telegram"
WITH_KEYS = ("zvonok",)
"""Callers that tell us which key was pressed."""
BY_HAND = ("promise", "visit", "withdrawn", "changed")
"""Reasons that a colleague settles by hand while the desk goes on with the client."""


def button(verb: str, conversation: str, about: str = "") -> str:
    """What a colleague's button is known by; at most 64 ASCII bytes."""
    return f"{verb}{conversation}:{about}"


@dataclass(frozen=True)
class Call:
    """Why a person is called. ``first``: the colleague who is woken before the one on duty; ``about``: the promise that
    breaks, or the visit; ``quiet``: the client is promised nothing."""

    reason: str
    priority: Priority
    clause: str = ""
    first: str | None = None
    about: str = ""
    quiet: bool = False


def call(sheet: Sheet, notice: str, wanted: Call) -> None:
    """Call a person with the text ``notice``. One alarm is open at a time: a graver reason begins its own ladder, any
    other is told to who is called already, or has taken the client."""
    taken, alarm = sheet.conversation.taken, sheet.conversation.alarm
    if taken and not wanted.about:
        inform(sheet, taken.by, notice, (Choice(button(RELEASE, sheet.conversation.id), _texts(sheet).release),))
    elif alarm and PRIORITIES.index(wanted.priority) >= PRIORITIES.index(alarm.priority):
        _add(sheet, alarm, notice)
    else:
        _begin(sheet, notice, wanted)


def ring(sheet: Sheet, token: str) -> None:
    """The time of the next step has come. A timer of another step, or of a ladder that is done with, does nothing."""
    alarm = sheet.conversation.alarm
    if alarm is None or alarm.token != token:
        return
    if _is_of_a_visit_that_is_over(sheet, alarm):
        sheet.note(alarm=None)
        return
    if alarm.climbed == len(alarm.rungs):
        alarm = replace(alarm, climbed=0, began=sheet.now, passed=(), round=alarm.round + 1)
        sheet.cite(f"{alarm.clause}: лестница заново")
    _climb(sheet, alarm)


def unpaged(sheet: Sheet, step: str) -> None:
    """A page of the step ``step`` did not arrive: when none of it did, the next one is due at once."""
    alarm = sheet.conversation.alarm
    if alarm is None or step != _step(alarm):
        return
    alarm = replace(alarm, out=alarm.out - 1)
    sheet.note(alarm=alarm)
    if alarm.out == 0 and alarm.climbed < len(alarm.rungs):
        sheet.cite(f"{alarm.clause}: не дозвались, следующий шаг")
        _climb(sheet, alarm, at_once=True)


def passed(sheet: Sheet, by: str) -> None:
    """A colleague cannot come: she is not woken again, and when she was the one who was called, the next one is."""
    alarm = sheet.conversation.alarm
    if alarm is None or by in alarm.passed:
        return
    person = sheet.rules.business.colleague(by)
    sheet.cite(f"{alarm.clause}: {person.name if person else by} не может")
    alarm = replace(alarm, passed=(*alarm.passed, by))
    sheet.note(alarm=alarm)
    if alarm.paged and alarm.paged[-1] == by and alarm.climbed < len(alarm.rungs):
        _climb(sheet, alarm, at_once=True)


def settle(sheet: Sheet) -> None:
    """Nobody is needed any more; those who were woken are told."""
    alarm = sheet.conversation.alarm
    if alarm is None:
        return
    sheet.note(alarm=None)
    sheet.cite(f"{alarm.clause}: помощь больше не нужна")
    for colleague in alarm.paged:
        inform(sheet, colleague, handed(sheet, _texts(sheet).settled))


def inform(sheet: Sheet, colleague: str, text: str, choices: tuple[Choice, ...] = (), reason: str = "note") -> None:
    """Tell a colleague what needs no answer of hers."""
    person = sheet.rules.business.colleague(colleague)
    if person and person.telegram:
        sheet.do(Wake(person.id, CHANNEL, person.telegram, text, reason, choices))


def handed(sheet: Sheet, template: str, **fields: str) -> str:
    """A text of the hand-over, filled in."""
    name = sheet.rules.business.colleague(fields.get("colleague"))
    clause = sheet.rules.sla.handover.clause
    known = {"clause": clause, **fields, "colleague": name.name if name else ""}
    return staff_text(template, sheet.pack, sheet.conversation, **known)


# ---------------------------------------------------------------- inside


def _is_of_a_visit_that_is_over(sheet: Sheet, alarm: Alarm) -> bool:
    visit = next((visit for visit in sheet.conversation.visits if visit.id == alarm.about), None)
    return visit is not None and (not visit.stands or free.begins(visit.slot, sheet.rules) <= sheet.now)


def _begin(sheet: Sheet, notice: str, wanted: Call) -> None:
    ladder = sheet.pack.sla.ladder(wanted.priority)
    begins = _morning(sheet, ladder) or sheet.now
    alarm = Alarm(
        id=sheet.token("alarm", f"{sheet.event}:{wanted.reason}"),
        reason=wanted.reason,
        priority=wanted.priority,
        clause=wanted.clause or f"SLA-001 {wanted.reason}",
        notice=notice,
        since=sheet.now,
        began=begins,
        rungs=tuple(Rung(step.after_minutes, step.who, step.by, step.tell_client) for step in ladder.steps),
        due=begins,
        token="",
        first=wanted.first,
        about=wanted.about,
        quiet=wanted.quiet,
        again_minutes=ladder.again_minutes,
    )
    before = sheet.conversation.alarm
    if before:
        alarm = replace(alarm, paged=before.paged)
    if begins > sheet.now:
        sheet.cite(f"{alarm.clause}: ждёт до {begins.astimezone(ZoneInfo(sheet.rules.business.zone)):%H:%M}")
        _wait(sheet, alarm, begins)
    else:
        _climb(sheet, alarm)


def _add(sheet: Sheet, alarm: Alarm, notice: str) -> None:
    """Something more to say about what somebody is called for already."""
    if alarm.paged:
        inform(sheet, alarm.paged[-1], notice, _choices(sheet, alarm), alarm.reason)
    elif notice not in alarm.notice:
        sheet.note(alarm=replace(alarm, notice=f"{alarm.notice}\n\n{notice}"))


def _climb(sheet: Sheet, alarm: Alarm, *, at_once: bool = False) -> None:
    """Take the steps that are due; ``at_once``: the next one is, whatever its minute. A step that reaches nobody is
    passed over."""
    waited = alarm.climbed == 0 and alarm.round == 0 and alarm.began > alarm.since
    while alarm.climbed < len(alarm.rungs):
        minute = alarm.rungs[alarm.climbed].after_minutes
        due = alarm.began + timedelta(minutes=minute)
        if due > sheet.now and not at_once:
            break
        alarm = replace(alarm, began=alarm.began - max(due - sheet.now, timedelta()))
        group = [rung for rung in alarm.rungs[alarm.climbed :] if rung.after_minutes == minute]
        alarm = replace(alarm, climbed=alarm.climbed + len(group), out=0)
        alarm = _take(sheet, alarm, group, waited=waited)
        told = any(rung.tell_client for rung in group)
        at_once = alarm.out == 0 and not told
        waited = False
    if alarm.climbed < len(alarm.rungs):
        due = alarm.began + timedelta(minutes=alarm.rungs[alarm.climbed].after_minutes)
    else:
        due = sheet.now + timedelta(minutes=alarm.again_minutes)
    _wait(sheet, alarm, due)


def _wait(sheet: Sheet, alarm: Alarm, due: datetime) -> None:
    what = f"{_step(alarm)}:{sheet.event}"
    sheet.note(alarm=replace(alarm, due=due.astimezone(UTC), token=sheet.token("alarm", what)))
    sheet.arm("alarm", what, due)


def _take(sheet: Sheet, alarm: Alarm, group: Sequence[Rung], *, waited: bool) -> Alarm:
    """One step: everybody it names is woken in every way it names."""
    named = (page for rung in group for page in _pages(sheet, alarm, rung))
    pages = list({(colleague.id, way): (colleague, way, address) for colleague, way, address in named}.values())
    for colleague, way, address in pages:
        if waited and way == CHANNEL:
            sheet.do(Tell(_awaited(sheet, alarm, address)))
        else:
            sheet.do(_wake(sheet, alarm, colleague, way, address))
        sheet.cite(f"{alarm.clause}: {alarm.rungs[alarm.climbed - 1].after_minutes} мин, {colleague.name}, {way}")
    waits = sheet.conversation.stage == "person" and alarm.round == 0 and not alarm.quiet
    if waits and any(rung.tell_client for rung in group):
        promises.of_a_call(sheet)
    paged = dict.fromkeys((*alarm.paged, *(colleague.id for colleague, _, _ in pages)))
    for colleague, _, _ in pages:  # the one who was woken last stands last
        paged.pop(colleague.id)
        paged[colleague.id] = None
    return replace(alarm, out=len(pages), paged=tuple(paged))


def _pages(sheet: Sheet, alarm: Alarm, rung: Rung) -> Iterator[tuple[Colleague, str, str]]:
    """Who is woken by a step, through which messenger or pager, at which address."""
    for person in _people(sheet, alarm, rung):
        if person.id in alarm.passed:
            continue
        for way in rung.by:
            through, address = _reached(sheet, person, way)
            if through and address:
                yield person, through, address


def _people(sheet: Sheet, alarm: Alarm, rung: Rung) -> Sequence[Colleague]:
    business = sheet.rules.business
    duty, *others = on_duty(sheet.rules, sheet.now) or (None,)
    first, owner = business.colleague(alarm.first) or duty, business.colleague(business.owner)
    named = {"duty": (first,), "reserve": others[:1], "extra": others[1:], "owner": (owner,)}
    return [person for person in named[rung.who] if person] if rung.who else []


def _reached(sheet: Sheet, person: Colleague, way: Way) -> tuple[str | None, str | None]:
    business = sheet.rules.business
    match way:
        case "telegram":
            return CHANNEL, person.telegram
        case "crm":
            return business.crm.kind, str(person.bitrix24) if person.bitrix24 else None
        case "sms":
            return business.pagers.sms, person.phone
        case "call":
            return business.pagers.call, person.phone


def _wake(sheet: Sheet, alarm: Alarm, colleague: Colleague, way: str, address: str) -> Wake:
    texts, pagers = _texts(sheet), sheet.rules.business.pagers
    if way == pagers.call:
        keys = f" {handed(sheet, texts.call_keys)}" if way in WITH_KEYS else ""
        text = handed(sheet, texts.call) + keys
    elif way == pagers.sms:
        text = handed(sheet, texts.sms, text=alarm.notice.partition("\n")[0], time=promises.clock(sheet, sheet.now))
    else:
        text = alarm.notice
    choices = _choices(sheet, alarm) if way == CHANNEL else ()
    conversation = sheet.conversation.id
    return Wake(colleague.id, way, address, text, alarm.reason, choices, conversation, _step(alarm))


def _awaited(sheet: Sheet, alarm: Alarm, address: str) -> Awaited:
    chat = conversation_id(CHANNEL, address)
    key = f"{sheet.event}/{alarm.id}"
    return Awaited(key, sheet.now, chat, CHANNEL, address, sheet.conversation.id, alarm.id, alarm.notice)


def _choices(sheet: Sheet, alarm: Alarm) -> tuple[Choice, ...]:
    texts, of = _texts(sheet), sheet.conversation.id
    buttons = (Choice(button(TAKE, of, alarm.id), texts.take), Choice(button(CANNOT, of, alarm.id), texts.cannot))
    return (*buttons, Choice(button(DONE, of, alarm.about), texts.done)) if alarm.about else buttons


def _step(alarm: Alarm) -> str:
    """What a page's failure is known by: the alarm, and how far its ladder is climbed."""
    return f"{alarm.id}:{alarm.round}:{alarm.climbed}"


def _morning(sheet: Sheet, ladder: Ladder) -> datetime | None:
    """Until when a call waits now, by the pack; None when it does not."""
    since, until = ladder.waits_from, ladder.waits_until
    if since is None or until is None:
        return None
    now = sheet.now.astimezone(ZoneInfo(sheet.rules.business.zone))
    wall = now.time()
    night = wall >= since or wall < until if since > until else since <= wall < until
    if not night:
        return None
    day = now.date() if wall < until else now.date() + timedelta(days=1)
    return datetime.combine(day, until, now.tzinfo).astimezone(sheet.now.tzinfo)


def _texts(sheet: Sheet) -> HandOver:
    return sheet.rules.sla.handover
