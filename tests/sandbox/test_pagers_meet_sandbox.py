"""The product's own pagers against the emulators: they page, they are refused, and a pressed key comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from far_fakes import NIGHT, SECRETS, Far

from chalicelib import pagers
from chalicelib.desk.events import Keyed, conversation_id
from chalicelib.errors import Refused, Unavailable
from chalicelib.pagers import pager
from chalicelib.pagers.zvonok import POSTBACK
from chalicelib.ports import DRY_RUN
from chalicelib.wire import over_http, run
from sandbox import accounts
from sandbox.server import Serving, serve

PHONE, USER = "+79000000003", "7"
ACCOUNTS = {
    "smsru": {"api_id": accounts.SMSRU_API_ID},
    "smsc": {"apikey": accounts.SMSC_APIKEY},
    "smsc_voice": {"login": accounts.SMSC_LOGIN, "password": "any"},
    "zvonok": {"public_key": accounts.ZVONOK_PUBLIC_KEY, "campaign_id": accounts.ZVONOK_CAMPAIGN_ID},
}
KINDS = {"smsru": "sms", "smsc": "sms", "smsc_voice": "call", "zvonok": "call", "bitrix24": "notice"}
SWITCHES = {"smsc_voice": "smsc"}
TEXT = "ЖАЛОБА. Анна, +79000000001. Нажмите 1, чтобы взять, 2 – не могу."
EVERY = pytest.mark.parametrize("name", sorted(KINDS))


@pytest.fixture
def serving(far: Far) -> Iterator[Serving]:
    running = serve(far.box, 0)
    yield running
    running.close()


def page(
    serving: Serving, name: str, text: str = TEXT, key: str = "key-1", address: str | None = None, **more: str
) -> str:
    account = ACCOUNTS.get(name, {"webhook_url": f"{serving.url}{accounts.BITRIX24_PATH}/"})
    base = f"{serving.url}/{'sms' if KINDS[name] == 'sms' else 'calls'}"
    to = address or (USER if name == "bitrix24" else PHONE)
    return run(pager(name).page(to, text, {**account, **more}, base, key), over_http())


def shown(far: Far, name: str) -> list[dict[str, Any]]:
    paged: list[dict[str, Any]] = far.state()["pages"][KINDS[name]]
    return paged


def test_every_pager_has_an_emulator() -> None:
    assert tuple(sorted(KINDS)) == pagers.names()


@EVERY
def test_a_page_is_shown_with_who_was_paged_by_what_and_when(far: Far, serving: Serving, name: str) -> None:
    came = page(serving, name)
    assert shown(far, name) == [
        {
            "id": 1,
            "provider": name,
            "page": came,
            "to": USER if name == "bitrix24" else PHONE,
            "who": "Ольга",
            "colleague": "olga",
            "text": TEXT,
            "at": "2026-11-25T19:40:00+00:00",
            "status": "ringing" if KINDS[name] == "call" else "delivered",
            "digit": "",
        }
    ]


@EVERY
@pytest.mark.parametrize("fault", ["500", "lost", "timeout"])
def test_a_gateway_that_is_down_is_asked_again(far: Far, serving: Serving, name: str, fault: str) -> None:
    if (name, fault) != ("bitrix24", "timeout"):
        far.switch(SWITCHES.get(name, name), fault)
        with pytest.raises(Unavailable) as raised:
            page(serving, name)
        assert not raised.value.answered


@pytest.mark.parametrize("name", ["smsru", "smsc", "smsc_voice", "zvonok"])
def test_a_page_whose_answer_was_lost_goes_out_once(far: Far, serving: Serving, name: str) -> None:
    far.switch(SWITCHES.get(name, name), "lost", times=1)
    with pytest.raises(Unavailable):
        page(serving, name)
    came = page(serving, name)
    (there,) = shown(far, name)
    assert came == ("same:key-1" if name == "smsru" else there["page"])


@pytest.mark.parametrize("name", ["smsc_voice", "zvonok"])
def test_a_turn_that_comes_again_minutes_later_calls_nobody_again(far: Far, serving: Serving, name: str) -> None:
    first = page(serving, name)
    far.do("call", {"id": shown(far, name)[0]["id"], "digit": ""})
    far.wall += timedelta(minutes=3)
    assert page(serving, name) == first
    assert len(shown(far, name)) == 1


@EVERY
def test_another_page_later_goes_out(far: Far, serving: Serving, name: str) -> None:
    page(serving, name)
    if KINDS[name] == "call":
        far.do("call", {"id": shown(far, name)[0]["id"], "digit": "1"})
    far.wall += timedelta(minutes=4)
    page(serving, name, key="key-2")
    assert len(shown(far, name)) == 2


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("smsru", "220", Unavailable), ("smsru", "201", Refused), ("smsru", "207", Refused),
        ("smsc", "3", Refused), ("smsc", "4", Refused), ("smsc", "8", Refused),
        ("smsc_voice", "3", Refused), ("smsc_voice", "4", Refused), ("smsc_voice", "8", Refused),
        ("zvonok", "balance", Refused), ("zvonok", "campaign", Refused), ("zvonok", "429", Unavailable),
        ("bitrix24", "QUERY_LIMIT_EXCEEDED", Unavailable), ("bitrix24", "401", Refused),
    ],
)  # fmt: skip
def test_a_gateway_refuses_as_it_is_switched(
    far: Far, serving: Serving, name: str, value: str, error: type[Exception]
) -> None:
    far.switch(SWITCHES.get(name, name), value)
    with pytest.raises(error):
        page(serving, name)
    assert shown(far, name) == []


@pytest.mark.parametrize("name", ["smsru", "smsc", "smsc_voice", "zvonok"])
def test_a_dead_key_is_refused(far: Far, serving: Serving, name: str) -> None:
    dead = dict.fromkeys(ACCOUNTS[name], "of-nobody")
    with pytest.raises(Refused):
        page(serving, name, **dead)
    assert shown(far, name) == []


@EVERY
def test_a_page_to_nobody_is_refused(far: Far, serving: Serving, name: str) -> None:
    with pytest.raises(Refused):
        page(serving, name, address="99" if name == "bitrix24" else "+4915112345678")
    assert shown(far, name) == []


@EVERY
def test_an_empty_page_is_refused(far: Far, serving: Serving, name: str) -> None:
    with pytest.raises(Refused):
        page(serving, name, text=" ")


@EVERY
def test_a_dry_run_pages_nobody(far: Far, serving: Serving, name: str) -> None:
    assert page(serving, name, **{DRY_RUN: "1"}).startswith("dry:")
    assert shown(far, name) == []


@EVERY
def test_no_secret_stands_in_the_log_of_requests(far: Far, serving: Serving, name: str) -> None:
    page(serving, name)
    log = far.client.get("/api/log").text
    assert "very-secret" not in log
    assert not any(secret in log for secret in ACCOUNTS.get(name, {"code": accounts.BITRIX24_CODE}).values()
                   if secret not in ("any", accounts.ZVONOK_CAMPAIGN_ID))  # fmt: skip


# A key is pressed


def keyed(far: Far) -> list[Keyed]:
    """What the stack hears of calls, as its webhook reads it."""
    events: list[Keyed] = []
    for call in far.hooks.calls:
        assert call.method == "GET"
        assert call.url.startswith("http://stack/hooks/zvonok?")
        body = urlsplit(call.url).query.encode()
        POSTBACK.verify({}, body, {"secret": SECRETS["zvonok"]})
        events += [event for event in POSTBACK.read(body) if isinstance(event, Keyed)]
    return events


@pytest.mark.parametrize(("digit", "status"), [("1", "user"), ("2", "user"), ("", "attempts_exc")])
def test_a_pressed_key_comes_back(far: Far, serving: Serving, digit: str, status: str) -> None:
    call = page(serving, "zvonok")
    answer = far.do("call", {"id": 1, "digit": digit})
    assert (answer.status_code, answer.json) == (200, {"call": 1, "accepted": True, "status": 200, "tries": 1})
    (event,) = keyed(far)
    assert (event.key, event.conversation, event.page, event.digit) == (
        f"zvonok:{call}:{status}", conversation_id("zvonok", call), call, digit,
    )  # fmt: skip
    (there,) = shown(far, "zvonok")
    assert (there["status"], there["digit"]) == ("answered" if digit else "missed", digit)


def test_a_call_of_smsc_is_heard_and_tells_nothing_back(far: Far, serving: Serving) -> None:
    page(serving, "smsc_voice")
    assert far.do("call", {"id": 1, "digit": "1"}).json == {"call": 1}
    assert (shown(far, "smsc_voice")[0]["status"], far.hooks.calls) == ("answered", [])


def test_a_stack_that_is_down_is_told_again(far: Far, serving: Serving) -> None:
    page(serving, "zvonok")
    far.hooks.statuses = [503]
    assert far.do("call", {"id": 1, "digit": "1"}).json["tries"] == 2
    assert [event.digit for event in keyed(far)] == ["1", "1"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": 9, "digit": "1"}, 404), ({"id": "1", "digit": "1"}, 404), ({}, 404),
        ({"id": 1, "digit": "11"}, 400), ({"id": 1, "digit": 1}, 400), ({"id": 1, "digit": "#"}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_pressed_is_refused(far: Far, serving: Serving, body: Any, status: int) -> None:
    page(serving, "zvonok")
    assert far.do("call", body).status_code == status
    assert shown(far, "zvonok")[0]["status"] == "ringing"


def test_a_call_that_is_over_takes_no_key(far: Far, serving: Serving) -> None:
    page(serving, "zvonok")
    far.do("call", {"id": 1, "digit": "2"})
    assert far.do("call", {"id": 1, "digit": "1"}).status_code == 409


def test_nobody_rings_for_ever(far: Far, serving: Serving) -> None:
    page(serving, "zvonok")
    rung = []
    for minutes in (5, 6):
        far.wall = NIGHT + timedelta(minutes=minutes)
        rung.append(shown(far, "zvonok")[0]["status"])
    assert rung == ["ringing", "missed"]


def test_the_next_call_ends_one_that_nobody_has_taken(far: Far, serving: Serving) -> None:
    page(serving, "zvonok")
    far.wall = NIGHT + timedelta(minutes=4)
    page(serving, "zvonok", TEXT + "!", "key-2")
    assert [call["status"] for call in shown(far, "zvonok")] == ["missed", "ringing"]


def test_a_message_takes_no_key(far: Far, serving: Serving) -> None:
    page(serving, "smsru")
    assert far.do("call", {"id": 1, "digit": "1"}).status_code == 404


def test_pages_outlive_a_restart_and_are_forgotten_by_a_reset(far: Far, serving: Serving) -> None:
    page(serving, "smsru")
    there = shown(far, "smsru")
    serving.close()
    far.reopen()
    assert shown(far, "smsru") == there
    far.do("reset")
    assert far.state()["pages"] == {"sms": [], "call": [], "notice": []}
