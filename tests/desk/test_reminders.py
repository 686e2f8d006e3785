"""Words about a visit that are due: said once, in time, never about a visit that is off, never at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk import reminders
from chalicelib.desk.effects import Decision, SetTimer, Wake
from chalicelib.desk.events import Marked, Pressed, Rang
from chalicelib.desk.sheet import Sheet
from chalicelib.desk.values import Conversation, Visit
from chalicelib.regulation.schema import Rules
from tests.desk.talk import NOW, booking_turn, kinds, only, pressed, said, shipped, texts, visit, with_visits

HERS = visit("2026-11-27T17:00")
BEFORE = with_visits(HERS)
SAMARA = ZoneInfo("Europe/Samara")
DAY_BEFORE = datetime(2026, 11, 26, 17, 0, tzinfo=SAMARA)
THREE_HOURS = datetime(2026, 11, 27, 14, 0, tzinfo=SAMARA)
TWO_HOURS = datetime(2026, 11, 27, 15, 0, tzinfo=SAMARA)
AFTERWARDS = datetime(2026, 11, 27, 19, 0, tzinfo=SAMARA)


def rang(kind: str, at: datetime, of: Visit = HERS) -> Rang:
    token = Sheet(BEFORE, shipped(), NOW, "t").token("visit", reminders.what(kind, of))
    return Rang(f"timer:{token}", at.astimezone(UTC), BEFORE.id, "visit", token)


def at(kind: str, when: datetime, before: Conversation = BEFORE, rules: Rules | None = None) -> Decision:
    return booking_turn(before, rang(kind, when), now=when.astimezone(UTC), rules=rules)


def test_all_that_is_due_about_a_visit_is_set_when_it_is_booked():
    due = {due.kind: due.at for due in reminders.dues(Sheet(BEFORE, shipped(), NOW, "t"), HERS)}
    assert due == {
        "remind:day_before": DAY_BEFORE,
        "remind:two_hours": TWO_HOURS,
        "unconfirmed": THREE_HOURS,
        "after": AFTERWARDS,
    }


def test_the_day_before_she_is_asked_whether_she_comes():
    decision = at("remind:day_before", DAY_BEFORE)
    assert texts(decision)[0].startswith("Анна, здравствуйте! Напоминаем: пт 27.11.2026 в 17:00 ждём вас")
    assert [choice.id for choice in decision.conversation.offered] == [
        "visit:confirm:her-visit", "visit:move:her-visit", "visit:cancel:her-visit",
    ]  # fmt: skip
    assert decision.conversation.asked == "reminder"


def test_a_timer_that_rings_twice_is_heard_once():
    first = at("remind:day_before", DAY_BEFORE)
    again = at("remind:day_before", DAY_BEFORE + timedelta(minutes=1), first.conversation)
    assert (again.effects, again.conversation.asked) == ((), "reminder")


def test_a_timer_that_rings_too_early_is_set_anew():
    early = DAY_BEFORE - timedelta(hours=1)
    decision = at("remind:day_before", early)
    assert kinds(decision) == ["set_timer"]
    assert only(decision, SetTimer).at == DAY_BEFORE
    assert only(decision, SetTimer).token != rang("remind:day_before", early).token, "that one is known as heard"
    assert decision.conversation.reminded == ()


@pytest.mark.parametrize(("late", "told"), [(89, True), (91, False)])
def test_a_reminder_that_is_too_late_is_skipped(late: int, told: bool):
    decision = at("remind:day_before", DAY_BEFORE + timedelta(minutes=late))
    assert bool(texts(decision)) == told


def test_a_late_one_is_counted_by_its_clause():
    decision = at("remind:day_before", DAY_BEFORE + timedelta(hours=2))
    assert decision.because == ("RM-001 day_before: поздно, пропущено",)


def test_in_quiet_hours_nothing_is_said():
    night = DAY_BEFORE.replace(hour=22, minute=5)
    late_visit = visit("2026-11-27T22:30")
    decision = booking_turn(with_visits(late_visit), rang("remind:day_before", night, late_visit), now=night)
    assert texts(decision) == []


@pytest.mark.parametrize("state", ["cancelled", "visited", "no_show"])
def test_about_a_visit_that_is_off_nothing_is_said(state: str):
    off = with_visits(replace(HERS, state=state))
    for kind, when in (("remind:day_before", DAY_BEFORE), ("unconfirmed", THREE_HOURS), ("after", AFTERWARDS)):
        assert at(kind, when, off).effects == ()


def test_of_a_moved_visit_the_old_timers_mean_nothing():
    moved = with_visits(visit("2026-11-28T12:00"))
    assert at("remind:day_before", DAY_BEFORE, moved).effects == ()


def test_who_did_not_answer_is_called_by_a_colleague():
    asked = at("remind:day_before", DAY_BEFORE).conversation
    woken = only(at("unconfirmed", THREE_HOURS, asked), Wake)
    assert (woken.reason, woken.text.splitlines()[0]) == ("promise", "НЕ ПОДТВЕРДИЛ ВИЗИТ · RP-001 §9 · telegram")


@pytest.mark.parametrize("answer", [pressed("visit:confirm:her-visit"), said("+", "confirm"), said("приду", "confirm")])
def test_who_answered_is_not_called(answer: object):
    asked = at("remind:day_before", DAY_BEFORE).conversation
    confirmed = booking_turn(asked, answer, now=DAY_BEFORE).conversation
    assert confirmed.visits[0].state == "confirmed"
    assert at("unconfirmed", THREE_HOURS, confirmed).effects == ()


def test_who_has_confirmed_is_not_asked_to_confirm_again():
    confirmed = with_visits(replace(HERS, state="confirmed"))
    decision = at("remind:two_hours", TWO_HOURS, confirmed)
    assert [choice.title for choice in decision.conversation.offered] == ["Перенести", "Отменить"]
    assert decision.conversation.asked is None


def test_who_cannot_be_written_to_is_called():
    gone = replace(BEFORE, reachable=False)
    decision = at("remind:day_before", DAY_BEFORE, gone)
    assert kinds(decision) == ["wake", "set_timer"]
    assert only(decision, Wake).reason == "promise"


def test_a_law_that_moves_the_zone_does_not_move_the_visit():
    """An hour earlier by the sun, five o'clock all the same: the timer that was set by the old law waits for it."""
    rules = shipped()
    moved = rules.model_copy(update={"business": rules.business.model_copy(update={"zone": "Europe/Moscow"})})
    early = at("remind:day_before", DAY_BEFORE, rules=moved)
    timer = only(early, SetTimer)
    assert timer.at == datetime(2026, 11, 26, 14, 0, tzinfo=UTC)  # 17:00 in Moscow
    again = Rang(f"timer:{timer.token}", timer.at, BEFORE.id, "visit", timer.token)
    decision = booking_turn(early.conversation, again, now=timer.at, rules=moved)
    assert "пт 27.11.2026 в 17:00" in texts(decision)[0]


def test_afterwards_the_master_is_asked_and_her_button_tells_the_conversation():
    woken = only(at("after", AFTERWARDS), Wake)
    assert (woken.colleague, [choice.title for choice in woken.choices]) == ("anna", ["Да, был визит", "Не пришёл"])
    said_so = Pressed("telegram:77", AFTERWARDS, "telegram", woken.address, woken.choices[1].id)
    (tell,) = booking_turn(BEFORE, said_so, now=AFTERWARDS).effects
    assert tell.event == Marked(
        "telegram:77/her-visit", AFTERWARDS, BEFORE.id, "her-visit", "no_show", by=woken.address
    )


def test_a_client_cannot_press_a_masters_button():
    forged = Pressed("telegram:77", AFTERWARDS, "telegram", "700000002", f"came:{BEFORE.id}:her-visit")
    assert "tell" not in kinds(booking_turn(BEFORE, forged, now=AFTERWARDS))


def test_who_did_not_come_gets_a_kind_word_and_new_times_and_her_silence_wakes_nobody():
    missed = Marked("m:1", AFTERWARDS, BEFORE.id, "her-visit", "no_show")
    decision = booking_turn(BEFORE, missed, now=AFTERWARDS)
    assert [made.state for made in decision.visits] == ["no_show"]
    assert texts(decision)[0].startswith("Анна, пт 27.11.2026 в 17:00 вас не дождались и немного волнуемся.")
    assert [one.hour for one in decision.conversation.times][:1] == ["2026-11-28T10:00"]
    assert (decision.conversation.asked, decision.conversation.silence) == (None, None)
    again = booking_turn(decision.conversation, replace(missed, key="m:2"), now=AFTERWARDS)
    assert again.effects == ()


def test_at_night_the_master_is_not_told_of_a_visit_but_in_the_morning():
    night = datetime(2026, 11, 26, 23, 40, tzinfo=SAMARA)
    asked = booking_turn(BEFORE, said("отмените", "cancel"), now=night).conversation
    cancelled = booking_turn(asked, pressed("cancel:yes"), now=night)
    timer = only(cancelled, SetTimer)
    nine = datetime(2026, 11, 27, 9, 0, tzinfo=SAMARA)
    assert timer.at == nine
    morning = Rang(f"timer:{timer.token}", timer.at, BEFORE.id, "visit", timer.token)
    told = only(booking_turn(cancelled.conversation, morning, now=nine), Wake)
    assert (told.colleague, told.text.splitlines()[0]) == ("anna", "ОТМЕНА · RP-001 §7 · telegram")


NIGHT = datetime(2026, 11, 26, 23, 40, tzinfo=SAMARA)
NINE = datetime(2026, 11, 27, 9, 0, tzinfo=SAMARA)


def made_at_night() -> Conversation:
    """A client whose visit was made a moment ago, at night."""
    sheet = Sheet(BEFORE, shipped(), NIGHT, "t")
    reminders.tell_master(sheet, HERS, "booked")
    return sheet.conversation


def cancelled_at_night(before: Conversation) -> Decision:
    asked = booking_turn(before, said("отмените", "cancel"), now=NIGHT).conversation
    return booking_turn(asked, pressed("cancel:yes"), now=NIGHT)


def test_of_a_visit_made_and_called_off_at_night_the_master_reads_nothing():
    cancelled = cancelled_at_night(made_at_night())
    assert "set_timer" not in kinds(cancelled)
    assert cancelled.conversation.untold == ()
    assert at("booked", NINE, cancelled.conversation).effects == ()


def test_of_a_visit_made_at_night_the_master_reads_in_the_morning_once():
    told = at("booked", NINE, made_at_night())
    assert only(told, Wake).text.splitlines()[0] == "НОВАЯ ЗАПИСЬ · RP-001 §5 · telegram"
    assert told.conversation.untold == ()
    off = booking_turn(told.conversation, said("отмените", "cancel"), now=NINE).conversation
    told_off = booking_turn(off, pressed("cancel:yes"), now=NINE)
    assert only(told_off, Wake).text.splitlines()[0] == "ОТМЕНА · RP-001 §7 · telegram"


def test_of_a_visit_made_and_moved_at_night_the_master_reads_as_of_a_new_one():
    moved = visit("2026-11-28T12:00")
    before = replace(made_at_night(), visits=(moved,))
    token = Sheet(before, shipped(), NOW, "t").token("visit", reminders.what("moved", moved))
    told = booking_turn(before, Rang("timer:m", NINE.astimezone(UTC), before.id, "visit", token), now=NINE)
    assert only(told, Wake).text.splitlines()[0] == "НОВАЯ ЗАПИСЬ · RP-001 §5 · telegram"
