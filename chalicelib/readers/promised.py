"""What a colleague promises a client in her own words: «перезвоню через 10 минут», «узнаю и напишу до девяти»."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from chalicelib.patterns import lazy
from chalicelib.readers.russian import lateness
from chalicelib.readers.russian.dates import find
from chalicelib.readers.russian.numbers import in_digits
from chalicelib.readers.russian.words import normalise

END_OF_DAY = time(18, 0)
"""Until when a promise for a day holds that names no hour."""
_WILL = lazy(
    r"\b(?:пере|по)звон(?:ю|им)\b|\bбуд(?:у|ем) звонить\b|\bнабер(?:у|ем)\b|\b(?:от|под)вечу\b|\bответ(?:им|ит)\b"
    r"|\b(?:на|от|до)пиш(?:у|ем)\b|\bотпиш(?:усь|емся)\b|\bуточн(?:ю|им)\b|\b(?:со|на|до)?общ(?:у|им)\b|\bузна(?:ю|ем)\b"
    r"|\bверн(?:усь|емся|у|ем)\b|\bпод(?:ойд|ъед|скаж)(?:у|ем)\b|\bсвяж(?:усь|емся)\b|\bскаж(?:у|ем)\b"
    r"|\bпришл(?:ю|ем)\b|\b(?:от|пере)правл?(?:ю|им)\b|\bпровер(?:ю|им)\b|\bпосмотр(?:ю|им)\b|\bреш(?:у|им)\b"
    r"|\bразбер(?:усь|емся)\b|\bподбер(?:у|ем)\b|\bпосчита(?:ю|ем)\b|\bдайте\b|\bсделаю\b|\bсделаем\b|\bвыясн(?:ю|им)\b"
)
_NOT = lazy(r"\bне (?:пере|по)?(?:звон|от|на|уточ|узна|обещ)")
_WITHIN = lazy(r"\bв течени[ие] (?:(\d{1,3}) )?(минут|час)")
_HOUR = 60


def promised(text: str, now: datetime) -> datetime | None:
    """Until when something is promised in ``text``; None when nothing is, or no time is named. ``now``: local time of
    the business; the answer is in its zone."""
    words = normalise(text)
    if not _WILL.search(words) or _NOT.search(words):
        return None
    if within := _WITHIN.search(in_digits(words)):
        number = int(within[1] or 1)
        return now + timedelta(minutes=number * (_HOUR if within[2] == "час" else 1))
    when = find(text, now)
    if when == type(when)():
        minutes = lateness.find(words)
        return now + timedelta(minutes=minutes) if minutes else None
    clock = when.time_to or when.time_from or END_OF_DAY
    until = datetime.combine(when.date or now.date(), clock, now.tzinfo)
    if when.date is None and until <= now:
        until += timedelta(days=1)
    return until if until > now else None
