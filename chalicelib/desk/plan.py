"""What she comes for: one service or several one after another, alone or with somebody; and at which times all of it
can be had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.desk import free
from chalicelib.desk.diary import minute
from chalicelib.desk.values import Errand, Wish

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date, datetime

    from chalicelib.desk.diary import Diary
    from chalicelib.desk.values import Request, Slot
    from chalicelib.regulation.schema import Business, Rules, Service

MOST = 2
"""So many are booked together: of three the visits, their timers and pages may not fit into one transaction (25 rows).
What is left is booked right after."""
WAIT = 30
"""So many minutes she may wait between two services."""
GRID = 15
ENTRY = "while-it-is-planned"


@dataclass(frozen=True)
class Plan:
    """``services`` in their order, each with those masters only to whom she would go. ``at_once``: they are for two
    people, who come at the same time where that is possible. ``taken``: her own visits: she cannot come then."""

    services: tuple[Service, ...]
    at_once: bool = False
    taken: tuple[Slot, ...] = ()

    @property
    def alone(self) -> Plan:
        """The first service only."""
        return replace(self, services=self.services[:1], at_once=False)


def of_request(request: Request, business: Business, taken: Iterable[Slot] = ()) -> Plan | None:
    """What a request asks for, with any master. None while its service is not known."""
    then = () if request.apart else request.then[: MOST - 1]
    if request.at_once and not then:
        then = (request.service or "",)
    wished = [business.service(service) for service in (request.service, *then)]
    services = tuple(service for service in wished if service is not None)
    if business.service(request.service) is None:
        return None
    return Plan(services, request.at_once, () if request.guest else tuple(taken))


def rest_of(request: Request) -> tuple[Errand, ...]:
    """What a request asks for besides `of_request`: it is booked afterwards."""
    together = 0 if request.apart else MOST - 1
    return (*(Errand(service, Wish()) for service in request.then[together:]), *request.errands)


def by(plan: Plan, masters: Collection[str]) -> Plan | None:
    """The plan with those masters only, where they do the service; None if they do none of it."""
    if not masters or not any(set(service.masters) & set(masters) for service in plan.services):
        return None
    return replace(plan, services=tuple(_narrowed(service, masters) for service in plan.services))


def without(plan: Plan, masters: Collection[str]) -> Plan | None:
    """The plan with anybody but those masters; None where nobody else does it."""
    left = [tuple(one for one in service.masters if one not in masters) for service in plan.services]
    if not left[0]:
        return None
    pairs = zip(plan.services, left, strict=True)
    return replace(plan, services=tuple(_with(service, rest or service.masters) for service, rest in pairs))


def firsts(
    rules: Rules, plan: Plan, diary: Diary, since: date, until: date, now: datetime, ignoring: Collection[str] = ()
) -> Iterator[Slot]:
    """Every time of the grid at which the first service can be had; of several see `whole`."""
    return free.slots(rules, plan.services[0], diary, since, until, now, ignoring)


def slot_at(
    rules: Rules, plan: Plan, diary: Diary, day: date, start: int, now: datetime, ignoring: Collection[str] = ()
) -> Iterator[Slot]:
    """This very time, off the grid too, as far as all of it can be had."""
    found = free.slot_at(rules, plan.services[0], diary, day, start, now, ignoring)
    return whole(rules, plan, diary, found, now, ignoring)


def overlaps(one: Slot, other: Slot) -> bool:
    """Whether nobody can be at both."""
    return one.date == other.date and minute(one.start) < ends(other) and minute(other.start) < ends(one)


def ends(slot: Slot) -> int:
    """The minute of the day at which she can go."""
    return minute(slot.start) + slot.minutes


def whole(
    rules: Rules, plan: Plan, diary: Diary, found: Iterable[Slot], now: datetime, ignoring: Collection[str] = ()
) -> Iterator[Slot]:
    """Of these times of the first service those at which all of it can be had. It is looked for one by one, as far as
    anybody asks for more."""
    days: dict[date, Diary] = {}
    for first in found:
        slot: Slot | None = first
        if len(plan.services) > 1:
            if first.date not in days:
                days[first.date] = _only(diary, first.date)
            slot = _with_the_rest(rules, plan, days[first.date], first, now, ignoring)
        if slot and not any(overlaps(part, hers) for part in slot.parts for hers in plan.taken):
            yield slot


def _only(diary: Diary, day: date) -> Diary:
    """The pages of one day, for they are written on again and again."""
    pages = {place: page for place, page in diary.pages.items() if place[0] == day}
    return replace(diary, since=day, until=day, pages=pages)


def _with_the_rest(
    rules: Rules, plan: Plan, diary: Diary, first: Slot, now: datetime, ignoring: Collection[str]
) -> Slot | None:
    """The first slot with those of the other services, each as soon as can be."""
    found = [first]
    for service in plan.services[1:]:
        last = found[-1]
        diary = diary.after(free.placed(last, f"{ENTRY}-{len(found)}", diary, now))
        starts = _next_starts(last, at_once=plan.at_once)
        times = (free.slot_at(rules, service, diary, first.date, start, now, ignoring) for start in starts)
        slot = next((_least_changes(same, last) for same in map(list, times) if same), None)
        if slot is None:
            return None
        found.append(slot)
    return replace(first, then=tuple(found[1:]))


def _next_starts(last: Slot, *, at_once: bool) -> list[int]:
    """When the next service may begin: at once where somebody else has it, else after the last one."""
    end = ends(last)
    later = {end, end + last.buffer, *range(-(-end // GRID) * GRID, end + WAIT + 1, GRID)}
    return [*([minute(last.start)] if at_once else []), *sorted(start for start in later if start < 24 * 60)]


def _least_changes(same: list[Slot], last: Slot) -> Slot:
    """She stays with her master where she can."""
    return next((slot for slot in same if slot.master == last.master), same[0])


def _narrowed(service: Service, masters: Collection[str]) -> Service:
    hers = tuple(one for one in service.masters if one in masters)
    return _with(service, hers or service.masters)


def _with(service: Service, masters: tuple[str, ...]) -> Service:
    return service if masters == service.masters else service.model_copy(update={"masters": masters})
