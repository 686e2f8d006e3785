"""A Bitrix24 portal in memory: it keeps what was created and refuses what its documentation does not know."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.errors import Unavailable
from chalicelib.wire import Request, Response

METHODS: dict[str, Any] = json.loads((Path(__file__).parent / "methods.json").read_text(encoding="utf-8"))
TYPES: dict[str, type] = {"integer": int, "string": str, "array": list, "object": dict, "boolean": bool}
LEAD, DEAL, CONTACT = 1, 2, 3


def method_of(request: Request) -> str:
    return request.url.rsplit("/", 1)[1]


def complaints(request: Request) -> list[str]:
    """What the published parameter tables do not allow in this request."""
    method, params = method_of(request), request.json
    spec = METHODS[method]
    wrong = [f"{method}: {name} is missing" for name in spec["required"] if name not in params]
    wrong += _mistyped(method, params, spec["params"])
    if method == "crm.item.add":
        known = spec["fields"][str(params["entityTypeId"])]
        wrong += _mistyped(method, params["fields"], known)
    return wrong


def _mistyped(method: str, said: dict[str, Any], known: dict[str, str]) -> list[str]:
    unknown = [f"{method}: {name} is unknown" for name in said if name not in known]
    wrong = [
        f"{method}: {n} is no {known[n]}" for n, v in said.items() if n in known and type(v) is not TYPES[known[n]]
    ]
    return unknown + wrong


@dataclass
class Portal:
    """``before`` and ``after`` are the positions (from 0) of requests that are lost on the way there, and of those
    that are carried out but whose answer is lost."""

    items: dict[int, dict[int, dict[str, Any]]] = field(default_factory=lambda: {LEAD: {}, DEAL: {}, CONTACT: {}})
    before: set[int] = field(default_factory=set)
    after: set[int] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        position = len(self.requests)
        self.requests.append(request)
        if position in self.before:
            raise Unavailable("ConnectTimeout", answered=False)
        answer = self._answer(request)
        if position in self.after:
            raise Unavailable("ReadTimeout", answered=False)
        return answer

    def _answer(self, request: Request) -> Response:
        wrong = complaints(request)
        if wrong:
            return Response(
                400, json.dumps({"error": "ERROR_ARGUMENT", "error_description": "; ".join(wrong)}).encode()
            )
        methods: dict[str, Callable[[dict[str, Any]], Any]] = {
            "crm.item.list": self._list,
            "crm.item.add": self._add,
            "crm.duplicate.findbycomm": self._find,
        }
        return Response(200, json.dumps({"result": methods[method_of(request)](request.json), "time": {}}).encode())

    def _list(self, params: dict[str, Any]) -> Any:
        wanted = {name.removeprefix("="): value for name, value in params["filter"].items()}
        items = self.items[params["entityTypeId"]]
        return {"items": [{"id": n} for n, item in items.items() if wanted.items() <= item.items()]}

    def _add(self, params: dict[str, Any]) -> Any:
        items = self.items[params["entityTypeId"]]
        number = 101 + sum(map(len, self.items.values()))
        items[number] = params["fields"]
        return {"item": {"id": number, **params["fields"]}}

    def _find(self, params: dict[str, Any]) -> Any:
        found = [n for n, item in self.items[CONTACT].items() if _phones(item) & set(params["values"])]
        return {"CONTACT": found} if found else []


def _phones(item: dict[str, Any]) -> set[str]:
    return {value["value"] for value in item.get("fm", [])}
