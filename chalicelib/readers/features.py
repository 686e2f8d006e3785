"""What the learned model sees of a message: its words by ear, their families, letters, cues and signs.

A feature is a short text; its first letter tells the kind:

    w  the stem of a word            c  three to five letters inside a word (typing slips, unknown forms)
    h  the family of a word          k  an intent whose cue (intents.txt) was found
    b  two neighbours                s  a sign (signs.txt), "s~" one that is denied
    d  two neighbours, families in   f  how it is written: question, exclamation, length, clock, phone
       the place of their words      a  what was asked, alone and with each word of a short answer
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers import cues, families
from chalicelib.readers.learned import INTENTS
from chalicelib.readers.russian import phones
from chalicelib.readers.russian.words import stem, words
from chalicelib.readers.signs import Listed, listed
from chalicelib.readers.spelling import by_ear

_MOST_WORDS = 150
_MOST_SPELT = 60
_SHORT_ANSWER = 7
_LENGTHS = (1, 2, 4, 7, 12, 20)
_FLAGS = (
    ("f?$", lazy(r"\?\W*$")),
    ("f!!", lazy(r"!!|!$")),
    ("f:", lazy(r"\d[:.-]\d\d\b")),
    ("f+7", lazy(r"\b9\d\d\D{0,2}\d{3}\D{0,2}\d\d")),
    ("f%", lazy(r"%|http|www|@")),
)


_CUED = {"k" + intent: intent for intent in INTENTS}


@lru_cache(maxsize=1)
def _cues() -> cues.Cues:
    return cues.read(Path(__file__).with_name("intents.txt"))


def of(plain: str, asked: str | None) -> frozenset[str]:
    """The features of a normalised text. ``asked``: what the desk asked last."""
    plain = phones.as_written(plain)
    said = words(plain)[:_MOST_WORDS]
    heard = [_heard(word) for word in said]
    stems = [word.stem for word in heard]
    found = set(chain.from_iterable(word.features for word in heard))
    found.update(chain.from_iterable(word.letters for word in heard[:_MOST_SPELT]))
    found.update(f"b{one} {other}" for one, other in pairwise(["^", *stems, "$"]))
    found.update(f"d{one} {other}" for one, other in pairwise(["^", *[word.kin for word in heard], "$"]))
    found.update("k" + hit.name for hit in widest(_cues().find(said)))
    found.update(_signs(listed(plain)))
    found.update("f" + sign for sign in "?!)(" if sign in plain)
    found.update(flag for flag, pattern in _FLAGS if pattern.search(plain))
    found.add(f"f{sum(len(said) >= length for length in _LENGTHS)}")
    if asked:
        found.add("a" + asked)
        found.update(f"a{asked} {one}" for one in stems[:_SHORT_ANSWER] if len(stems) <= _SHORT_ANSWER)
    return frozenset(found)


def cued(features: Collection[str]) -> frozenset[str]:
    """The intents whose cues are among these features."""
    return frozenset(_CUED[feature] for feature in _CUED.keys() & features)


def widest(hits: list[cues.Hit]) -> list[cues.Hit]:
    """The hits that do not lie inside a longer one of another intent: «не отменяйте» is no «отменяйте»."""
    return [
        hit
        for hit in hits
        if not any(
            other.name != hit.name
            and other.start <= hit.start
            and hit.end <= other.end
            and other.end - other.start > hit.end - hit.start
            for other in hits
        )
    ]


class _Heard(NamedTuple):
    """A word by ear. ``kin``: its only family in capitals, or its stem; ``features``: of itself, ``letters``: in it."""

    stem: str
    kin: str
    features: tuple[str, ...]
    letters: tuple[str, ...]


@lru_cache(maxsize=5_000)
def _heard(word: str) -> _Heard:
    heard = by_ear(word)
    one = "0" if heard[0].isdigit() else stem(heard)
    kindred = families.of(heard)
    kin = kindred[0].upper() if len(kindred) == 1 else one
    return _Heard(one, kin, ("w" + one, *("h" + family for family in kindred)), _letters(heard))


def _letters(word: str) -> tuple[str, ...]:
    if word[0].isdigit():
        return ()
    framed = f"^{word}$"
    return tuple(["c" + framed[n : n + size] for size in (3, 4, 5) for n in range(len(framed) - size + 1)])


def _signs(found: Listed) -> set[str]:
    signs = {"s" + kind for kind in found.kinds} | {"s~" + kind for kind in found.denied_kinds}
    return signs | {"sharmless"} if found.harmless else signs
