"""Every seam on one page: what the desk needs from the world, and what a provider has to offer.

One file a messenger ends in ``CHANNEL: Channel = ...``, one file a CRM in ``CRM: Crm = ...``, one file a calendar in
``CALENDAR: Calendar = ...``, one file a pager in ``PAGER: Pager = ...``, and in ``POSTBACK: Hook = ...`` if keys that
are pressed come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from chalicelib.desk.agreed import UNCHANGED, Swaps
from chalicelib.desk.diary import Change, Diary
from chalicelib.desk.effects import Reply, SetTimer
from chalicelib.desk.events import Event, FromClient, Keyed, Timer
from chalicelib.desk.values import Consent, Conversation, Lead, Reach, Reading, Visit, Waits
from chalicelib.wire import Flow

if TYPE_CHECKING:
    from chalicelib.desk.effects import Effect
    from chalicelib.regulation.schema import Business, Registry, Rules

Secrets = Mapping[str, str]
"""What one provider account needs, by short names: ``token``, ``secret``, ``verify_token``, ``account``."""


class Safe(Protocol):
    """Where the client's secrets are."""

    def get(self, provider: str, names: Sequence[str]) -> Secrets:
        """These secrets of one provider by their short names, the missing ones left out. Raises `Unavailable`."""
        ...


DRY_RUN = "dry_run"
"""Set in a pager's account, nobody is really paged: a provider with a test mode is asked in it, the others not at all,
and the id of the page begins with ``dry:``."""

LARGEST_VOICE = 5 * 1024 * 1024


class Hook(Protocol):
    """What a provider calls. ``name`` is the last part of its path. Every messenger is one, and a pager that tells
    what was pressed."""

    name: str
    secrets: Sequence[str]
    """Names of the secrets that prove it; the webhook reads no others."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
        """Prove who sent the raw bytes, in constant time. Header names are lower case. Raises `Rejected`."""
        ...

    def read(self, body: bytes) -> Iterable[FromClient | Keyed]:
        """Every event of one webhook body, oldest first; kinds that mean nothing to us are left out.

        Never raises: what is authentic but unreadable yields nothing.
        """
        ...


class Channel(Protocol):
    """A messenger: a `Hook`, and the way back."""

    name: str
    secrets: Sequence[str]
    """Names of the secrets ``verify`` and ``handshake`` need; the webhook reads no others."""
    account: Sequence[str]
    """Names of the secrets that sending needs."""

    def handshake(self, query: Mapping[str, str], secrets: Secrets) -> str:
        """Answer the provider's GET that proves the webhook is ours. Raises `Rejected`."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
        """As of a `Hook`."""
        ...

    def read(self, body: bytes) -> Iterable[FromClient]:
        """As of a `Hook`."""
        ...

    def write(self, reply: Reply, account: Secrets, base_url: str, key: str) -> Flow[None]:
        """Send one reply within the channel's limits. ``key`` identifies it, for providers that echo one.

        Raises `Unavailable`, `Refused`, `Unreachable`.
        """
        ...

    def acknowledge(self, receipt: str, account: Secrets, base_url: str) -> Flow[None]:
        """Stop the spinner of a pressed button, where the channel has one."""
        ...

    def fetch(self, file: str, account: Secrets, base_url: str) -> Flow[bytes]:
        """A voice message by its ``Said.file``, at most ``LARGEST_VOICE`` bytes.

        Raises `Refused` (too large, gone), `Unavailable`.
        """
        ...

    def register(self, hook: str, secrets: Secrets, base_url: str) -> Flow[None]:
        """Tell the provider where our webhook is (``nochnik deploy``). A channel whose hook is entered by hand
        in the provider's cabinet checks its token instead."""
        ...


class Crm(Protocol):
    """Where leads go."""

    name: str

    def deliver(self, lead: Lead, business: Business, registry: Registry, base_url: str) -> Flow[str]:
        """Enter a lead unless it is already there (found by its id); return the CRM's id of it.

        ``registry`` gives the stage of the lead's status and the titles of its fields.
        Raises `Unavailable` (try later, after ``retry_after`` if given) or `Refused` (a person must act).
        """
        ...


@dataclass(frozen=True)
class Outside:
    """What stands in a calendar outside: ``id`` there, ``who`` it takes (ids of colleagues), from ``since`` until
    ``until`` (UTC); ``visit``: the id of our visit that it was made for, None for what others made; ``mark``: what
    became of it, as somebody has written there."""

    id: str
    who: tuple[str, ...]
    since: datetime
    until: datetime
    visit: str | None = None
    mark: Literal["visited", "no_show"] | None = None


class Pager(Protocol):
    """A way to wake a colleague outside the messengers: a text message, an automatic call, a push of the CRM."""

    name: str
    account: Sequence[str]
    """Names of the secrets that paging needs, or can use."""

    def page(self, address: str, text: str, account: Secrets, base_url: str, key: str) -> Flow[str]:
        """Send or say ``text`` to ``address``: a phone number (+7XXXXXXXXXX) or the colleague's user id. ``key``
        identifies it, so that a page whose answer was lost is not sent again where the provider can tell. Return the
        provider's id of it, by which an answer (a pressed key) comes back.

        Raises `Unavailable` (try again), `Refused` (this way does not work now: a dead key, no money, a bad number).
        """
        ...


class Calendar(Protocol):
    """A calendar outside that is kept in step with the diary."""

    name: str

    def put(self, visit: Visit, known: str | None, business: Business, base_url: str) -> Flow[str | None]:
        """Make the calendar say of a visit what is true: enter it, move it or take it out. ``known`` is its id there,
        if that was noted; else it is looked for by our id. Return its id there, None when it stands there no more.

        Raises `Unavailable` (also while somebody else's visit is in its place: nothing is overwritten) or `Refused`.
        """
        ...

    def remove(self, known: str, base_url: str) -> Flow[None]:
        """Take out what was entered for a visit of which nothing is kept any more. Raises as ``put``."""
        ...

    def taken(self, since: datetime, until: datetime, business: Business, base_url: str) -> Flow[Sequence[Outside]]:
        """All that stands there between two moments and takes a colleague. Raises as ``put``."""
        ...


@dataclass(frozen=True)
class Placed:
    """How a visit was last entered in the calendar outside: its id there (None: taken out), whose it was then and from
    which minute until which (UTC), and when that was noted."""

    id: str | None
    since: datetime
    until: datetime
    at: datetime


class Reader(Protocol):
    """Understanding."""

    name: str

    def read(self, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
        """What a message means. ``now`` is aware; dates in the answer are in the business's zone.
        Raises `Unavailable` when this reader cannot answer now."""
        ...


class Ears(Protocol):
    """Voice written down."""

    def hear(self, voice: bytes) -> str:
        """What is said in a voice message (Ogg/Opus, AAC or MP4). Raises `Unavailable`."""
        ...


class Wording(Protocol):
    """Responses in other words."""

    def vary(self, text: str) -> str:
        """The same said otherwise, with every fact of it and no other. Raises `Unavailable`."""
        ...


@dataclass(frozen=True)
class Open:
    """A line of the list of what is open: somebody is called to this conversation, has taken it, or has promised
    something in it. ``owner``: an id of business.yaml; at ``due`` (UTC) its next timer rings."""

    conversation: str
    what: Literal["alarm", "taken", "promise"]
    reason: str
    owner: str
    since: datetime
    due: datetime


@dataclass(frozen=True)
class Paged:
    """For whose alarm a colleague was called by a machine."""

    conversation: str
    alarm: str
    colleague: str


@dataclass(frozen=True)
class Turn:
    """A decided turn as it stands in the table: which effects are still to be performed.

    ``done`` are the positions of effects known to be performed; ``finished`` when nothing is left.
    """

    event: str
    effects: tuple[Effect, ...]
    because: tuple[str, ...]
    pack: int
    done: frozenset[int] = frozenset()
    finished: bool = False
    reader: str = ""
    """Which layer understood the message: button, choice, phrases, gpt, voice; empty where nothing was read."""
    joined: tuple[str, ...] = ()
    """Keys of further events this turn answers: bubbles that came within a few seconds."""
    private: bool = False
    """Of somebody who has not agreed: what is said to her is dropped as soon as it is performed."""
    consent: Consent | None = None
    """Given, refused or withdrawn by this turn: kept as proof."""
    person: tuple[str, str] | None = None
    """A phone and the name its owner is known by since this turn."""
    reach: Reach | None = None
    """Where she can be written to since this turn."""
    diary: tuple[Change, ...] = ()
    visits: tuple[Visit, ...] = ()
    """Written with the turn, and not kept with it."""
    waits: tuple[Waits, ...] = ()
    waits_no_more: tuple[Waits, ...] = ()
    """Lines of the waiting list, written and deleted with the turn."""
    open: Open | None = None
    over: bool = False
    """The conversation's line in the list of what is open, and whether it is none any more."""
    swaps: Swaps | None = None
    """What stands in the rota after this turn, written with it if nobody changed it since, and not kept with it."""


@dataclass(frozen=True)
class Loaded:
    """What one read brings: the conversation, this event's turn if it was decided before, the pack's number and what
    colleagues have agreed about its rota.

    ``ahead`` is how far the clock of a laptop's sandbox is wound forward; zero on AWS.
    """

    conversation: Conversation | None
    turn: Turn | None
    pack: int
    ahead: timedelta = timedelta(0)
    swaps: Swaps = UNCHANGED


class Changed(Exception):
    """Somebody else saved the conversation, or changed the rota, first: load and decide again."""


class Taken(Exception):
    """The diary is not as it was when the decision was made: look into it and decide again."""


@dataclass(frozen=True)
class DueTimer:
    """A timer that should have rung."""

    conversation: str
    timer: Timer
    token: str
    at: datetime


class Memory(Protocol):
    """The client's table. All personal data go through here."""

    def load(self, conversation: str, event: str) -> Loaded: ...

    def save(
        self,
        before: int,
        conversation: Conversation,
        turn: Turn,
        now: datetime,
        forget_at: datetime | None,
        rang: DueTimer | None = None,
    ) -> None:
        """Save a decision in one transaction: the conversation (only if its version is still ``before``), the turn
        under its event's key (8 days), its leads, its timers. ``forget_at``: when to drop a conversation
        without consent. ``rang``: the timer this turn answers, so that it is not overdue any more.
        Raises `Changed`, `Taken`, `Unavailable`."""
        ...

    def done(
        self, conversation: str, event: str, positions: frozenset[int], *, finished: bool, forget: bool = False
    ) -> None:
        """Note which effects of a turn were performed. ``forget``: drop what they say, of people without consent."""
        ...

    def diary(self, since: date, until: date) -> Diary:
        """The diary's pages of these days, both included."""
        ...

    def visits(self, since: date, until: date, who: str | None = None) -> Sequence[Visit]:
        """Every visit of these days that stands in the diary, in the order of days and hours; only those that stand on
        pages of ``who``, if told."""
        ...

    def visit(self, visit: str) -> Visit | None:
        """A visit by its id, a cancelled one too."""
        ...

    def enter(self, changes: Sequence[Change]) -> None:
        """Write into the diary outside of any turn, all or nothing. Raises `Taken`, `Unavailable`."""
        ...

    def placed(self, visits: Sequence[str]) -> Mapping[str, Placed]:
        """How these visits were last entered in the calendar outside; those that never were are left out."""
        ...

    def place(self, visit: str, placed: Placed) -> None:
        """Note how a visit stands in the calendar outside now."""
        ...

    def waiting(self) -> Sequence[Waits]:
        """The waiting list, who has waited longest first."""
        ...

    def open(self) -> Sequence[Open]:
        """Every conversation that somebody is called to, has taken or has promised something in."""
        ...

    def paged(self, pager: str, page: str, paged: Paged, now: datetime) -> None:
        """Note for what a call was made; kept as long as an event's key."""
        ...

    def page(self, pager: str, page: str) -> Sequence[Paged]:
        """For what a call was made: two alarms at once may be one call."""
        ...

    def swaps(self) -> Swaps:
        """What colleagues have agreed about the rota."""
        ...

    def swap(self, swaps: Swaps) -> None:
        """Write what they have agreed outside of any turn; what stands already changes nothing. Raises `Changed` when
        somebody was faster, `Unavailable`."""
        ...

    def spend(self, day: date, tokens: int) -> int:
        """Add to what the model used on ``day`` (business zone); return the sum. Zero only asks."""
        ...

    def pack(self, number: int) -> Rules: ...

    def current_pack(self) -> int:
        """The number of the pack in force now."""
        ...

    def lead(self, lead: str) -> tuple[Lead, str | None]:
        """A lead and, once it is there, its id in the CRM."""
        ...

    def entered(self, lead: str, crm_id: str, now: datetime) -> None: ...

    def consents(self, conversation: str) -> Sequence[Consent]:
        """Every proof of consent given, refused or withdrawn, oldest first."""
        ...

    def person(self, phone: str) -> str | None:
        """The name of who is known by a phone."""
        ...

    def reached(self, phone: str) -> Sequence[Reach]:
        """Where the owner of a phone can be written to: with consent, in channels that vouch for the phone."""
        ...

    def forget(
        self, lead: str | None, phone: str | None, visits: Sequence[str] = (), reach: Reach | None = None
    ) -> None:
        """Delete a lead, the name kept under a phone, visits, and where she can be written to; the time of the visits
        stays taken in the diary. What is not there stays away."""
        ...

    def ahead(self) -> timedelta:
        """How far the clock of a laptop's sandbox is wound forward; zero on AWS."""
        ...

    def overdue(self, before: datetime) -> Sequence[DueTimer]:
        """Timers due before ``before`` that have not rung."""
        ...

    def forget_timer(self, due: DueTimer) -> None:
        """A timer that was rung by hand is due no more."""
        ...


class Post(Protocol):
    """Queues and timers."""

    def inbox(self, events: Iterable[Event]) -> None:
        """Put events into the inbox, each into the FIFO group of its conversation. Raises `Unavailable`."""
        ...

    def deliver(self, lead: str) -> None:
        """Queue a lead for the CRM; the queue carries its id only."""
        ...

    def put_visit(self, visit: str, key: str) -> None:
        """Queue a visit for the calendar outside; the queue carries its id only. The same ``key`` is queued once."""
        ...

    def set_timer(self, timer: SetTimer, ahead: timedelta) -> None:
        """Ring at ``timer.at``, once. Setting the same token again changes nothing."""
        ...

    def delay(self, job: Job, seconds: float) -> None:
        """Show a job that is in work again in ``seconds`` (rounded up to whole ones; 12 hours at most)."""
        ...

    def bury(self, job: Job, why: str) -> None:
        """Put a delivery into the dead-letter queue with the reason, in its own FIFO group. The same job twice is
        one dead letter. Raises `Unavailable`."""
        ...


@dataclass(frozen=True)
class Job:
    """One SQS record: what ``converse`` and ``deliver`` work on. ``tries`` counts from 1."""

    body: str
    handle: str = field(repr=False)
    id: str = ""
    group: str = ""
    tries: int = 1
    sent: datetime | None = None
    """When the queue took it (UTC)."""
