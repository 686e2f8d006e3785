"""What the pages say of booking: its rules, who works when, and every text about a time or a visit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.regulation.render import opening_hours
from infra.pages.markdown import bullets, quote, table
from infra.pages.words import BOOKING, BUTTONS, NOTICES

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Booking, BookingTexts, Business, Colleague, Hours, Rules, Service


def booking_parts(booking: Booking) -> Iterator[str]:
    """The part of RP-001 that is about times: numbers, what the client hears, what colleagues read."""
    yield "## Запись в числах"
    yield bullets(_numbers(booking))
    yield "## Что слышит клиент о времени и визите"
    yield table(("Когда", "Текст"), booking_texts(booking.texts))
    yield "## Что читают коллеги о визите"
    for name, when in NOTICES.items():
        buttons = f"\n[{booking.came}] [{booking.no_show}]" if name == "after" else ""
        yield f"{when}:"
        yield quote(f"{getattr(booking, f'notice_{name}')}{buttons}")


def booking_texts(texts: BookingTexts) -> Iterator[tuple[str, str]]:
    """When each text about a time is said, in one language; the buttons come last."""
    yield from ((title, getattr(texts, name)) for name, title in BOOKING.items() if getattr(texts, name))
    yield "кнопки", " ".join(f"[{getattr(texts, name)}]" for name in BUTTONS)


def schedule(rules: Rules) -> Iterator[str]:
    """Who works when, and what visits share."""
    business = rules.business
    yield "## Расписание мастеров"
    masters = {name for service in business.services for name in (*service.masters, *service.together)}
    rows = [_week(rules, person) for person in business.staff if person.id in masters]
    yield table(("Имя", "Когда работает", "Перерывы", "Выходные"), rows)
    if business.resources:
        yield "## Что занимает визит"
        shared = [
            (resource.title, str(resource.count), ", ".join(_needing(business, resource.id)))
            for resource in business.resources
        ]
        yield table(("Что", "Сколько", "Для чего"), shared)


def length(business: Business, service: Service) -> str:
    """How long a service takes its master, and with whose help: «180 + 15 на уборку, вместе: Римма»."""
    after = f" + {service.buffer_minutes} на уборку" if service.buffer_minutes else ""
    helpers = [person.name for person in business.staff if person.id in service.together]
    return f"{service.minutes}{after}" + (f", вместе: {', '.join(helpers)}" if helpers else "")


def _numbers(booking: Booking) -> Iterator[str]:
    yield f"Время начала: каждые {booking.step_minutes} мин."
    yield f"Запись не позже чем за {booking.notice_minutes} мин. и не дальше чем на {booking.horizon_days} дн. вперёд."
    yield f"Выбранное время держим {booking.hold_minutes} мин."
    yield f"Поздняя отмена: меньше чем за {booking.late_cancel_hours} ч."
    yield f"Не подтвердил за {booking.confirm_hours} ч до визита: коллега звонит."
    yield f"Опоздавшего ждём {booking.patience_minutes} мин."


def _week(rules: Rules, person: Colleague) -> tuple[str, ...]:
    return (
        person.name,
        opening_hours({**rules.business.hours, **person.hours}, rules.dialogue),
        ", ".join(_clocks(pause) for pause in person.breaks) or "нет",
        ", ".join(f"{day:%d.%m.%Y}" for day in person.days_off) or "как у всех",
    )


def _needing(business: Business, resource: str) -> Iterator[str]:
    return (service.title for service in business.services if resource in service.needs)


def _clocks(hours: Hours) -> str:
    return f"{hours.opens:%H:%M}–{hours.closes:%H:%M}"
