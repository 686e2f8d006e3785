"""Values written as JSON come back as they were, and say nothing of their content when they do not fit."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from chalicelib import records
from chalicelib.desk.effects import Acknowledge, DeliverLead, Reply, SetTimer
from chalicelib.desk.events import Altered, Blocked, Event, Passed, Pressed, Rang, Said, Undelivered, Unsent
from chalicelib.desk.values import Choice, Conversation, Lead, Reading, Request, Wish

AT = datetime(2026, 11, 22, 19, 40, 0, 123456, tzinfo=UTC)
READING = Reading("booking", 0.9, date=date(2026, 11, 23), time_from=time(12), time_to=time(15, 30))
LEAD = Lead("l", "c", "telegram", "Анна", "+79000000001", "haircut", "завтра", "new", "olga", AT)


@pytest.mark.parametrize(
    "event",
    [
        Said("telegram:1", AT, "telegram", "700000001", "привет 👋", reading=READING),
        Pressed("telegram:2", AT, "telegram", "700000001", "today", receipt="r"),
        Blocked("telegram:3", AT, "telegram", "700000001"),
        Rang("timer:t1", AT, "c", "silence", "t1"),
        Undelivered("undelivered:l", AT, "c", "l", "tries"),
        Unsent("telegram:1/0/unsent", AT, "c", "tries"),
        Passed("passed:v", AT, "c", "v", "day_before", "2026-11-23T12:00", ("whatsapp",)),
        Altered("telegram:1/v/c", AT, "c", "v"),
    ],
    ids=lambda event: event.kind,
)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    assert records.load_event(records.dump(event)) == event


def test_effects_come_back_as_they_were() -> None:
    effects = (
        Reply("telegram", "700000001", "Когда?", (Choice("today", "Сегодня"),)),
        Acknowledge("telegram", "r"),
        SetTimer("c", "silence", "t1", AT),
        DeliverLead(LEAD),
    )
    assert records.load_effects(records.dump(effects)) == effects


def test_a_conversation_comes_back_as_it_was() -> None:
    wish = Wish(date(2026, 11, 23), time(12), None, "завтра после двенадцати")
    whole = Conversation("c", "telegram", "700000001", 3, request=Request("haircut", wish), seen=AT)
    assert records.load(Conversation, records.dump(whole)) == whole


def test_a_field_of_a_newer_release_is_left_out() -> None:
    text = records.dump(LEAD)[:-1] + ',"colour":"red"}'
    assert records.load(Lead, text) == LEAD


def test_what_does_not_fit_is_told_by_its_fields_and_not_by_its_content() -> None:
    with pytest.raises(ValueError, match=r"see said\.address, said\.at, said\.channel, said\.key$"):
        records.load_event('{"kind":"said","text":"мой телефон +79000000001"}')


def test_a_value_without_a_written_form_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="frozenset"):
        records.dump({"done": frozenset({1})})
