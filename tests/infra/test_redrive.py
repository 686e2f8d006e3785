"""Dead letters come back to life in order, whole, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.redrive import redrive


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sqs", "us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def queue(sqs: Any, name: str) -> str:
    made = sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
    return str(made["QueueUrl"])


def put(sqs: Any, url: str, body: str, group: str, **more: Any) -> None:
    sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=body, **more)


def taken(sqs: Any, url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
    )
    found: list[dict[str, Any]] = answer.get("Messages", [])
    return found


def test_every_dead_letter_is_sent_again_in_its_group(sqs: Any) -> None:
    dead, alive = queue(sqs, "dead"), queue(sqs, "alive")
    for number in range(12):
        put(sqs, dead, f"letter-{number}", group=f"conversation-{number % 2}")
    assert redrive(sqs, dead, alive) == 12
    first = [(one["Body"], one["Attributes"]["MessageGroupId"]) for one in taken(sqs, alive)]
    assert [body for body, group in first if group == "conversation-0"][:3] == ["letter-0", "letter-2", "letter-4"]
    assert taken(sqs, dead) == []


def test_a_letter_that_died_within_its_deduplication_time_is_not_taken_for_a_repetition(sqs: Any) -> None:
    dead, alive = queue(sqs, "dead"), queue(sqs, "alive")
    put(sqs, alive, "lead", group="crm")
    (sent,) = taken(sqs, alive)
    sqs.delete_message(QueueUrl=alive, ReceiptHandle=sent["ReceiptHandle"])
    put(sqs, dead, "lead", group="crm")
    redrive(sqs, dead, alive)
    assert [one["Body"] for one in taken(sqs, alive)] == ["lead"]


def test_a_letter_keeps_its_attributes(sqs: Any) -> None:
    dead, alive = queue(sqs, "dead"), queue(sqs, "alive")
    why = {"why": {"DataType": "String", "StringValue": "INVALID_CREDENTIALS"}}
    put(sqs, dead, "lead", group="crm", MessageAttributes=why)
    redrive(sqs, dead, alive)
    assert [one["MessageAttributes"] for one in taken(sqs, alive)] == [why]


def test_nothing_dead_is_nothing_to_do(sqs: Any) -> None:
    assert redrive(sqs, queue(sqs, "dead"), queue(sqs, "alive")) == 0
