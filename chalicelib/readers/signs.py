"""Signs: what the lists of signs.txt find in a message, with denials («не болит») and harmless sayings understood."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers import cues
from chalicelib.readers.russian.numbers import in_digits
from chalicelib.readers.russian.words import words

_HARMLESS = "harmless"
_NEVER_DENIED = frozenset(["high_value"])
_DENIALS = frozenset(["не", "ни", "нет", "без", "никакой", "никаких", "никакого", "нету"])
_BETWEEN_SAID = "очень особо так совсем сильно никаких вообще было у меня ничего и"
_BETWEEN = frozenset(_BETWEEN_SAID.split())
_BLOT = "."
_TOKEN = lazy(r"[^\W_]+|[.,!?;]")


class Listed(NamedTuple):
    """What the lists find in a message. ``words``: its words, harmless sayings blotted out; ``denied``: the places of
    those that are said not to be; ``kinds``: sections of signs.txt, ``denied_kinds``: those found in denials only."""

    words: tuple[str, ...]
    denied: frozenset[int]
    kinds: frozenset[str]
    denied_kinds: frozenset[str]
    harmless: bool


@lru_cache(maxsize=1)
def _cues() -> cues.Cues:
    return cues.read(Path(__file__).with_name("signs.txt"))


@lru_cache(maxsize=64)
def listed(plain: str) -> Listed:
    """The signs in a normalised text."""
    digits = in_digits(plain)
    all_words = words(digits)
    said = list(all_words)
    hits = _cues().find(all_words)
    for hit in hits:
        if hit.name == _HARMLESS:
            said[hit.start : hit.end] = [_BLOT] * (hit.end - hit.start)
    denied = _denied(digits)
    left = [hit for hit in hits if hit.name != _HARMLESS and _BLOT not in said[hit.start : hit.end]]
    kinds = {hit.name for hit in left if hit.start not in denied or hit.name in _NEVER_DENIED}
    return Listed(
        words=tuple(said),
        denied=denied,
        kinds=frozenset(kinds),
        denied_kinds=frozenset({hit.name for hit in left} - kinds),
        harmless=_BLOT in said,
    )


def _denied(plain: str) -> frozenset[int]:
    """Places of the words that are said not to be: «не …», «без …»; a comma or full stop ends a denial."""
    if _DENIALS.isdisjoint(words(plain)):
        return frozenset()
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
    return frozenset(denied)
