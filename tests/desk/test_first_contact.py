"""Greeting and consent: what happens before anything is kept."""

from chalicelib.desk.consent import forget_at
from tests.desk.talk import (
    AGREED,
    NEWCOMER,
    NOW,
    TOMORROW,
    Reply,
    Request,
    SetTimer,
    alarm,
    at_the_desk,
    demo,
    only,
    pressed,
    said,
    texts,
    turn,
)  # fmt: skip


def test_a_newcomer_is_greeted_by_an_assistant_and_not_asked_for_anything_yet():
    decision = turn(NEWCOMER, said("Здравствуйте", "greeting"))
    reply = only(decision, Reply)
    assert reply.text == demo().dialogue.greeting
    assert [choice.title for choice in reply.choices] == list(demo().dialogue.offers.values())
    assert decision.conversation.asked is None


def test_a_newcomer_who_wishes_to_book_is_greeted_and_asked_for_consent():
    decision = turn(NEWCOMER, said("Хочу записаться"))
    reply = only(decision, Reply)
    assert reply.text.startswith(demo().dialogue.greeting)
    assert [choice.id for choice in reply.choices] == ["consent:yes", "consent:no"]
    assert (decision.conversation.stage, decision.conversation.asked) == ("consent", "consent")


def test_a_greeting_in_the_middle_of_a_request_goes_on_with_it():
    before = at_the_desk(asked="name", request=Request("manicure", TOMORROW))
    assert turn(before, said("здравствуйте", "greeting")).conversation.asked == "name"


def test_who_asks_what_her_data_are_for_is_told_and_asked_again():
    begun = turn(NEWCOMER, said("Хочу записаться")).conversation
    reply = only(turn(begun, said("а зачем вам мои данные?", "other", about="privacy")), Reply)
    document = demo().consent
    assert reply.text.startswith("Имя и телефон нужны только для записи") and document.url in reply.text
    assert [choice.id for choice in reply.choices] == ["consent:yes", "consent:no"]


def test_who_keeps_her_number_to_herself_is_told_what_it_is_for_and_loses_nothing():
    before = at_the_desk(asked="phone", request=Request("manicure", TOMORROW, "Анна"))
    decision = turn(before, said("номер не скажу", "other", 0.4, about="privacy"))
    assert texts(decision)[0].startswith("Имя и телефон нужны только для записи")
    assert (decision.conversation.asked, decision.conversation.request) == ("phone", before.request)


def test_the_consent_question_names_the_document():
    assert demo().consent.url in texts(turn(NEWCOMER, said("Хочу записаться")))[0]


def test_nobody_is_greeted_twice():
    first = turn(NEWCOMER, said("Здравствуйте", "greeting")).conversation
    assert demo().dialogue.greeting not in texts(turn(first, said("Запишите меня")))[0]


def test_what_a_newcomer_said_before_her_answer_is_not_asked_again():
    hour = {"date": TOMORROW.date, "time_from": TOMORROW.time_from, "time_to": TOMORROW.time_to}
    first = turn(NEWCOMER, said("На маникюр завтра в 5, Анна", service="manicure", name="Анна", **hour))
    decision = turn(first.conversation, pressed("consent:yes"))
    assert decision.conversation.asked == "phone"
    assert decision.conversation.request == Request("manicure", TOMORROW, "Анна", None)


def test_consent_is_proved_by_document_time_channel_and_message():
    first = turn(NEWCOMER, said("Запишите")).conversation
    consent = turn(first, pressed("consent:yes")).conversation.consent
    assert consent is not None
    assert (consent.version, consent.at, consent.channel, consent.event, consent.given) == (
        demo().consent.version, NOW, "telegram", "telegram:consent:yes", True,
    )  # fmt: skip


def test_yes_in_her_own_words_is_consent_too():
    first = turn(NEWCOMER, said("Запишите")).conversation
    decision = turn(first, said("да, конечно", "consent_yes"))
    assert decision.conversation.consent is not None and decision.conversation.consent.given


def test_the_typed_number_of_a_choice_is_that_choice():
    first = turn(NEWCOMER, said("Запишите")).conversation
    decision = turn(first, said("1", "other", 0.1))
    assert decision.conversation.consent is not None and decision.conversation.consent.given


def test_refusal_drops_what_she_told_and_leaves_a_phone_number():
    first = turn(NEWCOMER, said("На маникюр", service="manicure")).conversation
    decision = turn(first, pressed("consent:no"))
    assert decision.conversation.request == Request()
    assert demo().business.phone in texts(decision)[0]
    assert decision.conversation.silence is None


def test_withdrawal_drops_what_she_told():
    before = at_the_desk(request=Request("manicure", TOMORROW, "Анна", "+79000000001"))
    decision = turn(before, said("удалите мои данные", "consent_no"))
    assert decision.conversation.request == Request()
    assert decision.conversation.consent is not None and not decision.conversation.consent.given


def test_withdrawal_after_a_lead_calls_a_person_to_clear_the_crm():
    decision = turn(at_the_desk(stage="lead", lead="l1"), said("отзываю согласие", "consent_no"))
    assert alarm(decision).reason == "withdrawn"
    kept = forget_at(decision.conversation, demo(), NOW)
    assert kept is not None and kept > alarm(decision).due


def test_a_conversation_without_consent_is_forgotten_and_one_with_it_is_kept():
    asked = turn(NEWCOMER, said("Запишите")).conversation
    waits = forget_at(asked, demo(), NOW)
    assert waits is not None and (waits - NOW).total_seconds() == demo().consent.draft_minutes * 60
    assert forget_at(at_the_desk(consent=AGREED), demo(), NOW) is None


def test_a_bare_greeting_that_leads_nowhere_arms_no_timer():
    assert SetTimer not in [type(effect) for effect in turn(NEWCOMER, said("Здравствуйте", "greeting")).effects]


def test_a_price_question_of_a_newcomer_is_answered_without_asking_for_consent():
    decision = turn(NEWCOMER, said("сколько стоит маникюр", "question_price", service="manicure"))
    assert "₽" in texts(decision)[0]
    assert (decision.conversation.asked, decision.conversation.request.service) == (None, "manicure")
