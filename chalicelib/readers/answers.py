"""What a message means as an answer to what the desk asked last: «да», «+», a bare name or number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.readers.russian.dates import When
from chalicelib.readers.russian.words import words

_YES_SAID = """
    да ага угу ок окей оке окэ ok okay yes + хорошо ладно давай давайте конечно согласна согласен согласны принимаю
    подтверждаю подтверждаем можно верно точно так разумеется естественно хор хорош да-да дааа даа д yep ес йес плюс
    плюсик ++ +++ добро пойдет го валяй валяйте норм идет ознакомлена ознакомлен разрешаю договорились обязательно
    әйе эйе ие ярар готова готов буду приду
"""
_YES = frozenset(_YES_SAID.split())
_NO_SAID = """
    нет неа не - no nope нее неее отказ отказываюсь никак юк минус против нету ней нит нельзя ни
"""
_NO = frozenset(_NO_SAID.split())
_FILLERS_SAID = """
    я ну вам вас все всё мне и на это то с со а спасибо пожалуйста здравствуйте привет добрый день вечер же уж тогда
    как мы конечно условиями обработку обработкой персональных данных данные согласие даю политикой условия моих мои
    свое хочу надо нужно буду спс не
"""
_FILLERS = frozenset(_FILLERS_SAID.split())


@dataclass(frozen=True)
class Said:
    """The parts of a request that a message holds."""

    name: str | None
    phone: str | None
    service: str | None
    when: When


_NOT_AGAINST = re.compile(r"\bне (?:возража|против)")


def agreed(plain: str) -> bool | None:
    """True for a bare yes, False for a bare no, None for anything more."""
    if plain in ("+", "++", "+1", "1"):
        return True
    if plain in ("-", "--"):
        return False
    said = [word for word in words(plain) if word not in _FILLERS or word == "не"]
    if not said or len(said) > 4:
        return None
    if said[0] in _NO:
        return False if all(word in _NO | _YES | {"согласия", "надо", "хочу"} for word in said) else None
    if "не" in said:
        return None
    return True if all(word in _YES for word in said) else None


def starts(plain: str) -> bool | None:
    """Whether a longer answer starts with a yes or a no: «да, маникюр на завтра»."""
    said = words(plain)
    first, last = (said[0], said[-1]) if said else ("", "")
    if last == "нет" or _NOT_AGAINST.search(plain):
        return last != "нет"
    if plain.startswith("+") and not plain[1:2].isdigit():
        return True
    if first in ("да", "ага", "угу", "ок", "окей", "согласна", "согласен", "конечно", "хорошо", "плюс"):
        return True
    return False if first in ("нет", "неа", "не", "нее") else None


_MEANS = {
    # what was asked: (yes, no)
    "consent": ("consent_yes", "consent_no"),
    "reminder": ("confirm", "cancel"),
    "confirm": ("confirm", "cancel"),
    "visit": ("confirm", "cancel"),
}
_SURE, _LIKELY, _OPEN = 0.97, 0.9, 0.62


def heard(scores: Mapping[str, float], asked: str | None, plain: str) -> dict[str, float]:
    """The scores of the intents with «да» and «нет» counted as what they answer."""
    told = dict(scores)
    bare, start = agreed(plain), starts(plain)
    yes, no = _MEANS.get(asked or "", ("", ""))
    if yes:
        meant = bare if bare is not None else start
        if meant is not None:
            intent = yes if meant else no
            told = {key: min(score, 0.75) for key, score in told.items() if key != (no if meant else yes)}
            told[intent] = max(told.get(intent, 0.0), _SURE if bare is not None else _LIKELY)
            if bare is not None:
                return {intent: told[intent]}
    elif bare is not None:
        best = max(told, key=lambda intent: told[intent], default="")
        if not best.startswith("consent"):
            return {"booking": _OPEN} if asked else {"confirm" if bare else "cancel": 0.4, **_without_guesses(told)}
    return told


def _without_guesses(scores: Mapping[str, float]) -> dict[str, float]:
    return {intent: score for intent, score in scores.items() if score >= _LIKELY}


def settled(intent: str, confidence: float, asked: str | None, said: Said) -> tuple[str, float]:
    """An answer to the asked field goes on with the booking, unless she clearly wants something else."""
    answered = {
        "name": said.name,
        "phone": said.phone,
        "service": said.service,
        "time": said.when.date or said.when.time_from or said.when.time_to,
        "slot": said.when.date or said.when.time_from or said.when.time_to,
    }.get(asked or "")
    if answered and (
        intent in ("booking", "greeting", "thanks", "confirm", "consent_yes", "other") or confidence < 0.8
    ):
        if intent == "other" and confidence > 0.84:
            return intent, confidence
        return "booking", max(_LIKELY + 0.03, confidence)
    return intent, confidence
