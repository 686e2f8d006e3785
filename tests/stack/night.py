"""A night on the local stack, seen through the sandbox's page: what its buttons do, and what its phones show."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import requests

from chalicelib.desk.events import conversation_id
from chalicelib.regulation.load import load
from sandbox.accounts import INSTAGRAM_ACCOUNT_ID, WHATSAPP_ACCOUNT_ID, WHATSAPP_NUMBER_ID

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
SUNDAY = 6
PATIENCE = 40.0
"""Seconds. Generous: a Lambda starts cold, and a machine that runs tests is busy."""


def eventually(look: Callable[[], T], seconds: float = PATIENCE, each: float = 0.1) -> T:
    """The first true thing that ``look()`` sees, a look ``each`` so many seconds; fails when there is none in time."""
    until = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < until, f"nothing in {seconds} s"
        time.sleep(each)
    return seen


def free_hours() -> Iterator[str]:
    """Hours at which the demo salon's Anna does a manicure, each once: «25.11 в 10:00»."""
    salon = load(ROOT / "clients" / "demo-salon").business
    day = datetime.now(ZoneInfo(salon.zone)).date()
    while True:
        day += timedelta(days=1)
        if day.weekday() != SUNDAY and day not in salon.days_off:
            yield from (f"{day:%d.%m} в {hour}" for hour in ("10:00", "12:00", "15:00", "16:30"))


@dataclass(frozen=True)
class Night:
    """The page at ``page`` and the webhooks behind it."""

    page: str
    hooks: dict[str, str]
    secrets: dict[str, str]

    def state(self) -> dict[str, Any]:
        answer = requests.get(f"{self.page}/api/state", timeout=30)
        answer.raise_for_status()
        state: dict[str, Any] = answer.json()
        return state

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = requests.post(f"{self.page}/api/{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def switch(self, name: str, value: str, times: int | None = None) -> None:
        self.post(f"switches/{name}", {"value": value} | ({"times": times} if times else {}))

    def phone(self, phone: str) -> dict[str, Any]:
        state = self.state()
        return next(one for one in (*state["phones"], *state["duty"]) if one["id"] == phone)

    def newcomer(self, phone: str) -> None:
        self.post(f"phones/{phone}/new", {})

    def bot(self, phone: str) -> list[dict[str, Any]]:
        return [message for message in self.phone(phone)["messages"] if message["from"] == "bot"]

    def say(self, phone: str, text: str) -> dict[str, Any]:
        """Write as the client and wait for the answer."""
        heard = len(self.bot(phone))
        assert self.post(f"phones/{phone}/text", {"text": text})["accepted"]
        return eventually(lambda: self.bot(phone)[heard:])[-1]

    def press(self, phone: str, message: dict[str, Any], choice: str) -> dict[str, Any]:
        heard = len(self.bot(phone))
        assert self.post(f"phones/{phone}/press", {"message": message["id"], "choice": choice})["accepted"]
        return eventually(lambda: self.bot(phone)[heard:])[-1]

    def timer(self, phone: str) -> dict[str, Any] | None:
        """The armed timer of a Telegram phone's conversation."""
        conversation = conversation_id("telegram", self.phone(phone)["address"])
        return next((timer for timer in self.state()["timers"] if timer["conversation"] == conversation), None)

    def cards(self, entity: str = "lead") -> list[dict[str, Any]]:
        return [card for card in self.state()["crm"]["cards"] if card["entity"] == entity]

    def duty_texts(self) -> list[str]:
        return [message["text"] for phone in self.state()["duty"] for message in phone["messages"]]

    def telegram(self, chat: int, text: str, update: int) -> requests.Response:
        """One update as Telegram posts it, from a chat of our own."""
        return self.raw("telegram", webhook("telegram", str(chat), text, update))

    def raw(self, channel: str, body: bytes, headers: dict[str, str] | None = None) -> requests.Response:
        """A signed POST of these bytes; ``headers`` instead of the right signature."""
        signed = {
            "telegram": lambda: {"X-Telegram-Bot-Api-Secret-Token": self.secrets["telegram"]},
            "meta": lambda: {
                "X-Hub-Signature-256": "sha256=" + hmac.new(self.secrets["meta"].encode(), body, sha256).hexdigest()
            },
        }["telegram" if channel == "telegram" else "meta"]
        sent = signed() if headers is None else headers
        named = {"Content-Type": "application/json", **sent}
        return requests.post(self.hooks[channel], data=body, headers=named, timeout=60)


def webhook(channel: str, who: str, text: str, number: int) -> bytes:
    """A message as the channel's provider posts it. ``number`` makes its id."""
    now = int(datetime.now(UTC).timestamp())
    if channel == "telegram":
        person = {"id": int(who), "is_bot": False, "first_name": "Анна"}
        chat = {"id": int(who), "type": "private", "first_name": "Анна"}
        message: Any = {"message_id": number, "date": now, "text": text, "from": person, "chat": chat}
        told: Any = {"update_id": number, "message": message}
    elif channel == "whatsapp":
        message = {"from": who, "id": f"wamid.{number}", "timestamp": str(now), "type": "text", "text": {"body": text}}
        ours = {"display_phone_number": "79000000000", "phone_number_id": WHATSAPP_NUMBER_ID}
        contact = {"profile": {"name": "Анна"}, "wa_id": who}
        value = {"messaging_product": "whatsapp", "metadata": ours, "contacts": [contact], "messages": [message]}
        entry: Any = {"id": WHATSAPP_ACCOUNT_ID, "changes": [{"value": value, "field": "messages"}]}
        told = {"object": "whatsapp_business_account", "entry": [entry]}
    else:
        sides = {"sender": {"id": who}, "recipient": {"id": INSTAGRAM_ACCOUNT_ID}}
        message = {**sides, "timestamp": now * 1000, "message": {"mid": str(number), "text": text}}
        entry = {"id": INSTAGRAM_ACCOUNT_ID, "time": now * 1000, "messaging": [message]}
        told = {"object": "instagram", "entry": [entry]}
    return json.dumps(told).encode()
