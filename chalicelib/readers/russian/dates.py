"""When a client would like to come: the days and hours of her message, worked out from now.

What is meant follows docs/meaning.md, "Date and time". The way of a text: words with their kinds (`marking`), numbers
joined into hours (`clock`), days found and worked out (`days`, `calendar`), hours (`hours`), and of all these what
counts (`wish`). A rule is a row of kinds of words (`grammar`); the words are a table (day_words.txt).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.readers.russian import clock, days, hours, spans, wish
from chalicelib.readers.russian.grammar import Row
from chalicelib.readers.russian.hours import Hours
from chalicelib.readers.russian.marking import marked
from chalicelib.readers.russian.wish import Day, When
from chalicelib.readers.russian.words import normalise

__all__ = ["Heard", "When", "find", "heard"]


def find(text: str, now: datetime, *, bare: bool = False, moved: bool = False, off: bool = False) -> When:
    """The day and time of a message. ``now``: local time of the business.

    ``bare``: she was asked for the time, so a number alone is one. ``moved``: a visit is moved, so the last time counts
    and the one she has does not. ``off``: a visit is cancelled, so the day she cannot come is the day of the visit.
    """
    return heard(normalise(text), now, bare=bare).when(moved=moved, off=off)


class Heard(NamedTuple):
    """Every day and hour a message names, before it is known which of them count."""

    row: Row
    days: tuple[Day, ...]
    times: tuple[Hours, ...]
    now: datetime

    def when(self, *, moved: bool = False, off: bool = False, aside: bool = False, open_at: bool = False) -> When:
        """The day and hour that count; the flags are those of `find`.

        ``aside``: she speaks of something else than a visit, so an hour without a day is none: «болит с утра», nor is
        the day from which something holds. ``open_at``: she asks when the business is open, so of hours to choose from
        («с 10 или с 9?») she wishes none.
        """
        days = self.days
        if aside:
            days = tuple(day for day in days if not (wish.is_since(self.row, day) or wish.is_a_habit(self.row, day)))
        times = () if open_at and wish.are_a_choice(self.row, self.times) else self.times
        when = wish.chosen(self.row, days, times, self.now, moved=moved, off=off)
        asks = any(word.text.startswith(_OPEN) for word in self.row.words)
        if aside and when.date is None and not asks:
            return When()
        return when if when.date or off or aside else self._among(when, moved=moved)

    def of_visits(self) -> Heard:
        """Without when she will call or write: «завтра позвоню сама»."""
        days = tuple(day for day in self.days if not wish.puts_off(self.row, day))
        return self._replace(days=days, times=tuple(said for said in self.times if not wish.puts_off(self.row, said)))

    def _among(self, when: When, *, moved: bool) -> When:
        span = spans.chosen(self.row, self.days, self.now.date(), moved=moved)
        return replace(when, since=span.since, until=span.until)


_OPEN = ("работаете", "открыты", "открываете", "закрываете")
"""Beside these an hour is one the business may be open at: «работаете ли вы с 5 утра?»."""


def heard(plain: str, now: datetime, *, bare: bool = False) -> Heard:
    """What `find` starts from, of a normalised text, for whoever learns only later whether a visit is moved."""
    row = Row.of(clock.joined(marked(plain)))
    named = days.find(row, now, bare=bare)
    return Heard(row, tuple(named), tuple(hours.find(row, bare=bare)), now)
