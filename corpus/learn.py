"""`python -m corpus.learn`: the reader's model, learned from the labelled messages of corpus/learn.

Logistic regression by stochastic gradient descent, in plain Python and the same on every run: a softmax over the
intents and one output for every reason, for "a person is needed" and for every aside. Weights of features that say
little are dropped, the rest rounded to a byte. A part of a message's features, drawn anew each time, is left out.
`--check` learns nothing and says how well messages that were held out are read (five folds).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import exp, log, sqrt
from operator import itemgetter
from pathlib import Path
from random import Random

from chalicelib.readers import features
from chalicelib.readers.language import written
from chalicelib.readers.learned import ASIDES, INTENTS, NEEDED, OUTPUTS, PATH, REASONS, Model, logistic, packed, read
from chalicelib.readers.russian.words import normalise
from infra import labelled

FILES = sorted(Path(__file__).with_name("learn").glob("*.txt"))
"""What is learned from."""
_LEAST_SEEN = 2
_KEPT = 20_000
_FIRST, _EPOCHS, _SETTLING = 4, 16, 8
"""Rounds over all messages, before and after the choice of features; so many of the last ones are averaged."""
_LOOKS = 8
"""How often in a round the weights are looked at for the average, so that it does not hang on the last few messages."""
_GOOD_ENOUGH = 0.01
"""An output that is so near is not corrected."""
_RATE, _DECAY = 0.6, 0.4
_SHRINK = 2.5e-5
"""How much every weight loses at a step: the L2 penalty over the number of messages."""
_UNHEARD = 0.4
"""The share of a message's features that is left out, by chance, whenever it is learned from: so no word is relied on
alone."""
_KINDS = {"w": 1.0, "h": 0.7, "b": 0.7, "d": 0.6, "c": 0.35, "k": 1.0, "s": 1.0, "f": 0.6, "a": 1.0}
"""How much a feature of a kind (`features`) counts before anything is learned."""
_MISSED = 1.5
"""How many false alarms a missed call for a person is worth."""
_LEARNINGS = 4
"""So many learnings, each in its own random order, are averaged: one alone is a matter of luck where words are rare."""
_FOLDS = 5


@dataclass(frozen=True)
class Example:
    """A message as features, and for every output of the model whether it is right."""

    features: frozenset[str]
    right: tuple[int, ...]
    text: str


def examples(files: Iterable[Path] = FILES) -> list[Example]:
    """Every labelled message, in the order of files and lines."""
    return [example(message) for path in files for message in labelled.read(path)]


def example(message: labelled.Message) -> Example:
    right = (
        *(int(intent == message.intent) for intent in INTENTS),
        *(int(reason == message.reason) for reason in REASONS),
        int(message.reason is not None),
        *(int(aside == message.expected.get("about")) for aside in ASIDES),
    )
    found = features.of(normalise(written(message.text).text), message.asked)
    return Example(found, right, message.text)


def digest(learned_from: Iterable[Example]) -> str:
    """What a model was learned from: it is stale when this is another."""
    how = (_LEAST_SEEN, _KEPT, _FIRST, _EPOCHS, _SETTLING, _LOOKS, _GOOD_ENOUGH, _LEARNINGS)
    rates = (_RATE, _DECAY, _SHRINK, _UNHEARD, _KINDS, _MISSED, OUTPUTS)
    told = hashlib.sha256(repr((how, rates)).encode())
    for one in learned_from:
        told.update(f"{sorted(one.features)}{one.right}".encode())
    return told.hexdigest()[:16]


def learn(learned_from: Sequence[Example]) -> bytes:
    """A model as it is kept in learned.bin."""
    worth = _worth(learned_from)
    kept = _telling(_descend(learned_from, worth, rounds=_FIRST), worth, learned_from)
    found = _averaged(learned_from, {feature: worth[feature] for feature in kept})
    scale = [max(map(abs, column)) / 127 or 1.0 for column in found.columns]
    rows = zip(*found.columns, strict=True)
    rounded = array("b", (round(w / unit) for row in rows for w, unit in zip(row, scale, strict=True)))
    head = {"digest": digest(learned_from), "bias": found.bias, "scale": scale}
    return packed(head, kept, rounded.tobytes())


def _worth(learned_from: Sequence[Example]) -> dict[str, float]:
    """How much each feature counts at first: more by its kind, less the more often it is seen."""
    seen = Counter(feature for one in learned_from for feature in one.features)
    return {
        feature: _KINDS[feature[0]] * sqrt(log(len(learned_from) / times) or 0.01)
        for feature, times in sorted(seen.items())
        if times >= _LEAST_SEEN
    }


def _telling(found: _Weights, worth: dict[str, float], learned_from: Sequence[Example]) -> list[str]:
    """The features that move the outcome most, by name."""
    seen = Counter(feature for one in learned_from for feature in one.features)
    moved = {
        feature: max(map(abs, row)) * seen[feature] ** 0.25
        for feature, row in zip(worth, zip(*found.columns, strict=True), strict=True)
    }
    return sorted(sorted(moved, key=lambda feature: (-moved[feature], feature))[:_KEPT])


def _averaged(learned_from: Sequence[Example], worth: dict[str, float]) -> _Weights:
    """The mean of several learnings, on all cores; the same on every run."""
    descend = partial(_descend, learned_from, worth, _EPOCHS)
    mean = _nothing(len(worth))
    with ProcessPoolExecutor() as cores:
        for one in cores.map(descend, range(1, _LEARNINGS + 1)):
            _add(mean, one, 1.0, 1 / _LEARNINGS)
    return mean


@dataclass
class _Weights:
    """For every output a bias and a column of weights, in the order of the features."""

    bias: list[float]
    columns: list[list[float]]


def _nothing(features: int) -> _Weights:
    return _Weights([0.0] * len(OUTPUTS), [[0.0] * features for _ in OUTPUTS])


def _descend(learned_from: Sequence[Example], worth: dict[str, float], rounds: int, seed: int = 1) -> _Weights:
    """Weights of every feature for every output: the mean of the last rounds. ``seed``: of the random order."""
    place = {feature: number for number, feature in enumerate(worth)}
    step = [value * value for value in worth.values()]
    known = [sorted(place[feature] for feature in one.features if feature in place) for one in learned_from]
    now, mean = _nothing(len(place)), _nothing(len(place))
    order, chance, size = list(range(len(learned_from))), Random(seed), 1.0  # noqa: S311 - the same on every run
    settling = min(rounds, _SETTLING)
    looks = {len(order) * look // _LOOKS for look in range(1, _LOOKS + 1)}
    for done in range(rounds):
        chance.shuffle(order)
        rate = _RATE / (1 + _DECAY * done)
        for at, number in enumerate(order, 1):
            one = learned_from[number]
            said = [n for n in known[number] if chance.random() >= _UNHEARD]
            share = len(one.features) ** -0.25 / (1 - _UNHEARD)
            picked = itemgetter(*said, *said[:1], *said[:1]) if said else None  # always gives a tuple
            sums = [_sum(picked(column)) if picked else 0.0 for column in now.columns]
            wrong = _wrong([b + size * share * s for b, s in zip(now.bias, sums, strict=True)], one.right)
            size *= 1 - rate * _SHRINK
            for k, off in enumerate(wrong):
                if abs(off) > _GOOD_ENOUGH:
                    now.bias[k] -= rate * 0.1 * off
                    column, push = now.columns[k], rate * share / size * off
                    for n in said:
                        column[n] -= step[n] * push
            if rounds - done <= settling and at in looks:
                _add(mean, now, size, 1 / (settling * _LOOKS))
    return mean


def _sum(picked: tuple[float, ...]) -> float:
    return sum(picked) - 2 * picked[0]  # the first was picked three times, so that one alone is a tuple too


def _add(mean: _Weights, now: _Weights, size: float, part: float) -> None:
    mean.bias = [m + part * b for m, b in zip(mean.bias, now.bias, strict=True)]
    mean.columns = [
        [m + part * size * w for m, w in zip(so_far, column, strict=True)]
        for so_far, column in zip(mean.columns, now.columns, strict=True)
    ]


def _wrong(scores: Sequence[float], right: Sequence[int]) -> list[float]:
    """How far each output is from right."""
    top = max(scores[: len(INTENTS)])
    grown = [exp(score - top) for score in scores[: len(INTENTS)]]
    whole = sum(grown)
    wrong = [one / whole - is_so for one, is_so in zip(grown, right, strict=False)]
    for score, is_so in zip(scores[len(INTENTS) :], right[len(INTENTS) :], strict=True):
        wrong.append((logistic(score) - is_so) * (_MISSED if is_so else 1.0))
    return wrong


def held_out(all_of_them: Sequence[Example], folds: int = _FOLDS) -> Iterator[tuple[Example, Model]]:
    """Every message with a model that was learned without it."""
    for fold in range(folds):
        model = read(learn([one for n, one in enumerate(all_of_them) if n % folds != fold]))
        yield from ((one, model) for n, one in enumerate(all_of_them) if n % folds == fold)


def check(all_of_them: Sequence[Example]) -> list[str]:
    """How well held-out messages are read by the model alone."""
    right = needed = caught = alarms = 0
    for one, model in held_out(all_of_them):
        guess = model.guess(one.features)
        best = max(guess.intents, key=lambda intent: guess.intents[intent])
        right += one.right[INTENTS.index(best)]
        wanted = bool(one.right[OUTPUTS.index(NEEDED)])
        needed += wanted
        caught += wanted and guess.needed >= 0.5
        alarms += not wanted and guess.needed >= 0.5
    count = len(all_of_them)
    return [
        f"{count} messages, {_FOLDS} folds",
        f"intent right          {right / count:.3f}",
        f"a person: recall      {caught / needed:.3f}",
        f"a person: false alarm {alarms / (count - needed):.3f}",
    ]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="corpus.learn", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say how well held-out messages are read")
    wanted = parser.parse_args(arguments)
    all_of_them = examples()
    if wanted.check:
        print("\n".join(check(all_of_them)))
        return
    kept = learn(all_of_them)
    PATH.write_bytes(kept)
    print(f"{PATH.name}: {len(kept) // 1024} KB of {len(all_of_them)} messages, digest {read(kept).digest}")


if __name__ == "__main__":
    main(sys.argv[1:])
