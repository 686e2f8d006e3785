"""The learned model: how likely each intent, each reason for a person and each kind of aside is.

A linear model of some twenty thousand features, learned from corpus/learn by `python -m corpus.learn` and kept in
learned.bin: a line of JSON, the features, and for each its weights in one byte per output. Nothing but adding up
happens here: ``z = bias + scale · n^-¼ · Σ weights``, ``n`` being the number of features of the message; over the
intents a softmax, over the others a logistic curve.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

INTENTS = (
    "booking", "reschedule", "cancel", "confirm", "running_late", "question_price", "question_hours",
    "question_address", "question_service", "complaint", "emergency", "medical", "human", "consent_yes",
    "consent_no", "greeting", "thanks", "spam", "other",
)  # fmt: skip
REASONS = ("complaint", "urgent", "medical", "high_value", "human_request")
NEEDED = "needed"
"""A person is needed, whatever for."""
ASIDES = ("crisis", "assistant", "rude", "off_topic", "mine")
"""Values of `desk.values.About` that are learned."""
OUTPUTS = (*INTENTS, *REASONS, NEEDED, *ASIDES)
PATH = Path(__file__).with_name("learned.bin")
_ZERO = 128
_LANE = 2
"""Bytes for each sum: so many that `_MOST` weights of one byte fit."""
_MOST = (256**_LANE - 1) // 255
_LOWEST = 0 if sys.byteorder == "little" else _LANE - 1
"""Of these bytes the one of least weight."""
_FROM_ZERO = bytes(byte ^ _ZERO for byte in range(256))
"""Signed bytes become unsigned ones, counted from -128."""


class Guess(NamedTuple):
    """Probabilities, each 0..1: of every intent (they sum to one), reason and aside; ``needed``: of a person."""

    intents: Mapping[str, float]
    reasons: Mapping[str, float]
    needed: float
    asides: Mapping[str, float]


class Model:
    """The weights, ready to be added up."""

    def __init__(self, head: Mapping[str, Any], features: Sequence[str], weights: bytes) -> None:
        self.digest: str = head["digest"]
        self._bias: list[float] = head["bias"]
        self._scale: list[float] = head["scale"]
        self._place = dict(zip(features, range(0, len(weights), len(OUTPUTS)), strict=True))
        self._rows = _Rows(self._place, weights.translate(_FROM_ZERO))

    def guess(self, features: Collection[str]) -> Guess:
        """What a message with these features means."""
        scores = self._scores(features)
        intents = _softmax(scores[: len(INTENTS)])
        others = map(logistic, scores[len(INTENTS) :])  # in the order of OUTPUTS
        return Guess(
            intents=dict(zip(INTENTS, intents, strict=True)),
            reasons={reason: next(others) for reason in REASONS},
            needed=next(others),
            asides={aside: next(others) for aside in ASIDES},
        )

    def knows(self, feature: str) -> bool:
        return feature in self._place

    def _scores(self, features: Collection[str]) -> list[float]:
        known = self._place.keys() & features
        if not known:
            return list(self._bias)
        share, moved = len(features) ** -0.25, len(known) * _ZERO
        rows = list(map(self._rows.__getitem__, known))
        sums = [_lanes(sum(rows[start : start + _MOST])) for start in range(0, len(rows), _MOST)]
        totals = sums[0] if len(sums) == 1 else map(sum, zip(*sums, strict=True))
        return [
            bias + (total - moved) * scale * share
            for bias, scale, total in zip(self._bias, self._scale, totals, strict=True)
        ]


class _Rows(dict[str, int]):
    """By feature its row of weights as one large number with a lane for each, so that one addition adds a row; made
    when it is first asked for. ``place``: where its weights begin."""

    def __init__(self, place: Mapping[str, int], weights: bytes) -> None:
        super().__init__()
        self._place, self._weights = place, weights

    def __missing__(self, feature: str) -> int:
        place = self._place[feature]
        spread = bytearray(_LANE * len(OUTPUTS))
        spread[_LOWEST::_LANE] = self._weights[place : place + len(OUTPUTS)]
        row = self[feature] = int.from_bytes(spread, sys.byteorder)
        return row


def _lanes(number: int) -> array[int]:
    return array("H", number.to_bytes(_LANE * len(OUTPUTS), sys.byteorder))


@lru_cache(maxsize=1)
def model() -> Model:
    """The model that ships with the product."""
    return read(PATH.read_bytes())


def read(packed: bytes) -> Model:
    """A model as `packed` wrote it."""
    head, features, weights = packed.split(b"\n\n", 2)
    return Model(json.loads(head), features.decode().split("\n"), weights)


def packed(head: Mapping[str, Any], features: Sequence[str], weights: bytes) -> bytes:
    """A model as it is kept: ``head`` has digest, bias, scale; ``weights``: a row per feature. It is not compressed,
    for the zip of a Lambda is: unpacking took a third of the loading."""
    named = json.dumps(head, sort_keys=True).encode()
    return b"\n\n".join((named, "\n".join(features).encode(), weights))


def logistic(score: float) -> float:
    return 1 / (1 + exp(-score)) if score > -500 else 0.0


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    grown = [exp(score - top) for score in scores]
    total = sum(grown)
    return [one / total for one in grown]
