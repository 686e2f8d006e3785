"""What only sounds like the time of a visit: greetings, habits, past visits, durations, prices, ages, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable

from chalicelib.readers.russian.grammar import Row, Span

WEEKDAY = "weekday|short_weekday"
AMOUNT = "number|couple|one_half|half"
UNIT = "minute|hour|half_hour|of_day|day|week|month_unit"
_FEW_THINGS = 5


def blank(row: Row, rules: tuple[Rule, ...]) -> None:
    """Mark what the rules match, so that it is taken for no day and no hour."""
    for really, rule in rules:
        for match in row.matches(rule):
            if really(Span(match, row)):
                row.mark(match.start(), match.end(), "out")


# ---------------------------------------------------------------- whether the words of a rule really are that


def _always(span: Span) -> bool:
    return True


def _in_one(span: Span) -> bool:
    """«3 в 1» is what a service is called, «на 28 в 5» a day and an hour."""
    return span.words[-1].value == 1 and span.value() <= _FEW_THINGS


def _is_past(span: Span) -> bool:
    """«Была у вас в пятницу»; but «была записана на пятницу» names the visit she has."""
    return not any(word.text.startswith("запис") for word in span.words)


_PAST_VERB = re.compile(r"[аеиыя]л(?:а|и|о|ась|ось|ись|ся)?$")
_WISHED_IN_THE_PAST = (
    "хот", "мог", "смог", "собир", "план", "дума", "надума", "реш", "освоб", "успе", "запис", "договор", "получ",
    "присмотр", "выбр", "предпоч", "жела", "просил", "назнач", "предлаг", "предлож",
)  # fmt: skip
_NO_VERBS_SAID = """
    если мила людмила камила камилла даниил михаил рафаил гавриил исмаил самуил зал канал материал персонал подвал
    сериал дела дело тело тела мыло
"""
_NO_VERBS = frozenset(_NO_VERBS_SAID.split())


_NAMES_A_DAY = ("relative", "weekday", "short_weekday", "or", "by", "till", "after")


def _has_happened(span: Span) -> bool:
    """«Сегодня утром выпала пломба»; but «завтра вечером», «вечером хотела бы» are wishes."""
    first, last = span.words[0], span.words[-1].text
    if (first.kind == "relative" and first.text != "сегодня") or span.led_by(*_NAMES_A_DAY):
        return False
    return bool(_PAST_VERB.search(last)) and last not in _NO_VERBS and not last.startswith(_WISHED_IN_THE_PAST)


_BESIDE_NIGHT = ("relative", "weekday", "short_weekday", "number", "clock", "hour")
_LEADS_TO_NIGHT = (*_BESIDE_NIGHT, "in", "onto", "or", "a_day")


def _is_said_of_night(span: Span) -> bool:
    """«Ночью не спала»: nobody comes at night, unless she says which."""
    place = span.match.start()
    beside = span.row.is_at(place - 1, *_LEADS_TO_NIGHT) or span.row.is_at(place + 1, *_BESIDE_NIGHT)
    return span.words[0].text == "ночью" and not beside


def _is_shifted(span: Span) -> bool:
    """«Попозже, часа на два»; but «на попозже, часов на восемь» names the hour."""
    return (span.number("number") or 1) < _FEW_THINGS


_SO_MUCH = ("дня", "дней", "денька", "деньков", "суток")
_SO_MANY_WEEKS = ("ли", "ль", "ки", "ек")


def _is_spread(span: Span) -> bool:
    """«Дня на два», «года на два»; but «в тот же день на 15» goes on with the hour."""
    unit = span.words[0]
    return unit.kind not in ("day", "week") or unit.text in _SO_MUCH or unit.text.endswith(_SO_MANY_WEEKS)


_OF_A_THING = ("а", "я", "ов", "ей")
_OPEN_ENDINGS = ("а", "я", "и", "ы", "е", "у")


def _is_counted(span: Span) -> bool:
    """«5 стрижек», «2 зуба», «второго типа»; but «в 5 стрижка» is an hour and what is wanted."""
    number, thing = span.value(), span.words[-1].text
    if span.words[0].kind != "number":
        return thing.endswith(_OF_A_THING)
    if number % 10 == 1 or not thing.endswith(_OPEN_ENDINGS):
        return True
    return number < _FEW_THINGS and not thing.endswith("ка")


# ---------------------------------------------------------------- the rules

Rule = tuple[Callable[[Span], bool], str]

TALK: tuple[Rule, ...] = (
    (_always, "nothing"),
    # greetings and good-byes
    (_always, "good part|of_part|of_day|day|weekend|week|slot"),
    (_always, "part good"),
    (_always, "till relative"),
    (_always, "till part|of_part stop|bracket* $"),
    (_always, "writing unknown? part|of_part"),
    (_always, "part writing"),
    (_is_said_of_night, "part"),
    # habits
    (_always, "every number? ."),
    (_always, f"along {WEEKDAY}|weekend|part|of_part|day|week"),
    (_always, "whole part|of_part|day|of_day|week|weekend"),
    (_always, "measured in number? hour|day|week|month_unit|year_unit"),
    # what has been
    (_always, f"in|onto|from? previous {WEEKDAY}|week|weekend|month_unit|year_unit|measured|slot|relative|part"),
    (_always, "gone part|of_part? ( in clock|number|dotted hour? )?"),
    (_always, f"{AMOUNT}? {UNIT}|year_unit|measured ago"),
    (_is_past, f"past unknown? unknown? in|onto {WEEKDAY}|relative"),
    (_always, "past unknown? unknown? part|of_part"),
    (_always, "past in number|clock|dotted hour?"),
    (_always, f"in? {WEEKDAY}|relative past !particle"),
    (_has_happened, "relative? part unknown !particle"),
    (_has_happened, "relative unknown !particle"),
    # since when it has been
    (_always, f"ongoing unknown|thing|counted? from {WEEKDAY}|relative|part|of_part"),
    (_always, f"from {WEEKDAY}|part|of_part unknown|thing|counted? ongoing"),
    # no day that could be told
    (_in_one, "number in number"),
    (_always, f"through several {UNIT}"),
    (_always, f"through {AMOUNT}? {UNIT} after"),
    (_always, f"{WEEKDAY} month|month_unit"),
)
"""Looked for before any day is."""

MEASURES: tuple[Rule, ...] = (
    # how much later, how late, how long
    (_always, f"onto|in? {AMOUNT}? ( dash number )? {UNIT} later|earlier|forward"),
    (_always, f"later|earlier|forward onto {AMOUNT}? {UNIT}"),
    (_is_shifted, f"later|earlier|forward comma? {UNIT} onto {AMOUNT}"),
    (_always, "later|earlier|forward onto number|couple"),
    (_always, f"{UNIT} onto {AMOUNT} later|earlier"),
    (_is_spread, "measured|year_unit|month_unit|week|day|of_day onto number|couple"),
    (_always, "minute onto? number ( dash number )?"),
    (_always, "number hour number minute"),
    (_always, "late unknown|change? onto? hour? onto? number ( dash number )? minute|hour?"),
    (_always, "late unknown|change? onto? couple|one_half|half? hour|half_hour"),
    (_always, "number|large ( dash number )? minute"),
    (_always, f"for {AMOUNT}|large|dotted|clock? ( dash number )? {UNIT}|measured"),
    (_always, "for number|large|dotted|four_digits|year"),
    (_always, "number|couple|one_half dash? number? day|week|month_unit|half_hour"),
    (_always, "onto|number dash? number of_day"),
    # how much, how many, how old, where
    (_always, "from|till|number? till|dash? number|large|dotted|four_digits|year|ordinal|adjective measured|percent"),
    (_is_counted, "<!after|till|later|earlier number|ordinal|adjective ( dash number )? counted"),
    (_always, "label|place till? number|large|dotted|adjective|four_digits ( dash|slashed number )?"),
    (_always, "number|adjective|ordinal place"),
    (_always, "number plus"),
)
"""Looked for when «через 2 дня» and the like have been found."""
