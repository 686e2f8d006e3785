"""The local reader: what a message means, understood without a language model and within a few milliseconds.

A message is read in this order:

1.  `language.written`: Russian typed in Latin letters or in the wrong layout becomes Russian.
2.  `russian.words.normalise`: one spelling of letters, signs and emoji; noise ends here (`about.is_noise`).
3.  The parts of a request are found, each by its own grammar: `services`, `russian.dates`, `russian.names`,
    `russian.phones`.
4.  `features.of` says what the learned model sees: words by ear, their families, letters, cues (intents.txt), signs
    (signs.txt). `learned.model` turns that into probabilities of intents, of reasons for a person, of asides.
5.  The pack is master: what is (nearly) one of its RP-002 phrases means that intent, and the model's guess is shared
    out among its intents (`_weighed`). What a bare «да» or «нет» means is told by what was asked (`answers`), not by
    the pack: `nochnik check` lets none be without these intents.
6.  `escalation.Escalation.signs`: whether a person is needed, by the lists, SLA-001 of the pack and the model.
7.  `wishes` and `about`: a second wish, a visit for one more person, what the message is besides.
8.  `masters`, `several` and `choices`: to whom she wants, further services, what she says to something offered.

`python -m corpus.learn` learns the model anew; see corpus/README.md.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk.values import Reading
from chalicelib.readers import about, answers, choices, errands, features, language, learned, passing, several, wishes
from chalicelib.readers.escalation import Escalation
from chalicelib.readers.masters import Masters
from chalicelib.readers.nearness import Nearness
from chalicelib.readers.russian import dates, lateness, names, phones
from chalicelib.readers.russian.dates import When
from chalicelib.readers.russian.words import LONGEST, normalise, stem
from chalicelib.readers.services import Services
from chalicelib.readers.spelling import by_ear

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules

_KEPT_PACKS = 4
_THE_SAME, _ALIKE = 0.85, 0.55
"""How near to a phrase of the pack a message says the same, or is like it."""
_LIKENESS = 0.5
"""How much of the outcome a likeness may be."""
_SAME_IS_SURE = 0.95
_NOISE = Reading(intent="other", confidence=0.9, about="noise")
_ASIDE = ("question_service", "question_price", "medical", "emergency", "consent_yes", "greeting")
"""Intents beside which an hour without a day is no wish: «приём идёт час», «в 5 лет»."""
_OF_SERVICES = ("booking", "reschedule", "question_price", "question_service")
"""Intents beside which a service may be told by what only hints at it."""
_OF_PRICES = ("question_price", "question_service")
"""Intents that may ask about several services at once: «маникюр или педикюр сколько стоят?»."""
_OF_VISITS = ("reschedule", "cancel", "confirm", "running_late")
"""Intents of a visit that exists: with whom it is, is told as well."""
_DOUBTFUL, _BY_MASTER = 0.8, 0.9
"""A message that says nothing but to whom she would like to go is a wish to come: where another is doubtful, and how
sure it is then."""
_NEARLY_AS_LIKELY = 0.9
_CORRECTION = 0.9
"""How sure it is that «нет, лучше в 13», said to consent, is a wish."""
_UNWELL = 0.9
"""How likely a medical reason is where she tells of her health."""
_FOR_SOMEBODY = ("booking", "question_price", "question_service")
"""Intents beside which the child a visit is for may tell the service."""
_NO_SERVICE = ("spam", "other", "question_address", "consent_no", "thanks")
_IN_PASSING = 0.6
"""What is likely one of these names a service only in passing: «забыла у вас шарф, когда была на стрижке»."""
_NO_WISH = ("complaint", "emergency", "spam", "other", "question_address", "thanks", "consent_no")


@dataclass(frozen=True, eq=False)
class _Pack:
    """What is prepared once for a pack. ``rules`` is kept so that its identity stays its own."""

    rules: Rules
    zone: ZoneInfo
    services: Services
    escalation: Escalation
    nearness: Nearness
    staff: frozenset[str]
    performers: Masters
    intents: frozenset[str]


class Phrases:
    """Reads by what all businesses share, and by the phrases, services and words of the pack."""

    name = "phrases"

    def __init__(self) -> None:
        self._packs: OrderedDict[int, _Pack] = OrderedDict()

    def read(self, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
        """See `ports.Reader`. Never raises `Unavailable`; nothing but the arguments is looked at."""
        pack = self._prepared(rules)
        message = language.written(text[:LONGEST])
        plain = normalise(message.text)
        chosen = choices.heard(message.text)
        if about.is_noise(plain, _is_known) and not chosen.pick and not names.find(message.text, staff=pack.staff):
            return replace(_NOISE, reader=self.name)
        seen = features.of(plain, asked)
        guess = learned.model().guess(seen)
        likely = answers.heard(_weighed(guess.intents, pack, plain), asked, plain)
        first = max(likely, key=lambda intent: likely[intent])
        in_russian = language.in_russian(plain, message.language)
        told = dates.heard(in_russian, now.astimezone(pack.zone), bare=asked in ("time", "consent")).of_visits()
        if first == "medical" and told.days and likely.get("booking", 0.0) >= _NEARLY_AS_LIKELY * likely[first]:
            first = "booking"  # whoever tells of a pain and names a day wants to come
        if answers.may_correct(first, asked, plain) and _wishes(told, pack, in_russian, plain):
            first, likely = "booking", {"booking": _CORRECTION}
        unwell = guess.reasons["medical"] >= _UNWELL
        when = _when(told, first, asked, unwell=unwell)
        in_passing = first in _NO_SERVICE and likely[first] >= _IN_PASSING and asked is None
        for_whom = asked == "name"  # then who it is for is no wish: «для дочки Маши, 5 лет»
        of_services = passing.without_mentions(in_russian, first)
        said = answers.Said(
            name=names.find(language.as_signed(text, message), staff=pack.staff, asked=asked == "name"),
            phone=phones.find(message.text),
            service=None
            if in_passing
            else pack.services.find(
                of_services, wished=first in _FOR_SOMEBODY and not for_whom, spoken_of=first in _OF_SERVICES
            ),
            when=when,
        )
        intent, confidence = answers.settled(first, likely[first], asked, said, plain)
        masters = pack.performers.find(plain, asked, told=intent in _OF_VISITS)
        only_master = bool(masters) and confidence < _DOUBTFUL and pack.performers.is_all(plain)
        if only_master:
            intent, confidence = "booking", _BY_MASTER
        possible = wishes.possible(likely, features.cued(seen))
        intent, *also = wishes.several(plain, intent, possible, lambda part: _weighed(_guess(part).intents, pack, part))
        if also:  # what speaks for one of two wishes speaks against neither
            confidence = max(confidence, sum(likely.get(wish, 0.0) for wish in (intent, *also)))
        signs = pack.escalation.signs(plain, guess, intent)
        books, asks = "booking" in (intent, *also), intent in _OF_PRICES
        several_named = of_services.replace(" или ", " и ") if asks and not books else of_services

        def clock(part: str) -> When:
            return _when(dates.heard(part, now.astimezone(pack.zone)).of_visits(), first, asked, unwell=unwell)

        several_told = len(told.days) > 1 or len(told.times) > 1
        visits = _visits_of(pack, of_services, said.service, clock) if books and said.service and several_told else ()
        if visits:
            several_named, when, masters = visits[0].text, visits[0].when, visits[0].masters
        return Reading(
            intent=intent,
            confidence=round(confidence, 3),
            escalate=None if only_master else signs.reason,
            name=said.name,
            phone=said.phone,
            service=said.service,
            date=when.date,
            time_from=when.time_from,
            time_to=when.time_to,
            reader=self.name,
            also=tuple(also),
            about=about.about(plain, len(text), intent, confidence, guess, crisis=signs.crisis),
            another=intent in ("booking", "reschedule") and wishes.for_another(plain),
            minutes=lateness.find(in_russian) if intent == "running_late" else chosen.minutes,
            open_end=when.open_end,
            since=when.since,
            until=when.until,
            by_weekday=when.by_weekday,
            language=message.language,
            masters=masters,
            then=several.further(pack.services, several_named, said.service) if books or asks else (),
            besides=said.service is not None and several.is_besides(plain),
            instead=several.is_instead(plain)
            if said.service
            else bool(said.name or said.phone) and several.puts_right(plain),
            choice=chosen.pick,
            stranger=books and pack.performers.names_a_stranger(plain),
            dropped=pack.services.dropped(of_services),
            errands=tuple(visit.errand for visit in visits[1:]),
        )

    def _prepared(self, rules: Rules) -> _Pack:
        pack = self._packs.get(id(rules))
        if pack is None:
            pack = self._packs[id(rules)] = _prepare(rules)
            while len(self._packs) > _KEPT_PACKS:
                self._packs.popitem(last=False)
        return pack


def _prepare(rules: Rules) -> _Pack:
    intents = rules.dialogue.intents
    return _Pack(
        rules=rules,
        zone=ZoneInfo(rules.business.zone),
        services=Services(rules.business.services),
        escalation=Escalation(rules),
        nearness=Nearness((rule.name, normalise(said)) for rule in intents for said in rule.phrases),
        performers=Masters(rules.business),
        staff=frozenset(person.name.split()[0] for person in rules.business.staff),
        intents=frozenset(rule.name for rule in intents),
    )


def _guess(plain: str) -> learned.Guess:
    return learned.model().guess(features.of(plain, None))


def _is_known(word: str) -> bool:
    """Whether the model has met it."""
    return learned.model().knows("w" + stem(by_ear(word)))


def _weighed(intents: Mapping[str, float], pack: _Pack, plain: str) -> dict[str, float]:
    """How likely each intent of the pack is, by the model and by the likeness to the pack's own phrases."""
    nearest, near = pack.nearness.nearest(plain)
    if near >= _THE_SAME:
        return {nearest: _SAME_IS_SURE}
    whole = sum(value for intent, value in intents.items() if intent in pack.intents) or 1.0
    likely = {intent: value / whole for intent, value in intents.items() if intent in pack.intents}
    part = _LIKENESS * max(0.0, near - _ALIKE) / (_THE_SAME - _ALIKE)
    return {
        intent: (1 - part) * value + part * (intent == nearest) for intent, value in {nearest: 0.0, **likely}.items()
    }


def _visits_of(pack: _Pack, text: str, service: str, clock: errands.Clock) -> tuple[errands.Visit, ...]:
    """The visits at times of their own that a text tells, that of ``service`` first."""
    visits = errands.visits(pack.services, pack.performers, text, clock)
    return visits if visits and visits[0].service == service else ()


def _wishes(told: dates.Heard, pack: _Pack, in_russian: str, plain: str) -> bool:
    """Whether a text tells when, to whom or for what she would come."""
    return bool(told.days or told.times or pack.performers.find(plain) or pack.services.find(in_russian, wished=True))


def _when(told: dates.Heard, intent: str, asked: str | None, *, unwell: bool) -> When:
    """``unwell``: whatever she wants, she tells of her health, and since when: «с утра рот не открыть»."""
    if intent in _NO_WISH and asked not in ("time", "consent"):
        return When()
    return told.when(
        moved=intent in ("reschedule", "running_late"),
        off=intent == "cancel",
        aside=(unwell or intent in _ASIDE) and asked is None,
        open_at=intent == "question_hours",
    )
