"""One turn of the conversation, as a good receptionist would decide it: what happened, and who deals with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from chalicelib.desk import (
    booking,
    choosing,
    clash,
    consent,
    handover,
    hold,
    ladder,
    passed,
    promises,
    qualify,
    reminders,
    staff,
    standing,
    takeover,
    visited,
    visits,
    waitlist,
)
from chalicelib.desk.agreed import UNCHANGED
from chalicelib.desk.effects import Acknowledge, Decision
from chalicelib.desk.escalation import call, call_to, in_danger, say_coming
from chalicelib.desk.events import (
    Acted,
    Altered,
    Answered,
    Awaited,
    Blocked,
    Clashed,
    Freed,
    Keyed,
    Marked,
    OnDuty,
    Passed,
    Pressed,
    Rang,
    Said,
    Spent,
    Undelivered,
    Unpaged,
    Unsent,
)
from chalicelib.desk.hours import colleague_first
from chalicelib.desk.serve import INTENT, ask_again, offers, serve
from chalicelib.desk.sheet import Sheet
from chalicelib.desk.values import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from chalicelib.desk.agreed import Swaps
    from chalicelib.desk.diary import Diary
    from chalicelib.desk.events import Event
    from chalicelib.desk.values import Choice, Conversation, Reach
    from chalicelib.regulation.schema import Intent, Rules

STALE = timedelta(hours=24)
"""A message that comes later than this after it was written is a person's to answer."""
AWAY = timedelta(hours=12)
"""After so long she comes anew: she is greeted, and what was open then is not gone on with."""
MOST_UNREADABLE = 3
"""After so many messages in a row that cannot be read, a person reads them."""
NOT_GREETED = ("crisis", "noise", "rude", "off_topic", "assistant")
_CYRILLIC_SENTENCE = 8


def decide(
    before: Conversation,
    event: Event,
    rules: Rules,
    now: datetime,
    diary: Diary | None = None,
    swaps: Swaps = UNCHANGED,
    reached: Sequence[Reach] = (),
    link: Callable[[str], str | None] = lambda _: None,
) -> Decision:
    """What to say and do about an event. ``now`` is aware; nothing outside the arguments is looked at.

    ``swaps``: of the rota, laid over ``rules`` already; ``reached``: her channels, where `elsewhere.is_needed`;
    ``link``: the public address of a visit's file, by its id. Raises `diary.Wanted` when it takes a look into the
    diary, or a wider one than it is."""
    sheet = Sheet(before, rules, now, event.key, diary, swaps, tuple(reached), link)
    match event:
        case Said():
            _said(sheet, event)
        case Pressed():
            _pressed(sheet, event)
        case Blocked():
            _blocked(sheet)
        case Answered():
            _answered(sheet)
        case Rang(timer="silence"):
            _fell_silent(sheet, event)
        case Rang(timer="visit"):
            visited.rang(sheet, event)
        case Rang(timer="freed"):
            waitlist.not_taken(sheet, event)
        case Rang(timer="alarm"):
            ladder.ring(sheet, event.token)
        case Rang(timer="taken"):
            takeover.ring(sheet, event.token)
        case Rang(timer="promise"):
            promises.ring(sheet, event.token)
        case Rang(timer="tasks"):
            staff.tell_tasks(sheet)
        case Acted():
            takeover.acted(sheet, event)
        case Unpaged():
            _unpaged(sheet, event)
        case Keyed():
            staff.keyed(sheet, event)
        case Awaited():
            staff.awaited(sheet, event)
        case OnDuty():
            staff.on_duty_tomorrow(sheet, event)
        case Marked():
            visited.marked(sheet, event)
        case Freed():
            waitlist.freed(sheet, event.waits, event.slot)
        case Clashed():
            clash.clashed(sheet, event)
        case Passed():
            passed.passed(sheet, event)
        case Altered():
            passed.altered(sheet, event)
        case Rang():
            _nobody_answered(sheet, event)
        case Undelivered():
            sheet.cite("RP-001: заявка не попала в CRM")
            sheet.call(rules.sla.undelivered, "promise", {"text": event.why})
        case Unsent() if reminders.not_delivered(sheet, by=event.key):
            pass
        case Unsent():
            sheet.cite("SLA-001: ответ клиенту не доставлен")
            sheet.call(rules.sla.unsent, "promise", {"text": event.why}, "normal")
        case Spent():
            sheet.tell_owner(rules.sla.spent, "budget", text=str(event.tokens))
            sheet.cite("RP-002 model: дневной лимит исчерпан")
        case _:
            assert_never(event)
    if sheet.says and not isinstance(event, Said | Pressed):
        sheet.note(seen=sheet.now)  # we wrote to her: what she answers is about that, however long she was away
    return sheet.decision()


# ---------------------------------------------------------------- the client


def _said(sheet: Sheet, event: Said) -> None:
    if colleague := staff.member(sheet.rules, event.channel, event.address):
        staff.said(sheet, event, colleague)
        return
    if event.phone:
        consent.prove(sheet, event.phone)
    sheet.note(heard=max(event.at, sheet.conversation.heard or event.at), reminder=None)
    words = event.text or sheet.rules.sla.handover.wordless
    sheet.write_down("client", words)
    stale = bool(event.at) and sheet.now - event.at > STALE
    if sheet.conversation.taken and (stale or not _in_crisis(event.reading)):
        takeover.heard(sheet, words)
        return
    _came_back_by_herself(sheet)
    if stale:
        call(sheet, "stale", event.text)
        if sheet.conversation.asked is None:
            sheet.note(stage="person")
        return
    if hold.waits(sheet) and not _cannot_wait(sheet.rules, event.reading):
        hold.keep(sheet, event.text)
        return
    _hear(sheet, event.text, event.reading, event)


def _hear(sheet: Sheet, text: str, reading: Reading | None, event: Said | None = None) -> None:
    """Answer what a client wrote. ``event`` is None for what was held until now."""
    sheet.note(held=None, reachable=True)
    _come_back(sheet)
    chosen = None if _in_crisis(reading) else _chosen(sheet.conversation, text, reading)
    if reading:
        _speak(sheet, reading, text)
    _greet(sheet, reading)
    if chosen:
        sheet.reader = "choice"
        _choose(sheet, chosen.id)
    elif reading is None:
        _unreadable(sheet, event)
    else:
        sheet.reader = reading.reader
        serve(sheet, reading, text, event.phone if event else None)


def _chosen(conversation: Conversation, text: str, reading: Reading | None) -> Choice | None:
    """What she chooses of what was offered."""
    chosen = choosing.offered(conversation, text, reading)
    if chosen is None and reading and reading.escalate is None:
        return choosing.by_hour(conversation, reading)
    return chosen


def _speak(sheet: Sheet, reading: Reading, text: str) -> None:
    """In the language she writes; a name or a number between is no change of it."""
    if reading.language != "ru":
        sheet.speak(reading.language)
    elif sum("а" <= letter <= "я" for letter in text.casefold()) >= _CYRILLIC_SENTENCE:
        sheet.speak("ru")


def _come_back(sheet: Sheet) -> None:
    seen = sheet.conversation.seen
    awaited = sheet.conversation.alarm or sheet.conversation.taken
    if seen is not None and sheet.now - seen > AWAY and not awaited:
        standing.come_back(sheet)


def _greet(sheet: Sheet, reading: Reading | None = None) -> None:
    """The first words of a conversation say who answers; where somebody may be in danger, the help comes first."""
    before = sheet.conversation
    help_first = reading is not None and in_danger(sheet.rules, reading)
    if reading and reading.about in NOT_GREETED and not help_first:
        return
    if not help_first and (before.seen is None or sheet.now - before.seen > AWAY):
        known = before.known_as or before.request.name
        sheet.say(sheet.rules.dialogue.greeting_again if known else sheet.rules.dialogue.greeting)
        sheet.cite("RP-002: приветствие")
    sheet.note(seen=sheet.now)


def _pressed(sheet: Sheet, event: Pressed) -> None:
    if colleague := staff.member(sheet.rules, event.channel, event.address):
        staff.pressed(sheet, event, colleague)
        return
    if event.receipt:
        sheet.do(Acknowledge(event.channel, event.receipt))
    words = f"[{event.title or event.choice}]"
    sheet.write_down("client", words)
    if sheet.conversation.taken:
        takeover.heard(sheet, words)
        return
    _came_back_by_herself(sheet)
    sheet.reader = "button"
    sheet.note(reachable=True, heard=sheet.now, reminder=None)
    _come_back(sheet)
    _greet(sheet)
    _choose(sheet, event.choice)


def _choose(sheet: Sheet, choice: str) -> None:
    """A button, or its number or words typed. An old or foreign button never breaks the conversation."""
    if booking.is_on(sheet) and _of_visits(sheet, choice):
        return
    if intent := _intent_of(choice, sheet.rules):
        serve(sheet, Reading(intent, 1.0), sheet.rules.dialogue.offers[intent])
        return
    service = sheet.rules.business.service(choice.removeprefix(qualify.SERVICE))
    if choice == consent.YES and not consent.agreed(sheet.conversation):
        consent.give(sheet)
    elif choice == consent.NO:
        consent.refuse(sheet)
        return
    elif choice.startswith(qualify.SERVICE) and service:
        if sheet.conversation.lead and service.id != sheet.conversation.request.service:
            qualify.start_anew(sheet)
        qualify.choose_service(sheet, service.id)
        call_to(sheet, service.title, books=True)
        sheet.cite("RP-001 service: выбрано кнопкой")
    sheet.note(misses=0)
    qualify.proceed(sheet)


def _of_visits(sheet: Sheet, choice: str) -> bool:
    """A button about a time or a visit. False when it is none."""
    sheet.note(misses=0)
    if choice == booking.WAIT and not consent.agreed(sheet.conversation):
        texts = booking.texts_of(sheet)
        sheet.say(texts.never_free if booking.never_free(sheet) else texts.wait_later)
        consent.ask(sheet)
    elif choice == booking.WAIT:
        waitlist.wait(sheet)
    elif choice == waitlist.NO:
        waitlist.give_back(sheet)
        sheet.say(booking.texts_of(sheet).waiting)
    elif choice.startswith(booking.SLOT):
        if booking.choose(sheet, choice):
            qualify.proceed(sheet)
        elif sheet.conversation.asked == "consent":
            consent.ask(sheet)
    elif choice in (visits.YES, visits.NO):
        visits.answer_cancel(sheet, yes=choice == visits.YES)
    elif choice.startswith(visits.VISIT):
        if visits.choose_visit(sheet, choice):
            qualify.proceed(sheet)
    elif choice in (visited.ADS_YES, visited.ADS_NO):
        visited.answer_advertising(sheet, yes=choice == visited.ADS_YES)
    else:
        return False
    return True


def _intent_of(choice: str, rules: Rules) -> Intent | None:
    """The intent whose button it is, of those that the pack offers."""
    return next((intent for intent in rules.dialogue.offers if choice == f"{INTENT}{intent}"), None)


def _unreadable(sheet: Sheet, event: Said | None) -> None:
    """A contact card with her own number answers the question for it; other media are asked to be written."""
    medium = event.medium if event else "text"
    sheet.cite(f"RP-002: сообщение без текста ({medium})")
    if event and event.phone and medium == "contact":
        _contact(sheet, event.phone)
    elif sheet.conversation.stage == "person":
        say_coming(sheet)
    elif sheet.conversation.misses + 1 >= MOST_UNREADABLE:
        handover.give_up(sheet, "")
    else:
        sheet.note(misses=sheet.conversation.misses + 1)
        sheet.say(sheet.rules.dialogue.noise if medium == "text" else sheet.rules.dialogue.medium)
        if sheet.conversation.asked is None:
            sheet.offer(offers(sheet.rules))
        ask_again(sheet)


def _contact(sheet: Sheet, phone: str) -> None:
    if sheet.conversation.lead and phone != sheet.conversation.request.phone:
        standing.correct(sheet, Reading("booking", 1.0, phone=phone))
        return
    qualify.write_down(sheet, phone=phone)
    call_to(sheet, phone, books=True)
    qualify.proceed(sheet)


def _came_back_by_herself(sheet: Sheet) -> None:
    """Who was called because she had fallen silent is not needed any more: she writes again."""
    alarm = sheet.conversation.alarm
    if alarm and alarm.reason == qualify.SILENCE:
        ladder.settle(sheet)


def _in_crisis(reading: Reading | None) -> bool:
    return reading is not None and reading.about == "crisis"


def _cannot_wait(rules: Rules, reading: Reading | None) -> bool:
    return reading is not None and (reading.escalate is not None or in_danger(rules, reading))


# ---------------------------------------------------------------- the world


def _blocked(sheet: Sheet) -> None:
    """She cannot be written to here any more: a begun request with a phone number goes to a person."""
    sheet.note(reachable=False)
    sheet.cite("SLA-001: клиент недоступен в этом канале")
    begun = sheet.conversation.stage == "qualifying" and sheet.conversation.request.phone
    if not reminders.not_delivered(sheet) and begun:
        sheet.call(sheet.rules.sla.unsent, "promise", {}, "high")


def _answered(sheet: Sheet) -> None:
    """A colleague was faster, or has joined in: what waited for the desk is answered, and nothing is awaited of her."""
    before = sheet.conversation
    sheet.note(held=None, silence=None, answered=sheet.now)
    first = colleague_first(sheet.rules, sheet.now)  # then she is asked to answer first, and the desk goes on after her
    if before.alarm or before.taken or not first:
        takeover.answered_in_app(sheet)
    else:
        sheet.note(asked=None)
    sheet.cite("RP-002 mode: ответил коллега")


def _unpaged(sheet: Sheet, event: Unpaged) -> None:
    """A colleague could not be reached: the ladder goes on, and a mere notice becomes somebody's to pass on."""
    if event.step:
        ladder.unpaged(sheet, event.step)
        return
    handover = sheet.rules.sla.handover
    notice = ladder.handed(sheet, handover.unpaged, colleague=event.colleague, text=event.text)
    ladder.call(sheet, notice, ladder.Call("promise", sheet.rules.sla.by_hand, handover.clause))


def _fell_silent(sheet: Sheet, event: Rang) -> None:
    """SLA-001: she fell silent in the middle. A timer whose token is no longer armed does nothing. Of one request a
    colleague is told once."""
    if event.token != sheet.conversation.silence:
        return
    silence = sheet.rules.sla.silence
    sheet.note(silence=None)
    sheet.cite(f"{silence.clause} silence: {silence.after_minutes} мин без ответа")
    if qualify.SILENCE in sheet.conversation.escalated:
        return
    sheet.note(escalated=(*sheet.conversation.escalated, qualify.SILENCE))
    fields = {"minutes": str(silence.after_minutes), "clause": silence.clause}
    sheet.call(silence.notice, "silence", fields, silence.priority)


def _nobody_answered(sheet: Sheet, event: Rang) -> None:
    """RP-002, mode: no colleague has answered in time, so the desk does, unless it would but butt in."""
    held = sheet.conversation.held
    if held is None or event.token != held.token or sheet.conversation.taken:
        return
    sheet.cite(f"RP-002 mode: {sheet.rules.dialogue.mode.minutes} мин никто не ответил")
    if not hold.is_the_colleagues(sheet, event.reading):
        _hear(sheet, held.text, event.reading)
        return
    sheet.note(held=None)
    sheet.cite("RP-002 mode: разговор ведёт коллега")
    if event.reading is None or event.reading.intent not in hold.NEEDS_NO_ANSWER:
        call(sheet, "low_confidence", held.text, reply=False)
