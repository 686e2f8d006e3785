"""What else a message is besides its intent: a life in danger, abuse, idle talk, noise (`desk.values.About`)."""

from __future__ import annotations

from collections.abc import Callable, Collection

from chalicelib.desk.values import About
from chalicelib.patterns import lazy
from chalicelib.readers import agreement
from chalicelib.readers.language import plausible
from chalicelib.readers.learned import Guess
from chalicelib.readers.russian.words import LONGEST, words

_LIKELY, _ASIDE = 0.5, 0.35
_CRISIS, _CRISIS_BY_WORD = 0.1, 0.02
"""How likely a crisis must be; where its words stand, doubt is enough."""
_MEANINGLESS = 0.62
_MASHED = 3
"""So many words without meaning are mashing; more of them are some language."""
_REPEATED = lazy(r"(.{1,3}?)\1+.?")
_ANSWERS = frozenset("+-")
_WHOSE = r"мо\w+ (?:мастер|врач|доктор|барбер|парикмахер|колорист|стилист)\w*"
_MINE = lazy(rf"(?:кто|как зовут|какой) (?:у меня )?{_WHOSE}|к кому я (?:иду|запис\w+)|мин кайчан\w* язылган")
_OF_MINE = ("кто ", "зовут ", "какой ", "к кому", "мин ")
"""«Кто мой мастер?»: what she is written down for, too."""
_HOLDS: dict[About, Collection[str]] = {
    "assistant": ("other", "human", "greeting", "question_service"),
    "rude": ("other", "thanks", "greeting", "consent_no"),
    "off_topic": ("other", "greeting", "question_service", "spam", "thanks"),
    "mine": ("other", "confirm", "question_hours", "question_service", "booking", "reschedule"),
}
_NO_OTHER_WISH = ("other", "booking", "question_service", "thanks", "greeting")
"""The intents beside which an aside is believed: a wish or a complaint in rude words is answered as what it is."""
_NO_OTHER_WISH = ("other", "booking", "question_service", "thanks", "greeting")
"""The intents beside which it is heard that she would rather keep her data."""


def about(plain: str, length: int, intent: str, confidence: float, guess: Guess, crisis: bool) -> About | None:
    """``length``: of the raw text; ``crisis``: whether the lists have its words."""
    if guess.asides["crisis"] >= (_CRISIS_BY_WORD if crisis else _CRISIS):
        return "crisis"
    if length > LONGEST and confidence < _LIKELY:
        return "noise"
    if intent in _NO_OTHER_WISH and (agreement.hesitates(plain) or agreement.asks_of_deletion(plain)):
        return "privacy"
    if any(hint in plain for hint in _OF_MINE) and _MINE.search(plain):
        return "mine"
    likely = {aside: guess.asides[aside] for aside in _HOLDS if intent in _HOLDS[aside]}
    best = max(likely, key=lambda aside: likely[aside], default=None)
    if best and likely[best] >= _ASIDE:
        return best
    return None


def is_noise(plain: str, is_known: Callable[[str], bool]) -> bool:
    """Whether a normalised text is emoji alone or letters without meaning. ``is_known``: whether a word is one."""
    said = words(plain)
    if not said:
        return plain not in _ANSWERS
    if len(said) > _MASHED or any(word[0].isdigit() or is_known(word) for word in said):
        return False
    return plausible(plain) < _MEANINGLESS or all(_REPEATED.fullmatch(word) for word in said)
