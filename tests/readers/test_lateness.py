"""How late she says she will be, and whether an hour is «at» or «from»."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk.values import Reading
from chalicelib.readers.phrases import Phrases
from chalicelib.readers.russian import dates, lateness
from chalicelib.readers.russian.words import normalise
from tests.engine.world import shipped

WEDNESDAY = datetime(2026, 11, 25, 16, 40, tzinfo=ZoneInfo("Europe/Samara"))


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("Опаздываю на 15 минут", 15),
        ("буду позже минут на 20", 20),
        ("минут на двадцать задержусь", 20),
        ("задерживаюсь на полчаса", 30),
        ("опоздаю на пол часа", 30),
        ("на четверть часа опоздаю", 15),
        ("опаздываю на час", 60),
        ("полтора часа буду ехать", 90),
        ("опаздываю на 2 часа", 120),
        ("пробка, +20 мин", 20),
        ("паркуюсь, 5 мин", 5),
        ("минуточек через десять будем", 10),
        ("I'm running 15 min late", 15),
        ("half an hour late, sorry", 30),
        ("опаздываю", None),
        ("буду в 17:20", None),
        ("опоздаю на 900 минут", None),
        ("0 минут", None),
    ],
)
def test_minutes_are_heard_as_people_say_them(said: str, minutes: int | None):
    assert lateness.find(normalise(said)) == minutes


@pytest.mark.parametrize(
    ("said", "minutes"), [("опаздываю на 15 минут", 15), ("маникюр длится 90 минут?", None), ("стою в пробке", None)]
)
def test_the_reader_tells_how_late_only_of_who_is_late(said: str, minutes: int | None):
    assert Phrases().read(said, None, shipped(), WEDNESDAY).minutes == minutes


@pytest.mark.parametrize("said", ["завтра после 17", "завтра с 17", "завтра не раньше 17", "завтра попозже 17"])
def test_from_five_is_an_open_end(said: str):
    reading = Phrases().read(f"маникюр {said}", None, shipped(), WEDNESDAY)
    assert _time(reading) == (date(2026, 11, 26), time(17), None, True)


@pytest.mark.parametrize("said", ["завтра в 18", "завтра к 18", "завтра 18:00", "завтра часов в шесть"])
def test_at_six_is_the_hour_itself(said: str):
    reading = Phrases().read(f"маникюр {said}", None, shipped(), WEDNESDAY)
    assert _time(reading) == (date(2026, 11, 26), time(18), None, False)


def test_after_work_has_no_end():
    assert dates.find("завтра после работы", WEDNESDAY).open_end


def test_noon_is_an_hour():
    assert not dates.find("завтра в полдень", WEDNESDAY).open_end


@pytest.mark.parametrize("said", ["с 17 до 19", "до 17", "вечером", "завтра", "после 5, но до 8"])
def test_a_span_a_part_of_the_day_and_a_bare_day_are_no_open_end(said: str):
    assert not dates.find(said, WEDNESDAY).open_end


def _time(reading: Reading) -> tuple[date | None, time | None, time | None, bool]:
    return reading.date, reading.time_from, reading.time_to, reading.open_end
