"""What a client wrote or said is understood: by the local reader, by a model only after consent and within limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk import consent, staff
from chalicelib.desk.effects import Decision, Reply
from chalicelib.desk.events import Acted, Rang, Said, Spent, conversation_id
from chalicelib.desk.values import Asks, Reading
from chalicelib.errors import Refused, Unavailable
from chalicelib.log import log
from chalicelib.readers.promised import promised
from chalicelib.readers.staff import staff_wish
from chalicelib.wire import run

if TYPE_CHECKING:
    from chalicelib.desk.events import Event
    from chalicelib.desk.values import Conversation
    from chalicelib.office import Office
    from chalicelib.regulation.schema import Rules

OWNER = conversation_id("owner", "")
"""The conversation in which the owner is told of what concerns no client."""


def may_ask_model(before: Conversation, rules: Rules, now: datetime, office: Office) -> bool:
    """RP-002, model: after consent, within the chat's calls and the client's tokens of the day."""
    limits, today = rules.dialogue.model, _today(rules, now)
    if before.taken or not consent.agreed(before) or office.model() is None:
        return False
    if before.asks and before.asks.day == today and before.asks.times >= limits.calls_per_chat:
        return False
    meter = office.meter
    if meter.day != today:
        meter.day, meter.total = today, office.memory.spend(today, 0)
    return meter.total < limits.daily_tokens


def understood(
    event: Event, before: Conversation, rules: Rules, now: datetime, office: Office, *, model: bool
) -> tuple[Event, Conversation]:
    """The event with its reading, and the conversation with the model calls it cost."""
    match event:
        case Said() if colleague := staff.member(rules, event.channel, event.address):
            return replace(event, wish=staff_wish(event.text, rules, colleague, now)), before
        case Said():
            event = _heard(event, rules, office) if model else event
            text = event.text
        case Rang(timer="held") if before.held and before.held.token == event.token:
            text = before.held.text
        case Acted(action="text"):
            local = now.astimezone(ZoneInfo(rules.business.zone))
            return replace(event, due=promised(event.text, local)), before
        case _:
            return event, before
    if not text.strip():
        return event, _counted(before, rules, now, office)
    reader = office.reader(may_ask_model=model)
    try:
        reading = reader.read(text, before.asked, rules, now)
    except Exception as fault:  # noqa: BLE001 - a text on which the reader fails is read by a person, not tried for ever
        log("message_unread", level="ERROR", reader=reader.name, error=type(fault).__name__)
        reading = Reading("other", 0.0, escalate="low_confidence", reader=reader.name)
    return replace(event, reading=reading), _counted(before, rules, now, office)


def reworded(decision: Decision, rules: Rules, now: datetime, office: Office) -> Decision:
    """The decision with its responses in other words, where the pack wishes it and every fact stays as it is."""
    if not rules.dialogue.model.vary_wording or decision.reader == "gpt":  # it has had its share of the three seconds
        return decision
    effects = tuple(
        replace(effect, text=_varied(effect.text, office)) if isinstance(effect, Reply) and effect.vary else effect
        for effect in decision.effects
    )
    return replace(decision, effects=effects, conversation=_counted(decision.conversation, rules, now, office))


def _heard(event: Said, rules: Rules, office: Office) -> Said:
    """A voice message as text. In a clinic it may speak of health, so there it stays unheard."""
    limits = rules.dialogue.model
    if event.medium != "voice" or event.text or not event.file or rules.business.kind == "clinic":
        return event
    account = office.model()
    if account is None or not limits.voice or event.seconds > limits.voice_seconds:
        return event
    channel, secrets = office.messenger(event.channel)
    try:
        voice = run(channel.fetch(event.file, secrets, office.base_url(event.channel)), office.send)
        return replace(event, text=account.ears.hear(voice))
    except (Refused, Unavailable) as unheard:
        log("voice_unheard", level="WARNING", channel=event.channel, why=str(unheard))
        return event


def _counted(before: Conversation, rules: Rules, now: datetime, office: Office) -> Conversation:
    """What the model has just cost is written down; a spent budget is told to the owner, once a day."""
    meter, today = office.meter, _today(rules, now)
    calls, fresh = meter.taken()
    if not calls:
        return before
    meter.total = office.memory.spend(today, fresh)
    if meter.total >= rules.dialogue.model.daily_tokens:
        office.post.inbox([Spent(f"spent:{today}", now, OWNER, meter.total)])
    times = before.asks.times if before.asks and before.asks.day == today else 0
    return replace(before, asks=Asks(today, times + calls))


def _today(rules: Rules, now: datetime) -> date:
    return now.astimezone(ZoneInfo(rules.business.zone)).date()


def _varied(text: str, office: Office) -> str:
    account = office.model()
    if account is None:
        return text
    try:
        return account.wording.vary(text)
    except Unavailable as kept:
        log("wording_kept", why=str(kept))
        return text
