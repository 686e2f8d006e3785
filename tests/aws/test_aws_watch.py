"""What the watch keeps in the table and asks the queues for, and how many requests that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aws_wires import NIGHT, Clock, Wires

from chalicelib.aws.memory import DynamoMemory
from chalicelib.aws.post import AwsPost
from chalicelib.desk.faults import Noted, Watchbook
from chalicelib.desk.values import Conversation
from chalicelib.ports import Left, Open, Turn
from chalicelib.settings import Settings

LATER = NIGHT + timedelta(minutes=10)
BOOK = Watchbook(NIGHT, {"webhook:telegram": Noted(NIGHT, "Сирень: telegram", LATER), "crm:": Noted(LATER)})


def test_before_the_first_look_nothing_is_noted(memory: DynamoMemory) -> None:
    assert memory.watchbook() == (None, {})


def test_the_book_and_what_was_heard_come_in_one_request(memory: DynamoMemory, wires: Wires) -> None:
    memory.keep(BOOK)
    memory.heard("telegram", NIGHT)
    memory.heard("whatsapp", LATER)
    wires.sent.clear()
    assert memory.watchbook() == (BOOK, {"telegram": NIGHT, "whatsapp": LATER})
    assert wires.sent == ["Query"]


def test_a_book_takes_the_place_of_the_one_before(memory: DynamoMemory) -> None:
    memory.keep(BOOK)
    memory.keep(Watchbook(NIGHT))
    assert memory.watchbook() == (Watchbook(NIGHT), {})


def test_an_old_message_does_not_turn_the_clock_back(memory: DynamoMemory) -> None:
    memory.heard("telegram", LATER)
    memory.heard("telegram", NIGHT)
    assert memory.watchbook() == (None, {"telegram": LATER})


def test_a_line_of_a_conversation_that_is_forgotten_is_open_no_more(memory: DynamoMemory) -> None:
    """DynamoDB takes up to two days to delete it."""
    line = Open("c0ffee", "alarm", "complaint", "svetlana", NIGHT, LATER, "t-1", 1)
    her, turn = Conversation("c0ffee", "telegram", "700000001", version=1), Turn("e-1", (), (), 1, open=line)
    memory.save(0, her, turn, NIGHT, LATER)
    after = LATER + timedelta(seconds=1)
    assert (memory.open(LATER), memory.open(after)) == ([line], [])


@pytest.fixture
def left(aws: Callable[[str], Any], stack: Settings, clock: Clock) -> tuple[AwsPost, Any, Settings]:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName="inbox-dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    settings = replace(stack, inbox_dead_url=url)
    return AwsPost(sqs, None, settings, clock), sqs, settings


def test_empty_queues_hold_nothing(left: tuple[AwsPost, Any, Settings]) -> None:
    post, sqs, _ = left
    wires = Wires(sqs)
    assert post.left() == Left(0, 0, 0)
    assert wires.sent == ["GetQueueAttributes"] * 3


def test_what_lies_in_a_queue_counts_while_it_is_worked_on_too(left: tuple[AwsPost, Any, Settings]) -> None:
    post, sqs, settings = left
    for url, number in ((settings.inbox_dead_url, 1), (settings.deliveries_dead_url, 2), (settings.deliveries_url, 3)):
        for place in range(number):
            sqs.send_message(QueueUrl=url, MessageBody="{}", MessageGroupId="g", MessageDeduplicationId=str(place))
    sqs.receive_message(QueueUrl=settings.deliveries_url, MaxNumberOfMessages=2)
    assert post.left() == Left(1, 2, 3)
