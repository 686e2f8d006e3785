"""Past conversations through a changed pack: what the desk would have said, asked or done differently, and why.

Each pack has a desk and a clock of its own. Both hear the same words at the same times; once one of them asks something
else, what follows may differ for that reason alone, and is marked so. After the last word both are wound on until
nothing is due any more, so that a changed timer shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.desk import consent
from chalicelib.desk.events import Event, Pressed, Said, conversation_of
from infra.nights import Happening, Night, Titled
from infra.outcome import Outcome, done, outcome, spoken
from infra.tabletop import Tabletop

if TYPE_CHECKING:
    from chalicelib.ports import Reader
    from chalicelib.regulation.schema import Rules

AFTERWARDS = timedelta(hours=24)
"""How long after the last word the clock is wound on."""
COMPARED = ("replies", "asks", "effects")
CONTEXT, LONGEST_CONTEXT = 3, 90
"""How many unchanged lines are shown together, and how much of each."""


@dataclass(frozen=True)
class Played:
    """One thing that happened, and what came of it with the pack in force and with the changed one. ``words``: what
    the client wrote or pressed, or that time passed. ``apart``: the conversations had parted before it."""

    night: str
    at: datetime
    words: str
    before: Outcome
    after: Outcome
    apart: bool

    @property
    def differs(self) -> bool:
        was, now = self.before.line(), self.after.line()
        return any(was[part] != now[part] for part in COMPARED)

    def line(self) -> dict[str, Any]:
        """As `nochnik replay --json` writes it."""
        return {
            "night": self.night,
            "at": self.at.isoformat(),
            "message": self.words,
            "differs": self.differs,
            "apart": self.apart,
            "before": self.before.line(),
            "after": self.after.line(),
        }


@dataclass
class Side:
    """A desk that works by one of the two packs. ``shown``: every button it offered, title by id."""

    top: Tabletop
    shown: dict[str, str] = field(default_factory=dict)

    def hears(self, event: Event) -> Outcome:
        conversation = conversation_of(event)
        if isinstance(event, Said) and event.medium != "text" and not self._may_hear(conversation):
            event = replace(event, text="")
        heard = outcome(self.top, conversation, self.top.happens(event))
        self.shown |= {choice["id"]: choice["title"] for reply in heard.replies for choice in reply["choices"]}
        return heard

    def _may_hear(self, conversation: str) -> bool:
        """A voice message is written down after consent only, and never in a clinic."""
        before = self.top.table.standing(conversation)
        return before is not None and consent.agreed(before) and self.top.rules.business.kind != "clinic"

    def due(self) -> datetime | None:
        timer = self.top.next_timer()
        return timer.at if timer else None

    def waits(self, until: datetime, conversation: str) -> Outcome:
        return outcome(self.top, conversation, self.top.wind(until))

    def button(self, title: str) -> str | None:
        return next((choice for choice, shown in reversed(self.shown.items()) if shown == title), None)


def replay(night: Night, old: Rules, new: Rules, reader: Reader) -> Iterator[Played]:
    """Play a night with both packs. Yields all that happened, also where nothing differs."""
    if not night.happenings:
        return
    begins = night.happenings[0].at
    sides = [Side(Tabletop(night.rules(pack), begins, reader)) for pack in (old, new)]
    apart = False
    for played in _plays(night, *sides):
        yield Played(night.name, *played, apart)
        apart = apart or _parted(played[2], played[3])


_Pair = tuple[datetime, str, Outcome, Outcome]


def _plays(night: Night, was: Side, now: Side) -> Iterator[_Pair]:
    conversation = ""
    for happening in night.happenings:
        if conversation:
            yield from _passes(happening.at, conversation, was, now)
        event = _event(happening, was, now)
        conversation = conversation_of(event)
        for side in (was, now):
            side.top.wind(happening.at)
        yield happening.at, _words(event), was.hears(event), now.hears(event)
    yield from _passes(night.happenings[-1].at + AFTERWARDS, conversation, was, now)


def _passes(until: datetime, conversation: str, was: Side, now: Side) -> Iterator[_Pair]:
    """The moments until then at which something is due on either side."""
    while due := min((at for side in (was, now) if (at := side.due()) and at <= until), default=None):
        passed = was.waits(due, conversation), now.waits(due, conversation)
        if any(side.because or side.effects for side in passed):  # else the timer's reason was gone
            yield due, "", *passed


def _event(happening: Happening, was: Side, now: Side) -> Event:
    """A button that is known by its title is the one that was offered, or else it is known by its id."""
    what = happening.what
    if not isinstance(what, Titled):
        return what
    choice = was.button(what.title) or now.button(what.title) or what.title
    return Pressed(what.key, happening.at, what.channel, what.address, choice, what.title)


def _words(event: Event) -> str:
    match event:
        case Said():
            return event.text or f"({event.medium})"
        case Pressed():
            return f"[{event.title or event.choice}]"
        case _:
            return f"({event.kind})"


def _parted(was: Outcome, now: Outcome) -> bool:
    """Whether the conversations stand differently after it: another question is open, or another person has it."""
    parts = ("stage", "owner", "booking", "consent")
    return was.asks != now.asks or any(was.conversation[part] != now.conversation[part] for part in parts)


# ---------------------------------------------------------------- to read


@dataclass
class Tally:
    """How much was played, and how much of it differs. ``apart``: where the conversations had parted before."""

    messages: int = 0
    timers: int = 0
    differing_messages: int = 0
    differing_timers: int = 0
    apart: int = 0

    def add(self, played: Iterable[Played]) -> None:
        for one in played:
            self.messages += bool(one.words)
            self.timers += not one.words
            self.differing_messages += bool(one.words) and one.differs
            self.differing_timers += not one.words and one.differs
            self.apart += one.differs and one.apart

    def line(self) -> dict[str, int]:
        return asdict(self)

    def sentence(self) -> str:
        differing = f"Отличаются: сообщений {self.differing_messages} из {self.messages}"
        if self.timers:
            differing += f", таймеров {self.differing_timers} из {self.timers}"
        return f"{differing}. После первого расхождения в разговоре: {self.apart}." if self.apart else f"{differing}."


def shown(played: Played, since: datetime | None) -> bool:
    """Whether it is new enough."""
    return since is None or played.at >= since


def told(night: Night, played: Iterable[Played], zone: ZoneInfo) -> Iterator[str]:
    """What differs in a night, for people; nothing where nothing does."""
    differing = [one for one in played if one.differs]
    if differing:
        yield from ("", f"═══ {night.name}")
    for one in differing:
        yield ""
        yield from _difference(one, zone)


def _difference(played: Played, zone: ZoneInfo) -> Iterator[str]:
    at = played.at.astimezone(zone)
    first, *rest = (played.words or "(время идёт)").splitlines()
    yield f"{at:%d.%m %H:%M}  > {first}"
    yield from (f"               {line}" for line in rest)
    if played.apart:
        yield "    (разговор разошёлся раньше)"
    yield "    − было, + стало:"
    yield from (f"    {line}" for line in _changes(_lines(played.before, zone), _lines(played.after, zone)))
    was, now = "; ".join(played.before.because), "; ".join(played.after.because)
    if was == now:
        yield f"    потому что: {was or '—'}"
    else:
        yield f"    было, потому что: {was or '—'}"
        yield f"    стало, потому что: {now or '—'}"


def _lines(come: Outcome, zone: ZoneInfo) -> list[str]:
    said = [line for reply in come.replies for line in spoken(reply)]
    asks = [f"спрашивает: {come.asks}"] if come.asks else []
    return [*said, *asks, *(line for effect in come.effects for line in done(effect, zone))]


def _changes(was: list[str], now: list[str]) -> Iterator[str]:
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (f"  {line}".rstrip() for line in _briefly(was[a:b]))
        else:
            yield from (f"− {line}".rstrip() for line in was[a:b])
            yield from (f"+ {line}".rstrip() for line in now[c:d])


def _briefly(same: list[str]) -> list[str]:
    """What did not change, as far as it helps to find the place."""
    brief = [line if len(line) <= LONGEST_CONTEXT else f"{line[:LONGEST_CONTEXT]}…" for line in same]
    return brief if len(brief) <= CONTEXT else [*brief[:1], "…", *brief[-1:]]
