"""Who is on duty: by the week, by the date, by what colleagues agreed; and when the clock itself is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk.agreed import UNCHANGED, Swap, Swaps, Withdrawn
from chalicelib.desk.duty import Duty, duty_of, moment, on_duty, shift_at, shifts_of, starting, with_swaps
from chalicelib.regulation.schema import WEEK, Holiday, Override, Rules, Shift
from tests.desk.talk import demo

SAMARA = ZoneInfo("Europe/Samara")
FRIDAY = date(2026, 11, 27)
NINE, EVENING = time(9), time(21)


def rota(rules: Rules, **changes: object) -> Rules:
    return rules.model_copy(update={"rota": rules.rota.model_copy(update=changes)})


def in_zone(zone: str, *shifts: Shift) -> Rules:
    """The salon elsewhere, with other shifts and no holidays."""
    rules = rota(demo(), shifts=shifts, holidays=(), overrides=())
    return rules.model_copy(update={"business": rules.business.model_copy(update={"zone": zone})})


def ids(rules: Rules, at: datetime) -> list[str]:
    return [person.id for person in on_duty(rules, at)]


def person(rules: Rules, name: str):
    found = rules.business.colleague(name)
    assert found
    return found


def samara(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SAMARA)


def told(duty: Duty | None) -> tuple[str, str, list[str]] | None:
    """Beginning and end in UTC, and who."""
    if duty is None:
        return None
    starts, ends = (at.astimezone(UTC).strftime("%d.%m %H:%M") for at in (duty.starts, duty.ends))
    return starts, ends, [one.id for one in duty.people]


# ---------------------------------------------------------------- the week


def test_a_friday_night_has_its_further_people_called_last():
    assert ids(demo(), samara(28, 3)) == ["anna", "svetlana", "olga"]


def test_a_shift_knows_when_it_begins_and_ends():
    assert told(shift_at(demo(), samara(28, 3))) == ("27.11 17:00", "28.11 05:00", ["anna", "svetlana", "olga"])


@pytest.mark.parametrize(("at", "first"), [(samara(27, 20, 59), "svetlana"), (samara(27, 21), "anna")])
def test_a_shift_begins_on_its_minute_and_the_one_before_ends_there(at: datetime, first: str):
    assert ids(demo(), at)[0] == first


def test_what_somebody_is_in_a_shift():
    duty = shift_at(demo(), samara(28, 3))
    assert duty
    names = ("anna", "svetlana", "olga", "marina")
    assert [duty.role(person(demo(), name)) for name in names] == ["duty", "reserve", "extra", None]


def test_everyones_shifts_between_two_moments_are_those_with_a_minute_between_them():
    marina = person(demo(), "marina")
    found = shifts_of(demo(), marina, samara(24, 9), samara(26, 21, 1))
    assert [(duty.date.day, duty.shift.starts) for duty in found] == [(24, EVENING), (25, EVENING), (26, EVENING)]
    assert shifts_of(demo(), marina, samara(24, 9), samara(24, 21)) == ()


# ---------------------------------------------------------------- dates unlike others


def test_a_holiday_has_the_shifts_of_the_other_weekday():
    rules = rota(demo(), holidays=(Holiday(date=FRIDAY, like="sun"),), overrides=())
    assert [[one.id for one in duty.people] for duty in starting(rules, FRIDAY)] == [
        ["olga", "anna"],
        ["marina", "svetlana"],
    ]


def test_an_override_of_one_shift_leaves_the_other_of_its_date():
    swap = Override(date=FRIDAY, starts=EVENING, duty="marina", reserve="anna")
    rules = rota(demo(), holidays=(), overrides=(swap,))
    assert [[one.id for one in duty.people] for duty in starting(rules, FRIDAY)] == [
        ["svetlana", "olga"],
        ["marina", "anna", "olga"],
    ]


def test_an_override_of_a_shift_goes_before_one_of_its_date_wherever_they_stand():
    of_the_shift = Override(date=FRIDAY, starts=EVENING, duty="marina")
    of_the_date = Override(date=FRIDAY, duty="olga")
    for both in ((of_the_shift, of_the_date), (of_the_date, of_the_shift)):
        rules = rota(demo(), holidays=(), overrides=both)
        assert [duty.duty.id for duty in starting(rules, FRIDAY)] == ["olga", "marina"]


def test_nobody_is_called_twice_when_an_override_names_one_of_the_further_people():
    rules = rota(demo(), holidays=(), overrides=(Override(date=FRIDAY, duty="olga", reserve="anna"),))
    assert ids(rules, samara(28, 3)) == ["olga", "anna"]


def test_an_override_may_end_the_further_people():
    rules = rota(demo(), holidays=(), overrides=(Override(date=FRIDAY, duty="marina", extra=()),))
    assert ids(rules, samara(28, 3)) == ["marina"]


# ---------------------------------------------------------------- what colleagues agreed


def agreed(*swaps: Swap) -> Swaps:
    changed = UNCHANGED
    for swap in swaps:
        changed = changed.after(swap, FRIDAY)
    return changed


def test_a_swap_is_laid_over_the_pack_and_over_its_overrides():
    rules = rota(demo(), overrides=(Override(date=FRIDAY, starts=EVENING, duty="olga"),))
    swapped = with_swaps(rules, agreed(Swap(FRIDAY, EVENING, "marina", "svetlana", ("anna",))))
    assert ids(swapped, samara(28, 3)) == ["marina", "svetlana", "anna"]
    assert ids(rules, samara(28, 3)) == ["olga"]


def test_the_later_of_two_swaps_counts():
    both = agreed(Swap(FRIDAY, EVENING, "marina"), Swap(FRIDAY, EVENING, "olga"))
    assert ids(with_swaps(demo(), both), samara(28, 3)) == ["olga"]
    assert both.agreed == (Swap(FRIDAY, EVENING, "olga"),)


def test_without_swaps_the_pack_stays_the_very_same():
    assert with_swaps(demo(), UNCHANGED) is demo()


def test_a_swap_of_somebody_who_left_the_business_does_not_count():
    assert ids(with_swaps(demo(), agreed(Swap(FRIDAY, EVENING, "oleg"))), samara(28, 3))[0] == "anna"


def test_a_reserve_who_left_the_business_leaves_the_swap_as_it_is():
    swapped = with_swaps(demo(), agreed(Swap(FRIDAY, EVENING, "marina", "oleg", ("olga", "gleb"))))
    assert ids(swapped, samara(28, 3)) == ["marina", "olga"]


def test_the_same_swap_again_changes_nothing():
    once = agreed(Swap(FRIDAY, EVENING, "marina"))
    assert once.after(Swap(FRIDAY, EVENING, "marina"), FRIDAY) is once


def test_swaps_that_are_over_are_dropped_but_not_that_of_a_night_that_goes_on():
    old, night = Swap(FRIDAY - timedelta(days=2), EVENING, "olga"), Swap(FRIDAY - timedelta(days=1), EVENING, "olga")
    new = Swap(FRIDAY, EVENING, "marina")
    assert Swaps(7, (old, night)).after(new, FRIDAY) == Swaps(7, (night, new))


def test_what_was_asked_for_before_it_was_taken_back_is_void():
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    swaps = UNCHANGED.after(Withdrawn("anna", at), FRIDAY)
    before, after = at - timedelta(seconds=1), at + timedelta(seconds=1)
    assert [swaps.taken_back(*asked) for asked in (("anna", before), ("anna", after), ("olga", before))] == [
        True,
        False,
        False,
    ]


# ---------------------------------------------------------------- the clock is changed

NIGHTS = Shift(days=WEEK, starts=time(21), ends=time(9), duty="marina", reserve="svetlana")
DAYS = Shift(days=WEEK, starts=time(9), ends=time(21), duty="svetlana")
BERLIN = in_zone("Europe/Berlin", NIGHTS, DAYS)


def length(rules: Rules, day: date) -> float:
    duty = duty_of(rules, day, time(21))
    assert duty
    return (duty.ends.astimezone(UTC) - duty.starts.astimezone(UTC)) / timedelta(hours=1)


def test_the_night_in_spring_is_an_hour_shorter_and_that_in_autumn_an_hour_longer():
    nights = (date(2026, 3, 27), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 25))
    assert [length(BERLIN, day) for day in nights] == [12, 11, 13, 12]


def test_in_samara_only_the_nights_on_which_the_law_moved_the_clock_are_unlike_others():
    rules = in_zone("Europe/Samara", NIGHTS, DAYS)
    nights = (date(2010, 3, 27), date(2010, 10, 30), date(2011, 3, 26), date(2011, 10, 29), date(2026, 10, 24))
    assert [length(rules, day) for day in nights] == [12, 13, 11, 12, 12]


def test_nine_in_the_morning_is_nine_on_the_wall_whatever_the_offset():
    rules = in_zone("Europe/Samara", NIGHTS, DAYS)
    for at in (datetime(2010, 7, 1, 5), datetime(2011, 1, 1, 6), datetime(2011, 7, 1, 5)):
        at = at.replace(tzinfo=UTC)
        assert (ids(rules, at), ids(rules, at - timedelta(minutes=1))) == (["svetlana"], ["marina", "svetlana"])


def test_of_an_hour_that_the_clock_shows_twice_a_shift_ends_the_first_time():
    early = Shift(days=WEEK, starts=time(9), ends=time(2, 30), duty="anna")
    late = Shift(days=WEEK, starts=time(2, 30), ends=time(9), duty="olga")
    rules = in_zone("Europe/Berlin", early, late)
    night = [datetime(2026, 10, 25, 0, minute, tzinfo=UTC) for minute in (29, 30, 59)]  # 02:29 and on, the first time
    again = [datetime(2026, 10, 25, 1, minute, tzinfo=UTC) for minute in (0, 29, 30)]  # 02:00 and on, the second time
    assert [ids(rules, at) for at in (*night, *again)] == [["anna"], *[["olga"]] * 5]


def test_a_shift_that_would_begin_in_an_hour_the_clock_jumps_over_begins_at_the_jump():
    early = Shift(days=WEEK, starts=time(9), ends=time(2, 30), duty="anna")
    short = Shift(days=WEEK, starts=time(2, 30), ends=time(3), duty="olga")
    late = Shift(days=WEEK, starts=time(3), ends=time(9), duty="marina")
    rules = in_zone("Europe/Berlin", early, short, late)
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert [ids(rules, jump + timedelta(minutes=minutes)) for minutes in (-1, 0, 45)] == [
        ["anna"],
        ["marina"],
        ["marina"],
    ]
    assert moment(date(2026, 3, 29), time(2, 30), ZoneInfo("Europe/Berlin")).astimezone(UTC) == jump


@pytest.mark.parametrize(
    ("zone", "since"),
    [
        ("Europe/Berlin", datetime(2026, 3, 28, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, tzinfo=UTC)),
        ("Europe/Samara", datetime(2010, 10, 30, tzinfo=UTC)),
        ("Europe/Samara", datetime(2011, 3, 26, tzinfo=UTC)),
    ],
)
def test_on_such_nights_no_quarter_of_an_hour_is_nobodys_and_none_is_two_shifts(zone: str, since: datetime):
    cuts = [time(0, 15), time(2), time(2, 30), time(3), time(17)]
    shifts = [
        Shift(days=WEEK, starts=starts, ends=ends, duty="anna")
        for starts, ends in zip(cuts, [*cuts[1:], cuts[0]], strict=True)
    ]
    rules = in_zone(zone, *shifts)
    for quarter in range(3 * 24 * 4):
        at = since + timedelta(minutes=15 * quarter)
        days = (at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days) for days in (-1, 0))
        holding = [duty for day in days for duty in starting(rules, day) if duty.starts <= at < duty.ends]
        assert len(holding) == 1
