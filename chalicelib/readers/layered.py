"""The cheapest reader first: the local one; a model only where that one is not sure and the text is worth it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.desk.values import Reading
from chalicelib.errors import Unavailable
from chalicelib.ports import Reader
from chalicelib.readers.escalation import gravest
from chalicelib.readers.language import written
from chalicelib.readers.masking import bare

if TYPE_CHECKING:
    from chalicelib.readers.breaker import Breaker
    from chalicelib.regulation.schema import Rules

LONGEST_FOR_MODEL = 1000
FEWEST_LETTERS = 2
_HEALTH = ("medical", "emergency")
_NOT_WORTH_IT = ("noise", "rude", "off_topic")
_DATED = ("booking", "reschedule")
_OF_TIME = ("date", "time_from", "time_to", "open_end", "since", "until", "by_weekday")


class Layered:
    """``model`` is None where there is no key, no consent yet or no budget left; ``breaker`` stands before it."""

    name = "layered"

    def __init__(self, local: Reader, model: Reader | None, breaker: Breaker | None = None) -> None:
        self._local = local
        self._model = model
        self._breaker = breaker

    def read(self, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
        """See `ports.Reader`. ``Reading.reader`` tells which layer answered; while the model is unavailable the local
        reading stands."""
        local = self._local.read(text, asked, rules, now)
        model = self._model
        if model is None or not worth_asking(local, text, asked, rules):
            return local
        try:
            read = self._through(model, text, asked, rules, now)
        except Unavailable:
            return local
        return _both(local, read)

    def _through(self, model: Reader, text: str, asked: str | None, rules: Rules, now: datetime) -> Reading:
        if self._breaker is None:
            return model.read(text, asked, rules, now)
        return self._breaker.through(lambda: model.read(text, asked, rules, now))


def worth_asking(local: Reading, text: str, asked: str | None, rules: Rules) -> bool:
    """Whether a model may and should see what the local reader made this of."""
    if local.confidence >= rules.dialogue.confidence_threshold:
        return False
    # What she says of her health stays here, however unclear it is; where a life is in danger nobody is waited for.
    if local.escalate == "medical" or {local.intent, *local.also} & {*_HEALTH} or local.about == "crisis":
        return False
    if local.about in _NOT_WORTH_IT or local.intent == "spam" or len(text) > LONGEST_FOR_MODEL:
        return False
    return sum(letter.isalpha() for letter in bare(written(text).text, asked)) >= FEWEST_LETTERS


def _both(local: Reading, model: Reading) -> Reading:
    """The model's reading; what the local lists and grammar saw is never talked away by it."""
    of_service = model if model.service else local
    read = replace(
        model,
        escalate=gravest(local.escalate, model.escalate),
        name=local.name or model.name,
        phone=local.phone or model.phone,
        service=of_service.service,
        besides=of_service.besides,
        instead=of_service.instead or (local.instead and local.service is None),
        also=model.also or tuple(wish for wish in local.also if wish != model.intent),
        about="crisis" if model.about == "crisis" else local.about or model.about,
        another=model.another or local.another,
        masters=local.masters or model.masters,
        then=model.then or tuple(service for service in local.then if service != of_service.service),
        choice=local.choice or model.choice,
        dropped=local.dropped,
        stranger=local.stranger,
    )
    if local.errands:  # which time is whose is worked out here
        parts = ("service", "then", "masters", "errands", *_OF_TIME)
        return replace(read, **{part: getattr(local, part) for part in parts})
    timeless = not (model.date or model.time_from or model.time_to)
    if timeless and model.intent in _DATED:
        return replace(read, **{part: getattr(local, part) for part in _OF_TIME})
    return read
