"""The only HTTP: a flow yields requests, this module sends them and hands the answers back.

A channel or a CRM never opens a connection. It yields a `Request` and is resumed with a `Response`,
so a test answers with a function and needs no network.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chalicelib.errors import Unavailable

T = TypeVar("T")
CONNECT_SECONDS = 3.0


@dataclass(frozen=True)
class Request:
    """One HTTP request. ``json`` and ``form`` exclude each other; ``seconds`` bounds the wait for an answer."""

    method: str
    url: str = field(repr=False)  # Telegram and Bitrix24 carry their secret in the URL
    json: Any = None
    form: Mapping[str, str] | None = field(default=None, repr=False)  # and the SMS gateways theirs among the fields
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    seconds: float = 10.0


@dataclass(frozen=True)
class Response:
    """One HTTP answer, body as raw bytes."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON, or None when it is not JSON (an HTML error page of a proxy, say)."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


Flow = Generator[Request, Response, T]
Send = Callable[[Request], Response]


def run(flow: Flow[T], send: Send, *, pace: float = 0.0, sleep: Callable[[float], None] = time.sleep) -> T:
    """Run a flow to its result, at least ``pace`` seconds between two requests.

    Raises whatever the flow raises; a transport failure reaches the flow as `Unavailable` (``answered=False``),
    at the place where it waits for the answer.
    """
    try:
        request = next(flow)
        while True:
            try:
                response = send(request)
            except Unavailable as lost:
                request = flow.throw(lost)
            else:
                request = flow.send(response)
            if pace:
                sleep(pace)
    except StopIteration as done:
        result: T = done.value
        return result


def over_http() -> Send:
    """The real transport: one session for the life of the process, no redirects followed."""
    import requests  # here, because the webhook's Lambda never sends

    session = requests.Session()

    def send(request: Request) -> Response:
        try:
            answer = session.request(
                request.method,
                request.url,
                params=dict(request.query) or None,
                json=request.json,
                data=dict(request.form) if request.form is not None else None,
                headers=dict(request.headers),
                timeout=(CONNECT_SECONDS, request.seconds),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # The message of a requests error holds the URL, and the URL may hold a token: only its kind goes on.
            raise Unavailable(type(error).__name__, answered=False) from None
        return Response(answer.status_code, answer.content, dict(answer.headers))

    return send
