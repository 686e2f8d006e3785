"""Who is called, who has come and what is promised, as the page is told of it; what a colleague does from there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from far_fakes import NIGHT, RULES, Far

from chalicelib import records
from chalicelib.desk.events import Acted, conversation_id
from chalicelib.desk.values import Alarm, Promise, Rung, TakeOver
from chalicelib.regulation.load import load
from sandbox.cloud import PendingTimer, Seen, Talk, Turn

TOLD = json.loads(load(Path(__file__).parents[2] / "clients" / "demo-salon").model_dump_json())
ANNA, MARINA = conversation_id("telegram", "700000001"), conversation_id("telegram", "900000004")
LADDER = (
    Rung(0, "duty", ("telegram",)),
    Rung(3, "duty", ("telegram", "crm")),
    Rung(3, "extra", ("telegram",)),
    Rung(8, "reserve", ("telegram", "sms")),
    Rung(12, "owner", ("call",)),
    Rung(15, tell_client=True),
)
ALARM = Alarm(
    "a1", "complaint", "high", "SLA-001 §2.3", "ЖАЛОБА\nАнна", NIGHT, NIGHT, LADDER, NIGHT + timedelta(minutes=3), "t1",
    climbed=1, out=1, paged=("marina",),
)  # fmt: skip
FIRST = ("RP-002 intent complaint", "SLA-001 §2.3: 0 мин, Марина, telegram", "SLA-001 §2.3 complaint")


def minutes(count: int) -> str:
    return (NIGHT + timedelta(minutes=count)).isoformat()


def turn(version: int, at: int, *because: str) -> Turn:
    return Turn(version, minutes(at), (), because)


def talk(*turns: Turn, **state: Any) -> Talk:
    whole = {"id": ANNA, "stage": "person", "owner": "marina", "asked": None, **state}
    return Talk(json.loads(records.dump(whole)), turns)


def told(far: Far, talks: dict[str, Talk], *timers: PendingTimer, rules: Any = TOLD) -> Any:
    far.stack.seen = Seen(rules=rules, talks=talks, timers=timers)
    far.box.overview.look(now=True)
    return far.state()


def calls(far: Far, one: Talk, rules: Any = TOLD) -> Any:
    return told(far, {ANNA: one}, rules=rules)["calls"]


def steps(call: Any) -> list[tuple[int, str, list[str], bool]]:
    pages = [[f"{page['name']}: {page['way']}" for page in step["pages"]] for step in call["alarm"]["steps"]]
    return [
        (step["minutes"], step["state"], named, step["tell_client"])
        for step, named in zip(call["alarm"]["steps"], pages, strict=True)
    ]


def test_an_open_alarm_is_its_ladder_with_what_has_happened_and_what_comes_next(far: Far) -> None:
    (call,) = calls(far, talk(turn(1, 0, *FIRST), alarm=ALARM))
    assert (call["conversation"], call["who"], call["owner"], call["open"]) == (ANNA, "Анна, Telegram", "Марина", True)
    assert (call["taken"], call["promises"]) == (None, [])
    assert steps(call) == [
        (0, "done", ["Марина: Telegram"], False),
        (3, "next", ["Марина: Telegram", "Марина: CRM", ": Telegram"], False),
        (8, "ahead", ["Светлана: Telegram", "Светлана: SMS"], False),
        (12, "ahead", ["Светлана: звонок"], False),
        (15, "ahead", [], True),
    ]
    alarm = {name: call["alarm"][name] for name in ("clause", "priority", "due", "round", "last", "passed")}
    assert alarm == {
        "clause": "SLA-001 §2.3", "priority": "high", "due": minutes(3), "round": 0, "last": "Марина", "passed": [],
    }  # fmt: skip


def test_a_step_behind_shows_who_was_really_woken_and_when(far: Far) -> None:
    second = turn(2, 4, "SLA-001 §2.3: 3 мин, Анна, telegram", "SLA-001 §2.3: 3 мин, Анна, bitrix24")
    (call,) = calls(far, talk(turn(1, 0, *FIRST), second, alarm=replace(ALARM, climbed=3)))
    assert steps(call)[1:3] == [
        (3, "done", ["Анна: Telegram", "Анна: CRM"], False),
        (8, "next", ["Светлана: Telegram", "Светлана: SMS"], False),
    ]
    assert call["alarm"]["steps"][1]["pages"][0]["at"] == minutes(4)


def test_a_step_that_reached_nobody_says_so(far: Far) -> None:
    (call,) = calls(far, talk(turn(1, 0, *FIRST), alarm=replace(ALARM, climbed=3)))
    assert steps(call)[1] == (3, "done", [], False)


def test_who_cannot_come_is_not_planned(far: Far) -> None:
    (call,) = calls(far, talk(turn(1, 0, *FIRST), alarm=replace(ALARM, passed=("marina",))))
    assert (call["alarm"]["passed"], steps(call)[1][2]) == (["Марина"], [": Telegram"])


def test_an_earlier_alarm_tells_nothing_of_this_one(far: Far) -> None:
    before = turn(1, -60, "SLA-001 §2.5: 3 мин, Ольга, telegram")
    (call,) = calls(far, talk(before, turn(2, 0, *FIRST), alarm=replace(ALARM, climbed=3)))
    assert steps(call)[1] == (3, "done", [], False)


def test_a_taken_client_shows_by_whom_until_when_and_what_is_promised(far: Far) -> None:
    taken = TakeOver("svetlana", NIGHT, NIGHT + timedelta(minutes=10), "t2", waiting=NIGHT)
    later, sooner = (
        Promise(f"p{count}", "svetlana", NIGHT + timedelta(minutes=count), "перезвоню") for count in (40, 20)
    )
    (call,) = calls(far, talk(taken=taken, promises=(later, sooner), owner="svetlana"))
    assert (call["owner"], call["alarm"], call["open"]) == ("Светлана", None, True)
    assert call["taken"] == {
        "by": "svetlana", "name": "Светлана", "since": minutes(0), "due": minutes(10), "waiting": minutes(0),
        "in_app": False,
    }  # fmt: skip
    assert call["promises"] == [
        {"id": f"p{count}", "owner": "svetlana", "name": "Светлана", "until": minutes(count), "text": "перезвоню"}
        for count in (20, 40)
    ]


def test_what_is_over_stays_in_the_story(far: Far) -> None:
    over = talk(turn(1, 0, *FIRST), turn(2, 2, "SLA-001 §7: взяла marina"), turn(3, 3, "RP-002"), owner="desk")
    (call,) = calls(far, over)
    assert (call["open"], call["owner"], call["alarm"]) == (False, "", None)
    assert call["story"] == [
        {"at": minutes(0), "what": "Марина: Telegram", "clauses": list(FIRST[1:])},
        {"at": minutes(2), "what": "взяла Марина", "clauses": ["SLA-001 §7: взяла marina"]},
    ]


def test_nobody_called_is_nothing_to_tell_and_her_own_chat_is_no_clients(far: Far) -> None:
    own = Talk({"id": MARINA, "owner": "desk"}, (turn(1, 0, "SLA-001 §7: пишет marina"),))
    quiet = talk(turn(1, 0, "RP-002 intent greeting"), owner="desk")
    assert told(far, {ANNA: quiet, MARINA: own})["calls"] == []


def test_without_a_pack_that_can_be_read_the_ladder_is_drawn_all_the_same(far: Far) -> None:
    (call,) = calls(far, talk(turn(1, 0, *FIRST), alarm=ALARM), rules=RULES)
    assert steps(call)[:2] == [
        (0, "done", ["Марина: Telegram"], False),
        (3, "next", [": Telegram", ": CRM", ": Telegram"], False),
    ]


def test_a_conversation_past_the_page_is_looked_at_while_somebody_is_called(far: Far) -> None:
    looked: list[list[str]] = []
    look = far.stack.look
    far.stack.look = lambda conversations: (looked.append(list(conversations)), look(conversations))[1]  # type: ignore[method-assign]
    timers = [PendingTimer(kind, f"of {kind}", kind, minutes(3), "t") for kind in ("alarm", "silence", "taken")]
    told(far, {}, *timers)
    far.box.overview.look(now=True)
    assert [one for one in looked[-1] if one.startswith("of ")] == ["of alarm", "of taken"]


def test_timers_of_a_ladder_that_is_done_with_are_not_shown(far: Far) -> None:
    promise = Promise("p1", "svetlana", NIGHT, "перезвоню")
    kinds = [("alarm", "t1"), ("alarm", "old"), ("taken", "t2"), ("promise", "p1"), ("promise", "kept"), ("tasks", "m")]
    timers = [PendingTimer(f"{kind}-{token}", ANNA, kind, minutes(3), token) for kind, token in kinds]
    told(far, {ANNA: talk(alarm=ALARM, promises=(promise,), tasks=())}, *timers)
    assert [timer["name"] for timer in far.state()["timers"]] == ["alarm-t1", "promise-p1"]


def test_the_phones_say_who_is_on_duty_and_who_is_her_reserve(far: Far) -> None:
    shifts = {phone["colleague"]: phone["shift"] for phone in told(far, {})["duty"]}
    assert shifts == {"marina": "duty", "svetlana": "reserve", "anna": "", "olga": ""}


def test_a_page_for_a_colleague_shows_why_though_the_turn_forgot_what_it_did(far: Far) -> None:
    told(far, {ANNA: talk(turn(1, 0, *FIRST), alarm=ALARM)})
    far.telegram("sendMessage", chat_id=900000004, text="ЖАЛОБА")
    (message,) = far.phone("duty-900000004")["messages"]
    assert message["because"] == list(FIRST)


# ---------------------------------------------------------------- what a colleague does


def act(far: Far, **body: Any) -> Any:
    far.stack.heard.add(ANNA)
    return far.do("colleague", {"conversation": ANNA, "colleague": "olga", **body})


@pytest.mark.parametrize("action", ["take", "pass", "release", "kept"])
def test_what_a_colleague_does_is_an_event_of_the_conversation(far: Far, action: Any) -> None:
    answer = act(far, action=action)
    key = f"page:olga:{action}:20261125T194000.000000"
    assert (answer.status_code, answer.json) == (200, {"conversation": ANNA, "event": key})
    assert far.stack.happened == [Acted(key, NIGHT, ANNA, "olga", action)]


def test_her_words_answer_a_message_about_this_client(far: Far) -> None:
    assert act(far, action="text", text="Уже бегу").status_code == 200
    key = "page:olga:text:20261125T194000.000000"
    assert far.stack.happened == [Acted(key, NIGHT, ANNA, "olga", "text", about=ANNA, text="Уже бегу")]


def test_what_her_button_is_about_may_be_told(far: Far) -> None:
    act(far, action="kept", about="p1")
    assert [event.about for event in far.stack.happened if isinstance(event, Acted)] == ["p1"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "dance"}, 400),
        ({"action": "text"}, 400),
        ({"action": "take", "colleague": "nobody"}, 404),
        ({"action": "take", "conversation": "unknown"}, 404),
        ({}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(far: Far, body: dict[str, str], status: int) -> None:
    answer = act(far, **body)
    assert (answer.status_code, far.stack.happened) == (status, [])
