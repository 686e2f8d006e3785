"""A master whom she names: her times only, or truthfully others; another one for a visit that stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from chalicelib.desk.diary import Entry
from chalicelib.desk.effects import DeliverLead
from chalicelib.desk.values import Choice, Conversation, Hold, Request, Waits, Wish
from chalicelib.waiting import suits
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
    turn,
    visit,
    with_visits,
)

SATURDAY = date(2026, 11, 28)
TEXTS = shipped().registry.booking.texts
HAIRCUT = Request("haircut_women", Wish(SATURDAY), "Анна", "+79000000001")
NOON = Wish(SATURDAY, time(12), time(12))


def masters(conversation: Conversation) -> list[str]:
    return [one.master for one in conversation.times]


def busy(who: str, start: int = 600, end: int = 1080):
    return page_of(Entry("of-others", start, end), day=SATURDAY, who=who)


def cut(hour: str, master: str = "olga"):
    return visit(hour, service="haircut_women", master=master, minutes=60)


def test_only_times_of_the_master_she_names_are_offered():
    wish = said("к Ольге в субботу", service="haircut_women", date=SATURDAY, masters=("olga",))
    decision = booking_turn(at_the_desk(), wish)
    assert set(masters(decision.conversation)) == {"olga"}
    assert texts(decision) == [
        "Стрижка женская, мастер Ольга: вот свободное время. Выберите или напишите, когда вам удобно прийти."
    ]


def test_when_she_is_busy_then_her_nearest_and_those_of_others_are_offered_and_told_apart():
    wish = said("к Ольге в субботу", service="haircut_women", date=SATURDAY, masters=("olga",))
    decision = booking_turn(at_the_desk(), wish, [busy("olga")])
    assert [(one.master, one.hour) for one in decision.conversation.times] == [
        ("olga", "2026-11-27T10:00"), ("olga", "2026-11-27T10:30"),
        ("marina", "2026-11-28T10:00"), ("marina", "2026-11-28T13:00"),
    ]  # fmt: skip
    (told,) = texts(decision)
    assert told.startswith("Мастер Ольга: на это время записать не смогу (28.11.2026).")
    assert "Стрижка женская, сб 28.11.2026 10:00, Марина" in told


def test_an_hour_at_which_she_is_busy_is_not_kept_with_somebody_else():
    wish = said("к Ольге в 12", service="haircut_women", date=SATURDAY, time_from=time(12), masters=("olga",))
    decision = booking_turn(at_the_desk(), wish, [busy("olga")])
    assert decision.conversation.hold is None
    assert "2026-11-28T12:00@marina" in [one.id for one in decision.conversation.times]


def test_who_does_something_else_is_not_offered_and_who_does_it_is_told():
    wish = said("маникюр к Ольге в 12", service="manicure", date=SATURDAY, time_from=time(12), masters=("olga",))
    decision = booking_turn(at_the_desk(request=replace(HAIRCUT, service=None, wish=None)), wish)
    assert texts(decision)[0].startswith("Маникюр: мастер Ольга этого не делает. Кто делает: Анна.")
    assert [one.id for one in decision.conversation.times] == ["2026-11-28T12:00@anna"]
    assert (decision.conversation.hold, decision.visits) == (None, ())


def test_a_correction_takes_another_master():
    held = Hold("kept", slot("2026-11-28T12:00", "haircut_women", "olga", 60), NOW + timedelta(minutes=4))
    before = at_the_desk(request=replace(HAIRCUT, wish=NOON, name=None, masters=("olga",)), hold=held, asked="name")
    there = page_of(Entry("kept", 720, 780, held.until), day=SATURDAY, who="olga")
    decision = booking_turn(before, said("нет, лучше к Марине", masters=("marina",)), [there])
    assert decision.conversation.hold.slot.id == "2026-11-28T12:00@marina"
    assert {(change.who, bool(change.add), bool(change.remove)) for change in decision.diary} == {
        ("olga", False, True), ("marina", True, False),
    }  # fmt: skip


def test_no_matter_who_means_anybody_again():
    before = at_the_desk(request=replace(HAIRCUT, masters=("olga",)), asked="time")
    decision = booking_turn(before, said("без разницы к кому", masters=("anna", "olga", "marina")))
    assert set(masters(decision.conversation)) == {"olga", "marina"}


def test_to_another_master_is_anybody_else_at_the_same_hour():
    held = Hold("kept", slot("2026-11-28T12:00", "haircut_women", "olga", 60), NOW + timedelta(minutes=4))
    before = at_the_desk(request=replace(HAIRCUT, wish=NOON, name=None), hold=held, asked="name")
    there = page_of(Entry("kept", 720, 780, held.until), day=SATURDAY, who="olga")
    decision = booking_turn(before, said("можно к другому мастеру?", "question_service"), [there])
    assert decision.conversation.hold.slot.id == "2026-11-28T12:00@marina"


def test_where_nobody_else_does_it_the_time_stays_hers():
    held = Hold("kept", slot("2026-11-28T12:00"), NOW + timedelta(minutes=4))
    before = at_the_desk(request=Request("manicure", NOON), hold=held, asked="name")
    decision = booking_turn(before, said("можно к другому мастеру?", "question_service"))
    assert (texts(decision)[0].split("\n")[0], decision.conversation.hold) == (
        "Маникюр: больше никто этого не делает, только Анна.", held,
    )  # fmt: skip


def test_a_visit_is_moved_to_another_master_at_the_same_time():
    before = with_visits(cut("2026-11-28T12:00"))
    decision = booking_turn(before, said("перенесите к Марине", "reschedule", masters=("marina",)))
    assert [(made.slot.id, made.id) for made in decision.visits] == [("2026-11-28T12:00@marina", "her-visit")]


def test_a_visit_that_cannot_be_moved_to_a_master_stands_and_that_is_said():
    before = with_visits(cut("2026-11-28T12:00"))
    decision = booking_turn(before, said("перенесите к Марине", "reschedule", masters=("marina",)), [busy("marina")])
    assert decision.visits == ()
    assert "Пока запись остаётся прежней: Стрижка женская, сб 28.11.2026 в 12:00, мастер Ольга." in texts(decision)[0]


def test_a_visit_is_not_moved_to_who_does_something_else():
    before = with_visits(visit("2026-11-28T12:00"))
    decision = booking_turn(before, said("перенесите к Ольге", "reschedule", masters=("olga",)))
    assert texts(decision) == [
        "Маникюр: мастер Ольга этого не делает. Кто делает: Анна.\n\n"
        "Хорошо, всё остаётся как было: Маникюр, сб 28.11.2026 в 12:00, мастер Анна. Ждём вас!"
    ]
    assert decision.conversation.request == before.request


def test_a_moved_visit_stays_with_its_master_where_she_can():
    before = with_visits(cut("2026-11-28T12:00", "marina"))
    decision = booking_turn(before, said("на 15", "reschedule", date=SATURDAY, time_from=time(16)))
    assert [made.slot.id for made in decision.visits] == ["2026-11-28T16:00@marina"]


def test_an_hour_later_moves_a_visit_by_an_hour():
    before = with_visits(cut("2026-11-28T14:00"))
    decision = booking_turn(before, said("на час позже можно?", "reschedule"))
    assert [made.slot.id for made in decision.visits] == ["2026-11-28T15:00@olga"]


def test_which_visit_she_means_the_master_tells():
    before = with_visits(visit("2026-11-27T12:00"), cut("2026-11-28T12:00", "olga"), visit("2026-11-28T17:00", "third"))
    before = replace(before, visits=tuple(replace(one, id=f"v{n}") for n, one in enumerate(before.visits)))
    decision = booking_turn(before, said("отмените запись к Ольге", "cancel", masters=("olga",)))
    assert decision.conversation.moving == "v1"


def test_who_waits_for_a_master_is_told_of_no_other():
    line = Waits("w", "c", "haircut_women", Wish(SATURDAY), NOW, masters=("olga",))
    freed = slot("2026-11-28T12:00", "haircut_women", "marina", 60)
    assert (suits(line, freed), suits(line, replace(freed, takes=("olga",)))) == (False, True)


def test_who_waits_is_remembered_with_her_master():
    before = at_the_desk(request=replace(HAIRCUT, masters=("olga",)), offered=(Choice("slot:wait", "Сообщите мне"),))
    assert booking_turn(before, pressed("slot:wait")).conversation.waits[0].masters == ("olga",)


def test_where_no_times_are_booked_the_colleague_reads_to_whom_she_would_go():
    before = at_the_desk(request=replace(HAIRCUT, service="manicure", phone=None), asked="phone")
    wish = said("8 900 000-00-01, к Ольге", phone="+79000000001", masters=("anna",))
    assert only(turn(before, wish), DeliverLead).lead.comment == "Анна"


def test_who_asks_for_somebody_that_is_not_there_is_told_who_is():
    told = texts(booking_turn(at_the_desk(), said("к мастеру Ивановой", stranger=True)))[0]
    assert told.startswith("Такого мастера у нас нет. Принимают: Анна, Ольга, Марина.")
    of_service = texts(booking_turn(at_the_desk(), said("на маникюр", stranger=True, service="manicure")))[0]
    assert of_service.startswith("Такого мастера у нас нет. Принимают: Анна.")


def test_before_consent_too_it_is_told_that_she_does_something_else_or_does_not_work_that_day():
    newcomer = at_the_desk(consent=None, stage="new")
    other = said("к Анне на стрижку", service="haircut_women", masters=("anna",))
    assert texts(booking_turn(newcomer, other))[0].startswith("Стрижка женская: мастер Анна этого не делает.")
    monday = said("к Марине на стрижку", service="haircut_women", masters=("marina",), date=date(2026, 11, 23))
    assert texts(booking_turn(newcomer, monday))[0].startswith("Марина в этот день не работает.")


def test_of_those_she_would_go_to_only_who_does_it_is_named():
    wish = said("не к Павлу", service="hygiene", masters=("elena", "timur"), date=date(2026, 11, 25))
    told = texts(booking_turn(at_the_desk(), wish, rules=shipped("demo-clinic")))[0]
    assert told.startswith("Чистка зубов, врач Елена: вот свободное время.")
