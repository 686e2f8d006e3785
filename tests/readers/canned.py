"""Canned answers of the OpenAI API, and the transport that gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import openai  # noqa: F401  its import must not eat up the deadline of the first test

HERE = Path(__file__).parent
KEY, URL = "key", "http://127.0.0.1:9/v1"
Handler = Callable[[httpx2.Request], httpx2.Response]


def client(handler: Handler) -> httpx2.Client:
    return httpx2.Client(transport=httpx2.MockTransport(handler))


def answer(name: str, status: int = 200, headers: dict[str, str] | None = None) -> httpx2.Response:
    """A file of completions/ or transcriptions/ as an answer of the API."""
    body = (HERE / f"{name}.json").read_bytes()
    return httpx2.Response(status, content=body, headers={"content-type": "application/json", **(headers or {})})


@dataclass
class Answers:
    """Gives these answers, one after another, the last one for ever; remembers what it was asked."""

    answers: list[Callable[[], httpx2.Response] | httpx2.Response | Exception]
    sent: list[httpx2.Request] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(given, Exception):
            raise given
        if isinstance(given, httpx2.Response):
            return httpx2.Response(given.status_code, content=given.content, headers=dict(given.headers))
        return given()
