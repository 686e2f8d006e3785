"""How values stand in the client's table, and the conditions under which they may be written.

pk                   sk               holds
stack                current          pack (number), ahead_seconds (a laptop's wound clock)
stack                pack#<n>         rules
conversation#<id>    state            body, version, expires
conversation#<id>    event#<key>      a turn: effects, because, pack, version, at, done, finished, expires
lead#<id>            state            body, crm_id, entered
timers               <due>#<token>    conversation, timer, token, at
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from chalicelib import records
from chalicelib.desk.effects import SetTimer
from chalicelib.desk.values import Conversation
from chalicelib.ports import DueTimer, Turn

Item = dict[str, Any]
"""A row in DynamoDB's notation: ``{"pk": {"S": "stack"}, ...}``."""

KEPT = timedelta(days=8)
"""How long an event is known again: WhatsApp repeats a webhook for up to 7 days."""


# Keys


def key(pk: str, sk: str) -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def ids(row: Item) -> tuple[str, str]:
    """What a row is known by."""
    return row["pk"]["S"], row["sk"]["S"]


CURRENT = key("stack", "current")


def pack_key(number: int) -> Item:
    return key("stack", f"pack#{number}")


def state_key(conversation: str) -> Item:
    return key(f"conversation#{conversation}", "state")


def turn_key(conversation: str, event: str) -> Item:
    return key(f"conversation#{conversation}", f"event#{event}")


def lead_key(lead: str) -> Item:
    return key(f"lead#{lead}", "state")


def timer_key(at: datetime, token: str) -> Item:
    return key("timers", f"{due(at)}#{token}")


def due(at: datetime) -> str:
    """Of one width and in one zone, so that the table sorts by time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


# Rows


def state_row(conversation: Conversation, forget_at: datetime | None) -> Item:
    row = state_key(conversation.id) | {
        "body": {"S": records.dump(conversation)},
        "version": {"N": str(conversation.version)},
    }
    return row | {"expires": epoch(forget_at)} if forget_at else row


def turn_row(conversation: Conversation, turn: Turn, now: datetime) -> Item:
    return turn_key(conversation.id, turn.event) | {
        "effects": {"S": records.dump(turn.effects)},
        "because": {"S": records.dump(turn.because)},
        "pack": {"N": str(turn.pack)},
        "version": {"N": str(conversation.version)},
        "at": {"S": now.isoformat()},
        "finished": {"BOOL": turn.finished},
        "expires": epoch(now + KEPT),
    }


def timer_rows(turn: Turn) -> list[Item]:
    return [
        timer_key(timer.at, timer.token)
        | {
            "conversation": {"S": timer.conversation},
            "timer": {"S": timer.timer},
            "token": {"S": timer.token},
            "at": {"S": timer.at.astimezone(UTC).isoformat()},
        }
        for timer in turn.effects
        if isinstance(timer, SetTimer)
    ]


def turn(event: str, row: Item) -> Turn:
    return Turn(
        event=event,
        effects=records.load_effects(text(row, "effects")),
        because=tuple(json.loads(text(row, "because"))),
        pack=number(row, "pack"),
        done=frozenset(map(int, row.get("done", {}).get("NS", ()))),
        finished=row.get("finished", {}).get("BOOL", False),
    )


def same_turn(stored: Item | None, own: Item) -> bool:
    """Our own write: the decision and its moment are the same, whatever was performed of it since."""
    told = own.keys() - {"done", "finished"}
    return stored is not None and all(stored.get(name) == own[name] for name in told)


def due_timer(row: Item) -> DueTimer:
    return DueTimer(
        conversation=text(row, "conversation"),
        timer=cast("Literal['silence']", text(row, "timer")),
        token=text(row, "token"),
        at=datetime.fromisoformat(text(row, "at")),
    )


def unchanged(before: int, now: datetime) -> tuple[str, Item, Item]:
    """The condition that nobody wrote a row since it was read at version ``before``; 0 means it was absent."""
    if before:
        return "#version = :before", {"#version": "version"}, {":before": {"N": str(before)}}
    names = {"#pk": "pk", "#expires": "expires"}
    return "attribute_not_exists(#pk) OR #expires < :now", names, {":now": epoch(now)}


def standing(row: Item | None, now: datetime) -> Item | None:
    """The row, unless its time is over."""
    over = row is not None and "expires" in row and number(row, "expires") < int(now.timestamp())
    return None if over else row


def ahead(current: Item) -> timedelta:
    """How far the clock is wound forward."""
    return timedelta(seconds=number(current, "ahead_seconds"))


def epoch(at: datetime) -> Item:
    """Whole seconds, as DynamoDB's time to live wants them."""
    return {"N": str(int(at.timestamp()))}


def text(row: Item, name: str) -> str:
    return str(row.get(name, {}).get("S", ""))


def number(row: Item, name: str) -> int:
    return int(row.get(name, {}).get("N", "0"))
