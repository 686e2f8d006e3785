"""The local reader over whole messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wednesday import NOW

from chalicelib.desk.values import Reading
from chalicelib.readers.phrases import Phrases
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Rules, Trigger
from infra import labelled
from infra.score import WHEN, Read

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MESSAGES = list(labelled.read(HERE / "messages.txt"))
SALON = load(HERE.parents[1] / "clients" / "demo-salon")
AGAIN = list(labelled.read(HERE / "heard_again.txt"))
READER = Phrases()
ASKED = (None, "consent", "service", "time", "name", "phone", "clarify", "reminder", "anything")
# Without «н», «с» and «т» neither a weekday nor its short name can come up by chance.
NOTHING_OF_TIME = "абвгдежзиклмопруфхцчшщыьэюя !?.,"


def understood(case: labelled.Message) -> dict[str, object]:
    reading = READER.read(case.text, case.asked, SALON, NOW)
    return {field: getattr(reading, field) for field in case.expected}


def test_messages_mean_what_a_person_says_they_mean() -> None:
    wrong = [case.text for case in MESSAGES if understood(case) != case.expected]
    assert len(wrong) / len(MESSAGES) <= 0.12, wrong


@pytest.mark.parametrize("case", AGAIN, ids=[case.text for case in AGAIN])
def test_what_was_once_heard_wrongly_is_heard(case: labelled.Message) -> None:
    assert case.setting
    reading = READER.read(case.text, case.asked, load(ROOT / "clients" / case.setting.client), case.setting.now)
    assert (reading.intent, reading.escalate) == (case.intent, case.reason)


def test_who_calls_tomorrow_does_not_come_tomorrow() -> None:
    read = [
        READER.read(said, "time", SALON, NOW) for said in ("ладно завтра позвоню сама", "подумаю до вечера и напишу")
    ]
    assert [(one.date, one.time_from, one.time_to) for one in read] == [(None, None, None)] * 2


def test_messages_that_nothing_was_learned_from_are_understood() -> None:
    """Floors under the figures of the README (`python -m bench reading`), a little below them."""
    figures = tally(evaluated(ROOT / "corpus" / "test.txt"))
    assert figures["intent"] >= 0.95
    assert figures["recall"] >= 0.98
    assert figures["false alarms"] <= 0.02
    assert figures["when"] >= 0.935
    assert figures["invented"] <= 0.01
    assert figures["name"] >= 0.92
    assert figures["phone"] >= 0.99
    assert figures["service"] >= 0.93


def evaluated(path: Path) -> list[Read]:
    packs = {client: load(ROOT / "clients" / client) for client in ("demo-salon", "demo-clinic", "demo-barbershop")}
    return [
        Read(message, READER.read(message.text, message.asked, packs[message.setting.client], message.setting.now))
        for message in labelled.read(path)
        if message.setting
    ]


def tally(reads: list[Read]) -> dict[str, float]:
    """Shares, see infra/score.py."""
    needed = [one for one in reads if one.message.reason]
    calm = [one for one in reads if not one.message.reason]
    timed = [one for one in reads if one.said(*WHEN)]
    untimed = [one for one in reads if not one.said(*WHEN)]
    found = {
        field: [one for one in reads if one.said(field) or one.found(field)] for field in ("name", "phone", "service")
    }
    return {
        "intent": sum(one.right("intent") for one in reads) / len(reads),
        "recall": sum(one.found("escalate") for one in needed) / len(needed),
        "false alarms": sum(one.found("escalate") for one in calm) / len(calm),
        "when": sum(one.right(*WHEN) for one in timed) / len(timed),
        "invented": sum(one.found(*WHEN) for one in untimed) / len(untimed),
        **{field: sum(one.right(field) for one in ones) / len(ones) for field, ones in found.items()},
    }


@given(text=st.text(max_size=300), asked=st.sampled_from(ASKED))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_fail(text: str, asked: str | None) -> None:
    reading = READER.read(text, asked, SALON, NOW)
    assert 0 <= reading.confidence <= 1
    assert reading.reader == "phrases"


@given(text=st.text(NOTHING_OF_TIME, max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_date_is_invented_where_no_word_of_time_and_no_number_stands(text: str) -> None:
    reading = READER.read("ба" + text, None, SALON, NOW)
    assert (reading.date, reading.time_from, reading.time_to) == (None, None, None)


@given(text=st.text("авгдеинорст 0123456789:.-/", max_size=60), asked=st.sampled_from(ASKED))
@settings(max_examples=200, deadline=None)
def test_a_day_that_was_said_is_never_in_the_past(text: str, asked: str | None) -> None:
    reading = READER.read("на " + text, asked, SALON, NOW)
    assert reading.date is None or reading.date >= NOW.date()


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("запишите меня на завтра на 5, а сколько стоит педикюр?", ["booking", "question_price"]),
        ("запишите завтра на 10 и скажите какой материал используете", ["booking", "question_service"]),
        ("вы в воскресенье работаете? запишите тогда на стрижку на 12", ["booking", "question_hours"]),
        ("запишите на маникюр завтра в 5, если можно", ["booking"]),
        ("перенесите на среду и скажите адрес", ["reschedule", "question_address"]),
        ("запишите на субботу. И подскажите, пожалуйста, как до вас добраться", ["booking", "question_address"]),
    ],
)
def test_a_question_beside_a_clear_wish_is_heard(text: str, wishes: list[str]) -> None:
    reading = READER.read(text, None, SALON, NOW)
    assert [reading.intent, *reading.also] == wishes


def test_what_stands_after_two_thousand_characters_is_not_read() -> None:
    long = "здравствуйте " * 200 + "запишите на маникюр завтра"
    assert READER.read(long, None, SALON, NOW).date is None


def test_now_in_any_zone_is_the_same_day_of_the_business() -> None:
    late = datetime(2026, 11, 18, 20, 30, tzinfo=UTC)  # half past midnight of the 19th in Samara
    assert READER.read("запишите на завтра", None, SALON, late).date == date(2026, 11, 20)


def test_a_changed_pack_is_read_anew(phrases: Phrases, salon: Rules) -> None:
    said = "у вас живёт какаду?"
    before = phrases.read(said, None, salon, NOW)
    sla = salon.sla.model_copy(
        update={
            "triggers": (
                *salon.sla.triggers,
                Trigger(clause="SLA-001 §9", reason="complaint", priority="high", words=("какаду",), notice="{text}"),
            )
        }
    )
    after = phrases.read(said, None, salon.model_copy(update={"sla": sla}), NOW)
    assert (before.escalate, after.escalate) == (None, "complaint")


def test_another_form_of_a_trigger_word_is_known(phrases: Phrases, salon: Rules) -> None:
    trigger = Trigger(clause="SLA-001 §9", reason="high_value", priority="high", words=("верблюд",), notice="{text}")
    sla = salon.sla.model_copy(update={"triggers": (trigger,)})
    rules = salon.model_copy(update={"sla": sla})
    assert phrases.read("нужны прически для верблюдов", None, rules, NOW).escalate == "high_value"
    assert phrases.read("это не верблюд", None, rules, NOW).escalate is None


@pytest.mark.parametrize(
    ("text", "asked", "intent"),
    [
        ("почему?", None, "other"),
        ("подтверждаю", None, "confirm"),
        ("I'm running 15 min late", None, "running_late"),
        ("can I move it to Saturday", None, "reschedule"),
        ("баш тартам", None, "cancel"),
    ],
)
def test_a_few_words_say_what_they_mean(
    text: str, asked: str | None, intent: str, phrases: Phrases, salon: Rules
) -> None:
    reading = phrases.read(text, asked, salon, NOW)
    assert (reading.intent, reading.escalate) == (intent, None)
    assert reading.confidence >= salon.dialogue.confidence_threshold


@pytest.mark.parametrize(
    "text",
    [
        "с 1 декабря цены поднимете?",
        "работаете с 10 или с 9?",
        "хочу затонировать в 9.1",
        "я на двадцать шестой неделе, запишите на брови",
        "с утра рот не открыть, щека опухла",
    ],
)
def test_what_only_sounds_like_a_time_is_none(text: str, phrases: Phrases, salon: Rules) -> None:
    reading = phrases.read(text, None, salon, NOW)
    assert (reading.date, reading.time_from, reading.time_to) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Kate", "Kate"), ("Rfnz", "Катя"), ("Тёма", "Тёма"), ("приду", None), ("последнее", None), ("человека", None)],
)
def test_an_answer_to_how_she_is_called_is_a_name_or_none(
    text: str, name: str | None, phrases: Phrases, salon: Rules
) -> None:
    assert phrases.read(text, "name", salon, NOW).name == name


def test_a_whole_request_in_one_message_is_read_whole(phrases: Phrases, salon: Rules) -> None:
    text = "Добрый вечер! Запишите на маникюр на 25 ноября с 10 до 12. Юля, 8 900 000-00-05"
    reading = phrases.read(text, None, salon, NOW)
    assert reading.confidence >= salon.dialogue.confidence_threshold
    assert replace(reading, confidence=1) == Reading(
        intent="booking",
        confidence=1,
        name="Юля",
        phone="+79000000005",
        service="manicure",
        date=date(2026, 11, 25),
        time_from=time(10),
        time_to=time(12),
    )
