"""What is taken out of JSON that somebody else wrote."""

from datetime import UTC, datetime

import pytest

from chalicelib.channels._payload import described, ident, moment, phone, text
from chalicelib.desk.events import UNTOLD

SECONDS = datetime(2026, 11, 25, 21, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1795641600, SECONDS),
        ("1795641600", SECONDS),
        (1795641600000, SECONDS),
        ("1795641600000", SECONDS),
        ("2026-11-26T01:20:00+0400", SECONDS),
        ("2026-11-25T21:20:00Z", SECONDS),
        ("2026-11-25T21:20:00", SECONDS),
        *[(odd, UNTOLD) for odd in (0, -5, None, "soon", [], {}, float("nan"), float("inf"), 10**400)],
        ("9" * 400, UNTOLD),
        ("0001-01-01T00:00:00+14:00", UNTOLD),
    ],
)
def test_a_time_is_read_in_any_of_the_ways_it_is_written(value, told):
    assert moment(value) == told


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("79000000001", "+79000000001"),
        ("+7 900 000-00-01", "+79000000001"),
        ("89000000001", "+79000000001"),
        (79000000001, "+79000000001"),
        ("4915100000001", "+4915100000001"),
        ("84900000001", "+84900000001"),
        *[(odd, None) for odd in ("", None, "5678", "bla", "RU.79000000001", "0900000001", "7" * 16, True, [])],
    ],
)
def test_a_phone_is_written_with_its_country(value, number):
    assert phone(value) == number


@pytest.mark.parametrize(("value", "id"), [(0, "0"), (-100, "-100"), ("a", "a"), (True, ""), (1.5, ""), (None, "")])
def test_zero_and_negative_numbers_are_ids(value, id):
    assert ident(value) == id


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        (" Привет\r\n", "Привет"),
        ("а\x00б\x1b", "аб"),
        ("а\ud83dб\uffff", "аб"),
        ("👩‍👧", "👩‍👧"),
        ("а\nб\tв", "а\nб\tв"),
        (7, ""),
    ],
)
def test_a_text_keeps_what_can_be_stored_and_shown(value, clean):
    assert text(value) == clean


def test_a_providers_explanation_is_short_and_without_secrets():
    said = described("No bot42:TOKEN\nhere " + "!" * 300, {"token": "42:TOKEN", "account": ""})
    assert (said[:12], len(said)) == ("No bot*** he", 200)
