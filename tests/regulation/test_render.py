"""Texts of the pack become messages."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

from chalicelib.regulation.language import in_language
from chalicelib.regulation.load import load
from chalicelib.regulation.render import opening_hours, price_list, render
from chalicelib.regulation.schema import WEEK, Business, Hours

CLIENTS = Path(__file__).parents[2] / "clients"
LONG = Hours(opens=time(10), closes=time(20))
SHORT = Hours(opens=time(10), closes=time(18))
RUSSIAN = load(CLIENTS / "demo-salon").dialogue
ENGLISH = in_language(load(CLIENTS / "demo-salon"), "en").dialogue


def business(**changes: Any) -> Business:
    known: dict[str, Any] = {
        "name": "Салон",
        "kind": "salon",
        "zone": "Europe/Samara",
        "address": "ул. Сиреневая, д. 7",
        "phone": "+79000000010",
        "hours": dict.fromkeys(WEEK, LONG),
        "services": ({"id": "brows", "title": "Брови", "price": 900, "minutes": 40, "masters": ("anna",)},),
        "staff": ({"id": "anna", "name": "Анна", "role": "мастер"},),
        "channels": ("telegram",),
        "crm": {"kind": "bitrix24", "assigned_to": "anna"},
        "owner": "anna",
    }
    return Business.model_validate({**known, **changes})


def test_a_field_is_replaced_wherever_it_stands() -> None:
    assert render("{name}, ждём вас. {name}!", name="Настя") == "Настя, ждём вас. Настя!"


def test_what_is_not_known_reads_as_a_dash() -> None:
    assert render("{name}, {wish}", name="", wish=None) == "—, —"


def test_braces_in_what_a_client_wrote_are_left_alone() -> None:
    assert render("«{text}»", text="{name} и {0}") == "«{name} и {0}»"


def test_equal_days_are_said_together() -> None:
    hours = {**dict.fromkeys(WEEK, LONG), "sat": SHORT, "sun": None}
    assert opening_hours(hours, RUSSIAN) == "пн–пт 10:00–20:00, сб 10:00–18:00, вс выходной"


def test_two_equal_days_are_named_both() -> None:
    hours = {**dict.fromkeys(WEEK, LONG), "sat": SHORT, "sun": SHORT}
    assert opening_hours(hours, RUSSIAN) == "пн–пт 10:00–20:00, сб, вс 10:00–18:00"


def test_a_week_of_equal_days_is_every_day() -> None:
    assert opening_hours(dict.fromkeys(WEEK, LONG), RUSSIAN) == "ежедневно 10:00–20:00"


def test_equal_days_apart_are_said_apart() -> None:
    hours = {**dict.fromkeys(WEEK, LONG), "wed": None}
    assert opening_hours(hours, RUSSIAN) == "пн, вт 10:00–20:00, ср выходной, чт–вс 10:00–20:00"


def test_prices_are_listed_a_line_each() -> None:
    brows = {"id": "brows", "title": "Брови", "price": 900, "minutes": 40, "masters": ("anna",)}
    colour = {**brows, "id": "colour", "title": "Окрашивание", "price": 14500, "price_from": True}
    assert price_list(business(services=(brows, colour)), RUSSIAN) == "Брови — 900 ₽\nОкрашивание — от 14 500 ₽"


def test_a_week_and_a_price_are_said_in_the_language_of_the_pack() -> None:
    hours = {**dict.fromkeys(WEEK, LONG), "sun": None}
    assert opening_hours(hours, ENGLISH) == "Mon–Sat 10:00–20:00, Sun closed"
    assert opening_hours(dict.fromkeys(WEEK, LONG), ENGLISH) == "daily 10:00–20:00"
    colour = {"id": "colour", "title": "Окрашивание", "price": 14500, "price_from": True, "minutes": 40,
              "masters": ("anna",)}  # fmt: skip
    assert price_list(business(services=(colour,)), ENGLISH) == "Окрашивание — from 14 500 ₽"
