"""Who waits for a time: told when it is free, one after the other, never at night, and who was too late kindly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.desk.diary import Change, Entry
from chalicelib.desk.effects import OfferFreed, SetTimer
from chalicelib.desk.events import Event, Freed, Rang
from chalicelib.desk.values import Choice, Conversation, Request, Waits, Wish
from chalicelib.waiting import suits
from tests.desk.talk import at_the_desk, booking_turn, only, page_of, pressed, said, shipped, slot, texts, visit

MORNING = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 10:00 in Samara
NIGHT = datetime(2026, 11, 24, 19, 40, tzinfo=UTC)  # 23:40
FIVE = Wish(date(2026, 11, 26), time(17), time(17))
SLOT = slot("2026-11-26T17:00")
LINE = Waits("line", at_the_desk().id, "manicure", FIVE, NIGHT)
TEXTS = shipped().registry.booking.texts
KNOWN = Request("manicure", FIVE, "Анна", "+79000000001")
WAITING = at_the_desk(waits=(LINE,), request=KNOWN)
TAKE = (Choice("slot:2026-11-26T17:00@anna", "Беру"), Choice("slot:no", "Нет"))


def freed(line: str = "line", now: datetime = MORNING) -> Freed:
    return Freed("t:1/freed", now, WAITING.id, line, SLOT)


def offered() -> Conversation:
    return booking_turn(WAITING, freed(), now=MORNING).conversation


def rang(timer: SetTimer) -> Event:
    return Rang(f"timer:{timer.token}", timer.at, timer.conversation, timer.timer, timer.token)


@pytest.mark.parametrize("word", ["сообщите, если освободится", "в лист ожидания", "let me know"])
def test_she_is_put_on_the_list_and_the_other_times_stay(word: str):
    times = (slot("2026-11-26T15:00"),)
    buttons = (Choice(f"slot:{times[0].id}", "чт 26.11 15:00"), Choice("slot:wait", "Сообщите мне"))
    before = at_the_desk(request=KNOWN, times=times, offered=buttons, asked="time")
    after = booking_turn(before, said(word, "booking", 0.6)).conversation
    (line,) = after.waits
    assert (line.service, line.wish, line.offered) == ("manicure", FIVE, ())
    assert (after.asked, after.offered) == (None, buttons[:1])


def test_a_freed_time_is_kept_for_five_minutes_and_offered():
    decision = booking_turn(WAITING, freed(), now=MORNING)
    held = decision.conversation.hold
    assert held is not None and held.until == MORNING + timedelta(minutes=5)
    assert decision.diary == (Change("anna", SLOT.date, 0, add=(Entry(held.id, 1020, 1110, held.until),)),)
    assert decision.conversation.offered == TAKE
    assert only(decision, SetTimer) == SetTimer(WAITING.id, "freed", only(decision, SetTimer).token, held.until)
    assert decision.conversation.waits == (replace(LINE, offered=(SLOT.id,)),)


@pytest.mark.parametrize("word", ["беру", "да", "давайте", "1"])
def test_who_takes_it_is_booked_and_waits_no_more(word: str):
    decision = booking_turn(offered(), said(word, "confirm"), now=MORNING)
    assert [made.slot.hour for made in decision.visits] == ["2026-11-26T17:00"]
    assert decision.conversation.waits == ()


@pytest.mark.parametrize("word", ["нет", "не надо", "нет, спасибо", "не подходит", "2"])
def test_who_lets_it_go_frees_it_for_the_next_and_waits_on(word: str):
    before = offered()
    decision = booking_turn(before, said(word, "booking", 0.6), now=MORNING)
    entry = before.hold.id if before.hold else ""
    assert decision.diary == (Change("anna", SLOT.date, None, remove=(entry,), standing=(entry,)),)
    assert only(decision, OfferFreed) == OfferFreed(before.hold.slot)
    assert decision.conversation.hold is None
    assert texts(decision)[0].startswith("Добавил вас в лист ожидания: Маникюр, 26.11.2026 17:00.")


def test_who_says_nothing_frees_it_for_the_next():
    told = booking_turn(WAITING, freed(), now=MORNING)
    decision = booking_turn(told.conversation, rang(only(told, SetTimer)), now=MORNING + timedelta(minutes=5))
    assert [effect.kind for effect in decision.effects] == ["offer_freed"]
    assert decision.conversation.hold is None


def test_the_timer_of_a_time_that_she_took_means_nothing():
    told = booking_turn(WAITING, freed(), now=MORNING)
    hers = booking_turn(told.conversation, pressed(TAKE[0].id), now=MORNING).conversation
    decision = booking_turn(hers, rang(only(told, SetTimer)), now=MORNING + timedelta(minutes=5))
    assert (decision.effects, decision.diary) == ((), ())


def test_at_night_nobody_is_written_to_but_in_the_morning():
    night = booking_turn(WAITING, freed(now=NIGHT), now=NIGHT)
    assert texts(night) == []
    timer = only(night, SetTimer)
    nine = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert (timer.timer, timer.at) == ("freed", nine)
    morning = booking_turn(night.conversation, rang(timer), now=nine)
    assert morning.conversation.offered == TAKE


def test_what_was_taken_in_the_night_is_not_offered_in_the_morning():
    night = booking_turn(WAITING, freed(now=NIGHT), now=NIGHT)
    nine = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    taken = page_of(visit("2026-11-26T16:00", "of-another"))
    morning = booking_turn(night.conversation, rang(only(night, SetTimer)), [taken], nine)
    assert (texts(morning), morning.diary) == ([], ())


def test_a_time_that_becomes_free_on_two_nights_has_a_timer_for_each():
    nine = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    first = booking_turn(WAITING, freed(now=NIGHT), now=NIGHT)
    taken = page_of(visit("2026-11-26T16:00", "of-another"))
    between = booking_turn(first.conversation, rang(only(first, SetTimer)), [taken], nine).conversation
    again = replace(freed(now=NIGHT), key="t:2/freed")
    second = booking_turn(between, again, now=NIGHT + timedelta(days=1))
    assert only(second, SetTimer).token != only(first, SetTimer).token  # a timer that has rung does not ring again
    morning = booking_turn(second.conversation, rang(only(second, SetTimer)), now=nine + timedelta(days=1))
    assert morning.conversation.offered == TAKE


@pytest.mark.parametrize("before", [replace(WAITING, waits=()), replace(WAITING, reachable=False)])
def test_who_waits_no_more_or_cannot_be_written_to_leaves_it_to_the_next(before: Conversation):
    decision = booking_turn(before, freed(), now=MORNING)
    assert decision.effects == (OfferFreed(SLOT),)
    assert decision.diary == ()


def test_who_was_too_late_is_told_kindly_and_not_asked_to_wait_once_more():
    late = booking_turn(WAITING, freed(), now=MORNING)
    over = booking_turn(late.conversation, rang(only(late, SetTimer)), now=MORNING + timedelta(minutes=5)).conversation
    taken = page_of(visit("2026-11-26T17:00", "of-another"))
    decision = booking_turn(over, pressed(TAKE[0].id), [taken], MORNING + timedelta(minutes=9))
    assert texts(decision) == [TEXTS.freed_late]
    assert "slot:wait" not in [choice.id for choice in decision.conversation.offered]
    assert decision.conversation.waits != ()


@pytest.mark.parametrize(
    ("hour", "told"), [("15:20", False), ("15:30", True), ("17:00", True), ("18:30", True), ("18:40", False)]
)
def test_who_waits_for_five_is_told_of_hours_near_it_on_both_sides(hour: str, told: bool):
    five = Waits("line", "c", "manicure", Wish(date(2026, 11, 27), time(17)), NIGHT)
    assert suits(five, slot(f"2026-11-27T{hour}")) is told


@pytest.mark.parametrize(("day", "told"), [("26", False), ("27", True), ("29", True), ("30", False)])
def test_who_waits_for_some_day_of_a_span_is_told_of_any_in_it(day: str, told: bool):
    span = Waits("line", "c", "manicure", Wish(since=date(2026, 11, 27), until=date(2026, 11, 29)), NIGHT)
    assert suits(span, slot(f"2026-11-{day}T12:00")) is told


def test_who_waits_for_after_five_is_told_of_any_hour_after_it():
    after_five = Waits("line", "c", "manicure", Wish(date(2026, 11, 27), time(17), open_end=True), NIGHT)
    assert suits(after_five, slot("2026-11-27T19:00"))
