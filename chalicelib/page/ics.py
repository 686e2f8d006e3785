"""Visits as iCalendar (RFC 5545): what a phone's calendar reads, and nothing of the standard beyond that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date

PRODUCT = "-//Nochnik//Visits//RU"
LINE = 75
"""Octets in a line, without its end (section 3.1)."""
REFRESHED = "PT15M"
"""How often a subscriber may ask again. Each calendar application makes of it what it likes."""
WALL = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Event:
    """One visit. ``begins`` is aware, in the business's zone (a ZoneInfo). ``revision``: of two copies of one event the
    higher one counts; None where a copy is always replaced as a whole, as in a feed."""

    uid: str
    begins: datetime
    minutes: int
    title: str
    place: str = ""
    note: str = ""
    cancelled: bool = False
    revision: int | None = None


def calendar(events: Iterable[Event], zone: str, now: datetime, name: str = "") -> str:
    """The events as one iCalendar object, lines ending in CRLF. ``name``: of a feed that is subscribed to; without it
    the object is a file that is opened once."""
    events = tuple(events)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    if name:
        # NAME and REFRESH-INTERVAL are RFC 7986; phones read the older X- names.
        lines += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}", f"X-WR-TIMEZONE:{zone}"]
        lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESHED}", f"X-PUBLISHED-TTL:{REFRESHED}"]
    days = sorted(event.begins.date() for event in events)
    if days:
        lines += _zone(zone, days[0], days[-1])
    for event in events:
        lines += _event(event, zone, now)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def escaped(text: str) -> str:
    """A text as a value (section 3.3.11); control characters, which no value may have, become spaces."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(letter if letter >= " " and letter != "\x7f" else " " for letter in text)


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, none of which cuts a letter in two."""
    pieces, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LINE:
            pieces.append("")
            size = 1  # the space that begins the next piece
        pieces[-1] += letter
        size += octets
    return "\r\n ".join(pieces)


def _event(event: Event, zone: str, now: datetime) -> Iterator[str]:
    ends = (event.begins.astimezone(UTC) + timedelta(minutes=event.minutes)).astimezone(event.begins.tzinfo)
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{now.astimezone(UTC):{WALL}}Z"
    if event.revision is not None:
        yield f"SEQUENCE:{event.revision}"
    yield f"DTSTART;TZID={zone}:{event.begins:{WALL}}"
    yield f"DTEND;TZID={zone}:{ends:{WALL}}"
    yield f"SUMMARY:{escaped(event.title)}"
    if event.place:
        yield f"LOCATION:{escaped(event.place)}"
    if event.note:
        yield f"DESCRIPTION:{escaped(event.note)}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _zone(name: str, since: date, until: date) -> Iterator[str]:
    """The zone as it is in these days. A visit is wall time: a phone that knows the name may know a newer law."""
    zone = ZoneInfo(name)
    at = datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(days=1)
    end = datetime(until.year, until.month, until.day, tzinfo=UTC) + timedelta(days=2)
    offset = _offset(at, zone)
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{name}"
    yield from _observance("19700101T000000", offset, offset, at, zone)
    while at < end:
        later = at + timedelta(days=1)
        if _offset(later, zone) != offset:
            change = _change(at, later, zone)
            before, offset = offset, _offset(later, zone)
            local = change.astimezone(timezone(before))
            yield from _observance(f"{local:{WALL}}", before, offset, later, zone)
        at = later
    yield "END:VTIMEZONE"


def _observance(starts: str, before: timedelta, after: timedelta, at: datetime, zone: tzinfo) -> Iterator[str]:
    kind = "DAYLIGHT" if at.astimezone(zone).dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{starts}"
    yield f"TZOFFSETFROM:{_written(before)}"
    yield f"TZOFFSETTO:{_written(after)}"
    yield f"END:{kind}"


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The minute at which the zone's offset changes between the two."""
    minutes = range(int((after - before).total_seconds()) // 60 + 1)
    old = _offset(before, zone)
    return next(at for n in minutes if _offset(at := before + timedelta(minutes=n), zone) != old)


def _offset(at: datetime, zone: tzinfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _written(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{rest:02}"
