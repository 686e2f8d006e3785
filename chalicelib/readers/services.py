"""Which service of the pack a message speaks of, in whatever form the client calls it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.readers import families
from chalicelib.readers.russian.words import alike, normalise, stem, words
from chalicelib.readers.spelling import by_ear, by_ear_throughout
from chalicelib.regulation.schema import Service

_SAY_NOTHING_SAID = "в и на с со для по от до за из или у о к ко без под при не а the мне нам мой моя мою ваш ваша"
_SAY_NOTHING = frozenset(map(by_ear, _SAY_NOTHING_SAID.split()))
_CHILDREN = frozenset(["детский", "мальчик", "девочка"])
_PEOPLE = _CHILDREN | {"мужской", "женский"}
"""Whom a visit is for: no service by itself, but it tells two of them apart."""
_PERSON_WEIGHT = 1.2
_LEAST_TYPO = 6
_MIXED_UP = frozenset(map(frozenset, ("ои", "оа", "еи", "ыи", "шж", "тд", "сз", "ея")))
"""Letters that are taken for one another even in shorter words."""
_SHORT_WORD = 5
_SHORT_ENDING = re.compile(r"(?<=..)(?:ами|ой|ов|ам|ах|ом|[ыуаеиюяо])$")
_VERB = ("ат", "ет", "ит", "ыт", "ят")
_REMEMBERED = 5000
_NEVER_A_SERVICE = r"удал\w* (?:\w+ ){0,3}(?:данн|номер|телефон|меня|переписк|запис|контакт|все)"
"""«Удалите мои данные» asks for no tooth to be pulled."""


class _Alias(NamedTuple):
    """One way of calling a service: its ``keys``, the first of them, and all of it with «и» and «на»."""

    service: str
    keys: frozenset[str]
    head: str
    said: tuple[str, ...]
    order: int


class Services:
    """A pack's services, ready to be found. Built once for a pack."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._aliases = [
            alias
            for order, service in enumerate(services)
            for said in (service.title, *service.words)
            if (alias := _alias(service.id, said, order))
        ]
        known_to: dict[str, set[str]] = defaultdict(set)
        for alias in self._aliases:
            for key in alias.keys:
                known_to[key].add(alias.service)
        self._weight = {key: _PERSON_WEIGHT if key in _PEOPLE else 1 / len(known) for key, known in known_to.items()}
        self._long = tuple(sorted(key for key in known_to if len(key) >= _SHORT_WORD and key not in _PEOPLE))
        self._typos: dict[str, str | None] = {}

    def find(self, text: str, *, wished: bool = False) -> str | None:
        """The id of the service in a normalised text; of several the first named, after «не …, а» the last.

        ``wished``: she asks for a visit, so that the child it is for may tell the service.
        """
        tokens = [by_ear(word) for word in words(re.sub(_NEVER_A_SERVICE, " ", text))]
        place = self._places(tokens)
        here = frozenset(place)
        whole = [alias for alias in self._aliases if alias.keys <= here and not alias.keys <= _PEOPLE]
        if not whole:
            return self._partly(here) or (self._for_a_child(here) if wished else None)
        first = min(whole, key=lambda alias: min(place[key] for key in alias.keys))
        near = {alias.service for alias in whole if alias.keys & first.keys}
        return self._best(near, place, tuple(_key_of(token) for token in tokens))

    def _best(self, services: Iterable[str], place: dict[str, int], said: tuple[str, ...]) -> str:
        """The service of which most is said; of equals the one said in so many words, named first, listed first."""
        keys: dict[str, set[str]] = {service: set() for service in services}
        in_so_many_words, order = set(), {}
        for alias in self._aliases:
            if alias.service in keys and 2 * len(alias.keys & place.keys()) >= len(alias.keys):
                keys[alias.service] |= alias.keys & place.keys()
                order[alias.service] = -alias.order
                if _stands_in(alias.said, said):
                    in_so_many_words.add((alias.service, len(alias.said)))
        return max(
            keys,
            key=lambda service: (
                sum(self._weight[key] for key in keys[service]),
                max((length for one, length in in_so_many_words if one == service), default=0),
                -min(place[key] for key in keys[service]),
                order[service],
            ),
        )

    def _partly(self, here: frozenset[str]) -> str | None:
        """The service that a word stands for alone, though the pack calls it by more: «ламинирование»."""
        for alias in self._aliases:
            alone = alias.head in here and self._weight[alias.head] == 1 and not alias.head.endswith(_VERB)
            if alone and {"service", "tooth"} & set(families.of(by_ear(alias.head))):
                return alias.service
        return None

    def _for_a_child(self, here: frozenset[str]) -> str | None:
        """The only service of the pack that is done to such a child."""
        found = {alias.service for alias in self._aliases if alias.keys & here & _CHILDREN}
        return found.pop() if len(found) == 1 else None

    def _places(self, tokens: list[str]) -> dict[str, int]:
        """The service words of a message, without those that are denied, and where each stands first."""
        found: dict[str, int] = {}
        for place, token in enumerate(tokens):
            key = self._key(token)
            if key and key not in found and not _denied(tokens, place):
                found[key] = place
        return found

    def _key(self, token: str) -> str | None:
        if token in _SAY_NOTHING or token[0].isdigit():
            return None
        key = _key_of(token)
        return key if key in self._weight else self._mended(key)

    def _mended(self, key: str) -> str | None:
        """The service word that this is with one letter wrong."""
        if len(key) < _SHORT_WORD:
            return None
        if key not in self._typos:
            if len(self._typos) > _REMEMBERED:
                self._typos.clear()
            self._typos[key] = next((known for known in self._long if _mistyped(known, key)), None)
        return self._typos[key]


def _denied(tokens: list[str], place: int) -> bool:
    before = tokens[max(0, place - 2) : place]
    return before[-1:] == ["не"] or (before[:1] == ["не"] and before[-1] in _SAY_NOTHING)


def _mistyped(known: str, key: str) -> bool:
    """Whether ``key`` is ``known`` with one letter wrong. Of short words only letters that are easily mixed up."""
    if known[0] != key[0] or known[-1] != key[-1] or not alike(known, key):
        return False
    if min(len(known), len(key)) >= _LEAST_TYPO:
        return True
    wrong = [frozenset(pair) for pair in zip(known, key, strict=False) if pair[0] != pair[1]]
    return len(known) == len(key) and len(wrong) == 1 and wrong[0] in _MIXED_UP


@lru_cache(maxsize=1)
def _kindred() -> tuple[dict[str, str], dict[str, str]]:
    """What a word, or its beginning, stands for."""
    whole: dict[str, str] = {}
    starts: dict[str, str] = {}
    for line in Path(__file__).with_name("kindred.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, said = line.partition(": ")
            for word in by_ear_throughout(said).split():
                (starts if word.endswith("*") else whole)[word.rstrip("*")] = name
    return whole, starts


@lru_cache(maxsize=20_000)
def _key_of(word: str) -> str:
    """What a word by ear is compared by: the family it belongs to, or its stem."""
    whole, starts = _kindred()
    if word in whole:
        return whole[word]
    for length in range(len(word), 2, -1):
        if word[:length] in starts:
            return starts[word[:length]]
    return _SHORT_ENDING.sub("", word) if len(word) <= _SHORT_WORD else stem(word)


def _alias(service: str, said: str, order: int) -> _Alias | None:
    heard = tuple(_key_of(by_ear(word)) for word in words(normalise(said)))
    telling = [key for key in heard if key not in _SAY_NOTHING and len(key) > 1]
    return _Alias(service, frozenset(telling), telling[0], heard, order) if telling else None


def _stands_in(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))
