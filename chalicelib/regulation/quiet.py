"""When a reminder of a visit is sent, and what becomes of it in quiet hours (RM-001)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.regulation.partly import as_far_as_known
from chalicelib.regulation.schema import WEEK
from chalicelib.regulation.week import DAYS

if TYPE_CHECKING:
    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.pack import Read
    from chalicelib.regulation.schema import Business, Reminder, Reminders
    from chalicelib.regulation.written import Written

HOUR = timedelta(hours=1)
MARGIN = HOUR
"""How long before quiet hours a reminder is sent, so that its answer comes before them, and how long before a visit
the last one is of any use."""
LONGEST = timedelta(hours=14)
STEP = timedelta(minutes=15)
MONDAY = date(2026, 1, 5)
"""Any Monday: a week of visits that could be."""
RELATIVE = {"сегодня": 0, "завтра": 1, "послезавтра": 2}
CHOICES = "before (за час до тихих часов), after (сразу после них) или skip (не слать)"


def sent_at(reminder: Reminder, reminders: Reminders, visit: datetime) -> datetime | None:
    """When a reminder of a visit is sent, None when it is not. Wall time of the business in and out."""
    due = visit - reminder.hours_before * HOUR
    silence = _silence(reminders, due)
    if silence is None:
        return due
    begins, ends = silence
    if reminder.if_quiet == "before":
        return begins - MARGIN
    if reminder.if_quiet == "after" and ends + MARGIN <= visit:
        return ends
    return None


def ends_at(reminders: Reminders, moment: datetime) -> datetime | None:
    """When the quiet hours around a moment end; None outside of them. Wall time of the business in and out."""
    silence = _silence(reminders, moment)
    return silence[1] if silence else None


@as_far_as_known
def mistakes(read: Read[Reminders], business: Business | None) -> Iterator[Mistake]:
    """What RM-001 leaves undecided or decides wrongly for some visit within opening hours."""
    if read.written is None or read.document is None:
        return
    reminders, at = read.document, read.written
    yield from _return_visit(reminders, at)
    yield from _channels(reminders, at, business)
    yield from _times(reminders, at, business)


@as_far_as_known
def _times(reminders: Reminders, at: Written, business: Business | None) -> Iterator[Mistake]:
    if reminders.quiet_from == reminders.quiet_to:
        yield at.mistake(("quiet_to",), "тихие часы начинаются и кончаются в одно время: исправьте")
        return
    if _length(reminders) > LONGEST:
        hours = LONGEST // HOUR
        yield at.mistake(("quiet_to",), f"тихие часы дольше {hours} часов: днём клиенту некогда будет написать")
        return
    visits = list(_visits(business)) if business else []
    for number, reminder in enumerate(reminders.reminders):
        yield from _reminder(reminder, reminders, visits, at, number)
    for sentence in _crowded(reminders, visits):
        yield at.mistake(("at_most_a_day",), sentence)


@as_far_as_known
def _reminder(
    reminder: Reminder, reminders: Reminders, visits: list[datetime], at: Written, number: int
) -> Iterator[Mistake]:
    for sentence in _of(reminder, reminders, visits):
        yield at.mistake(("reminders", number), f"{reminder.id}: {sentence}")


@as_far_as_known
def _return_visit(reminders: Reminders, at: Written) -> Iterator[Mistake]:
    if (reminders.return_visit_days is None) != (reminders.return_visit is None):
        known, lost = ("return_visit_days", "return_visit")[:: -1 if reminders.return_visit else 1]
        yield at.mistake((known,), f"{known} есть, а {lost} нет: допишите или уберите оба")
    if reminders.return_visit and not (reminders.advertising and reminders.invite):
        lost = " и ".join(name for name in ("advertising", "invite") if getattr(reminders, name) is None)
        yield at.mistake(("return_visit",), f"приглашение это реклама: допишите {lost} (38-ФЗ, статья 18)")


@as_far_as_known
def _channels(reminders: Reminders, at: Written, business: Business | None) -> Iterator[Mistake]:
    for number, channel in enumerate(reminders.channels):
        if business and channel not in business.channels:
            yield at.mistake(("channels", number), f"канала «{channel}» нет в business.yaml: уберите его отсюда")
        if channel in reminders.channels[:number]:
            yield at.mistake(("channels", number), f"канал «{channel}» уже есть: оставьте один раз")


@as_far_as_known
def _of(reminder: Reminder, reminders: Reminders, visits: list[datetime]) -> Iterator[str]:
    hours = reminder.hours_before * HOUR
    quiet = [visit for visit in visits if _silence(reminders, visit - hours)]
    sent = {visit: sent_at(reminder, reminders, visit) for visit in visits}
    if quiet and reminder.if_quiet is None:
        first = min(quiet, key=datetime.time)
        due = first - hours
        yield f"{_visit(first)} напомнить пришлось бы в {due:%H:%M}, в тихие часы; допишите if_quiet: {CHOICES}"
        return
    late = [visit for visit in quiet if reminder.if_quiet == "after" and sent[visit] is None]
    if late:
        first = min(late, key=datetime.time)
        yield f"{_visit(first)} после тихих часов напоминать поздно: напишите if_quiet: before или skip"
    elif visits and not any(sent.values()):
        yield "всегда попадает в тихие часы и никому не уйдёт: поменяйте hours_before или if_quiet"
    for word, days in RELATIVE.items():
        wrong = [visit for visit, moment in sent.items() if moment and (visit.date() - moment.date()).days != days]
        if wrong and re.search(rf"\b{word}\b", reminder.text.casefold()):
            first = min(wrong, key=datetime.time)
            yield f"в тексте «{word}», а {_visit(first)} сообщение уйдёт в другой день: напишите {{date}}"


@as_far_as_known
def _crowded(reminders: Reminders, visits: list[datetime]) -> Iterator[str]:
    for visit in sorted(visits, key=datetime.time):
        moments = [moment for reminder in reminders.reminders if (moment := sent_at(reminder, reminders, visit))]
        days = Counter(moment.date() for moment in moments)
        if len(set(moments)) < len(moments):
            yield f"{_visit(visit)} два напоминания уйдут в одну минуту: разведите их"
            return
        if days and max(days.values()) > reminders.at_most_a_day:
            yield f"{_visit(visit)} за день уйдёт {max(days.values())}, а можно {reminders.at_most_a_day}"
            return


def _silence(reminders: Reminders, moment: datetime) -> tuple[datetime, datetime] | None:
    """The quiet hours around a moment, from their first minute until the first one after them."""
    for day in (moment.date() - timedelta(days=1), moment.date()):
        begins = datetime.combine(day, reminders.quiet_from, moment.tzinfo)
        ends = begins + _length(reminders)
        if begins <= moment < ends:
            return begins, ends
    return None


def _length(reminders: Reminders) -> timedelta:
    begins, ends = (datetime.combine(MONDAY, clock) for clock in (reminders.quiet_from, reminders.quiet_to))
    return (ends - begins) % timedelta(days=1) or timedelta(days=1)


def _visits(business: Business) -> Iterator[datetime]:
    """Every quarter of an hour of a week at which a visit may begin."""
    shortest = timedelta(minutes=min(service.minutes for service in business.services))
    for number, day in enumerate(WEEK):
        hours = business.hours.get(day)
        if hours is None or hours.closes <= hours.opens:
            continue
        visit = datetime.combine(MONDAY + timedelta(days=number), hours.opens)
        last = datetime.combine(visit.date(), hours.closes) - shortest
        while visit <= last:
            yield visit
            visit += STEP


def _visit(visit: datetime) -> str:
    return f"о визите в {visit:%H:%M} ({DAYS[WEEK[visit.weekday()]]})"
