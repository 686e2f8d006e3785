"""Queues on SQS FIFO and timers on EventBridge Scheduler."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib import records
from chalicelib.aws import busy_as_unavailable
from chalicelib.desk.effects import SetTimer
from chalicelib.desk.events import Event, Rang, conversation_of
from chalicelib.errors import Rejected, Unavailable
from chalicelib.ports import Job, Left
from chalicelib.settings import Settings

AT_ONCE = 10
"""Messages in one SendMessageBatch."""
LARGEST = 256 * 1024
"""Bytes in one batch: SQS takes 1 MiB, Yandex Message Queue 256 KiB."""
LONGEST_DELAY = 11 * 60 * 60
"""Seconds. SQS hides a message for twelve hours at most, counted from its receipt and not from now."""
SOONEST = timedelta(seconds=5)
"""How far ahead a timer is set at least. What Scheduler does with a past ``at()`` is written nowhere."""
CRM = "crm"
"""The FIFO group of all deliveries: one at a time, because a CRM counts our requests."""
TIMER_NAME = re.compile(r"[0-9A-Za-z._-]{1,64}")
"""https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""

LYING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")

Entry = dict[str, str]


class AwsPost:
    """`ports.Post`. ``clock`` is the real time; ``queue_url`` the queue whose jobs this function works on.

    Every method raises `Unavailable` when AWS is throttled, down or did not answer; all may be repeated then.
    """

    def __init__(
        self, sqs: Any, scheduler: Any, settings: Settings, clock: Callable[[], datetime], queue_url: str = ""
    ) -> None:
        self._sqs = sqs
        self._scheduler = scheduler
        self._settings = settings
        self._clock = clock
        self._queue_url = queue_url

    def inbox(self, events: Iterable[Event]) -> None:
        """Put events into the inbox in their order, ten at a time. SQS drops one that it has seen in the last five
        minutes (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html),
        so repeating after `Unavailable` is safe. Raises `Rejected` for an event no queue can hold."""
        for batch in _batches(map(_entry, events)):
            with busy_as_unavailable():
                answer = self._sqs.send_message_batch(QueueUrl=self._settings.inbox_url, Entries=batch)
            if failed := answer.get("Failed"):
                # Stop here: what follows must not overtake what failed.
                raise Unavailable(f"SendMessageBatch: {failed[0].get('Code', '')}")

    def deliver(self, lead: str) -> None:
        """Queue a lead for the CRM; the message carries its id only."""
        with busy_as_unavailable():
            self._sqs.send_message(
                QueueUrl=self._settings.deliveries_url,
                MessageBody=json.dumps({"lead": lead}),
                MessageGroupId=CRM,
                MessageDeduplicationId=_digest(lead),
            )

    def put_visit(self, visit: str, key: str) -> None:
        """Queue a visit for the calendar outside; the message carries its id only. Each visit is a group of its own:
        one that cannot be entered now holds up neither leads nor other visits."""
        with busy_as_unavailable():
            self._sqs.send_message(
                QueueUrl=self._settings.deliveries_url,
                MessageBody=json.dumps({"visit": visit}),
                MessageGroupId=f"visit-{visit}",
                MessageDeduplicationId=_digest(f"{visit}:{key}"),
            )

    def set_timer(self, timer: SetTimer, ahead: timedelta) -> None:
        """A one-time schedule that puts `Rang` into the inbox at ``timer.at``, on a wound clock ``ahead`` earlier.

        It rings up to a minute late (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html), so
        one that is due already or within the next minute rings within that minute. One that stands already stays.
        """
        name = f"{timer.conversation}-{timer.token}"
        if not TIMER_NAME.fullmatch(name):
            raise ValueError(f"a schedule cannot be called {name}")
        rings = max(timer.at - ahead, self._clock() + SOONEST)
        rang = Rang(f"timer:{timer.token}", timer.at, timer.conversation, timer.timer, timer.token)
        try:
            with busy_as_unavailable():
                self._scheduler.create_schedule(
                    Name=name,
                    GroupName=self._settings.schedule_group,
                    ScheduleExpression=f"at({_to_the_second(rings)})",
                    ScheduleExpressionTimezone="UTC",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={
                        "Arn": self._settings.inbox_arn,
                        "RoleArn": self._settings.schedule_role_arn,
                        "SqsParameters": {"MessageGroupId": timer.conversation},
                        "Input": records.dump(rang),
                    },
                )
        except self._scheduler.exceptions.ConflictException:
            return

    def delay(self, job: Job, seconds: float) -> None:
        """Show a job that is in work again in ``seconds``, rounded up to whole ones; 11 hours at most."""
        with busy_as_unavailable():
            self._sqs.change_message_visibility(
                QueueUrl=self._queue_url,
                ReceiptHandle=job.handle,
                VisibilityTimeout=min(max(math.ceil(seconds), 0), LONGEST_DELAY),
            )

    def bury(self, job: Job, why: str) -> None:
        """Put a delivery into the dead-letter queue, its reason as the attribute ``why``. Twice is one dead letter."""
        with busy_as_unavailable():
            self._sqs.send_message(
                QueueUrl=self._settings.deliveries_dead_url,
                MessageBody=job.body,
                MessageGroupId=job.group or CRM,
                MessageDeduplicationId=_digest(job.id or job.body),
                MessageAttributes={"why": {"DataType": "String", "StringValue": why or "unknown"}},
            )

    def left(self) -> Left:
        """What lies in the queues that should not stay there: three requests. Numbers are SQS's approximate ones."""
        settings = self._settings
        return Left(
            inbox_dead=self._lying_in(settings.inbox_dead_url),
            deliveries_dead=self._lying_in(settings.deliveries_dead_url),
            deliveries=self._lying_in(settings.deliveries_url),
        )

    def _lying_in(self, url: str) -> int:
        """Messages that are to be seen or in work."""
        with busy_as_unavailable():
            answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(LYING))
        return sum(int(answer["Attributes"].get(name, 0)) for name in LYING)


def _entry(event: Event) -> Entry:
    return {
        "MessageBody": records.dump(event),
        "MessageGroupId": conversation_of(event),
        "MessageDeduplicationId": _digest(event.key),
    }


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """In order, at most ten and 256 KiB together, numbered within the batch."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        weight = len(entry["MessageBody"].encode())
        if weight > LARGEST:
            raise Rejected(f"an event of {weight} bytes")
        if batch and (len(batch) == AT_ONCE or size + weight > LARGEST):
            yield batch
            batch, size = [], 0
        batch.append({"Id": str(len(batch)), **entry})
        size += weight
    if batch:
        yield batch


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _to_the_second(at: datetime) -> str:
    """Whole seconds, in UTC, never early."""
    whole = at.astimezone(UTC).replace(microsecond=0)
    return (whole if whole == at else whole + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S")
