"""Which day is meant by its name: «в пятницу», «на той неделе», «через неделю во вторник», «15 числа», «25 ноября».

Pure arithmetic on dates, by the conventions of docs/meaning.md, "Date and time"; a week starts on Monday.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

WEEK = timedelta(7)
_SATURDAY = 5
_RECENT = timedelta(60)
"""A date that passed longer ago than this is meant for the next year."""


def monday_of(today: date) -> date:
    """The first day of this calendar week."""
    return today - timedelta(today.weekday())


def nearest(weekday: int, today: date) -> date:
    """The nearest such weekday strictly after today; 0 is Monday."""
    return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)


def of_next_week(weekday: int, today: date) -> date:
    """The weekday of the next calendar week."""
    return monday_of(today) + WEEK + timedelta(weekday)


def of_this_week(weekday: int, today: date) -> date | None:
    """The weekday of this calendar week, unless it has passed."""
    day = monday_of(today) + timedelta(weekday)
    return day if day >= today else None


def weekend(today: date) -> date:
    """The Saturday of the next full weekend."""
    saturday = monday_of(today) + timedelta(_SATURDAY)
    return saturday if today.weekday() < _SATURDAY else saturday + WEEK


def weekend_of_next_week(today: date) -> date:
    """The Saturday of the next calendar week."""
    return monday_of(today) + WEEK + timedelta(_SATURDAY)


def of_month(number: int, today: date) -> date | None:
    """The nearest such day of a month after today, None when no month has it."""
    for months in range(12):
        first = months_later(today.replace(day=1), months)
        day = existing(first.year, first.month, number)
        if day and day > today:
            return day
    return None


def of_next_month(number: int, today: date) -> date | None:
    """That day of the month after this one."""
    first = months_later(today.replace(day=1), 1)
    return existing(first.year, first.month, number)


def of_year(number: int, month: int, year: int | None, today: date) -> date | None:
    """A date as written. Without a year: the coming one, but None when it has passed only lately."""
    if year is not None:
        day = existing(year + 2000 if year < 100 else year, month, number)
        return day if day and day >= today else None
    if (month, number) >= (today.month, today.day):
        return existing(today.year, month, number)
    passed = existing(today.year, month, number)
    if passed and today - passed <= _RECENT:
        return None
    return existing(today.year + 1, month, number)


def months_later(day: date, months: int) -> date:
    """The same day some months later, the last one of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def existing(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
