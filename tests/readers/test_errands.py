"""Several visits in one message, each at a time of its own."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk.values import Errand, Reading, Wish
from chalicelib.readers.phrases import Phrases
from tests.engine.world import shipped

NOW = datetime(2026, 11, 22, 23, 40, tzinfo=ZoneInfo("Europe/Samara"))
WEDNESDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 27)


def read(text: str) -> Reading:
    return Phrases().read(text, None, shipped("demo-salon"), NOW)


def test_each_service_is_wished_at_its_own_time():
    reading = read("маникюр в среду в 12, а стрижку в пятницу в 11")
    assert (reading.service, reading.date, reading.time_from, reading.then) == ("manicure", WEDNESDAY, time(12), ())
    assert reading.errands == (Errand("haircut_women", Wish(FRIDAY, time(11))),)


def test_what_is_wished_together_stays_together():
    reading = read("маникюр и брови в среду, стрижку в пятницу")
    assert (reading.service, reading.then, reading.date) == ("manicure", ("brows",), WEDNESDAY)
    assert reading.errands == (Errand("haircut_women", Wish(FRIDAY)),)


def test_an_hour_of_its_own_is_on_the_same_day():
    assert read("маник завтра в 12 и педик в 17").errands == (Errand("pedicure", Wish(None, time(17))),)


def test_each_goes_to_her_own_master():
    reading = read("запишите на маникюр в среду к Анне, а в пятницу на стрижку к Ольге")
    assert reading.masters == ("anna",)
    assert reading.errands == (Errand("haircut_women", Wish(FRIDAY), ("olga",)),)


@pytest.mark.parametrize(
    "text",
    [
        "маникюр и педикюр в среду",
        "маникюр завтра и педикюр завтра",
        "маникюр в среду или педикюр в пятницу",
        "маникюр в среду в 12, если нет, то педикюр в пятницу",
        "маникюр в среду, нет, педикюр в пятницу",
        "маникюр завтра в 12, а педикюр сколько стоит?",
    ],
)
def test_one_visit_is_no_errand(text: str):
    assert read(text).errands == ()


@pytest.mark.parametrize("text", ["сколько стоят маникюр и педикюр?", "маникюр или педикюр сколько стоит?"])
def test_of_several_services_the_price_of_each_is_asked(text: str):
    reading = read(text)
    assert (reading.intent, reading.service, reading.then) == ("question_price", "manicure", ("pedicure",))
