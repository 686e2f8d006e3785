"""A client's whole stack in memory: table, queues, timers, a messenger that takes everything, and a clock to wind.

For a conversation without a cloud (`nochnik talk`, `nochnik replay`) and for tests. The engine on it is the real one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib import records
from chalicelib.desk.agreed import UNCHANGED, Swaps
from chalicelib.desk.diary import Change, Diary, Page
from chalicelib.desk.effects import DeliverLead, SetTimer
from chalicelib.desk.events import Event, Rang, joined
from chalicelib.desk.values import Consent, Conversation, Lead, Reach, Visit, Waits
from chalicelib.engine import turn as take_turn
from chalicelib.office import Office
from chalicelib.ports import Changed, DueTimer, Job, Loaded, Open, Paged, Placed, Taken, Turn
from chalicelib.settings import from_environment
from chalicelib.wire import Request, Response
from infra.output import quietly

if TYPE_CHECKING:
    from chalicelib.ports import Reader
    from chalicelib.regulation.schema import Rules

PACK = 1
PORTAL = "https://portal.invalid/rest/1/secret/"
TAKEN = Response(200, b'{"ok": true, "result": {"message_id": 1}}')
"""What Telegram answers to a message; nobody reads Meta's answer."""


@dataclass
class Table:
    """`ports.Memory` in a dict, with the same refusals: a stale version, a turn that is already there, a time that is
    taken.

    ``clock`` tells when a conversation without consent is over. ``history`` has every turn in the order of saving.
    """

    rules: Rules
    clock: Callable[[], datetime]
    conversations: dict[str, Conversation] = field(default_factory=dict)
    forget_at: dict[str, datetime] = field(default_factory=dict)
    turns: dict[tuple[str, str], Turn] = field(default_factory=dict)
    history: list[Turn] = field(default_factory=list)
    leads: dict[str, Lead] = field(default_factory=dict)
    crm_ids: dict[str, str] = field(default_factory=dict)
    timers: dict[str, DueTimer] = field(default_factory=dict)
    proofs: dict[str, list[Consent]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    reaches: set[Reach] = field(default_factory=set)
    spent: dict[date, int] = field(default_factory=dict)
    pages: dict[tuple[date, str], Page] = field(default_factory=dict)
    booked: dict[str, Visit] = field(default_factory=dict)
    outside: dict[str, Placed] = field(default_factory=dict)
    lines: dict[str, Waits] = field(default_factory=dict)
    opened: dict[str, Open] = field(default_factory=dict)
    calls: dict[tuple[str, str], list[Paged]] = field(default_factory=dict)
    agreed: Swaps = UNCHANGED
    forgotten: set[tuple[str, str]] = field(default_factory=set)
    """Turns whose words a real table has dropped; here they end with the process."""

    def load(self, conversation: str, event: str) -> Loaded:
        turn = self.turns.get((conversation, event))
        return Loaded(self.standing(conversation), turn, PACK, swaps=self.agreed)

    def standing(self, conversation: str) -> Conversation | None:
        """The conversation, unless its time is over."""
        if conversation in self.forget_at and self.forget_at[conversation] < self.clock():
            return None
        return self.conversations.get(conversation)

    def save(
        self,
        before: int,
        conversation: Conversation,
        turn: Turn,
        now: datetime,
        forget_at: datetime | None,
        rang: DueTimer | None = None,
    ) -> None:
        there, keys = self.standing(conversation.id), (turn.event, *turn.joined)
        if (there.version if there else 0) != before or any((conversation.id, key) in self.turns for key in keys):
            raise Changed
        if turn.swaps and turn.swaps.version != self.agreed.version:
            raise Changed
        pages = self._changed_pages(turn.diary)
        if turn.swaps:
            self.swap(turn.swaps)
        self._keep(conversation, forget_at)
        self._note(conversation.id, turn)
        self._write(pages, turn)
        if turn.over:
            self.opened.pop(conversation.id, None)
        if rang:
            self.timers.pop(rang.token, None)
        for effect in turn.effects:
            if isinstance(effect, DeliverLead):
                self.leads[effect.lead.id] = effect.lead
            if isinstance(effect, SetTimer):
                self.timers[effect.token] = DueTimer(effect.conversation, effect.timer, effect.token, effect.at)

    def _keep(self, conversation: Conversation, forget_at: datetime | None) -> None:
        # Through JSON, as in the real table: what cannot be written or read back fails here too.
        self.conversations[conversation.id] = records.load(Conversation, records.dump(conversation))
        self.forget_at.pop(conversation.id, None)
        if forget_at:
            self.forget_at[conversation.id] = forget_at

    def _changed_pages(self, wanted: Sequence[Change]) -> list[Page]:
        """The pages as the turn wants them. Raises `Taken` when one of its changes does not hold."""
        if len({(change.date, change.who) for change in wanted}) < len(wanted):
            raise ValueError("two changes of one page do not fit into one transaction")
        changes = [(change, self.pages.get((change.date, change.who), Page(change.who, change.date)))
                   for change in wanted]  # fmt: skip
        if not all(change.holds(page) for change, page in changes):
            raise Taken
        return [change.of(page) for change, page in changes]

    def _write(self, pages: Iterable[Page], turn: Turn) -> None:
        for page in pages:
            self.pages[page.date, page.who] = records.load(Page, records.dump(page))
        for visit in turn.visits:
            self.booked[visit.id] = records.load(Visit, records.dump(visit))
        for line in turn.waits_no_more:
            self.lines.pop(line.id, None)
        for line in turn.waits:
            self.lines[line.id] = records.load(Waits, records.dump(line))
        if turn.open:
            self.opened[turn.open.conversation] = records.load(Open, records.dump(turn.open))

    def _note(self, conversation: str, turn: Turn) -> None:
        kept = replace(turn, effects=records.load_effects(records.dump(list(turn.effects))))
        self.turns[conversation, turn.event] = replace(
            kept, diary=(), visits=(), waits=(), waits_no_more=(), open=None, over=False, swaps=None
        )
        self.history.append(kept)
        for key in turn.joined:
            self.turns[conversation, key] = Turn(key, (), (), turn.pack, finished=True)
        if turn.consent:
            self.proofs.setdefault(conversation, []).append(turn.consent)
        if turn.person:
            self.people[turn.person[0]] = turn.person[1]
        if turn.reach:
            self.reaches.add(turn.reach)

    def done(
        self, conversation: str, event: str, positions: frozenset[int], *, finished: bool, forget: bool = False
    ) -> None:
        turn = self.turns[conversation, event]
        self.turns[conversation, event] = replace(turn, done=turn.done | positions, finished=finished or turn.finished)
        if finished and forget:
            self.forgotten.add((conversation, event))

    def pack(self, number: int) -> Rules:
        return self.rules

    def current_pack(self) -> int:
        return PACK

    def swaps(self) -> Swaps:
        return self.agreed

    def swap(self, swaps: Swaps) -> None:
        if swaps.version != self.agreed.version:
            if (swaps.agreed, swaps.withdrawn) == (self.agreed.agreed, self.agreed.withdrawn):
                return
            raise Changed
        self.agreed = records.load(Swaps, records.dump(replace(swaps, version=swaps.version + 1)))

    def ahead(self) -> timedelta:
        return timedelta(0)

    def lead(self, lead: str) -> tuple[Lead, str | None]:
        return self.leads[lead], self.crm_ids.get(lead)

    def entered(self, lead: str, crm_id: str, now: datetime) -> None:
        self.crm_ids.setdefault(lead, crm_id)

    def consents(self, conversation: str) -> Sequence[Consent]:
        return self.proofs.get(conversation, [])

    def person(self, phone: str) -> str | None:
        return self.people.get(phone)

    def reached(self, phone: str) -> Sequence[Reach]:
        found = (reach for reach in self.reaches if reach.phone == phone)
        return sorted(found, key=lambda reach: (reach.channel, reach.conversation))

    def forget(
        self, lead: str | None, phone: str | None, visits: Sequence[str] = (), reach: Reach | None = None
    ) -> None:
        self.leads.pop(lead or "", None)
        self.people.pop(phone or "", None)
        self.reaches -= {reach}
        for visit in visits:
            self.booked.pop(visit, None)

    def diary(self, since: date, until: date) -> Diary:
        return Diary(since, until, {key: page for key, page in self.pages.items() if since <= key[0] <= until})

    def enter(self, changes: Sequence[Change]) -> None:
        for page in self._changed_pages(changes):
            self.pages[page.date, page.who] = page

    def placed(self, visits: Sequence[str]) -> Mapping[str, Placed]:
        return {visit: self.outside[visit] for visit in visits if visit in self.outside}

    def place(self, visit: str, placed: Placed) -> None:
        self.outside[visit] = records.load(Placed, records.dump(placed))

    def visits(self, since: date, until: date, who: str | None = None) -> Sequence[Visit]:
        pages = (page for page in self.diary(since, until).pages.values() if who in (None, page.who))
        entries = (entry.id for page in pages for entry in page.entries)
        found = [self.booked[entry] for entry in set(entries) if entry in self.booked]
        return sorted(found, key=lambda visit: (visit.slot.date, visit.slot.start, visit.id))

    def visit(self, visit: str) -> Visit | None:
        return self.booked.get(visit)

    def waiting(self) -> Sequence[Waits]:
        return sorted(self.lines.values(), key=lambda line: (line.since, line.id))

    def open(self) -> Sequence[Open]:
        return list(self.opened.values())

    def paged(self, pager: str, page: str, paged: Paged, now: datetime) -> None:
        self.calls.setdefault((pager, page), []).append(records.load(Paged, records.dump(paged)))

    def page(self, pager: str, page: str) -> Sequence[Paged]:
        return self.calls.get((pager, page), [])

    def spend(self, day: date, tokens: int) -> int:
        self.spent[day] = self.spent.get(day, 0) + tokens
        return self.spent[day]

    def overdue(self, before: datetime) -> Sequence[DueTimer]:
        return [due for due in self.timers.values() if due.at < before]

    def forget_timer(self, due: DueTimer) -> None:
        self.timers.pop(due.token, None)


@dataclass
class Queues:
    """`ports.Post` in lists. Names and deduplication ids work as in SQS and Scheduler."""

    events: dict[str, Event] = field(default_factory=dict)
    leads: list[str] = field(default_factory=list)
    visits: dict[str, str] = field(default_factory=dict)
    """Visits for the calendar outside, by the key under which they were queued."""
    timers: dict[str, SetTimer] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    buried: list[tuple[Job, str]] = field(default_factory=list)

    def inbox(self, events: Iterable[Event]) -> None:
        for event in events:
            self.events.setdefault(event.key, event)

    def deliver(self, lead: str) -> None:
        if lead not in self.leads:
            self.leads.append(lead)

    def put_visit(self, visit: str, key: str) -> None:
        self.visits.setdefault(key, visit)

    def set_timer(self, timer: SetTimer, ahead: timedelta) -> None:
        self.timers.setdefault(timer.token, timer)

    def delay(self, job: Job, seconds: float) -> None:
        self.delays.append(seconds)

    def bury(self, job: Job, why: str) -> None:
        self.buried.append((job, why))


@dataclass(frozen=True)
class Secrets:
    """`ports.Safe` with messenger accounts that send to nowhere, and the model's key where there is one."""

    openai: str | None = field(default=None, repr=False)

    def get(self, provider: str, names: Sequence[str]) -> dict[str, str]:
        if provider == "openai":
            return {name: self.openai for name in names if self.openai}
        return {name: f"{provider}-{name}" if name != "webhook_url" else PORTAL for name in names}


def _paged(request: Request, number: int) -> Response | None:
    """What the provider of a pager answers: it was sent, or the call is being made."""
    to = (request.form or {}).get("to", "")
    sms = {"status": "OK", "status_code": 100, "sms_id": str(number)}
    answers: dict[str, Any] = {
        "/sms/send": {"status": "OK", "status_code": 100, "sms": {to: sms}},
        "/sys/send.php": {"id": number, "cnt": 1},
        "/calls_by_phone/": [],
        "/call/": {"call_id": number},
        "/im.notify": {"result": number},
    }
    answer = next((answer for path, answer in answers.items() if path in request.url), None)
    return None if answer is None else Response(200, json.dumps(answer).encode())


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
        return _paged(request, len(self.sent)) or TAKEN

    def texts(self, chat: str | None = None) -> list[str]:
        """What was said in Telegram, to one chat or to all."""
        bodies = [request.json for request in self.sent if request.url.endswith("/sendMessage")]
        return [body["text"] for body in bodies if chat is None or str(body["chat_id"]) == chat]


@dataclass
class Tabletop:
    """One client's desk on a table. ``given`` is an environment; with ``model``, its OpenAI key is used."""

    rules: Rules
    now: datetime
    local: Reader
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    model: bool = False

    def __post_init__(self) -> None:
        self.now = self.now.astimezone(UTC)  # as everywhere in the stack
        self.table = Table(self.rules, lambda: self.now)
        self.queues = Queues()
        key = self.given.get("OPENAI_API_KEY") if self.model else None
        addresses = {name: self.given[name] for name in ("OPENAI_BASE_URL", "OPENAI_MODEL") if name in self.given}
        self.office = Office(
            settings=from_environment({"CLIENT": self.rules.client, **addresses}),
            memory=self.table,
            post=self.queues,
            secrets=Secrets(key),
            send=Messenger(),
            clock=lambda: self.now,
            local=self.local,
        )

    def happens(self, *events: Event) -> list[Turn]:
        """One event, or several bubbles as one, with all that follows from it at once: the turns in their order."""
        before = len(self.table.history)
        with quietly():
            take_turn(joined(events), self.office)
            while self.queues.events:
                take_turn(self.queues.events.pop(next(iter(self.queues.events))), self.office)
        return self.table.history[before:]

    def wind(self, until: datetime) -> list[Turn]:
        """Let the time pass; what is due on the way rings in its order, each at its own time."""
        turns: list[Turn] = []
        while (due := self.next_timer()) and due.at <= until:
            self.now = max(self.now, due.at)
            del self.queues.timers[due.token]
            turns += self.happens(Rang(f"timer:{due.token}", due.at, due.conversation, due.timer, due.token))
        self.now = max(self.now, until)
        return turns

    def next_timer(self) -> SetTimer | None:
        """What rings next."""
        return min(self.queues.timers.values(), key=lambda timer: timer.at, default=None)
