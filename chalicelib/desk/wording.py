"""How the desk writes times, phones and pack texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.regulation.render import opening_hours, price, price_list, render
from chalicelib.regulation.schema import WEEK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from chalicelib.desk.values import Conversation, Errand, Request, Slot, Wish
    from chalicelib.regulation.schema import Rules, Service, SmallWords


LEAST_TELLING = 5
"""Letters of a word in a title by which a service may be known: not «и», not «зуба»."""
WIDEST = 20
"""Characters of a button (WhatsApp)."""


def wish_text(wish: Wish | None, rules: Rules) -> str:
    """A wish as the colleague and the CRM read it: «25.11.2026 17:00–21:00 (завтра вечером)»."""
    exact = exact_wish(wish, rules)
    words = wish.words if wish else ""
    return f"{exact} ({words})" if exact and words else exact or words


def exact_wish(wish: Wish | None, rules: Rules) -> str:
    """Day and hours as far as they were understood, in the language of ``rules``: «25.11.2026 17:00–21:00»."""
    if wish is None:
        return ""
    words = rules.dialogue.small_words
    start = wish.time_from.strftime("%H:%M") if wish.time_from else ""
    end = wish.time_to.strftime("%H:%M") if wish.time_to else ""
    if start and end:
        hours = start if start == end else f"{start}–{end}"
    else:
        begins = render(words.since, time=start) if start and wish.open_end else start
        hours = begins or (render(words.until, time=end) if end else "")
    return " ".join(part for part in (_days(wish, words), hours) if part)


def _days(wish: Wish, words: SmallWords) -> str:
    """The day, or the span of days: «23.11–29.11.2026», «с 26.11.2026»."""
    if wish.date:
        return f"{wish.date:%d.%m.%Y}"
    if wish.since and wish.until:
        return f"{wish.since:%d.%m}–{wish.until:%d.%m.%Y}"
    if wish.since:
        return render(words.since, time=f"{wish.since:%d.%m.%Y}")
    return render(words.until, time=f"{wish.until:%d.%m.%Y}") if wish.until else ""


def day_text(day: date, rules: Rules) -> str:
    """A day as it is said in the language of ``rules``: «вт 24.11.2026»."""
    return f"{_weekday(day, rules)} {day:%d.%m.%Y}"


def button_text(slot: Slot, rules: Rules, *, with_master: bool = False) -> str:
    """A time on a button: «вт 24.11 17:00»; ``with_master``: «24.11 17:00 Анна», as far as there is room."""
    when = f"{slot.date:%d.%m} {slot.start:%H:%M}"
    return (
        f"{when} {names_text([slot.master], rules)}"[:WIDEST] if with_master else f"{_weekday(slot.date, rules)} {when}"
    )


def exact_time(slot: Slot, rules: Rules) -> str:
    """Everything that may be said of a time: «Маникюр, вт 24.11.2026 17:00, Анна»; of what goes with it besides what,
    at what hour and with whom: «…; Педикюр, 18:30, Анна»."""
    return "; ".join(_part(part, rules, whole=part is slot) for part in slot.parts)


def errands_text(errands: Iterable[Errand], rules: Rules) -> str:
    """Services, each with its time where it has one: «Педикюр; Стрижка женская, 27.11.2026 11:00»."""
    told = ((rules.business.service(one.service), exact_wish(one.wish, rules)) for one in errands)
    return "; ".join(", ".join(filter(None, (service.title, when))) for service, when in told if service)


def prices_text(named: Iterable[str], rules: Rules) -> str:
    """What those services cost and how long they take, a line each: «Стрижка мужская — 1 000 ₽, 45 мин.». Those that
    share a word of the title are told, too: who says «стрижка» may mean either."""
    services = rules.business.services
    words = {word for service in services if service.id in named for word in _long_words(service.title)}
    kindred = (one for one in services if words & _long_words(one.title))
    lines = ((one.title, price(one, rules.dialogue), length_text(one.minutes, rules)) for one in kindred)
    return "\n".join(f"{title} — {cost}, {length}" for title, cost, length in lines)


def _long_words(title: str) -> set[str]:
    return {word for word in title.casefold().split() if len(word) >= LEAST_TELLING}


def length_text(minutes: int, rules: Rules) -> str:
    """A length as it is said in the language of ``rules``: «2 ч», «90 мин.»."""
    hours, rest = divmod(minutes, 60)
    words = rules.dialogue.small_words
    return f"{minutes} {words.minute}" if rest or not hours else f"{hours} {words.hour}"


def _part(slot: Slot, rules: Rules, *, whole: bool) -> str:
    master, service = rules.business.colleague(slot.master), rules.business.service(slot.service)
    hour = f"{slot.start:%H:%M}"
    when = f"{day_text(slot.date, rules)} {hour}" if whole else hour
    return ", ".join((service.title if service else "", when, master.name if master else ""))


def _weekday(day: date, rules: Rules) -> str:
    return rules.dialogue.weekdays[WEEK[day.weekday()]]


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
    asked = [slot.service] if slot else [request.service, *(() if request.apart else request.then[:1])]
    services = [service for service in map(rules.business.service, asked) if service]
    title, wish = ", ".join(service.title for service in services), _for_her(request.wish, rules)
    fields = {
        "business": rules.business.name,
        "address": rules.business.address,
        "phone": rules.business.phone,
        "hours": opening_hours(rules.business.hours, rules.dialogue),
        "services": price_list(rules.business, rules.dialogue),
        "url": rules.consent.url,
        "operator": rules.consent.operator,
        "version": rules.consent.version,
        "name": request.name or conversation.known_as or "",
        "contact": request.phone or "",
        "service": title,
        "wish": wish,
        "request": ", ".join(known for known in (_all_services(rules, request), wish) if known),
        "date": day_text(slot.date, rules) if slot else "",
        "time": f"{slot.start:%H:%M}" if slot else "",
        "master": names_text([slot.master] if slot else _hers(request, services), rules),
        "masters": names_text(dict.fromkeys(one for service in services for one in service.masters), rules),
        "minutes": str(rules.registry.booking.hold_minutes) if rules.registry.booking else "",
        "visits": "\n".join(exact_time(one, rules) for one in visits),
    }
    return render(template, **{**fields, **more})


def _all_services(rules: Rules, request: Request) -> str:
    services = map(rules.business.service, (request.service, *request.then))
    return ", ".join(service.title for service in services if service)


def _hers(request: Request, services: Sequence[Service]) -> Sequence[str]:
    """To whom she would go, without those who do something else."""
    do_it = {master for service in services for master in service.masters}
    return [master for master in request.masters if master in do_it] or request.masters


def names_text(people: Iterable[str], rules: Rules) -> str:
    """Colleagues by their names: «Анна, Ольга»."""
    return ", ".join(person.name for person in map(rules.business.colleague, people) if person)


def _for_her(wish: Wish | None, rules: Rules) -> str:
    """A wish as its client reads it: exactly, or in her own words where there is nothing exact."""
    if wish is None:
        return ""
    return exact_wish(wish, rules) or (f"«{wish.words}»" if wish.words else "")


def staff_text(template: str, rules: Rules, conversation: Conversation, **more: str) -> str:
    """A text of the pack for a colleague. Before consent it says nothing of who the client is but where she wrote from,
    and her time without her own words."""
    request = conversation.request
    service = rules.business.service(request.service)
    agreed = conversation.consent is not None and conversation.consent.given
    fields = {
        "client": (request.name if agreed else None) or rules.sla.handover.nameless,
        "contact": (request.phone if agreed else None) or conversation.address,
        "service": service.title if service else None,
        "wish": wish_text(request.wish, rules) if agreed else exact_wish(request.wish, rules),
        "channel": conversation.channel,
        "business": rules.business.name,
        "text": "",
        "priority": "",
        "clause": "",
        "minutes": "",
    }
    return render(template, **{name: value or "" for name, value in {**fields, **more}.items()})
