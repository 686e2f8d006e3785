"""A conversation with the desk without a cloud: what a client does is said to the real engine, on a tabletop."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from chalicelib.desk.events import Acted, Answered, Event, Pressed, Said, conversation_id, joined
from infra.outcome import Line, Outcome, outcome
from infra.script import Step as Scripted
from infra.tabletop import Tabletop

ADDRESSES = {"telegram": "700000001", "whatsapp": "79000000001", "instagram": "17840000000000001"}
"""Where the client of a conversation writes from, by channel; a WhatsApp number is also hers."""
FARTHEST = timedelta(days=400)
_SHORT = re.compile(r"\+?\s*(\d{1,6})\s*([smhd])", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _letters(written: str) -> str:
    """pydantic would take 15 for seconds and 00:15 for a duration as well."""
    if "P" not in written:
        raise ValueError
    return written


_ISO: TypeAdapter[timedelta] = TypeAdapter(Annotated[timedelta, BeforeValidator(_letters)])
ACTS: Mapping[str, Literal["take", "pass", "text", "release", "kept"]] = {
    "take": "take", "pass": "pass", "text": "text", "release": "release", "done": "kept",
}  # fmt: skip
APP = "app"
ACTIONS = (*ACTS, APP)
"""What a colleague may do: her buttons, words of hers, or words from the business's own app."""


class NotPossible(ValueError):
    """What was asked for cannot be done; the conversation stays as it is."""


# ---------------------------------------------------------------- what can be done


@dataclass(frozen=True)
class Write:
    """She writes: one message, or several bubbles that are answered as one."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Press:
    """She presses a button, told by its id or its title."""

    button: str


@dataclass(frozen=True)
class Advance:
    """Time passes."""

    by: timedelta


@dataclass(frozen=True)
class Colleague:
    """A colleague acts in the conversation: one of `ACTIONS`."""

    name: str
    action: str
    text: str = ""


Step = Write | Press | Advance | Colleague


@dataclass
class Talk:
    """One client's conversation. ``phone``: the number her channel vouches for. ``tape`` is told every event."""

    top: Tabletop
    channel: str = "telegram"
    phone: str | None = None
    tape: Callable[[Event], None] = lambda _: None
    buttons: dict[str, str] = field(default_factory=dict)
    """Every button that was shown, title by id; the latest last."""
    number: int = 0

    @property
    def address(self) -> str:
        return self.phone.lstrip("+") if self.phone and self.channel == "whatsapp" else ADDRESSES[self.channel]

    @property
    def conversation(self) -> str:
        return conversation_id(self.channel, self.address)

    def take(self, step: Step) -> Outcome:
        """Do one thing and see what comes of it. Raises `NotPossible`."""
        match step:
            case Write():
                return self._happens(*(self._said(text) for text in step.texts))
            case Press():
                return self._happens(self._pressed(step.button))
            case Advance():
                return self._come_to(self.top.wind(self.top.now + step.by))
            case Colleague():
                return self._colleague(step)

    def _happens(self, *events: Event, said: Iterable[Line] = ()) -> Outcome:
        self.tape(joined(events))
        return self._come_to(self.top.happens(*events), said)

    def _come_to(self, turns: Any, said: Iterable[Line] = ()) -> Outcome:
        come = outcome(self.top, self.conversation, turns, tuple(said))
        for choice in (choice for reply in come.replies for choice in reply["choices"]):
            self.buttons.pop(choice["id"], None)
            self.buttons[choice["id"]] = choice["title"]
        return come

    def _said(self, text: str) -> Said:
        return Said(self._key(), self.top.now, self.channel, self.address, text, phone=self._vouched())

    def _pressed(self, button: str) -> Pressed:
        choice = self._choice(button)
        return Pressed(self._key(), self.top.now, self.channel, self.address, choice, self.buttons[choice])

    def _choice(self, button: str) -> str:
        if button in self.buttons:
            return button
        for choice, title in reversed(self.buttons.items()):
            if title.casefold() == button.strip().casefold():
                return choice
        shown = ", ".join(f"{choice} ({title})" for choice, title in self.buttons.items())
        raise NotPossible(f"there is no button {button}; shown so far: {shown or 'none'}")

    def _vouched(self) -> str | None:
        return self.phone or (f"+{self.address}" if self.channel == "whatsapp" else None)

    def _colleague(self, step: Colleague) -> Outcome:
        """A colleague answers in the business's own app (``app``), or does something from her chat with the desk."""
        person, key = self._person(step.name), self._key()
        if step.action == "app":
            said = {"text": step.text, "choices": [], "from": person}
            return self._happens(Answered(key, self.top.now, self.channel, self.address), said=[said])
        return self._happens(act(key, self.top.now, self.conversation, person, step.action, step.text))

    def _person(self, name: str) -> str:
        staff = self.top.rules.business.staff
        wanted = name.strip().casefold()
        for person in staff:
            if wanted in (person.id, person.name.casefold(), person.name.casefold().split()[0]):
                return person.id
        known = ", ".join(person.id for person in staff)
        raise NotPossible(f"there is no colleague {name}; there are: {known}")

    def _key(self) -> str:
        self.number += 1
        return f"{self.channel}:{self.number}"


def act(key: str, at: datetime, conversation: str, by: str, action: str, text: str = "") -> Acted:
    """What a colleague does from her chat with the desk; her words are an answer to a message about this client."""
    about = conversation if action == "text" else ""
    return Acted(key, at, conversation, by, ACTS[action], about, text)


def scripted_act(step: Scripted, key: str, at: datetime, conversation: str) -> Acted:
    """A colleague's line of a script: the name of a button, or words."""
    words, by = step.colleague or "", step.by or ""
    return act(key, at, conversation, by, words) if words in ACTS else act(key, at, conversation, by, "text", words)


# ---------------------------------------------------------------- lines of JSON


def answers(lines: Iterable[bytes], talk: Talk) -> Iterator[Line]:
    """One line out for each line in: what came of it, or ``{"error"}`` after which the conversation goes on."""
    for line in lines:
        if line.strip():
            try:
                yield talk.take(read_step(line)).line()
            except NotPossible as not_possible:
                yield {"error": str(not_possible)}


def read_step(line: bytes) -> Step:
    """A line of input. Raises `NotPossible`."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotPossible(f"this is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise NotPossible('a line is an object, as {"text": "..."}')
    kinds = [kind for kind in _READ if kind in given]
    if "colleague" in kinds:
        kinds = ["colleague"]  # its text is not the client's
    if len(kinds) != 1:
        raise NotPossible(f"a line has one of {', '.join(_READ)}; this one has {', '.join(given) or 'nothing'}")
    allowed, read = _READ[kinds[0]]
    if unknown := given.keys() - allowed:
        raise NotPossible(f'what is {", ".join(sorted(unknown))} beside "{kinds[0]}"?')
    return read(given)


def duration(written: str) -> timedelta:
    """ISO 8601 (PT15M), or short (15m, +2h). Raises `NotPossible`."""
    short = _SHORT.fullmatch(written.strip())
    try:
        by = timedelta(**{_UNITS[short[2].lower()]: int(short[1])}) if short else _ISO.validate_python(written)
    except (ValidationError, OverflowError):
        raise NotPossible(f"{written} is no duration: write it as PT15M") from None
    if not timedelta(0) <= by <= FARTHEST:
        raise NotPossible(f"the clock winds forward, {FARTHEST.days} days at most")
    return by


def _write(given: Mapping[str, Any]) -> Step:
    return Write((_string(given, "text"),))


def _write_several(given: Mapping[str, Any]) -> Step:
    texts = given["texts"]
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise NotPossible('"texts" is a list of strings')
    return Write(tuple(texts))


def _press(given: Mapping[str, Any]) -> Step:
    return Press(_string(given, "button"))


def _advance(given: Mapping[str, Any]) -> Step:
    return Advance(duration(_string(given, "advance")))


def _colleague(given: Mapping[str, Any]) -> Step:
    action = given.get("action")
    if action not in ACTIONS:
        raise NotPossible(f'"action" is one of {", ".join(ACTIONS)}')
    text = _string(given, "text") if action in ("text", APP) else ""
    return Colleague(_string(given, "colleague"), action, text)


def _string(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise NotPossible(f'"{name}" is a string')
    return value


_READ: Mapping[str, tuple[set[str], Callable[[Mapping[str, Any]], Step]]] = {
    "text": ({"text"}, _write),
    "texts": ({"texts"}, _write_several),
    "button": ({"button"}, _press),
    "advance": ({"advance"}, _advance),
    "colleague": ({"colleague", "action", "text"}, _colleague),
}
