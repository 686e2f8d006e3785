"""What a message means is done: danger first, then a person where one is needed, then every wish in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.desk import consent, qualify
from chalicelib.desk.escalation import call, is_vip

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Reading

QUESTIONS = ("question_price", "question_hours", "question_address", "question_service")
GOES_ON = ("booking", *QUESTIONS)
"""What is served even when a person is called as well. Everything else leaves the word to the person."""


def serve(sheet: Sheet, reading: Reading, text: str, phone: str | None = None) -> None:
    """Do what was understood of ``text``. ``phone``: a number the channel vouches for."""
    if reading.about == "crisis":
        _crisis(sheet, text)
        return
    told = qualify.take(sheet, reading, text, phone)
    reason = _reason(sheet, reading)
    sure = reading.confidence >= sheet.rules.dialogue.confidence_threshold
    if reason and (sure or reading.escalate or reason == "vip"):
        call(sheet, reason, text)
        if not set(_wishes(reading)) & set(GOES_ON) or reading.intent not in GOES_ON:
            sheet.cite(f"RP-002 intent {reading.intent}")
            sheet.note(stage="person", misses=0)
            return
    if reading.about and not told:
        _about(sheet, reading)
    elif not sure and not told and not reason:
        _not_understood(sheet, text)
    else:
        sheet.note(misses=0)
        sheet.cite(f"RP-002 intent {reading.intent}")
        _wish(sheet, reading, text, told=told)


def ask_again(sheet: Sheet) -> None:
    """After an answer in the middle of a request, the open question stands again."""
    field = qualify.open_question(sheet.conversation)
    if field:
        qualify.ask(sheet, field)
    elif sheet.conversation.asked == "consent":
        consent.ask(sheet)


def _crisis(sheet: Sheet, text: str) -> None:
    """Emergency numbers and a person, nothing else."""
    sheet.say(sheet.rules.dialogue.crisis)
    call(sheet, "urgent", text, reply=False)
    sheet.note(stage="person", seen=sheet.now, misses=0)


def _reason(sheet: Sheet, reading: Reading) -> str | None:
    """Why a person is needed (SLA-001), if one is."""
    rule = sheet.rules.dialogue.intent(reading.intent)
    reason = reading.escalate or (rule.escalate if rule else None)
    if reason is None and "vip" not in sheet.conversation.escalated:
        reason = "vip" if is_vip(sheet.rules, sheet.conversation.request.phone) else None
    return reason if reason and sheet.rules.sla.trigger(reason) else None


def _about(sheet: Sheet, reading: Reading) -> None:
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
        case "mine":
            sheet.say(registry.mine if sheet.conversation.request.service else registry.none)
        case _:
            sheet.say(dialogue.noise)
    if reading.about in ("assistant", "noise", "mine"):
        ask_again(sheet)


def _wish(sheet: Sheet, reading: Reading, text: str, *, told: bool) -> None:
    """Answer every question in the message, then do what its main wish asks for."""
    wishes = _wishes(reading)
    for question in (wish for wish in wishes if wish in QUESTIONS):
        _respond(sheet, question)
    if reading.about == "assistant":
        sheet.say(sheet.rules.dialogue.assistant)
    conversation = sheet.conversation
    if "booking" in wishes:
        _book(sheet, reading, text)
        return
    match reading.intent:
        case "consent_yes" if conversation.asked == "consent":
            consent.give(sheet)
            qualify.proceed(sheet)
        case "consent_no" if conversation.asked == "consent" or consent.agreed(conversation):
            consent.refuse(sheet)
        case "reschedule" | "cancel" if conversation.stage == "lead":
            qualify.change(sheet, reading, text)
        case "greeting" if conversation.stage != "lead":
            qualify.proceed(sheet)
        case intent:
            answers_ours = told and conversation.asked is not None
            if intent not in QUESTIONS and not answers_ours:
                _respond(sheet, intent)
            if answers_ours:
                qualify.proceed(sheet)
            else:
                ask_again(sheet)


def _wishes(reading: Reading) -> tuple[str, ...]:
    return (reading.intent, *reading.also)


def _respond(sheet: Sheet, intent: str) -> None:
    rule = sheet.rules.dialogue.intent(intent)
    if rule:
        sheet.say(rule.responses[0], vary=True)


def _book(sheet: Sheet, reading: Reading, text: str) -> None:
    """A new request, one more of the same, a change of the one that stands, or the next step of the one begun."""
    if sheet.conversation.stage != "lead":
        qualify.proceed(sheet)
    elif reading.another:
        qualify.next_person(sheet, reading)
    elif qualify.corrects(sheet.conversation, reading):
        qualify.change(sheet, reading, text)
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
    field = qualify.open_question(sheet.conversation)
    if field and misses == 1:
        qualify.ask(sheet, field, again=True)
        return
    step = sheet.rules.dialogue.fallback[min(misses, len(sheet.rules.dialogue.fallback)) - 1]
    sheet.cite(f"RP-002 fallback, шаг {misses}")
    if step.escalate:
        sheet.say(step.say)
        call(sheet, step.escalate, text, reply=False)
        sheet.note(misses=0)
    elif sheet.conversation.asked == "consent":
        consent.ask(sheet)
    else:
        sheet.say(step.say, qualify.choices(sheet.rules, field))
