"""The Graph API's manners: its error object, its token check, and its dislike of unexpected keys."""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from sandbox.accounts import DEMO
from sandbox.far_side import Answer, Unreadable, bearer, json_object


class GraphError(Exception):
    """A refusal: HTTP status and the Graph API's ``error`` object."""

    def __init__(self, status: int, code: int, message: str, *, details: str = "", subcode: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.details, self.subcode = status, code, details, subcode

    def answer(self, product: str = "") -> Answer:
        error: dict[str, Any] = {"message": str(self), "type": "OAuthException", "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": product, "details": self.details}
        error["fbtrace_id"] = f"A{random.token_urlsafe(16)}"
        return Answer(self.status, {"error": error})


@dataclass(frozen=True)
class Bubble:
    """A checked outgoing message as the phone shows it."""

    text: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    list_button: str | None = None


def check_token(request: Request) -> None:
    token = bearer(request) or request.args.get("access_token", "")
    if not token:
        raise GraphError(401, 190, "An access token is required to request this resource.")
    if not token.startswith(DEMO):
        raise GraphError(401, 190, "Invalid OAuth access token - Cannot parse access token")


def json_body(request: Request) -> dict[str, Any]:
    try:
        return json_object(request)
    except Unreadable:
        raise GraphError(400, 100, "(#100) The body of the request is not valid JSON.") from None


def no_such_object(node: str) -> GraphError:
    text = (
        f"Unsupported post request. Object with ID '{node}' does not exist, cannot be loaded due to missing permissions"
    )
    return GraphError(400, 100, text, subcode=33)


def only(given: Any, known: set[str], where: str) -> None:
    if not isinstance(given, dict):
        raise GraphError(400, 100, f"(#100) Param {where} must be an object.")
    unknown = sorted(set(given) - known)
    if unknown:
        place = f' on param "{where}"' if where else ""
        raise GraphError(400, 100, f'(#100) Unexpected key "{unknown[0]}"{place}.')


def need(given: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        if not given.get(name):
            raise GraphError(400, 100, f"(#100) The parameter {name} is required.")
