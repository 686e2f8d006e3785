"""The week minute by minute: each belongs to exactly one shift (RT-001); and so do the dates that are unlike others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from chalicelib.regulation.schema import WEEK, Rota, Shift, Weekday

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
    """Each run of minutes that nobody has, or that two shifts have; what is alike on several days, once."""
    minutes = _minutes(shifts)
    alike: dict[tuple[tuple[int, ...], int, int, tuple[int, ...]], list[str]] = {}
    for (day, holders), run in groupby(range(len(minutes)), lambda minute: (minute // DAY, minutes[minute])):
        span = list(run)
        if len(holders) != 1:
            starts, ends = span[0] - day * DAY, span[-1] + 1 - day * DAY
            before = minutes[span[0] - 1] if not holders else ()
            alike.setdefault((holders, starts, ends, before), []).append(DAYS[WEEK[day]])
    for (holders, starts, ends, before), days in alike.items():
        when = f"{', '.join(days)} {_time(starts)}–{_time(ends)}"
        if holders:
            first, *_, last = holders
            other = at.line("shifts", first)
            yield at.mistake(
                ("shifts", last), f"две смены сразу: {when}; другая описана в строке {other}, оставьте одну"
            )
        else:
            longer = f"ту, что в строке {at.line('shifts', before[0])}" if before else "соседнюю"
            yield at.mistake(("shifts",), f"не закрыто: {when}; добавьте смену или продлите {longer}")


def weekday_of(rota: Rota, day: date) -> Weekday:
    """Whose shifts begin on a date: those of its own weekday, on a holiday those of the other."""
    return next((holiday.like for holiday in rota.holidays if holiday.date == day), WEEK[day.weekday()])


def starting_on(rota: Rota, day: date) -> tuple[Shift, ...]:
    """The shifts that begin on a date, in the order in which they do."""
    weekday = weekday_of(rota, day)
    return tuple(sorted((one for one in rota.shifts if weekday in one.days), key=lambda shift: shift.starts))


def uncovered_dates(rota: Rota, at: Written) -> Iterator[Mistake]:
    """Each run of minutes that nobody has because a date follows another weekday, date by date. Of two shifts at once
    the later one goes on: that is no mistake there."""
    named = {holiday.date: number for number, holiday in reversed(list(enumerate(rota.holidays)))}
    for day in sorted({*named, *(one + timedelta(days=1) for one in named)}):
        line = named[day] if day in named else named[day - timedelta(days=1)]
        for covered, run in groupby(enumerate(_covered(rota, day)), key=lambda minute: minute[1]):
            if not covered:
                span = [minute for minute, _ in run]
                when = f"{day:%d.%m.%Y} {_time(span[0])}–{_time(span[-1] + 1)} ({_called(rota, day)})"
                yield at.mistake(
                    ("holidays", line), f"не закрыто: {when}; измените часы смен или возьмите здесь другой день недели"
                )


def _called(rota: Rota, day: date) -> str:
    own, like = WEEK[day.weekday()], weekday_of(rota, day)
    return DAYS[own] if own == like else f"{DAYS[own]} как {DAYS[like]}"


def _covered(rota: Rota, day: date) -> list[bool]:
    """For every minute of a date, whether a shift covers it."""
    minutes = [False] * DAY
    for back in (1, 0):
        for shift in starting_on(rota, day - timedelta(days=back)):
            begin, end = (minute - back * DAY for minute in _span(shift))
            for minute in range(max(begin, 0), min(end, DAY)):
                minutes[minute] = True
    return minutes


def _span(shift: Shift) -> tuple[int, int]:
    """The minutes of a shift, counted from the midnight before it begins."""
    starts, ends = (clock.hour * 60 + clock.minute for clock in (shift.starts, shift.ends))
    return starts, starts + ((ends - starts) % DAY or DAY)


def _minutes(shifts: tuple[Shift, ...]) -> list[tuple[int, ...]]:
    """For every minute of the week from Monday 00:00, the numbers of the shifts that cover it."""
    week: list[tuple[int, ...]] = [()] * (DAY * len(WEEK))
    for number, shift in enumerate(shifts):
        starts, ends = _span(shift)
        for day in shift.days:
            midnight = WEEK.index(day) * DAY
            for minute in range(midnight + starts, midnight + ends):
                week[minute % len(week)] += (number,)
    return week


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
