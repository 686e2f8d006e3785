"""The days a message names: the rules that find them, and which day each of them means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from chalicelib.readers.russian import beside, calendar
from chalicelib.readers.russian.beside import AMOUNT, UNIT, WEEKDAY
from chalicelib.readers.russian.grammar import UNKNOWN, Row, Span, Word
from chalicelib.readers.russian.wish import Day, Kind


def find(row: Row, now: datetime, *, bare: bool) -> list[Day]:
    """Every day of a text, in order; marks their words, and those that only sound like a time.

    ``bare``: she was asked for the time, so «25» alone is a day: no visit starts at the twenty-fifth hour.
    """
    beside.blank(row, beside.TALK)
    found = _found(row, FROM_NOW, now)
    beside.blank(row, beside.MEASURES)
    found += _found(row, (*NAMED, ANSWER) if bare else NAMED, now)
    return sorted(found, key=lambda day: day.first)


def _found(row: Row, rules: tuple[_Rule, ...], now: datetime) -> list[Day]:
    found = []
    for which, rule in rules:
        for match in row.matches(rule):
            day = _read(which, Span(match, row), now)
            if day:
                found.append(day)
                row.mark(day.first, day.last + 1, "a_day")
    return found


class _NotADay(Exception):
    """The words of a rule are no day after all."""


def _read(which: _Which, span: Span, now: datetime) -> Day | None:
    """The day a span means. Only the words of its group ``span``, if there is one, are the day's."""
    if not _stands_as_a_day(span):
        return None
    try:
        day = which(span, now)
    except _NotADay:
        return None
    start, end = span.match.span("span" if "span" in span.match.re.groupindex else 0)
    kind = _kind(which, span)
    if isinstance(day, datetime):
        exact = day.time().replace(second=0, microsecond=0, tzinfo=None)
        return Day(day.date(), kind, start, end - 1, exact)
    return Day(day, kind, start, end - 1)


def _kind(which: _Which, span: Span) -> Kind:
    if which is _relative:
        return "relative"
    if which is _nearest:
        return "weekday"
    if which is _in_some:
        return "minutes" if span.first("minute", "half_hour") else "some"
    return "week" if span.first("weekday", "short_weekday") and not span.first("number") else "date"


_BEFORE_SHORT = (
    "in", "onto", "by", "from", "till", "this", "next", "comma", "or", "and", "but", "change", "a_day", "bracket",
)  # fmt: skip
_AFTER_SHORT = (
    "in", "onto", "after", "till", "by", "from", "number", "clock", "dotted", "bracket", "comma", "or", "part",
    "of_part", "stop", "dash", "full_date", "ordinal", "around", "hour",
)  # fmt: skip


def _stands_as_a_day(span: Span) -> bool:
    """Whether «вс», «ср» and the like stand where a day would: after a preposition, before an hour, or alone."""
    if span.words[0].kind != "short_weekday":
        return True
    start, end = span.match.span()
    alone = start == 0 or end == len(span.row.words)
    return alone or span.row.is_at(start - 1, *_BEFORE_SHORT) or span.row.is_at(end, *_AFTER_SHORT)


# ---------------------------------------------------------------- some time from now


def _in_some(span: Span, now: datetime) -> date | datetime:
    """«Через два часа» is an hour of a day, «через два дня» a day."""
    unit = next(word.kind for word in span.words if word.kind in UNIT.split("|"))
    amount = _amount(span)
    if unit in _MINUTES:
        return now + timedelta(minutes=amount * _MINUTES[unit])
    today = now.date()
    if unit == "month_unit":
        return calendar.months_later(today, int(amount))
    if unit == "week":
        return today + timedelta(7 * amount)
    # «Через день» leaves one day out, «через три дня» counts three.
    return today + timedelta(2 if span.words[-1].text == "день" and len(span.words) == 2 else int(amount))


_MINUTES = {"minute": 1, "hour": 60, "half_hour": 30}
_PARTS_OF_ONE = {"couple": 2, "one_half": 1.5, "half": 0.5}


def _amount(span: Span) -> float:
    said = span.first("number", *_PARTS_OF_ONE)
    if said is span.words[-1] and span.first("dash"):
        return 1  # «через неделю-две»
    return _PARTS_OF_ONE.get(said.kind) or int(str(said.value)) if said else 1


def _in_weeks(span: Span, now: datetime) -> date:
    weeks = 2 if span.first("couple") else span.number("number") or 1
    return calendar.nearest(_weekday(span), now.date()) + weeks * calendar.WEEK


# ---------------------------------------------------------------- dates

_FIRST_LATE = 24
"""From this number on an hour is not meant."""
_LATE_FOR_HOURS = 20
"""«С 20 по 22» are days, «с 15 по 17» may be hours."""
_LATE_FOR_A_VISIT = 22
_SURE_DAY = 10
_LAST = 31


def _date(span: Span, now: datetime) -> date | None:
    """«25 ноября», «25.11.2026», "November 25"; but «в декабре 5 …» says no date."""
    full, month = span.first("full_date"), span.first("month")
    if full and isinstance(full.value, tuple):
        day, month_number, year = full.value
        return calendar.of_year(day, month_number, year, now.date())
    if month and span.words[0] is month and span.first("number") and not _is_before_its_number(span, month):
        raise _NotADay
    return calendar.of_year(_number(span), span.number("month") or 0, span.number("year"), now.date())


def _is_before_its_number(span: Span, month: Word) -> bool:
    """ "On May 9", which the glossary makes «в мая 9»; but «в декабре 5 …»."""
    return month.text.isascii() or (span.led_by("in") and month.text.endswith(("а", "я")))


def _holiday(span: Span, now: datetime) -> date | None:
    month, day = divmod(span.number("holiday", "new_year") or 0, 100)
    return calendar.of_year(day, month, None, now.date())


def _first_of_several(span: Span, now: datetime) -> date | None:
    """The first of «25 или 26 ноября»; but «в 5, 25 ноября» is an hour and a date."""
    if span.first("comma") and span.led_by("in", "by", "after", "till", "hour"):
        raise _NotADay
    return _date(span, now)


_BEFORE_AN_HOUR = ("in", "by", "till", "after", "from", "between", "around", "hour", "relative", "earlier", "later")


def _in_numbers(span: Span, now: datetime) -> date | None:
    """«25.11», «25/11»; where an hour is expected «10.11» is one, and «пт 12.12» when that Friday is another day."""
    day, month = _day_and_month(span)
    found = calendar.of_year(day, month, None, now.date())
    if span.words[0].kind == "dotted" and span.led_by(*_BEFORE_AN_HOUR):
        raise _NotADay
    if span.words[0].kind == "dotted" and span.led_by("weekday", "short_weekday"):
        weekday = span.row.words[span.match.start() - 1].value
        if found is None or found.weekday() != weekday:
            raise _NotADay
    return found


def _day_and_month(span: Span) -> tuple[int, int]:
    """«4.9» may be anything unless «на» or the like stands before it."""
    word = span.words[0]
    day, month = word.value if isinstance(word.value, tuple) else (0, 0)
    expected = span.led_by("onto") or (word.kind == "slashed" and span.led_by("from", "weekday", "comma"))
    one_digit = not word.text[-2].isdigit()
    comma = "," in word.text and day < _FIRST_LATE
    if not (1 <= day <= _LAST and 1 <= month <= 12) or comma or (one_digit and not expected):
        raise _NotADay
    return day, month


# ---------------------------------------------------------------- days of a month


def _of_month(span: Span, now: datetime) -> date | None:
    return calendar.of_month(_number(span), now.date())


def _of_next_month(span: Span, now: datetime) -> date | None:
    return calendar.of_next_month(_number(span), now.date())


_OF_A_THING = ("а", "я", "ого", "его")


def _ordinal(span: Span, now: datetime) -> date | None:
    """«Двадцать пятого», «2го»; but «второго мастера», «за второго» are said of somebody."""
    if span.led_by("for"):
        raise _NotADay
    after = span.match.end()
    if span.row.is_at(after, UNKNOWN) and _number(span) < _SURE_DAY:
        thing = span.row.words[after].text
        if thing.endswith(_OF_A_THING) and not thing.endswith("ла"):
            raise _NotADay
    if _is_of_a_place(span):
        raise _NotADay
    return _of_month(span, now)


def _is_of_a_place(span: Span) -> bool:
    """«У кресла второго»; but «у Ани второго» is a day."""
    start, end = span.match.span()
    what = span.row.words[start - 1].text if span.led_by(UNKNOWN) else ""
    near = start > 1 and span.row.words[start - 2].text in ("у", "возле", "около")
    return near and what.endswith("а") and end == len(span.row.words) and _number(span) < _SURE_DAY


def _late(span: Span, now: datetime) -> date | None:
    """A number that is too large for an hour; of «первое» and the like only the larger ones, the word is too common."""
    least = _FIRST_LATE if span.first("number") else _SURE_DAY
    if not least <= _number(span) <= _LAST:
        raise _NotADay
    return _of_month(span, now)


def _before_an_hour(span: Span, now: datetime) -> date | None:
    """«25 в 15»."""
    if _number(span) < _SURE_DAY:
        raise _NotADay
    return _of_month(span, now)


def _moved_from(span: Span, now: datetime) -> date | None:
    """«С 24 на 23», «с 15 на 22»: days, when one of them is too late for an hour."""
    if int(str(span.words[1].value)) < _FIRST_LATE and int(str(span.words[-1].value)) < _LATE_FOR_A_VISIT:
        raise _NotADay
    return _of_month(span, now)


def _moved_to(span: Span, now: datetime) -> date | None:
    """The other one of «с 24 на 23»."""
    before = span.match.start() - 1
    after_a_number = span.row.is_at(before, "a_day") and span.row.words[before].kind == "number"
    if not after_a_number or not span.row.is_at(before - 1, "a_day"):
        raise _NotADay
    return _of_month(span, now)


def _first_of_span(span: Span, now: datetime) -> date | None:
    """«С 20 по 22»: days, unless both could be hours."""
    if int(str(span.words[-1].value)) < _LATE_FOR_HOURS:
        raise _NotADay
    return _of_month(span, now)


def _number(span: Span) -> int:
    return span.number("number", "ordinal", "neuter") or 0


# ---------------------------------------------------------------- weekdays


def _weekday(span: Span) -> int:
    return span.number("weekday", "short_weekday") or 0


def _nearest(span: Span, now: datetime) -> date:
    return calendar.nearest(_weekday(span), now.date())


def _one_after(span: Span, now: datetime) -> date:
    """«Не в этот понедельник, а в следующий»."""
    return _nearest(span, now) + calendar.WEEK


def _of_next_week(span: Span, now: datetime) -> date:
    return calendar.of_next_week(_weekday(span), now.date())


def _of_this_week(span: Span, now: datetime) -> date | None:
    return calendar.of_this_week(_weekday(span), now.date())


def _weekend(span: Span, now: datetime) -> date:
    return calendar.weekend(now.date())


def _weekend_of_next_week(span: Span, now: datetime) -> date:
    return calendar.weekend_of_next_week(now.date())


def _relative(span: Span, now: datetime) -> date:
    return now.date() + timedelta(span.number("relative") or 0)


def _with_a_number(span: Span, now: datetime) -> date | None:
    """«Во вторник 24» is a date when that Tuesday is the 24th, and «пт 18» an hour when that Friday is not the 18th."""
    day, number = _nearest(span, now), _number(span)
    if day.day == number:
        return day
    if number < _FIRST_LATE or span.words[-1].kind != "number":
        raise _NotADay
    later = calendar.of_month(number, now.date())
    return later if later and later.weekday() == day.weekday() else None


# ---------------------------------------------------------------- the rules

_Which = Callable[[Span, datetime], date | None]
_Rule = tuple[_Which, str]

_TO = "in|onto|by|from"
_NUMBER = "number|ordinal|neuter"
_AN_HOUR = "hour|of_part|of_day|part"
_AND = "comma|or|and|dash|along|till"

FROM_NOW: tuple[_Rule, ...] = (
    (_in_weeks, f"through number|couple? week comma? {_TO}? {WEEKDAY}"),
    (_in_weeks, f"{_TO}? {WEEKDAY} comma? through number|couple? week"),
    (_in_weeks, f"through {WEEKDAY}"),
    (_in_some, f"{UNIT} through {AMOUNT}"),
    (_in_some, f"through {UNIT} {AMOUNT} !{_AN_HOUR}"),
    (_in_some, f"through {UNIT} dash {AMOUNT}"),
    (_in_some, f"through {AMOUNT}? ( dash|or number )? {UNIT}"),
    (_in_some, f"in_ {AMOUNT}? {UNIT}"),
    (_in_some, f"{AMOUNT}? {UNIT} afterwards"),
)
NAMED: tuple[_Rule, ...] = (
    # dates
    (_date, "full_date year_unit|stop?"),
    (_first_of_several, f"{_NUMBER} ( {_AND}+ onto? {_NUMBER} )+ month"),
    (_of_month, f"span( from number ) onto {_NUMBER} month|date"),
    (_of_month, "span( from number ) along|till number date"),
    (_moved_from, "span( from number ) onto number !hour|of_part|of_day"),
    (_moved_to, "onto number !hour|of_part|of_day|month|date"),
    (_first_of_span, f"from number along number !{_AN_HOUR}|month"),
    (_date, f"{_NUMBER} month ( comma? year year_unit? )?"),
    (_date, "month number|ordinal"),
    (_in_numbers, "dotted|slashed"),
    (_holiday, "in holiday"),
    (_holiday, "after|till new_year"),
    # days of a month; of two rules that match the same words the first one has them
    (_of_next_month, f"{_NUMBER} date? in? next month_unit"),
    (_of_month, f"<!in onto? {_NUMBER} ( or|and|dash onto? {_NUMBER} )+ date"),
    (_of_month, f"{_NUMBER} date"),
    (_of_month, "number ending"),
    (_of_month, "date number|ordinal"),
    (_ordinal, "ordinal"),
    (_of_month, "onto|by|from neuter"),
    (_late, "neuter"),
    (_late, f"onto number !dash|{_AN_HOUR}"),
    (_late, "onto? number >part"),
    (_before_an_hour, "<!in|by|after|till|from|around|hour|dash span( number ) comma? in number|clock"),
    (_of_month, "span( onto number ) in|by|onto number|clock"),
    (_with_a_number, f"onto|by? number comma? in? {WEEKDAY}"),
    (_with_a_number, f"{_TO}? {WEEKDAY} comma? number !dash|{_AN_HOUR}"),
    # weekdays
    (_one_after, f"not {_TO}? this {WEEKDAY} comma? but {_TO}? next {WEEKDAY}?"),
    (_one_after, f"{_TO}? {WEEKDAY} comma? but? not {_TO}? this comma? but? {_TO}? next"),
    (_of_next_week, f"onto|in? next|that week comma? unknown? unknown? {_TO}? {WEEKDAY}"),
    (_of_next_week, f"{_TO}? {WEEKDAY} comma? onto|in? next|that week"),
    (_of_next_week, f"{_TO}? next {WEEKDAY}"),
    (_of_this_week, f"onto|in? this week comma? unknown? unknown? {_TO}? {WEEKDAY}"),
    (_of_this_week, f"{_TO}? {WEEKDAY} comma? onto|in? this week"),
    (_weekend_of_next_week, "onto|in? next|that weekend"),
    (_weekend, "onto|in|this this? weekend"),
    (_weekend, "^ weekend stop? $"),
    (_relative, f"{_TO}? relative"),
    (_nearest, f"{_TO}? this? {WEEKDAY}"),
)
ANSWER: _Rule = (_late, "^ number stop? $")
