"""Free times: what the pack's hours, breaks and days off leave, less what is taken in the diary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk.diary import MINUTES, Change, Diary, Entry, Page, clock, days, minute
from chalicelib.desk.values import Slot
from chalicelib.regulation.schema import WEEK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from chalicelib.regulation.schema import Booking, Business, Colleague, Hours, Rules, Service

Span = tuple[int, int]
"""Minutes of a day: from the first, until before the second."""


def slots(
    rules: Rules,
    service: Service,
    diary: Diary,
    since: date,
    until: date,
    now: datetime,
    ignoring: Collection[str] = (),
) -> Iterator[Slot]:
    """Every time of the pack's grid at which a service can be had, day by day, of each master who is free then.
    ``ignoring``: the client's own entries, which she may give up for it."""
    booking = rules.registry.booking
    if booking is None:
        return
    for day in days(since, min(until, last_day(rules, now))):
        earliest = _earliest(rules, booking, day, now)
        for master in service.masters:
            for span in working(rules.business, [master, *service.together], day):
                for start in _starts(span, service.minutes, booking.step_minutes, earliest):
                    slot = _slot(rules, service, diary, day, start, master, now, ignoring)
                    if slot:
                        yield slot


def slot_at(
    rules: Rules, service: Service, diary: Diary, day: date, start: int, now: datetime, ignoring: Collection[str] = (),
    masters: Collection[str] | None = None,
) -> Iterator[Slot]:  # fmt: skip
    """This very time, off the grid too, of each master who is free then."""
    booking = rules.registry.booking
    if booking is None or start < _earliest(rules, booking, day, now) or day > last_day(rules, now):
        return
    for master in service.masters if masters is None else masters:
        spans = working(rules.business, [master, *service.together], day)
        if any(opens <= start and start + service.minutes <= closes for opens, closes in spans):
            slot = _slot(rules, service, diary, day, start, master, now, ignoring)
            if slot:
                yield slot


def working(business: Business, people: list[str], day: date) -> list[Span]:
    """When all of them are at work on a day: opening hours or their own, less breaks and days off."""
    spans = [(0, MINUTES)]
    for person in people:
        colleague = business.colleague(person)
        spans = _common(spans, _at_work(business, colleague, day)) if colleague else []
    return spans


def placed(slot: Slot, entry: str, diary: Diary | None, now: datetime, until: datetime | None = None) -> list[Change]:
    """What taking a slot writes on its pages: of the version that was seen when it was offered, or that ``diary`` has.
    Holds of others that are over give way."""
    start = minute(slot.start)
    end = start + slot.minutes + slot.buffer
    changes = []
    for number, who in enumerate(slot.takes):
        page = diary.page(who, slot.date) if diary else None
        over = _over(page, start, end, now, entry) if page else slot.over
        version = page.version if page else slot.seen[number]
        changes.append(Change(who, slot.date, version, add=(Entry(entry, start, end, until),), remove=over))
    return changes


def kept(slot: Slot, entry: str) -> list[Change]:
    """What makes a visit of a hold that is still in the diary, whatever else was written there since."""
    start = minute(slot.start)
    visit = Entry(entry, start, start + slot.minutes + slot.buffer)
    return [Change(who, slot.date, None, add=(visit,), standing=(entry,)) for who in slot.takes]


def given_up(slot: Slot, entry: str) -> list[Change]:
    """What takes a visit out of the diary."""
    return [Change(who, slot.date, None, remove=(entry,), standing=(entry,)) for who in slot.takes]


def begins(slot: Slot, rules: Rules) -> datetime:
    """The moment at which it begins: wall time and zone, so a law that moves the zone does not move the visit."""
    return datetime.combine(slot.date, slot.start, ZoneInfo(rules.business.zone))


def period(slot: Slot, business: Business) -> tuple[datetime, datetime]:
    """From when until when (UTC) it takes its master, cleaning up included."""
    begins = datetime.combine(slot.date, slot.start, ZoneInfo(business.zone)).astimezone(UTC)
    return begins, begins + timedelta(minutes=slot.minutes + slot.buffer)


def ends(slot: Slot, rules: Rules) -> datetime:
    return begins(slot, rules) + timedelta(minutes=slot.minutes)


def today(rules: Rules, now: datetime) -> date:
    """The day in the business's zone."""
    return now.astimezone(ZoneInfo(rules.business.zone)).date()


def last_day(rules: Rules, now: datetime) -> date:
    """The last day that can be booked."""
    booking = rules.registry.booking
    return today(rules, now) + timedelta(days=booking.horizon_days if booking else 0)


def _over(page: Page, start: int, end: int, now: datetime, own: str = "") -> tuple[str, ...]:
    """The entries that give way to whoever takes these minutes."""
    return tuple(
        entry.id
        for entry in page.entries
        if entry.start < end and start < entry.end and (entry.id == own or not entry.stands(now))
    )


def _earliest(rules: Rules, booking: Booking, day: date, now: datetime) -> int:
    """The first minute of a day that can still be booked."""
    zone = ZoneInfo(rules.business.zone)
    soonest = (now.astimezone(UTC) + timedelta(minutes=booking.notice_minutes)).astimezone(zone)
    if day > soonest.date():
        return 0
    return MINUTES if day < soonest.date() else minute(soonest.time()) + bool(soonest.second or soonest.microsecond)


def _starts(span: Span, minutes: int, step: int, earliest: int) -> range:
    first = max(span[0], earliest)
    return range(-(-first // step) * step, span[1] - minutes + 1, step)


def _at_work(business: Business, colleague: Colleague, day: date) -> list[Span]:
    weekday = WEEK[day.weekday()]
    hours = colleague.hours[weekday] if weekday in colleague.hours else business.hours.get(weekday)
    if hours is None or day in business.days_off or day in colleague.days_off:
        return []
    return _without([_span(hours)], [_span(pause) for pause in colleague.breaks])


def _span(hours: Hours) -> Span:
    return minute(hours.opens), minute(hours.closes)


def _common(ours: list[Span], theirs: list[Span]) -> list[Span]:
    both = ((max(one[0], other[0]), min(one[1], other[1])) for one, other in product(ours, theirs))
    return [span for span in both if span[0] < span[1]]


def _without(spans: list[Span], pauses: list[Span]) -> list[Span]:
    for begins, ends in pauses:
        spans = [
            part
            for opens, closes in spans
            for part in ((opens, min(closes, begins)), (max(opens, ends), closes))
            if part[0] < part[1]
        ]
    return spans


def _slot(
    rules: Rules, service: Service, diary: Diary, day: date, start: int, master: str, now: datetime,
    ignoring: Collection[str],
) -> Slot | None:  # fmt: skip
    """The slot, if the master, whoever is needed besides, and one of each resource are free."""
    end = start + service.minutes + service.buffer_minutes
    takes = [master, *service.together]
    if master in service.together or any(diary.page(who, day).taken(start, end, now, ignoring) for who in takes):
        return None
    for needed in service.needs:
        resource = rules.business.resource(needed)
        units = [f"{needed}#{number}" for number in range(1, (resource.count if resource else 0) + 1)]
        free = (one for one in units if not diary.page(one, day).taken(start, end, now, ignoring))
        unit = next((one for one in free if one not in takes), None)
        if unit is None:
            return None
        takes.append(unit)
    pages = [diary.page(who, day) for who in takes]
    seen = tuple(page.version for page in pages)
    over = tuple(dict.fromkeys(entry for page in pages for entry in _over(page, start, end, now)))
    return Slot(service.id, day, clock(start), service.minutes, service.buffer_minutes, tuple(takes), seen, over)
