"""Responses in other words, against canned answers of the chat completions API."""

from __future__ import annotations

import json

import pytest
from canned import KEY, URL, Answers, answer, client

from chalicelib.errors import Unavailable
from chalicelib.readers.openai_client import Account
from chalicelib.readers.wording import Wordings

TEXT = "Спасибо, Анна, заявка принята: Маникюр, 25.11.2026 17:00. Телефон для связи: +79000000001."


def wordings(far: Answers, spent: list[int] | None = None) -> Wordings:
    used = [] if spent is None else spent
    return Wordings(Account(KEY, URL, "gpt-4.1-mini", 2.0, used.append, client(far)))


def varied(name: str, text: str = TEXT) -> str:
    return wordings(Answers([answer(f"completions/{name}")])).vary(text)


def test_a_response_is_said_in_other_words_with_the_same_facts() -> None:
    assert varied("worded") == (
        "Анна, спасибо! Принял вашу заявку: Маникюр, 25.11.2026 17:00. Связаться с вами можно по номеру +79000000001."
    )


def test_the_model_sees_no_name_and_no_phone() -> None:
    far = Answers([answer("completions/worded")])
    wordings(far).vary(TEXT)
    body = json.loads(far.sent[0].content)
    assert body["messages"][1]["content"] == (
        "Спасибо, [NAME_1], заявка принята: Маникюр, 25.11.2026 17:00. Телефон для связи: [PHONE_1]."
    )


@pytest.mark.parametrize(
    "name",
    [
        "worded_without_a_mark",
        "worded_with_a_booking",
        "worded_with_a_discount",
        "worded_with_a_link",
        "worded_without_the_day",
        "worded_endlessly",
        "worded_with_nothing",
        "worded_and_more",
        "refusal",
        "cut_off",
    ],
)
def test_anything_but_the_same_in_other_words_is_unavailable(name: str) -> None:
    with pytest.raises(Unavailable):
        varied(name)


def test_what_is_too_long_for_a_chat_is_not_reworded() -> None:
    far = Answers([answer("completions/worded")])
    with pytest.raises(Unavailable):
        wordings(far).vary("о" * 2001)
    assert far.sent == []


def test_the_tokens_are_told() -> None:
    spent: list[int] = []
    wordings(Answers([answer("completions/worded")]), spent).vary(TEXT)
    assert spent == [940]
