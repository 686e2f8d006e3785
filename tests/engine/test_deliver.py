"""Queued leads on their way into the CRM: order, waiting, giving up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.calendars import calendar
from chalicelib.crms import crm
from chalicelib.deliver import DeliveryDesk, backoff, deliver
from chalicelib.desk.effects import SetTimer
from chalicelib.desk.events import Event, Undelivered
from chalicelib.desk.values import Lead
from chalicelib.errors import Refused, Unavailable
from chalicelib.ports import Job
from chalicelib.regulation.schema import Business, Registry
from chalicelib.wire import Flow, Request, Response
from tests.crms.portal import CONTACT, LEAD, Portal
from tests.crms.salon import WEBHOOK, business, lead, registry

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
TRIES = 5


@dataclass
class Pack:
    business: Business = field(default_factory=business)
    registry: Registry = field(default_factory=registry)


@dataclass
class Table:
    leads: dict[str, Lead]
    crm_ids: dict[str, str] = field(default_factory=dict)
    packs: dict[int, Pack] = field(default_factory=lambda: {3: Pack()})
    losing: bool = False

    def lead(self, lead: str) -> tuple[Lead, str | None]:
        return self.leads[lead], self.crm_ids.get(lead)

    def current_pack(self) -> int:
        return max(self.packs)

    def pack(self, number: int) -> Pack:
        return self.packs[number]

    def entered(self, lead: str, crm_id: str, now: datetime) -> None:
        if self.losing:
            raise Unavailable("ThrottlingException")
        self.crm_ids[lead] = crm_id


@dataclass
class Office:
    """A post that writes down what it is asked for, in order."""

    done: list[tuple[Any, ...]] = field(default_factory=list)
    down: set[str] = field(default_factory=set)

    def _note(self, what: str, *about: Any) -> None:
        if what in self.down:
            raise Unavailable("ServiceUnavailable")
        self.done.append((what, *about))

    def delay(self, job: Job, seconds: float) -> None:
        self._note("delay", job.id, seconds)

    def bury(self, job: Job, why: str) -> None:
        self._note("bury", job.id, why)

    def inbox(self, events: Iterable[Event]) -> None:
        self._note("inbox", *events)

    def deliver(self, lead: str) -> None:
        self._note("deliver", lead)

    def set_timer(self, timer: SetTimer, ahead: timedelta) -> None:
        self._note("set_timer", timer)


@dataclass
class Script:
    """A CRM whose answers are written down by lead: an id, or what it raises."""

    answers: dict[str, str | Exception]
    name: str = "script"
    asked: list[str] = field(default_factory=list)

    def deliver(self, lead: Lead, business: Business, registry: Registry, base_url: str) -> Flow[str]:
        self.asked.append(lead.id)
        answer = self.answers[lead.id]
        if isinstance(answer, Exception):
            raise answer
        yield Request("POST", base_url)
        return answer


@dataclass
class World:
    crm: Script
    table: Table
    post: Office = field(default_factory=Office)
    slept: list[float] = field(default_factory=list)

    def desk(self) -> DeliveryDesk:
        return DeliveryDesk(
            memory=self.table,  # type: ignore[arg-type]
            post=self.post,
            crm=lambda name: self.crm,
            calendar=calendar,
            base_url=WEBHOOK,
            send=lambda request: Response(200),
            delivery_tries=TRIES,
            now=lambda: NOW,
            random=lambda: 0.5,
            sleep=self.slept.append,
        )

    def deliver(self, *jobs: Job) -> list[str]:
        return deliver(jobs, self.desk())


def world(**answers: str | Exception) -> World:
    return World(Script(answers), Table({name: lead(id=name) for name in answers}))


def job(lead: str, group: str = "crm", tries: int = 1) -> Job:
    return Job(body=f'{{"lead": "{lead}"}}', handle=f"handle-{lead}", id=f"job-{lead}", group=group, tries=tries)


def always(share: float) -> Callable[[], float]:
    return lambda: share


def undelivered(lead: str, why: str) -> Undelivered:
    return Undelivered(f"undelivered:{lead}:job-{lead}", NOW, "c0ffee", lead, why)


def test_entered_leads_are_noted_with_their_ids_in_the_crm() -> None:
    night = world(a="11", b="12")
    assert (night.deliver(job("a"), job("b")), night.table.crm_ids, night.post.done) == ([], {"a": "11", "b": "12"}, [])


def test_a_lead_that_is_noted_already_is_not_asked_for_again() -> None:
    night = world(a="11")
    night.table.crm_ids["a"] = "11"
    assert (night.deliver(job("a")), night.crm.asked) == ([], [])


def test_every_request_is_followed_by_half_a_second_also_the_last_of_a_lead() -> None:
    night, portal = world(a="11", b="12"), Portal()
    deliver([job("a"), job("b")], replace(night.desk(), crm=crm, send=portal.send))
    assert night.slept == [0.5] * len(portal.requests)


def test_a_failed_request_is_followed_by_half_a_second_too() -> None:
    night = world(a=Unavailable("busy"), b="12")
    night.deliver(job("a"), job("b", "other"))
    assert night.slept == [0.5, 0.5]


def test_the_pack_in_force_says_where_and_how() -> None:
    night = world(a="11")
    night.table.packs[4] = Pack(business(source="CALL"))
    portal = Portal()
    deliver([job("a")], replace(night.desk(), crm=crm, send=portal.send))
    assert [card["sourceId"] for card in portal.items[LEAD].values()] == ["CALL"]


def test_a_busy_crm_is_asked_again_after_the_backoff() -> None:
    night = world(a=Unavailable("busy"))
    assert (night.deliver(job("a", tries=3)), night.post.done) == (["job-a"], [("delay", "job-a", 10.0)])


def test_a_crm_that_says_when_is_asked_then_and_a_little_later() -> None:
    night = world(a=Unavailable("blocked", 41.5))
    assert (night.deliver(job("a")), night.post.done) == (["job-a"], [("delay", "job-a", 44.0)])


def test_after_a_failure_the_rest_of_its_group_waits_as_long_and_is_not_worked_on() -> None:
    night = world(a="11", b=Unavailable("busy"), c="13")
    assert night.deliver(job("a"), job("b"), job("c")) == ["job-b", "job-c"]
    assert night.crm.asked == ["a", "b"]
    assert night.post.done == [("delay", "job-b", 2.5), ("delay", "job-c", 2.5)]


def test_another_group_goes_on() -> None:
    night = world(a=Unavailable("busy"), b="12")
    assert (night.deliver(job("a"), job("b", "other")), night.table.crm_ids) == (["job-a"], {"b": "12"})


def test_a_crm_without_an_address_is_told_to_a_person_at_once_and_not_tried_for_days() -> None:
    night = world(a="11")
    assert deliver([job("a")], replace(night.desk(), base_url="")) == []
    assert night.post.done == [
        ("inbox", undelivered("a", "the CRM has no address")),
        ("bury", "job-a", "the CRM has no address"),
    ]


def test_a_refused_lead_is_buried_at_once_and_a_person_is_told_first() -> None:
    night = world(a=Refused("NO_AUTH_FOUND"), b="12")
    assert night.deliver(job("a"), job("b")) == []
    assert night.post.done == [
        ("inbox", undelivered("a", "NO_AUTH_FOUND")),
        ("bury", "job-a", "NO_AUTH_FOUND"),
    ]
    assert night.table.crm_ids == {"b": "12"}


@pytest.mark.parametrize("down", ["inbox", "bury"])
def test_a_lead_that_cannot_be_buried_stays_in_the_queue(down: str) -> None:
    night = world(a=Refused("NO_AUTH_FOUND"))
    night.post.down.add(down)
    assert (night.deliver(job("a")), night.post.done[-1]) == (["job-a"], ("delay", "job-a", 2.5))


def test_after_its_last_try_a_lead_is_left_to_the_redrive_policy_and_a_person_is_told() -> None:
    night = world(a=Unavailable("busy"))
    assert night.deliver(job("a", tries=TRIES)) == ["job-a"]
    assert night.post.done == [("inbox", undelivered("a", "5 tries"))]


def test_a_lead_whose_last_try_passes_behind_another_is_told_of_too() -> None:
    night = world(a=Unavailable("busy"), b="12")
    assert night.deliver(job("a"), job("b", tries=TRIES)) == ["job-a", "job-b"]
    assert night.post.done == [("delay", "job-a", 2.5), ("inbox", undelivered("b", "5 tries"))]


def test_a_lead_that_was_entered_meanwhile_is_nobodys_trouble() -> None:
    night = world(a=Unavailable("busy"), b="12")
    night.table.crm_ids["b"] = "12"
    night.deliver(job("a"), job("b", tries=TRIES))
    assert night.post.done == [("delay", "job-a", 2.5)]


def test_an_unforeseen_fault_is_tried_three_times_and_then_buried() -> None:
    night = world(a=ZeroDivisionError("Анна"))
    assert [night.deliver(job("a", tries=tries)) for tries in (1, 2, 3)] == [["job-a"], ["job-a"], []]
    assert [what for what, *_ in night.post.done] == ["delay", "delay", "inbox", "bury"]


def test_an_unforeseen_fault_does_not_quote_the_client(capsys: pytest.CaptureFixture[str]) -> None:
    night = world(a=ZeroDivisionError("Анна"))
    night.deliver(job("a", tries=3))
    assert "Анна" not in capsys.readouterr().out + str(night.post.done)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"lead": "unknown"}'])
def test_a_job_that_names_no_lead_is_buried_after_three_tries(body: str) -> None:
    night = world()
    poison = replace(job("x"), body=body)
    assert [night.deliver(replace(poison, tries=tries)) for tries in (1, 2, 3)] == [["job-x"], ["job-x"], []]
    assert [what for what, *_ in night.post.done] == ["delay", "delay", "bury"]


def test_a_queue_that_cannot_delay_shows_the_job_again_all_the_same() -> None:
    night = world(a=Unavailable("busy"))
    night.post.down.add("delay")
    assert night.deliver(job("a")) == ["job-a"]


def test_a_lead_whose_note_was_lost_is_found_in_the_crm_and_entered_once() -> None:
    night, portal = world(a="11"), Portal()
    desk = replace(night.desk(), crm=crm, send=portal.send)
    night.table.losing = True
    first = deliver([job("a")], desk)
    night.table.losing = False
    assert (first, deliver([job("a", tries=2)], desk)) == (["job-a"], [])
    assert (list(portal.items[LEAD]), list(portal.items[CONTACT]), night.table.crm_ids) == ([102], [101], {"a": "102"})


@pytest.mark.parametrize(("tries", "longest"), [(1, 5.0), (2, 10.0), (3, 20.0), (7, 320.0), (8, 600.0), (450, 600.0)])
def test_the_wait_doubles_with_every_try_up_to_ten_minutes(tries: int, longest: float) -> None:
    assert backoff(tries, lambda: 1.0) == longest


def test_the_wait_is_spread_over_all_of_it_but_never_under_a_second() -> None:
    assert [backoff(2, chance) for chance in map(always, (0.0, 0.05, 0.3, 0.9))] == [1.0, 1.0, 3.0, 9.0]


def test_what_the_crm_asks_for_is_never_shortened_by_chance() -> None:
    assert [backoff(1, chance, 60.0) for chance in map(always, (0.0, 1.0))] == [60.0, 65.0]


def test_no_wait_is_longer_than_the_queue_can_hide_a_message() -> None:
    assert backoff(1, lambda: 1.0, 10.0**6) == 11 * 3600


def test_the_address_of_the_crm_is_not_in_the_desks_repr() -> None:
    assert "s3cr3tcode" not in repr(world().desk())
