"""Her visits in her own words: moved, left as they are, cancelled, confirmed, too late, and which of several."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.desk.diary import Change, Entry
from chalicelib.desk.effects import Forget, OfferFreed, Wake
from chalicelib.desk.events import Said
from chalicelib.desk.values import Choice, Conversation, Request
from tests.desk.talk import (
    NOW,
    alarm,
    at_the_desk,
    booking_turn,
    kinds,
    only,
    page_of,
    pressed,
    said,
    shipped,
    slot,
    texts,
    visit,
    with_visits,
)

FRIDAY = date(2026, 11, 27)
HERS = visit("2026-11-27T17:00")
PAGE = page_of(HERS)
HAIRCUT = visit("2026-11-28T11:00", "her-haircut", service="haircut_women", master="olga", minutes=60, lead="second")
TEXTS = shipped().registry.booking.texts
AFTERNOON = datetime(2026, 11, 27, 12, 40, tzinfo=UTC)  # 16:40 in Samara
SURE = (Choice("cancel:yes", "Да"), Choice("cancel:no", "Нет"))


def test_a_visit_is_moved_in_one_change_of_its_page():
    decision = booking_turn(with_visits(HERS), said("на 12", "reschedule", time_from=time(12)), [PAGE])
    (moved,) = decision.visits
    assert (moved.id, moved.slot.hour, moved.state) == ("her-visit", "2026-11-27T12:00", "booked")
    (change,) = decision.diary
    assert change.of(PAGE).entries == (Entry("her-visit", 720, 810),)
    assert only(decision, OfferFreed).slot.hour == "2026-11-27T17:00"
    assert decision.conversation.lead == "lead" and decision.conversation.moving is None


def test_another_day_of_the_same_service_is_asked_about_for_she_may_wish_to_come_twice():
    asked = booking_turn(with_visits(HERS), said("маникюр на субботу", service="manicure", date=date(2026, 11, 28)))
    assert asked.conversation.offered == (
        Choice("visit:moveto:her-visit", "Перенести"), Choice("visit:anew:her-visit", "Ещё одна запись"),
    )  # fmt: skip
    assert (asked.visits, asked.diary, asked.conversation.visits) == ((), (), (HERS,))
    at_ten = said("маникюр на субботу в 10", service="manicure", date=date(2026, 11, 28), time_from=time(10))
    asked = booking_turn(with_visits(HERS), at_ten)
    moved = booking_turn(asked.conversation, pressed("visit:moveto:her-visit"), [PAGE])
    assert [(one.id, one.slot.hour) for one in moved.visits] == [("her-visit", "2026-11-28T10:00")]
    anew = booking_turn(asked.conversation, pressed("visit:anew:her-visit"), [PAGE])
    assert [one.slot.hour for one in anew.conversation.visits] == ["2026-11-27T17:00", "2026-11-28T10:00"]


def test_the_button_under_a_reminder_confirms_the_visit_it_is_about():
    decision = booking_turn(with_visits(HERS, HAIRCUT), pressed("visit:confirm:her-haircut"))
    assert [(one.id, one.state) for one in decision.visits] == [("her-haircut", "confirmed")]
    assert "11:00" in texts(decision)[0]


def test_a_visit_may_be_moved_over_its_own_minutes():
    half_past = said("на 17:30", "reschedule", time_from=time(17, 30))
    assert booking_turn(with_visits(HERS), half_past, [PAGE]).visits[0].slot.hour == "2026-11-27T17:30"


def test_to_a_taken_hour_it_is_not_moved_and_stands():
    taken = page_of(HERS, visit("2026-11-27T12:00", "of-another"))
    decision = booking_turn(with_visits(HERS), said("на 12", "reschedule", time_from=time(12)), [taken])
    assert texts(decision)[0].startswith("На новое время перенести не получится, свободного нет: 27.11.2026 12:00.")
    assert (decision.visits, decision.diary, decision.conversation.visits) == ((), (), (HERS,))


def test_moved_to_where_it_is_it_stays():
    decision = booking_turn(with_visits(HERS), said("на 17", "reschedule", time_from=time(17)), [PAGE])
    assert decision.visits == ()
    assert texts(decision) == ["Хорошо, всё остаётся как было: Маникюр, пт 27.11.2026 в 17:00, мастер Анна. Ждём вас!"]


def test_her_own_hour_is_not_offered_as_another():
    early = visit("2026-11-23T10:00")
    decision = booking_turn(with_visits(early), said("можно перенести?", "reschedule"), [page_of(early)])
    assert [one.hour for one in decision.conversation.times] == [
        "2026-11-23T10:30", "2026-11-23T11:00", "2026-11-23T11:30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "word", ["оставьте как есть", "пусть останется", "не надо, пусть останется", "передумала", "leave it as it is"]
)
def test_what_is_not_moved_after_all_is_as_it_was(word: str):
    moving = booking_turn(with_visits(HERS), said("можно перенести?", "reschedule"), [PAGE]).conversation
    decision = booking_turn(moving, said(word, "booking", 0.6), [PAGE])
    assert texts(decision)[0].startswith("Хорошо, всё остаётся как было")
    before = with_visits(HERS)
    after = decision.conversation
    assert (after.request, after.lead, after.stage, after.asked, after.moving) == (
        before.request, "lead", "lead", None, None,
    )  # fmt: skip


def test_who_cancels_while_she_moves_cancels_the_visit():
    moving = booking_turn(with_visits(HERS), said("можно перенести?", "reschedule"), [PAGE]).conversation
    decision = booking_turn(moving, said("отмените", "cancel"), [PAGE])
    assert texts(decision) == ["Отменить запись: Маникюр, пт 27.11.2026 в 17:00?"]
    assert decision.conversation.offered == SURE


def test_cancelling_is_asked_once_and_then_done():
    asked = booking_turn(with_visits(HERS), said("отмените запись", "cancel")).conversation
    assert (asked.asked, asked.offered) == ("cancel", SURE)
    decision = booking_turn(asked, said("да", "consent_yes"))
    assert [made.state for made in decision.visits] == ["cancelled"]
    assert decision.diary == (Change("anna", FRIDAY, None, remove=("her-visit",), standing=("her-visit",)),)
    assert texts(decision) == ["Отменил: Маникюр, пт 27.11.2026 в 17:00. Будем рады видеть вас в другой день."]


def test_who_cancels_a_visit_that_is_not_known_here_begins_no_request():
    decision = booking_turn(at_the_desk(), said("отмените запись на завтра", "cancel", date=date(2026, 11, 23)))
    assert decision.conversation.request.wish is None
    assert texts(decision) == [shipped().dialogue.intent("cancel").responses[0].format(phone=shipped().business.phone)]


@pytest.mark.parametrize("intent", ["booking", "reschedule"])
def test_another_service_in_place_of_hers_takes_its_hour(intent: str):
    words = said("передумала, не маникюр, а брови", intent, service="brows", instead=True)
    decision = booking_turn(with_visits(HERS), words, [PAGE])
    (changed,) = decision.visits
    assert (changed.id, changed.slot.service, changed.slot.hour) == ("her-visit", "brows", "2026-11-27T17:00")
    assert texts(decision)[0].startswith("Поменял вашу запись, теперь так: Оформление бровей, пт 27.11.2026 в 17:00")


def test_another_service_besides_while_a_visit_is_moved_is_a_new_request_and_the_visit_stands():
    moving = booking_turn(with_visits(HERS), said("можно перенести?", "reschedule"), [PAGE]).conversation
    words = said("запишите ещё и на брови в субботу в 12", service="brows", date=date(2026, 11, 28), time_from=time(12))
    decision = booking_turn(moving, words, [PAGE])
    assert HERS in decision.conversation.visits and decision.conversation.moving is None
    assert [one.slot.service for one in decision.visits] == ["brows"]


def test_until_another_service_can_be_had_the_visit_stands():
    words = said("вместо маникюра окрашивание в 19:30", service="colouring", instead=True, time_from=time(19, 30))
    decision = booking_turn(with_visits(HERS), words, [PAGE])
    assert decision.visits == () and decision.conversation.visits == (HERS,)
    assert "Запись остаётся прежней: Маникюр" in texts(decision)[0]


def test_a_week_later_is_the_same_hour_of_another_week():
    decision = booking_turn(with_visits(HERS), said("на неделю позже", "other", 0.3), [PAGE])
    assert texts(decision)[0].startswith("Перенёс вашу запись: Маникюр, пт 04.12.2026 в 17:00")


def test_no_leaves_it():
    asked = booking_turn(with_visits(HERS), said("отмените запись", "cancel")).conversation
    decision = booking_turn(asked, pressed("cancel:no"))
    assert (decision.diary, decision.visits, decision.conversation.visits) == ((), (), (HERS,))


def test_a_late_cancel_is_told_so():
    asked = booking_turn(with_visits(HERS), said("отмените", "cancel"), now=AFTERNOON).conversation
    decision = booking_turn(asked, pressed("cancel:yes"), now=AFTERNOON)
    assert "в другой раз предупредите" in texts(decision)[0]


def test_an_old_yes_cancels_nothing_while_she_moves():
    moving = booking_turn(with_visits(HERS), said("можно перенести?", "reschedule"), [PAGE]).conversation
    decision = booking_turn(moving, pressed("cancel:yes"), [PAGE])
    assert (decision.visits, decision.diary) == ((), ())
    assert texts(decision) == ["Отменить запись: Маникюр, пт 27.11.2026 в 17:00?"]


def test_of_several_visits_it_is_asked_which_and_the_first_is_the_first():
    both = with_visits(HERS, HAIRCUT)
    which = booking_turn(both, said("отмените запись", "cancel"))
    assert [choice.id for choice in which.conversation.offered] == [
        "visit:cancel:her-visit", "visit:cancel:her-haircut",
    ]  # fmt: skip
    decision = booking_turn(which.conversation, said("первую", "other", 0.3))
    assert texts(decision) == ["Отменить запись: Маникюр, пт 27.11.2026 в 17:00?"]


def test_a_named_service_tells_which():
    both = with_visits(HERS, HAIRCUT)
    decision = booking_turn(both, said("отмените стрижку", "cancel", service="haircut_women"))
    assert texts(decision) == ["Отменить запись: Стрижка женская, сб 28.11.2026 в 11:00?"]


def test_a_button_of_a_visit_that_is_off_tells_what_stands():
    gone = replace(HERS, id="gone", state="cancelled")
    decision = booking_turn(with_visits(gone, HAIRCUT), pressed("visit:move:gone"))
    assert texts(decision) == ["Вы записаны:\nСтрижка женская, сб 28.11.2026 11:00, Ольга"]


@pytest.mark.parametrize("word", ["confirm", "consent_yes"])
def test_a_reminder_is_answered_in_own_words(word: str):
    decision = booking_turn(with_visits(HERS, asked="reminder"), said("+", "confirm"))
    assert [made.state for made in decision.visits] == ["confirmed"]
    assert decision.diary == ()


@pytest.mark.parametrize(
    ("known", "suffers"),
    [({"minutes": 10}, False), ({}, False), ({"minutes": 40}, True), ({"time_from": time(17, 10)}, False),
     ({"time_from": time(17, 50)}, True)],
)  # fmt: skip
def test_the_master_hears_how_late_and_a_person_decides_when_it_is_much(known: dict, suffers: bool):
    before = with_visits(HERS, seen=AFTERNOON)
    decision = booking_turn(before, said("опаздываю", "running_late", **known), [PAGE], AFTERNOON)
    woken = [one.colleague for one in decision.effects if isinstance(one, Wake)]
    assert woken[0] == "anna"
    assert len(woken) == 1 + suffers
    assert texts(decision) == [TEXTS.late_person if suffers else TEXTS.late]


def test_who_is_late_for_another_day_reads_when_she_is_expected():
    decision = booking_turn(with_visits(visit("2026-11-26T11:00")), said("опаздываю", "running_late", minutes=15))
    assert "26.11.2026 11:00" in texts(decision)[0] and "wake" not in kinds(decision)


def test_ten_minutes_are_too_late_where_the_next_guest_comes_at_once():
    busy = page_of(HERS, visit("2026-11-27T18:30", "next"))
    before = with_visits(HERS, seen=AFTERNOON)
    decision = booking_turn(before, said("опаздываю", "running_late", minutes=10), [busy], AFTERNOON)
    assert texts(decision) == [TEXTS.late_person]


def test_her_visits_leave_the_diary_with_her_consent():
    before = with_visits(HERS, HAIRCUT, leads=("lead", "second"))
    decision = booking_turn(before, said("отзываю согласие", "consent_no"))
    assert {change.who: change.remove for change in decision.diary} == {
        "anna": ("her-visit",),
        "olga": ("her-haircut",),
    }
    assert [one for one in decision.effects if isinstance(one, Forget)] == [
        Forget("lead", "+79000000001", ("her-visit", "her-haircut")), Forget("second", "+79000000001"),
    ]  # fmt: skip
    assert decision.conversation.visits == ()


@pytest.mark.parametrize("whose", [{"another": True}, {"choice": "guest"}])
def test_a_friends_visit_leaves_her_own_where_it_is(whose: dict):
    friend = said("ой а можно еще подруге на 16:30", "reschedule", 0.5, time_from=time(10), **whose)
    decision = booking_turn(with_visits(HERS), friend, [PAGE])
    assert decision.conversation.visits == (HERS,)
    assert decision.conversation.hold and decision.conversation.hold.slot.hour == "2026-11-27T10:00"
    assert (decision.conversation.request.guest, decision.conversation.asked) == (True, "name")


def test_a_friends_other_service_is_asked_for_under_her_own_name():
    friend = said("а подруге педикюр", service="pedicure", choice="guest")
    request = booking_turn(with_visits(HERS), friend, [PAGE]).conversation.request
    assert (request.service, request.name, request.guest) == ("pedicure", None, True)


@pytest.mark.parametrize("intent", ["other", "booking", "reschedule", "confirm"])
def test_another_number_is_that_of_the_visit_and_moves_nothing(intent: str):
    decision = booking_turn(with_visits(HERS), said("номер не тот", intent, phone="+79000000002"))
    assert decision.visits == (replace(HERS, phone="+79000000002"),)
    assert (decision.conversation.lead, decision.conversation.moving, decision.diary) == ("lead", None, ())
    assert texts(decision) == ["Исправил: Анна, телефон +79000000002."]
    assert only(decision, Forget) == Forget(None, "+79000000001")
    assert "Было: Анна, +79000000001\nСтало: Анна, +79000000002" in alarm(decision).notice


@pytest.mark.parametrize(("intent", "confidence"), [("other", 0.9), ("reschedule", 0.9), ("booking", 0.3)])
def test_another_name_without_a_clear_wish_is_hers(intent: str, confidence: float):
    right = said("не Анна, меня Елена зовут", intent, confidence, name="Елена", instead=True)
    decision = booking_turn(with_visits(HERS), right)
    assert decision.visits == (replace(HERS, name="Елена"),)


def test_a_mere_name_is_no_correction_it_may_be_anybodys():
    decision = booking_turn(with_visits(HERS), said("сестра Вера", "other", name="Вера"))
    assert decision.conversation.visits == (HERS,)


def test_another_name_told_without_a_wish_is_that_of_the_visits_made_under_hers():
    her_friend = replace(visit("2026-11-27T10:00", "friend"), name="Оля")
    with_her = replace(visit("2026-11-27T12:00", "companion"), name="Анна +1")
    before = with_visits(her_friend, with_her, HERS, known_as="Анна")
    decision = booking_turn(before, said("ой, не Анна, а Галина", "other", name="Галина", instead=True))
    assert [one.name for one in decision.conversation.visits] == ["Оля", "Галина +1", "Галина"]
    assert decision.conversation.known_as == "Галина"


def test_a_name_that_one_of_her_visits_has_is_no_correction():
    before = with_visits(replace(visit("2026-11-27T10:00", "friend"), name="Оля"), HERS)
    decision = booking_turn(before, said("перенесите Олю", "reschedule", name="Оля"))
    assert decision.visits == ()


def test_a_number_in_a_cancellation_is_none_either():
    decision = booking_turn(with_visits(HERS), said("отмените, 8 900…", "cancel", phone="+79000000002"))
    assert decision.conversation.asked == "cancel"


def called_off() -> Conversation:
    asked = booking_turn(with_visits(HERS), said("отмените", "cancel"))
    return booking_turn(asked.conversation, said("да", "consent_yes"), [PAGE]).conversation


@pytest.mark.parametrize("intent", ["booking", "reschedule"])
def test_a_time_asked_for_after_a_cancellation_is_for_the_same_service(intent: str):
    anew = said("давайте лучше в субботу в 11", intent, date=date(2026, 11, 28), time_from=time(11))
    (made,) = booking_turn(called_off(), anew).visits
    assert (made.slot.service, made.slot.hour, made.name) == ("manicure", "2026-11-28T11:00", "Анна")


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        (said("верните запись", "other", 0.3), "2026-11-27T17:00"),
        (said("на среду в то же время", date=date(2026, 11, 25)), "2026-11-25T17:00"),
    ],
)
def test_as_before_is_at_the_hour_of_the_visit_called_off(words: Said, hour: str):
    (made,) = booking_turn(called_off(), words).visits
    assert made.slot.hour == hour


def test_another_service_after_a_cancellation_is_that_service():
    assert booking_turn(called_off(), said("на педикюр", service="pedicure")).conversation.request.service == "pedicure"


def test_the_next_day_a_cancellation_is_forgotten():
    decision = booking_turn(called_off(), said("запишите"), now=NOW + timedelta(days=1))
    assert (decision.conversation.request.service, decision.conversation.asked) == (None, "service")


def test_who_takes_back_her_consent_reads_that_her_visit_is_off():
    decision = booking_turn(with_visits(HERS), said("отзываю согласие", "consent_no"), [PAGE])
    assert texts(decision)[0].endswith("Запись тоже снята:\nМаникюр, пт 27.11.2026 17:00, Анна")


THURSDAY = {"date": date(2026, 11, 26)}


def test_who_cannot_come_and_asks_for_another_day_moves_the_visit_to_the_hour_she_then_names():
    asked = booking_turn(with_visits(HERS), said("не смогу, ребёнок заболел", "cancel")).conversation
    offered = booking_turn(asked, said("а на четверг есть что?", **THURSDAY), [PAGE]).conversation
    assert {one.date for one in offered.times} == {THURSDAY["date"]}
    (moved,) = booking_turn(offered, said("15:00", time_from=time(15)), [PAGE]).visits
    assert (moved.id, moved.slot.hour) == ("her-visit", "2026-11-26T15:00")


def test_an_hour_told_after_another_day_is_of_that_day():
    asked = booking_turn(with_visits(HERS), said("а на четверг есть что?", **THURSDAY)).conversation
    at_three = booking_turn(asked, said("15:00", time_from=time(15))).conversation
    (moved,) = booking_turn(at_three, pressed("visit:moveto:her-visit"), [PAGE]).visits
    assert moved.slot.hour == "2026-11-26T15:00"


def test_an_hour_of_one_visit_is_not_on_the_day_of_another():
    before = with_visits(HERS, HAIRCUT)
    (moved,) = booking_turn(before, said("к Анне на 12", masters=("anna",), time_from=time(12)), [PAGE]).visits
    assert (moved.id, moved.slot.hour) == ("her-visit", "2026-11-27T12:00")


@pytest.mark.parametrize(("choice", "earlier"), [("earlier", True), ("later", False)])
def test_earlier_or_later_than_her_visit_is_offered_of_its_day(choice: str, earlier: bool):
    offered = booking_turn(with_visits(HERS), said("а можно?", "reschedule", 0.4, choice=choice), [PAGE]).conversation
    assert offered.moving == "her-visit" and offered.times
    assert all(one.date == FRIDAY and (one.start < time(17)) == earlier for one in offered.times)


def test_what_is_asked_for_in_place_of_her_service_is_changed_however_unsure_it_sounds():
    words = said("а можно вместо маникюра брови?", "reschedule", 0.3, service="brows", instead=True)
    assert texts(booking_turn(with_visits(HERS), words, [PAGE]))[0].startswith("Поменял вашу запись")


@pytest.mark.parametrize("words", [("ой наверное на 40", "other", 0.5), ("а я вообще успею?", "question_service", 0.9)])
def test_what_she_adds_about_being_late_is_for_a_person_to_decide(words: tuple[str, str, float]):
    late = booking_turn(with_visits(HERS), said("опаздываю на 10", "running_late", minutes=10), [PAGE], AFTERNOON)
    later = booking_turn(late.conversation, said(*words), [PAGE], AFTERNOON)
    assert texts(later) == [TEXTS.late_person]
    assert words[0] in alarm(later).notice and alarm(later).about == "her-visit"


@pytest.mark.parametrize(
    "words",
    [("👍", "confirm"), ("пока", "other"), ("ладно", "confirm"), ("ок, понятно, буду ждать тогда", "thanks")],
)
def test_words_that_wish_for_nothing_wake_nobody_however_many(words: tuple[str, str]):
    decision = booking_turn(with_visits(HERS, misses=1), said(*words, 0.4))
    assert texts(decision) == [shipped().dialogue.idle]
    assert (decision.conversation.misses, decision.conversation.alarm, decision.visits) == (1, None, ())


def test_emoji_alone_are_answered_so_too():
    assert texts(booking_turn(with_visits(HERS), said("❤️", "other", about="noise"))) == [shipped().dialogue.idle]


@pytest.mark.parametrize("text", ["а парковка?", "на 10", "что-то я ничего не понимаю"])
def test_a_question_an_hour_and_a_sentence_are_not_passed_over(text: str):
    assert booking_turn(with_visits(HERS), said(text, "other", 0.4)).conversation.misses == 1


def test_after_a_cancellation_such_words_wake_nobody_either():
    before = replace(called_off(), misses=1)
    assert texts(booking_turn(before, said("👍", "confirm", 0.4))) == [shipped().dialogue.idle]


def test_one_more_visit_is_let_go_and_the_one_that_stands_stays():
    pending = {"lead": None, "asked": "time", "request": Request("haircut_women"), "times": (slot("2026-11-27T12:00"),)}
    decision = booking_turn(with_visits(HERS, **pending), said("не надо", "booking", 0.6), [PAGE])
    assert (decision.conversation.visits, decision.conversation.times) == ((HERS,), ())
    assert texts(decision) == [shipped().registry.abandoned]


def test_a_visit_that_stands_is_cancelled_by_its_service_while_another_is_offered():
    pending = {"lead": None, "asked": "time", "request": Request("haircut_women"), "times": (slot("2026-11-27T12:00"),)}
    decision = booking_turn(
        with_visits(HERS, **pending), said("отмените маникюр", "cancel", service="manicure"), [PAGE]
    )
    assert (decision.conversation.asked, decision.conversation.moving) == ("cancel", HERS.id)
