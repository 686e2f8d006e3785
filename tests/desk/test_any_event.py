"""Whatever happens to whatever conversation: the desk decides, says who owns it, and leaves nobody unanswered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.desk.decide import decide
from chalicelib.desk.effects import Decision, DeliverLead, Reply, SetTimer, Wake
from chalicelib.desk.events import (
    Acted,
    Answered,
    Blocked,
    Event,
    Medium,
    Pressed,
    Rang,
    Said,
    Spent,
    Undelivered,
    Unpaged,
    Unsent,
)
from chalicelib.desk.values import (
    DESK,
    About,
    Alarm,
    Asked,
    Choice,
    Consent,
    Conversation,
    Held,
    Language,
    Reading,
    Request,
    Rung,
    Stage,
    TakeOver,
    Way,
    Who,
    Wish,
)
from chalicelib.regulation.schema import PRIORITIES, Intent, Mode, Reason
from tests.engine.world import demo

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
HER = "700000001"
PACKS = {client: demo(client) for client in ("demo-salon", "demo-clinic")} | {
    answers: demo().model_copy(update={"dialogue": demo().dialogue.model_copy(update={"mode": Mode(answers=answers)})})
    for answers in get_args(Mode.model_fields["answers"].annotation)
}

moments = st.datetimes(datetime(2026, 11, 20), datetime(2026, 11, 24), timezones=st.just(UTC))
words = st.text(max_size=30) | st.sampled_from(["1", "2", "да", "нет", "Даю согласие", "маникюр завтра в 5", "🌸", " "])
phones = st.none() | st.just("+79000000001")
services = st.none() | st.sampled_from(["manicure", "caries", "of-another-pack"])
days = st.none() | st.dates(date(2026, 11, 1), date(2027, 1, 31))
hours = st.none() | st.builds(time, st.integers(0, 23))
wishes = st.none() | st.builds(Wish, days, hours, hours, words)
names = st.none() | st.sampled_from(["Анна", "https://evil.example 100 ₽", "{phone}", ""])
buttons = st.sampled_from(
    ["consent:yes", "consent:no", "service:manicure", "service:caries", "intent:booking", "intent:human", "foreign", ""]
)
readings = st.builds(
    Reading,
    intent=st.sampled_from(get_args(Intent)),
    confidence=st.floats(0, 1),
    escalate=st.none() | st.sampled_from(get_args(Reason)),
    name=names,
    phone=phones,
    service=services,
    date=days,
    time_from=hours,
    time_to=hours,
    also=st.lists(st.sampled_from(get_args(Intent)), max_size=3).map(tuple),
    about=st.none() | st.sampled_from(get_args(About)),
    another=st.booleans(),
    language=st.sampled_from(get_args(Language)),
)
states = st.builds(
    Conversation,
    id=st.just("c"),
    channel=st.just("telegram"),
    address=st.just(HER),
    version=st.integers(0, 9),
    stage=st.sampled_from(get_args(Stage)),
    request=st.builds(Request, services, wishes, names, phones),
    consent=st.none() | st.builds(Consent, st.just("1.0"), moments, st.just("telegram"), st.just("e"), st.booleans()),
    asked=st.none() | st.sampled_from(get_args(Asked)),
    offered=st.lists(st.builds(Choice, buttons, words), max_size=3).map(tuple),
    misses=st.integers(0, 5),
    silence=st.none() | st.just("token"),
    lead=st.none() | st.just("lead"),
    reachable=st.booleans(),
    seen=st.none() | moments,
    escalated=st.lists(st.sampled_from(get_args(Reason)), max_size=2).map(tuple),
    language=st.sampled_from(get_args(Language)),
    known_as=names,
    more=st.integers(0, 5),
    leads=st.lists(st.sampled_from(["lead", "lead of before"]), max_size=2, unique=True).map(tuple),
    held=st.none() | st.builds(Held, words, st.just("token")),
    answered=st.none() | moments,
)
rungs = st.builds(
    Rung,
    st.integers(0, 20),
    st.none() | st.sampled_from(get_args(Who)),
    st.lists(st.sampled_from(get_args(Way)), max_size=2).map(tuple),
    st.booleans(),
)
alarms = st.builds(
    Alarm,
    id=st.just("alarm"),
    reason=st.sampled_from([*get_args(Reason), "silence", "promise", "stale"]),
    priority=st.sampled_from(PRIORITIES),
    clause=st.just("SLA-001"),
    notice=words,
    since=moments,
    began=moments,
    rungs=st.lists(rungs, min_size=1, max_size=3).map(tuple),
    due=moments,
    token=st.sampled_from(["token", "another"]),
    paged=st.lists(st.sampled_from(["marina", "anna"]), max_size=2, unique=True).map(tuple),
    quiet=st.booleans(),
)
taken = st.builds(
    TakeOver,
    by=st.sampled_from(["marina", "anna"]),
    since=moments,
    due=moments,
    token=st.sampled_from(["token", "another"]),
    waiting=st.none() | moments,
    in_app=st.booleans(),
    reason=st.sampled_from(["", "complaint"]),
)


def _with_a_colleague(state: Conversation, alarm: Alarm | None, taken: TakeOver | None) -> Conversation:
    """Whom a conversation is with goes with who is called, or has come."""
    if taken:
        return replace(state, stage="person", taken=taken, owner=taken.by)
    if state.stage == "person":
        return replace(state, alarm=alarm, owner="marina") if alarm else replace(state, stage="qualifying")
    return replace(state, alarm=alarm)


states = st.builds(_with_a_colleague, states, st.none() | alarms, st.none() | taken)
written = st.builds(
    Said,
    key=st.just("telegram:9"),
    at=moments,
    channel=st.just("telegram"),
    address=st.just(HER),
    text=words,
    medium=st.sampled_from(get_args(Medium)),
    phone=phones,
    reading=st.none() | readings,
)
pressed = st.builds(Pressed, st.just("telegram:9"), moments, st.just("telegram"), st.just(HER), buttons, words)
events = (
    written
    | pressed
    | st.builds(Blocked, st.just("telegram:9"), moments, st.just("telegram"), st.just(HER))
    | st.builds(Answered, st.just("telegram:9"), moments, st.just("telegram"), st.just(HER))
    | st.builds(
        Rang,
        st.just("timer:9"),
        moments,
        st.just("c"),
        st.sampled_from(["silence", "held", "alarm", "taken", "promise"]),
        st.sampled_from(["token", "old"]),
        st.none() | readings,
    )
    | st.builds(Undelivered, st.just("u:9"), moments, st.just("c"), st.just("lead"), words)
    | st.builds(Unsent, st.just("u:9"), moments, st.just("c"), words)
    | st.builds(
        Acted,
        st.just("a:9"),
        moments,
        st.just("c"),
        st.sampled_from(["marina", "anna"]),
        st.sampled_from(["take", "pass", "text", "release", "kept"]),
        st.sampled_from(["", "alarm", "promise"]),
        words,
    )
    | st.builds(
        Unpaged, st.just("p:9"), moments, st.just("c"), st.sampled_from(["", "alarm:0:0"]), st.just("marina"), words
    )
    | st.builds(Spent, st.just("s:9"), moments, st.just("c"), st.integers(0, 10**6))
)
packs = st.sampled_from(sorted(PACKS))
many = settings(max_examples=400, deadline=None)


@many
@given(states, events, packs)
def test_it_always_decides_and_the_same_again(before: Conversation, event: Event, pack: str):
    assert decide(before, event, PACKS[pack], NOW) == decide(before, event, PACKS[pack], NOW)


@many
@given(states, written | pressed, packs)
def test_a_client_who_writes_is_answered_or_somebody_sees_to_it(before: Conversation, event: Event, pack: str):
    decision = decide(before, event, PACKS[pack], NOW)
    called = decision.conversation.alarm  # its timer runs, and what she wrote is told on the next step
    assert called or any(isinstance(effect, Reply | Wake | SetTimer) for effect in decision.effects)


@many
@given(states, events, packs)
def test_a_conversation_has_one_owner(before: Conversation, event: Event, pack: str):
    after = decide(before, event, PACKS[pack], NOW).conversation
    assert after.owner == DESK if after.stage != "person" else after.owner != DESK


@many
@given(states, written | pressed, packs)
def test_a_begun_request_with_an_open_question_has_a_deadline(before: Conversation, event: Event, pack: str):
    decision = decide(before, event, PACKS[pack], NOW)
    after = decision.conversation
    asked_of_a_request = after.asked not in (None, "reminder", "cancel")
    if asked_of_a_request and after.consent and after.consent.given and after.stage != "person" and _said(decision):
        armed = [effect for effect in decision.effects if isinstance(effect, SetTimer) and effect.timer == "silence"]
        assert [timer.token for timer in armed] == [after.silence]
        assert armed[0].at == NOW + timedelta(minutes=PACKS[pack].sla.silence.after_minutes)


@many
@given(states, events, packs)
def test_nothing_is_entered_into_the_crm_without_consent(before: Conversation, event: Event, pack: str):
    decision = decide(before, event, PACKS[pack], NOW)
    if any(isinstance(effect, DeliverLead) for effect in decision.effects):
        assert decision.conversation.consent is not None and decision.conversation.consent.given


@many
@given(states, events, packs)
def test_nobody_is_told_that_she_is_booked(before: Conversation, event: Event, pack: str):
    said = " ".join(_said(decide(before, event, PACKS[pack], NOW))).casefold()
    assert "вы записаны" not in said and "you are booked" not in said


@many
@given(states, written, packs)
def test_a_clients_link_is_not_repeated_to_her(before: Conversation, event: Said, pack: str):
    told = " ".join(_said(decide(before, event, PACKS[pack], NOW)))
    assert "evil.example" not in told


@many
@given(states, written, packs)
def test_what_a_timer_of_an_earlier_time_rings_for_is_left_alone(before: Conversation, event: Said, pack: str):
    old = Rang("timer:old", NOW, "c", "silence", "of-another-day")
    assert decide(before, old, PACKS[pack], NOW).effects == ()


@pytest.mark.parametrize("client", ["demo-salon", "demo-clinic"])
def test_a_life_in_danger_is_answered_by_numbers_and_a_person_alone(client: str):
    rules = demo(client)
    newcomer = Conversation("c", "telegram", HER)
    event = Said("t:1", NOW, "telegram", HER, "…", reading=Reading("emergency", 0.9, "medical", about="crisis"))
    decision = decide(newcomer, event, rules, NOW)
    assert _said(decision) == [rules.dialogue.crisis]
    assert [effect.kind for effect in decision.effects] == ["wake", "set_timer", "reply"]
    assert replace(decision.conversation, stage="new").consent is None


def _said(decision: Decision) -> list[str]:
    return [effect.text for effect in decision.effects if isinstance(effect, Reply)]
