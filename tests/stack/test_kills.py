"""`converse` dies between each pair of its steps, for real: the worker is gone, the queue brings the message again."""

from __future__ import annotations

import json
import shutil
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.desk.events import conversation_id
from tests.stack.night import Night, eventually, free_hours
from tests.stack.stand import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.stack
MOST_MOMENTS = 40
TOO_NEAR = 8  # the hours of two days


def alike() -> Iterator[str]:
    """Hours of visits with the same reminders, so that a moment's number is the same step in each booking's turn."""
    return (hour for hour in islice(free_hours(), TOO_NEAR, None) if not hour.endswith("10:00"))


class Mortal:
    """A stack whose `converse` can be told when to die."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.night = Night(stack.page, dict(stack.hooks), dict(stack.secrets))
        self.plan = stack.lambdas_packages / "death.json"
        self.updates = 950_000_000

    def say(self, chat: int, text: str) -> None:
        self.updates += 1
        assert self.night.telegram(chat, text, self.updates).status_code == 200

    def texts(self, chat: int) -> list[str]:
        guests = [guest for guest in self.night.state()["guests"] if guest["address"] == str(chat)]
        return [message["text"] for guest in guests for message in guest["messages"] if message["from"] == "bot"]

    def finished(self, chat: int) -> list[dict]:
        rows = self.stack.items(conversation_id("telegram", str(chat)))
        return [row for row in rows if row["sk"]["S"].startswith("event#") and row.get("finished", {}).get("BOOL")]

    def dies_at(self, moment: int, chat: int, text: str, turns: int) -> bool:
        """Say ``text``, let the worker die at this moment, wait for the turn's end; True when it came so far."""
        self.plan.write_text(json.dumps({"moment": moment, "passed": 0}))
        self.say(chat, text)
        eventually(lambda: len(self.finished(chat)) == turns)
        died = not self.plan.exists()
        self.plan.unlink(missing_ok=True)
        return died


def test_a_turn_killed_between_any_two_steps_is_finished_once(bring_up):
    """Telegram has no key for a message: only a death between «sent» and «noted» may say it twice."""
    with bring_up("mortal") as stack:  # its workers are warm: those of the second start are the mortal ones
        shutil.copy(Path(__file__).with_name("death.py"), stack.lambdas_packages / "sitecustomize.py")
    with bring_up("mortal") as stack, stack.shown_again_after(1):
        mortal, deaths, twice = Mortal(stack), 0, 0
        hours = alike()
        for moment in range(1, MOST_MOMENTS):
            chat = 720_000_000 + moment
            told = f"Хочу на маникюр {next(hours)}, меня зовут Анна, +79000000001"
            first = mortal.dies_at(moment, chat, told, 1)
            second = mortal.dies_at(moment, chat, "да", 2)
            deaths += first + second
            said = mortal.texts(chat)
            assert "вы записаны" in said[-1], (moment, said)
            assert len(set(said)) == 2 and len(said) <= 2 + first + second, (moment, said)
            twice += len(said) - 2
            if not (first or second):
                break
        leads = eventually(lambda: len(mortal.night.cards()) == moment and mortal.night.cards(), 90)
        assert len({card["fields"]["Номер у нас"] for card in leads}) == moment
    assert deaths >= 16
    assert twice <= 4  # two turns, each with two moments between the send and its note
    print(f"{deaths} deaths, {twice} replies said twice")
