"""The fact guard: what the pack and the client said passes, anything else is told."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.desk.facts import foreign_facts, known_facts, told_by_client
from chalicelib.desk.values import Conversation, Language, Request, Wish
from chalicelib.desk.wording import client_text
from chalicelib.regulation.claims import BEFORE_A_VISIT, WITHOUT_A_VISIT
from chalicelib.regulation.language import in_language
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Document, Rules

CLIENTS = Path(__file__).parents[2] / "clients"
DEMOS = ("demo-salon", "demo-clinic", "demo-barbershop")
WISH = Wish(date(2026, 11, 25), time(17), time(21), "завтра вечером")


@lru_cache
def demo(client: str = "demo-salon") -> Rules:
    return load(CLIENTS / client)


def talk(name: str | None = "Анна", wish: Wish | None = WISH, **more: Any) -> Conversation:
    request = Request(service="manicure", wish=wish, name=name, phone="+79000000077")
    return Conversation("c0ffee", "telegram", "700000001", request=request, **more)


# ---------------------------------------------------------------- spelling

KNOWN = (
    "Маникюр — 1 500 ₽, педикюр — от 2 200 ₽, скидка 15%. Ждём 25.11.2026 в 17:00, пн–пт 10:00–20:00. "
    "Телефон +79000000010, экстренно 112 и 8-800-2000-122. Пол-литра: 0,5. Свадьбы от 30 тысяч. "
    "Согласие: https://salon.example/dp-001 и privacy@salon.example, канал @salon_example.",
)


@pytest.mark.parametrize(
    "text",
    [
        "1500",
        "1500 руб.",
        "1\u00a0500 ₽",
        "1 500.",
        "2200р",
        "2,2 тыс. рублей",
        "15 %",
        "15 процентов",
        "25 ноября",
        "25-го ноября 2026",
        "25.11",
        "25/11/26",
        "2026-11-25",
        "November 25",
        "25th of November",
        "25 ноябрь",
        "17.00",
        "17:00",
        "в 17 часов",
        "10.00-20.00",
        "8 (900) 000-00-10",
        "9000000010",
        "88002000122",
        "0.50",
        "30 000",
        "salon.example/dp-001",
        "http://www.salon.example/dp-001/.",
        "Privacy@Salon.Example",
        "@salon_example",
        "Приходите, мы рядом!",
        "",
    ],
)
def test_the_same_fact_in_another_spelling_is_known(text: str) -> None:
    assert foreign_facts(text, KNOWN) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("всего 1400 ₽", ("1400",)),
        ("1 50 ₽", ("1", "50")),
        ("скидка 20%", ("20%",)),
        ("15", ("15",)),
        ("1500%", ("1500%",)),
        ("26 ноября", ("26 ноября",)),
        ("25 ноября 2027", ("25 ноября 2027",)),
        ("25 декабря", ("25 декабря",)),
        ("в 17:30", ("17:30",)),
        ("18.00", ("18.00",)),
        ("+7 900 000-00-11", ("+7 900 000-00-11",)),
        ("тел89000000011", ("89000000011",)),
        ("https://salon.example/dp-002", ("https://salon.example/dp-002",)),
        ("https://salon.example.evil.ru/dp-001", ("https://salon.example.evil.ru/dp-001",)),
        ("пишите на evil.ru", ("evil.ru",)),
        ("пишите на Злой-Сайт.рф/акция", ("злой-сайт.рф/акция",)),
        ("tg://resolve?domain=evil", ("tg://resolve?domain=evil",)),
        ("t.me/evil", ("t.me/evil",)),
        ("evil@salon.example", ("evil@salon.example",)),
        ("@evil_bot", ("@evil_bot",)),
        ("полторы тысячи", ("полторы", "тысячи")),
        ("скидка １６％", ("16%",)),
        ("скидка 1\u200b6%", ("16%",)),
        ("14 и снова 14", ("14",)),
    ],
)
def test_a_fact_nobody_told_is_foreign(text: str, told: tuple[str, ...]) -> None:
    assert foreign_facts(text, KNOWN) == told


@pytest.mark.parametrize(
    "text",
    [
        "и т.д., т.е. завтра",
        "г.Самара, ул.Ленина",
        "Ждём!Приходите.Будем рады",
        "тире – да",
        "АБВ...",
        "а@б",
        "Анна М.",
    ],
)
def test_ordinary_words_state_nothing(text: str) -> None:
    assert foreign_facts(text, ()) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Анна, вы записаны на завтра", "вы записаны"),
        ("Вы\u00a0уже записаны", "вы уже записаны"),
        ("Записала вас к Ольге", "записала вас"),
        ("Я вас записал", "я вас записал"),
        ("Время забронировано", "время забронировано"),
        ("Забронировали столик", "забронировали"),
        ("Подтверждена запись к мастеру", "подтверждена запись"),
        ("Ваша запись подтверждена", "запись подтверждена"),
        ("You are booked", "you are booked"),
        ("Your appointment is confirmed", "appointment is confirmed"),
        ("Сез язылдыгыз", "язылдыгыз"),
        ("Это бесплатно", "бесплатно"),
        ("подарим скидку", "скидку"),
    ],
)
def test_a_promise_the_pack_does_not_make_is_foreign(text: str, told: str) -> None:
    assert foreign_facts(text, ("Заявка принята, администратор подтвердит время.",)) == (told,)


@pytest.mark.parametrize("text", ["Вы не записаны", "Если хотите записаться, напишите", "администратор подтвердит"])
def test_what_promises_nothing_is_not_foreign(text: str) -> None:
    assert foreign_facts(text, ()) == ()


def test_a_promise_the_pack_makes_is_known() -> None:
    assert foreign_facts("Вы записаны, парковка бесплатная", ("вы записаны; бесплатная парковка",)) == ()


def test_another_hour_is_no_known_price() -> None:
    assert foreign_facts("в 15:00", ("цена 15 ₽", "скидка 15%")) == ("15:00",)


# ---------------------------------------------------------------- what may be said to a client


def accepted(conversation: Conversation) -> tuple[str, ...]:
    """What of «заявка принята» would not be said to her."""
    rules = demo()
    text = client_text(rules.registry.accepted, rules, conversation)
    return foreign_facts(text, known_facts(rules, conversation))


def test_what_she_told_may_be_repeated_to_her() -> None:
    assert accepted(talk()) == ()


def test_the_data_of_another_client_may_not() -> None:
    rules = demo()
    text = client_text(rules.registry.accepted, rules, talk(wish=Wish(date(2026, 12, 3), time(9, 10))))
    other = Conversation("decade", "telegram", "700000002")
    assert foreign_facts(text, known_facts(rules, other)) == ("03.12.2026", "09:10", "+79000000077")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Анна evil.ru", "evil.ru"),
        ("https://evil.example/Анна", "https://evil.example/анна"),
        ("Анна a@evil.ru", "a@evil.ru"),
        ("Анна @evil_bot", "@evil_bot"),
        ("Анна, вы записаны", "вы записаны"),
        ("Анна, скидка 90%", "90%"),
        ("Анна 89000000099", "89000000099"),
    ],
)
def test_a_name_brings_no_facts(name: str, told: str) -> None:
    assert told in accepted(talk(name))


@pytest.mark.parametrize(
    ("words", "told"),
    [("после 18, evil.ru", ("evil.ru",)), ("в 5, вы записаны", ("вы записаны",)), ("в 7:15 или 25 мая", ())],
)
def test_of_a_wish_in_her_words_numbers_may_be_repeated_and_links_not(words: str, told: tuple[str, ...]) -> None:
    assert accepted(talk(wish=Wish(words=words))) == told


def test_the_name_of_an_earlier_visit_brings_no_facts_either() -> None:
    rules, conversation = demo(), Conversation("c0ffee", "telegram", "1", known_as="Анна evil.ru")
    text = client_text(rules.dialogue.greeting_again, rules, conversation)
    assert foreign_facts(text, known_facts(rules, conversation)) == ("evil.ru",)


def test_what_colleagues_read_is_not_known_to_clients() -> None:
    rules = demo()
    colleague = rules.business.staff[0]
    assert colleague.phone
    assert foreign_facts(colleague.phone, known_facts(rules, talk())) == (colleague.phone,)


def test_example_phrases_of_the_pack_are_no_facts() -> None:
    rules = demo()
    first, *rest = rules.dialogue.intents
    liar = first.model_copy(update={"phrases": (*first.phrases, "маникюр за 77 рублей")})
    told = rules.model_copy(update={"dialogue": rules.dialogue.model_copy(update={"intents": (liar, *rest)})})
    assert foreign_facts("77", known_facts(told, talk())) == ("77",)


@pytest.mark.parametrize(
    ("words", "left"),
    [("завтра в 5, evil.ru", "завтра в 5, \0"), ("вы записаны на 25 мая", "\0 на 25 мая"), ("", "")],
)
def test_of_her_words_links_and_promises_are_left_out(words: str, left: str) -> None:
    assert told_by_client(words) == left


# ---------------------------------------------------------------- no false alarm on anything the demo packs say

NAMES = st.one_of(
    st.sampled_from(
        ["Анна", "анна", "Анна-Мария", "Гөлнара Әхмәтова", "Пётр Ильич", "Марта", "Мая", "Август", "Anna Maria",
         "O'Neil", "Д. Сотников", "Десятникова", "Сорокина", "Анна М.", "Ян", None, ""]
    ),
    st.text(alphabet="абвгджзиклмнопрстуфьяАМЮ -", max_size=12).filter(lambda name: not foreign_facts(name, ())),
)  # fmt: skip
HOURS = st.one_of(st.none(), st.times().map(lambda at: at.replace(second=0, microsecond=0)))
WORDS = st.one_of(
    st.sampled_from(
        [
            "завтра после 18",
            "в субботу утром",
            "25 ноября в полпятого",
            "часов в 5-6",
            "с 10 до 12",
            "15.12 или 16.12 в 17.00",
            "через 2 недели, 3 000 хватит?",
            "на пять вечера",
            "10:30–11:00",
            "как получится:)",
            "в 8 900 не дозвонилась",
            "",
        ]
    ),
    st.text(alphabet="абвя 0123456789.,:-–/%\n", max_size=30),
)
WISHES = st.one_of(
    st.none(),
    st.builds(
        Wish, date=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2029, 12, 31))), time_from=HOURS, time_to=HOURS,
        words=WORDS,
    ),
)  # fmt: skip
PHONES = st.one_of(st.none(), st.integers(0, 9_999_999).map(lambda number: f"+7900{number:07}"))
SPOKEN: tuple[Language, ...] = ("ru", "tt", "en")


@st.composite
def conversations(draw: st.DrawFn, rules: Rules) -> Conversation:
    service = draw(st.sampled_from([None, *(service.id for service in rules.business.services)]))
    request = Request(service, draw(WISHES), draw(NAMES), draw(PHONES))
    return Conversation("c0ffee", "telegram", "1", request=request, known_as=draw(NAMES))


def templates(rules: Rules) -> list[str]:
    """Every text that a client may be told while no visit stands."""
    return [text for place in (*BEFORE_A_VISIT, *WITHOUT_A_VISIT) for text in _at(rules, place.split("."))]


def _at(value: Any, place: list[str]) -> Iterator[str]:
    if not place:
        yield from [value] if value else []
    elif value is None:
        return
    elif place[0] == "*":
        told = dict(value) if isinstance(value, Document) else value
        for one in told.values() if isinstance(told, dict) else told:
            yield from _at(one, place[1:])
    else:
        yield from _at(getattr(value, place[0]), place[1:])


@pytest.mark.parametrize("client", DEMOS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_nothing_a_demo_pack_says_is_foreign_whatever_she_told(client: str, data: st.DataObject) -> None:
    rules = demo(client)
    conversation = data.draw(conversations(rules))
    spoken = in_language(rules, data.draw(st.sampled_from(SPOKEN)))
    said = data.draw(st.lists(st.sampled_from(templates(spoken)), min_size=1, max_size=4))
    text = "\n\n".join(client_text(template, spoken, conversation) for template in said)
    assert foreign_facts(text, known_facts(rules, conversation)) == ()


@pytest.mark.parametrize("client", DEMOS)
def test_every_text_of_a_demo_pack_is_known(client: str) -> None:
    rules, conversation = demo(client), Conversation("c0ffee", "telegram", "1")
    known = known_facts(rules, conversation)
    said = [client_text(template, rules, conversation) for template in templates(rules)]
    assert [text for text in said if foreign_facts(text, known)] == []


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
@example("0/0")
def test_any_text_is_known_to_itself(text: str) -> None:
    assert foreign_facts(text, (text,)) == ()


@settings(max_examples=100, deadline=None)
@given(st.integers(3, 10**7), st.sampled_from(["{} ₽", "за {} рублей", "всего {}!", "({})", "№{}"]))
def test_any_other_number_is_foreign(number: int, template: str) -> None:
    known = (f"цена {number + 1} ₽, скидка {number}%, 1 и 2",)
    assert foreign_facts(template.format(number), known) == (str(number),)


def test_the_guard_is_quick() -> None:
    rules, conversation = demo(), talk()
    text = client_text(rules.registry.accepted, rules, conversation)
    foreign_facts(text, known_facts(rules, conversation))
    times = []
    for _ in range(20):
        started = clock.perf_counter()
        foreign_facts(text, known_facts(rules, conversation))
        times.append(clock.perf_counter() - started)
    assert min(times) < 0.001
