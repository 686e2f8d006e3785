"""Who the visit is for, and how to reach her."""

from __future__ import annotations

import pytest

from chalicelib.readers.russian import names, phones

MASTERS = ("Ольга", "Светлана")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("меня зовут Настя", "Настя"),
        ("это Оля, запишите на завтра", "Оля"),
        ("запишите Марину на завтра", "Марина"),
        ("запишите мужа Сергея на стрижку", "Сергей"),
        ("запишите дочку Машу", "Маша"),
        ("меня зовут Оля, запишите маму, Галину Петровну", "Галина Петровна"),
        ("запишите Александра", "Александр"),
        ("меня зовут Александра", "Александра"),
        ("меня зовут Эсмеральда", "Эсмеральда"),
        ("на имя Алёны", "Алёна"),
        ("запишите на Марию", "Мария"),
        ("запись для Кати", "Катя"),
        ("запишите Анну Петрову", "Анна Петрова"),
        ("я дима", "Дима"),
        ("меня зовут эльдар, хочу подстричься", "Эльдар"),
        ("хочу записать сына, Тимура", "Тимур"),
        ("Айгуль, 89000000001", "Айгуль"),
        ("я Вера", "Вера"),
    ],
)
def test_the_person_is_named_in_the_nominative(text: str, name: str) -> None:
    assert names.find(text, staff=MASTERS) == name


@pytest.mark.parametrize(
    "text",
    [
        "запишите меня к Ольге на завтра",
        "хочу к Оле",
        "у Светы есть окно?",
        "мастер Ольга завтра работает?",
        "подруга Катя посоветовала",
        "Здравствуйте, Ольга!",
        "спасибо Оля",
        "надежда есть?",
        "я рада",
        "любовь с первого взгляда",
        "запишите на маникюр",
    ],
)
def test_masters_friends_and_ordinary_words_are_no_client(text: str) -> None:
    assert names.find(text, staff=MASTERS) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("Анна", "Анна"), ("вера", "Вера"), ("Ольга", "Ольга"), ("Эдуардо", "Эдуардо"), ("анна петрова", "Анна")],
)
def test_an_answer_to_what_is_your_name_is_a_name(text: str, name: str) -> None:
    assert names.find(text, staff=MASTERS, asked=True) == name


@pytest.mark.parametrize("text", ["да", "зачем вам", "не скажу", "маникюр завтра в 5", "89000000001"])
def test_not_every_answer_is_a_name(text: str) -> None:
    assert names.find(text, staff=MASTERS, asked=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "8 900 000-00-01",
        "+7(900)000-00-01 анна",
        "9000000001",
        "79000000001",
        "тел:89000000001.",
        "8.900.000.00.01",
        "89000000001 в 17 00",
        "89000000001 5 вечера",
        "не 89000000009, а 89000000001",
        "восемь девятьсот ноль ноль ноль ноль ноль ноль один",
    ],
)
def test_a_phone_is_written_one_way(text: str) -> None:
    assert phones.find(text) == "+79000000001"


@pytest.mark.parametrize(
    "text",
    [
        "8900000000",
        "890000000012",
        "+7 900 000 00 01 23",
        "карта 2200 0000 0000 0000",
        "2200000000000000",
        "паспорт 9200 123456",
        "XTA21099012345678",
        "+375291234567",
        "25.11.2026 17:00",
        "",
    ],
)
def test_too_short_too_long_and_other_numbers_are_no_phone(text: str) -> None:
    assert phones.find(text) is None
