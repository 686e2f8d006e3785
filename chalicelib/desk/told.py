"""What a message tells of the request: the part of a reading that is written down (RP-001)."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk.diary import MINUTES, clock, minute
from chalicelib.desk.values import Errand, Request, Wish

if TYPE_CHECKING:
    from datetime import date

    from chalicelib.desk.values import Conversation, Reading, Slot

NO_REQUEST = ("complaint", "emergency", "medical", "spam")
"""A service or a day that is named in such a message is no wish for it, unless it answers our question."""
ABOUT_NO_REQUEST = ("mine", "off_topic", "noise")
"""Such a message tells nothing of the request, whatever it names."""
MOST_WORDS = 200
WEEK = 7


def of_request(reading: Reading, conversation: Conversation) -> Reading:
    """A reading with that part only which is about the request. Who asks what something else costs, or whether the
    business is open on Sunday, has not changed her mind."""
    service, time = _open(reading, conversation)
    if reading.intent.startswith("question_") and "booking" not in reading.also:
        reading = replace(reading, then=())  # she asks about them
    reading = reading if service else replace(reading, service=None, then=(), errands=())
    reading = reading if service or time else replace(reading, masters=())
    return reading if time else replace(reading, date=None, time_from=None, time_to=None, since=None, until=None)


def tells(reading: Reading) -> bool:
    """Whether a message says something of the service, the time or the master."""
    return bool(reading.service or tells_time(reading) or reading.masters or reading.dropped)


def for_another(reading: Reading) -> bool:
    """Whether a visit is wished for somebody else than who writes."""
    return reading.another or reading.choice == "guest"


def tells_time(reading: Reading) -> bool:
    return any((reading.date, reading.time_from, reading.time_to, reading.since, reading.until))


def drops(conversation: Conversation, reading: Reading) -> bool:
    """Whether of several services that she wishes she leaves one out: «брови не надо»."""
    request = conversation.request
    known = {request.service, *request.then, *(errand.service for errand in request.errands)}
    begun = conversation.lead is None and conversation.moving is None
    return begun and not known.isdisjoint(reading.dropped) and without(request, reading) is not request


def without(request: Request, reading: Reading) -> Request:
    """The request less the services that she leaves out, with what she wishes instead of them; as it is where nothing
    would be left of it."""
    wished = [one for one in (request.service, *request.then) if one and one not in reading.dropped]
    if reading.instead and reading.service and reading.service not in (*wished, *reading.dropped):
        wished.append(reading.service)
    errands = tuple(errand for errand in request.errands if errand.service not in reading.dropped)
    if wished:
        return replace(request, service=wished[0], then=tuple(wished[1:]), errands=errands)
    if errands:
        return followed(request, errands)
    return request


def followed(request: Request, errands: tuple[Errand, ...]) -> Request:
    """The request for the first of these errands; an hour without a day is on the day that was told before."""
    first, *others = errands
    day = request.wish.date if request.wish else None
    wish = first.wish if first.wish.names_days else replace(first.wish, date=day)
    return replace(
        request, service=first.service, wish=wish, masters=first.masters, then=(), at_once=False, apart=False,
        errands=tuple(others),
    )  # fmt: skip


def filled(conversation: Conversation, reading: Reading, text: str, phone: str | None) -> Request:
    """The request with what `of_request` left of a reading. ``phone``: a number the channel vouches for."""
    request = conversation.request
    if drops(conversation, reading):
        request, reading = without(request, reading), replace(reading, service=None, then=())
        conversation = replace(conversation, request=request)
    if reading.service and (_has_its_own_time(conversation, reading) or _is_on_another_day(conversation, reading)):
        return _with_errand(_apart(request, reading.service), reading, phone)
    if reading.service in [errand.service for errand in request.errands] and not tells_time(reading):
        reading = replace(reading, service=None, then=())  # nothing new is said of it
    adds, stays = _adds(conversation, reading), reading.service == request.service and tells_time(reading)
    further = (*request.then, reading.service) if adds and reading.service else request.then
    somebody_else = conversation.known_as is not None and reading.name not in (
        None,
        request.name,
        conversation.known_as,
    )
    return replace(
        request,
        service=request.service if adds else reading.service or request.service,
        then=further if adds or (stays and not reading.then) else reading.then if reading.service else request.then,
        wish=wished(request.wish, reading, _words(conversation, reading, text)),
        name=reading.name or request.name,
        phone=reading.phone or request.phone or phone,
        masters=reading.masters or request.masters,
        guest=request.guest or somebody_else,
        errands=reading.errands or (request.errands if reading.service in (None, request.service) else ()),
    )


def _has_its_own_time(conversation: Conversation, reading: Reading) -> bool:
    """Whether a time is told for one of her further services: «а педикюр в 17»."""
    request = conversation.request
    known = (*request.then, *(one.service for one in request.errands))
    begun = conversation.lead is None and not request.at_once and not reading.instead
    return begun and reading.service in known and reading.service != request.service and tells_time(reading)


def _is_on_another_day(conversation: Conversation, reading: Reading) -> bool:
    """Whether a service is wished besides on a day of its own: «и педикюр в четверг в 15»."""
    wish = conversation.request.wish
    other = wish is not None and wish.date is not None and reading.date not in (None, wish.date)
    return other and conversation.lead is None and _adds(conversation, reading)


def _apart(request: Request, service: str) -> Request:
    """The request with a service by itself: taken out of what is wished together, or one more."""
    if service in [errand.service for errand in request.errands]:
        return request
    left = tuple(one for one in request.then if one != service)
    return replace(request, then=left, errands=(*request.errands, Errand(service, Wish())))


def _with_errand(request: Request, reading: Reading, phone: str | None) -> Request:
    """What is said of a service with a time of its own is said of that time."""
    errands = (
        replace(one, wish=wished(one.wish, reading, "") or one.wish, masters=reading.masters or one.masters)
        if one.service == reading.service
        else one
        for one in request.errands
    )
    name, phone = reading.name or request.name, reading.phone or request.phone or phone
    return replace(request, errands=tuple(errands), name=name, phone=phone)


def _adds(conversation: Conversation, reading: Reading) -> bool:
    """Whether a service is wished beside the one told before: «и педикюр тоже»."""
    known = (conversation.request.service, *conversation.request.then)
    begun = conversation.request.service is not None and conversation.moving is None
    return reading.besides and begun and reading.service not in known and not reading.then


def wished(before: Wish | None, reading: Reading, words: str) -> Wish | None:
    """What is now known of the time: new days keep the hour said before, a new hour keeps the days."""
    if not tells_time(reading):
        return before
    before = before or Wish()
    told_hours = reading.time_from or reading.time_to
    hours = (reading.time_from, reading.time_to) if told_hours else (before.time_from, before.time_to)
    open_end = reading.open_end if told_hours else before.open_end
    names_days = bool(reading.date or reading.since or reading.until)
    day = _within(before, reading) if names_days else before.date
    span = reading if names_days else before
    wish = Wish(day, *hours, words=words[:MOST_WORDS], open_end=open_end)
    return wish if day else replace(wish, since=span.since, until=span.until)


def _within(before: Wish, reading: Reading) -> date | None:
    """«В четверг», said after «на следующей неделе», is that of the next week."""
    day = reading.date
    if day and reading.by_weekday and before.since and before.until:
        weeks = max(0, math.ceil((before.since - day).days / WEEK))
        in_it = day + timedelta(weeks * WEEK)
        return in_it if in_it <= before.until else day
    return day


def shifted(wish: Wish, minutes: int) -> Wish | None:
    """A time that was told, later or earlier by so much; None where no hour was told, or it is another day then. By
    whole days the day is another one, and the hour the same."""
    days, rest = divmod(minutes, MINUTES)
    if days and not rest:
        return replace(wish, date=wish.date + timedelta(days), words="") if wish.date else None
    if wish.time_from is None or wish.time_to not in (None, wish.time_from) or wish.open_end:
        return None
    at = minute(wish.time_from) + minutes
    return Wish(wish.date, clock(at), clock(at)) if 0 <= at < MINUTES else None


def just(slot: Slot, words: str = "") -> Wish:
    """The hour at which a visit begins, and no other."""
    return Wish(slot.date, slot.start, slot.start, words)


def right_after(slot: Slot) -> Wish:
    """The moment at which a visit ends."""
    at = clock(min(minute(slot.start) + slot.minutes, MINUTES - 1))
    return Wish(slot.date, at, at)


def later_than(slot: Slot, minutes: int = 0) -> Wish:
    """Later on the same day, by so much at least."""
    return Wish(slot.date, clock(min(minute(slot.start) + minutes, MINUTES - 1)), open_end=True)


def earlier_than(slot: Slot) -> Wish:
    """Earlier on the same day."""
    return Wish(slot.date, time_to=slot.start)


def on_the_day_offered(reading: Reading, conversation: Conversation) -> Reading:
    """An hour alone, said to times of another day than she has wished for, is of that day."""
    days = {slot.date for slot in conversation.times}
    wish = conversation.request.wish
    by_itself = (reading.time_from or reading.time_to) and not (reading.date or reading.since or reading.until)
    if not (by_itself and wish and wish.date and len(days) == 1) or wish.date in days:
        return reading
    return replace(reading, date=days.pop())


def same_time(one: Wish | None, other: Wish | None) -> bool:
    """Whether two wishes mean the same time, however they are put."""
    return replace(one or Wish(), words="") == replace(other or Wish(), words="")


def _open(reading: Reading, conversation: Conversation) -> tuple[bool, bool]:
    """Whether the service and the time of a message may be taken for the request's."""
    asked, request = conversation.asked, conversation.request
    if reading.intent in NO_REQUEST and "booking" not in reading.also:
        return asked == "service", asked == "time"
    if reading.intent == "cancel" and "booking" not in reading.also:
        return False, False  # the day and the service are those of the visit
    if reading.intent.startswith("question_") and "booking" not in reading.also:
        hours = reading.intent == "question_hours"
        return request.service is None, not hours and (asked == "time" or request.wish is None)
    return True, True


def _words(conversation: Conversation, reading: Reading, text: str) -> str:
    """Her own words for the time, where they answer the question for it: not those without a day, for it is asked
    once more then, and nothing of health, which has no place in the registry."""
    asked_again = conversation.misses > 0
    answers = conversation.asked == "time" and (reading.date is not None or asked_again)
    return text if answers and reading.escalate != "medical" else ""
