"""What a colleague writes to the bot about the rota: «кто дежурит завтра ночью», «подмени меня в пятницу», «отмени».

Few words mean it, and those that leave room for something else mean nothing: what is no wish of the rota's may be a
word for a client.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.desk.agreed import Kind, Part, StaffWish
from chalicelib.patterns import lazy
from chalicelib.readers.russian import dates, name_forms
from chalicelib.readers.russian.words import normalise, words

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Colleague, Rules

LONGEST = 160
"""Wishes of the rota are short; a longer text is written to somebody."""
_DUTY = r"(?:дежур\w*|смен[аеуыой]\w*|на связи)"
_ON_DUTY = r"(?:дежури[тл]\w*|дежурн\w*|дежурств\w*|смен[аеуы]|на связи|в ночь|в резерве)"
_RELIEVE = r"(?:подмен|подстрах|заме[нщ])"
_RELIEVE_ME = r"(?:подмен|подстрах)"
"""«Заменить» a master, a lamp, a coat of varnish is none of the rota's, unless it is «меня»."""
_PUT = r"(?:поставь|поставьте|поставить|назначь|назначьте|пусть)"
_CUES: tuple[tuple[Kind, str], ...] = (
    ("withdraw", rf"^(?:(?:пожалуйста|все|нет|уже|я|мою|просьбу)[ ,.!]*)*(?:отмен\w*|отбой|передумал\w*"
                 rf"|не (?:надо|нужно|ищи|ищите)\b(?: меня)?(?: {_RELIEVE}\w*| замен\w*)?)"
                 rf"(?:[ ,.!]+(?:пожалуйста|спасибо|мою|моя|просьбу|подмену|замену|смену|меня|больше|уже|не|надо|нужно"
                 rf"|{_RELIEVE}\w*))*[ .!)]*$"),
    ("swap", rf"\b{_RELIEVE}(?:и|ите|ить|ит|ишь)\b.{{0,30}}\bменя\b|\bменя\b.{{0,30}}\b{_RELIEVE}(?:и|ите|ить|ит|ишь)\b"
             rf"|^{_RELIEVE_ME}(?:и|ите)\b|\b(?:кто|с?можешь|с?можете)\b.{{0,30}}\b{_RELIEVE_ME}(?:ить|ит)\b"
             rf"|\bне (?:могу|смогу|получ\w+|выйду|выхожу)\b.{{0,40}}\b{_DUTY}|\b{_DUTY}.{{0,40}}\bне (?:могу|смогу)\b"
             r"|\bне (?:могу|смогу) (?:\w+ )?выйти\b|\b(?:нужна|ищу) (?:замена|замену|подмена|подмену)\b"
             r"|\bпоменя(?:йся|йтесь|ться|емся)\b.{0,30}(?:\bсмен|\bдежур|\bсо мной\b)"
             r"|\b(?:возьми|возьмите|возьмет|забери|заберите|отдам|отдаю)\b.{0,20}\bсмену\b"),
    ("assign", rf"\b{_PUT}\b"),
    ("mine", r"\b(?:когда|какого|какие|во сколько|где)\b.{0,20}\b(?:я|мне|меня|мои|моя|мое)\b.{0,20}"
             r"\b(?:дежур\w*|смен\w*)|\b(?:мои|моя|мое|мой) (?:ближайш\w+ )?(?:дежурств\w*|смен[аы]|график|расписание)"
             r"|\b(?:дежурю|я дежурю|дежурю ли я)\b"),
    ("who", rf"\b(?:кто|чье|чья|кого)\b.{{0,40}}\b{_ON_DUTY}|^кто(?: сейчас| сегодня| завтра|\b.{{0,30}}ноч\w*)[ ?.!]*$"
            r"|^(?:а )?(?:сейчас )?дежурн\w+(?: сейчас| сегодня)?[ ?]*$"),
)  # fmt: skip
"""How each wish sounds in a normalised text; the first that does counts."""
_PARTS: tuple[tuple[Part, str], ...] = (
    ("night", r"\bноч|\bполноч"),
    ("evening", r"\bвечер"),
    ("morning", r"\bутр[оа]|\bутренн"),
    ("day", r"\bднем\b|\bдневн|\bдня\b"),
)
_NIGHT_BEFORE = lazy(r"\b(?:в )?ночь (?:на|перед) (?!сегодня|завтра|послезавтра)")
"""«В ночь на субботу» begins on Friday; «в ночь на завтра» is said of tonight as well as of tomorrow's."""
_BARE_DAY = lazy(
    r"\b(?:подмени(?:те)?|замени(?:те)?|меня|смену|дежурит)\D{0,12}\b(\d{1,2})\b(?!:|\s*(?:ночи|утра|дня|вечера|час))"
)
_GREETING = lazy(
    r"\b(?:добр(?:ый|ое|ой|ого)|хорош(?:его|ей)|спокойной) (?:утро|утра|день|дня|вечер|вечера|ночи)\b[ ,.!]*"
)
_FOR_SOMETHING = lazy(
    r"\b(?:на|в) (?!дежур|смен|ноч|день|дня|вечер|утр|сегодня|завтра|послезавтра|понед|втор|сред|четв|пятн|субб|воскр"
    r"|пн|вт|ср|чт|пт|сб|вс|выходн|праздн|нов|эт|след|ближ|резерв|усил|\d)"
)
"""«На маникюр», «в кабинет»: what somebody is put to is no shift."""
_RESERVE = lazy(r"\bв резерв|\bрезерв(?:ом|н)")
_INSTEAD = ("вместо", "за")
_RELIEVES = rf"{_RELIEVE}(?:и|ите|ит)"


def staff_wish(text: str, rules: Rules, writer: Colleague, now: datetime) -> StaffWish | None:
    """What ``writer`` wants of the rota, None when her text is about something else. ``now`` is aware."""
    plain = _GREETING.sub("", normalise(text)).removeprefix("пожалуйста").strip(" ,")
    kind = _kind(plain) if len(plain) <= LONGEST else None
    if kind is None:
        return None
    when = _when(plain, now.astimezone(ZoneInfo(rules.business.zone)))
    if kind in ("mine", "withdraw"):
        return StaffWish(kind)
    if kind == "who":
        return StaffWish(kind, when.day, when.part, when.at)
    named = _named(plain, rules, writer)
    if kind == "assign":
        if not _is_of_the_rota(plain, when, named):
            return None
        return StaffWish(
            kind, when.day, when.part, when.at, named.put, named.instead,
            "reserve" if _RESERVE.search(plain) else "duty",
        )  # fmt: skip
    other = next((person for person in named if person and person != writer.id), None)
    return StaffWish(kind, when.day, when.part, when.at, other, writer.id)


def _kind(plain: str) -> Kind | None:
    return next((kind for kind, cue in _CUES if re.search(cue, plain)), None)


def _is_of_the_rota(plain: str, when: _When, named: _Named) -> bool:
    """Not the kettle on the stove, nor a colleague whom a client waits for: «пусть Анна вам перезвонит»."""
    of_duty = re.search(rf"\b{_DUTY}|\b{_RELIEVE}|\bрезерв|\bноч", plain) is not None
    if plain.startswith("пусть"):
        return of_duty
    timed = when.day is not None or when.part is not None
    somebody = named.put is not None and (timed or len(words(plain)) == 2)
    return of_duty or (somebody and not _FOR_SOMETHING.search(plain))


# ---------------------------------------------------------------- when


class _When(NamedTuple):
    day: date | None
    part: Part | None
    at: time | None


def _when(plain: str, now: datetime) -> _When:
    """The day and part of it, or the exact hour."""
    heard = dates.heard(plain, now)
    # Not what the grammar of visits makes of them: a day on which somebody cannot is the very day of her shift.
    day = next((said.day for said in heard.days if said.day), None) or _bare_day(plain, now.date())
    part = next((part for part, cue in _PARTS if re.search(cue, plain)), None)
    point = next((said.low for said in heard.times if said.kind == "point" and said.low is not None), None)
    if point is not None and point < 24 * 60:
        return _When(day, None, time(point // 60, point % 60))
    if day and part == "night" and _NIGHT_BEFORE.search(plain) and day > now.date():
        day -= timedelta(days=1)
    return _When(day, part, None)


def _bare_day(plain: str, today: date) -> date | None:
    """«Подмените 25»: the next twenty-fifth."""
    found = _BARE_DAY.search(plain)
    number = int(found[1]) if found else 0
    ahead = (today + timedelta(days=days) for days in range(62))
    return next((day for day in ahead if day.day == number), None)


# ---------------------------------------------------------------- whom


class _Named(NamedTuple):
    put: str | None
    instead: str | None


def _named(plain: str, rules: Rules, writer: Colleague) -> _Named:
    """Colleagues in a text: who is put there, and instead of whom."""
    put = instead = None
    before = ""
    for word in words(plain):
        person = writer.id if word in ("меня", "себя", "я") else _colleague(word, rules)
        if person and (before in _INSTEAD or re.fullmatch(_RELIEVES, before)):
            instead = instead or person
        elif person and put is None:
            put = person
        before = word
    return _Named(put, instead)


def _colleague(word: str, rules: Rules) -> str | None:
    """Whose name in some form a word is; None as well when it is that of two."""
    found = [person.id for person in rules.business.staff if _is_name(word, person.name)]
    return found[0] if len(found) == 1 else None


def _is_name(word: str, name: str) -> bool:
    """«Олю» is a form of Оля, who is Ольга."""
    first = name_forms.plain(name.split()[0])
    if word == first:
        return True
    said, own = name_forms.known(word), name_forms.known(first)
    if said is None or own is None:
        return False
    forms = [said] if said.itself else []
    forms += [form for form in map(name_forms.listed, said.of) if form]
    return any(form.person == own.person for form in forms)
