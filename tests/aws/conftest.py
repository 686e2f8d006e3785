"""A client's table, queues and schedules on moto, and faults on the way to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws
from moto.core.models import botocore_stubber

from chalicelib.aws.memory import DynamoMemory
from chalicelib.settings import Settings, from_environment

NIGHT = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)


class Killed(BaseException):
    """The Lambda is gone: no ``except Exception`` can catch it."""


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = NIGHT

    def __call__(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Wires:
    """What goes over the wire of one client: every operation in order, and what happens to the next ones."""

    client: Any
    sent: list[str] = field(default_factory=list)
    faults: dict[str, list[Callable[[Callable[[], Any]], Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client.meta.events.register_first("before-send.*.*", self._on_the_way)

    def next(self, operation: str, *faults: Callable[[Callable[[], Any]], Any]) -> None:
        """The next requests of an operation meet these faults, one each."""
        self.faults.setdefault(operation, []).extend(faults)

    def _on_the_way(self, event_name: str, request: Any, **_: Any) -> Any:
        operation = event_name.rsplit(".", 1)[1]
        self.sent.append(operation)
        if not self.faults.get(operation):
            return None
        return self.faults[operation].pop(0)(lambda: botocore_stubber(event_name, request))


def lost_answer(deliver: Callable[[], Any]) -> Any:
    deliver()
    raise ReadTimeoutError(endpoint_url="https://aws.example")


def never_arrives(_: Callable[[], Any]) -> Any:
    raise ReadTimeoutError(endpoint_url="https://aws.example")


def killed_before(_: Callable[[], Any]) -> Any:
    raise Killed


def killed_after(deliver: Callable[[], Any]) -> Any:
    deliver()
    raise Killed


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Clients of the emulated cloud, as the product makes them, but tried twice and without a wait."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    config = Config(region_name="eu-central-1", retries={"mode": "standard", "total_max_attempts": 2})
    with mock_aws():
        session = botocore.session.get_session()
        yield lambda service: session.create_client(service, config=config)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(aws: Callable[[str], Any]) -> Any:
    client = aws("dynamodb")
    client.create_table(
        TableName="nochnik",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    return client


@pytest.fixture
def memory(table: Any, clock: Clock) -> DynamoMemory:
    return DynamoMemory(table, "nochnik", clock, sleep=lambda _: None)


@pytest.fixture
def wires(table: Any) -> Wires:
    return Wires(table)


@pytest.fixture
def stack(aws: Callable[[str], Any]) -> Settings:
    """Queues and a schedule group like those of infra/stack.json, and the settings that name them."""
    sqs = aws("sqs")
    fifo = {"FifoQueue": "true"}
    urls = {
        name: sqs.create_queue(QueueName=f"{name}.fifo", Attributes=fifo)["QueueUrl"]
        for name in ("inbox", "deliveries", "deliveries-dead")
    }
    arn = sqs.get_queue_attributes(QueueUrl=urls["inbox"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws("scheduler").create_schedule_group(Name="timers")
    return from_environment(
        {
            "INBOX_URL": urls["inbox"],
            "INBOX_ARN": arn,
            "DELIVERIES_URL": urls["deliveries"],
            "DELIVERIES_DEAD_URL": urls["deliveries-dead"],
            "SCHEDULE_GROUP": "timers",
            "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/timers",
        }
    )
