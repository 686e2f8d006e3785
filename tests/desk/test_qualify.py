"""One question at a time until the request is a lead."""

from datetime import date, time

from chalicelib.desk.choosing import offered
from chalicelib.desk.effects import DeliverLead
from chalicelib.desk.values import Choice, Lead, Reading
from tests.desk.talk import (
    NEWCOMER,
    NOW,
    SERVICES,
    TOMORROW,
    Reply,
    Request,
    SetTimer,
    Wish,
    at_the_desk,
    demo,
    kinds,
    only,
    pressed,
    said,
    texts,
    turn,
)  # fmt: skip

ALL = Request("manicure", TOMORROW, "Анна", None)


def question(name: str) -> str:
    field = demo().registry.field(name)  # type: ignore[arg-type]
    assert field is not None and field.ask is not None
    return field.ask


def test_the_questions_come_one_at_a_time_in_the_registrys_order():
    asked = []
    state = at_the_desk()
    answers = [
        said("хочу записаться"),
        said("маникюр", service="manicure"),
        said("завтра в 5", date=TOMORROW.date, time_from=time(17), time_to=time(17)),
        said("Анна", name="Анна"),
    ]
    for answer in answers:
        decision = turn(state, answer)
        state = decision.conversation
        asked.append(texts(decision))
    assert asked == [[question("service")], [question("preferred_time")], [question("client_name")],
                     [question("contact")]]  # fmt: skip


def test_the_service_question_offers_the_services():
    assert only(turn(at_the_desk(), said("запишите")), Reply).choices == SERVICES


def test_a_service_button_answers_the_service_question():
    decision = turn(at_the_desk(asked="service"), pressed(SERVICES[0].id))
    assert decision.conversation.request.service == SERVICES[0].id.removeprefix("service:")
    assert decision.conversation.asked == "time"
    assert kinds(decision)[0] == "acknowledge"


def test_a_word_that_several_services_have_chooses_none_of_them():
    both = (Choice("service:haircut", "Мужская стрижка"), Choice("service:combo", "Стрижка и борода"))
    services = at_the_desk(asked="service", offered=both)
    assert offered(services, "стрижка", None) is None
    assert offered(services, "мужская", None) == both[0]
    assert offered(services, "Стрижка и борода.", None) == both[1]
    assert offered(services, "второе", Reading("booking", 0.9, choice="second")) == both[1]


def test_the_last_answer_makes_the_lead_with_every_field_of_the_registry():
    event = said("89000000001", phone="+79000000001")
    decision = turn(at_the_desk(asked="phone", request=ALL), event)
    lead = only(decision, DeliverLead).lead
    assert lead == Lead(
        id=lead.id,
        conversation=NEWCOMER.id,
        source="telegram",
        client_name="Анна",
        contact="+79000000001",
        service=demo().business.services[0].title if demo().business.services[0].id == "manicure" else lead.service,
        preferred_time="23.11.2026 17:00",
        status="new",
        assigned_to=demo().business.crm.assigned_to,
        created=NOW,
    )
    assert (decision.conversation.stage, decision.conversation.asked, decision.conversation.lead) == (
        "lead", None, lead.id,
    )  # fmt: skip


def test_the_same_event_makes_the_same_lead():
    event = said("89000000001", phone="+79000000001")
    before = at_the_desk(asked="phone", request=ALL)
    assert only(turn(before, event), DeliverLead) == only(turn(before, event), DeliverLead)


def test_a_phone_the_channel_knows_is_not_asked_for():
    first = turn(at_the_desk(request=Request("manicure", TOMORROW)), said("Анна", name="Анна"))
    assert first.conversation.asked == "phone"
    from dataclasses import replace

    known = replace(said("Анна", name="Анна"), phone="+79000000002")
    assert turn(at_the_desk(request=Request("manicure", TOMORROW)), known).conversation.stage == "lead"


def test_a_correction_of_the_hour_keeps_the_day():
    decision = turn(at_the_desk(asked="name", request=Request("manicure", TOMORROW)),
                    said("не в 5, а в 6", time_from=time(18), time_to=time(18)))  # fmt: skip
    assert decision.conversation.request.wish == Wish(date(2026, 11, 23), time(18), time(18))


def test_a_question_in_the_middle_is_answered_and_the_booking_goes_on():
    decision = turn(at_the_desk(asked="time", request=Request("manicure")), said("а где вы?", "question_address"))
    (text,) = texts(decision)
    assert demo().business.address in text and text.endswith(question("preferred_time"))


def test_an_answer_with_a_question_in_it_is_both_taken_and_answered():
    decision = turn(at_the_desk(asked="time", request=Request("manicure")),
                    said("в понедельник в 5, а где вы?", "question_address", date=TOMORROW.date,
                         time_from=time(17), time_to=time(17)))  # fmt: skip
    (text,) = texts(decision)
    assert demo().business.address in text and text.endswith(question("client_name"))


def test_an_answer_that_is_not_understood_is_asked_for_in_other_words():
    decision = turn(at_the_desk(asked="phone", request=ALL), said("ага", "other", 0.1))
    field = demo().registry.field("contact")
    assert field is not None and texts(decision) == [field.again]


def test_a_time_that_is_not_understood_twice_is_kept_in_her_words():
    before = at_the_desk(asked="time", request=Request("manicure"), misses=1)
    decision = turn(before, said("когда мастер освободится", "other", 0.1))
    assert decision.conversation.request.wish == Wish(words="когда мастер освободится")


def test_a_phone_that_is_not_understood_again_and_again_calls_a_person():
    state = at_the_desk(asked="phone", request=ALL)
    reasons = []
    for attempt in range(2):
        decision = turn(state, said(f"ну там {attempt}", "other", 0.1))
        state = decision.conversation
        reasons += [effect.reason for effect in decision.effects if effect.kind == "wake"]
    assert (reasons, state.stage) == (["low_confidence"], "person")


def test_an_open_question_arms_the_silence_timer():
    decision = turn(at_the_desk(), said("запишите на маникюр", service="manicure"))
    timer = only(decision, SetTimer)
    assert (timer.at - NOW).total_seconds() == demo().sla.silence.after_minutes * 60
    assert timer.token == decision.conversation.silence


def test_a_finished_request_waits_for_nothing():
    decision = turn(at_the_desk(asked="phone", request=ALL, silence="t1"), said("8900", phone="+79000000001"))
    assert decision.conversation.silence is None and "set_timer" not in kinds(decision)


def test_booking_again_after_the_lead_is_a_second_request_with_the_same_name_and_phone():
    before = at_the_desk(stage="lead", lead="l1", request=Request("manicure", TOMORROW, "Анна", "+79000000001"))
    decision = turn(before, said("и ещё педикюр", service="pedicure"))
    assert decision.conversation.request == Request("pedicure", None, "Анна", "+79000000001")
    assert decision.conversation.asked == "time"


def test_booking_words_after_the_lead_say_that_it_is_already_there():
    before = at_the_desk(stage="lead", lead="l1", request=Request("manicure", TOMORROW, "Анна", "+79000000001"))
    assert "deliver_lead" not in kinds(turn(before, said("запишите меня")))


def test_a_foreign_button_does_no_harm():
    decision = turn(at_the_desk(asked="time", request=Request("manicure")), pressed("get_started"))
    assert decision.conversation.asked == "time" and len(texts(decision)) == 1
