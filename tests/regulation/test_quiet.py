"""Reminders and quiet hours: when they are sent, and what a pack leaves undecided."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.regulation.load import Mistake
from chalicelib.regulation.quiet import sent_at
from chalicelib.regulation.schema import Reminder, Reminders

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy

TWO_HOURS = "  - id: two_hours"
DAY_BEFORE = "  - id: day_before"


def at(day: int, clock: str) -> datetime:
    return datetime.combine(datetime(2026, 11, day), time.fromisoformat(clock))


def reminders(quiet_from: str = "22:00", quiet_to: str = "09:00") -> Reminders:
    said: dict[str, Any] = {"version": "1", "quiet_from": quiet_from, "quiet_to": quiet_to, "no_show": "Ждали вас."}
    return Reminders.model_validate(said)


def reminder(hours: int, if_quiet: str | None = None) -> Reminder:
    return Reminder.model_validate({"id": "one", "hours_before": hours, "if_quiet": if_quiet, "text": "Ждём."})


@pytest.mark.parametrize(
    ("hours", "if_quiet", "visit", "sent"),
    [
        (2, None, at(24, "15:00"), at(24, "13:00")),
        (2, "before", at(24, "11:00"), at(24, "09:00")),
        (2, "before", at(24, "10:59"), at(23, "21:00")),
        (2, "before", at(25, "00:30"), at(24, "21:00")),
        (2, "skip", at(24, "10:00"), None),
        (2, None, at(24, "10:00"), None),
        (24, "after", at(24, "08:00"), at(23, "09:00")),
        (2, "after", at(24, "10:30"), at(24, "09:00")),
        (2, "after", at(24, "09:30"), None),
        (24, None, at(24, "22:00"), None),
        (24, None, at(24, "21:59"), at(23, "21:59")),
    ],
)
def test_a_reminder_is_sent_or_moved_or_left_out(
    hours: int, if_quiet: str | None, visit: datetime, sent: datetime | None
) -> None:
    assert sent_at(reminder(hours, if_quiet), reminders(), visit) == sent


def test_quiet_hours_within_one_day() -> None:
    assert sent_at(reminder(2, "before"), reminders("13:00", "15:00"), at(24, "16:00")) == at(24, "12:00")


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("    hours_before: 2\n    if_quiet: skip\n", "    hours_before: 2\n", TWO_HOURS,
         "two_hours: о визите в 10:00 (понедельник) напомнить пришлось бы в 08:00, в тихие часы; допишите if_quiet: "
         "before (за час до тихих часов), after (сразу после них) или skip (не слать)"),
        ("if_quiet: skip", "if_quiet: before", TWO_HOURS,
         "two_hours: в тексте «сегодня», а о визите в 10:00 (понедельник) сообщение уйдёт в другой день: "
         "напишите {date}"),
        ("    hours_before: 24\n    if_quiet: after", "    hours_before: 12\n    if_quiet: skip", DAY_BEFORE,
         "day_before: всегда попадает в тихие часы и никому не уйдёт: поменяйте hours_before или if_quiet"),
        ('quiet_to: "09:00"', 'quiet_to: "13:30"', "quiet_to",
         "тихие часы дольше 14 часов: днём клиенту некогда будет написать"),
        ("return_visit_days: 30\n", "", "return_visit: >-",
         "return_visit есть, а return_visit_days нет: допишите или уберите оба"),
        ("    hours_before: 24\n    if_quiet: after", "    hours_before: 2\n    if_quiet: skip", "at_most_a_day",
         "о визите в 11:00 (понедельник) два напоминания уйдут в одну минуту: разведите их"),
    ],
)  # fmt: skip
def test_what_a_pack_says_of_quiet_hours(pack: PackCopy, old: str, new: str, where: str, sentence: str) -> None:
    pack.change("RM-001.yaml", old, new)
    assert pack.mistakes() == [pack.at("RM-001.yaml", where, sentence)]


def test_a_reminder_right_after_quiet_hours_is_early_enough_for_a_salon_that_opens_at_ten(pack: PackCopy) -> None:
    pack.change("RM-001.yaml", "if_quiet: skip", "if_quiet: after")
    assert pack.mistakes() == []


def test_a_reminder_that_comes_too_late_after_quiet_hours(clinic: PackCopy) -> None:
    clinic.change("RM-001.yaml", "if_quiet: before", "if_quiet: after")
    late = "о визите в 08:00 (понедельник) после тихих часов напоминать поздно"
    sentence = f"two_hours: {late}: напишите if_quiet: before или skip"
    assert clinic.mistakes() == [clinic.at("RM-001.yaml", TWO_HOURS, sentence)]


def test_more_reminders_a_day_than_are_allowed(pack: PackCopy) -> None:
    pack.change("RM-001.yaml", "at_most_a_day: 2", "at_most_a_day: 1")
    pack.change("RM-001.yaml", "hours_before: 24\n    if_quiet: after", "hours_before: 4\n    if_quiet: skip")
    sentence = "о визите в 13:00 (понедельник) за день уйдёт 2, а можно 1"
    assert pack.mistakes() == [pack.at("RM-001.yaml", "at_most_a_day: 1", sentence)]


def test_without_hours_of_work_reminders_are_not_judged(pack: PackCopy) -> None:
    pack.change("business.yaml", 'closes: "18:00"', 'closes: "18"')
    pack.change("RM-001.yaml", "if_quiet: skip", "if_quiet: before")
    assert [mistake.file for mistake in pack.mistakes()] == ["business.yaml"]


def test_a_way_out_that_does_not_exist(pack: PackCopy) -> None:
    pack.change("RM-001.yaml", "if_quiet: skip", "if_quiet: later")
    line = pack.at("RM-001.yaml", "if_quiet: later", "").line
    sentence = "if_quiet: можно только before, after или skip; написано «later»"
    assert pack.mistakes() == [Mistake("RM-001.yaml", line, sentence)]
