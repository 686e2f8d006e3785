"""Queues and timers: what is put into them, in which order, and what repeating does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aws_wires import NIGHT, Clock, Wires, lost_answer, never_arrives

from chalicelib import records
from chalicelib.aws.post import AwsPost
from chalicelib.desk.effects import SetTimer
from chalicelib.desk.events import Event, Rang, Said, Undelivered, conversation_id
from chalicelib.errors import Rejected, Unavailable
from chalicelib.ports import Job
from chalicelib.settings import Settings

ANNA = conversation_id("telegram", "700000001")
TIMER = SetTimer(ANNA, "silence", "t1", NIGHT + timedelta(minutes=10))


@pytest.fixture
def sqs(aws: Callable[[str], Any]) -> Any:
    return aws("sqs")


@pytest.fixture
def scheduler(aws: Callable[[str], Any]) -> Any:
    return aws("scheduler")


@pytest.fixture
def post(sqs: Any, scheduler: Any, stack: Settings, clock: Clock) -> AwsPost:
    return AwsPost(sqs, scheduler, stack, clock, stack.inbox_url)


def said(number: int, text: str = "на завтра", address: str = "700000001") -> Said:
    return Said(f"telegram:{number}", NIGHT, "telegram", address, text)


def taken(sqs: Any, url: str) -> list[Any]:
    """All messages of a queue in its order, group by group."""
    found: list[Any] = []
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
    ).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        found += messages
    return found


def waiting(sqs: Any, url: str) -> list[Event]:
    return [records.load_event(message["Body"]) for message in taken(sqs, url)]


# The inbox


def test_twenty_five_events_go_in_order_in_three_requests(post: AwsPost, sqs: Any, stack: Settings) -> None:
    wires = Wires(sqs)
    events = [said(number) for number in range(25)]
    post.inbox(events)
    assert wires.sent == ["SendMessageBatch"] * 3
    assert waiting(sqs, stack.inbox_url) == events


def test_no_events_are_no_request(post: AwsPost, sqs: Any) -> None:
    wires = Wires(sqs)
    post.inbox([])
    assert wires.sent == []


def test_an_event_goes_into_the_group_of_its_conversation(post: AwsPost, sqs: Any, stack: Settings) -> None:
    lost = Undelivered("undelivered:lead-1", NIGHT, "c0ffee", "lead-1", "tries")
    post.inbox([said(1), lost])
    groups = {message["Attributes"]["MessageGroupId"] for message in taken(sqs, stack.inbox_url)}
    assert groups == {ANNA, "c0ffee"}


def test_an_event_put_in_twice_is_there_once(post: AwsPost, sqs: Any, stack: Settings) -> None:
    post.inbox([said(1)])
    post.inbox([said(1), said(2)])
    assert waiting(sqs, stack.inbox_url) == [said(1), said(2)]


def test_a_batch_whose_answer_was_lost_is_there_once(post: AwsPost, sqs: Any, stack: Settings) -> None:
    Wires(sqs).next("SendMessageBatch", lost_answer)
    post.inbox([said(1), said(2)])
    assert waiting(sqs, stack.inbox_url) == [said(1), said(2)]


def test_long_events_are_split_into_batches_that_any_queue_takes(post: AwsPost, sqs: Any, stack: Settings) -> None:
    wires = Wires(sqs)
    events = [said(number, "щ" * 50_000) for number in range(4)]  # 100 kB each
    post.inbox(events)
    assert wires.sent == ["SendMessageBatch"] * 2
    assert waiting(sqs, stack.inbox_url) == events


def test_an_event_that_no_queue_holds_is_rejected(post: AwsPost) -> None:
    with pytest.raises(Rejected, match="bytes"):
        post.inbox([said(1, "x" * 300_000)])


def test_half_an_emoji_does_not_stop_a_message(post: AwsPost, sqs: Any, stack: Settings) -> None:
    post.inbox([said(1, "привет \ud83d\x00\uffff")])
    assert waiting(sqs, stack.inbox_url) == [said(1, "привет \ufffd\x00\ufffd")]


def test_nothing_overtakes_what_sqs_refused(post: AwsPost, sqs: Any) -> None:
    wires = Wires(sqs)
    sqs.meta.events.register("after-call.sqs.SendMessageBatch", refuse_one)
    with pytest.raises(Unavailable, match="InternalError"):
        post.inbox([said(number) for number in range(25)])
    assert wires.sent == ["SendMessageBatch"]


def test_a_queue_that_does_not_answer_is_unavailable(post: AwsPost, sqs: Any) -> None:
    Wires(sqs).next("SendMessageBatch", never_arrives, never_arrives)
    with pytest.raises(Unavailable) as unknown:
        post.inbox([said(1)])
    assert unknown.value.answered is False


def refuse_one(parsed: Any, **_: Any) -> None:
    parsed["Failed"] = [{"Id": "3", "SenderFault": False, "Code": "InternalError"}]


# Deliveries


def test_a_delivery_carries_the_id_of_its_lead_only(post: AwsPost, sqs: Any, stack: Settings) -> None:
    post.deliver("lead-1")
    assert [json.loads(message["Body"]) for message in taken(sqs, stack.deliveries_url)] == [{"lead": "lead-1"}]


def test_a_lead_queued_twice_is_there_once(post: AwsPost, sqs: Any, stack: Settings) -> None:
    post.deliver("lead-1")
    post.deliver("lead-1")
    post.deliver("lead-2")
    bodies = [json.loads(message["Body"])["lead"] for message in taken(sqs, stack.deliveries_url)]
    assert bodies == ["lead-1", "lead-2"]


def test_deliveries_go_one_at_a_time(post: AwsPost, sqs: Any, stack: Settings) -> None:
    post.deliver("lead-1")
    post.deliver("lead-2")
    first = sqs.receive_message(QueueUrl=stack.deliveries_url, MaxNumberOfMessages=1)["Messages"]
    assert len(first) == 1
    assert "Messages" not in sqs.receive_message(QueueUrl=stack.deliveries_url, MaxNumberOfMessages=1)


def test_a_visit_is_queued_once_for_each_change_and_holds_up_nothing_else(
    post: AwsPost, sqs: Any, stack: Settings
) -> None:
    for key in ("e1/0", "e1/0", "e2/0"):
        post.put_visit("v1", key)
    post.put_visit("v2", "e1/0")
    first = sqs.receive_message(QueueUrl=stack.deliveries_url, MaxNumberOfMessages=1)["Messages"]
    assert json.loads(first[0]["Body"]) == {"visit": "v1"}
    others = [json.loads(message["Body"]) for message in taken(sqs, stack.deliveries_url)]
    assert {"visit": "v2"} in others


def test_a_buried_delivery_says_why_and_is_there_once(post: AwsPost, sqs: Any, stack: Settings) -> None:
    job = Job('{"lead":"lead-1"}', "handle", "m-1", "crm", 3)
    post.bury(job, "INVALID_CREDENTIALS")
    post.bury(job, "INVALID_CREDENTIALS")
    dead = [
        (message["Body"], message["Attributes"]["MessageGroupId"], message["MessageAttributes"]["why"]["StringValue"])
        for message in taken(sqs, stack.deliveries_dead_url)
    ]
    assert dead == [('{"lead":"lead-1"}', "crm", "INVALID_CREDENTIALS")]


@pytest.mark.parametrize(("asked", "told"), [(0.2, 1), (30, 30), (-1, 0), (99_999, 39_600)])
def test_a_job_is_hidden_for_whole_seconds_up_to_eleven_hours(
    post: AwsPost, sqs: Any, stack: Settings, asked: float, told: int
) -> None:
    post.inbox([said(1)])
    message = sqs.receive_message(QueueUrl=stack.inbox_url)["Messages"][0]
    hidden: list[Any] = []
    sqs.meta.events.register(
        "provide-client-params.sqs.ChangeMessageVisibility", lambda params, **_: hidden.append(params)
    )
    post.delay(Job(message["Body"], message["ReceiptHandle"]), asked)
    assert hidden == [
        {"QueueUrl": stack.inbox_url, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": told}
    ]


# Timers


def test_a_timer_is_a_one_time_schedule_into_its_conversation(post: AwsPost, scheduler: Any, stack: Settings) -> None:
    post.set_timer(TIMER, timedelta(0))
    found = scheduler.get_schedule(Name=f"{ANNA}-t1", GroupName="timers")
    target = found["Target"]
    assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"]) == ("at(2026-11-22T19:50:00)", "UTC")
    assert (found["FlexibleTimeWindow"], found["ActionAfterCompletion"]) == ({"Mode": "OFF"}, "DELETE")
    assert (target["Arn"], target["RoleArn"]) == (stack.inbox_arn, stack.schedule_role_arn)
    assert target["SqsParameters"] == {"MessageGroupId": ANNA}
    assert records.load_event(target["Input"]) == Rang("timer:t1", TIMER.at, ANNA, "silence", "t1")


def rings_at(post: AwsPost, scheduler: Any, timer: SetTimer, ahead: timedelta = timedelta(0)) -> str:
    post.set_timer(timer, ahead)
    found: str = scheduler.get_schedule(Name=f"{ANNA}-t1", GroupName="timers")["ScheduleExpression"]
    return found


def test_a_timer_never_rings_a_part_of_a_second_early(post: AwsPost, scheduler: Any) -> None:
    assert (
        rings_at(post, scheduler, replace(TIMER, at=TIMER.at + timedelta(microseconds=1))) == "at(2026-11-22T19:50:01)"
    )


def test_on_a_wound_clock_a_timer_rings_as_much_earlier(post: AwsPost, scheduler: Any) -> None:
    assert rings_at(post, scheduler, TIMER, timedelta(minutes=7)) == "at(2026-11-22T19:43:00)"


def test_a_timer_that_is_due_already_is_set_a_little_ahead(post: AwsPost, scheduler: Any) -> None:
    assert rings_at(post, scheduler, replace(TIMER, at=NIGHT - timedelta(days=1))) == "at(2026-11-22T19:40:05)"


def test_setting_a_timer_twice_changes_nothing(post: AwsPost, scheduler: Any) -> None:
    post.set_timer(TIMER, timedelta(0))
    post.set_timer(replace(TIMER, at=TIMER.at + timedelta(minutes=1)), timedelta(0))
    found = scheduler.list_schedules(GroupName="timers")["Schedules"]
    assert [schedule["Name"] for schedule in found] == [f"{ANNA}-t1"]
    assert rings_at(post, scheduler, TIMER) == "at(2026-11-22T19:50:00)"


def test_a_timer_whose_answer_was_lost_is_set_once(post: AwsPost, scheduler: Any) -> None:
    Wires(scheduler).next("CreateSchedule", lost_answer)
    assert rings_at(post, scheduler, TIMER) == "at(2026-11-22T19:50:00)"


@pytest.mark.parametrize("token", ["t" * 32, "два", "a/b"])
def test_a_token_that_scheduler_would_refuse_is_a_mistake(post: AwsPost, token: str) -> None:
    with pytest.raises(ValueError, match="cannot be called"):
        post.set_timer(replace(TIMER, token=token), timedelta(0))
