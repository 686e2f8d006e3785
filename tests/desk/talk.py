"""Events and readings for the desk's tests, said in one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from chalicelib.desk.decide import decide
from chalicelib.desk.diary import Diary, Entry, Page, Wanted, minute
from chalicelib.desk.effects import Decision, Reply, SetTimer, Wake
from chalicelib.desk.events import Blocked, Event, Pressed, Rang, Said, conversation_id
from chalicelib.desk.values import Alarm, Choice, Consent, Conversation, Reading, Request, Slot, Visit, Wish
from chalicelib.readers import choices
from chalicelib.regulation.schema import Rules
from tests.engine.world import demo, shipped

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
HER = "700000001"
NEWCOMER = Conversation(conversation_id("telegram", HER), "telegram", HER)
AGREED = Consent("1.0", NOW, "telegram", "telegram:0", given=True)
TOMORROW = Wish(date(2026, 11, 23), time(17), time(17))
SERVICES = tuple(Choice(f"service:{service.id}", service.title) for service in demo().business.services)


def said(text: str, intent: str = "booking", confidence: float = 0.9, **known: Any) -> Said:
    """What she wrote, understood as is told; only a choice of what was offered is heard in the words themselves."""
    heard = choices.heard(text)
    reading = Reading(intent, confidence, **{"choice": heard.pick, "minutes": heard.minutes, **known})
    return Said(f"telegram:{abs(hash(text)) % 10**6}", NOW, "telegram", HER, text, reading=reading)


def pressed(choice: str) -> Pressed:
    return Pressed(f"telegram:{choice}", NOW, "telegram", HER, choice, receipt="r1")


def at_the_desk(**state: Any) -> Conversation:
    """A client who was greeted and has agreed."""
    known = {"stage": "qualifying", "consent": AGREED, "seen": NOW, **state}
    return replace(NEWCOMER, **known)


def turn(before: Conversation, event: Event) -> Decision:
    return decide(before, event, demo(), NOW)


def booking_turn(
    before: Conversation, event: Event, pages: Iterable[Page] = (), now: datetime = NOW, rules: Rules | None = None
) -> Decision:
    """A turn at a desk that books times, with a diary to look into."""
    there = {(page.date, page.who): page for page in pages}
    event, diary = replace(event, at=now), None
    for _ in range(3):
        try:
            return decide(before, event, rules or shipped(), now, diary)
        except Wanted as wanted:
            diary = Diary(wanted.since, wanted.until, there)
    return decide(before, event, rules or shipped(), now, diary)


def slot(hour: str, service: str = "manicure", master: str = "anna", minutes: int = 90, **known: Any) -> Slot:
    at = datetime.fromisoformat(hour)
    return Slot(service, at.date(), at.time(), minutes, 0, (master,), **{"seen": (0,), **known})


def visit(hour: str, entry: str = "her-visit", **known: Any) -> Visit:
    of_slot = {name: known.pop(name) for name in ("service", "master", "minutes") if name in known}
    made = Visit(entry, slot(hour, **of_slot), "Анна", "+79000000001", NEWCOMER.id, lead="lead")
    return replace(made, **known)


def page_of(*taken: Visit | Entry, day: date | None = None, who: str = "anna") -> Page:
    """A master's day with visits or entries on it."""
    entries = [one if isinstance(one, Entry) else _entry(one) for one in taken]
    days = [one.slot.date for one in taken if isinstance(one, Visit)]
    return Page(who, day or days[0], len(entries), tuple(sorted(entries, key=lambda entry: entry.start)))


def _entry(made: Visit) -> Entry:
    start = minute(made.slot.start)
    return Entry(made.id, start, start + made.slot.minutes + made.slot.buffer)


def with_visits(*visits: Visit, **state: Any) -> Conversation:
    """A client whose request has become these visits."""
    last = visits[-1]
    wish = Wish(last.slot.date, last.slot.start, last.slot.start)
    request = Request(last.slot.service, wish, last.name, last.phone)
    return at_the_desk(**{"stage": "lead", "lead": "lead", "request": request, "visits": visits, **state})


def texts(decision: Decision) -> list[str]:
    return [effect.text for effect in decision.effects if isinstance(effect, Reply)]


def kinds(decision: Decision) -> list[str]:
    return [effect.kind for effect in decision.effects]


def alarm(decision: Decision) -> Alarm:
    """Who is called since this decision."""
    assert decision.conversation.alarm is not None
    return decision.conversation.alarm


def only(decision: Decision, kind: type) -> Any:
    (found,) = [effect for effect in decision.effects if isinstance(effect, kind)]
    return found


__all__ = [
    "AGREED", "HER", "NEWCOMER", "NOW", "SERVICES", "TOMORROW", "Blocked", "Rang", "Reply", "Request", "SetTimer",
    "Wake", "Wish", "at_the_desk", "booking_turn", "demo", "kinds", "only", "page_of", "pressed", "said", "shipped",
    "slot", "texts", "turn", "visit", "with_visits",
]  # fmt: skip
