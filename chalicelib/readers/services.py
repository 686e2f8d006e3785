"""Which service of the pack a message speaks of, in whatever form the client calls it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.readers.russian.words import alike, normalise, stem, words
from chalicelib.regulation.schema import Service

# What clients call the same thing: the first pattern's words stand for one another in a message and in the pack.
_KINDRED = (
    ("маникюр", r"маник\w*|маникюр\w*|ногт(?:и|ей|ям|ями)|ногот(?:ь|ки|ков|очк\w*)|нокот\w*|нюдик\w*"),
    ("педикюр", r"педик\w*|педи"),
    (
        "стрижк",
        r"стриж\w*|(?:по|под|об|вы)?стри(?:чь|чься|чьс|гусь|гся|глась|глся|жет\w*|гите|гут)|подстри\w*|постри\w*|стрич\w*",
    ),
    ("окрашиван", r"окраш\w*|окрас\w*|покра(?:с|ш)\w*|перекрас\w*|крас(?:ить|иться|ят|ите)\w*|колор\w*"),
    ("укладк", r"уклад\w*|улож\w*"),
    ("бров", r"бров\w*"),
    ("ресниц", r"ресни\w*|реснич\w*|лэш\w*"),
    ("бород", r"бород\w*"),
    ("чистк", r"чистк\w*|почистить"),
    ("имплант", r"имплант\w*"),
    ("пломб", r"пломб\w*|запломб\w*"),
    ("масл", r"масл\w*"),
    ("шиномонтаж", r"шиномонт\w*|переобу\w*|переобув\w*|резин[уыа]\b|шинк\w*"),
    ("диагностик", r"диагнос\w*|продиагност\w*"),
    ("массаж", r"массаж\w*|промассир\w*"),
    ("эпиляц", r"эпил\w*|депил\w*|шугар\w*"),
    ("удален", r"удал(?:ить|ени\w+)|вырва\w*"),
)
_KIN = re.compile("|".join(rf"(?P<{name}>{pattern})" for name, pattern in _KINDRED))
_SHORT = frozenset(
    [
        "в",
        "и",
        "на",
        "с",
        "со",
        "для",
        "по",
        "от",
        "до",
        "за",
        "из",
        "или",
        "у",
        "о",
        "к",
        "без",
        "под",
        "при",
        "не",
        "а",
        "the",
    ]
)
# Words of many services and of none: «волосы» alone does not ask for colouring.
_SHARED_SAID = """
    волос голов лиц муж муж сын доч женск мужск детск зал рук ног ваш свадебн полн нов
"""
_SHARED = frozenset(_SHARED_SAID.split())
_LEAST_TYPO = 5
_REMEMBERED = 5000
_LONG_ENOUGH = 7


@dataclass(frozen=True)
class _Alias:
    service: str
    stems: frozenset[str]
    order: int


class Services:
    """A pack's services, ready to be found. Built once for a pack."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._aliases = [
            _Alias(service.id, _keys(said), order)
            for order, service in enumerate(services)
            for said in (service.title, *service.words)
            if _keys(said)
        ]
        self._vocabulary = frozenset(key for alias in self._aliases for key in alias.stems)
        self._known_to = {
            key: frozenset(alias.service for alias in self._aliases if key in alias.stems) for key in self._vocabulary
        }
        self._typos: dict[str, str | None] = {}
        self._long = tuple(sorted(key for key in self._vocabulary if len(key) >= _LEAST_TYPO))

    @property
    def vocabulary(self) -> frozenset[str]:
        """The stems by which services are known."""
        return self._vocabulary

    def find(self, text: str) -> str | None:
        """The id of the service in a normalised text; of several the first named, after «не …, а» the last."""
        said = self._said(text)
        if not said:
            return None
        here = frozenset(key for key, _ in said)
        place = {key: n for n, (key, _) in reversed(list(enumerate(said)))}
        whole = [alias for alias in self._aliases if alias.stems <= here]
        if whole:
            first = min(place[key] for alias in whole for key in alias.stems)
            # «Мужская стрижка» says more than «стрижка»; of two services the first one named.
            best = max(whole, key=lambda alias: (first in map(place.get, alias.stems), len(alias.stems), -alias.order))
            return best.service
        return self._partly(here)

    def _partly(self, here: frozenset[str]) -> str | None:
        """The one service that more of the words belong to than to any other; None when two are as likely."""
        here = here - _SHARED
        if not here:
            return None
        points: dict[str, float] = {}
        for alias in self._aliases:
            common = alias.stems & here
            score = sum(1 / len(self._known_to[key]) for key in common) / (1 + 0.2 * len(alias.stems))
            points[alias.service] = max(points.get(alias.service, 0.0), score)
        ranked = sorted(points.items(), key=lambda item: -item[1])
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < 0.01:
            return None
        return ranked[0][0]

    def _said(self, text: str) -> list[tuple[str, int]]:
        """The service words of a text in order, without those that are denied."""
        found: list[tuple[str, int]] = []
        tokens = words(text)
        for n, token in enumerate(tokens):
            key = self._key(token)
            if (
                key is None
                or (n and tokens[n - 1] == "не")
                or (n > 1 and tokens[n - 2] == "не" and tokens[n - 1] in _SHORT)
            ):
                continue
            found.append((key, n))
        return found

    def _key(self, token: str) -> str | None:
        if token in _SHORT or len(token) < 3:
            return None
        key = key_of(token)
        if key in self._vocabulary:
            return key
        if len(token) < _LEAST_TYPO or len(key) < _LEAST_TYPO - 1:
            return None
        return self._mended(key)

    def _mended(self, key: str) -> str | None:
        """The service word that this is with one letter wrong."""
        if key not in self._typos:
            if len(self._typos) > _REMEMBERED:
                self._typos.clear()
            # A letter more or less at the end makes another word of a short one: «машина», «машинка».
            near = [
                known
                for known in self._long
                if alike(known, key) and (known[-1] == key[-1] or min(len(known), len(key)) >= _LONG_ENOUGH)
            ]
            self._typos[key] = max(near, key=lambda known: known[0] == key[0], default=None)
        return self._typos[key]


@lru_cache(maxsize=20_000)
def key_of(word: str) -> str:
    """What a word is compared by: its family («постричься» → «стрижк») or its stem."""
    kin = _KIN.fullmatch(word)
    return stem(str(kin.lastgroup)) if kin else stem(word)


def _keys(said: str) -> frozenset[str]:
    return frozenset(key_of(word) for word in words(normalise(said)) if word not in _SHORT and len(word) > 1)
