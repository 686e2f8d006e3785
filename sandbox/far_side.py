"""What every emulator is made of: routes, answers, and parameters wherever a client library puts them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

MASKED = "***"
SECRETS_IN_PATHS = ((re.compile(r"/bot[^/]+"), f"/bot{MASKED}"), (re.compile(r"(/rest/\d+/)[^/]+"), rf"\1{MASKED}"))
SECRET_PARAMETERS = frozenset({"secret_token", "access_token", "auth", "hub.verify_token", "signature", "api_id",
                               "login", "psw", "apikey", "public_key"})  # fmt: skip
LOGGED_CHARACTERS = 8000


@dataclass(frozen=True)
class Answer:
    """What an emulator answers. A text or bytes go out as they are, anything else as JSON."""

    status: int
    body: Any
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        if isinstance(self.body, bytes):
            return Response(self.body, self.status, dict(self.headers), content_type=self.kind)
        text = self.body if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False)
        return Response(text, self.status, dict(self.headers), content_type=f"{self.kind}; charset=utf-8")


Handler = Callable[..., Answer]
"""Called with the request and the values of the path."""


@dataclass(frozen=True)
class Route:
    """``emulator`` names whose request log it belongs to; empty for the page's own API, which is not logged."""

    path: str
    methods: Sequence[str]
    handler: Handler
    emulator: str = ""


class Unreadable(Exception):
    """The body is not what its content type says."""


def flat_parameters(request: Request) -> dict[str, Any]:
    """Parameters of a JSON, urlencoded, multipart or query request; the body wins over the query.

    Values of JSON keep their types, all others are strings. Raises `Unreadable`.
    """
    found: dict[str, Any] = dict(request.args.items())
    if "json" in request.mimetype:
        found |= json_object(request)
    else:
        found |= dict(request.form.items())
    return found


def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty one. Raises `Unreadable`."""
    raw = request.get_data()
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Unreadable(str(error)) from None
    if not isinstance(body, dict):
        raise Unreadable("not an object")
    return body


def bearer(request: Request) -> str:
    """The token of the Authorization header, empty without one."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def masked_path(path: str) -> str:
    for secret, mask in SECRETS_IN_PATHS:
        path = secret.sub(mask, path)
    return path


def masked_body(request: Request) -> str:
    """The request's parameters for the log, without secrets."""
    try:
        parameters = flat_parameters(request)
    except Unreadable:
        return request.get_data(as_text=True)[:LOGGED_CHARACTERS]
    shown = {name: MASKED if name in SECRET_PARAMETERS else value for name, value in parameters.items()}
    return json.dumps(shown, ensure_ascii=False)[:LOGGED_CHARACTERS]
