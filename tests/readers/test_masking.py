"""What a model may see."""

from __future__ import annotations

import pytest

from chalicelib.readers.masking import hidden, masked, shown


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Анна, 8 900 000-00-01, маникюр", "[NAME_1], [PHONE_1], маникюр"),
        ("пишите на anna.k@example.org", "пишите на [EMAIL_1]"),
        ("карта 2200 0000 0000 0000", "карта [CARD_1]"),
        ("паспорт 36 00 123456", "паспорт [NUMBER_1]"),
        ("запишите Марину Иванову к Ольге завтра в 17:00", "запишите [NAME_1] к [NAME_2] завтра в 17:00"),
        ("анна ивановна просит записать", "[NAME_1] просит записать"),
        ("Анна Ивановна Петрова, на завтра", "[NAME_1], на завтра"),
        ("меня зовут эсмеральда", "меня зовут [NAME_1]"),
        ("восемь девятьсот ноль ноль ноль ноль ноль ноль один", "[PHONE_1]"),
        ("25.11.2026 в 17:00 за 1500 рублей", "25.11.2026 в 17:00 за 1500 рублей"),
        ("89000000001 или 89000000002", "[PHONE_1] или [PHONE_2]"),
        ("городской 200-00-01", "городской [PHONE_1]"),
        ("машина а123вс163, приеду завтра", "машина [NUMBER_1], приеду завтра"),
        ("дочке 12.03.2015, запишите на 25.11.2026", "дочке [DATE_1], запишите на 25.11.2026"),
        ("мой телеграм @anna_k", "мой телеграм [LINK_1]"),
        ("снилс 000-000-001 00", "снилс [NUMBER_1]"),
    ],
)
def test_personal_data_become_marks(text: str, seen: str) -> None:
    assert masked(text) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Эсмеральда Задунайская", "[NAME_1] [NAME_2]"),
        ("Гюзель", "[NAME_1]"),
        ("а это зачем?", "а это зачем?"),
        ("сначала скажите, сколько стоит", "сначала скажите, сколько стоит"),
    ],
)
def test_the_answer_to_what_her_name_is_is_a_name(text: str, seen: str) -> None:
    assert masked(text, "name") == seen


def test_a_mark_she_writes_herself_is_no_mark() -> None:
    assert hidden("[PHONE_1] 89000000001") == ("  [PHONE_1]", {"[PHONE_1]": "89000000001"})


def test_what_was_hidden_is_shown_again() -> None:
    text = "Анна, 89000000001, anna@example.org, к Ольге завтра в 17:00"
    assert shown(*hidden(text)) == text


def test_a_flood_is_cut() -> None:
    assert len(masked("а" * 5000)) == 2000
