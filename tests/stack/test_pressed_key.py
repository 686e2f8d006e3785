"""A key that a colleague presses in a call, on its way from the provider into the stack."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from chalicelib.pagers import pager
from chalicelib.wire import over_http, run
from infra import console
from tests.stack.stand import Stack


@pytest.fixture
def hook(stack: Stack) -> str:
    """What stands in Zvonok's cabinet."""
    return stack.running.postbacks["zvonok"]


def test_a_key_pressed_on_the_page_is_taken_by_the_webhook(stack: Stack) -> None:
    stored = stack.running.wanted.secrets
    account = {name: stored[f"zvonok/{name}"] for name in pager("zvonok").account}
    base = stack.running.wanted.parameters["CallApiUrl"]
    call = run(pager("zvonok").page("+79000000003", "Нажмите 1", account, base, "key"), over_http())
    ringing = requests.get(f"{stack.page}/api/state", timeout=30).json()["pages"]["call"][-1]
    assert (ringing["page"], ringing["status"]) == (call, "ringing")
    pressed = requests.post(f"{stack.page}/api/call", json={"id": ringing["id"], "digit": "1"}, timeout=30).json()
    assert pressed == {"call": ringing["id"], "accepted": True, "status": 200, "tries": 1}


def test_a_form_is_taken_as_well(hook: str) -> None:
    address, _, query = hook.partition("?")
    said = dict(parse_qsl(query)) | {"call_id": "7", "status": "user", "button": "1"}
    secret = {"secret": said.pop("secret")}
    assert requests.post(address, params=secret, data=said, timeout=30).status_code == 200


def test_the_command_prints_what_has_to_be_entered_in_the_cabinet(stack: Stack, hook: str) -> None:
    assert console.postbacks(stack.running.place, stack.name) == f"Zvonok, postback: {hook}"


@pytest.mark.parametrize("secret", ["", "guessed"])
def test_a_stranger_is_refused(hook: str, secret: str) -> None:
    address = urlsplit(hook)._replace(query="").geturl()
    forged = {"secret": secret, "call_id": "7", "status": "user", "button": "1"}
    assert requests.get(address, params=forged, timeout=30).status_code == 401
