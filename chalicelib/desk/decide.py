"""One turn of the conversation, as a good receptionist would decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from chalicelib.desk import consent, qualify
from chalicelib.desk.effects import Acknowledge, Decision
from chalicelib.desk.escalation import is_staff, is_vip
from chalicelib.desk.events import Blocked, Pressed, Rang, Said, Undelivered, Unsent
from chalicelib.desk.sheet import Sheet
from chalicelib.desk.values import Reading

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.events import Event
    from chalicelib.desk.values import Choice, Conversation
    from chalicelib.regulation.schema import Rules

GOES_ON = ("booking", "question_price", "question_hours", "question_address", "question_service")
"""What is served even when a person is called as well. Everything else leaves the word to the person."""


def decide(before: Conversation, event: Event, rules: Rules, now: datetime) -> Decision:
    """What to say and do about an event. ``now`` is aware; nothing outside the arguments is looked at."""
    sheet = Sheet(before, rules, now, event.key)
    match event:
        case Said():
            _said(sheet, event)
        case Pressed():
            _pressed(sheet, event)
        case Blocked():
            _blocked(sheet)
        case Rang():
            _rang(sheet, event)
        case Undelivered():
            _call_about(sheet, rules.sla.undelivered, event.why, "RP-001: заявка не попала в CRM")
        case Unsent():
            _call_about(sheet, rules.sla.unsent, event.why, "SLA-001: ответ клиенту не доставлен")
        case _:
            assert_never(event)
    return sheet.decision()


def _said(sheet: Sheet, event: Said) -> None:
    if is_staff(sheet.rules, event.channel, event.address):
        sheet.say(sheet.rules.dialogue.staff)
        sheet.cite("RP-002: пишет сотрудник, не клиент")
        return
    chosen = _offered(sheet.conversation, event.text)
    _greet(sheet, urgent=_is_urgent(sheet.rules, event.reading))
    if chosen:
        _choose(sheet, chosen.id)
    elif event.reading is None:
        _unreadable(sheet, event)
    else:
        _understood(sheet, event.reading, event)


def _pressed(sheet: Sheet, event: Pressed) -> None:
    if event.receipt:
        sheet.do(Acknowledge(event.channel, event.receipt))
    if is_staff(sheet.rules, event.channel, event.address):
        return
    _greet(sheet)
    _choose(sheet, event.choice)


def _is_urgent(rules: Rules, reading: Reading | None) -> bool:
    trigger = rules.sla.trigger(reading.escalate) if reading and reading.escalate else None
    return trigger is not None and trigger.priority == "urgent"


def _greet(sheet: Sheet, *, urgent: bool = False) -> None:
    """The first words of a conversation say who answers; where somebody may be in danger, the help comes first."""
    if sheet.conversation.seen is None and not urgent:
        sheet.say(sheet.rules.dialogue.greeting)
        sheet.cite("RP-002: приветствие")
    sheet.note(seen=sheet.now, reachable=True)


def _choose(sheet: Sheet, choice: str) -> None:
    """A button, or its number or words typed. An old or foreign button never breaks the conversation."""
    known = choice.removeprefix(qualify.SERVICE)
    if choice == consent.YES and not consent.agreed(sheet.conversation):
        consent.give(sheet)
    elif choice == consent.NO:
        consent.refuse(sheet)
        return
    elif choice.startswith(qualify.SERVICE) and sheet.rules.business.service(known):
        _start_again_after_lead(sheet, known)
        qualify.choose_service(sheet, known)
        sheet.cite("RP-001 service: выбрано кнопкой")
    sheet.note(misses=0)
    if sheet.conversation.stage == "lead":
        sheet.say(sheet.rules.registry.already)
        sheet.cite("RP-001: заявка уже принята")
    else:
        qualify.proceed(sheet)


def _start_again_after_lead(sheet: Sheet, service: str) -> None:
    if sheet.conversation.stage == "lead":
        qualify.take(sheet, Reading("booking", 1.0, service=service), "")


def _unreadable(sheet: Sheet, event: Said) -> None:
    """A contact card with her own number answers the question for it; other media are asked to be written."""
    if event.phone and event.medium == "contact":
        qualify.take(sheet, Reading("booking", 1.0, phone=event.phone), "")
        qualify.proceed(sheet)
        return
    sheet.say(sheet.rules.dialogue.medium)
    sheet.cite(f"RP-002: сообщение без текста ({event.medium})")
    _ask_again(sheet)


def _understood(sheet: Sheet, reading: Reading, event: Said) -> None:
    told = qualify.take(sheet, reading, event.text, event.phone)
    rule = sheet.rules.dialogue.intent(reading.intent)
    reason = reading.escalate or (rule.escalate if rule else None)
    vip = is_vip(sheet.rules, sheet.conversation.request.phone) and "vip" not in sheet.conversation.escalated
    reason = reason or ("vip" if vip else None)
    sure = reading.confidence >= sheet.rules.dialogue.confidence_threshold
    if reason and (sure or reading.escalate or vip):
        _call(sheet, reason, event.text)
        if reading.intent not in GOES_ON:
            sheet.cite(f"RP-002 intent {reading.intent}")
            sheet.note(stage="person", misses=0)
            return
    if not sure and not told and not reason:
        _not_understood(sheet, event.text)
        return
    sheet.note(misses=0)
    sheet.cite(f"RP-002 intent {reading.intent}")
    _serve(sheet, reading, told=told)


def _serve(sheet: Sheet, reading: Reading, *, told: bool) -> None:
    """Do what the intent asks for, then come back to the open question."""
    conversation = sheet.conversation
    match reading.intent:
        case "consent_yes" if conversation.asked == "consent":
            consent.give(sheet)
            qualify.proceed(sheet)
        case "consent_no" if conversation.asked == "consent" or consent.agreed(conversation):
            consent.refuse(sheet)
        case "booking":
            _book(sheet)
        case "greeting" if conversation.stage != "lead":
            qualify.proceed(sheet)
        case intent:
            rule = sheet.rules.dialogue.intent(intent)
            answers_ours = told and conversation.asked is not None
            if rule and (intent in GOES_ON or not answers_ours):
                sheet.say(rule.responses[0])
            if answers_ours:
                qualify.proceed(sheet)
            else:
                _ask_again(sheet)


def _book(sheet: Sheet) -> None:
    if sheet.conversation.stage == "lead":
        sheet.say(sheet.rules.registry.already)
        sheet.cite("RP-001: заявка уже принята")
    else:
        qualify.proceed(sheet)


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
        _call(sheet, step.escalate, text, reply=False)
        sheet.note(misses=0)
    elif sheet.conversation.asked == "consent":
        consent.ask(sheet)
    else:
        sheet.say(step.say, qualify.choices(sheet.rules, field))


def _ask_again(sheet: Sheet) -> None:
    """After an answer in the middle of a request, the open question stands again."""
    field = qualify.open_question(sheet.conversation)
    if field:
        qualify.ask(sheet, field)
    elif sheet.conversation.asked == "consent":
        consent.ask(sheet)


def _call(sheet: Sheet, reason: str, text: str, *, reply: bool = True) -> None:
    """Wake the colleague on duty and tell the client that a person will answer (SLA-001)."""
    trigger = sheet.rules.sla.trigger(reason)
    if trigger is None:
        return
    if reply and trigger.reply:
        sheet.say(trigger.reply)
    sheet.call(trigger.notice, reason, text=text, priority=trigger.priority, clause=trigger.clause)
    if reason not in sheet.conversation.escalated:
        sheet.note(escalated=(*sheet.conversation.escalated, reason))
    sheet.cite(f"{trigger.clause} {reason}")


def _blocked(sheet: Sheet) -> None:
    """She cannot be written to here any more: a begun request with a phone number goes to a person."""
    sheet.note(reachable=False)
    sheet.cite("SLA-001: клиент недоступен в этом канале")
    begun = sheet.conversation.stage == "qualifying" and sheet.conversation.request.phone
    if begun:
        sheet.call(sheet.rules.sla.unsent, "silence", text="")


def _rang(sheet: Sheet, event: Rang) -> None:
    """SLA-001: she fell silent in the middle. A timer whose token is no longer armed does nothing."""
    if event.token != sheet.conversation.silence:
        return
    silence = sheet.rules.sla.silence
    sheet.note(silence=None)
    sheet.call(silence.notice, "silence", minutes=str(silence.after_minutes), clause=silence.clause, priority="normal")
    sheet.cite(f"{silence.clause} silence: {silence.after_minutes} мин без ответа")


def _call_about(sheet: Sheet, template: str, why: str, clause: str) -> None:
    sheet.call(template, "promise", text=why)
    sheet.cite(clause)


def _offered(conversation: Conversation, text: str) -> Choice | None:
    """A typed number or title of a choice that was just offered."""
    typed = text.strip().casefold().rstrip(".)")
    if typed.isdigit() and 1 <= int(typed) <= len(conversation.offered) and conversation.asked != "phone":
        return conversation.offered[int(typed) - 1]
    return next((choice for choice in conversation.offered if choice.title.casefold() == typed), None)
