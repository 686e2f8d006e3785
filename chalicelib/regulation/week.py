"""The week minute by minute: each belongs to exactly one shift (RT-001)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from chalicelib.regulation.schema import WEEK, Shift, Weekday

if TYPE_CHECKING:
    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.written import Written

DAY = 24 * 60
DAYS: dict[Weekday, str] = {
    "mon": "понедельник", "tue": "вторник", "wed": "среда", "thu": "четверг", "fri": "пятница", "sat": "суббота",
    "sun": "воскресенье",
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """Minutes ``starts`` to ``ends`` of a weekday (0 is Monday) that belong to the shift number ``shift``."""

    day: int
    starts: int
    ends: int
    shift: int

    def __str__(self) -> str:
        return f"{_time(self.starts)}–{_time(self.ends)}"


def holders(shifts: tuple[Shift, ...]) -> Iterator[Span]:
    """Whose each run of minutes is, day by day from Monday 00:00; of two shifts at once, the first."""
    minutes = _minutes(shifts)
    for (day, owners), run in groupby(range(len(minutes)), lambda minute: (minute // DAY, minutes[minute])):
        span = list(run)
        if owners:
            yield Span(day, span[0] - day * DAY, span[-1] + 1 - day * DAY, owners[0])


def uncovered(shifts: tuple[Shift, ...], at: Written) -> Iterator[Mistake]:
    """Each run of minutes that nobody has, or that two shifts have, day by day."""
    minutes = _minutes(shifts)
    for (day, holders), run in groupby(range(len(minutes)), lambda minute: (minute // DAY, minutes[minute])):
        span = list(run)
        when = f"{DAYS[WEEK[day]]} {_time(span[0] - day * DAY)}–{_time(span[-1] + 1 - day * DAY)}"
        if not holders:
            yield at.mistake(("shifts",), f"не закрыто: {when}; добавьте смену или продлите соседнюю")
        elif len(holders) > 1:
            first, *_, last = holders
            other = at.line("shifts", first)
            yield at.mistake(
                ("shifts", last), f"две смены сразу: {when}; другая описана в строке {other}, оставьте одну"
            )


def _minutes(shifts: tuple[Shift, ...]) -> list[tuple[int, ...]]:
    """For every minute of the week from Monday 00:00, the numbers of the shifts that cover it."""
    week: list[tuple[int, ...]] = [()] * (DAY * len(WEEK))
    for number, shift in enumerate(shifts):
        starts, ends = (clock.hour * 60 + clock.minute for clock in (shift.starts, shift.ends))
        length = (ends - starts) % DAY or DAY
        for day in shift.days:
            begin = WEEK.index(day) * DAY + starts
            for minute in range(begin, begin + length):
                week[minute % len(week)] += (number,)
    return week


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
