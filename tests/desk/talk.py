"""Events and readings for the desk's tests, said in one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from chalicelib.desk.decide import decide
from chalicelib.desk.effects import Decision, Reply, SetTimer, Wake
from chalicelib.desk.events import Blocked, Event, Pressed, Rang, Said, conversation_id
from chalicelib.desk.values import Choice, Consent, Conversation, Reading, Request, Wish
from tests.engine.world import demo

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
HER = "700000001"
NEWCOMER = Conversation(conversation_id("telegram", HER), "telegram", HER)
AGREED = Consent("1.0", NOW, "telegram", "telegram:0", given=True)
TOMORROW = Wish(date(2026, 11, 23), time(17), time(17))
SERVICES = tuple(Choice(f"service:{service.id}", service.title) for service in demo().business.services)


def said(text: str, intent: str = "booking", confidence: float = 0.9, **known: Any) -> Said:
    reading = Reading(intent, confidence, **known)
    return Said(f"telegram:{abs(hash(text)) % 10**6}", NOW, "telegram", HER, text, reading=reading)


def pressed(choice: str) -> Pressed:
    return Pressed(f"telegram:{choice}", NOW, "telegram", HER, choice, receipt="r1")


def at_the_desk(**state: Any) -> Conversation:
    """A client who was greeted and has agreed."""
    known = {"stage": "qualifying", "consent": AGREED, "seen": NOW, **state}
    return replace(NEWCOMER, **known)


def turn(before: Conversation, event: Event) -> Decision:
    return decide(before, event, demo(), NOW)


def texts(decision: Decision) -> list[str]:
    return [effect.text for effect in decision.effects if isinstance(effect, Reply)]


def kinds(decision: Decision) -> list[str]:
    return [effect.kind for effect in decision.effects]


def only(decision: Decision, kind: type) -> Any:
    (found,) = [effect for effect in decision.effects if isinstance(effect, kind)]
    return found


__all__ = [
    "AGREED", "HER", "NEWCOMER", "NOW", "SERVICES", "TOMORROW", "Blocked", "Rang", "Reply", "Request", "SetTimer",
    "Wake", "Wish", "at_the_desk", "demo", "kinds", "only", "pressed", "said", "texts", "turn",
]  # fmt: skip
