"""How near a message is to the pack's own example phrases (RP-002): what the owner wrote there comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import log, sqrt

from chalicelib.readers import families
from chalicelib.readers.russian.words import stem, words
from chalicelib.readers.spelling import by_ear

_SAY_NOTHING = frozenset(["day", "daypart", "hour", "hello"])
"""Families that tell wishes apart no better than numbers do: «здравствуйте, на среду» may be any."""
_LONGEST = 40


class Nearness:
    """The phrases of a pack by intent, indexed once."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """``phrases``: (intent, normalised phrase)."""
        taken = [(intent, _keys(phrase)) for intent, phrase in phrases]
        self._intents = [intent for intent, _ in taken]
        self._found_in: dict[str, list[int]] = defaultdict(list)
        for number, (_, keys) in enumerate(taken):
            for key in keys:
                self._found_in[key].append(number)
        self._rarity = {key: log(1 + len(taken) / len(where)) for key, where in self._found_in.items()}
        self._unseen = log(1 + len(taken))
        self._lengths = [self._length(keys) for _, keys in taken]

    def to(self, text: str) -> dict[str, float]:
        """0..1 for every intent some phrase of which shares a word with this normalised text: a cosine."""
        keys = _keys(text)
        common: dict[int, float] = defaultdict(float)
        for key in keys:
            for number in self._found_in.get(key, ()):
                common[number] += self._rarity[key] ** 2
        length = self._length(keys)
        best: dict[str, float] = {}
        for number, shared in common.items():
            intent = self._intents[number]
            best[intent] = max(best.get(intent, 0.0), shared / (length * self._lengths[number]))
        return best

    def _length(self, keys: Iterable[str]) -> float:
        return sqrt(sum(self._rarity.get(key, self._unseen) ** 2 for key in keys)) or 1.0


def _keys(text: str) -> frozenset[str]:
    """What a text is compared by: stems by ear, without what says nothing unless that is all there is."""
    heard = [by_ear(word) for word in words(text)[:_LONGEST] if not word[0].isdigit()]
    telling = [word for word in heard if _SAY_NOTHING.isdisjoint(families.of(word))]
    return frozenset(map(stem, telling or heard))
