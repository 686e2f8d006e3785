"""Whether a person is needed, by what a client wrote: danger, complaint, urgency, a big order, a wish for a person.

Three voices are heard. The learned model has read thousands of messages and knows irony, and what is harmless in its
place. The lists of signs.txt know the words of mortal danger. SLA-001 of the pack adds words of its own. Missing a real
reason is the costly error, waking somebody at three for nothing the second.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers import families, features, learned
from chalicelib.readers.russian.numbers import in_digits
from chalicelib.readers.russian.words import digits_in, normalise, stem, words
from chalicelib.readers.signs import Listed, listed
from chalicelib.readers.spelling import by_ear

if TYPE_CHECKING:
    from chalicelib.readers.learned import Guess
    from chalicelib.regulation.schema import Rules

GRAVITY = ("medical", "complaint", "urgent", "high_value", "human_request")
"""The reasons of SLA-001 that stand in a message, most grave first."""
_ENOUGH = 0.38
"""How much must speak for a person (`_speaks`). This and the bars below: by messages held out of corpus/learn in folds,
a missed call counted as some five false alarms."""
_ENOUGH_BY_INTENT = 0.21
"""The same where the intent calls a person by itself."""
_ENOUGH_BY_SIGN = 0.24
"""The same where a sign stands (signs.txt)."""
_ENOUGH_BY_WORD = 0.09
"""The same where a word of SLA-001 stands that the model has met, or a sign that seldom stands in vain."""
_ENOUGH_DENIED = 0.5
"""The same where reasons are named only to deny them."""
_TELLING = frozenset(["crisis", "danger", "urgent", "high_value"])
"""The signs that seldom stand where nothing is the matter."""
_ENOUGH_BY_SUM = 0.02
"""The same where more money is named than the pack's limit."""
_OWN_REASON = {"complaint": "complaint", "medical": "medical", "human": "human_request"}
"""What an intent calls a person for by itself."""
_WEIGHED = frozenset(
    "pain swell illness danger urgent bad human many good price soon quality tooth".split()  # noqa: SIM905
)
"""Families of words that often mean something else («больно ли?»): the model has met them and weighs them. Any other
word of SLA-001 calls a person wherever it stands."""


class Signs(NamedTuple):
    """``reason``: the reason of SLA-001 for which a person is needed, or None; ``crisis``: whether the lists have the
    words of a life in danger."""

    reason: str | None
    crisis: bool = False


def gravest(*reasons: str | None) -> str | None:
    """Of the reasons why a person is needed the one the colleague hears."""
    return min((reason for reason in reasons if reason), key=_gravity, default=None)


def _gravity(reason: str) -> int:
    return GRAVITY.index(reason) if reason in GRAVITY else len(GRAVITY)


class Escalation:
    """What calls a person in one pack: SLA-001's words and its high-value limit. Built once for a pack."""

    def __init__(self, rules: Rules) -> None:
        self._limit = rules.sla.high_value
        self._own: dict[str, list[tuple[str, tuple[str, ...], bool]]] = defaultdict(list)
        for trigger in rules.sla.triggers:
            for said in trigger.words:
                heard = [by_ear(word) for word in words(in_digits(normalise(said)))]  # as `listed` reads
                keys = tuple(map(_key, heard))
                self._own[keys[0] if keys else ""].append((trigger.reason, keys, _is_weighed(heard)))

    def signs(self, plain: str, guess: Guess | None = None, intent: str | None = None) -> Signs:
        """The signs in a normalised text. ``guess`` and ``intent``: what it was taken for, if that is known already."""
        guess = guess or learned.model().guess(features.of(plain, None))
        intent = intent or max(guess.intents, key=lambda one: guess.intents[one])
        found = listed(plain)
        crisis = "crisis" in found.kinds
        return Signs(self._reason(plain, found, guess, intent), crisis and _speaks(guess) >= _ENOUGH_BY_WORD)

    def _reason(self, plain: str, found: Listed, guess: Guess, intent: str) -> str | None:
        sure, doubtful = self._said(found)
        if sure:
            return _likeliest(guess, sure)
        if intent == "spam" or (_denies(found) and intent != "human") or _is_a_number(found):
            return None
        enough = _enough(found, doubtful, intent)
        if over_the_limit(in_digits(plain), self._limit):
            doubtful, enough = {*doubtful, "high_value"}, _ENOUGH_BY_SUM
        if _speaks(guess) < enough:
            return None
        return _OWN_REASON.get(intent) or _likeliest(guess, doubtful or guess.reasons)

    def _said(self, found: Listed) -> tuple[set[str], set[str]]:
        """The reasons for which words of SLA-001 stand: for sure, and where they are to be weighed."""
        keys = [_key(by_ear(word)) for word in found.words]
        sure: set[str] = set()
        doubtful: set[str] = set()
        for at, key in enumerate(keys):
            for reason, said, weighed in self._own.get(key, ()) if at not in found.denied else ():
                if tuple(keys[at : at + len(said)]) == said:
                    (doubtful if weighed else sure).add(reason)
        return sure, doubtful


_FEW_WORDS = 5


def _denies(found: Listed) -> bool:
    """A few words that say nothing but that there is no reason: «аллергии нет», «без претензий»."""
    return _is_denied(found) and len(found.words) <= _FEW_WORDS


def _is_denied(found: Listed) -> bool:
    return (found.harmless or bool(found.denied_kinds)) and not found.kinds


def _is_a_number(found: Listed) -> bool:
    """A phone, an hour, a date: said in words it sounds like a sum."""
    return all(word[0].isdigit() for word in found.words)


def _enough(found: Listed, doubtful: Iterable[str], intent: str) -> float:
    if doubtful or found.kinds & _TELLING:
        return _ENOUGH_BY_WORD
    if intent in _OWN_REASON or intent == "emergency":
        return _ENOUGH_BY_INTENT
    if _is_denied(found):
        return _ENOUGH_DENIED
    return _ENOUGH_BY_SIGN if found.kinds else _ENOUGH


def _speaks(guess: Guess) -> float:
    """How much speaks for a person, 0..1: the model's three ways of saying so, none of which is the best alone."""
    intents = sum(guess.intents[intent] for intent in (*_OWN_REASON, "emergency"))
    return (guess.needed + max(guess.reasons.values()) + intents) / 3


def _likeliest(guess: Guess, reasons: Iterable[str]) -> str:
    return max(sorted(reasons), key=lambda reason: guess.reasons.get(reason, 0.0))


def _is_weighed(heard: list[str]) -> bool:
    return all(not _WEIGHED.isdisjoint(families.of(word)) or len(word) <= 2 for word in heard)


def _key(word: str) -> str:
    # Short stems meet by chance: «скорая» and «скоро» share «скор».
    return stem(word) if len(stem(word)) >= 5 else word


_MONEY = lazy(
    r"(?<![\d.])(\d{1,3}(?:[ .]\d{3})+|\d{1,7}(?:[.,]\d)?) ?(тыс\w*|т\.? ?р\w*|к\b|косар\w*|лям\w*|млн|"
    r"миллион\w*|руб\w*|р\b)?"
    r"(?! ?(?:км|пробег|подпис|просмотр|год|г\b|л\b|лет|:|\d|мин|час|чел))"
)
_ABOUT_MONEY = lazy(r"бюджет|стоим|сумм|руб|чек|готов\w* (?:отдать|заплат|потрат)|ценник|обойдет|вложить|потратить")
_MULTIPLES = {"т": 1000, "к": 1000, "л": 1_000_000, "м": 1_000_000}
_MOST = 5_000_000


def over_the_limit(plain: str, limit: int) -> bool:
    """Whether a text with numbers in digits names a sum of money above ``limit`` roubles."""
    for match in _MONEY.finditer(plain) if digits_in(plain) else ():
        number, unit = re.sub(r"[ .](?=\d{3})", "", match[1]).replace(",", "."), match[2] or ""
        amount = float(number) * _MULTIPLES.get(unit[:1], 1)
        if limit < amount < _MOST and (unit or _ABOUT_MONEY.search(plain)):
            return True
    return False
