"""The model reader against canned answers of the chat completions API."""

from __future__ import annotations

import json
import time as clock
from datetime import date, time
from typing import Any

import httpx2
import pytest
from canned import KEY, URL, Answers, Handler, answer, client
from wednesday import NOW

from chalicelib.desk.values import Reading
from chalicelib.errors import Unavailable
from chalicelib.readers.gpt import Gpt
from chalicelib.readers.openai_client import Account
from chalicelib.regulation.schema import Rules

TEXT = "Анна, 8 900 000-00-01. Запишите меня на ноготочки завтра в 5, anna@example.org"


def model(handler: Handler, deadline: float = 20.0, spent: list[int] | None = None) -> Gpt:
    used = [] if spent is None else spent
    return Gpt(Account(KEY, URL, "gpt-4.1-mini", deadline, used.append, client(handler)))


def answering(name: str, status: int = 200, spent: list[int] | None = None) -> Gpt:
    return model(Answers([answer(f"completions/{name}", status)]), spent=spent)


def read(salon: Rules, *answers: httpx2.Response | Exception, deadline: float = 20.0) -> tuple[str, int]:
    """The intent that is read from these answers, or why none is; and how often the API was asked."""
    far = Answers(list(answers))
    try:
        outcome = model(far, deadline).read(TEXT, None, salon, NOW).intent
    except Unavailable as error:
        outcome = str(error)
    return outcome, len(far.sent)


def sent_body(salon: Rules, text: str = TEXT, asked: str | None = None) -> dict[str, Any]:
    far = Answers([answer("completions/understood")])
    model(far).read(text, asked, salon, NOW)
    body: dict[str, Any] = json.loads(far.sent[0].content)
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
        "foreign_master",
        "foreign_choice",
        "foreign_reason",
        "foreign_further_wish",
        "foreign_language",
        "foreign_kind",
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


ERROR = answer("completions/error_500", 500)
GOOD = answer("completions/understood")
LOST = httpx2.ConnectError("refused")


@pytest.mark.parametrize("first", [ERROR, LOST, answer("completions/error_429", 429)])
def test_a_quick_failure_is_tried_once_more(first: httpx2.Response | Exception, salon: Rules) -> None:
    assert read(salon, first, GOOD) == ("booking", 2)


def test_there_is_no_third_try(salon: Rules) -> None:
    assert read(salon, ERROR, ERROR, GOOD) == ("InternalServerError", 2)


def test_a_lost_connection_is_unavailable(salon: Rules) -> None:
    assert read(salon, LOST) == ("APIConnectionError", 2)


@pytest.mark.parametrize("status", [400, 401])
def test_what_a_second_try_cannot_mend_is_not_tried_again(status: int, salon: Rules) -> None:
    assert read(salon, answer(f"completions/error_{status}", status), GOOD)[1] == 1


def test_an_empty_account_is_not_asked_again(salon: Rules, capsys: pytest.CaptureFixture[str]) -> None:
    assert read(salon, answer("completions/error_quota", 429), GOOD) == ("RateLimitError", 1)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["level"], line["code"]) == ("model_refused", "ERROR", "insufficient_quota")


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"retry-after": "30"}, 1),
        ({"retry-after": "Sun, 22 Nov 2026 19:40:30 GMT"}, 1),
        ({"retry-after-ms": "50"}, 2),
        ({"retry-after": "0"}, 2),
    ],
)
def test_the_second_try_waits_as_long_as_it_is_told_if_there_is_time(
    headers: dict[str, str], asked: int, salon: Rules
) -> None:
    assert read(salon, answer("completions/error_429", 429, headers), GOOD)[1] == asked


def test_a_busy_model_tells_when_to_come_back(salon: Rules) -> None:
    busy = answer("completions/error_429", 429, {"retry-after": "30"})
    with pytest.raises(Unavailable) as told:
        model(Answers([busy])).read(TEXT, None, salon, NOW)
    assert told.value.retry_after == 30


def test_a_failure_that_comes_late_is_not_tried_again(salon: Rules) -> None:
    def late() -> httpx2.Response:
        clock.sleep(0.5)
        return answer("completions/error_500", 500)

    far = Answers([late, GOOD])
    with pytest.raises(Unavailable):
        model(far, deadline=0.7).read(TEXT, None, salon, NOW)
    clock.sleep(0.3)
    assert len(far.sent) == 1


def test_the_deadline_holds_even_when_the_answer_trickles(salon: Rules) -> None:
    def slow() -> httpx2.Response:
        clock.sleep(1.5)
        return answer("completions/understood")

    reader = model(Answers([slow]), deadline=0.2)
    started = clock.monotonic()
    with pytest.raises(Unavailable, match="deadline"):
        reader.read(TEXT, None, salon, NOW)
    assert clock.monotonic() - started < 1.2


def test_the_deadline_bounds_both_tries_together(salon: Rules) -> None:
    def slow() -> httpx2.Response:
        clock.sleep(1.5)
        return answer("completions/understood")

    started = clock.monotonic()
    with pytest.raises(Unavailable, match="deadline"):
        model(Answers([ERROR, slow]), deadline=0.4).read(TEXT, None, salon, NOW)
    assert clock.monotonic() - started < 1.2


def test_the_tokens_of_an_answer_are_told(salon: Rules) -> None:
    spent: list[int] = []
    answering("understood", spent=spent).read(TEXT, None, salon, NOW)
    assert spent == [940]


@pytest.mark.parametrize("name", ["refusal", "cut_off", "foreign_intent", "not_json"])
def test_an_answer_of_no_use_is_paid_for_too(name: str, salon: Rules) -> None:
    spent: list[int] = []
    with pytest.raises(Unavailable):
        answering(name, spent=spent).read(TEXT, None, salon, NOW)
    assert spent == [940]


def test_an_error_costs_nothing(salon: Rules) -> None:
    spent: list[int] = []
    with pytest.raises(Unavailable):
        answering("error_400", 400, spent).read(TEXT, None, salon, NOW)
    assert spent == []


def test_further_wishes_are_read_once_each_and_without_courtesy(salon: Rules) -> None:
    reading = answering("several_wishes").read(TEXT, None, salon, NOW)
    assert reading.also == ("question_price", "question_address")


def test_the_kind_the_language_and_a_further_visit_are_read(salon: Rules) -> None:
    reading = answering("friend_too").read(TEXT, None, salon, NOW)
    assert (reading.about, reading.another, reading.language) == ("mine", True, "tt")


def test_further_services_masters_and_a_choice_are_read(salon: Rules) -> None:
    reading = answering("to_a_role").read(TEXT, None, salon, NOW)
    assert (reading.then, reading.masters, reading.choice) == (("pedicure",), ("olga",), "later")


def test_a_master_who_is_named_is_found_here_for_the_model_sees_no_names(salon: Rules) -> None:
    assert answering("to_a_role").read("хочу к Ане", None, salon, NOW).masters == ("anna",)


def test_a_past_date_is_no_date(salon: Rules) -> None:
    assert answering("past_date").read(TEXT, None, salon, NOW).date is None


def test_a_date_is_not_taken_where_no_day_was_said(salon: Rules) -> None:
    reading = answering("invented_date").read("хочу маникюр", None, salon, NOW)
    assert (reading.date, reading.time_from) == (None, None)


@pytest.mark.parametrize(
    "text",
    ["zapishite zavtra v 5", "pfgbibnt pfdnhf d 5", "can I come tomorrow at 5 pm?", "иртәгә сәгать 5тә килә аламмы"],
)
def test_day_and_hour_may_be_written_in_other_letters(text: str, salon: Rules) -> None:
    reading = answering("understood").read(text, None, salon, NOW)
    assert (reading.date, reading.time_from) == (date(2026, 11, 19), time(17))


def test_name_lateness_and_signs_are_read_in_russian_letters_too(salon: Rules) -> None:
    reading = answering("overlooked").read("vtyz pjden Fyyf/ chjxyj pfgbibnt", None, salon, NOW)
    assert (reading.name, reading.escalate) == ("Анна", "urgent")
    assert answering("understood").read("mozhno na chas pozzhe?", None, salon, NOW).minutes == 60


def test_a_span_of_days_is_read_by_our_own_grammar(salon: Rules) -> None:
    reading = answering("understood").read("на ноготочки на следующей неделе", None, salon, NOW)
    assert (reading.date, reading.since, reading.until) == (None, date(2026, 11, 23), date(2026, 11, 29))


def test_a_guess_is_below_every_sensible_threshold(salon: Rules) -> None:
    assert answering("guessing").read("эээ", None, salon, NOW).confidence == 0.5


def test_a_sign_of_danger_is_not_talked_away(salon: Rules) -> None:
    assert answering("overlooked").read("срочно запишите", None, salon, NOW).escalate == "urgent"


def test_of_two_reasons_the_colleague_hears_the_graver(salon: Rules) -> None:
    assert answering("complaint").read("срочно запишите", None, salon, NOW).escalate == "complaint"


def test_nothing_personal_leaves(salon: Rules) -> None:
    said = json.dumps(sent_body(salon), ensure_ascii=False)
    assert [secret for secret in ("900 000", "9000000001", "example.org", "Анна, ") if secret in said] == []


@pytest.mark.parametrize("text", ["vtyz pjden Fyyf Gtnhjdf", "menya zovut Anna Petrova"])
def test_a_name_in_other_letters_does_not_leave_either(text: str, salon: Rules) -> None:
    message = json.loads(sent_body(salon, text)["messages"][1]["content"])
    assert message["message"] == "меня зовут [NAME_1]"


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
    assert schema["properties"]["masters"]["items"]["enum"] == ["anna", "olga", "marina"]
    # https://platform.openai.com/docs/guides/structured-outputs: strict mode wants every field required, none extra.
    assert sorted(schema["required"]) == sorted(schema["properties"])
    assert schema["additionalProperties"] is False


def test_a_name_that_no_list_knows_does_not_leave_either(salon: Rules) -> None:
    message = json.loads(sent_body(salon, "Эсмеральда Задунайская", "name")["messages"][1]["content"])
    assert message["message"] == "[NAME_1] [NAME_2]"
