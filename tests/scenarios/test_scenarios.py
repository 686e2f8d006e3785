"""Whole conversations as text: what is typed, what is answered, why, and what happens besides.

How a script is written: infra/script.py. `NOCHNIK_REWRITE=1 pytest tests/scenarios` writes the product's side anew:
read the diff as the client would, and as the owner would.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from chalicelib.desk import consent
from chalicelib.desk.effects import DeliverLead, Forget, Reply, SetTimer, Wake
from chalicelib.desk.events import Answered, Event, Medium, Pressed, Said, conversation_id
from chalicelib.desk.values import DESK, Conversation
from chalicelib.ports import Turn
from infra.calendar import Booked, enter
from infra.script import Bubble, Script, Step, read, written
from infra.tabletop import Tabletop
from infra.talk import scripted_act
from tests.engine.world import LOCAL, shipped

SCENARIOS = sorted(Path(__file__).parent.glob("*.txt"))
ADDRESSES = {"telegram": "700000001", "whatsapp": "79000000001", "instagram": "17840000000000001"}
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)


@every_scenario
def test_the_conversation_goes_as_written(scenario: Path):
    before = scenario.read_text()
    played = transcript(read(before))
    if os.environ.get("NOCHNIK_REWRITE"):
        scenario.write_text(played)
    assert played == before


@every_scenario
def test_at_every_moment_somebody_has_the_conversation_and_a_deadline(scenario: Path):
    table = Table(read(scenario.read_text()))
    for step in table.script.steps:
        list(table.take(step))
        now = table.conversation
        assert now is None or (now.owner == DESK) == (now.stage != "person"), step.lines
        assert now is None or not _is_awaited(now) or now.silence in table.top.queues.timers, step.lines


def test_there_are_sixty_conversations_in_three_businesses():
    clients = {read(scenario.read_text()).client for scenario in SCENARIOS}
    assert len(SCENARIOS) >= 60
    assert clients == {"demo-salon", "demo-clinic", "demo-barbershop"}


def _is_awaited(conversation: Conversation) -> bool:
    """Whether the desk waits for an answer of somebody who has agreed and has not fallen silent before."""
    visit_stands = conversation.asked in ("reminder", "cancel") or bool(conversation.waits)
    open_question = conversation.asked is not None and conversation.stage != "person" and not visit_stands
    return open_question and consent.agreed(conversation) and "silence" not in conversation.escalated


def transcript(script: Script) -> str:
    """The script with everything the product does under each line."""
    table = Table(script)
    return written(script, (_told(table.take(step), table.top) for step in script.steps))


class Table:
    """The desk on a tabletop, and one client before it."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.rules = script.rules(shipped(script.client))
        self.top = Tabletop(self.rules, script.begins(self.rules.business.zone), LOCAL)
        for number, (master, start, minutes) in enumerate(script.calendar):
            enter(Booked(master=master, start=start, minutes=minutes), f"busy-{number}", self.top.table, self.rules)
        self.address = (script.phone or "").lstrip("+") or ADDRESSES[script.channel]
        self.shown: dict[str, str] = {}
        self.events = 0

    @property
    def conversation(self) -> Conversation | None:
        return self.top.table.standing(conversation_id(self.script.channel, self.address))

    def take(self, step: Step) -> Iterator[Turn]:
        if step.passes:
            turns = self.top.wind(self.top.now + step.passes)
        elif step.by:
            conversation = conversation_id(self.script.channel, self.address)
            turns = self.top.happens(scripted_act(step, self._key(), self.top.now, conversation))
        elif step.colleague is not None:
            turns = self.top.happens(Answered(self._key(), self.top.now, self.script.channel, self.address))
        else:
            turns = self.top.happens(*(self._event(bubble) for bubble in step.bubbles))
        for turn in turns:
            for effect in turn.effects:
                if isinstance(effect, Reply):
                    self.shown |= {choice.title: choice.id for choice in effect.choices}
            yield turn

    def _event(self, bubble: Bubble) -> Event:
        channel, at = self.script.channel, self.top.now - bubble.ago
        if bubble.button:
            choice = self.shown.get(bubble.button, bubble.button)
            return Pressed(self._key(), at, channel, self.address, choice, bubble.button)
        text = bubble.text if bubble.medium == "text" or self._can_hear() else ""
        phone = bubble.phone or self.script.phone
        return Said(self._key(), at, channel, self.address, text, cast("Medium", bubble.medium), phone=phone)

    def _can_hear(self) -> bool:
        """A voice message is written down by a model: after consent, and never in a clinic."""
        agreed = self.conversation is not None and consent.agreed(self.conversation)
        return agreed and self.rules.business.kind != "clinic"

    def _key(self) -> str:
        self.events += 1
        return f"{self.script.channel}:{self.events}"


def _told(turns: Iterator[Turn], top: Tabletop) -> list[str]:
    return [line for turn in turns for line in _lines_of(turn, top.now)]


def _lines_of(turn: Turn, now: datetime) -> Iterator[str]:
    for effect in turn.effects:
        match effect:
            case Reply():
                yield from (f"  {line}".rstrip() for line in effect.text.splitlines())
                if effect.choices:
                    yield "    " + " ".join(f"[{choice.title}]" for choice in effect.choices)
            case Wake():
                first, *others = effect.text.splitlines()
                yield from (f"  → {effect.colleague}: {first}", *(f"      {line}" for line in others))
            case DeliverLead():
                lead = effect.lead
                yield f"  → CRM: {lead.service} | {lead.preferred_time} | {lead.client_name} | {lead.contact}"
            case SetTimer(timer="alarm" | "taken" | "tasks"):
                pass  # what they bring is below, with its minute
            case SetTimer():
                minutes = round((effect.at - now.astimezone(UTC)).total_seconds() / 60)
                yield f"  → таймер {effect.timer}: {minutes} мин"
            case Forget(lead=None, visits=(), phone=str(phone)):
                yield f"  → забыто, кто писал под номером {phone}"
            case Forget():
                yield "  → забыто всё, что хранилось о клиенте"
            case _:
                pass
    if turn.because:
        yield "  потому что: " + "; ".join(turn.because)
