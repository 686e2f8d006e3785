"""One turn: load, decide, save, perform. A turn that dies is finished by its redelivery, never decided twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from chalicelib import records
from chalicelib.desk import consent, elsewhere
from chalicelib.desk.decide import decide
from chalicelib.desk.diary import Wanted
from chalicelib.desk.duty import with_swaps
from chalicelib.desk.effects import (
    Acknowledge,
    DeliverLead,
    Forget,
    OfferFreed,
    PassKey,
    PutVisit,
    Reply,
    SetTimer,
    Tell,
    Wake,
)
from chalicelib.desk.events import (
    Altered,
    Awaited,
    Blocked,
    FromClient,
    OnDuty,
    Passed,
    Rang,
    Said,
    Unpaged,
    Unsent,
    conversation_of,
    joined,
)
from chalicelib.desk.values import Conversation
from chalicelib.errors import Refused, Unavailable, Unreachable
from chalicelib.log import log
from chalicelib.perform import REPEATABLE, perform
from chalicelib.ports import Changed, DueTimer, Open, Taken, Turn
from chalicelib.understand import may_ask_model, reworded, understood

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chalicelib.desk.agreed import Swaps
    from chalicelib.desk.diary import Diary
    from chalicelib.desk.effects import Decision, Effect
    from chalicelib.desk.events import Event
    from chalicelib.office import Office
    from chalicelib.ports import Job, Loaded
    from chalicelib.regulation.schema import Rules

RETRY_SECONDS = (1, 3, 10, 30, 120, 300)
"""How long a reply waits after each failed try. After the last one a person is told: a reply an hour late is none."""
PAGE_TRIES = 2
"""A page that cannot go out in so many tries is passed over."""
ORDER = (Acknowledge, SetTimer, Forget, Tell, PassKey, DeliverLead, PutVisit, OfferFreed, Reply, Wake)
"""What may be repeated goes first, so that "your request is accepted" is said when the queue has it."""
RIVALS = 5
LOOKS = 3
SHORT_WORDS = 3
"""«Здравствуйте», «а можно» are seldom the whole message: twice the pause."""
IN_TIME_FOR_THE_MODEL = timedelta(seconds=1.4)
"""Later than this after her last words the local reader answers alone, so that the reply stays within three seconds."""
MOST_BUBBLES = 5
"""So many are one message: each is a row of the turn's transaction, which has to hold a booking besides (25 rows)."""
LONGEST_PAUSES = 4
"""A client who types on and on is answered after so many pauses, counted from her first bubble."""
HEARD_EACH = timedelta(minutes=10)
"""How often a process notes that it hears a channel."""
LONGEST_FAULT_SECONDS = 15
"""A fault of ours seldom goes away by itself: its message is a dead letter, and the alarm on, within two minutes."""


def converse(jobs: Sequence[Job], office: Office) -> list[str]:
    """Work on inbox messages; return the ids of those that come back later, in order within a conversation."""
    later: list[str] = []
    for _, group in groupby(sorted(jobs, key=lambda job: job.group), key=lambda job: job.group):
        rest = list(group)
        while rest and (worked := _worked(rest, office)):
            rest = rest[worked:]
        later += [job.id for job in rest]
    return later


def _worked(jobs: Sequence[Job], office: Office) -> int:
    """Work on the first of one conversation's messages, and on those that belong to it: how many are done with."""
    job = jobs[0]
    try:
        events = _bubbles(jobs)
        if wait := _pause(jobs[: len(events)], events, office):
            for held in jobs:
                office.post.delay(held, wait)
            return 0
        latest = jobs[len(events) - 1].sent
        hurry = latest is not None and office.clock() - latest > IN_TIME_FOR_THE_MODEL
        _turns(events, office, tries=job.tries, hurry=hurry)
    except Unavailable as busy:
        seconds = busy.retry_after or RETRY_SECONDS[min(job.tries, len(RETRY_SECONDS)) - 1]
        log("turn_later", conversation=job.group, tries=job.tries, seconds=seconds, why=str(busy))
        office.post.delay(job, seconds)
        return 0
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not stop the other conversations
        log("turn_failed", level="ERROR", conversation=job.group, tries=job.tries, error=type(error).__name__)
        office.post.delay(job, min(2**job.tries, LONGEST_FAULT_SECONDS))
        return 0
    _note_heard(events[-1], office)
    return len(events)


def _note_heard(event: Event, office: Office) -> None:
    """When a channel was last heard: for the watch, now and then, after the reply and whatever becomes of it."""
    if not isinstance(event, FromClient):
        return
    last = office.heard.get(event.channel)
    if last and event.at - last < HEARD_EACH:
        return
    office.heard[event.channel] = event.at
    try:
        office.memory.heard(event.channel, event.at)
    except Exception as error:  # noqa: BLE001 - a note is no reason to work on a message again
        log("heard_not_noted", level="WARNING", channel=event.channel, error=type(error).__name__)


# ---------------------------------------------------------------- several bubbles are one message


def _bubbles(jobs: Sequence[Job]) -> list[Event]:
    """The first event, with the texts that the same client wrote right after it."""
    first = records.load_event(jobs[0].body)
    events = [first]
    if _is_text(first):
        for job in jobs[1:MOST_BUBBLES]:
            try:
                event = records.load_event(job.body)
            except ValueError:
                break  # a message that cannot be read is told of in its own turn
            if not _is_text(event):
                break
            events.append(event)
    return events


def _is_text(event: Event) -> bool:
    return isinstance(event, Said) and event.medium == "text" and bool(event.text.strip())


def _pause(jobs: Sequence[Job], events: Sequence[Event], office: Office) -> float:
    """Seconds to wait for the rest of what she is typing, zero when it is time to answer. Told by the queue's clock."""
    pause = timedelta(seconds=office.settings.pause_seconds)
    first, latest, newest = jobs[0].sent, jobs[-1].sent, events[-1]
    if not pause or not isinstance(newest, Said) or not _is_text(newest) or first is None or latest is None:
        return 0
    if len(newest.text.split()) <= SHORT_WORDS:
        pause *= 2
    now = office.clock()
    wait = min(pause - (now - latest), LONGEST_PAUSES * pause - (now - first))
    return max(0.0, wait.total_seconds())


def _turns(events: Sequence[Event], office: Office, *, tries: int, hurry: bool) -> None:
    """One turn for what was said in several bubbles; those that an earlier try has answered are not said again."""
    if len(events) > 1:
        events = [event for event in events if not _finished_before(event, office, tries=tries)]
    if events:
        turn(joined(events), office, tries=tries, hurry=hurry)


def _finished_before(event: Event, office: Office, *, tries: int) -> bool:
    conversation = conversation_of(event)
    loaded = office.memory.load(conversation, event.key)
    if loaded.turn and not loaded.turn.finished:
        _perform_all(loaded.turn, conversation, loaded, office, tries=tries)
    return loaded.turn is not None


# ---------------------------------------------------------------- one turn


def turn(event: Event, office: Office, *, tries: int = 1, hurry: bool = False) -> None:
    """One event of one conversation. ``tries``: which try this is; after the last one what cannot be said goes to a
    person. ``hurry``: there is no time left to ask a model.

    Raises `Unavailable` when an effect has to wait; what was performed is remembered.
    """
    conversation = conversation_of(event)
    loaded = office.memory.load(conversation, event.key)
    decided = loaded.turn or _decide_and_save(event, conversation, loaded, office, hurry=hurry)
    if not decided.finished:
        _perform_all(decided, conversation, loaded, office, tries=tries)


def _decide_and_save(event: Event, conversation: str, loaded: Loaded, office: Office, *, hurry: bool) -> Turn:
    diary = None
    for _ in range(RIVALS):
        now = office.clock() + loaded.ahead
        pack = office.memory.pack(loaded.pack)  # the reader knows it by its identity and prepares it once
        rules = _with_swaps(pack, loaded.swaps)
        before = _known(event, conversation, loaded.conversation, office)
        model = not hurry and may_ask_model(before, rules, now, office)
        read, asked = understood(event, before, pack, now, office, model=model)
        decision = _decided(asked, _with_visit(read, office), rules, now, diary, loaded.swaps, office)
        decision = reworded(decision, rules, now, office) if model else decision
        decided = _turn_of(event, read, before, decision, loaded.pack)
        try:
            _save(event, before, decision, decided, rules, now, office)
        except Taken:  # somebody else was faster: what is free now?
            diary = _pages(decision, office)
        except Changed:  # another worker was here first: see what it did
            loaded = office.memory.load(conversation, event.key)
            if loaded.turn:
                return _whole(loaded.turn, event)
        else:
            log("decided", conversation=conversation, kind=event.kind, reader=decided.reader,
                effects=[effect.kind for effect in decided.effects])  # fmt: skip
            return decided
    raise Unavailable("the conversation is changed by others all the time")


def _with_swaps(pack: Rules, swaps: Swaps) -> Rules:
    """The pack with the rota's swaps; the same object as long as neither changes, for its texts are prepared once."""
    if not (_laid and _laid[-1][0] is pack and _laid[-1][1] == swaps):
        _laid[:] = [(pack, swaps, with_swaps(pack, swaps))]
    return _laid[-1][2]


_laid: list[tuple[Rules, Swaps, Rules]] = []


def _decided(
    before: Conversation,
    event: Event,
    rules: Rules,
    now: datetime,
    diary: Diary | None,
    swaps: Swaps,
    office: Office,
) -> Decision:
    """The decision, after as many looks into the diary as the desk wants: first near the wish, then far."""
    needed = elsewhere.is_needed(before, event, now)
    reached = office.memory.reached(before.proven) if before.proven and needed else ()
    for _ in range(LOOKS):
        try:
            return decide(before, event, rules, now, diary, swaps, reached, office.link)
        except Wanted as wanted:
            diary = office.memory.diary(wanted.since, wanted.until)
    return decide(before, event, rules, now, diary, swaps, reached, office.link)


def _with_visit(event: Event, office: Office) -> Event:
    """A visit of another conversation, as it is now: the event carries its id only."""
    return replace(event, found=office.memory.visit(event.visit)) if isinstance(event, Passed | Altered) else event


def _pages(decision: Decision, office: Office) -> Diary:
    days = [change.date for change in decision.diary]
    return office.memory.diary(min(days), max(days))


def _whole(turn: Turn, event: Event) -> Turn:
    """A turn that another worker decided. It may not have seen all the bubbles: they come again one by one."""
    if isinstance(event, Said) and event.keys:
        raise Unavailable("decided by another worker meanwhile")
    return turn


def _turn_of(event: Event, read: Event, before: Conversation, decision: Decision, pack: int) -> Turn:
    after = decision.conversation
    named = after.known_as if after.known_as != before.known_as else None
    voice = isinstance(event, Said) and isinstance(read, Said) and event.medium == "voice" and bool(read.text)
    return Turn(
        event=event.key,
        effects=_in_order(decision),
        because=decision.because,
        pack=pack,
        reader="voice" if voice else decision.reader,
        joined=event.keys if isinstance(event, Said) else (),
        consent=after.consent if after.consent != before.consent else None,
        private=not consent.agreed(after),
        reach=consent.reach(after) if consent.reach(after) != consent.reach(before) else None,
        person=(after.request.phone, named) if named and after.request.phone else None,
        diary=decision.diary,
        visits=decision.visits,
        swaps=decision.swaps,
        waits=tuple(line for line in after.waits if line not in before.waits),
        waits_no_more=tuple(line for line in before.waits if line.id not in {one.id for one in after.waits}),
        open=_open(after),
        over=_open(before) is not None and _open(after) is None,
    )


def _open(conversation: Conversation) -> Open | None:
    """What is open in a conversation: who is called, else who has taken it, else what is promised next."""
    alarm, taken = conversation.alarm, conversation.taken
    promise = min(conversation.promises, key=lambda one: one.until, default=None)
    of, owner = conversation.id, conversation.owner
    if alarm:
        return Open(of, "alarm", alarm.reason, owner, alarm.since, alarm.due, alarm.token, alarm.round)
    if taken:
        return Open(of, "taken", taken.reason, owner, taken.since, taken.due, taken.token)
    if promise:
        return Open(of, "promise", "promise", promise.owner, promise.until, promise.until, promise.id)
    return None


def _save(
    event: Event, before: Conversation, decision: Decision, decided: Turn, rules: Rules, now: datetime, office: Office
) -> None:
    after = replace(decision.conversation, version=before.version + 1)
    rang = DueTimer(event.conversation, event.timer, event.token, event.at) if isinstance(event, Rang) else None
    office.memory.save(before.version, after, decided, now, consent.forget_at(after, rules, now), rang)


def _known(event: Event, conversation: str, before: Conversation | None, office: Office) -> Conversation:
    """What is remembered of the client. A newcomer whose number the channel vouches for may be known by it."""
    if before is None:
        phone = event.phone if isinstance(event, Said) and event.medium == "text" else None
        before = Conversation(conversation, "", "", known_as=office.memory.person(phone) if phone else None)
    if not isinstance(event, Altered):  # that one is about the difference
        before = _with_visits_as_they_are(before, office)
    if isinstance(event, FromClient | Awaited | OnDuty):
        return replace(before, channel=event.channel, address=event.address)
    return before


def _with_visits_as_they_are(before: Conversation, office: Office) -> Conversation:
    """A visit that another conversation of hers knows, too, may have been changed there, and the news be under way."""
    if not any(map(before.shares, before.visits)):
        return before
    now = (office.memory.visit(visit.id) if before.shares(visit) else visit for visit in before.visits)
    return replace(before, visits=tuple(visit for visit in now if visit))


def _in_order(decision: Decision) -> tuple[Effect, ...]:
    return tuple(sorted(decision.effects, key=lambda effect: ORDER.index(type(effect))))


def _perform_all(decided: Turn, conversation: str, loaded: Loaded, office: Office, *, tries: int) -> None:
    """Perform what is left, noting each reply as soon as it is out; repeatable effects need no note."""
    count = len(decided.effects)
    for position, effect in enumerate(decided.effects):
        if position in decided.done:
            continue
        _perform_one(effect, f"{decided.event}/{position}", conversation, loaded, office, tries=tries)
        if not isinstance(effect, REPEATABLE) and position < count - 1:
            office.memory.done(conversation, decided.event, frozenset({position}), finished=False)
    office.memory.done(conversation, decided.event, frozenset(), finished=True, forget=decided.private)


def _perform_one(effect: Effect, key: str, conversation: str, loaded: Loaded, office: Office, *, tries: int) -> None:
    """One effect. What the world answers to a reply or a page, for good, is the next event of the conversation."""
    now = office.clock() + loaded.ahead
    try:
        perform(effect, key, office, loaded.ahead)
    except (Refused, Unavailable) as why:
        if not isinstance(effect, Reply | Wake) or (isinstance(why, Unavailable) and tries <= _most_tries(effect)):
            raise
        log("not_said", level="ERROR", conversation=conversation, channel=effect.channel, why=str(why))
        office.post.inbox([_not_said(effect, key, now, conversation, why)])


def _most_tries(effect: Reply | Wake) -> int:
    """A step of a ladder is not waited for: the next one is at hand."""
    return PAGE_TRIES if isinstance(effect, Wake) and effect.step else len(RETRY_SECONDS)


def _not_said(effect: Reply | Wake, key: str, now: datetime, conversation: str, why: Exception) -> Event:
    if isinstance(effect, Wake):
        return Unpaged(f"{key}/unpaged", now, conversation, effect.step, effect.colleague, effect.text, str(why))
    if isinstance(why, Unreachable):
        return Blocked(f"{key}/blocked", now, effect.channel, effect.address, str(why))
    return Unsent(f"{key}/unsent", now, conversation, str(why))
