"""The packs that ship with the product are packs an owner could sign."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from chalicelib.regulation.check import plain
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Intent, Rules

CLIENTS = Path(__file__).parents[2] / "clients"
PACKS = ("demo-salon", "demo-clinic", "demo-barbershop")
TABLE_ITEM = 350_000
PARAGRAPHS = 500
"""Characters that reach every channel in one message: Instagram takes 1000 bytes."""

pytestmark = pytest.mark.parametrize("client", PACKS)


def test_a_demo_pack_loads_under_its_folders_name(client: str) -> None:
    assert load(CLIENTS / client).client == client


def test_a_pack_survives_the_table_word_for_word(client: str) -> None:
    rules = load(CLIENTS / client)
    assert Rules.model_validate_json(rules.model_dump_json()) == rules


def test_a_pack_fits_one_item_of_the_table(client: str) -> None:
    assert len(load(CLIENTS / client).model_dump_json().encode()) < TABLE_ITEM


def test_every_intent_has_at_least_ten_different_examples(client: str) -> None:
    dialogue = load(CLIENTS / client).dialogue
    counts = {rule.name: len({plain(phrase) for phrase in rule.phrases}) for rule in dialogue.intents}
    assert set(counts) == set(get_args(Intent))
    assert {name: count for name, count in counts.items() if count < 10} == {}


def test_the_first_words_say_that_a_program_answers(client: str) -> None:
    greeting = load(CLIENTS / client).dialogue.greeting
    assert "Я ночной помощник" in greeting
    assert "программа" in greeting


def test_a_question_is_one_question(client: str) -> None:
    questions = [field.ask for field in load(CLIENTS / client).registry.fields if field.ask]
    assert [question for question in questions if question.count("?") != 1] == []


def test_texts_that_are_often_said_fit_one_message_everywhere(client: str) -> None:
    rules = load(CLIENTS / client)
    said = [rules.dialogue.greeting, rules.consent.ask, rules.consent.again, rules.consent.refused]
    said += [text for field in rules.registry.fields for text in (field.ask, field.again) if text]
    said += [trigger.reply for trigger in rules.sla.triggers if trigger.reply]
    assert [text for text in said if len(text.encode()) > 2 * PARAGRAPHS] == []
