"""The conversations of tests/scenarios through the real stack: what the client reads there is what the transcript says.

Each business has a stack of its own, wound to the hour at which its conversations begin. Dates differ, for the stack
lives now; a script that needs more than a client and a clock says so (``# memory:``).
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.desk.effects import Reply
from chalicelib.regulation.schema import Rules
from infra.packs import load_pack
from sandbox.phones import conversation_of
from sandbox.state import Message, Phone
from tests.scenarios.script import SUNDAY_NIGHT, Bubble, Script, Step, read
from tests.scenarios.test_scenarios import SCENARIOS, Table
from tests.stack.conftest import ROOT, BringUp
from tests.stack.night import Night, eventually
from tests.stack.stand import Stack

ADDRESSES = {"telegram": itertools.count(720_000_001), "whatsapp": itertools.count(79_000_100_001),
             "instagram": itertools.count(17_840_000_000_100_001)}  # fmt: skip
UPDATES = itertools.count(990_000_001)
AT_ONCE = 3
"""Conversations that are held side by side."""
BY_HAND = "by_hand"
_DATE = re.compile(r"\d\d\.\d\d\.\d{4}")


@pytest.mark.parametrize("client", ["demo-salon", "demo-clinic", "demo-barbershop"])
def test_every_conversation_goes_on_the_stack_as_it_is_written(bring_up: BringUp, client: str):
    scripts = {path.stem: script for path in SCENARIOS if _is_for_the_stack(script := read(path.read_text()), client)}
    with bring_up(f"scenarios-{client}", client=client) as stack:
        stage = Stage(stack, _a_sunday_night(load_pack(ROOT, client)))
        timed = {name for name, script in scripts.items() if _is_timed(script)}
        told = {name: stage.hold(scripts[name]) for name in sorted(timed)}
        stage.wind_to(SUNDAY_NIGHT)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            others = sorted(scripts.keys() - timed)
            told |= zip(others, pool.map(lambda name: stage.hold(scripts[name]), others), strict=True)
    assert {name: held for name, held in told.items() if held} == {}


def test_three_bubbles_get_one_reply(bring_up: BringUp):
    script = read((Path(__file__).parents[1] / "scenarios" / "bubbles.txt").read_text())
    with bring_up("scenarios-bubbles", given={"PAUSE_SECONDS": ""}) as stack:
        stage = Stage(stack, _a_sunday_night(load_pack(ROOT, script.client)))
        stage.wind_to(SUNDAY_NIGHT)
        assert stage.hold(script) is None


def _is_for_the_stack(script: Script, client: str) -> bool:
    bubbles = any(len(step.bubbles) > 1 for step in script.steps)
    return script.client == client and "memory" not in script.told and not bubbles


def _is_timed(script: Script) -> bool:
    """Whether it needs the clock for itself."""
    return "now" in script.told or any(step.passes for step in script.steps)


def _a_sunday_night(rules: Rules) -> datetime:
    """A Sunday 23:40 to come whose next two weeks have no day off: in the scripts there is none either."""
    first = datetime.fromisoformat(SUNDAY_NIGHT).replace(tzinfo=rules.business.tz if False else UTC)
    raise NotImplementedError(first)


@dataclass
class Stage:
    """A stack on which conversations are held. ``sunday`` is what its clock is wound to for `SUNDAY_NIGHT`."""

    stack: Stack
    sunday: datetime
    night: Night = field(init=False)
