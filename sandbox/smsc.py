"""SMSC's side: text messages and calls from one account.

https://smsc.ru/api/http/send/sms/, https://smsc.ru/api/http/send/voice/, https://smsc.ru/api/http/status_messages/
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request

from sandbox.accounts import DEMO
from sandbox.clock import Clock
from sandbox.far_side import Answer, Route, flat_parameters
from sandbox.state import Page, State
from sandbox.switches import SECONDS_OF_SILENCE, broken_answer, lost_answer

SAME_TEXT = timedelta(minutes=1)
MOST_CHARACTERS = 1000
LARGEST_ID = 2**31 - 1
TEXTS = {
    1: "parameters error",
    2: "authorise error",
    3: "no money",
    4: "ip is blocked",
    7: "invalid number",
    8: "message can't be delivered",
    9: "too many equal requests",
}
STATUSES = {"ringing": 0, "delivered": 1, "answered": 1, "missed": 20}
Method = Callable[[Mapping[str, Any], str], dict[str, Any]]
NOT_FOUND = {"error": "message not found", "error_code": 3}


class Smsc:
    """The API, below both addresses: that of messages and that of calls. ``sleep`` keeps a caller waiting when the
    gateway is switched to silence."""

    def __init__(self, state: State, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> None:
        self._state = state
        self._clock = clock
        self._sleep = sleep

    def routes(self) -> list[Route]:
        methods = {"send": self.send, "status": self.status}
        return [
            Route(f"/{base}/sys/{name}.php", ("GET", "POST"), method, "smsc")
            for base in ("sms", "calls")
            for name, method in methods.items()
        ]

    def send(self, request: Request) -> Answer:
        return self._answer(flat_parameters(request), self._send, self._state.use_switch("smsc"))

    def status(self, request: Request) -> Answer:
        return self._answer(flat_parameters(request), self._status, self._state.fault("smsc"))

    def _answer(
        self, given: Mapping[str, Any], method: Callable[[Mapping[str, Any], str], dict[str, Any]], fault: str
    ) -> Answer:
        if fault == "timeout":
            self._sleep(SECONDS_OF_SILENCE)
            return lost_answer()
        if fault == "500":
            return broken_answer()
        body = method(given, fault) if _knows(given) else _refused(2)
        if given.get("fmt") != "3":
            return Answer(200, f"ERROR = {body['error_code']}" if "error" in body else "OK", kind="text/plain")
        return lost_answer() if fault == "lost" else Answer(200, body)

    def _send(self, given: Mapping[str, Any], fault: str) -> dict[str, Any]:
        call = given.get("call") == "1"
        number, text = str(given.get("phones", "")), str(given.get("mes", ""))
        code = self._code(given, number, text, "smsc_voice" if call else "smsc", fault)
        if code:
            return _refused(code)
        price = {"cnt": 1, "cost": "3.50" if call else "4.20"}
        if given.get("cost") == "1":
            return price
        own = int(str(given.get("id") or self._state.next("smsc")))
        self._state.add_page(
            Page(
                "call" if call else "sms", "smsc_voice" if call else "smsc", str(own), f"+{number}", text,
                self._clock.now().isoformat(), "ringing" if call else "delivered",
            )
        )  # fmt: skip
        return {"id": own, **price, "balance": "100.30"}

    def _code(self, given: Mapping[str, Any], number: str, text: str, provider: str, fault: str) -> int:
        if fault.isdecimal() and int(fault) in (3, 4, 8):
            return int(fault)
        own = str(given.get("id") or "1")
        if not number or not text.strip() or len(text) > MOST_CHARACTERS:
            return 1
        if not own.isdecimal() or not 0 < int(own) <= LARGEST_ID:
            return 1
        if not re.fullmatch(r"7\d{10}", number):
            return 7
        since = self._clock.now() - SAME_TEXT
        same = any(
            (page.address, page.text) == (f"+{number}", text) and datetime.fromisoformat(page.at) > since
            for page in self._state.pages(provider)
        )
        return 9 if same else 0

    def _status(self, given: Mapping[str, Any], fault: str) -> dict[str, Any]:
        asked = (f"+{given.get('phone')}", str(given.get("id")))
        found = [page for page in self._state.pages("smsc", "smsc_voice") if (page.address, page.id) == asked]
        if not found:
            return dict(NOT_FOUND)
        at = datetime.fromisoformat(found[-1].at)
        return {
            "status": STATUSES[found[-1].status],
            "last_date": f"{at:%d.%m.%Y %H:%M:%S}",
            "last_timestamp": int(at.timestamp()),
        }


def _knows(given: Mapping[str, Any]) -> bool:
    if given.get("apikey"):
        return str(given["apikey"]).startswith(DEMO)
    return str(given.get("login", "")).startswith(DEMO) and bool(given.get("psw"))


def _refused(code: int) -> dict[str, Any]:
    return {"error": TEXTS[code], "error_code": code}
