"""The day by masters, as the page is told of it, and what can be said of a visit there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from far_fakes import NIGHT, RULES, Far

from chalicelib.desk.diary import Entry, Page
from chalicelib.desk.events import Marked, conversation_id
from chalicelib.desk.values import Slot, Visit, Waits, Wish
from chalicelib.regulation.load import load
from sandbox.cloud import PendingTimer, Seen, Talk

PACK = load(Path(__file__).parents[2] / "clients" / "demo-salon")
TOLD = json.loads(PACK.model_dump_json())
DAY = date(2026, 11, 25)  # Wednesday, 23:40 in Samara when the tests begin
ANNA = conversation_id("telegram", "700000001")
SLOT = Slot("brows", DAY, time(12), 40, 15, ("anna", "couch#1"))
VISIT = Visit("v1", SLOT, "Вера", "+79000000001", ANNA)
ON_PAGE = Entry("v1", 720, 775)


def stack(*entries: Entry, visits: tuple[Visit, ...] = (VISIT,), day: date = DAY, **more: Any) -> Seen:
    pages = {(day, "anna"): Page("anna", day, 1, entries)}
    return Seen(rules=TOLD, pages=pages, visits={one.id: one for one in visits}, **more)


def shown(far: Far, seen: Seen, day: str = "") -> Any:
    far.stack.seen = seen
    far.box.overview.look(now=True)
    return far.client.get("/api/state", query_string={"day": day} if day else {}).json["timetable"]


def master(told: Any, who: str = "anna") -> Any:
    return next(one for one in told["masters"] if one["id"] == who)


def test_a_business_that_books_no_times_has_no_timetable(far: Far) -> None:
    assert far.state()["timetable"] is None
    far.stack.seen = Seen(rules={**RULES, "registry": {**RULES["registry"], "booking": None}})
    assert far.state()["timetable"] is None


def test_a_day_shows_who_works_when(far: Far) -> None:
    told = shown(far, stack())
    spans = {one["id"]: (one["working"], one["breaks"]) for one in told["masters"]}
    assert (told["date"], told["today"], told["since"], told["until"]) == ("2026-11-25", "2026-11-25", 600, 1200)
    assert spans == {
        "anna": ([[600, 840], [870, 1200]], [[840, 870]]),
        "marina": ([[600, 900], [930, 1200]], [[900, 930]]),
        "olga": ([[600, 780], [810, 1200]], [[780, 810]]),
    }


def test_a_visit_shows_her_and_what_can_be_said_of_it(far: Far) -> None:
    assert master(shown(far, stack(ON_PAGE)))["entries"] == [
        {
            "id": "v1",
            "start": 720,
            "end": 760,
            "buffer": 15,
            "kind": "visit",
            "state": "booked",
            "service": "Оформление бровей",
            "client": "Вера",
            "phone": "+79000000001",
            "besides": ["Кушетка для бровей"],
            "can": ["came", "no_show"],
        }
    ]


def test_a_hold_shows_for_whom_and_until_when(far: Far) -> None:
    until = NIGHT + timedelta(minutes=5)
    held = {"id": "h1", "slot": {"service": "manicure"}}
    talks = {ANNA: Talk({"id": ANNA, "stage": "qualifying", "hold": held})}
    told = shown(far, stack(Entry("h1", 720, 810, until), Entry("h2", 900, 990, until), talks=talks))
    assert master(told)["entries"] == [
        {"id": "h1", "start": 720, "end": 810, "kind": "hold", "until": until.isoformat(), "service": "Маникюр",
         "client": "Анна, Telegram"},
        {"id": "h2", "start": 900, "end": 990, "kind": "hold", "until": until.isoformat(), "service": "", "client": ""},
    ]  # fmt: skip


def test_a_hold_that_is_over_is_free_time(far: Far) -> None:
    assert master(shown(far, stack(Entry("h1", 720, 810, NIGHT))))["entries"] == []


def test_time_that_something_else_takes_is_busy(far: Far) -> None:
    told = shown(far, stack(Entry("elsewhere", 720, 780), visits=()))
    assert master(told)["entries"] == [{"id": "elsewhere", "start": 720, "end": 780, "kind": "busy"}]


def test_who_waits_is_shown_with_her_wish(far: Far) -> None:
    evening = Wish(date(2026, 11, 28), time(17), time(20))
    lines = (
        Waits("w1", ANNA, "manicure", evening, NIGHT),
        Waits("w2", "another", "brows", Wish(words="в субботу"), NIGHT),
    )
    assert shown(far, stack(waiting=lines))["waiting"] == [
        {"id": "w1", "service": "Маникюр", "client": "Анна, Telegram", "wish": "28.11 17:00–20:00",
         "since": "2026-11-25T19:40:00+00:00"},
        {"id": "w2", "service": "Оформление бровей", "client": "", "wish": "в субботу",
         "since": "2026-11-25T19:40:00+00:00"},
    ]  # fmt: skip


def test_another_day_is_shown_when_it_is_asked_for(far: Far) -> None:
    told = shown(far, stack(ON_PAGE), "2026-11-29")
    assert (told["date"], told["today"], told["since"], told["until"]) == ("2026-11-29", "2026-11-25", 600, 1080)
    assert [(one["working"], one["entries"]) for one in told["masters"]] == [([], [])] * 3


def test_today_is_that_of_the_wound_clock(far: Far) -> None:
    assert shown(far, stack(ahead=timedelta(minutes=30)))["date"] == "2026-11-26"


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01"])
def test_a_day_that_is_none_is_refused(far: Far, day: str) -> None:
    far.stack.seen = stack()
    far.box.overview.look(now=True)
    assert far.client.get("/api/state", query_string={"day": day}).status_code == 400


@pytest.mark.parametrize(
    ("now", "state", "can"),
    [
        ("2026-11-24T12:00+04:00", "booked", ["cancel"]),
        ("2026-11-25T11:50+04:00", "confirmed", ["came", "cancel"]),
        ("2026-11-25T12:10+04:00", "booked", ["came", "no_show", "cancel"]),
        ("2026-11-25T12:40+04:00", "booked", ["came", "no_show"]),
        ("2026-11-27T12:00+04:00", "visited", ["no_show"]),
        ("2026-11-27T12:00+04:00", "no_show", ["came"]),
        ("2026-11-25T12:10+04:00", "cancelled", []),
    ],
)
def test_what_can_be_said_of_a_visit_depends_on_the_hour(far: Far, now: str, state: Any, can: list[str]) -> None:
    far.wall = datetime.fromisoformat(now).astimezone(UTC)
    told = shown(far, stack(ON_PAGE, visits=(replace(VISIT, state=state),)), "2026-11-25")
    assert master(told)["entries"][0]["can"] == can


@pytest.mark.parametrize(("deed", "state"), [("came", "visited"), ("no_show", "no_show")])
def test_what_became_of_a_visit_goes_to_its_conversation(far: Far, deed: str, state: Any) -> None:
    far.stack.seen = stack(ON_PAGE)
    assert far.do(f"visits/v1/{deed}").json == {"visit": "v1", "told": state}
    assert far.stack.happened == [
        Marked(f"page:v1:{deed}:20261125T194000.000000", NIGHT, ANNA, "v1", state, by="page"),
    ]


def test_a_visit_to_come_can_be_called_off(far: Far) -> None:
    far.wall -= timedelta(days=1)
    far.stack.seen = stack(ON_PAGE)
    assert far.do("visits/v1/cancel").json == {"visit": "v1", "told": "cancelled"}
    assert [event.state for event in far.stack.happened] == ["cancelled"]


def test_a_slip_that_is_put_right_and_made_again_is_three_events(far: Far) -> None:
    for state, deed in (("booked", "came"), ("visited", "no_show"), ("no_show", "came")):
        far.stack.seen = stack(ON_PAGE, visits=(replace(VISIT, state=state),))  # type: ignore[arg-type]
        far.wall += timedelta(seconds=1)
        assert far.do(f"visits/v1/{deed}").status_code == 200
    assert len({event.key for event in far.stack.happened}) == 3


@pytest.mark.parametrize(
    ("path", "visit", "status"),
    [
        ("visits/v1/cancel", VISIT, 409),
        ("visits/v1/came", replace(VISIT, state="visited"), 409),
        ("visits/v1/came", replace(VISIT, conversation=""), 409),
        ("visits/v2/came", VISIT, 404),
        ("visits/v1/forgiven", VISIT, 404),
    ],
)
def test_what_cannot_be_said_of_a_visit_is_refused(far: Far, path: str, visit: Visit, status: int) -> None:
    far.stack.seen = stack(ON_PAGE, visits=(visit,))
    assert far.do(path).status_code == status
    assert far.stack.happened == []


def test_without_booking_no_visit_can_be_marked(far: Far) -> None:
    assert far.do("visits/v1/came").status_code == 404


@pytest.mark.parametrize(
    ("kind", "state", "is_shown"),
    [
        ("visit", {"visits": [{"state": "booked"}]}, True),
        ("visit", {"visits": [{"state": "booked"}], "reminded": ["t"]}, False),
        ("visit", {"visits": [{"state": "cancelled"}]}, False),
        ("visit", {}, False),
        ("freed", {"hold": {"id": "h"}}, True),
        ("freed", {"hold": None, "freed": []}, False),
        ("held", {"held": {"text": "Ау", "token": "t"}}, True),
        ("held", {"held": {"text": "Ау", "token": "u"}}, False),
        ("held", {"held": None}, False),
        ("silence", {"silence": "t"}, True),
    ],
)
def test_a_timer_is_shown_while_it_may_mean_something(far: Far, kind: str, state: Any, is_shown: bool) -> None:
    timer = PendingTimer("name", ANNA, kind, "2026-11-25T19:50:00+00:00", "t")
    far.stack.seen = Seen(rules=RULES, talks={ANNA: Talk({"id": ANNA, **state})}, timers=(timer,))
    assert [one["kind"] for one in far.state()["timers"]] == [kind] * is_shown
