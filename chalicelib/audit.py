"""What is wrong now, as far as it can be seen from here: escalations, timers, messengers, queues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk.faults import Fault, silent
from chalicelib.errors import Refused, Unavailable
from chalicelib.wire import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from chalicelib.office import Office
    from chalicelib.ports import Open
    from chalicelib.regulation.schema import Business

STUCK = timedelta(minutes=15)
"""An escalation this late was rung by hand at least twice."""
ROUNDS = 2
"""So many ladders climbed to the end in vain, and the next one begun, is nobody."""
ERRED = timedelta(minutes=15)
"""A messenger repeats what it could not bring within minutes: an older error is over."""


@dataclass(frozen=True)
class Seen:
    """What a run of the watch has read from the table at ``now``: what is open, how many timers did not ring by
    themselves, when each channel was last heard, and ``since`` when that is noted."""

    now: datetime
    lines: Sequence[Open]
    late: int
    heard: Mapping[str, datetime]
    since: datetime


def faults(seen: Seen, business: Business, office: Office) -> list[Fault]:
    """Everything that is wrong. Raises `Unavailable` when AWS does not answer."""
    return [
        *_escalations(seen.lines, business, seen.now),
        *([Fault("timers", number=seen.late)] if seen.late else ()),
        *(fault for channel in business.channels for fault in _channel(channel, office)),
        *silent(business, seen.heard, seen.since, seen.now),
        *_queues(office),
    ]


def _escalations(lines: Iterable[Open], business: Business, now: datetime) -> Iterator[Fault]:
    for line in lines:
        owner = business.colleague(line.owner)
        who = owner.name if owner else line.owner
        if now - line.due > STUCK:
            minutes = int((now - line.due).total_seconds() // 60)
            yield Fault("stuck", line.conversation, minutes, line.reason, who)
        elif line.what == "alarm" and line.round >= ROUNDS:
            yield Fault("nobody", line.conversation, line.round, line.reason, who)


def _channel(name: str, office: Office) -> Iterator[Fault]:
    """What a messenger says of itself. Where our own address is not known nothing is asked."""
    if not office.settings.public_url:
        return
    try:
        channel, account = office.messenger(name)
        missing = [secret for secret in channel.account if not account.get(secret)]
        if missing:
            raise Refused(f"no {', '.join(missing)}")
        hook = f"{office.settings.public_url}/hooks/{name}"
        hearing = run(channel.check(account, office.base_url(name), hook), office.send)
    except Refused as refused:
        yield Fault("token", name, why=str(refused))
    except Unavailable as down:
        yield Fault("unreachable", name, why=str(down))
    else:
        if not hearing.registered:
            yield Fault("webhook", name)
        # The provider's clock is the real one, also where ours is wound.
        elif hearing.waiting and hearing.erred and office.clock() - hearing.erred < ERRED:
            yield Fault("behind", name, hearing.waiting, hearing.why)


def _queues(office: Office) -> Iterator[Fault]:
    left = office.post.left()
    if left.inbox_dead:
        yield Fault("inbox_dead", number=left.inbox_dead)
    if left.deliveries_dead:
        yield Fault("deliveries_dead", number=left.deliveries_dead)
    if left.deliveries:
        yield Fault("crm", number=left.deliveries)
