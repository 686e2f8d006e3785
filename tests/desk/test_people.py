"""When a person is needed, and what a timer means."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.desk.decide import decide
from chalicelib.desk.duty import on_duty
from chalicelib.desk.events import Said, Undelivered, Unsent
from chalicelib.regulation.schema import Override, Rules
from tests.desk.talk import (
    HER,
    NEWCOMER,
    NOW,
    TOMORROW,
    Blocked,
    Rang,
    Request,
    Wake,
    alarm,
    at_the_desk,
    demo,
    kinds,
    only,
    pressed,
    said,
    texts,
    turn,
)  # fmt: skip

DUTY = on_duty(demo(), NOW)[0]


@pytest.mark.parametrize("reason", ["complaint", "urgent", "medical", "high_value", "human_request"])
def test_every_reason_wakes_the_colleague_on_duty_and_answers_the_client(reason: str):
    decision = turn(at_the_desk(), said("…", "other", 0.9, escalate=reason))
    wake = only(decision, Wake)
    trigger = demo().sla.trigger(reason)
    assert trigger is not None
    assert (wake.colleague, wake.address, wake.reason) == (DUTY.id, DUTY.telegram, reason)
    assert len(texts(decision)) == 1
    assert any(clause.startswith(trigger.clause) for clause in decision.because)


def test_a_complaint_of_a_newcomer_wakes_a_person_without_waiting_for_consent():
    decision = turn(NEWCOMER, said("вы мне испортили волосы", "complaint", escalate="complaint"))
    assert only(decision, Wake).reason == "complaint"
    assert decision.conversation.asked is None


def test_a_complaint_about_a_service_is_no_wish_for_it():
    event = said("вы испортили брови, верните деньги", "complaint", escalate="complaint", service="brows")
    decision = turn(NEWCOMER, event)
    trigger = demo().sla.trigger("complaint")
    assert trigger is not None and trigger.reply is not None
    assert texts(decision) == [f"{demo().dialogue.greeting}\n\n{trigger.reply}"]
    assert kinds(decision) == ["wake", "set_timer", "reply"] and decision.conversation.asked is None


def test_an_emergency_names_the_number_to_call_and_asks_nothing():
    decision = turn(NEWCOMER, said("ей плохо, не дышит", "emergency", escalate="medical"))
    assert "103" in texts(decision)[0] and decision.conversation.asked is None


def test_an_urgent_booking_is_both():
    decision = turn(at_the_desk(), said("срочно нужен маникюр", service="manicure", escalate="urgent"))
    assert only(decision, Wake).reason == "urgent"
    assert decision.conversation.asked == "time"


def test_the_colleague_reads_what_the_client_wrote():
    decision = turn(at_the_desk(), said("позовите человека", "human", escalate="human_request"))
    assert "позовите человека" in only(decision, Wake).text


def test_a_vip_is_recognised_by_phone_once():
    rules = demo()
    vip = rules.model_copy(update={"business": rules.business.model_copy(update={"vip": ("+79000000009",)})})
    first = decide(at_the_desk(), said("Запишите", phone="+79000000009"), vip, NOW)
    second = decide(first.conversation, said("на маникюр", service="manicure"), vip, NOW)
    assert [only(first, Wake).reason, "wake" in kinds(second)] == ["vip", False]


def test_a_vip_is_recognised_by_the_contact_she_shares():
    rules = demo()
    vip = rules.model_copy(update={"business": rules.business.model_copy(update={"vip": ("+79000000009",)})})
    shared = replace(said(""), reading=None, medium="contact", phone="+79000000009")
    assert only(decide(at_the_desk(asked="phone"), shared, vip, NOW), Wake).reason == "vip"


def limited(roubles: int) -> Rules:
    """The salon, where a cheque above so much is a large order."""
    return demo().model_copy(update={"sla": demo().sla.model_copy(update={"high_value": roubles})})


@pytest.mark.parametrize(
    ("limit", "request_", "reading", "called"),
    [
        (1_000, Request(), {"service": "manicure"}, True),
        (1_500, Request(), {"service": "manicure"}, False),  # 1500 ₽ is not above it
        (3_000, Request(), {"service": "manicure", "then": ("pedicure",)}, True),
        (2_000, Request("manicure", at_once=True), {"date": date(2026, 11, 24)}, True),
        (1_000, Request("manicure"), {"intent": "question_address"}, False),  # an aside while nothing is asked
        (1_000, Request(), {"intent": "question_price", "service": "manicure"}, False),  # only asks
    ],
)
def test_a_cheque_above_the_limit_calls_a_person_and_the_desk_goes_on(limit, request_, reading, called):
    before = at_the_desk(asked=None, request=request_)
    decision = decide(before, said("хочу", **reading), limited(limit), NOW)
    assert [effect.reason for effect in decision.effects if isinstance(effect, Wake)] == ["high_value"] * called
    assert decision.conversation.stage != "person"


def test_of_a_cheque_above_the_limit_is_told_once():
    first = decide(at_the_desk(), said("хочу", service="manicure"), limited(1_000), NOW)
    second = decide(
        first.conversation, said("в пять", date=date(2026, 11, 24), time_from=time(17)), limited(1_000), NOW
    )
    assert ["wake" in kinds(turn) for turn in (first, second)] == [True, False]


def test_a_cheque_above_the_limit_is_seen_also_in_a_button():
    asked = at_the_desk(asked="service", request=Request())
    decision = decide(asked, pressed("service:manicure"), limited(1_000), NOW)
    assert only(decision, Wake).reason == "high_value"


def test_what_is_not_understood_is_offered_choices_first_and_a_person_at_the_end():
    state, seen = replace(NEWCOMER, seen=NOW), []
    for attempt in range(len(demo().dialogue.fallback)):
        decision = turn(state, said(f"бла {attempt}", "other", 0.1))
        state = decision.conversation
        seen.append("wake" in kinds(decision))
    assert seen == [False] * (len(seen) - 1) + [True]


def test_the_silence_timer_wakes_the_colleague_with_what_is_known():
    before = at_the_desk(asked="phone", request=Request("manicure", TOMORROW, "Анна"), silence="t1")
    decision = turn(before, Rang("timer:t1", NOW, NEWCOMER.id, "silence", "t1"))
    wake = only(decision, Wake)
    assert wake.reason == "silence" and "Анна" in wake.text
    assert decision.conversation.silence is None


def test_a_timer_from_an_earlier_step_is_ignored():
    before = at_the_desk(asked="phone", silence="t2")
    decision = turn(before, Rang("timer:t1", NOW, NEWCOMER.id, "silence", "t1"))
    assert (decision.effects, decision.conversation) == ((), before)


def test_a_timer_of_a_forgotten_conversation_is_ignored():
    assert turn(NEWCOMER, Rang("timer:t1", NOW, NEWCOMER.id, "silence", "t1")).effects == ()


def test_before_consent_the_colleague_reads_no_name():
    before = replace(NEWCOMER, stage="consent", asked="consent", seen=NOW, silence="t1",
                     request=Request("manicure", TOMORROW, "Анна", "+79000000001"))  # fmt: skip
    wake = only(turn(before, Rang("timer:t1", NOW, NEWCOMER.id, "silence", "t1")), Wake)
    assert "Анна" not in wake.text and "+79000000001" not in wake.text


def test_a_client_who_blocked_us_in_the_middle_is_left_to_a_person():
    before = at_the_desk(asked="name", request=Request("manicure", TOMORROW, None, "+79000000001"), silence="t1")
    decision = turn(before, Blocked("b", NOW, "telegram", HER))
    assert kinds(decision) == ["wake", "set_timer"]
    assert (decision.conversation.reachable, decision.conversation.silence) == (False, None)


def test_a_client_who_blocked_us_and_writes_again_is_reachable():
    before = at_the_desk(reachable=False)
    assert turn(before, said("я тут")).conversation.reachable


def test_a_lead_the_crm_refused_is_told_to_a_person():
    event = Undelivered("u", NOW, NEWCOMER.id, "l1", "ACCESS_DENIED")
    called = alarm(turn(at_the_desk(stage="lead"), event))
    assert "ACCESS_DENIED" in called.notice and called.reason == "promise"


def test_a_reply_that_could_not_be_sent_is_told_to_a_person():
    called = alarm(turn(at_the_desk(), Unsent("u", NOW, NEWCOMER.id, "500")))
    assert "500" in called.notice and called.reason == "promise"


def test_a_colleague_who_writes_to_the_bot_is_not_a_client():
    assert DUTY.telegram is not None
    event = Said("k", NOW, "telegram", DUTY.telegram, "кто дежурит?")
    decision = turn(replace(NEWCOMER, address=DUTY.telegram), event)
    assert texts(decision) == [demo().sla.handover.nobody] and decision.conversation.seen is None


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("day", range(7))
def test_somebody_is_on_duty_at_every_hour(day: int, hour: int):
    at = datetime(2026, 11, 16, hour, 59, tzinfo=UTC) + timedelta(days=day)
    assert on_duty(demo(), at)


def test_an_override_replaces_the_shift_that_starts_on_its_date():
    rules = demo()
    night = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 03:00 on the 23rd in Samara: the shift of the 22nd
    usual = on_duty(rules, night)[0].id
    other = next(person.id for person in rules.business.staff if person.id != usual and person.telegram)
    swapped = rules.model_copy(
        update={"rota": rules.rota.model_copy(update={"overrides": (Override(date=date(2026, 11, 22), duty=other),)})}
    )
    assert on_duty(swapped, night)[0].id == other
    assert time(3) == (night + timedelta(hours=4)).time()
