"""SMS.ru's side: text messages to phones of this machine's imagination. https://sms.ru/api/send"""

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
MOST_NUMBERS, MOST_CHARACTERS = 100, 8 * 67
BALANCE = 100.5
TEXTS = {
    200: "Неправильный api_id",
    201: "Не хватает средств на лицевом счету",
    202: "Неправильно указан номер телефона получателя, либо на него нет маршрута",
    203: "Нет текста сообщения",
    205: "Сообщение слишком длинное (превышает 8 СМС)",
    207: "На этот номер нельзя отправлять сообщения",
    213: "Указано более 100 номеров в списке получателей",
    220: "Сервис временно недоступен, попробуйте чуть позже",
    231: "Превышен лимит одинаковых сообщений на этот номер в минуту",
}
ACCOUNT_WIDE = (201, 220)


class SmsRu:
    """The API. ``sleep`` keeps a caller waiting when the gateway is switched to silence."""

    def __init__(self, state: State, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> None:
        self._state = state
        self._clock = clock
        self._sleep = sleep

    def routes(self) -> list[Route]:
        return [Route("/sms/sms/send", ("GET", "POST"), self.send, "smsru")]

    def send(self, request: Request) -> Answer:
        fault = self._state.use_switch("smsru")
        if fault == "timeout":
            self._sleep(SECONDS_OF_SILENCE)
            return lost_answer()
        if fault == "500":
            return broken_answer()
        answer = self._answer(flat_parameters(request), fault)
        return lost_answer() if fault == "lost" else Answer(200, answer)

    def _answer(self, given: Mapping[str, Any], fault: str) -> dict[str, Any]:
        numbers = [number for number in str(given.get("to", "")).split(",") if number]
        if not str(given.get("api_id", "")).startswith(DEMO):
            return _refused(200)
        if fault.isdecimal() and int(fault) in ACCOUNT_WIDE:
            return _refused(int(fault))
        if not numbers or len(numbers) > MOST_NUMBERS:
            return _refused(213 if numbers else 202)
        text, test = str(given.get("msg", "")), given.get("test") == "1"
        messages = {number: self._message(number, text, fault, test=test) for number in numbers}
        return {"status": "OK", "status_code": 100, "sms": messages, "balance": BALANCE}

    def _message(self, number: str, text: str, fault: str, *, test: bool) -> dict[str, Any]:
        code = self._code(number, text, fault)
        if code != 100:
            return _refused(code)
        sms = f"000000-{10000000 + (0 if test else self._state.next('sms'))}"
        if not test:
            now = self._clock.now().isoformat()
            self._state.add_page(Page("sms", "smsru", sms, f"+{number}", text, now, "delivered"))
        return {"status": "OK", "status_code": 100, "sms_id": sms}

    def _code(self, number: str, text: str, fault: str) -> int:
        if fault == "207":
            return 207
        if not re.fullmatch(r"7\d{10}", number):
            return 202
        if not text.strip():
            return 203
        if len(text) > MOST_CHARACTERS:
            return 205
        return 231 if self._said_before(number, text) else 100

    def _said_before(self, number: str, text: str) -> bool:
        since = self._clock.now() - SAME_TEXT
        return any(
            (page.address, page.text) == (f"+{number}", text) and datetime.fromisoformat(page.at) > since
            for page in self._state.pages("smsru")
        )


def _refused(code: int) -> dict[str, Any]:
    return {"status": "ERROR", "status_code": code, "status_text": TEXTS[code]}
