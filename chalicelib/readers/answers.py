"""What a message means as an answer to what the desk asked last: «да», «+», a bare name or number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers import agreement
from chalicelib.readers.russian.dates import When
from chalicelib.readers.russian.words import words

_YES_SAID = """
    да ага угу ок окей оке окэ ok okay yes yep sure хорошо ладно давай давайте конечно согласна согласен согласны
    принимаю подтверждаю подтверждаем можно верно точно так разумеется естественно хор хорош даа д ес йес
    плюс
    плюсик добро пойдет го валяй валяйте норм идет ознакомлена ознакомлен разрешаю договорились обязательно
    әйе эйе ие ярар риза ризамын готова готов буду приду
"""
_YES = frozenset(_YES_SAID.split())
_NO_SAID = """
    нет неа не no nope нее отказ отказываюсь никак юк минус против нету ней нит нельзя ни
"""
_NO = frozenset(_NO_SAID.split())
_FILLERS_SAID = """
    я ну вам вас все мне и на это то с со а спасибо пожалуйста здравствуйте привет добрый день вечер же уж тогда
    как мы конечно условиями обработку обработкой персональных данных данные согласие даю политикой условия моих мои
    свое хочу надо нужно буду спс не
"""
_FILLERS = frozenset(_FILLERS_SAID.split())
_NOT_AGAINST = lazy(r"\bне (?:возража|против)")
_ANSWERS = {
    # what was asked: (what yes means, what no means)
    "consent": ("consent_yes", "consent_no"),
    "reminder": ("confirm", "cancel"),
}
_AGREED = frozenset(["согласен", "согласна", "согласны", "даю", "разрешаю", "подтверждаю", "agree"])
"""Who says so outright may ask or doubt as well."""
_PLAIN_NO = frozenset(["нет", "неа", "no"])
_SURE, _LIKELY, _OPEN, _GUESS = 0.97, 0.9, 0.62, 0.4
_BY_START = 0.35
"""How much a yes or no at the start of a longer answer adds."""
_FIELDS = ("name", "phone", "service", "time")
_GOES_ON = ("booking", "greeting", "thanks", "confirm", "consent_yes", "other")
_DOUBTFUL = 0.8


class Said(NamedTuple):
    """The parts of a request that a message holds."""

    name: str | None
    phone: str | None
    service: str | None
    when: When

    def answers(self, asked: str | None) -> bool:
        """Whether it has what was asked for."""
        timely = any((self.when.date, self.when.time_from, self.when.time_to, self.when.since, self.when.until))
        return bool({"name": self.name, "phone": self.phone, "service": self.service, "time": timely}.get(asked or ""))


def heard(likely: Mapping[str, float], asked: str | None, plain: str) -> dict[str, float]:
    """How likely each intent is, with «да» and «нет» counted as what they answer."""
    likely = _answered(likely, asked, plain)
    best = max(likely, key=lambda intent: likely[intent])
    return _proven(likely, best, plain) if asked == "consent" or best == "consent_yes" else likely


def _answered(likely: Mapping[str, float], asked: str | None, plain: str) -> dict[str, float]:
    bare = agreed(plain)
    yes, no = _ANSWERS.get(asked or "", ("", ""))
    if bare is None:
        start = starts(plain) if yes and not agreement.doubts(plain) else None
        return dict(likely) if start is None else _raised(likely, yes if start else no)
    if yes:
        return {yes if bare else no: _SURE}
    best = max(likely, key=lambda intent: likely[intent])
    if best.startswith("consent") and len(words(plain)) > 1:  # «согласна на обработку»
        return dict(likely)
    if asked:
        return {"booking": _OPEN}
    if best == "thanks":  # «договорились», 👍, when all is done
        return dict(likely)
    meant = "confirm" if bare else "cancel"
    return {meant: max(_GUESS, likely.get(meant, 0.0))}  # «подтверждаю» says what it means by itself


def may_correct(intent: str, asked: str | None, plain: str) -> bool:
    """Whether a no to consent may be one to what was said before: «нет, лучше в 13», «брови не надо»."""
    no_to_what = starts(plain) is False or agreement.declines(plain)
    return asked == "consent" and intent == "consent_no" and no_to_what and not agreement.refuses(plain)


def _proven(likely: dict[str, float], best: str, plain: str) -> dict[str, float]:
    """Consent is what can be proven: a yes that is taken back in the same breath is none, and who asks what it is for
    has answered neither."""
    if agreement.declines(plain):
        return _moved(likely, "consent_yes", "consent_no")
    if agreement.takes_back(plain) and best == "consent_yes":
        return {"other": _GUESS}
    if not _AGREED.isdisjoint(words(plain)):
        return likely if "не" in words(plain) or best != "consent_no" else _moved(likely, "consent_no", "consent_yes")
    if agreement.hesitates(plain) and _PLAIN_NO.isdisjoint(words(plain)):
        return _moved(_moved(likely, "consent_yes", "other"), "consent_no", "other")
    if best != "consent_yes":
        return likely
    if agreement.doubts(plain):
        return {"other": _GUESS}
    return {"booking": _OPEN} if agreement.goes_on(plain) and not starts(plain) else likely


def _moved(likely: Mapping[str, float], source: str, target: str) -> dict[str, float]:
    return {**likely, source: 0.0, target: likely.get(target, 0.0) + likely.get(source, 0.0)}


def settled(intent: str, confidence: float, asked: str | None, said: Said, plain: str) -> tuple[str, float]:
    """An answer to the asked field goes on with the booking, unless she clearly wants something else. Who will not tell
    her number has not taken her consent back."""
    if intent == "consent_no" and asked in _FIELDS and not agreement.withdraws(plain):
        return "other", _GUESS
    if intent == "consent_no" and asked != "consent" and agreement.only_asks(plain):
        return "other", _GUESS
    if said.answers(asked) and (intent in _GOES_ON or confidence < _DOUBTFUL):
        return "booking", max(_LIKELY, confidence if intent == "booking" else 0.0)
    return intent, confidence


def agreed(plain: str) -> bool | None:
    """True for a bare yes, False for a bare no, None for anything more."""
    if plain in ("+", "++", "+1", "1"):
        return True
    if plain in ("-", "--"):
        return False
    said = [word for word in words(plain) if word not in _FILLERS or word == "не"]
    if not said or len(said) > 4:
        return None
    if _NOT_AGAINST.search(plain):
        return True
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


def _raised(likely: Mapping[str, float], meant: str) -> dict[str, float]:
    whole = 1 + _BY_START
    return {intent: (value + _BY_START * (intent == meant)) / whole for intent, value in likely.items()}
