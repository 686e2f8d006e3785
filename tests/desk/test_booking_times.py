"""Free times offered, chosen and kept: what the client reads, and what is written into the diary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.desk.diary import Change, Entry
from chalicelib.desk.values import Choice, Conversation, Hold, Request, Wish
from tests.desk.talk import (
    NEWCOMER,
    NOW,
    at_the_desk,
    booking_turn,
    page_of,
    pressed,
    said,
    shipped,
    slot,
    texts,
    visit,
    with_visits,
)

TOMORROW = date(2026, 11, 23)
TEXTS = shipped().registry.booking.texts
KNOWN = Request("manicure", None, "Анна", "+79000000001")
MORE, WAIT = Choice("slot:more", "Показать ещё"), Choice("slot:wait", "Сообщите мне")


def titles(conversation: Conversation) -> list[str]:
    return [choice.title for choice in conversation.offered]


def offered(*hours: str, **state: object) -> Conversation:
    """A client who was offered these times."""
    times = tuple(slot(hour) for hour in hours)
    buttons = tuple(Choice(f"slot:{one.id}", one.hour) for one in times)
    known = {"request": KNOWN, "times": times, "offered": (*buttons, MORE), "asked": "time", **state}
    return at_the_desk(**known)


def test_a_free_hour_that_she_names_is_kept_while_her_name_is_asked():
    wish = said("маникюр завтра в 17", service="manicure", date=TOMORROW, time_from=time(17))
    decision = booking_turn(at_the_desk(), wish)
    held = decision.conversation.hold
    assert held is not None
    assert (held.slot.hour, held.until) == ("2026-11-23T17:00", NOW + timedelta(minutes=5))
    assert decision.diary == (Change("anna", TOMORROW, 0, add=(Entry(held.id, 1020, 1110, held.until),)),)
    assert decision.conversation.asked == "name"
    assert titles(decision.conversation) == ["Другое время"]


def test_an_hour_off_the_grid_is_kept_as_well():
    wish = said("завтра в 17:15", service="manicure", date=TOMORROW, time_from=time(17, 15))
    assert booking_turn(at_the_desk(), wish).conversation.hold.slot.hour == "2026-11-23T17:15"


def test_instead_of_a_taken_hour_the_nearest_are_offered_and_a_word_when_it_becomes_free():
    wish = said("завтра в 17", service="manicure", date=TOMORROW, time_from=time(17))
    decision = booking_turn(at_the_desk(), wish, [page_of(visit("2026-11-23T17:00", "of-another"))])
    assert texts(decision) == [
        "На это время свободного нет: 23.11.2026 17:00. Вот ближайшее (Маникюр):\n\n" + TEXTS.wait_offer
    ]
    assert titles(decision.conversation) == [
        "пн 23.11 15:00", "пн 23.11 15:30", "пн 23.11 18:30", "Показать ещё", "Сообщите мне",
    ]  # fmt: skip
    assert decision.diary == ()


def test_after_six_is_a_choice_and_not_an_hour():
    wish = said("после 18", service="manicure", date=TOMORROW, time_from=time(18), open_end=True)
    decision = booking_turn(at_the_desk(), wish)
    assert titles(decision.conversation) == ["пн 23.11 18:00", "пн 23.11 18:30"]
    assert decision.conversation.hold is None


def test_a_span_of_days_is_offered_early_and_late_in_it():
    wish = said("на следующей неделе", service="manicure", since=date(2026, 11, 30), until=date(2026, 12, 6))
    decision = booking_turn(at_the_desk(), wish)
    assert texts(decision) == ["Маникюр: есть свободное время. Выберите, что вам удобнее."]
    assert [title.split()[1] for title in titles(decision.conversation)[:3]] == ["30.11", "02.12", "05.12"]


def test_an_hour_told_afterwards_is_looked_for_in_the_span_and_a_day_takes_its_place():
    span = {"since": date(2026, 11, 30), "until": date(2026, 12, 6)}
    asked = at_the_desk(asked="time", request=Request("manicure", Wish(**span)))
    at_five = booking_turn(asked, said("в 17", time_from=time(17)))
    assert at_five.conversation.request.wish == Wish(time_from=time(17), words="", **span)
    assert titles(at_five.conversation)[:3] == ["пн 30.11 17:00", "ср 02.12 17:00", "пт 04.12 17:00"]
    on_wednesday = booking_turn(at_five.conversation, said("в среду", date=date(2026, 12, 2)))
    assert on_wednesday.conversation.hold.slot.hour == "2026-12-02T17:00"


@pytest.mark.parametrize(
    ("day", "by_weekday", "wished"), [(26, True, date(2026, 12, 3)), (26, False, date(2026, 11, 26))]
)
def test_a_weekday_told_after_a_span_is_that_of_the_span(day: int, by_weekday: bool, wished: date):
    span = Wish(since=date(2026, 11, 30), until=date(2026, 12, 6))
    asked = at_the_desk(asked="time", request=Request("manicure", span))
    answer = said("в четверг", date=date(2026, 11, day), by_weekday=by_weekday)
    assert booking_turn(asked, answer).conversation.request.wish.date == wished


def test_of_a_span_that_is_full_the_nearest_days_are_offered():
    wish = said("до вторника", service="manicure", until=TOMORROW)
    full = page_of(visit("2026-11-23T10:00", "of-another", minutes=570))
    decision = booking_turn(at_the_desk(), wish, [full])
    assert texts(decision)[0].startswith("На это время свободного нет: до 23.11.2026.")
    assert titles(decision.conversation)[0] == "вт 24.11 10:00"


def test_a_span_that_begins_too_late_is_told_so():
    wish = said("в марте", service="manicure", since=date(2027, 3, 1), until=date(2027, 3, 31))
    decision = booking_turn(at_the_desk(), wish)
    assert texts(decision)[0].startswith("Записываем не дальше чем на 60 дн., до чт 21.01.2027.")


def test_on_a_closed_day_she_hears_the_hours_and_gets_the_nearest():
    wish = said("в воскресенье", service="manicure", date=date(2026, 11, 29))
    decision = booking_turn(at_the_desk(), wish)
    assert texts(decision)[0].startswith("В это время мы закрыты: 29.11.2026.")
    assert {button.split()[1] for button in titles(decision.conversation)[:3]} <= {"28.11", "30.11"}


def test_who_wishes_to_come_later_than_can_be_booked_hears_until_when_it_can():
    far = booking_turn(at_the_desk(), said("15 марта", service="manicure", date=date(2027, 3, 15), time_from=time(12)))
    first, nearest = texts(far)[0].split("\n\n")
    assert first == "Записываем не дальше чем на 60 дн., до чт 21.01.2027."
    assert nearest == TEXTS.nearest.format(service="Маникюр")
    assert titles(far.conversation) == ["чт 21.01 11:30", "чт 21.01 12:00", "чт 21.01 12:30", "Показать ещё"]


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ({"time_from": time(12)}, "Записываем не позже чем за 1 ч до начала."),
        ({"time_from": time(10), "time_to": time(12)}, "Записываем не позже чем за 1 ч до начала."),
        ({"time_from": time(12), "open_end": True}, "Маникюр: есть свободное время. Выберите, что вам удобнее."),
    ],
)
def test_who_wishes_to_come_sooner_than_can_be_booked_hears_how_soon_it_can(hours: dict[str, object], told: str):
    noon = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)  # 11:40 in Samara
    wish = said("сегодня", service="manicure", date=date(2026, 11, 24), **hours)
    assert texts(booking_turn(at_the_desk(seen=noon), wish, now=noon))[0].split("\n\n")[0] == told


def test_a_visit_that_is_moved_too_far_stays_and_she_hears_until_when_it_can_be():
    before = with_visits(visit("2026-11-27T17:00"))
    wish = said("перенесите на 15 марта в 12", "reschedule", date=date(2027, 3, 15), time_from=time(12))
    first, stays, *_ = texts(booking_turn(before, wish))[0].split("\n\n")
    assert first == "Записываем не дальше чем на 60 дн., до чт 21.01.2027."
    assert "Запись остаётся прежней: Маникюр, пт 27.11.2026 в 17:00." in stays


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2027, 3, 15), time(12)), (date(2026, 11, 22), time(23, 50)), (date(2026, 11, 1), time(12))]
)
def test_what_is_too_far_too_soon_or_past_is_never_kept(day: date, hour: time):
    decision = booking_turn(at_the_desk(), said("тогда", service="manicure", date=day, time_from=hour))
    assert decision.conversation.hold is None
    assert decision.conversation.times


@pytest.mark.parametrize(
    ("word", "hour"),
    [
        ("1", "10:00"), ("второе", "15:00"), ("давайте третье", "18:30"), ("последнее", "18:30"), ("любое", "10:00"),
        ("без разницы", "10:00"), ("2026-11-23T15:00", "15:00"),
    ],
)  # fmt: skip
def test_a_time_is_chosen_as_people_say_it(word: str, hour: str):
    before = offered("2026-11-23T10:00", "2026-11-23T15:00", "2026-11-23T18:30")
    decision = booking_turn(before, said(word, "other", 0.3))
    assert [made.slot.hour for made in decision.visits] == [f"2026-11-23T{hour}"]


def test_a_choice_needs_no_look_into_the_diary():
    before = offered("2026-11-23T10:00")
    decision = booking_turn(before, pressed("slot:2026-11-23T10:00@anna"))
    (made,) = decision.visits
    assert decision.diary == (Change("anna", TOMORROW, 0, add=(Entry(made.id, 600, 690),)),)
    assert made.state == "booked"


def test_an_offered_hour_is_chosen_by_the_hour_alone():
    before = offered("2026-11-23T10:00", "2026-11-23T15:00")
    decision = booking_turn(before, said("давайте в три", time_from=time(15)))
    assert [made.slot.hour for made in decision.visits] == ["2026-11-23T15:00"]


@pytest.mark.parametrize(
    ("word", "first"), [("ещё", "10:30"), ("а попозже?", "15:30"), ("есть пораньше?", "10:30")]
)  # fmt: skip
def test_others_later_and_earlier_are_other_times(word: str, first: str):
    seen = ("2026-11-23T10:00@anna", "2026-11-23T12:00@anna", "2026-11-23T15:00@anna")
    wish = replace(KNOWN, wish=Wish(TOMORROW))
    hours = ("2026-11-23T12:00", "2026-11-23T15:00")
    decision = booking_turn(offered(*hours, request=wish, seen_times=seen), said(word, "other", 0.3))
    assert decision.conversation.times[0].hour == f"2026-11-23T{first}"
    assert not {one.id for one in decision.conversation.times} & set(seen)


def test_another_time_is_another_one_of_that_day():
    held = Hold("kept", slot("2026-12-03T10:00"), NOW + timedelta(minutes=4))
    request = replace(KNOWN, wish=Wish(date(2026, 12, 3), time(10), time(10)), name=None)
    before = at_the_desk(request=request, hold=held, asked="name", offered=(Choice("slot:other", "Другое время"),))
    there = page_of(Entry("kept", 600, 690, held.until), day=date(2026, 12, 3))
    decision = booking_turn(before, pressed("slot:other"), [there])
    assert titles(decision.conversation)[:3] == ["чт 03.12 10:30", "чт 03.12 15:00", "чт 03.12 18:30"]
    assert decision.diary == (Change("anna", date(2026, 12, 3), None, remove=("kept",), standing=("kept",)),)


def test_a_hold_that_is_over_is_hers_as_long_as_nobody_took_the_time():
    before = at_the_desk(
        request=Request("manicure", Wish(TOMORROW, time(17), time(17)), "Анна"),
        hold=Hold("kept", slot("2026-11-23T17:00"), NOW - timedelta(minutes=20)),
        asked="phone",
    )
    decision = booking_turn(before, said("89000000001", phone="+79000000001"))
    assert [made.id for made in decision.visits] == ["kept"]
    assert decision.diary == (Change("anna", TOMORROW, None, add=(Entry("kept", 1020, 1110),), standing=("kept",)),)


def test_a_kept_time_that_has_passed_is_not_booked():
    before = at_the_desk(
        request=Request("manicure", Wish(TOMORROW, time(17), time(17)), "Анна"),
        hold=Hold("kept", slot("2026-11-23T17:00"), NOW + timedelta(minutes=5)),
        asked="phone",
    )
    late = NOW + timedelta(hours=19)  # 18:40 the next day
    decision = booking_turn(before, said("89000000001", phone="+79000000001"), now=late)
    assert decision.visits == ()
    assert "вы записаны" not in " ".join(texts(decision))


def test_an_hour_later_a_kept_time_that_has_passed_is_not_booked_either():
    soon = replace(slot("2026-11-23T10:00"), seen=(0,))
    before = at_the_desk(
        request=Request("manicure", Wish(TOMORROW, time(10), time(10)), "Анна"),
        hold=Hold("kept", soon, NOW + timedelta(minutes=5)), asked="phone", seen=NOW + timedelta(hours=10),
    )  # fmt: skip
    late = NOW + timedelta(hours=11)  # 10:40 the next day
    decision = booking_turn(before, said("89000000001", phone="+79000000001"), now=late)
    assert (decision.visits, decision.conversation.hold) == ((), None)
    assert "вы записаны" not in " ".join(texts(decision))


def test_the_button_of_an_hour_that_has_passed_books_nothing():
    decision = booking_turn(
        offered("2026-11-23T10:00", seen=NOW), pressed("slot:2026-11-23T10:00@anna"), now=NOW + timedelta(hours=11)
    )
    assert (decision.visits, decision.conversation.hold) == ((), None)
    assert all(one.hour > "2026-11-23T11:40" for one in decision.conversation.times)


def test_a_refusal_of_consent_gives_back_what_was_kept():
    before = at_the_desk(
        stage="consent", consent=None, asked="consent", request=Request("manicure"),
        hold=Hold("kept", slot("2026-11-23T17:00"), NOW + timedelta(minutes=4)),
    )  # fmt: skip
    decision = booking_turn(before, pressed("consent:no"))
    assert decision.diary == (Change("anna", TOMORROW, None, remove=("kept",), standing=("kept",)),)
    assert decision.conversation.hold is None


def test_a_friend_at_the_same_hour_is_not_told_that_somebody_has_just_taken_it():
    before = at_the_desk(
        request=Request("manicure", Wish(TOMORROW, time(12), time(12)), "Анна"), more=1, asked="phone",
        hold=Hold("kept", slot("2026-11-23T12:00"), NOW + timedelta(minutes=4)),
    )  # fmt: skip
    page = page_of(Entry("kept", 720, 810, NOW + timedelta(minutes=4)), day=TOMORROW)
    (told,) = texts(booking_turn(before, said("89000000001", phone="+79000000001"), [page]))
    assert TEXTS.taken not in told
    assert "На это время свободного нет: 23.11.2026 12:00" in told


@pytest.mark.parametrize("word", ["другое время", "давайте другое время", "another time"])
def test_another_time_may_be_typed_while_her_name_is_asked(word: str):
    held = Hold("kept", slot("2026-11-23T10:00"), NOW + timedelta(minutes=4))
    before = at_the_desk(request=replace(KNOWN, wish=Wish(TOMORROW, time(10), time(10))), hold=held, asked="name")
    decision = booking_turn(before, said(word, "booking", 0.6, name="Другое"))
    assert decision.conversation.hold is None
    assert "slot:2026-11-23T10:30@anna" in [choice.id for choice in decision.conversation.offered]


def test_thanks_in_between_takes_no_time_back():
    thanked = booking_turn(offered("2026-11-23T10:00", "2026-11-23T15:00", asked=None), said("спасибо", "thanks"))
    decision = booking_turn(thanked.conversation, said("второе", "other", 0.3))
    assert [made.slot.hour for made in decision.visits] == ["2026-11-23T15:00"]


def test_what_is_asked_again_stands_over_the_same_buttons():
    before = offered("2026-11-23T10:00", "2026-11-23T15:00")
    after = booking_turn(before, said("эээ", "booking", 0.6)).conversation
    assert titles(after) == ["пн 23.11 10:00", "пн 23.11 15:00", "Показать ещё"]
    assert booking_turn(after, said("второе", "other", 0.3)).visits[0].slot.hour == "2026-11-23T15:00"


def test_a_button_of_yesterday_is_looked_up_in_the_diary():
    before = at_the_desk(request=KNOWN)
    decision = booking_turn(before, pressed("slot:2026-11-23T17:00@anna"), [page_of(visit("2026-11-23T16:30", "x"))])
    assert texts(decision)[0].startswith(TEXTS.taken)
    assert decision.visits == ()


def test_every_hold_has_the_minutes_of_the_pack():
    wish = said("маникюр завтра в 17", service="manicure", date=TOMORROW, time_from=time(17))
    late = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
    held = booking_turn(at_the_desk(), wish, now=late).conversation.hold
    assert held is not None and held.until == late + timedelta(minutes=shipped().registry.booking.hold_minutes)


SATURDAY = {"service": "manicure", "date": date(2026, 11, 28)}


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"time_from": time(15), "time_to": time(18)}, "На это время свободно:\nМаникюр, сб 28.11.2026 15:00, Анна"),
        ({"date": date(2026, 11, 29)}, "На 29.11.2026 записаться не получится."),  # closed on Sunday
        ({"time_from": time(17), "time_to": time(21)}, "сб 28.11.2026"),
    ],
)
def test_what_is_free_is_told_before_she_has_agreed(wish: dict, told: str):
    decision = booking_turn(NEWCOMER, said("есть что-нибудь?", **{**SATURDAY, **wish}))
    (text,) = texts(decision)
    assert told in text and decision.diary == ()
    assert [choice.id for choice in decision.conversation.offered] == ["consent:yes", "consent:no"]
    again = booking_turn(decision.conversation, said("так запишете?"))
    assert told not in texts(again)[0]


def test_while_her_service_is_not_known_she_hears_which_can_be_had_then():
    evening = said("есть что-нибудь в субботу вечером?", date=date(2026, 11, 28), time_from=time(17), time_to=time(21))
    for before in (at_the_desk(), at_the_desk(consent=None, stage="new", asked=None)):
        free = texts(booking_turn(before, evening))[0].split("\n\n")[0].splitlines()
        assert free == [
            "На это время свободно:",
            "Стрижка женская, сб 28.11.2026 17:00, Ольга",
            "Стрижка мужская, сб 28.11.2026 17:00, Ольга",
            "Оформление бровей, сб 28.11.2026 17:00, Анна",
        ]


def test_of_a_closed_day_without_a_service_a_few_near_times_are_told():
    sunday = texts(booking_turn(at_the_desk(), said("а в воскресенье?", date=date(2026, 11, 29))))[0]
    closed, times, *_ = sunday.split("\n\n")
    first, *near = times.splitlines()
    assert closed.startswith("В это время мы закрыты: 29.11.2026.")
    assert first.startswith("На 29.11.2026 записаться не получится.")
    assert len(near) == 3


def test_of_the_master_she_names_only_the_services_that_are_hers_are_told():
    wish = said("у Ольги есть что на завтра?", date=TOMORROW, masters=("olga",))
    free = texts(booking_turn(at_the_desk(), wish))[0].split("\n\n")[0].splitlines()
    assert [line.split(",")[0] for line in free[1:]] == ["Стрижка женская", "Стрижка мужская"]


TOLD = {"stage": "consent", "consent": None, "asked": "consent", "offered": (Choice("consent:yes", "Даю согласие"),)}
"""Free times were told, and consent is asked."""


def test_a_time_that_was_told_is_chosen_while_consent_is_asked():
    times = (slot("2026-11-23T10:00"), slot("2026-11-23T15:00"))
    before = at_the_desk(**TOLD, request=Request("manicure", Wish(date(2026, 11, 23))), times=times)
    for words, known in (("давайте второе", {}), ("15 подойдет", {"time_from": time(15)})):
        after = booking_turn(before, said(words, "consent_yes", **known)).conversation
        assert after.hold.slot.hour == "2026-11-23T15:00"
        assert (after.asked, after.consent) == ("consent", None)


def test_a_yes_to_one_time_that_was_told_is_consent():
    before = at_the_desk(
        **TOLD, request=Request("manicure", Wish(date(2026, 11, 23))), times=(slot("2026-11-23T10:00"),)
    )
    assert booking_turn(before, said("да", "consent_yes")).conversation.consent.given


def test_an_hour_alone_is_of_the_day_that_was_offered():
    wish = Wish(date(2026, 12, 31))
    before = at_the_desk(asked="time", request=Request("manicure", wish), times=(slot("2026-12-30T10:00"),))
    after = booking_turn(before, said("в 16:00", time_from=time(16))).conversation
    assert after.hold.slot.hour == "2026-12-30T16:00"


def test_nobody_waits_for_a_time_at_which_nobody_works():
    wish = Wish(date(2026, 11, 23), time(14))
    before = at_the_desk(asked="time", request=Request("pedicure", wish), times=(slot("2026-11-23T12:30", "pedicure"),))
    decision = booking_turn(before, pressed("slot:wait"))
    assert decision.conversation.waits == ()
    assert "освободиться оно не может" in texts(decision)[0]


def test_an_opening_day_in_the_middle_of_a_booking_is_a_wish_for_it():
    before = at_the_desk(asked="time", request=Request("manicure", Wish(date(2026, 11, 23))))
    decision = booking_turn(before, said("а в субботу до скольки?", "question_hours", date=date(2026, 11, 28)))
    assert "Работаем" in texts(decision)[0] or "работаем" in texts(decision)[0]
    assert {one.date for one in decision.conversation.times} == {date(2026, 11, 28)}


def test_the_soonest_is_the_nearest_and_not_early_middle_and_late():
    decision = booking_turn(at_the_desk(), said("ближайшее окошко на маникюр", service="manicure"))
    assert [one.hour for one in decision.conversation.times] == [
        "2026-11-23T10:00", "2026-11-23T10:30", "2026-11-23T11:00",
    ]  # fmt: skip


def test_the_soonest_of_those_offered_is_the_first():
    before = offered("2026-11-24T10:00", "2026-11-24T11:00")
    (visit,) = booking_turn(before, said("самое раннее")).visits
    assert visit.slot.hour == "2026-11-24T10:00"


def test_the_soonest_is_not_that_of_the_hour_told_before():
    before = at_the_desk(asked="time", request=Request("manicure", Wish(TOMORROW, time(15), time(15))))
    hours = [one.hour for one in booking_turn(before, said("а ближайшее?", choice="soonest")).conversation.times]
    assert hours[0] == "2026-11-23T10:00"


def test_eight_after_hours_may_be_eight_in_the_morning():
    clinic = shipped("demo-clinic")
    wish = {"service": "checkup", "date": TOMORROW, "time_from": time(20)}
    times = booking_turn(at_the_desk(), said("завтра в 8", **wish), rules=clinic).conversation.times
    assert times[0].hour == "2026-11-23T08:00"


def test_a_price_asked_with_a_day_and_an_hour_is_a_wish_as_well():
    wish = {"service": "pedicure", "date": date(2026, 11, 28), "time_from": time(11)}
    decision = booking_turn(NEWCOMER, said("сколько стоит педикюр и можно в субботу в 11?", "question_price", **wish))
    assert decision.conversation.hold.slot.hour == "2026-11-28T11:00"
    assert "2 200 ₽" in texts(decision)[0]


def test_a_name_that_comes_early_is_thanked_for():
    before = offered("2026-11-24T10:00", request=Request("manicure", Wish(date(2026, 11, 24))))
    decision = booking_turn(before, said("Катя, 8 900 000-00-35", name="Катя", phone="+79000000035"))
    assert texts(decision)[0].startswith("Спасибо, записал.")
    assert texts(booking_turn(before, said("а какие есть?")))[0].count("записал") == 0
