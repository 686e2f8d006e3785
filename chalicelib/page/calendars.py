"""Calendars to look into from outside: a master's day in her phone, a client's visit in hers. Whoever knows the address
may read, so an address cannot be guessed, and says no more than its reader needs."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.desk import free
from chalicelib.page import ics

if TYPE_CHECKING:
    from chalicelib.desk.values import Visit
    from chalicelib.ports import Memory, Safe
    from chalicelib.regulation.schema import Colleague, Rules

Kind = Literal["master", "visit"]
PROVIDER, SECRET = "calendar", "secret"
"""Where the key is kept, not the key."""
BACK = timedelta(days=7)
"""So long a visit that is over stays in a master's calendar."""
DIGITS = 32
"""Of the address that cannot be guessed: 128 bits."""


@dataclass(frozen=True)
class Calendars:
    """What the calendars need. ``clock`` is the real time."""

    memory: Memory
    secrets: Safe
    clock: Callable[[], datetime]


def address(key: str, kind: Kind, whose: str) -> str:
    """The path below the stack's address: of a master (by her id) or of one visit (by its id)."""
    folder = "calendar" if kind == "master" else "visits"
    return f"/{folder}/{whose}-{_proof(key, kind, whose)}.ics"


def feed(name: str, calendars: Calendars) -> str | None:
    """`GET /calendar/<name>`: a master's visits from a week ago to the last day that can be booked. None where the
    address is not right, or she does not work here any more. Raises `Unavailable`."""
    whose = _proved(name, "master", calendars)
    rules = _rules(calendars) if whose else None
    master = rules.business.colleague(whose) if rules else None
    if rules is None or master is None:
        return None
    now = calendars.clock() + calendars.memory.ahead()
    since, until = free.today(rules, now) - BACK, free.last_day(rules, now)
    events = [_for_master(visit, rules) for visit in calendars.memory.visits(since, until, master.id)]
    return ics.calendar(events, rules.business.zone, now, f"{rules.business.name}: {master.name}")


def visit(name: str, calendars: Calendars) -> str | None:
    """`GET /visits/<name>`: one visit for her who comes, a cancelled one as cancelled. None where the address is not
    right, or the visit is forgotten. Raises `Unavailable`."""
    which = _proved(name, "visit", calendars)
    found = calendars.memory.visit(which) if which else None
    rules = _rules(calendars) if found else None
    if rules is None or found is None:
        return None
    now = calendars.clock() + calendars.memory.ahead()
    return ics.calendar([_for_client(found, rules, now)], rules.business.zone, now)


def _for_master(visit: Visit, rules: Rules) -> ics.Event:
    """Service, time, and the first name only: a phone's calendar is copied to clouds abroad, and lies about."""
    title = ", ".join(filter(None, (_service(visit, rules), visit.name.partition(" ")[0])))
    begins = free.begins(visit.slot, rules)
    return ics.Event(_uid(visit), begins, visit.slot.minutes, title, cancelled=visit.state == "cancelled")


def _for_client(visit: Visit, rules: Rules, now: datetime) -> ics.Event:
    business, master = rules.business, rules.business.colleague(visit.slot.master)
    return ics.Event(
        _uid(visit),
        free.begins(visit.slot, rules),
        visit.slot.minutes,
        title=f"{_service(visit, rules)}, {business.name}",
        place=business.address,
        note=", ".join(filter(None, (_name(master), business.phone))),
        cancelled=visit.state == "cancelled",
        # A visit counts no changes of its own. The minute in which a copy was made grows like one: what is fetched
        # later replaces what was fetched before.
        revision=int(now.timestamp()) // 60,
    )


def _uid(visit: Visit) -> str:
    return f"{visit.id}@nochnik"


def _service(visit: Visit, rules: Rules) -> str:
    service = rules.business.service(visit.slot.service)
    return service.title if service else visit.slot.service


def _name(master: Colleague | None) -> str:
    return master.name if master else ""


def _rules(calendars: Calendars) -> Rules | None:
    number = calendars.memory.current_pack()
    return calendars.memory.pack(number) if number else None


def _proved(name: str, kind: Kind, calendars: Calendars) -> str:
    """Whose calendar this address opens, empty when nobody's."""
    whose, _, proof = name.removesuffix(".ics").rpartition("-")
    key = calendars.secrets.get(PROVIDER, [SECRET]).get(SECRET)
    if not key or not whose:
        return ""
    return whose if hmac.compare_digest(_proof(key, kind, whose).encode(), proof.encode(errors="replace")) else ""


def _proof(key: str, kind: Kind, whose: str) -> str:
    return hmac.new(key.encode(), f"{kind}:{whose}".encode(), "sha256").hexdigest()[:DIGITS]
