"""The pattern language in which the rules of days and hours are written, and their vocabulary."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wednesday import NOW

from chalicelib.readers.russian import beside, dates, days, hours
from chalicelib.readers.russian.day_words import mended, vocabulary
from chalicelib.readers.russian.grammar import Row, Word, compiled
from chalicelib.readers.russian.marking import marked
from chalicelib.readers.russian.words import normalise

RULES = [
    *(rule for _, rule in (*beside.TALK, *days.FROM_NOW, *beside.MEASURES, *days.NAMED, days.ANSWER)),
    *(rule.pattern for rule in (*hours.RULES, hours.AT_THE_START, hours.ALONE)),
]
WORDS = sorted(" ".join(words) for words in vocabulary().whole)
NUMBERS = [
    "5",
    "17",
    "25",
    "2026",
    "1730",
    "25го",
    "3-го",
    "17:30",
    "25.11",
    "25/11",
    "10.30",
    "99",
    "0",
    "24",
    "31.02.2027",
]


def row(*kinds: str) -> Row:
    return Row.of(Word(kind, place, place + 1, kind) for place, kind in enumerate(kinds))


def spans(rule: str, *kinds: str) -> list[tuple[int, int]]:
    return [match.span() for match in row(*kinds).matches(rule)]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_made_of_kinds_that_there_are(rule: str) -> None:
    compiled(rule)


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError, match="fortnight"):
        compiled("through fortnight")


def test_a_rule_matches_a_row_of_kinds() -> None:
    assert spans("through number? week", "in", "through", "number", "week", "through", "week") == [(1, 4), (4, 6)]


def test_one_of_several_kinds_may_stand() -> None:
    assert spans("in|onto weekday", "in", "weekday", "onto", "weekday", "by", "weekday") == [(0, 2), (2, 4)]


def test_what_must_not_follow_or_stand_before_is_looked_at() -> None:
    assert spans("number !minute", "number", "minute", "number", "week") == [(2, 3)]
    assert spans("<!in number", "in", "number", "onto", "number") == [(3, 4)]


def test_a_group_has_a_name() -> None:
    match = next(iter(row("onto", "number", "in").matches("span( onto number ) in")))
    assert match.span("span") == (0, 2)


def test_words_that_are_taken_match_no_more() -> None:
    text = row("in", "weekday")
    text.mark(1, 2, "a_day")
    assert list(text.matches("in weekday")) == []
    assert [match.span() for match in text.matches("in a_day")] == [(0, 2)]


def test_an_expression_of_several_words_is_one() -> None:
    assert [(word.text, word.kind, word.value) for word in marked("до обеда или в районе 5")] == [
        ("до обеда", "part", "before_lunch"),
        ("или", "or", None),
        ("в районе", "around", None),
        ("5", "number", 5),
    ]


@pytest.mark.parametrize("said", WORDS)
def test_every_expression_of_the_table_can_be_met(said: str) -> None:
    meaning = vocabulary().whole[tuple(said.split())]
    heard = [(word.kind, word.value) for word in marked(normalise(said))]
    assert heard == ([] if meaning.kind == "extra" else [meaning])


def test_a_number_and_the_unit_that_touches_it_are_two_words() -> None:
    assert [(word.text, word.kind) for word in marked("15мин 25го 3мя 5й")] == [
        ("15", "number"),
        ("мин", "minute"),
        ("25го", "ordinal"),
        ("3мя", "number"),
        ("5й", "adjective"),
    ]


def test_tatar_is_read_in_its_own_letters_and_in_russian_ones() -> None:
    assert [word.kind for word in marked("иртәгә")] == [word.kind for word in marked("иртэгэ")] == ["relative"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("понедельнк", "понедельник"), ("зафтра", "зафтра"), ("воскресене", "воскресенье"), ("завтрак", "завтрак")],
)
def test_a_mistyped_day_is_mended_and_another_word_left(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@given(
    said=st.lists(st.sampled_from([*WORDS, *NUMBERS]), max_size=12),
    now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)),
    bare=st.booleans(),
    moved=st.booleans(),
    off=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_any_words_of_time_make_a_time_that_can_be(
    said: list[str], now: datetime, bare: bool, moved: bool, off: bool
) -> None:
    when = dates.find(" ".join(said), now.replace(tzinfo=NOW.tzinfo), bare=bare, moved=moved, off=off)
    assert when.date is None or when.date >= now.date()
    assert when.time_from is None or when.time_to is None or when.time_from < when.time_to
