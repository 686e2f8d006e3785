"""The deliver Lambda: each queued lead is entered into the CRM, each queued visit into the calendar outside; or it is
tried again later, or handed to a person.

Never on the way to a reply. A delivery may be repeated at any point: the CRM is asked for the lead before it is made.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.desk import free
from chalicelib.desk.events import Undelivered
from chalicelib.desk.values import Lead
from chalicelib.errors import Refused, Unavailable
from chalicelib.log import log
from chalicelib.ports import Calendar, Crm, Job, Memory, Placed, Post
from chalicelib.wire import Send, run

SECONDS_BETWEEN_REQUESTS = 0.5
"""A portal takes two requests a second (https://apidocs.bitrix24.com/limits.html)."""
FIRST_WAIT, SHORTEST_WAIT, LONGEST_WAIT = 5.0, 1.0, 600.0
QUEUE_LIMIT = 11 * 3600.0
"""SQS hides a message for twelve hours at most, counted from its receipt."""
TRIES_OF_A_FAULT = 3
"""An exception that nobody foresaw does not go away by itself as an outage does."""


@dataclass(frozen=True)
class DeliveryDesk:
    """Everything a delivery needs. ``crm`` finds a CRM by ``crm.kind`` of the pack and ``calendar`` a calendar by
    ``calendar.kind``, ``base_url`` is the secret address of both;
    ``delivery_tries`` is the queue's ``maxReceiveCount``; ``random`` answers 0 up to 1."""

    memory: Memory
    post: Post
    crm: Callable[[str], Crm]
    calendar: Callable[[str], Calendar]
    base_url: str = field(repr=False)
    send: Send
    delivery_tries: int
    now: Callable[[], datetime]
    random: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep


def deliver(jobs: Sequence[Job], desk: DeliveryDesk) -> list[str]:
    """Work on a batch in its order; the ids of the jobs that SQS must show again (its partial batch response).

    After a failure the rest of that FIFO group is shown again unworked, so that order holds and a CRM that is down is
    asked once. Never raises. Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    again: list[str] = []
    stuck: dict[str, float] = {}
    for job in jobs:
        wait = stuck[job.group] if job.group in stuck else _work(job, desk)
        if wait is None:
            continue
        stuck[job.group] = wait
        again.append(job.id)
        _show_again(job, wait, desk)
    return again


def backoff(tries: int, random: Callable[[], float], asked: float | None = None) -> float:
    """Seconds until the next try: 5 s doubled with every try up to 10 min, with full jitter; or what the CRM asked
    for and a little more, so that all who were told the same do not come back at once."""
    if asked is not None:
        return min(QUEUE_LIMIT, asked + FIRST_WAIT * random())
    longest: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries - 1, 10))
    return max(SHORTEST_WAIT, longest * random())


def _work(job: Job, desk: DeliveryDesk) -> float | None:
    """One delivery: None when the job is done with, else the seconds to wait before its next try."""
    try:
        _enter(job, desk)
    except Refused as refused:
        return _bury(job, str(refused), desk)
    except Unavailable as busy:
        log("delivery_put_off", level="WARNING", job=job.id, tries=job.tries, why=str(busy))
        return backoff(job.tries, desk.random, busy.retry_after)
    except Exception as fault:  # noqa: BLE001 (a fault in one lead must not hold up the others)
        why = _place(fault)
        log("delivery_fault", level="ERROR", job=job.id, tries=job.tries, why=why)
        return _bury(job, why, desk) if job.tries >= TRIES_OF_A_FAULT else backoff(job.tries, desk.random)
    return None


def _enter(job: Job, desk: DeliveryDesk) -> None:
    if visit := json.loads(job.body).get("visit"):
        _put(visit, desk)
    else:
        _enter_lead(job, desk)


def _put(visit_id: str, desk: DeliveryDesk) -> None:
    """The calendar outside says of a visit what is true now, however many changes are queued. One that is over is left
    as it stands there."""
    visit = desk.memory.visit(visit_id)
    before = desk.memory.placed([visit_id]).get(visit_id)
    known = before.id if before else None
    rules = desk.memory.pack(desk.memory.current_pack())
    kept = rules.business.calendar
    if kept is None or (visit is None and known is None):
        return
    if not desk.base_url:
        raise Refused("the calendar has no address")  # it stands in the secret bitrix24/webhook_url
    calendar = desk.calendar(kept.kind)
    there: str | None = None
    if visit is not None:
        since, until = free.period(visit.slot, rules.business)
        if until <= desk.now() + desk.memory.ahead():
            return
        flow = calendar.put(visit, known, rules.business, desk.base_url)
        there = run(flow, desk.send, pace=SECONDS_BETWEEN_REQUESTS, sleep=desk.sleep)
    elif before is not None and known is not None:
        since, until = before.since, before.until
        run(calendar.remove(known, desk.base_url), desk.send, pace=SECONDS_BETWEEN_REQUESTS, sleep=desk.sleep)
    desk.memory.place(visit_id, Placed(there, since, until, desk.now()))
    log("visit_put", visit=visit_id, calendar=calendar.name, there=there)


def _enter_lead(job: Job, desk: DeliveryDesk) -> None:
    lead, crm_id = _lead(job, desk)
    if crm_id is not None:
        return
    if not desk.base_url:
        raise Refused("the CRM has no address")  # it stands in the secret bitrix24/webhook_url
    rules = desk.memory.pack(desk.memory.current_pack())
    crm = desk.crm(rules.business.crm.kind)
    flow = crm.deliver(lead, rules.business, rules.registry, desk.base_url)
    try:
        crm_id = run(flow, desk.send, pace=SECONDS_BETWEEN_REQUESTS, sleep=desk.sleep)
    finally:
        desk.sleep(SECONDS_BETWEEN_REQUESTS)  # the next lead's first request is a request like any other
    desk.memory.entered(lead.id, crm_id, desk.now())
    log("lead_entered", lead=lead.id, crm=crm.name, crm_id=crm_id)


def _lead(job: Job, desk: DeliveryDesk) -> tuple[Lead, str | None]:
    return desk.memory.lead(json.loads(job.body)["lead"])


def _bury(job: Job, why: str, desk: DeliveryDesk) -> float | None:
    """To the dead-letter queue at once. The person is told first: told twice is better than not told."""
    log("delivery_buried", level="ERROR", job=job.id, tries=job.tries, why=why)
    try:
        _tell(job, why, desk)
        desk.post.bury(job, why)
    except Exception as fault:  # noqa: BLE001 (the job stays in the queue and is buried at its next try)
        log("delivery_not_buried", level="ERROR", job=job.id, why=_place(fault))
        return backoff(job.tries, desk.random)
    return None


def _show_again(job: Job, wait: float, desk: DeliveryDesk) -> None:
    """Hide the job until its next try. After its last one the queue's redrive policy takes it: a person is told."""
    try:
        if job.tries < desk.delivery_tries:
            desk.post.delay(job, wait)
        else:
            _tell(job, f"{job.tries} tries", desk)
    except Exception as fault:  # noqa: BLE001 (the queue's own visibility time-out applies)
        log("delivery_not_delayed", level="ERROR", job=job.id, why=_place(fault))


def _tell(job: Job, why: str, desk: DeliveryDesk) -> None:
    """Tell the desk that a person must enter this lead or visit: once for a job, again when its redrive fails, too."""
    try:
        conversation, about = _whose(job, desk)
    except Unavailable:
        raise
    except Exception as fault:  # noqa: BLE001 (nobody's lead can be read from it: the alarm on dead letters calls a person)
        log("delivery_without_lead", level="ERROR", job=job.id, why=_place(fault))
        return
    if conversation:
        key = f"undelivered:{about}:{job.id}"
        desk.post.inbox([Undelivered(key, desk.now(), conversation, about, why)])


def _whose(job: Job, desk: DeliveryDesk) -> tuple[str | None, str]:
    """The conversation of what was to be entered, None when nothing is to be done any more; and its id."""
    if visit_id := json.loads(job.body).get("visit"):
        visit = desk.memory.visit(visit_id)
        return (visit.conversation if visit else None), visit_id
    lead, crm_id = _lead(job, desk)
    return (lead.conversation if crm_id is None else None), lead.id


def _place(fault: Exception) -> str:
    """Kind and place of a fault. Not its message: that may quote a client, and this goes into logs and queues."""
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{type(fault).__name__} in {frames[-1].name}, line {frames[-1].lineno}" if frames else type(fault).__name__
