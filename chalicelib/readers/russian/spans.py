"""Spans of days, where no one day is named: «на этой неделе», «в начале декабря», «не раньше среды», «до пятницы»."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from chalicelib.readers.russian import around, calendar, wish
from chalicelib.readers.russian.grammar import Row, Span
from chalicelib.readers.russian.wish import Day

_DAY = timedelta(1)
_OF_WEEK = {"start": (0, 1), "middle": (2, 3), "end": (3, 6)}
_OF_MONTH = {"start": (1, 10), "middle": (11, 20), "end": (21, 31)}
_LONGEST = 31
_SUNDAY = 6
_MONTHS_PASSED = 2
"""A month that is over for so long at most is not meant for the next year."""


class Days(NamedTuple):
    """The first and the last day, as far as they are told."""

    since: date | None = None
    until: date | None = None


def chosen(row: Row, days: Iterable[Day], today: date, *, moved: bool) -> Days:
    """The span she wishes, of a text in which no one day counts. ``days``: those it names all the same."""
    for named, span in _named(row, today):
        of_the_past = wish.tells_the_past(row, named)
        passed = span.until is not None and span.until < today
        if span.since and not (passed or of_the_past or wish.ruled_out(row, named, moved=moved)):
            return span
    for day in days:
        if day.kind == "week" and day.day and wish.is_denied(row, day):  # «не в понедельник, на следующей неделе»
            monday = calendar.monday_of(day.day)
            return Days(max(today, monday + _DAY if day.day == monday else monday), monday + timedelta(_SUNDAY))
    limits = [_limit(row, day) for day in days if day.day and day.day > today]
    since = next((one.since for one in limits if one.since), None)
    until = next((one.until for one in limits if one.until), None)
    return Days(since, until) if not (since and until and until < since) else Days(since)


def _named(row: Row, today: date) -> list[tuple[Day, Days]]:
    """The spans that have names, in their order."""
    found = [
        (Day(None, "date", match.start(), match.end() - 1), which(Span(match, row), today))
        for which, rule in _RULES
        for match in row.matches(rule)
    ]
    return sorted(found, key=lambda one: (one[0].first, -one[0].last))


def _limit(row: Row, day: Day) -> Days:
    """«Не раньше среды» begins with it, «после среды» on the next day; «до пятницы» ends before it, unless she is away
    until then."""
    start = around.before_prepositions(row, day.first)
    led_by = row.words[start].kind if start < day.first else row.words[day.first].kind
    denied, before = row.is_at(start - 2, "not"), start - 1
    on = day.day
    if on is None or wish.cannot(row, day):
        return Days()
    if row.is_at(before, "earlier"):
        return Days(since=on) if denied else Days(until=on - _DAY)
    if row.is_at(before, "later"):
        return Days(until=on) if denied else Days(since=on + _DAY)
    if led_by == "after":
        return Days(since=on + _DAY)
    if led_by == "till":
        return Days(since=on) if wish.is_away_till(row, day) else Days(until=on - _DAY)
    return Days()


# ---------------------------------------------------------------- which days they are


def _this_week(span: Span, today: date) -> Days:
    """On a Sunday the days to come."""
    days = 7 if today.weekday() == _SUNDAY else _SUNDAY - today.weekday()
    return Days(today, today + timedelta(days))


def _next_week(span: Span, today: date) -> Days:
    """«На следующей неделе»; «со следующей недели» has no end."""
    monday = calendar.of_next_week(0, today)
    return Days(monday, None if span.led_by("from") else calendar.of_next_week(_SUNDAY, today))


def _about_the_week(span: Span, today: date) -> Days:
    """«На неделе», but not «на неделю»."""
    return _this_week(span, today) if span.words[-1].text in ("неделе", "недельке") else Days()


def _part_of_week(span: Span, today: date) -> Days:
    first, last = _OF_WEEK[_edge(span)]
    monday = calendar.monday_of(today)
    if span.first("next", "that") or monday + timedelta(last) < today:
        monday += calendar.WEEK
    return Days(max(today, monday + timedelta(first)), monday + timedelta(last))


def _month(span: Span, today: date) -> Days:
    """A month by its name, the next one, or this one; of it the part she tells."""
    number = span.number("month")
    begins, ends = _OF_MONTH[_edge(span)] if span.first("edge") else (1, _LONGEST)
    if number is None:
        over = today.day > ends
        first = calendar.months_later(today.replace(day=1), 1 if over or span.first("next") else 0)
    elif 0 < (today.month - number) % 12 <= _MONTHS_PASSED:
        return Days()
    else:
        first = date(today.year + (number < today.month), number, 1)
    last = monthrange(first.year, first.month)[1]
    return Days(max(today, first.replace(day=begins)), first.replace(day=min(ends, last)))


def _edge(span: Span) -> str:
    edge = span.first("edge")
    return str(edge.value) if edge else ""


_RULES: tuple[tuple[Callable[[Span, date], Days], str], ...] = (
    (_part_of_week, "edge this|next|that? week"),
    (_month, "edge this|next? month|month_unit"),
    (_this_week, "onto|in? this week"),
    (_next_week, "onto|in? next|that week"),
    (_next_week, "onto next that? $"),
    (_about_the_week, "onto week"),
    (_month, "in|onto month"),
    (_month, "in|onto this|next month_unit"),
)
