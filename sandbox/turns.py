"""Which turn of the stack is behind what the phones show, and which layer understood it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.cloud import Seen, Turn
from sandbox.state import BY_HAND, Message

READERS = {
    "button": "кнопка",
    "choice": "выбор из предложенного",
    "phrases": "фразы регламента",
    "gpt": "GPT",
    "voice": "голос",
}
"""The layers that understand a message, cheapest first; what is behind a voice message was heard before it was read."""

SOON = timedelta(minutes=1)
"""Within this time after its turn a reply is usually out."""

Said = tuple[str, Turn]
"""A text the desk said and the turn in which it decided to."""


def answers(messages: Sequence[Message], said: Sequence[Said], turns: Sequence[Turn]) -> dict[str, Turn]:
    """The turn behind every bot message, by its id: bubbles and decided replies matched by text, in order.

    A reply cut into several bubbles is matched by its parts, one with its choices added as text by its beginning. What
    matches nothing belongs to the turn just before it, if the effects of that one are forgotten.
    """
    found: dict[str, Turn] = {}
    place = 0
    for message in messages:
        if message.sender == "bot" and message.kind != BY_HAND:
            match = next((n for n in range(place, len(said)) if _same(message.text, said[n][0])), None)
            if match is not None:
                found[message.id] = said[match][1]
                place = match + 1 if message.text == said[match][0].strip() else match
            elif (turn := _forgotten(message, turns)) is not None:
                found[message.id] = turn
    return found


def _forgotten(message: Message, turns: Sequence[Turn]) -> Turn | None:
    """The turn just before this message, if nothing says any more what it did."""
    at = datetime.fromisoformat(message.at)
    before = [turn for turn in turns if turn.at and not turn.joined_to and datetime.fromisoformat(turn.at) <= at]
    last = max(before, key=lambda turn: (turn.at, turn.version), default=None)
    if last is None or last.effects or at - datetime.fromisoformat(last.at) > SOON:
        return None
    return last


def questions(events: Mapping[str, str], turns: Sequence[Turn]) -> dict[str, Turn]:
    """The turn that answers a client's message, by its id; of bubbles answered together it is the same one."""
    by_event = {turn.event: turn for turn in turns}
    found = {}
    for message, event in events.items():
        turn = by_event.get(event)
        if turn is not None:
            found[message] = by_event.get(turn.joined_to, replace(turn, event=turn.joined_to or turn.event))
    return found


def shares(seen: Seen) -> list[dict[str, Any]]:
    """How many messages each layer understood, in the conversations on the page."""
    used = Counter(turn.reader for talk in seen.talks.values() for turn in talk.turns if turn.reader)
    known = [*READERS, *sorted(set(used) - set(READERS))]
    return [{"id": reader, "title": READERS.get(reader, reader), "count": used[reader]} for reader in known]


def _same(shown: str, text: str) -> bool:
    text = text.strip()
    return shown == text or (len(shown) > 1 and shown in text) or (bool(text) and shown.startswith(text))


def said_in(seen: Seen) -> dict[tuple[str, str], list[Said]]:
    """Everything the desk decided to say, by (channel, address), oldest first: replies and calls for a colleague."""
    turns = sorted((turn for talk in seen.talks.values() for turn in talk.turns), key=lambda turn: turn.at)
    said: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for turn in turns:
        for effect in turn.effects:
            if effect.get("kind") in ("reply", "wake"):
                said[effect["channel"], effect["address"]].append((effect["text"], turn))
    return said
