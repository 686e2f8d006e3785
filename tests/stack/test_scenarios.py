"""The conversations of tests/scenarios through the real stack: what the client reads there is what the transcript says.

Each business has a stack of its own, wound to the hour at which its conversations begin. Dates differ, for the stack
lives now; a script that needs more than a client and a clock says so (``# memory:``).
"""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests

from chalicelib.desk.effects import Reply
from chalicelib.regulation.schema import Rules
from infra.packs import load_pack
from infra.script import SUNDAY_NIGHT, Bubble, Script, Step, read
from sandbox.phones import conversation_of
from sandbox.state import BY_HAND, Message, Phone
from tests.scenarios.test_scenarios import SCENARIOS, Table
from tests.stack.conftest import ROOT, BringUp
from tests.stack.night import Night, eventually
from tests.stack.stand import Stack

ADDRESSES = {
    "telegram": itertools.count(720_000_001),
    "whatsapp": itertools.count(79_000_100_001),
    "instagram": itertools.count(17_840_000_000_100_001),
}
UPDATES = itertools.count(990_000_001)
AT_ONCE = 3
"""Conversations that are held side by side."""
PATIENCE = 25.0
NOWHERE_A_HOLIDAY = timedelta(days=15)
SUNDAY = 6
_DATE = re.compile(r"\d\d\.\d\d(?:\.\d{4})?")
_LINK = re.compile(r"\n\n[^\n]+: http\S+/visits/\S+\.ics")
"""A tabletop has no address, so its scripts know of no file of a visit."""


@pytest.mark.parametrize("client", ["demo-salon", "demo-clinic", "demo-barbershop"])
def test_every_conversation_goes_on_the_stack_as_it_is_written(bring_up: BringUp, client: str):
    scripts = {path.stem: script for path in SCENARIOS if _is_for_the_stack(script := read(path.read_text()), client)}
    timed = {name for name, script in scripts.items() if _is_timed(script)}
    booking = {name for name in scripts.keys() - timed if _writes_into_the_diary(scripts[name])}
    others = sorted(scripts.keys() - timed - booking)
    with bring_up(f"scenarios-{client}", client=client) as stack:
        stage = Stage.of(stack, client)
        told = {name: stage.hold_alone(scripts[name]) for name in sorted(timed)}
        stage.wind_to(stage.sunday)
        told |= {name: stage.hold(scripts[name]) for name in sorted(booking)}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            told |= zip(others, pool.map(lambda name: stage.hold(scripts[name]), others), strict=True)
    differing = ["\n".join((name, *differs)) for name, differs in told.items() if differs]
    assert not differing, "\n\n".join(differing)


def test_bubbles_sent_one_after_the_other_get_one_reply(bring_up: BringUp):
    script = read(next(path for path in SCENARIOS if path.stem == "bubbles").read_text())
    with bring_up("scenarios-bubbles", given={"PAUSE_SECONDS": ""}) as stack:
        assert Stage.of(stack, script.client).hold_alone(script) == []


def _is_for_the_stack(script: Script, client: str) -> bool:
    bubbles = any(len(step.bubbles) > 1 for step in script.steps)
    return script.client == client and "memory" not in script.told and not bubbles


def _is_timed(script: Script) -> bool:
    """Whether it needs the clock for itself."""
    return "now" in script.told or any(step.passes for step in script.steps)


def _writes_into_the_diary(script: Script) -> bool:
    """Whether it needs the diary for itself."""
    table = Table(script)
    for step in script.steps:
        list(table.take(step))
    return bool(table.top.table.pages)


def _sunday_night(rules: Rules) -> datetime:
    """A Sunday 23:40 to come with no day off in the next two weeks: the scripts know of none."""
    night = datetime.now(ZoneInfo(rules.business.zone)).replace(hour=23, minute=40, second=0) + timedelta(days=1)
    while night.weekday() != SUNDAY or any(
        night.date() <= off <= (night + NOWHERE_A_HOLIDAY).date() for off in rules.business.days_off
    ):
        night += timedelta(days=1)
    return night


@dataclass(frozen=True)
class Said:
    """A reply as the client sees it, dates masked."""

    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """A stack on which conversations are held. ``sunday`` is what its clock is wound to."""

    stack: Stack
    night: Night
    sunday: datetime

    @classmethod
    def of(cls, stack: Stack, client: str) -> Stage:
        night = Night(stack.page, dict(stack.hooks), dict(stack.secrets))
        return cls(stack, night, _sunday_night(load_pack(ROOT, client)))

    def hold_alone(self, script: Script) -> list[str]:
        """Hold a conversation that winds the clock; what earlier ones left to ring is silent."""
        self._silence()
        begins = script.begins(str(self.sunday.tzinfo))
        self.wind_to(self.sunday + (begins - datetime.fromisoformat(SUNDAY_NIGHT).replace(tzinfo=begins.tzinfo)))
        return self.hold(script)

    def hold(self, script: Script) -> list[str]:
        """Hold a conversation; what went otherwise than on the tabletop, up to the first such line."""
        self._empty_diary()
        phone, table = self._newcomer(script), Table(script)
        heard = 0
        for step in script.steps:
            expected = [said for turn in table.take(step) for effect in turn.effects if isinstance(effect, Reply)
                        for said in [_seen(effect.text, [choice.title for choice in effect.choices])]]  # fmt: skip
            try:
                self._do(step, phone)
            except AssertionError as impossible:
                return [*step.lines, str(impossible)]
            got = self._heard(phone, heard, len(expected))
            if got != expected:
                return [*step.lines, f"expected: {expected}", f"got: {got}"]
            heard += len(got)
        return []

    def _empty_diary(self) -> None:
        """Each conversation was written with nobody else in the diary. Those held side by side write nothing there."""
        self._delete("diary", "waiting")

    def _delete(self, *partitions: str) -> None:
        table, name = self.stack.client("dynamodb"), self.stack.table
        for pk in partitions:
            rows = table.query(TableName=name, KeyConditionExpression="pk = :pk",
                               ExpressionAttributeValues={":pk": {"S": pk}})["Items"]  # fmt: skip
            for row in rows:
                table.delete_item(TableName=name, Key={"pk": row["pk"], "sk": row["sk"]})

    def _silence(self) -> None:
        scheduler, group = self.stack.client("scheduler"), self.stack.outputs["ScheduleGroup"]
        for page in scheduler.get_paginator("list_schedules").paginate(GroupName=group):
            for schedule in page["Schedules"]:
                scheduler.delete_schedule(Name=schedule["Name"], GroupName=group)
        self._delete("timers")

    def wind_to(self, moment: datetime) -> None:
        """Set the stack's clock, back as well: every conversation is a new one."""
        ahead = round((moment - datetime.now(UTC)).total_seconds())
        self.stack.client("dynamodb").update_item(
            TableName=self.stack.table,
            Key={"pk": {"S": "stack"}, "sk": {"S": "current"}},
            UpdateExpression="SET ahead_seconds = :ahead",
            ExpressionAttributeValues={":ahead": {"N": str(ahead)}},
        )
        self.stack.sandbox.clock.forget()
        self.stack.sandbox.clock.ahead()  # read before several phones ask at once

    def _newcomer(self, script: Script) -> Phone:
        address = (script.phone or "").lstrip("+") or str(next(ADDRESSES[script.channel]))
        phone = Phone(f"{script.channel}-{address}", "client", script.channel, address, "Клиент", "Клиент")
        self.stack.sandbox.state.put_phone(phone)
        return phone

    def _do(self, step: Step, phone: Phone) -> None:
        if step.passes:
            self.night.post("clock", {"minutes": round(step.passes.total_seconds() / 60)})
        elif step.colleague is not None:
            self.night.post(f"phones/{phone.id}/colleague", {"text": step.colleague})
            self._worked(phone)
        for bubble in step.bubbles:
            self._send(bubble, phone)

    def _send(self, bubble: Bubble, phone: Phone) -> None:
        if bubble.ago:
            self._deliver_late(bubble, phone)
        elif bubble.button:
            shown = {
                _DATE.sub("дд.мм", title): (one.id, choice) for one in self._bot(phone) for choice, title in one.choices
            }
            button = _DATE.sub("дд.мм", bubble.button)
            assert button in shown, f"[{bubble.button}] was never shown in this conversation"
            message, choice = shown[button]
            self.night.post(f"phones/{phone.id}/press", {"message": message, "choice": choice})
        elif bubble.medium == "text":
            self.night.post(f"phones/{phone.id}/text", {"text": bubble.text})
        else:
            self.night.post(f"phones/{phone.id}/media", {"kind": bubble.medium})

    def _deliver_late(self, bubble: Bubble, phone: Phone) -> None:
        number, who = next(UPDATES), {"id": int(phone.address), "first_name": phone.profile}
        at = int((self.stack.sandbox.clock.now() - bubble.ago).timestamp())
        message = {"message_id": number, "date": at, "text": bubble.text, "from": {**who, "is_bot": False},
                   "chat": {**who, "type": "private"}}  # fmt: skip
        answer = self.night.raw("telegram", json.dumps({"update_id": number, "message": message}).encode())
        assert answer.status_code == requests.codes.ok

    def _heard(self, phone: Phone, before: int, replies: int) -> list[Said]:
        """What the client has read since ``before`` messages, as soon as as many have come as there should."""
        if not replies:
            self._worked(phone)
        with contextlib.suppress(AssertionError):  # the comparison shows what is missing
            eventually(lambda: len(self._bot(phone)) >= before + replies, PATIENCE)
        return [_seen(one.text, [title for _, title in one.choices]) for one in self._bot(phone)[before:]]

    def _worked(self, phone: Phone) -> None:
        """Wait until everything that was sent has become a turn."""
        conversation = conversation_of(phone)

        def is_idle() -> bool:
            rows = [row for row in self.stack.items(conversation) if row["sk"]["S"].startswith("event#")]
            return bool(rows) and not self.stack.waiting("InboxUrl")

        eventually(is_idle, PATIENCE)

    def _bot(self, phone: Phone) -> list[Message]:
        messages: Sequence[Message] = self.stack.sandbox.state.messages(phone.id)
        return [one for one in messages if one.sender == "bot" and one.kind != BY_HAND]


def _seen(text: str, choices: Sequence[str]) -> Said:
    return Said(_DATE.sub("дд.мм", _LINK.sub("", text)), tuple(_DATE.sub("дд.мм", title) for title in choices))
