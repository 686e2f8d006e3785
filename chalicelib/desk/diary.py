"""The diary: a page for every day of a master, a chair or a room, and on it what is taken. Every minute of a page
belongs to one entry; a page is changed only as it was seen, so no two visits can share a minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

Day = date
MINUTES = 24 * 60


@dataclass(frozen=True)
class Entry:
    """Minutes ``start`` to ``end`` of a day (wall time, what is needed to clean up included) that are taken. ``id``: of
    the visit or hold; ``until``: when a hold ends (UTC), None for a visit."""

    id: str
    start: int
    end: int
    until: datetime | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it keeps others away. A hold that is over may still become a visit, if nobody else has come."""
        return self.until is None or self.until > now


@dataclass(frozen=True)
class Page:
    """One day of ``who``: a colleague's id, or a resource's with its number (``chair#2``). ``version`` counts changes;
    0 is a page on which nothing was ever written."""

    who: str
    date: Day
    version: int = 0
    entries: tuple[Entry, ...] = ()

    def taken(self, start: int, end: int, now: datetime, ignoring: Iterable[str] = ()) -> bool:
        """Whether any of the minutes ``start`` to ``end`` is somebody else's than ``ignoring``."""
        return any(
            entry.start < end and start < entry.end and entry.stands(now) and entry.id not in ignoring
            for entry in self.entries
        )

    def has(self, entry: str) -> bool:
        return any(one.id == entry for one in self.entries)


@dataclass(frozen=True)
class Change:
    """What a turn writes on one page, all of it or nothing. It holds only if the page still has the version
    ``before`` (None: any but 0) and the entries ``standing`` are still on it."""

    who: str
    date: Day
    before: int | None
    add: tuple[Entry, ...] = ()
    remove: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()

    def holds(self, page: Page) -> bool:
        seen = page.version > 0 if self.before is None else page.version == self.before
        return seen and all(map(page.has, self.standing))

    def of(self, page: Page) -> Page:
        """The page after the change."""
        gone = {*self.remove, *(entry.id for entry in self.add)}
        kept = tuple(entry for entry in page.entries if entry.id not in gone)
        entries = sorted((*kept, *self.add), key=lambda entry: (entry.start, entry.id))
        return replace(page, version=page.version + 1, entries=tuple(entries))


@dataclass(frozen=True)
class Diary:
    """The pages of the days ``since`` to ``until``, both included; a page that is missing is empty."""

    since: Day
    until: Day
    pages: Mapping[tuple[Day, str], Page] = field(default_factory=dict)

    def page(self, who: str, day: Day) -> Page:
        return self.pages.get((day, who)) or Page(who, day)

    def after(self, changes: Iterable[Change]) -> Diary:
        """The diary as it will be, under the versions that were seen: what is written next has to know of it."""
        pages = dict(self.pages)
        for change in changes:
            page = self.page(change.who, change.date)
            if self.covers(change.date, change.date):
                seen = pages.get((change.date, change.who), page)
                pages[change.date, change.who] = replace(change.of(seen), version=page.version)
        return replace(self, pages=pages)

    def covers(self, since: Day, until: Day) -> bool:
        return self.since <= since and until <= self.until


class Wanted(Exception):
    """The desk has to look into the diary, from ``since`` until ``until``, before it can decide."""

    def __init__(self, since: Day, until: Day) -> None:
        super().__init__(since, until)
        self.since, self.until = since, until


def together(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes of one page as one. Those that were planned later win."""
    merged: dict[tuple[Day, str], Change] = {}
    for change in changes:
        key = (change.date, change.who)
        merged[key] = _both(merged[key], change) if key in merged else change
    return tuple(merged.values())


def _both(first: Change, then: Change) -> Change:
    # Versions only grow: of two that differ the lower one is over, and so is what was decided by it.
    seen = [change.before for change in (first, then) if change.before is not None]
    written = {entry.id for entry in first.add}
    replaced = {*then.remove, *(entry.id for entry in then.add)}
    return Change(
        first.who,
        first.date,
        min(seen, default=None),
        add=(*(entry for entry in first.add if entry.id not in replaced), *then.add),
        remove=tuple(dict.fromkeys((*first.remove, *then.remove))),
        standing=tuple(dict.fromkeys((*first.standing, *(one for one in then.standing if one not in written)))),
    )


def minute(clock: time) -> int:
    """Minutes since midnight."""
    return clock.hour * 60 + clock.minute


def clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def days(since: Day, until: Day) -> Iterator[Day]:
    """Every day from ``since`` to ``until``, both included."""
    for number in range((until - since).days + 1):
        yield since + timedelta(days=number)
