"""Texts and choices cut to a messenger's measure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels._limits import characters, cut, fitted, numbered, split, split_tail, utf8_bytes
from chalicelib.desk.values import Choice


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("", 10, []),
        ("  \n ", 10, []),
        ("ровно 10 б", 10, ["ровно 10 б"]),
        ("один два три", 8, ["один два", "три"]),
        ("один два три", 9, ["один два", "три"]),
        ("первая строка\nвторая", 16, ["первая строка", "вторая"]),
        ("абвгдежз", 3, ["абв", "где", "жз"]),
        ("цена 1\u00a0500\u00a0₽", 8, ["цена", "1\u00a0500\u00a0₽"]),
        ("😀😀😀", 4, ["😀😀", "😀"]),
    ],
)
def test_a_text_is_split_at_the_end_of_a_line_or_a_word(text, limit, pieces):
    assert split(text, limit) == pieces


def test_bytes_can_be_the_measure():
    assert split("ёж ёж ёж", 9, utf8_bytes) == ["ёж ёж", "ёж"]


@settings(derandomize=True, deadline=None)
@given(
    text=st.text(st.characters(codec="utf-8")),
    limit=st.integers(4, 40),
    measure=st.sampled_from([characters, utf8_bytes]),
)
def test_no_piece_is_empty_or_too_long_and_only_space_is_lost(text, limit, measure):
    pieces = split(text, limit, measure)
    assert all(piece and measure(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_the_tail_of_a_long_text_fits_under_the_buttons():
    assert split_tail("один два три четыре пять", 9, 12) == (["один два", "три"], "четыре пять")


def test_a_short_text_is_all_tail():
    assert split_tail("один два", 100, 10) == ([], "один два")


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Стрижка", "Стрижка"),
        ("Стрижка и укладка!!", "Стрижка и укладка!!"),
        ("Стрижка и укладка волос", "Стрижка и укладка…"),
        ("Маникюр, педикюр, брови", "Маникюр, педикюр…"),
        ("Электроэпиляционный", "Электроэпиляционный"),
        ("Фотополимеризационный", "Фотополимеризационн…"),
        ("  Стрижка \n мужская ", "Стрижка мужская"),
    ],
)
def test_a_long_title_is_cut_at_the_end_of_a_word(title, short):
    assert cut(title, 20) == short


def test_titles_that_become_the_same_are_told_apart():
    choices = [Choice("a", "Окрашивание корней светлое"), Choice("b", "Окрашивание корней тёмное")]
    assert fitted(choices, 20) == [Choice("a", "Окрашивание корней…"), Choice("b", "Окрашивание… 2")]


def test_a_choice_offered_twice_is_shown_once():
    assert fitted([Choice("a", "Да"), Choice("a", "Да, конечно")], 20) == [Choice("a", "Да")]


def test_choices_become_numbered_lines():
    assert numbered("Что?", [Choice("a", "Раз"), Choice("b", "Два")]) == "Что?\n1. Раз\n2. Два"
