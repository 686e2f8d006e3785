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


CHOICES = Cues("[pair]\nслово (у вас)? тут\n[both]\nслово (у вас|еще)? там\n[last]\nслово (вот|$)\n")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("слово тут", ["pair"]),
        ("слово у вас тут", ["pair"]),
        ("слово у тут", []),
        ("слово там", ["both"]),
        ("слово еще там", ["both"]),
        ("слово у вас там", ["both"]),
        ("слово", ["last"]),
    ],
)
def test_a_choice_that_may_be_nothing_may_be_of_several_words(words: str, names: list[str]) -> None:
    assert [hit.name for hit in CHOICES.find(words.split())] == names


OPENING = Cues("[first]\n^ слово (тут|$)\n")


@pytest.mark.parametrize(("words", "names"), [("слово тут", ["first"]), ("слово", ["first"]), ("вот слово тут", [])])
def test_a_cue_may_have_to_open_the_message(words: str, names: list[str]) -> None:
    assert [hit.name for hit in OPENING.find(words.split())] == names
