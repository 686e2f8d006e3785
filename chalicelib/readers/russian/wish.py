"""Of all the days and hours a message names, those that count: corrections, alternatives, refusals, what has passed.

Of several options the first counts, of a correction the last, of a moved visit the new time (docs/meaning.md, "Date
and time").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Literal, NamedTuple, TypeVar

from chalicelib.readers.russian import around, clauses
from chalicelib.readers.russian.calendar import WEEK
from chalicelib.readers.russian.grammar import UNKNOWN, Row, Word
from chalicelib.readers.russian.hours import PARTS, Hours, begin_of

_Date = date
Kind = Literal["weekday", "relative", "week", "some", "minutes", "date"]


@dataclass(frozen=True)
class When:
    """What was said of the time, in the business's zone: an exact hour has ``time_from`` only, like an open end, which
    ``open_end`` tells from it. ``since``, ``until``: the first and the last day of a span, where no one day is
    named; ``by_weekday``: the day is the nearest of that name."""

    date: date | None = None
    time_from: time | None = None
    time_to: time | None = None
    open_end: bool = field(default=False, compare=False)
    since: _Date | None = field(default=None, compare=False)
    until: _Date | None = field(default=None, compare=False)
    by_weekday: bool = field(default=False, compare=False)


class Day(NamedTuple):
    """A day said somewhere in a text; ``first`` and ``last`` count the words of the text.

    ``day`` is None when there is no such day or it has passed. ``kind``: a weekday alone, «завтра», a weekday of some
    week, some time from now (in minutes: «через 20 минут»), or a date. ``exact``: the hour of «через час».
    """

    day: date | None
    kind: Kind
    first: int
    last: int
    exact: time | None = None


Named = TypeVar("Named", Day, Hours)


def chosen(
    row: Row, days: Iterable[Day], times: Iterable[Hours], now: datetime, *, moved: bool = False, off: bool = False
) -> When:
    """What is meant. ``moved`` and ``off`` are those of `dates.find`; that she moves a visit is heard here as well."""
    days = tuple(days)
    moved = moved or (not off and _is_moved(row, days))
    days, times = _without_others(row, days, tuple(times), stands=moved or off)
    without = [day for day in days if ruled_out(row, day, moved=moved, off=off)]
    without += [day for day in days if day not in without and _is_refused_elsewhere(row, day, without)]
    of_those = [said for said in times if any(_belongs(said, day) for day in without)]
    day = _day(row, _the_wish(row, [day for day in days if day not in without]), moved=moved)
    day = _once_back(row, day, without)
    said = _hours(row, _the_wish(row, [said for said in times if said not in of_those]), moved=moved, off=off)
    if day and not (said or moved or off) and _is_of_a_journey(row, day):
        return When()
    return _checked(day, said, now)


def _is_moved(row: Row, days: Sequence[Day]) -> bool:
    """«Перенесите меня …», «с понедельника на среду»; but «не переносите», «не надо переносить»."""
    if any(_is_left_for_another(row, day) for day in days[:-1]):
        return True
    return any(
        row.is_at(place, "moving") and not (row.is_at(place - 1, "not") or row.is_at(place - 2, "not"))
        for place in range(len(row.words))
    )


def _is_left_for_another(row: Row, day: Day) -> bool:
    """«С четверга на …»; but «в ночь с пятницы на субботу»."""
    follows = row.words[day.last + 1 : day.last + 2]
    led_on = row.words[day.first].kind == "from" and bool(follows) and follows[0].kind == "onto"
    return led_on and not row.is_at(day.first - 1, "part", "an_hour")


def _the_wish(row: Row, named: list[Named]) -> list[Named]:
    """Without the day of the wedding, the hour of the flight, the visit she has, if she names another."""
    for is_no_wish in (_is_of_an_event, _is_of_her_visit, _is_deadline, _is_of_a_talk):
        named = [one for one in named if not is_no_wish(row, one)] or named
    return named


def _is_of_a_talk(row: Row, named: Day | Hours) -> bool:
    return clauses.tells_of_a_call(row, named.first, named.last)


def _is_deadline(row: Row, named: Day | Hours) -> bool:
    """«К 8 марта хочу ногти, запишите на седьмое»."""
    by = row.is_at(named.first, "by") or row.words[named.first].kind == "by" or row.is_at(named.first - 1, "by")
    return isinstance(named, Day) and by


def _is_of_her_visit(row: Row, named: Day | Hours) -> bool:
    if around.is_own(row, named.first - 1) or around.is_own_after(row, named.last + 1) or _is_mine(row, named):
        return True
    return isinstance(named, Day) and _is_given_away(row, named)


_GIVEN_AWAY = ("поменя", "перенес", "передвин", "сдвин", "подвин")


def _is_given_away(row: Row, day: Day) -> bool:
    """«Поменяйте нам вторник»."""
    before = day.first - 1
    while before > 0 and row.words[before].text in ("нам", "мне", "нас", "меня"):
        before -= 1
    alone = day.kind == "weekday" and row.words[day.first].kind not in around.LEADING
    return alone and before >= 0 and row.words[before].text.startswith(_GIVEN_AWAY)


def _is_of_an_event(row: Row, named: Day | Hours) -> bool:
    before = around.before_prepositions(row, named.first) - 1
    if clauses.goes_elsewhere(row, named.first, named.last):
        return True
    return row.is_at(before, "event") or row.is_at(named.last + 1, "event")


def _without_others(
    row: Row, days: tuple[Day, ...], times: tuple[Hours, ...], *, stands: bool
) -> tuple[tuple[Day, ...], tuple[Hours, ...]]:
    """Without the hours of events, «через час банкет», and what has been, «вырвали в среду».

    She may come on the day of an event. ``stands``: she speaks of a visit that is moved or cancelled.
    """
    if not stands:
        days = tuple(day for day in days if not _has_passed(row, day))
        times = tuple(said for said in times if said.kind != "part" or not tells_the_past(row, said))
    soon = [day for day in days if day.kind in ("minutes", "some")]
    of_events = [day for day in soon if clauses.tells_of_event(row, day.first, day.last) or _is_at_worst(row, day)]
    hours = tuple(
        said
        for said in times
        if not clauses.goes_elsewhere(row, said.first, said.last)
        and not _is_of_a_call(row, said, days)
        and not (said.high == PARTS["evening"][0] and clauses.is_a_deadline(row, said.first, said.last))
    )
    return tuple(day for day in days if day not in of_events), hours


def puts_off(row: Row, named: Day | Hours) -> bool:
    """«Завтра сама позвоню»: when she will say more, and not when she comes."""
    return clauses.puts_off(row, named.first, named.last)


def _is_of_a_journey(row: Row, day: Day) -> bool:
    """«Автобус послезавтра» tells no day to come on; but «поезд двадцать четвёртого, успеете?» may."""
    return day.kind != "date" and clauses.sets_out(row, day.first, day.last)


def _is_of_a_call(row: Row, said: Hours, days: Iterable[Day]) -> bool:
    """«Позвоните утром»; but «наберите завтра после десяти» is told with its day."""
    clause = row.clause(said.first, said.last)
    return clauses.tells_of_a_call(row, said.first, said.last) and all(day.first not in clause for day in days)


def _is_at_worst(row: Row, day: Day) -> bool:
    """«Хоть через неделю» names no day; but «хоть через час»."""
    return day.kind == "some" and not day.exact and day.first > 0 and row.words[day.first - 1].text == "хоть"


def _has_passed(row: Row, day: Day) -> bool:
    """«В среду» may have passed, «на среду» and «завтра» may not."""
    lead = row.words[around.before_prepositions(row, day.first)]
    may_have = lead.kind in ("in", "from") if day.kind == "weekday" else lead.text == "сегодня"
    return may_have and tells_the_past(row, day)


def tells_the_past(row: Row, named: Day | Hours) -> bool:
    return clauses.tells_the_past(row, around.before_prepositions(row, named.first), named.last)


def _is_refused_elsewhere(row: Row, day: Day, without: Sequence[Day]) -> bool:
    """«Завтра утренник, давайте не завтра»: a day that is denied once is not meant at all."""
    denied = (other for other in without if row.is_at(around.before_prepositions(row, other.first) - 1, "not"))
    return day.day is not None and any(day.day == other.day for other in denied)


def _belongs(said: Hours, day: Day) -> bool:
    """Whether an hour is said of that day: «завтра в 5 не могу», «с завтрашнего утра»."""
    return said.first == day.last + 1 or said.last == day.first - 1


# ---------------------------------------------------------------- the day


def _day(row: Row, days: Iterable[Day], *, moved: bool) -> Day | None:
    chosen: Day | None = None
    for day in days:
        chosen = day if chosen is None else _of_two(row, chosen, day, moved=moved)
    return chosen


def _once_back(row: Row, day: Day | None, without: Iterable[Day]) -> Day | None:
    """«До пятницы я в Казани, давайте в субботу»: the Saturday after that Friday."""
    if day is None or day.day is None or day.kind != "weekday":
        return day
    away = any(other.day and day.day <= other.day and is_away_till(row, other) for other in without)
    return day._replace(day=day.day + WEEK) if away else day


def is_away_till(row: Row, day: Day) -> bool:
    """«До пятницы я в Казани», «не могу до пятницы»."""
    if not row.is_at(day.first - 1, "till"):
        return False
    place = around.passed_over(row, day.last + 1, 1)
    stays = row.is_at(place, "in") and row.is_at(place + 1, UNKNOWN)
    return stays or row.is_at(place, "cannot") or row.is_at(day.first - 2, "cannot", "event")


def _of_two(row: Row, one: Day, other: Day, *, moved: bool) -> Day:
    between = row.words[one.last + 1 : other.first]
    if _name_one_day(one, other, between):
        return _the_same(one, other)
    if (one.day is None and other.day is not None) or (other.exact and one.kind == "relative"):
        return other
    if around.is_corrected(row, between) or (
        moved and not around.has(between, "or", "and") and not _is_otherwise(between)
    ):
        return other
    return one


def _is_otherwise(between: Sequence[Word]) -> bool:
    """«На завтра, если занято, то на послезавтра»."""
    said = [word.text for word in between]
    return "если" in said and any(word.startswith(("не", "занят", "никак", "полно")) for word in said)


def _name_one_day(one: Day, other: Day, between: Sequence[Word]) -> bool:
    """Whether two names stand side by side: «в пятницу 25 ноября», «завтра, то есть в четверг»."""
    if one.kind == other.kind:
        return False
    if {one.kind, other.kind} == {"relative", "date"}:
        return all(word.kind == "bracket" for word in between)
    beside = all(word.kind in ("comma", "bracket", "dash") or word.text in _THAT_IS for word in between)
    return beside and bool(_OF_A_WEEK & {one.kind, other.kind})


_OF_A_WEEK = frozenset({"weekday", "week"})
_THAT_IS = ("то есть", "тоесть", "это", "т", "е")


def _the_same(one: Day, other: Day) -> Day:
    """The more exact of two names of a day; none when they contradict each other."""
    named, weekday = (other, one) if one.kind in _OF_A_WEEK or other.kind == "date" else (one, other)
    agree = named.day is not None and weekday.day is not None and named.day.weekday() == weekday.day.weekday()
    if weekday.kind not in _OF_A_WEEK:
        agree = agree and named.day == weekday.day
    return named._replace(first=one.first, last=other.last, day=named.day if agree else None)


def ruled_out(row: Row, day: Day, *, moved: bool, off: bool = False) -> bool:
    """Whether a day is told that she does not wish, or has already."""
    start = around.before_prepositions(row, day.first)
    led_by = row.words[start].kind if start < day.first else row.words[day.first].kind
    before = start - 1
    if row.is_at(before, "not", "instead", "earlier", "later") or led_by in ("till", "after"):
        return True
    if moved and (led_by == "from" or day.kind == "minutes" or _is_of_the_visit(row, day)):
        return True
    if moved and (around.is_own(row, before) or around.is_own_after(row, day.last + 1) or _is_mine(row, day)):
        return True
    return not off and cannot(row, day)


def is_denied(row: Row, day: Day) -> bool:
    """«Не в понедельник»."""
    return row.is_at(around.before_prepositions(row, day.first) - 1, "not")


def cannot(row: Row, day: Day) -> bool:
    """«В среду не могу», «не получается завтра»."""
    return around.cannot_after(row, day.last + 1) or around.cannot_before(
        row, around.before_prepositions(row, day.first) - 1
    )


_MINE = ("мой", "моя", "мое", "мою", "моего", "моей", "моему", "нашу", "нашего", "было", "который")


def _is_mine(row: Row, named: Day | Hours) -> bool:
    """«Мою субботу», «который двадцатого»; but «завтрашнее моё на послезавтра»."""
    return (
        named.first > 0
        and row.words[named.first - 1].text in _MINE
        and row.words[named.first].kind not in around.LEADING
    )


def is_since(row: Row, day: Day) -> bool:
    """«С 1 декабря»: the day from which something holds."""
    start = around.before_prepositions(row, day.first)
    return row.words[start].kind == "from"


def is_a_habit(row: Row, day: Day) -> bool:
    """«Мыть через день», «через час» of something else than a visit."""
    return day.kind == "minutes" or (day.kind == "some" and row.words[day.last].text == "день")


def are_a_choice(row: Row, times: Sequence[Hours]) -> bool:
    """«С 10 или с 9», «круглосуточно или с 8»."""
    if any(row.is_at(said.first - 1, "or") for said in times):
        return True
    return any(around.has(row.words[one.last + 1 : other.first], "or") for one, other in pairwise(times))


def _is_of_the_visit(row: Row, day: Day) -> bool:
    """«Завтрашнюю запись», «пятничную»: the day of the visit she has; but «на завтрашний вечер»."""
    said = row.words[day.last].text
    if row.is_at(day.first - 1, "onto") or row.words[day.first].kind == "onto":
        return False
    return "шн" in said or (day.kind == "weekday" and "н" in said[5:] and said.endswith(("юю", "ую", "ая", "яя")))


# ---------------------------------------------------------------- the hours


def _hours(row: Row, times: Iterable[Hours], *, moved: bool, off: bool) -> Hours | None:
    chosen: Hours | None = None
    for said in times:
        if _denied(row, said, moved=moved, off=off):
            continue
        chosen = said if chosen is None else _joined(row, chosen, said, moved=moved)
    return chosen


def _denied(row: Row, said: Hours, *, moved: bool, off: bool) -> bool:
    limit = row.words[said.first].kind in ("earlier", "later")
    if row.is_at(_before_how(row, said), "not", "instead") and not limit:
        return True
    if moved and not limit and around.is_own(row, said.first - 1):
        return True
    if moved and (around.is_own_after(row, said.last + 1) or around.is_left(row, said)):
        return True
    return not off and (around.cannot_after(row, said.last + 1) or around.cannot_before(row, said.first - 1))


_HOW = ("рано", "поздно", "очень", "слишком", "так", "с", "в", "самого", "самый", "раннего", "ранним")


def _before_how(row: Row, said: Hours) -> int:
    """The place before an hour, or before how early it is: «не слишком рано утром» is not in the morning."""
    place = said.first - 1
    while said.kind == "part" and place >= 0 and row.words[place].text in _HOW:
        place -= 1
    return place


def _joined(row: Row, one: Hours, other: Hours, *, moved: bool) -> Hours:
    between = row.words[one.last + 1 : other.first]
    if around.is_corrected(row, between):
        return other
    limits = None if around.has(between, "or") else _limits(one, other)
    if limits:
        return limits
    if around.has(between, "or") or (around.has(between, "and") and not _is_within(other, one)):
        return one
    if other.kind == "part":
        return other if moved and one.kind == "part" else one
    if one.kind == "part":
        return other
    if one.kind == "point" and other.kind in ("from", "to") and not around.has(between, "stop"):
        return one
    return other if moved else one


def _is_within(hour: Hours, part: Hours) -> bool:
    """«К обеду оклемаюсь и приду, часов в 14»: the hour says more exactly which."""
    if hour.kind != "point" or part.kind != "part" or hour.low is None or part.low is None or part.high is None:
        return False
    return part.low <= hour.low <= part.high


def _limits(one: Hours, other: Hours) -> Hours | None:
    """«После 5, но до 8», «после обеда, но не позже 4»: two limits are one span."""
    begins, ends = (one, other) if other.kind == "to" else (other, one)
    if ends.kind != "to" or begins.kind not in ("from", "part"):
        return None
    low, high = begin_of((begins.low, begins.high)) if begins.kind == "part" else begins.low, ends.high
    if low is None or high is None or not low < high <= (begins.high or high):
        return None
    return Hours("range", low, high, one.first, other.last)


# ---------------------------------------------------------------- the outcome


def _checked(day: Day | None, said: Hours | None, now: datetime) -> When:
    """Day and hours together, without a day that is over at that hour."""
    if day and day.exact:
        return When(day.day, day.exact)
    low, high = (said.low, said.high or None) if said else (None, None)  # «до 24» limits nothing
    on = day.day if day else None
    if on == now.date() and said and _passed(said, now):
        on = None
    named = on is not None and day is not None and day.kind == "weekday"
    return When(on, _time(low), _time(high), open_end=said is not None and _is_open(said), by_weekday=named)


def _is_open(said: Hours) -> bool:
    """«После 5», «с 17», «после работы»; «в полдень» is an hour."""
    after_work = said.kind == "part" and (said.low, said.high) == PARTS["after_work"]
    return said.high is None and (said.kind == "from" or after_work)


def _passed(said: Hours, now: datetime) -> bool:
    minute = now.hour * 60 + now.minute
    if said.high is not None:
        return 0 < said.high <= minute
    return said.kind == "point" and said.low is not None and said.low < minute


def _time(minutes: int | None) -> time | None:
    return None if minutes is None else time(minutes // 60 % 24, minutes % 60)
