"""Who may look into which calendar, and what she sees there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.desk.diary import Change, Entry
from chalicelib.desk.values import Conversation, Slot, Visit
from chalicelib.page.calendars import Calendars, address, feed, visit
from chalicelib.ports import Turn
from chalicelib.regulation.load import load
from infra.tabletop import Table

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # Monday, noon in Samara
RULES = load(Path(__file__).parents[2] / "clients" / "demo-salon")
KEY = "a-key-of-43-characters"
SLOT = Slot("manicure", date(2026, 11, 25), time(17), 90, 15, ("anna",))
VISIT = Visit("0123456789abcdef", SLOT, "Вера Иванова", "+79000000001", "c1")


@dataclass
class Keys:
    """The client's secrets; ``asked``: how often."""

    kept: dict[str, str] = field(default_factory=lambda: {"secret": KEY})

    def get(self, provider: str, names: Sequence[str]) -> dict[str, str]:
        assert provider == "calendar"
        return {name: self.kept[name] for name in names if name in self.kept}


def calendars(*visits: Visit, key: str | None = KEY) -> Calendars:
    memory = Table(RULES, lambda: NOW)
    for number, one in enumerate(visits):
        start = one.slot.start.hour * 60 + one.slot.start.minute
        entry = Entry(one.id, start, start + one.slot.minutes + one.slot.buffer)
        on_page = one.state != "cancelled"
        seen = memory.diary(one.slot.date, one.slot.date)
        changes = [
            Change(who, one.slot.date, seen.page(who, one.slot.date).version, add=(entry,))
            for who in one.slot.takes
            if on_page
        ]
        turn = Turn(f"e{number}", (), (), 1, diary=tuple(changes), visits=(one,))
        memory.save(0, Conversation(f"c{number}", "telegram", "700000001", 1), turn, NOW, None)
    return Calendars(memory, Keys({"secret": key} if key else {}), lambda: NOW)


def name(kind: Any, whose: str, key: str = KEY) -> str:
    return address(key, kind, whose).rpartition("/")[2]


def on(day: date, visit_id: str, who: str = "anna") -> Visit:
    return replace(VISIT, id=visit_id, slot=replace(SLOT, date=day, takes=(who,)))


def shown(text: str | None, *fields: str) -> list[str]:
    assert text is not None
    before, _, rest = text.replace("\r\n ", "").partition("BEGIN:VTIMEZONE")
    lines = before.split("\r\n") + rest.partition("END:VTIMEZONE")[2].split("\r\n")
    return [line for line in lines if line.partition(":")[0].partition(";")[0] in fields]


def test_an_address_is_the_id_and_what_cannot_be_guessed() -> None:
    assert address(KEY, "master", "anna") == "/calendar/anna-c9e5bb8d30cb3b006ab108a21daeae3b.ics"
    assert address(KEY, "visit", "v1") == "/visits/v1-b92bfe15bb1d69d093b802693c953350.ics"


def test_a_master_sees_service_time_and_first_name_and_nothing_else_of_the_client() -> None:
    text = feed(name("master", "anna"), calendars(VISIT))
    assert shown(text, "UID", "DTSTART", "DTEND", "SUMMARY", "STATUS", "X-WR-CALNAME") == [
        "X-WR-CALNAME:Салон красоты «Сирень»: Анна",
        "UID:0123456789abcdef@nochnik",
        "DTSTART;TZID=Europe/Samara:20261125T170000",
        "DTEND;TZID=Europe/Samara:20261125T183000",
        "SUMMARY:Маникюр\\, Вера",
        "STATUS:CONFIRMED",
    ]
    assert text is not None
    assert [said for said in ("Иванова", "79000000001", "c1", "SEQUENCE") if said in text] == []


def test_a_feed_goes_from_a_week_ago_to_the_last_day_that_can_be_booked() -> None:
    booking = RULES.registry.booking
    assert booking is not None
    today = date(2026, 11, 23)
    last = today + timedelta(days=booking.horizon_days)
    days = [today - timedelta(days=8), today - timedelta(days=7), today, last, last + timedelta(days=1)]
    book = calendars(*(on(day, f"v{number}") for number, day in enumerate(days)))
    assert shown(feed(name("master", "anna"), book), "UID") == ["UID:v1@nochnik", "UID:v2@nochnik", "UID:v3@nochnik"]


def test_a_master_sees_her_own_visits_and_those_she_is_needed_for() -> None:
    day = date(2026, 11, 25)
    both = replace(on(day, "both"), slot=replace(SLOT, date=day, start=time(12), takes=("olga", "anna")))
    book = calendars(on(day, "hers"), both, on(day + timedelta(days=1), "olgas", "olga"))
    assert shown(feed(name("master", "anna"), book), "UID") == ["UID:both@nochnik", "UID:hers@nochnik"]


def test_a_cancelled_visit_leaves_the_feed_and_is_cancelled_in_its_file() -> None:
    book = calendars(replace(VISIT, state="cancelled"))
    assert shown(feed(name("master", "anna"), book), "UID") == []
    assert shown(visit(name("visit", VISIT.id), book), "STATUS") == ["STATUS:CANCELLED"]


def test_a_client_sees_where_and_with_whom() -> None:
    text = visit(name("visit", VISIT.id), calendars(VISIT))
    assert shown(text, "UID", "SEQUENCE", "DTSTART", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS") == [
        "UID:0123456789abcdef@nochnik",
        f"SEQUENCE:{int(NOW.timestamp()) // 60}",
        "DTSTART;TZID=Europe/Samara:20261125T170000",
        "SUMMARY:Маникюр\\, Салон красоты «Сирень»",
        "LOCATION:г. Самара\\, ул. Сиреневая\\, д. 7 (вход со двора\\, парковка у дома бесплатная)",
        "DESCRIPTION:Анна\\, +79000000010",
        "STATUS:CONFIRMED",
    ]


@pytest.mark.parametrize(
    "asked",
    [
        "anna.ics",
        "anna-.ics",
        "-.ics",
        "",
        "anna-" + "0" * 32 + ".ics",
        "anna-проба.ics",
        name("master", "olga").replace("olga", "anna"),
        name("master", "anna", "another-key"),
        name("visit", "anna"),
        name("master", "nobody"),
    ],
)
def test_a_wrong_address_opens_no_feed(asked: str) -> None:
    assert feed(asked, calendars(VISIT)) is None


@pytest.mark.parametrize("asked", [name("master", VISIT.id), f"{VISIT.id}.ics", name("visit", "forgotten")])
def test_a_wrong_address_opens_no_visit(asked: str) -> None:
    assert visit(asked, calendars(VISIT)) is None


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_no_address_is_right(key: str | None) -> None:
    book = calendars(VISIT, key=key)
    assert (feed(name("master", "anna", ""), book), visit(name("visit", VISIT.id, ""), book)) == (None, None)
