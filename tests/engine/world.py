"""A world in memory for one office: a table, queues, a messenger. At every outside call a Lambda can die."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib import records
from chalicelib.desk.effects import DeliverLead, Reply, SetTimer
from chalicelib.desk.events import Event, Rang, conversation_of
from chalicelib.desk.values import Conversation, Lead
from chalicelib.engine import converse
from chalicelib.errors import Unavailable
from chalicelib.office import Office
from chalicelib.ports import Changed, DueTimer, Job, Loaded, Turn
from chalicelib.readers.phrases import Phrases
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Rules
from chalicelib.settings import from_environment
from chalicelib.wire import Request, Response

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)  # 23:40 in Samara
LOCAL = Phrases()
CLIENTS = Path(__file__).parents[2] / "clients"


@lru_cache(maxsize=4)
def demo(client: str = "demo-salon") -> Rules:
    return load(CLIENTS / client)


class Killed(BaseException):
    """The Lambda is gone: no ``except Exception`` of the product can catch it."""


@dataclass
class Table:
    """`ports.Memory` in a dict, with the same refusals: a stale version, a turn that is already there."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    turns: dict[tuple[str, str], Turn] = field(default_factory=dict)
    leads: dict[str, Lead] = field(default_factory=dict)
    crm_ids: dict[str, str] = field(default_factory=dict)
    timers: dict[str, DueTimer] = field(default_factory=dict)
    rules: Rules = field(default_factory=demo)

    def load(self, conversation: str, event: str) -> Loaded:
        return Loaded(self.conversations.get(conversation), self.turns.get((conversation, event)), 1)

    def save(
        self,
        before: int,
        conversation: Conversation,
        turn: Turn,
        now: datetime,
        forget_at: datetime | None,
        rang: DueTimer | None = None,
    ) -> None:
        there = self.conversations.get(conversation.id)
        if (there.version if there else 0) != before or (conversation.id, turn.event) in self.turns:
            raise Changed
        # Through JSON, as in the real table: what cannot be written or read back fails here too.
        self.conversations[conversation.id] = records.load(Conversation, records.dump(conversation))
        effects = records.load_effects(records.dump(list(turn.effects)))
        self.turns[conversation.id, turn.event] = replace(turn, effects=effects)
        if rang:
            self.timers.pop(rang.token, None)
        for effect in turn.effects:
            if isinstance(effect, DeliverLead):
                self.leads[effect.lead.id] = effect.lead
            if isinstance(effect, SetTimer):
                self.timers[effect.token] = DueTimer(effect.conversation, effect.timer, effect.token, effect.at)

    def done(self, conversation: str, event: str, positions: frozenset[int], *, finished: bool) -> None:
        turn = self.turns[conversation, event]
        self.turns[conversation, event] = replace(turn, done=turn.done | positions, finished=finished or turn.finished)

    def pack(self, number: int) -> Rules:
        return self.rules

    def current_pack(self) -> int:
        return 1

    def ahead(self) -> timedelta:
        return timedelta(0)

    def lead(self, lead: str) -> tuple[Lead, str | None]:
        return self.leads[lead], self.crm_ids.get(lead)

    def entered(self, lead: str, crm_id: str, now: datetime) -> None:
        self.crm_ids.setdefault(lead, crm_id)

    def overdue(self, before: datetime) -> Sequence[DueTimer]:
        return [due for due in self.timers.values() if due.at < before]

    def forget_timer(self, due: DueTimer) -> None:
        self.timers.pop(due.token, None)


@dataclass
class Queues:
    """`ports.Post` in lists. Names and deduplication ids work as in SQS and Scheduler."""

    events: dict[str, Event] = field(default_factory=dict)
    leads: list[str] = field(default_factory=list)
    timers: dict[str, SetTimer] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    buried: list[tuple[Job, str]] = field(default_factory=list)

    def inbox(self, events: Iterable[Event]) -> None:
        for event in events:
            self.events.setdefault(event.key, event)

    def deliver(self, lead: str) -> None:
        if lead not in self.leads:
            self.leads.append(lead)

    def set_timer(self, timer: SetTimer, ahead: timedelta) -> None:
        self.timers.setdefault(timer.token, timer)

    def delay(self, job: Job, seconds: float) -> None:
        self.delays.append(seconds)

    def bury(self, job: Job, why: str) -> None:
        self.buried.append((job, why))


@dataclass
class NoSecrets:
    """`SsmSecrets` with accounts that send to nowhere."""

    def get(self, provider: str, names: Sequence[str]) -> dict[str, str]:
        return {name: f"{provider}-{name}" for name in names if name != "api_key"}


@dataclass
class Messenger:
    """The providers behind one `Send`: answers as told, then well."""

    sent: list[Request] = field(default_factory=list)
    refusals: list[Response | Exception] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        if self.refusals:
            refusal = self.refusals.pop(0)
            if isinstance(refusal, Exception):
                raise refusal
            return refusal
        self.sent.append(request)
        return Response(200, b'{"ok": true, "result": {"message_id": 1}}')

    def texts(self, chat: str | None = None) -> list[str]:
        """What was said in Telegram, to one chat or to all."""
        bodies = [request.json for request in self.sent if request.url.endswith("/sendMessage")]
        return [body["text"] for body in bodies if chat is None or str(body["chat_id"]) == chat]


@dataclass
class Fragile:
    """Stands before any part of the world and dies before or after its n-th call, counted over all of them."""

    inner: Any
    death: Death

    def __getattr__(self, name: str) -> Any:
        return self.death.around(getattr(self.inner, name))

    def __call__(self, *args: Any) -> Any:
        return self.death.around(self.inner)(*args)


@dataclass
class Death:
    """When to die: the numbers of the moments, two for each outside call (before it, after it)."""

    moments: frozenset[int] = frozenset()
    passed: int = 0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def fragile(*args: Any, **kwargs: Any) -> Any:
            self._moment()
            result = call(*args, **kwargs)
            self._moment()
            return result

        return fragile

    def _moment(self) -> None:
        self.passed += 1
        if self.passed in self.moments:
            raise Killed


@dataclass
class World:
    """One client's stack. ``deliver`` is the queue: it brings an event until it is worked."""

    table: Table = field(default_factory=Table)
    queues: Queues = field(default_factory=Queues)
    messenger: Messenger = field(default_factory=Messenger)
    death: Death = field(default_factory=Death)
    now: datetime = NOW

    def office(self) -> Office:
        return Office(
            settings=from_environment({"CLIENT": "demo-salon"}),
            memory=Fragile(self.table, self.death),
            post=Fragile(self.queues, self.death),
            secrets=NoSecrets(),
            send=Fragile(self.messenger, self.death),
            clock=lambda: self.now,
            local=LOCAL,
        )

    def deliver(self, event: Event, tries: int = 12) -> bool:
        """Bring one event as SQS does, again and again until it is worked; True when it was."""
        for attempt in range(1, tries + 1):
            job = Job(records.dump(event), "handle", event.key, conversation_of(event), attempt)
            try:
                if not converse([job], self.office()):
                    return True
            except Killed:
                continue
        return False

    def settle(self) -> None:
        """Work on what the stack put into its own inbox until nothing is left."""
        while self.queues.events:
            self.deliver(self.queues.events.pop(next(iter(self.queues.events))))

    def ring(self, token: str) -> None:
        timer = self.queues.timers.pop(token)
        self.now = max(self.now, timer.at)
        self.deliver(Rang(f"timer:{token}", timer.at, timer.conversation, timer.timer, token))


__all__ = ["NOW", "Death", "Killed", "Messenger", "Reply", "Unavailable", "World", "demo"]
