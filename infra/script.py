"""Conversations as text: what a client does, line by line, and what becomes of it.

A script is what is typed; a transcript is the script with everything the product says and does under each line.

    # Заголовок: чем разговор интересен.
    # client: demo-clinic             the pack, demo-salon unless told
    # channel: whatsapp               telegram unless told
    # phone: +79000000090             the number that the channel vouches for (WhatsApp)
    # now: 2026-11-23T12:00           when it begins, in the business's zone; Sunday 23:40 unless told
    # mode: after_silence             another mode of RP-002 than the pack's
    # calendar: anna 2026-11-27T12:00 90; …    who is busy already: master, beginning, minutes
    # memory: why                     only in memory: what the stack cannot be told from outside

    > что она пишет                   one message; ⏎ breaks a line, «ля×900» is said 900 times
    >| и ещё строчка                  one more bubble of the same turn
    > [Даю согласие]                  a button by its title (any that was shown, the latest of that name) or its id
    > (voice) слова                   a voice message; without words, or where none may be heard, it cannot be read
    > (photo)                         also (sticker), (location), (file), (empty)
    > (contact) +79000000001          her own contact card
    > (25h ago) слова                 written long ago, delivered now
    < Да, приходите!                  a colleague answers in the business's own app
    < @marina take                    a colleague's button (take, pass, release, done), or her words
    + 11m                             time passes: m, h or d

Between them stands what the product does. A line of two spaces is said to the client, `→` is done besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from chalicelib.regulation.schema import ChannelName, Mode, Rules

LINES = "A line is «> what she writes», «> [a button]», «< what a colleague writes», «+ 15m» or «# a comment»."
SUNDAY_NIGHT = "2026-11-22T23:40"
_HEADER = re.compile(r"# (client|channel|phone|now|mode|calendar|memory): (.+)")
_DONE = re.compile(r"^(>\||>|<|\+)(?: (.*))?$")
_MEDIUM = re.compile(r"\((voice|photo|sticker|location|file|contact|empty)\)(?: (.+))?")
_AGO = re.compile(r"\((\d+)h ago\) (.+)")
_TIMES = re.compile(r"(.+?)×(\d+)")
_PASSES = re.compile(r"(\d{1,5})([mhd])")
_BY_NAME = re.compile(r"@(\w+) (.+)")
_NOTHING_DONE = ("#", "  ", "→")
_CHOICES = {"channel": get_args(ChannelName), "mode": get_args(Mode.model_fields["answers"].annotation)}
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
    """One line of a script (its ``number``), or several bubbles: what the client, a colleague, or the time does."""

    lines: tuple[str, ...]
    bubbles: tuple[Bubble, ...] = ()
    colleague: str | None = None
    """Her words; with ``by``, an id of business.yaml, one of her buttons or her words from her chat with the desk."""
    by: str | None = None
    passes: timedelta | None = None
    number: int = 0


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
    def calendar(self) -> tuple[tuple[str, datetime, int], ...]:
        """Masters who are busy already: from when (wall time), and how many minutes."""
        lines = (line.split() for line in self.told.get("calendar", "").split(";") if line.strip())
        return tuple((master, datetime.fromisoformat(start), int(minutes)) for master, start, minutes in lines)

    def begins(self, zone: str) -> datetime:
        """When the first line is said; ``zone`` is the business's."""
        return datetime.fromisoformat(self.told.get("now", SUNDAY_NIGHT)).replace(tzinfo=ZoneInfo(zone))

    def rules(self, pack: Rules) -> Rules:
        """The pack, in the mode that the script asks for."""
        if "mode" not in self.told:
            return pack
        mode = Mode.model_validate({"answers": self.told["mode"]})
        return pack.model_copy(update={"dialogue": pack.dialogue.model_copy(update={"mode": mode})})


def read(transcript: str) -> Script:
    """The script within a transcript. Raises ValueError with the number of a line that cannot be read."""
    headers = tuple(line for line in transcript.splitlines() if line.startswith("#"))
    told: dict[str, str] = {}
    steps: list[Step] = []
    for number, line in enumerate(transcript.splitlines(), 1):
        done = _DONE.match(line)
        if header := _HEADER.fullmatch(line):
            told[header[1]] = _header(header[1], header[2].strip(), number)
        elif not done and not line.startswith(_NOTHING_DONE) and line.strip():
            raise ValueError(f"{number}: what is «{line[:40]}»? {LINES}")
        if done and done[1] == ">|" and steps:
            before = steps.pop()
            steps.append(Step((*before.lines, line), (*before.bubbles, _bubble(done[2] or "")), number=before.number))
        elif done:
            steps.append(_step(line, done[1], done[2] or "", number))
    return Script(headers, tuple(steps), told)


def written(script: Script, becomes: Iterator[list[str]]) -> str:
    """The transcript: each step's own lines, and below them what becomes of it."""
    out = list(script.headers)
    for step in script.steps:
        out += ["", *step.lines, *next(becomes)]
    return "\n".join(out) + "\n"


def _header(name: str, what: str, number: int) -> str:
    if name == "now":
        try:
            datetime.fromisoformat(what)
        except ValueError:
            raise ValueError(f"{number}: «{what}» is no moment: write # now: 2026-11-23T12:00") from None
    if name in _CHOICES and what not in _CHOICES[name]:
        raise ValueError(f"{number}: «{what}» is no {name}: there are {', '.join(_CHOICES[name])}")
    return what


def _step(line: str, who: str, what: str, number: int) -> Step:
    if who == "+":
        if not (passes := _PASSES.fullmatch(what)):
            raise ValueError(f"{number}: «{line}» is no time: write + 15m, + 2h or + 1d")
        return Step((line,), passes=timedelta(**{_UNITS[passes[2]]: int(passes[1])}), number=number)
    if who == "<":
        named = _BY_NAME.fullmatch(what)
        return Step((line,), colleague=named[2] if named else what, by=named and named[1], number=number)
    return Step((line,), (_bubble(what),), number=number)


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
