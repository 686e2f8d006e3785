"""Who is woken when (SLA-001): the exact pages of whole nights, on a wound clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.desk.events import Keyed, Undelivered, conversation_id
from chalicelib.regulation.schema import Rules
from chalicelib.wire import Response
from tests.engine.duty_night import ANOTHER, AT_TWO, COMPLAINT, HER, DutyNight, Page
from tests.engine.world import shipped

HIGH: list[Page] = [
    (0, "marina", "telegram"),
    (3, "marina", "telegram"), (3, "marina", "bitrix24"),
    (5, "marina", "smsru"), (5, "marina", "zvonok"),
    (8, "svetlana", "telegram"), (8, "svetlana", "smsru"),
    (12, "svetlana", "telegram"), (12, "svetlana", "zvonok"),
]  # fmt: skip
"""A complaint at two in the night: Marina is on duty, Svetlana in reserve and the owner."""


def complaint(rules: Rules | None = None) -> DutyNight:
    night = DutyNight(rules or shipped())
    night.says(COMPLAINT)
    return night


def without(colleague: str, *ways: str) -> Rules:
    """The salon, where a colleague cannot be reached in these ways."""
    rules = shipped()
    gone = dict.fromkeys(ways)
    staff = tuple(
        person.model_copy(update=gone) if person.id == colleague else person for person in rules.business.staff
    )
    return rules.model_copy(update={"business": rules.business.model_copy(update={"staff": staff})})


# ---------------------------------------------------------------- the ladder climbs


def test_a_complaint_climbs_step_by_step_and_the_client_is_told_the_truth_at_the_end():
    night = complaint()
    night.read()
    night.passes(20)
    assert night.seen() == HIGH
    (told,) = night.read()
    assert "Вам позвонят до 09:30" in told


def test_the_ladder_begins_anew_until_somebody_comes():
    night = complaint()
    night.passes(44)
    night.seen()
    night.passes(16)
    assert night.seen() == [(minute + 45, who, way) for minute, who, way in HIGH]
    assert len([text for text in night.read() if "Вам позвонят" in text]) == 1, "a promise is made once"


def test_somebody_is_woken_at_once_and_not_seconds_later():
    night = complaint()
    assert night.seen() == [(0, "marina", "telegram")]
    assert night.wakes[0].text.startswith("ЖАЛОБА")
    assert [choice.title for choice in night.wakes[0].choices] == ["Беру", "Не могу"]


def test_silence_in_the_middle_of_a_booking_climbs_as_well():
    night = DutyNight()
    night.says("здравствуйте, запишите на маникюр")
    night.says("да")
    night.passes(31)
    assert night.seen() == [
        (10, "marina", "telegram"),
        (15, "marina", "telegram"), (15, "marina", "bitrix24"),
        (20, "svetlana", "telegram"),
        (25, "svetlana", "telegram"),
    ]  # fmt: skip


def test_who_comes_back_after_a_silence_needs_nobody_any_more():
    night = DutyNight()
    night.says("здравствуйте, запишите на маникюр")
    night.says("да")
    night.passes(11)
    night.seen()
    night.says("простите, отвлекли. завтра в 15")
    assert night.seen() == [(11, "marina", "note")]
    assert night.conversation().alarm is None
    night.passes(5)
    assert night.seen() == []


# ---------------------------------------------------------------- it stops


@pytest.mark.parametrize("minute", range(15))
def test_whoever_takes_it_at_any_moment_stops_it(minute: int):
    night = complaint()
    night.passes(minute)
    woken = [page for page in HIGH if page[0] <= minute]
    assert night.seen() == woken
    night.taps("marina", "Беру")
    others = [(minute, who, "note") for who in ("svetlana",) if any(page[1] == who for page in woken)]
    assert sorted(night.seen()) == sorted([*others, (minute, "marina", "note")])
    assert (night.conversation().owner, night.conversation().alarm) == ("marina", None)
    night.passes(9)
    assert night.seen() == []


def test_two_taps_are_one_and_who_is_later_is_told_who_has_it():
    night = complaint()
    night.passes(9)
    night.seen()
    night.taps("svetlana", "Беру")
    night.seen()
    night.taps("svetlana", "Беру")
    assert night.seen() == []
    night.taps("marina", "Беру", night.wakes[0])
    assert night.seen() == [(9, "marina", "note")]
    assert night.wakes[-1].text.startswith("Этим уже занимается Светлана")
    assert night.conversation().owner == "svetlana"


def test_who_cannot_passes_it_on_at_once():
    night = complaint()
    night.taps("marina", "Не могу")
    assert night.seen() == [
        (0, "marina", "telegram"), (0, "marina", "note"), (0, "svetlana", "telegram"), (0, "svetlana", "smsru"),
    ]  # fmt: skip
    night.passes(4)
    assert night.seen() == [(4, "svetlana", "telegram"), (4, "svetlana", "zvonok")]


def test_when_nobody_can_the_client_is_told_at_once():
    night = complaint()
    night.read()
    night.taps("marina", "Не могу")
    night.taps("svetlana", "Не могу")
    (told,) = night.read()
    assert "Вам позвонят до 09:30" in told
    assert night.conversation().alarm is not None, "and it begins anew"


def test_a_button_of_an_alarm_that_is_over_takes_nobody():
    night = complaint()
    first = night.wakes[0]
    night.taps("marina", "Беру")
    night.acts("marina", "release")
    night.seen()
    night.taps("marina", "Беру", first)
    assert night.wakes[-1].text.startswith("Помощь больше не нужна")
    assert night.conversation().taken is None


# ---------------------------------------------------------------- who is not there


def test_a_step_for_which_there_is_nobody_is_skipped_at_once():
    night = complaint(without("marina", "telegram", "phone", "bitrix24"))
    assert night.seen() == [(0, "svetlana", "telegram"), (0, "svetlana", "smsru")]
    night.passes(4)
    assert night.seen() == [(4, "svetlana", "telegram"), (4, "svetlana", "zvonok")]


def test_a_colleague_who_has_blocked_the_bot_is_passed_over_at_once():
    night = DutyNight()
    blocked = Response(403, b'{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}')
    greeting = Response(200, b'{"ok": true, "result": {"message_id": 1}}')
    night.top.office.send.refusals += [greeting, blocked]  # type: ignore[attr-defined]
    night.says(COMPLAINT)
    assert night.seen() == [(0, "marina", "telegram"), (0, "marina", "telegram"), (0, "marina", "bitrix24")]


def test_a_duty_that_changes_meanwhile_is_rung_where_it_is_now():
    night = DutyNight(begins=AT_TWO.replace(hour=8, minute=56))
    night.says(COMPLAINT)
    night.passes(13)
    assert night.seen() == [
        (0, "marina", "telegram"),
        (3, "marina", "telegram"), (3, "marina", "bitrix24"),
        (5, "svetlana", "smsru"), (5, "svetlana", "zvonok"),
        (8, "olga", "telegram"), (8, "olga", "smsru"),
        (12, "svetlana", "telegram"), (12, "svetlana", "zvonok"),
    ]  # fmt: skip


def test_nobody_on_duty_is_no_reason_to_wait():
    rules = shipped()
    rota = rules.rota.model_copy(update={"shifts": rules.rota.shifts[:1]})  # the nights are nobody's
    night = complaint(rules.model_copy(update={"rota": rota}))
    assert night.seen() == [(0, "svetlana", "telegram"), (0, "svetlana", "zvonok")]


# ---------------------------------------------------------------- several at once


def test_two_clients_are_two_ladders():
    night = complaint()
    night.passes(2)
    night.says(COMPLAINT, ANOTHER)
    night.passes(6)
    assert sorted(night.seen()) == sorted([*HIGH[:7], *((minute + 2, who, way) for minute, who, way in HIGH[:5])])
    night.acts("marina", "take")
    night.seen()
    night.passes(2)
    assert night.seen() == [(10, "svetlana", "telegram"), (10, "svetlana", "smsru")]


def test_a_graver_reason_begins_its_own_ladder():
    night = DutyNight()
    night.says("позовите оператора")
    night.passes(2)
    night.seen()
    night.says("у меня лицо отекло и дышать трудно")
    assert night.conversation().alarm is not None and night.conversation().alarm.priority == "urgent"  # type: ignore[union-attr]
    night.passes(3)
    assert night.seen() == [
        (2, "marina", "telegram"),
        (4, "marina", "telegram"), (4, "marina", "bitrix24"),
        (5, "marina", "smsru"), (5, "marina", "zvonok"),
    ]  # fmt: skip


def test_what_she_adds_is_told_to_who_is_called_and_begins_nothing():
    night = complaint()
    night.says("немедленно верните мне деньги")
    assert night.seen() == [(0, "marina", "telegram"), (0, "marina", "note")]
    assert "немедленно верните мне деньги" in night.wakes[-1].text


# ---------------------------------------------------------------- what can wait


def refused_lead(address: str, number: int) -> Undelivered:
    conversation = conversation_id("telegram", address)
    return Undelivered(f"u:{number}", AT_TWO, conversation, f"lead-{number}", "ACCESS_DENIED")


def test_what_can_wait_comes_in_the_morning_as_one_message():
    night = DutyNight()
    for number, address in enumerate((HER, ANOTHER)):
        night.says("привет", address)
        night.happens(refused_lead(address, number))
    assert night.seen() == []
    night.passes(6 * 60 + 2)
    assert night.seen() == [(360, "marina", "chat")]


def test_by_day_it_does_not_wait():
    night = DutyNight(begins=AT_TWO.replace(hour=12))
    night.says("привет")
    night.happens(refused_lead(HER, 1))
    assert night.seen() == [(0, "svetlana", "telegram")]


def test_what_is_done_by_hand_is_hers_until_it_is_done():
    night = DutyNight(begins=AT_TWO.replace(hour=12))
    night.says("привет")
    night.happens(refused_lead(HER, 1))
    night.taps("svetlana", "Беру")
    assert night.conversation().taken is None, "the desk goes on with the client"
    assert [promise.owner for promise in night.conversation().promises] == ["svetlana"]
    night.seen()
    night.passes(116)
    assert night.seen() == []
    night.passes(2)
    assert night.seen() == [(117, "svetlana", "telegram")]
    night.taps("svetlana", "Сделано")
    assert night.wakes[-1].text.startswith("Отмечено, спасибо")
    night.seen()
    night.passes(180)
    assert night.seen() == []


# ---------------------------------------------------------------- by phone


def test_a_key_pressed_in_the_call_takes_it():
    night = complaint()
    night.passes(6)
    night.seen()
    ((pager, page),) = night.top.table.calls.keys() - {key for key in night.top.table.calls if key[0] != "zvonok"}
    night.happens(Keyed("zvonok:1", night.top.now, conversation_id(pager, page), pager, page, "1"))
    assert night.conversation().owner == "marina"
    night.passes(5)
    assert night.seen() == [(6, "marina", "note")]


def test_the_machine_names_its_keys_only_where_they_are_heard():
    calls = [wake.text for wake in _called(complaint()) if wake.channel == "zvonok"]
    assert calls and all("Нажмите один" in text for text in calls)
    clinic = DutyNight(shipped("demo-clinic"))
    clinic.says("ужасное обслуживание, верните деньги")
    calls = [wake.text for wake in _called(clinic) if wake.channel == "smsc_voice"]
    assert calls and not any("Нажмите" in text for text in calls)


def _called(night: DutyNight) -> list:  # type: ignore[type-arg]
    night.passes(16)
    return night.wakes


# ---------------------------------------------------------------- clocks


def test_the_morning_is_that_of_the_business_wherever_its_clock_is():
    rules = shipped()
    berlin = rules.model_copy(update={"business": rules.business.model_copy(update={"zone": "Europe/Berlin"})})
    night = DutyNight(berlin, begins=datetime(2026, 3, 29, 0, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    night.says("привет")
    night.happens(refused_lead(HER, 1))
    alarm = night.conversation().alarm
    assert alarm is not None
    assert alarm.due.astimezone(ZoneInfo("Europe/Berlin")) == datetime(
        2026, 3, 29, 8, 0, tzinfo=ZoneInfo("Europe/Berlin")
    )
    assert alarm.due - night.top.now == timedelta(hours=6, minutes=30), "an hour of that night does not exist"
