"""In step with the calendar outside: what others made there takes time in our diary; what differs goes to a person;
what became of a visit, as its master has marked it there, is so here.

Every minute, because its events may be lost (https://apidocs.bitrix24.com/api-reference/events/index.html). What stands
there is written into the diary as entries ``b24-<id>``, never over a visit of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.deliver import SECONDS_BETWEEN_REQUESTS
from chalicelib.desk import free
from chalicelib.desk.diary import MINUTES, Change, Entry, days, minute
from chalicelib.desk.events import Clashed, Marked
from chalicelib.errors import Unavailable
from chalicelib.log import log
from chalicelib.ports import Taken
from chalicelib.wire import run

if TYPE_CHECKING:
    from datetime import date

    from chalicelib.deliver import DeliveryDesk
    from chalicelib.desk.diary import Diary, Page
    from chalicelib.ports import Outside, Placed
    from chalicelib.regulation.schema import Business

OUTSIDE = "b24-"
"""How the entries of what others made begin."""
SETTLED = timedelta(minutes=2)
"""A visit that was entered there only just now may not be in the answer yet."""
BACK = timedelta(days=1)
"""So long after its day a visit may be marked there."""
NOBODYS = "calendar"
"""The conversation in which a difference is told that is about no client we know."""

Key = tuple["date", str]
Span = tuple[int, int]


@dataclass(frozen=True)
class Clash:
    """A visit of ours of which the calendar says something else: ``there`` is what stands in it, None when it is gone;
    ``key`` is the same every minute as long as nothing changes."""

    key: str
    visit: str
    there: Outside | None = None


def step(desk: DeliveryDesk) -> int:
    """Bring the diary into step; return how many of its pages were changed. A portal that is down is asked again in a
    minute. Raises `Refused` (a person must act: the alarm)."""
    rules = desk.memory.pack(desk.memory.current_pack())
    kept = rules.business.calendar
    if kept is None or rules.registry.booking is None or not desk.base_url:
        return 0
    now = desk.now() + desk.memory.ahead()
    # The diary before the calendar: what is booked here in between may be there already, and is not missed there.
    diary = desk.memory.diary(free.today(rules, now), free.last_day(rules, now))
    try:
        flow = desk.calendar(kept.kind).taken(*_moments(diary, rules.business), rules.business, desk.base_url)
        found = run(flow, desk.send, pace=SECONDS_BETWEEN_REQUESTS, sleep=desk.sleep)
    except Unavailable as busy:
        log("calendar_unavailable", level="WARNING", why=str(busy))
        return 0
    _mark(found, desk, now)
    today = datetime.combine(diary.since, time(), ZoneInfo(rules.business.zone))
    there = [one for one in found if one.until > today]
    others, clashes = _others(there, diary, rules.business, desk)
    changes = []
    for page, taken in _taken(others, diary, rules.business):
        clashes += _clashing(page, taken)
        change = _change(page, taken, now)
        if change:
            changes.append(change)
    _tell(clashes, desk, now)
    return sum(_entered(change, desk) for change in changes)


def _moments(diary: Diary, business: Business) -> tuple[datetime, datetime]:
    zone = ZoneInfo(business.zone)
    return (
        datetime.combine(diary.since - BACK, time(), zone).astimezone(UTC),
        datetime.combine(diary.until + timedelta(days=1), time(), zone).astimezone(UTC),
    )


def _mark(there: Iterable[Outside], desk: DeliveryDesk, now: datetime) -> None:
    """What became of visits that have begun. Each mark is told once: it is an event, and its turn is known."""
    for one in there:
        visit = desk.memory.visit(one.visit) if one.visit and one.mark and one.since <= now else None
        if visit is None or one.mark is None or visit.state in (one.mark, "cancelled"):
            continue
        key = f"marked:{visit.id}:{visit.slot.hour}:{one.mark}"
        if desk.memory.load(visit.conversation, key).turn is None:
            desk.post.inbox([Marked(key, now, visit.conversation, visit.id, one.mark, by="calendar")])


# ---------------------------------------------------------------- whose it is


def _others(
    there: Sequence[Outside], diary: Diary, business: Business, desk: DeliveryDesk
) -> tuple[list[Outside], list[Clash]]:
    """What others made, or made of our visits; and of which visits the calendar says something else."""
    standing = _visits(diary, business)
    strange = [one for one in there if one.visit and standing.get(one.visit) != (one.since, one.until)]
    gone = standing.keys() - {one.visit for one in there}
    placed = desk.memory.placed(sorted({*gone, *(one.visit for one in strange if one.visit)}))
    changed = [one for one in strange if _by_others(one, placed.get(one.visit or ""))]
    others = [*(one for one in there if not one.visit), *changed]
    clashes = [Clash(_key(one.visit, one), one.visit, one) for one in changed if one.visit in standing]
    for visit in sorted(gone & placed.keys()):
        was = placed[visit]
        settled = was.at < desk.now() - SETTLED
        if was.id and settled and standing[visit] == (was.since, was.until):
            clashes.append(Clash(f"clash:{visit}:gone:{was.since.isoformat()}", visit))
    return others, clashes


def _visits(diary: Diary, business: Business) -> dict[str, tuple[datetime, datetime]]:
    """From when until when the visits of the diary take their masters (UTC)."""
    midnight = {day: datetime.combine(day, time(), ZoneInfo(business.zone)) for day in days(diary.since, diary.until)}
    return {
        entry.id: (
            (midnight[page.date] + timedelta(minutes=entry.start)).astimezone(UTC),
            (midnight[page.date] + timedelta(minutes=entry.end)).astimezone(UTC),
        )
        for page in diary.pages.values()
        for entry in page.entries
        if _is_visit(entry)
    }


def _is_visit(entry: Entry) -> bool:
    return entry.until is None and not entry.id.startswith(OUTSIDE)


def _by_others(one: Outside, placed: Placed | None) -> bool:
    """Whether somebody else has changed what we entered; otherwise our own change is on its way there."""
    return placed is not None and (placed.id, placed.since, placed.until) != (one.id, one.since, one.until)


# ---------------------------------------------------------------- what it takes


def _taken(
    others: Iterable[Outside], diary: Diary, business: Business
) -> Iterator[tuple[Page, list[tuple[Outside, Span]]]]:
    """Every page that others take time of, or took before, with what they take of it now."""
    zone = ZoneInfo(business.zone)
    taken: dict[Key, list[tuple[Outside, Span]]] = {
        key: [] for key, page in diary.pages.items() if any(entry.id.startswith(OUTSIDE) for entry in page.entries)
    }
    for one in sorted(others, key=lambda one: (one.since, one.id)):
        for day, span in _spans(one, zone):
            if diary.covers(day, day):
                for who in one.who:
                    taken.setdefault((day, who), []).append((one, span))
    for (day, who), spans in sorted(taken.items()):
        yield diary.page(who, day), spans


def _spans(one: Outside, zone: ZoneInfo) -> Iterator[tuple[date, Span]]:
    """The minutes it takes of each day, whole ones."""
    begins, ends = one.since.astimezone(zone), one.until.astimezone(zone)
    for day in days(begins.date(), ends.date()):
        start = minute(begins.time()) if day == begins.date() else 0
        end = minute(ends.time()) + bool(ends.second) if day == ends.date() else MINUTES
        if start < end:
            yield day, (start, end)


def _clashing(page: Page, taken: Iterable[tuple[Outside, Span]]) -> Iterator[Clash]:
    """The visits of a page over which something else stands there."""
    for one, (start, end) in taken:
        for entry in page.entries:
            if _is_visit(entry) and entry.start < end and start < entry.end:
                yield Clash(_key(entry.id, one), entry.id, one)


def _change(page: Page, taken: Iterable[tuple[Outside, Span]], now: datetime) -> Change | None:
    """What makes a page hold of the others what is left beside our own; None when it does."""
    ours = [(entry.start, entry.end) for entry in page.entries if _ours(entry) and entry.stands(now)]
    wanted: dict[str, Entry] = {}
    for one, span in taken:
        for number, (start, end) in enumerate(_without(span, ours)):
            name = f"{OUTSIDE}{one.id}" + (f".{number}" if number else "")
            wanted[name] = Entry(name, start, end)
            ours.append((start, end))  # and of two that overlap there the later one takes what is left
    there = {entry.id: entry for entry in page.entries if not _ours(entry)}
    add = tuple(entry for name, entry in wanted.items() if there.get(name) != entry)
    over = (entry.id for entry in page.entries if _ours(entry) and not entry.stands(now) and _meets(entry, add))
    remove = (*(name for name in there if name not in wanted), *over)
    return Change(page.who, page.date, page.version, add, remove) if add or remove else None


def _ours(entry: Entry) -> bool:
    return not entry.id.startswith(OUTSIDE)


def _meets(entry: Entry, others: Iterable[Entry]) -> bool:
    return any(entry.start < other.end and other.start < entry.end for other in others)


def _without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of a span."""
    left = [span]
    for start, end in taken:
        parts = (part for begins, ends in left for part in ((begins, min(ends, start)), (max(begins, end), ends)))
        left = [part for part in parts if part[0] < part[1]]
    return left


# ---------------------------------------------------------------- written and told


def _entered(change: Change, desk: DeliveryDesk) -> bool:
    try:
        desk.memory.enter([change])
    except Taken:  # a visit was made on this page meanwhile: in a minute it is seen
        log("page_changed_meanwhile", day=change.date.isoformat())
        return False
    return True


def _key(visit: str | None, one: Outside) -> str:
    return f"clash:{visit}:{one.id}:{one.since.isoformat()}:{one.until.isoformat()}"


def _tell(clashes: Iterable[Clash], desk: DeliveryDesk, now: datetime) -> None:
    """Each difference once: it is an event, and its turn is known."""
    told: Mapping[str, Clash] = {clash.key: clash for clash in clashes}
    for key, clash in told.items():
        visit = desk.memory.visit(clash.visit)
        conversation = visit.conversation if visit else NOBODYS
        if desk.memory.load(conversation, key).turn is None:
            since, until = (clash.there.since, clash.there.until) if clash.there else (None, None)
            desk.post.inbox([Clashed(key, now, conversation, clash.visit, since, until)])
            log("calendar_differs", level="WARNING", visit=clash.visit)
