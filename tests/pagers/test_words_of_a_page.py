"""What of a text fits into a page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.pagers._words import as_sms, cut, units


def test_a_short_text_stays_as_it_is() -> None:
    assert as_sms("СРОЧНО\nАнна, +79000000001") == "СРОЧНО\nАнна, +79000000001"


def test_empty_lines_and_wide_gaps_are_not_paid_for() -> None:
    assert as_sms("  СРОЧНО \n\n\n  Анна,\t  +79000000001 \n") == "СРОЧНО\nАнна, +79000000001"


def test_what_fits_into_two_parts_is_not_cut() -> None:
    said = "ж" * 134
    assert as_sms(said) == said


def test_one_unit_more_is_cut_with_a_mark() -> None:
    assert as_sms("ж" * 135) == "ж" * 133 + "…"


def test_a_number_is_left_out_rather_than_cut_in_two() -> None:
    said = f"{'жалоба ' * 18}+79000000001"
    assert as_sms(said) == f"{('жалоба ' * 18).rstrip()}…"


def test_a_word_that_ends_where_the_room_does_is_kept() -> None:
    assert cut("жалоба на мастера", 10) == "жалоба на…"


def test_a_long_word_is_cut_where_it_must_be() -> None:
    assert cut("о " + "ж" * 50, 20) == "о " + "ж" * 17 + "…"


def test_an_emoji_is_not_cut_in_half() -> None:
    assert cut("ж🔥🔥", 4) == "ж🔥…"


@given(text=st.text(), most=st.integers(2, 200))
def test_any_text_fits_and_begins_as_it_did(text: str, most: int) -> None:
    short = cut(text, most)
    assert units(short) <= most
    assert text.startswith(short.removesuffix("…"))


@given(text=st.text())
def test_any_text_fits_into_two_parts(text: str) -> None:
    assert units(as_sms(text)) <= 134
