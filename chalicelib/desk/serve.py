"""What a message means is done: danger first, then a person where one is needed, then every wish in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.desk import booking, consent, handover, qualify, standing, told, visits
from chalicelib.desk.answers import DOES_ITSELF, QUESTIONS, answer, respond, wishes, wishes_for_the_desk
from chalicelib.desk.escalation import call, call_to
from chalicelib.desk.values import Choice

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Reading
    from chalicelib.regulation.schema import Rules

INTENT = "intent:"
"""How the button of an intent begins."""
GENTLE = ("thanks", "greeting", "confirm", "consent_yes")
MOST_IDLE = 2
"""Words of a message of which nobody knows what it means: more of them may mean something."""


def serve(sheet: Sheet, reading: Reading, text: str, phone: str | None = None) -> None:
    """Do what was understood of ``text``. ``phone``: a number the channel vouches for."""
    if reading.about == "crisis":
        handover.crisis(sheet, text)
        return
    reading = visits.to_another_hour(sheet, visits.to_somebody_else(sheet, reading))
    reading = visits.to_the_one_called_off(sheet, reading)
    reading = qualify.as_of_times(sheet, qualify.with_less(sheet, reading))
    sure = reading.confidence >= sheet.rules.dialogue.confidence_threshold
    waits = sheet.conversation.stage == "person"
    told = qualify.take(sheet, reading, text, phone)
    reason = handover.reason_for(sheet, reading, sure=sure)
    if reason:
        dire = reading.intent == "emergency" and reason == "medical"
        if dire:
            respond(sheet, "emergency")  # without an «if»: a life may be in danger
        call(sheet, reason, text, again=waits, reply=not dire)
        if not handover.desk_goes_on(sheet, reading, reason, answers=told and sheet.conversation.asked is not None):
            handover.hand_over(sheet, reading, reason)
            return
    elif waits and not handover.is_the_desks(sheet, reading, sure=sure):
        handover.meanwhile(sheet, reading, text, told=told)
        return
    else:
        books = "booking" in wishes(reading) or qualify.open_question(sheet.conversation) is not None
        call_to(sheet, text, books=books, again=waits)
    if standing.corrects_who(sheet.before, reading, sure=sure):
        standing.correct(sheet, reading)
        ask_again(sheet)
    elif visits.is_later_still(sheet, reading, sure=sure):
        visits.running_late(sheet, reading, text)
    elif _lets_go(sheet, reading):
        qualify.abandon(sheet)
    elif _is_no_answer(sheet, reading):
        _not_understood(sheet, text)
    elif _is_an_aside(reading, sure=sure, told=told):
        _about(sheet, reading, text)
    elif not sure and not reason:
        _unsure(sheet, reading, text, told=told)
    else:
        _do(sheet, reading, text, told=told)
    if waits:
        handover.beside_an_answer(sheet, reading)
    if reason and sheet.conversation.asked is None:
        sheet.note(stage="person")  # nothing is left to ask, so the next word is hers who was called


def ask_again(sheet: Sheet) -> None:
    """After an answer in the middle of a request, the open question stands again: an «ок» then answers that."""
    field = qualify.open_question(sheet.conversation)
    if sheet.conversation.stage == "person":
        return
    if field:
        qualify.ask(sheet, field)
    elif sheet.conversation.asked == "consent":
        consent.ask(sheet)


def offers(rules: Rules) -> tuple[Choice, ...]:
    """What most people want, as buttons: for somebody who was not understood while nothing was asked."""
    wanted = tuple(Choice(f"{INTENT}{intent}", title) for intent, title in rules.dialogue.offers.items())
    return wanted or qualify.choices(rules, None)


# ---------------------------------------------------------------- what she wants


def _lets_go(sheet: Sheet, reading: Reading) -> bool:
    """«Не надо», said to the times of one more visit, while another stands."""
    offered = sheet.conversation.asked == "time" and bool(sheet.conversation.times) and not sheet.conversation.moving
    return (
        offered
        and reading.choice in ("let_go", "stays")
        and qualify.begun(sheet.conversation)
        and bool(visits.ahead(sheet))
    )


def _is_no_answer(sheet: Sheet, reading: Reading) -> bool:
    """Whether our question is left open by what is no other wish either, as «ну запишите уже»: so that nobody is asked
    the same for ever."""
    if qualify.open_question(sheet.conversation) is None or sheet.conversation.lead or reading.another:
        return False
    if reading.about == "noise":
        return True
    same = sheet.conversation.request == sheet.before.request
    return same and reading.about is None and reading.escalate is None and wishes(reading) == ("booking",)


def _is_an_aside(reading: Reading, *, sure: bool, told: bool) -> bool:
    """Whether nothing is wished for. Who asks for a price is answered, however rudely."""
    if reading.about is None or told:
        return False
    wished = sure and wishes_for_the_desk(reading)
    return not (wished and reading.about in ("assistant", "rude"))


def _about(sheet: Sheet, reading: Reading, text: str) -> None:
    """What is no wish of the business's kind: a short polite answer, then back to the open question."""
    dialogue, registry = sheet.rules.dialogue, sheet.rules.registry
    sheet.cite(f"RP-002: {reading.about}")
    match reading.about:
        case "assistant":
            sheet.say(dialogue.assistant)
        case "rude":
            sheet.say(dialogue.rude)
        case "off_topic":
            sheet.say(dialogue.off_topic)
        case "privacy":
            sheet.say(sheet.rules.consent.why)
        case "mine":
            if not (booking.is_on(sheet) and visits.tell_mine(sheet)):
                sheet.say(registry.mine if sheet.conversation.lead else registry.none)
        case _ if _is_idle(sheet, reading, text):
            sheet.say(dialogue.idle)
        case _:
            sheet.say(dialogue.noise)
    if reading.about in ("assistant", "noise", "mine", "privacy"):
        ask_again(sheet)


def _unsure(sheet: Sheet, reading: Reading, text: str, *, told: bool) -> None:
    """What is wanted is not clear. What she told of her request answers an open question all the same."""
    conversation = sheet.conversation
    corrects = conversation.lead is not None and standing.corrects(conversation, reading)
    corrects = corrects or bool(booking.is_on(sheet) and visits.instead_of(sheet, reading))
    answers = told and (conversation.asked is not None or reading.intent == "booking")
    if corrects or answers or _sounds_like_a_booking(reading):
        _do(sheet, replace(reading, intent="booking", also=()), text, told=told)
    elif _is_idle(sheet, reading, text):
        sheet.say(sheet.rules.dialogue.idle)
        sheet.cite("RP-002: ничего не нужно")
    else:
        _not_understood(sheet, text)


def _is_idle(sheet: Sheet, reading: Reading, text: str) -> bool:
    """What wishes for nothing, «класс», «пока», 👍, where something stands, or was just called off, and nothing is
    asked: it wakes nobody, however much of it comes."""
    conversation = sheet.conversation
    stands = (conversation.lead or conversation.called_off) is not None and conversation.asked is None
    meaningless = reading.intent == "other" and len(text.split()) <= MOST_IDLE and not any(map(str.isdigit, text))
    return stands and (meaningless or reading.intent in GENTLE) and "?" not in text and not told.tells(reading)


def _sounds_like_a_booking(reading: Reading) -> bool:
    """A service and a time, and no sign that they are of a visit that exists."""
    whole = reading.service is not None and bool(reading.date or reading.time_from or reading.time_to)
    return whole and reading.intent in (*DOES_ITSELF, "greeting", "other")


def _do(sheet: Sheet, reading: Reading, text: str, *, told: bool) -> None:
    """Answer every question in the message, then do what it wishes for."""
    sheet.note(misses=0)
    moves = reading.intent == "reschedule"
    if moves and qualify.begun(sheet.before) and not visits.may_mean(sheet, reading):
        reading = replace(reading, intent="booking")  # nothing stands that could be moved: the request begun is meant
    sheet.cite(f"RP-002 intent {reading.intent}")
    if reading.about == "assistant":
        sheet.say(sheet.rules.dialogue.assistant)
    answer(sheet, reading)
    conversation = sheet.conversation
    if "booking" in wishes(reading):
        _book(sheet, reading, text)
        return
    if booking.is_on(sheet) and _about_visits(sheet, reading, text):
        return
    match reading.intent:
        case "consent_yes" if consent.is_open(sheet):
            _agreed(sheet, reading, text)
        case "consent_no" if conversation.asked == "consent" or consent.agreed(conversation):
            consent.refuse(sheet)
        case "other" if conversation.lead and standing.corrects(conversation, reading):
            standing.change(sheet, reading, text)
        case "reschedule" if conversation.lead:
            standing.change(sheet, reading, text)
        case "cancel" if conversation.lead:
            standing.drop(sheet, text)
        case "cancel" if qualify.begun(sheet.before):
            qualify.abandon(sheet)
        case "greeting":
            _greeted(sheet)
        case intent:
            _other(sheet, intent, answers=told and conversation.asked is not None)


def _about_visits(sheet: Sheet, reading: Reading, text: str) -> bool:
    """What is wished of a visit that stands. False when there is none, or nothing of the kind is wished."""
    if not visits.ahead(sheet):
        return False
    asked = sheet.conversation.asked
    match reading.intent:
        case "reschedule":
            visits.move(sheet, reading, text)
        case "cancel" if asked == "cancel":
            visits.answer_cancel(sheet, yes=True)
        case "cancel" if asked == "reminder" or sheet.conversation.moving or not qualify.begun(sheet.conversation):
            visits.ask_to_cancel(sheet, reading)
        case "cancel" if visits.names_one(sheet, reading):
            visits.ask_to_cancel(sheet, reading)
        case "confirm" | "consent_yes" if asked == "cancel":
            visits.answer_cancel(sheet, yes=True)
        case "consent_no" if asked == "cancel":
            visits.answer_cancel(sheet, yes=False)
        case "confirm":
            return visits.confirm(sheet)
        case "running_late":
            visits.running_late(sheet, reading, text)
        case "other" if sheet.conversation.lead and standing.corrects(sheet.conversation, reading):
            visits.move(sheet, reading, text)
        case _:
            return False
    return True


def _agreed(sheet: Sheet, reading: Reading, text: str) -> None:
    """Who has called a person and agrees, with nothing begun, does so for the person's sake."""
    waits = sheet.conversation.stage == "person"
    consent.give(sheet)
    if waits and not qualify.begun(sheet.conversation):
        sheet.note(stage="person")
        handover.coming(sheet, reading, text)
    else:
        qualify.proceed(sheet)


def _greeted(sheet: Sheet) -> None:
    """A greeting is returned; who is in the middle of a request goes on with it."""
    if sheet.conversation.asked is not None:
        ask_again(sheet)
        return
    if not sheet.says:
        respond(sheet, "greeting")
    sheet.offer(offers(sheet.rules))


def _other(sheet: Sheet, intent: str, *, answers: bool) -> None:
    """Whatever has only a response. ``answers``: it was also the answer to our question."""
    if answers:
        qualify.proceed(sheet)
        return
    if intent not in QUESTIONS:
        respond(sheet, intent)
    ask_again(sheet)


def _book(sheet: Sheet, reading: Reading, text: str) -> None:
    """A new request, one more of the same, a change of the one that stands, or the next step of the one begun."""
    conversation = sheet.conversation
    if reading.stranger and booking.is_on(sheet):
        booking.say_who_works(sheet)
    if not conversation.lead:
        qualify.proceed(sheet)
    elif standing.is_for_another(conversation, reading):
        qualify.next_person(sheet, reading, text)
    elif booking.is_on(sheet) and visits.instead_of(sheet, reading):
        visits.move(sheet, reading, text)
    elif standing.corrects(conversation, reading):
        if booking.is_on(sheet) and visits.ahead(sheet):
            visits.move_or_anew(sheet, reading, text)
        else:
            standing.change(sheet, reading, text)
    else:
        qualify.stands(sheet)


def _not_understood(sheet: Sheet, text: str) -> None:
    """RP-002 fallback: ask once more with choices, then a person."""
    if qualify.take_as_said(sheet, text):
        sheet.note(misses=0)
        qualify.proceed(sheet)
        return
    misses = sheet.conversation.misses + 1
    sheet.note(misses=misses)
    field, steps = qualify.open_question(sheet.conversation), sheet.rules.dialogue.fallback
    if field and misses == 1:
        qualify.ask(sheet, field, again=True)
        return
    sheet.cite(f"RP-002 fallback, шаг {misses}")
    if misses >= len(steps) or steps[misses - 1].escalate:
        handover.give_up(sheet, text)
    elif sheet.conversation.asked == "consent":
        consent.ask(sheet)
    else:
        sheet.say(steps[misses - 1].say, qualify.choices(sheet.rules, field) if field else offers(sheet.rules))
