"""The rota as `nochnik duty` prints it: who is on duty at a moment, and a week of days and shifts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk.duty import Duty, duty_of, shift_at, starting, with_swaps
from chalicelib.regulation.render import DAYS
from chalicelib.regulation.schema import WEEK, Weekday
from chalicelib.regulation.week import weekday_of
from infra.errors import Failed

if TYPE_CHECKING:
    from chalicelib.desk.agreed import Swaps
    from chalicelib.regulation.schema import Rules

HEAD = ("день", "часы", "дежурит", "резерв", "ещё", "")
NOBODY = "—"


def who(rules: Rules, swaps: Swaps, at: datetime) -> Iterator[str]:
    """Who is on duty at a moment (aware), a line for each person with how to reach her."""
    rules = with_swaps(rules, swaps)
    duty = shift_at(rules, at)
    if duty is None:
        raise Failed(f"Nobody is on duty at {at.isoformat()}: see `nochnik check {rules.client}`.")
    local = at.astimezone(ZoneInfo(rules.business.zone))
    yield f"{DAYS[_weekday(local.date())]} {local:%d.%m.%Y %H:%M} ({rules.business.zone}), смена {_hours(duty)}"
    for role, person in zip(_roles(duty), duty.people, strict=True):
        reached = f"телефон {person.phone or NOBODY}, Telegram {person.telegram or NOBODY}"
        yield f"{role}: {person.name} ({person.id}), {reached}"
    if mark := _mark(rules, swaps, duty):
        yield mark


def week(rules: Rules, swaps: Swaps, since: date) -> Iterator[str]:
    """Seven days from ``since``, a line a shift, with a mark where the date is unlike others of its weekday."""
    rules = with_swaps(rules, swaps)
    rows = [HEAD]
    for ahead in range(7):
        for duty in starting(rules, since + timedelta(days=ahead)):
            extra = ", ".join(person.name for person in duty.extra) or NOBODY
            reserve = duty.reserve.name if duty.reserve else NOBODY
            day = f"{DAYS[_weekday(duty.date)]} {duty.date:%d.%m.%Y}"
            rows.append((day, _hours(duty), duty.duty.name, reserve, extra, _mark(rules, swaps, duty)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield from _lost(rules, swaps)


def _lost(rules: Rules, swaps: Swaps) -> Iterator[str]:
    """Swaps of shifts that there are no more, since the pack was changed: colleagues rely on them."""
    names = {person.id: person.name for person in rules.business.staff}
    for swap in swaps.agreed:
        if duty_of(rules, swap.date, swap.starts) is None or swap.duty not in names:
            who = names.get(swap.duty, swap.duty)
            yield f"подмена без смены: {DAYS[_weekday(swap.date)]} {swap.date:%d.%m.%Y} {swap.starts:%H:%M}, {who}"


def moment(written: str | None, zone: str) -> datetime:
    """``--at``: a moment of ISO 8601, in the business's zone if it names none; now without it. Raises `Failed`."""
    if written is None:
        return datetime.now(ZoneInfo(zone))
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise Failed(f"{written} is no time: write 2026-11-27T23:30.") from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


def day(written: str | None, zone: str) -> date:
    """``--from``: a date, today without it. Raises `Failed`."""
    if written is None:
        return datetime.now(ZoneInfo(zone)).date()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Failed(f"{written} is no date: write 2026-11-27.") from None


def _roles(duty: Duty) -> list[str]:
    return ["дежурит", *(["резерв"] if duty.reserve else []), *(["ещё"] * len(duty.extra))]


def _hours(duty: Duty) -> str:
    return f"{duty.shift.starts:%H:%M}–{duty.shift.ends:%H:%M}"


def _weekday(day: date) -> Weekday:
    return WEEK[day.weekday()]


def _mark(rules: Rules, swaps: Swaps, duty: Duty) -> str:
    """What makes this shift another than that of its weekday. ``rules`` have the swaps among their overrides."""
    key = (duty.date, duty.shift.starts)
    marks = []
    like = weekday_of(rules.rota, duty.date)
    if any(holiday.date == duty.date for holiday in rules.rota.holidays):
        marks.append(f"праздник, как {DAYS[like]}")
    if key in {(swap.date, swap.starts) for swap in swaps.agreed}:
        marks.append("подмена")
    elif {key, (duty.date, None)} & {(one.date, one.starts) for one in rules.rota.overrides}:
        marks.append("замена")
    return "; ".join(marks)
