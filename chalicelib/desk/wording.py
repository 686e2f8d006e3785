"""How the desk writes times, phones and pack texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.regulation.render import DAYS, opening_hours, price_list, render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from chalicelib.desk.values import Conversation, Language, Slot, Wish
    from chalicelib.regulation.schema import Rules


def wish_text(wish: Wish | None) -> str:
    """A wish as the colleague and the CRM read it: «25.11.2026 17:00–21:00 (завтра вечером)»."""
    exact = exact_wish(wish)
    words = wish.words if wish else ""
    return f"{exact} ({words})" if exact and words else exact or words


def exact_wish(wish: Wish | None) -> str:
    """Day and hours as far as they were understood: «25.11.2026 17:00–21:00»."""
    if wish is None:
        return ""
    day = wish.date.strftime("%d.%m.%Y") if wish.date else ""
    start = wish.time_from.strftime("%H:%M") if wish.time_from else ""
    end = wish.time_to.strftime("%H:%M") if wish.time_to else ""
    if start and end:
        hours = start if start == end else f"{start}–{end}"
    else:
        hours = f"с {start}" if start and wish.open_end else start or (f"до {end}" if end else "")
    return " ".join(part for part in (day, hours) if part)


_WEEK = {
    "ru": tuple(DAYS.values()),
    "tt": ("дш", "сш", "чш", "пш", "җм", "шм", "яш"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def day_text(day: date, language: Language) -> str:
    """A day as it is said: «вт 24.11.2026»."""
    return f"{_WEEK[language][day.weekday()]} {day:%d.%m.%Y}"


def button_text(slot: Slot, language: Language) -> str:
    """A time on a button: «вт 24.11 17:00»."""
    return f"{_WEEK[language][slot.date.weekday()]} {slot.date:%d.%m} {slot.start:%H:%M}"


_HOURS = {"ru": "ч", "tt": "сәг.", "en": "h"}
_MINUTES = {"ru": "мин.", "tt": "мин.", "en": "min"}


def length_text(minutes: int, language: Language) -> str:
    """A length as it is said: «2 ч», «90 мин.»."""
    hours, rest = divmod(minutes, 60)
    return f"{minutes} {_MINUTES[language]}" if rest or not hours else f"{hours} {_HOURS[language]}"


def exact_time(slot: Slot, rules: Rules, language: Language) -> str:
    """Everything that may be said of a time: «Маникюр, вт 24.11.2026 17:00, Анна»."""
    master, service = rules.business.colleague(slot.master), rules.business.service(slot.service)
    when = f"{day_text(slot.date, language)} {slot.start:%H:%M}"
    return ", ".join((service.title if service else "", when, master.name if master else ""))


def client_text(
    template: str,
    rules: Rules,
    conversation: Conversation,
    slot: Slot | None = None,
    visits: Sequence[Slot] = (),
    **more: str,
) -> str:
    """A text of the pack for the client, its fields filled from the pack and from what she said. ``slot``: the time it
    is about; ``visits``: her visits that it lists; ``more``: fields of this text alone."""
    request = conversation.request
    service = rules.business.service(slot.service if slot else request.service)
    master = rules.business.colleague(slot.master) if slot else None
    title, wish = service.title if service else "", _for_her(request.wish)
    fields = {
        "business": rules.business.name,
        "address": rules.business.address,
        "phone": rules.business.phone,
        "hours": opening_hours(rules.business),
        "services": price_list(rules.business),
        "url": rules.consent.url,
        "operator": rules.consent.operator,
        "version": rules.consent.version,
        "name": request.name or conversation.known_as or "",
        "contact": request.phone or "",
        "service": title,
        "wish": wish,
        "request": ", ".join(known for known in (title, wish) if known),
        "date": day_text(slot.date, conversation.language) if slot else "",
        "time": f"{slot.start:%H:%M}" if slot else "",
        "master": master.name if master else "",
        "minutes": str(rules.registry.booking.hold_minutes) if rules.registry.booking else "",
        "visits": "\n".join(exact_time(one, rules, conversation.language) for one in visits),
    }
    return render(template, **{**fields, **more})


def _for_her(wish: Wish | None) -> str:
    """A wish as its client reads it: exactly, or in her own words where there is nothing exact."""
    if wish is None:
        return ""
    return exact_wish(wish) or (f"«{wish.words}»" if wish.words else "")


def staff_text(template: str, rules: Rules, conversation: Conversation, **more: str) -> str:
    """A text of the pack for a colleague. Before consent it says no more than where the client wrote from."""
    request = conversation.request
    service = rules.business.service(request.service)
    agreed = conversation.consent is not None and conversation.consent.given
    fields = {
        "client": request.name if agreed else None,
        "contact": (request.phone if agreed else None) or conversation.address,
        "service": service.title if service else None,
        "wish": wish_text(request.wish) if agreed else None,
        "channel": conversation.channel,
        "business": rules.business.name,
        "text": "",
        "priority": "",
        "clause": "",
        "minutes": "",
    }
    return render(template, **{name: value or "" for name, value in {**fields, **more}.items()})
