"""A time for a visit: found in the diary, offered, and kept for her while she is asked for what is missing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk import free, offers, told
from chalicelib.desk.diary import Diary, minute
from chalicelib.desk.hours import closed_then
from chalicelib.desk.values import Choice, Hold, Wish
from chalicelib.desk.wording import button_text, day_text, length_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.desk.offers import Found
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation, Slot
    from chalicelib.regulation.schema import Booking, BookingTexts

SLOT = "slot:"
"""How the button of a free time begins."""
MORE, OTHER, WAIT = "slot:more", "slot:other", "slot:wait"
LATER, EARLIER = "slot:later", "slot:earlier"
"""What is typed only: «попозже», «пораньше»."""


def is_on(sheet: Sheet) -> bool:
    """Whether times are booked here; otherwise a request is taken, and a colleague sets the time."""
    return sheet.rules.registry.booking is not None


def settled(sheet: Sheet, *, offering: bool = True) -> bool:
    """Whether a time is kept for her. Otherwise she is offered what is free."""
    request = sheet.conversation.request
    if _is_held(sheet):
        return True
    service = sheet.rules.business.service(request.service)
    if service is None:
        return False
    wish = request.wish or Wish()
    mine = own(sheet.conversation)
    found = offers.find(sheet.rules, service, wish, sheet.open_diary(), sheet.now, mine)
    if found.exact:
        hold(sheet, found.exact)
        return True
    if offering:
        if stood := her_hour(sheet):
            found = offers.find(sheet.rules, service, wish, sheet.open_diary(), sheet.now, mine, stood)
        was_hers = _was_lost(sheet) and told.same_time(sheet.before.request.wish, request.wish)
        if was_hers:
            sheet.say(texts_of(sheet).taken)
        _offer(sheet, found, said=was_hers)
    return False


def her_hour(sheet: Sheet) -> tuple[str, ...]:
    """The time of the visit that she moves: it is not offered to her as another one."""
    return tuple(visit.slot.id for visit in sheet.conversation.visits if visit.id == sheet.conversation.moving)


def _was_lost(sheet: Sheet) -> bool:
    """Whether somebody has taken the time that was kept for her; what has become her visit is not lost."""
    held = sheet.before.hold
    if held is None or sheet.conversation.hold is not None or sheet.diary is None:
        return False
    return all(visit.id != held.id for visit in sheet.conversation.visits)


def own(conversation: Conversation) -> tuple[str, ...]:
    """Her entries in the diary that give way to what she wishes now: the time that is kept, the visit that is moved."""
    held = (conversation.hold.id,) if conversation.hold else ()
    return (*held, conversation.moving) if conversation.moving else held


def hold(sheet: Sheet, slot: Slot) -> None:
    """Keep a time for her; what was kept before is free again. Her wish is now exactly this."""
    release(sheet)
    until = sheet.now + timedelta(minutes=booking_of(sheet).hold_minutes)
    held = Hold(entry_id(sheet), slot, until)
    sheet.write(held.id, free.placed(slot, held.id, sheet.open_diary(), sheet.now, until))
    words = sheet.conversation.request.wish.words if sheet.conversation.request.wish else ""
    wish = Wish(slot.date, slot.start, slot.start, words)
    request = replace(sheet.conversation.request, service=slot.service, wish=wish)
    sheet.note(hold=held, times=(), seen_times=(), request=request)
    sheet.cite(f"RP-001 booking: время держим {booking_of(sheet).hold_minutes} мин")


def say_held(sheet: Sheet) -> None:
    """Tell her of the time that is kept, once."""
    held = sheet.conversation.hold
    if held and held != sheet.before.hold:
        texts = texts_of(sheet)
        sheet.say(texts.held, (Choice(OTHER, texts.other_time),), slot=held.slot)


def choose(sheet: Sheet, choice: str) -> bool:
    """A button of a free time. False when there is nothing to choose any more."""
    match choice:
        case "slot:more":
            _offer_more(sheet)
            return False
        case "slot:other":
            _ask_for_another_time(sheet)
            return False
        case "slot:later" | "slot:earlier":
            _at_another_hour(sheet, later=choice == LATER)
            return False
    slot = _offered(sheet, choice.removeprefix(SLOT))
    if slot is None:
        if sheet.conversation.request.service is None:
            return True
        waited = any(choice.removeprefix(SLOT) in line.offered for line in sheet.conversation.waits)
        sheet.say(texts_of(sheet).freed_late if waited else texts_of(sheet).taken)
        sheet.note(request=replace(sheet.conversation.request, wish=_wish_of(choice)))
        _offer(sheet, _found_otherwise(sheet), said=True)
        return False
    hold(sheet, slot)
    return True


def _is_held(sheet: Sheet) -> bool:
    """Whether the time that she wishes is kept for her still. A hold that is over is hers as long as nobody else has
    taken the time."""
    held, request = sheet.conversation.hold, sheet.conversation.request
    if held is None or held.slot.service != request.service:
        return False
    if not told.same_time(request.wish, Wish(held.slot.date, held.slot.start, held.slot.start)):
        return False
    past = held.until <= sheet.now and not _is_to_come(sheet, held.slot)
    if past or (sheet.diary and not _stands(sheet, held)):
        sheet.note(hold=None)
        sheet.cite("RP-001 booking: время заняли")
        return False
    return True


def _stands(sheet: Sheet, held: Hold) -> bool:
    if held.id in sheet.writes:
        return True
    slot, diary = held.slot, sheet.diary
    if diary is None or not diary.covers(slot.date, slot.date):
        return True
    return all(diary.page(who, slot.date).has(held.id) for who in slot.takes)


def release(sheet: Sheet) -> None:
    """Give up the time that is kept. A hold that is over gives way by itself."""
    held = sheet.conversation.hold
    if held is None:
        return
    if held.id in sheet.writes:
        sheet.unwrite(held.id)
    elif held.until > sheet.now and _stands(sheet, held):
        sheet.write(held.id, free.given_up(held.slot, held.id))
    sheet.note(hold=None)


def _offered(sheet: Sheet, slot_id: str) -> Slot | None:
    """The slot of a button, if it can still be had: as it was offered, or as the diary shows it now."""
    slot = next((one for one in sheet.conversation.times if one.id == slot_id), None)
    if slot and sheet.diary is None and _is_to_come(sheet, slot) and not _is_on_a_visit(sheet, slot):
        return slot
    service = sheet.rules.business.service(slot.service if slot else sheet.conversation.request.service)
    at = _moment(slot_id)
    if service is None or at is None:
        return None
    diary = offers.looked(sheet.open_diary(), at.date(), at.date())
    master = slot_id.partition("@")[2]
    mine = own(sheet.conversation)
    free_then = free.slot_at(sheet.rules, service, diary, at.date(), minute(at.time()), sheet.now, mine)
    return next((one for one in free_then if one.master == master), None)


def _is_to_come(sheet: Sheet, slot: Slot) -> bool:
    """Whether it can still be booked: a button, and a hold that is over, may be pressed and filled in days later."""
    notice = timedelta(minutes=booking_of(sheet).notice_minutes)
    return free.begins(slot, sheet.rules) - sheet.now >= notice


def _is_on_a_visit(sheet: Sheet, slot: Slot) -> bool:
    """Whether it was offered while a visit of hers was being moved that now stays where it is."""
    others = (visit for visit in sheet.conversation.visits if visit.id != sheet.conversation.moving)
    stands = (visit.slot for visit in others if visit.stands)
    return any(one.date == slot.date and set(one.takes) & set(slot.takes) for one in stands)


def _moment(slot_id: str) -> datetime | None:
    try:
        return datetime.fromisoformat(slot_id.partition("@")[0])
    except ValueError:
        return None


def _wish_of(choice: str) -> Wish:
    at = _moment(choice.removeprefix(SLOT))
    return Wish(at.date(), at.time(), at.time()) if at else Wish()


def _found_otherwise(sheet: Sheet) -> Found:
    request = sheet.conversation.request
    service = sheet.rules.business.service(request.service)
    if service is None:
        return offers.Found()
    seen = sheet.conversation.seen_times
    mine, wish = own(sheet.conversation), request.wish or Wish()
    return offers.find(sheet.rules, service, wish, sheet.open_diary(), sheet.now, mine, seen)


# ---------------------------------------------------------------- free times offered


def _offer(sheet: Sheet, found: Found, *, said: bool = False) -> None:
    """Offer what was found. ``said``: why she has to choose is said already."""
    texts = texts_of(sheet)
    if not found.times:
        _say_limit(sheet)
        sheet.say(texts.nothing_free, (Choice(WAIT, texts.wait),))
        sheet.note(times=(), asked="time", stage="qualifying")
        sheet.cite("RP-001 booking: свободного времени нет")
        return
    if not said:
        _introduce(sheet, found)
    worth_waiting = not found.as_wished and _might_become_free(sheet)
    if worth_waiting:
        sheet.say(texts.wait_offer)
    sheet.offer(_buttons(sheet, found, worth_waiting=worth_waiting))
    seen = (*sheet.conversation.seen_times, *(slot.id for slot in found.times))
    sheet.note(times=found.times, seen_times=seen, asked="time", stage="qualifying")
    sheet.cite("RP-001 booking: предложено свободное время")


def _introduce(sheet: Sheet, found: Found) -> None:
    """Why these times: as she wishes, soon, or instead of one that cannot be had."""
    texts, wish = texts_of(sheet), sheet.conversation.request.wish
    moved = next((visit for visit in sheet.conversation.visits if visit.id == sheet.conversation.moving), None)
    if wish is None:
        sheet.say(texts.nearest)
    elif found.as_wished:
        sheet.say(texts.offer)
    elif moved:
        _say_limit(sheet)
        sheet.say(texts.moved_nowhere, slot=moved.slot)
    elif closed_then(sheet.rules.business, wish):
        sheet.say(sheet.rules.registry.closed)
        sheet.say(texts.nearest)
        sheet.cite("RP-001 preferred_time: закрыто")
    elif _say_limit(sheet):
        sheet.say(texts.nearest)
    else:
        sheet.say(texts.offer_instead)


def _say_limit(sheet: Sheet) -> bool:
    """What lies beyond the days that can be booked, or begins too soon, is not full: she is told why. False where her
    wish is within the limits."""
    rules, texts, wish = booking_of(sheet), texts_of(sheet), sheet.conversation.request.wish
    last = free.last_day(sheet.rules, sheet.now)
    if wish is None or wish.date is None:
        return False
    if wish.date > last:
        sheet.say(texts.too_far, days=str(rules.horizon_days), last=day_text(last, sheet.conversation.language))
        sheet.cite("RP-001 booking: дальше, чем записываем")
        return True
    latest = offers.latest(wish)
    soonest = sheet.now + timedelta(minutes=rules.notice_minutes)
    if latest is None or datetime.combine(wish.date, latest, ZoneInfo(sheet.rules.business.zone)) >= soonest:
        return False
    sheet.say(texts.too_soon, notice=length_text(rules.notice_minutes, sheet.conversation.language))
    sheet.cite("RP-001 booking: раньше, чем успеем")
    return True


def _might_become_free(sheet: Sheet) -> bool:
    """Whether somebody works at the time she wishes, so that it is worth waiting for."""
    request, rules = sheet.conversation.request, sheet.rules
    service, wish = rules.business.service(request.service), request.wish
    if service is None or wish is None or wish.date is None or _waits_already(sheet, wish):
        return False
    ever = free.slots(rules, service, Diary(wish.date, wish.date), wish.date, wish.date, sheet.now)
    return any(offers.fits(slot, wish) for slot in ever)


def _waits_already(sheet: Sheet, wish: Wish) -> bool:
    lines = sheet.conversation.waits
    return any(line.service == sheet.conversation.request.service and told.same_time(line.wish, wish) for line in lines)


def _buttons(sheet: Sheet, found: Found, *, worth_waiting: bool) -> tuple[Choice, ...]:
    texts = texts_of(sheet)
    more = (Choice(MORE, texts.more),) if found.more else ()
    return (*_times(sheet, found.times), *more, *((Choice(WAIT, texts.wait),) if worth_waiting else ()))


def _times(sheet: Sheet, slots: Iterable[Slot]) -> tuple[Choice, ...]:
    language = sheet.conversation.language
    return tuple(Choice(f"{SLOT}{slot.id}", button_text(slot, language)) for slot in slots)


def offer_again(sheet: Sheet) -> None:
    """The times that she was offered last stand as buttons under what is said now."""
    times = _times(sheet, sheet.conversation.times)
    wish = sheet.conversation.request.wish or Wish()
    plain = (MORE,) if _waits_already(sheet, wish) else (MORE, WAIT)
    others = (choice for choice in sheet.before.offered if choice.id in plain)
    if times and sheet.conversation.times == sheet.before.times:
        sheet.offer((*times, *others))


def offer_nearest(sheet: Sheet) -> None:
    """What is free soon, for who has not said when."""
    _offer(sheet, _found_otherwise(sheet))


def _offer_more(sheet: Sheet) -> None:
    found = _found_otherwise(sheet)
    if not found.times:  # she has seen them all: from the beginning
        sheet.note(seen_times=her_hour(sheet))
        found = _found_otherwise(sheet)
    _offer(sheet, replace(found, as_wished=True))


def _ask_for_another_time(sheet: Sheet) -> None:
    """Not the time that is kept for her: others of that day, or the nearest."""
    held = sheet.conversation.hold
    release(sheet)
    passed_over = (held.slot.id,) if held else ()
    wish = Wish(held.slot.date) if held else None
    sheet.note(request=replace(sheet.conversation.request, wish=wish), seen_times=(*her_hour(sheet), *passed_over))
    _offer(sheet, _found_otherwise(sheet))


def _at_another_hour(sheet: Sheet, *, later: bool) -> None:
    """«А попозже?», «пораньше»: later than all that she was offered, or earlier."""
    times = sheet.conversation.times
    if not times:
        _ask_for_another_time(sheet)
        return
    slot = times[-1] if later else times[0]
    wish = Wish(slot.date, slot.start, open_end=True) if later else Wish(slot.date, time_to=slot.start)
    sheet.note(request=replace(sheet.conversation.request, wish=wish))
    _offer(sheet, _found_otherwise(sheet))


# ---------------------------------------------------------------- the pack


def booking_of(sheet: Sheet) -> Booking:
    booking = sheet.rules.registry.booking
    if booking is None:
        raise ValueError("this business books no times")
    return booking


def texts_of(sheet: Sheet) -> BookingTexts:
    return booking_of(sheet).texts


def entry_id(sheet: Sheet) -> str:
    """The id of an entry that this turn makes: the same when the turn is decided again."""
    number = len(sheet.writes)
    return hashlib.sha256(f"{sheet.conversation.id}:{sheet.event}:{number}".encode()).hexdigest()[:16]
