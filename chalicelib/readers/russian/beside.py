"""What only sounds like the time of a visit: greetings, habits, past visits, durations, prices, ages, addresses."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.patterns import lazy
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


_PAST_VERB = lazy(r"[аеиуыя]л(?:а|и|о|ась|ось|ись|ся)?$")
_WISHED_IN_THE_PAST = (
    "хот", "мог", "смог", "собир", "план", "дума", "надума", "реш", "освоб", "успе", "запис", "договор", "получ",
    "присмотр", "выбр", "предпоч", "жела", "просил", "назнач", "предлаг", "предлож", "сказал", "посоветов", "велел",
    "пригла", "позва", "намет", "предст", "поста", "вызва", "перен", "дал", "обеща", "отказ", "отпуст", "отпрос", "был",
)  # fmt: skip
_NO_VERBS_SAID = """
    если мила людмила камила камилла даниил михаил рафаил гавриил исмаил самуил зал канал материал персонал подвал
    развал стул стула стулу аул сериал дела дело тело тела мыло
"""
_NO_VERBS = frozenset(_NO_VERBS_SAID.split())


def is_past_verb(word: str) -> bool:
    """Whether a word tells what has happened; but «хотела», «записалась» are of what is to come."""
    return bool(_PAST_VERB.search(word)) and word not in _NO_VERBS and not word.startswith(_WISHED_IN_THE_PAST)


_NAMES_A_DAY = ("relative", "weekday", "short_weekday", "or", "by", "till", "after")


def _has_happened(span: Span) -> bool:
    """«Сегодня утром выпала пломба»; but «завтра вечером», «вечером хотела бы» are wishes."""
    first = span.words[0]
    if (first.kind == "relative" and first.text != "сегодня") or span.led_by(*_NAMES_A_DAY):
        return False
    return is_past_verb(span.words[-1].text)


_BESIDE_NIGHT = ("relative", "weekday", "short_weekday", "number", "clock", "hour")
_LEADS_TO_NIGHT = (*_BESIDE_NIGHT, "in", "onto", "or", "a_day")


_FEW_HOURS = 4


def _is_moved_by(span: Span) -> bool:
    """«Сдвиньте часа на два»; but «запишите часа на три» names the hour."""
    few = (span.number("number") or 1) <= _FEW_HOURS
    return few and span.words[0].text == "часа" and any(word.kind == "moving" for word in span.row.words)


_OF_ONE_DAY = ("ику", "гу", "де", "це", "те", "нью")


def _is_habit(span: Span) -> bool:
    """«По пятницам»; but «отбой по пятнице», said of one."""
    return span.words[-1].kind != "weekday" or not span.words[-1].text.endswith(_OF_ONE_DAY)


def _is_nothing(span: Span) -> bool:
    """«С нуля»."""
    return span.words[-1].value == 0


_OPEN_AT = ("хоть", "запи", "прие", "прим", "работ", "прини", "прием", "дежур", "откры", "бывает")


def _is_said_of_night(span: Span) -> bool:
    """«Ночью не спала»: nobody comes at night, unless she says which; but «ночью работаете?» asks for it."""
    place = span.match.start()
    beside = span.row.is_at(place - 1, *_LEADS_TO_NIGHT) or span.row.is_at(place + 1, *_BESIDE_NIGHT)
    clause = [span.row.words[at] for at in span.row.clause(place, place)]
    asked = any(word.text.startswith(_OPEN_AT) for word in clause) and all(word.kind != "number" for word in clause)
    return span.words[0].text in ("ночью", "в ночь") and not beside and not asked


def _is_shifted(span: Span) -> bool:
    """«Попозже, часа на два»; but «на попозже, часов на восемь» names the hour."""
    return (span.number("number") or 1) < _FEW_THINGS


_READING = ("увиж", "увид", "прочт", "прочит", "отве", "забуд", "посмотр", "напиш")


def _is_read_then(span: Span) -> bool:
    """«Утром прочтёте», «мне ответ к утру»: when a message is read."""
    return any(word.text.startswith(_READING) for word in span.words)


def _is_night(span: Span) -> bool:
    """«До ночи» tells no hour."""
    return span.words[-1].value == "night"


def _is_repeated(span: Span) -> bool:
    """«Завтра да завтра»."""
    return span.words[0].text == span.words[-1].text


def _is_half_of_a_thing(span: Span) -> bool:
    """«Вторая половина обломана»; but «вторая половина дня», «во второй половине»."""
    return "половин" in span.words[0].text


_PRESENT = ("ест", "ит", "ет", "ют", "ут", "ат", "ят")
_OF_A_VISIT = (
    "работа", "прин", "прим", "буд", "свобод", "подой", "подход", "устр", "мож", "успе", "получ", "прид", "откр",
    "приход", "начин", "стриж", "стрич", "удоб", "хот", "хоч", "приед", "подъед", "смож", "нет", "есть",
)  # fmt: skip


def _has_gone_on(span: Span) -> bool:
    """«С утра капает», «с утра ещё бегала»; but «с утра работает кто?»."""
    said = span.words[-1].text
    return said.endswith(_PRESENT) and len(said) > 3 and not said.startswith(_OF_A_VISIT)


def _is_from_then(span: Span) -> bool:
    """«Молчит с обеда», «спит до обеда»."""
    return span.words[-1].text.startswith(("с ", "до "))


_SHIFTS = ("работа", "смена", "учеба", "пары", "уроки")


def _is_a_shift(span: Span) -> bool:
    """«Я работа до семь вечер»: till then she is busy."""
    return span.words[0].text in _SHIFTS


def _did_not_go_on(span: Span) -> bool:
    """«Не ест с утра»."""
    said = span.words[1].text
    return said.endswith(_PRESENT) and not said.startswith(_OF_A_VISIT)


_OF_MANY_SUCH = ("ых", "их")


def _is_of_such(span: Span) -> bool:
    """«На 30 грузовых автомобилей»."""
    return any(word.text.endswith(_OF_MANY_SUCH) and len(word.text) > 3 for word in span.words)


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
    (_always, "in? number|clock hour? of_part writing"),
    (_always, "part writing"),
    (_is_said_of_night, "part"),
    (_always, "^ of_part"),
    (_is_read_then, "by? part unknown|ongoing"),
    (_is_read_then, "unknown by part"),
    (_is_night, "till part|of_part"),
    (_is_repeated, "relative unknown|comma relative"),
    (_always, "ongoing unknown? till part|of_part"),
    (_always, "till part|of_part ongoing"),
    (_is_half_of_a_thing, "<!in|onto|relative|weekday|short_weekday part unknown"),
    # habits
    (_always, "every number? ."),
    (_is_habit, f"along {WEEKDAY}|weekend|part|of_part|day|week"),
    (_always, "whole by? part|of_part|day|of_day|week|weekend"),
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
    (_has_happened, "<from of_part unknown !particle"),
    (_has_gone_on, "from part|of_part unknown"),
    (_is_from_then, "ongoing unknown|thing|counted? part"),
    (_did_not_go_on, "not unknown from part|of_part"),
    # since when it has been
    (_always, f"ongoing unknown|thing|counted? from {WEEKDAY}|relative|part|of_part"),
    (_always, f"from {WEEKDAY}|part|of_part unknown|thing|counted? ongoing"),
    # no day that could be told
    (_in_one, "number in number"),
    (_always, f"through several {UNIT}"),
    (_always, f"through {AMOUNT}? {UNIT} after"),
    (_always, f"{WEEKDAY} month|month_unit"),
    (_always, "ordinal of_day"),
    (_is_nothing, "from number !till|hour|of_part"),
    (_always, f"payday by|in? {WEEKDAY}|ordinal|number date?"),
)
"""Looked for before any day is."""

MEASURES: tuple[Rule, ...] = (
    # how much later, how late, how long
    (_always, f"onto|in? {AMOUNT}? ( dash number )? {UNIT} later|earlier|forward"),
    (_always, f"later|earlier|forward onto {AMOUNT}? {UNIT}"),
    (_is_shifted, f"later|earlier|forward comma? {UNIT} onto {AMOUNT}"),
    (_always, "later|earlier|forward onto number|couple"),
    (_always, f"{UNIT} onto {AMOUNT} later|earlier"),
    (_is_moved_by, f"hour onto {AMOUNT}"),
    (_is_spread, "measured|year_unit|month_unit|week|day|of_day onto number|couple"),
    (_always, "onto? number|couple|one_half year_unit"),
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
    (_is_of_such, "number|large unknown unknown|of_day|counted|measured|thing"),
    (_is_counted, "<!after|till|later|earlier number|ordinal|adjective ( dash number )? counted"),
    (_is_a_shift, "unknown hour? till number|clock|dotted hour? part|of_part?"),
    (_always, "label|place till? number|large|dotted|adjective|four_digits ( dash|slashed number )?"),
    (_always, "number|adjective|ordinal place"),
    (_always, "number plus"),
)
"""Looked for when «через 2 дня» and the like have been found."""
