"""Hours on the clock: numbers joined into «17:30», and the hour of the day a bare «5» stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.readers.russian.grammar import Word

NOON, DAY = 12 * 60, 24 * 60
_STARTS = ("number", "four_digits", "past_hour", "short_of")
"""What an hour of two numbers starts with."""
_LEADS = (
    "in", "in_", "by", "after", "till", "from", "around", "onto", "between", "and", "or", "hour", "dash", "not", "to",
)  # fmt: skip
"""What may stand before an hour written in two numbers."""
_SURE_LEADS = ("in", "by", "after", "till", "from")
"""What tells «5 часов 30 минут» on the clock from how long something takes."""
_ON_THE_HOUR = ("00", "15", "30", "45")
_UNITS = ("minute", "measured", "month", "date", "percent")


class Clock(NamedTuple):
    """An hour as it was said. ``part``: the part of the day named with it."""

    hour: int
    minute: int
    padded: bool
    part: str | None = None

    def minutes(self, part: str | None) -> int | None:
        """Minutes from midnight, ``part`` being that of the whole message; None when they contradict each other."""
        hour = _placed(self.hour, self.part or part, exact=self.hour >= 13 or self.hour == 0 or self.padded)
        return None if hour is None or self.minute > 59 or self.hour > 24 else hour * 60 + self.minute


def clock_of(word: Word, part: str | None) -> Clock | None:
    """The hour a word is, None when it is too large for one."""
    if word.kind == "dotted" and not word.text[-2].isdigit():
        return None  # «9.1» is a shade, a price, anything
    hour, minute = _hour_and_minute(word)
    padded = len(word.text) > 1 and word.text[0] == "0"
    return Clock(hour, minute, padded, part) if hour <= 24 and minute <= 59 else None


def _hour_and_minute(word: Word) -> tuple[int, int]:
    if isinstance(word.value, tuple):
        return word.value[0], word.value[1]
    number = int(word.value or 0)
    return divmod(number, 100) if word.kind == "four_digits" else (number, 0)


_LATE = ("evening", "after_work", "pm")
_LAST_BARE, _LAST_LATE = 8, 11


def _placed(hour: int, part: str | None, *, exact: bool) -> int | None:
    """The hour of 0–23 that is meant: a bare 1–8 is in the afternoon; a part of the day wins over that rule."""
    if hour == 24:
        return 0
    if part in ("morning", "before_lunch"):
        return hour if hour <= 12 else None
    if part == "night":
        return _at_night(hour)
    last = _LAST_LATE if part in _LATE else _LAST_BARE
    return hour + 12 if not exact and hour <= last else hour


def _at_night(hour: int) -> int:
    if hour <= 6 or hour == 12:
        return hour % 12
    return hour + 12 if 8 <= hour < 12 else hour


# ---------------------------------------------------------------- two numbers that are one hour


def joined(words: tuple[Word, ...]) -> Iterator[Word]:
    """The words with «17 30», «17-30», «5 часов 30 минут», «в 1730» and «half past five» as clocks."""
    at = 0
    while at < len(words):
        length, word = _clock_at(words, at) if words[at].kind in _STARTS else (1, words[at])
        yield word
        at += length


def _clock_at(words: tuple[Word, ...], at: int) -> tuple[int, Word]:
    word, kinds = words[at], [each.kind for each in words[at : at + 4]]
    before = words[at - 1].kind if at else ""
    after = words[at + 2].kind if at + 2 < len(words) else ""
    if word.kind in ("past_hour", "short_of") and kinds[1:2] == ["number"]:
        return 2, _counted_from(word, words[at + 1])
    if kinds[:3] == ["number", "hour", "number"] and _is_minutes(words[at + 2]):
        glued = word.end == words[at + 1].start
        if glued or before in _SURE_LEADS:
            length = 4 if kinds[3:] == ["minute"] else 3
            return length, _clock(word, words[at + 2], words[at + length - 1])
    if kinds[:2] == ["number", "number"] and after not in _UNITS and _are_a_pair(word, words[at + 1], before):
        return 2, _clock(word, words[at + 1], words[at + 1])
    if kinds[:3] == ["number", "dash", "number"] and _are_dashed(word, words[at + 2], before):
        return 3, _clock(word, words[at + 2], words[at + 2])
    if (
        word.kind == "four_digits"
        and before in ("in", "by", "after", "till")
        and kinds[1:2] not in (["year_unit"], ["measured"])
        and not _is_a_year(word, words)
    ):
        return 1, word._replace(kind="clock", value=divmod(int(word.text), 100))
    return 1, word


_DAYS = ("weekday", "short_weekday", "relative", "month", "date", "ordinal")


def _is_a_year(word: Word, words: tuple[Word, ...]) -> bool:
    """«В 2015»; but «завтра в 2015» is an hour."""
    return _FIRST_YEAR <= int(word.text) <= _LAST_YEAR and not any(each.kind in _DAYS for each in words)


_FIRST_YEAR, _LAST_YEAR = 2001, 2019


def _clock(hour: Word, minute: Word, last: Word) -> Word:
    value = (int(hour.text[:2]) if hour.text[:2].isdigit() else int(str(hour.value)), int(str(minute.value)))
    return Word(hour.text, hour.start, last.end, "clock", value)


def _counted_from(way: Word, hour: Word) -> Word:
    """«Half past five», «quarter to six»."""
    minutes, said = int(str(way.value)), int(str(hour.value))
    value = (said, minutes) if way.kind == "past_hour" else (said - 1 or 12, 60 - minutes)
    return Word(hour.text, way.start, hour.end, "clock", value)


def _is_minutes(word: Word) -> bool:
    return len(word.text) == 2 and word.text.isdigit() and int(word.text) % 5 == 0 and int(word.text) < 60


def _are_a_pair(hour: Word, minute: Word, before: str) -> bool:
    """«17 00», «в 10 40»."""
    if not _is_minutes(minute) or int(str(hour.value)) > 23:
        return False
    return minute.text in _ON_THE_HOUR or before in _LEADS


def _are_dashed(hour: Word, minute: Word, before: str) -> bool:
    """«В 17-30» is an hour, «с 10-12» two of them."""
    if not _is_minutes(minute) or int(str(hour.value)) > 23 or hour.end + 1 != minute.start:
        return False
    led = before in ("in", "by") or (before == "onto" and minute.text == "15")
    no_span = int(minute.text) > 24 or int(minute.text) <= int(str(hour.value))
    return no_span or (led and minute.text in ("15", "20"))
