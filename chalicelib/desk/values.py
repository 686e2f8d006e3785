"""What the desk knows about a client and her wish. Frozen values, written to the table as they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

Field = Literal["service", "time", "name", "phone"]
Asked = Literal["consent", "service", "time", "name", "phone", "reminder", "cancel"]
"""What the desk has asked last: a field of the registry, consent, whether she comes (RM-001), whether to cancel."""
Language = Literal["ru", "tt", "en"]
About = Literal["crisis", "assistant", "rude", "off_topic", "noise", "mine", "privacy"]
"""What else a message is besides its intent. crisis: a life may be in danger by someone's own hand, poison or violence;
assistant: asks whether a program answers; rude: abuse without a complaint; off_topic: flirting, idle talk, commands to
the assistant; noise: emoji alone, letters without meaning, an endless text; mine: asks what she is written down for;
privacy: asks what her data are for, or would rather keep them."""
Pick = Literal[
    "first", "second", "third", "last", "any", "agreed", "more", "other", "later", "earlier", "any_day", "wait",
    "let_go", "stays", "after_me", "another_master", "guest", "as_before", "soonest",
]  # fmt: skip
"""What a message says to something offered. first to last: that one; any: no matter which; agreed: just a yes; more:
further ones; other: not this one; later, earlier: than those; any_day: no matter when; wait: to be told when a time
becomes free; let_go: none of it; stays: a visit as it was; after_me: right after her own visit; another_master:
somebody else; guest: it is not for herself; as_before: at the hour of a visit that was hers; soonest: as soon as can
be."""
Stage = Literal["new", "consent", "qualifying", "lead", "person"]
"""new: nothing said yet; consent: DP-001 asked; qualifying: RP-001 fields asked; lead: the request stands
in the registry; person: a colleague answers."""

VisitState = Literal["booked", "confirmed", "visited", "no_show", "cancelled"]

Day = date
"""Fields below are called `date`; inside their class that name is the field, not the type."""

DESK = "desk"
"""The owner of a conversation that no colleague has taken."""


@dataclass(frozen=True)
class Choice:
    """An answer offered as a button. ``id``: at most 64 ASCII bytes; ``title``: at most 20 characters."""

    id: str
    title: str


@dataclass(frozen=True)
class Wish:
    """When she would like to come, in the business's wall time. Any part may be unsaid.

    ``words`` is how she put it, for the colleague who reads the lead; ``open_end``: ``time_from`` is «after five», not
    «at five»; ``since``, ``until``: the first and the last day of a span, where no one day is named.
    """

    date: Day | None = None
    time_from: time | None = None
    time_to: time | None = None
    words: str = ""
    open_end: bool = False
    since: Day | None = None
    until: Day | None = None

    @property
    def names_days(self) -> bool:
        """Whether a day or a span of days is named."""
        return bool(self.date or self.since or self.until)

    def days_away(self, day: Day) -> int:
        """How far a day is from those wished for; zero among them, and where none is named."""
        first, last = self.date or self.since or day, self.date or self.until or day
        return max((first - day).days, (day - last).days, 0)


@dataclass(frozen=True)
class Errand:
    """A service wished beside the first, at a time of its own: «а стрижку в пятницу в 11». ``masters``: to whom."""

    service: str
    wish: Wish
    masters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a message was understood to mean. The meaning of every field: docs/meaning.md.

    ``confidence`` is 0..1; ``escalate`` a reason of SLA-001 or None; ``service`` an id of the pack; ``phone`` is
    +7XXXXXXXXXX; ``reader`` names who understood it. ``also``: further wishes in the same message, in the order in
    which they stand; ``another``: a visit for one more person is asked for; ``language``: what it is in; ``minutes``:
    how late she will be, or by how much later or earlier she chooses; ``open_end``, ``since`` and ``until``: as in
    `Wish`; ``by_weekday``: ``date`` is the nearest weekday of the name she says. ``masters``: colleagues to whom she
    would go, by id, all of them when it does not matter to her, empty when she says nothing of it; ``then``: further
    services wished after ``service``, in their order; ``besides``, ``instead``: ``service`` is wished beside one told
    before, or in its place, as a name or number may be; ``dropped``: services that she does not wish any more;
    ``errands``: those wished at a time of their own; ``stranger``: she asks for a colleague who is not there;
    ``choice``: what she says to what was offered.
    """

    intent: str
    confidence: float
    escalate: str | None = None
    name: str | None = None
    phone: str | None = None
    service: str | None = None
    date: Day | None = None
    time_from: time | None = None
    time_to: time | None = None
    reader: str = "phrases"
    also: tuple[str, ...] = ()
    about: About | None = None
    another: bool = False
    minutes: int | None = None
    open_end: bool = field(default=False, compare=False)
    since: Day | None = field(default=None, compare=False)
    until: Day | None = field(default=None, compare=False)
    by_weekday: bool = field(default=False, compare=False)
    language: Language = "ru"
    masters: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    besides: bool = False
    instead: bool = False
    choice: Pick | None = None
    dropped: tuple[str, ...] = ()
    errands: tuple[Errand, ...] = ()
    stranger: bool = False


@dataclass(frozen=True)
class Request:
    """A line of the request registry (RP-001) while it is being filled in. ``masters``: colleagues to whom she would
    go, by id; empty: anybody. ``then``: services wished after ``service``; ``at_once``: they are for two people, who
    come at the same time where that is possible; ``guest``: it is for somebody else than she herself; ``apart``: those
    services fit together at no time, so each is booked by itself; ``errands``: what is booked after it, each at a time
    of its own."""

    service: str | None = None
    wish: Wish | None = None
    name: str | None = None
    phone: str | None = None
    masters: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    at_once: bool = False
    guest: bool = False
    apart: bool = False
    errands: tuple[Errand, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A time at which a service can be had, in the business's wall time. ``takes``: the master, then whoever and
    whatever is needed besides; ``seen``: the version of the page of each when it was offered; ``buffer``: minutes that
    are needed afterwards to clean up; ``over``: holds that were over then: they give way to who takes the slot;
    ``then``: what is taken together with it, her next service or somebody who comes with her."""

    service: str
    date: Day
    start: time
    minutes: int
    buffer: int
    takes: tuple[str, ...]
    seen: tuple[int, ...] = ()
    over: tuple[str, ...] = ()
    then: tuple[Slot, ...] = ()

    @property
    def parts(self) -> tuple[Slot, ...]:
        """Itself and what goes with it."""
        return (self, *self.then)

    @property
    def master(self) -> str:
        return self.takes[0]

    @property
    def hour(self) -> str:
        """Day and hour: 2026-11-25T17:00."""
        return f"{self.date}T{self.start:%H:%M}"

    @property
    def id(self) -> str:
        """What its button is known by: 2026-11-25T17:00@anna."""
        return f"{self.hour}@{self.master}"


@dataclass(frozen=True)
class Hold:
    """A time that is kept for her while she is asked for what is missing, until ``until`` (UTC)."""

    id: str
    slot: Slot
    until: datetime

    @property
    def entries(self) -> tuple[tuple[str, Slot], ...]:
        """Its entries in the diary by id: of the slot, and of each that goes with it."""
        return tuple((f"{self.id}-{number}" if number else self.id, one) for number, one in enumerate(self.slot.parts))


@dataclass(frozen=True)
class Visit:
    """A time that is hers. ``id`` is that of its entry in the diary; ``conversation``: in which she made it;
    ``lead``: its line of the registry."""

    id: str
    slot: Slot
    name: str
    phone: str
    conversation: str
    state: VisitState = "booked"
    lead: str | None = None
    also: tuple[str, ...] = ()
    """Further conversations of hers that know of it, because a reminder went there."""

    @property
    def stands(self) -> bool:
        """Whether it was neither called off nor is told to be over."""
        return self.state in ("booked", "confirmed")


@dataclass(frozen=True)
class Consent:
    """Proof of what was agreed (152-FZ art. 9): to which text, when, in which channel, by which message."""

    version: str
    at: datetime
    channel: str
    event: str
    given: bool


@dataclass(frozen=True)
class Reach:
    """Where a person can be written to: a conversation whose client has agreed, and whose channel vouches that
    ``phone`` is hers."""

    phone: str
    channel: str
    conversation: str


@dataclass(frozen=True)
class Reminded:
    """The reminder that she was sent last (RM-001, by its id) about a visit, by which event, and the channels in which
    it could not be given before."""

    visit: str
    reminder: str
    event: str
    tried: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lead:
    """A finished line of the request registry (RP-001), as it goes to the CRM.

    ``id`` is the CRM's ``originId``: the same request is never entered twice.
    """

    id: str
    conversation: str
    source: str
    client_name: str
    contact: str
    service: str
    preferred_time: str
    status: str
    assigned_to: str
    created: datetime
    comment: str = ""


@dataclass(frozen=True)
class Held:
    """What a client wrote that is not answered yet: by the pack's mode a colleague may answer first. ``token`` is that
    of the timer at which the desk answers."""

    text: str
    token: str


@dataclass(frozen=True)
class Asks:
    """How often a model was asked for this conversation on a day (business zone)."""

    day: Day
    times: int


@dataclass(frozen=True)
class Waits:
    """A line of the waiting list: she wants to be told when a time like ``wish`` becomes free. ``offered``: slots that
    she was offered and did not take; ``masters``: as in `Request`."""

    id: str
    conversation: str
    service: str
    wish: Wish
    since: datetime
    offered: tuple[str, ...] = ()
    masters: tuple[str, ...] = ()


Who = Literal["duty", "reserve", "extra", "owner"]
Way = Literal["telegram", "crm", "sms", "call"]
Priority = Literal["urgent", "high", "normal", "low"]


@dataclass(frozen=True)
class Rung:
    """A step of a ladder (SLA-001): ``after_minutes`` from its beginning ``who`` is woken in these ways, or the client
    is honestly told until when somebody will call her."""

    after_minutes: int
    who: Who | None = None
    by: tuple[Way, ...] = ()
    tell_client: bool = False


@dataclass(frozen=True)
class Later:
    """A time that somebody who waits is told of when the timer ``token`` rings."""

    slot: Slot
    token: str


@dataclass(frozen=True)
class Alarm:
    """A person is called, and nobody has come yet.

    ``notice`` is what colleagues are woken with; ``rungs`` the ladder it began with, of which ``climbed`` are behind.
    Times are UTC: ``since`` it was raised, from ``began`` the minutes of the rungs count, at ``due`` its timer
    ``token`` rings. ``out``: pages of the last step that are not known to have failed; ``paged``: colleagues who were
    woken, the last one last; ``passed``: those who cannot; ``first``: who is woken instead of the one on duty;
    ``about``: the promise that breaks, or the visit; ``quiet``: the client is promised nothing; ``round`` counts from 0
    how often the ladder was begun anew, each time ``again_minutes`` after its last step."""

    id: str
    reason: str
    priority: Priority
    clause: str
    notice: str
    since: datetime
    began: datetime
    rungs: tuple[Rung, ...]
    due: datetime
    token: str
    climbed: int = 0
    out: int = 0
    paged: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    first: str | None = None
    about: str = ""
    quiet: bool = False
    round: int = 0
    again_minutes: int = 30


@dataclass(frozen=True)
class TakeOver:
    """A colleague answers the client, and the desk is silent. Times are UTC. ``waiting``: since when the client waits
    for her word, None when it is the client's turn; at ``due`` the timer ``token`` rings; ``in_app``: she writes in the
    business's own app, where she sees the client's words herself; ``reason``: why she was called."""

    by: str
    since: datetime
    due: datetime
    token: str
    waiting: datetime | None = None
    in_app: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Promise:
    """Somebody has promised the client something until ``until`` (UTC): ``owner`` keeps it. ``id`` is also the token of
    the timer that rings shortly before. ``by_desk``: the desk has promised it, because nobody came."""

    id: str
    owner: str
    until: datetime
    text: str
    by_desk: bool = False


@dataclass(frozen=True)
class Line:
    """What was said in a conversation. ``who``: client, desk, or the id of a colleague."""

    who: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Task:
    """What waited for the morning, for the colleague who is on duty then."""

    conversation: str
    alarm: str
    text: str


@dataclass(frozen=True)
class Conversation:
    """Everything the desk remembers of one client in one channel.

    ``version`` counts saved turns; ``asked`` is the open question and ``offered`` its buttons;
    ``silence`` the token of the armed silence timer (SLA-001), None when nothing is awaited.
    """

    id: str
    channel: str
    address: str
    version: int = 0
    stage: Stage = "new"
    owner: str = DESK
    request: Request = Request()
    consent: Consent | None = None
    asked: Asked | None = None
    offered: tuple[Choice, ...] = ()
    misses: int = 0
    silence: str | None = None
    lead: str | None = None
    reachable: bool = True
    seen: datetime | None = None
    escalated: tuple[str, ...] = ()
    language: Language = "ru"
    known_as: str | None = None
    """Her name, once she has come with a request: the greeting of her next visit to the chat."""
    leads: tuple[str, ...] = ()
    """Every request of hers that was entered, deleted when she withdraws her consent. ``lead`` is the standing one."""
    more: int = 0
    """Requests for further people that are still to be taken («и подругу тоже»)."""
    held: Held | None = None
    answered: datetime | None = None
    """When a colleague last wrote to her herself."""
    asks: Asks | None = None
    times: tuple[Slot, ...] = ()
    """Free times she was offered last; beside them stand other ``offered`` buttons."""
    seen_times: tuple[str, ...] = ()
    """Ids of those she has seen since she told her wish: «ещё» brings others."""
    hold: Hold | None = None
    visits: tuple[Visit, ...] = ()
    """Her visits, those that are over for a while too."""
    moving: str | None = None
    """The visit for which another time is looked for, or that is to be cancelled."""
    called_off: str | None = None
    """The visit that she has just cancelled: another time is one for the same service."""
    late: str | None = None
    """The visit to which she has told that she is late."""
    waits: tuple[Waits, ...] = ()
    freed: tuple[Later, ...] = ()
    """Times that have become free in quiet hours: she is told of them in the morning."""
    advertising: bool | None = None
    """Whether she agrees to be invited again; None: not asked yet."""
    reminded: tuple[str, ...] = ()
    """Tokens of the timers about her visits that have rung: of each kind of word she gets one."""
    alarm: Alarm | None = None
    taken: TakeOver | None = None
    promises: tuple[Promise, ...] = ()
    lines: tuple[Line, ...] = ()
    """What was said last, for the colleague who takes over."""
    serving: str | None = None
    """Of a colleague's own chat: the conversation into which her words go."""
    tasks: tuple[Task, ...] = ()
    """Of a colleague's own chat: what she is told of in one message."""
    untold: tuple[str, ...] = ()
    """Ids of visits made in quiet hours of which the master knows nothing yet."""
    reminder: Reminded | None = None
    """Until she writes: whether it has reached her is not known."""
    heard: datetime | None = None
    """When she last wrote: WhatsApp and Instagram let us answer for a day."""
    proven: str | None = None
    """Her number, as her channel vouches for it; ``request.phone`` is whatever she typed."""

    def shares(self, visit: Visit) -> bool:
        """Whether another conversation knows this visit, too."""
        return bool(visit.also) or visit.conversation != self.id
