"""What colleagues' words about the rota mean, and which of their words are about something else."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk.agreed import StaffWish
from chalicelib.readers.staff import staff_wish
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Colleague, Rules

NOW = datetime(2026, 11, 22, 23, 40, tzinfo=ZoneInfo("Europe/Samara"))  # a Sunday
TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
THURSDAY, FRIDAY, SATURDAY = date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 28)
THE_25TH, NEW_YEAR = date(2026, 11, 25), date(2027, 1, 1)


@lru_cache
def rules() -> Rules:
    return load(Path(__file__).parents[2] / "clients" / "demo-salon")


def marina() -> Colleague:
    found = rules().business.colleague("marina")
    assert found
    return found


def heard(text: str) -> StaffWish | None:
    return staff_wish(text, rules(), marina(), NOW)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("кто дежурит", StaffWish("who")),
        ("Кто сейчас дежурит?", StaffWish("who")),
        ("дежурный?", StaffWish("who")),
        ("кто на смене", StaffWish("who")),
        ("кто дежурит завтра ночью", StaffWish("who", TOMORROW, "night")),
        ("кто в резерве завтра?", StaffWish("who", TOMORROW)),
        ("кто завтра?", StaffWish("who", TOMORROW)),
        ("кто сегодня ночью", StaffWish("who", TODAY, "night")),
        ("чья смена в субботу", StaffWish("who", SATURDAY)),
        ("кто дежурит 1 января", StaffWish("who", NEW_YEAR)),
        ("кто дежурит 25", StaffWish("who", THE_25TH)),
        ("кто дежурит завтра в 23:00", StaffWish("who", TOMORROW, at=time(23))),
        ("кто дежурит в 3 ночи", StaffWish("who", at=time(3))),
        ("кто дежурит в ночь на субботу", StaffWish("who", FRIDAY, "night")),
        ("кто дежурит в ночь с пятницы на субботу", StaffWish("who", FRIDAY, "night")),
    ],
)
def test_who_is_on_duty_is_asked(text: str, wish: StaffWish) -> None:
    assert heard(text) == wish


@pytest.mark.parametrize(
    "text",
    ["когда я дежурю", "Когда я дежурю?", "мои смены", "когда у меня дежурство", "когда моя смена", "дежурю ли я"],
)
def test_ones_own_shifts_are_asked_for(text: str) -> None:
    assert heard(text) == StaffWish("mine")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("подмени меня", StaffWish("swap")),
        ("подмени меня в пятницу", StaffWish("swap", FRIDAY)),
        ("подмените 25 ночью", StaffWish("swap", THE_25TH, "night")),
        ("подмените 25-го ночью", StaffWish("swap", THE_25TH, "night")),
        ("подмените 25", StaffWish("swap", THE_25TH)),
        ("Подмени меня завтра днём, пожалуйста", StaffWish("swap", TOMORROW, "day")),
        ("подмените меня кто-нибудь в субботу вечером", StaffWish("swap", SATURDAY, "evening")),
        ("кто может подменить меня в пятницу?", StaffWish("swap", FRIDAY)),
        ("не смогу выйти на смену в четверг", StaffWish("swap", THURSDAY)),
        ("в четверг дежурить не могу", StaffWish("swap", THURSDAY)),
        ("нужна замена на 1 января", StaffWish("swap", NEW_YEAR)),
        ("заберите мою смену в пятницу", StaffWish("swap", FRIDAY)),
        ("подмени меня в ночь на субботу", StaffWish("swap", FRIDAY, "night")),
        ("Оля, подмени меня в субботу ночью", StaffWish("swap", SATURDAY, "night", colleague="olga")),
        ("Добрый вечер! Подмените меня, пожалуйста, в субботу", StaffWish("swap", SATURDAY)),
        ("меня подменит Оля в пятницу", StaffWish("swap", FRIDAY, colleague="olga")),
        ("Подменишь меня в пятницу?", StaffWish("swap", FRIDAY)),
        ("сможешь подменить в субботу ночью?", StaffWish("swap", SATURDAY, "night")),
        ("поменяемся сменами в пятницу?", StaffWish("swap", FRIDAY)),
        ("не могу завтра выйти", StaffWish("swap", TOMORROW)),
        ("подмени меня пт 27.11.2026", StaffWish("swap", FRIDAY)),
        ("пусть Аня подменит меня в субботу", StaffWish("swap", SATURDAY, colleague="anna")),
    ],
)
def test_a_colleague_asks_to_be_relieved(text: str, wish: StaffWish) -> None:
    heard_wish = heard(text)
    assert heard_wish == StaffWish(wish.kind, wish.date, wish.part, wish.at, wish.colleague, instead="marina")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("поставь Олю в пятницу ночью", StaffWish("assign", FRIDAY, "night", colleague="olga")),
        ("Поставьте Светлану в резерв в пятницу", StaffWish("assign", FRIDAY, colleague="svetlana", role="reserve")),
        ("поставь Аню 25 ноября вместо Ольги", StaffWish("assign", THE_25TH, colleague="anna", instead="olga")),
        ("пусть Марина дежурит 1 января", StaffWish("assign", NEW_YEAR, colleague="marina")),
        ("пусть Света подменит Анечку в пятницу", StaffWish("assign", FRIDAY, colleague="svetlana", instead="anna")),
        ("поставь меня в субботу ночью", StaffWish("assign", SATURDAY, "night", colleague="marina")),
        ("поставь Олю вместо меня в пятницу", StaffWish("assign", FRIDAY, colleague="olga", instead="marina")),
        ("поставь Олю", StaffWish("assign", colleague="olga")),
        ("поставь Глашу в пятницу ночью", StaffWish("assign", FRIDAY, "night")),
    ],
)
def test_an_editor_puts_somebody_there(text: str, wish: StaffWish) -> None:
    assert heard(text) == wish


@pytest.mark.parametrize(
    "text",
    ["отмени", "Отмени, пожалуйста", "отмените мою просьбу", "передумала", "не надо меня подменять", "не надо замены"],
)
def test_a_wish_is_taken_back(text: str) -> None:
    assert heard(text) == StaffWish("withdraw")


@pytest.mark.parametrize(
    "text",
    [
        "отменить запись клиента на завтра",
        "отменила вашу запись",
        "Здравствуйте! Записали вас на завтра",
        "кто вас записывал?",
        "кто последний?",
        "я сегодня не могу говорить",
        "Мастер подменит, приходите в пятницу",
        "подменю Олю в пятницу",
        "Кто у вас будет завтра делать маникюр",
        "поставь чайник",
        "поставь Олю на маникюр завтра",
        "Пусть Анна вам перезвонит завтра",
        "пусть клиентка подождёт",
        "Мастер может заменить покрытие бесплатно",
        "Анну завтра может подменить Ольга, подойдёт?",
        "Можете поменяться временем с другой гостьей",
        "Доброй ночи! Утром перезвоним",
        "не надо спешить, мы вас ждём",
        "когда вы придёте?",
        "Ждём вас завтра, мастер будет другой, прежний не может. " * 4,
        "",
    ],
)
def test_what_may_be_a_word_for_a_client_is_no_wish_of_the_rota(text: str) -> None:
    assert heard(text) is None


def test_a_name_that_two_colleagues_have_is_nobodys() -> None:
    staff = tuple(
        one.model_copy(update={"name": "Анна Вторая"}) if one.id == "olga" else one for one in rules().business.staff
    )
    two = rules().model_copy(update={"business": rules().business.model_copy(update={"staff": staff})})
    wish = staff_wish("поставь Аню в пятницу ночью", two, marina(), NOW)
    assert wish == StaffWish("assign", FRIDAY, "night")
