"""While a colleague is on her way to a client: nothing falls into a void, and nothing is said twice."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.desk.events import Said
from chalicelib.desk.values import Alarm, Conversation, Rung
from tests.desk.talk import (
    HER,
    NEWCOMER,
    NOW,
    TOMORROW,
    Request,
    Wake,
    at_the_desk,
    demo,
    kinds,
    only,
    pressed,
    said,
    texts,
    turn,
)

WHOLE = Request("manicure", TOMORROW, "Анна", "+79000000001")


def called(reason: str = "complaint", **state: Any) -> Conversation:
    """A client to whom a colleague was called."""
    trigger = demo().sla.trigger(reason)
    assert trigger is not None
    alarm = Alarm("a1", reason, trigger.priority, trigger.clause, trigger.notice, NOW, NOW, (Rung(3, "duty"),),
                  NOW + timedelta(minutes=3), "t1", out=1, paged=("marina",))  # fmt: skip
    return at_the_desk(stage="person", owner="marina", escalated=(reason,), alarm=alarm, **state)


def test_she_is_told_that_the_colleague_comes_and_the_colleague_reads_what_she_adds():
    decision = turn(called(), said("ну и? вы ответите?", "other"))
    assert texts(decision) == [demo().dialogue.coming]
    assert "ну и? вы ответите?" in only(decision, Wake).text
    assert (only(decision, Wake).reason, decision.conversation.stage) == ("complaint", "person")


def test_a_greeting_wakes_nobody_once_more():
    assert kinds(turn(called(), said("здравствуйте", "greeting"))) == ["reply"]


@pytest.mark.parametrize("about", ["rude", "off_topic", "noise"])
def test_neither_does_what_is_no_wish(about: str):
    decision = turn(called(), said("…", "other", about=about))
    assert (texts(decision), kinds(decision)) == ([demo().dialogue.coming], ["reply"])


def test_what_cannot_be_read_is_answered_by_the_colleague():
    decision = turn(called(), Said("t:1", NOW, "telegram", HER, medium="photo"))
    assert (texts(decision), kinds(decision)) == ([demo().dialogue.coming], ["reply"])


def test_a_price_is_told_all_the_same():
    decision = turn(called(asked="time"), said("сколько стоит маникюр", "question_price"))
    assert "1 500 ₽" in texts(decision)[0]
    assert (decision.conversation.stage, decision.conversation.owner) == ("person", "marina")


def test_the_open_question_is_not_asked_by_the_way():
    assert len(texts(turn(called(asked="name"), said("а где вы?", "question_address")))[0].splitlines()) == 1


def test_a_booking_is_taken_by_the_desk():
    decision = turn(called(), said("ладно, запишите"))
    assert (decision.conversation.stage, decision.conversation.owner) == ("qualifying", "desk")
    assert decision.conversation.asked == "service"


def test_what_she_tells_meanwhile_is_not_asked_again():
    asked = at_the_desk(asked="name", request=Request("manicure", TOMORROW))
    complains = turn(asked, said("верните деньги", "complaint")).conversation
    told = turn(complains, said("Дина", "other", name="Дина")).conversation
    assert (told.stage, told.asked) == ("person", None)
    assert turn(told, said("ладно, запишите")).conversation.asked == "phone"


def test_a_begun_request_goes_on_when_she_tells_more_of_it():
    asked = at_the_desk(asked="name", request=Request("manicure", TOMORROW))
    called_for = turn(asked, said("оператор", "human")).conversation
    assert turn(called_for, said("Дина", "other", name="Дина")).conversation.asked == "phone"


def test_after_words_of_despair_no_question_of_ours_is_open():
    before = at_the_desk(asked="name", request=Request("manicure", TOMORROW))
    crisis = turn(before, said("не хочу жить", "emergency", escalate="medical", about="crisis")).conversation
    assert (crisis.asked, crisis.request) == (None, before.request)
    assert texts(turn(crisis, said("мне страшно", "other"))) == [demo().dialogue.crisis]


def test_the_same_reason_once_more_is_not_the_whole_reply_once_more():
    decision = turn(called("human_request"), said("оператор!!!", "human", escalate="human_request"))
    assert texts(decision) == [demo().dialogue.coming]
    assert only(decision, Wake).reason == "human_request"


def test_danger_is_answered_in_full_each_time():
    decision = turn(called("medical"), said("мне хуже", "emergency", escalate="medical"))
    assert "103" in texts(decision)[0]


def test_where_a_life_may_be_in_danger_the_number_is_said_first_and_without_an_if():
    decision = turn(at_the_desk(), said("жена без сознания", "emergency", 0.4, escalate="medical"))
    assert texts(decision)[0].startswith("Позвоните 103 или 112 прямо сейчас")


def test_who_is_unwell_reads_the_numbers_again_and_nobody_else_does():
    unwell, cross = (turn(called(reason), said("ну и?", "other")) for reason in ("medical", "complaint"))
    dialogue = demo().dialogue
    assert texts(unwell) == [f"{dialogue.coming}\n\n{dialogue.worse}"]
    assert texts(cross) == [dialogue.coming]


@pytest.mark.parametrize(
    "words",
    [
        said("отбой, скорая приехала", "cancel"),
        said("долго ждать?", "question_service"),
        said("хорошо, вызвала", "thanks"),
    ],
)
def test_what_is_no_wish_for_the_desk_is_said_to_the_colleague(words: Said):
    decision = turn(called("medical"), words)
    assert texts(decision)[0].startswith(demo().dialogue.coming)
    assert words.text in only(decision, Wake).text


def test_who_is_unwell_and_asks_for_the_way_is_told_when_somebody_is_there():
    told = texts(turn(called("medical"), said("куда ехать?", "question_address")))[0]
    assert "Сиреневая" in told and "10:00–20:00" in told and told.endswith(demo().dialogue.worse)


def test_consent_given_for_the_colleagues_sake_begins_no_request():
    before = called(consent=None, asked="consent")
    decision = turn(before, said("согласна, мой номер 8 900…", "consent_yes", phone="+79000000001"))
    assert texts(decision) == [demo().dialogue.coming]
    assert "+79000000001" in only(decision, Wake).text
    assert (decision.conversation.stage, decision.conversation.asked) == ("person", None)


def test_consent_to_a_begun_request_goes_on_with_it():
    before = called(consent=None, asked="consent", request=Request("manicure"))
    assert turn(before, pressed("consent:yes")).conversation.asked == "time"


def test_a_request_that_stands_is_still_changed():
    before = called("human_request", lead="l1", request=WHOLE)
    decision = turn(before, said("на субботу", "reschedule", date=TOMORROW.date.replace(day=28)))  # type: ignore[union-attr]
    assert only(decision, Wake).text.startswith("КЛИЕНТ МЕНЯЕТ ЗАЯВКУ")


def test_a_newcomer_in_danger_is_not_greeted_first():
    decision = turn(NEWCOMER, said("опухло лицо", "emergency", escalate="medical"))
    assert demo().dialogue.greeting not in texts(decision)[0]


def test_a_newcomer_in_a_hurry_is():
    decision = turn(NEWCOMER, said("срочно на маникюр", escalate="urgent", service="manicure"))
    assert texts(decision)[0].startswith(demo().dialogue.greeting)


def test_a_complaint_in_a_question_is_answered_and_handed_over():
    decision = turn(at_the_desk(), said("сколько стоит переделать ваш ужас", "question_price", escalate="complaint"))
    assert "1 500 ₽" in texts(decision)[0]
    assert decision.conversation.stage == "person"


def test_pain_in_the_answer_to_our_question_calls_a_person_and_the_request_goes_on():
    before = at_the_desk(asked="time", request=Request("manicure"))
    pain = said("завтра в 5, палец болит", "medical", escalate="medical", date=TOMORROW.date,
                time_from=TOMORROW.time_from, time_to=TOMORROW.time_to)  # fmt: skip
    decision = turn(before, pain)
    assert only(decision, Wake).reason == "medical"
    assert (decision.conversation.request.wish, decision.conversation.asked) == (TOMORROW, "name")


def test_a_large_order_without_a_service_is_the_colleagues():
    decision = turn(at_the_desk(), said("причёски мне и пяти подружкам", escalate="high_value"))
    assert (decision.conversation.stage, decision.conversation.asked) == ("person", None)
