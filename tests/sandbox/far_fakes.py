"""A sandbox without a cloud: the stack is a value, its webhooks are a list, time stands still."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import Client, TestResponse

from chalicelib.desk.events import Acted, Marked
from chalicelib.pagers.zvonok import cabinet_address
from sandbox import accounts
from sandbox.cloud import Cloud, Seen
from sandbox.hooks import Call, Reply
from sandbox.server import Sandbox, World

NIGHT = datetime(2026, 11, 25, 19, 40, tzinfo=UTC)  # 23:40 in Samara
CLOUD = Cloud("", "table", "inbox", "timers", "deliveries", "inbox-dead", "deliveries-dead")
HOOKS = {channel: f"http://stack/hooks/{channel}" for channel in ("telegram", "whatsapp", "instagram")}
SECRETS = {"telegram": "header-secret", "meta": "app-secret", "verify": "verify-token", "zvonok": "postback-secret"}
HOOKS["zvonok"] = cabinet_address("http://stack/hooks", SECRETS["zvonok"])
RULES = {
    "business": {
        "name": "Салон «Лён»",
        "zone": "Europe/Samara",
        "phone": "+79000000002",
        "staff": [
            {
                "id": "olga",
                "name": "Ольга",
                "role": "администратор",
                "phone": "+79000000003",
                "telegram": "900000001",
                "bitrix24": 7,
            },
            {"id": "ira", "name": "Ирина", "role": "мастер", "telegram": None, "bitrix24": None},
        ],
        "crm": {"kind": "bitrix24", "entity": "lead"},
    },
    "registry": {"statuses": [{"name": "night", "title": "Ночная заявка", "stage": "UC_NIGHT"}]},
}


@dataclass
class FakeStack:
    """The stack as the sandbox sees it; ``seen`` is what the next look finds."""

    seen: Seen = field(default_factory=lambda: Seen(rules=RULES))
    heard: set[str] = field(default_factory=set)
    rung: list[str] = field(default_factory=list)
    wound: list[timedelta] = field(default_factory=list)
    happened: list[Marked | Acted] = field(default_factory=list)

    def look(self, conversations: Sequence[str]) -> Seen:
        return self.seen

    def ahead(self) -> timedelta:
        return self.seen.ahead

    def knows(self, conversation: str) -> bool:
        return conversation in self.heard

    def ring(self, name: str) -> bool:
        there = any(timer.name == name for timer in self.seen.timers)
        if there:
            self.rung.append(name)
        return there

    def happen(self, event: Marked | Acted) -> None:
        self.happened.append(event)

    def wind(self, by: timedelta, wall: datetime, moved: Callable[[], None]) -> int:
        self.wound.append(by)
        self.seen = replace(self.seen, ahead=self.seen.ahead + by)
        return 0


@dataclass
class Webhooks:
    """Everything that was posted to the stack, and what it answers: 200 unless told otherwise."""

    calls: list[Call] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    refuses_challenge: bool = False

    def send(self, call: Call) -> Reply:
        self.calls.append(call)
        if call.method == "GET" and self.refuses_challenge:
            return Reply(403)
        asked = parse_qs(urlsplit(call.url).query).get("hub.challenge") if call.method == "GET" else None
        if asked:
            return Reply(200, asked[0].encode())
        return Reply(self.statuses.pop(0) if self.statuses else 200)

    @property
    def posts(self) -> list[Call]:
        return [call for call in self.calls if call.method == "POST"]

    def bodies(self) -> list[Any]:
        return [json.loads(call.body) for call in self.posts]


@dataclass
class Far:
    """The far side under test and everything around it."""

    folder: Path
    stack: FakeStack = field(default_factory=FakeStack)
    hooks: Webhooks = field(default_factory=Webhooks)
    slept: list[float] = field(default_factory=list)
    seconds: float = 0.0
    wall: datetime = NIGHT
    long_poll_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        world = World(
            stack=lambda cloud: self.stack,
            send=lambda: self.hooks.send,
            wall=lambda: self.wall,
            seconds=lambda: self.seconds,
            sleep=self.slept.append,
            long_poll_seconds=self.long_poll_seconds,
        )
        self.box = Sandbox(self.folder, CLOUD, HOOKS, SECRETS, "http://box", world)
        self.client = Client(self.box)

    def reopen(self) -> None:
        self.box.close()
        self.open()

    # The page

    def state(self, since: int | None = None) -> Any:
        return self.client.get("/api/state", query_string={} if since is None else {"since": since}).json

    def phone(self, phone_id: str) -> Any:
        page = self.state()
        return next(phone for phone in page["phones"] + page["duty"] + page["guests"] if phone["id"] == phone_id)

    def do(self, path: str, body: Any = None) -> TestResponse:
        return self.client.post(f"/api/{path}", json=body or {})

    def switch(self, switch_id: str, value: str, times: int | None = None) -> None:
        assert self.do(f"switches/{switch_id}", {"value": value, "times": times}).status_code == 200

    # The stack

    def telegram(self, method: str, **given: Any) -> TestResponse:
        return self.client.post(f"/telegram/bot{accounts.TELEGRAM_TOKEN}/{method}", json=given)

    def whatsapp(self, **given: Any) -> TestResponse:
        message = {"messaging_product": "whatsapp", "to": "+79000000001", **given}
        return self.graph(f"/meta/v26.0/{accounts.WHATSAPP_NUMBER_ID}/messages", message)

    def instagram(self, message: Any, recipient: str = "17840000000000001") -> TestResponse:
        return self.graph("/meta/v26.0/me/messages", {"recipient": {"id": recipient}, "message": message})

    def graph(self, path: str, body: Any) -> TestResponse:
        return self.client.post(path, json=body, headers={"Authorization": f"Bearer {accounts.META_TOKEN}"})

    def bitrix24(self, method: str, **given: Any) -> TestResponse:
        return self.client.post(f"{accounts.BITRIX24_PATH}/{method}", json=given)

    def openai(self, path: str = "chat/completions", **given: Any) -> TestResponse:
        bearer = {"Authorization": f"Bearer {accounts.OPENAI_KEY}"}
        return self.client.post(f"/openai/v1/{path}", json=given, headers=bearer)
