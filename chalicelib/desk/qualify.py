"""Finding out what is wanted: one question at a time, and never what was already said (RP-001)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from chalicelib.desk import booking, consent, offers, plan, told, visits
from chalicelib.desk.effects import DeliverLead
from chalicelib.desk.hours import closed_then
from chalicelib.desk.lead import lead_of
from chalicelib.desk.values import Choice, Field, Reading, Request, Wish
from chalicelib.desk.wording import errands_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation, Errand
    from chalicelib.regulation.schema import RegistryField, RequestField, Rules

SERVICE = "service:"
"""How the button of a service begins."""
SILENCE = "silence"
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
    if reading.about in told.ABOUT_NO_REQUEST:
        return False
    reading = told.on_the_day_offered(told.of_request(reading, sheet.conversation), sheet.conversation)
    answers = reading.intent == "booking" or sheet.conversation.asked in ("time", "consent")
    if reading.choice == "soonest" and answers and not told.tells_time(reading):
        reading = _soonest(sheet, reading)
    if visits.wishes_other_than_moved(sheet, reading):
        start_anew(sheet)
    if sheet.conversation.lead:
        if not _is_anew(sheet.conversation, reading) or visits.instead_of(sheet, reading):
            return told.tells(reading)  # the request that stands is changed, or followed by another, in its own way
        _start_anew_as(sheet, reading)
    before = sheet.conversation.request
    sheet.note(request=told.filled(sheet.conversation, reading, text, phone))
    if reading.another:
        _for_two(sheet, reading)
    now = sheet.conversation.request
    if (now.masters, now.then, now.at_once) != (before.masters, before.then, before.at_once):
        sheet.note(seen_times=booking.her_hour(sheet))  # what she has seen was with somebody else, or for less
    return told.tells(reading) or bool(reading.name or reading.phone)


def _soonest(sheet: Sheet, reading: Reading) -> Reading:
    """From today on, at the hours that were told before, but for one hour alone."""
    request = sheet.conversation.request
    if request.wish and offers.is_exact(request.wish):
        sheet.note(request=replace(request, wish=None))
    return replace(reading, since=sheet.today)


def with_less(sheet: Sheet, reading: Reading) -> Reading:
    """«Брови не надо», said of one of several services: the request goes on, it is no refusal of anything else. Of
    the only one it gives that up, of a visit that stands it cancels that, of what was not wished it says nothing."""
    if told.drops(sheet.conversation, reading):
        sheet.cite("RP-001 service: от одной из услуг отказались")
        return replace(reading, intent="booking", confidence=1.0, also=())
    if reading.service is None or reading.service not in reading.dropped:
        return reading
    stands = any(visit.slot.service == reading.service for visit in visits.ahead(sheet))
    if begun(sheet.conversation) and sheet.conversation.request.service == reading.service:
        return replace(reading, intent="cancel", confidence=1.0, service=None, also=())
    return replace(reading, intent="cancel", confidence=1.0) if stands else replace(reading, service=None, then=())


def as_of_times(sheet: Sheet, reading: Reading) -> Reading:
    """«А в субботу?» in the middle of a booking is about free times. Who surely asks for the opening hours hears them
    besides, and while consent is asked only them. «Сколько стоит педикюр и можно в субботу в 11?» is a wish as well."""
    asked = sheet.conversation.asked
    if _asks_and_wishes(sheet, reading):
        return replace(reading, also=(*reading.also, "booking"))
    sure = reading.confidence >= sheet.rules.dialogue.confidence_threshold
    asks = asked == "time" or (asked == "consent" and not sure)
    if not (asks and reading.intent == "question_hours" and told.tells_time(reading) and booking.is_on(sheet)):
        return reading
    wish = Wish(reading.date, reading.time_from, reading.time_to)
    answered = not sure or closed_then(sheet.rules.business, wish)  # who hears that it is closed hears the hours, too
    return replace(reading, intent="booking", confidence=1.0, also=() if answered else ("question_hours",))


def _asks_and_wishes(sheet: Sheet, reading: Reading) -> bool:
    """Whether a question about a service names the very day and hour at which to come."""
    asks = reading.intent in ("question_price", "question_service") and "booking" not in reading.also
    exact = reading.date and reading.time_from and not (reading.time_to or reading.open_end)
    return bool(asks and exact and reading.service and sheet.conversation.lead is None and booking.is_on(sheet))


def _for_two(sheet: Sheet, reading: Reading) -> None:
    """Somebody comes with her: at the same time where times are booked, otherwise with a request of her own."""
    conversation = sheet.conversation
    request = conversation.request
    if any(choice.id == booking.GUEST for choice in sheet.before.offered):
        sheet.note(request=replace(request, guest=True, name=None))  # it was asked whether it is for herself
        return
    sheet.cite("RP-001: ещё один человек")
    if request.at_once:
        return
    if not booking.is_on(sheet) or conversation.moving:
        sheet.note(more=min(conversation.more + 1, MOST_PEOPLE))
    elif reading.choice == "after_me" and request.service and not request.then:
        sheet.note(request=replace(request, then=(request.service,)))
    else:
        sheet.note(request=replace(request, at_once=True))


def take_as_said(sheet: Sheet, text: str) -> bool:
    """Asked twice and still not understood: a time or a name is written down in her words, nothing is lost."""
    request, words = sheet.conversation.request, text.strip()
    if sheet.conversation.asked == "time" and booking.is_on(sheet):
        return False  # a time that nobody understands cannot be booked
    if not any(map(str.isalpha, words)) or sheet.conversation.misses < 1 or sheet.conversation.lead:
        return False
    if sheet.conversation.asked == "time":
        sheet.note(request=replace(request, wish=Wish(words=words[: told.MOST_WORDS])))
    elif sheet.conversation.asked == "name" and _NAME.fullmatch(words):
        sheet.note(request=replace(request, name=words))
    else:
        return False
    sheet.cite("RP-001: записано словами клиента")
    return True


def choose_service(sheet: Sheet, service: str) -> None:
    sheet.note(request=replace(sheet.conversation.request, service=service, then=()))


def write_down(sheet: Sheet, *, phone: str) -> None:
    """A number she shared as her own."""
    sheet.note(request=replace(sheet.conversation.request, phone=phone))


# ---------------------------------------------------------------- the next step


def proceed(sheet: Sheet) -> None:
    """The next step of a request: consent, the next missing field, or the finished lead."""
    if sheet.conversation.lead:
        stands(sheet)
    elif not consent.agreed(sheet.conversation):
        times_told = _tell_her_times(sheet)
        _say_the_rest(sheet)
        if sheet.conversation.asked == "consent" and not times_told:
            _confirm_what_was_told(sheet, "consent")
        consent.ask(sheet)
    elif not booking.is_on(sheet) and is_closed_then(sheet):
        sheet.note(request=replace(sheet.conversation.request, wish=None))
    else:
        _ask_what_is_missing(sheet)


def _tell_her_times(sheet: Sheet) -> bool:
    """Who names a free hour at once has it kept for her while she reads about consent; nothing of hers is with it. Any
    other day or hour is answered truthfully. False where she is told of no times."""
    if booking.is_on(sheet):
        booking.leave_who_does_not_do_it(sheet)
    request, before = sheet.conversation.request, sheet.before.request
    if not (booking.is_on(sheet) and request.wish and request.wish.names_days):
        return False
    if not request.service and sheet.conversation.alarm:
        return False  # with a toothache nobody wants to hear of all that can be had
    if request.service and request.wish.time_from and booking.settled(sheet, offering=False):
        booking.say_held(sheet)
        return sheet.conversation.hold != sheet.before.hold
    asks_anew = (request.service, request.then, request.wish, request.masters) != (
        before.service, before.then, before.wish, before.masters,
    )  # fmt: skip
    return asks_anew and booking.say_free(sheet)


def _thank_for_what_comes_early(sheet: Sheet) -> None:
    """Her name and number, told while a time is still to be chosen, are not lost."""
    before, now = sheet.before.request, sheet.conversation.request
    more = now.name not in (None, before.name) or now.phone not in (None, before.phone)
    held = sheet.conversation.hold
    kept = held is not None and told.same_time(now.wish, told.just(held.slot))
    if more and not kept and sheet.before.asked in ("time", "consent") and now.wish == before.wish:
        sheet.say(booking.texts_of(sheet).thanked)


def _ask_what_is_missing(sheet: Sheet) -> None:
    if booking.is_on(sheet) and sheet.conversation.request.service:
        _thank_for_what_comes_early(sheet)
        if not booking.settled(sheet):
            _say_the_rest(sheet)
            return
        if sheet.conversation.moving and visits.finish_move(sheet):
            return
    request, asked = sheet.conversation.request, sheet.conversation.asked
    missing = next_missing(request, sheet.rules)
    if missing is None:
        _finish(sheet)
        return
    booking.say_held(sheet)
    _say_the_rest(sheet)
    if not (missing == "service" and request.wish != sheet.before.request.wish and _tell_her_times(sheet)):
        _confirm_what_was_told(sheet, missing)
    half_told = missing == "time" and request.wish is not None  # the hour without the day
    somebody_else = missing == "name" and sheet.conversation.known_as is not None
    no_nearer = missing == asked and request == sheet.before.request
    ask(sheet, missing, again=half_told or somebody_else or no_nearer)
    if half_told:
        sheet.note(misses=1)


def _confirm_what_was_told(sheet: Sheet, next_question: str) -> None:
    """Who has corrected herself, or has told something else than was asked, is told what is now written down."""
    before, now = sheet.before.request, sheet.conversation.request
    if sheet.conversation.hold != sheet.before.hold or (now.service, now.wish) == (None, None):
        return  # the time that is kept is told in its own words
    less = len(now.then) + len(now.errands) < len(before.then) + len(before.errands)
    changed = before.service != now.service or less or not told.same_time(before.wish, now.wish)
    if changed and (sheet.before.asked == next_question or before.service not in (None, now.service)):
        sheet.say(sheet.rules.registry.noted)


def _say_the_rest(sheet: Sheet) -> None:
    """What is not offered with the first is not forgotten: it is booked right after."""
    rest = plan.rest_of(sheet.conversation.request)
    if rest and booking.is_on(sheet) and rest != plan.rest_of(sheet.before.request):
        sheet.say(booking.texts_of(sheet).then_rest, rest=errands_text(rest, sheet.rules))


def is_closed_then(sheet: Sheet) -> bool:
    """Whether the business is closed when she wishes to come: she is told so, and asked for another time."""
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
        sheet.say(question, choices(sheet.rules, name, sheet.conversation.request.masters))
    if name == "time" and booking.is_on(sheet):
        booking.offer_again(sheet)
    sheet.note(stage="qualifying", asked=name)
    sheet.cite(f"RP-001 {field.name}: {'переспрошено' if again else 'спрошено'}")


def choices(rules: Rules, name: Field | None, masters: Collection[str] = ()) -> tuple[Choice, ...]:
    """The buttons under a question: the services, where a service is what is asked; of ``masters`` those they do."""
    if name not in ("service", None):
        return ()
    services = rules.business.services
    theirs = [service for service in services if set(service.masters) & set(masters)]
    return tuple(Choice(f"{SERVICE}{service.id}", service.title) for service in theirs or services)


def next_missing(request: Request, rules: Rules) -> Field | None:
    """The first obligatory field she has not told yet. An hour without its day is no time."""
    said: dict[Field, object] = {
        "service": request.service,
        "time": request.wish and (request.wish.names_days or request.wish.words),
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


# ---------------------------------------------------------------- one request after the other


def begun(conversation: Conversation) -> bool:
    """Whether there is a request that is not in the registry yet."""
    request = conversation.request
    return conversation.lead is None and bool(request.service or request.wish)


def abandon(sheet: Sheet) -> None:
    """She gives up a request before it is in the registry: what was offered or kept for it is no more."""
    if booking.is_on(sheet):
        booking.release(sheet)
    sheet.say(sheet.rules.registry.abandoned)
    sheet.note(asked=None, more=0, request=known(sheet.conversation), times=(), seen_times=())
    sheet.cite("RP-001: заявка не оформлена, клиент передумал")


def stands(sheet: Sheet) -> None:
    """The request is in the registry already."""
    if not booking.is_on(sheet) or not visits.tell_mine(sheet):
        sheet.say(sheet.rules.registry.already)
    sheet.note(stage="lead", asked=None)
    sheet.cite("RP-001: заявка уже принята")


def start_anew(sheet: Sheet) -> None:
    """The next request of the same client: who she is, is known."""
    sheet.note(stage="qualifying", asked=None, lead=None, moving=None, request=known(sheet.conversation))
    sheet.cite("RP-001: новая заявка того же клиента")


def known(conversation: Conversation) -> Request:
    """A new request of a client who is known."""
    return Request(name=conversation.known_as or conversation.request.name, phone=conversation.request.phone)


def next_person(sheet: Sheet, reading: Reading | None = None, text: str = "") -> None:
    """The request of one more person: as the last one, unless something else is said. Only the name is unknown; how it
    was put («её на час попозже»), the colleague reads."""
    request = sheet.conversation.request
    reading = reading or Reading("booking", 1.0)
    words = "" if reading.escalate == "medical" else text[: told.MOST_WORDS]
    wish = replace(_of_the_next(sheet, request.wish, reading) or Wish(), words=words)
    service, masters = reading.service or request.service, reading.masters
    sheet.note(
        stage="qualifying",
        asked=None,
        lead=None,
        request=Request(service, wish, reading.name, request.phone, masters, reading.then, guest=True),
    )
    sheet.say(sheet.rules.registry.another)
    sheet.cite("RP-001: заявка на ещё одного человека")
    if consent.agreed(sheet.conversation):
        _ask_what_is_missing(sheet)
    else:
        proceed(sheet)


def _of_the_next(sheet: Sheet, wish: Wish | None, reading: Reading) -> Wish | None:
    """When the next person comes: as the last one, unless it is said otherwise: «на час позже», «следом за мной»."""
    if told.tells_time(reading) or wish is None:
        return told.wished(wish, reading, "")
    hers = next((one.slot for one in visits.ahead(sheet) if offers.fits(one.slot, wish)), None)
    if reading.choice == "after_me" and hers:
        return told.right_after(hers)
    if reading.choice in ("later", "earlier") and reading.minutes:
        return told.shifted(wish, reading.minutes if reading.choice == "later" else -reading.minutes) or wish
    return wish


def _is_anew(conversation: Conversation, reading: Reading) -> bool:
    """Whether, beside the request that stands, she wishes for something else."""
    other = reading.service not in (None, conversation.request.service)
    return other and reading.intent == "booking" and not told.for_another(reading)


def _start_anew_as(sheet: Sheet, reading: Reading) -> None:
    """«И педикюр тоже, на 13»: an hour without a day is on the day of the request before."""
    last = sheet.conversation.request.wish
    start_anew(sheet)
    if last and last.date and told.tells_time(reading):
        sheet.note(request=replace(sheet.conversation.request, wish=Wish(last.date)))


def _finish(sheet: Sheet) -> None:
    held, further = sheet.conversation.hold, sheet.conversation.request.then
    left = further[len(held.slot.then) :] if held else ()
    errands = sheet.conversation.request.errands
    lead = lead_of(sheet.conversation, sheet.event, sheet.pack, sheet.now)
    sheet.do(DeliverLead(lead))
    if booking.is_on(sheet):
        visits.book(sheet, lead.id)
    else:
        sheet.say(sheet.rules.registry.accepted)
    conversation = sheet.conversation
    sheet.note(
        stage="lead",
        asked=None,
        misses=0,
        lead=lead.id,
        leads=(*conversation.leads, lead.id),
        known_as=conversation.known_as or conversation.request.name,
        escalated=tuple(reason for reason in conversation.escalated if reason != SILENCE),
    )
    sheet.cite(f"RP-001: заявка заполнена, статус «{lead.status}»")
    if left:
        _next_service(sheet, left, errands)
    elif errands:
        _next_errand(sheet, errands)
    elif conversation.more:
        sheet.note(more=conversation.more - 1)
        next_person(sheet)


def _next_service(sheet: Sheet, services: tuple[str, ...], errands: tuple[Errand, ...]) -> None:
    """What could not be had together with the first is booked by itself, on the same day where that is possible."""
    wish = sheet.conversation.request.wish
    start_anew(sheet)
    first, *further = services
    wish = wish and Wish(wish.date)
    known = sheet.conversation.request
    sheet.note(request=replace(known, service=first, then=tuple(further), wish=wish, errands=errands))
    _ask_what_is_missing(sheet)


def _next_errand(sheet: Sheet, errands: tuple[Errand, ...]) -> None:
    """What she wishes at a time of its own is booked then."""
    wish = sheet.conversation.request.wish
    start_anew(sheet)
    sheet.note(request=told.followed(replace(sheet.conversation.request, wish=wish), errands))
    _ask_what_is_missing(sheet)
