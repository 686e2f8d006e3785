"""`nochnik talk` for people: a prompt with the wound clock, replies, buttons by number, what happens besides."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from infra.outcome import Outcome, done
from infra.talk import ACTS, Advance, Colleague, NotPossible, Press, Step, Talk, Write, duration

DIM, BOLD, GREEN, RED = "2", "1", "32", "31"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
INDENT = "    "
GREETING = "Write as a client would. 1 presses a button, +15m winds the clock, /help says more, Ctrl-D leaves."
HELP = """\
  any text           the client writes it; end a line with \\ to send several bubbles as one
  1, 2, [title]      press a button
  +15m, +2h, +1d     wind the clock (or PT15M); timers ring on the way
  @name text         a colleague answers the client; @name take, pass, release or done: her buttons
  /why               the clauses behind the last answer, and which reader understood it
  /state             what the desk knows now
  /help              this; Ctrl-D leaves
"""
_WOUND = re.compile(r"\+\s*\d+\s*[smhd]|P[T\d].*", re.IGNORECASE)
_NUMBER = re.compile(r"\[?(\d{1,2})\]?")
_TITLE = re.compile(r"\[(.+)\]")


@dataclass
class Screen:
    """How things look: colours, and how wide a line may be."""

    colours: bool
    width: int = 100

    def paint(self, text: str, *codes: str) -> str:
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.colours and text else text

    def wrapped(self, line: str, indent: str) -> Iterator[str]:
        """The line below its own indentation, however often it has to be broken."""
        text = line.lstrip()
        indent += line[: len(line) - len(text)]
        yield from textwrap.wrap(
            text, self.width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        ) or [""]


def screen_of(environment: os._Environ[str] | dict[str, str]) -> Screen:
    """Colours only on a terminal, and not where NO_COLOR (https://no-color.org) says so."""
    terminal = sys.stdout.isatty()
    colours = terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return Screen(colours, min(shutil.get_terminal_size().columns, 110) if terminal else 10_000)


@dataclass
class Terminal:
    """One sitting at the keyboard. ``say`` prints a line."""

    talk: Talk
    screen: Screen
    say: Callable[[str], None] = print
    shown: list[str] = field(default_factory=list)
    """Ids of the buttons under the last reply, in their order."""
    last: Outcome | None = None
    bubbles: list[str] = field(default_factory=list)

    def greet(self, reader: str) -> None:
        business = self.talk.top.rules.business
        self.say(self.screen.paint(f"{business.name} · {self.talk.channel} · {reader}", BOLD))
        self.say(self.screen.paint(GREETING, DIM))

    def prompt(self) -> str:
        """The business's clock. Marks around colours tell readline that they take no room."""
        now = self.talk.top.now.astimezone(self.zone)
        clock = f"{DAYS[now.weekday()]} {now:%H:%M}"
        return f"\001\x1b[2m\002{clock}\001\x1b[0m\002 > " if self.screen.colours else f"{clock} > "

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.talk.top.rules.business.zone)

    def typed(self, line: str) -> None:
        """Do what one typed line says, and show what comes of it."""
        line = line.strip()
        try:
            if line.startswith("/"):
                self._asked(line)
            elif line.endswith("\\"):
                self.bubbles.append(line[:-1].rstrip())
            elif line or self.bubbles:
                self._show(self.talk.take(self._step(line)))
        except NotPossible as not_possible:
            self.say(self.screen.paint(f"{INDENT}{not_possible}", RED))

    def _step(self, line: str) -> Step:
        bubbles, self.bubbles = self.bubbles, []
        if bubbles:
            return Write(tuple(text for text in (*bubbles, line) if text))
        if line.startswith("@"):
            name, _, text = line[1:].partition(" ")
            action = text.strip().removeprefix("/")
            return Colleague(name, action) if action in ACTS and action != "text" else Colleague(name, "text", action)
        if _WOUND.fullmatch(line):
            return Advance(duration(line))
        number, title = _NUMBER.fullmatch(line), _TITLE.fullmatch(line)
        if number and 1 <= int(number[1]) <= len(self.shown):
            return Press(self.shown[int(number[1]) - 1])
        return Press(title[1]) if title else Write((line,))

    def _asked(self, line: str) -> None:
        match line.lower():
            case "/why" if self.last:
                readers = f"read by {', '.join(self.last.readers)}" if self.last.readers else ""
                self._dim(*self.last.because, readers)
            case "/state" if self.last:
                self._dim(*_flat(self.last.conversation))
            case "/why" | "/state":
                self._dim("nothing has happened yet")
            case "/help":
                self.say(self.screen.paint(HELP.rstrip(), DIM))
            case _:
                self._dim(f"{line}? There are /why, /state and /help.")

    def _show(self, come: Outcome) -> None:
        self.last = come
        for reply in come.replies:
            self._reply(reply["text"], reply.get("from"))
            self.shown = [choice["id"] for choice in reply["choices"]]
            if self.shown:
                titles = (f"[{number}] {choice['title']}" for number, choice in enumerate(reply["choices"], 1))
                self.say("\n".join(self.screen.wrapped("   ".join(titles), INDENT)))
        for effect in come.effects:
            self._dim(*done(effect, self.zone))
        if not come.replies and not come.effects:
            self._dim("(nothing is said)")

    def _reply(self, text: str, colleague: str | None) -> None:
        if colleague:
            self.say(self.screen.paint(f"{INDENT}{colleague}:", BOLD))
        for line in text.splitlines():
            for part in self.screen.wrapped(line, INDENT):
                self.say(self.screen.paint(part, GREEN))

    def _dim(self, *lines: str) -> None:
        for line in filter(None, lines):
            for part in self.screen.wrapped(line, INDENT):
                self.say(self.screen.paint(part, DIM))


def at_the_keyboard(terminal: Terminal, reader: str, history: Path) -> None:
    """Talk until Ctrl-D. What was typed is there again (arrow up) the next time."""
    readline = _history(history)
    terminal.greet(reader)
    try:
        while True:
            try:
                line = input(terminal.prompt())
            except EOFError:
                terminal.say("")
                return
            terminal.typed(line)
    finally:
        if readline:
            history.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(history)


def from_a_pipe(terminal: Terminal, lines: Iterable[str]) -> None:
    """The same for lines of a file: each is shown as it would have been typed."""
    for line in lines:
        if line.strip():
            terminal.say(f"{terminal.prompt()}{line.strip()}")
            terminal.typed(line)


def _history(file: Path) -> Any:
    """The readline module, with what was typed before; None in a Python built without it."""
    try:
        import readline
    except ImportError:
        return None
    if file.exists():
        readline.read_history_file(file)
    readline.set_history_length(500)
    return readline


def _flat(state: dict[str, object]) -> Iterator[str]:
    for name, value in state.items():
        if isinstance(value, dict):
            told = ", ".join(f"{key} {item}" for key, item in value.items() if item is not None)
            yield f"{name}: {told}"
        elif value not in (None, [], ""):
            yield f"{name}: {value}"
