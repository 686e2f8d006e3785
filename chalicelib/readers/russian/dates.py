"""When a client would like to come: the days and hours of her message, worked out from now.

What is meant follows docs/meaning.md, "Times". The way of a text: words with their kinds (`marking`), hours joined
(`clock`), days found by the rules below, hours by those of `hours`, and of all these what counts (`wish`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chalicelib.readers.russian import calendar, clock, hours, wish
from chalicelib.readers.russian.day_words import DAY_WORDS
from chalicelib.readers.russian.grammar import Row, Word
from chalicelib.readers.russian.hours import Hours
from chalicelib.readers.russian.marking import marked
from chalicelib.readers.russian.wish import Day, When
from chalicelib.readers.russian.words import normalise

__all__ = ["DAY_WORDS", "Heard", "When", "find", "heard"]


def find(text: str, now: datetime, *, bare: bool = False, moved: bool = False, off: bool = False) -> When:
    """The day and time of a message. ``now``: local time of the business.

    ``bare``: she was asked for the time, so a number alone is one. ``moved``: a visit is moved, so the last time counts
    and the one she has does not. ``off``: a visit is cancelled, so the day she cannot come is the day of the visit.
    """
    return heard(text, now, bare=bare).when(moved=moved, off=off)


@dataclass(frozen=True)
class Heard:
    """Every day and hour a message names, before it is known which of them count."""

    row: Row
    days: tuple[Day, ...]
    times: tuple[Hours, ...]
    now: datetime

    def when(self, *, moved: bool = False, off: bool = False) -> When:
        """The day and hour that count; the flags are those of `find`."""
        return wish.chosen(self.row, self.days, self.times, self.now, moved=moved, off=off)


def heard(text: str, now: datetime, *, bare: bool = False) -> Heard:
    """What `find` starts from, for whoever learns only later whether a visit is moved."""
    row = Row.of(clock.joined(marked(normalise(text))))
    days = _days(row, now, bare=bare)
    times = hours.find(row, bare=bare)
    return Heard(row, tuple(days), tuple(times), now)


# ---------------------------------------------------------------- the rules

_PREPOSITION = "in|onto|by|from"
_WEEKDAY = "weekday|short_weekday"
_NUMBER = "number|ordinal|neuter"
_AMOUNT = "number|couple|one_half|half"
_UNIT = "minute|hour|half_hour|of_day|day|week|month_unit"

# Of two rules that match the same words the first one has them. "out" is what only sounds like a time of a visit.
_RULES: tuple[tuple[str, str], ...] = (
    ("out", "nothing"),
    ("out", "good part|of_part|of_day|day|weekend|week|slot"),
    ("out", "part good"),
    ("out", "till relative"),
    ("out", "till part|of_part stop|bracket* $"),
    ("out", "every number? ."),
    ("out", f"along {_WEEKDAY}|weekend|part|of_part|day|week"),
    ("out", "whole part|of_part|day|of_day|week|weekend"),
    ("out", f"in|onto|from? previous {_WEEKDAY}|week|weekend|month_unit|year_unit|measured|slot|relative|part"),
    ("out", "gone part|of_part? ( in clock|number|dotted hour? )?"),
    ("out", f"{_AMOUNT}? {_UNIT}|year_unit|measured ago"),
    ("out", f"past unknown? unknown? in|onto {_WEEKDAY}|relative"),
    ("out", "past unknown? unknown? part|of_part"),
    ("out", "past in number|clock|dotted hour?"),
    ("out", "writing unknown? part|of_part"),
    ("out", "part writing"),
    ("night_talk", "part"),
    ("out", "measured in number? hour|day|week|month_unit|year_unit"),
    ("out", f"in? {_WEEKDAY}|relative past !particle"),
    ("in_one", "number in number"),
    # from now on
    ("out", f"through several {_UNIT}"),
    ("out", f"through {_AMOUNT}? {_UNIT} after"),
    ("in_weeks", f"through number|couple? week comma? {_PREPOSITION}? {_WEEKDAY}"),
    ("in_weeks", f"{_PREPOSITION}? {_WEEKDAY} comma? through number|couple? week"),
    ("in_weeks", f"through {_WEEKDAY}"),
    ("in_some", f"{_UNIT} through {_AMOUNT}"),
    ("in_some", f"through {_UNIT} {_AMOUNT} !hour|of_part|of_day|part"),
    ("in_some", f"through {_AMOUNT}? ( dash|or number )? {_UNIT}"),
    ("in_some", f"in_ {_AMOUNT}? {_UNIT}"),
    ("in_some", f"{_AMOUNT}? {_UNIT} afterwards"),
    # how long, how much, how many, where
    ("out", f"onto|in? {_AMOUNT}? ( dash number )? {_UNIT} later|earlier|forward"),
    ("out", f"later|earlier|forward onto {_AMOUNT}? {_UNIT}"),
    ("shifted", f"later|earlier|forward comma? {_UNIT} onto {_AMOUNT}"),
    ("out", f"later|earlier|forward onto number|couple"),
    ("out", f"{_UNIT} onto {_AMOUNT} later|earlier"),
    ("out", "measured|year_unit|month_unit|week|day|of_day onto number|couple"),
    ("out", "minute onto? number ( dash number )?"),
    ("out", "number hour number minute"),
    ("out", "late unknown|change? onto? hour? onto? number ( dash number )? minute|hour?"),
    ("out", "late unknown|change? onto? couple|one_half|half? hour|half_hour"),
    ("out", "number|large ( dash number )? minute"),
    ("out", f"for {_AMOUNT}|large|dotted|clock? ( dash number )? {_UNIT}|measured"),
    ("out", "for number|large|dotted|four_digits|year"),
    ("out", "from|till|number? till|dash? number|large|dotted|four_digits|year|ordinal|adjective measured|percent"),
    ("counted", "<!after|till|later|earlier number|ordinal|adjective ( dash number )? counted"),
    ("out", "label|place number|large|dotted|adjective|four_digits ( dash|slashed number )?"),
    ("out", "number|adjective|ordinal place"),
    ("out", f"number|couple|one_half dash? number? day|week|month_unit|half_hour"),
    ("out", "onto|number dash? number of_day"),
    ("out", "number plus"),
    # days with a date
    ("date", "full_date year_unit|stop?"),
    ("date_of_several", f"low( {_NUMBER} ) ( comma|or|and|dash|along|till+ onto? {_NUMBER} )+ month"),
    ("of_month", f"span( from number ) onto {_NUMBER} month|date"),
    ("moved_from", "span( from number ) onto number !hour|of_part|of_day"),
    ("after_a_date", "onto number !hour|of_part|of_day"),
    ("date_of_several", f"low( {_NUMBER} ) along {_NUMBER} month"),
    ("first_of_span", "from number along number !hour|of_part|of_day|month"),
    ("date", f"{_NUMBER} month ( comma? year year_unit? )?"),
    ("date", "month number|ordinal"),
    ("numeric", "dotted"),
    ("numeric", "slashed"),
    ("of_next_month", f"{_NUMBER} date? in? next month_unit"),
    ("of_month", f"{_NUMBER} date"),
    ("of_month", "number ending"),
    ("of_month", f"date number|ordinal"),
    ("of_visit", "ordinal"),
    ("of_month", "onto|by|from neuter"),
    ("late_in_month", "neuter"),
    ("late_in_month", "onto number !dash|hour|of_part|of_day|part"),
    ("of_month", "span( onto number ) in|by|onto number|clock"),
    ("out", f"{_WEEKDAY} month|month_unit"),
    ("number_and_weekday", f"onto|by? number comma? in? {_WEEKDAY}"),
    ("weekday_and_number", f"{_PREPOSITION}? {_WEEKDAY} comma? number !hour|of_part|of_day|part|dash"),
    # weekdays
    ("after_this", f"not {_PREPOSITION}? this {_WEEKDAY} comma? but {_PREPOSITION}? next {_WEEKDAY}?"),
    ("after_this", f"{_PREPOSITION}? {_WEEKDAY} comma? but? not {_PREPOSITION}? this comma? but? {_PREPOSITION}? next"),
    ("next_week", f"onto|in? next|that week comma? unknown? unknown? {_PREPOSITION}? {_WEEKDAY}"),
    ("next_week", f"{_PREPOSITION}? {_WEEKDAY} comma? onto|in? next|that week"),
    ("next_week", f"{_PREPOSITION}? next {_WEEKDAY}"),
    ("this_week", f"onto|in? this week comma? unknown? unknown? {_PREPOSITION}? {_WEEKDAY}"),
    ("this_week", f"{_PREPOSITION}? {_WEEKDAY} comma? onto|in? this week"),
    ("weekend_next", "onto|in? next|that weekend"),
    ("weekend", "onto|in|this this? weekend"),
    ("weekend", "^ weekend stop? $"),
    ("relative", f"{_PREPOSITION}? relative"),
    ("weekday", f"{_PREPOSITION}? this? {_WEEKDAY}"),
)
_ANSWER = ("late_in_month", "^ number stop? $")
"""An answer «25» is a day: no visit starts at the twenty-fifth hour."""


def _days(row: Row, now: datetime, *, bare: bool) -> list[Day]:
    """Every day of a text, in order; marks their words."""
    found: list[Day] = []
    for kind, rule in (*_RULES, _ANSWER) if bare else _RULES:
        for match in row.matches(rule):
            if kind in _OTHER:
                if _OTHER[kind](_Span(match, row, now)):
                    row.mark(match.start(), match.end(), "out")
                continue
            day = _read(kind, match, row, now)
            if day:
                found.append(day)
                row.mark(day.first, day.last + 1, "a_day")
    return sorted(found, key=lambda day: day.first)


class _Unread(Exception):
    """The words are no day after all."""


@dataclass(frozen=True)
class _Span:
    """The words a rule has matched, for those who work out the day."""

    match: re.Match[str]
    row: Row
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def words(self) -> tuple[Word, ...]:
        return self.row.words[self.match.start() : self.match.end()]

    def first(self, *kinds: str) -> Word | None:
        """The first word of these kinds."""
        return next((word for word in self.words if word.kind in kinds), None)

    def number(self, *kinds: str) -> int | None:
        """The value of the first word of these kinds."""
        word = self.first(*kinds)
        return int(str(word.value)) if word else None

    def weekday(self) -> int:
        return self.number("weekday", "short_weekday") or 0

    def led_by(self, *kinds: str) -> bool:
        """Whether a word of these kinds stands before."""
        return self.row.is_at(self.match.start() - 1, *kinds)


def _read(kind: str, match: re.Match[str], row: Row, now: datetime) -> Day | None:
    start, end = match.span("span") if "span" in match.re.groupindex else match.span()
    span = _Span(match, row, now)
    if not _stands_as_a_day(span):
        return None
    try:
        day = _READERS[kind](span)
    except _Unread:
        return None
    exact = None
    if isinstance(day, datetime):
        day, exact = day.date(), day.time().replace(second=0, microsecond=0, tzinfo=None)
    return Day(day, _kind_of(kind, span), start, end - 1, exact)


def _kind_of(kind: str, span: _Span) -> wish.Kind:
    if kind in ("weekday", "relative"):
        return kind  # type: ignore[return-value]
    if kind == "in_some":
        return "minutes" if span.first("minute", "half_hour") else "some"
    return "week" if span.first("weekday", "short_weekday") and not span.first("number") else "date"


_BEFORE_SHORT = ("in", "onto", "by", "from", "till", "this", "next", "comma", "or", "and", "change", "a_day", "bracket", "but")
_AFTER_SHORT = ("in", "onto", "after", "till", "by", "from", "number", "clock", "dotted", "bracket", "comma", "or", "part",
                "of_part", "stop", "dash", "full_date", "ordinal", "around", "hour")  # fmt: skip


def _stands_as_a_day(span: _Span) -> bool:
    """Whether «вс», «ср» and the like stand where a day would: after a preposition, before an hour, or alone."""
    if not span.first("short_weekday") or span.words[0].kind != "short_weekday":
        return True
    start, end = span.match.span()
    return (
        start == 0
        or end == len(span.row.words)
        or span.row.is_at(start - 1, *_BEFORE_SHORT)
        or span.row.is_at(end, *_AFTER_SHORT)
    )


# ---------------------------------------------------------------- which day it is


def _in_one(span: _Span) -> bool:
    """«3 в 1» is what a service is called, «на 28 в 5» a day and an hour."""
    first, second = (int(str(word.value)) for word in (span.words[0], span.words[-1]))
    return second == 1 and first <= _FEW_THINGS


_FEW_THINGS = 5


def _counted(span: _Span) -> bool:
    """«5 стрижек», «2 зуба»; but «в 5 стрижка» is an hour and what is wanted."""
    number, thing = int(str(span.words[0].value)), span.words[-1].text
    if span.words[0].kind != "number" or number % 10 == 1:
        return True
    return not (thing.endswith(("а", "я", "и", "ы", "е", "у")) and (number >= _FEW_THINGS or thing.endswith("ка")))


def _shifted(span: _Span) -> bool:
    """«Попозже, часа на два»; but «на попозже, часов на восемь» names the hour."""
    return (span.number("number") or 1) < _FEW_THINGS


_BESIDE_NIGHT = ("relative", "weekday", "short_weekday", "number", "clock", "hour", "in", "onto", "or", "a_day")


def _night_talk(span: _Span) -> bool:
    """«Ночью не спала»: nobody comes at night, unless she says which."""
    place = span.match.start()
    beside = span.row.is_at(place - 1, *_BESIDE_NIGHT) or span.row.is_at(place + 1, *_BESIDE_NIGHT[:6])
    return span.words[0].text == "ночью" and not beside


_OTHER: dict[str, Callable[[_Span], bool]] = {"out": lambda span: True, "in_one": _in_one, "counted": _counted, "shifted": _shifted,
                                             "night_talk": _night_talk}
"""What only sounds like a time of a visit: whether the words of a rule really are that."""


def _in_some(span: _Span) -> date | datetime | None:
    unit = next(word.kind for word in span.words if word.kind in _UNIT.split("|") and word.kind != "half")
    amount = _amount(span)
    if unit in ("minute", "hour", "half_hour"):
        minutes = {"minute": 1, "hour": 60, "half_hour": 30}[unit]
        return span.now + timedelta(minutes=amount * minutes)
    if unit == "month_unit":
        return calendar.months_later(span.today, int(amount))
    if unit == "week":
        return span.today + timedelta(7 * amount)
    # «Через день» leaves one day out, «через три дня» counts three.
    alone = not span.first("number", "couple", "one_half") and span.first("day") and span.words[-1].text == "день"
    return span.today + timedelta(2 if alone else int(amount))


def _amount(span: _Span) -> float:
    said = span.first("number", "couple", "one_half", "half")
    if said is None:
        return 1
    return {"couple": 2, "one_half": 1.5, "half": 0.5}.get(said.kind) or int(str(said.value))


def _date(span: _Span) -> date | None:
    full = span.first("full_date")
    if full and isinstance(full.value, tuple):
        day, month, year = full.value
        return calendar.of_year(day, month, year, span.today)
    month_word = span.first("month")
    if month_word and span.words[0] is month_word and not month_word.text.isascii() and span.first("number"):
        raise _Unread  # «в декабре 5 …» says no date
    day = span.number("number", "ordinal", "neuter") or 0
    return calendar.of_year(day, span.number("month") or 0, span.number("year"), span.today)


def _date_of_several(span: _Span) -> date | None:
    """The first of «25 или 26 ноября»; but «в 5, 25 ноября» is an hour and a date."""
    if span.first("comma") and span.led_by("in", "by", "after", "till", "hour"):
        raise _Unread
    return _date(span)


_BEFORE_AN_HOUR = ("in", "by", "till", "after", "from", "between", "around", "hour", "relative", "earlier", "later")


def _numeric(span: _Span) -> date | None:
    """«25.11», «25/11»; where an hour is expected «10.11» is one."""
    word = span.words[0]
    assert isinstance(word.value, tuple)
    day, month = word.value
    single = len(word.text) - max(map(word.text.rfind, "./,")) == 2
    expected = span.led_by("onto", "from", "weekday", "short_weekday", "comma") and word.kind == "slashed" or span.led_by("onto")
    if not (1 <= day <= 31 and 1 <= month <= 12) or ("," in word.text and day < _FIRST_LATE) or (single and not expected):
        raise _Unread
    if word.kind == "dotted" and span.led_by(*_BEFORE_AN_HOUR):
        raise _Unread
    found = calendar.of_year(day, month, None, span.today)
    if word.kind == "dotted" and span.led_by("weekday", "short_weekday"):
        weekday = span.row.words[span.match.start() - 1].value
        if found is None or found.weekday() != weekday:
            raise _Unread
    return found


def _of_month(span: _Span) -> date | None:
    return calendar.of_month(span.number("number", "ordinal", "neuter") or 0, span.today)


_OF_A_THING = ("а", "я", "ого", "его")
_FIRST_SURE = 10


def _of_visit(span: _Span) -> date | None:
    """«Двадцать пятого», «2го»; but «второго типа» is said of a thing."""
    after = span.match.end()
    if span.row.is_at(after, "unknown") and (span.number("ordinal") or 0) < _FIRST_SURE:
        thing = span.row.words[after].text
        if thing.endswith(_OF_A_THING) and not thing.endswith("ла"):
            raise _Unread
    return _of_month(span)


_FIRST_LATE = 24


def _moved_from(span: _Span) -> date | None:
    """«С 24 на 23», «с 15 на 22»: days, when one of them is too late for an hour."""
    if int(str(span.words[1].value)) < _FIRST_LATE and int(str(span.words[-1].value)) < _FIRST_NO_VISIT:
        raise _Unread
    return _of_month(span)


def _after_a_date(span: _Span) -> date | None:
    """«С 24 на 23»: what follows a day of the month is one too."""
    before = span.match.start() - 1
    if not span.row.is_at(before, "a_day") or span.row.words[before].kind != "number" or not span.row.is_at(before - 1, "a_day"):
        raise _Unread
    return _of_month(span)


def _first_of_span(span: _Span) -> date | None:
    """«С 20 по 22»: days, unless both could be hours of a working day."""
    if int(str(span.words[-1].value)) < _FIRST_NO_HOUR:
        raise _Unread
    return _of_month(span)


_FIRST_NO_HOUR, _FIRST_NO_VISIT = 20, 22


def _late_in_month(span: _Span) -> date | None:
    """A number that is too large for an hour, «первое» and the like being too common a word."""
    number = span.number("number", "neuter") or 0
    if number < (_FIRST_LATE if span.first("number") else 10) or number > 31:
        raise _Unread
    return calendar.of_month(number, span.today)


def _weekday_and_number(span: _Span) -> date | None:
    """«Во вторник 24» is a date when that Tuesday is the 24th, and «пт 18» an hour when that Friday is not the 18th."""
    day, number = calendar.nearest(span.weekday(), span.today), span.number("number") or 0
    if day.day == number:
        return day
    if number < _FIRST_LATE:
        raise _Unread
    later = calendar.of_month(number, span.today)
    return later if later and later.weekday() == day.weekday() else None


def _number_and_weekday(span: _Span) -> date | None:
    """«На 23 в понедельник» is a date, «на 11 в понедельник» an hour and a day."""
    day = calendar.nearest(span.weekday(), span.today)
    if day.day != span.number("number"):
        raise _Unread
    return day


def _in_weeks(span: _Span) -> date:
    weeks = 2 if span.first("couple") else span.number("number") or 1
    return calendar.nearest(span.weekday(), span.today) + weeks * calendar.WEEK


_READERS: dict[str, Callable[[_Span], date | None]] = {
    "in_some": _in_some,
    "in_weeks": _in_weeks,
    "date": _date,
    "date_of_several": _date_of_several,
    "numeric": _numeric,
    "moved_from": _moved_from,
    "after_a_date": _after_a_date,
    "first_of_span": _first_of_span,
    "of_visit": _of_visit,
    "of_next_month": lambda span: calendar.of_next_month(span.number("number", "ordinal", "neuter") or 0, span.today),
    "of_month": _of_month,
    "late_in_month": _late_in_month,
    "weekday_and_number": _weekday_and_number,
    "number_and_weekday": _number_and_weekday,
    "after_this": lambda span: calendar.nearest(span.weekday(), span.today) + calendar.WEEK,
    "next_week": lambda span: calendar.of_next_week(span.weekday(), span.today),
    "this_week": lambda span: calendar.of_this_week(span.weekday(), span.today),
    "weekend": lambda span: calendar.weekend(span.today),
    "weekend_next": lambda span: calendar.weekend_of_next_week(span.today),
    "relative": lambda span: span.today + timedelta(span.number("relative") or 0),
    "weekday": lambda span: calendar.nearest(span.weekday(), span.today),
}
"""How the day is worked out for each kind of rule; None: there is no such day, or it has passed."""
