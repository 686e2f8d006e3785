"""The deployed stack as the sandbox sees it: what its table says, which timers are pending, what its queues hold."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from chalicelib import records
from chalicelib.aws import rows
from chalicelib.desk.diary import Page
from chalicelib.desk.events import Acted, Marked
from chalicelib.desk.values import Visit, Waits

SECONDS_TO_WAIT = 3
READ_AT_ONCE = 100
"""Rows in one BatchGetItem."""
PATIENCE_SECONDS = 15.0
"""For so long a winding of the clock stops at every timer; after that the rest of the way is one leap."""
BREATH_SECONDS = 0.1
ONCE = re.compile(r"^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$")


@dataclass(frozen=True)
class Cloud:
    """Where the stack is: addresses and names of the embedded cloud, and dummy credentials for it."""

    endpoint: str
    table: str
    inbox_url: str
    schedule_group: str
    deliveries_url: str
    inbox_dead_url: str
    deliveries_dead_url: str
    credentials: tuple[str, str] = field(default=("test", "test"), repr=False)
    region: str = "us-east-1"


@dataclass(frozen=True)
class Turn:
    """A decided turn: its effects as they stand in the table, and the clauses they rest on.

    ``event`` is the key of what it answers, ``reader`` which layer understood that. An event that was answered
    together with another one has ``joined_to``, that one's key, and nothing else.
    """

    version: int
    at: str
    effects: tuple[Mapping[str, Any], ...]
    because: tuple[str, ...]
    event: str = ""
    reader: str = ""
    joined_to: str = ""


@dataclass(frozen=True)
class Talk:
    """What the stack keeps of one conversation; ``state`` is None before its first saved turn."""

    state: Mapping[str, Any] | None = None
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class PendingTimer:
    """A schedule that has not rung. ``due`` is in the product's (wound) time, ISO."""

    name: str
    conversation: str
    kind: str
    due: str
    token: str


@dataclass(frozen=True)
class Seen:
    """One look at the stack. ``rules`` is the published pack as JSON, None before one is published."""

    ahead: timedelta = timedelta(0)
    rules: Mapping[str, Any] | None = None
    talks: Mapping[str, Talk] = field(default_factory=dict)
    timers: tuple[PendingTimer, ...] = ()
    queues: Mapping[str, int] = field(default_factory=dict)
    pages: Mapping[tuple[date, str], Page] = field(default_factory=dict)
    """The diary."""
    visits: Mapping[str, Visit] = field(default_factory=dict)
    """Those on its pages, by their ids."""
    waiting: tuple[Waits, ...] = ()


class StackUnreachable(Exception):
    """The embedded cloud does not answer, or the stack is not deployed yet."""


class Stack(Protocol):
    """Everything the sandbox asks of the stack. Each call raises `StackUnreachable`."""

    def look(self, conversations: Sequence[str]) -> Seen: ...

    def ahead(self) -> timedelta:
        """How far the stack's clock is wound forward."""
        ...

    def knows(self, conversation: str) -> bool:
        """Whether somebody wrote to the stack from there."""
        ...

    def ring(self, name: str) -> bool:
        """Ring a pending timer now; False when there is no such timer."""
        ...

    def happen(self, event: Marked | Acted) -> None:
        """Put what became of a visit, or what a colleague does, into the inbox."""
        ...

    def wind(self, by: timedelta, wall: datetime, moved: Callable[[], None]) -> int:
        """Wind the clock forward from timer to timer: each rings at its own minute, and what it leads to happens before
        the next one rings. ``moved`` is called whenever the clock has. Returns how many rang."""
        ...


class AwsStack:
    """The `Stack` behind AWS protocols. Layout of the table: chalicelib/aws/memory.py."""

    def __init__(
        self, cloud: Cloud, patience: float = PATIENCE_SECONDS, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        import boto3
        from boto3.dynamodb.types import TypeDeserializer
        from botocore.config import Config

        self._cloud = cloud
        self._patience = patience
        self._sleep = sleep
        self._plain = TypeDeserializer().deserialize
        self._packs: dict[int, Mapping[str, Any]] = {}
        self._inputs: dict[str, PendingTimer] = {}
        session = boto3.session.Session(
            aws_access_key_id=cloud.credentials[0],
            aws_secret_access_key=cloud.credentials[1],
            region_name=cloud.region,
        )
        config = Config(
            connect_timeout=SECONDS_TO_WAIT, read_timeout=SECONDS_TO_WAIT, retries={"total_max_attempts": 2}
        )

        def client(service: str) -> Any:
            return session.client(service, endpoint_url=cloud.endpoint or None, config=config)

        self._table, self._queues, self._schedules = client("dynamodb"), client("sqs"), client("scheduler")

    def look(self, conversations: Sequence[str]) -> Seen:
        with _as_unreachable():
            current = self._item("stack", "current") or {}
            pages = [rows.page(item) for item in self._rows(rows.DIARY)]
            return Seen(
                ahead=timedelta(seconds=int(current.get("ahead_seconds", 0))),
                rules=self._pack(int(current["pack"])) if "pack" in current else None,
                talks={conversation: self._talk(conversation) for conversation in conversations},
                timers=self._timers(),
                queues=self._lengths(),
                pages={(page.date, page.who): page for page in pages},
                visits=self._visits(pages),
                waiting=tuple(records.load(Waits, item["body"]["S"]) for item in self._rows(rows.WAITING)),
            )

    def ahead(self) -> timedelta:
        with _as_unreachable():
            return timedelta(seconds=int((self._item("stack", "current") or {}).get("ahead_seconds", 0)))

    def knows(self, conversation: str) -> bool:
        with _as_unreachable():
            return self._item(f"conversation#{conversation}", "state") is not None

    def ring(self, name: str) -> bool:
        with _as_unreachable():
            schedule = self._schedule(name)
            if schedule is None:
                return False
            self._send(schedule)
            self._forget(name)
            return True

    def happen(self, event: Marked | Acted) -> None:
        with _as_unreachable():
            self._queues.send_message(
                QueueUrl=self._cloud.inbox_url,
                MessageBody=records.dump(event),
                MessageGroupId=event.conversation,
                MessageDeduplicationId=event.key,
            )

    def wind(self, by: timedelta, wall: datetime, moved: Callable[[], None]) -> int:
        with _as_unreachable():
            began, left, rang = time.monotonic(), by, 0
            while True:
                spent = time.monotonic() - began
                patient = spent < self._patience
                now = wall + timedelta(seconds=spent)
                pending = self._pending()
                stop = min((at for at, _ in pending), default=now + left) - now if patient else left
                step = min(max(timedelta(seconds=math.ceil(stop.total_seconds())), timedelta()), left)
                self._put_ahead(step)
                moved()
                left -= step
                due = [one for at, one in pending if at - step <= now]
                for at, one in pending:
                    if step and at - step > now:
                        self._move(one, at - step)
                self._ring_all(due)
                rang += len(due)
                if not left and not (due and patient):
                    return rang
                if due:
                    self._settle(began + self._patience)

    def _put_ahead(self, by: timedelta) -> None:
        self._table.update_item(
            TableName=self._cloud.table,
            Key={"pk": {"S": "stack"}, "sk": {"S": "current"}},
            UpdateExpression="ADD ahead_seconds :by",
            ExpressionAttributeValues={":by": {"N": str(int(by.total_seconds()))}},
        )

    def _pending(self) -> list[tuple[datetime, Mapping[str, Any]]]:
        """Every schedule and when it rings by the wall's clock, the next one first."""
        schedules = [one for one in map(self._schedule, self._names()) if one is not None]
        return sorted(((_rings_at(one), one) for one in schedules), key=lambda pair: (pair[0], pair[1]["Name"]))

    def _ring_all(self, schedules: Sequence[Mapping[str, Any]]) -> None:
        for one in schedules:
            self._send(one)
            self._forget(one["Name"])

    def _settle(self, until: float) -> None:
        """Wait until the inbox is empty: a turn leaves it when all it does is done, and what it tells others is in."""
        while self._length(self._cloud.inbox_url) and time.monotonic() < until:
            self._sleep(BREATH_SECONDS)

    # The table

    def _item(self, pk: str, sk: str) -> dict[str, Any] | None:
        found = self._table.get_item(
            TableName=self._cloud.table, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True
        )
        return self._values(found["Item"]) if "Item" in found else None

    def _values(self, item: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._plain(value) for name, value in item.items()}

    def _pack(self, number: int) -> Mapping[str, Any] | None:
        if number not in self._packs:
            row = self._item("stack", f"pack#{number}")
            if row is None:
                return None
            self._packs[number] = json.loads(row["rules"])
        return self._packs[number]

    def _rows(self, pk: str) -> Iterator[dict[str, Any]]:
        """The rows of a partition in DynamoDB's notation."""
        for page in self._table.get_paginator("query").paginate(
            TableName=self._cloud.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            ConsistentRead=True,
        ):
            yield from page["Items"]

    def _talk(self, conversation: str) -> Talk:
        found = [self._values(item) for item in self._rows(f"conversation#{conversation}")]
        state = next((json.loads(row["body"]) for row in found if row["sk"] == "state"), None)
        turns = [_turn(row) for row in found if row["sk"].startswith("event#")]
        return Talk(state, tuple(sorted(turns, key=lambda turn: (turn.version, turn.at))))

    def _visits(self, pages: Sequence[Page]) -> dict[str, Visit]:
        """What is not read this time (the table was busy) is read at the next look."""
        ids = dict.fromkeys(entry.id for page in pages for entry in page.entries if entry.until is None)
        keys = list(map(rows.visit_key, ids))
        found: dict[str, Visit] = {}
        for place in range(0, len(keys), READ_AT_ONCE):
            wanted = {self._cloud.table: {"Keys": keys[place : place + READ_AT_ONCE], "ConsistentRead": True}}
            answer = self._table.batch_get_item(RequestItems=wanted)["Responses"][self._cloud.table]
            visits = (records.load(Visit, item["body"]["S"]) for item in answer)
            found |= {visit.id: visit for visit in visits}
        return found

    # The queues

    def _lengths(self) -> dict[str, int]:
        cloud = self._cloud
        urls = {
            "inbox_dead": cloud.inbox_dead_url,
            "deliveries_dead": cloud.deliveries_dead_url,
            "deliveries": cloud.deliveries_url,
        }
        return {name: self._length(url) for name, url in urls.items()}

    def _length(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(int(count) for count in answer["Attributes"].values())

    # The timers

    def _names(self) -> list[str]:
        pages = self._schedules.get_paginator("list_schedules").paginate(GroupName=self._cloud.schedule_group)
        return sorted(row["Name"] for page in pages for row in page["Schedules"])

    def _schedule(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._schedules.get_schedule(GroupName=self._cloud.schedule_group, Name=name)
        except self._schedules.exceptions.ResourceNotFoundException:
            return None
        return found

    def _timers(self) -> tuple[PendingTimer, ...]:
        names = self._names()
        for name in set(names) - set(self._inputs):
            schedule = self._schedule(name)
            if schedule is not None:
                self._inputs[name] = _pending(schedule)
        self._inputs = {name: timer for name, timer in self._inputs.items() if name in names}
        return tuple(sorted(self._inputs.values(), key=lambda timer: (timer.due, timer.name)))

    def _send(self, schedule: Mapping[str, Any]) -> None:
        event = json.loads(schedule["Target"]["Input"])
        self._queues.send_message(
            QueueUrl=self._cloud.inbox_url,
            MessageBody=schedule["Target"]["Input"],
            MessageGroupId=event["conversation"],
            MessageDeduplicationId=f"rung-{schedule['Name']}-{datetime.now(UTC).timestamp():.6f}",
        )

    def _forget(self, name: str) -> None:
        try:
            self._schedules.delete_schedule(GroupName=self._cloud.schedule_group, Name=name)
        except self._schedules.exceptions.ResourceNotFoundException:
            return  # it rang by itself a moment ago; the second ring means nothing to the desk

    def _move(self, schedule: Mapping[str, Any], at: datetime) -> None:
        kept = ("Name", "GroupName", "Target", "FlexibleTimeWindow", "ActionAfterCompletion", "State")
        try:
            self._schedules.update_schedule(
                **{name: schedule[name] for name in kept if name in schedule},
                ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
            )
        except self._schedules.exceptions.ResourceNotFoundException:
            return  # it rang while we were winding


def _turn(row: Mapping[str, Any]) -> Turn:
    """Also a row that has lost its effects, as finished turns of people without consent do."""
    return Turn(
        version=int(row.get("version", 0)),
        at=str(row.get("at", "")),
        effects=_listed(row.get("effects")),
        because=_listed(row.get("because")),
        event=str(row["sk"]).removeprefix("event#"),
        reader=str(row.get("reader") or ""),
        joined_to=str(row.get("joined_to") or ""),
    )


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(json.loads(value) if isinstance(value, str) and value else value or ())


def _pending(schedule: Mapping[str, Any]) -> PendingTimer:
    event = json.loads(schedule["Target"]["Input"])
    return PendingTimer(schedule["Name"], event["conversation"], event["timer"], event["at"], event["token"])


def _rings_at(schedule: Mapping[str, Any]) -> datetime:
    once = ONCE.match(schedule["ScheduleExpression"])
    if once is None:
        raise ValueError(f"{schedule['Name']}: {schedule['ScheduleExpression']} is not a one-time schedule")
    return datetime.fromisoformat(once[1]).replace(tzinfo=UTC)


@contextmanager
def _as_unreachable() -> Iterator[None]:
    """Any failure of the AWS client becomes `StackUnreachable`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StackUnreachable(str(error)) from error
