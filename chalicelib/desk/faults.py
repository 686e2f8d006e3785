"""What is wrong with the house itself, and what the agency is told of it: once when it begins, once when it is over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.desk.hours import open_and_closed
from chalicelib.regulation.render import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from chalicelib.regulation.schema import Agency, Business

Kind = Literal[
    "stuck", "nobody", "timers", "token", "webhook", "behind", "unreachable", "silent", "inbox_dead",
    "deliveries_dead", "crm",
]  # fmt: skip
"""stuck: an escalation does not move; nobody: it has climbed again and again; timers: the scheduler does not ring;
token, webhook, behind, unreachable: what a messenger says of itself; silent: no client for longer than usual;
inbox_dead, deliveries_dead: dead letters; crm: leads wait to be entered."""

PATIENCE: Mapping[Kind, timedelta] = {
    "timers": timedelta(minutes=9),
    "behind": timedelta(minutes=4),
    "unreachable": timedelta(minutes=9),
    "stuck": timedelta(minutes=4),
    "crm": timedelta(minutes=55),
}
"""How long a fault has to last before it is told, where one look is no proof: an outage of a minute is nobody's
business. A little under a multiple of the five minutes between two looks, which are not exact."""
CALM = timedelta(minutes=9)
"""How long it has to be away before it is over: what comes and goes is told once."""


@dataclass(frozen=True)
class Fault:
    """Something is wrong. ``about``: the channel or the conversation; ``number``: minutes, hours or messages;
    ``why``: a provider's words or the reason of SLA-001; ``who``: the colleague's name."""

    kind: Kind
    about: str = ""
    number: int = 0
    why: str = ""
    who: str = ""

    @property
    def key(self) -> str:
        """The same fault at the next look has the same key."""
        return f"{self.kind}:{self.about}"


@dataclass(frozen=True)
class Noted:
    """A fault in the book: ``since`` when it is seen, ``told`` what the agency was told (empty: nothing yet), ``gone``
    since when it is not seen any more."""

    since: datetime
    told: str = ""
    gone: datetime | None = None


@dataclass(frozen=True)
class Watchbook:
    """What the watch remembers from look to look: ``since`` its first one, and faults by their keys."""

    since: datetime
    faults: dict[str, Noted] = field(default_factory=dict)


@dataclass(frozen=True)
class News:
    """What a look has changed. ``standing``: faults that have lasted long enough to be true; ``texts``: what the agency
    is to be told now, if somebody is there to be told; ``book``: as it is once that was told."""

    standing: Sequence[Fault]
    begun: Sequence[Fault]
    texts: Sequence[str]
    book: Watchbook


def news(book: Watchbook, found: Iterable[Fault], business: Business, now: datetime) -> News:
    """Compare what was found with what was known."""
    seen = {fault.key: fault for fault in found}
    known = {key: replace(book.faults.get(key, Noted(now)), gone=None) for key in seen}
    standing = [fault for key, fault in seen.items() if now - known[key].since >= PATIENCE.get(fault.kind, timedelta())]
    begun = [fault for fault in standing if not known[fault.key].told]
    begins = {fault.key: text_of(fault, business) for fault in begun}
    known |= {key: replace(known[key], told=text) for key, text in begins.items()}
    away = {key: replace(was, gone=was.gone or now) for key, was in book.faults.items() if key not in seen and was.told}
    over = [key for key, was in away.items() if was.gone and now - was.gone >= CALM]
    texts = [*begins.values(), *(_over(away[key].told, business.agency) for key in over)]
    left = {key: was for key, was in away.items() if key not in over}
    return News(standing, begun, [text for text in texts if text], Watchbook(book.since, known | left))


def text_of(fault: Fault, business: Business) -> str:
    """What the agency reads of a fault, by the pack; its kind where the pack names no agency."""
    if business.agency is None:
        return fault.kind
    template: str = getattr(business.agency.texts, fault.kind)
    return render(
        template,
        business=business.name,
        about=fault.about,
        number=str(fault.number),
        why=fault.why,
        colleague=fault.who,
    )


def silent(business: Business, heard: Mapping[str, datetime], since: datetime, now: datetime) -> Iterator[Fault]:
    """Channels in which nobody has written for longer than the pack calls usual; open and closed hours are counted
    apart, so a night without clients says nothing about the day. A channel never heard of counts ``since`` the first
    look."""
    usual = business.agency.silent_hours if business.agency else {}
    for channel, limits in usual.items():
        last = heard.get(channel, since)
        waited = zip(open_and_closed(business, last, now), (limits.open, limits.closed), strict=True)
        if any(limit and hours >= timedelta(hours=limit) for hours, limit in waited):
            yield Fault("silent", channel, number=int((now - last).total_seconds() // 3600))


def _over(told: str, agency: Agency | None) -> str:
    return render(agency.texts.over, text=told.partition("\n")[0]) if agency else ""
