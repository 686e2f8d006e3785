"""The diary in step with a calendar outside: what others made there takes time here, what differs goes to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.deliver import DeliveryDesk, deliver
from chalicelib.desk import free
from chalicelib.desk.decide import decide
from chalicelib.desk.diary import Change, Entry
from chalicelib.desk.effects import PutVisit
from chalicelib.desk.events import Clashed, Marked, Undelivered
from chalicelib.desk.values import Consent, Conversation, Slot, Visit
from chalicelib.errors import Refused, Unavailable
from chalicelib.ports import Job, Outside, Placed, Taken, Turn
from chalicelib.regulation.schema import Business, Rules
from chalicelib.step import step
from chalicelib.wire import Flow, Request, Response
from infra.tabletop import Queues, Table
from tests.engine.world import shipped

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)  # 23:40 in Samara
DAY = date(2026, 11, 25)
PAGE = (DAY, "anna")
VISIT = Visit("abc", Slot("manicure", DAY, time(17), 90, 0, ("anna",)), "Дарья", "+79000000001", "c1")
FROM, TO = free.period(VISIT.slot, shipped().business)


def at(hour: int, minute: int = 0) -> datetime:
    """A moment of the day in Samara."""
    return datetime(2026, 11, 25, hour - 4, minute, tzinfo=UTC)


def other(number: str, since: datetime, until: datetime, who: str = "anna", visit: str | None = None) -> Outside:
    return Outside(number, (who,), since, until, visit)


@dataclass
class Elsewhere:
    """A calendar in a list. ``fault``: what it raises instead of an answer."""

    there: list[Outside] = field(default_factory=list)
    fault: Exception | None = None
    name: str = "elsewhere"
    removed: list[str] = field(default_factory=list)

    def put(self, visit: Visit, known: str | None, business: Business, base_url: str) -> Flow[str | None]:
        yield Request("POST", base_url)
        self._fail()
        self.there = [one for one in self.there if one.visit != visit.id]
        if visit.state == "cancelled":
            return None
        since, until = free.period(visit.slot, business)
        self.there.append(Outside(known or "77", visit.slot.takes, since, until, visit.id))
        return known or "77"

    def remove(self, known: str, base_url: str) -> Flow[None]:
        yield Request("POST", base_url)
        self.removed.append(known)

    def taken(self, since: datetime, until: datetime, business: Business, base_url: str) -> Flow[Sequence[Outside]]:
        yield Request("POST", base_url)
        self._fail()
        return [one for one in self.there if one.since < until and since < one.until]

    def _fail(self) -> None:
        if self.fault:
            raise self.fault


@dataclass
class Salon:
    rules: Rules = field(default_factory=shipped)
    now: datetime = NOW
    calendar: Elsewhere = field(default_factory=Elsewhere)
    queues: Queues = field(default_factory=Queues)

    def __post_init__(self) -> None:
        self.table = Table(self.rules, lambda: self.now)

    def desk(self) -> DeliveryDesk:
        return DeliveryDesk(
            memory=self.table,
            post=self.queues,
            crm=lambda name: pytest.fail("no lead is delivered here"),
            calendar=lambda name: self.calendar,
            base_url="https://salon.bitrix24.ru/rest/1/code",
            send=lambda request: Response(200),
            delivery_tries=5,
            now=lambda: self.now,
            random=lambda: 0.5,
            sleep=lambda seconds: None,
        )

    def step(self) -> int:
        return step(self.desk())

    def books(self, visit: Visit = VISIT) -> None:
        start = visit.slot.start.hour * 60
        self.enters(Entry(visit.id, start, start + visit.slot.minutes))
        self.table.booked[visit.id] = visit

    def enters(self, entry: Entry) -> None:
        self.table.enter([Change("anna", DAY, self.table.diary(DAY, DAY).page("anna", DAY).version, (entry,))])

    def delivers(self, visit: str = "abc", tries: int = 1) -> list[str]:
        return deliver([Job(f'{{"visit": "{visit}"}}', "handle", "1", "visit", tries)], self.desk())

    def entries(self) -> list[tuple[str, int, int]]:
        page = self.table.diary(DAY, DAY).page(*reversed(PAGE))
        return [(entry.id, entry.start, entry.end) for entry in page.entries]

    def told(self) -> list[Clashed]:
        """The differences that were put into the inbox."""
        return [event for event in self.queues.events.values() if isinstance(event, Clashed)]


def test_a_visit_made_there_takes_the_time_here_and_gives_it_back() -> None:
    salon = Salon()
    salon.calendar.there = [other("7", at(12), at(13, 30))]
    assert (salon.step(), salon.entries()) == (1, [("b24-7", 720, 810)])
    assert salon.step() == 0, "what is in step is not written again"
    salon.calendar.there = [other("7", at(15), at(16))]
    assert (salon.step(), salon.entries()) == (1, [("b24-7", 900, 960)])
    salon.calendar.there = []
    assert (salon.step(), salon.entries(), salon.told()) == (1, [], [])


def test_a_visit_over_midnight_takes_two_days() -> None:
    salon = Salon()
    salon.calendar.there = [other("7", at(23), at(23) + timedelta(hours=2, seconds=30))]
    assert salon.step() == 2
    pages = salon.table.diary(DAY, DAY + timedelta(days=1)).pages
    assert [entry for page in pages.values() for entry in page.entries] == [
        Entry("b24-7", 1380, 1440),
        Entry("b24-7", 0, 61),
    ]


def test_our_own_visits_there_are_not_entered_twice() -> None:
    salon = Salon()
    salon.books()
    assert salon.delivers() == []
    assert salon.table.placed(["abc"]) == {"abc": Placed("77", FROM, TO, NOW)}
    assert (salon.step(), salon.entries(), salon.told()) == (0, [("abc", 1020, 1110)], [])


def test_a_conflict_is_told_once_and_overwrites_nothing() -> None:
    salon = Salon()
    salon.books()
    salon.calendar.there = [other("7", at(16, 30), at(17, 30))]
    assert salon.step() == 1
    assert salon.entries() == [("b24-7", 990, 1020), ("abc", 1020, 1110)], "the rest of its time is taken"
    (told,) = salon.told()
    assert (told.conversation, told.visit, told.since, told.until) == ("c1", "abc", at(16, 30), at(17, 30))
    assert salon.step() == 0
    assert salon.told() == [told], "the same difference is the same event"


def test_the_colleague_on_duty_reads_what_stands_here_and_there() -> None:
    consent = Consent("1", NOW, "telegram", "e", True)
    before = Conversation("c1", "telegram", "1", consent=consent, visits=(VISIT,))
    event = Clashed("k", NOW, "c1", "abc", at(16, 30), at(17, 30))
    decision = decide(before, event, shipped(), NOW)
    assert decision.conversation.alarm is not None
    assert decision.conversation.alarm.notice == (
        "КАЛЕНДАРЬ РАСХОДИТСЯ С ЗАПИСЬЮ · RP-001 §12 · telegram\n"
        "Дарья, +79000000001\n"
        "У нас: Маникюр, ср 25.11.2026 в 17:00, мастер Анна. В Битрикс24: ср 25.11.2026, 16:30–17:30.\n"
        "Решите, что верно, и поправьте. Сами мы ничего не меняем."
    )
    assert decision.conversation.visits == (VISIT,)


def test_a_hold_is_left_alone_until_it_is_over() -> None:
    salon = Salon()
    salon.enters(Entry("held", 1020, 1110, NOW + timedelta(minutes=5)))
    salon.calendar.there = [other("7", at(17), at(18))]
    assert (salon.step(), salon.entries(), salon.told()) == (0, [("held", 1020, 1110)], [])
    salon.now += timedelta(minutes=6)
    assert (salon.step(), salon.entries()) == (1, [("b24-7", 1020, 1080)])


def test_two_of_others_at_once_share_no_minute_here() -> None:
    salon = Salon()
    salon.calendar.there = [other("7", at(12), at(13)), other("8", at(12, 30), at(14))]
    assert (salon.step(), salon.entries()) == (1, [("b24-7", 720, 780), ("b24-8", 780, 840)])


def test_a_page_that_changes_meanwhile_waits_for_the_next_minute() -> None:
    salon = Salon()
    salon.calendar.there = [other("7", at(12), at(13))]

    def taken(changes: Sequence[Change]) -> None:
        raise Taken

    salon.table.enter = taken  # type: ignore[method-assign]
    assert (salon.step(), salon.entries()) == (0, [])


def test_our_visit_moved_there_by_somebody_takes_both_times_and_is_told() -> None:
    salon = Salon()
    salon.books()
    salon.delivers()
    salon.calendar.there = [replace(salon.calendar.there[0], since=at(12), until=at(13, 30))]
    salon.step()
    assert salon.entries() == [("b24-77", 720, 810), ("abc", 1020, 1110)]
    assert [(told.visit, told.since) for told in salon.told()] == [("abc", at(12))]


def test_our_visit_that_is_moved_here_and_not_yet_there_alarms_nobody() -> None:
    salon = Salon()
    salon.books()
    salon.delivers()
    moved = replace(VISIT, slot=replace(VISIT.slot, start=time(18)))
    salon.books(moved)
    assert (salon.step(), salon.told()) == (0, [])
    salon.delivers()
    assert (salon.step(), salon.told(), salon.calendar.there[0].since) == (0, [], at(18))


def test_our_visit_deleted_there_is_told_and_stands() -> None:
    salon = Salon()
    salon.books()
    salon.delivers()
    salon.calendar.there = []
    assert (salon.step(), salon.told()) == (0, []), "only just entered: the answer may be older"
    salon.now += timedelta(minutes=3)
    salon.step()
    assert [(told.visit, told.since) for told in salon.told()] == [("abc", None)]
    assert salon.entries() == [("abc", 1020, 1110)]


def test_a_calendar_that_is_down_changes_nothing_and_one_that_refuses_rings_the_alarm() -> None:
    salon = Salon()
    salon.calendar.there = [other("7", at(12), at(13))]
    salon.step()
    salon.calendar.fault = Unavailable("HTTP 502")
    assert (salon.step(), salon.entries()) == (0, [("b24-7", 720, 780)])
    salon.calendar.fault = Refused("insufficient_scope")
    with pytest.raises(Refused):
        salon.step()


def test_without_a_calendar_nothing_is_asked() -> None:
    rules = shipped()
    business = rules.business.model_copy(update={"calendar": None})
    salon = Salon(rules.model_copy(update={"business": business}))
    salon.calendar.fault = Refused("asked")
    salon.books()
    assert (salon.step(), salon.delivers()) == (0, [])


# ---------------------------------------------------------------- into the calendar


@pytest.mark.parametrize(("outside", "put"), [(True, [PutVisit("abc")]), (False, [])])
def test_a_change_of_a_visit_is_put_where_there_is_a_calendar(outside: bool, put: list[PutVisit]) -> None:
    rules = shipped()
    calendar = rules.business.calendar if outside else None
    rules = rules.model_copy(update={"business": rules.business.model_copy(update={"calendar": calendar})})
    before = Conversation("c1", "telegram", "1", visits=(VISIT,))
    decision = decide(before, Marked("k", NOW, "c1", "abc", "cancelled"), rules, NOW)
    assert [effect for effect in decision.effects if isinstance(effect, PutVisit)] == put


def test_a_cancelled_visit_is_taken_out_and_a_forgotten_one_too() -> None:
    salon = Salon()
    salon.books()
    salon.delivers()
    salon.table.booked["abc"] = replace(VISIT, state="cancelled")
    assert (salon.delivers(), salon.calendar.there) == ([], [])
    salon.table.place("abc", Placed("77", FROM, TO, NOW))
    salon.table.forget(None, None, ["abc"])
    assert (salon.delivers(), salon.calendar.removed) == ([], ["77"])
    assert salon.table.placed(["abc"])["abc"].id is None


def test_a_visit_that_is_over_is_left_as_it_stands_there() -> None:
    salon = Salon()
    salon.books()
    salon.now = TO
    salon.calendar.fault = Refused("asked")
    assert (salon.delivers(), salon.queues.events) == ([], {})


def test_a_visit_that_cannot_be_entered_comes_again_and_one_that_is_refused_goes_to_a_person() -> None:
    salon = Salon()
    salon.books()
    salon.calendar.fault = Unavailable("booking 7 stands in its place", 300.0)
    assert (salon.delivers(), salon.queues.delays) == (["1"], [302.5])
    salon.calendar.fault = Refused("booking.v1.booking.add: 1018, Empty resource collection")
    assert salon.delivers() == []
    (told,) = salon.queues.events.values()
    assert isinstance(told, Undelivered)
    assert (told.conversation, told.lead, told.why) == (
        "c1", "abc", "booking.v1.booking.add: 1018, Empty resource collection",
    )  # fmt: skip


def marked_there(salon: Salon, mark: str, when: datetime) -> list[Marked]:
    """What is told after a minute at ``when``, the visit being marked there."""
    salon.books()
    salon.calendar.there = [replace(other("77", FROM, TO, visit="abc"), mark=mark)]
    salon.now = when
    salon.step()
    return [event for event in salon.queues.events.values() if isinstance(event, Marked)]


@pytest.mark.parametrize("mark", ["visited", "no_show"])
@pytest.mark.parametrize("when", [at(17, 5), at(19), at(23) + timedelta(hours=12)])
def test_a_visit_that_its_master_has_marked_there_is_marked_here(mark: str, when: datetime) -> None:
    assert marked_there(Salon(), mark, when) == [
        Marked(f"marked:abc:2026-11-25T17:00:{mark}", when, "c1", "abc", mark, by="calendar")
    ]


def test_a_visit_that_has_not_begun_became_nothing_yet() -> None:
    assert marked_there(Salon(), "visited", at(16, 59)) == []


def test_a_visit_is_marked_a_day_later_at_the_latest() -> None:
    assert marked_there(Salon(), "visited", at(17) + timedelta(days=2)) == []


@pytest.mark.parametrize("state", ["visited", "cancelled"])
def test_what_is_known_here_is_not_told_again(state: str) -> None:
    salon = Salon()
    salon.books()
    salon.table.booked["abc"] = replace(VISIT, state=state)
    salon.calendar.there = [replace(other("77", FROM, TO, visit="abc"), mark="visited")]
    salon.now = at(19)
    salon.step()
    assert salon.queues.events == {}


def test_a_mark_whose_turn_is_known_is_not_told_again() -> None:
    salon = Salon()
    (event,) = marked_there(salon, "no_show", at(19))
    salon.queues.events.clear()
    salon.table.turns["c1", event.key] = Turn(event.key, (), (), 1, finished=True)
    salon.step()
    assert salon.queues.events == {}


def test_a_mark_alone_changes_nothing_of_the_diary() -> None:
    salon = Salon()
    marked_there(salon, "visited", at(19))
    assert salon.entries() == [("abc", 1020, 1110)]
    assert salon.told() == []
