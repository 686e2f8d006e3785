"""What colleagues promise in their own words, and until when."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.readers.promised import promised

NIGHT = datetime(2026, 11, 22, 23, 40, tzinfo=ZoneInfo("Europe/Samara"))  # a Sunday


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("перезвоню через 10 минут", "22 23:50"),
        ("Извините за ожидание! Наберу вас через полчаса", "23 00:10"),
        ("через час отвечу точно", "23 00:40"),
        ("позвоню вам завтра в 10", "23 10:00"),
        ("до 9:00 перезвоню", "23 09:00"),
        ("к 9 утра всё узнаю и напишу", "23 09:00"),
        ("уточню у мастера и вернусь с ответом в течение часа", "23 00:40"),
        ("в течение двадцати минут свяжемся", "23 00:00"),
        ("дайте 15 минут, проверю", "22 23:55"),
        ("завтра утром наберём вас", "23 12:00"),
        ("перезвоню через пару минут", "22 23:42"),
        ("отвечу минут через двадцать", "23 00:00"),
        ("перезвоним в понедельник", "23 18:00"),
        ("посмотрю журнал и отпишусь минут за 20", "23 00:00"),
    ],
)
def test_a_promise_with_a_time_is_recognised(text: str, until: str):
    found = promised(text, NIGHT)
    assert found is not None and f"{found:%d %H:%M}" == until


@pytest.mark.parametrize(
    "text",
    [
        "мастер освободится в 10",
        "сейчас уточню",
        "ждём вас завтра в 10!",
        "маникюр стоит 1500, полтора часа",
        "вы записаны на вторник в 17:00",
        "к сожалению, сегодня не перезвоню, телефон сломан, но в 10 мы открываемся",
        "приходите через 15 минут",
    ],
)
def test_what_promises_no_deed_by_a_time_is_none(text: str):
    assert promised(text, NIGHT) is None
