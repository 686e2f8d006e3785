"""Finding out what is wanted: one question at a time, and never what was already said (RP-001)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from chalicelib.desk import consent
from chalicelib.desk.effects import DeliverLead
from chalicelib.desk.hours import closed_then
from chalicelib.desk.lead import lead_of
from chalicelib.desk.values import Choice, Field, Reading, Request, Wish

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation
    from chalicelib.regulation.schema import RegistryField, RequestField, Rules

SERVICE = "service:"
MOST_PEOPLE = 5
MOST_WORDS = 200
SILENCE = "silence"
LONG_AGO = timedelta(days=7)
"""A request without a day is over when she comes back after so long."""
NO_REQUEST = ("complaint", "emergency", "medical", "spam")
"""What is said of a service in such a message is no wish for it."""
ABOUT_NO_REQUEST = ("mine", "off_topic", "noise")
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
    if reading.about in ABOUT_NO_REQUEST:
        return False
    if sheet.conversation.lead:
        if not _is_anew(sheet.conversation, reading):
            return _tells(reading)  # the request that stands is changed, or followed by another, in its own way
        start_anew(sheet)
    if reading.another:
        sheet.note(more=min(sheet.conversation.more + 1, MOST_PEOPLE))
        sheet.cite("RP-001: ещё один человек")
    reading = _of_request(reading, sheet.conversation)
    request = sheet.conversation.request
    sheet.note(
        request=Request(
            service=reading.service or request.service,
            wish=_wish(request.wish, reading, _words(sheet.conversation, reading, text)),
            name=reading.name or request.name,
            phone=reading.phone or request.phone or phone,
        )
    )
    return _tells(reading) or bool(reading.name or reading.phone)


def _tells(reading: Reading) -> bool:
    return bool(reading.service or reading.date or reading.time_from or reading.time_to)


def _is_anew(conversation: Conversation, reading: Reading) -> bool:
    """Whether, beside the request that stands, she wishes for something else."""
    other = reading.service not in (None, conversation.request.service)
    return other and reading.intent == "booking" and not reading.another


def _of_request(reading: Reading, conversation: Conversation) -> Reading:
    """A reading with that part only which is about the request. Who asks for the price of something else, or whether
    it is open on Sunday, has not changed her mind."""
    request = conversation.request
    if reading.intent in NO_REQUEST:
        return replace(reading, service=None, date=None, time_from=None, time_to=None)
    if not reading.intent.startswith("question_") or "booking" in reading.also:
        return reading
    reading = replace(reading, service=None if request.service else reading.service)
    answers = conversation.asked == "time" and reading.intent != "question_hours"
    if answers or (request.wish is None and reading.intent != "question_hours"):
        return reading
    return replace(reading, date=None, time_from=None, time_to=None)


def _words(conversation: Conversation, reading: Reading, text: str) -> str:
    """Her own words for the time, where they answer the question for it: not those without a day, for it is asked
    once more then, and nothing of health, which has no place in the registry."""
    asked_again = conversation.misses > 0
    answers = conversation.asked == "time" and (reading.date is not None or asked_again)
    return text if answers and reading.escalate != "medical" else ""


def write_down(sheet: Sheet, *, phone: str) -> None:
    """A number she shared as her own."""
    sheet.note(request=replace(sheet.conversation.request, phone=phone))


def start_anew(sheet: Sheet) -> None:
    """The next request of the same client: who she is, is known."""
    sheet.note(stage="qualifying", asked=None, lead=None, request=_known(sheet.conversation))
    sheet.cite("RP-001: новая заявка того же клиента")


def come_back(sheet: Sheet) -> None:
    """She is back after a long while: what was open then is closed, and a visit that is past is no request."""
    conversation = sheet.conversation
    stands_still = conversation.lead is not None and not _over(sheet)
    if not stands_still:
        sheet.note(lead=None, request=_known(conversation))
    stage = "lead" if stands_still else "qualifying" if consent.agreed(conversation) else "new"
    sheet.note(stage=stage, asked=None, offered=(), misses=0, escalated=())


def _known(conversation: Conversation) -> Request:
    return Request(name=conversation.known_as or conversation.request.name, phone=conversation.request.phone)


def _over(sheet: Sheet) -> bool:
    """Whether the visit wished for is past."""
    wish, seen = sheet.conversation.request.wish, sheet.conversation.seen
    if wish and wish.date:
        return wish.date < sheet.today
    return seen is not None and sheet.now - seen > LONG_AGO


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
    """Whether a message changes the request that stands: another time for the same service, or another number."""
    request = conversation.request
    told = bool(reading.date or reading.time_from or reading.time_to) or reading.phone not in (None, request.phone)
    return told and reading.service in (None, request.service)


def is_for_another(conversation: Conversation, reading: Reading) -> bool:
    """Whether somebody else is to be written down than who is already."""
    return reading.name not in (None, conversation.request.name, conversation.known_as)


def change(sheet: Sheet, reading: Reading, text: str) -> None:
    """She changes or drops what stands in the registry: the colleague who works on it is told (SLA-001)."""
    sheet.cite(f"RP-001: клиент меняет заявку ({reading.intent})")
    request, registry = sheet.conversation.request, sheet.rules.registry
    if reading.intent == "cancel":
        sheet.say(registry.dropped)
        sheet.call(sheet.rules.sla.changed, "changed", text=text)
        sheet.note(stage="qualifying", asked=None, lead=None, request=_known(sheet.conversation))
        return
    wished = replace(request, wish=_wish(request.wish, reading, text), phone=reading.phone or request.phone)
    if wished == request:
        ask(sheet, "time")
        sheet.note(stage="lead")
        return
    sheet.note(request=wished, asked=None)
    if _closed(sheet):
        sheet.note(request=request, stage="lead", asked="time")
        return
    sheet.say(registry.changed)
    sheet.call(sheet.rules.sla.changed, "changed", text=text)


def begun(conversation: Conversation) -> bool:
    """Whether there is a request that is not in the registry yet."""
    request = conversation.request
    return conversation.lead is None and bool(request.service or request.wish)


def abandon(sheet: Sheet) -> None:
    """She gives up a request before it is in the registry."""
    sheet.say(sheet.rules.registry.abandoned)
    sheet.note(asked=None, more=0, request=_known(sheet.conversation))
    sheet.cite("RP-001: заявка не оформлена, клиент передумал")


def stands(sheet: Sheet) -> None:
    """The request is in the registry already."""
    sheet.say(sheet.rules.registry.already)
    sheet.note(stage="lead", asked=None)
    sheet.cite("RP-001: заявка уже принята")


def take_as_said(sheet: Sheet, text: str) -> bool:
    """Asked twice and still not understood: a time or a name is written down in her words, nothing is lost."""
    request, words = sheet.conversation.request, text.strip()
    if not words or sheet.conversation.misses < 1 or sheet.conversation.lead:
        return False
    if sheet.conversation.asked == "time":
        sheet.note(request=replace(request, wish=Wish(words=words[:MOST_WORDS])))
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
    if sheet.conversation.lead:
        stands(sheet)
        return
    if not consent.agreed(sheet.conversation):
        consent.ask(sheet)
        return
    if _closed(sheet):
        sheet.note(request=replace(sheet.conversation.request, wish=None))
        return
    missing = next_missing(sheet.conversation.request, sheet.rules)
    if missing is None:
        _finish(sheet)
    elif missing == "time" and sheet.conversation.request.wish:
        ask(sheet, "time", again=True)  # the hour without the day
        sheet.note(misses=1)
    else:
        ask(sheet, missing, again=missing == "name" and sheet.conversation.known_as is not None)


def _closed(sheet: Sheet) -> bool:
    """The business is closed when she wishes to come: she is told so, and asked for another time."""
    wish = sheet.conversation.request.wish
    if wish is None or not closed_then(sheet.rules.business, wish):
        return False
    sheet.say(sheet.rules.registry.closed)
    sheet.cite("RP-001 preferred_time: закрыто")
    ask(sheet, "time", again=True)
    return True


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
        "time": request.wish and (request.wish.date or request.wish.words),
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
    sheet.note(leads=(*sheet.conversation.leads, lead.id))
    sheet.note(escalated=tuple(reason for reason in sheet.conversation.escalated if reason != SILENCE))
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
    return Wish(reading.date or before.date, *hours, words=(words or before.words)[:MOST_WORDS])
