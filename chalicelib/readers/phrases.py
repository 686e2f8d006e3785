"""The local reader: booking messages understood without a model, by cues, the pack's phrases and our grammar."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk.values import Reading
from chalicelib.readers import answers, cues
from chalicelib.readers.escalation import Escalation, Signs
from chalicelib.readers.nearness import Nearness
from chalicelib.readers.russian import dates, names, phones
from chalicelib.readers.russian.dates import When
from chalicelib.readers.russian.words import LONGEST, in_russian_letters, normalise, stem, words
from chalicelib.readers.services import Services, key_of

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules

_KEPT_PACKS = 4


@dataclass(frozen=True, eq=False)
class _Pack:
    """What is prepared once for a pack. ``rules`` is kept so that its identity stays its own."""

    rules: Rules
    zone: ZoneInfo
    services: Services
    escalation: Escalation
    nearness: Nearness
    masters: frozenset[str]
    phrases: tuple[str, ...]

    @cached_property
    def known(self) -> frozenset[str]:
        """Every word the pack and the language are known to have; only Latin letters make it needed."""
        said = {word for phrase in self.phrases for word in words(phrase)}
        return frozenset(said | names.forms().keys() | set(dates.DAY_WORDS) | _cues().whole_words())


class Phrases:
    """Reads by the pack's RP-002 phrases, SLA-001 words and services, and by what all businesses share."""

    name = "phrases"

    def __init__(self) -> None:
        self._packs: OrderedDict[int, _Pack] = OrderedDict()

    def read(self, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
        """See `ports.Reader`. Never raises `Unavailable`; nothing but the arguments is looked at."""
        pack = self._prepared(rules)
        text = text[:LONGEST]
        plain = normalise(text)
        russian = in_russian_letters(plain, lambda word: word in pack.known)
        if russian is not plain:
            text = plain = russian
        signs = pack.escalation.signs(plain)
        service = pack.services.find(plain)
        phone = phones.find(text)
        told = dates.heard(plain, now.astimezone(pack.zone), bare=asked == "time")
        wish = int(service is not None) + int(bool(told.days or told.times))
        scores = _scores(pack, plain, signs, service, wish)
        scores = answers.heard(scores, asked, plain)
        intent, confidence = _best(scores)
        name = names.find(text, staff=pack.masters, asked=asked == "name")
        when = _when(told, intent, asked)
        said = answers.Said(name=name, phone=phone, service=service, when=when)
        intent, confidence = answers.settled(intent, confidence, asked, said)
        return Reading(
            intent=intent,
            confidence=round(confidence, 3),
            escalate=_escalated(intent, signs),
            name=name,
            phone=phone,
            service=service,
            date=when.date,
            time_from=when.time_from,
            time_to=when.time_to,
            reader=self.name,
        )

    def _prepared(self, rules: Rules) -> _Pack:
        pack = self._packs.get(id(rules))
        if pack is None:
            pack = self._packs[id(rules)] = _prepare(rules)
            while len(self._packs) > _KEPT_PACKS:
                self._packs.popitem(last=False)
        return pack


def _prepare(rules: Rules) -> _Pack:
    services = Services(rules.business.services)
    phrases = [(rule.name, normalise(said)) for rule in rules.dialogue.intents for said in rule.phrases]
    masters = frozenset(person.name.split()[0] for person in rules.business.staff)
    return _Pack(
        rules=rules,
        zone=ZoneInfo(rules.business.zone),
        services=services,
        escalation=Escalation(rules),
        nearness=Nearness(phrases, _compared_by),
        masters=masters,
        phrases=tuple(said for _, said in phrases),
    )


# ---------------------------------------------------------------- the intent

# Of two intents about as likely the one that matters more: a wish before a question, a question before a greeting.
_PRECEDENCE_SAID = """
    emergency consent_no spam complaint reschedule cancel running_late confirm medical human other booking
    question_price question_hours question_address question_service consent_yes thanks greeting
"""
_PRECEDENCE = _PRECEDENCE_SAID.split()
_CLOSE = 0.08
_ALMOST_THE_SAME = 0.8
_GRAVE = ("emergency", "complaint", "medical", "human", "consent_no")
_GUESS, _WORTH_WEIGHING = 0.3, 0.6
_PHRASE_SURE, _PHRASE_WORTH = 0.95, 1.1
_WISH_ALONE = 0.7
_SHORT = 6
_COURTESY = ("greeting", "thanks")
_WANTED = 0.5


@lru_cache(maxsize=1)
def _cues() -> cues.Cues:
    return cues.read(Path(__file__).with_name("intents.txt"))


def _scores(pack: _Pack, plain: str, signs: Signs, service: str | None, wish: int) -> dict[str, float]:
    said = words(plain)
    scores: dict[str, float] = {}
    hits = _widest(_cues().find(said))
    for hit in hits:
        scores[hit.name] = max(scores.get(hit.name, 0.0), hit.weight)
    for intent, near in pack.nearness.to(_without_courtesy(said, hits)).items():
        worth = min(_PHRASE_SURE, near * _PHRASE_WORTH)
        if near < _ALMOST_THE_SAME:
            # A likeness is weaker than a word that means something, and too weak to wake anybody.
            worth *= 0.55 if intent in _GRAVE else 0.85 if hits else 1.0
        scores[intent] = max(scores.get(intent, 0.0), worth)
    for intent, weight in _by_signs(signs).items():
        scores[intent] = max(scores.get(intent, 0.0), weight)
    if wish:
        alone = _WISH_ALONE + 0.1 * (wish - 1) if len(said) <= _SHORT or wish > 1 else 0.55
        if any(hit.weight >= _WISH_ALONE and hit.name not in _COURTESY for hit in hits):
            alone *= 0.75  # she says what she wants of it
        scores["booking"] = max(scores.get("booking", 0.0), alone)
    return _weighed(scores)


def _widest(hits: list[cues.Hit]) -> list[cues.Hit]:
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


def _without_courtesy(said: list[str], hits: list[cues.Hit]) -> str:
    """The words that are compared with the phrases: «здравствуйте» says nothing of the wish behind it."""
    polite = {place for hit in hits if hit.name in _COURTESY for place in range(hit.start, hit.end)}
    return " ".join(word for place, word in enumerate(said) if place not in polite) or " ".join(said)


def _compared_by(word: str) -> str:
    """Days and hours tell intents apart no better than numbers do."""
    key = key_of(word)
    return "" if key in _DAYS else key


_DAYS = frozenset(
    stem(word)
    for word in (
        *dates.DAY_WORDS,
        "утро",
        "утром",
        "днем",
        "вечер",
        "ночью",
        "обеда",
        "число",
        "числа",
        "час",
        "часов",
        "среда",
        "среду",
        "минут",
    )
)


def _by_signs(signs: Signs) -> dict[str, float]:
    found: dict[str, float] = {}
    if signs.has("danger", "stranded"):
        found["emergency"] = 0.95
    if signs.has("medical"):
        found["medical"] = 0.85
    if signs.has("complaint"):
        found["complaint"] = 0.92
    if signs.has("human_request"):
        found["human"] = 0.88
    if signs.has("high_value"):
        found["booking"] = 0.6
    if signs.has("urgent"):
        found["booking"] = 0.5
    return found


def _weighed(scores: Mapping[str, float]) -> dict[str, float]:
    """Courtesy beside a real wish does not count."""
    wanted = max((score for intent, score in scores.items() if intent not in _COURTESY), default=0.0)
    if wanted < _WANTED:
        return dict(scores)
    return {intent: score * (0.3 if intent in _COURTESY else 1.0) for intent, score in scores.items()}


def _best(scores: Mapping[str, float]) -> tuple[str, float]:
    top = max(scores.values(), default=0.0)
    if top < _GUESS:
        return "other", 0.2
    close = [intent for intent, score in scores.items() if score >= max(top - _CLOSE, min(top, _WORTH_WEIGHING))]
    best = min(close, key=_PRECEDENCE.index)
    rivals = [score for intent, score in scores.items() if intent != best]
    doubt = 0.15 if rivals and max(rivals) > scores[best] + 0.02 else 0.0
    return best, max(0.0, min(0.99, scores[best] - doubt))


# ---------------------------------------------------------------- what belongs to the intent

_NO_WISH = ("complaint", "spam", "other", "question_address", "thanks")


def _when(told: dates.Heard, intent: str, asked: str | None) -> When:
    if intent in _NO_WISH and asked != "time":
        return When()
    when = told.when(moved=intent in ("reschedule", "running_late"), off=intent == "cancel")
    if intent == "question_hours":
        return replace(when, time_from=None, time_to=None)
    return when


_OWN_REASON = {"complaint": "complaint", "medical": "medical", "human": "human_request"}


def _escalated(intent: str, signs: Signs) -> str | None:
    if intent == "spam":
        return None
    if intent == "other":
        return signs.reason if signs.has("danger", "stranded", "medical", "complaint") else None
    return signs.reason or _OWN_REASON.get(intent)
