"""Whether a person is needed, by what a client wrote: danger, complaint, urgency, a big order, a wish for a person.

Three voices are heard. The lists of signs.txt know the words that mean danger, and those that only look so («на скорую
руку»). SLA-001 of the pack adds words of its own. The learned model has read thousands of messages and knows irony and
what is harmless in its place. Missing a real reason is the costly error.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.readers import cues
from chalicelib.readers.russian.numbers import in_digits
from chalicelib.readers.russian.words import normalise, stem, words

if TYPE_CHECKING:
    from chalicelib.readers.learned import Guess
    from chalicelib.regulation.schema import Rules

# Most grave first: of several signs this order says which reason the colleague hears.
ORDER = ("crisis", "danger", "medical", "complaint", "stranded", "urgent", "high_value", "human_request")
_REASON = {"crisis": "medical", "danger": "medical", "stranded": "urgent"}
_DENIED = ("medical", "complaint", "urgent", "danger", "crisis")
_DENIALS = frozenset(["не", "ни", "нет", "без", "никакой", "никаких", "никакого", "нету"])
_BETWEEN_SAID = """
    очень особо так совсем сильно никаких вообще было у меня ничего и
"""
_BETWEEN = frozenset(_BETWEEN_SAID.split())
_ENOUGH = 0.36
"""How much must speak for a person, see `_needed`. Found on corpus/dev.txt and by folds of corpus/learn."""
_OWN_REASON = {"complaint": "complaint", "medical": "medical", "human": "human_request"}
"""What an intent calls a person for by itself."""
_STOP = "."
_TOKEN = re.compile(r"[^\W_]+|[.,!?;]")


@lru_cache(maxsize=1)
def _cues() -> cues.Cues:
    return cues.read(Path(__file__).with_name("signs.txt"))


@dataclass(frozen=True)
class Listed:
    """What the lists find in a message. ``words``: its words, harmless expressions blotted out; ``denied``: the places
    of those that are said not to be; ``kinds`` of ORDER, ``denied_kinds``: the ones that are denied throughout."""

    words: tuple[str, ...]
    denied: frozenset[int]
    kinds: frozenset[str]
    denied_kinds: frozenset[str]
    harmless: bool


@lru_cache(maxsize=64)
def listed(plain: str) -> Listed:
    """The signs in a normalised text that hold for every business."""
    digits = in_digits(plain)
    all_words = words(digits)
    said = list(all_words)
    for hit in _cues().find(all_words):
        if hit.name == "harmless":
            said[hit.start : hit.end] = [_STOP] * (hit.end - hit.start)
    denied = _denied(digits, said)
    hits = _cues().find(said)
    kinds = {hit.name for hit in hits if not (hit.name in _DENIED and hit.start in denied)}
    return Listed(
        words=tuple(said),
        denied=denied,
        kinds=frozenset(kinds - {"harmless"}),
        denied_kinds=frozenset({hit.name for hit in hits} - kinds - {"harmless"}),
        harmless=_STOP in said,
    )


@dataclass(frozen=True)
class Signs:
    """What in a message calls for a person: ``kinds`` of ORDER, most grave first. ``own``: reasons for which only the
    pack's words stand, which nobody but the pack can judge."""

    kinds: tuple[str, ...]
    own: tuple[str, ...] = ()

    @property
    def reason(self) -> str | None:
        """The reason of SLA-001, or None."""
        return _REASON.get(self.kinds[0], self.kinds[0]) if self.kinds else None

    def has(self, *kinds: str) -> bool:
        return any(kind in self.kinds for kind in kinds)


class Escalation:
    """The signs of one pack: ours, its own words of SLA-001 and its high-value limit. Built once for a pack."""

    def __init__(self, rules: Rules) -> None:
        self._limit = rules.sla.high_value
        self._own: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        for trigger in rules.sla.triggers:
            for said in trigger.words:
                keys = [_key(word) for word in words(normalise(said))]
                self._own[keys[0] if keys else ""].append((trigger.reason, keys))

    def signs(self, plain: str) -> Signs:
        """The signs in a normalised text."""
        found = listed(plain)
        kinds = set(found.kinds)
        if over_the_limit(in_digits(plain), self._limit):
            kinds.add("high_value")
        shared = {_REASON.get(kind, kind) for kind in found.kinds}
        own = self._own_reasons(found) - shared
        return Signs(tuple(kind for kind in ORDER if kind in kinds | own), tuple(sorted(own)))

    def reason(self, signs: Signs, guess: Guess, intent: str) -> str | None:
        """The reason of SLA-001 for which a person is needed, or None. ``intent``: what the message was taken for."""
        likely = guess.reasons
        if signs.own:
            return max(signs.own, key=lambda reason: likely.get(reason, 0.0))
        if intent == "spam":
            return None
        if intent not in _OWN_REASON and not signs.has("crisis") and _needed(guess) < _ENOUGH:
            return None
        return _OWN_REASON.get(intent) or max(likely, key=lambda reason: likely[reason])

    def _own_reasons(self, found: Listed) -> set[str]:
        stems = [_key(word) for word in found.words]
        return {
            reason
            for n, key in enumerate(stems)
            if n not in found.denied
            for reason, keys in self._own.get(key, ())
            if stems[n : n + len(keys)] == keys
        }


def _needed(guess: Guess) -> float:
    """How much speaks for a person, 0..1: the model's three ways of saying so, none of which is the best alone."""
    intents = sum(guess.intents[intent] for intent in (*_OWN_REASON, "emergency"))
    return (guess.needed + max(guess.reasons.values()) + intents) / 3


def _denied(plain: str, said: list[str]) -> frozenset[int]:
    """Places of the words that are said not to be: «не …», «без …»; a comma or full stop ends a denial."""
    denied: set[int] = set()
    place, denying = 0, False
    for token in _TOKEN.findall(plain):
        if not token[0].isalnum():
            denying = False
            continue
        if denying:
            denied.add(place)
        denying = token in _DENIALS or (denying and token in _BETWEEN)
        place += 1
    return frozenset(denied) if place == len(said) else frozenset()


def _key(word: str) -> str:
    # Short stems meet by chance: «скорая» and «скоро» share «скор».
    return stem(word) if len(stem(word)) >= 5 else word


_MONEY = re.compile(
    r"(?<![\d.])(\d{1,3}(?:[ .]\d{3})+|\d{1,7}(?:[.,]\d)?) ?(тыс\w*|т\.? ?р\w*|к\b|косар\w*|лям\w*|млн|"
    r"миллион\w*|руб\w*|р\b)?"
    r"(?! ?(?:км|пробег|подпис|просмотр|год|г\b|л\b|лет|:|\d|мин|час|чел))"
)
_ABOUT_MONEY = re.compile(
    r"бюджет|стоим|сумм|руб|чек|готов\w* (?:отдать|заплат|потрат)|ценник|обойдет|вложить|потратить"
)
_MULTIPLES = {"т": 1000, "к": 1000, "л": 1_000_000, "м": 1_000_000}
_MOST = 5_000_000


def over_the_limit(plain: str, limit: int) -> bool:
    """Whether a text with numbers in digits names a sum of money above ``limit`` roubles."""
    for match in _MONEY.finditer(plain):
        number, unit = re.sub(r"[ .](?=\d{3})", "", match[1]).replace(",", "."), match[2] or ""
        amount = float(number) * _MULTIPLES.get(unit[:1], 1)
        if limit < amount < _MOST and (unit or _ABOUT_MONEY.search(plain)):
            return True
    return False
