"""The pack's texts in the client's language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import get_args

import pytest

from chalicelib.regulation.language import in_language
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Language, Rules, Spoken

CLIENTS = Path(__file__).parents[2] / "clients"
SPOKEN_IN = [("demo-salon", "tt"), ("demo-salon", "en"), ("demo-clinic", "en"), ("demo-barbershop", "en"),
             ("demo-barbershop", "tt")]  # fmt: skip
both = pytest.mark.parametrize(("client", "language"), SPOKEN_IN)


@lru_cache
def pack(client: str) -> Rules:
    return load(CLIENTS / client)


def spoken(client: str, language: Language) -> Spoken:
    return pack(client).dialogue.languages[language]


@both
def test_a_demo_pack_speaks_the_language(client: str, language: Language) -> None:
    assert language in get_args(Language)
    assert language in pack(client).dialogue.languages


def test_a_language_the_pack_does_not_speak_changes_nothing() -> None:
    assert in_language(pack("demo-clinic"), "tt") is pack("demo-clinic")


def test_russian_changes_nothing() -> None:
    assert in_language(pack("demo-salon"), "ru") is pack("demo-salon")


@both
def test_every_answer_is_in_the_language(client: str, language: Language) -> None:
    rules, said = in_language(pack(client), language), spoken(client, language)
    assert {rule.name: rule.responses for rule in rules.dialogue.intents} == {
        name: (text,) for name, text in said.responses.items()
    }


@both
def test_every_question_is_in_the_language(client: str, language: Language) -> None:
    rules, said = in_language(pack(client), language), spoken(client, language)
    asked = {field.name: (field.ask, field.again) for field in rules.registry.fields if field.ask}
    assert asked == {name: (said.ask[name], said.again[name]) for name in said.ask}


@both
def test_every_reply_of_a_call_is_in_the_language(client: str, language: Language) -> None:
    rules, said = in_language(pack(client), language), spoken(client, language)
    assert {trigger.reason: trigger.reply for trigger in rules.sla.triggers if trigger.reply} == said.replies


@both
def test_the_steps_still_end_with_a_person(client: str, language: Language) -> None:
    rules, said = in_language(pack(client), language), spoken(client, language)
    assert tuple(step.say for step in rules.dialogue.fallback) == said.fallback
    assert [step.escalate for step in rules.dialogue.fallback] == [
        step.escalate for step in pack(client).dialogue.fallback
    ]


@both
def test_consent_is_asked_in_the_language_and_stays_the_same_document(client: str, language: Language) -> None:
    rules, said = in_language(pack(client), language), spoken(client, language)
    consent = rules.consent
    assert (consent.ask, consent.again, consent.yes, consent.no, consent.refused, consent.withdrawn, consent.why) == (
        said.consent_ask, said.consent_again, said.consent_yes, said.consent_no, said.consent_refused,
        said.consent_withdrawn, said.consent_why,
    )  # fmt: skip
    assert (consent.version, consent.url, consent.text) == (
        pack(client).consent.version, pack(client).consent.url, pack(client).consent.text,
    )  # fmt: skip


@both
def test_everything_else_of_the_dialogue_and_the_registry_is_in_the_language(client: str, language: Language) -> None:
    rules, said = in_language(pack(client), language), spoken(client, language)
    left = [
        name
        for name in Spoken.model_fields
        for document in (rules.dialogue, rules.registry)
        if isinstance(getattr(document, name, None), str) and getattr(document, name) != getattr(said, name)
    ]
    assert left == []


@both
def test_what_colleagues_read_stays_russian(client: str, language: Language) -> None:
    rules = in_language(pack(client), language)
    assert [trigger.notice for trigger in rules.sla.triggers] == [
        trigger.notice for trigger in pack(client).sla.triggers
    ]
    assert (rules.business, rules.rota, rules.reminders) == (
        pack(client).business, pack(client).rota, pack(client).reminders,
    )  # fmt: skip
