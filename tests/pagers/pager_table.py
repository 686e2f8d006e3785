"""What the conformance tests have to know about each pager. A new pager is one more entry."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.errors import Refused, Unavailable
from chalicelib.pagers import pager
from chalicelib.wire import Request, Response, run

BASE = "http://127.0.0.1:9"
PHONE = "+79000000001"
KEY = "telegram:1/4/0"
TEXT = "ЖАЛОБА. Анна, +79000000002: «сожгли волосы». Нажмите 1, чтобы взять, 2 – не могу."
PAYLOADS = Path(__file__).parent / "payloads"


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Answer:
    """An answer of the provider and what it means: an exception, or the id that is returned all the same."""

    case: str
    body: Any
    means: type[Exception] | str
    status: int = 200
    retry_after: float | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        return answered(self.body, self.status, self.headers)


@dataclass(frozen=True)
class Gateway:
    """``sent``: to whom and what, as the request carries it; None for a request that only looks. ``looks``: what is
    answered to those. ``tests``: whether a dry run asks the provider in its test mode."""

    account: dict[str, str]
    needs: tuple[str, ...]
    sent: Callable[[Request], tuple[str, str] | None]
    answer: Any
    id: str
    answers: tuple[Answer, ...]
    address: str = PHONE
    looks: Any = None
    longest: int = 10_000
    tests: bool = False


def answered(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(status, body if isinstance(body, bytes) else json.dumps(body).encode(), headers or {})


def page(name: str, answer: Response, text: str = TEXT, **more: str) -> tuple[str, list[Request]]:
    """The id of a page whose request is answered so, and the requests it took."""
    seen: list[Request] = []
    gateway = TABLE[name]

    def send(request: Request) -> Response:
        seen.append(request)
        return answered(gateway.looks) if gateway.sent(request) is None else answer

    return run(pager(name).page(gateway.address, text, {**gateway.account, **more}, BASE, KEY), send), seen


def by_smsru(request: Request) -> tuple[str, str]:
    assert (request.method, request.url) == ("POST", f"{BASE}/sms/send")
    form = dict(request.form or {})
    assert (form.pop("api_id"), form.pop("json")) == ("very-secret-id", "1")
    assert form.pop("test", "1") == "1"
    sent = f"+{form.pop('to')}", form.pop("msg")
    assert form in ({}, {"from": "NOCHNIK"})
    return sent


def by_smsc(request: Request) -> tuple[str, str] | None:
    assert request.method == "POST"
    form = dict(request.form or {})
    assert (form.pop("login"), form.pop("psw"), form.pop("fmt"), form.pop("charset")) == (
        "salon", "very-secret-word", "3", "utf-8",
    )  # fmt: skip
    assert 0 < int(form.pop("id")) < 2**31
    if request.url == f"{BASE}/sys/status.php":
        assert form == {"phone": PHONE[1:]}
        return None
    assert request.url == f"{BASE}/sys/send.php"
    assert form.pop("cost", "1") == form.pop("call", "1") == "1"
    sent = f"+{form.pop('phones')}", form.pop("mes")
    assert form in ({}, {"sender": "NOCHNIK"})
    return sent


def by_zvonok(request: Request) -> tuple[str, str] | None:
    path = f"{BASE}/manager/cabapi_external/api/v1/phones"
    if request.url == f"{path}/calls_by_phone/":
        assert request.method == "GET"
        assert request.query == {"public_key": "very-secret-key", "campaign_id": "42", "phone": PHONE}
        return None
    assert (request.method, request.url) == ("POST", f"{path}/call/")
    form = dict(request.form or {})
    assert (form.pop("public_key"), form.pop("campaign_id")) == ("very-secret-key", "42")
    sent = form.pop("phone"), form.pop("text")
    assert form == {}
    return sent


def by_bitrix24(request: Request) -> tuple[str, str]:
    assert request.url == "https://salon.bitrix24.ru/rest/1/very-secret-code/im.notify.system.add"
    assert set(request.json) == {"USER_ID", "MESSAGE"}
    return str(request.json["USER_ID"]), request.json["MESSAGE"]


def smsru_says(code: int, **more: object) -> Any:
    return {"status": "ERROR", "status_code": code, "status_text": f"нет, very-secret-id, {PHONE}", **more}


def smsru_of_the_number(code: int) -> Any:
    return {"status": "OK", "status_code": 100, "sms": {PHONE[1:]: smsru_says(code)}, "balance": 4122.56}


def smsc_says(code: int, **more: object) -> Any:
    return {"error": f"no, very-secret-word, {PHONE}", "error_code": code, **more}


def zvonok_says(sentence: str) -> Any:
    return {"status": "error", "data": f"{sentence} very-secret-key {PHONE}"}


def each(codes: Iterable[int], means: type[Exception] | str, says: Callable[[int], Any]) -> tuple[Answer, ...]:
    return tuple(Answer(f"code {code}", says(code), means) for code in codes)


PAGES_AND_STATUSES = (
    Answer("a gateway's page", b"<html>Bad gateway</html>", Unavailable, 502),
    Answer("down", b"", Unavailable, 503),
    Answer("a page where JSON should be", b"<html>Hello</html>", Unavailable),
    Answer("another JSON", [], Unavailable),
    Answer("an empty JSON", {}, Unavailable),
    Answer("too many", b"", Unavailable, 429, 17.0, {"Retry-After": "17"}),
    Answer("forbidden", b"<html>Forbidden</html>", Refused, 403),
)
SMSRU_REFUSES = (104, 105, 106, 107, 108, 150, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213,
                 230, 300, 301, 302)  # fmt: skip
SMSRU_ON_ITS_WAY = {
    "status": "OK",
    "status_code": 100,
    "sms": {PHONE[1:]: {"status": "OK", "status_code": 102, "sms_id": "000000-7"}},
}
OWN_ID = "130741421"
"""What SMSC is told as the id of the page of `KEY`."""
SMSC_ANSWERS = (
    *PAGES_AND_STATUSES,
    *each((1, 2, 3, 4, 5, 6, 7, 8), Refused, smsc_says),
    *each((9,), OWN_ID, smsc_says),
    Answer("an unknown code", smsc_says(77), Refused),
    Answer("an error without a code", {"error": "no"}, Refused),
    Answer("the code as a text", {"error": "no money", "error_code": "3"}, Refused),
    Answer("an error of one that has an id", smsc_says(8, id=1), Refused),
    Answer("the published refusal", payload("smsc_no_login"), Refused),
)
SMSC = {"login": "salon", "password": "very-secret-word"}

TABLE = {
    "smsru": Gateway(
        account={"api_id": "very-secret-id"},
        needs=("api_id",),
        sent=by_smsru,
        answer=payload("smsru_sent"),
        id="000000-10000000",
        longest=134,
        tests=True,
        answers=(
            *PAGES_AND_STATUSES,
            *each(SMSRU_REFUSES, Refused, smsru_of_the_number),
            *each((220,), Unavailable, smsru_of_the_number),
            *each((231, 232), f"same:{KEY}", smsru_of_the_number),
            Answer("the whole request refused", smsru_says(200), Refused),
            Answer("all of it out of service", smsru_says(220), Unavailable),
            Answer("the same words, told of the whole request", smsru_says(231), f"same:{KEY}"),
            Answer("an unknown code", smsru_of_the_number(999), Refused),
            Answer("the code as a text", {"status": "ERROR", "status_code": "201"}, Refused),
            Answer("no recipients, as PHP writes it", {"status": "OK", "status_code": 100, "sms": []}, Unavailable),
            Answer("on its way already", SMSRU_ON_ITS_WAY, "000000-7"),
        ),
    ),
    "smsc": Gateway(
        account=SMSC,
        needs=("login", "password"),
        sent=by_smsc,
        answer=payload("smsc_sent"),
        id=OWN_ID,
        longest=134,
        tests=True,
        answers=SMSC_ANSWERS,
    ),
    "smsc_voice": Gateway(
        account=SMSC,
        needs=("login", "password"),
        sent=by_smsc,
        answer=payload("smsc_sent"),
        id=OWN_ID,
        looks={"error": "message not found", "error_code": 3},
        longest=1000,
        tests=True,
        answers=SMSC_ANSWERS,
    ),
    "zvonok": Gateway(
        account={"public_key": "very-secret-key", "campaign_id": "42"},
        needs=("public_key", "campaign_id"),
        sent=by_zvonok,
        answer={"call_id": 250000001, "balance": "100.5"},
        id="250000001",
        looks=[],
        longest=1000,
        answers=(
            *PAGES_AND_STATUSES,
            Answer("a call inside of data", {"status": "ok", "data": {"call_id": 7}}, "7"),
            Answer("a wrong key", zvonok_says("Wrong public_key"), Refused),
            Answer("the published refusal", payload("zvonok_error"), Refused),
            Answer("a wrong number", zvonok_says("Form isn't valid: * phone"), Refused),
            Answer("no money", zvonok_says("Not enough Balance"), Refused),
            Answer("no money, in Russian", zvonok_says("Недостаточный баланс"), Refused),
            Answer("no text", zvonok_says("Form isn't valid: * text"), Refused),
            Answer("too many at once", zvonok_says("Limit is reached"), Unavailable),
            Answer("a call that we do not know rings there", zvonok_says("duplicate_in_process"), Unavailable),
            Answer("something else", zvonok_says("Whatever"), Refused),
            Answer("not even a sentence", {"status": "error"}, Refused),
        ),
    ),
    "bitrix24": Gateway(
        account={"webhook_url": "https://salon.bitrix24.ru/rest/1/very-secret-code/"},
        needs=("webhook_url",),
        sent=by_bitrix24,
        answer=payload("bitrix24_sent"),
        id="12345",
        address="7",
        answers=(
            *(one for one in PAGES_AND_STATUSES if one.case != "forbidden"),
            Answer("forbidden", b"<html>Forbidden</html>", Refused, 403),
            Answer("no notice was made", {"result": False, "time": {}}, Refused),
            Answer("true is no id", {"result": True, "time": {}}, Unavailable),
            Answer("no id", {"result": None, "time": {}}, Unavailable),
            Answer("no such user", payload("bitrix24_no_user"), Refused, 400),
            Answer("no text", {"error": "MESSAGE_EMPTY", "error_description": "Message can't be empty"}, Refused, 400),
            Answer("no right", {"error": "insufficient_scope", "error_description": "im"}, Refused, 401),
            Answer("a dead webhook", {"error": "INVALID_CREDENTIALS", "error_description": "no"}, Refused, 401),
            Answer("busy", {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "later"}, Unavailable, 503),
        ),
    ),
}
