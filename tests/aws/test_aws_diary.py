"""The diary, visits and the waiting list: what the client's table says of them, the tabletop's says too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_wires import NIGHT, Clock, Killed, Wires, killed_after, killed_before, lost_answer

from chalicelib.aws.memory import DynamoMemory
from chalicelib.desk.diary import Change, Diary, Entry, Page, together
from chalicelib.desk.values import Conversation, Slot, Visit, Waits, Wish
from chalicelib.errors import Unavailable
from chalicelib.ports import Changed, Memory, Placed, Taken, Turn
from chalicelib.regulation.load import load
from infra.tabletop import Table

TOMORROW = date(2026, 11, 23)
AFTER = date(2026, 11, 24)
PACK = Path(__file__).parents[2] / "clients" / "demo-salon"
FIVE = Slot("manicure", TOMORROW, time(17), 60, 15, ("anna", "chair#1"), (0, 0))
VISIT = Visit("v1", FIVE, "Анна", "+79000000001", "c1")
HOLD_ENDS = NIGHT + timedelta(minutes=5)


@pytest.fixture(params=["dynamodb", "tabletop"])
def book(request: pytest.FixtureRequest, clock: Clock) -> Memory:
    """The client's table, and the one that stands for it."""
    if request.param == "tabletop":
        return Table(load(PACK), clock)
    memory: Memory = request.getfixturevalue("memory")
    return memory


def entry(name: str, start: int = 1020, end: int = 1095, until: datetime | None = None) -> Entry:
    return Entry(name, start, end, until)


def add(name: str, before: int | None = 0, who: str = "anna", day: date = TOMORROW, **more: Any) -> Change:
    return Change(who, day, before, add=(entry(name),), **more)


def keep(
    memory: Memory,
    *changes: Change,
    her: str = "c1",
    before: int = 0,
    visits: Iterable[Visit] = (),
    waits: Iterable[Waits] = (),
    no_more: Iterable[Waits] = (),
    event: str = "",
) -> None:
    """A turn of hers that writes this; her conversation had the version ``before``."""
    turn = Turn(event or f"e{before + 1}", (), (), 1, diary=changes, visits=tuple(visits), waits=tuple(waits),
                waits_no_more=tuple(no_more))  # fmt: skip
    memory.save(before, Conversation(her, "telegram", "700000001", before + 1), turn, NIGHT, None)


def pages(memory: Memory, since: date = TOMORROW, until: date = TOMORROW) -> list[Page]:
    diary = memory.diary(since, until)
    assert (diary.since, diary.until) == (since, until)
    assert all(key == (page.date, page.who) for key, page in diary.pages.items())
    return sorted(diary.pages.values(), key=lambda page: (page.date, page.who))


def version_of(memory: Memory, her: str) -> int:
    there = memory.load(her, "none").conversation
    return there.version if there else 0


# Pages


def test_an_empty_diary_has_no_pages(book: Memory) -> None:
    assert book.diary(TOMORROW, AFTER) == Diary(TOMORROW, AFTER, {})


def test_what_was_written_stands_in_the_order_of_hours(book: Memory) -> None:
    keep(book, Change("anna", TOMORROW, 0, add=(entry("late", 900, 960), entry("early", 600, 690))))
    assert pages(book) == [Page("anna", TOMORROW, 1, (entry("early", 600, 690), entry("late", 900, 960)))]


def test_a_hold_stands_with_its_end(book: Memory) -> None:
    keep(book, Change("chair#2", TOMORROW, 0, add=(entry("h1", until=HOLD_ENDS),)))
    assert pages(book) == [Page("chair#2", TOMORROW, 1, (entry("h1", until=HOLD_ENDS),))]


def test_only_the_days_asked_for_are_read(book: Memory) -> None:
    days = [TOMORROW + timedelta(days=number) for number in range(4)]
    keep(book, *(add(f"v{number}", day=day) for number, day in enumerate(days)))
    assert [page.date for page in pages(book, days[1], days[2])] == days[1:3]


def test_a_page_that_was_seen_takes_what_comes_and_loses_what_goes(book: Memory) -> None:
    keep(book, add("v1"))
    there = entry("v2", 600, 690)
    keep(book, Change("anna", TOMORROW, 1, add=(there,), remove=("v1",)), before=1)
    assert pages(book) == [Page("anna", TOMORROW, 2, (there,))]


def test_an_entry_that_is_removed_and_added_is_written_anew(book: Memory) -> None:
    keep(book, add("v1"))
    moved = entry("v1", 600, 690)
    keep(book, Change("anna", TOMORROW, None, add=(moved,), remove=("v1", "gone"), standing=("v1",)), before=1)
    assert pages(book) == [Page("anna", TOMORROW, 2, (moved,))]


def test_what_is_given_up_leaves_an_empty_page(book: Memory) -> None:
    keep(book, add("v1"))
    keep(book, Change("anna", TOMORROW, None, remove=("v1",), standing=("v1",)), before=1)
    assert pages(book) == [Page("anna", TOMORROW, 2)]


def test_changes_of_one_page_are_written_together(book: Memory) -> None:
    keep(book, add("v1"))
    moved = entry("v2", 600, 690)
    moving = together(
        [
            Change("anna", TOMORROW, None, remove=("v1",), standing=("v1",)),
            Change("anna", TOMORROW, 1, add=(moved,)),
            Change("olga", TOMORROW, 0, add=(moved,)),
        ]
    )
    keep(book, *moving, before=1)
    assert pages(book) == [Page("anna", TOMORROW, 2, (moved,)), Page("olga", TOMORROW, 1, (moved,))]


def test_two_changes_of_one_page_are_a_mistake(book: Memory) -> None:
    with pytest.raises(ValueError, match="two changes of one page"):
        keep(book, add("v1"), add("v2", None))


# Taken


REFUSED = {
    "an empty page somebody has written on": [add("v2")],
    "a page that has changed since it was seen": [add("v2", 7)],
    "a page nobody ever wrote on, seen as it was later": [add("v2", 1, who="olga")],
    "a page nobody ever wrote on, in any version": [add("v2", None, who="olga")],
    "a hold that somebody else has taken": [add("h1", None, standing=("h1",))],
    "a hold that is gone though the page is as it was": [add("h1", 1, standing=("h1",))],
    "a hold on a page that was empty": [add("h1", 0, who="olga", standing=("h1",))],
    "one of two entries that is gone": [Change("anna", TOMORROW, None, remove=("v1",), standing=("v1", "v9"))],
    "one of two pages": [add("v2", who="olga"), add("v2")],
    "the other of two pages": [add("v2"), add("v2", who="olga")],
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_a_change_that_does_not_hold_leaves_everything_as_it_was(book: Memory, changes: list[Change]) -> None:
    keep(book, add("v1"))
    line = Waits("w1", "c2", "manicure", Wish(), NIGHT)
    with pytest.raises(Taken):
        keep(book, *changes, her="c2", visits=[replace(VISIT, id="v2")], waits=[line])
    assert pages(book) == [Page("anna", TOMORROW, 1, (entry("v1"),))]
    assert (version_of(book, "c2"), book.visit("v2"), list(book.waiting())) == (0, None, [])


OVER = entry("h1", until=NIGHT - timedelta(minutes=1))
HOLD_IS_KEPT = add("h1", None, standing=("h1",))


def test_a_hold_that_is_over_becomes_a_visit_when_nobody_else_has_come(book: Memory) -> None:
    keep(book, Change("anna", TOMORROW, 0, add=(OVER,)))
    keep(book, Change("anna", TOMORROW, 1, add=(entry("v2", 600, 690),)), her="c2")
    keep(book, HOLD_IS_KEPT, before=1)
    assert pages(book) == [Page("anna", TOMORROW, 3, (entry("v2", 600, 690), entry("h1")))]


def test_a_hold_that_is_over_is_lost_to_who_came_first(book: Memory) -> None:
    keep(book, Change("anna", TOMORROW, 0, add=(OVER,)))
    keep(book, add("v2", 1, remove=("h1",)), her="c2")
    with pytest.raises(Taken):
        keep(book, HOLD_IS_KEPT, before=1)
    assert pages(book) == [Page("anna", TOMORROW, 2, (entry("v2"),))]


def test_who_looks_again_after_she_was_too_late_is_written_down(book: Memory) -> None:
    keep(book, add("v1"))
    with pytest.raises(Taken):
        keep(book, Change("anna", TOMORROW, 0, add=(entry("v2", 600, 690),)), her="c2")
    seen = book.diary(TOMORROW, TOMORROW).page("anna", TOMORROW)
    keep(book, Change("anna", TOMORROW, seen.version, add=(entry("v2", 600, 690),)), her="c2")
    assert pages(book) == [Page("anna", TOMORROW, 2, (entry("v2", 600, 690), entry("v1")))]


def test_a_conversation_that_changed_matters_more_than_a_time_that_is_taken(book: Memory) -> None:
    keep(book, add("v1"))
    with pytest.raises(Changed):
        keep(book, add("v2"), event="another")


# Visits


def test_a_visit_is_found_by_its_id_and_by_its_day(book: Memory) -> None:
    keep(book, add("v1"), visits=[VISIT])
    assert (book.visit("v1"), book.visit("v2")) == (VISIT, None)
    assert list(book.visits(TOMORROW, TOMORROW)) == [VISIT]
    assert list(book.visits(AFTER, AFTER)) == []


def test_a_visit_on_several_pages_is_one_visit_and_a_hold_is_none(book: Memory) -> None:
    hold = Change("olga", TOMORROW, 0, add=(entry("h1", until=HOLD_ENDS),))
    keep(book, add("v1"), add("v1", who="chair#1"), hold, visits=[VISIT])
    assert list(book.visits(TOMORROW, TOMORROW)) == [VISIT]


def test_the_visits_of_one_master_are_those_on_her_pages(book: Memory) -> None:
    olgas = replace(VISIT, id="v2", slot=replace(FIVE, date=AFTER, takes=("olga", "anna")))
    keep(book, add("v1"), visits=[VISIT])
    keep(book, add("v2", who="olga", day=AFTER), add("v2", day=AFTER), her="c2", visits=[olgas])
    assert [one.id for one in book.visits(TOMORROW, AFTER, "anna")] == ["v1", "v2"]
    assert [one.id for one in book.visits(TOMORROW, AFTER, "olga")] == ["v2"]
    assert list(book.visits(TOMORROW, AFTER, "marina")) == []


def test_visits_come_in_the_order_of_days_and_hours(book: Memory) -> None:
    early = replace(VISIT, id="a", slot=replace(FIVE, date=AFTER, start=time(9)))
    late = replace(VISIT, id="b", slot=replace(FIVE, date=AFTER, start=time(18)))
    written = [add("b", day=AFTER), add("a", day=AFTER, who="olga"), add("v1")]
    keep(book, *written, visits=[late, early, VISIT])
    assert list(book.visits(TOMORROW, AFTER)) == [VISIT, early, late]


def test_a_visit_that_moves_leaves_nothing_behind(book: Memory) -> None:
    keep(book, add("v1"), visits=[VISIT])
    moved = replace(VISIT, slot=replace(FIVE, date=AFTER))
    gone = Change("anna", TOMORROW, None, remove=("v1",), standing=("v1",))
    keep(book, gone, add("v1", day=AFTER), before=1, visits=[moved])
    assert (list(book.visits(TOMORROW, TOMORROW)), list(book.visits(AFTER, AFTER))) == ([], [moved])


def test_a_cancelled_visit_is_known_by_its_id_alone(book: Memory) -> None:
    keep(book, add("v1"), visits=[VISIT])
    cancelled = replace(VISIT, state="cancelled")
    keep(book, Change("anna", TOMORROW, None, remove=("v1",), standing=("v1",)), before=1, visits=[cancelled])
    assert (list(book.visits(TOMORROW, TOMORROW)), book.visit("v1")) == ([], cancelled)


def test_a_visit_changes_without_the_diary(book: Memory) -> None:
    keep(book, add("v1"), visits=[VISIT])
    keep(book, before=1, visits=[replace(VISIT, state="confirmed")])
    assert list(book.visits(TOMORROW, TOMORROW)) == [replace(VISIT, state="confirmed")]


def test_who_withdraws_is_forgotten_with_her_visits_and_her_time_stays_taken(book: Memory) -> None:
    keep(book, add("v1"), visits=[VISIT])
    book.forget(None, None, ["v1", "v9"])
    assert (book.visit("v1"), list(book.visits(TOMORROW, TOMORROW))) == (None, [])
    assert pages(book) == [Page("anna", TOMORROW, 1, (entry("v1"),))]


def test_more_visits_than_one_request_brings_are_all_found(book: Memory) -> None:
    made = [replace(VISIT, id=f"v{number:03}") for number in range(120)]
    for turn, place in enumerate(range(0, 120, 20)):
        some = made[place : place + 20]
        entries = tuple(entry(visit.id, place * 10, place * 10 + 10) for visit in some)
        keep(book, Change("anna", TOMORROW, turn, add=entries), before=turn, visits=some)
    assert list(book.visits(TOMORROW, TOMORROW)) == made


# The waiting list

LINES = [
    Waits(f"w{number}", f"c{number}", "manicure", Wish(TOMORROW, time(17)), NIGHT - timedelta(hours=number))
    for number in range(3)
]


def test_who_waits_longest_is_first(book: Memory) -> None:
    keep(book, waits=LINES)
    assert list(book.waiting()) == LINES[::-1]


def test_a_line_that_was_offered_something_is_still_one_line(book: Memory) -> None:
    keep(book, waits=LINES[:1])
    offered = replace(LINES[0], offered=(FIVE.id,))
    keep(book, before=1, waits=[offered])
    assert list(book.waiting()) == [offered]


def test_who_waits_no_more_is_taken_off_the_list(book: Memory) -> None:
    keep(book, waits=LINES)
    keep(book, before=1, no_more=LINES[:1])
    assert list(book.waiting()) == [LINES[2], LINES[1]]


# On DynamoDB alone


def test_a_visit_is_booked_by_one_request(memory: DynamoMemory, wires: Wires) -> None:
    keep(memory, add("v1"), add("v1", who="chair#1"), visits=[VISIT])
    assert wires.sent == ["TransactWriteItems"]


def test_looking_into_the_diary_is_one_consistent_request(memory: DynamoMemory, wires: Wires, table: Any) -> None:
    asked: list[Any] = []
    table.meta.events.register("provide-client-params.dynamodb.Query", lambda params, **_: asked.append(params))
    memory.diary(TOMORROW, AFTER)
    assert (wires.sent, [request["ConsistentRead"] for request in asked]) == (["Query"], [True])


def test_a_long_diary_is_read_to_its_end(memory: DynamoMemory, table: Any) -> None:
    keep(memory, *(add("v1", who=f"chair#{number}") for number in range(5)))
    table.meta.events.register("provide-client-params.dynamodb.Query", lambda params, **_: {**params, "Limit": 2})
    assert [page.who for page in pages(memory)] == [f"chair#{number}" for number in range(5)]


@pytest.mark.parametrize("before", [0, None])
def test_an_own_visit_whose_answer_was_lost_is_recognised(
    memory: DynamoMemory, wires: Wires, before: int | None
) -> None:
    """The condition of our own page fails at the second try, because the first went through."""
    known = 0
    if before is None:
        keep(memory, Change("anna", TOMORROW, 0, add=(entry("v1", until=HOLD_ENDS),)))
        known = 1
    wires.next("TransactWriteItems", lost_answer)
    keep(memory, add("v1", before, standing=("v1",) if before is None else ()), before=known, visits=[VISIT])
    assert pages(memory) == [Page("anna", TOMORROW, known + 1, (entry("v1"),))]


def test_after_a_lost_answer_the_rival_is_not_taken_for_us(memory: DynamoMemory, wires: Wires) -> None:
    keep(memory, add("v1"))
    wires.next("TransactWriteItems", lost_answer)
    with pytest.raises(Taken):
        keep(memory, add("v2"), her="c2")
    assert pages(memory) == [Page("anna", TOMORROW, 1, (entry("v1"),))]


def test_a_booking_whose_every_answer_was_lost_is_unavailable_and_there(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", lost_answer, lost_answer)
    with pytest.raises(Unavailable):
        keep(memory, add("v1"), visits=[VISIT])
    assert (pages(memory), memory.visit("v1")) == ([Page("anna", TOMORROW, 1, (entry("v1"),))], VISIT)


def test_a_worker_killed_before_the_write_has_taken_nothing(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", killed_before)
    with pytest.raises(Killed):
        keep(memory, add("v1"), visits=[VISIT])
    assert (pages(memory), memory.visit("v1"), version_of(memory, "c1")) == ([], None, 0)


def test_a_worker_killed_after_the_write_has_taken_everything(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", killed_after)
    with pytest.raises(Killed):
        keep(memory, add("v1"), visits=[VISIT])
    assert (memory.visit("v1"), version_of(memory, "c1")) == (VISIT, 1)
    assert pages(memory) == [Page("anna", TOMORROW, 1, (entry("v1"),))]


CONFLICT = {"Code": "TransactionConflict"}
FAILED = {"Code": "ConditionalCheckFailed"}
NONE = {"Code": "None"}


@pytest.mark.parametrize(
    ("reasons", "means"),
    [
        ([FAILED, NONE, NONE, NONE], Taken),
        ([NONE, CONFLICT, NONE, NONE], Taken),
        ([NONE, NONE, FAILED, NONE], Changed),
        ([NONE, NONE, NONE, CONFLICT], Changed),
        ([FAILED, CONFLICT, NONE, CONFLICT], Changed),
        ([{"Code": "ThrottlingError"}, NONE, NONE, NONE], Unavailable),
    ],
)
def test_a_refusal_means_what_it_is_about(
    memory: DynamoMemory, table: Any, reasons: list[dict[str, str]], means: type[Exception]
) -> None:
    """Reasons come in the order of the writes: two pages, her conversation, the turn."""
    body = {"Error": {"Code": "TransactionCanceledException", "Message": ""}, "CancellationReasons": reasons}
    http = type("Http", (), {"status_code": 400, "headers": {}})
    parsed = {"ResponseMetadata": {"HTTPStatusCode": 400}, **body}
    table.meta.events.register_first("before-call.*.TransactWriteItems", lambda **_: (http, parsed))
    with pytest.raises(means):
        keep(memory, add("v1"), add("v1", who="olga"))


def test_a_turn_may_write_twenty_five_rows_and_no_more(memory: DynamoMemory) -> None:
    keep(memory, *(add("v1", who=f"chair#{number}") for number in range(23)))
    with pytest.raises(ValueError, match="26 rows"):
        keep(memory, *(add("v2", who=f"lift#{number}") for number in range(24)), before=1)


def test_the_past_is_forgotten_after_four_hundred_days(memory: DynamoMemory, table: Any) -> None:
    keep(memory, add("v1"), visits=[VISIT], waits=LINES[:1])
    keep(memory, Change("anna", TOMORROW, 1, remove=("v1",)), before=1)
    keys = [("diary", "2026-11-23#anna"), ("visit#v1", "state"), ("waiting", "2026-11-22T19:40:00.000+00:00#w0")]
    ends = {int(row(table, *key)["expires"]["N"]) for key in keys}
    assert {datetime.fromtimestamp(end, UTC) for end in ends} == {datetime(2027, 12, 28, tzinfo=UTC)}


def test_the_diary_says_nothing_of_the_client(memory: DynamoMemory, table: Any) -> None:
    keep(memory, Change("anna", TOMORROW, 0, add=(entry("v1"), entry("h1", 600, 690, HOLD_ENDS))), visits=[VISIT])
    written = row(table, "diary", "2026-11-23#anna")
    del written["expires"]
    assert written == {
        "pk": {"S": "diary"},
        "sk": {"S": "2026-11-23#anna"},
        "version": {"N": "1"},
        "entries": {"M": {"v1": {"S": "1020-1095"}, "h1": {"S": f"600-690-{int(HOLD_ENDS.timestamp())}"}}},
    }


def row(table: Any, pk: str, sk: str) -> dict[str, Any]:
    found: dict[str, Any] = table.get_item(TableName="nochnik", Key={"pk": {"S": pk}, "sk": {"S": sk}})["Item"]
    return found


def test_what_others_made_is_entered_without_a_turn_all_or_nothing(book: Memory) -> None:
    book.enter([add("b24-7"), add("b24-7", who="olga")])
    with pytest.raises(Taken):
        book.enter([add("b24-8", before=1), add("b24-8", who="olga", before=5)])
    diary = book.diary(TOMORROW, TOMORROW)
    assert diary.page("anna", TOMORROW).entries == diary.page("olga", TOMORROW).entries == (entry("b24-7"),)
    book.enter([Change("anna", TOMORROW, 1, remove=("b24-7",))])
    assert book.diary(TOMORROW, TOMORROW).page("anna", TOMORROW).entries == ()


def test_what_others_made_is_no_visit_of_ours(book: Memory) -> None:
    book.enter([add("b24-7")])
    assert list(book.visits(TOMORROW, TOMORROW)) == []


def test_how_a_visit_stands_outside_is_noted_and_outlives_the_visit(book: Memory) -> None:
    keep(book, add("v1"), visits=[VISIT])
    stands = Placed("1823", NIGHT, NIGHT + timedelta(minutes=75), NIGHT)
    book.place("v1", stands)
    book.forget(None, None, ["v1"])
    assert book.placed(["v1", "v2"]) == {"v1": stands}
    book.place("v1", replace(stands, id=None))
    assert book.placed(["v1"]) == {"v1": replace(stands, id=None)}
    assert book.placed([]) == {}
