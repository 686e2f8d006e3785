"""Patterns that are compiled late."""

from __future__ import annotations

import re

import pytest

from chalicelib.patterns import lazy


def test_a_lazy_pattern_finds_what_a_compiled_one_does() -> None:
    late, early = lazy(r"(\d+) руб"), re.compile(r"(\d+) руб")
    text = "1500 руб, потом 200 руб"
    assert late.findall(text) == early.findall(text)
    assert late.sub("*", text) == early.sub("*", text)
    found = late.search(text)
    assert found is not None
    assert found[1] == "1500"


def test_flags_count() -> None:
    assert lazy("привет", re.IGNORECASE).match("Привет")


def test_nothing_is_compiled_before_the_first_use() -> None:
    broken = lazy("(")
    with pytest.raises(re.error):
        broken.search("")


def test_a_method_is_asked_for_once() -> None:
    late = lazy("a")
    assert late.search is late.search
