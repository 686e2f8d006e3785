"""OpenAI's side: chat completions and responses with structured outputs, answered by rules, and transcriptions.

The answer satisfies the strict JSON schema of the request; what stands in it is guessed from the last user message, so
that reading and wording with a model can be shown without one. https://platform.openai.com/docs/api-reference
"""

from __future__ import annotations

import secrets as random
import time
from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.wrappers import Request

from sandbox.accounts import DEMO
from sandbox.far_side import Answer, Route, Unreadable, bearer, json_object
from sandbox.openai_ears import heard, recording, transcription
from sandbox.openai_guess import said
from sandbox.openai_rules import (
    COMPLETION_PARAMETERS,
    RESPONSE_PARAMETERS,
    Refusal,
    check,
    read_texts,
    schema_of_completion,
    schema_of_response,
)
from sandbox.state import State
from sandbox.switches import SECONDS_OF_SILENCE

CHARACTERS_A_TOKEN = 3
"""Roughly, in Russian."""


class OpenAI:
    """The API. ``sleep`` keeps a caller waiting when the model is switched to silence."""

    def __init__(self, state: State, sleep: Callable[[float], None] = time.sleep) -> None:
        self._state = state
        self._sleep = sleep

    def routes(self) -> list[Route]:
        return [
            Route("/openai/v1/chat/completions", ("POST",), self.complete, "openai"),
            Route("/openai/v1/responses", ("POST",), self.respond, "openai"),
            Route("/openai/v1/audio/transcriptions", ("POST",), self.transcribe, "openai"),
        ]

    def complete(self, request: Request) -> Answer:
        try:
            fault, body = self._admitted(request, COMPLETION_PARAMETERS, ("model", "messages"))
            texts = read_texts(body["messages"], "messages")
            schema = schema_of_completion(body)
        except Refusal as refusal:
            return refusal.answer()
        content, whole = _within(body.get("max_completion_tokens"), said(schema, texts, fault), fault)
        refused = fault == "refusal"
        message: dict[str, Any] = {
            "role": "assistant",
            "content": None if refused else content,
            "refusal": "I'm sorry, I can't help with that." if refused else None,
            "annotations": [],
        }
        reason = "stop" if whole else "length"
        answer = {
            "id": f"chatcmpl-{random.token_urlsafe(20)}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reason}],
            "usage": _usage(texts, content, ("prompt_tokens", "completion_tokens")),
            "service_tier": "default",
            "system_fingerprint": "fp_sandbox",
        }
        return Answer(200, answer)

    def respond(self, request: Request) -> Answer:
        try:
            fault, body = self._admitted(request, RESPONSE_PARAMETERS, ("model", "input"))
            given = body["input"]
            texts = [("user", given)] if isinstance(given, str) else read_texts(given, "input")
            schema = schema_of_response(body)
        except Refusal as refusal:
            return refusal.answer()
        instructions = body.get("instructions")
        content = said(schema, [("system", instructions), *texts] if instructions else texts, fault)
        content, whole = _within(body.get("max_output_tokens"), content, fault)
        status = "completed" if whole else "incomplete"
        part = (
            {"type": "refusal", "refusal": "I'm sorry, I can't help with that."}
            if fault == "refusal"
            else {"type": "output_text", "text": content, "annotations": [], "logprobs": []}
        )
        output = {
            "id": f"msg_{random.token_hex(24)}", "type": "message", "status": status, "role": "assistant",
            "content": [part],
        }  # fmt: skip
        answer = {
            "id": f"resp_{random.token_hex(24)}",
            "object": "response",
            "created_at": int(time.time()),
            "status": status,
            "error": None,
            "incomplete_details": None if whole else {"reason": "max_output_tokens"},
            "instructions": instructions,
            "metadata": {},
            "model": body["model"],
            "output": [output],
            "parallel_tool_calls": True,
            "temperature": body.get("temperature", 1.0),
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "text": body.get("text", {"format": {"type": "text"}}),
            "usage": _usage(texts, content, ("input_tokens", "output_tokens")),
        }
        return Answer(200, answer)

    def transcribe(self, request: Request) -> Answer:
        try:
            fault = self._let_in(request)
            given, sound = recording(request)
        except Refusal as refusal:
            return refusal.answer()
        text = heard(sound, fault)
        self._state.hear(sound, text)
        answer = transcription(given, text)
        if fault == "broken":
            return Answer(200, '{"text": "')
        return Answer(200, answer, kind="text/plain" if isinstance(answer, str) else "application/json")

    def _admitted(self, request: Request, known: frozenset[str], required: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """The fault of this call and its checked body. Raises `Refusal`."""
        fault = self._let_in(request)
        try:
            body = json_object(request)
        except Unreadable:
            raise Refusal(400, "We could not parse the JSON body of your request.") from None
        check(body, known, required)
        return fault, body

    def _let_in(self, request: Request) -> str:
        """The fault of this call, after its key was looked at. Raises `Refusal`."""
        token = bearer(request)
        if not token.startswith(DEMO):
            text = "Incorrect API key provided." if token else "You didn't provide an API key."
            raise Refusal(401, text, code="invalid_api_key" if token else None)
        fault = self._state.use_switch("openai")
        if fault == "timeout":
            self._sleep(SECONDS_OF_SILENCE)
            raise Refusal(504, "Gateway timeout", kind="server_error")
        if fault == "429":
            raise Refusal(429, "Rate limit reached for requests", kind="requests", code="rate_limit_exceeded")
        if fault == "500":
            raise Refusal(500, "The server had an error while processing your request.", kind="server_error")
        return fault


def _within(most_tokens: Any, content: str, fault: str) -> tuple[str, bool]:
    """As much of the model's text as fits, and whether that is all of it."""
    fits = len(content) // 2 if fault == "length" else len(content)
    if isinstance(most_tokens, int) and most_tokens > 0:
        fits = min(fits, most_tokens * CHARACTERS_A_TOKEN)
    return content[:fits], fits >= len(content)


def _usage(texts: Sequence[tuple[str, str]], content: str, names: tuple[str, str]) -> dict[str, Any]:
    asked = sum(len(text) for _, text in texts) // CHARACTERS_A_TOKEN + 3
    answered = len(content) // CHARACTERS_A_TOKEN + 1
    details = {"cached_tokens": 0}, {"reasoning_tokens": 0}
    return {
        names[0]: asked,
        names[1]: answered,
        "total_tokens": asked + answered,
        f"{names[0]}_details": details[0],
        f"{names[1]}_details": details[1],
    }
