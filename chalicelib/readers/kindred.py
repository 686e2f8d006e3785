"""What words are called alike (kindred.txt): the family a word stands for, what it hints at, what two of them mean.

Words are spelt by ear (`spelling`) here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers.russian.words import stem
from chalicelib.readers.spelling import by_ear_throughout

NEAR = 4
"""So many words may stand between two that mean something together."""
_UNSTRESSED = str.maketrans("оея", "аии")
"""Vowels that sound alike: «пакраска», «окрашевание»."""
_SOUNDED_FROM = 6
"""Of so many letters a beginning must be to be known by how it sounds."""
_SHORT = 5
_SHORTEST_ROOT = 4
_PREFIX = lazy(r"(?:по|вы|до|за|на|об|о|от|пере|под|подо|при|про|раз|рас|с|со|у){1,2}")
_SHORT_ENDING = lazy(r"(?<=..)(?:ами|ой|ов|ам|ах|ом|[ыуаеиюяо])$")


class _Kindred(NamedTuple):
    """kindred.txt: what a word, or its beginning, stands for, hints at, what two words mean together.

    ``sounded``: the longer beginnings with vowels that sound alike made one.
    """

    whole: dict[str, str]
    starts: dict[str, str]
    hints: dict[str, list[tuple[int, str]]]
    pairs: dict[str, list[tuple[str, str]]]
    sounded: dict[str, str]


@lru_cache(maxsize=1)
def _kindred() -> _Kindred:
    known = _Kindred({}, {}, defaultdict(list), defaultdict(list), {})
    lines = Path(__file__).with_name("kindred.txt").read_text(encoding="utf-8").splitlines()
    for rank, line in enumerate(lines):
        if not line or line.startswith("#"):
            continue
        name, _, said = line.partition(": ")
        for word in by_ear_throughout(said).split():
            first, plus, second = word.partition("+")
            if plus:
                known.pairs[first].append((second, name))
            elif name.endswith("?"):
                known.hints[word].append((rank, name[:-1]))
            elif word.endswith("*"):
                known.starts[word[:-1]] = name
                if len(word) > _SOUNDED_FROM:
                    known.sounded[word[:-1].translate(_UNSTRESSED)] = name
            else:
                known.whole[word] = name
    return known


@lru_cache(maxsize=20_000)
def hints_of(word: str) -> tuple[tuple[int, str], ...]:
    """The service words that a word by ear hints at."""
    hints = _kindred().hints
    return tuple(next((hints[one] for one in _entries(word) if one in hints), ()))


@lru_cache(maxsize=20_000)
def _pairs_of(word: str) -> tuple[tuple[str, str], ...]:
    """With what other words a word by ear means a service."""
    pairs = _kindred().pairs
    return tuple(pair for one in _entries(word) if one in pairs for pair in pairs[one])


def _entries(word: str) -> tuple[str, ...]:
    """How the list may have a word: as it is, or by a beginning of it, the longest first."""
    return (word, *(word[:length] + "*" for length in range(len(word), 2, -1)))


def together(tokens: list[str]) -> Iterator[tuple[str, int]]:
    """What two words that stand near one another mean, in whatever order."""
    for place, token in enumerate(tokens):
        for other, key in _pairs_of(token):
            near = tokens[max(0, place - NEAR) : place + NEAR + 1]
            if any(word.startswith(other[:-1]) if other.endswith("*") else word == other for word in near):
                yield key, place


@lru_cache(maxsize=20_000)
def key_of(word: str) -> str:
    """What a word by ear is compared by: the family it belongs to, or its stem."""
    family = family_of(word) or family_of(_to_oneself(word)) or _family_by_root(_to_oneself(word))
    if family:
        return family
    if len(word) > _SHORT:
        return stem(word[:-1] + "й" if word.endswith(("ои", "еи")) else word)
    return _SHORT_ENDING.sub("", word)


def family_of(word: str) -> str | None:
    """What a word by ear stands for; None for one of no family."""
    known = _kindred()
    if word in known.whole:
        return known.whole[word]
    for length in range(len(word), 2, -1):
        if word[:length] in known.starts:
            return known.starts[word[:length]]
    sounded = word.translate(_UNSTRESSED)
    for length in range(len(word), _SOUNDED_FROM - 1, -1):
        if sounded[:length] in known.sounded:
            return known.sounded[sounded[:length]]
    return None


def _to_oneself(word: str) -> str:
    """«Бриться» is «брить»; by ear it ends in «ця»."""
    return word[:-2] + "т" if word.endswith(("ца", "ця")) else word


def _family_by_root(word: str) -> str | None:
    """The family of a verb with a prefix more: «остричь», «повыдёргивать»."""
    starts = _kindred().starts
    prefix = _PREFIX.match(word)
    for begun in range(prefix.end() if prefix else 0, 0, -1):
        rest = word[begun:]
        for length in range(len(rest), _SHORTEST_ROOT - 1, -1):
            if rest[:length] in starts and _PREFIX.fullmatch(word[:begun]):
                return starts[rest[:length]]
    return None
