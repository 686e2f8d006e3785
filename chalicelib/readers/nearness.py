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
        self._weight = {key: log(1 + len(taken) / len(where)) ** 2 for key, where in self._found_in.items()}
        self._unseen = log(1 + len(taken)) ** 2
        self._lengths = [self._length(keys) for _, keys in taken]

    def nearest(self, text: str) -> tuple[str, float]:
        """The intent of the phrase most like this normalised text, and how like, 0..1: a cosine. ("", 0.0) for none."""
        keys = _keys(text)
        common: dict[int, float] = defaultdict(float)
        for key in keys:
            shared = self._weight.get(key, 0.0)
            for number in self._found_in.get(key, ()):
                common[number] += shared
        if not common:
            return "", 0.0
        best = max(common, key=lambda number: common[number] / self._lengths[number])
        return self._intents[best], common[best] / (self._length(keys) * self._lengths[best])

    def _length(self, keys: Iterable[str]) -> float:
        return sqrt(sum(self._weight.get(key, self._unseen) for key in keys)) or 1.0


def _keys(text: str) -> frozenset[str]:
    """What a text is compared by: stems by ear, without what says nothing unless that is all there is."""
    heard = [by_ear(word) for word in words(text)[:_LONGEST] if not word[0].isdigit()]
    telling = [word for word in heard if _SAY_NOTHING.isdisjoint(families.of(word))]
    return frozenset(map(stem, telling or heard))
