"""When a client would like to come: the day and the time in her words, worked out from now.

The conventions are those of docs/meaning.md, "Times": week from Monday, a bare hour 1–8 is in the afternoon, of several
options the first counts, of a correction the last, and an impossible or past date is no date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from chalicelib.readers.russian import hours, phones
from chalicelib.readers.russian.hours import BLANK, Hours
from chalicelib.readers.russian.numbers import in_digits
from chalicelib.readers.russian.words import alike, normalise


@dataclass(frozen=True)
class When:
    """What was said of the time, in the business's zone: an exact hour has ``time_from`` only, like an open end."""

    date: date | None = None
    time_from: time | None = None
    time_to: time | None = None


@dataclass(frozen=True)
class _Day:
    """A day said somewhere in a text. ``day`` is None when there is no such day or it is past."""

    day: date | None
    start: int
    end: int
    kind: str
    weekday: int | None = None
    exact: time | None = None


def find(text: str, now: datetime, *, bare: bool = False, moved: bool = False, off: bool = False) -> When:
    """The day and time of a message. ``now``: local time of the business.

    ``bare``: she was asked for the time, so a number alone is one. ``moved``: a visit is moved, so the last time counts
    and the one she has does not. ``off``: a visit is cancelled, so the day she cannot come is the day of the visit.
    """
    return heard(text, now, bare=bare).when(moved=moved, off=off)


@dataclass(frozen=True)
class Heard:
    """Every day and hour a message names, before it is known which of them count."""

    text: str
    rest: str
    days: tuple[_Day, ...]
    times: tuple[Hours, ...]
    now: datetime

    def when(self, *, moved: bool = False, off: bool = False) -> When:
        """The day and hour that count; the flags are those of `find`."""
        day = _chosen_day(self.text, self.days, moved=moved, off=off)
        return _checked(day, _chosen_hours(self.rest, self.times, moved=moved), self.now)


def heard(text: str, now: datetime, *, bare: bool = False) -> Heard:
    """What `find` starts from, for whoever learns only later whether a visit is moved."""
    plain = _cleaned(text)
    if bare:
        # An answer «25» is a day: no visit starts at the twenty-fifth hour.
        plain = _LONE_DAY.sub(r"\1 числа", plain)
    days, rest = _days(plain, now)
    return Heard(plain, rest, tuple(days), tuple(hours.find(rest, bare=bare)), now)


_LONE_DAY = re.compile(r"^\W*(2[4-9]|3[01])\W*$")

# ---------------------------------------------------------------- what is not about the visit

_WEEKDAY_STEMS = "понедельник|вторник|сред|четверг|пятниц|суббот|воскресен"
_ALMOST = r"(?:минут\w*|мин|где-?то|примерно|максимум|буквально|немного)\b"
_HARMLESS = re.compile(
    "|".join(
        (
            # greetings and good wishes
            r"\b(?:добр|хорош|приятн|удачн|спокойн|чудесн|прекрасн)\w+ "
            r"(?:утр\w+|дня|день|вечер\w*|ноч\w+|суток|выходн\w+)",
            r"\b(?:утро|день|вечер) добр\w+",
            r"\bвремени суток",
            r"(?:^|[.!,] ?)до (?:завтра|вечера|утра)\W*$",
            # habits and spans, no day of a visit
            r"\bдн\w+ рождени\w+",
            r"\bкажд\w+ \w+",
            rf"\bпо (?:{_WEEKDAY_STEMS}|выходн|будн)[а-я]+",
            r"\b(?:цел|вс|полн)\w+ (?:день|утро|вечер|ночь)",
            r"\b(?:на|в) днях",
            r"\bна будущее",
            r"\bрабоч\w+ д[а-я]+",
            r"\bпервый день",
            r"\bдругой день",
            r"\bв любо[ей] время",
            r"\bв (?:тот|прошл\w+) раз",
            r"\bсколько (?:времени|дней)",
            r"\b\d+ ?/ ?7\b",
            r"\bза \d+ час\w*",
            # things named after a time
            r"\b\d в 1\b",
            r"\b(?:вечерн|дневн|ночн|утренн)\w+ (?:макияж|прич|укладк|образ|крем|мейк|смен|поко)\w*",
            # how late, how much earlier
            rf"\b(?:опозда|опазд|задерж|припозд)\w*(?: {_ALMOST})*(?: на)?(?: {_ALMOST})*"
            r"(?: \d+(?:-\d+)?)?(?: ?(?:минут|мин)\w*| час\w*)?",
            r"\b(?:на )?\d+(?:-\d+)? ?(?:минут\w*|мин\b)(?: (?:позже|раньше|позднее))?",
            r"\bна (?:1 )?(?:час|полчас)\w* (?:позже|раньше|позднее)",
            r"\b(?:пораньше|попозже|раньше|позже|позднее)(?: (?:где-то|примерно|минут|час\w*))*"
            r" на (?:\d+|час\w*|полчаса)(?: час\w*| минут\w*)?",
            # money, distance, age
            r"\b\d+(?:[ .]\d{3})* ?(?:тыс\w*|т\.? ?р|руб\w*|р\b|км\b)",
            r"\b(?:от|с|до) \d+ (?:до|и до|по) \d+ (?:тыс|лет|руб|год)\w*",
        )
    )
)
_GONE = re.compile(
    "|".join(
        (
            r"\b(?:поза)?вчера\w*(?: (?:утром|днем|вечером|ночью))?(?: в \d{1,2}(?::\d\d)?)?",
            rf"\b(?:в|на|с) прошл\w+ (?:{_WEEKDAY_STEMS}|недел|месяц|год|выходн)\w*",
            r"\bпрошл(?:ой|ым|ую) (?:недел|сред|пятниц|суббот|зим|весн|лет|осен)\w+",
            r"\b\d+ (?:дн|недел|месяц|час|лет|год)\w* назад",
            r"\b(?:недел[юи]|месяц|час|день|полчаса|пару дней|год) назад",
            r"\bсегодня (?:утром |днем |вечером )?(?:был[аи]?|делал\w*|сделал\w*|приходил\w*)\b",
        )
    )
)


def _cleaned(text: str) -> str:
    """The text with typos in day words mended, numbers in digits, and what only looks like a time blanked."""
    plain = normalise(text)
    for _, start, end, _ in phones.spans(plain):
        plain = plain[:start] + BLANK * 3 + " " * (end - start - 3) + plain[end:]
    plain = phones.CARD.sub(lambda card: " " * len(card[0]), plain)
    plain = phones.LONG_NUMBER.sub(lambda number: " " * len(number[0]), plain)
    plain = plain.replace(BLANK, " ")
    plain = re.sub(r"[а-я]{5,}", lambda word: _mended(word[0]), plain)
    plain = in_digits(plain)
    plain = _HARMLESS.sub(lambda found: " " * len(found[0]), plain)
    plain = _GONE.sub(lambda found: " " * len(found[0]), plain)
    return _NAMED_WEEKDAY.sub(_weekday_mark, plain)


def _weekday_mark(named: re.Match[str]) -> str:
    length = "s" if len(named[0].rstrip(".")) <= _SHORTENED else "d"
    return f"w{length}{_LETTERS[(named.lastindex or 1) - 1]}"


DAY_WORDS = [
    "сегодня",
    "завтра",
    "послезавтра",
    "понедельник",
    "понедельника",
    "понедельнику",
    "вторник",
    "вторника",
    "четверг",
    "четверга",
    "пятница",
    "пятницу",
    "пятницы",
    "пятнице",
    "суббота",
    "субботу",
    "субботы",
    "субботе",
    "воскресенье",
    "воскресенья",
    "выходные",
    "выходных",
    "вечером",
    "вечера",
    "недели",
    "неделю",
    "неделе",
    "следующий",
    "следующую",
    "следующей",
    "ближайший",
    "ближайшую",
    "января",
    "февраля",
    "апреля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
    "половина",
    "половине",
]
_OWN_WORDS = {
    "завтрак",
    "завтраки",
    "половины",
    "половину",
    "четверга",
    "вечеров",
    "вечеру",
    "недель",
    "неделя",
    "субботам",
}
_SLANG = {
    "седня": "сегодня", "севодня": "сегодня", "сегодя": "сегодня", "сення": "сегодня", "сеня": "сегодня",
    "зафтро": "завтра", "послезафтра": "послезавтра", "воскресение": "воскресенье", "воскресения": "воскресенья",
    "воскр": "воскресенье", "понед": "понедельник", "четв": "четверг", "утречком": "утром", "вечерком": "вечером",
    "суботу": "субботу", "субота": "суббота", "днемм": "днем", "воскресень": "воскресенье", "вокресенье": "воскресенье",
}  # fmt: skip


@lru_cache(maxsize=5000)
def _mended(word: str) -> str:
    if word in _SLANG:
        return _SLANG[word]
    if len(word) < 6 or word in DAY_WORDS or word in _OWN_WORDS:
        return word
    return next((right for right in DAY_WORDS if right[0] == word[0] and alike(word, right)), word)


# ---------------------------------------------------------------- days

# Weekdays are read as «wda» … «wdg» and, shortened («пн»), as «wsa» … «wsg»: short patterns compile and match faster.
_WEEKDAYS = (
    r"понедельник\w*|пн",
    r"вторник\w*|вт",
    r"сред[ауыео]й?|ср",
    r"четверг\w*|чт",
    r"пятниц\w*|пт",
    r"суббот\w*|сб",
    r"воскресень\w*|вск?",
)
_NAMED_WEEKDAY = re.compile(r"\b(?:" + "|".join(f"({name})" for name in _WEEKDAYS) + r")\b\.?")
_LETTERS, _SHORTENED = "abcdefg", 3
_WEEKDAY = r"w(?P<length>[ds])(?P<weekday>[a-g])\b"
_MONTHS = [
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма[йяе]",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
]
_MONTH = "(?P<month>" + "|".join(f"{name}\\w*" if name != "ма[йяе]" else rf"{name}\b" for name in _MONTHS) + ")"
_ABBREVIATED = r"(?:янв|фев|апр|авг|сент?|окт|нояб?|дек)\b\.?"
_NEXT_WEEK = r"(?:следующ\w+|след\.?|той|будущ\w+|новой) недел[а-я]*"
_IN = r"(?:(?:в|во|на|к|с|со) )?"
_AND_DAY = r"(?P<day>[0-3]?\d)"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("iso", r"(?<!\d)(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)"),
        (
            "calendar",
            rf"(?<![\d:.]){_AND_DAY}(?:-?(?:го|ое|е|му|ого))?(?:[ \-]?(?:или|и|-|"
            rf",) ?\d{{1,2}}(?:-?го)?)? (?:{_MONTH}|(?P<short>{_ABBREVIATED}))"
            r"(?:,? (?P<year>20\d\d)(?: ?г(?:ода)?\b\.?)?)?",
        ),
        (
            "numeric",
            rf"(?<![\d:./])(?<!\bв )(?<!\bдо )(?<!после )(?<!\bс ){_AND_DAY}[./]"
            r"(?P<number>0?[1-9]|1[0-2])(?:[./](?P<year>(?:20)?\d\d))?(?![\d:/])",
        ),
        ("numeric", rf"(?<![\d:./]){_AND_DAY}[./](?P<number>0\d|1[0-2])[./](?P<year>(?:20)?\d\d)(?![\d:])"),
        ("after_this", rf"\bне {_IN}(?:эт\w+|ближайш\w+) {_WEEKDAY},? а {_IN}следующ\w+(?: w[ds][a-g])?"),
        ("in_weeks", rf"\bчерез (?:(?P<count>\d+) )?недел\w+,? {_IN}{_WEEKDAY}"),
        ("in_weeks", rf"\b{_IN}{_WEEKDAY},? через (?:(?P<count>\d+) )?недел\w+"),
        ("next_week", rf"\b(?:на )?{_NEXT_WEEK},? {_IN}{_WEEKDAY}"),
        ("next_week", rf"\b{_IN}{_WEEKDAY},? (?:на )?{_NEXT_WEEK}"),
        ("next_week", rf"\b{_IN}(?:следующ\w+|след\.?|будущ\w+) {_WEEKDAY}"),
        ("this_week", rf"\b(?:на )?этой недел[а-я]*,? {_IN}{_WEEKDAY}"),
        ("this_week", rf"\b{_IN}{_WEEKDAY},? (?:на )?этой недел[а-я]*"),
        (
            "in_some",
            r"\bчерез (?:(?P<count>\d+|пол(?=часа|тора)|полтора|пар[уы]|несколько) ?)?(?P<unit>минут\w*|мин\b|"
            r"час\w*|дн\w+|день|недел\w+|месяц\w*|сут\w+)",
        ),
        ("weekend_next", r"\b(?:на |в )?(?:следующ\w+|тех|будущ\w+) выходн(?:ых|ые)\b"),
        ("weekend", r"\b(?:на|в) (?:эти[х]? |ближайши[ех] )?выходн(?:ых|ые)\b|\bэти выходные\b"),
        (
            "of_month",
            rf"(?<![\d:.,]){_AND_DAY}(?:-?(?:го|ое|е|му))? числ\w+|\bчисл\w+ {_AND_DAY.replace('day', 'day2')}(?!\d)",
        ),
        (
            "of_month",
            rf"(?<![\d:.,]){_AND_DAY}-?(?:го|ое|е)\b(?! (?:ребенк|раз|класс|этаж|уровн|поколен|мастер|"
            rf"просек))",
        ),
        (
            "of_month",
            r"\bна (?P<day>2[4-9]|3[01])\b(?![:.]\d|-?\d| ?(?:минут|человек|тыс|руб|лет|год|%|процент|час|км|"
            r"к\b|р\b))",
        ),
        ("of_month", r"\bна (?P<day>[0-3]?\d)(?= (?:в|к|на) \d{1,2}\b(?! ?(?:минут|человек)))"),
        ("day_after_2", r"\bпослепослезавтр\w+"),
        ("day_after", r"\bпослезавтр\w+"),
        ("tomorrow", r"\bзавтр(?:а|о|ашн\w+)\b"),
        ("today", r"\bсегодня\b|\bсегодняшн\w+"),
        ("weekday", rf"\b{_IN}(?:(?:эт\w+|ближайш\w+|ту) )?{_WEEKDAY}"),
    )
)
_OWN = re.compile(
    r"(?:запис(?:ан|ана|аны|ывал\w*|ывался|ался|алась|ались)|стоит|стою|стояла|была запись|есть запись|"
    r"моя запись|у меня запись)"
    r"(?: (?:была?|был|у|вас|меня|к|вам|уже|стоит|завтра))*(?: (?:на|в|во))*$"
)
_DENIED = re.compile(r"\b(?:не|не обязательно|кроме|вместо|только не|но не)(?: (?:в|во|на|к|с|со|до|после))?$")
_BOUND = re.compile(r"\b(?:до|после|раньше|позже|кроме)$")
_FROM_DAY = re.compile(r"\b(?:с|со)$")
_CANNOT = re.compile(
    r"^[, ]*(?:(?:я|мы|никак|уже|точно|к сожалению|наверное|у меня|совсем)[, ]+)*"
    r"(?:не (?:мог|смо[гж]|получ|успе|удоб|подход|подойд|вы[йх]д|прид|буду|надо|нужно|хочу)|неудобн|занят|никак|"
    r"работаю)"
)
_CHANGED = re.compile(
    r"\b(?:нет|точнее|вернее|лучше|хотя|ой|то есть|тоесть|передумал\w*|перепутал\w*|ошиб\w+|простите|извините|"
    r"тьфу|не так)\b"
)
_OTHERWISE = re.compile(r"\b(?:или|либо|можно и|и)\b")


def _days(text: str, now: datetime) -> tuple[list[_Day], str]:
    """Every day of a text, in order, and the text with them blanked out."""
    found: list[_Day] = []
    for kind, pattern in _PATTERNS:
        for match in list(pattern.finditer(text)):
            day = _read(kind, match, now, text)
            if day:
                found.append(day)
                text = text[: match.start()] + BLANK * len(match[0]) + text[match.end() :]
    return sorted(found, key=lambda day: day.start), text


def _read(kind: str, match: re.Match[str], now: datetime, text: str) -> _Day | None:
    today = now.date()
    groups = match.groupdict()
    letter = groups.get("weekday")
    weekday = _LETTERS.index(letter) if letter else None
    if groups.get("length") == "s" and not _is_a_day(match, text):
        return None
    said = _Day(None, match.start(), match.end(), kind, weekday)
    if kind == "in_some":
        return _in_some(said, groups, now)
    if kind in ("iso", "calendar", "numeric"):
        return replace(said, day=_on_the_calendar(groups, today))
    if kind == "of_month":
        return replace(said, day=_of_month(int(groups.get("day") or groups["day2"]), today))
    return replace(said, day=_relative(kind, weekday, int(groups.get("count") or 1), today))


def _is_a_day(match: re.Match[str], text: str) -> bool:
    """Whether «вс», «ср» and the like stand where a day would: after a preposition, before an hour, or alone."""
    before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
    led = bool(re.match(r"(?:в|во|на|к|с|до|эт\w+|след\w*)\b", match[0])) or before.endswith(
        (",", "или", "и", "лучше", BLANK)
    )
    return led or not before or bool(re.match(r"[в\d(,]|$|или|утр|дне|веч", after))


def _relative(kind: str, weekday: int | None, count: int, today: date) -> date | None:
    ahead = {"today": 0, "tomorrow": 1, "day_after": 2, "day_after_2": 3}
    if kind in ahead:
        return today + timedelta(ahead[kind])
    monday = today - timedelta(today.weekday())
    if kind == "weekend":
        return monday + timedelta(5 if today.weekday() < 5 else 12)
    if kind == "weekend_next":
        return monday + timedelta(12)
    if weekday is None:
        return None
    nearest = today + timedelta((weekday - today.weekday() - 1) % 7 + 1)
    if kind == "next_week":
        return monday + timedelta(7 + weekday)
    if kind == "this_week":
        day = monday + timedelta(weekday)
        return day if day >= today else None
    if kind == "after_this":
        return nearest + timedelta(7)
    return nearest + timedelta(7 * count) if kind == "in_weeks" else nearest


def _in_some(said: _Day, groups: dict[str, str | None], now: datetime) -> _Day | None:
    count, unit = groups.get("count"), groups["unit"] or ""
    if count == "несколько":
        return None
    halves = {"пол": 0.5, "полтора": 1.5, "пару": 2.0, "пары": 2.0}
    amount = halves.get(count or "", float(count) if count and count.isdigit() else 1.0)
    if unit.startswith(("мин", "час")):
        then = now + timedelta(minutes=amount * (60 if unit.startswith("час") else 1))
        return replace(said, day=then.date(), exact=then.time().replace(second=0, microsecond=0, tzinfo=None))
    if unit.startswith("месяц"):
        return replace(said, day=_months_later(now.date(), int(amount)))
    if unit.startswith("недел"):
        return replace(said, day=now.date() + timedelta(7 * amount))
    # «Через день» leaves one day out, «через три дня» counts three.
    days = 2 if unit == "день" and count is None else int(amount)
    return replace(said, day=now.date() + timedelta(days))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _of_month(number: int, today: date) -> date | None:
    """The nearest such day after today."""
    for months in range(12):
        first = _months_later(today.replace(day=1), months)
        day = _date(first.year, first.month, number)
        if day and day > today:
            return day
    return None


_RECENT = timedelta(60)
"""A date that passed longer ago than this is meant for the next year."""


def _on_the_calendar(groups: dict[str, str | None], today: date) -> date | None:
    month = (
        int(groups["number"] or 0) if groups.get("number") else _month(groups.get("month") or groups.get("short") or "")
    )
    number, year = int(groups["day"] or 0), groups.get("year")
    if year:
        day = _date(int(year) + (2000 if len(year) == 2 else 0), month, number)
        return day if day and day >= today else None
    day = _date(today.year, month, number) or _date(today.year + 1, month, number)
    if day is None or day >= today:
        return day
    return _date(today.year + 1, month, number) if today - day > _RECENT else None


def _month(name: str) -> int:
    return next((n for n, start in enumerate(_MONTHS, start=1) if re.match(start[:3] if n != 5 else start, name)), 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _chosen_day(text: str, days: Iterable[_Day], *, moved: bool, off: bool) -> _Day | None:
    """The day that counts: not a denied one, not the one she has; the first of several, the last of a correction."""
    open_days = [day for day in days if not _ruled_out(text, day, moved=moved, off=off)]
    chosen: _Day | None = None
    for day in open_days:
        if chosen is None:
            chosen = day
            continue
        between = text[chosen.end : day.start]
        if _contradict(chosen, day, between):
            return replace(chosen, day=None)
        if _CHANGED.search(between) or (moved and not _OTHERWISE.search(between)):
            chosen = day
    return chosen


def _ruled_out(text: str, day: _Day, *, moved: bool, off: bool) -> bool:
    said = text[day.start : day.end]
    led = re.match(r"(?:в|во|на|к|с|со) ", said)
    before = (text[: day.start] + (led[0] if led else "")).rstrip(" ,:")
    if _DENIED.search(before) or _BOUND.search(before):
        return True
    if moved and (_OWN.search(before) or _FROM_DAY.search(before) or said.endswith(("шнюю", "шняя", "шней"))):
        return True
    return not off and bool(_CANNOT.match(text[day.end : day.end + 40]))


def _contradict(one: _Day, other: _Day, between: str) -> bool:
    """Whether two names of one day name different days: «в пятницу 25 ноября» when the 25th is a Wednesday."""
    if between.strip(" ,(-—") or {one.kind, other.kind} == {"weekday"} or one.day is None or other.day is None:
        return False
    if one.kind != "weekday" and other.kind != "weekday":
        return False
    return one.day.weekday() != other.day.weekday()


# ---------------------------------------------------------------- the time that counts


def _chosen_hours(text: str, times: Iterable[Hours], *, moved: bool) -> Hours | None:
    chosen: Hours | None = None
    for said in times:
        if _denied(text, said, moved=moved):
            continue
        if chosen is None:
            chosen = said
            continue
        chosen = _joined(chosen, said, text[chosen.end : said.start], moved=moved)
    return chosen


_BEFORE_HOURS = re.compile(r"\b(?:не|кроме|вместо|а не|но не)$")


def _denied(text: str, said: Hours, *, moved: bool) -> bool:
    before = text[: said.start].rstrip(" ,:")
    if _BEFORE_HOURS.search(before) and not text[said.start :].startswith(("раньше", "позже", "позднее", "ранее")):
        return True
    return moved and bool(_OWN.search(before.replace(BLANK, "").rstrip()))


def _joined(chosen: Hours, said: Hours, between: str, *, moved: bool) -> Hours:
    if _CHANGED.search(between):
        return said
    if _OTHERWISE.search(between):
        return chosen
    if chosen.kind == "part" and said.kind != "part":
        return said
    if said.kind == "part":
        return said if moved and chosen.kind == "part" else chosen
    if {chosen.kind, said.kind} == {"from", "to"}:
        low, high = (chosen.low, said.high) if chosen.kind == "from" else (said.low, chosen.high)
        if low is not None and high is not None and low < high:
            return Hours("range", low, high, chosen.start, said.end)
    if moved and chosen.kind == "from" and said.kind == "point":
        return said
    return said if moved else chosen


def _checked(day: _Day | None, said: Hours | None, now: datetime) -> When:
    """The outcome, without what is already past."""
    if day and day.exact:
        return When(day.day, day.exact)
    low, high = (said.low, said.high) if said else (None, None)
    on = day.day if day else None
    if on == now.date() and _passed(low, high, said, now):
        on = None
    return When(on, _time(low), _time(high))


def _passed(low: int | None, high: int | None, said: Hours | None, now: datetime) -> bool:
    if said is None:
        return False
    minute = now.hour * 60 + now.minute
    if high is not None:
        return high <= minute
    return said.kind == "point" and low is not None and low < minute


def _time(minutes: int | None) -> time | None:
    return None if minutes is None else time(minutes // 60 % 24, minutes % 60)
