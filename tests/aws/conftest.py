"""A client's table, queues and schedules on moto (one thread: two racing writers both win there)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest
from aws_wires import Clock, Wires
from botocore.config import Config
from moto import mock_aws

from chalicelib.aws.memory import DynamoMemory
from chalicelib.settings import Settings, from_environment

SESSION = botocore.session.get_session()
CONFIG = Config(region_name="eu-central-1", retries={"mode": "legacy", "total_max_attempts": 2})
"""One repetition, and the mode that waits the shortest time before it."""


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Clients of the emulated cloud."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield lambda service: SESSION.create_client(service, config=CONFIG)


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
