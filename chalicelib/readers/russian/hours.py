"""Hours as clients say them: «в 5», «полвосьмого», «после 18», «с 10 до 12», «вечером»."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from chalicelib.readers.russian.clock import NOON, Clock, clock_of
from chalicelib.readers.russian.grammar import UNKNOWN, Row

Kind = Literal["point", "from", "to", "range", "part"]
Span = tuple[int | None, int | None]

# Spans of the parts of a day, in minutes from midnight; None is an open end.
PARTS: dict[str, Span] = {
    "morning": (9 * 60, NOON),
    "day": (NOON, 17 * 60),
    "lunch": (NOON, 14 * 60),
    "after_lunch": (13 * 60, 17 * 60),
    "before_noon": (None, NOON),
    "before_lunch": (None, 13 * 60),
    "after_work": (18 * 60, None),
    "evening": (17 * 60, 21 * 60),
    "night": (0, 6 * 60),
    "noon": (NOON, None),
    "midnight": (0, None),
}
_TELL_THE_HALF = ("morning", "day", "lunch", "after_lunch", "evening", "night", "after_work")
"""The parts that tell which five o'clock is meant."""


class Hours(NamedTuple):
    """A time said somewhere in a text: minutes from midnight; ``first`` and ``last`` count the words of the text.

    ``kind``: point («в 5»), from («после 5»), to («до 5»), range («с 5 до 7») or part («вечером»).
    """

    kind: Kind
    low: int | None
    high: int | None
    first: int
    last: int


class _Rule(NamedTuple):
    kind: Kind
    pattern: str


def _hour(name: str) -> str:
    return f"{name}( clock|dotted|number hour? of_part|of_day|part? )"


_LOW, _HIGH = _hour("low"), _hour("high")
_AT = "in|in_|onto|by|around"
_HINT = "( hint( part ) comma? )?"

RULES = (
    _Rule("range", f"hour? from|between hour? in? {_LOW} comma? and? till|to|and|dash|along hour? in|by? {_HIGH}"),
    _Rule("range", f"{_HINT} hour? {_AT}|from|between+ {_LOW} dash {_HIGH} !dash"),
    _Rule("range", f"<a_day comma|stop? hour? {_LOW} dash {_HIGH} !dash"),
    _Rule("range", f"^ {_LOW} dash {_HIGH} !dash"),
    _Rule("range", f"<comma {_LOW} dash {_HIGH} !dash"),
    _Rule("range", "low( clock ) dash high( clock of_part|of_day? )"),
    _Rule("range", "low( number ) dash high( number hour? of_part )"),
    _Rule("from", "low( ablative|number|clock ) afterwards"),
    _Rule("from", f"hour? not_earlier {_LOW}"),
    _Rule("from", f"not earlier in|onto|by? {_LOW}"),
    _Rule("from", f"earlier in|onto|by? {_LOW} comma? not"),
    _Rule("from", f"earlier in|onto|by? {_LOW} comma? cannot !stop"),
    _Rule("from", "earlier part comma? not|cannot"),
    _Rule("to", f"later in|onto|by? {_LOW} comma? not"),
    _Rule("to", f"hour? not_later {_LOW}"),
    _Rule("to", f"not later in|onto|by? {_LOW}"),
    _Rule("from", f"{_HINT} hour? after|later hour? in? {_LOW}"),
    _Rule("from", f"{_HINT} hour? from+ hour? in? {_LOW}"),
    _Rule("to", f"{_HINT} hour? till|earlier hour? in|by? {_LOW}"),
    _Rule("point", f"{_HINT} hour? {_AT} hour? {_AT}? {_LOW}"),
    _Rule("point", f"to {_LOW}"),
    _Rule("point", "low( clock hour? of_part|of_day|part? )"),
    _Rule("point", "low( number hour? of_part )"),
    _Rule("point", "low( number hour of_day )"),
    _Rule("point", "low( number hour? part ) !or"),
    _Rule("point", f"<a_day comma|stop|dash|bracket|slot? hour? {_LOW}"),
    _Rule("point", "<a_day onto|in? low( four_digits ) !measured"),
    _Rule("point", f"hint( part ) comma? {_LOW}"),
    _Rule("point", "<comma|stop low( dotted ) >comma|stop|a_day"),
    _Rule("point", "^ low( dotted ) >comma|stop|a_day"),
    _Rule("point", "low( dotted ) stop? $"),
    _Rule("point", "<unknown low( number|dotted hour ) >comma|stop"),
    _Rule("point", "<unknown low( number|dotted hour ) $"),
    _Rule("part", "about_part slot|hour"),
    _Rule("from", "after part"),
    _Rule("to", "till of_part"),
    _Rule("part", "from? part|of_part"),
    _Rule("part", "<a_day comma? onto|in day"),
)
ALONE = _Rule("point", f"<!dash|plus|out {_LOW} !dash")
AT_THE_START = _Rule("point", f"^ {_LOW} !dash")


def find(row: Row, *, bare: bool) -> list[Hours]:
    """Every time of a text in which the days are marked, in order; marks their words.

    ``bare``: a number alone is an hour too (the client was asked when she would like to come).
    """
    common = _common_part(row)
    found: list[Hours] = []
    for rule in (*RULES, AT_THE_START, ALONE) if bare else RULES:
        for match in row.matches(rule.pattern):
            hours = _read(rule.kind, match, row, common)
            if hours:
                found.append(hours)
                row.mark(hours.first, hours.last + 1, "an_hour")
    return sorted(found, key=lambda hours: hours.first)


def _common_part(row: Row) -> str | None:
    """The part of the day a text speaks of, when it speaks of one only."""
    said = {
        str(word.value)
        for place, word in enumerate(row.words)
        if word.value in _TELL_THE_HALF and row.is_at(place, "part", "of_part", "about_part")
    }
    return said.pop() if len(said) == 1 else None


def _read(kind: Kind, match: re.Match[str], row: Row, common: str | None) -> Hours | None:
    first, last = match.start(), match.end() - 1
    if "low" not in match.re.groupindex:
        span = PARTS.get(_part_in(row, first, last + 1))  # «pm» alone is no part of the day
        if span is None:
            return None
        if kind == "from" and span != PARTS["noon"]:
            return None
        return Hours(kind, None, span[0], first, last) if kind == "to" else Hours(kind, *span, first, last)
    if _counts_something(match, row) or _is_how_long(match, row):
        return None
    spoken = "morning" if _is_before_opening(match, row) else _part_of_message(match, row, common)
    one = _clock(match, "low", row)
    if kind == "range":
        other = _clock(match, "high", row)
        ends = _span(one, other, spoken) if one and other else None
        return Hours("range", *ends, first, last) if ends else None
    minutes = one.minutes(spoken) if one else None
    if minutes is None:
        return None
    if kind != "to":
        return Hours(kind, minutes, None, first, last)
    low = begin_of(PARTS.get(_hint(match, row), (None, None)))
    within = low is not None and low < minutes  # «после обеда, до 4»
    return Hours("range" if within else "to", low if within else None, minutes, first, last)


def begin_of(part: Span) -> int | None:
    """From when on a part of the day is wished, in minutes; a morning begins when the business opens."""
    low, _ = part
    return low if low is not None and low >= NOON else None


_OPENING = ("откры", "откро", "пуст", "пуска", "запуск", "начина", "работа")


def _is_before_opening(match: re.Match[str], row: Row) -> bool:
    """«Раньше 8 пустите?»: of doors that open the hour is one of the morning."""
    return row.is_at(match.start(), "earlier") and any(word.text.startswith(_OPENING) for word in row.words)


def _part_of_message(match: re.Match[str], row: Row, common: str | None) -> str | None:
    """The part of the day said just before an hour, or else that of the whole message."""
    hint = _hint(match, row)
    return hint if hint in _TELL_THE_HALF else common


def _hint(match: re.Match[str], row: Row) -> str:
    return str(row.words[match.start("hint")].value) if "hint" in match.re.groupindex and match["hint"] else ""


def _part_in(row: Row, start: int, end: int) -> str:
    """The part of the day that one of these words names; «день» is the day."""
    values = [word.value for word in row.words[start:end] if word.kind in ("part", "of_part", "about_part")]
    return str(values[0]) if values else "day"


def _clock(match: re.Match[str], name: str, row: Row) -> Clock | None:
    """The hour of a group, with the part of the day said in it."""
    start, end = match.span(name)
    named = any(word.kind in ("part", "of_part", "of_day") for word in row.words[start + 1 : end])
    return clock_of(row.words[start], _part_in(row, start, end) if named else None)


_LEADS_OF_DAY = ("in", "by", "from", "till", "after", "a_day", "not_earlier", "not_later")
_FEW = range(2, 5)
_OF_FEW, _OF_MANY = ("и", "ы"), ("ов", "ев", "ек", "ок", "ей", "ий")
_NOT_COUNTED = ("или", "мы", "вы", "если", "ли", "при", "бы")


def _counts_something(match: re.Match[str], row: Row) -> bool:
    """Whether a number alone counts what stands behind it: «на 5 стрижек», «3 дня не могу дозвониться»."""
    group = "high" if "high" in match.re.groupindex else "low"
    start, end = match.span(group)
    number = row.words[start]
    if number.kind != "number":
        return False
    if end - start == 2 and row.words[start + 1].kind == "of_day":
        return not row.is_at(match.start("low") - 1, *_LEADS_OF_DAY)
    if end - start > 1 or not row.is_at(end, UNKNOWN):
        return False
    counted = row.words[end].text
    if counted in _NOT_COUNTED or len(counted) < 4:
        return False
    return counted.endswith(_OF_FEW if number.value in _FEW else _OF_MANY)


_LONGEST_VISIT = 8


def _is_how_long(match: re.Match[str], row: Row) -> bool:
    """«3 часа» alone; but of some day «придержите 11 часов» is an hour, and «17:30 часов» always."""
    start, end = match.span()
    if row.words[start].kind != "number":
        return False
    if match.span("low") != (start, end) or not row.is_at(end - 1, "hour") or not row.is_at(start - 1, UNKNOWN):
        return False
    return int(str(row.words[start].value)) <= _LONGEST_VISIT or not any(row.is_at(at, "a_day") for at in range(start))


def _span(low: Clock, high: Clock, part: str | None) -> tuple[int, int] | None:
    """Both ends of «с … до …». The part of the day said of one end holds for both if that makes an interval."""
    last = high.minutes(part)
    if last is None:
        return None
    shared = low._replace(part=high.part) if low.part is None else low
    as_said = low.hour * 60 + low.minute
    tries = [
        (shared.minutes(part), last),
        (low.minutes(part), last),
        (as_said if low.part is None and low.hour >= 7 else None, last),
        (low.minutes(part), last + NOON if last < NOON else None),
    ]
    return next(((one, other) for one, other in tries if one is not None and other is not None and one < other), None)
