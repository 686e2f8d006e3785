"""Whether the business is open, and who answers then: the desk, or first a colleague (RP-002, mode)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.regulation.schema import WEEK

if TYPE_CHECKING:
    from chalicelib.desk.values import Wish
    from chalicelib.regulation.schema import Business, Rules


def is_open(business: Business, at: datetime) -> bool:
    """Whether the business works at ``at`` (aware)."""
    local = at.astimezone(ZoneInfo(business.zone))
    hours = business.hours.get(WEEK[local.weekday()])
    if hours is None or local.date() in business.days_off:
        return False
    return hours.opens <= local.time() < hours.closes


def open_and_closed(business: Business, since: datetime, until: datetime) -> tuple[timedelta, timedelta]:
    """How long the business was open, and how long it was closed, between two moments (aware). A day off is neither:
    it says nothing about what is usual."""
    zone = ZoneInfo(business.zone)
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    opened = total = timedelta()
    while day <= last:
        midnight, hours = datetime.combine(day, time(), zone), business.hours.get(WEEK[day.weekday()])
        if day not in business.days_off:
            total += _within(midnight, midnight + timedelta(days=1), since, until)
            if hours:
                opens, closes = (datetime.combine(day, at, zone) for at in (hours.opens, hours.closes))
                opened += _within(opens, closes, since, until)
        day += timedelta(days=1)
    return opened, total - opened


def _within(begins: datetime, ends: datetime, since: datetime, until: datetime) -> timedelta:
    return max(min(ends, until) - max(begins, since), timedelta())


def closed_then(business: Business, wish: Wish) -> bool:
    """Whether the business is closed all the time that is wished for. Without a day nobody can tell."""
    if wish.date is None:
        return False
    hours = business.hours.get(WEEK[wish.date.weekday()])
    if hours is None or wish.date in business.days_off:
        return True
    return (wish.time_from or time.min) >= hours.closes or (wish.time_to or time.max) < hours.opens


def colleague_first(rules: Rules, at: datetime) -> bool:
    """Whether a message that comes at ``at`` is left to a colleague for a while."""
    match rules.dialogue.mode.answers:
        case "always":
            return False
        case "after_silence":
            return True
        case "off_hours":
            return is_open(rules.business, at)
