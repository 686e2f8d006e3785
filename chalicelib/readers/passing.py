"""What a message mentions only in passing: a friend's visit here, a visit elsewhere, one that is over, what is sold.

None of it is a service that is wished or complained of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from chalicelib.patterns import lazy
from chalicelib.readers.russian.words import words

_CLAUSES = lazy(r"([.!?;,()]+|\s(?:а|но|зато)\s)")
_NEVER_A_SERVICE = lazy(
    r"\bудал(?:и|ите|ить|яй|яйте|яете)\b (?:\w+ ){0,3}(?:данн|номер|телефон|меня|переписк|запис|контакт|все)"
)
"""«Удалите мои данные» asks for no tooth to be pulled."""
_HURT_WITH = lazy(
    r"\b(?:задел|порезал|зацепил|прищемил|поранил|ободрал)\w* (?:\w+ ){0,3}(?:машинк|ножниц|бритв|лезви|опаск)\w*"
)
"""«Родинку задели машинкой» wishes for nothing that is done with it."""
_NEVER_A_VISIT = frozenset(["продаже", "оптом", "кот", "кота", "коты", "коте", "коту", "парик"])
_NEVER_A_VISIT_BEGUN = (
    "продае", "оптовы", "вакан", "обуча", "собак", "собачк", "щен", "кошк", "пудел", "песик", "терьер", "шампун",
    "ученик", "косметик", "ковр", "ковер", "газон", "подвеск",
)  # fmt: skip
"""What is sold, taught, or done to animals is no service of ours, however it is called."""
_ELSEWHERE = lazy(
    r"\b(?:в|у) друг(?:ой|ом|ую|ого|их) (?:клиник|больниц|салон|мест|город|барбер|парикмахер|врач|мастер|стоматолог)"
    r"|\bне у вас\b"
)
_FRIENDS = r"\b(?:подруг\w*|подруж\w*|сосед\w*|знаком\w*|коллег\w*|приятел\w*|друг|друга|друзья|друзей|она|он|они)\b"
_RELATIVES = r"\b(?:муж|брат|сын|мам|жен|сестр)[аеуы]?\b"
_A_FRIEND, _SOMEBODY = lazy(_FRIENDS), lazy(rf"{_FRIENDS}|{_RELATIVES}")
_WITH_US = lazy(r"\b(?:у вас|ваш\w*)\b")
_WAS_THERE = lazy(r"\b(?:делал|красил|стриг[сл]|ходил|ставил|записан)")
_PRAISES = lazy(r"\b(?:хвал|расхвал|посовет|рекоменд|говор|рассказ)")
_WISHES = lazy(
    r"\b(?:запи(?!сан)|хоч|хоте|хоти|можн|над|нуж|сдела|скольк|цен|почем|прид|приед|мы\b|нам\b|нас\b"
    r"|с (?:подруг|друг|сосед|коллег))"
)
"""Then it is for them, or for both."""
_THE_SAME = lazy(r"\b(?:так|тако\w|таки\w|такую|то|туда) же\b|\bкак у не[ея]\b|\bтоже (?:хочу|такое|такой|так)\b")
"""«Подруга делала у вас брови, хочу так же»: then it is wished."""
_THEN, _WAS_DONE = r"(?:летом|зимой|весной|осенью|назад)", r"(?:у вас|дела|крас|стриг)"
_LAST_TIME = lazy(
    r"\b(?:прошлый раз\b|(?:забыл|оставил|потерял)\w* .*у вас\b|у вас .*(?:забыл|оставил|потерял)"
    rf"|{_THEN} .*{_WAS_DONE}|{_WAS_DONE}.* {_THEN}\b)"
)
_HERSELF = lazy(r"\bсам[аи]?\b")
_SEEKS_WORK = lazy(
    r"\bищу (?:место|работу)\b|\bсвоя база\b"
    r"|\b(?:мастер|барбер|парикмахер|ассистент)\w* (?:\w+ ){0,3}(?:ищете|требу\w+|вам|нужны)\b"
)
_AS = lazy(r"\bкак\b")
_TO_COME = ("booking", "question_price", "question_service", "question_hours", "question_address", "greeting", "other")
"""Intents beside which what others have had, or she has had herself, is only mentioned; a complaint may be of it."""
_OF_OURS = ("complaint", "medical", "emergency", "question_service")
"""Intents beside which what was done elsewhere is none of ours; who wishes to come may wish to have it put right."""


def without_mentions(plain: str, intent: str) -> str:
    """A normalised text without its clauses that mention something in passing. ``intent``: what it was taken for."""
    said = words(plain)
    if any(_is_no_visit(said, place) for place in range(len(said))) or _SEEKS_WORK.search(plain):
        return ""
    if "удал" in plain:
        plain = _NEVER_A_SERVICE.sub(" ", plain)
    plain = _HURT_WITH.sub(" ", plain)
    rules = [rule for sign, rule in _rules_for(intent) if sign.search(plain)]
    if not rules or (intent in _TO_COME and _THE_SAME.search(plain)):
        return plain
    return "".join(part for part in _CLAUSES.split(plain) if not any(rule(part) for rule in rules))


def _is_no_visit(said: list[str], place: int) -> bool:
    """«Пуделя подстричь»; but «обкромсали как пуделя»."""
    word = said[place]
    never = word in _NEVER_A_VISIT or word.startswith(_NEVER_A_VISIT_BEGUN)
    return never and said[place - 1 : place] != ["как"]


_Rule = tuple[re.Pattern[str], Callable[[str], bool]]


def _rules_for(intent: str) -> Iterator[_Rule]:
    """What a clause is judged by, each with what the text must have for it."""
    if intent in _OF_OURS:
        yield _ELSEWHERE, _is_elsewhere
    if intent in _TO_COME:
        yield _SOMEBODY, _is_a_friends
        yield _LAST_TIME, _is_over
    if intent == "cancel":
        yield _HERSELF, _is_her_own_work


def _is_elsewhere(clause: str) -> bool:
    return bool(_ELSEWHERE.search(clause))


def _is_her_own_work(clause: str) -> bool:
    """«Дома покрасила сама»."""
    return bool(_HERSELF.search(clause))


def _is_a_friends(clause: str) -> bool:
    """«Подруга у вас красилась», «сосед хвалил ваши стрижки»; but «подруге у вас можно покраситься?» is a wish."""
    if _WISHES.search(clause):
        return False
    if _WAS_THERE.search(clause):
        return bool(_SOMEBODY.search(clause))
    return bool(_A_FRIEND.search(clause) and (_WITH_US.search(clause) or _PRAISES.search(clause)))


def _is_over(clause: str) -> bool:
    """«В прошлый раз чистила», «забыла у вас шарф после стрижки»; but «как в прошлый раз» is a wish."""
    return bool(_LAST_TIME.search(clause)) and not _AS.search(clause)
