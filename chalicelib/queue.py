"""SQS records as jobs, and the partial batch response."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.ports import Job

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def jobs(event: Mapping[str, Any]) -> list[Job]:
    """The records of one Lambda event, in the queue's order."""
    return [
        Job(
            body=record["body"],
            handle=record["receiptHandle"],
            id=record["messageId"],
            group=record["attributes"].get("MessageGroupId", ""),
            sent=_moment(record["attributes"].get("SentTimestamp")),
            tries=int(record["attributes"].get("ApproximateReceiveCount", 1)),
        )
        for record in event["Records"]
    ]


def _moment(milliseconds: str | None) -> datetime | None:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if milliseconds else None


def failed(ids: Iterable[str]) -> dict[str, Any]:
    """Which records are to come again; the others are deleted (AWS, "Reporting batch item failures")."""
    return {"batchItemFailures": [{"itemIdentifier": record} for record in ids]}
