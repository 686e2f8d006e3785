"""Which free times are offered: as wished where there are any, else the nearest; of several masters and hours, some of
each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from chalicelib.desk import free
from chalicelib.desk import plan as plans
from chalicelib.desk.diary import MINUTES, Diary, Wanted, minute
from chalicelib.desk.values import Slot, Wish

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime, time

    from chalicelib.desk.plan import Plan
    from chalicelib.regulation.schema import Rules

AT_ONCE = 3
HERS = 2
"""So many times of the master she named, and as many of others, where hers are not as she wishes."""
NEAR = timedelta(days=7)
"""How far on both sides of a wished day one looks first."""


@dataclass(frozen=True)
class Found:
    """What can be had. ``exact``: the very time she named; ``times``: what to offer, ``as_wished`` or the nearest
    instead; ``more``: whether there are others still; ``others``: those of ``times`` are of other masters too than
    she named, for hers are not free then."""

    exact: Slot | None = None
    times: tuple[Slot, ...] = ()
    as_wished: bool = True
    more: bool = False
    others: bool = False


def find(
    rules: Rules,
    plan: Plan,
    wish: Wish,
    diary: Diary | None,
    now: datetime,
    ignoring: Collection[str] = (),
    passed_over: Collection[str] = (),
    preferred: str | None = None,
) -> Found:
    """Free times for a wish. ``ignoring``: her own entries in the diary; ``passed_over``: ids of slots she has seen and
    does not want; ``preferred``: of several masters who are free at the very time, this one. Raises `Wanted` when
    ``diary`` does not show enough."""
    today, last = free.today(rules, now), free.last_day(rules, now)
    since, until = _near(wish, today, last)
    diary = looked(diary, since, until)
    if not passed_over and (exact := _exact(rules, plan, wish, diary, now, ignoring, preferred)):
        return Found(exact=exact)
    fresh = _fresh(plans.firsts(rules, plan, diary, since, until, now, ignoring), passed_over)
    wished = list(plans.whole(rules, plan, diary, [slot for slot in fresh if fits(slot, wish)], now, ignoring))
    wished = _at_once(wished) if plan.at_once else wished
    if wished and _is_from_then_on(wish):
        soonest = _first_few(wished)
        return Found(times=_nearest(soonest), more=len(_hours(soonest)) > AT_ONCE)
    if wished:
        return Found(times=_spread(wished), more=len(_hours(wished)) > AT_ONCE)
    by_distance = partial(_by_distance, wish, today)
    nearest = _first_few(plans.whole(rules, plan, diary, sorted(fresh, key=by_distance), now, ignoring))
    if not nearest:
        diary = looked(diary, today, last)
        fresh = _fresh(plans.firsts(rules, plan, diary, today, last, now, ignoring), passed_over)
        nearest = _first_few(plans.whole(rules, plan, diary, sorted(fresh, key=by_distance), now, ignoring))
    return Found(times=_nearest(nearest), as_wished=_says_nothing(wish), more=len(_hours(nearest)) > AT_ONCE)


def _by_distance(wish: Wish, today: date, slot: Slot) -> tuple[tuple[int, int], date, time]:
    return _away(slot, wish, today), slot.date, slot.start


def _first_few(slots: Iterable[Slot]) -> list[Slot]:
    """As many as are offered at once, and one more hour, if there is one."""
    few: list[Slot] = []
    for slot in slots:
        few.append(slot)
        if len({(one.date, one.start) for one in few}) > AT_ONCE:
            break
    return few


def beside(hers: Found, others: Found) -> Found:
    """The nearest times of the master she named, with those of others that are as she wishes."""
    theirs = (others.exact,) if others.exact else others.times if others.as_wished else ()
    if hers.exact or hers.as_wished or not theirs:
        return hers if hers.times or hers.exact else replace(others, others=True)
    known = {slot.hour for slot in theirs}
    nearest = [slot for slot in hers.times if slot.hour not in known][:HERS]
    times = sorted((*nearest, *theirs[:HERS]), key=lambda slot: (slot.date, slot.start))
    return replace(hers, times=tuple(times), more=True, others=True)


def fits(slot: Slot, wish: Wish) -> bool:
    """Whether a slot is as wished: its day, and its beginning within the hours."""
    if wish.days_away(slot.date) or _says_nothing(wish):
        return False
    if is_exact(wish):
        return slot.start == wish.time_from
    since = minute(wish.time_from) if wish.time_from else 0
    until = minute(wish.time_to) if wish.time_to else MINUTES
    return since <= minute(slot.start) < until


def is_exact(wish: Wish) -> bool:
    """Whether she names an hour, and not from when or until when she can."""
    return wish.time_from is not None and wish.time_to in (None, wish.time_from) and not wish.open_end


def latest(wish: Wish) -> time | None:
    """The latest hour at which she would come, None where she has not said."""
    return wish.time_from if is_exact(wish) else wish.time_to


def _says_nothing(wish: Wish) -> bool:
    return not (wish.names_days or wish.time_from or wish.time_to)


def _is_from_then_on(wish: Wish) -> bool:
    """Whether she wishes for as soon as can be, from some day on."""
    return wish.since is not None and wish.until is None and wish.date is None


def _at_once(slots: list[Slot]) -> list[Slot]:
    """Two people come at the same time where they can."""
    return [slot for slot in slots if all(part.start == slot.start for part in slot.then)] or slots


def _exact(
    rules: Rules, plan: Plan, wish: Wish, diary: Diary, now: datetime, ignoring: Collection[str], preferred: str | None
) -> Slot | None:
    """The very day and hour she named, off the grid too; of several masters, who has least to do that day."""
    if wish.date is None or wish.time_from is None or not is_exact(wish):
        return None
    slots = list(plans.slot_at(rules, plan, diary, wish.date, minute(wish.time_from), now, ignoring))
    same = _at_once(slots) if plan.at_once else slots
    busy = {slot.id: len(diary.page(slot.master, slot.date).entries) for slot in same}
    return min(same, key=lambda slot: (slot.master != preferred, busy[slot.id]), default=None)


def _fresh(slots: Iterable[Slot], passed_over: Collection[str]) -> list[Slot]:
    """In the order of time; an hour that was passed over with one master is so with all."""
    hours = {one.partition("@")[0] for one in passed_over}
    return sorted((slot for slot in slots if slot.hour not in hours), key=lambda slot: (slot.date, slot.start))


def _near(wish: Wish, today: date, last: date) -> tuple[date, date]:
    middle = min(max(wish.date or wish.since or today, today), last)
    return max(today, middle - NEAR), min(last, middle + NEAR)


def looked(diary: Diary | None, since: date, until: date) -> Diary:
    if diary is None or not diary.covers(since, until):
        raise Wanted(since, until)
    return diary


def _away(slot: Slot, wish: Wish, today: date) -> tuple[int, int]:
    """How far a slot is from what she wished: days, then minutes of the day."""
    days = wish.days_away(slot.date) if wish.names_days else (slot.date - today).days
    return days, minutes_away(slot, wish)


def minutes_away(slot: Slot, wish: Wish) -> int:
    """Minutes of the day between a slot and the hours wished for; zero within them."""
    since = minute(wish.time_from) if wish.time_from else None
    until = minute(wish.time_to) if wish.time_to else since if is_exact(wish) else None
    start = minute(slot.start)
    early = since - start if since is not None else 0
    late = start - until if until is not None else 0
    return max(0, early, late)


def _hours(slots: Iterable[Slot]) -> list[list[Slot]]:
    """Slots of one beginning together, in the order given."""
    return [list(same) for _, same in groupby(slots, key=lambda slot: (slot.date, slot.start))]


def _spread(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """A few, early and late, with as many masters as there are."""
    hours = _hours(slots)
    if len(hours) <= AT_ONCE:
        return _of_several_masters(hours)
    last = len(hours) - 1
    return _of_several_masters([hours[0], hours[last // 2], hours[last]])


def _nearest(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """The nearest few, told in the order of time."""
    chosen = _of_several_masters(_hours(slots)[:AT_ONCE])
    return tuple(sorted(chosen, key=lambda slot: (slot.date, slot.start)))


def _of_several_masters(hours: Iterable[Sequence[Slot]]) -> tuple[Slot, ...]:
    busy: Counter[str] = Counter()
    chosen = []
    for same in hours:
        slot = min(same, key=lambda one: busy[one.master])
        busy[slot.master] += 1
        chosen.append(slot)
    return tuple(chosen)
