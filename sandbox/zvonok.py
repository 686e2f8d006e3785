"""Zvonok's side: calls that ring until somebody presses a key on the page, and the postback that tells which.

https://api.zvonok.com
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request

from sandbox.accounts import DEMO, ZVONOK_CAMPAIGN_ID
from sandbox.clock import Clock
from sandbox.far_side import Answer, Route, flat_parameters
from sandbox.hooks import Call, Courier, Delivery
from sandbox.state import Page, State
from sandbox.switches import SECONDS_OF_SILENCE, broken_answer, lost_answer

API = "/calls/manager/cabapi_external/api/v1/phones"
FIRST_CALL = 250000001
RINGS = timedelta(minutes=1)
"""A call is over when the next one comes so long after it, also when nobody on the page has hung up."""
STATUSES = {"ringing": "in_process", "answered": "user", "missed": "attempts_exc"}


class Zvonok:
    """The API. ``hook``: the address of the cabinet's postback, with its placeholders; none is called without one.
    ``sleep`` keeps a caller waiting when the gateway is switched to silence."""

    def __init__(
        self,
        state: State,
        clock: Clock,
        courier: Courier,
        hook: str | None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._state = state
        self._clock = clock
        self._courier = courier
        self._hook = hook
        self._sleep = sleep

    def routes(self) -> list[Route]:
        return [
            Route(f"{API}/call/", ("GET", "POST"), self.call, "zvonok"),
            Route(f"{API}/calls_by_phone/", ("GET",), self.by_phone, "zvonok"),
            Route(f"{API}/call_by_id/", ("GET",), self.by_id, "zvonok"),
        ]

    def call(self, request: Request) -> Answer:
        return self._answer(flat_parameters(request), self._call, self._state.use_switch("zvonok"))

    def by_phone(self, request: Request) -> Answer:
        return self._answer(flat_parameters(request), self._by_phone, self._state.fault("zvonok"))

    def by_id(self, request: Request) -> Answer:
        return self._answer(flat_parameters(request), self._by_id, self._state.fault("zvonok"))

    def press(self, page: Page, digit: str) -> Delivery | None:
        """She picks up and presses a key; without one the call is missed. None where nobody wants to know."""
        ended = replace(page, status="answered" if digit else "missed", digit=digit)
        self._state.put_page(ended)
        if self._hook is None:
            return None
        url = _filled(self._hook, ended)
        return self._courier.deliver(f"zvonok-{page.id}", lambda: Call("GET", url))

    def _answer(self, given: Mapping[str, Any], method: Callable[[Mapping[str, Any], str], Any], fault: str) -> Answer:
        if fault == "timeout":
            self._sleep(SECONDS_OF_SILENCE)
            return lost_answer()
        if fault == "500":
            return broken_answer()
        if fault == "429":
            return Answer(429, {"detail": "Request was throttled."})
        body = method(given, fault) if str(given.get("public_key", "")).startswith(DEMO) else _error("Wrong public_key")
        return lost_answer() if fault == "lost" else Answer(200, body)

    def _call(self, given: Mapping[str, Any], fault: str) -> dict[str, Any]:
        phone, text = str(given.get("phone", "")).strip(), str(given.get("text", ""))
        if str(given.get("campaign_id")) != ZVONOK_CAMPAIGN_ID or fault == "campaign":
            return _error("Form isn't valid: * campaign_id\n  * Invalid campaign type")
        if not re.fullmatch(r"\+7\d{10}", phone):
            return _error("Form isn't valid: * phone\n  * Invalid phone number")
        if not text.strip():
            return _error("Form isn't valid: * text\n  * This field is required.")
        if fault == "balance":
            return _error("Not enough balance")
        self._state.hang_up((self._clock.now() - RINGS).isoformat(), phone)
        if any(page.address == phone and page.status == "ringing" for page in self._state.pages("zvonok")):
            return _error("Form isn't valid: * phone\n  * duplicate_in_process")
        number = str(self._state.next("zvonok", FIRST_CALL))
        now = self._clock.now().isoformat()
        self._state.add_page(Page("call", "zvonok", number, phone, text, now, "ringing"))
        return {"balance": "100.50", "call_id": int(number), "created": now, "phone": phone}

    def _by_phone(self, given: Mapping[str, Any], fault: str) -> Any:
        phone = str(given.get("phone", "")).strip()
        return [self._shown(page) for page in self._state.pages("zvonok") if page.address == phone]

    def _by_id(self, given: Mapping[str, Any], fault: str) -> Any:
        return [self._shown(page) for page in self._state.pages("zvonok") if page.id == str(given.get("call_id"))]

    def _shown(self, page: Page) -> dict[str, Any]:
        """A call, as long ago on the wall's clock, by which this answer is dated, as it is on the wound one."""
        at = (datetime.now(UTC) - (self._clock.now() - datetime.fromisoformat(page.at))).isoformat()
        return {
            "call_id": int(page.id),
            "phone": page.address,
            "status": STATUSES[page.status],
            "status_display": page.status,
            "created": at,
            "updated": at,
            "completed": None if page.status == "ringing" else at,
            "duration": 20 if page.status == "answered" else 0,
            "button_num": int(page.digit) if page.digit else None,
            "user_choice": page.digit or None,
            "dial_status": {"ringing": 0, "answered": 5, "missed": 31}[page.status],
        }


def _filled(hook: str, page: Page) -> str:
    """The cabinet's address with its placeholders filled in; what there is not stays empty."""
    known = {
        "ct_call_id": page.id,
        "ct_campaign_id": ZVONOK_CAMPAIGN_ID,
        "ct_phone": page.address.removeprefix("+"),
        "ct_status": STATUSES[page.status],
        "ct_button_num": page.digit,
        "ct_user_choice": page.digit,
    }
    return re.sub(r"\{(ct_\w+)\}", lambda found: known.get(found[1], ""), hook)


def _error(why: str) -> dict[str, Any]:
    return {"status": "error", "data": why}
