"""Who is on duty (RT-001)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.regulation.schema import WEEK

if TYPE_CHECKING:
    from datetime import date

    from chalicelib.regulation.schema import Colleague, Rules, Shift


def on_duty(rules: Rules, at: datetime) -> tuple[Colleague, ...]:
    """The colleague on duty at ``at`` (aware) and after her the reserve; empty when the rota has a gap."""
    local = at.astimezone(ZoneInfo(rules.business.zone))
    for day in (local.date(), local.date() - timedelta(days=1)):
        for shift in rules.rota.shifts:
            if _covers(shift, day, local):
                return _people(rules, shift, day)
    return ()


def _covers(shift: Shift, day: date, local: datetime) -> bool:
    """Whether the shift that starts on ``day`` covers the moment ``local``."""
    if WEEK[day.weekday()] not in shift.days:
        return False
    starts = datetime.combine(day, shift.starts, local.tzinfo)
    ends = datetime.combine(day, shift.ends, local.tzinfo)
    if shift.ends <= shift.starts:
        ends += timedelta(days=1)
    return starts <= local < ends


def _people(rules: Rules, shift: Shift, day: date) -> tuple[Colleague, ...]:
    planned = next((override for override in rules.rota.overrides if override.date == day), shift)
    people = (rules.business.colleague(planned.duty), rules.business.colleague(planned.reserve))
    return tuple(person for person in people if person)
