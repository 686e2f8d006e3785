"""Spans of days, where no one day is named. It is Wednesday, 18 November 2026, at night."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from wednesday import NOW

from chalicelib.readers.russian import dates, spans
from chalicelib.readers.russian.grammar import compiled


def days(since: str, until: str) -> tuple[date | None, date | None]:
    first, last = (date.fromisoformat(f"2026-{day}") if day else None for day in (since, until))
    return first, last


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ("можно на этой неделе?", "11-18", "11-22"),
        ("когда-нибудь на неделе", "11-18", "11-22"),
        ("на следующей неделе", "11-23", "11-29"),
        ("перенесите на следующую неделю", "11-23", "11-29"),
        ("на той неделе после 18", "11-23", "11-29"),
        ("со следующей недели", "11-23", ""),
        ("sometime next week", "11-23", "11-29"),
        ("киләсе атнада", "11-23", "11-29"),
        ("в начале недели", "11-23", "11-24"),
        ("ближе к концу недели", "11-19", "11-22"),
        ("в середине следующей недели", "11-25", "11-26"),
        ("в декабре", "12-01", "12-31"),
        ("в ноябре", "11-18", "11-30"),
        ("в начале декабря", "12-01", "12-10"),
        ("в середине месяца", "11-18", "11-20"),
        ("в конце месяца", "11-21", "11-30"),
        ("в следующем месяце", "12-01", "12-31"),
        ("не раньше пятницы", "11-20", ""),
        ("после пятницы", "11-21", ""),
        ("не позже пятницы", "", "11-20"),
        ("до пятницы", "", "11-19"),
        ("до пятницы я в Казани", "11-20", ""),
        ("после 20-го, но до 25-го", "11-21", "11-24"),
        ("до нового года", "", "12-31"),
        ("на этой неделе не могу, давайте на следующей", "11-23", "11-29"),
        ("не в понедельник, на следующей неделе", "11-24", "11-29"),
        ("не в среду, на следующей неделе", "11-23", "11-29"),
    ],
)
def test_a_span_is_the_days_from_which_and_until_which_she_can(said: str, since: str, until: str):
    when = dates.find(said, NOW)
    assert (when.date, when.since, when.until) == (None, *days(since, until))


@pytest.mark.parametrize(
    "said",
    [
        "на следующей неделе в среду", "через неделю", "через неделю-две", "в выходные", "25 декабря", "с 1 декабря",
    ],
)  # fmt: skip
def test_where_a_day_is_named_there_is_no_span(said: str):
    when = dates.find(said, NOW)
    assert when.date
    assert (when.since, when.until) == (None, None)


@pytest.mark.parametrize(
    "said",
    [
        "уезжаю на неделю", "на этой неделе не могу", "на той неделе делала у вас маникюр", "на прошлой неделе",
        "в октябре была у вас", "в марте приходила", "в начале очереди", "в конце концов", "до 18", "работаю до конца",
        "после работы",
    ],
)  # fmt: skip
def test_what_only_sounds_so_is_none(said: str):
    when = dates.find(said, NOW)
    assert (when.date, when.since, when.until) == (None, None, None)


def test_on_a_sunday_this_week_is_that_which_begins():
    sunday = NOW + timedelta(days=4)
    assert dates.find("на этой неделе", sunday).until == date(2026, 11, 29)


def test_december_said_in_december_begins_today_and_january_is_next_year():
    december = NOW.replace(month=12, day=20)
    assert dates.find("в декабре", december).since == date(2026, 12, 20)
    assert dates.find("в январе", december).since == date(2027, 1, 1)


def test_a_cancelled_visit_and_what_is_told_aside_have_no_span():
    assert dates.find("на этой неделе отмените всё", NOW, off=True).since is None
    assert dates.heard("в декабре рожать", NOW).when(aside=True).since is None


@pytest.mark.parametrize("rule", [rule for _, rule in spans._RULES])
def test_every_rule_is_made_of_kinds_that_there_are(rule: str):
    compiled(rule)
