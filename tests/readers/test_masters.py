"""To whom she wants to go: colleagues of the pack only, in every form of their names, and never her own name."""

from __future__ import annotations

import pytest

from chalicelib.readers.masters import Masters
from chalicelib.readers.phrases import Phrases
from chalicelib.readers.russian.words import normalise
from tests.engine.world import shipped
from tests.readers.wednesday import NOW

SALON = Masters(shipped().business)
ALL = ("anna", "olga", "marina")


def found(text: str, asked: str | None = None) -> tuple[str, ...]:
    return SALON.find(normalise(text), asked)


@pytest.mark.parametrize(
    ("text", "masters"),
    [
        ("к Ольге в субботу", ("olga",)),
        ("у Ани можно?", ("anna",)),
        ("хочу к Марине Сергеевне", ("marina",)),
        ("запишите к мастеру Ольге", ("olga",)),
        ("к Анечке на маникюр", ("anna",)),
        ("к Оленьке", ("olga",)),
        ("можно Ольгу на пятницу", ("olga",)),
        ("мастер Марина свободна?", ("marina",)),
        ("Ольга в субботу работает?", ("olga",)),
        ("к оле или к анюте", ("anna", "olga")),
        ("i want to see olga on friday", ("olga",)),
        ("with Anna please", ("anna",)),
        ("Аннага язылырга телим", ("anna",)),
    ],
)
def test_a_master_is_known_in_any_form_of_her_name(text: str, masters: tuple[str, ...]):
    assert found(text) == masters


@pytest.mark.parametrize(
    ("text", "masters"),
    [
        ("не к Марине, а к Оле", ("olga",)),
        ("к Ольге, нет, лучше к Ане", ("anna",)),
        ("к Ольге не хочу, давайте к Марине", ("marina",)),
        ("только не к Марине", ("anna", "olga")),
        ("к кому угодно, кроме Марины", ("anna", "olga")),
    ],
)
def test_whom_she_does_not_want_is_left_out_and_of_a_correction_the_last_counts(text: str, masters: tuple[str, ...]):
    assert found(text) == masters


@pytest.mark.parametrize(
    "text", ["без разницы к кому", "любой мастер", "к кому угодно", "any stylist", "всё равно к кому"]
)
def test_whoever_does_not_mind_may_go_to_anybody(text: str):
    assert found(text) == ALL


@pytest.mark.parametrize(
    "text",
    [
        "я Ольга", "меня зовут Анна", "Ольга, запишите на маникюр", "запишите Ольгу на маникюр", "Марина 89000000001",
        "у Светланы можно?", "к Лёше", "на имя Ольги", "всё равно какой день", "Ольге на маникюр",
    ],
)  # fmt: skip
def test_her_own_name_and_who_does_nothing_here_are_no_master(text: str):
    assert found(text) == ()


def test_a_bare_name_answers_a_question_for_the_time_and_is_hers_where_her_name_is_asked():
    assert (found("Ольга", "time"), found("давайте Аня", "time"), found("Ольга", "name")) == (("olga",), ("anna",), ())


def test_with_whom_she_was_is_told_only_of_a_visit():
    assert (found("была у Ольги, понравилось"), found("хочу снова к Ольге, была у неё")) == ((), ("olga",))
    assert SALON.find(normalise("я записана к Анне, перенесите"), told=True) == ("anna",)


def test_of_two_of_the_same_first_name_the_other_names_decide():
    business = shipped().business
    staff = tuple(
        person.model_copy(update={"name": {"olga": "Ольга Белова", "marina": "Ольга Чернова"}[person.id]})
        if person.id in ("olga", "marina")
        else person
        for person in business.staff
    )
    masters = Masters(business.model_copy(update={"staff": staff}))
    assert masters.find("к ольге черновой") == ("marina",)
    assert masters.find("к ольге") == ("olga", "marina")


def test_a_message_that_only_names_a_master_is_a_wish_to_come_and_no_reason_to_wake_anybody():
    reading = Phrases().read("у Ани можно?", None, shipped(), NOW)
    assert (reading.intent, reading.escalate, reading.masters, reading.name) == ("booking", None, ("anna",), None)


@pytest.mark.parametrize(
    ("text", "masters"),
    [
        ("а к хирургу", ("timur",)),
        ("к терапевту на среду", ("pavel",)),
        ("к хирургу Тимуру", ("timur",)),
        ("к стоматологу на осмотр", ()),
        ("что делает хирург?", ()),
    ],
)
def test_a_colleague_may_be_asked_for_by_a_role_that_not_everybody_has(text: str, masters: tuple[str, ...]):
    assert Masters(shipped("demo-clinic").business).find(normalise(text)) == masters


@pytest.mark.parametrize(
    ("text", "stranger"),
    [
        ("к доктору Ивановой хочу записаться", True),
        ("запишите к врачу Сергею", True),
        ("к врачу Петрову на осмотр", True),
        ("к доктору Павлу", False),
        ("к врачу Павлу Петрову", False),
        ("к врачу на осмотр завтра", False),
        ("к детскому врачу", False),
        ("к врачу детскому на среду", False),
        ("Иванова, к врачу на среду", False),
        ("запишите маму к врачу, Галина Петровна, 68 лет", False),
    ],
)
def test_who_asks_for_a_colleague_that_is_not_there_is_heard(text: str, stranger: bool):
    assert Masters(shipped("demo-clinic").business).names_a_stranger(normalise(text)) == stranger
