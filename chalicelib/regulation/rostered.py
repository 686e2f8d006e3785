"""Who is on duty (RT-001): every minute is somebody's, each swap is of a shift that there is, and all work here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chalicelib.regulation.partly import as_far_as_known
from chalicelib.regulation.week import starting_on, uncovered, uncovered_dates

if TYPE_CHECKING:
    from datetime import date, time

    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.pack import Read
    from chalicelib.regulation.schema import Business, Override, Rota, Shift
    from chalicelib.regulation.written import Place, Written


@as_far_as_known
def mistakes(read: Read[Rota], business: Read[Business]) -> Iterator[Mistake]:
    """What is wrong with the shifts of RT-001, their swaps and editors, beside who works in business.yaml."""
    if read.written is None or read.document is None:
        return
    rota, at = read.document, read.written
    yield from _uncovered(rota, at)
    yield from _overrides(rota, at)
    if business.document is None:
        return
    yield from _people(business.document, rota, at)
    yield from _editors(business.document, rota, at)


@as_far_as_known
def _uncovered(rota: Rota, at: Written) -> Iterator[Mistake]:
    gaps = list(uncovered(rota.shifts, at))
    yield from gaps or uncovered_dates(rota, at)


@as_far_as_known
def _people(business: Business, rota: Rota, at: Written) -> Iterator[Mistake]:
    shifts: Iterable[tuple[Place, Shift | Override]] = (
        *((("shifts", number), shift) for number, shift in enumerate(rota.shifts)),
        *((("overrides", number), override) for number, override in enumerate(rota.overrides)),
    )
    for place, shift in shifts:
        yield from _on_duty(business, shift, at, place)
        yield from _twice_on_duty(shift, at, place)


@as_far_as_known
def _editors(business: Business, rota: Rota, at: Written) -> Iterator[Mistake]:
    for number, editor in enumerate(rota.editors):
        yield from _editor(business, editor, at, ("editors", number))


@as_far_as_known
def _overrides(rota: Rota, at: Written) -> Iterator[Mistake]:
    """Each override is of a shift that there is, and the only one of it."""
    seen: dict[tuple[date, time | None], int] = {}
    for number, override in enumerate(rota.overrides):
        path, key = ("overrides", number), (override.date, override.starts)
        begin = [f"{shift.starts:%H:%M}" for shift in starting_on(rota, override.date)]
        if override.starts and f"{override.starts:%H:%M}" not in begin:
            known = ", ".join(begin) or "ни одной"
            yield at.mistake((*path, "starts"), f"в этот день смены с {override.starts:%H:%M} нет: есть {known}")
        if key in seen:
            yield at.mistake(
                (*path, "date"), f"замена на {override.date} уже есть: оставьте одну (первый раз в строке {seen[key]})"
            )
        seen.setdefault(key, at.line(*path, "date"))


@as_far_as_known
def _on_duty(business: Business, shift: Shift | Override, at: Written, path: Place) -> Iterator[Mistake]:
    places: list[tuple[Place, str | None]] = [((*path, "duty"), shift.duty), ((*path, "reserve"), shift.reserve)]
    places += [((*path, "extra", number), person) for number, person in enumerate(shift.extra or ())]
    for place, person in places:
        if person is not None:
            yield from _woken(business, person, at, place)


@as_far_as_known
def _woken(business: Business, person: str, at: Written, place: Place) -> Iterator[Mistake]:
    colleague = business.colleague(person)
    yield from known_colleague(business, person, at, place)
    if colleague and colleague.telegram is None and colleague.phone is None:
        yield at.mistake(place, f"«{person}» не разбудить: допишите telegram или phone в business.yaml")


@as_far_as_known
def _twice_on_duty(shift: Shift | Override, at: Written, path: Place) -> Iterator[Mistake]:
    if shift.duty == shift.reserve:
        yield at.mistake((*path, "reserve"), "резерв и дежурный это один человек: назовите другого или уберите резерв")
    held = [shift.duty, shift.reserve]
    for number, person in enumerate(shift.extra or ()):
        if person in held:
            yield at.mistake((*path, "extra", number), f"«{person}» уже есть в этой смене: назовите другого")
        held.append(person)


@as_far_as_known
def _editor(business: Business, editor: str, at: Written, path: Place) -> Iterator[Mistake]:
    yield from known_colleague(business, editor, at, path)
    colleague = business.colleague(editor)
    if colleague and colleague.telegram is None:
        yield at.mistake(path, f"«{editor}» не сможет менять график: допишите telegram в business.yaml")


@as_far_as_known
def known_colleague(business: Business, colleague: str, at: Written, path: Place) -> Iterator[Mistake]:
    """Who is named at ``path`` works here."""
    if business.colleague(colleague) is None:
        staff = ", ".join(person.id for person in business.staff)
        yield at.mistake(path, f"сотрудника «{colleague}» нет в business.yaml: есть {staff}")
