"""Several mistakes at once: `nochnik check` finds all of them in one run, each once, and invents none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.regulation.conftest import intent_of

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy

EVERYBODY = "есть svetlana, anna, olga, marina"
PRICE = "price: число должно быть не меньше 0; написано «-1»"
PHONE = "телефон пишется как +7 и десять цифр без пробелов, например +79000000001"
ID = "пишите строчными латинскими буквами, цифрами, «-» и «_», начиная с буквы, не длиннее 32 знаков"


def said(pack: PackCopy) -> list[tuple[str, str]]:
    return [(mistake.file, mistake.sentence) for mistake in pack.mistakes()]


def test_a_wrong_value_hides_nothing_of_its_own_document(pack: PackCopy) -> None:
    pack.change("business.yaml", "price: 1500", "price: -1")
    pack.change("business.yaml", "masters: [marina]", "masters: [olgaa]")
    pack.change("business.yaml", "assigned_to: svetlana", "assigned_to: petya")
    pack.change("business.yaml", 'closes: "18:00"', 'closes: "08:00"')
    assert said(pack) == [
        ("business.yaml", "суббота: закрытие не позже открытия, исправьте часы"),
        ("business.yaml", PRICE),
        ("business.yaml", f"сотрудника «olgaa» нет в business.yaml: {EVERYBODY}"),
        ("business.yaml", f"сотрудника «petya» нет в business.yaml: {EVERYBODY}"),
    ]


def test_a_wrong_value_hides_nothing_of_other_documents(pack: PackCopy) -> None:
    pack.change("business.yaml", "price: 1500", "price: -1")
    pack.change("RT-001.yaml", "duty: marina", "duty: petya")
    pack.change("RM-001.yaml", "if_quiet: skip", "if_quiet: null")
    (price, duty, quiet) = said(pack)
    assert (price, duty) == (
        ("business.yaml", PRICE),
        ("RT-001.yaml", f"сотрудника «petya» нет в business.yaml: {EVERYBODY}"),
    )
    assert quiet[0] == "RM-001.yaml" and "допишите if_quiet" in quiet[1]


def test_a_rota_with_a_wrong_hour_still_has_its_gaps_and_strangers(pack: PackCopy) -> None:
    pack.change("RT-001.yaml", 'told_at: "19:00"', 'told_at: "19.00"')
    pack.change("RT-001.yaml", "  - days: [fri, sat]\n", "  - days: [sat]\n")
    pack.change("RT-001.yaml", "duty: marina", "duty: vasya")
    sentences = [sentence for _, sentence in said(pack)]
    assert "told_at: время пишется как 09:30; написано «19.00»" in sentences
    assert f"сотрудника «vasya» нет в business.yaml: {EVERYBODY}" in sentences
    assert any(sentence.startswith("не закрыто: ") for sentence in sentences)


def test_answers_with_a_wrong_threshold_are_still_counted(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: dialogue.update(confidence_threshold=7))
    pack.edit(lambda dialogue: intent_of(dialogue, "complaint").pop("escalate"))
    pack.edit(lambda dialogue: dialogue["intents"].remove(intent_of(dialogue, "other")))
    assert {sentence for _, sentence in said(pack)} == {
        "confidence_threshold: число должно быть меньше 1; написано «7»",
        "complaint: здесь всегда нужен человек, допишите escalate",
        "нет намерения «other»: добавьте его фразы и ответы",
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("business.yaml", "  - id: anna", "  - id: Anna", f"id: {ID}; написано «Anna»"),
        ("business.yaml", "masters: [marina]", "masters: [Marina]", f"masters: {ID}; написано «Marina»"),
        ("business.yaml", "minutes: 90", "minutes: полтора", "minutes: здесь нужно целое число; написано «полтора»"),
        ("business.yaml", 'phone: "+79000000010"', 'phone: "89000000010"', f"phone: {PHONE}; написано «89000000010»"),
        ("RT-001.yaml", "days: [sat, sun]", "days: [sat, su]",
         "days: можно только mon, tue, wed, thu, fri, sat или sun; написано «su»"),
        ("RT-001.yaml", 'ends: "21:00"', 'ends: "21"', "ends: время пишется как 09:30; написано «21»"),
        ("RM-001.yaml", 'quiet_from: "22:00"', "quiet_from: в десять", "quiet_from: время пишется как 09:30; "
         "написано «в десять»"),
        ("SLA-001.yaml", "who: reserve", "who: reserv", "who: можно только duty, reserve, extra или owner; "
         "написано «reserv»"),
        ("RP-001.md", "  - name: client_name", "  - name: client",
         "name: можно только source, client_name, contact, service, preferred_time, status или assigned_to; "
         "написано «client»"),
    ],
)  # fmt: skip
def test_one_wrong_value_is_one_mistake(pack: PackCopy, file: str, old: str, new: str, sentence: str) -> None:
    pack.change(file, old, new)
    assert said(pack) == [(file, sentence)]


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("business.yaml", "staff:\n", "people:\n", "people: такого поля нет: уберите его"),
        ("business.yaml", "hours:\n", "hour:\n", "hour: такого поля нет, возможно, вы имели в виду «hours»"),
        (
            "RP-001.md",
            "    too_far: >-",
            "    to_far: >-",
            "to_far: такого поля нет, возможно, вы имели в виду «too_far»",
        ),
        ("SLA-001.yaml", "triggers:\n", "trigers:\n", "trigers: такого поля нет, возможно, вы имели в виду «triggers»"),
    ],
)
def test_a_lost_part_brings_no_others_down(pack: PackCopy, file: str, old: str, new: str, sentence: str) -> None:
    pack.change(file, old, new)
    assert [found for found in said(pack) if "а оно обязательно" not in found[1]] == [(file, sentence)]


def test_a_name_that_cannot_be_hides_nothing_of_those_beside_it(pack: PackCopy) -> None:
    pack.change("business.yaml", "  sun: null", "  воскресенье: null")
    pack.change("business.yaml", 'closes: "18:00"', 'closes: "08:00"')
    pack.change("SLA-001.yaml", "ladders:\n  urgent:", "ladders:\n  urgnt:")
    pack.change("SLA-001.yaml", "after_minutes: 8, who: reserve", "after_minutes: 80, who: reserve")
    assert [sentence.split(";")[0] for _, sentence in said(pack)] == [
        "суббота: закрытие не позже открытия, исправьте часы",
        "воскресенье: можно только mon, tue, wed, thu, fri, sat или sun",
        "urgnt: можно только urgent, high, normal или low",
        "high: шаги идут не по порядку минут, переставьте",
    ]


def test_a_button_of_an_intent_that_there_is_not_is_one_mistake(pack: PackCopy) -> None:
    pack.change("RP-002.json", '"offers": {', '"offers": {"bookings": "Запись", ')
    (mistake,) = pack.mistakes()
    assert mistake.sentence.startswith("bookings: можно только booking, reschedule")


def test_a_weekday_nothing_is_said_of_makes_no_silence(pack: PackCopy) -> None:
    pack.change("business.yaml", '  mon: {opens: "10:00", closes: "20:00"}\n', "")
    sentence = "не сказано, как вы работаете (понедельник): напишите часы или «mon: null»"
    assert said(pack) == [("business.yaml", sentence)]


def test_a_language_nobody_knows_is_one_mistake(pack: PackCopy) -> None:
    pack.change("RP-002.json", '"en": {', '"eng": {')
    assert said(pack) == [("RP-002.json", "eng: можно только ru, tt или en; написано «eng»")]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"responses": [None]}, "responses: здесь нужен текст"),
        ({"phrases": [[]]}, "phrases: здесь нужен текст"),
    ],
)
def test_a_bad_item_does_not_make_its_list_empty(
    pack: PackCopy, change: dict[str, list[object]], sentence: str
) -> None:
    pack.edit(lambda dialogue: intent_of(dialogue, "other").update(change))
    assert said(pack) == [("RP-002.json", sentence)]
