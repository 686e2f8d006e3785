"""Visits as iCalendar, to the letter."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.page.ics import Event, calendar, escaped, folded

NOW = datetime(2026, 11, 22, 19, 40, 5, tzinfo=UTC)
SAMARA = """\
BEGIN:VTIMEZONE
TZID:Europe/Samara
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0400
TZOFFSETTO:+0400
END:STANDARD
END:VTIMEZONE
"""


def event(day: int = 25, zone: str = "Europe/Samara", month: int = 11) -> Event:
    return Event("v1@nochnik", datetime(2026, month, day, 17, 0, tzinfo=ZoneInfo(zone)), 90, "Маникюр")


def lines(text: str) -> str:
    assert text.count("\n") == text.count("\r\n")
    return text.replace("\r\n", "\n")


def test_a_feed_names_itself_and_its_zone() -> None:
    text = calendar([event()], "Europe/Samara", NOW, "Салон «Сирень»: Анна")
    assert lines(text) == (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Nochnik//Visits//RU\nCALSCALE:GREGORIAN\n"
        "NAME:Салон «Сирень»: Анна\nX-WR-CALNAME:Салон «Сирень»: Анна\nX-WR-TIMEZONE:Europe/Samara\n"
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M\nX-PUBLISHED-TTL:PT15M\n"
        + SAMARA
        + "BEGIN:VEVENT\nUID:v1@nochnik\nDTSTAMP:20261122T194005Z\n"
        "DTSTART;TZID=Europe/Samara:20261125T170000\nDTEND;TZID=Europe/Samara:20261125T183000\n"
        "SUMMARY:Маникюр\nSTATUS:CONFIRMED\nCLASS:PRIVATE\nEND:VEVENT\nEND:VCALENDAR\n"
    )


def test_a_file_of_one_visit_has_place_note_and_revision() -> None:
    one = Event("v1@nochnik", event().begins, 60, "Стрижка", "ул. Лесная, 5", "Анна", cancelled=True, revision=7)
    assert lines(calendar([one], "Europe/Samara", NOW)) == (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Nochnik//Visits//RU\nCALSCALE:GREGORIAN\n"
        + SAMARA
        + "BEGIN:VEVENT\nUID:v1@nochnik\nDTSTAMP:20261122T194005Z\nSEQUENCE:7\n"
        "DTSTART;TZID=Europe/Samara:20261125T170000\nDTEND;TZID=Europe/Samara:20261125T180000\n"
        "SUMMARY:Стрижка\nLOCATION:ул. Лесная\\, 5\nDESCRIPTION:Анна\nSTATUS:CANCELLED\nCLASS:PRIVATE\nEND:VEVENT\n"
        "END:VCALENDAR\n"
    )


def test_a_calendar_without_visits_is_a_calendar() -> None:
    assert lines(calendar([], "Europe/Samara", NOW)) == (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Nochnik//Visits//RU\nCALSCALE:GREGORIAN\nEND:VCALENDAR\n"
    )


def test_a_zone_that_changes_its_clocks_tells_when() -> None:
    text = lines(calendar([event(20, "Europe/Berlin", 10), event(28, "Europe/Berlin", 10)], "Europe/Berlin", NOW))
    told = text[text.index("BEGIN:VTIMEZONE") : text.index("BEGIN:VEVENT")]
    assert told == (
        "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\n"
        "BEGIN:DAYLIGHT\nDTSTART:19700101T000000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0200\nEND:DAYLIGHT\n"
        "BEGIN:STANDARD\nDTSTART:20261025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\n"
        "END:VTIMEZONE\n"
    )


def test_a_visit_over_the_change_of_the_clocks_lasts_as_long_as_it_lasts() -> None:
    night = Event("v", datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")), 120, "x")
    assert "DTEND;TZID=Europe/Berlin:20261025T023000\r\n" in calendar([night], "Europe/Berlin", NOW)


def test_a_zone_west_of_greenwich_is_written_with_a_minus() -> None:
    assert "TZOFFSETTO:-0330\r\n" in calendar([event(25, "America/St_Johns")], "America/St_Johns", NOW)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Стрижка, укладка; и чай", "Стрижка\\, укладка\\; и чай"),
        ("a\\b", "a\\\\b"),
        ("раз\nдва\r\nтри\rчетыре", "раз\\nдва\\nтри\\nчетыре"),
        ("Анна\r\nEND:VEVENT", "Анна\\nEND:VEVENT"),
        ("a\x00b\x1fc\x7fd\te", "a b c d e"),
    ],
)
def test_what_means_something_in_the_format_is_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("x" * 75, ["x" * 75]),
        ("x" * 76, ["x" * 75, "x"]),
        ("x" * 150, ["x" * 75, "x" * 74, "x"]),
        ("SUMMARY:" + "я" * 40, ["SUMMARY:" + "я" * 33, "я" * 7]),
        ("x" * 73 + "💅", ["x" * 73, "💅"]),
        ("", [""]),
    ],
)
def test_a_long_line_goes_on_in_the_next_one_and_no_letter_is_cut(line: str, pieces: list[str]) -> None:
    assert folded(line) == "\r\n ".join(pieces)
    assert max(len(one.encode()) for one in folded(line).split("\r\n")) <= 75
