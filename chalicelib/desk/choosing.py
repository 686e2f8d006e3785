"""Which of the offered buttons a typed answer means: its number, its title, or the choice that a reader understood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.desk import booking, qualify, told, visits, waitlist
from chalicelib.desk.values import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.desk.values import Conversation, Pick, Reading

_OF_TIMES: dict[Pick, str] = {
    "wait": booking.WAIT,
    "more": booking.MORE,
    "later": booking.LATER,
    "earlier": booking.EARLIER,
    "any_day": booking.OTHER,
    "after_me": booking.AFTER_ME,
    "another_master": booking.ANOTHER,
}
_COUNTED = (visits.VISIT, qualify.SERVICE)
"""Of these buttons, and of times, one may be chosen by its place."""
_PLACES: dict[Pick, int] = {"first": 0, "second": 1, "third": 2, "last": -1, "any": 0, "soonest": 0}


def offered(conversation: Conversation, text: str, reading: Reading | None) -> Choice | None:
    """The button that a typed number or title means, or a choice in her words."""
    typed = text.strip().casefold().rstrip(".)!?")
    if typed.isdecimal() and 1 <= int(typed) <= len(conversation.offered) and conversation.asked != "phone":
        return conversation.offered[int(typed) - 1]
    titles = [(choice, choice.title.casefold()) for choice in conversation.offered]
    same = [choice for choice, title in titles if title == typed]
    named = [(choice, said) for choice, title in titles if typed in (said := re.split(r"[^\w]+", title))]
    begins = [choice for choice, said in named if len(named) == 1 and said[0] == typed]
    button = next(iter(same or begins), None)
    return button or (_picked(conversation, reading.choice, reading) if reading and reading.choice else None)


def by_hour(conversation: Conversation, reading: Reading) -> Choice | None:
    """The offered time of which she says only the hour: «давайте в шесть»."""
    if reading.date or reading.time_from is None or reading.service or reading.open_end:
        return None
    same = [slot for slot in conversation.times if slot.start == reading.time_from]
    if len(same) != 1:
        return None
    choice = f"{booking.SLOT}{same[0].id}"
    return Choice(choice, same[0].hour) if _are_told(conversation) else _button(conversation, choice)


def _picked(conversation: Conversation, pick: Pick, reading: Reading) -> Choice | None:
    """«Второе», «последнее», «ещё», «сообщите, если освободится», where free times were offered; «первую», where it
    was asked which visit is meant; «оставьте как есть», where one is moved; «другое», where a time is kept."""
    offered = [choice.id for choice in conversation.offered]
    if conversation.moving and pick == "stays":
        return Choice(visits.NO, pick)
    if waitlist.NO in offered and pick in ("let_go", "stays"):
        return Choice(waitlist.NO, pick)
    if pick == "other":
        return _other(conversation)
    if pick == "guest" and not told.tells(reading):
        return _button(conversation, booking.GUEST)
    if pick in _OF_TIMES and (conversation.hold or _are_offered(conversation)):
        return _of_times(pick, reading)
    if pick == "agreed" and conversation.asked == "consent":
        return None
    if pick == "soonest" and (told.tells(reading) or not _are_offered(conversation)):
        return None  # of what was not offered yet
    times = [choice for choice in conversation.offered if "@" in choice.id or choice.id.startswith(_COUNTED)]
    if not conversation.offered or _are_told(conversation):  # or «спасибо» came between: they still stand
        times = [Choice(f"{booking.SLOT}{slot.id}", slot.hour) for slot in conversation.times]
    return _one_of(times, pick)


def _other(conversation: Conversation) -> Choice | None:
    """Not the time that is kept; where none is, others than were offered."""
    if conversation.hold:
        return Choice(booking.OTHER, "other")
    return Choice(booking.MORE, "other") if _are_offered(conversation) else None


def _are_offered(conversation: Conversation) -> bool:
    buttons = any(choice.id.startswith(booking.SLOT) for choice in conversation.offered)
    return buttons or _are_told(conversation)


def _are_told(conversation: Conversation) -> bool:
    """Whether free times were told, and the buttons under them are those of consent."""
    return conversation.asked == "consent" and bool(conversation.times)


def _of_times(pick: Pick, reading: Reading) -> Choice | None:
    by = f":{reading.minutes}" if reading.minutes and pick in ("later", "earlier") else ""
    return Choice(f"{_OF_TIMES[pick]}{by}", pick) if reading.escalate is None else None


def _one_of(times: Sequence[Choice], pick: Pick) -> Choice | None:
    if pick == "agreed":
        return times[0] if len(times) == 1 else None  # said to several times it does not tell which
    place = _PLACES.get(pick)
    return times[place] if times and place is not None and place < len(times) else None


def _button(conversation: Conversation, choice: str) -> Choice | None:
    return next((one for one in conversation.offered if one.id == choice), None)
