"""A request while it is told, corrected, given up, entered; and the one after it."""

from dataclasses import replace
from datetime import date, time, timedelta

from chalicelib.desk.effects import DeliverLead, Forget
from chalicelib.desk.events import Rang, Said
from tests.desk.talk import (
    HER,
    NOW,
    TOMORROW,
    Reply,
    Request,
    Wake,
    Wish,
    alarm,
    at_the_desk,
    booking_turn,
    demo,
    kinds,
    only,
    pressed,
    said,
    texts,
    turn,
)

PHONE = "+79000000001"
WHOLE = Request("manicure", TOMORROW, "Анна", PHONE)
DONE = {"stage": "lead", "lead": "l1", "leads": ("l1",), "request": WHOLE, "known_as": "Анна"}
SUNDAY = date(2026, 11, 29)


def question(name: str, *, again: bool = False) -> str:
    field = demo().registry.field(name)  # type: ignore[arg-type]
    assert field is not None and field.ask and field.again
    return field.again if again else field.ask


# ---------------------------------------------------------------- while it is told


def test_who_corrects_herself_is_told_what_is_written_down():
    before = at_the_desk(asked="name", request=Request("manicure", TOMORROW))
    (text,) = texts(turn(before, said("не в 5, а в 6", time_from=time(18), time_to=time(18))))
    assert text == f"Понял: Маникюр, 23.11.2026 18:00.\n\n{question('client_name')}"


def test_who_answers_is_asked_the_next_thing_at_once():
    before = at_the_desk(asked="time", request=Request("manicure"))
    hour = {"date": TOMORROW.date, "time_from": TOMORROW.time_from, "time_to": TOMORROW.time_to}
    assert texts(turn(before, said("завтра в 5", **hour))) == [question("client_name")]


def test_the_same_question_in_a_row_is_put_in_other_words():
    before = at_the_desk(asked="time", request=Request("manicure"))
    assert texts(turn(before, said("ну давайте запишусь"))) == [question("preferred_time", again=True)]


def test_nobody_is_asked_the_same_for_ever():
    state, asked = at_the_desk(asked="service"), []
    for number in range(2):
        decision = turn(state, said(f"ну запишите {number}"))
        state = decision.conversation
        asked.append(kinds(decision))
    assert asked == [["reply", "set_timer"], ["wake", "set_timer", "reply"]]


def test_a_name_that_looks_like_noise_is_taken_at_the_second_time():
    before = at_the_desk(asked="name", request=Request("manicure", TOMORROW))
    first = turn(before, said("Ыйса", "other", about="noise"))
    assert texts(first) == [question("client_name", again=True)]
    assert turn(first.conversation, said("Ыйса", "other", about="noise")).conversation.request.name == "Ыйса"


def test_emoji_are_no_time():
    before = at_the_desk(asked="time", request=Request("manicure"), misses=1)
    assert turn(before, said("💅💅", "other", about="noise")).conversation.request.wish is None


def test_a_service_and_a_time_are_a_booking_even_when_nothing_else_is_clear():
    hour = {"date": TOMORROW.date, "time_from": TOMORROW.time_from, "time_to": TOMORROW.time_to}
    decision = turn(at_the_desk(), said("на маникюр завтра в 5?", "other", 0.2, service="manicure", **hour))
    assert decision.conversation.asked == "name"
    doubtful = said("маникюр завтра в 5 не получится", "cancel", 0.3, service="manicure", **hour)
    assert turn(at_the_desk(), doubtful).conversation.asked is None


def test_what_she_tells_while_consent_is_open_is_repeated_to_her():
    before = at_the_desk(consent=None, stage="consent", asked="consent")
    (text,) = texts(turn(before, said("на маникюр", service="manicure")))
    assert text.startswith("Понял: Маникюр.\n\n") and demo().consent.url in text


def test_after_a_question_consent_is_asked_again_so_that_a_yes_means_nothing_else():
    before = at_the_desk(consent=None, stage="consent", asked="consent")
    reply = only(turn(before, said("а где вы?", "question_address")), Reply)
    assert reply.text.endswith("Даёте?")
    assert [choice.id for choice in reply.choices] == ["consent:yes", "consent:no"]


def test_a_question_about_something_else_changes_nothing():
    before = at_the_desk(asked="name", request=Request("manicure", TOMORROW))
    ask = said("а педикюр в субботу сколько?", "question_price", service="pedicure", date=date(2026, 11, 28))
    assert turn(before, ask).conversation.request == before.request


def test_an_hour_without_a_day_is_asked_for_the_day_once():
    first = turn(
        at_the_desk(asked="time", request=Request("manicure")), said("после 18", time_from=time(18), open_end=True)
    )
    assert texts(first) == [f"Понял: Маникюр, с 18:00.\n\n{question('preferred_time', again=True)}"]
    second = turn(first.conversation, said("да в любой день после 18", time_from=time(18)))
    assert second.conversation.request.wish == Wish(None, time(18), None, "да в любой день после 18")
    assert second.conversation.asked == "name"


def test_a_day_on_which_it_is_closed_is_asked_again():
    before = at_the_desk(asked="time", request=Request("manicure"))
    decision = turn(before, said("в воскресенье", date=SUNDAY))
    (text,) = texts(decision)
    assert text.startswith("В это время мы закрыты: 29.11.2026.") and "вс выходной" in text
    assert (decision.conversation.asked, decision.conversation.request.wish) == ("time", None)


def test_so_is_an_hour_at_which_it_is_closed():
    before = at_the_desk(asked="time", request=Request("manicure"))
    for hour in (time(8), time(20), time(23)):
        late = said("…", date=TOMORROW.date, time_from=hour, time_to=hour)
        assert turn(before, late).conversation.asked == "time", hour
    edge = said("…", date=TOMORROW.date, time_from=time(10), time_to=time(10))
    assert turn(before, edge).conversation.asked == "name"


def test_pain_in_her_words_does_not_go_into_the_registry():
    before = at_the_desk(asked="time", request=Request("manicure"))
    decision = turn(before, said("завтра, палец болит", "medical", escalate="medical", date=TOMORROW.date))
    assert decision.conversation.request.wish == Wish(TOMORROW.date)


def test_who_gives_up_in_the_middle_is_asked_nothing_more():
    before = at_the_desk(asked="time", request=Request("manicure", name="Анна"))
    decision = turn(before, said("ой нет, передумала", "cancel"))
    assert texts(decision) == [demo().registry.abandoned]
    assert (decision.conversation.asked, decision.conversation.request) == (None, Request(name="Анна"))
    assert kinds(decision) == ["reply"]


def test_she_is_said_to_have_fallen_silent_once_a_request():
    before = at_the_desk(asked="name", request=Request("manicure"), silence="t1")
    first = turn(before, Rang("timer:1", NOW, before.id, "silence", "t1"))
    assert kinds(first) == ["wake", "set_timer"]
    again = replace(first.conversation, silence="t2")
    assert kinds(turn(again, Rang("timer:2", NOW, before.id, "silence", "t2"))) == []


# ---------------------------------------------------------------- once it stands


def test_the_same_once_more_is_no_change():
    hour = {"date": TOMORROW.date, "time_from": TOMORROW.time_from, "time_to": TOMORROW.time_to}
    decision = turn(at_the_desk(**DONE), said("на маникюр завтра в 5", service="manicure", **hour))
    assert kinds(decision) == ["reply"]
    assert texts(decision)[0].startswith("Ваша заявка уже у администратора")


def test_another_number_is_told_to_the_colleague():
    decision = turn(at_the_desk(**DONE), said("номер не тот, вот 8 900 000-00-02", "other", 0.1, phone="+79000000002"))
    assert "+79000000002" in alarm(decision).notice and "+79000000002" in texts(decision)[0]
    assert decision.conversation.lead == "l1"


def test_a_contact_card_with_another_number_too():
    card = Said("t:1", NOW, "telegram", HER, medium="contact", phone="+79000000002")
    decision = turn(at_the_desk(**DONE), card)
    assert (alarm(decision).reason, decision.conversation.request.phone) == ("changed", "+79000000002")


def test_who_wants_another_time_without_naming_it_is_asked_for_it():
    first = turn(at_the_desk(**DONE), said("хочу перенести", "reschedule"))
    assert texts(first) == [question("preferred_time")]
    second = turn(first.conversation, said("на среду", date=date(2026, 11, 25)))
    assert alarm(second).reason == "changed"
    assert not [effect for effect in second.effects if isinstance(effect, DeliverLead)]


def test_a_change_to_a_day_on_which_it_is_closed_is_none():
    decision = turn(at_the_desk(**DONE), said("на воскресенье", "reschedule", date=SUNDAY))
    assert texts(decision)[0].startswith("В это время мы закрыты")
    assert decision.conversation.request == WHOLE
    assert "wake" not in kinds(decision)


def test_a_day_told_as_if_to_move_is_that_of_the_request_begun():
    begun = at_the_desk(request=Request("manicure"))
    decision = booking_turn(begun, said("ок давай в пятницу", "reschedule", date=date(2026, 11, 27)))
    assert decision.conversation.request.wish.date == date(2026, 11, 27)
    assert decision.conversation.asked == "time" and decision.conversation.times


def test_after_a_cancelled_request_nothing_stands():
    after = turn(at_the_desk(**DONE), said("отмените", "cancel")).conversation
    assert (after.lead, after.request) == (None, Request(name="Анна", phone=PHONE))


def test_a_further_service_at_an_hour_is_on_the_same_day():
    further = said("и педикюр тоже, на 13", service="pedicure", time_from=time(13), time_to=time(13))
    lead = only(turn(at_the_desk(**DONE), further), DeliverLead).lead
    assert (lead.service, lead.preferred_time) == ("Педикюр", "23.11.2026 13:00")


def test_another_name_is_another_person():
    decision = turn(at_the_desk(**DONE), said("и Олю запишите", name="Оля"))
    assert only(decision, DeliverLead).lead.client_name == "Оля"
    assert decision.conversation.known_as == "Анна"


def test_the_name_of_the_next_person_is_not_asked_as_hers():
    assert question("client_name", again=True) in texts(turn(at_the_desk(**DONE), said("и подругу", another=True)))[0]


def test_all_her_requests_go_with_her_consent():
    decision = turn(at_the_desk(**{**DONE, "lead": None, "leads": ("l1", "l2")}), said("удалите всё", "consent_no"))
    forgotten = [effect for effect in decision.effects if isinstance(effect, Forget)]
    assert forgotten == [Forget("l1", PHONE), Forget("l2", PHONE)]


# ---------------------------------------------------------------- when she comes back


def test_a_visit_that_is_past_is_no_request_any_more():
    before = at_the_desk(**{**DONE, "seen": NOW - timedelta(days=3), "request": replace(WHOLE, wish=Wish(NOW.date()))})
    long_ago = replace(before, request=replace(WHOLE, wish=Wish(date(2026, 11, 20))))
    decision = turn(long_ago, said("запишите меня снова"))
    assert (decision.conversation.lead, decision.conversation.asked) == (None, "service")
    assert decision.conversation.request == Request(name="Анна", phone=PHONE)


def test_a_visit_to_come_still_stands():
    before = at_the_desk(**{**DONE, "seen": NOW - timedelta(days=3)})
    assert turn(before, said("на когда я записана?", "other", about="mine")).conversation.lead == "l1"


def test_what_was_begun_days_ago_is_begun_anew():
    days_ago = {"seen": NOW - timedelta(days=3), "asked": "name", "request": Request("manicure", TOMORROW)}
    decision = turn(at_the_desk(**days_ago), said("здравствуйте", "greeting"))
    assert (decision.conversation.asked, decision.conversation.request) == (None, Request())
    assert texts(decision)[0].startswith(demo().dialogue.greeting)


def test_a_person_called_days_ago_does_not_have_the_conversation_for_ever():
    before = at_the_desk(stage="person", owner="marina", escalated=("complaint",), seen=NOW - timedelta(days=3))
    decision = turn(before, said("здравствуйте", "greeting"))
    assert (decision.conversation.owner, decision.conversation.escalated) == ("desk", ())


# ---------------------------------------------------------------- consent, choices, what cannot be read


def test_a_refusal_is_not_asked_about_again_until_she_wishes_to_book():
    refused = turn(at_the_desk(consent=None, stage="consent", asked="consent"), pressed("consent:no")).conversation
    assert "Даёте" not in texts(turn(refused, said("здравствуйте", "greeting")))[0]
    assert demo().consent.url in texts(turn(refused, said("запишите всё-таки")))[0]


def test_who_has_refused_may_agree_in_her_own_words():
    refused = turn(at_the_desk(consent=None, stage="consent", asked="consent"), pressed("consent:no")).conversation
    after = turn(refused, said("ладно, согласна", "consent_yes")).conversation
    assert after.consent is not None and after.consent.given


def test_a_refusal_of_another_edition_is_no_ground_for_that():
    refused = turn(at_the_desk(consent=None, stage="consent", asked="consent"), pressed("consent:no")).conversation
    assert refused.consent is not None
    older = replace(refused, consent=replace(refused.consent, version="0.9"))
    assert turn(older, said("согласна", "consent_yes")).conversation.consent == older.consent


def test_who_is_not_understood_with_nothing_asked_is_offered_what_most_want():
    decision = turn(at_the_desk(), said("ыва", "other", 0.1))
    assert [choice.title for choice in only(decision, Reply).choices] == list(demo().dialogue.offers.values())


def test_an_offer_is_served_as_if_it_were_written():
    before = turn(at_the_desk(), said("ыва", "other", 0.1)).conversation
    assert "1 500 ₽" in texts(turn(before, pressed("intent:question_price")))[0]
    assert turn(before, said("1", "other", 0.1)).conversation.asked == "service"
    assert only(turn(before, pressed("intent:human")), Wake).reason == "human_request"


def test_an_intent_that_is_not_offered_is_a_foreign_button():
    decision = turn(at_the_desk(**DONE), pressed("intent:consent_no"))
    assert decision.conversation.consent is not None and decision.conversation.consent.given


def test_what_cannot_be_read_three_times_is_read_by_a_person():
    state, seen = at_the_desk(), []
    for number in range(3):
        decision = turn(state, Said(f"t:{number}", NOW, "telegram", HER, medium="voice"))
        state = decision.conversation
        seen.append(kinds(decision))
    assert seen == [["reply"], ["reply"], ["wake", "set_timer", "reply"]]


def test_a_link_in_a_name_does_not_hide_that_the_request_is_accepted():
    before = at_the_desk(asked="phone", request=replace(WHOLE, phone=None, name="Анна evil.ru"))
    (text,) = texts(turn(before, said("8 900 000-00-01", phone=PHONE)))
    assert "заявка принята: Маникюр" in text and "evil.ru" not in text


def test_a_long_message_wakes_a_colleague_with_its_beginning():
    told = only(turn(at_the_desk(), said("верните деньги " * 400, "complaint", escalate="complaint")), Wake).text
    assert len(told) < 1300
