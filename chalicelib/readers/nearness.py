"""How near a message is to the pack's example phrases: cosine of TF-IDF over stems and letter triples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from math import log, sqrt

from chalicelib.readers.russian.words import stem, words

_STEM_WEIGHT, _LETTERS_WEIGHT = 1.0, 0.35
_LONGEST_MESSAGE = 60


class Nearness:
    """The phrases of a pack by intent, indexed once."""

    def __init__(self, phrases: Iterable[tuple[str, str]], key: Callable[[str], str]) -> None:
        """``phrases``: (intent, normalised phrase); ``key``: what a word is compared by, "" for one that is not."""
        self._key = key
        counted = [(intent, self._features(phrase)) for intent, phrase in phrases]
        seen = Counter(feature for _, features in counted for feature in features)
        self._rarity = {feature: log((1 + len(counted)) / (1 + times)) + 1 for feature, times in seen.items()}
        self._unseen = max(self._rarity.values(), default=1.0)
        self._intents = [intent for intent, _ in counted]
        self._found_in: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (_, features) in enumerate(counted):
            weighed = self._weighed(features)
            for feature, weight in weighed.items():
                self._found_in[feature].append((number, weight))

    def to(self, text: str) -> dict[str, float]:
        """0..1 for every intent some phrase of which shares anything with this normalised text."""
        near: dict[int, float] = defaultdict(float)
        for feature, weight in self._weighed(self._features(text)).items():
            for number, other in self._found_in.get(feature, ()):
                near[number] += weight * other
        best: dict[str, float] = {}
        for number, closeness in near.items():
            intent = self._intents[number]
            best[intent] = max(best.get(intent, 0.0), closeness)
        return best

    def _features(self, text: str) -> Counter[str]:
        counted: Counter[str] = Counter()
        for word in words(text)[:_LONGEST_MESSAGE]:
            key = "" if word[0].isdigit() else self._key(word)
            if not key:
                continue
            counted["=" + key] += 1
            if len(word) > 3:
                framed = f"^{stem(word)}"
                counted.update(framed[n : n + 3] for n in range(len(framed) - 2))
        return counted

    def _weighed(self, features: Mapping[str, int]) -> dict[str, float]:
        weights = {
            feature: (_STEM_WEIGHT if feature[0] == "=" else _LETTERS_WEIGHT)
            * self._rarity.get(feature, self._unseen)
            * min(times, 2)
            for feature, times in features.items()
        }
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {feature: weight / length for feature, weight in weights.items()}
