"""Consent is what can be proven: what counts as a yes, as a no, and as neither."""

import pytest

from tests.readers.test_phrases_reader import NOW, READER, SALON


def read(text: str, asked: str | None = "consent"):
    return READER.read(text, asked, SALON, NOW)


@pytest.mark.parametrize(
    "text",
    ["да", "ага", "ну давайте", "не против", "не возражаю, пишите", "да не вопрос, согласен", "согласна, а зачем это?",
     "ну раз без этого никак, то пожалуйста", "хорошо, записывайте мой номер", "ок 👌"],
)  # fmt: skip
def test_a_yes(text):
    assert read(text).intent == "consent_yes"


@pytest.mark.parametrize(
    "text",
    ["ага щас, разбежались", "да ну вас", "да не дам я никакого согласия", "да нет, не надо", "да ну нет",
     "ок, но данные я не дам", "нафиг оно мне", "а зачем вам? нет"],
)  # fmt: skip
def test_a_refusal_however_it_begins(text):
    assert read(text).intent == "consent_no"


def test_a_refusal_is_none_the_less_one_when_nothing_was_asked():
    assert read("не согласна на обработку данных", None).intent == "consent_no"


@pytest.mark.parametrize(
    "text",
    [
        "хорошо, подумаю",
        "да нет наверное",
        "всё ок?",
        "да не знаю даже",
        "ок, потом решу",
        "если надо то да",
        "ну типа да",
        "даю, но мужа спрошу сначала",
        "да. ой стойте",
        "да, если не будете звонить",
    ],
)
def test_a_doubt_is_no_answer(text):
    reading = read(text)
    assert reading.intent == "other" and reading.confidence < 0.6


@pytest.mark.parametrize(
    "text", ["а можно было без согласия?", "вы мои данные потом удалите?", "кому мои данные передаёте?"]
)
def test_a_question_about_the_data_takes_nothing_back(text):
    reading = read(text, None)
    assert reading.about == "privacy" and reading.intent != "consent_no"


def test_a_service_that_is_left_out_is_no_refusal():
    assert read("педикюр не надо").intent == "booking"


@pytest.mark.parametrize("text", ["хорошо, но сначала скажите цену", "ок а сколько стоит?"])
def test_a_question_after_a_yes_is_answered_first(text):
    reading = read(text)
    assert reading.intent == "question_price" and reading.confidence >= 0.6


@pytest.mark.parametrize("text", ["ну давайте запишусь", "ладно так записывайте меня"])
def test_who_goes_on_with_her_wish_has_said_nothing_of_consent(text):
    assert read(text).intent == "booking"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("нет, в 16", {"time_from": "16:00"}),
        ("не, лучше пол пятого", {"time_from": "16:30"}),
        ("нет лучше послезавтра", {"date": "2026-11-20"}),
        ("неа, педикюр", {"service": "pedicure"}),
        ("нет, лучше к Ольге", {"masters": ("olga",)}),
    ],
)
def test_a_correction_is_no_refusal(text, told):
    reading = read(text)
    assert reading.intent == "booking"
    said = {"time_from": f"{reading.time_from:%H:%M}" if reading.time_from else None, "date": str(reading.date)}
    assert told.items() <= {**said, "service": reading.service, "masters": reading.masters}.items()


@pytest.mark.parametrize(
    "text",
    ["а зачем вам мои данные?", "да зачем оно вам нужно, это согласие", "какое ещё согласие", "без согласия никак?",
     "а можно без этого?", "куда потом мои данные попадут?"],
)  # fmt: skip
def test_who_asks_what_it_is_for_has_not_answered(text):
    reading = read(text)
    assert reading.about == "privacy" and not reading.intent.startswith("consent")


@pytest.mark.parametrize(
    "text",
    ["не дам номер", "номер не скажу", "нет телефона", "а без телефона можно? пишите в телегу", "зачем вам номер"],
)
def test_who_keeps_her_number_has_not_withdrawn_consent(text):
    reading = read(text, "phone")
    assert reading.about == "privacy" and reading.intent != "consent_no"


@pytest.mark.parametrize("text", ["удалите мои данные", "передумала, отзываю согласие", "сотрите мой номер из базы"])
@pytest.mark.parametrize("asked", ["phone", "name", "time"])
def test_consent_can_be_withdrawn_at_any_moment(text, asked):
    assert read(text, asked).intent == "consent_no"
