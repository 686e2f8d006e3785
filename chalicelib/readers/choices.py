"""What a message says to something offered: «второе», «попозже», «ещё», «на час позже», «следом за мной».

What was offered, only the desk knows; here the words are understood, in the languages of the packs.
"""

from __future__ import annotations

import re
from typing import NamedTuple, cast

from chalicelib.desk.values import Pick
from chalicelib.patterns import lazy

LONGEST = 60
"""A choice is said shortly; in what is longer only «на час позже» and the like are looked for."""


def _patterns(said: tuple[tuple[Pick, str], ...]) -> tuple[tuple[Pick, re.Pattern[str]], ...]:
    return tuple((pick, lazy(written)) for pick, written in said)


_AROUND = lazy(
    r"^(?:ну |а |но |тогда |давайте |можно |лучше |есть |покажи\w* |на |в |во |чуть |немного |the "
    r"|(?:тот|этот) же день,? )+"
    r"| (?:пожалуйста|плиз|вариант\w*|врем\w*|час|есть|one|please)\b| в (?:тот|этот) же день\b"
)
_SOMEBODY = (
    "подруг[уе]|подружк[уе]|муж[ау]|жен[уе]|сын[ау]|дочь|дочери|дочк[уе]|мам[уе]|пап[уе]|сестр[уе]|брат[ау]|друг[ау]"
    "|ребенк[ау]"
)
_WHOLE = _patterns(
    (
        (
            "stays",
            r"(?:нет,? |не надо,? |ладно,? |тогда )*(?:пусть (?:все )?(?:оста\w*|будет)|остав\w*"
            r"|ничего не (?:меня\w*|надо))"
            r"(?:,? (?:все|запись|мою|как|есть|было|прежн\w*|стар\w*|время|пожалуйста|так))*"
            r"|не надо(?: переносить| менять)?|не переносите|передумал[аи]?|leave it(?: as it is)?|keep it|never ?mind",
        ),
        (
            "let_go",
            r"(?:нет,? ?)?(?:спасибо,? ?)?(?:уже )?(?:нет|не надо|не нужно|не подходит|не смогу|не могу|не получится"
            r"|не беру|no|no,? thanks?|юк|кирәкми)(?:,? ?спасибо)?",
        ),
        (
            "guest",
            r"(?:нет,? )?(?:это )?(?:не (?:мне|для меня|я)|(?:для |нужно )?(?:(?:подруг|сын|дочк|дочер|мам|сестр"
            r"|друг[ау]|ребенк|брат|пап)\w*|муж(?:а|у|ем)?|жен(?:а|ы|е|у|ой)))"
            r"|(?:it's |it is )?(?:not for me|for (?:a|my) \w+)|(?:бу )?дустым өчен"
            rf"|(?:(?:ой|а|и|ну|еще|можно|запи\w+) )*(?:{_SOMEBODY})\b.*",
        ),
        ("agreed", r"давайте|да|хорошо|подходит|ok|ок|yes"),
    )
)
"""Said of the whole message as it stands."""
_PLAIN_SAID = """
    other: другие другое другой не_это башка_вакыт other_time another_time other others
    more: еще больше тагын more
    later: позже попозже позднее попозднее соңрак later
    earlier: раньше пораньше иртәрәк earlier
    any_day: любой_день когда_угодно any_day whenever
    any: любой любое любую любая любом без_разницы все_равно any any_time
    soonest: ближайшее ближайший ближайшую
    last: последн* соңгы* last
    first: первый первое первая первую первого первым беренче* first
    second: второй второе вторая вторую второго вторым икенче* second
    third: третий третье третья третью третьего третьим өченче* third
"""
_PLAIN = {
    said.replace("_", " "): cast("Pick", pick)
    for pick, _, line in (line.strip().partition(": ") for line in _PLAIN_SAID.strip().splitlines())
    for said in line.split()
}
"""Said with nothing but «а», «давайте», «пожалуйста» around; «слов*»: every word that starts so."""
_WAIT = lazy(
    r"(?:сообщ|скаж|напиш|предупред|дайте знать|маякн)\w*.*освобод|лист\w* ожидани"
    r"|если (?:что-то |что-нибудь )?освободится|let me know|waiting list"
)
_AFTER_ME = lazy(
    r"(?:следом за|сразу за|вслед за|сразу после|после) (?:мной|мною|меня)\b|(?:right )?after me\b|миннән соң"
)
_ANOTHER_MASTER = lazy(
    r"друг\w+ (?:мастер|врач|доктор|барбер|парикмахер|стилист|специалист)\w*|another (?:stylist|master|barber|doctor)"
    r"|башка оста\w*"
)
_AS_BEFORE = lazy(
    r"\b(?:то|это|том) же (?:самое )?врем|\bтот же час|\b(?:запиш\w+|запись|верн\w+|постав\w+) (?:меня )?обратно"
    r"|\bверн\w+ (?:мою )?запись|same (?:time|hour)\b|шул ук вакыт"
)
_SOONEST = lazy(
    r"ближайш\w+ (?:(?:какое|есть|у вас) ){0,2}(?:свободн|окошк|окно|врем|запис|дат)\w*"
    r"|сам\w+ (?:раннее|ближайш\w+)|на ближайшее\b"
    r"|как можно (?:скорее|раньше|быстрее)|\bпо(?:скорее|быстрее)\b"
    r"|(?:first|earliest|next) (?:available|free)|as soon as possible|иң якын"
)
_SPANS = {
    "час": 60, "часик": 60, "часок": 60, "полчаса": 30, "полчасика": 30, "полтора часа": 90, "пару часов": 120,
    "два часа": 120, "три часа": 180, "четверть часа": 15, "an hour": 60, "half an hour": 30, "бер сәгать": 60,
    "день": 1440, "денек": 1440, "пару дней": 2880, "два дня": 2880, "три дня": 4320, "неделю": 10080,
    "недельку": 10080, "две недели": 20160, "пару недель": 20160, "a day": 1440, "a week": 10080, "бер көн": 1440,
    "бер атна": 10080,
}  # fmt: skip
_SPAN = rf"(?P<span>{'|'.join(sorted(_SPANS, key=len, reverse=True))})|(?P<number>\d{{1,3}}) ?(?P<unit>ч|м|h|min)\w*"
_LATER, _EARLIER = r"(?:по)?(?:позже|позднее)|later|соңрак", r"(?:по)?раньше|earlier|иртәрәк"
_SHIFTED = lazy(rf"(?:(?:на )?(?:{_SPAN}) (?:(?P<later>{_LATER})|(?P<earlier>{_EARLIER})))")
_SHIFTED_BY = lazy(rf"(?:(?P<later>{_LATER})|(?P<earlier>{_EARLIER})) на (?:{_SPAN})")
_HINTS = ("позже", "поздн", "раньше", "later", "earlier", "соңрак", "иртәрәк")
_ANOTHER = ("друг", "another", "башка")
_SAME = ("же ", "обратно", "верн", "same", "шул ук")
_ME, _WAITING = ("мной", "мною", "меня", "after me", "миннән"), ("освобод", "ожидани", "let me know", "waiting")
_SOON = ("ближайш", "ранн", "скорее", "быстрее", "раньше", "first", "earliest", "next", "soon", "якын")
"""Beside none of these the patterns above are looked for."""
MOST_HOURS = 12


class Choice(NamedTuple):
    """``minutes``: by how much later or earlier, if she says so."""

    pick: Pick | None = None
    minutes: int | None = None


def heard(text: str) -> Choice:
    """The choice in a message, in the letters of its language (`language.written`)."""
    typed = text.strip().casefold().replace("ё", "е").rstrip(".)!? ")
    if any(hint in typed for hint in _HINTS) and (shifted := _shifted(typed)):
        return shifted
    if any(hint in typed for hint in _ME) and _AFTER_ME.search(typed):
        return Choice("after_me")
    if any(hint in typed for hint in _WAITING) and _WAIT.search(typed):
        return Choice("wait")
    if any(hint in typed for hint in _ANOTHER) and _ANOTHER_MASTER.search(typed):
        return Choice("another_master")
    if any(hint in typed for hint in _SOON) and _SOONEST.search(typed):
        return Choice("soonest")
    if len(typed) > LONGEST:
        return Choice()
    if any(hint in typed for hint in _SAME) and _AS_BEFORE.search(typed):
        return Choice("as_before")
    plain = _AROUND.sub("", typed).strip()
    whole = next((pick for pick, said in _WHOLE if said.fullmatch(typed)), None)
    return Choice(whole or _plain(plain))


def _plain(said: str) -> Pick | None:
    starts = (said[:length] + "*" for length in range(len(said), 0, -1)) if " " not in said else ()
    return next((_PLAIN[one] for one in (said, *starts) if one in _PLAIN), None)


def _shifted(typed: str) -> Choice | None:
    """«На час позже», «пораньше на 30 минут»."""
    found = _SHIFTED.search(typed) or _SHIFTED_BY.search(typed)
    if found is None:
        return None
    minutes = _SPANS[found["span"]] if found["span"] else int(found["number"]) * (60 if found["unit"] in "чh" else 1)
    if not found["span"] and not 0 < minutes <= MOST_HOURS * 60:
        return None
    return Choice("later" if found["later"] else "earlier", minutes)
