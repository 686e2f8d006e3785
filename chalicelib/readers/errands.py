"""Several visits in one message, each at a time of its own: «маникюр в среду в 12, а стрижку в пятницу в 11»."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.desk.values import Errand, Wish
from chalicelib.patterns import lazy
from chalicelib.readers import several

if TYPE_CHECKING:
    from chalicelib.readers.masters import Masters
    from chalicelib.readers.russian.dates import When
    from chalicelib.readers.services import Services

_ONE_OR_THE_OTHER = lazy(r"\b(?:если|или|либо|if|or)\b")

Clock = Callable[[str], "When"]
"""The time that a normalised text names."""


class Visit(NamedTuple):
    """What a part of a message says of a visit of its own."""

    text: str
    service: str
    when: When
    masters: tuple[str, ...]

    @property
    def wish(self) -> Wish:
        when = self.when
        return Wish(when.date, when.time_from, when.time_to, "", when.open_end, when.since, when.until)

    @property
    def errand(self) -> Errand:
        return Errand(self.service, self.wish, self.masters)


def visits(services: Services, masters: Masters, plain: str, clock: Clock) -> tuple[Visit, ...]:
    """The visits of a normalised text, two or more; none where all that is said is of one."""
    parts = several.parts(plain) if services.may_name_several(plain) else []
    if len(parts) < 2 or any(several.is_correction(part) or _ONE_OR_THE_OTHER.search(part) for part in parts[1:]):
        return ()
    if sum(services.find(part) is not None for part in parts) < 2:
        return ()
    texts: list[str] = []
    for part in parts:
        if texts and _visit(services, masters, texts[-1], clock) and _visit(services, masters, part, clock):
            texts.append(part)
        else:
            texts[-1:] = [f"{texts[-1]}, {part}" if texts else part]
    found = [visit for text in texts if (visit := _visit(services, masters, text, clock))]
    if len(found) < 2 or not all(_is_another_time(found[0].when, one.when) for one in found[1:]):
        return ()
    return tuple(found[: several.MOST])


def _visit(services: Services, masters: Masters, text: str, clock: Clock) -> Visit | None:
    service, when = services.find(text), clock(text)
    if service is None or not (when.date or when.time_from or when.time_to or when.since or when.until):
        return None
    return Visit(text, service, when, masters.find(text))


def _is_another_time(first: When, other: When) -> bool:
    """An hour without its day is on the day of the first."""
    days = (other.date, other.since, other.until)
    same_day = not any(days) or days == (first.date, first.since, first.until)
    hours = (other.time_from, other.time_to)
    return not same_day or (any(hours) and hours != (first.time_from, first.time_to))
