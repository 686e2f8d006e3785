"""The OpenAI emulator: checks requests and schemas, answers by the schema, breaks on demand."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import openai
import pytest
from far_fakes import Far

from sandbox import accounts
from sandbox.server import serve

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["intent", "confidence", "escalate", "name", "service", "time_from"],
    "properties": {
        "intent": {"type": "string", "enum": ["booking", "question_price", "complaint", "other"]},
        "confidence": {"type": "number"},
        "escalate": {"type": ["string", "null"], "enum": ["complaint", "urgent", None]},
        "name": {"type": ["string", "null"]},
        "service": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 4}, {"type": "null"}]},
        "time_from": {"$ref": "#/$defs/time"},
    },
    "$defs": {"time": {"type": ["string", "null"]}},
}


def wanted(schema: Any = SCHEMA, **changed: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "reading", "strict": True, "schema": schema, **changed}}


def asking(text: str, **changed: Any) -> dict[str, Any]:
    messages = [{"role": "system", "content": "Читай."}, {"role": "user", "content": text}]
    return {"model": "gpt-4.1-mini", "messages": messages, "response_format": wanted(), **changed}


def content(far: Far, text: str) -> Any:
    answer = far.openai(**asking(text))
    assert answer.status_code == 200, answer.json
    return answer.json["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Хочу записаться на стрижку в 15:30, меня зовут Анна",
         {"intent": "booking", "escalate": None, "name": "Анна", "time_from": "15:30"}),
        ("Сколько стоит окрашивание?", {"intent": "question_price", "escalate": None, "name": None, "time_from": None}),
        ("Ужас, испортили волосы",
         {"intent": "complaint", "escalate": "complaint", "name": None, "time_from": None}),
        ("Кракозябра", {"intent": "other", "escalate": None, "name": None, "time_from": None}),
    ],
)  # fmt: skip
def test_the_answer_satisfies_the_schema_and_follows_keywords(far: Far, text: str, expected: dict[str, Any]) -> None:
    said = json.loads(content(far, text))
    jsonschema.validate(said, SCHEMA)
    assert said == expected | {"confidence": 0.9, "service": None}


def test_a_message_as_json_is_heard_with_its_day_and_the_explained_options(far: Far) -> None:
    nullable = {"type": "null"}
    properties = {
        "intent": {"enum": ["booking", "other"], "type": "string"},
        "service": {"anyOf": [{"enum": ["cut", "nails"], "type": "string"}, nullable]},
        "date": {"anyOf": [{"type": "string"}, nullable]},
        "time_from": {"anyOf": [{"type": "string"}, nullable]},
        "time_to": {"anyOf": [{"type": "string"}, nullable]},
        "sure": {"type": "boolean"},
    }
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    system = {"role": "system", "content": "Services:\n- cut: стрижка, каре\n- nails: маникюр"}

    def read(message: str, asked: str | None = None) -> Any:
        told = {"now": "2026-11-25 23:40, Wednesday", "asked": asked, "message": message}
        user = {"role": "user", "content": json.dumps(told, ensure_ascii=False)}
        answer = far.openai(**asking("", messages=[system, user], response_format=wanted(schema=schema)))
        return list(json.loads(answer.json["choices"][0]["message"]["content"]).values())

    assert read("Запишите на маникюр завтра в 15") == ["booking", "nails", "2026-11-26", "15:00", None, True]
    assert read("Послезавтра", asked="time") == ["booking", None, "2026-11-27", None, None, True]
    assert read("Кракозябра") == ["other", None, None, None, None, False]


def test_the_envelope_is_the_originals(far: Far) -> None:
    answer = far.openai(**asking("Привет")).json
    assert (answer["object"], answer["model"], answer["choices"][0]["finish_reason"]) == (
        "chat.completion", "gpt-4.1-mini", "stop",
    )  # fmt: skip
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


@pytest.mark.parametrize(
    ("given", "param", "code"),
    [
        ({"model": None}, "model", "missing_required_parameter"),
        ({"messages": []}, "messages", "missing_required_parameter"),
        ({"messages": "Привет"}, "messages", "invalid_type"),
        ({"messages": [{"role": "boss", "content": "x"}]}, "messages[0].role", "invalid_value"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content", "invalid_type"),
        ({"mesages": []}, "mesages", "unknown_parameter"),
        ({"temperature": 3}, "temperature", None),
        ({"temperature": "cold"}, "temperature", "invalid_type"),
        ({"stream": True}, "stream", "unsupported_value"),
        ({"response_format": {"type": "yaml"}}, "response_format.type", "invalid_value"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema", "missing_required_parameter"),
        ({"response_format": wanted(name="с пробелом")}, "response_format.json_schema.name", None),
        ({"response_format": wanted(schema=None)}, "response_format.json_schema.schema", "missing_required_parameter"),
    ],
)
def test_a_wrong_request_is_refused(far: Far, given: dict[str, Any], param: str, code: str | None) -> None:
    answer = far.openai(**asking("Привет", **given))
    body = answer.json["error"]
    assert (answer.status_code, body["type"], body["param"], body["code"]) == (
        400, "invalid_request_error", param, code,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"additionalProperties": True}, "'additionalProperties' is required to be supplied and to be false."),
        ({"required": ["intent"]}, "Missing 'confidence'."),
        ({"type": "array"}, "schema must be a JSON Schema of 'type: \"object\"'."),
        ({"properties": {**SCHEMA["properties"], "name": {}}}, "schema must have a 'type' key."),
        ({"properties": {**SCHEMA["properties"], "name": {"type": "array"}}}, "array schema missing items."),
        ({"oneOf": []}, "'oneOf' is not permitted."),
    ],
)
def test_a_schema_that_strict_mode_does_not_take_is_refused(far: Far, changed: dict[str, Any], why: str) -> None:
    answer = far.openai(**asking("Привет", response_format=wanted(schema=SCHEMA | changed)))
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "invalid_json_schema")
    assert answer.json["error"]["message"].endswith(why)


def test_without_strict_a_loose_schema_is_taken(far: Far) -> None:
    loose = {"type": "object", "properties": {"intent": {"type": "string"}}}
    assert far.openai(**asking("Да", response_format=wanted(schema=loose, strict=False))).status_code == 200


@pytest.mark.parametrize(("headers", "code"), [({}, None), ({"Authorization": "Bearer sk-real"}, "invalid_api_key")])
def test_a_wrong_key_is_refused(far: Far, headers: dict[str, str], code: str | None) -> None:
    answer = far.client.post("/openai/v1/chat/completions", json=asking("Привет"), headers=headers)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, code)


def test_a_busy_model_says_so(far: Far) -> None:
    far.switch("openai", "429")
    answer = far.openai(**asking("Привет"))
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "rate_limit_exceeded")
    assert answer.headers["Retry-After"] == "20"


def test_a_silent_model_keeps_the_caller_waiting(far: Far) -> None:
    far.switch("openai", "timeout")
    assert (far.openai(**asking("Привет")).status_code, far.slept) == (504, [20.0])


def test_a_refusal_has_no_content(far: Far) -> None:
    far.switch("openai", "refusal")
    message = far.openai(**asking("Привет")).json["choices"][0]["message"]
    assert (message["content"], message["refusal"]) == (None, "I'm sorry, I can't help with that.")


def test_broken_json_cannot_be_read(far: Far) -> None:
    far.switch("openai", "broken")
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        json.loads(content(far, "Привет"))


def test_a_lie_satisfies_the_schema_and_was_said_by_nobody(far: Far) -> None:
    far.switch("openai", "lie")
    said = json.loads(content(far, "Хочу записаться"))
    jsonschema.validate(said, SCHEMA)
    assert said == {
        "intent": "other", "confidence": 1.0, "escalate": "urgent", "name": "Аврора", "service": 4,
        "time_from": "03:17",
    }  # fmt: skip


def strict(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def read(far: Far, schema: Any, text: str) -> Any:
    answer = far.openai(**asking(text, response_format=wanted(schema=schema)))
    assert answer.status_code == 200, answer.json
    return json.loads(answer.json["choices"][0]["message"]["content"])


INTENTS = ["booking", "question_price", "question_address", "other"]
RICH = strict(
    intent={"enum": INTENTS, "type": "string"},
    also={"type": "array", "items": {"enum": INTENTS, "type": "string"}},
    about={"anyOf": [{"enum": ["crisis", "assistant", "rude", "off_topic", "noise", "mine"]}, {"type": "null"}]},
    another={"type": "boolean"},
    language={"enum": ["ru", "tt", "en"], "type": "string"},
    sure={"type": "boolean"},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Запишите на завтра, сколько стоит и где вы?",
         ["question_price", ["question_address", "booking"], None, False, "ru", True]),
        ("Запишите и подругу тоже", ["booking", [], None, True, "ru", True]),
        ("Ты бот?", ["other", [], "assistant", False, "ru", False]),
        ("Не хочу жить", ["other", [], "crisis", False, "ru", False]),
        ("💅💅💅", ["other", [], "noise", False, "ru", False]),
        ("На что я записана?", ["booking", [], "mine", False, "ru", True]),
        ("Hello, any free time tomorrow?", ["other", [], None, False, "en", False]),
        ("Иртәгә вакыт бармы?", ["other", [], None, False, "tt", False]),
    ],
)  # fmt: skip
def test_further_wishes_the_kind_of_message_and_the_language_are_guessed(
    far: Far, text: str, expected: list[Any]
) -> None:
    said = read(far, RICH, text)
    jsonschema.validate(said, RICH)
    assert list(said.values()) == expected


WORDING = strict(text={"type": "string"})


def test_a_text_is_put_into_other_words_with_the_same_facts(far: Far) -> None:
    assert read(far, WORDING, "Стрижка стоит 1 500 ₽.") == {"text": "Конечно! Стрижка стоит 1 500 ₽."}
    asked = json.dumps({"text": "Мы до 21:00."}, ensure_ascii=False)
    assert read(far, WORDING, asked) == {"text": "Конечно! Мы до 21:00."}


def test_a_lying_wording_invents_a_price_a_time_a_link_and_a_booking(far: Far) -> None:
    far.switch("openai", "lie")
    text = read(far, WORDING, "Мы до 21:00.")["text"]
    assert [part in text for part in ("вы записаны", "03:17", "777 ₽", "https://")] == [False, True, True, True]
    assert text.startswith("Вы записаны")


def test_a_lying_reading_has_further_wishes_of_the_schema_only(far: Far) -> None:
    far.switch("openai", "lie")
    said = read(far, RICH, "Привет")
    jsonschema.validate(said, RICH)
    assert (said["intent"], said["also"], said["about"], said["another"]) == ("other", ["other"], "mine", True)


def test_a_foreign_option_is_outside_the_schema(far: Far) -> None:
    far.switch("openai", "foreign")
    said = read(far, RICH, "Привет")
    assert (said["intent"], said["also"]) == ("полёт на луну", ["полёт на луну"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(said, RICH)


def test_an_answer_that_is_cut_off_says_so(far: Far) -> None:
    far.switch("openai", "length")
    choice = far.openai(**asking("Привет")).json["choices"][0]
    assert choice["finish_reason"] == "length"
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        json.loads(choice["message"]["content"])
    answer = far.openai("responses", model="gpt-4.1-mini", input="Сколько стоит?").json
    assert (answer["status"], answer["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})


def test_no_more_is_said_than_was_allowed(far: Far) -> None:
    choice = far.openai(**asking("Привет", max_completion_tokens=5)).json["choices"][0]
    assert (len(choice["message"]["content"]), choice["finish_reason"]) == (15, "length")


def test_responses_are_answered_too(far: Far) -> None:
    format_ = {"type": "json_schema", "name": "reading", "strict": True, "schema": SCHEMA}
    answer = far.openai("responses", model="gpt-4.1-mini", input="Сколько стоит?", text={"format": format_})
    text = answer.json["output"][0]["content"][0]["text"]
    assert json.loads(text)["intent"] == "question_price"


def test_the_official_client_reads_the_answer(far: Far) -> None:
    with_port = serve(far.box, 0)
    try:
        client = openai.OpenAI(api_key=accounts.OPENAI_KEY, base_url=f"{with_port.url}/openai/v1", max_retries=0)
        completion = client.chat.completions.create(**asking("Запишите меня"))
        assert json.loads(completion.choices[0].message.content)["intent"] == "booking"
        far.switch("openai", "429")
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(**asking("Запишите меня"))
    finally:
        with_port.close()
