"""What the desk wants done. One dataclass an effect, one ``match`` arm in perform.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.desk.agreed import Swaps
from chalicelib.desk.diary import Change
from chalicelib.desk.events import Acted, Altered, Awaited, Marked, Passed, Timer
from chalicelib.desk.values import Choice, Conversation, Lead, Reach, Slot, Visit


@dataclass(frozen=True)
class Reply:
    """Say this to the client. The channel fits text and choices into its limits. ``vary``: all of it is responses of
    RP-002, which may be put into other words."""

    channel: str
    address: str
    text: str
    choices: tuple[Choice, ...] = ()
    vary: bool = False
    kind: Literal["reply"] = "reply"


@dataclass(frozen=True)
class Acknowledge:
    """Tell the channel that a pressed button was heard."""

    channel: str
    receipt: str
    kind: Literal["acknowledge"] = "acknowledge"


@dataclass(frozen=True)
class SetTimer:
    """Ring this conversation at ``at`` (UTC) with ``token``."""

    conversation: str
    timer: Timer
    token: str
    at: datetime
    kind: Literal["set_timer"] = "set_timer"


@dataclass(frozen=True)
class DeliverLead:
    """Enter this lead into the CRM."""

    lead: Lead
    kind: Literal["deliver_lead"] = "deliver_lead"


@dataclass(frozen=True)
class PutVisit:
    """Make the calendar outside say of this visit what is true now."""

    visit: str
    kind: Literal["put_visit"] = "put_visit"


@dataclass(frozen=True)
class Wake:
    """Tell a colleague. ``colleague`` is an id of business.yaml; ``channel`` a messenger or a pager, ``address`` where
    she is reached by it; ``reason`` one of SLA-001; ``choices``: her buttons; ``conversation`` and ``step``: of which
    client's ladder it is a step, empty for a mere notice."""

    colleague: str
    channel: str
    address: str
    text: str
    reason: str
    choices: tuple[Choice, ...] = ()
    conversation: str = ""
    step: str = ""
    kind: Literal["wake"] = "wake"


@dataclass(frozen=True)
class Forget:
    """Delete what was kept of a client who withdrew her consent: her lead, her name under her number, her visits, and
    that she can be written to here; or what was kept under a number that is not hers."""

    lead: str | None
    phone: str | None
    visits: tuple[str, ...] = ()
    reach: Reach | None = None
    kind: Literal["forget"] = "forget"


@dataclass(frozen=True)
class Tell:
    """Something that has happened to another conversation: a colleague's button is about its client, or a visit or a
    reminder is the same client's."""

    event: Marked | Acted | Awaited | Passed | Altered
    kind: Literal["tell"] = "tell"


@dataclass(frozen=True)
class OfferFreed:
    """A slot is free: look who waits for it, best match first (``chalicelib.waiting``)."""

    slot: Slot
    kind: Literal["offer_freed"] = "offer_freed"


@dataclass(frozen=True)
class PassKey:
    """A key was pressed in the call ``page``: say so to the conversation for whose alarm the call was made."""

    pager: str
    page: str
    digit: str
    event: str
    kind: Literal["pass_key"] = "pass_key"


Effect = Reply | Acknowledge | SetTimer | DeliverLead | PutVisit | Wake | Forget | Tell | OfferFreed | PassKey


@dataclass(frozen=True)
class Decision:
    """The outcome of one turn: what is now true, what is to be done, and which clauses say so. ``reader``: what
    understood the client (button, choice, or the name of the reader); empty where nothing was said."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    because: tuple[str, ...] = ()
    reader: str = ""
    diary: tuple[Change, ...] = ()
    """What is written into the diary in the same transaction: if it cannot be, nothing of this decision is true."""
    visits: tuple[Visit, ...] = ()
    """Visits made or changed, written with it."""
    swaps: Swaps | None = None
    """The rota's swaps, where this decision changes them."""
