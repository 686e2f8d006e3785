"""Everything that can happen to a conversation. Each event has a key by which it is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from chalicelib.desk.agreed import StaffWish
from chalicelib.desk.values import Reading, Slot, Visit

Medium = Literal["text", "voice", "photo", "contact", "location", "sticker", "file", "other"]

Timer = Literal["silence", "held", "visit", "freed", "alarm", "taken", "promise", "tasks"]
"""silence: she stopped answering (SLA-001); held: no colleague has answered her (RP-002, mode); visit: a word about a
visit is due (RM-001); freed: the time offered to who waits for it is not kept any longer; alarm: the next step of a
ladder (SLA-001); taken: a colleague has been silent for long; promise: one is about to break; tasks: what waited for
the morning is told."""

UNTOLD = datetime.fromtimestamp(0, UTC)
"""The time of an event whose provider tells none (a pressed Telegram button, a broken timestamp). A channel has no
clock: the webhook puts the time of arrival there."""


@dataclass(frozen=True)
class Said:
    """A client wrote. ``at`` is the provider's time (UTC). ``phone``: the number she shared as her own, or the
    one the channel vouches for. ``reading`` is filled in before the desk decides. ``to``: the choice id of the first
    button under the message she replies to, if that had any. ``wish``: what a colleague wants of the rota, filled in
    likewise."""

    key: str
    at: datetime
    channel: str
    address: str
    text: str = ""
    medium: Medium = "text"
    profile: str = ""
    phone: str | None = None
    reading: Reading | None = None
    file: str | None = None
    seconds: int = 0
    keys: tuple[str, ...] = ()
    to: str = ""
    wish: StaffWish | None = None
    kind: Literal["said"] = "said"


@dataclass(frozen=True)
class Pressed:
    """A client pressed a button. ``choice`` is the id we gave it, ``title`` what stood on it if the channel says;
    ``receipt`` is what the channel wants back so that the button stops spinning."""

    key: str
    at: datetime
    channel: str
    address: str
    choice: str
    title: str = ""
    receipt: str | None = None
    profile: str = ""
    kind: Literal["pressed"] = "pressed"


@dataclass(frozen=True)
class Blocked:
    """The channel says that this client cannot be written to any more."""

    key: str
    at: datetime
    channel: str
    address: str
    why: str = ""
    kind: Literal["blocked"] = "blocked"


@dataclass(frozen=True)
class Answered:
    """A colleague answered the client from the business's own app: the channel echoes it."""

    key: str
    at: datetime
    channel: str
    address: str
    kind: Literal["answered"] = "answered"


@dataclass(frozen=True)
class Rang:
    """A timer rang. ``token`` says which one: a timer whose token is no longer armed means nothing. ``reading``: of the
    text that was held until now, filled in before the desk decides."""

    key: str
    at: datetime
    conversation: str
    timer: Timer
    token: str
    reading: Reading | None = None
    kind: Literal["rang"] = "rang"


@dataclass(frozen=True)
class Undelivered:
    """The CRM refused a lead for good, or every try was used up: a person must enter it."""

    key: str
    at: datetime
    conversation: str
    lead: str
    why: str
    kind: Literal["undelivered"] = "undelivered"


@dataclass(frozen=True)
class Unsent:
    """A reply could not be sent in all its tries: a person must answer."""

    key: str
    at: datetime
    conversation: str
    why: str
    kind: Literal["unsent"] = "unsent"


@dataclass(frozen=True)
class Spent:
    """The model's budget of the day is used up; this conversation happened to use the last of it."""

    key: str
    at: datetime
    conversation: str
    tokens: int
    kind: Literal["spent"] = "spent"


@dataclass(frozen=True)
class Marked:
    """What became of a visit, said by a colleague, on the page or by the CRM."""

    key: str
    at: datetime
    conversation: str
    visit: str
    state: Literal["visited", "no_show", "cancelled"]
    by: str = ""
    kind: Literal["marked"] = "marked"


@dataclass(frozen=True)
class Freed:
    """A time has become free that somebody waits for: it is her turn. ``waits``: her line of the waiting list."""

    key: str
    at: datetime
    conversation: str
    waits: str
    slot: Slot
    kind: Literal["freed"] = "freed"


@dataclass(frozen=True)
class Clashed:
    """The calendar outside says something else of a visit than the diary does. ``conversation`` is the one it was made
    in; ``visit`` its id; ``since`` and ``until`` (UTC) what stands there instead, None when nothing does."""

    key: str
    at: datetime
    conversation: str
    visit: str
    since: datetime | None = None
    until: datetime | None = None
    kind: Literal["clashed"] = "clashed"


@dataclass(frozen=True)
class Passed:
    """A reminder that could not be given where the visit was made comes to this conversation of the same client.
    ``reminder``: its id in RM-001; ``hour``: that of the visit then; ``tried``: the channels in which it could not be
    given. ``found``: the visit as it is now, filled in before the desk decides, None when it is forgotten."""

    key: str
    at: datetime
    conversation: str
    visit: str
    reminder: str
    hour: str
    tried: tuple[str, ...]
    found: Visit | None = None
    kind: Literal["passed"] = "passed"


@dataclass(frozen=True)
class Altered:
    """A visit that is known here was changed in another conversation of the same client. ``found`` as in `Passed`."""

    key: str
    at: datetime
    conversation: str
    visit: str
    found: Visit | None = None
    kind: Literal["altered"] = "altered"


@dataclass(frozen=True)
class Keyed:
    """A colleague who was called by a machine pressed a key of her phone. ``page``: the provider's id of the call;
    ``conversation``: `conversation_id` of pager and page; ``digit``: what she pressed, empty when the call
    ended without a key."""

    key: str
    at: datetime
    conversation: str
    pager: str
    page: str
    digit: str = ""
    kind: Literal["keyed"] = "keyed"


@dataclass(frozen=True)
class Acted:
    """A colleague does something about a client's conversation. ``by`` is her id; take: «Беру»; pass: «Не могу»; text:
    her words to the client; release: back to the desk; kept: the promise ``about`` is kept. ``about``: the id of the
    alarm or the promise her button is about, empty when she has just written. ``due``: what she promises in her
    words, filled in before the desk decides."""

    key: str
    at: datetime
    conversation: str
    by: str
    action: Literal["take", "pass", "text", "release", "kept"]
    about: str = ""
    text: str = ""
    due: datetime | None = None
    kind: Literal["acted"] = "acted"


@dataclass(frozen=True)
class Unpaged:
    """A colleague could not be woken in this way. ``step``: of which ladder it was one, empty for a mere notice."""

    key: str
    at: datetime
    conversation: str
    step: str
    colleague: str
    text: str
    why: str = ""
    kind: Literal["unpaged"] = "unpaged"


@dataclass(frozen=True)
class Awaited:
    """What waited for the morning reaches the colleague who is on duty now. ``conversation`` is her own chat, ``of``
    the client's."""

    key: str
    at: datetime
    conversation: str
    channel: str
    address: str
    of: str
    alarm: str
    text: str
    kind: Literal["awaited"] = "awaited"


@dataclass(frozen=True)
class OnDuty:
    """A colleague is told in the evening of her duty tomorrow. ``conversation`` is her own chat."""

    key: str
    at: datetime
    conversation: str
    channel: str
    address: str
    text: str
    kind: Literal["on_duty"] = "on_duty"


FromClient = Said | Pressed | Blocked | Answered
"""What a webhook brings: it happens between one address and the business."""
Event = (
    Said
    | Pressed
    | Blocked
    | Answered
    | Rang
    | Undelivered
    | Unsent
    | Spent
    | Marked
    | Freed
    | Clashed
    | Keyed
    | Acted
    | Unpaged
    | Awaited
    | OnDuty
    | Passed
    | Altered
)


def conversation_id(channel: str, address: str) -> str:
    """The id of the conversation with this client in this channel: opaque, so that queues, schedules and logs
    carry no phone number (WhatsApp's address is one)."""
    return hashlib.sha256(f"{channel}:{address}".encode()).hexdigest()[:32]


def conversation_of(event: Event) -> str:
    """The conversation an event belongs to: its FIFO group."""
    if isinstance(event, FromClient):
        return conversation_id(event.channel, event.address)
    return event.conversation


def joined(events: Sequence[Event]) -> Event:
    """Several texts that one client wrote one after the other, as one message under the key of the first."""
    first, *others = events
    if not isinstance(first, Said) or not others:
        return first
    said = [event for event in events if isinstance(event, Said)]
    return replace(
        first,
        at=said[-1].at,
        text="\n".join(event.text for event in said),
        phone=next((event.phone for event in said if event.phone), None),
        keys=tuple(event.key for event in others),
    )
