"""One turn: load, decide, save, perform. A turn that dies is finished by its redelivery, never decided twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib import records
from chalicelib.desk import consent
from chalicelib.desk.decide import decide
from chalicelib.desk.effects import Acknowledge, DeliverLead, Reply, SetTimer, Wake
from chalicelib.desk.events import Blocked, FromClient, Rang, Said, Unsent, conversation_of
from chalicelib.desk.values import Conversation
from chalicelib.errors import Refused, Unavailable, Unreachable
from chalicelib.log import log
from chalicelib.perform import REPEATABLE, perform
from chalicelib.ports import Changed, DueTimer, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chalicelib.desk.effects import Decision, Effect
    from chalicelib.desk.events import Event
    from chalicelib.office import Office
    from chalicelib.ports import Job, Loaded
    from chalicelib.regulation.schema import Rules

RETRY_SECONDS = (1, 3, 10, 30, 120, 300)
"""How long a reply waits after each failed try. After the last one a person is told: a reply an hour late is none."""
ORDER = (Acknowledge, SetTimer, DeliverLead, Reply, Wake)
"""What may be repeated goes first, so that "your request is accepted" is said when the queue has it."""
RIVALS = 5
LONGEST_FAULT_SECONDS = 15
"""A fault of ours seldom goes away by itself: its message is a dead letter, and the alarm on, within two minutes."""


def converse(jobs: Sequence[Job], office: Office) -> list[str]:
    """Work on inbox messages; return the ids of those that come back later, in order within a conversation."""
    later: list[str] = []
    held: set[str] = set()
    for job in jobs:
        if job.group in held or not _worked(job, office):
            held.add(job.group)
            later.append(job.id)
    return later


def _worked(job: Job, office: Office) -> bool:
    last = job.tries > len(RETRY_SECONDS)
    try:
        turn(records.load_event(job.body), office, last=last)
    except Unavailable as busy:
        seconds = busy.retry_after or RETRY_SECONDS[min(job.tries, len(RETRY_SECONDS)) - 1]
        log("turn_later", conversation=job.group, tries=job.tries, seconds=seconds, why=str(busy))
        office.post.delay(job, seconds)
        return False
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not stop the other conversations
        log("turn_failed", level="ERROR", conversation=job.group, tries=job.tries, error=type(error).__name__)
        office.post.delay(job, min(2**job.tries, LONGEST_FAULT_SECONDS))
        return False
    return True


def turn(event: Event, office: Office, *, last: bool = False) -> None:
    """One event of one conversation. ``last``: no further try will come, so what cannot be said goes to a person.

    Raises `Unavailable` when an effect has to wait; what was performed is remembered.
    """
    conversation = conversation_of(event)
    loaded = office.memory.load(conversation, event.key)
    decided = loaded.turn or _decide_and_save(event, conversation, loaded, office)
    if not decided.finished:
        _perform_all(decided, conversation, loaded, office, last=last)


def _decide_and_save(event: Event, conversation: str, loaded: Loaded, office: Office) -> Turn:
    for _ in range(RIVALS):
        now = office.clock() + loaded.ahead
        rules = office.memory.pack(loaded.pack)
        before = _known(event, conversation, loaded.conversation)
        decision = decide(before, _read(event, before, rules, now, office), rules, now)
        decided = Turn(event.key, _in_order(decision), decision.because, loaded.pack)
        try:
            _save(event, before, decision, decided, rules, now, office)
        except Changed:  # another worker was here first: see what it did
            loaded = office.memory.load(conversation, event.key)
            if loaded.turn:
                return loaded.turn
        else:
            log("decided", conversation=conversation, kind=event.kind, effects=[e.kind for e in decided.effects])
            return decided
    raise Unavailable("the conversation is changed by others all the time")


def _save(
    event: Event, before: Conversation, decision: Decision, decided: Turn, rules: Rules, now: datetime, office: Office
) -> None:
    after = replace(decision.conversation, version=before.version + 1)
    rang = DueTimer(event.conversation, event.timer, event.token, event.at) if isinstance(event, Rang) else None
    office.memory.save(before.version, after, decided, now, consent.forget_at(after, rules, now), rang)


def _known(event: Event, conversation: str, before: Conversation | None) -> Conversation:
    """What is remembered of the client; a newcomer, or one who is forgotten, is only as known as her event."""
    before = before or Conversation(conversation, "", "")
    if isinstance(event, FromClient):
        return replace(before, channel=event.channel, address=event.address)
    return before


def _read(event: Event, before: Conversation, rules: Rules, now: datetime, office: Office) -> Event:
    """Understand a text. The model sees a word only after consent."""
    if not isinstance(event, Said) or not event.text.strip():
        return event
    reader = office.reader(may_ask_model=consent.agreed(before))
    return replace(event, reading=reader.read(event.text, before.asked, rules, now))


def _in_order(decision: Decision) -> tuple[Effect, ...]:
    return tuple(sorted(decision.effects, key=lambda effect: ORDER.index(type(effect))))


def _perform_all(decided: Turn, conversation: str, loaded: Loaded, office: Office, *, last: bool) -> None:
    """Perform what is left, noting each reply as soon as it is out; repeatable effects need no note."""
    count = len(decided.effects)
    for position, effect in enumerate(decided.effects):
        if position in decided.done:
            continue
        _perform_one(effect, f"{decided.event}/{position}", conversation, loaded, office, last=last)
        if not isinstance(effect, REPEATABLE) and position < count - 1:
            office.memory.done(conversation, decided.event, frozenset({position}), finished=False)
    office.memory.done(conversation, decided.event, frozenset(), finished=True)


def _perform_one(effect: Effect, key: str, conversation: str, loaded: Loaded, office: Office, *, last: bool) -> None:
    """One effect. What the world answers to a reply, for good, is the next event of the conversation."""
    now = office.clock() + loaded.ahead
    try:
        perform(effect, key, office, loaded.ahead)
    except Unreachable as gone:
        if not isinstance(effect, Reply):
            raise
        office.post.inbox([Blocked(f"{key}/blocked", now, effect.channel, effect.address, str(gone))])
    except Refused as refused:
        if not isinstance(effect, Reply):
            raise
        log("reply_refused", level="ERROR", conversation=conversation, channel=effect.channel, why=str(refused))
        office.post.inbox([Unsent(f"{key}/unsent", now, conversation, str(refused))])
    except Unavailable as busy:
        if not (last and isinstance(effect, Reply)):
            raise
        office.post.inbox([Unsent(f"{key}/unsent", now, conversation, str(busy))])
