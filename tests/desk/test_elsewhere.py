"""A reminder goes where the client can be reached: only with consent, only under a proven number, in a channel once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk import consent, free, reminders
from chalicelib.desk.decide import decide
from chalicelib.desk.effects import Decision, Forget, Tell, Wake
from chalicelib.desk.elsewhere import can_be_written_to, is_needed
from chalicelib.desk.events import Altered, Blocked, Event, Passed, Rang, Unsent, conversation_id
from chalicelib.desk.sheet import Sheet
from chalicelib.desk.values import Conversation, Reach, Reminded, Visit
from tests.desk.talk import (
    AGREED,
    HER,
    NEWCOMER,
    NOW,
    alarm,
    booking_turn,
    kinds,
    only,
    pressed,
    said,
    shipped,
    texts,
    visit,
    with_visits,
)

PHONE = "+79000000001"
WHATSAPP, TELEGRAM, INSTAGRAM = (conversation_id(name, HER) for name in ("whatsapp", "telegram", "instagram"))
IN_TELEGRAM, IN_WHATSAPP = Reach(PHONE, "telegram", TELEGRAM), Reach(PHONE, "whatsapp", WHATSAPP)
HERS = visit("2026-11-27T17:00", conversation=WHATSAPP)
SHARED = replace(HERS, also=(TELEGRAM,))
SAMARA = ZoneInfo("Europe/Samara")
DAY_BEFORE = datetime(2026, 11, 26, 17, 0, tzinfo=SAMARA)
AT = DAY_BEFORE.astimezone(UTC)
PASSED = Passed(
    "passed:her-visit:day_before:2026-11-27T17:00:telegram", AT, TELEGRAM, "her-visit", "day_before",
    "2026-11-27T17:00", ("whatsapp",), found=SHARED,
)  # fmt: skip


def at_whatsapp(*visits: Visit, **state: object) -> Conversation:
    """A client who has booked in WhatsApp, and was silent there for days."""
    before = with_visits(*(visits or (HERS,)), **{"proven": PHONE, "heard": NOW, **state})
    return replace(before, id=WHATSAPP, channel="whatsapp")


def at_telegram(*visits: Visit, **state: object) -> Conversation:
    """The same client in Telegram, where she has shared her number and nothing stands."""
    known = {"stage": "qualifying", "consent": AGREED, "proven": PHONE, "seen": NOW, "known_as": "Анна"}
    return replace(NEWCOMER, **{**known, "visits": visits, **state})


def rang(before: Conversation, kind: str = "remind:day_before", of: Visit = HERS) -> Rang:
    token = Sheet(before, shipped(), NOW, "t").token("visit", reminders.what(kind, of))
    return Rang(f"timer:{token}", AT, before.id, "visit", token)


def at(before: Conversation, event: Event, *reached: Reach, now: datetime = AT) -> Decision:
    return decide(before, event, shipped(), now, reached=reached)


def told(decision: Decision) -> list[Event]:
    return [effect.event for effect in decision.effects if isinstance(effect, Tell)]


# ---------------------------------------------------------------- where it goes


def test_a_closed_window_sends_the_reminder_to_her_next_channel_and_nobody_is_woken():
    decision = at(at_whatsapp(), rang(at_whatsapp()), IN_TELEGRAM, IN_WHATSAPP)
    assert told(decision) == [replace(PASSED, found=None)]
    assert kinds(decision) == ["tell"]
    assert decision.visits == (SHARED,)
    assert decision.conversation.asked == "reminder", "who answers nowhere is called three hours before"


@pytest.mark.parametrize(("hours", "arrives"), [(23, True), (25, False)])
def test_whatsapp_lets_us_write_for_a_day(hours: int, arrives: bool):
    heard = AT - timedelta(hours=hours)
    before = at_whatsapp(heard=heard)
    assert can_be_written_to(before, AT) == arrives
    assert bool(texts(at(before, rang(before), IN_TELEGRAM))) == arrives


def test_telegram_lets_us_write_at_any_time():
    assert can_be_written_to(at_telegram(heard=AT - timedelta(days=300)), AT)


def test_what_we_say_opens_no_window_and_what_she_says_does():
    before = at_whatsapp(heard=AT - timedelta(hours=23))
    reminded = at(before, rang(before), IN_TELEGRAM).conversation
    assert not can_be_written_to(reminded, AT + timedelta(hours=2))
    answered = booking_turn(reminded, replace(said("+", "confirm"), channel="whatsapp"), now=AT).conversation
    assert can_be_written_to(answered, AT + timedelta(hours=23))


def test_the_order_of_the_channels_is_the_packs():
    rules = shipped()
    order = rules.model_copy(
        update={"reminders": rules.reminders.model_copy(update={"channels": ("instagram", "telegram")})}
    )
    in_instagram = Reach(PHONE, "instagram", INSTAGRAM)
    (event,) = told(decide(at_whatsapp(), rang(at_whatsapp()), order, AT, reached=(IN_TELEGRAM, in_instagram)))
    assert event.conversation == INSTAGRAM


@pytest.mark.parametrize("reached", [(), (IN_WHATSAPP,)])
def test_without_another_channel_a_person_calls(reached: Iterable[Reach]):
    decision = at(at_whatsapp(), rang(at_whatsapp()), *reached)
    assert kinds(decision) == ["wake", "set_timer"]
    assert only(decision, Wake).reason == "promise"


def test_in_quiet_hours_nothing_is_said_anywhere_and_a_person_calls_in_the_morning():
    late = replace(SHARED, slot=visit("2026-11-27T21:30").slot)
    event = replace(PASSED, hour=late.slot.hour, found=late)
    decision = at(at_telegram(), event, now=DAY_BEFORE.replace(hour=22, minute=5))
    assert (texts(decision), alarm(decision).reason) == ([], "promise")
    assert alarm(decision).due < free.begins(late.slot, shipped()), "in the morning, long before her visit"


# ---------------------------------------------------------------- when it has not arrived


def sent(before: Conversation) -> Conversation:
    return at(before, rang(before), IN_TELEGRAM).conversation


def test_a_reminder_that_could_not_be_delivered_goes_on():
    before = sent(at_whatsapp(heard=AT))
    assert before.reminder == Reminded("her-visit", "day_before", rang(before).key)
    gone = Blocked("whatsapp:1:failed", AT, "whatsapp", HER)
    decision = at(before, gone, IN_TELEGRAM)
    assert told(decision) == [replace(PASSED, found=None)]
    assert (decision.conversation.reachable, decision.conversation.reminder) == (False, None)
    again = at(decision.conversation, replace(gone, key="whatsapp:2:failed"), IN_TELEGRAM)
    assert again.effects == ()


def test_a_reminder_that_was_refused_goes_on_and_another_reply_is_a_persons():
    before = sent(at_whatsapp(heard=AT))
    refused = Unsent(f"{rang(before).key}/0/unsent", AT, WHATSAPP, "HTTP 400")
    assert told(at(before, refused, IN_TELEGRAM)) == [replace(PASSED, found=None)]
    assert kinds(at(before, replace(refused, key="whatsapp:9/0/unsent"), IN_TELEGRAM)) == ["wake", "set_timer"]


def test_who_has_answered_the_reminder_is_sent_none_elsewhere():
    answered = booking_turn(sent(at_whatsapp(heard=AT)), replace(said("+", "confirm"), channel="whatsapp"), now=AT)
    assert answered.conversation.reminder is None
    assert told(at(answered.conversation, Blocked("whatsapp:1:failed", AT, "whatsapp", HER), IN_TELEGRAM)) == []


@pytest.mark.parametrize(
    ("event", "before", "needed"),
    [
        (Blocked("b", AT, "whatsapp", HER), at_whatsapp(), False),
        (Blocked("b", AT, "whatsapp", HER), at_whatsapp(reminder=Reminded("v", "r", "e")), True),
        (rang(at_whatsapp()), at_whatsapp(), True),
        (rang(at_whatsapp()), at_whatsapp(heard=AT), False),
        (rang(at_whatsapp()), replace(at_whatsapp(), proven=None), False),
        (PASSED, at_telegram(), False),
        (PASSED, at_telegram(reachable=False), True),
    ],
)
def test_her_channels_are_looked_up_only_when_they_are_needed(event: Event, before: Conversation, needed: bool):
    assert is_needed(before, event, AT) == needed


# ---------------------------------------------------------------- where it arrives


def test_in_the_other_channel_she_is_reminded_with_the_same_buttons():
    decision = at(at_telegram(), PASSED)
    assert texts(decision)[0].startswith("Анна, здравствуйте! Напоминаем: пт 27.11.2026 в 17:00 ждём вас")
    assert [choice.id for choice in decision.conversation.offered] == [
        "visit:confirm:her-visit", "visit:move:her-visit", "visit:cancel:her-visit",
    ]  # fmt: skip
    assert decision.conversation.visits == (SHARED,)
    assert decision.conversation.reminder == Reminded("her-visit", "day_before", PASSED.key, ("whatsapp",))


def test_the_same_reminder_is_said_there_once():
    first = at(at_telegram(), PASSED).conversation
    assert at(first, replace(PASSED, key="again")).effects == ()


@pytest.mark.parametrize(
    "now",
    [None, replace(SHARED, state="cancelled"), replace(SHARED, slot=visit("2026-11-28T12:00").slot)],
)
def test_of_a_visit_that_is_off_moved_or_forgotten_nothing_is_said(now: Visit | None):
    assert at(at_telegram(), replace(PASSED, found=now)).effects == ()


def test_without_consent_nothing_is_said_there_and_it_goes_on():
    stranger = replace(at_telegram(), consent=None)
    decision = at(stranger, PASSED)
    assert (texts(decision), kinds(decision)) == ([], ["wake", "set_timer"])
    assert decision.conversation.visits == ()


def test_a_reminder_that_comes_too_late_from_another_channel_is_a_persons():
    decision = at(at_telegram(), PASSED, now=AT + timedelta(hours=2))
    assert kinds(decision) == ["wake", "set_timer"]


def test_when_the_last_channel_fails_too_a_person_calls():
    before = at(at_telegram(), PASSED).conversation
    decision = at(before, Blocked("telegram:1", AT, "telegram", HER), IN_TELEGRAM, IN_WHATSAPP)
    assert kinds(decision) == ["wake", "set_timer"]


# ---------------------------------------------------------------- what she does there


def test_a_button_there_confirms_the_visit_and_tells_where_it_was_made():
    before = at(at_telegram(), PASSED).conversation
    decision = booking_turn(before, pressed("visit:confirm:her-visit"), now=AT)
    confirmed = replace(SHARED, state="confirmed")
    assert decision.visits == (confirmed,)
    key = f"telegram:visit:confirm:her-visit/her-visit/{WHATSAPP}"
    assert told(decision) == [Altered(key, AT, WHATSAPP, "her-visit")]
    at_home = at(at_whatsapp(asked="reminder"), Altered("a", AT, WHATSAPP, "her-visit", found=confirmed))
    assert (set(kinds(at_home)), at_home.conversation.asked) == ({"set_timer"}, None)
    assert at_home.conversation.visits == (confirmed,)


def test_a_visit_that_is_moved_there_rings_where_it_was_made():
    moved = replace(SHARED, slot=visit("2026-11-28T12:00").slot)
    decision = at(at_whatsapp(), Altered("a", AT, WHATSAPP, "her-visit", found=moved))
    assert set(kinds(decision)) == {"set_timer"}
    assert decision.conversation.request.wish.date == moved.slot.date
    assert at(at_telegram(SHARED), Altered("a", AT, TELEGRAM, "her-visit", found=moved)).effects == ()


def test_a_visit_that_is_cancelled_there_leaves_nothing_open_where_it_was_made():
    gone = replace(SHARED, state="cancelled")
    after = at(at_whatsapp(asked="reminder"), Altered("a", AT, WHATSAPP, "her-visit", found=gone)).conversation
    assert (after.visits, after.lead, after.asked, after.request.wish) == ((gone,), None, None, None)


def test_nobody_else_learns_of_a_visit_by_an_alteration():
    decision = at(at_telegram(), Altered("a", AT, TELEGRAM, "her-visit", found=SHARED))
    assert (decision.effects, decision.conversation.visits) == ((), ())


# ---------------------------------------------------------------- what is kept


def test_a_number_that_is_only_typed_proves_nothing():
    typed = booking_turn(at_telegram(proven=None), said("мой номер +79000000001", phone=PHONE)).conversation
    assert (typed.request.phone, typed.proven, consent.reach(typed)) == (PHONE, None, None)


def test_a_number_that_the_channel_vouches_for_is_hers():
    vouched = booking_turn(at_telegram(proven=None), replace(said("вот"), phone=PHONE)).conversation
    assert consent.reach(vouched) == IN_TELEGRAM
    assert consent.reach(replace(vouched, consent=None)) is None


def test_who_has_another_number_is_not_known_by_the_old_one():
    decision = booking_turn(at_telegram(), replace(said("вот"), phone="+79000000002"))
    assert only(decision, Forget) == Forget(None, None, reach=IN_TELEGRAM)
    assert decision.conversation.proven == "+79000000002"


def test_who_withdraws_is_reached_there_no_more_and_visits_of_her_other_channel_stay():
    decision = booking_turn(at_telegram(SHARED), said("отзываю согласие", "consent_no"))
    assert only(decision, Forget) == Forget(None, None, (), IN_TELEGRAM)
    assert (decision.diary, decision.visits) == ((), ())
    assert (decision.conversation.visits, decision.conversation.proven) == ((), None)
