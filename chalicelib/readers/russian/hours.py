"""Hours as clients say them: «в 5», «полвосьмого», «после 18», «с 10 до 12», «вечером»."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from chalicelib.readers.russian.clock import DAY, NOON, Clock, clock_of
from chalicelib.readers.russian.grammar import Row, Word

Kind = Literal["point", "from", "to", "range", "part"]

# Spans of the parts of a day, in minutes from midnight; None is an open end.
PARTS: dict[str, tuple[int | None, int | None]] = {
    "morning": (9 * 60, NOON),
    "day": (NOON, 17 * 60),
    "lunch": (NOON, 14 * 60),
    "after_lunch": (13 * 60, 17 * 60),
    "before_lunch": (None, 13 * 60),
    "after_work": (18 * 60, None),
    "evening": (17 * 60, 21 * 60),
    "night": (0, 6 * 60),
    "noon": (NOON, None),
    "midnight": (0, None),
    "pm": (NOON, DAY),
}
_NO_SHARED_PART = ("noon", "midnight", "before_lunch")


@dataclass(frozen=True)
class Hours:
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
    counts: bool = False
    """Whether a number alone could count things here: «на 5 стрижек»."""


def _hour(name: str) -> str:
    return f"{name}( clock|dotted|number hour? of_part|of_day|part? )"


_LOW, _HIGH = _hour("low"), _hour("high")
_AT = "in|in_|onto|by|around"
# What makes a number before it no hour: «5 лет», «2 мастера». A limit is no count: «после двух мастер свободен?»
_NO_UNIT = "!minute|measured|week|month_unit|month|percent|day|date|number|large|plus|half_hour"
_NO_COUNT = _NO_UNIT + "|counted|hour"
_LIMITED = _NO_UNIT + "|hour"

_RULES = tuple(
    _Rule(*rule)
    for rule in (
        ("range", f"hour? from|between {_LOW} comma? and? till|to|and|dash|along hour? in|by? {_HIGH} {_NO_COUNT}"),
        ("range", f"<!dash hour? {_AT}|from|between|hour? {_LOW} dash {_HIGH} {_NO_COUNT} !dash", True),
        ("from", f"{_LOW} afterwards"),
        ("from", f"ablative afterwards"),
        ("from", f"hour? not_earlier {_LOW} {_LIMITED}"),
        ("from", f"not earlier in|onto? {_LOW} {_LIMITED}"),
        ("from", f"earlier in? {_LOW} comma? not"),
        ("to", f"later in? {_LOW} comma? not"),
        ("to", f"hour? not_later {_LOW} {_LIMITED}"),
        ("to", f"not later in|onto? {_LOW} {_LIMITED}"),
        ("from", f"hour? after|later hour? {_LOW} {_LIMITED}"),
        ("from", f"hour? from hour? in? {_LOW} {_NO_COUNT}", True),
        ("to", f"hour? till|earlier hour? in|by? {_LOW} {_LIMITED}"),
        ("point", f"part? hour? {_AT} hour? {_AT}? {_LOW} {_NO_COUNT}", True),
        ("point", f"to {_LOW} {_NO_COUNT}", True),
        ("point", f"low( clock hour? of_part|of_day|part? )"),
        ("point", f"low( number hour? of_part )"),
        ("point", f"low( number hour of_day )"),
        ("point", f"low( number part ) !or"),
        ("point", f"a_day comma|stop|dash|bracket|slot? hour? {_LOW} {_NO_COUNT}", True),
        ("point", f"part comma? {_LOW} {_NO_COUNT}", True),
        ("point", f"<comma|stop low( dotted ) >comma|stop"),
        ("point", f"^ low( dotted ) >comma|stop|a_day"),
        ("part", "about_part slot|hour"),
        ("part", "till of_part"),
        ("part", "from? of_part"),
        ("part", "part"),
        ("part", "onto day <a_day|comma"),
    )
)
_ALONE = _Rule("point", f"<!dash|plus|out|room {_LOW} {_NO_COUNT} !dash", True)


def find(row: Row, *, bare: bool) -> list[Hours]:
    """Every time of a text in which the days are marked, in order; marks their words.

    ``bare``: a number alone is an hour too (the client was asked when she would like to come).
    """
    common = _common_part(row)
    found: list[Hours] = []
    for rule in (*_RULES, _ALONE) if bare else _RULES:
        for match in row.matches(rule.pattern):
            hours = _read(rule, match, row.words, common)
            if hours:
                found.append(hours)
                row.mark(hours.first, hours.last + 1, "an_hour")
    return sorted(found, key=lambda hours: hours.first)
