"""Which reader is asked, and what is made of two readings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

import pytest
from wednesday import NOW

from chalicelib.desk.values import Reading
from chalicelib.errors import Unavailable
from chalicelib.readers.breaker import Breaker
from chalicelib.readers.layered import Layered
from chalicelib.readers.phrases import Phrases
from chalicelib.regulation.schema import Rules

TEXT = "ноль восемь квадратов"
UNSURE = Reading("other", 0.2)
MODEL = Reading("booking", 0.9, service="manicure", reader="gpt")


@dataclass
class Fixed:
    """A reader that always reads the same, or is always unavailable."""

    reading: Reading | None
    name: str = "fixed"
    asked: list[str] = field(default_factory=list)

    def read(self, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
        self.asked.append(text)
        if self.reading is None:
            raise Unavailable("down")
        return self.reading


def both(local: Reading, model: Reading, salon: Rules, text: str = TEXT) -> Reading:
    return Layered(Fixed(local), Fixed(model)).read(text, None, salon, NOW)


def asks_model(local: Reading, salon: Rules, text: str = TEXT, asked: str | None = None) -> bool:
    model = Fixed(MODEL)
    Layered(Fixed(local), model).read(text, asked, salon, NOW)
    return model.asked == [text]


def test_the_model_is_asked_where_the_local_reader_is_not_sure(salon: Rules) -> None:
    assert both(UNSURE, MODEL, salon) == MODEL


def test_a_sure_local_reading_stands(salon: Rules) -> None:
    sure = replace(UNSURE, confidence=salon.dialogue.confidence_threshold)
    assert both(sure, MODEL, salon) == sure


@pytest.mark.parametrize(
    "local",
    [
        replace(UNSURE, escalate="medical"),
        replace(UNSURE, intent="medical"),
        replace(UNSURE, intent="emergency"),
        replace(UNSURE, also=("medical",)),
    ],
)
def test_what_is_said_of_health_is_not_shown_to_the_model(local: Reading, salon: Rules) -> None:
    assert not asks_model(local, salon)


def test_real_words_of_pain_are_not_shown_to_the_model(salon: Rules) -> None:
    unsure = salon.model_copy(update={"dialogue": salon.dialogue.model_copy(update={"confidence_threshold": 0.999})})
    model = Fixed(MODEL)
    Layered(Phrases(), model).read("после маникюра палец болит", None, unsure, NOW)
    assert model.asked == []


def test_where_a_life_is_in_danger_nobody_is_waited_for(salon: Rules) -> None:
    assert not asks_model(replace(UNSURE, about="crisis"), salon)


@pytest.mark.parametrize(
    "local",
    [
        replace(UNSURE, about="noise"),
        replace(UNSURE, about="rude"),
        replace(UNSURE, about="off_topic"),
        replace(UNSURE, intent="spam"),
    ],
)
def test_what_needs_no_understanding_costs_nothing(local: Reading, salon: Rules) -> None:
    assert not asks_model(local, salon)


@pytest.mark.parametrize("text", ["о" * 1001, "", "🌸🌸🌸", "5", "а", "? ?!"])
def test_endless_and_empty_texts_cost_nothing(text: str, salon: Rules) -> None:
    assert not asks_model(UNSURE, salon, text)


@pytest.mark.parametrize("text", ["о" * 1000, "ау"])
def test_texts_between_are_read(text: str, salon: Rules) -> None:
    assert asks_model(UNSURE, salon, text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("8 900 000-00-01", "phone"),
        ("anna@example.org", None),
        ("Гюзель-апа Бикбулатова", "name"),
        ("Fyyf Gtnhjdf", None),
    ],
)
def test_where_only_personal_data_are_said_there_is_nothing_to_ask(text: str, asked: str | None, salon: Rules) -> None:
    assert not asks_model(UNSURE, salon, text, asked)


def test_without_a_model_the_local_reading_stands(salon: Rules) -> None:
    assert Layered(Fixed(UNSURE), None).read(TEXT, None, salon, NOW) == UNSURE


def test_while_the_model_is_unavailable_the_local_reading_stands(salon: Rules) -> None:
    assert Layered(Fixed(UNSURE), Fixed(None)).read(TEXT, None, salon, NOW) == UNSURE


def test_a_model_that_fails_again_and_again_is_left_alone(salon: Rules) -> None:
    model = Fixed(None)
    layered = Layered(Fixed(UNSURE), model, Breaker(lambda: 0.0, failures=3))
    readings = [layered.read(TEXT, None, salon, NOW) for _ in range(5)]
    assert (readings, len(model.asked)) == ([UNSURE] * 5, 3)


@pytest.mark.parametrize(
    ("local", "model", "heard"),
    [
        ("complaint", None, "complaint"),
        ("complaint", "human_request", "complaint"),
        ("human_request", "medical", "medical"),
        (None, "urgent", "urgent"),
        ("promise", None, "promise"),
    ],
)
def test_a_sign_the_local_lists_saw_is_not_talked_away(
    local: str | None, model: str | None, heard: str, salon: Rules
) -> None:
    assert both(replace(UNSURE, escalate=local), replace(MODEL, escalate=model), salon).escalate == heard


def test_further_wishes_of_the_local_reader_are_kept_where_the_model_has_none(salon: Rules) -> None:
    local = replace(UNSURE, also=("booking", "question_price"), another=True)
    read = both(local, MODEL, salon)
    assert (read.also, read.another) == (("question_price",), True)


def test_further_wishes_of_the_model_come_first(salon: Rules) -> None:
    local = replace(UNSURE, also=("question_price",))
    assert both(local, replace(MODEL, also=("question_hours",)), salon).also == ("question_hours",)


def test_a_danger_only_the_model_sees_is_taken_seriously(salon: Rules) -> None:
    read = both(replace(UNSURE, about="assistant"), replace(MODEL, about="crisis"), salon)
    assert read.about == "crisis"


def test_name_phone_and_service_of_the_local_reader_are_kept(salon: Rules) -> None:
    local = replace(UNSURE, name="Анна", phone="+79000000001", service="pedicure")
    read = both(local, Reading("booking", 0.9, reader="gpt"), salon)
    assert (read.name, read.phone, read.service) == ("Анна", "+79000000001", "pedicure")


def test_a_service_only_the_local_reader_heard_keeps_what_it_is_wished_beside(salon: Rules) -> None:
    local = replace(UNSURE, service="pedicure", besides=True)
    read = both(local, Reading("booking", 0.9, reader="gpt"), salon)
    assert (read.service, read.besides, read.instead) == ("pedicure", True, False)
    local = replace(UNSURE, service="pedicure", instead=True)
    read = both(local, Reading("booking", 0.9, reader="gpt"), salon)
    assert (read.service, read.besides, read.instead) == ("pedicure", False, True)


def test_what_the_model_names_is_as_the_model_says(salon: Rules) -> None:
    read = both(replace(UNSURE, service="pedicure", instead=True, then=("manicure", "brows")), MODEL, salon)
    assert (read.service, read.instead, read.then) == ("manicure", False, ("brows",))


def test_a_day_the_model_overlooked_is_kept_for_a_visit(salon: Rules) -> None:
    local = replace(UNSURE, date=date(2026, 11, 20), time_from=time(17))
    assert both(local, MODEL, salon) == replace(MODEL, date=date(2026, 11, 20), time_from=time(17))


def test_a_span_of_days_and_an_open_end_are_kept_with_it(salon: Rules) -> None:
    local = replace(UNSURE, since=date(2026, 11, 23), until=date(2026, 11, 29), time_from=time(18), open_end=True)
    read = both(local, MODEL, salon)
    assert (read.since, read.until, read.time_from, read.open_end) == (local.since, local.until, time(18), True)
    assert both(replace(UNSURE, date=date(2026, 11, 20), by_weekday=True), MODEL, salon).by_weekday


def test_a_complaint_has_no_day(salon: Rules) -> None:
    local = replace(UNSURE, date=date(2026, 11, 20))
    assert both(local, Reading("complaint", 0.9, escalate="complaint", reader="gpt"), salon).date is None


def test_a_day_the_model_read_is_the_models(salon: Rules) -> None:
    local = replace(UNSURE, date=date(2026, 11, 20), time_from=time(17))
    read = both(local, replace(MODEL, date=date(2026, 11, 21)), salon)
    assert (read.date, read.time_from) == (date(2026, 11, 21), None)
