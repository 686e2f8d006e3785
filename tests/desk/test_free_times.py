"""Free times: what hours, breaks, days off and the diary leave of a day, and what taking one of them writes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk import free
from chalicelib.desk.diary import Change, Diary, Entry, Page, together
from chalicelib.desk.values import Slot
from chalicelib.regulation.schema import Booking, Business, Colleague, Resource, Rules, Service
from tests.engine.world import shipped

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)  # Sunday, 23:40 in Samara
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
NOBODY = Diary(MONDAY, MONDAY + timedelta(days=60))


def service(**said: Any) -> Service:
    """Two hours at Anna's."""
    known = {"id": "cut", "title": "Стрижка", "price": 1000, "minutes": 120, "masters": ["anna"]}
    return Service.model_validate({**known, **said})


def colleague(name: str, **said: Any) -> Colleague:
    return Colleague.model_validate({"id": name, "name": name.title(), "role": "мастер", **said})


def rules(*staff: Colleague, zone: str = "Europe/Samara", **booking: Any) -> Rules:
    """A salon that is open on weekdays from ten to six."""
    hours = {day: {"opens": "10:00", "closes": "18:00"} for day in ("mon", "tue", "wed", "thu", "fri")}
    said = {"zone": zone, "hours": hours, "days_off": ["2026-12-31"], "staff": staff or (colleague("anna"),)}
    known: dict[str, Any] = {"step_minutes": 60, "notice_minutes": 60, "horizon_days": 60, **booking}
    whole = shipped()
    business = Business.model_validate({**whole.business.model_dump(), **said, "resources": CHAIRS})
    registry = whole.registry.model_copy(update={"booking": Booking.model_construct(**known)})
    return whole.model_copy(update={"business": business, "registry": registry})


CHAIRS = (Resource(id="chair", title="Кресло", count=2), Resource(id="room", title="Кабинет"))
SALON = rules()


def hours(pack: Rules, wanted: Service, day: date = MONDAY, diary: Diary = NOBODY, now: datetime = NOW) -> list[int]:
    """Full hours at which a service begins on a day."""
    return [slot.start.hour for slot in free.slots(pack, wanted, diary, day, day, now)]


def taken(*pages: Page) -> Diary:
    return Diary(NOBODY.since, NOBODY.until, {(page.date, page.who): page for page in pages})


def page(*entries: Entry, who: str = "anna", version: int = 3) -> Page:
    return Page(who, MONDAY, version, entries)


# Hours


def test_a_visit_begins_and_ends_within_opening_hours() -> None:
    assert hours(SALON, service()) == [10, 11, 12, 13, 14, 15, 16]


def test_a_slot_says_all_that_booking_it_needs() -> None:
    first = next(free.slots(SALON, service(buffer_minutes=15), NOBODY, MONDAY, MONDAY, NOW))
    assert first == Slot("cut", MONDAY, time(10), 120, 15, ("anna",), (0,))


def test_times_begin_at_the_packs_step_counted_from_midnight() -> None:
    early = colleague("anna", hours={"mon": {"opens": "10:20", "closes": "12:30"}})
    pack = rules(early, step_minutes=45)
    found = [slot.start for slot in free.slots(pack, service(minutes=30), NOBODY, MONDAY, MONDAY, NOW)]
    assert found == [time(10, 30), time(11, 15), time(12)]


def test_days_off_and_closed_days_have_no_times() -> None:
    assert hours(SALON, service(), date(2026, 11, 28)) == []
    assert hours(SALON, service(), date(2026, 12, 31)) == []


def test_a_master_works_her_own_hours_even_when_the_salon_is_closed() -> None:
    own = {"mon": {"opens": "12:00", "closes": "15:00"}, "tue": None, "sat": {"opens": "09:00", "closes": "11:00"}}
    pack = rules(colleague("anna", hours=own))
    days = [MONDAY, TUESDAY, date(2026, 11, 25), date(2026, 11, 28)]
    assert [hours(pack, service(), day) for day in days] == [[12, 13], [], [10, 11, 12, 13, 14, 15, 16], [9]]


def test_a_master_rests_in_her_breaks_and_on_her_days_off() -> None:
    breaks = [{"opens": "13:00", "closes": "13:30"}, {"opens": "17:30", "closes": "18:00"}]
    pack = rules(colleague("anna", breaks=breaks, days_off=["2026-11-24"]))
    assert [hours(pack, service(), day) for day in (MONDAY, TUESDAY)] == [[10, 11, 14, 15], []]


def test_what_is_left_between_breaks_is_told_in_minutes() -> None:
    breaks = [{"opens": "09:00", "closes": "10:30"}, {"opens": "13:00", "closes": "13:30"}]
    business = rules(colleague("anna", breaks=breaks)).business
    assert free.working(business, ["anna"], MONDAY) == [(630, 780), (810, 1080)]


def test_who_is_not_on_the_staff_never_works() -> None:
    assert hours(SALON, service(masters=["olga"])) == []


def test_without_booking_in_the_pack_there_are_no_times() -> None:
    pack = SALON.model_copy(update={"registry": SALON.registry.model_copy(update={"booking": None})})
    assert hours(pack, service()) == []
    assert list(free.slot_at(pack, service(), NOBODY, MONDAY, 600, NOW)) == []


# The diary


def test_a_visit_takes_its_minutes_and_what_is_needed_to_clean_up() -> None:
    assert hours(SALON, service(), diary=taken(page(Entry("v1", 720, 780)))) == [10, 13, 14, 15, 16]
    assert hours(SALON, service(buffer_minutes=5), diary=taken(page(Entry("v1", 720, 780)))) == [13, 14, 15, 16]


def test_cleaning_up_may_go_on_after_closing() -> None:
    assert hours(SALON, service(buffer_minutes=30))[-1] == 16


def test_a_hold_keeps_others_away_until_it_is_over() -> None:
    held = taken(page(Entry("h1", 600, 960, NOW + timedelta(minutes=5))))
    assert hours(SALON, service(), diary=held) == [16]
    assert hours(SALON, service(), diary=held, now=NOW + timedelta(minutes=5)) == [10, 11, 12, 13, 14, 15, 16]


def test_her_own_visit_does_not_stand_in_the_way_of_moving_it() -> None:
    diary = taken(page(Entry("v1", 600, 960)))
    found = free.slots(SALON, service(), diary, MONDAY, MONDAY, NOW, ["v1"])
    assert [slot.start.hour for slot in found] == [10, 11, 12, 13, 14, 15, 16]


def test_a_slot_remembers_the_versions_it_was_found_at() -> None:
    diary = taken(page(version=7), page(who="chair#1", version=2))
    first = next(free.slots(SALON, service(needs=["chair"]), diary, MONDAY, MONDAY, NOW))
    assert (first.takes, first.seen) == (("anna", "chair#1"), (7, 2))


# More than one


def test_each_master_has_her_own_times() -> None:
    pack = rules(colleague("anna"), colleague("olga", hours={"mon": {"opens": "10:00", "closes": "12:00"}}))
    found = free.slots(pack, service(masters=["anna", "olga"]), NOBODY, MONDAY, MONDAY, NOW)
    assert [(slot.master, slot.start.hour) for slot in found] == [
        *(("anna", hour) for hour in range(10, 17)),
        ("olga", 10),
    ]


def test_two_who_are_needed_together_must_both_be_there_and_free() -> None:
    pack = rules(colleague("anna"), colleague("olga", hours={"mon": {"opens": "12:00", "closes": "18:00"}}))
    wanted = service(together=["olga"])
    assert hours(pack, wanted) == [12, 13, 14, 15, 16]
    assert hours(pack, wanted, diary=taken(page(Entry("v1", 720, 840), who="olga"))) == [14, 15, 16]
    first = next(free.slots(pack, wanted, NOBODY, MONDAY, MONDAY, NOW))
    assert (first.takes, first.seen) == (("anna", "olga"), (0, 0))


def test_nobody_is_two_people() -> None:
    pack = rules(colleague("anna"), colleague("olga"))
    found = free.slots(pack, service(masters=["anna", "olga"], together=["olga"]), NOBODY, MONDAY, MONDAY, NOW)
    assert {slot.takes for slot in found} == {("anna", "olga")}


def test_the_next_chair_is_taken_while_the_first_is_in_use() -> None:
    wanted = service(needs=["chair"])
    first, second = (Entry("v1", 600, 720), Entry("v2", 600, 780))
    diary = taken(page(first, who="chair#1"))
    assert {slot.start.hour: slot.takes[1] for slot in free.slots(SALON, wanted, diary, MONDAY, MONDAY, NOW)} == {
        10: "chair#2",
        11: "chair#2",
        **dict.fromkeys(range(12, 17), "chair#1"),
    }
    both = taken(page(first, who="chair#1"), page(second, who="chair#2"))
    assert hours(SALON, wanted, diary=both) == [12, 13, 14, 15, 16]


def test_a_service_that_needs_two_things_takes_one_of_each() -> None:
    first = next(free.slots(SALON, service(needs=["room", "chair"]), NOBODY, MONDAY, MONDAY, NOW))
    assert first.takes == ("anna", "room#1", "chair#1")


def test_two_of_one_kind_are_two_different_ones() -> None:
    first = next(free.slots(SALON, service(needs=["chair", "chair"]), NOBODY, MONDAY, MONDAY, NOW))
    assert first.takes == ("anna", "chair#1", "chair#2")
    assert hours(SALON, service(needs=["room", "room"])) == []


def test_what_the_business_does_not_have_cannot_be_used() -> None:
    assert hours(SALON, service(needs=["lift"])) == []


# How early, how far ahead


def at(hour: int, minute: int = 0, second: int = 0, day: date = MONDAY) -> datetime:
    """That time in Samara."""
    return datetime.combine(day, time(hour, minute, second), ZoneInfo("Europe/Samara")).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "first"),
    [(at(9), 10), (at(9, 0, 1), 11), (at(11, 59), 13), (at(12), 13), (at(15), 16), (at(15, 1), None), (at(23), None)],
)
def test_a_time_is_booked_an_hour_before_it_at_the_latest(now: datetime, first: int | None) -> None:
    assert next(iter(hours(SALON, service(), now=now)), None) == first


def test_notice_of_more_than_a_day_reaches_into_the_next() -> None:
    pack = rules(notice_minutes=26 * 60)
    assert hours(pack, service(), MONDAY, now=at(9)) == []
    assert hours(pack, service(), TUESDAY, now=at(9)) == [11, 12, 13, 14, 15, 16]


def test_the_past_cannot_be_booked() -> None:
    assert hours(SALON, service(), MONDAY, now=at(9, day=TUESDAY)) == []


def test_notice_is_real_time_where_clocks_are_put_forward() -> None:
    """In Berlin on 2027-03-28 two o'clock is three: five hours before ten it is four, not five."""
    pack = rules(colleague("anna", hours={"sun": {"opens": "00:00", "closes": "12:00"}}), zone="Europe/Berlin",
                 notice_minutes=5 * 60, horizon_days=180)  # fmt: skip
    day = date(2027, 3, 28)
    half_past_midnight = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)
    diary = Diary(day, day)
    assert hours(pack, service(), day, diary, half_past_midnight) == [7, 8, 9, 10]


def test_beyond_the_horizon_nothing_is_offered() -> None:
    pack = rules(horizon_days=1)
    assert free.last_day(pack, NOW) == MONDAY
    found = free.slots(pack, service(), NOBODY, MONDAY, TUESDAY, NOW)
    assert {slot.date for slot in found} == {MONDAY}
    assert list(free.slot_at(pack, service(), NOBODY, TUESDAY, 600, NOW)) == []


# This very time


def test_any_minute_can_be_asked_for() -> None:
    asked = [600, 611, 960, 961, 599]
    found = [list(free.slot_at(SALON, service(), NOBODY, MONDAY, start, NOW)) for start in asked]
    assert [[slot.start for slot in slots] for slots in found] == [[time(10)], [time(10, 11)], [time(16)], [], []]


def test_this_time_with_this_master() -> None:
    pack = rules(colleague("anna"), colleague("olga"))
    wanted = service(masters=["anna", "olga"])
    anyone = free.slot_at(pack, wanted, NOBODY, MONDAY, 600, NOW)
    olga = free.slot_at(pack, wanted, NOBODY, MONDAY, 600, NOW, masters=["olga"])
    assert ([slot.master for slot in anyone], [slot.master for slot in olga]) == (["anna", "olga"], ["olga"])


def test_this_time_if_it_is_free() -> None:
    diary = taken(page(Entry("v1", 600, 660)))
    found = [bool(list(free.slot_at(SALON, service(), diary, MONDAY, start, NOW))) for start in (540, 600, 659, 660)]
    assert found == [False, False, False, True]
    assert list(free.slot_at(SALON, service(), diary, MONDAY, 600, NOW, ["v1"]))


def test_too_late_is_too_late_off_the_grid_too() -> None:
    found = [bool(list(free.slot_at(SALON, service(), NOBODY, MONDAY, start, at(9, 30)))) for start in (629, 630)]
    assert found == [False, True]


# What is written

TEN = Slot("cut", MONDAY, time(10), 120, 15, ("anna", "chair#1"), (3, 0))
OVER = Entry("h9", 700, 760, NOW)


def test_taking_a_slot_writes_on_every_page_at_the_version_that_was_seen() -> None:
    assert free.placed(TEN, "v1", None, NOW) == [
        Change("anna", MONDAY, 3, add=(Entry("v1", 600, 735),)),
        Change("chair#1", MONDAY, 0, add=(Entry("v1", 600, 735),)),
    ]


def test_a_diary_that_was_looked_into_is_believed_more_than_the_offer() -> None:
    until = NOW + timedelta(minutes=5)
    diary = taken(page(OVER, Entry("h8", 760, 800, NOW), version=9))
    assert free.placed(TEN, "v1", diary, NOW, until) == [
        Change("anna", MONDAY, 9, add=(Entry("v1", 600, 735, until),), remove=("h9",)),
        Change("chair#1", MONDAY, 0, add=(Entry("v1", 600, 735, until),)),
    ]


def test_a_hold_that_was_over_when_the_slot_was_offered_gives_way_without_another_look() -> None:
    """If it stayed, the one who let it pass could still make it her visit: one hour would be two people's."""
    there = page(OVER, version=9)
    slot = next(free.slots(SALON, service(), taken(there), MONDAY, MONDAY, NOW))
    (change,) = free.placed(slot, "v1", None, NOW)
    after = change.of(there)
    assert after == Page("anna", MONDAY, 10, (Entry("v1", 600, 720),))
    late = Slot("cut", MONDAY, time(11, 40), 60, 0, ("anna",))
    assert [one.holds(after) for one in free.kept(late, "h9")] == [False]


def test_a_hold_becomes_a_visit_if_it_is_still_there() -> None:
    assert free.kept(TEN, "v1") == [
        Change(who, MONDAY, None, add=(Entry("v1", 600, 735),), standing=("v1",)) for who in TEN.takes
    ]


def test_a_visit_that_is_given_up_must_have_been_there() -> None:
    assert free.given_up(TEN, "v1") == [
        Change(who, MONDAY, None, remove=("v1",), standing=("v1",)) for who in TEN.takes
    ]


def test_a_visit_moves_within_its_day_in_one_change_a_page() -> None:
    later = Slot("cut", MONDAY, time(11), 120, 15, ("anna", "chair#2"), (4, 0))
    moved = together([*free.given_up(TEN, "v1"), *free.placed(later, "v1", None, NOW)])
    new = Entry("v1", 660, 795)
    assert moved == (
        Change("anna", MONDAY, 4, add=(new,), remove=("v1",), standing=("v1",)),
        Change("chair#1", MONDAY, None, remove=("v1",), standing=("v1",)),
        Change("chair#2", MONDAY, 0, add=(new,)),
    )


# The zone


def test_a_visit_begins_at_its_wall_time_in_the_businesss_zone() -> None:
    moments = [free.begins(TEN, rules(zone=zone)) for zone in ("Europe/Samara", "Asia/Vladivostok")]
    assert moments == [datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 23, 0, tzinfo=UTC)]


def test_a_law_that_moves_the_zone_does_not_move_the_visit() -> None:
    """Samara lived an hour closer to Moscow until 2011-03-27; ten o'clock was ten o'clock before and after."""
    before, after = (Slot("cut", day, time(10), 60, 0, ("anna",)) for day in (date(2011, 3, 26), date(2011, 3, 28)))
    said = [free.begins(slot, SALON) for slot in (before, after)]
    assert [moment.time() for moment in said] == [time(10), time(10)]
    assert [moment.astimezone(UTC).hour for moment in said] == [7, 6]


def test_the_day_is_that_of_the_business() -> None:
    """Half past eight in the evening in London is half past midnight in Samara."""
    late = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    assert free.last_day(rules(horizon_days=1), late) == TUESDAY
    assert hours(SALON, service(), MONDAY, now=late) == [10, 11, 12, 13, 14, 15, 16]
