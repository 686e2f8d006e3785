"""Conversations with a portal word for word, and every error it is known to answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.crms.bitrix24 import CRM
from chalicelib.errors import Refused, Unavailable
from chalicelib.wire import Request, Response, Send, run
from tests.crms.portal import complaints
from tests.crms.salon import WEBHOOK, business, lead, registry

HERE = Path(__file__).parent
EXCHANGES = sorted((HERE / "exchanges").glob("*.json"))
ERRORS: list[dict[str, Any]] = json.loads((HERE / "errors.json").read_text(encoding="utf-8"))


def answer(said: dict[str, Any]) -> Response:
    if said.get("lost"):
        raise Unavailable("ReadTimeout", answered=False)
    body = json.dumps(said["json"]) if "json" in said else said["text"]
    return Response(said["status"], body.encode(), said.get("headers", {}))


def within(expected: Any, actual: Any) -> bool:
    """Is everything expected there? Maps may hold more."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(k in actual and within(v, actual[k]) for k, v in expected.items())
    return bool(expected == actual)


def playing(exchanges: Iterator[dict[str, Any]]) -> Send:
    def send(request: Request) -> Response:
        exchange = next(exchanges)
        said = {"method": request.method, "url": request.url, "json": request.json}
        assert within(exchange["expect"], said), f"expected {exchange['expect']}, got {said}"
        assert complaints(request) == []
        return answer(exchange["answer"])

    return send


def outcome(send: Send) -> dict[str, Any]:
    try:
        return {"entered": run(CRM.deliver(lead(), business(), registry(), WEBHOOK), send)}
    except Unavailable as busy:
        return {"unavailable": {"retry_after": busy.retry_after, "answered": busy.answered}}
    except Refused as refused:
        return {"refused": str(refused)}


@pytest.mark.parametrize("path", EXCHANGES, ids=lambda path: path.stem)
def test_an_exchange_goes_as_written_and_no_further(path: Path) -> None:
    script = json.loads(path.read_text(encoding="utf-8"))
    exchanges = iter(script.pop("exchanges"))
    came = outcome(playing(exchanges))
    if "refused" in script:
        assert script["refused"] in came["refused"]
    else:
        assert came == script
    assert list(exchanges) == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error["case"])
def test_an_error_goes_to_who_must_act(error: dict[str, Any]) -> None:
    came = outcome(lambda request: answer(error))
    if error["becomes"] == "refused":
        assert list(came) == ["refused"]
    else:
        expected = {"retry_after": error.get("retry_after"), "answered": error.get("answered", True)}
        assert came == {"unavailable": expected}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error["case"])
def test_no_error_shows_the_address_of_the_webhook(error: dict[str, Any]) -> None:
    with pytest.raises((Refused, Unavailable)) as raised:
        run(CRM.deliver(lead(), business(), registry(), WEBHOOK), lambda request: answer(error))
    assert "s3cr3tcode" not in repr(raised.value)


def test_a_portal_that_repeats_the_password_and_a_phone_is_not_quoted() -> None:
    text = f"Bad call {WEBHOOK}/crm.item.add<br>\nfor +79000000001"
    error = {"status": 400, "json": {"error": "ERROR_CORE", "error_description": text}}
    assert outcome(lambda request: answer(error)) == {
        "refused": "crm.item.list: ERROR_CORE, Bad call https://salon.bitrix24.ru/rest/1/…/crm.item.add for …"
    }


def test_a_person_reads_which_call_was_refused_and_why() -> None:
    error = {"status": 401, "json": {"error": "NO_AUTH_FOUND", "error_description": "Wrong authorization data"}}
    assert outcome(lambda request: answer(error)) == {
        "refused": "crm.item.list: NO_AUTH_FOUND, Wrong authorization data"
    }


def test_the_repr_of_a_request_does_not_show_the_address() -> None:
    flow = CRM.deliver(lead(), business(), registry(), WEBHOOK)
    assert "s3cr3tcode" not in repr(next(flow))
