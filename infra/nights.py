"""Past conversations, from wherever their words were kept, as events in the order in which they happened.

The client's table keeps what the desk decided and why, never what a client wrote (152-FZ: no more than is needed), so
a conversation can be replayed only from where its words are: a file that `nochnik talk --record` wrote, a conversation
written down as text, or the messenger of the laptop's sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from chalicelib import records
from chalicelib.desk.events import Answered, Blocked, Event, Medium, Pressed, Said, joined
from infra.errors import Failed
from infra.reading import moment
from infra.talk import ADDRESSES, NotPossible, Talk, duration

if TYPE_CHECKING:
    from sandbox.state import Message, Phone, State

WRITTEN_AT = "2026-11-22T23:40"
"""When a conversation written down as text begins, unless it says another time."""
PAUSE = timedelta(seconds=3)
"""Bubbles that follow each other within it, with no answer between them, were one turn."""
_HEADER = re.compile(r"#\s*(client|now):\s*(\S+)\s*")
_FROM_CLIENT = (Said, Pressed, Blocked, Answered)


@dataclass(frozen=True)
class Titled:
    """A button known by its title only: which one it is, the desk's last question tells."""

    at: datetime
    key: str
    channel: str
    address: str
    title: str


Happening = Event | Titled


@dataclass(frozen=True)
class Night:
    """What happened from outside, oldest first; the desk's own timers are not among it. ``client`` and ``timed``: as
    far as the source tells whose it is and when it was."""

    name: str
    happenings: tuple[Happening, ...]
    client: str | None = None
    timed: bool = True


def read_file(file: Path, zone: str) -> Night:
    """A conversation from a file: ``*.txt`` is text, everything else lines of events. Raises `Failed`."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"{file} cannot be read: {error}") from None
    return _written(file, text, zone) if file.suffix == ".txt" else _events(file, text)


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
    return Night(file.stem, tuple(sorted(outside, key=lambda event: event.at)))


# ---------------------------------------------------------------- text


def _written(file: Path, text: str, zone: str) -> Night:
    """``> what she writes`` (⏎ breaks a line), ``> [a button]``, ``+ 10m``; what the desk answered is passed over."""
    lines = text.splitlines()
    told = {found[1]: found[2] for line in lines if (found := _HEADER.fullmatch(line))}
    at = moment(told.get("now", WRITTEN_AT), zone, f"{file}: now")
    happened: list[Happening] = []
    for number, line in enumerate(lines, 1):
        if line.startswith("+ "):
            try:
                at += duration(line[2:].strip())
            except NotPossible as error:
                raise Failed(f"{file}:{number}: {error}") from None
        elif line.startswith("> "):
            happened.append(_typed(line[2:], at, f"telegram:{number}"))
    return Night(file.stem, tuple(happened), told.get("client"), timed=False)


def _typed(words: str, at: datetime, key: str) -> Happening:
    address = ADDRESSES["telegram"]
    if words.startswith("[") and words.endswith("]"):
        return Titled(at, key, "telegram", address, words[1:-1])
    return Said(key, at, "telegram", address, words.replace("⏎", "\n"))


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
    happened = [*_bubbles(_shown(phone, state.messages(phone.id), heard))]
    return Night(f"{phone.profile}, {phone.channel}", tuple(happened))


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
