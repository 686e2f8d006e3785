"""What the OpenAI API takes: parameters, messages, and the subset of JSON Schema of strict structured outputs."""

from __future__ import annotations

import re
import secrets as random
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sandbox.far_side import Answer

COMPLETION_PARAMETERS = frozenset({
    "messages", "model", "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
    "max_completion_tokens", "max_tokens", "metadata", "modalities", "moderation", "n", "parallel_tool_calls",
    "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention",
    "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
    "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity",
    "web_search_options",
})  # fmt: skip


RESPONSE_PARAMETERS = frozenset({
    "input", "model", "background", "conversation", "include", "instructions", "max_output_tokens", "max_tool_calls",
    "metadata", "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_retention",
    "reasoning", "safety_identifier", "service_tier", "store", "stream", "stream_options", "temperature", "text",
    "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user",
})  # fmt: skip


ROLES = frozenset({"developer", "system", "user", "assistant", "tool", "function"})


SCHEMA_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")


NUMBER_LIMITS = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "n": (1, 128),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
}


RETRY_AFTER = 20
"""Seconds after which a busy model is asked again."""


class Refusal(Exception):
    """An error answer: HTTP status and the API's error object."""

    def __init__(
        self, status: int, text: str, *, param: str | None = None, code: str | None = None, kind: str = ""
    ) -> None:
        super().__init__(text)
        self.status = status
        self.headers = {"Retry-After": str(RETRY_AFTER)} if status == 429 else {}
        self.body = {"message": text, "type": kind or "invalid_request_error", "param": param, "code": code}

    def answer(self) -> Answer:
        return Answer(
            self.status, {"error": self.body}, headers={**self.headers, "x-request-id": f"req_{random.token_hex(16)}"}
        )


def check_names(given: Collection[str], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            raise Refusal(400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


def missing(name: str) -> Refusal:
    return Refusal(400, f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")


def check(body: Mapping[str, Any], known: frozenset[str], required: Sequence[str]) -> None:
    check_names(body, known)
    for name in required:
        if body.get(name) in (None, "", []):
            raise missing(name)
    if not isinstance(body["model"], str):
        raise _wrong_type("model", "a string")
    for name, (least, most) in NUMBER_LIMITS.items():
        value = body.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong_type(name, "a number")
        if not least <= value <= most:
            text = f"Invalid '{name}': expected a value between {least} and {most}, but got {value} instead."
            raise Refusal(400, text, param=name)
    if body.get("stream"):
        raise Refusal(400, "The sandbox does not stream.", param="stream", code="unsupported_value")


def _wrong_type(name: str, expected: str) -> Refusal:
    return Refusal(400, f"Invalid type for '{name}': expected {expected}.", param=name, code="invalid_type")


def read_texts(messages: Any, where: str) -> list[tuple[str, str]]:
    """(role, text) of every message. Raises `Refusal`."""
    if not isinstance(messages, list):
        raise _wrong_type(where, "an array of objects")
    found = []
    for place, message in enumerate(messages):
        if not isinstance(message, dict):
            raise _wrong_type(f"{where}[{place}]", "an object")
        if message.get("role") not in ROLES:
            text = f"Invalid value: '{message.get('role')}'."
            raise Refusal(400, text, param=f"{where}[{place}].role", code="invalid_value")
        content = message.get("content")
        if not isinstance(content, str | list):
            raise _wrong_type(f"{where}[{place}].content", "one of a string or array of objects")
        parts = content if isinstance(content, list) else [{"text": content}]
        found.append((message["role"], " ".join(str(part.get("text", "")) for part in parts)))
    return found


def schema_of_completion(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    wanted = body.get("response_format") or {"type": "text"}
    if wanted.get("type") == "json_schema":
        given = wanted.get("json_schema")
        if not isinstance(given, dict):
            raise missing("response_format.json_schema")
        return _checked_schema(given, "response_format.json_schema", "response_format")
    if wanted.get("type") not in ("text", "json_object"):
        raise Refusal(
            400, f"Invalid value: '{wanted.get('type')}'.", param="response_format.type", code="invalid_value"
        )
    return None


def schema_of_response(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    wanted = (body.get("text") or {}).get("format") or {"type": "text"}
    if wanted.get("type") != "json_schema":
        return None
    return _checked_schema(wanted, "text.format", "text.format")


def _checked_schema(given: Mapping[str, Any], where: str, kind: str) -> Mapping[str, Any] | None:
    name = given.get("name")
    if not name:
        raise missing(f"{where}.name")
    if not isinstance(name, str) or not SCHEMA_NAME.match(name):
        raise Refusal(400, f"Invalid '{where}.name': string does not match pattern.", param=f"{where}.name")
    schema = given.get("schema")
    if not isinstance(schema, dict):
        raise missing(f"{where}.schema")
    if given.get("strict"):
        _check_strict(schema, schema, (), f"Invalid schema for {kind} '{name}'", where)
    return schema


def _check_strict(
    schema: Mapping[str, Any], root: Mapping[str, Any], path: tuple[str, ...], complaint: str, where: str
) -> None:
    """The subset of JSON Schema that strict structured outputs take. Raises `Refusal`."""

    def refuse(why: str) -> Refusal:
        return Refusal(400, f"{complaint}: In context={path}, {why}", param=where, code="invalid_json_schema")

    if not path and schema.get("type") != "object":
        raise refuse("schema must be a JSON Schema of 'type: \"object\"'.")
    if "properties" in schema or "object" in types(schema):
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            raise refuse("'additionalProperties' is required to be supplied and to be false.")
        missing = [name for name in properties if name not in schema.get("required", [])]
        if missing:
            why = "'required' is required to be supplied and to be an array including every key in properties."
            raise refuse(f"{why} Missing '{missing[0]}'.")
        for name, inner in properties.items():
            _check_strict(inner, root, (*path, "properties", name), complaint, where)
    for word in ("oneOf", "allOf", "not", "if", "dependentRequired", "patternProperties"):
        if word in schema:
            raise refuse(f"'{word}' is not permitted.")
    if not {"type", "enum", "const", "$ref", "anyOf"} & set(schema):
        raise refuse("schema must have a 'type' key.")
    if "array" in types(schema):
        if "items" not in schema:
            raise refuse("array schema missing items.")
        _check_strict(schema["items"], root, (*path, "items"), complaint, where)
    for place, inner in enumerate(schema.get("anyOf", ())):
        _check_strict(inner, root, (*path, "anyOf", str(place)), complaint, where)
    for name, inner in (schema.get("$defs") or {}).items():
        _check_strict(inner, root, (*path, "$defs", name), complaint, where)


def types(schema: Mapping[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)
