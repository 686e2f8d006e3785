"""Which of the offered buttons a typed answer means: its number, its words, «первое», «в шесть», «ещё»."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.desk import booking
from chalicelib.desk.values import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.desk.values import Conversation, Reading

_ORDINALS = (r"перв\w*|беренче\w*|first", r"втор\w*|икенче\w*|second", r"трет\w*|өченче\w*|third")
_LAST = re.compile(r"последн\w*|соңгы\w*|last")
_WHATEVER = re.compile(r"люб(?:ой|ое|ую|ая|ом)|без разницы|вс[её] равно|any(?: time)?")
_AGREES = re.compile(r"давайте|да|хорошо|подходит|ok|ок|yes")
"""Said to several times it does not tell which."""
_MORE = re.compile(
    r"(?:а )?(?:покажи\w* )?(?:ещ[её]|другие|другое(?: время)?|больше|тагын|more|others?)(?: варианты| время| есть)?"
)
_WAIT = re.compile(
    r"(?:сообщ|скаж|напиш|предупред|дайте знать|маякн)\w*.*освобод|лист\w* ожидани"
    r"|если (?:что-то |что-нибудь )?освободится|let me know|waiting list"
)
_AROUND = re.compile(
    r"^(?:ну |тогда |давайте |можно |лучше |на |в |во |the )+| (?:пожалуйста|плиз|вариант\w*|врем\w*|one|please)\b"
)


def offered(conversation: Conversation, text: str) -> Choice | None:
    """The button that a typed number, title or word means."""
    typed = text.strip().casefold().rstrip(".)!")
    if typed.isdecimal() and 1 <= int(typed) <= len(conversation.offered) and conversation.asked != "phone":
        return conversation.offered[int(typed) - 1]
    titles = [(choice, choice.title.casefold()) for choice in conversation.offered]
    same = [choice for choice, title in titles if title == typed]
    begins = [choice for choice, title in titles if re.split(r"[^\w]", title)[0] == typed]
    return next(iter(same or (begins if len(begins) == 1 else [])), None) or _of_times(conversation, typed)


def by_hour(conversation: Conversation, reading: Reading) -> Choice | None:
    """The offered time of which she says only the hour: «давайте в шесть»."""
    if reading.date or reading.time_from is None or reading.service or reading.open_end:
        return None
    same = [slot for slot in conversation.times if slot.start == reading.time_from]
    return _button(conversation, f"{booking.SLOT}{same[0].id}") if len(same) == 1 else None


def _of_times(conversation: Conversation, typed: str) -> Choice | None:
    """«Второе», «последнее», «ещё», «сообщите, если освободится», where free times were offered."""
    if not any(choice.id.startswith(booking.SLOT) for choice in conversation.offered):
        return None
    times = [choice for choice in conversation.offered if "@" in choice.id]
    plain = _AROUND.sub("", typed).strip()
    if _WAIT.search(typed):
        return Choice(booking.WAIT, typed)
    if _MORE.fullmatch(plain):
        return Choice(booking.MORE, typed)
    if not times:
        return None
    if _LAST.fullmatch(plain):
        return times[-1]
    if _WHATEVER.fullmatch(plain) or (len(times) == 1 and _AGREES.fullmatch(typed)):
        return times[0]
    return _numbered(plain, times)


def _numbered(plain: str, times: Sequence[Choice]) -> Choice | None:
    for number, said in enumerate(_ORDINALS):
        if re.fullmatch(said, plain) and number < len(times):
            return times[number]
    return None


def _button(conversation: Conversation, choice: str) -> Choice | None:
    return next((one for one in conversation.offered if one.id == choice), None)
