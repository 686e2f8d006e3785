"""Days and hours in the words of clients."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from wednesday import NOW

from chalicelib.readers.russian import dates
from chalicelib.readers.russian.dates import When
from chalicelib.readers.russian.numbers import in_digits
from infra import labelled

SAID = list(labelled.read(Path(__file__).with_name("days_and_hours.txt")))
OF_VISITS = list(labelled.read(Path(__file__).with_name("moved_visits.txt")))
SATURDAY_NIGHT = datetime(2026, 11, 21, 23, 40, tzinfo=NOW.tzinfo)
MORNING = datetime(2026, 11, 18, 10, 0, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize("case", SAID, ids=[case.text for case in SAID])
def test_a_time_is_worked_out_from_now(case: labelled.Message) -> None:
    when = dates.find(case.text, NOW)
    expected = case.expected
    assert when == When(expected["date"], expected["time_from"], expected["time_to"])


@pytest.mark.parametrize("case", OF_VISITS, ids=[case.text for case in OF_VISITS])
def test_of_a_visit_that_stands_the_new_time_is_told_from_the_old(case: labelled.Message) -> None:
    intent, expected = case.expected["intent"], case.expected
    when = dates.find(case.text, NOW, moved=intent in ("reschedule", "running_late"), off=intent == "cancel")
    assert when == When(expected["date"], expected["time_from"], expected["time_to"])


def test_the_weekend_said_on_a_weekend_night_is_the_next_one() -> None:
    assert dates.find("на выходных", SATURDAY_NIGHT) == When(date(2026, 11, 28))


def test_a_weekday_said_on_that_day_is_a_week_later() -> None:
    assert dates.find("в субботу", SATURDAY_NIGHT) == When(date(2026, 11, 28))


def test_today_at_an_hour_still_to_come_is_today() -> None:
    assert dates.find("сегодня в 5", MORNING) == When(date(2026, 11, 18), time(17))


def test_an_hour_from_now_may_be_tomorrow() -> None:
    assert dates.find("через час", NOW) == When(date(2026, 11, 19), time(0, 40))


def test_of_a_moved_visit_the_new_time_counts() -> None:
    assert dates.find("перенесите с пятницы в 5 на субботу в 6", NOW, moved=True) == When(date(2026, 11, 21), time(18))


def test_the_day_of_the_visit_she_has_is_not_the_new_one() -> None:
    assert dates.find("я записана на завтра, можно перенести?", NOW, moved=True) == When()


def test_a_day_she_cannot_come_is_the_day_of_a_cancelled_visit() -> None:
    assert dates.find("завтра не смогу", NOW, off=True) == When(date(2026, 11, 19))
    assert dates.find("завтра не смогу", NOW) == When()


def test_a_number_alone_is_an_hour_only_when_the_time_was_asked() -> None:
    assert dates.find("17", NOW, bare=True) == When(None, time(17))
    assert dates.find("17", NOW) == When()


@pytest.mark.parametrize("answer", ["25", "25.", "на 25", "25-го", "25 числа"])
def test_an_answer_too_large_for_an_hour_is_a_day(answer: str) -> None:
    assert dates.find(answer, NOW, bare=True) == When(date(2026, 11, 25))


def test_an_hour_without_a_day_is_none_where_she_speaks_of_something_else() -> None:
    assert dates.heard("болит с утра", NOW).when(aside=True) == When()
    assert dates.heard("можно завтра утром?", NOW).when(aside=True) == When(date(2026, 11, 19), time(9), time(12))
    assert dates.heard("работаете ли вы с 5 утра?", NOW).when(aside=True) == When(None, time(5))


def test_a_29th_of_february_is_that_of_the_coming_year_only() -> None:
    assert dates.find("29 февраля", datetime(2027, 12, 1, 12, tzinfo=NOW.tzinfo)) == When(date(2028, 2, 29))
    assert dates.find("29 февраля", datetime(2027, 2, 1, 12, tzinfo=NOW.tzinfo)) == When()


def test_a_date_that_passed_lately_is_asked_again_and_one_of_months_ago_is_next_year() -> None:
    assert dates.find("10 ноября", NOW) == When()
    assert dates.find("10 марта", NOW) == When(date(2027, 3, 10))


def test_the_31st_is_looked_for_in_a_month_that_has_one() -> None:
    assert dates.find("31 числа", NOW) == When(date(2026, 12, 31))


def test_a_month_after_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    assert dates.find("через месяц", datetime(2027, 1, 31, 12, tzinfo=NOW.tzinfo)) == When(date(2027, 2, 28))


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("двадцать пятого в пять", "25го в 5"),
        ("полвосьмого", "7:30"),
        ("в половине шестого", "в 5:30"),
        ("четверть пятого", "4:15"),
        ("без четверти шесть", "5:45"),
        ("без пяти час", "12:55"),
        ("без десяти ноль", "23:50"),
        ("десять минут шестого", "5:10"),
        ("в час дня", "в 1 час дня"),
        ("в час пик", "в час пик"),
        ("в семнадцать тридцать", "в 17 30"),
        ("сто двадцать пять", "125"),
        ("без двадцати шесть", "5:40"),
        ("в третьем часу", "в 2:00"),
        ("в начале шестого", "в 5:00"),
        ("первое декабря", "1е декабря"),
        ("между двенадцатью и двумя", "между 12 и 2"),
        ("мастер один", "мастер 1"),
        ("пятнистый десятник", "пятнистый десятник"),
    ],
)
def test_numbers_in_words_become_digits(said: str, digits: str) -> None:
    assert in_digits(said) == digits
