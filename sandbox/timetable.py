"""The day as a timetable: who works when, who comes to whom, which times are held, and who waits for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal

from chalicelib.desk import free
from chalicelib.desk.diary import Entry, Page, minute
from chalicelib.desk.values import Visit, Waits, Wish
from chalicelib.regulation.schema import Rules
from sandbox.cloud import Seen

DEEDS: Mapping[str, Literal["visited", "no_show", "cancelled"]] = {
    "came": "visited",
    "no_show": "no_show",
    "cancel": "cancelled",
}
"""What the page's buttons say of a visit."""
SHUT = (10 * 60, 18 * 60)
"""The hours that are drawn of a day on which nobody works."""
Names = Mapping[str, str]
"""Clients of the page by their conversations."""


def timetable(seen: Seen, rules: Rules, day: date, now: datetime, names: Names) -> dict[str, Any]:
    """One day of every master as JSON; minutes are counted from midnight, in the business's zone."""
    masters = [_master(seen, rules, who, day, now, names) for who in _masters(rules)]
    minutes = [edge for one in masters for span in one["working"] for edge in span]
    minutes += [edge for one in masters for entry in one["entries"] for edge in (entry["start"], entry["end"])]
    return {
        "date": day.isoformat(),
        "today": free.today(rules, now).isoformat(),
        "since": min(minutes, default=SHUT[0]) // 60 * 60,
        "until": -(-max(minutes, default=SHUT[1]) // 60) * 60,
        "masters": masters,
        "waiting": [_waits(line, rules, names) for line in seen.waiting],
    }


def possible(visit: Visit, rules: Rules, now: datetime) -> list[str]:
    """Which deeds make sense: she comes on the day of her visit, is missed when it has begun, and what is over cannot
    be called off."""
    if visit.state == "cancelled":
        return []
    came = visit.slot.date <= free.today(rules, now) and visit.state != "visited"
    missed = free.begins(visit.slot, rules) <= now and visit.state != "no_show"
    ahead = free.ends(visit.slot, rules) > now and visit.stands
    return [deed for deed, makes_sense in zip(DEEDS, (came, missed, ahead), strict=True) if makes_sense]


def _masters(rules: Rules) -> list[str]:
    needed = {who for service in rules.business.services for who in (*service.masters, *service.together)}
    return [person.id for person in rules.business.staff if person.id in needed]


def _master(seen: Seen, rules: Rules, who: str, day: date, now: datetime, names: Names) -> dict[str, Any]:
    working = free.working(rules.business, [who], day)
    person = rules.business.colleague(who)
    page = seen.pages.get((day, who)) or Page(who, day)
    return {
        "id": who,
        "name": person.name if person else who,
        "role": person.role if person else "",
        "working": working,
        "breaks": [(ends, begins) for (_, ends), (begins, _) in pairwise(working)],
        "entries": [_entry(seen, rules, entry, now, names) for entry in page.entries if entry.stands(now)],
    }


def _entry(seen: Seen, rules: Rules, entry: Entry, now: datetime, names: Names) -> dict[str, Any]:
    shown = {"id": entry.id, "start": entry.start, "end": entry.end}
    if entry.until:
        return {**shown, "kind": "hold", "until": entry.until.isoformat(), **_held(seen, rules, entry.id, names)}
    visit = seen.visits.get(entry.id)
    if visit is None:
        return {**shown, "kind": "busy"}
    return {
        **shown,
        "end": minute(visit.slot.start) + visit.slot.minutes,
        "buffer": visit.slot.buffer,
        "kind": "visit",
        "state": visit.state,
        "service": _service(rules, visit.slot.service),
        "client": visit.name,
        "phone": visit.phone,
        "besides": [_named(rules, one) for one in visit.slot.takes[1:]],
        "can": possible(visit, rules, now),
    }


def _held(seen: Seen, rules: Rules, entry: str, names: Names) -> dict[str, str]:
    """For whom and for what a time is held, if her conversation is on the page."""
    for conversation, talk in seen.talks.items():
        held = (talk.state or {}).get("hold") or {}
        slots = [held["slot"], *held["slot"].get("then", ())] if held else []
        for number, slot in enumerate(slots):
            if entry == (f"{held['id']}-{number}" if number else held["id"]):
                return {"service": _service(rules, slot["service"]), "client": names.get(conversation, "")}
    return {"service": "", "client": ""}


def _waits(line: Waits, rules: Rules, names: Names) -> dict[str, str]:
    return {
        "id": line.id,
        "service": _service(rules, line.service),
        "client": names.get(line.conversation, ""),
        "wish": _wish(line.wish),
        "since": line.since.isoformat(),
    }


def _wish(wish: Wish) -> str:
    """As she put it where that is kept, else the day and the hours."""
    day = wish.date.strftime("%d.%m") if wish.date else ""
    hours = [f"{hour:%H:%M}" for hour in dict.fromkeys((wish.time_from, wish.time_to)) if hour]
    return wish.words or " ".join(filter(None, (day, "–".join(hours))))


def _service(rules: Rules, service_id: str) -> str:
    service = rules.business.service(service_id)
    return service.title if service else service_id


def _named(rules: Rules, who: str) -> str:
    """A colleague, or a resource with its number (``chair#2``)."""
    person = rules.business.colleague(who)
    resource = rules.business.resource(who.partition("#")[0])
    return person.name if person else resource.title if resource else who


def day_of(told: str | None, rules: Rules, now: datetime) -> date:
    """The day that the page asks for, today by the wound clock if it asks for none. Raises ValueError."""
    return date.fromisoformat(told) if told else free.today(rules, now)
