"""Finding out what is wanted: one question at a time, and never what was already said (RP-001)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from chalicelib.desk import consent
from chalicelib.desk.effects import DeliverLead
from chalicelib.desk.lead import lead_of
from chalicelib.desk.values import Choice, Field, Reading, Request, Wish

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation
    from chalicelib.regulation.schema import RegistryField, RequestField, Rules

SERVICE = "service:"
MOST_PEOPLE = 5
FIELDS: tuple[Field, ...] = get_args(Field)
_NAME = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+){0,3}")
REGISTRY: dict[Field, RequestField] = {
    "service": "service",
    "time": "preferred_time",
    "name": "client_name",
    "phone": "contact",
}


def take(sheet: Sheet, reading: Reading, text: str, phone: str | None = None) -> bool:
    """Write down what a message says of the request. True when it said something about it."""
    told = bool(reading.service or reading.date or reading.time_from or reading.time_to)
    if sheet.conversation.stage == "lead":
        if not told or reading.another or reading.intent != "booking" or corrects(sheet.conversation, reading):
            return told  # the request that stands is changed, or followed by another, in its own way
        start_anew(sheet)
    if reading.another:
        sheet.note(more=min(sheet.conversation.more + 1, MOST_PEOPLE))
        sheet.cite("RP-001: ещё один человек")
    request = sheet.conversation.request
    words = text if sheet.conversation.asked == "time" else ""
    sheet.note(
        request=Request(
            service=reading.service or request.service,
            wish=_wish(request.wish, reading, words),
            name=reading.name or request.name,
            phone=reading.phone or request.phone or phone,
        )
    )
    return told or bool(reading.name or reading.phone)


def write_down(sheet: Sheet, *, phone: str) -> None:
    """A number she shared as her own."""
    sheet.note(request=replace(sheet.conversation.request, phone=phone))


def start_anew(sheet: Sheet) -> None:
    """The next request of the same client: who she is, is known."""
    request = sheet.conversation.request
    known = Request(name=sheet.conversation.known_as or request.name, phone=request.phone)
    sheet.note(stage="qualifying", asked=None, lead=None, request=known)
    sheet.cite("RP-001: новая заявка того же клиента")


def next_person(sheet: Sheet, reading: Reading | None = None) -> None:
    """The request of one more person: as the last one, unless something else is said. Only the name is unknown."""
    request = sheet.conversation.request
    told = reading or Reading("booking", 1.0)
    sheet.note(
        stage="qualifying",
        asked=None,
        lead=None,
        request=Request(told.service or request.service, _wish(request.wish, told, ""), told.name, request.phone),
    )
    sheet.say(sheet.rules.registry.another)
    sheet.cite("RP-001: заявка на ещё одного человека")
    proceed(sheet)


def corrects(conversation: Conversation, reading: Reading) -> bool:
    """Whether a message changes the request that stands: another time for the same service."""
    told_time = bool(reading.date or reading.time_from or reading.time_to)
    return told_time and reading.service in (None, conversation.request.service)


def change(sheet: Sheet, reading: Reading, text: str) -> None:
    """She changes or drops what stands in the registry: the colleague who works on it is told (SLA-001)."""
    request, registry = sheet.conversation.request, sheet.rules.registry
    if reading.intent == "cancel":
        sheet.say(registry.dropped)
    else:
        sheet.note(request=replace(request, wish=_wish(request.wish, reading, text)))
        sheet.say(registry.changed)
    sheet.call(sheet.rules.sla.changed, "changed", text=text)
    sheet.cite(f"RP-001: клиент меняет заявку ({reading.intent})")


def stands(sheet: Sheet) -> None:
    """The request is in the registry already."""
    sheet.say(sheet.rules.registry.already)
    sheet.cite("RP-001: заявка уже принята")


def take_as_said(sheet: Sheet, text: str) -> bool:
    """Asked twice and still not understood: a time or a name is written down in her words, nothing is lost."""
    request, words = sheet.conversation.request, text.strip()
    if not words or sheet.conversation.misses < 1:
        return False
    if sheet.conversation.asked == "time":
        sheet.note(request=replace(request, wish=Wish(words=words[:200])))
    elif sheet.conversation.asked == "name" and _NAME.fullmatch(words):
        sheet.note(request=replace(request, name=words))
    else:
        return False
    sheet.cite("RP-001: записано словами клиента")
    return True


def choose_service(sheet: Sheet, service: str) -> None:
    sheet.note(request=replace(sheet.conversation.request, service=service))


def proceed(sheet: Sheet) -> None:
    """The next step of a request: consent, the next missing field, or the finished lead."""
    if not consent.agreed(sheet.conversation):
        consent.ask(sheet)
        return
    missing = next_missing(sheet.conversation.request, sheet.rules)
    if missing is None:
        _finish(sheet)
    else:
        ask(sheet, missing)


def ask(sheet: Sheet, name: Field, *, again: bool = False) -> None:
    """Ask for one field of the registry."""
    field = registry_field(sheet.rules, name)
    question = (field.again if again else field.ask) or field.ask
    if question:
        sheet.say(question, choices(sheet.rules, name))
    sheet.note(stage="qualifying", asked=name)
    sheet.cite(f"RP-001 {field.name}: {'переспрошено' if again else 'спрошено'}")


def choices(rules: Rules, name: Field | None) -> tuple[Choice, ...]:
    """The buttons under a question: the services, where a service is what is asked."""
    if name not in ("service", None):
        return ()
    return tuple(Choice(f"{SERVICE}{service.id}", service.title) for service in rules.business.services)


def next_missing(request: Request, rules: Rules) -> Field | None:
    """The first obligatory field she has not told yet."""
    said: dict[Field, object] = {
        "service": request.service,
        "time": request.wish,
        "name": request.name,
        "phone": request.phone,
    }
    return next((name for name in FIELDS if not said[name] and registry_field(rules, name).obligatory), None)


def registry_field(rules: Rules, name: Field) -> RegistryField:
    field = rules.registry.field(REGISTRY[name])
    if field is None:
        raise LookupError(f"RP-001 has no field {REGISTRY[name]}")  # `nochnik check` refuses such a pack
    return field


def open_question(conversation: Conversation) -> Field | None:
    """The registry field that is being asked, if one is."""
    return conversation.asked if conversation.asked in FIELDS else None


def _finish(sheet: Sheet) -> None:
    lead = lead_of(sheet.conversation, sheet.event, sheet.rules, sheet.now)
    sheet.do(DeliverLead(lead))
    sheet.say(sheet.rules.registry.accepted)
    known = sheet.conversation.known_as or sheet.conversation.request.name
    sheet.note(stage="lead", asked=None, lead=lead.id, misses=0, known_as=known)
    sheet.cite(f"RP-001: заявка заполнена, статус «{lead.status}»")
    if sheet.conversation.more:
        sheet.note(more=sheet.conversation.more - 1)
        next_person(sheet)


def _wish(before: Wish | None, reading: Reading, words: str) -> Wish | None:
    """What is now known of the time: a new day keeps the hour said before, a new hour keeps the day."""
    said_hours = reading.time_from or reading.time_to
    if not (reading.date or said_hours):
        return before
    before = before or Wish()
    hours = (reading.time_from, reading.time_to) if said_hours else (before.time_from, before.time_to)
    return Wish(reading.date or before.date, *hours, words=(words or before.words)[:200])
