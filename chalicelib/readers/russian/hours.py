"""Hours of the day as clients say them: «в 5», «полвосьмого», «после 18», «с 10 до 12», «вечером»."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

Part = Literal["morning", "day", "lunch", "after_lunch", "evening", "night"]

# Spans of the parts of a day, in minutes from midnight; None is an open end.
_NOON, _DAY = 12 * 60, 24 * 60
PARTS: dict[str, tuple[int | None, int | None]] = {
    "morning": (9 * 60, _NOON),
    "day": (_NOON, 17 * 60),
    "lunch": (_NOON, 14 * 60),
    "after_lunch": (13 * 60, 17 * 60),
    "before_lunch": (None, 13 * 60),
    "after_work": (18 * 60, None),
    "evening": (17 * 60, 21 * 60),
    "night": (0, 6 * 60),
    "noon": (_NOON, None),
    "midnight": (0, None),
}


@dataclass(frozen=True)
class Hours:
    """A time said somewhere in a text: minutes from midnight, ``start``/``end`` its place there.

    ``kind``: point («в 5»), from («после 5»), to («до 5»), range («с 5 до 7») or part («вечером»).
    """

    kind: Literal["point", "from", "to", "range", "part"]
    low: int | None
    high: int | None
    start: int
    end: int
    part: str | None = None


_PARTS_SAID = (
    ("after_lunch", r"после ?обеда|пообеда|втор(?:ую|ой|ая) половин\w+(?: дня)?"),
    ("before_lunch", r"до обеда|перв(?:ую|ой|ая) половин\w+(?: дня)?"),
    ("after_work", r"после работы"),
    ("lunch", r"(?:в|на) обед\b|обеденн\w+ (?:врем\w+|перерыв)|в обед|ближе к обеду|к обеду"),
    ("noon", r"(?:в |к )?полдень|полудню"),
    ("midnight", r"(?:в )?полночь"),
    ("morning", r"(?:с |по)?утр(?:а|о|у|ом|ечк\w+|еца)?|утренн\w+ (?:врем|запис|окош|окн|час|прием)\w*|поутру"),
    (
        "day",
        r"дн[её]м|дневн\w+ (?:врем|запис|окош|окн|час|прием)\w*|(?:на|в течение) дня|(?:на|в) день|"
        r"середин\w+ дня",
    ),
    (
        "evening",
        r"(?:под |к |на |в |по)?вечер(?:ом|у|а|к\w+|очком)?|вечерн\w+ (?:врем|запис|окош|окн|час|прием)\w*|вечера",
    ),
    ("night", r"ночью|(?:на|в) ночь|ночи"),
)
_PART = re.compile("|".join(rf"(?P<{name}>\b(?:{said})\b)" for name, said in _PARTS_SAID))

# A number before one of these counts something else than hours.
_MEASURED = re.compile(
    r" ?(?:минут|мин\b|тыс|руб|р\b|к\b|лет|год|раз|дн[яей]|день|сут|недел|месяц|процент|%|км|литр|метр|сантиметр|см\b|"
    r"мл\b|штук|шт\b|балл|копе|\+|/|час\w* (?:раньше|позже|позднее|назад)|раньше|позже|позднее|назад)"
)
# After «после», «до» these are what the sentence goes on with: «после двух мастер свободен?»
_COUNTED = re.compile(
    r" ?(?:человек|чел\b|мест|машин|этаж|кабинет|номер|дом|кв|подъезд|колес|имплант|зуб|рук[иу]?\b|просек|партс|микрор|"
    r"мкр|звезд|процедур|услуг|сеанс|посетит|гост|подруж|девоч|дев\b|реб|дет|взросл|мастер|пальц|ног|класс|видео|фото|"
    r"ламп|тон\b|тона|цвет|вид|част|заняти|клиент|женщ|мужч|гвард|автобус|трамва|маршр|маст|парикм|полос)"
)
_HOUR = (
    r"(?P<h{n}>[01]?\d|2[0-4])(?:(?:[:.]|(?<=\d)ч ?)(?P<m{n}>[0-5]\d)|[ \-](?P<s{n}>00|15|30|45)(?!\d|[ \-]\d))?"
    r"(?![\d:]|-?(?:го|ое|е|му|ый|ой|х|м)\b)"
    r"(?: ?(?:часиков|час(?:а|ов|ам|у|ик\w*)?|ч)\b\.?(?! (?:раньше|позже|позднее|назад|подряд))(?: 00\b)?)?"
    r"(?: ?(?P<d{n}>утра|дня|вечера|ночи|утром|днем|вечером)\b)?"
)


def _hour(number: int) -> str:
    return _HOUR.replace("{n}", str(number))


_ABOUT = r"(?:где-?то |примерно |ровно |часик\w* |час(?:а|ов|ам|ы)? |так |ориентировочно |времени |время )*"
_RANGE = re.compile(
    rf"\b(?:(?:с|со|от|между|промежут\w+(?: с| между)?) {_ABOUT}{_hour(1)},? ?(?:и до|до|и|по|-) ?{_ABOUT}{_hour(2)}"
    rf"|(?:(?:в|на|к|с|час\w*|между|интервал\w*|около) )?{_hour(3)} ?- ?{_hour(4)}(?![\-.]))"
)
_FROM = re.compile(
    rf"\b(?:после|не раньше(?: чем)?(?: в)?|не ранее(?: чем)?(?: в)?|(?<!не )(?:позже|позднее)|начиная с|с|со|"
    rf"от) {_ABOUT}{_hour(1)}"
)
_TO = re.compile(
    rf"\b(?:до|не позже(?: чем)?(?: в)?|не позднее(?: чем)?(?: в)?|(?<!не )(?:раньше|ранее)) {_ABOUT}{_hour(1)}"
)
_POINT = re.compile(rf"\b(?:в|во|на|к|ко|около|ближе к|часов|часа|часам|часиков|в районе) {_ABOUT}(?:в |к )?{_hour(1)}")
_CLOCK = re.compile(
    rf"(?<![\d.:])(?:(?=\d\d?:\d\d){_hour(1)}|(?=\d\d?(?: ?час\w*| ?ч)? (?:утра|дня|вечера|ночи)\b){_hour(2)})"
)
_BARE = re.compile(rf"(?<![\d.:\-+/]){_hour(1)}(?![\w:])")
_HOURS_OF = re.compile(rf"(?<![\d.:\-]){_hour(1)}")
_WRONG_HOUR = re.compile(
    r"\b(?:в|к|на|до|после) (?:2[5-9]|[3-9]\d):\d\d|\b(?:в|к|до|после) (?:2[5-9]|[3-9]\d) ?(?:ч\b|час)"
)
_OTHERWISE = re.compile(r"\b(?:или|либо|ну или)\b")
BLANK = "¤"


def find(text: str, *, bare: bool) -> list[Hours]:
    """Every time in a text whose numbers are digits, in order of their places; days must be blanked out of it.

    ``bare``: a number alone is an hour too (the client was asked when she would like to come).
    """
    text = blank(_WRONG_HOUR, text)
    part = _common_part(text)
    found: list[Hours] = []
    for kind, pattern in (("range", _RANGE), ("from", _FROM), ("to", _TO), ("point", _POINT), ("point", _CLOCK)):
        text = _collect(text, kind, pattern, part, found)
    text = _collect(text, "point", _BARE if bare else _NEXT_TO_A_DAY, part, found)
    for match in _PART.finditer(text):
        low, high = PARTS[str(match.lastgroup)]
        found.append(Hours("part", low, high, match.start(), match.end(), match.lastgroup))
    return sorted(found, key=lambda hours: hours.start)


_NEXT_TO_A_DAY = re.compile(rf"(?<={BLANK})[ ,.]{{1,2}}{_hour(1)}(?![\w:])")


def blank(pattern: re.Pattern[str], text: str) -> str:
    """A text of the same length without what the pattern matches."""
    return pattern.sub(lambda match: BLANK * len(match[0]), text)


def _collect(text: str, kind: str, pattern: re.Pattern[str], part: str | None, found: list[Hours]) -> str:
    for match in pattern.finditer(text):
        hours = _read(match, kind, part)
        if hours:
            found.append(hours)
            text = text[: match.start()] + BLANK * len(match[0]) + text[match.end() :]
    return text


def _read(match: re.Match[str], kind: str, part: str | None) -> Hours | None:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    ends = [_number_end(match, n) for n in "1234" if f"h{n}" in groups]
    if any(_MEASURED.match(match.string, end) for end in ends):
        return None
    if kind in ("point", "range") and any(_COUNTED.match(match.string, end) for end in ends):
        return None
    told = [
        _Clock(
            int(groups[f"h{n}"]),
            int(groups.get(f"m{n}") or groups.get(f"s{n}") or 0),
            groups[f"h{n}"],
            groups.get(f"d{n}"),
        )
        for n in "1234"
        if f"h{n}" in groups
    ]
    if kind == "range":
        low, high = _span(told[0], told[1], part)
        return Hours("range", low, high, match.start(), match.end()) if low is not None else None
    minutes = told[0].minutes(part)
    if minutes is None:
        return None
    if kind == "from":
        return Hours("from", minutes, None, match.start(), match.end())
    if kind == "to":
        return Hours("to", None, minutes, match.start(), match.end())
    return Hours("point", minutes, None, match.start(), match.end())


def _number_end(match: re.Match[str], n: str) -> int:
    return max(match.end(name) for name in (f"h{n}", f"m{n}", f"s{n}"))


_DAYPART_WORDS: dict[str, Part] = {
    "утра": "morning", "утром": "morning", "дня": "day", "днем": "day", "вечера": "evening", "вечером": "evening",
    "ночи": "night",
}  # fmt: skip


@dataclass(frozen=True)
class _Clock:
    hour: int
    minute: int
    said: str
    daypart: str | None

    def minutes(self, part: str | None) -> int | None:
        """Minutes from midnight; None when the hour and the part of the day contradict each other."""
        hour = _placed(self.hour, self.said, _DAYPART_WORDS.get(self.daypart or "", part))
        return None if hour is None or self.minute > 59 else hour * 60 + self.minute


def _placed(hour: int, said: str, part: str | None) -> int | None:
    """The hour of 0–23 that is meant. A bare 1–8 is in the afternoon; a part of the day wins over that rule."""
    if hour == 24:
        return 0
    exact = hour >= 13 or (said.startswith("0") and len(said) > 1) or hour == 0
    if part in ("morning", "before_lunch"):
        return hour if hour <= 12 else None
    if part == "night":
        return hour % 12 if hour in (12, 1, 2, 3, 4, 5, 6, 0) else (hour + 12 if 8 <= hour < 12 else hour)
    if exact:
        return hour
    if part in ("evening", "after_work") and 4 <= hour <= 11:
        return hour + 12
    if part in ("day", "lunch", "after_lunch") and hour <= 6:
        return hour + 12
    return hour + 12 if hour <= 8 else hour


def _span(low: _Clock, high: _Clock, part: str | None) -> tuple[int | None, int | None]:
    """Both ends of «с … до …». The part of the day said of one end holds for both if that makes an interval."""
    if low.daypart is None and high.daypart is not None:
        shared = replace(low, daypart=high.daypart)
        if _ordered(shared.minutes(part), high.minutes(part)):
            return shared.minutes(part), high.minutes(part)
    first, last = low.minutes(part), high.minutes(part)
    if _ordered(first, last):
        return first, last
    as_said = low.hour * 60 + low.minute
    if low.daypart is None and last is not None and as_said < last and low.hour >= 7:
        return as_said, last
    later = last + _NOON if last is not None and last < _NOON else None
    return (first, later) if _ordered(first, later) else (None, None)


def _ordered(first: int | None, last: int | None) -> bool:
    return first is not None and last is not None and first < last


def _common_part(text: str) -> str | None:
    """The part of the day a text speaks of, when it speaks of one only."""
    said = {str(match.lastgroup) for match in _PART.finditer(text)}
    said = {
        name for name in said if name in ("morning", "day", "lunch", "after_lunch", "evening", "night", "after_work")
    }
    return said.pop() if len(said) == 1 else None
