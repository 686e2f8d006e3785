"""Cues: numbers among their words, gaps between them."""

from __future__ import annotations

import pytest

from chalicelib.readers.cues import Cues

CUES = Cues("[crowd]\n(6|20) (человек|гостей)\n[several]\n<n> имплант*\nимплант* <n> штук*\n")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("нас 6 человек", ["crowd"]),
        ("будет 20 гостей", ["crowd"]),
        ("нас 7 человек", []),
        ("нужно 3 импланта", ["several"]),
        ("импланты 4 штуки", ["several"]),
        ("нужен 1 имплант", []),
    ],
)
def test_a_cue_may_start_with_a_number(words: str, names: list[str]) -> None:
    assert [hit.name for hit in CUES.find(words.split())] == names


GAPS = Cues("[near]\nхочу ~ стрижку\n[far]\nхочу ~ ~ стрижку сегодня\n")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("хочу стрижку", ["near"]),
        ("хочу к вам завтра утром стрижку", ["near"]),
        ("хочу к вам завтра рано утром стрижку", []),
        ("хочу к вам вот прямо рано утром на стрижку сегодня", ["far"]),
        ("хочу к вам вот прямо вот рано утром и на стрижку сегодня", []),
        ("хочу завтра", []),
    ],
)
def test_a_gap_is_of_four_words_and_two_of_eight(words: str, names: list[str]) -> None:
    assert [hit.name for hit in GAPS.find(words.split())] == names
