"""What each gateway does besides what all of them do."""

from __future__ import annotations

from typing import Any

import pytest
from pager_table import BASE, KEY, OWN_ID, PHONE, TABLE, TEXT, answered, page, payload

from chalicelib.errors import Refused, Unavailable
from chalicelib.pagers import account_of, pager, smsru
from chalicelib.pagers._smsc import ERRORS as SMSC_ERRORS
from chalicelib.pagers._smsc import own_id
from chalicelib.wire import Request, Response, run

NOW = "Wed, 25 Nov 2026 19:40:00 GMT"


def test_the_tables_of_errors_are_tested_row_by_row() -> None:
    tested = {one.case for one in TABLE["smsru"].answers}
    assert {f"code {code}" for code in smsru.ERRORS} <= tested
    assert {f"code {code}" for code in SMSC_ERRORS} <= {one.case for one in TABLE["smsc"].answers}


# SMS.ru


def test_the_ok_of_the_whole_answer_does_not_mean_that_hers_is_sent() -> None:
    assert page("smsru", answered(payload("smsru_mixed")))[0] == "000000-10000000"
    with pytest.raises(Refused, match="smsru: 207"):
        flow = pager("smsru").page("+79000000002", TEXT, TABLE["smsru"].account, BASE, KEY)
        run(flow, lambda request: answered(payload("smsru_mixed")))


@pytest.mark.parametrize(("name", "field"), [("smsru", "from"), ("smsc", "sender")])
def test_an_approved_name_is_sent_from(name: str, field: str) -> None:
    _, (request,) = page(name, answered(TABLE[name].answer), sender="NOCHNIK")
    assert (request.form or {})[field] == "NOCHNIK"


# SMSC


def test_one_page_has_one_number_at_smsc_and_another_page_another() -> None:
    assert own_id(KEY) == OWN_ID
    assert len({own_id(f"telegram:1/4/{number}") for number in range(1000)}) == 1000
    assert all(0 < int(own_id(str(number))) < 2**31 for number in range(1000))


def test_a_key_of_smsc_stands_for_login_and_password() -> None:
    sent: list[Request] = []

    def send(request: Request) -> Response:
        sent.append(request)
        return answered(payload("smsc_sent"))

    account = {"apikey": "very-secret-key", "login": "salon", "password": "very-secret-word"}
    assert run(pager("smsc").page(PHONE, TEXT, account, BASE, KEY), send) == OWN_ID
    assert {"login", "psw"}.isdisjoint(sent[0].form or {})
    assert (sent[0].form or {})["apikey"] == "very-secret-key"


def test_calls_and_messages_of_smsc_have_one_account() -> None:
    assert [account_of(name) for name in ("smsc", "smsc_voice", "zvonok")] == ["smsc", "smsc", "zvonok"]


def talk(name: str, *answers: Response) -> tuple[Any, list[Request]]:
    """What comes of a page that is answered so, and the requests it took."""
    seen: list[Request] = []
    waiting = iter(answers)

    def send(request: Request) -> Response:
        seen.append(request)
        return next(waiting)

    try:
        return run(pager(name).page(PHONE, TEXT, TABLE[name].account, BASE, KEY), send), seen
    except (Refused, Unavailable) as error:
        return error, seen


@pytest.mark.parametrize("status", [-2, -1, 0, 1, 2, 3, 20, 22, 23, 24, 25, "1"])
def test_a_call_that_smsc_has_taken_is_not_made_again(status: object) -> None:
    came, seen = talk("smsc_voice", answered({"status": status, "last_date": "", "last_timestamp": 0}))
    assert (came, len(seen)) == (OWN_ID, 1)


@pytest.mark.parametrize("told", [{"error": "not found", "error_code": 3}, {"status": -3}, {}, [], {"error": "?"}])
def test_a_call_that_smsc_does_not_know_is_made(told: object) -> None:
    came, seen = talk("smsc_voice", answered(told), answered(payload("smsc_sent")))
    assert (came, [(request.form or {}).get("call") for request in seen]) == (OWN_ID, [None, "1"])


@pytest.mark.parametrize("code", [2, 4])
def test_an_account_that_smsc_does_not_let_in_ends_at_the_look(code: int) -> None:
    came, seen = talk("smsc_voice", answered({"error": "no", "error_code": code}))
    assert (type(came), len(seen)) == (Refused, 1)


def test_a_client_cannot_give_the_voice_orders() -> None:
    _, (_, request) = page("smsc_voice", answered(payload("smsc_sent")), "{menu: 1: url http://x}")
    assert (request.form or {})["mes"] == "(menu: 1: url http://x)"
    _, (_, request) = page("zvonok", answered({"call_id": 1}), '<audio id="1"/>')
    assert (request.form or {})["text"] == '(audio id="1"/)'


# Bitrix24


def test_a_client_cannot_put_a_link_into_a_notice() -> None:
    _, (request,) = page("bitrix24", answered(payload("bitrix24_sent")), "[url=http://x]нажмите[/url]")
    assert request.json == {"USER_ID": 7, "MESSAGE": "(url=http://x)нажмите(/url)"}


# Zvonok


def call(number: int, created: str | None, status: str = "compl_finished") -> dict[str, Any]:
    return {"call_id": number, "created": created, "status": status, "phone": PHONE}


def looked(calls: Any, date: str | None = NOW) -> Response:
    return answered(calls, headers={"Date": date} if date else {})


MADE = answered({"call_id": 99, "balance": "1"})
RECENT = "2026-11-25T19:37:00Z"
LONG_AGO = "2026-11-25T19:36:00Z"


@pytest.mark.parametrize(
    "created", [RECENT, "2026-11-25T22:37:00+03:00", "2026-11-25 22:37:00", "2026-11-25T22:37:00.464159"]
)
@pytest.mark.parametrize("status", ["in_process", "user", "attempts_exc", "compl_finished"])
def test_a_colleague_who_was_called_a_moment_ago_is_not_called_again(created: str, status: str) -> None:
    came, seen = talk("zvonok", looked([call(7, created, status)]))
    assert (came, [request.method for request in seen]) == ("7", ["GET"])


def test_the_latest_of_several_calls_is_the_one() -> None:
    calls = [call(5, LONG_AGO), call(8, "2026-11-25T19:39:00Z"), call(7, RECENT)]
    assert talk("zvonok", looked(calls))[0] == "8"


@pytest.mark.parametrize(
    ("calls", "date"),
    [
        ([], NOW),
        ([call(5, LONG_AGO)], NOW),
        ([call(5, LONG_AGO, "in_process")], NOW),
        ([call(5, RECENT)], None),
        ([call(5, RECENT)], "yesterday"),
        ([call(5, None)], NOW),
        ([call(5, "gestern")], NOW),
        ([{"created": RECENT}, 7, None], NOW),
        ({"status": "error", "data": "nobody"}, NOW),
        ({"status": "ok", "data": []}, NOW),
        ({}, NOW),
    ],
)
def test_a_colleague_who_was_not_called_just_now_is_called(calls: Any, date: str | None) -> None:
    came, seen = talk("zvonok", looked(calls, date), MADE)
    assert (came, [request.method for request in seen]) == ("99", ["GET", "POST"])


@pytest.mark.parametrize(("created", "date"), [(None, NOW), (RECENT, None)])
def test_where_no_time_is_told_a_call_that_rings_is_the_one(created: str | None, date: str | None) -> None:
    assert talk("zvonok", looked([call(7, created, "in_process")], date))[0] == "7"


def test_a_list_inside_of_data_is_a_list() -> None:
    assert talk("zvonok", looked({"status": "ok", "data": [call(7, RECENT)]}))[0] == "7"


def test_a_call_that_another_call_keeps_from_being_made_is_that_one() -> None:
    refused = answered({"status": "error", "data": "duplicate_in_process"})
    assert talk("zvonok", looked([call(5, LONG_AGO, "in_process")]), refused)[0] == "5"
