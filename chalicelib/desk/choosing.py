"""Which of the offered buttons a typed answer means: its number, its words, «первое», «в шесть», «ещё»."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.desk import booking, visits, waitlist
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
_OTHER = re.compile(r"друг(?:ое|ой)(?: время| час)?|не это|башка вакыт|another time|other time")
_LATER = re.compile(r"(?:по)?позже|(?:по)?позднее|соңрак|later")
_EARLIER = re.compile(r"(?:по)?раньше|иртәрәк|earlier")
_ANY_DAY = re.compile(r"любой день|когда угодно|any day|whenever")
_LET_GO = re.compile(
    r"(?:нет,? ?)?(?:спасибо,? ?)?(?:уже )?(?:нет|не надо|не нужно|не подходит|не смогу|не могу|не получится|не беру"
    r"|no|no,? thanks?|юк|кирәкми)(?:,? ?спасибо)?"
)
_STAYS = re.compile(
    r"(?:нет,? |не надо,? |ладно,? |тогда )*(?:пусть (?:вс[её] )?(?:оста\w*|будет)|остав\w*"
    r"|ничего не (?:меня\w*|надо))"
    r"(?:,? (?:вс[её]|запись|мою|как|есть|было|прежн\w*|стар\w*|время|пожалуйста|так))*"
    r"|не надо(?: переносить| менять)?|не переносите|передумал[аи]?|leave it(?: as it is)?|keep it|never ?mind"
)
_WAIT = re.compile(
    r"(?:сообщ|скаж|напиш|предупред|дайте знать|маякн)\w*.*освобод|лист\w* ожидани"
    r"|если (?:что-то |что-нибудь )?освободится|let me know|waiting list"
)
_AROUND = re.compile(
    r"^(?:ну |а |тогда |давайте |можно |лучше |есть |на |в |во |the )+| (?:пожалуйста|плиз|вариант\w*|врем\w*|one"
    r"|please)\b"
)


def offered(conversation: Conversation, text: str) -> Choice | None:
    """The button that a typed number, title or word means."""
    typed = text.strip().casefold().rstrip(".)!?")
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
    """«Второе», «последнее», «ещё», «сообщите, если освободится», where free times were offered; «первую», where it
    was asked which visit is meant; «оставьте как есть», where one is moved."""
    if conversation.moving and _STAYS.fullmatch(typed):
        return Choice(visits.NO, typed)
    offered = [choice.id for choice in conversation.offered]
    plain = _AROUND.sub("", typed).strip()
    if any(choice.startswith(booking.SLOT) for choice in offered):
        if waitlist.NO in offered and _LET_GO.fullmatch(typed):
            return Choice(waitlist.NO, typed)
        if _WAIT.search(typed):
            return Choice(booking.WAIT, typed)
        for said, choice in _SAID.items():
            if said.fullmatch(plain):
                return Choice(choice, typed)
    if conversation.hold and _OTHER.fullmatch(plain):
        return Choice(booking.OTHER, typed)
    times = [choice for choice in conversation.offered if "@" in choice.id or choice.id.startswith(visits.VISIT)]
    if not conversation.offered:  # «спасибо» came between: the times are still what was offered last
        times = [Choice(f"{booking.SLOT}{slot.id}", slot.hour) for slot in conversation.times]
    return _one_of(times, plain, typed)


_SAID = {_MORE: booking.MORE, _LATER: booking.LATER, _EARLIER: booking.EARLIER, _ANY_DAY: booking.OTHER}


def _one_of(times: Sequence[Choice], plain: str, typed: str) -> Choice | None:
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
