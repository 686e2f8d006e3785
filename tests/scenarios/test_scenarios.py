"""Whole conversations as text: what is typed, what is answered, why, and what happens besides.

A file holds lines the client types (``> text``), buttons (``> [title]``), time that passes (``+ 10m``), and between
them everything the product does. `NOCHNIK_REWRITE=1 pytest tests/scenarios` writes that side anew: read the diff.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.desk.effects import DeliverLead, Reply, SetTimer, Wake
from chalicelib.desk.events import Event, Pressed, Said, conversation_id, conversation_of
from chalicelib.ports import Turn
from tests.engine.world import World, demo

HERE = Path(__file__).parent
SCENARIOS = sorted(HERE.glob("*.txt"))
HER = "700000001"
TYPED = re.compile(r"^> (?P<text>.*)$")
BUTTON = re.compile(r"^\[(?P<title>.+)\]$")
PASSES = re.compile(r"^\+ (?P<minutes>\d+)m$")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(scenario: Path):
    written = scenario.read_text()
    played = play(written)
    if os.environ.get("NOCHNIK_REWRITE"):
        scenario.write_text(played)
    assert played == written


def test_there_are_conversations():
    assert len(SCENARIOS) >= 8


def play(script: str) -> str:
    """The whole transcript that the script's client lines lead to."""
    world = World()
    world.table.rules = demo(_header(script))
    lines = [line for line in script.splitlines() if line.startswith(("#", ">", "+"))]
    out: list[str] = []
    for number, line in enumerate(lines):
        if line.startswith("#"):
            out.append(line)
            continue
        out += ["", line]
        for turn in _step(world, line, number):
            out += _told(turn)
    return "\n".join(out) + "\n"


def _header(script: str) -> str:
    found = re.search(r"^# client: (\S+)$", script, re.MULTILINE)
    return found[1] if found else "demo-salon"


def _step(world: World, line: str, number: int) -> Iterator[Turn]:
    if passed := PASSES.match(line):
        world.now += timedelta(minutes=int(passed["minutes"]))
        for token, timer in list(world.queues.timers.items()):
            if timer.at <= world.now:
                world.ring(token)
                yield world.table.turns[timer.conversation, f"timer:{token}"]
        return
    typed = TYPED.match(line)
    assert typed is not None, line
    event = _event(world, typed["text"].replace("⏎", "\n"), number)
    world.deliver(event)
    yield world.table.turns[conversation_of(event), event.key]


def _event(world: World, text: str, number: int) -> Event:
    key = f"telegram:{number}"
    pressed = BUTTON.match(text)
    if not pressed:
        return Said(key, world.now, "telegram", HER, text)
    conversation = world.table.conversations[conversation_id("telegram", HER)]
    choice = next(choice for choice in conversation.offered if choice.title == pressed["title"])
    return Pressed(key, world.now, "telegram", HER, choice.id, choice.title)


def _told(turn: Turn) -> Iterator[str]:
    for effect in turn.effects:
        match effect:
            case Reply():
                yield from _lines("", effect.text)
                if effect.choices:
                    yield "    " + " ".join(f"[{choice.title}]" for choice in effect.choices)
            case Wake():
                yield from _lines(f"  → {effect.colleague}: ", effect.text)
            case DeliverLead():
                lead = effect.lead
                yield f"  → CRM: {lead.service} | {lead.preferred_time} | {lead.client_name} | {lead.contact}"
            case SetTimer():
                yield f"  → таймер {effect.timer} на {effect.at:%H:%M} UTC"
            case _:
                pass
    if turn.because:
        yield "  потому что: " + "; ".join(turn.because)


def _lines(mark: str, text: str) -> list[str]:
    return [f"  {mark}{text.splitlines()[0]}", *(f"  {line}".rstrip() for line in text.splitlines()[1:])]
