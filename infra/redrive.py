"""Dead letters sent again. SQS's own move task is not used: the embedded cloud does not have it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

QUEUES = {"inbox": ("InboxDeadUrl", "InboxUrl"), "deliveries": ("DeliveriesDeadUrl", "DeliveriesUrl")}
"""The stack's outputs that hold the dead and the living queue."""
SECONDS_TO_MOVE = 60
ATTRIBUTE_PARTS = frozenset({"DataType", "StringValue", "BinaryValue"})


def redrive(sqs: Any, dead: str, alive: str) -> int:
    """Move every message that is in the queue ``dead`` now to ``alive``; return how many.

    Order within a group is kept. The deduplication id is new, because a message that died within five minutes of its
    first sending would be taken for its own repetition; a message sent twice after a crash is known by its event's key.
    """
    left, moved = _length(sqs, dead), 0
    while left > 0:
        messages = sqs.receive_message(
            QueueUrl=dead,
            MaxNumberOfMessages=min(10, left),
            VisibilityTimeout=SECONDS_TO_MOVE,
            MessageSystemAttributeNames=["MessageGroupId"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            break
        for message in messages:
            _move(sqs, message, dead, alive)
        moved += len(messages)
        left -= len(messages)
    return moved


def _move(sqs: Any, message: Any, dead: str, alive: str) -> None:
    sqs.send_message(
        QueueUrl=alive,
        MessageBody=message["Body"],
        MessageGroupId=message["Attributes"]["MessageGroupId"],
        MessageDeduplicationId=uuid4().hex,
        MessageAttributes={
            name: {
                kind: value for kind, value in attribute.items() if kind in ("DataType", "StringValue", "BinaryValue")
            }
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
    )
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])


def _length(sqs: Any, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])
