"""What came of a message: all the desk said, asks and does, as values for other programs and as lines to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib import records
from chalicelib.desk.effects import Reply
from chalicelib.desk.values import Alarm, Conversation, Request, Slot, Visit

if TYPE_CHECKING:
    from datetime import tzinfo

    from chalicelib.desk.effects import Effect
    from chalicelib.ports import Turn
    from infra.tabletop import Tabletop

Line = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """One or several turns. ``replies``: ``{"text", "choices": [{"id", "title"}]}``, with ``from`` where a colleague
    speaks; ``effects``: all others, each with its ``kind``; ``conversation``: what is true afterwards."""

    replies: tuple[Line, ...]
    asks: str | None
    effects: tuple[Line, ...]
    because: tuple[str, ...]
    conversation: Line
    readers: tuple[str, ...] = ()

    def line(self) -> Line:
        """As `nochnik talk --jsonl` writes it."""
        return {
            "replies": list(self.replies),
            "asks": self.asks,
            "effects": list(self.effects),
            "because": list(self.because),
            "conversation": self.conversation,
        }


def outcome(top: Tabletop, conversation: str, turns: Sequence[Turn], said: Sequence[Line] = ()) -> Outcome:
    """What these turns came to. ``said``: what a colleague wrote to the client before."""
    effects = [effect for turn in turns for effect in turn.effects]
    now = top.table.standing(conversation) or Conversation(conversation, "", "")
    to_her = [effect for effect in effects if isinstance(effect, Reply) and effect.address == now.address]
    return Outcome(
        replies=(*said, *(_reply(reply) for reply in to_her)),
        asks=now.asked,
        effects=tuple(_effect(effect) for effect in effects if effect not in to_her),
        because=tuple(clause for turn in turns for clause in turn.because),
        conversation=_state(now, top),
        readers=tuple(turn.reader for turn in turns if turn.reader),
    )


def _reply(reply: Reply) -> Line:
    return {"text": reply.text, "choices": [{"id": choice.id, "title": choice.title} for choice in reply.choices]}


def _effect(effect: Effect) -> Line:
    fields: Line = json.loads(records.dump(effect))
    return {"kind": fields.pop("kind"), **fields}


def _state(now: Conversation, top: Tabletop) -> Line:
    return {
        "stage": now.stage,
        "owner": now.owner,
        "booking": _booking(now, top),
        "visits": [_visit(visit) for visit in now.visits],
        "waits": [line.service for line in now.waits],
        "consent": now.consent.given if now.consent else None,
        "language": now.language,
        "known_as": now.known_as,
        "escalated": list(now.escalated),
        "held": now.held.text if now.held else None,
        "reachable": now.reachable,
        "alarm": _alarm(now.alarm),
        "taken": now.taken.by if now.taken else None,
        "promises": [json.loads(records.dump(promise)) for promise in now.promises],
    }


def _alarm(alarm: Alarm | None) -> Line | None:
    """Who is called, how far the ladder is climbed, and when its next step is."""
    if alarm is None:
        return None
    told: Line = json.loads(records.dump(alarm))
    return {name: told[name] for name in ("id", "reason", "priority", "climbed", "paged", "passed", "due")}


def _booking(now: Conversation, top: Tabletop) -> Line | None:
    """What is known of the visit she wishes; ``lead`` and ``status`` once it stands in the registry."""
    request = now.request
    if request == Request() and not now.lead:
        return None
    told: Line = json.loads(records.dump(request))
    wish = told.pop("wish") or {}
    lead = top.table.leads.get(now.lead or "")
    return {
        "service": told["service"],
        "date": wish.get("date"),
        "since": wish.get("since"),
        "until": wish.get("until"),
        "time_from": _hour(wish.get("time_from")),
        "time_to": _hour(wish.get("time_to")),
        "words": wish.get("words") or None,
        "name": told["name"],
        "phone": told["phone"],
        "lead": lead.id if lead else None,
        "status": lead.status if lead else None,
        "held": _slot(now.hold.slot) if now.hold else None,
    }


def _visit(visit: Visit) -> Line:
    return {"id": visit.id, **_slot(visit.slot), "name": visit.name, "phone": visit.phone, "state": visit.state}


def _slot(slot: Slot) -> Line:
    start = f"{slot.date}T{slot.start:%H:%M}"
    return {"service": slot.service, "master": slot.master, "start": start, "minutes": slot.minutes}


def _hour(written: str | None) -> str | None:
    return written[:5] if written else None


# ---------------------------------------------------------------- as lines to read


def spoken(reply: Mapping[str, Any]) -> Iterator[str]:
    """A reply, its buttons on the last line."""
    yield from reply["text"].splitlines()
    if reply["choices"]:
        yield " ".join(f"[{choice['title']}]" for choice in reply["choices"])


def done(effect: Mapping[str, Any], zone: tzinfo) -> Iterator[str]:
    """What happens besides, in the words of the engineers' page."""
    match effect["kind"]:
        case "wake":
            first, *rest = effect["text"].splitlines()
            yield f"→ {effect['colleague']} ({effect['reason']}): {first}"
            yield from (f"    {line}".rstrip() for line in rest)
        case "deliver_lead":
            lead = effect["lead"]
            told = ("service", "preferred_time", "client_name", "contact")
            yield "→ CRM: " + " | ".join(lead[name] or "—" for name in told)
        case "set_timer":
            yield f"→ timer {effect['timer']} at {_local(effect['at'], zone)}"
        case kind:
            rest = {name: value for name, value in effect.items() if name != "kind"}
            yield f"→ {kind} {json.dumps(rest, ensure_ascii=False)}"


def _local(written: str, zone: tzinfo) -> str:
    return datetime.fromisoformat(written).astimezone(zone).strftime("%H:%M")
