"""Whatever two rivals do to the diary, in whatever order and wherever a turn dies: no minute is two people's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.desk import free
from chalicelib.desk.diary import Change, Diary, together
from chalicelib.desk.values import Conversation, Hold, Slot, Visit
from chalicelib.ports import Changed, Taken, Turn
from chalicelib.regulation.schema import Business, Rules
from infra.tabletop import Table
from tests.engine.world import shipped

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
DAYS = (date(2026, 11, 23), date(2026, 11, 24))
KEPT = timedelta(minutes=5)
RIVALS = ("anna", "olga")
WAYS = ("done", "answer lost", "killed before", "killed after")
"""What becomes of a write: also done is one whose answer was lost, or after which the worker died."""


def tiny() -> Rules:
    """Three hours a day, two masters, one chair: everybody is in everybody's way."""
    open_days = {day: {"opens": "10:00", "closes": "13:00"} for day in ("mon", "tue")}
    staff = [{"id": name, "name": name.title(), "role": "мастер"} for name in ("vera", "zoya")]
    known: dict[str, Any] = {"price": 1000, "masters": ["vera", "zoya"]}
    services = [
        {"id": "cut", "title": "Стрижка", "minutes": 60, **known},
        {"id": "dye", "title": "Окрашивание", "minutes": 60, "buffer_minutes": 30, "needs": ["chair"], **known},
        {"id": "both", "title": "В четыре руки", "minutes": 90, **known, "masters": ["vera"], "together": ["zoya"]},
    ]
    said = {"hours": open_days, "staff": staff, "services": services, "resources": [{"id": "chair", "title": "Кресло"}]}
    whole = shipped()
    business = Business.model_validate({**whole.business.model_dump(), **said})
    assert whole.registry.booking
    booking = whole.registry.booking.model_copy(update={"step_minutes": 30, "notice_minutes": 60, "horizon_days": 60})
    registry = whole.registry.model_copy(update={"booking": booking})
    return whole.model_copy(update={"business": business, "registry": registry})


RULES = tiny()
SERVICES = RULES.business.services


@dataclass
class Client:
    """One conversation: what it remembers is what was saved."""

    name: str
    version: int = 0
    events: int = 0
    offered: tuple[Slot, ...] = ()
    giving_up: list[str] = field(default_factory=list)
    hold: Hold | None = None
    visits: dict[str, Visit] = field(default_factory=dict)


class DiaryInAnyOrder(RuleBasedStateMachine):
    """Two clients at one table. A turn is planned as the desk plans it, saved once, and may die at either side."""

    @initialize()
    def opens(self) -> None:
        self.now = NOW
        self.table = Table(RULES, lambda: self.now)
        self.clients = {name: Client(name) for name in RIVALS}
        self.made = 0

    # What clients do

    @rule(name=st.sampled_from(RIVALS), service=st.sampled_from(SERVICES), moving=st.booleans())
    def looks(self, name: str, service: Any, moving: bool) -> None:
        """She is offered what is free; an offer may be old when she chooses from it. Who moves gives up her own."""
        client = self.clients[name]
        own = list(client.visits)[:1] if moving else []
        slots = list(free.slots(RULES, service, self.table.diary(*DAYS), *DAYS, self.now, own))
        client.offered, client.giving_up = tuple(slots[:4]), own

    @rule(name=st.sampled_from(RIVALS), number=st.integers(0, 3), way=st.sampled_from(WAYS), look=st.booleans())
    def holds(self, name: str, number: int, way: str, look: bool) -> None:
        client = self.clients[name]
        if number >= len(client.offered) or client.giving_up:
            return
        slot, diary = self.seen(client.offered[number], look)
        if slot is None:
            return
        hold = Hold(self.new_id("h"), slot, self.now + KEPT)
        own = client.hold
        left = free.given_up(own.slot, own.id) if own and self.still_there(own.slot, own.id) else []
        changes = [*left, *free.placed(slot, hold.id, diary, self.now, hold.until)]
        if self.saves(client, changes, (), way):
            client.hold = hold

    @rule(name=st.sampled_from(RIVALS), way=st.sampled_from(WAYS))
    def keeps(self, name: str, way: str) -> None:
        """She has told name and phone: what was held becomes hers, if nobody has come when it was over."""
        client = self.clients[name]
        hold = client.hold
        if hold is None:
            return
        there = self.still_there(hold.slot, hold.id)
        visit = Visit(hold.id, hold.slot, "Анна", "+79000000001", name)
        saved = self.saves(client, free.kept(hold.slot, hold.id), (visit,), way)
        assert saved == (there and way != "killed before")
        if saved or not there:
            client.hold = None

    @rule(name=st.sampled_from(RIVALS), number=st.integers(0, 3), way=st.sampled_from(WAYS), look=st.booleans())
    def books(self, name: str, number: int, way: str, look: bool) -> None:
        client = self.clients[name]
        if number >= len(client.offered) or client.giving_up:
            return
        slot, diary = self.seen(client.offered[number], look)
        if slot is None:
            return
        visit = Visit(self.new_id("v"), slot, "Анна", "+79000000001", name)
        self.saves(client, free.placed(slot, visit.id, diary, self.now), (visit,), way)

    @rule(name=st.sampled_from(RIVALS), number=st.integers(0, 3), way=st.sampled_from(WAYS), look=st.booleans())
    def moves(self, name: str, number: int, way: str, look: bool) -> None:
        client = self.clients[name]
        old = next(iter(client.visits.values()), None)
        if number >= len(client.offered) or old is None or client.giving_up not in ([], [old.id]):
            return
        slot, diary = self.seen(client.offered[number], look, [old.id])
        if slot is None:
            return
        changes = [*free.given_up(old.slot, old.id), *free.placed(slot, old.id, diary, self.now)]
        self.saves(client, changes, (replace(old, slot=slot),), way)

    @rule(name=st.sampled_from(RIVALS), way=st.sampled_from(WAYS))
    def cancels(self, name: str, way: str) -> None:
        client = self.clients[name]
        if client.visits:
            old = next(iter(client.visits.values()))
            assert self.saves(client, free.given_up(old.slot, old.id), (replace(old, state="cancelled"),), way) == (
                way != "killed before"
            )

    @rule(name=st.sampled_from(RIVALS), number=st.integers(0, 3))
    def two_workers_decide_at_once(self, name: str, number: int) -> None:
        """Both have loaded the same conversation: the second is told that it changed, whatever the diary says."""
        client = self.clients[name]
        if number >= len(client.offered) or client.giving_up:
            return
        before = client.version
        slot = client.offered[number]
        visit = Visit(self.new_id("v"), slot, "Анна", "+79000000001", name)
        if self.saves(client, free.placed(slot, visit.id, None, self.now), (visit,), "done"):
            try:
                self.write(client, before, free.placed(slot, visit.id, None, self.now), (visit,))
            except Changed:
                return
            raise AssertionError("one conversation was saved twice at one version")

    @rule(minutes=st.sampled_from([1, 5, 6]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(name=st.sampled_from(RIVALS), service=st.sampled_from(SERVICES), number=st.integers(0, 1))
    def somebody_comes_when_her_hold_is_over(self, name: str, service: Any, number: int) -> None:
        hold, (rival,) = self.clients[name].hold, set(RIVALS) - {name}
        if hold:
            self.now = max(self.now, hold.until)
            self.looks(rival, service, moving=False)
            self.books(rival, number, way="done", look=False)

    # What must be true after each of it

    @invariant()
    def no_two_that_stand_share_a_minute(self) -> None:
        for page in self.table.pages.values():
            standing = [entry for entry in page.entries if entry.stands(self.now)]
            shared = [pair for pair in combinations(standing, 2) if overlap(*pair)]
            assert shared == [], page

    @invariant()
    def no_visit_shares_a_minute_with_a_hold_that_could_become_one(self) -> None:
        for page in self.table.pages.values():
            shared = [pair for pair in combinations(page.entries, 2) if overlap(*pair)]
            assert shared == [], page

    @invariant()
    def a_visit_has_its_entry_on_every_page_it_takes_and_on_no_other(self) -> None:
        visits = {visit.id: visit for client in self.clients.values() for visit in client.visits.values()}
        written = {
            (entry.id, page.date, page.who, entry.start, entry.end)
            for page in self.table.pages.values()
            for entry in page.entries
            if entry.until is None
        }
        assert written == {
            (visit.id, visit.slot.date, who, minute(visit.slot.start), minute(visit.slot.start) + needed(visit.slot))
            for visit in visits.values()
            for who in visit.slot.takes
        }
        assert {visit.id: visit for visit in self.table.visits(*DAYS)} == visits

    @invariant()
    def every_hold_ends(self) -> None:
        entries = [entry for page in self.table.pages.values() for entry in page.entries if entry.until]
        assert [entry for entry in entries if entry.stands(self.now + KEPT)] == []

    @precondition(lambda self: not any(client.visits for client in self.clients.values()))
    @rule()
    def when_every_hold_is_over_the_day_is_free_again(self) -> None:
        later = self.now + KEPT
        for service in SERVICES:
            left = free.slots(RULES, service, self.table.diary(*DAYS), *DAYS, later)
            nobody = free.slots(RULES, service, Diary(*DAYS), *DAYS, later)
            assert [slot.id for slot in left] == [slot.id for slot in nobody]

    # How a turn is saved

    def seen(self, slot: Slot, look: bool, own: Sequence[str] = ()) -> tuple[Slot | None, Diary | None]:
        """The slot as it was offered, or as a look into the diary shows it now."""
        if not look:
            return slot, None
        diary = self.table.diary(*DAYS)
        service = next(one for one in SERVICES if one.id == slot.service)
        found = free.slot_at(RULES, service, diary, slot.date, minute(slot.start), self.now, own, [slot.master])
        return next(found, None), diary

    def saves(self, client: Client, changes: Sequence[Change], visits: tuple[Visit, ...], way: str) -> bool:
        """Whether it is written. After a lost answer the same is written again: that is no rival."""
        if way == "killed before":
            return False
        before, pages = client.version, dict(self.table.pages)
        try:
            self.write(client, before, changes, visits)
        except Taken:
            assert self.table.pages == pages
            return False
        if way == "answer lost":
            try:
                self.write(client, before, changes, visits, again=True)
            except Changed:
                pass
            else:
                raise AssertionError("the same turn was written twice")
        client.version = before + 1
        for visit in visits:
            client.visits.pop(visit.id, None)
            if visit.state != "cancelled":
                client.visits[visit.id] = visit
        return True

    def write(
        self, client: Client, before: int, changes: Sequence[Change], visits: tuple[Visit, ...], again: bool = False
    ) -> None:
        client.events += 0 if again else 1
        turn = Turn(f"e{client.events}", (), (), 1, diary=together(changes), visits=visits)
        self.table.save(before, Conversation(client.name, "telegram", "1", before + 1), turn, self.now, None)

    def still_there(self, slot: Slot, entry: str) -> bool:
        diary = self.table.diary(slot.date, slot.date)
        return all(diary.page(who, slot.date).has(entry) for who in slot.takes)

    def new_id(self, kind: str) -> str:
        self.made += 1
        return f"{kind}{self.made}"


def overlap(one: Any, other: Any) -> bool:
    return bool(one.start < other.end and other.start < one.end)


def minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def needed(slot: Slot) -> int:
    return slot.minutes + slot.buffer


DiaryInAnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestDiaryInAnyOrder = DiaryInAnyOrder.TestCase
