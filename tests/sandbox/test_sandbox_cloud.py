"""The sandbox's look at a stack behind AWS protocols: table, queues, schedules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import records
from chalicelib.desk.diary import Entry, Page
from chalicelib.desk.events import Acted, Marked
from chalicelib.desk.values import Slot, Visit, Waits, Wish
from sandbox.cloud import AwsStack, Cloud, PendingTimer, Seen, StackUnreachable, Talk, Turn

NOW = datetime(2026, 11, 25, 19, 40, tzinfo=UTC)
RULES = {"business": {"name": "Салон"}}


def _quiet() -> None:
    """Nobody wants to know that the clock was wound."""


class Aws:
    """The stack's resources, as the template makes them."""

    def __init__(self) -> None:
        session = boto3.session.Session("test", "test", region_name="us-east-1")
        self.table = session.resource("dynamodb").create_table(
            TableName="table",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
        self.sqs = session.client("sqs")
        self.scheduler = session.client("scheduler")
        self.scheduler.create_schedule_group(Name="timers")
        fifo = {"FifoQueue": "true"}
        self.urls = {
            name: self.sqs.create_queue(QueueName=f"{name}.fifo", Attributes=fifo)["QueueUrl"]
            for name in ("inbox", "deliveries", "inbox-dead", "deliveries-dead")
        }
        self.cloud = Cloud(
            "", "table", self.urls["inbox"], "timers", self.urls["deliveries"], self.urls["inbox-dead"],
            self.urls["deliveries-dead"],
        )  # fmt: skip
        self.stack = AwsStack(self.cloud, patience=0.0)

    def put(self, pk: str, sk: str, **attributes: Any) -> None:
        self.table.put_item(Item={"pk": pk, "sk": sk, **attributes})

    def send(self, queue: str, body: str = "x") -> None:
        self.sqs.send_message(
            QueueUrl=self.urls[queue], MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body
        )

    def timer(self, name: str, at: datetime, conversation: str = "c1") -> None:
        event = {"kind": "rang", "conversation": conversation, "timer": "silence", "token": name, "at": at.isoformat()}
        self.scheduler.create_schedule(
            Name=name,
            GroupName="timers",
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone="UTC",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={
                "Arn": "arn:aws:sqs:us-east-1:123456789012:inbox.fifo",
                "RoleArn": "arn:aws:iam::123456789012:role/timers",
                "Input": json.dumps(event),
                "SqsParameters": {"MessageGroupId": conversation},
            },
        )

    def inbox(self) -> list[tuple[str, Any]]:
        found = self.sqs.receive_message(
            QueueUrl=self.urls["inbox"], MaxNumberOfMessages=10, AttributeNames=["MessageGroupId"]
        )
        return [
            (message["Attributes"]["MessageGroupId"], json.loads(message["Body"]))
            for message in found.get("Messages", [])
        ]

    def schedules(self) -> dict[str, str]:
        names = [row["Name"] for row in self.scheduler.list_schedules(GroupName="timers")["Schedules"]]
        return {
            name: self.scheduler.get_schedule(GroupName="timers", Name=name)["ScheduleExpression"] for name in names
        }


@pytest.fixture
def aws() -> Iterator[Aws]:
    with mock_aws():
        yield Aws()


def test_a_look_brings_everything_the_page_shows(aws: Aws) -> None:
    effects = [{"kind": "reply", "channel": "telegram", "address": "1", "text": "Да"}]
    body = {"id": "c1", "stage": "new", "owner": "desk", "asked": None}
    aws.put("stack", "current", pack=2, ahead_seconds=900)
    aws.put("stack", "pack#2", rules=json.dumps(RULES))
    aws.put("conversation#c1", "state", body=json.dumps(body), version=2)
    for version, key in ((2, "a"), (1, "b")):  # keys do not sort by time
        aws.put(
            "conversation#c1", f"event#{key}", effects=json.dumps(effects), because=json.dumps([f"§{version}"]),
            version=version, at=f"2026-11-25T19:40:0{version}+00:00", reader="phrases",
        )  # fmt: skip
    aws.timer("t1", NOW)
    aws.send("inbox-dead")
    aws.send("deliveries", "1")
    aws.send("deliveries", "2")
    assert aws.stack.look(["c1", "c2"]) == Seen(
        ahead=timedelta(minutes=15),
        rules=RULES,
        talks={
            "c1": Talk(
                body,
                (
                    Turn(1, "2026-11-25T19:40:01+00:00", tuple(effects), ("§1",), "b", "phrases"),
                    Turn(2, "2026-11-25T19:40:02+00:00", tuple(effects), ("§2",), "a", "phrases"),
                ),
            ),
            "c2": Talk(),
        },
        timers=(PendingTimer("t1", "c1", "silence", "2026-11-25T19:40:00+00:00", "t1"),),
        queues={"inbox_dead": 1, "deliveries_dead": 0, "deliveries": 2},
    )


def test_the_diary_its_visits_and_the_waiting_list_are_seen(aws: Aws) -> None:
    day = date(2026, 11, 25)
    visit = Visit("v1", Slot("brows", day, time(12), 40, 15, ("anna",)), "Вера", "+79000000001", "c1")
    line = Waits("w1", "c1", "brows", Wish(day), NOW)
    aws.put("diary", "2026-11-25#anna", version=3, entries={"v1": "720-775", "h1": "600-690-1795633200"})
    aws.put("visit#v1", "state", body=records.dump(visit))
    aws.put("waiting", "2026-11-25T19:40:00.000+00:00#w1", body=records.dump(line))
    hold = Entry("h1", 600, 690, datetime(2026, 11, 25, 19, 0, tzinfo=UTC))
    seen = aws.stack.look([])
    assert seen.pages == {(day, "anna"): Page("anna", day, 3, (hold, Entry("v1", 720, 775)))}
    assert (seen.visits, seen.waiting) == ({"v1": visit}, (line,))


def test_what_became_of_a_visit_is_an_event_of_its_conversation(aws: Aws) -> None:
    event = Marked("page:v1:came:1", NOW, "c1", "v1", "visited", by="page")
    aws.stack.happen(event)
    ((group, body),) = aws.inbox()
    assert (group, records.load_event(json.dumps(body))) == ("c1", event)


def test_what_a_colleague_does_is_an_event_of_the_conversation(aws: Aws) -> None:
    event = Acted("page:olga:text:1", NOW, "c1", "olga", "text", "c1", "Уже бегу")
    aws.stack.happen(event)
    ((group, body),) = aws.inbox()
    assert (group, records.load_event(json.dumps(body))) == ("c1", event)


def test_a_bubble_that_joined_a_turn_and_a_turn_that_forgot_its_effects_are_read(aws: Aws) -> None:
    aws.put("conversation#c1", "event#a", because=json.dumps(["§1"]), version=1, at="2026-11-25T19:40:01+00:00")
    aws.put("conversation#c1", "event#b", joined_to="a", version=1, at="2026-11-25T19:40:02+00:00")
    assert aws.stack.look(["c1"]).talks["c1"].turns == (
        Turn(1, "2026-11-25T19:40:01+00:00", (), ("§1",), "a"),
        Turn(1, "2026-11-25T19:40:02+00:00", (), (), "b", joined_to="a"),
    )


def test_an_empty_stack_has_nothing_to_show(aws: Aws) -> None:
    nothing = {"inbox_dead": 0, "deliveries_dead": 0, "deliveries": 0}
    assert aws.stack.look([]) == Seen(queues=nothing)


def test_a_conversation_is_known_when_it_was_saved(aws: Aws) -> None:
    aws.put("conversation#c1", "state", body="{}", version=1)
    assert (aws.stack.knows("c1"), aws.stack.knows("c2")) == (True, False)


def test_a_timer_rung_by_hand_goes_to_the_inbox_and_is_gone(aws: Aws) -> None:
    aws.timer("t1", NOW + timedelta(minutes=10))
    assert (aws.stack.ring("t1"), aws.stack.ring("t1")) == (True, False)
    ((group, event),) = aws.inbox()
    assert (group, event["token"], event["at"]) == ("c1", "t1", "2026-11-25T19:50:00+00:00")
    assert aws.schedules() == {}


def test_winding_moves_what_is_pending_and_rings_what_is_due_in_order(aws: Aws) -> None:
    aws.timer("late", NOW + timedelta(minutes=40))
    aws.timer("second", NOW + timedelta(minutes=12), "c2")
    aws.timer("first", NOW + timedelta(minutes=10))
    assert aws.stack.wind(timedelta(minutes=15), NOW, _quiet) == 2
    assert aws.schedules() == {"late": "at(2026-11-25T20:05:00)"}
    assert sorted(event["token"] for _, event in aws.inbox()) == ["first", "second"]
    assert aws.stack.ahead() == timedelta(minutes=15)


def test_winding_stops_at_every_timer_and_lets_happen_what_it_leads_to(aws: Aws) -> None:
    rung: list[tuple[str, int]] = []

    def desk(seconds: float) -> None:
        """While the page waits, the first step of a ladder arms the second one."""
        for message in aws.sqs.receive_message(QueueUrl=aws.urls["inbox"]).get("Messages", []):
            token, ahead = json.loads(message["Body"])["token"], aws.stack.ahead()
            rung.append((token, round(ahead / timedelta(minutes=1))))
            if token == "step":
                aws.timer("next-step", NOW + timedelta(minutes=5) - ahead)
            aws.sqs.delete_message(QueueUrl=aws.urls["inbox"], ReceiptHandle=message["ReceiptHandle"])

    moved: list[timedelta] = []
    aws.timer("step", NOW + timedelta(minutes=3))
    aws.timer("late", NOW + timedelta(minutes=40))
    patient = AwsStack(aws.cloud, sleep=desk)
    assert patient.wind(timedelta(minutes=8), NOW, lambda: moved.append(aws.stack.ahead())) == 2
    assert rung == [("step", 3), ("next-step", 5)]
    assert [round(ahead / timedelta(minutes=1)) for ahead in moved] == [3, 5, 8]
    assert aws.stack.ahead() == timedelta(minutes=8)
    assert list(aws.schedules()) == ["late"]


def test_a_desk_that_does_not_answer_is_not_waited_for_without_end(aws: Aws) -> None:
    aws.timer("first", NOW + timedelta(minutes=3))
    aws.timer("second", NOW + timedelta(minutes=5))
    hasty = AwsStack(aws.cloud, patience=0.3)
    assert hasty.wind(timedelta(minutes=8), NOW, _quiet) == 2
    assert (aws.stack.ahead(), aws.schedules()) == (timedelta(minutes=8), {})


def test_winding_adds_up_and_keeps_the_target(aws: Aws) -> None:
    aws.put("stack", "current", pack=3, ahead_seconds=60)
    aws.timer("t1", NOW + timedelta(hours=2))
    before = aws.scheduler.get_schedule(GroupName="timers", Name="t1")["Target"]
    aws.stack.wind(timedelta(minutes=15), NOW, _quiet)
    aws.stack.wind(timedelta(minutes=15), NOW, _quiet)
    assert aws.stack.ahead() == timedelta(minutes=31)
    moved = aws.scheduler.get_schedule(GroupName="timers", Name="t1")
    assert (moved["ScheduleExpression"], moved["Target"]) == ("at(2026-11-25T21:10:00)", before)
    assert moved["ActionAfterCompletion"] == "DELETE"


def test_a_stack_that_is_not_there_is_unreachable(aws: Aws) -> None:
    aws.table.delete()
    with pytest.raises(StackUnreachable):
        aws.stack.look([])
