"""What must hold before times can be booked: somebody is at work long enough, and with everything a service needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from chalicelib.regulation.partly import as_far_as_known
from chalicelib.regulation.render import DAYS
from chalicelib.regulation.rostered import known_colleague
from chalicelib.regulation.schema import WEEK

if TYPE_CHECKING:
    from datetime import time

    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.pack import Pack
    from chalicelib.regulation.schema import Booking, BookingTexts, Business, Colleague, Hours, Service, Weekday
    from chalicelib.regulation.written import Place, Written

Span = tuple[int, int]
"""Minutes of a day: from the first, until before the second."""
HOUR = 60
DAY = 24 * HOUR
TOGETHER = (
    ("more", "other_time", "wait", "for_guest"),
    ("confirm", "move", "cancel"),
    ("take", "no"),
    ("yes", "no"),
    ("move", "anew"),
)
"""Buttons that may stand under one message."""


def mistakes(pack: Pack) -> Iterator[Mistake]:
    """Every mistake in what RP-001 and business.yaml say of booking, and in its buttons in every language."""
    if pack.business.written is not None and pack.business.document is not None:
        business, at = pack.business.document, pack.business.written
        yield from _services(business, at)
        yield from _resources(business, at)
        yield from _staff(business, at)
        yield from _calendar(pack, business, at)
    yield from _times(pack)


@as_far_as_known
def _services(business: Business, at: Written) -> Iterator[Mistake]:
    for number, service in enumerate(business.services):
        yield from _together(business, service, at, number)
        yield from _needs(business, service, at, number)
        yield from _only_once(service, at, number)


@as_far_as_known
def _staff(business: Business, at: Written) -> Iterator[Mistake]:
    for number, person in enumerate(business.staff):
        yield from _own_hours(business, person, at, number)
        yield from _breaks(business, person, at, number)


@as_far_as_known
def _times(pack: Pack) -> Iterator[Mistake]:
    booking = pack.registry.document.booking if pack.registry.document else None
    if booking is None or pack.registry.written is None:
        return
    yield from _step(booking, pack.registry.written)
    yield from _horizon(booking, pack.registry.written)
    yield from _came(booking, pack.registry.written)
    yield from _buttons(booking.texts, pack.registry.written, ("booking", "texts"))
    yield from _spoken(pack)
    if pack.business.written is not None and pack.business.document is not None:
        for number, service in enumerate(pack.business.document.services):
            yield from _done(pack.business.document, service, pack.business.written, number)


@as_far_as_known
def _together(business: Business, service: Service, at: Written, number: int) -> Iterator[Mistake]:
    """Who helps with a service is known, and another than its master."""
    for place, person in enumerate(service.together):
        path = ("services", number, "together", place)
        yield from known_colleague(business, person, at, path)
        if person in service.masters:
            yield at.mistake(
                path, f"«{person}» уже мастер этой услуги и помогать себе не может: оставьте в одном месте"
            )


@as_far_as_known
def _needs(business: Business, service: Service, at: Written, number: int) -> Iterator[Mistake]:
    for place, resource in enumerate(service.needs):
        path = ("services", number, "needs", place)
        if business.resource(resource) is None:
            known = ", ".join(one.id for one in business.resources) or "пока ничего"
            yield at.mistake(path, f"ресурса «{resource}» нет в resources: есть {known}")


def _only_once(service: Service, at: Written, number: int) -> Iterator[Mistake]:
    for part in ("masters", "together", "needs"):
        yield from _twice(getattr(service, part), at, ("services", number, part))


@as_far_as_known
def _twice(names: tuple[str, ...], at: Written, path: Place) -> Iterator[Mistake]:
    for name, times in Counter(names).items():
        if times > 1:
            yield at.mistake(path, f"«{name}» здесь дважды: на визит нужен один, оставьте одно упоминание")


@as_far_as_known
def _resources(business: Business, at: Written) -> Iterator[Mistake]:
    used = {resource for service in business.services for resource in service.needs}
    for number, resource in enumerate(business.resources):
        if resource.id not in used:
            yield at.mistake(
                ("resources", number), f"«{resource.title}» не нужно ни одной услуге: допишите в needs или уберите"
            )


@as_far_as_known
def _calendar(pack: Pack, business: Business, at: Written) -> Iterator[Mistake]:
    """Where a calendar outside is kept in step, every master has a place in it, and nobody has another's."""
    if business.calendar is None:
        return
    if pack.registry.document is not None and pack.registry.document.booking is None:
        yield at.mistake(
            ("calendar",), "календарь включён, а записи нет: опишите booking в RP-001.md или уберите calendar"
        )
    for number, word in enumerate(business.calendar.no_show):
        if word.casefold() in (other.casefold() for other in business.calendar.visited):
            yield at.mistake(("calendar", "no_show", number), f"«{word}» стоит и в visited: оставьте в одном месте")
    masters = {person for service in business.services for person in (*service.masters, *service.together)}
    first: dict[int, str] = {}
    for number, person in enumerate(business.staff):
        resource = person.bitrix24_resource
        if resource is None and person.id in masters:
            yield at.mistake(
                ("staff", number), f"календарь Битрикс24 включён, а ресурс мастера «{person.name}» не указан: "
                "допишите bitrix24_resource, номер ресурса из онлайн-записи"
            )  # fmt: skip
        elif resource in first:
            yield at.mistake(
                ("staff", number, "bitrix24_resource"),
                f"ресурс {resource} уже у мастера «{first[resource]}»: у каждого мастера свой",
            )
        elif resource is not None:
            first[resource] = person.name


@as_far_as_known
def _own_hours(business: Business, person: Colleague, at: Written, number: int) -> Iterator[Mistake]:
    for day, hours in person.hours.items():
        path = ("staff", number, "hours", day)
        opening = business.hours.get(day)
        if hours is None or day not in business.hours or (opening and not _span(opening)):
            continue
        if not _span(hours):
            yield at.mistake(path, f"{person.name}, {DAYS[day]}: конец работы не позже начала, исправьте часы")
        elif opening is None:
            yield at.mistake(path, f"{person.name} работает, а у вас закрыто ({DAYS[day]}): уберите эти часы")
        elif hours.opens < opening.opens or hours.closes > opening.closes:
            yield at.mistake(
                path, f"{person.name}, {DAYS[day]}: часы {_clocks(hours)} выходят за часы работы {_clocks(opening)}"
            )


@as_far_as_known
def _breaks(business: Business, person: Colleague, at: Written, number: int) -> Iterator[Mistake]:
    days = [span for day in WEEK if (span := _at_work(business, person, day))]
    for place, pause in enumerate(person.breaks):
        path = ("staff", number, "breaks", place)
        if not _span(pause):
            yield at.mistake(path, f"{person.name}: конец перерыва не позже начала, исправьте")
        elif days and not any(
            opens <= _minute(pause.opens) and _minute(pause.closes) <= closes for opens, closes in days
        ):
            yield at.mistake(path, f"{person.name}: перерыв {_clocks(pause)} ни в один день не попадает в часы работы")
    whole = [(place, pause) for place, pause in enumerate(person.breaks) if _span(pause)]
    for (_, first), (place, then) in pairwise(sorted(whole, key=lambda pause: pause[1].opens)):
        if then.opens < first.closes:
            yield at.mistake(
                ("staff", number, "breaks", place),
                f"{person.name}: перерывы {_clocks(first)} и {_clocks(then)} пересекаются, сделайте из них один",
            )


@as_far_as_known
def _step(booking: Booking, at: Written) -> Iterator[Mistake]:
    step = booking.step_minutes
    if HOUR % step and step % HOUR:
        yield at.mistake(
            ("booking", "step_minutes"),
            f"час не делится на {step} мин., и время начала поплывёт: возьмите 10, 15, 20, 30 или 60",
        )


@as_far_as_known
def _horizon(booking: Booking, at: Written) -> Iterator[Mistake]:
    if booking.horizon_days * DAY <= booking.notice_minutes:
        yield at.mistake(
            ("booking", "notice_minutes"),
            f"записаться можно за {booking.notice_minutes} мин., а горизонт всего {booking.horizon_days} дн.: "
            "свободного времени не будет никогда",
        )


@as_far_as_known
def _came(booking: Booking, at: Written) -> Iterator[Mistake]:
    if booking.came == booking.no_show:
        yield at.mistake(("booking", "no_show"), _same("came", "no_show", booking.came))


@as_far_as_known
def _spoken(pack: Pack) -> Iterator[Mistake]:
    if pack.dialogue.written is None or pack.dialogue.document is None:
        return
    for language, spoken in pack.dialogue.document.languages.items():
        if spoken.booking is not None:
            yield from _buttons(spoken.booking, pack.dialogue.written, ("languages", language, "booking"))


def _buttons(texts: BookingTexts, at: Written, path: Place) -> Iterator[Mistake]:
    for group in TOGETHER:
        yield from _group(group, texts, at, path)


@as_far_as_known
def _group(group: tuple[str, ...], texts: BookingTexts, at: Written, path: Place) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for name in group:
        title = getattr(texts, name).casefold()
        if title in first:
            yield at.mistake((*path, name), _same(first[title], name, getattr(texts, name)))
        first.setdefault(title, name)


def _same(first: str, second: str, title: str) -> str:
    return f"кнопки {first} и {second} обе называются «{title}»: назовите их по-разному"


@as_far_as_known
def _done(business: Business, service: Service, at: Written, number: int) -> Iterator[Mistake]:
    """Each master of a service, with whoever is needed besides, is at work long enough on some day."""
    others = [business.colleague(person) for person in service.together]
    longest = {}
    for place, master in enumerate(service.masters):
        people = [business.colleague(master), *others]
        known = [person for person in people if person is not None]
        if len(known) < len(people):
            return
        longest[place] = max(_longest(business, known, day) for day in WEEK)
    if not any(longest.values()):
        yield at.mistake(
            ("services", number), f"услугу «{service.title}» ни в один день некому делать: проверьте часы мастеров"
        )
        return
    for place, minutes in longest.items():
        if minutes < service.minutes:
            yield at.mistake(
                ("services", number, "masters", place),
                f"«{service.masters[place]}» ни в один день не работает {service.minutes} мин. подряд "
                f"(самое долгое {minutes}): исправьте часы и перерывы или уберите из masters",
            )


def _longest(business: Business, people: list[Colleague], day: Weekday) -> int:
    """The longest run of minutes of a weekday at which all of them are at work."""
    at_work = [_at_work(business, person, day) for person in people]
    spans = [span for span in at_work if span]
    if len(spans) < len(people):
        return 0
    free, closes = max(opens for opens, _ in spans), min(closes for _, closes in spans)
    longest = 0
    for begins, ends in sorted(span for person in people for pause in person.breaks if (span := _span(pause))):
        longest = max(longest, min(begins, closes) - free)
        free = max(free, ends)
    return max(longest, closes - free)


def _at_work(business: Business, person: Colleague, day: Weekday) -> Span | None:
    """When a person works on a weekday, breaks included: her own hours, or those of the business."""
    hours = person.hours[day] if day in person.hours else business.hours.get(day)
    return _span(hours) if hours else None


def _span(hours: Hours) -> Span | None:
    """None where the end is not later than the beginning: that is said elsewhere."""
    span = _minute(hours.opens), _minute(hours.closes)
    return span if span[0] < span[1] else None


def _minute(clock: time) -> int:
    return clock.hour * HOUR + clock.minute


def _clocks(hours: Hours) -> str:
    return f"{hours.opens:%H:%M}–{hours.closes:%H:%M}"
