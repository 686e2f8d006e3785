"""What else a message wants: a second wish beside the first, a visit for one more person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from pathlib import Path

from chalicelib.patterns import lazy
from chalicelib.readers import cues
from chalicelib.readers.russian.words import words

_ACTS = ("booking", "reschedule", "cancel")
_QUESTIONS = ("question_price", "question_hours", "question_address", "question_service")
WISHES = (*_ACTS, *_QUESTIONS)
"""Intents that may stand side by side in a message."""
_PARTS = lazy(r"[.!?;,\n]+\s*|\s+(?:и|а|а также|и еще|еще|заодно|плюс|and|also|һәм)\s+|\s\+\s")
_CLEAR, _NOT_RULED_OUT, _CUED = 0.8, 0.02, 0.0005
_LONG_ENOUGH = 5
_MOST_PARTS = 8
_SHORTEST_PART = 2

Guess = Callable[[str], Mapping[str, float]]
"""Probabilities of the intents of a normalised text."""


@lru_cache(maxsize=1)
def _company() -> cues.Cues:
    return cues.read(Path(__file__).with_name("company.txt"))


def possible(likely: Mapping[str, float], cued: Collection[str]) -> frozenset[str]:
    """The wishes that a text may hold. ``likely``: how likely it means what, as a whole; ``cued``: the intents of which
    it has a cue, for an act that is told clearly leaves little likelihood to the question behind it."""
    return frozenset(wish for wish in WISHES if likely.get(wish, 0.0) >= (_CUED if wish in cued else _NOT_RULED_OUT))


def several(plain: str, intent: str, possible: Collection[str], guess: Guess) -> tuple[str, ...]:
    """The wishes of a normalised text, the main one first: only what some part of the text says clearly by itself.

    An act («запишите») goes before a question. ``intent``: what the whole text was taken for; ``possible``: what it may
    want: the parts are read only where a second wish would be told: beside an act a question, beside a question any.
    """
    second = set(_QUESTIONS if intent in _ACTS else WISHES) - {intent}
    if intent not in WISHES or second.isdisjoint(possible) or len(words(plain)) < _LONG_ENOUGH:
        return (intent,)
    found = _found(_parts(plain), guess)
    if len(found) < 2:
        return (intent,)
    acts = [wish for wish in found if wish in _ACTS]
    main = intent if intent in _ACTS or not acts else acts[0]
    return (main, *(wish for wish in found if wish in _QUESTIONS and wish != main))


def _found(parts: list[str], guess: Guess) -> list[str]:
    """What the parts say clearly, as long as there may be two wishes."""
    found: list[str] = []
    for left, part in zip(range(len(parts), 0, -1), parts, strict=True):
        if len(found) + left < 2:
            break
        wish = _clear(guess(part))
        if wish and wish not in found:
            found.append(wish)
    return found


def for_another(plain: str) -> bool:
    """Whether a normalised text asks for more than one person."""
    return bool(_company().find(words(plain)))


def _parts(plain: str) -> list[str]:
    return [part for part in _PARTS.split(plain) if part and len(words(part)) >= _SHORTEST_PART][:_MOST_PARTS]


def _clear(likely: Mapping[str, float]) -> str | None:
    best = max(likely, key=lambda intent: likely[intent])
    return best if best in WISHES and likely[best] >= _CLEAR else None
