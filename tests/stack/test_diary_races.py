"""Clients race for the same hours on a table whose conditions hold for rivals: every hour goes to one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import combinations, islice
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bench.lone_table import TABLE, lone_table
from chalicelib.aws.memory import DynamoMemory
from chalicelib.desk import free
from chalicelib.desk.diary import Change, Diary, Entry, together
from chalicelib.desk.values import Conversation, Slot, Visit
from chalicelib.ports import Taken, Turn
from chalicelib.regulation.load import load

NIGHT = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
RULES = load(Path(__file__).parents[2] / "clients" / "demo-clinic")
CARIES = next(service for service in RULES.business.services if service.id == "caries")
"""Takes a doctor's hour and one of two chairs."""
MONDAY = date(2026, 11, 23)
HOURS = (time(8), time(9, 30), time(11), time(14), time(16))
ROUNDS = 20
CLIENTS = 50
LOOKS = 20
"""DynamoDB may refuse all of several rivals at once; then all of them look again."""

T = TypeVar("T")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with lone_table(tmp_path_factory.mktemp("race"), CLIENTS) as client:
        yield client


@pytest.fixture
def memory(table: Any) -> DynamoMemory:
    return DynamoMemory(table, TABLE, lambda: NIGHT)


@dataclass
class Client:
    """One who books in her own conversation, as the engine does for her: when a time is taken she looks again."""

    name: str
    memory: DynamoMemory
    version: int = 0
    refusals: int = 0

    def saves(self, changes: Sequence[Change], visit: Visit) -> None:
        after = Conversation(self.name, "telegram", "700000001", self.version + 1)
        turn = Turn(f"e{after.version}", (), (), 1, diary=together(changes), visits=(visit,))
        self.memory.save(self.version, after, turn, NIGHT, None)
        self.version = after.version

    def books(self, slot: Slot) -> Slot | None:
        """The slot she was offered, or None when it is somebody else's."""
        visit = Visit(self.name, slot, "Анна", "+79000000001", self.name)
        diary: Diary | None = None
        for _ in range(LOOKS):
            try:
                self.saves(free.placed(slot, self.name, diary, NIGHT), visit)
            except Taken:
                self.refusals += 1
                diary = self.memory.diary(slot.date, slot.date)
                still = next(self.still(slot, diary), None)
                if still is None:
                    return None
                slot = still
            else:
                return slot
        raise AssertionError("refused again and again, though the time is free")

    def moves(self, old: Slot, new: Slot) -> bool:
        """Whether her visit stands at the new time now; if not, it stands where it was."""
        visit = Visit(self.name, new, "Анна", "+79000000001", self.name)
        for _ in range(LOOKS):
            diary = self.memory.diary(min(old.date, new.date), max(old.date, new.date))
            still = next(self.still(new, diary, [self.name]), None)
            if still is None:
                return False
            try:
                self.saves([*free.given_up(old, self.name), *free.placed(still, self.name, diary, NIGHT)], visit)
            except Taken:
                self.refusals += 1
            else:
                return True
        raise AssertionError("refused again and again, though the time is free")

    def asks_again(self, old: Slot, new: Slot) -> bool:
        """The same of one who does not take the first no for an answer."""
        return any(self.moves(old, new) for _ in range(2))

    @staticmethod
    def still(slot: Slot, diary: Diary, ignoring: Sequence[str] = ()) -> Iterator[Slot]:
        start = slot.start.hour * 60 + slot.start.minute
        return free.slot_at(RULES, CARIES, diary, slot.date, start, NIGHT, ignoring, [slot.master])


def test_of_fifty_clients_who_want_the_same_hour_one_gets_it(memory: DynamoMemory) -> None:
    lines = []
    for number in range(ROUNDS):
        day, hour = MONDAY + timedelta(days=7 * (number // 5)), HOURS[number % 5]
        offered = only(slots_at(memory.diary(day, day), day, hour))
        clients = [Client(f"round{number}-{one}", memory) for one in range(CLIENTS)]
        got = at_once([partial(client.books, offered) for client in clients])
        winners = [client.name for client, slot in zip(clients, got, strict=True) if slot]
        diary = memory.diary(day, day)
        instead = list(islice(free.slots(RULES, CARIES, diary, day, day + timedelta(days=1), NIGHT), 3))
        lines.append(
            f"round {number + 1:>2}, {offered.id}: won by {', '.join(winners)}; "
            f"{CLIENTS - len(winners)} offered {instead[0].id}, {sum(client.refusals for client in clients)} refusals"
        )
        assert len(winners) == 1
        assert [visit.id for visit in memory.visits(day, day) if visit.slot.start == hour] == winners
        assert entries_at(diary, day, hour) == {"chair#1": winners, "pavel": winners}
        assert len(instead) == 3
        assert offered.id not in {slot.id for slot in instead}
        assert sum(memory.load(client.name, "e1").turn is not None for client in clients) == 1
    print("\n" + "\n".join(lines))


def test_of_fifty_clients_who_take_what_is_left_each_has_an_hour_of_her_own(memory: DynamoMemory) -> None:
    """Everybody wants ten o'clock and takes the next best: a day has as many visits as it has hours."""
    day = MONDAY + timedelta(days=29)

    def settles(client: Client) -> Slot | None:
        while slot := next(free.slots(RULES, CARIES, memory.diary(day, day), day, day, NIGHT), None):
            if got := client.books(slot):
                return got
        return None

    clients = [Client(f"settles-{one}", memory) for one in range(CLIENTS)]
    got = [slot for slot in at_once([partial(settles, client) for client in clients]) if slot]
    assert sorted(slot.start for slot in got) == [visit.slot.start for visit in memory.visits(day, day)]
    assert (
        len(got) == 7
    )  # from eight to eight, less half an hour of rest, an hour and ten minutes each, on the half hour
    assert next(free.slots(RULES, CARIES, memory.diary(day, day), day, day, NIGHT), None) is None
    assert shared_minutes(memory.diary(day, day)) == []


def test_two_who_move_into_each_others_place_lose_nothing_and_share_nothing(memory: DynamoMemory) -> None:
    """Neither can while the other is still there: both keep what they had."""
    for number in range(ROUNDS):
        day = tuesday_to_saturday(number)
        ten, later = (only(slots_at(Diary(day, day), day, hour)) for hour in (time(10), time(11, 30)))
        anna, olga = Client(f"swap{number}-anna", memory), Client(f"swap{number}-olga", memory)
        assert anna.books(ten)
        assert olga.books(later)
        assert at_once([partial(anna.moves, ten, later), partial(olga.moves, later, ten)]) == [False, False]
        assert hours_of(memory, day) == {anna.name: ten.start, olga.name: later.start}
        assert shared_minutes(memory.diary(day, day)) == []


def test_one_moves_away_while_another_moves_in(memory: DynamoMemory) -> None:
    """Whether she comes in time or too late, nobody is left without an hour and no minute is two people's."""
    in_time = 0
    for number in range(ROUNDS):
        day = tuesday_to_saturday(number)
        first, second, third = (
            only(slots_at(Diary(day, day), day, hour)) for hour in (time(13, 30), time(14, 45), time(16))
        )
        anna, olga = Client(f"chain{number}-anna", memory), Client(f"chain{number}-olga", memory)
        assert anna.books(first)
        assert olga.books(second)
        came, went = at_once([partial(anna.asks_again, first, second), partial(olga.moves, second, third)])
        assert went
        assert hours_of(memory, day, time(13)) == {
            anna.name: second.start if came else first.start,
            olga.name: third.start,
        }
        assert shared_minutes(memory.diary(day, day)) == []
        in_time += came
    print(f"\n{ROUNDS} rounds: {in_time} came in time, {ROUNDS - in_time} kept their own hour")


def test_of_those_who_move_to_one_hour_one_moves_and_the_others_keep_theirs(memory: DynamoMemory) -> None:
    day = MONDAY + timedelta(days=28)
    goal = only(slots_at(Diary(day, day), day, time(16, 30)))
    hours = (time(8), time(9, 30), time(11), time(13, 30), time(15))
    had = [only(slots_at(Diary(day, day), day, hour)) for hour in hours]
    clients = [Client(f"movers-{one}", memory) for one in range(len(had))]
    assert all(client.books(slot) for client, slot in zip(clients, had, strict=True))
    moved = at_once([partial(client.moves, slot, goal) for client, slot in zip(clients, had, strict=True)])
    assert moved.count(True) == 1
    assert hours_of(memory, day) == {
        client.name: goal.start if won else slot.start for client, slot, won in zip(clients, had, moved, strict=True)
    }
    assert shared_minutes(memory.diary(day, day)) == []


# What the tests say in a word


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What each call gives; all of them begin in the same moment."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def slots_at(diary: Diary, day: date, hour: time) -> list[Slot]:
    return list(free.slot_at(RULES, CARIES, diary, day, hour.hour * 60 + hour.minute, NIGHT))


def only(slots: Sequence[Slot]) -> Slot:
    (slot,) = slots
    return slot


def tuesday_to_saturday(number: int) -> date:
    """A day of its own for each of twenty rounds."""
    return MONDAY + timedelta(days=7 * (number // 5) + 1 + number % 5)


def hours_of(memory: DynamoMemory, day: date, since: time = time(0)) -> dict[str, time]:
    return {visit.id: visit.slot.start for visit in memory.visits(day, day) if visit.slot.start >= since}


def entries_at(diary: Diary, day: date, hour: time) -> dict[str, list[str]]:
    """Who stands on which page at an hour."""
    start = hour.hour * 60 + hour.minute
    found = {
        who: [entry.id for entry in page.entries if entry.start <= start < entry.end]
        for (_, who), page in diary.pages.items()
    }
    return {who: names for who, names in sorted(found.items()) if names}


def shared_minutes(diary: Diary) -> list[tuple[Entry, Entry]]:
    """Entries of one page that have a minute in common."""
    pairs = (pair for page in diary.pages.values() for pair in combinations(page.entries, 2))
    return [(one, other) for one, other in pairs if one.start < other.end and other.start < one.end]
