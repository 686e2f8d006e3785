"""Who is called for a client, who has come, and what is promised: the ladder of each conversation, drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from chalicelib import records
from chalicelib.desk.duty import on_duty
from chalicelib.desk.values import DESK, Alarm, Promise, Rung, TakeOver
from chalicelib.regulation.schema import Rules
from sandbox.cloud import Seen, Talk, Turn

ABOUT_HELP = "SLA-001"
"""How clauses begin that tell of help."""
WOKEN = re.compile(r": (\d+) мин, (.+), (\w+)$")
"""How a turn says who was woken: «SLA-001 §2.3: 8 мин, Светлана, smsru»."""
TITLES = {"duty": "дежурный", "reserve": "резерв", "extra": "усиление", "owner": "владелец"}
WAYS = {"telegram": "Telegram", "crm": "CRM", "sms": "SMS", "call": "звонок"}
STORY_SHOWN = 60
Names = Mapping[str, str]
"""Clients of the page by their conversations."""


def calls(seen: Seen, rules: Rules | None, names: Names, elsewhere: str, own: Container[str]) -> list[dict[str, Any]]:
    """Every conversation in which somebody was called as JSON: the open ones first, the latest of them on top. ``own``:
    the colleagues' own chats with the desk, which are about others."""
    clients = [(of, talk) for of, talk in seen.talks.items() if talk.state and of not in own]
    shown = [_call(talk, rules, names.get(of, elsewhere)) for of, talk in clients]
    shown = [call for call in shown if call["open"] or call["story"]]
    by_time = sorted(shown, key=lambda call: call["story"][-1]["at"] if call["story"] else "", reverse=True)
    return sorted(by_time, key=lambda call: not call["open"])


def _call(talk: Talk, rules: Rules | None, who: str) -> dict[str, Any]:
    state = talk.state or {}
    owner = state.get("owner", DESK)
    alarm = _read(Alarm, state.get("alarm"))
    taken = _read(TakeOver, state.get("taken"))
    promises = [_read(Promise, one) for one in state.get("promises") or ()]
    return {
        "conversation": state.get("id", ""),
        "who": who,
        "stage": state.get("stage", ""),
        "owner": "" if owner == DESK else _name(rules, owner),
        "open": bool(alarm or taken or promises),
        "alarm": _alarm(alarm, talk.turns, rules) if alarm else None,
        "taken": _taken(taken, rules) if taken else None,
        "promises": [_promise(one, rules) for one in sorted(promises, key=lambda one: one.until)],
        "story": list(_story(talk.turns, rules))[-STORY_SHOWN:],
    }


def _read(kind: Any, told: Mapping[str, Any] | None) -> Any:
    return records.load(kind, json.dumps(told)) if told else None


def _alarm(alarm: Alarm, turns: Sequence[Turn], rules: Rules | None) -> dict[str, Any]:
    return {
        "id": alarm.id,
        "reason": alarm.reason,
        "priority": alarm.priority,
        "clause": alarm.clause,
        "notice": alarm.notice,
        "since": alarm.since.isoformat(),
        "began": alarm.began.isoformat(),
        "due": alarm.due.isoformat(),
        "round": alarm.round,
        "last": _name(rules, alarm.paged[-1]) if alarm.paged else "",
        "passed": [_name(rules, who) for who in alarm.passed],
        "steps": list(_steps(alarm, _woken(alarm, turns, rules), rules)),
    }


def _steps(alarm: Alarm, woken: Mapping[int, Sequence[Mapping[str, str]]], rules: Rules | None) -> Iterator[Any]:
    """The rungs of one minute are one step."""
    for minute, rungs in groupby(enumerate(alarm.rungs), key=lambda pair: pair[1].after_minutes):
        group = list(rungs)
        done = group[-1][0] < alarm.climbed
        due = alarm.began + timedelta(minutes=minute)
        planned = [page for _, rung in group for page in _planned(alarm, rung, due, rules)]
        yield {
            "minutes": minute,
            "due": due.isoformat(),
            "state": "done" if done else "next" if group[0][0] == alarm.climbed else "ahead",
            "pages": woken.get(minute, ()) if done else planned,
            "tell_client": any(rung.tell_client for _, rung in group),
        }


def _planned(alarm: Alarm, rung: Rung, at: datetime, rules: Rules | None) -> Iterator[dict[str, str]]:
    """Whom a rung will wake, as far as the rota tells it today; who said that she cannot come is passed over."""
    if rung.who is None:
        return
    people = _people(alarm, rung.who, at, rules)
    for who, name in people or [("", "")]:
        if who in alarm.passed:
            continue
        for way in rung.by:
            yield {"title": TITLES[rung.who], "name": name, "way": WAYS[way]}


def _people(alarm: Alarm, role: str, at: datetime, rules: Rules | None) -> list[tuple[str, str]]:
    if rules is None:
        return []
    duty, *others = on_duty(rules, at) or (None,)
    first, owner = rules.business.colleague(alarm.first) or duty, rules.business.colleague(rules.business.owner)
    named = {"duty": (first,), "reserve": others[:1], "extra": others[1:], "owner": (owner,)}
    return [(person.id, person.name) for person in named[role] if person]


def _woken(alarm: Alarm, turns: Sequence[Turn], rules: Rules | None) -> dict[int, list[dict[str, str]]]:
    """Who was woken at which minute of the ladder, by what the turns say of themselves; of two rounds the later one."""
    found: dict[int, list[dict[str, str]]] = {}
    for turn in turns:
        if not turn.at or datetime.fromisoformat(turn.at) < alarm.since:
            continue
        said = [told for told in map(WOKEN.search, turn.because) if told]
        for minute in {int(told[1]) for told in said}:
            found[minute] = [
                {"title": "", "name": told[2], "way": _way(told[3], rules), "at": turn.at}
                for told in said
                if int(told[1]) == minute
            ]
    return found


def _way(through: str, rules: Rules | None) -> str:
    """The provider's id as the way in which it wakes."""
    if rules is not None:
        business = rules.business
        kinds: dict[str | None, str] = {
            business.pagers.sms: "sms",
            business.pagers.call: "call",
            business.crm.kind: "crm",
        }
        return WAYS.get(kinds.get(through, through), through)
    return WAYS.get(through, through)


def _taken(taken: TakeOver, rules: Rules | None) -> dict[str, Any]:
    return {
        "by": taken.by,
        "name": _name(rules, taken.by),
        "since": taken.since.isoformat(),
        "due": taken.due.isoformat(),
        "waiting": taken.waiting.isoformat() if taken.waiting else None,
        "in_app": taken.in_app,
    }


def _promise(promise: Promise, rules: Rules | None) -> dict[str, str]:
    return {
        "id": promise.id,
        "owner": promise.owner,
        "name": _name(rules, promise.owner),
        "until": promise.until.isoformat(),
        "text": promise.text,
    }


def _story(turns: Sequence[Turn], rules: Rules | None) -> Iterator[dict[str, Any]]:
    """What was done about help, in words and by which clauses."""
    for turn in turns:
        clauses = [clause for clause in turn.because if clause.startswith(ABOUT_HELP)]
        if clauses:
            yield {"at": turn.at, "what": _in_words(clauses, rules), "clauses": clauses}


def _in_words(clauses: Sequence[str], rules: Rules | None) -> str:
    """«Марина: Telegram, CRM; взяла Светлана»; a clause that only names its reason says nothing more."""
    told: dict[str, list[str]] = {}
    for clause in clauses:
        woken = WOKEN.search(clause)
        if woken:
            told.setdefault(woken[2], []).append(_way(woken[3], rules))
        elif ": " in clause:
            told.setdefault(" ".join(_name(rules, word) for word in clause.partition(": ")[2].split(" ")), [])
    return "; ".join(f"{what}: {', '.join(ways)}" if ways else what for what, ways in told.items()) or clauses[0]


def _name(rules: Rules | None, who: str) -> str:
    person = rules.business.colleague(who) if rules is not None else None
    return person.name if person else who
