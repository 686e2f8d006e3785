"""Several wishes, changes, further people, known clients, other languages: what people really write."""

from dataclasses import replace
from datetime import date, time, timedelta

from chalicelib.desk.decide import decide
from chalicelib.desk.effects import Decision, DeliverLead, Forget, Reply, SetTimer, Wake
from chalicelib.desk.events import Answered, Event, Rang, Said, Spent
from chalicelib.desk.values import Conversation, Held, Reading
from chalicelib.regulation.schema import Mode, Rules
from tests.desk.talk import (
    HER,
    NEWCOMER,
    NOW,
    TOMORROW,
    Request,
    Wish,
    alarm,
    at_the_desk,
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
DONE = {"stage": "lead", "lead": "lead-1", "request": WHOLE, "known_as": "Анна"}


def test_a_question_and_a_wish_in_one_message_are_both_served():
    before = at_the_desk(asked="service")
    decision = turn(before, said("сколько стоит маникюр и запишите", also=("question_price",), service="manicure"))
    assert "1 500 ₽" in texts(decision)[0]
    assert decision.conversation.asked == "time"


def test_who_asks_about_a_service_hears_what_it_costs_and_how_long_it_takes():
    asks = said("сколько длится маникюр и педикюр?", "question_service", service="manicure", then=("pedicure",))
    decision = turn(at_the_desk(), asks)
    assert "\nМаникюр — 1 500 ₽, 90 мин.\nПедикюр — 2 200 ₽, 90 мин.\n" in texts(decision)[0]
    assert "Окрашивание" not in texts(decision)[0]
    assert decision.conversation.request.then == ()


def test_a_word_that_several_services_share_asks_about_all_of_them():
    answer = texts(turn(at_the_desk(), said("сколько стоит стрижка?", "question_price", service="haircut_women")))[0]
    assert "Стрижка женская" in answer and "Стрижка мужская" in answer and "Маникюр" not in answer


def test_a_question_that_also_wishes_is_answered_and_the_booking_goes_on():
    decision = turn(at_the_desk(), said("до скольки вы? и запишите", "question_hours", also=("booking",)))
    assert "10:00–20:00" in texts(decision)[0]
    assert decision.conversation.asked == "service"


def test_another_time_for_the_request_that_stands_is_told_to_the_colleague():
    decision = turn(at_the_desk(**DONE), said("не на 5, а на 6", time_from=time(18), time_to=time(18)))
    assert decision.conversation.request.wish == Wish(TOMORROW.date, time(18), time(18), "не на 5, а на 6")
    assert decision.conversation.lead == "lead-1"
    assert alarm(decision).reason == "changed"
    assert not [effect for effect in decision.effects if isinstance(effect, DeliverLead)]


def test_another_service_is_another_request():
    decision = turn(at_the_desk(**DONE), said("и ещё на педикюр запишите", service="pedicure"))
    assert decision.conversation.request == Request("pedicure", None, "Анна", PHONE)
    assert decision.conversation.asked == "time"


def test_a_cancelled_request_is_told_to_the_colleague():
    decision = turn(at_the_desk(**DONE), said("отмените, не приду", "cancel"))
    assert alarm(decision).reason == "changed"


def test_a_friend_is_a_second_request_that_asks_only_her_name():
    decision = turn(at_the_desk(**DONE), said("и подругу тоже", another=True))
    wish = replace(TOMORROW, words="и подругу тоже")
    assert decision.conversation.request == Request("manicure", wish, None, PHONE, guest=True)
    assert decision.conversation.asked == "name"
    finished = turn(decision.conversation, said("Ольга", name="Ольга"))
    assert only(finished, DeliverLead).lead.client_name == "Ольга"
    assert finished.conversation.known_as == "Анна"


def test_a_friend_named_in_the_middle_waits_for_her_turn():
    before = at_the_desk(asked="phone", request=replace(WHOLE, phone=None))
    first = turn(before, said("8 900 000-00-01 и подругу тоже", phone=PHONE, another=True))
    assert only(first, DeliverLead).lead.client_name == "Анна"
    assert (first.conversation.asked, first.conversation.more) == ("name", 0)


def test_a_known_client_is_greeted_by_name_after_a_while():
    before = at_the_desk(**{**DONE, "seen": NOW - timedelta(days=3)})
    assert "Анна" in texts(turn(before, said("добрый вечер", "greeting")))[0]


def test_she_is_told_what_she_is_written_down_for():
    decision = turn(at_the_desk(**DONE), said("на когда я записана?", "question_service", about="mine"))
    assert "Маникюр" in texts(decision)[0] and "23.11.2026" in texts(decision)[0]


def test_nobody_is_told_of_a_visit_that_is_not_there():
    decision = turn(at_the_desk(), said("на когда я записана?", "question_service", about="mine"))
    assert texts(decision) == [demo().registry.none.replace("{phone}", demo().business.phone)]


def test_who_asks_is_told_that_a_program_answers():
    decision = turn(NEWCOMER, said("ты бот?", "other", about="assistant"))
    assert texts(decision) == [demo().dialogue.assistant]


def test_rudeness_flirting_and_noise_get_one_short_answer_and_wake_nobody():
    for about in ("rude", "off_topic", "noise"):
        decision = turn(NEWCOMER, said("…", "other", about=about))
        assert texts(decision) == [getattr(demo().dialogue, about)], about
        assert kinds(decision) == ["reply"], about


def test_an_empty_message_is_answered_shortly():
    assert texts(turn(NEWCOMER, Said("t:1", NOW, "telegram", HER)))[0].endswith(demo().dialogue.noise)


def test_an_operator_can_be_had_at_any_time():
    for before in (NEWCOMER, at_the_desk(asked="time"), at_the_desk(**DONE), at_the_desk(stage="person")):
        assert only(turn(before, said("оператор", "human", escalate="human_request")), Wake).reason == "human_request"


def test_a_message_of_the_day_before_yesterday_goes_to_a_person():
    old = replace(said("запишите на завтра"), at=NOW - timedelta(hours=25))
    decision = turn(at_the_desk(), old)
    assert kinds(decision) == ["set_timer"]
    assert (alarm(decision).reason, decision.conversation.stage) == ("stale", "person")


def test_withdrawal_deletes_what_was_kept_and_tells_who_works_in_the_crm():
    decision = turn(at_the_desk(**DONE), said("удалите мои данные", "consent_no"))
    assert only(decision, Forget) == Forget("lead-1", PHONE)
    assert alarm(decision).reason == "withdrawn"
    after = decision.conversation
    assert (after.request, after.lead, after.known_as, after.more) == (Request(), None, None, 0)


def test_a_refused_answer_is_not_repeated_with_a_link_in_it():
    before = at_the_desk(asked="phone", request=replace(WHOLE, phone=None, name="Анна evil.ru"))
    decision = turn(before, said("8 900 000-00-01", phone=PHONE))
    assert "evil.ru" not in texts(decision)[0]


def test_an_english_speaker_is_answered_in_english_where_the_pack_has_it():
    decision = turn(NEWCOMER, said("hi, can I book a manicure", language="en", service="manicure"))
    spoken = demo().dialogue.languages["en"]
    assert texts(decision)[0].startswith(spoken.greeting)
    then = turn(decision.conversation, pressed("consent:yes"))
    assert texts(then)[0].endswith(spoken.ask["preferred_time"])


def test_an_open_hour_is_said_in_her_language_and_told_to_a_colleague_in_russian():
    before = at_the_desk(language="en", asked="time", request=Request("manicure"))
    decision = turn(before, said("after 6 pm", time_from=time(18), open_end=True, language="en"))
    assert "from 18:00" in texts(decision)[0]
    called = turn(decision.conversation, said("a person please", "human", escalate="human_request", language="en"))
    assert "с 18:00" in only(called, Wake).text


def test_a_name_in_between_does_not_change_the_language():
    before = at_the_desk(language="en", asked="name", request=replace(WHOLE, name=None))
    assert turn(before, said("Анна", name="Анна")).conversation.language == "en"


def test_a_russian_sentence_does():
    before = at_the_desk(language="en", asked="time", request=Request("manicure"))
    assert turn(before, said("завтра в пять часов вечера")).conversation.language == "ru"


# ---------------------------------------------------------------- a colleague may answer first


def in_mode(answers: str) -> Rules:
    mode = Mode.model_validate({"answers": answers})
    return demo().model_copy(update={"dialogue": demo().dialogue.model_copy(update={"mode": mode})})


def decided(before: Conversation, event: Event, answers: str, at: int = 23) -> Decision:
    """At that hour of Monday in Samara."""
    return decide(before, event, in_mode(answers), NOW.replace(day=23, hour=at - 4, minute=0))


def test_after_silence_a_colleague_has_three_minutes():
    decision = decided(NEWCOMER, said("запишите на маникюр"), "after_silence")
    held = decision.conversation.held
    assert held is not None and held.text == "запишите на маникюр"
    timer = only(decision, SetTimer)
    assert (timer.timer, timer.token, kinds(decision)) == ("held", held.token, ["set_timer"])


def test_off_hours_the_desk_answers_at_once_when_the_salon_is_closed():
    assert kinds(decided(NEWCOMER, said("запишите"), "off_hours", at=22)) == ["reply"]
    assert kinds(decided(NEWCOMER, said("запишите"), "off_hours", at=12)) == ["set_timer"]


def test_what_nobody_has_answered_the_desk_answers():
    before = replace(NEWCOMER, held=Held("запишите на маникюр", "t1"))
    reading = Reading("booking", 0.9, service="manicure")
    decision = decided(before, Rang("timer:t1", NOW, "c", "held", "t1", reading), "after_silence")
    assert decision.conversation.held is None
    assert decision.conversation.request.service == "manicure"
    assert [effect for effect in decision.effects if isinstance(effect, Reply)]


def test_what_a_colleague_has_answered_stays_answered():
    before = replace(NEWCOMER, held=Held("запишите", "t1"))
    after = decided(before, Answered("a:1", NOW, "telegram", HER), "after_silence").conversation
    assert after.held is None
    assert decided(after, Rang("timer:t1", NOW, "c", "held", "t1"), "after_silence").effects == ()


def test_danger_does_not_wait_for_a_colleague():
    urgent = said("кровь не останавливается", "emergency", escalate="medical")
    assert "reply" in kinds(decided(NEWCOMER, urgent, "after_silence"))


def test_what_the_desk_has_asked_it_also_hears():
    before = at_the_desk(asked="service")
    assert "reply" in kinds(decided(before, said("маникюр", service="manicure"), "after_silence"))


def test_a_spent_budget_is_told_to_the_owner_and_to_nobody_else():
    decision = turn(Conversation("owner", "", ""), Spent("spent:1", NOW, "owner", 200_000))
    woken = only(decision, Wake)
    assert (woken.colleague, woken.reason, kinds(decision)) == (demo().business.owner, "budget", ["wake"])


def test_a_wish_on_a_date_is_kept_as_said():
    decision = turn(at_the_desk(asked="time", request=Request("manicure")), said("25-го", date=date(2026, 11, 25)))
    assert decision.conversation.request.wish == Wish(date(2026, 11, 25), words="25-го")


def test_what_is_wished_besides_on_another_day_brings_her_name_along():
    known = {"service": "pedicure", "date": date(2026, 11, 26), "time_from": time(15), "time_to": time(15)}
    before = at_the_desk(asked="name", request=Request("manicure", TOMORROW))
    besides = said("и педикюр в четверг в 15, Катя", besides=True, name="Катя", **known)
    request = turn(before, besides).conversation.request
    assert (request.service, request.wish, request.name) == ("manicure", TOMORROW, "Катя")
    assert [(one.service, one.wish.date) for one in request.errands] == [("pedicure", date(2026, 11, 26))]
