"""Conversations as text: what a client does, line by line, and what becomes of it.

A script is what is typed; a transcript is the script with everything the product says and does under each line.

    # Заголовок: чем разговор интересен.
    # client: demo-clinic             the pack, demo-salon unless told
    # channel: whatsapp               telegram unless told
    # phone: +79000000090             the number that the channel vouches for (WhatsApp)
    # now: 2026-11-23T12:00           when it begins, in the business's zone; Sunday 23:40 unless told
    # mode: after_silence             another mode of RP-002 than the pack's
    # memory: why                     only in memory: what the stack cannot be told from outside

    > что она пишет                   one message; ⏎ breaks a line, «ля×900» is said 900 times
    >| и ещё строчка                  one more bubble of the same turn
    > [Даю согласие]                  a button by its title (any that was shown, the latest of that name) or its id
    > (voice) слова                   a voice message; without words, or where none may be heard, it cannot be read
    > (photo)                         also (sticker), (location), (file), (empty)
    > (contact) +79000000001          her own contact card
    > (25h ago) слова                 written long ago, delivered now
    < Да, приходите!                  a colleague answers in the business's own app
    + 11m                             time passes: m, h or d

Between them stands what the product does. A line of two spaces is said to the client, `→` is done besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.regulation.schema import Mode, Rules
from tests.engine.world import demo

SUNDAY_NIGHT = "2026-11-22T23:40"
_HEADER = re.compile(r"# (client|channel|phone|now|mode|memory): (.+)")
_DONE = re.compile(r"^(>\||>|<|\+)(?: (.*))?$")
_MEDIUM = re.compile(r"\((voice|photo|sticker|location|file|contact|empty)\)(?: (.+))?")
_AGO = re.compile(r"\((\d+)h ago\) (.+)")
_TIMES = re.compile(r"(.+?)×(\d+)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Bubble:
    """One thing a client sends: a text, a medium, or a button. ``ago``: how long before its delivery it was written."""

    text: str = ""
    medium: str = "text"
    button: str | None = None
    phone: str | None = None
    ago: timedelta = timedelta(0)


@dataclass(frozen=True)
class Step:
    """One line of a script, or several bubbles: what the client, a colleague, or the time does."""

    lines: tuple[str, ...]
    bubbles: tuple[Bubble, ...] = ()
    colleague: str | None = None
    passes: timedelta | None = None


@dataclass(frozen=True)
class Script:
    """A whole conversation as it is played."""

    headers: tuple[str, ...]
    steps: tuple[Step, ...]
    told: dict[str, str] = field(default_factory=dict)

    @property
    def client(self) -> str:
        return self.told.get("client", "demo-salon")

    @property
    def channel(self) -> str:
        return self.told.get("channel", "telegram")

    @property
    def phone(self) -> str | None:
        return self.told.get("phone")

    @property
    def rules(self) -> Rules:
        rules = demo(self.client)
        if "mode" not in self.told:
            return rules
        mode = Mode.model_validate({"answers": self.told["mode"]})
        return rules.model_copy(update={"dialogue": rules.dialogue.model_copy(update={"mode": mode})})

    @property
    def begins(self) -> datetime:
        return datetime.fromisoformat(self.told.get("now", SUNDAY_NIGHT)).replace(tzinfo=ZoneInfo("Europe/Samara"))


def read(transcript: str) -> Script:
    """The script within a transcript."""
    headers = tuple(line for line in transcript.splitlines() if line.startswith("#"))
    told = {found[1]: found[2].strip() for line in headers if (found := _HEADER.fullmatch(line))}
    steps: list[Step] = []
    for line in transcript.splitlines():
        if not (done := _DONE.match(line)):
            continue
        if done[1] == ">|":
            before = steps.pop()
            steps.append(Step((*before.lines, line), (*before.bubbles, _bubble(done[2]))))
        else:
            steps.append(_step(line, done[1], done[2]))
    return Script(headers, tuple(steps), told)


def written(script: Script, becomes: Iterator[list[str]]) -> str:
    """The transcript: each step's own lines, and below them what becomes of it."""
    out = list(script.headers)
    for step in script.steps:
        out += ["", *step.lines, *next(becomes)]
    return "\n".join(out) + "\n"


def _step(line: str, who: str, what: str) -> Step:
    if who == "+":
        return Step((line,), passes=timedelta(**{_UNITS[what[-1]]: int(what[:-1])}))
    if who == "<":
        return Step((line,), colleague=what)
    return Step((line,), (_bubble(what),))


def _bubble(what: str) -> Bubble:
    if what.startswith("[") and what.endswith("]"):
        return Bubble(button=what[1:-1])
    if ago := _AGO.fullmatch(what):
        return Bubble(ago[2], ago=timedelta(hours=int(ago[1])))
    if told := _MEDIUM.fullmatch(what):
        medium, words = told[1], told[2] or ""
        if medium == "empty":
            return Bubble()
        return Bubble(medium=medium, phone=words) if medium == "contact" else Bubble(words, medium)
    if times := _TIMES.fullmatch(what):
        return Bubble(times[1] * int(times[2]))
    return Bubble(what.replace("⏎", "\n"))
