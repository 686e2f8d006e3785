"""How values stand in the client's table, and the conditions under which they may be written.

pk                   sk               holds
stack                current          pack (number), before (the pack in force before it), ahead_seconds (a laptop's
                                      wound clock), swaps (what colleagues have agreed about the rota), swapped (how
                                      often that was changed)
stack                pack#<n>         rules, published
stack                spent#<date>     tokens the language model used on that day, expires
conversation#<id>    state            body, version, expires
conversation#<id>    event#<key>      a turn: effects, because, pack, version, at, reader, private, done, finished,
                                      expires; of a private turn that is finished the effects are gone
conversation#<id>    event#<key>      a bubble that was answered by the turn of another: joined_to, finished, expires
consent#<id>         <at>#<event>     proof of consent, of the conversation <id>: version, at, channel, event, given;
                                      never changed, never expires
person#<hash>        state            name, conversation: who is known by the phone of this SHA-256
person#<hash>        reach#<channel>#<conversation>
                                      a conversation in which the owner of that phone has agreed, and whose channel
                                      vouches that the phone is hers
lead#<id>            state            body, crm_id, entered
timers               <due>#<token>    conversation, timer, token, at
diary                <date>#<who>     a day of a master or a chair: version, entries (of each visit or hold its minutes:
                                      600-690; of a hold its end too: 600-690-<epoch seconds>), expires
visit#<id>           state            body, expires. When it is, its entry in the diary says: the visits of a day are
                                      those of the entries on its pages, so a visit that moves leaves nothing behind
visit#<id>           calendar         how it stands in the calendar outside: body, expires
waiting              <since>#<id>     a line of the waiting list: body, expires
open                 <conversation>   somebody is called to it, has taken it or has promised something in: body, expires
watch                book             what the watch remembers from look to look: body
watch                heard#<channel>  at: when somebody last wrote there
page#<pager>:<id>    <conversation>   for which alarm a machine called a colleague: body, expires
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

from chalicelib import records
from chalicelib.desk.agreed import UNCHANGED, Swaps
from chalicelib.desk.diary import Change, Entry, Page
from chalicelib.desk.effects import SetTimer
from chalicelib.desk.values import Consent, Conversation, Reach, Visit, Waits
from chalicelib.ports import DueTimer, Open, Paged, Placed, Turn

if TYPE_CHECKING:
    from chalicelib.desk.events import Timer

Item = dict[str, Any]
"""A row in DynamoDB's notation: ``{"pk": {"S": "stack"}, ...}``."""

KEPT = timedelta(days=8)
"""How long an event is known again: WhatsApp repeats a webhook for up to 7 days."""
PRIVATE_KEPT = timedelta(hours=1)
"""How long what is said to somebody without consent may stand unperformed (DP-001: a draft lives an hour)."""
SPENT_KEPT = timedelta(days=3)
DIARY_KEPT = timedelta(days=400)
"""How long a day of the diary and its visits stay after it."""
DIARY = "diary"
WAITING = "waiting"
OPEN = "open"
WATCH = "watch"
HEARD = "heard#"


# Keys


def key(pk: str, sk: str) -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def ids(row: Item) -> tuple[str, str]:
    """What a row is known by."""
    return row["pk"]["S"], row["sk"]["S"]


CURRENT = key("stack", "current")


PACKS = "pack#"


def pack_key(number: int) -> Item:
    return key("stack", f"{PACKS}{number}")


def published(row: Item) -> tuple[int, datetime]:
    """The number of a pack and when it was stored."""
    return int(row["sk"]["S"].removeprefix(PACKS)), datetime.fromisoformat(text(row, "published"))


def spent_key(day: date) -> Item:
    return key("stack", f"spent#{day.isoformat()}")


def person_key(phone: str) -> Item:
    return key(reaches_of(phone), "state")


def reaches_of(phone: str) -> str:
    """The partition of a phone, by a hash: a key stands in metrics and error messages where a phone must not."""
    return f"person#{hashlib.sha256(phone.encode()).hexdigest()}"


REACHES = "reach#", "reach#~"
"""Between these are the sort keys of where somebody can be written to."""


def reach_key(reach: Reach) -> Item:
    return key(reaches_of(reach.phone), f"reach#{reach.channel}#{reach.conversation}")


def reach(phone: str, row: Item) -> Reach:
    _, channel, conversation = row["sk"]["S"].split("#")
    return Reach(phone, channel, conversation)


def consents_of(conversation: str) -> str:
    """The partition that holds the proofs of one conversation."""
    return f"consent#{conversation}"


def state_key(conversation: str) -> Item:
    return key(f"conversation#{conversation}", "state")


def turn_key(conversation: str, event: str) -> Item:
    return key(f"conversation#{conversation}", f"event#{event}")


def lead_key(lead: str) -> Item:
    return key(f"lead#{lead}", "state")


def timer_key(at: datetime, token: str) -> Item:
    return key("timers", f"{due(at)}#{token}")


def page_key(who: str, day: date) -> Item:
    return key(DIARY, f"{day.isoformat()}#{who}")


def visit_key(visit: str) -> Item:
    return key(f"visit#{visit}", "state")


def placed_key(visit: str) -> Item:
    return key(f"visit#{visit}", "calendar")


def waiting_key(line: Waits) -> Item:
    return key(WAITING, f"{due(line.since)}#{line.id}")


def open_key(conversation: str) -> Item:
    return key(OPEN, conversation)


WATCHBOOK = key(WATCH, "book")


def heard_key(channel: str) -> Item:
    return key(WATCH, f"{HEARD}{channel}")


def paged_of(pager: str, page: str) -> str:
    """The partition that holds for what one call was made."""
    return f"page#{pager}:{page}"


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
    row = turn_key(conversation.id, turn.event) | {
        "effects": {"S": records.dump(turn.effects)},
        "because": {"S": records.dump(turn.because)},
        "pack": {"N": str(turn.pack)},
        "version": {"N": str(conversation.version)},
        "at": {"S": now.isoformat()},
        "finished": {"BOOL": turn.finished},
        "expires": epoch(now + (PRIVATE_KEPT if turn.private else KEPT)),
    }
    # Only what is there: an empty text and a «no» cost bytes in every turn.
    reader = {"reader": {"S": turn.reader}} if turn.reader else {}
    private = {"private": {"BOOL": True}} if turn.private else {}
    return row | reader | private


def joined_rows(conversation: Conversation, turn: Turn, now: datetime) -> list[Item]:
    """The bubbles this turn answers besides its own event: each is known again, and there is nothing to do for it."""
    return [
        turn_key(conversation.id, event)
        | {"joined_to": {"S": turn.event}, "finished": {"BOOL": True}, "expires": epoch(now + KEPT)}
        for event in dict.fromkeys(turn.joined)
        if event != turn.event
    ]


def consent_row(conversation: str, consent: Consent) -> Item:
    return key(consents_of(conversation), f"{due(consent.at)}#{consent.event}") | {
        "version": {"S": consent.version},
        "at": {"S": consent.at.isoformat()},
        "channel": {"S": consent.channel},
        "event": {"S": consent.event},
        "given": {"BOOL": consent.given},
    }


def consent(row: Item) -> Consent:
    return Consent(
        version=text(row, "version"),
        at=datetime.fromisoformat(text(row, "at")),
        channel=text(row, "channel"),
        event=text(row, "event"),
        given=row["given"]["BOOL"],
    )


def person_row(conversation: str, phone: str, name: str) -> Item:
    return person_key(phone) | {"name": {"S": name}, "conversation": {"S": conversation}}


def open_row(line: Open, forget_at: datetime | None) -> Item:
    """It goes with its conversation."""
    row = open_key(line.conversation) | {"body": {"S": records.dump(line)}}
    return row | {"expires": epoch(forget_at)} if forget_at else row


def paged_row(pager: str, page: str, paged: Paged, now: datetime) -> Item:
    return key(paged_of(pager, page), paged.conversation) | {
        "body": {"S": records.dump(paged)},
        "expires": epoch(now + KEPT),
    }


def spent_until(day: date) -> Item:
    """When what was used on a day is no longer of interest."""
    return epoch(datetime.combine(day, time(), UTC) + SPENT_KEPT)


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


def page_row(change: Change) -> Item:
    """A page on which nothing was ever written, after the change."""
    return page_key(change.who, change.date) | {
        "version": {"N": "1"},
        "entries": {"M": {entry.id: minutes(entry) for entry in change.add}},
        "expires": kept_until(change.date),
    }


def minutes(entry: Entry) -> Item:
    """Which minutes of its page an entry takes, and until when."""
    until = [epoch(entry.until)["N"]] if entry.until else []
    return {"S": "-".join([str(entry.start), str(entry.end), *until])}


def page(row: Item) -> Page:
    day, _, who = row["sk"]["S"].partition("#")
    entries = [_entry(name, written["S"]) for name, written in row["entries"]["M"].items()]
    entries.sort(key=lambda entry: (entry.start, entry.id))
    return Page(who, date.fromisoformat(day), number(row, "version"), tuple(entries))


def _entry(name: str, written: str) -> Entry:
    start, end, *until = map(int, written.split("-"))
    return Entry(name, start, end, datetime.fromtimestamp(until[0], UTC) if until else None)


def visit_row(visit: Visit) -> Item:
    return visit_key(visit.id) | {"body": {"S": records.dump(visit)}, "expires": kept_until(visit.slot.date)}


def placed_row(visit: str, placed: Placed) -> Item:
    return placed_key(visit) | {"body": {"S": records.dump(placed)}, "expires": epoch(placed.until + DIARY_KEPT)}


def waiting_row(line: Waits) -> Item:
    until = line.wish.date or line.wish.until or line.wish.since or line.since.date()
    return waiting_key(line) | {"body": {"S": records.dump(line)}, "expires": kept_until(until)}


def kept_until(day: date) -> Item:
    return epoch(datetime.combine(day, time(), UTC) + DIARY_KEPT)


def turn(event: str, row: Item) -> Turn:
    """Effects and reasons are missing where they were dropped, and where another event's turn has them."""
    return Turn(
        event=event,
        effects=records.load_effects(text(row, "effects")) if "effects" in row else (),
        because=tuple(json.loads(text(row, "because"))) if "because" in row else (),
        pack=number(row, "pack"),
        done=frozenset(map(int, row.get("done", {}).get("NS", ()))),
        finished=row.get("finished", {}).get("BOOL", False),
        reader=text(row, "reader"),
        private=row.get("private", {}).get("BOOL", False),
    )


def same_turn(stored: Item | None, own: Item) -> bool:
    """Our own write: the decision and its moment are the same, whatever was performed or dropped of it since."""
    if stored is None:
        return False
    told = own.keys() - {"done", "finished", "expires"} - ({"effects"} - stored.keys())
    return all(stored.get(name) == own[name] for name in told)


def due_timer(row: Item) -> DueTimer:
    return DueTimer(
        conversation=text(row, "conversation"),
        timer=cast("Timer", text(row, "timer")),
        token=text(row, "token"),
        at=datetime.fromisoformat(text(row, "at")),
    )


def changed(change: Change) -> tuple[str, str, Item, Item]:
    """How a page that was written before changes: the update, its condition, the names and values of both."""
    added = {entry.id for entry in change.add}
    dropped = [entry for entry in change.remove if entry not in added]
    update = "SET #version = #version + :one"
    update += "".join(f", #entries.#add{place} = :add{place}" for place in range(len(change.add)))
    update += " REMOVE " * bool(dropped) + ", ".join(f"#entries.#drop{place}" for place in range(len(dropped)))
    condition, names, values = held(change)
    names |= {"#version": "version"} | ({"#entries": "entries"} if added or dropped else {})
    names |= {f"#add{place}": entry.id for place, entry in enumerate(change.add)}
    names |= {f"#drop{place}": entry for place, entry in enumerate(dropped)}
    values |= {":one": {"N": "1"}} | {f":add{place}": minutes(entry) for place, entry in enumerate(change.add)}
    return update, condition, names, values


def held(change: Change) -> tuple[str, Item, Item]:
    """The condition under which a change of the diary holds: what it demands of its page."""
    names: Item = {}
    values: Item = {}
    conditions = []
    if change.before:
        conditions.append("#version = :before")
        names["#version"], values[":before"] = "version", {"N": str(change.before)}
    else:
        conditions.append("attribute_exists(#pk)" if change.before is None else "attribute_not_exists(#pk)")
        names["#pk"] = "pk"
    for place, entry in enumerate(change.standing):
        conditions.append(f"attribute_exists(#entries.#stands{place})")
        names["#entries"], names[f"#stands{place}"] = "entries", entry
    return " AND ".join(conditions), names, values


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


def swaps(current: Item) -> Swaps:
    """What colleagues have agreed about the rota."""
    return records.load(Swaps, text(current, "swaps")) if "swaps" in current else UNCHANGED


def swapped(after: Swaps) -> tuple[str, str, Item, Item]:
    """How that changes: the update, its condition, the names and values of both. ``after.version`` is the one that was
    seen."""
    written = replace(after, version=after.version + 1)
    values: Item = {":swaps": {"S": records.dump(written)}, ":swapped": {"N": str(written.version)}}
    condition = "attribute_not_exists(#swapped)"
    if after.version:
        condition, values[":seen"] = "#swapped = :seen", {"N": str(after.version)}
    update = "SET #swaps = :swaps, #swapped = :swapped"
    return update, condition, {"#swaps": "swaps", "#swapped": "swapped"}, values


def epoch(at: datetime) -> Item:
    """Whole seconds, as DynamoDB's time to live wants them."""
    return {"N": str(int(at.timestamp()))}


def text(row: Item, name: str) -> str:
    return str(row.get(name, {}).get("S", ""))


def number(row: Item, name: str) -> int:
    return int(row.get(name, {}).get("N", "0"))
