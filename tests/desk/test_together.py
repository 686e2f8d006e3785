"""Several services in one booking, two people at once, and nobody in two places at the same time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from chalicelib.desk import plan as plans
from chalicelib.desk.diary import Diary, Entry
from chalicelib.desk.effects import DeliverLead
from chalicelib.desk.plan import Plan
from chalicelib.desk.values import Choice, Errand, Hold, Request, Wish
from tests.desk.talk import (
    NOW,
    at_the_desk,
    booking_turn,
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

FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
KNOWN = Request(None, None, "Анна", "+79000000001")
BUSINESS = shipped().business


def busy(who: str, day: date, start: int = 600, end: int = 1200):
    return page_of(Entry("of-others", start, end), day=day, who=who)


def parts(slot_) -> list[tuple[str, str, str]]:
    return [(part.service, f"{part.start:%H:%M}", part.master) for part in slot_.parts]


def test_two_services_are_kept_one_after_another_and_booked_in_one_change():
    wish = said("маникюр в 10 и педикюр после", service="manicure", then=("pedicure",), date=FRIDAY, time_from=time(10))
    decision = booking_turn(at_the_desk(request=KNOWN), wish)
    first, then = decision.visits
    assert [(made.slot.service, made.slot.hour) for made in decision.visits] == [
        ("manicure", "2026-11-27T10:00"), ("pedicure", "2026-11-27T11:30"),
    ]  # fmt: skip
    (change,) = decision.diary
    assert change.add == (Entry(first.id, 600, 690), Entry(then.id, 690, 780))
    assert only(decision, DeliverLead).lead.service == "Маникюр + Педикюр"
    assert texts(decision)[0].startswith(
        "Анна, вы записаны:\nМаникюр, пт 27.11.2026 10:00, Анна; Педикюр, 11:30, Анна\nАдрес:"
    )


def test_what_is_kept_for_two_services_becomes_two_visits_without_a_look():
    first = slot("2026-11-27T10:00", then=(slot("2026-11-27T11:30", "pedicure"),))
    held = Hold("kept", first, NOW + timedelta(minutes=4))
    request = Request("manicure", Wish(FRIDAY, time(10), time(10)), "Анна", then=("pedicure",))
    decision = booking_turn(at_the_desk(request=request, hold=held, asked="phone"), said("т", phone="+79000000001"))
    assert [made.id for made in decision.visits] == ["kept", "kept-1"]
    (change,) = decision.diary
    assert (change.before, change.standing) == (None, ("kept", "kept-1"))
    assert change.add == (Entry("kept", 600, 690), Entry("kept-1", 690, 780))


def test_a_refusal_gives_all_of_it_back():
    first = slot("2026-11-27T10:00", then=(slot("2026-11-27T11:30", "pedicure"),))
    request = Request("manicure", Wish(FRIDAY, time(10), time(10)), then=("pedicure",))
    before = at_the_desk(
        stage="consent", consent=None, asked="consent", request=request,
        hold=Hold("kept", first, NOW + timedelta(minutes=4)),
    )  # fmt: skip
    (change,) = booking_turn(before, pressed("consent:no")).diary
    assert (change.remove, change.add) == (("kept", "kept-1"), ())


def test_another_master_has_the_second_service_where_the_first_does_not_do_it():
    wish = said("стрижка и окрашивание", service="haircut_women", then=("colouring",), date=FRIDAY, time_from=time(10))
    decision = booking_turn(at_the_desk(), wish)
    assert parts(decision.conversation.hold.slot) == [
        ("haircut_women", "10:00", "olga"), ("colouring", "11:00", "marina"),
    ]  # fmt: skip


def test_where_there_is_room_for_one_of_two_only_she_hears_so_and_gets_the_nearest_for_both():
    wish = said("стрижка и окрашивание", service="haircut_women", then=("colouring",), date=FRIDAY, time_from=time(10))
    decision = booking_turn(at_the_desk(), wish, [busy("marina", FRIDAY, 660, 720)])
    assert texts(decision)[0].startswith("На это время могу поставить только одно из двух: 27.11.2026 10:00.")
    assert all([part.service for part in one.parts] == ["haircut_women", "colouring"] for one in
               decision.conversation.times)  # fmt: skip
    assert decision.conversation.hold is None


def test_two_people_come_at_the_same_time_to_two_masters():
    wish = said("нас двое", service="haircut_women", another=True, date=SATURDAY, time_from=time(12))
    decision = booking_turn(at_the_desk(request=KNOWN), wish)
    assert [(made.slot.hour[-5:], made.slot.master, made.name) for made in decision.visits] == [
        ("12:00", "olga", "Анна"), ("12:00", "marina", "Анна +1"),
    ]  # fmt: skip


def test_two_people_come_one_after_the_other_where_one_master_is_free_and_are_told_so():
    wish = said("нас двое", service="haircut_women", another=True, date=SATURDAY, time_from=time(12))
    decision = booking_turn(at_the_desk(), wish, [busy("marina", SATURDAY)])
    assert parts(decision.conversation.hold.slot) == [
        ("haircut_women", "12:00", "olga"), ("haircut_women", "13:30", "olga"),
    ]  # fmt: skip
    assert "Одновременно двоих принять не получится, поэтому друг за другом." in texts(decision)[0]


def test_two_people_need_two_of_what_there_is_one_of():
    """There is one couch: both masters do brows, and one of the two has to wait."""
    plan = plans.of_request(Request("brows", at_once=True), BUSINESS)
    found = next(plans.slot_at(shipped(), plan, Diary(FRIDAY, FRIDAY), FRIDAY, 600, NOW))
    assert [f"{part.start:%H:%M}" for part in found.parts] == ["10:00", "10:40"]


def test_an_hour_that_she_names_for_two_is_not_kept_for_one():
    wish = said("нас двое", service="haircut_women", another=True, date=SATURDAY, time_from=time(17))
    decision = booking_turn(at_the_desk(), wish, [busy("marina", SATURDAY)])
    assert decision.conversation.hold is None
    assert all(len(one.parts) == 2 for one in decision.conversation.times)


def test_what_fits_together_at_no_time_is_booked_one_by_one_and_not_forgotten():
    apart = {"olga": ("mon",), "marina": ("tue",)}
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    staff = tuple(
        one.model_copy(update={"hours": {day: None for day in week if day not in apart[one.id]}})
        if one.id in apart
        else one
        for one in BUSINESS.staff
    )
    services = tuple(
        one.model_copy(update={"masters": ("olga",)}) if one.id == "haircut_women" else one for one in BUSINESS.services
    )
    business = BUSINESS.model_copy(update={"staff": staff, "services": services})
    rules = shipped().model_copy(update={"business": business})
    wish = said("стрижка и окрашивание", service="haircut_women", then=("colouring",))
    offered = booking_turn(at_the_desk(request=KNOWN), wish, rules=rules)
    assert texts(offered)[0].startswith("Вместе ни на какое время не получается, подберу по очереди.")
    booked = booking_turn(offered.conversation, said("первое"), rules=rules)
    assert [made.slot.service for made in booked.visits] == ["haircut_women"]
    assert {one.service for one in booked.conversation.times} == {"colouring"}


def test_a_service_wished_besides_is_kept_with_the_first():
    held = Hold("kept", slot("2026-11-27T10:00"), NOW + timedelta(minutes=4))
    request = Request("manicure", Wish(FRIDAY, time(10), time(10)))
    there = page_of(Entry("kept", 600, 690, held.until), day=FRIDAY)
    before = at_the_desk(request=request, hold=held, asked="name")
    decision = booking_turn(before, said("и педикюр тоже", service="pedicure", besides=True), [there])
    assert [part[0] for part in parts(decision.conversation.hold.slot)] == ["manicure", "pedicure"]


def test_of_three_services_two_are_kept_and_the_third_is_offered_after():
    wish = said("всё", service="manicure", then=("pedicure", "brows"), date=FRIDAY, time_from=time(10))
    decision = booking_turn(at_the_desk(request=KNOWN), wish)
    assert [made.slot.service for made in decision.visits] == ["manicure", "pedicure"]
    assert {one.service for one in decision.conversation.times} == {"brows"}


def test_she_is_not_booked_twice_at_the_same_time():
    before = with_visits(visit("2026-11-27T12:00"))
    wish = said("и стрижку в пятницу в 12:30", service="haircut_women", date=FRIDAY, time_from=time(12, 30))
    decision = booking_turn(before, wish)
    assert decision.visits == ()
    assert texts(decision)[0].startswith("В это время у вас уже есть запись: Маникюр, пт 27.11.2026 в 12:00")
    hers = before.visits[0].slot
    assert not any(plans.overlaps(one, hers) for one in decision.conversation.times)
    assert decision.conversation.offered[-1] == Choice("slot:guest", "Это не мне")


def test_who_comes_with_her_may_come_at_that_time_and_is_asked_for_a_name():
    before = with_visits(visit("2026-11-27T12:00"))
    wish = said("и стрижку в пятницу в 12:30", service="haircut_women", date=FRIDAY, time_from=time(12, 30))
    asked = booking_turn(before, wish).conversation
    decision = booking_turn(asked, said("это для подруги", "other", 0.4))
    assert decision.conversation.hold.slot.hour == "2026-11-27T12:30"
    assert (decision.conversation.asked, decision.conversation.request.name) == ("name", None)


def test_a_time_offered_before_another_visit_came_to_stand_there_is_not_booked():
    stale = slot("2026-11-27T12:30", "haircut_women", "olga", 60)
    before = with_visits(visit("2026-11-27T12:00"))
    before = replace(before, lead=None, request=replace(KNOWN, service="haircut_women"), times=(stale,))
    decision = booking_turn(before, pressed(f"slot:{stale.id}"))
    assert decision.visits == ()


def test_a_friend_right_after_her_begins_when_her_visit_ends():
    before = with_visits(visit("2026-11-27T10:00"))
    decision = booking_turn(before, said("и подругу, следом за мной", another=True, choice="after_me"))
    assert decision.conversation.hold.slot.hour == "2026-11-27T11:30"


def test_a_friend_an_hour_later_is_kept_an_hour_later():
    before = with_visits(visit("2026-11-27T10:00", service="haircut_women", master="olga", minutes=60))
    decision = booking_turn(before, said("и подругу, её на час попозже", another=True))
    assert decision.conversation.hold.slot.hour == "2026-11-27T11:00"


def test_of_visits_made_together_one_is_reminded_of_and_both_are_confirmed():
    first, then = visit("2026-11-27T10:00", "v"), visit("2026-11-27T11:30", "v-1", service="pedicure")
    decision = booking_turn(with_visits(first, then), said("приду", "confirm"))
    assert [made.state for made in decision.conversation.visits] == ["confirmed", "confirmed"]


def test_two_visits_at_the_same_hour_are_told_apart_by_their_masters():
    one = visit("2026-11-27T10:00", "v", service="haircut_women", master="olga", minutes=60)
    two = visit("2026-11-27T10:00", "v-1", service="haircut_women", master="marina", minutes=60)
    decision = booking_turn(with_visits(one, two), said("отмените", "cancel"))
    titles = [choice.title for choice in decision.conversation.offered]
    assert titles == ["27.11 10:00 Ольга", "27.11 10:00 Марина"]


@pytest.mark.parametrize("choice", ["slot:later:x", "slot:earlier:99999", "slot:after", "slot:another", "slot:guest"])
def test_a_foreign_button_breaks_nothing(choice: str):
    for before in (at_the_desk(), at_the_desk(request=Request("manicure", Wish(FRIDAY, time(10), time(10))))):
        assert texts(booking_turn(before, pressed(choice)))


def test_a_plan_of_one_service_is_the_service():
    manicure = BUSINESS.service("manicure")
    assert plans.of_request(Request("manicure"), BUSINESS) == Plan((manicure,))
    assert plans.of_request(Request(), BUSINESS) is None


def test_a_time_told_for_one_of_several_services_leaves_none_of_them_out():
    both = Request("manicure", Wish(FRIDAY), "Анна", "+79000000001", then=("pedicure",))
    before = at_the_desk(asked="time", request=both)
    first = booking_turn(before, said("маникюр в 11", service="manicure", time_from=time(11))).conversation
    assert [made.slot.service for made in first.visits] == ["manicure", "pedicure"]
    apart = booking_turn(before, said("а педикюр в 17", service="pedicure", time_from=time(17))).conversation.request
    assert (apart.service, apart.then) == ("manicure", ())
    assert apart.errands == (Errand("pedicure", Wish(None, time(17))),)


def test_what_has_a_time_of_its_own_is_asked_right_after_the_first_is_booked():
    errand = Errand("haircut_women", Wish(FRIDAY, time(11)))
    wish = Wish(date(2026, 11, 25), time(12), time(12))
    before = at_the_desk(asked="phone", request=Request("manicure", wish, "Анна", errands=(errand,)))
    after = booking_turn(before, said("8 900 000-00-01", phone="+79000000001"))
    assert [made.slot.hour for made in after.visits] == ["2026-11-25T12:00"]
    assert [one.hour for one in after.conversation.times] == ["2026-11-27T11:00"]
    assert (after.conversation.request.service, after.conversation.asked) == ("haircut_women", "time")


def test_of_two_that_she_wishes_the_one_she_leaves_out_is_left_out():
    both = Request("manicure", Wish(FRIDAY, time(10), time(10)), "Анна", then=("pedicure",))
    for words, left in (("маникюр не надо", "pedicure"), ("педикюр не надо", "manicure")):
        dropped = ("manicure" if left == "pedicure" else "pedicure",)
        decision = booking_turn(at_the_desk(asked="phone", request=both), said(words, "cancel", dropped=dropped))
        assert (decision.conversation.request.service, decision.conversation.request.then) == (left, ())


def test_a_single_service_that_is_not_wished_any_more_is_a_request_given_up():
    before = at_the_desk(asked="time", request=Request("manicure", Wish(FRIDAY)))
    decision = booking_turn(before, said("маникюр не надо", "cancel", service="manicure", dropped=("manicure",)))
    assert decision.conversation.request.service is None
