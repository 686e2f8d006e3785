"""What colleagues say about the rota (RT-001): who is on duty, when is mine, who stands in for whom.

A wish to be relieved is not kept anywhere: it travels in the buttons of the colleagues who are asked, and the first who
agrees has the shift, for the answer changes the rota only as it was seen. ``rules`` are always those with the agreed
swaps laid over them (`duty.with_swaps`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk.agreed import Part, Role, StaffWish, Swap, Withdrawn
from chalicelib.desk.duty import Duty, duty_of, moment, shift_at, shifts_of, starting
from chalicelib.desk.values import Choice
from chalicelib.desk.wording import day_text
from chalicelib.regulation.render import DAYS, render

if TYPE_CHECKING:
    from chalicelib.desk.agreed import Swaps
    from chalicelib.regulation.schema import Colleague, Override, Rules, Shift

WINDOWS: dict[Part, tuple[int, int]] = {"morning": (6, 12), "day": (12, 18), "evening": (18, 24), "night": (23, 29)}
"""The hours of a part of the day, counted from the midnight before it; the night of a date goes on into the next."""
DAWN = 6
"""Before this hour «сегодня ночью» is the night that is passing."""
MINE_DAYS = 14
MOST_SHIFTS = 7
"""So many of her next shifts are told, and so many are offered as buttons."""
BUTTON = re.compile(r"swap:(ask|yes|no|put):(\d{4}-\d\d-\d\d):(\d{4})(?::([a-z][a-z0-9_-]*))?(?::([a-z0-9]{1,7}))?")
ROLES: dict[str, Role] = {"d": "duty", "r": "reserve", "e": "extra"}
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""Moments in buttons are counted from here: 64 bytes are few."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Notice:
    """What another colleague is told, in a messenger if she has one there."""

    to: Colleague
    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What is answered to a colleague, what others are told, and what changes in the rota (`Swaps.after`)."""

    text: str
    choices: tuple[Choice, ...] = ()
    notices: tuple[Notice, ...] = ()
    change: Swap | Withdrawn | None = None


def answer(rules: Rules, writer: Colleague, wish: StaffWish, now: datetime) -> Answer:
    """What is answered to a wish of ``writer``'s at ``now`` (aware)."""
    match wish.kind:
        case "who":
            return Answer(who(rules, wish, now))
        case "mine":
            return Answer(mine(rules, writer, now))
        case "swap":
            return proposal(rules, writer, wish, now)
        case "assign":
            return assignment(rules, writer, wish, now)
        case "withdraw":
            return Answer(_say(rules, rules.rota.texts.withdrawn, name=writer.name), change=Withdrawn(writer.id, now))


def pressed(rules: Rules, swaps: Swaps, presser: Colleague, choice: str, now: datetime) -> Answer | None:
    """What is answered to a pressed button; None when it is none of the rota's."""
    found = BUTTON.fullmatch(choice)
    if found is None:
        return None
    act, day, clock, whose, more = found.groups()
    try:
        duty = duty_of(rules, date.fromisoformat(day), time(int(clock[:2]), int(clock[2:])))
    except ValueError:
        return None
    if duty is None or duty.ends <= now:
        return Answer(_say(rules, rules.rota.texts.over, duty))
    other = rules.business.colleague(whose)
    if act == "ask":
        return _offered(rules, presser, duty, other, now)
    if other is None:
        return Answer(_say(rules, rules.rota.texts.over, duty))
    if act == "put":
        role = ROLES.get(more or "", "duty")
        out = _holder(duty, role)
        if out is None and role != "reserve":
            return Answer(_say(rules, rules.rota.texts.over, duty))
        return _put(rules, presser, duty, other, out)
    asked = EPOCH + timedelta(seconds=int(more or "0", 36))
    return _answered(rules, swaps, presser, duty, other, asked, agrees=act == "yes")


def may_edit(rules: Rules, colleague: Colleague) -> bool:
    """Whether somebody may change the rota without asking."""
    return colleague.id == rules.business.owner or colleague.id in rules.rota.editors


# ---------------------------------------------------------------- what is asked


def who(rules: Rules, wish: StaffWish, now: datetime) -> str:
    """Who is on duty then, a line a shift; now, when nothing is said of the time."""
    duties = _meant(rules, wish, now) if wish.is_timed else _now(rules, now)
    return "\n".join(_line(rules, duty) for duty in duties) or rules.rota.texts.none


def mine(rules: Rules, colleague: Colleague, now: datetime) -> str:
    """Her shifts of the next two weeks, the one she is in among them."""
    texts = rules.rota.texts
    duties = shifts_of(rules, colleague, now, now + timedelta(days=MINE_DAYS))[:MOST_SHIFTS]
    lines = [_say(rules, texts.mine_line, duty, name=colleague.name, role=_role(rules, duty, colleague))
             for duty in duties]  # fmt: skip
    head = texts.mine if lines else texts.mine_none
    return "\n".join([_say(rules, head, name=colleague.name), *lines])


def tomorrow(rules: Rules, now: datetime) -> tuple[Notice, ...]:
    """What everyone is told at ``rota.told_at`` of the shifts that begin on the next day, one message each."""
    day = now.astimezone(ZoneInfo(rules.business.zone)).date() + timedelta(days=1)
    lines: dict[str, list[str]] = {}
    for duty in starting(rules, day):
        for person in duty.people:
            fields = {"name": person.name, "role": _role(rules, duty, person)}
            lines.setdefault(person.id, []).append(_say(rules, rules.rota.texts.told, duty, **fields))
    people = [person for person in rules.business.staff if person.id in lines and person.telegram]
    return tuple(Notice(person, "\n".join(lines[person.id])) for person in people)


def told_at(rules: Rules, day: date) -> datetime:
    """When that is, on the evening of ``day``."""
    return moment(day, rules.rota.told_at, ZoneInfo(rules.business.zone))


def _now(rules: Rules, now: datetime) -> tuple[Duty, ...]:
    duty = shift_at(rules, now)
    return (duty,) if duty else ()


def _meant(rules: Rules, wish: StaffWish, now: datetime) -> tuple[Duty, ...]:
    """The shifts that a wish may mean, in order."""
    zone = ZoneInfo(rules.business.zone)
    local = now.astimezone(zone)
    day = wish.date or local.date()
    if wish.at is not None:
        at = moment(day, wish.at, zone)
        if wish.date is None and at < now:
            at = moment(day + timedelta(days=1), wish.at, zone)
        return _now(rules, at)
    if wish.part is None:
        return starting(rules, day)
    if wish.part == "night" and day == local.date() and local.hour < DAWN:
        return _now(rules, now)
    since, until = (_hour(day, hour, zone) for hour in WINDOWS[wish.part])
    return tuple(duty for duty in starting(rules, day) if duty.starts < until and duty.ends > since)


def _hour(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return moment(day + timedelta(days=hour // 24), time(hour % 24), zone)


# ---------------------------------------------------------------- a colleague asks to be relieved


def proposal(rules: Rules, asker: Colleague, wish: StaffWish, now: datetime) -> Answer:
    """She wants to be relieved: her colleagues are asked, or she is asked which shift she means."""
    texts = rules.rota.texts
    other = rules.business.colleague(wish.colleague)
    if wish.is_timed:
        found, sure = _hers(rules, asker, wish, now)
        if not found:
            day = wish.date or now.astimezone(ZoneInfo(rules.business.zone)).date()
            return Answer(_say(rules, texts.not_yours, name=asker.name, date=day_text(day, rules)))
    else:
        found, sure = list(shifts_of(rules, asker, now, now + timedelta(days=MINE_DAYS)))[:MOST_SHIFTS], False
        if not found:
            return Answer(_say(rules, texts.mine_none, name=asker.name))
    if sure and len(found) == 1:
        return _offered(rules, asker, found[0], other, now)
    buttons = [_button(duty, "ask", *([other.id] if other else [])) for duty in found]
    return Answer(_say(rules, texts.which, name=asker.name), tuple(buttons))


def _hers(rules: Rules, asker: Colleague, wish: StaffWish, now: datetime) -> tuple[list[Duty], bool]:
    """Her shifts that may be meant, and whether it is sure: a night that began on the day before is named only by
    mistake, or by its end."""
    found = [duty for duty in _meant(rules, wish, now) if duty.role(asker) and duty.ends > now]
    if found or wish.date is None or wish.part not in (None, "morning"):
        return found, True
    zone = ZoneInfo(rules.business.zone)
    since, until = _hour(wish.date, 0, zone), _hour(wish.date, 24, zone)
    around = shifts_of(rules, asker, since, until)
    return [duty for duty in around if duty.ends > now], False


def _offered(rules: Rules, asker: Colleague, duty: Duty, other: Colleague | None, now: datetime) -> Answer:
    """The shift is offered to ``other``, else to everybody who could have it."""
    texts = rules.rota.texts
    if duty.role(asker) is None:
        return Answer(_say(rules, texts.not_yours, duty, name=asker.name))
    asked = [person for person in _could(rules, duty) if other is None or person.id == other.id]
    if not asked:
        return Answer(_say(rules, texts.nobody, duty, name=asker.name))
    token = _base36(int((now - EPOCH).total_seconds()))
    choices = (
        _button(duty, "yes", asker.id, token, title=texts.take),
        _button(duty, "no", asker.id, token, title=texts.refuse),
    )
    text = _say(rules, texts.offer, duty, name=asker.name, role=_role(rules, duty, asker))
    names = ", ".join(person.name for person in asked)
    return Answer(
        _say(rules, texts.asked, duty, name=asker.name, names=names),
        notices=tuple(Notice(person, text, choices) for person in asked),
    )


def _could(rules: Rules, duty: Duty) -> list[Colleague]:
    """Everybody who does duty at all, reads messages and is not in this shift."""
    shifts: list[Shift | Override] = [*rules.rota.shifts, *rules.rota.overrides]
    named = {person for shift in shifts for person in (shift.duty, shift.reserve, *(shift.extra or ()))}
    return [
        person for person in rules.business.staff if person.id in named and person.telegram and not duty.role(person)
    ]


def _answered(
    rules: Rules, swaps: Swaps, presser: Colleague, duty: Duty, asker: Colleague, asked: datetime, *, agrees: bool
) -> Answer:
    """«Подменю» or «Не могу» of a colleague who was asked."""
    texts = rules.rota.texts
    names = ", ".join(person.name for person in duty.people)
    stands = duty.role(asker) is not None and not swaps.taken_back(asker.id, asked)
    if not agrees:
        told = (_tell(rules, texts.cannot, asker, duty, by=presser),) if stands else ()
        return Answer(_say(rules, texts.refused, duty, name=presser.name), notices=told)
    if duty.role(presser):
        return Answer(_say(rules, texts.yours, duty, name=presser.name, names=names))
    if swaps.taken_back(asker.id, asked):
        return Answer(_say(rules, texts.withdrawn_late, duty, name=asker.name))
    if not stands:
        return Answer(_say(rules, texts.late, duty, name=asker.name, names=names))
    change = _exchanged(duty, asker.id, presser.id)
    owner = rules.business.colleague(rules.business.owner)
    notices = [_tell(rules, texts.found, asker, duty, by=presser)]
    if owner and owner.id not in (asker.id, presser.id):
        notices.append(Notice(owner, _say(rules, texts.swapped, duty, name=presser.name, by=asker.name)))
    return Answer(
        _say(rules, texts.took, duty, name=presser.name, by=asker.name), notices=tuple(notices), change=change
    )


# ---------------------------------------------------------------- an editor puts somebody there


def assignment(rules: Rules, editor: Colleague, wish: StaffWish, now: datetime) -> Answer:
    """Somebody is to be put into a shift. Who may not do that but speaks of her own shift asks that colleague."""
    texts = rules.rota.texts
    if not may_edit(rules, editor):
        if wish.instead == editor.id:
            return proposal(rules, editor, wish, now)
        return Answer(_say(rules, texts.not_allowed, name=editor.name))
    newcomer = rules.business.colleague(wish.colleague)
    if newcomer is None:
        return Answer(_say(rules, texts.whom, name=editor.name))
    if newcomer.telegram is None and newcomer.phone is None:
        return Answer(_say(rules, texts.unreachable, name=newcomer.name))
    if not wish.is_timed:
        return Answer(_say(rules, texts.when, name=newcomer.name))
    found = [(duty, _replaced(rules, duty, wish)) for duty in _meant(rules, wish, now) if duty.ends > now]
    found = [(duty, role) for duty, role in found if role]
    if not found:
        return Answer(texts.none)
    if len(found) > 1:
        letters = {role: letter for letter, role in ROLES.items()}
        buttons = tuple(_button(duty, "put", newcomer.id, letters[role or "duty"]) for duty, role in found)
        return Answer(_say(rules, texts.which, name=newcomer.name), buttons)
    duty, role = found[0]
    return _put(rules, editor, duty, newcomer, wish.instead or _holder(duty, role or wish.role))


def _replaced(rules: Rules, duty: Duty, wish: StaffWish) -> Role | None:
    """As what the newcomer comes; None when whom she replaces is not in this shift."""
    if wish.instead is None:
        return wish.role
    instead = rules.business.colleague(wish.instead)
    return duty.role(instead) if instead else None


def _holder(duty: Duty, role: Role) -> str | None:
    """Who is that in the shift."""
    if role == "duty":
        return duty.duty.id
    if role == "reserve":
        return duty.reserve.id if duty.reserve else None
    return duty.extra[0].id if duty.extra else None


def _put(rules: Rules, editor: Colleague, duty: Duty, newcomer: Colleague, out: str | None) -> Answer:
    """``newcomer`` takes the place of ``out``, or the empty place in reserve."""
    texts = rules.rota.texts
    if not may_edit(rules, editor):
        return Answer(_say(rules, texts.not_allowed, name=editor.name))
    if newcomer.id == out or (out is None and duty.role(newcomer) is not None):
        names = ", ".join(person.name for person in duty.people)
        return Answer(_say(rules, texts.yours, duty, name=newcomer.name, names=names))
    change = _exchanged(duty, out, newcomer.id)
    after = _after(rules, duty, change)
    owner = rules.business.colleague(rules.business.owner)
    left = rules.business.colleague(out)
    notices = []
    for person in (newcomer, left):
        if person and person.id != editor.id:
            text = texts.assigned if after.role(person) else texts.relieved
            role = _role(rules, after, person)
            notices.append(Notice(person, _say(rules, text, after, name=person.name, by=editor.name, role=role)))
    by = left.name if left else ""
    if owner and owner.id not in (editor.id, newcomer.id, out):
        notices.append(Notice(owner, _say(rules, texts.swapped, after, name=newcomer.name, by=by)))
    return Answer(_say(rules, texts.placed, after, name=newcomer.name, by=by, role=_role(rules, after, newcomer)),
                  notices=tuple(notices), change=change)  # fmt: skip


def _exchanged(duty: Duty, out: str | None, newcomer: str) -> Swap:
    """The shift with a newcomer in the place of ``out`` (None: nobody was there), who gets hers if she was in it."""
    new = {out: newcomer, newcomer: out}
    held = duty.reserve.id if duty.reserve else None
    extra = (new.get(person.id, person.id) for person in duty.extra)
    return Swap(
        duty.date, duty.shift.starts, new.get(duty.duty.id) or duty.duty.id, new.get(held, held),
        tuple(person for person in extra if person),
    )  # fmt: skip


def _after(rules: Rules, duty: Duty, change: Swap) -> Duty:
    people = {person.id: person for person in rules.business.staff}
    return Duty(
        duty.shift, duty.date, duty.starts, duty.ends, people[change.duty], people.get(change.reserve or ""),
        tuple(people[person] for person in change.extra),
    )  # fmt: skip


# ---------------------------------------------------------------- words and buttons


def _tell(rules: Rules, text: str, to: Colleague, duty: Duty, *, by: Colleague) -> Notice:
    return Notice(to, _say(rules, text, duty, name=to.name, by=by.name))


def _say(rules: Rules, text: str, duty: Duty | None = None, **more: str) -> str:
    """A text of the rota; what is known of the shift fills its fields."""
    owner = rules.business.colleague(rules.business.owner)
    fields = {"owner": owner.name if owner else ""}
    if duty:
        fields |= {
            "date": day_text(duty.date, rules),
            "time": f"{duty.shift.starts:%H:%M}",
            "until": f"{duty.shift.ends:%H:%M}",
            "duty": duty.duty.name,
            "reserve": duty.reserve.name if duty.reserve else "",
            "extra": ", ".join(person.name for person in duty.extra),
        }
    return render(text, **{**fields, **more})


def _line(rules: Rules, duty: Duty) -> str:
    texts = rules.rota.texts
    return _say(rules, texts.line + (texts.line_extra if duty.extra else ""), duty)


def _role(rules: Rules, duty: Duty, colleague: Colleague) -> str:
    roles, role = rules.rota.texts.roles, duty.role(colleague)
    return {"duty": roles.duty, "reserve": roles.reserve, "extra": roles.extra}[role] if role else ""


def _button(duty: Duty, act: str, *more: str, title: str = "") -> Choice:
    """``title``: without it the button names the shift: «пт 27.11 21:00»."""
    starts, day = duty.shift.starts, duty.date
    week = tuple(DAYS.values())
    code = ":".join(("swap", act, day.isoformat(), f"{starts:%H%M}", *more))
    return Choice(code, title or f"{week[day.weekday()]} {day:%d.%m} {starts:%H:%M}")


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits or "0"
