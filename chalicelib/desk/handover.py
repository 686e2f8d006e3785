"""A person is needed, or on her way: what the desk still does itself, and what it leaves to her (SLA-001)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.desk import consent, qualify, visits
from chalicelib.desk.answers import QUESTIONS, answer, respond, wishes, wishes_for_the_desk
from chalicelib.desk.escalation import call, call_again, is_unwell, say_coming
from chalicelib.desk.hours import is_open

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Reading

PERSONS_WORD = ("complaint", "human_request")
"""After these the word is the person's, unless the message is a booking all the same."""
GRAVE = ("complaint", "medical", "urgent")
"""While a colleague comes for these, what is told is no answer to our last question."""
LEFT_TO_PERSON = ("greeting", "other", "spam")
"""Said while a colleague is on her way, they are said to her."""
OF_A_VISIT = ("reschedule", "cancel", "confirm", "running_late")
"""So are these where nothing stands: «отбой, скорая приехала»."""


def crisis(sheet: Sheet, text: str) -> None:
    """Emergency numbers and a person, nothing else. The request stays as it is."""
    sheet.say(sheet.rules.dialogue.crisis)
    call(sheet, "urgent", text, reply=False, quiet=True)
    leave_to_person(sheet)


def reason_for(sheet: Sheet, reading: Reading, *, sure: bool) -> str | None:
    """Why a person is needed (SLA-001), if one is."""
    rule = sheet.rules.dialogue.intent(reading.intent)
    reason = reading.escalate or (rule.escalate if rule and sure else None)
    return reason if reason and sheet.rules.sla.trigger(reason) else None


def desk_goes_on(sheet: Sheet, reading: Reading, reason: str, *, answers: bool) -> bool:
    """Whether the desk serves the message although a person is called to it. ``answers``: it answers our question."""
    if reason in PERSONS_WORD:
        return reading.intent == "booking"
    if reading.intent == "emergency" or (reason == "high_value" and sheet.conversation.request.service is None):
        return False
    return answers or wishes_for_the_desk(reading)


def hand_over(sheet: Sheet, reading: Reading, reason: str) -> None:
    """The word is the person's; what was asked beside is still answered."""
    sheet.cite(f"RP-002 intent {reading.intent}")
    if reason in PERSONS_WORD:
        answer(sheet, reading)
    leave_to_person(sheet)


def leave_to_person(sheet: Sheet) -> None:
    """The desk asks nothing more; only consent may still be given, and what was told of a request stays."""
    asked = sheet.conversation.asked
    sheet.note(stage="person", misses=0, asked=asked if asked == "consent" else None)


def is_the_desks(sheet: Sheet, reading: Reading, *, sure: bool) -> bool:
    """Whether the desk still answers this itself while a colleague is on her way."""
    if reading.intent == "consent_yes" and not consent.is_open(sheet):
        return False
    if reading.about in ("assistant", "mine"):
        return True
    if not sure or reading.about or reading.intent in LEFT_TO_PERSON:
        return False
    if reading.intent == "question_service" and not (reading.service or reading.masters):
        return False  # «долго ждать?» is asked of her who comes
    if reading.intent in OF_A_VISIT:
        return bool(sheet.conversation.lead or visits.ahead(sheet) or qualify.begun(sheet.conversation))
    return reading.intent != "thanks" or not is_unwell(sheet)


def beside_an_answer(sheet: Sheet, reading: Reading) -> None:
    """Who is unwell and asks for the way is told whether anybody is there, and whom to call if nobody is."""
    if not is_unwell(sheet) or not set(QUESTIONS) & set(wishes(reading)):
        return
    if "question_address" in wishes(reading) and not is_open(sheet.rules.business, sheet.now):
        respond(sheet, "question_hours")
    sheet.say(sheet.rules.dialogue.worse)


def meanwhile(sheet: Sheet, reading: Reading, text: str, *, told: bool) -> None:
    """What is said while a colleague is on her way: the request goes on when she tells more of it."""
    conversation = sheet.conversation
    unfinished = qualify.begun(conversation) and consent.agreed(conversation)
    if told and unfinished and not set(GRAVE) & set(conversation.escalated):
        qualify.proceed(sheet)
    else:
        coming(sheet, reading, text)


def coming(sheet: Sheet, reading: Reading, text: str) -> None:
    """Somebody is on her way: she is told so, and the colleague reads what she has added."""
    say_coming(sheet)
    sheet.cite("SLA-001: коллега уже позван")
    if reading.about is None and reading.intent not in ("greeting", "spam"):
        call_again(sheet, text)


def give_up(sheet: Sheet, text: str) -> None:
    """The last step of RP-002's fallback: a person."""
    step = sheet.rules.dialogue.fallback[-1]
    sheet.say(step.say)
    call(sheet, step.escalate or "low_confidence", text, reply=False)
    leave_to_person(sheet)
