"""The model reader against canned answers of the chat completions API."""

from __future__ import annotations

import json
import time as clock
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from labelled import NOW

from chalicelib.desk.values import Reading
from chalicelib.errors import Unavailable
from chalicelib.readers.gpt import Gpt
from chalicelib.readers.layered import Layered
from chalicelib.readers.phrases import Phrases
from chalicelib.regulation.schema import Rules

ANSWERS = Path(__file__).with_name("completions")
TEXT = "Анна, 8 900 000-00-01. Запишите меня на ноготочки завтра в 5, anna@example.org"
Handler = Callable[[httpx2.Request], httpx2.Response]


def model(handler: Handler, deadline: float = 2.0) -> Gpt:
    client = httpx2.Client(transport=httpx2.MockTransport(handler))
    return Gpt("key", "http://127.0.0.1:9/v1", "gpt-4.1-mini", deadline, http_client=client)


def answering(name: str, status: int = 200, sent: list[httpx2.Request] | None = None) -> Gpt:
    body = (ANSWERS / f"{name}.json").read_bytes()

    def handler(request: httpx2.Request) -> httpx2.Response:
        if sent is not None:
            sent.append(request)
        return httpx2.Response(status, content=body, headers={"content-type": "application/json"})

    return model(handler)


def sent_body(salon: Rules, text: str = TEXT, asked: str | None = None) -> dict[str, Any]:
    sent: list[httpx2.Request] = []
    answering("understood", sent=sent).read(text, asked, salon, NOW)
    body: dict[str, Any] = json.loads(sent[0].content)
    return body


def test_a_whole_answer_is_a_reading_with_name_and_phone_read_here(salon: Rules) -> None:
    assert answering("understood").read(TEXT, None, salon, NOW) == Reading(
        intent="booking",
        confidence=0.9,
        name="Анна",
        phone="+79000000001",
        service="manicure",
        date=date(2026, 11, 19),
        time_from=time(17),
        reader="gpt",
    )


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_an_error_of_the_api_is_unavailable(status: int, salon: Rules) -> None:
    with pytest.raises(Unavailable):
        answering(f"error_{status}", status).read(TEXT, None, salon, NOW)


def test_an_error_is_not_tried_again(salon: Rules) -> None:
    sent: list[httpx2.Request] = []
    with pytest.raises(Unavailable):
        answering("error_500", 500, sent).read(TEXT, None, salon, NOW)
    assert len(sent) == 1


@pytest.mark.parametrize(
    "name",
    [
        "refusal",
        "cut_off",
        "filtered",
        "broken_json",
        "not_json",
        "foreign_intent",
        "foreign_service",
        "foreign_reason",
        "extra_field",
        "missing_field",
        "not_a_date",
        "not_a_time",
        "no_choices",
    ],
)
def test_anything_but_a_whole_answer_in_the_asked_form_is_unavailable(name: str, salon: Rules) -> None:
    with pytest.raises(Unavailable):
        answering(name).read(TEXT, None, salon, NOW)


def test_a_body_that_is_not_json_is_unavailable(salon: Rules) -> None:
    with pytest.raises(Unavailable):
        model(lambda _: httpx2.Response(200, text="<html>busy</html>")).read(TEXT, None, salon, NOW)


def test_a_lost_connection_is_unavailable(salon: Rules) -> None:
    def lost(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    with pytest.raises(Unavailable):
        model(lost).read(TEXT, None, salon, NOW)


def test_the_deadline_holds_even_when_the_answer_trickles(salon: Rules) -> None:
    def slow(_: httpx2.Request) -> httpx2.Response:
        clock.sleep(1.5)
        return httpx2.Response(200, content=(ANSWERS / "understood.json").read_bytes())

    reader = model(slow, deadline=0.2)
    import openai  # noqa: F401  its import is not what is measured

    started = clock.monotonic()
    with pytest.raises(Unavailable):
        reader.read(TEXT, None, salon, NOW)
    assert clock.monotonic() - started < 1.2


def test_a_past_date_is_no_date(salon: Rules) -> None:
    assert answering("past_date").read(TEXT, None, salon, NOW).date is None


def test_a_date_is_not_taken_where_no_day_was_said(salon: Rules) -> None:
    reading = answering("invented_date").read("хочу маникюр", None, salon, NOW)
    assert (reading.date, reading.time_from) == (None, None)


def test_a_guess_is_below_every_sensible_threshold(salon: Rules) -> None:
    assert answering("guessing").read("эээ", None, salon, NOW).confidence == 0.5


def test_a_sign_of_danger_is_not_talked_away(salon: Rules) -> None:
    assert answering("overlooked").read("срочно запишите", None, salon, NOW).escalate == "urgent"


def test_nothing_personal_leaves(salon: Rules) -> None:
    said = json.dumps(sent_body(salon), ensure_ascii=False)
    assert [secret for secret in ("900 000", "9000000001", "example.org", "Анна, ") if secret in said] == []


def test_the_model_is_told_what_was_asked_and_when(salon: Rules) -> None:
    message = json.loads(sent_body(salon, "давайте завтра", "time")["messages"][1]["content"])
    assert message == {"now": "2026-11-18 23:40, Wednesday", "asked": "time", "message": "давайте завтра"}


def test_the_beginning_of_the_prompt_is_the_same_for_every_message(salon: Rules) -> None:
    first, second = sent_body(salon), sent_body(salon, "привет", "name")
    assert first["messages"][0] == second["messages"][0]
    assert first["response_format"] == second["response_format"]


def test_a_long_message_is_cut(salon: Rules) -> None:
    message = json.loads(sent_body(salon, "о" * 9000)["messages"][1]["content"])
    assert len(message["message"]) == 2000


def test_the_form_holds_intents_and_services_of_this_pack_only(salon: Rules) -> None:
    form = sent_body(salon)["response_format"]
    schema = form["json_schema"]["schema"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    assert schema["properties"]["intent"]["enum"] == [rule.name for rule in salon.dialogue.intents]
    assert schema["properties"]["service"]["anyOf"][0]["enum"] == [service.id for service in salon.business.services]
    # https://platform.openai.com/docs/guides/structured-outputs: strict mode wants every field required, none extra.
    assert sorted(schema["required"]) == sorted(schema["properties"])
    assert schema["additionalProperties"] is False


def test_the_model_is_asked_only_when_the_local_reader_is_not_sure(salon: Rules) -> None:
    sent: list[httpx2.Request] = []
    layered = Layered(Phrases(), answering("understood", sent=sent))
    assert layered.read("запишите на маникюр завтра в 5", None, salon, NOW).reader == "phrases"
    assert sent == []
    assert layered.read("ноль восемь квадратов", None, salon, NOW).reader == "gpt"


def test_while_the_model_is_unavailable_the_local_reading_stands(salon: Rules) -> None:
    text = "ноль восемь квадратов"
    local = Phrases()
    layered = Layered(local, answering("error_429", 429))
    assert layered.read(text, None, salon, NOW) == local.read(text, None, salon, NOW)


def test_without_a_model_the_local_reading_stands(salon: Rules) -> None:
    assert Layered(Phrases(), None).read("ноль восемь квадратов", None, salon, NOW).reader == "phrases"


def test_what_is_said_of_health_is_not_shown_to_the_model(salon: Rules) -> None:
    sent: list[httpx2.Request] = []
    layered = Layered(Phrases(), answering("understood", sent=sent))
    unsure = salon.model_copy(update={"dialogue": salon.dialogue.model_copy(update={"confidence_threshold": 0.999})})
    assert layered.read("после маникюра палец болит", None, unsure, NOW).escalate == "medical"
    assert sent == []
