"""Past conversations, from wherever their words were kept, as events in the order in which they happened.

The client's table keeps what the desk decided and why, never what a client wrote (152-FZ: no more than is needed), so
a conversation can be replayed only from where its words are: a file that `nochnik talk --record` wrote, a conversation
written down as text, or the messenger of the laptop's sandbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from chalicelib import records
from chalicelib.desk.events import Answered, Blocked, Event, Medium, Pressed, Said, conversation_id, joined
from infra.errors import Failed
from infra.script import LINES, Script, Step, read
from infra.talk import ADDRESSES, Talk, scripted_act

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules
    from sandbox.state import Message, Phone, State

PAUSE = timedelta(seconds=3)
"""Bubbles that follow each other within it, with no answer between them, were one turn."""
RECORDED = "`nochnik talk --record` writes one."
_FROM_CLIENT = (Said, Pressed, Blocked, Answered)


@dataclass(frozen=True)
class Titled:
    """A button known by its title only: which one it is, what was offered tells."""

    key: str
    channel: str
    address: str
    title: str


@dataclass(frozen=True)
class Happening:
    """Something from outside reaches the desk; ``at`` is when, however long ago it was written."""

    at: datetime
    what: Event | Titled


@dataclass(frozen=True)
class Night:
    """What happened from outside, oldest first; the desk's own timers are not among it. ``script``: what it
    was read from, where it was written down as text."""

    name: str
    happenings: tuple[Happening, ...]
    script: Script | None = None

    @property
    def client(self) -> str | None:
        """Whose conversation it is, as far as its source tells."""
        return self.script.client if self.script else None

    @property
    def timed(self) -> bool:
        """Whether it has times of its own. A conversation written down as text has none."""
        return self.script is None

    def rules(self, pack: Rules) -> Rules:
        """The pack by which it is played."""
        return self.script.rules(pack) if self.script else pack


def read_file(file: Path, zone: str) -> Night:
    """A conversation from a file: ``*.txt`` is text, everything else lines of events. Raises `Failed`."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Failed(f"{file} is not in UTF-8: save it so.") from None
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}") from None
    written = file.suffix == ".txt"
    night = _scripted(file, text, zone) if written else _events(file, text)
    if not night.happenings:
        raise Failed(f"{file}: there is no conversation in it. {LINES if written else RECORDED}")
    return night


# ---------------------------------------------------------------- events


@contextmanager
def recorded(file: Path, talk: Talk) -> Iterator[None]:
    """Everything that happens in a conversation goes to a file: one event a line, with its key and time."""
    try:
        opened = file.open("w", encoding="utf-8")
    except OSError as error:
        raise Failed(f"{file} cannot be written: {error}") from None
    with opened as tape:

        def note(event: Event) -> None:
            tape.write(records.dump(event) + "\n")
            tape.flush()

        talk.tape = note
        yield


def _events(file: Path, text: str) -> Night:
    happened = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                happened.append(records.load_event(line))
            except ValueError as error:
                raise Failed(f"{file}:{number}: {error}") from None
    outside = [event for event in happened if isinstance(event, _FROM_CLIENT)]
    return Night(file.stem, tuple(Happening(event.at, event) for event in sorted(outside, key=lambda event: event.at)))


# ---------------------------------------------------------------- text


def _scripted(file: Path, text: str, zone: str) -> Night:
    try:
        script = read(text)
        at = script.begins(zone)
    except ValueError as error:
        raise Failed(f"{file}:{error}") from None
    happened: list[Happening] = []
    for step in script.steps:
        if step.passes:
            at += step.passes
        else:
            happened.append(Happening(at, _done(step, script, at)))
    return Night(file.stem, tuple(happened), script)


def _done(step: Step, script: Script, at: datetime) -> Event | Titled:
    key, channel = f"{script.channel}:{step.number}", script.channel
    address = script.phone.lstrip("+") if script.phone else ADDRESSES[channel]
    if step.by and step.colleague:
        return scripted_act(step, key, at, conversation_id(channel, address))
    if step.colleague is not None:
        return Answered(key, at, channel, address)
    if button := step.bubbles[0].button:
        return Titled(key, channel, address, button)
    return joined([
        Said(f"{key}/{number}" if number else key, at - bubble.ago, channel, address, bubble.text,
             _medium(bubble.medium), phone=bubble.phone or script.phone)
        for number, bubble in enumerate(step.bubbles)
    ])  # fmt: skip


# ---------------------------------------------------------------- the sandbox


def from_sandbox(folder: Path) -> list[Night]:
    """The conversations on the phones of the laptop's sandbox. ``folder`` is where `nochnik up` keeps it.
    Raises `Failed` when there is none."""
    from sandbox.server import FILE
    from sandbox.state import State

    if not (folder / FILE).exists():
        raise Failed(f"Nothing was ever said here: there is no {folder / FILE}. `nochnik up` starts the sandbox.")
    state = State(folder / FILE)
    try:
        nights = [_on_phone(phone, state) for phone in state.phones("client")]
    finally:
        state.close()
    return [night for night in nights if night.happenings]


def _on_phone(phone: Phone, state: State) -> Night:
    heard = {voice.message: voice.heard or "" for voice in state.voices(phone.id)}
    events = _bubbles(_shown(phone, state.messages(phone.id), heard))
    return Night(f"{phone.profile}, {phone.channel}", tuple(Happening(event.at, event) for event in events))


def _shown(phone: Phone, messages: Sequence[Message], heard: dict[str, str]) -> Iterator[Said | Pressed | None]:
    """What she did, bubble by bubble; None where the desk spoke."""
    from sandbox.phones import known_as

    address, number = known_as(phone), f"+{phone.address}" if phone.channel == "whatsapp" else None
    pressed, title = "", ""
    for message in messages:
        at, key = datetime.fromisoformat(message.at), f"{phone.channel}:{message.id}"
        if message.sender == "bot":
            yield None
            pressed = message.pressed or ""
            title = dict(message.choices).get(pressed, "")
            if pressed and phone.channel == "telegram" and message.kind != "keyboard":
                # Telegram shows no bubble for it: when she pressed is not kept, only that she did.
                yield Pressed(f"{key}:pressed", at, phone.channel, address, pressed, title)
        elif pressed and message.text == title and phone.channel != "telegram":
            yield Pressed(key, at, phone.channel, address, pressed, title)
            pressed = ""
        elif message.kind == "text":
            yield Said(key, at, phone.channel, address, message.text, phone=number)
        else:
            words = heard.get(message.id, "")
            yield Said(key, at, phone.channel, address, words, _medium(message.kind), phone=number)


def _medium(kind: str) -> Medium:
    return cast("Medium", kind) if kind in get_args(Medium) else "other"


def _bubbles(shown: Iterable[Said | Pressed | None]) -> Iterator[Event]:
    """Bubbles that were one turn, as one event."""
    together: list[Said] = []
    for event in shown:
        follows = isinstance(event, Said) and event.medium == "text"
        if together and not (follows and event is not None and event.at - together[-1].at <= PAUSE):
            yield joined(together)
            together = []
        if isinstance(event, Said) and follows:
            together.append(event)
        elif event is not None:
            yield event
    if together:
        yield joined(together)
