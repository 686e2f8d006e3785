"""What `nochnik check` says of texts that claim too much, or say too little: each edit, its line and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.regulation.load import load
from tests.regulation.conftest import intent_of

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy

PERSON = "помощник это программа и за человека себя не выдаёт, перепишите"
BOOKED = "есть только заявка, а это обещание визита; напишите, что заявка принята"
TERM = "этот срок никто не удержит, уберите его"
RESCUE = "при угрозе жизни ответ должен называть 103 или 112: допишите"
ADDRESS = "Наш адрес: {address}."


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Я администратор, чем помочь?", f"«Я администратор»: {PERSON}"),
        ("Я живой человек.", f"«Я живой человек»: {PERSON}"),
        ("Нет, я не бот.", f"«я не бот»: {PERSON}"),
        ("Вам отвечает администратор.", f"«Вам отвечает администратор»: {PERSON}"),
        ("Меня зовут Светлана.", "«Меня зовут Светлана»: это имя вашего сотрудника, а пишет программа, перепишите"),
        ("Вы записаны на завтра!", f"«Вы записаны»: {BOOKED}"),
        ("Готово, записала вас к Анне.", f"«записала вас»: {BOOKED}"),
        ("Запись подтверждена.", f"«Запись подтверждена»: {BOOKED}"),
        ("Перезвоним вам через 5 минут.", f"«Перезвоним вам через 5»: {TERM}"),
        ("Ответим в течение часа или в течение 30 минут.", f"«Ответим в течение часа или в течение 30»: {TERM}"),
    ],
)
def test_a_text_that_claims_too_much(pack: PackCopy, said: str, sentence: str) -> None:
    pack.change("RP-002.json", ADDRESS, said)
    assert pack.mistakes() == [pack.at("RP-002.json", f'"{said}"', sentence)]


@pytest.mark.parametrize(
    "said",
    [
        "Я программа, не человек.",
        "С вами будет говорить человек.",
        "Вы ещё не записаны.",
        "Ваша заявка принята, администратор подтвердит запись.",
        "Маникюр длится полтора часа, покрытие держится две недели.",
        "Позову мастера: я не человек и сам не подскажу.",
    ],
)
def test_an_honest_text_passes(pack: PackCopy, said: str) -> None:
    pack.change("RP-002.json", ADDRESS, said)
    assert load(pack.folder).client == "demo-salon"


PRICE = "такой цены нет ни у одной услуги в business.yaml, исправьте её"
PHONE = "не ваш телефон из business.yaml: напишите {phone}, он подставится сам"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Маникюр стоит 1 600 ₽.", f"«1 600 ₽»: {PRICE}"),
        ("Маникюр всего за 500 рублей!", f"«500 руб»: {PRICE}"),
        ("Маникюр от 1.501 руб.", f"«1.501 руб»: {PRICE}"),
        ("Звоните: +7 900 000-00-99.", f"«+7 900 000-00-99» {PHONE}"),
        ("Звоните: 8 (900) 000 00 99.", f"«8 (900) 000 00 99» {PHONE}"),
    ],
)
def test_an_answer_with_a_price_or_a_phone_that_is_not_ours(pack: PackCopy, said: str, sentence: str) -> None:
    pack.change("RP-002.json", ADDRESS, said)
    assert pack.mistakes() == [pack.at("RP-002.json", f'"{said}"', sentence)]


@pytest.mark.parametrize(
    "said",
    [
        "Маникюр 1 500 ₽, педикюр 2200 рублей, стрижка от 1.800 руб.",
        "Звоните: 8 (900) 000-00-10 или +79000000010.",
        "Дом 1500, рядом с домом 12, 5 минут пешком.",
    ],
)
def test_an_answer_with_our_own_price_or_phone(pack: PackCopy, said: str) -> None:
    pack.change("RP-002.json", ADDRESS, said)
    assert load(pack.folder).client == "demo-salon"


@pytest.mark.parametrize(
    ("language", "said", "sentence"),
    [
        ("en", "I'm a person, really.", f"«I'm a person»: {PERSON}"),
        ("en", "I am not a bot.", f"«I am not a bot»: {PERSON}"),
        ("en", "You are booked.", f"«You are booked»: {BOOKED}"),
        ("tt", "Мин кеше.", f"«Мин кеше»: {PERSON}"),
        ("tt", "Сез язылдыгыз.", f"«Сез язылдыгыз»: {BOOKED}"),
    ],
)
def test_a_claim_in_another_language(pack: PackCopy, language: str, said: str, sentence: str) -> None:
    pack.edit(lambda dialogue: dialogue["languages"][language]["responses"].update(thanks=said))
    assert pack.mistakes() == [pack.at("RP-002.json", f'"{said}"', sentence)]


def test_a_request_that_is_called_a_visit_in_the_registry(pack: PackCopy) -> None:
    pack.change("RP-001.md", "В вашей заявке: {service}", "Вы записаны: {service}")
    assert pack.mistakes() == [pack.at("RP-001.md", "mine: >-", f"«Вы записаны»: {BOOKED}")]


def test_a_reminder_of_a_visit_may_say_that_it_stands(pack: PackCopy) -> None:
    pack.change("RM-001.yaml", "Напоминаем:", "Напоминаем, вы записаны:")
    assert load(pack.folder).client == "demo-salon"


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "sentence"),
    [
        ("RP-002.json", "звоните прямо сейчас: 112 или 103. Детям", "держитесь. Детям",
         '"crisis": "Если', RESCUE),
        ("RP-002.json", "шалтыратыгыз: 112 яки 103.", "шалтыратыгыз.", "Гомергә куркыныч янаса, хәзер үк шалтыратыгыз.",
         RESCUE),
        ("RP-002.json", "Call 103 or 112 right now: that", "That", '"emergency": "That', RESCUE),
        ("RP-002.json", "Я программа-помощник, не человек.", "Я помощник.", '"assistant": "Я помощник.',
         "не сказано, что отвечает программа: допишите"),
        ("RP-002.json", "С возвращением, {name}!", "С возвращением!", "С возвращением!",
         "знакомого приветствуем по имени: допишите {name}"),
        ("RP-001.md", "заявка принята: {service}, {wish}.", "заявка принята: {wish}.", "accepted: >-",
         "клиент не проверит, что записано: допишите {service}"),
        ("DP-001.md", "данных, редакция {version}: {url}", "данных: {url}", "ask: >-",
         "клиент не знает, на какую редакцию соглашается: допишите {version}"),
        ("DP-001.md", "Записаться можно по телефону {phone} в", "Приходите в", "refused: >-",
         "отказался и не знает, куда позвонить: допишите {phone}"),
        ("RP-002.json", '"since": "from {time}"', '"since": "from"', '"small_words": {"hour": "h"',
         "клиент не увидит самого времени или цены: допишите {time}"),
        ("RP-002.json", "edition {version} (in Russian): {url}", "edition {version}", '"consent_ask": "To take',
         "клиенту не показан текст согласия: допишите {url}"),
    ],
)  # fmt: skip
def test_a_text_that_says_too_little(pack: PackCopy, file: str, old: str, new: str, where: str, sentence: str) -> None:
    pack.change(file, old, new)
    assert pack.mistakes() == [pack.at(file, where, sentence)]


def test_an_unknown_field_in_another_language(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: dialogue["languages"]["en"].update(noise="What, {who}?"))
    sentence = "неизвестное поле {who}: здесь можно {address}, {business}, {hours}, {name}, {phone}, {services}"
    assert pack.mistakes() == [pack.at("RP-002.json", "What, {who}?", sentence)]


@pytest.mark.parametrize(
    ("part", "name", "sentence"),
    [
        ("responses", "cancel", "en: нет текста для «cancel», допишите его в responses"),
        ("replies", "medical", "en: нет текста для «medical», допишите его в replies"),
        ("ask", "contact", "en: нет текста для «contact», допишите его в ask"),
        ("again", "service", "en: нет текста для «service», допишите его в again"),
        ("offers", "human", "en: нет текста для «human», допишите его в offers"),
    ],
)
def test_a_language_that_lacks_a_text(clinic: PackCopy, part: str, name: str, sentence: str) -> None:
    clinic.edit(lambda dialogue: dialogue["languages"]["en"][part].pop(name))
    assert clinic.mistakes() == [clinic.at("RP-002.json", f'      "{part}": {{', sentence)]


def test_a_language_with_another_number_of_steps(clinic: PackCopy) -> None:
    clinic.edit(lambda dialogue: dialogue["languages"]["en"]["fallback"].pop())
    sentence = "en: шагов 1, а по-русски 2: сделайте поровну"
    (mistake,) = clinic.mistakes()
    assert (mistake.file, mistake.sentence) == ("RP-002.json", sentence)


def test_a_language_with_two_equal_buttons(clinic: PackCopy) -> None:
    clinic.edit(lambda dialogue: dialogue["languages"]["en"].update(consent_no="I agree"))
    sentence = "кнопки «да» и «нет» одинаковы: назовите их по-разному"
    assert clinic.mistakes() == [clinic.at("RP-002.json", '"consent_no": "I agree"', sentence)]


def test_a_button_too_long_in_another_language(clinic: PackCopy) -> None:
    clinic.edit(lambda dialogue: dialogue["languages"]["en"].update(consent_yes="I agree with every word of it"))
    sentence = "consent_yes: слишком длинно: не больше 20 знаков; написано «I agree with every word of it»"
    assert clinic.mistakes() == [clinic.at("RP-002.json", '"consent_yes": "I agree with', sentence)]


def test_a_language_nobody_knows(clinic: PackCopy) -> None:
    clinic.edit(lambda dialogue: dialogue["languages"].update(de=dialogue["languages"]["en"]))
    sentence = "de: можно только ru, tt или en; написано «de»"
    assert clinic.mistakes() == [clinic.at("RP-002.json", '"de": {', sentence)]


def test_russian_written_a_second_time(clinic: PackCopy) -> None:
    clinic.edit(lambda dialogue: dialogue["languages"].update(ru=dialogue["languages"]["en"]))
    sentence = "русские тексты уже есть в самих документах: уберите"
    assert clinic.mistakes() == [clinic.at("RP-002.json", '"ru": {', sentence)]


def test_a_clinic_that_asks_of_health(clinic: PackCopy) -> None:
    question = "На что вас записать? Опишите симптомы."
    clinic.change("RP-001.md", "На что вас записать? Выберите из списка.", question)
    sentence = "«симптом»: в переписке о здоровье не спрашиваем, об этом спросит врач"
    assert clinic.mistakes() == [clinic.at("RP-001.md", question, sentence)]


def test_a_clinic_that_lets_a_model_listen(clinic: PackCopy) -> None:
    clinic.change("RP-002.json", '"voice": false', '"voice": true')
    sentence = "в голосовых пациенты говорят о здоровье: в клинике пишите «voice»: false"
    assert clinic.mistakes() == [clinic.at("RP-002.json", '"voice": true', sentence)]


def test_two_buttons_with_one_title(clinic: PackCopy) -> None:
    first = clinic.at("RP-002.json", '"booking": "Записаться"', "").line
    clinic.change("RP-002.json", '"human": "Позвать человека"', '"human": "записаться"')
    sentence = f"кнопка «записаться» уже есть: назовите иначе, иначе их не различить (первый раз в строке {first})"
    assert clinic.mistakes() == [clinic.at("RP-002.json", '"human": "записаться"', sentence)]


def test_an_owner_nobody_knows(pack: PackCopy) -> None:
    pack.change("business.yaml", "owner: svetlana", "owner: gleb")
    sentence = "сотрудника «gleb» нет в business.yaml: есть svetlana, anna, olga, marina"
    assert pack.mistakes() == [pack.at("business.yaml", "owner: gleb", sentence)]


def test_an_owner_who_cannot_be_told(pack: PackCopy) -> None:
    pack.change("business.yaml", "owner: svetlana", "owner: vera")
    pack.change("business.yaml", "staff:\n", "staff:\n  - {id: vera, name: Вера, role: владелица}\n")
    sentence = "«vera» не узнает о делах бизнеса: допишите telegram в staff"
    assert pack.mistakes() == [pack.at("business.yaml", "owner: vera", sentence)]


def test_an_intent_without_a_response(pack: PackCopy) -> None:
    pack.edit(lambda dialogue: intent_of(dialogue, "other").update(responses=[]))
    sentence = "responses: ответа нет, помощник промолчит: допишите хотя бы один"
    assert pack.mistakes() == [pack.at("RP-002.json", '"responses": []', sentence)]


@pytest.mark.parametrize(("threshold", "rule"), [("1.5", "меньше 1"), ("0", "больше 0")])
def test_a_threshold_that_is_no_share(pack: PackCopy, threshold: str, rule: str) -> None:
    pack.change("RP-002.json", '"confidence_threshold": 0.6', f'"confidence_threshold": {threshold}')
    sentence = f"confidence_threshold: число должно быть {rule}; написано «{threshold}»"
    assert pack.mistakes() == [pack.at("RP-002.json", '"confidence_threshold"', sentence)]
