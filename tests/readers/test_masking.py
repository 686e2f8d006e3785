"""What a model may see."""

from __future__ import annotations

import pytest

from chalicelib.readers.masking import masked


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Анна, 8 900 000-00-01, маникюр", "[NAME_1], [PHONE_1], маникюр"),
        ("пишите на anna.k@example.org", "пишите на [EMAIL_1]"),
        ("карта 2200 0000 0000 0000", "карта [CARD_1]"),
        ("паспорт 36 00 123456", "паспорт [NUMBER_1]"),
        ("запишите Марину Иванову к Ольге завтра в 17:00", "запишите [NAME_1] [NAME_2] к [NAME_3] завтра в 17:00"),
        ("меня зовут эсмеральда", "меня зовут [NAME_1]"),
        ("восемь девятьсот ноль ноль ноль ноль ноль ноль один", "[PHONE_1]"),
        ("25.11.2026 в 17:00 за 1500 рублей", "25.11.2026 в 17:00 за 1500 рублей"),
        ("89000000001 или 89000000002", "[PHONE_1] или [PHONE_2]"),
    ],
)
def test_personal_data_become_marks(text: str, seen: str) -> None:
    assert masked(text) == seen


def test_a_flood_is_cut() -> None:
    assert len(masked("а" * 5000)) == 2000
