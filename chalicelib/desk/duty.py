"""Who is on duty (RT-001), with what colleagues have agreed between them since.

A shift begins and ends at wall time. Where the clock jumps over that minute it does so at the jump, where it shows the
minute twice at the first time: shifts that follow each other leave no gap and do not overlap on such nights either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk.agreed import Role
from chalicelib.regulation.week import starting_on

if TYPE_CHECKING:
    from chalicelib.desk.agreed import Swaps
    from chalicelib.regulation.schema import Colleague, Override, Rules, Shift

Day = date
"""Inside a class with a field `date` that name is the field, not the type."""


@dataclass(frozen=True)
class Duty:
    """A shift of one date. ``date`` is the day on which it begins; ``starts`` and ``ends`` are in the business's
    zone."""

    shift: Shift
    date: Day
    starts: datetime
    ends: datetime
    duty: Colleague
    reserve: Colleague | None = None
    extra: tuple[Colleague, ...] = ()

    @property
    def people(self) -> tuple[Colleague, ...]:
        """Everyone who is called, in the order in which they are: duty, reserve, further people."""
        return (self.duty, *([self.reserve] if self.reserve else ()), *self.extra)

    def role(self, colleague: Colleague) -> Role | None:
        """What somebody is in it, None when it is not hers."""
        if colleague.id == self.duty.id:
            return "duty"
        if self.reserve and colleague.id == self.reserve.id:
            return "reserve"
        return "extra" if colleague.id in {person.id for person in self.extra} else None


def with_swaps(rules: Rules, swaps: Swaps) -> Rules:
    """A pack with the agreed swaps laid over its rota; the pack itself when there are none. A swap whose duty is with
    somebody who is not in the business any more does not count."""
    from chalicelib.regulation.schema import Override

    laid = [swap for swap in swaps.agreed if rules.business.colleague(swap.duty)]
    if not laid:
        return rules
    over = tuple(
        Override(date=swap.date, starts=swap.starts, duty=swap.duty, reserve=swap.reserve, extra=swap.extra)
        for swap in laid
    )
    rota = rules.rota.model_copy(update={"overrides": (*rules.rota.overrides, *over)})
    return rules.model_copy(update={"rota": rota})


def on_duty(rules: Rules, at: datetime) -> tuple[Colleague, ...]:
    """The colleague on duty at ``at`` (aware), after her the reserve and further people; empty when the rota has a
    gap, which `nochnik check` refuses."""
    duty = shift_at(rules, at)
    return duty.people if duty else ()


def shift_at(rules: Rules, at: datetime) -> Duty | None:
    """The shift of a moment (aware), None when the rota has a gap; of two at once the one that began later."""
    today = at.astimezone(ZoneInfo(rules.business.zone)).date()
    around = [*starting(rules, today - timedelta(days=1)), *starting(rules, today)]
    return next((duty for duty in reversed(around) if duty.starts <= at.astimezone(UTC) < duty.ends), None)


def starting(rules: Rules, day: date) -> tuple[Duty, ...]:
    """The shifts that begin on a date, in the order in which they do."""
    found = (_duty(rules, shift, day) for shift in starting_on(rules.rota, day))
    return tuple(duty for duty in found if duty)


def duty_of(rules: Rules, day: date, starts: time) -> Duty | None:
    """The shift that begins on a date at ``starts`` (wall time), if there is one."""
    return next((duty for duty in starting(rules, day) if duty.shift.starts == starts), None)


def shifts_between(rules: Rules, since: datetime, until: datetime) -> Iterator[Duty]:
    """Every shift that has a minute between two moments (aware), in order."""
    zone = ZoneInfo(rules.business.zone)
    day, last = since.astimezone(zone).date() - timedelta(days=1), until.astimezone(zone).date()
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    while day <= last:
        yield from (duty for duty in starting(rules, day) if duty.starts < until and duty.ends > since)
        day += timedelta(days=1)


def shifts_of(rules: Rules, colleague: Colleague, since: datetime, until: datetime) -> tuple[Duty, ...]:
    """Every shift of somebody's that has a minute between two moments (aware), in order."""
    return tuple(duty for duty in shifts_between(rules, since, until) if duty.role(colleague))


def _duty(rules: Rules, shift: Shift, day: date) -> Duty | None:
    people: Shift | Override = _override(rules, shift, day) or shift
    duty = rules.business.colleague(people.duty)
    if duty is None:
        return None
    reserve = rules.business.colleague(people.reserve)
    held = {people.duty, people.reserve}
    # An override that names only two may name one of the shift's further people.
    extra = shift.extra if people.extra is None else people.extra
    more = (rules.business.colleague(person) for person in extra if person not in held)
    zone = ZoneInfo(rules.business.zone)
    last = day if shift.ends > shift.starts else day + timedelta(days=1)
    return Duty(
        shift, day, moment(day, shift.starts, zone), moment(last, shift.ends, zone),
        duty, reserve, tuple(person for person in more if person),
    )  # fmt: skip


def _override(rules: Rules, shift: Shift, day: date) -> Override | None:
    """The latest one of this very shift, else the latest one of the whole date."""
    of_the_day = [override for override in rules.rota.overrides if override.date == day]
    of_the_shift = [override for override in of_the_day if override.starts == shift.starts]
    whole = [override for override in of_the_day if override.starts is None]
    return next(reversed(of_the_shift or whole), None)


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When the clock on the wall first shows this time or, where it jumps over it, a later one."""
    wall = datetime.combine(day, clock, zone)
    early, late = wall.replace(fold=1).astimezone(UTC), wall.astimezone(UTC)
    if early >= late:  # the clock shows it, once or twice
        return _told(late, zone)
    while late - early > timedelta(seconds=1):  # it jumps between these two: with the offset after it, and before it
        middle = early + (late - early) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall.replace(tzinfo=None):
            early = middle
        else:
            late = middle
    return _told(late.replace(microsecond=0), zone)


def _told(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone)
