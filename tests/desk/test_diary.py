"""A page of the diary: what is taken, when a change holds, and what several changes are together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.desk.diary import Change, Diary, Entry, Page, clock, days, minute, together

NOW = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
DAY = date(2026, 11, 23)
VISIT = Entry("v1", 600, 690)
HOLD = Entry("h1", 700, 760, NOW + timedelta(minutes=5))
OVER = Entry("h2", 800, 860, NOW)
PAGE = Page("anna", DAY, 4, (VISIT, HOLD, OVER))


# What is taken


@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        (540, 600, False),
        (540, 601, True),
        (600, 690, True),
        (620, 630, True),
        (500, 900, True),
        (689, 700, True),
        (690, 700, False),
        (700, 760, True),
        (760, 800, False),
        (800, 860, False),
    ],
)
def test_minutes_of_a_visit_and_of_a_hold_that_stands_are_taken(start: int, end: int, taken: bool) -> None:
    assert PAGE.taken(start, end, NOW) == taken


def test_a_hold_ends_at_its_minute() -> None:
    ends = NOW + timedelta(minutes=5)
    assert PAGE.taken(700, 760, ends - timedelta(seconds=1))
    assert not PAGE.taken(700, 760, ends)


def test_her_own_entries_do_not_stand_in_her_way() -> None:
    assert not PAGE.taken(600, 760, NOW, ["v1", "h1"])
    assert PAGE.taken(600, 760, NOW, ["v1"])


# Changes


@pytest.mark.parametrize(
    ("change", "page", "holds"),
    [
        (Change("anna", DAY, 4), PAGE, True),
        (Change("anna", DAY, 3), PAGE, False),
        (Change("anna", DAY, 5), PAGE, False),
        (Change("anna", DAY, 0), PAGE, False),
        (Change("anna", DAY, 0), Page("anna", DAY), True),
        (Change("anna", DAY, None), PAGE, True),
        (Change("anna", DAY, None), Page("anna", DAY), False),
        (Change("anna", DAY, None, standing=("h2", "v1")), PAGE, True),
        (Change("anna", DAY, None, standing=("h2", "v9")), PAGE, False),
        (Change("anna", DAY, 4, standing=("v9",)), PAGE, False),
    ],
)
def test_a_change_holds_for_the_page_it_was_planned_for(change: Change, page: Page, holds: bool) -> None:
    assert change.holds(page) == holds


def test_a_changed_page_reads_in_the_order_of_hours() -> None:
    early = Entry("v0", 540, 600)
    change = Change("anna", DAY, 4, add=(early,), remove=("h2", "gone"))
    assert change.of(PAGE) == Page("anna", DAY, 5, (early, VISIT, HOLD))


def test_an_entry_that_is_written_again_stands_once() -> None:
    kept = Entry("h1", 700, 760)
    assert Change("anna", DAY, None, add=(kept,), remove=("h1",)).of(PAGE).entries == (VISIT, kept, OVER)


# Changes of one page together


def test_changes_of_different_pages_stay_apart() -> None:
    changes = (Change("anna", DAY, 1), Change("olga", DAY, 1), Change("anna", DAY + timedelta(days=1), 1))
    assert together(changes) == changes


def test_leaving_one_hour_for_another_of_the_same_page_is_one_change() -> None:
    new = Entry("v1", 900, 990)
    gone = Change("anna", DAY, None, remove=("v1",), standing=("v1",))
    came = Change("anna", DAY, 4, add=(new,), remove=("h2",))
    (both,) = together([gone, came])
    assert both == Change("anna", DAY, 4, add=(new,), remove=("v1", "h2"), standing=("v1",))
    assert both.of(PAGE) == Page("anna", DAY, 5, (HOLD, new))


def test_what_was_planned_later_wins() -> None:
    first, second = Entry("v2", 540, 600), Entry("v2", 500, 560)
    added_then_dropped = together([Change("anna", DAY, 4, add=(first,)), Change("anna", DAY, 4, remove=("v2",))])
    assert added_then_dropped == (Change("anna", DAY, 4, remove=("v2",)),)
    added_twice = together([Change("anna", DAY, 4, add=(first,)), Change("anna", DAY, 4, add=(second,))])
    assert added_twice == (Change("anna", DAY, 4, add=(second,)),)


def test_a_hold_that_is_made_and_kept_in_one_turn_need_not_have_stood_before() -> None:
    hold, visit = Entry("v2", 540, 600, NOW + timedelta(minutes=5)), Entry("v2", 540, 600)
    both = together([Change("anna", DAY, 4, add=(hold,)), Change("anna", DAY, None, add=(visit,), standing=("v2",))])
    assert both == (Change("anna", DAY, 4, add=(visit,)),)


def test_of_a_page_that_was_seen_at_two_versions_neither_is_believed() -> None:
    """Its version is the later one at least, so that of the two the earlier one can hold no more."""
    for seen in ((3, 4), (4, 3)):
        (both,) = together(Change("anna", DAY, version) for version in seen)
        assert not both.holds(PAGE)


ids = st.sampled_from(["a", "b", "c"])
entries = st.builds(lambda name, start: Entry(name, start, start + 30), ids, st.integers(0, 20).map(lambda n: n * 30))
few = st.lists(entries, max_size=3, unique_by=lambda entry: entry.id).map(tuple)
names = st.lists(ids, max_size=2, unique=True).map(tuple)
changes = st.builds(Change, st.just("anna"), st.just(DAY), st.just(None), few, names, names)


@given(few, changes, changes)
def test_two_changes_together_are_one_after_the_other(there: tuple[Entry, ...], first: Change, then: Change) -> None:
    page = Page("anna", DAY, 4, there)
    assume(first.holds(page) and then.holds(first.of(page)))
    (both,) = together([first, then])
    assert both.holds(page)
    assert both.of(page).entries == then.of(first.of(page)).entries


# The diary


def test_a_page_that_is_missing_is_empty() -> None:
    diary = Diary(DAY, DAY, {(DAY, "anna"): PAGE})
    assert diary.page("anna", DAY) is PAGE
    assert diary.page("olga", DAY) == Page("olga", DAY, 0, ())


def test_a_diary_covers_its_days_and_no_others() -> None:
    diary = Diary(DAY, DAY + timedelta(days=7))
    assert diary.covers(DAY, DAY + timedelta(days=7))
    assert not diary.covers(DAY - timedelta(days=1), DAY)
    assert not diary.covers(DAY, DAY + timedelta(days=8))


def test_what_is_about_to_be_written_is_seen_under_the_old_version() -> None:
    diary = Diary(DAY, DAY, {(DAY, "anna"): PAGE})
    new = Entry("v2", 900, 990)
    after = diary.after([Change("anna", DAY, 4, add=(new,)), Change("anna", DAY, None, remove=("v1",))])
    assert after.page("anna", DAY) == Page("anna", DAY, 4, (HOLD, OVER, new))
    assert diary.page("anna", DAY) is PAGE


def test_minutes_are_counted_from_midnight() -> None:
    assert [clock(minutes).isoformat("minutes") for minutes in (0, 61, 1439)] == ["00:00", "01:01", "23:59"]
    assert [minute(clock(minutes)) for minutes in (0, 61, 1439)] == [0, 61, 1439]


def test_days_are_counted_with_both_ends() -> None:
    assert [day.day for day in days(date(2027, 2, 27), date(2027, 3, 1))] == [27, 28, 1]
    assert list(days(DAY, DAY - timedelta(days=1))) == []
