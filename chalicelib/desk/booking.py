"""A time for a visit: found in the diary, offered, and kept for her while she is asked for what is missing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.desk import free, offers, told
from chalicelib.desk import plan as plans
from chalicelib.desk.diary import MINUTES, Diary, minute
from chalicelib.desk.hours import closed_then
from chalicelib.desk.values import Choice, Hold, Slot, Wish
from chalicelib.desk.wording import button_text, day_text, length_text, names_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chalicelib.desk.diary import Change
    from chalicelib.desk.offers import Found
    from chalicelib.desk.plan import Plan
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation, Visit
    from chalicelib.regulation.schema import Booking, BookingTexts

SLOT = "slot:"
"""How the button of a free time begins."""
MOST_DIGITS = 3
NOON = time(12)
MORE, OTHER, WAIT = "slot:more", "slot:other", "slot:wait"
GUEST = "slot:guest"
"""The button of who asks for the time of her own visit: it is for somebody else."""
LATER, EARLIER, AFTER_ME, ANOTHER = "slot:later", "slot:earlier", "slot:after", "slot:another"
"""What is typed only: «попозже», «пораньше» (with ``:60``: by an hour), «следом за мной», «к другому мастеру»."""


def is_on(sheet: Sheet) -> bool:
    """Whether times are booked here; otherwise a request is taken, and a colleague sets the time."""
    return sheet.rules.registry.booking is not None


def settled(sheet: Sheet, *, offering: bool = True) -> bool:
    """Whether a time is kept for her. Otherwise she is offered what is free."""
    request = sheet.conversation.request
    if _is_held(sheet):
        return True
    if plan_of(sheet) is None:
        return False
    left = leave_who_does_not_do_it(sheet)
    found = _found(sheet)
    if found.exact and offering and (left or sheet.visits):
        # With somebody else than she named she is asked; and one turn holds one booking (25 rows).
        found = offers.Found(times=(found.exact,))
    if found.exact:
        hold(sheet, found.exact)
        return True
    if offering:
        if (stood := her_hour(sheet)) and not left:
            found = _found(sheet, stood)
        was_hers = _was_lost(sheet) and told.same_time(sheet.before.request.wish, request.wish)
        if was_hers:
            sheet.say(texts_of(sheet).taken)
        _offer(sheet, found, said=was_hers)
    return False


def say_free(sheet: Sheet) -> bool:
    """Tell what is free, before she may choose: of her service or, while that is not known, of each. False where there
    is nothing to tell."""
    return _tell(sheet, _found(sheet) if plan_of(sheet) else _of_each_service(sheet))


def _tell(sheet: Sheet, found: Found) -> bool:
    """Tell what was found, while the buttons are those of consent; one of it may be chosen in words."""
    if not found.times:
        return False
    if not found.as_wished and not _say_why_not(sheet):
        _say_day_off(sheet)
    sheet.say(texts_of(sheet).free_then if found.as_wished else texts_of(sheet).free_near, visits=found.times)
    sheet.note(times=found.times, seen_times=_seen_with(sheet, found))
    sheet.cite("RP-001 booking: сказано, что свободно")
    return True


def _seen_with(sheet: Sheet, found: Found) -> tuple[str, ...]:
    return (*sheet.conversation.seen_times, *(slot.id for slot in found.times))


def _say_why_not(sheet: Sheet) -> bool:
    """Why she cannot come as she wishes, where that is more than that somebody else does."""
    wish = sheet.conversation.request.wish
    if wish and closed_then(sheet.rules.business, wish):
        sheet.say(sheet.rules.registry.closed)
        sheet.cite("RP-001 preferred_time: закрыто")
        return True
    return _say_limit(sheet)


def _of_each_service(sheet: Sheet) -> Found:
    """One time of every service that can be had as she wishes; where none can, those nearest to it."""
    masters, mine = sheet.conversation.request.masters, _her_visits(sheet)
    plans_of_each = (plans.Plan((service,), taken=mine) for service in sheet.rules.business.services)
    hers = (plans.by(plan, masters) if masters else plan for plan in plans_of_each)
    found = [_found_of(sheet, plan, ()) for plan in hers if plan]
    wished = [one.exact or one.times[0] for one in found if one.exact or one.as_wished]
    nearest = [one.times[0] for one in found if one.times and not wished]
    return offers.Found(times=tuple(wished or nearest[: offers.AT_ONCE]), as_wished=bool(wished))


def plan_of(sheet: Sheet) -> Plan | None:
    """What she comes for, with any master; None while her service is not known."""
    return plans.of_request(sheet.conversation.request, sheet.rules.business, _her_visits(sheet))


def _her_visits(sheet: Sheet) -> tuple[Slot, ...]:
    """Where she is herself at those times: her visits, but for the one that is moved."""
    visits = (visit for visit in sheet.conversation.visits if visit.stands and visit.id != sheet.conversation.moving)
    return tuple(visit.slot for visit in visits)


def _found(sheet: Sheet, passed_over: tuple[str, ...] = ()) -> Found:
    """Free times of those to whom she would go; where they have none as she wishes, also of others."""
    plan, request = plan_of(sheet), sheet.conversation.request
    if plan is None:
        return offers.Found()
    hers = plans.by(plan, request.masters)
    found = _found_of(sheet, hers or plan, passed_over)
    if hers is None or found.exact or (found.times and (found.as_wished or request.wish is None)):
        return found
    others = plans.without(plan, request.masters)
    return offers.beside(found, _found_of(sheet, others, passed_over)) if others else found


def _found_of(sheet: Sheet, plan: Plan, passed_over: tuple[str, ...]) -> Found:
    wish, mine = sheet.conversation.request.wish or Wish(), own(sheet.conversation)
    moved = _moved(sheet)
    preferred = moved.slot.master if moved else None

    def find(wish: Wish, passed_over: tuple[str, ...]) -> Found:
        return offers.find(sheet.rules, plan, wish, sheet.open_diary(), sheet.now, mine, passed_over, preferred)

    found, morning = find(wish, passed_over), _in_the_morning(sheet, wish)
    early = find(morning, ()).exact if morning and not (found.exact or passed_over) else None
    return replace(found, times=(early, *found.times)[: offers.AT_ONCE], more=True) if early else found


def _in_the_morning(sheet: Sheet, wish: Wish) -> Wish | None:
    """«В 8» is in the evening; where that is after hours, eight in the morning may be meant."""
    if wish.time_from is None or wish.time_from < NOON or not offers.is_exact(wish):
        return None
    at = wish.time_from.replace(hour=wish.time_from.hour - NOON.hour)
    morning, business = replace(wish, time_from=at, time_to=at), sheet.rules.business
    return morning if closed_then(business, wish) and not closed_then(business, morning) else None


def say_who_works(sheet: Sheet) -> None:
    """She asks for somebody who is not there: who is, by her service if it is known."""
    business, plan = sheet.rules.business, plan_of(sheet)
    services = plan.services[:1] if plan else business.services
    masters = dict.fromkeys(master for service in services for master in service.masters)
    sheet.say(texts_of(sheet).not_here, masters=names_text(masters, sheet.rules))
    sheet.cite("RP-001 booking: такого мастера нет")


def leave_who_does_not_do_it(sheet: Sheet) -> bool:
    """Whether whom she named does something else: she is told so, and who does it."""
    plan, request = plan_of(sheet), sheet.conversation.request
    if plan is None or not request.masters or plans.by(plan, request.masters):
        return False
    sheet.say(texts_of(sheet).not_hers)
    sheet.note(request=replace(request, masters=()))
    sheet.cite("RP-001 booking: мастер этой услуги не делает")
    return True


def _moved(sheet: Sheet) -> Visit | None:
    return next((visit for visit in sheet.conversation.visits if visit.id == sheet.conversation.moving), None)


def her_hour(sheet: Sheet) -> tuple[str, ...]:
    """The time of the visit that she moves: it is not offered to her as another one."""
    return tuple(visit.slot.id for visit in sheet.conversation.visits if visit.id == sheet.conversation.moving)


def _was_lost(sheet: Sheet) -> bool:
    """Whether somebody has taken the time that was kept for her; what has become her visit is not lost."""
    held = sheet.before.hold
    if held is None or sheet.conversation.hold is not None or sheet.diary is None:
        return False
    return all(visit.id != held.id and visit.slot.id != held.slot.id for visit in sheet.conversation.visits)


def own(conversation: Conversation) -> tuple[str, ...]:
    """Her entries in the diary that give way to what she wishes now: the time that is kept, the visit that is moved."""
    held = tuple(entry for entry, _ in conversation.hold.entries) if conversation.hold else ()
    return (*held, conversation.moving) if conversation.moving else held


def hold(sheet: Sheet, slot: Slot) -> None:
    """Keep a time for her; what was kept before is free again. Her wish is now exactly this."""
    release(sheet)
    until = sheet.now + timedelta(minutes=booking_of(sheet).hold_minutes)
    held = Hold(entry_id(sheet), slot, until)
    diary = sheet.open_diary()
    placed = (free.placed(one, entry, diary, sheet.now, until) for entry, one in held.entries)
    sheet.write(held.id, (change for changes in placed for change in changes))
    words = sheet.conversation.request.wish.words if sheet.conversation.request.wish else ""
    wish = told.just(slot, words)
    request = replace(sheet.conversation.request, service=slot.service, wish=wish)
    sheet.note(hold=held, times=(), seen_times=(), request=request)
    sheet.cite(f"RP-001 booking: время держим {booking_of(sheet).hold_minutes} мин")


def say_held(sheet: Sheet) -> None:
    """Tell her of the time that is kept, once."""
    held = sheet.conversation.hold
    if held and held != sheet.before.hold:
        texts = texts_of(sheet)
        _say_if_in_turn(sheet, (held.slot,))
        said = texts.held_several if held.slot.then else texts.held
        sheet.say(said, (Choice(OTHER, texts.other_time),), slot=held.slot, visits=(held.slot,))


def _minutes(choice: str) -> int:
    """By how much later or earlier; a foreign button says nothing of it."""
    said = choice.rpartition(":")[2]
    return int(said) if said.isdecimal() and len(said) <= MOST_DIGITS else 0


def _say_if_in_turn(sheet: Sheet, slots: tuple[Slot, ...]) -> None:
    """Two people who wish to come together hear that they cannot come at the same time."""
    if sheet.conversation.request.at_once and all(slot.then and slot.then[0].start != slot.start for slot in slots):
        sheet.say(texts_of(sheet).in_turn)


def choose(sheet: Sheet, choice: str) -> bool:
    """A button of a free time. False when there is nothing to choose any more."""
    match choice.split(":")[:2]:
        case _, "more":
            _offer_more(sheet)
            return False
        case _, "other":
            _ask_for_another_time(sheet)
            return False
        case _, "later" | "earlier" as where:
            return _at_another_hour(sheet, later=where == "later", minutes=_minutes(choice))
        case _, "after":
            return _after_her_own(sheet)
        case _, "another":
            return _with_another_master(sheet)
        case _, "guest":
            # Who comes is not known yet; the number is that of the client who writes.
            sheet.note(request=replace(sheet.conversation.request, guest=True, name=None), seen_times=())
            return True
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
    plan = plan_of(sheet)
    if held is None or plan is None or not _is_of(held.slot, plan, request.masters):
        return False
    if not told.same_time(request.wish, told.just(held.slot)):
        return False
    past = held.until <= sheet.now and not _is_to_come(sheet, held.slot)
    if past or (sheet.diary and not _stands(sheet, held)):
        sheet.note(hold=None)
        sheet.cite("RP-001 booking: время заняли")
        return False
    return True


def _is_of(slot: Slot, plan: Plan, masters: tuple[str, ...]) -> bool:
    """Whether it is a time for all that she comes for, with somebody to whom she would go."""
    same = [part.service for part in slot.parts] == [service.id for service in plan.services]
    return same and (slot.master in masters or plans.by(plan, masters) is None)


def _stands(sheet: Sheet, held: Hold) -> bool:
    if held.id in sheet.writes:
        return True
    day, diary = held.slot.date, sheet.diary
    if diary is None or not diary.covers(day, day):
        return True
    return all(diary.page(who, day).has(entry) for entry, one in held.entries for who in one.takes)


def given_up(held: Hold) -> Iterator[Change]:
    """What takes all that is kept out of the diary."""
    return (change for entry, one in held.entries for change in free.given_up(one, entry))


def release(sheet: Sheet) -> None:
    """Give up the time that is kept. A hold that is over gives way by itself."""
    held = sheet.conversation.hold
    if held is None:
        return
    if held.id in sheet.writes:
        sheet.unwrite(held.id)
    elif held.until > sheet.now and _stands(sheet, held):
        sheet.write(held.id, given_up(held))
    sheet.note(hold=None)


def _offered(sheet: Sheet, slot_id: str) -> Slot | None:
    """The slot of a button, if it can still be had: as it was offered, or as the diary shows it now."""
    slot = next((one for one in sheet.conversation.times if one.id == slot_id), None)
    if slot and sheet.diary is None and _is_to_come(sheet, slot) and not _is_on_a_visit(sheet, slot):
        return slot
    request, at = sheet.conversation.request, _moment(slot_id)
    if slot:
        further = tuple(part.service for part in slot.then)
        request = replace(request, service=slot.service, then=further, at_once=request.at_once and bool(further))
    plan = plans.of_request(request, sheet.rules.business, _her_visits(sheet))
    if plan is None or at is None:
        return None
    diary = offers.looked(sheet.open_diary(), at.date(), at.date())
    master = slot_id.partition("@")[2]
    mine = own(sheet.conversation)
    free_then = plans.slot_at(sheet.rules, plan, diary, at.date(), minute(at.time()), sheet.now, mine)
    return next((one for one in free_then if one.master == master), None)


def _is_to_come(sheet: Sheet, slot: Slot) -> bool:
    """Whether it can still be booked: a button, and a hold that is over, may be pressed and filled in days later."""
    notice = timedelta(minutes=booking_of(sheet).notice_minutes)
    return free.begins(slot, sheet.rules) - sheet.now >= notice


def _is_on_a_visit(sheet: Sheet, slot: Slot) -> bool:
    """Whether it was offered before another visit of hers came to stand there."""
    guest = sheet.conversation.request.guest
    return any(
        (one.date == part.date and bool(set(one.takes) & set(part.takes))) or (not guest and plans.overlaps(one, part))
        for one in _her_visits(sheet)
        for part in slot.parts
    )


def _moment(slot_id: str) -> datetime | None:
    try:
        return datetime.fromisoformat(slot_id.partition("@")[0])
    except ValueError:
        return None


def _wish_of(choice: str) -> Wish:
    at = _moment(choice.removeprefix(SLOT))
    return Wish(at.date(), at.time(), at.time()) if at else Wish()


def _found_otherwise(sheet: Sheet) -> Found:
    return _found(sheet, sheet.conversation.seen_times)


# ---------------------------------------------------------------- free times offered


def _offer(sheet: Sheet, found: Found, *, said: bool = False) -> None:
    """Offer what was found. ``said``: why she has to choose is said already."""
    texts, plan = texts_of(sheet), plan_of(sheet)
    if sheet.conversation.asked == "consent" and found.times:
        _tell(sheet, found)
        return
    if not found.times and plan and len(plan.services) > 1:
        _one_by_one(sheet)
        return
    if not found.times:
        _say_limit(sheet)
        sheet.say(texts.nothing_free, (Choice(WAIT, texts.wait),))
        sheet.note(times=(), asked="time", stage="qualifying")
        sheet.cite("RP-001 booking: свободного времени нет")
        return
    hers = _own_visit_then(sheet)
    if not said:
        _introduce(sheet, found, hers)
    if found.times[0].then:
        _say_if_in_turn(sheet, found.times)
        sheet.say(texts.several, visits=found.times)
    worth_waiting = not found.as_wished and not found.times[0].then and hers is None and _might_become_free(sheet)
    if worth_waiting:
        sheet.say(texts.wait_offer)
    guest = (Choice(GUEST, texts.for_guest),) if hers else ()
    sheet.offer((*_buttons(sheet, found, worth_waiting=worth_waiting), *guest))
    sheet.note(times=found.times, seen_times=_seen_with(sheet, found), asked="time", stage="qualifying")
    sheet.cite("RP-001 booking: предложено свободное время")


def _one_by_one(sheet: Sheet) -> None:
    """All of it together can be had at no time: the first of it is offered, and what is left is not forgotten."""
    conversation = sheet.conversation
    request = conversation.request
    if request.at_once:
        sheet.note(request=replace(request, at_once=False), more=conversation.more + 1)
    else:
        sheet.note(request=replace(request, apart=True))
    sheet.say(texts_of(sheet).not_together)
    sheet.cite("RP-001 booking: вместе не получается")
    _offer(sheet, _found_otherwise(sheet), said=True)


def _introduce(sheet: Sheet, found: Found, hers: Visit | None) -> None:
    """Why these times: as she wishes, soon, or instead of one that cannot be had. ``hers``: her own visit then."""
    texts, wish = texts_of(sheet), sheet.conversation.request.wish
    moved, plan = _moved(sheet), plan_of(sheet)
    named = plan is not None and plans.by(plan, sheet.conversation.request.masters) not in (None, plan)
    if hers:
        sheet.say(texts.overlaps, slot=hers.slot)
        sheet.cite("RP-001 booking: на это время у клиента уже есть запись")
    elif not found.others and (wish is None or found.as_wished):
        sheet.say(texts.offer_master if named else texts.nearest if wish is None else texts.offer)
    elif not moved and _say_why_not(sheet):
        sheet.say(texts.offer_master if named and not found.others else texts.nearest)
    elif found.others or named:
        _say_day_off(sheet)
        sheet.say(texts.master_busy, visits=found.times)
        sheet.cite("RP-001 booking: мастер занят")
        if moved:
            sheet.say(texts.still, slot=moved.slot)
    elif moved:
        _say_limit(sheet)
        sheet.say(texts.moved_nowhere, slot=moved.slot)
    elif plan and len(plan.services) > 1 and _first_can_be_had(sheet, plan):
        sheet.say(texts.one_only)
    else:
        sheet.say(texts.offer_instead)


def _say_day_off(sheet: Sheet) -> None:
    """The only one to whom she would go does not work that day."""
    business, plan, request = sheet.rules.business, plan_of(sheet), sheet.conversation.request
    hers = plans.by(plan, request.masters) if plan else None
    masters = hers.services[0].masters if hers else request.masters
    if len(masters) != 1 or request.wish is None or request.wish.date is None:
        return
    if not free.working(business, list(masters), request.wish.date):
        sheet.say(texts_of(sheet).day_off)
        sheet.cite("RP-001 booking: мастер в этот день не работает")


def _say_limit(sheet: Sheet) -> bool:
    """What lies beyond the days that can be booked, or begins too soon, is not full: she is told why. False where her
    wish is within the limits."""
    rules, texts, wish = booking_of(sheet), texts_of(sheet), sheet.conversation.request.wish
    last = free.last_day(sheet.rules, sheet.now)
    if wish is None or not (first := wish.date or wish.since):
        return False
    if first > last:
        sheet.say(texts.too_far, days=str(rules.horizon_days), last=day_text(last, sheet.rules))
        sheet.cite("RP-001 booking: дальше, чем записываем")
        return True
    latest, soonest = offers.latest(wish), sheet.now + timedelta(minutes=rules.notice_minutes)
    if latest is None or wish.date is None:
        return False
    if datetime.combine(wish.date, latest, ZoneInfo(sheet.rules.business.zone)) >= soonest:
        return False
    sheet.say(texts.too_soon, notice=length_text(rules.notice_minutes, sheet.rules))
    sheet.cite("RP-001 booking: раньше, чем успеем")
    return True


def _first_can_be_had(sheet: Sheet, plan: Plan) -> bool:
    """Whether at the time she wishes there is room for one of the two."""
    alone = _found_of(sheet, plan.alone, ())
    return alone.exact is not None or alone.as_wished


def _own_visit_then(sheet: Sheet) -> Visit | None:
    """Her own visit at the hour for which she asks."""
    request, plan = sheet.conversation.request, plan_of(sheet)
    wish = request.wish
    if plan is None or wish is None or wish.date is None or wish.time_from is None or not offers.is_exact(wish):
        return None
    first = plan.services[0]
    asked = Slot(first.id, wish.date, wish.time_from, first.minutes, 0, ())
    visits = (visit for visit in sheet.conversation.visits if visit.slot in plan.taken)
    return next((visit for visit in visits if plans.overlaps(asked, visit.slot)), None)


def _might_become_free(sheet: Sheet) -> bool:
    """Whether somebody works at the time she wishes, so that it is worth waiting for."""
    plan, wish = plan_of(sheet), sheet.conversation.request.wish
    if plan is None or wish is None or wish.date is None or _waits_already(sheet, wish):
        return False
    return not never_free(sheet)


def never_free(sheet: Sheet) -> bool:
    """Whether nobody works at the hours of the day she wishes for, whatever else becomes free."""
    request, rules, plan = sheet.conversation.request, sheet.rules, plan_of(sheet)
    wish = request.wish
    if plan is None or wish is None or wish.date is None:
        return False
    plan = plans.by(plan, request.masters) or plan
    ever = plans.firsts(rules, plan, Diary(wish.date, wish.date), wish.date, wish.date, sheet.now)
    return not any(offers.fits(slot, wish) for slot in ever)


def _waits_already(sheet: Sheet, wish: Wish) -> bool:
    lines = sheet.conversation.waits
    return any(line.service == sheet.conversation.request.service and told.same_time(line.wish, wish) for line in lines)


def _buttons(sheet: Sheet, found: Found, *, worth_waiting: bool) -> tuple[Choice, ...]:
    texts = texts_of(sheet)
    more = (Choice(MORE, texts.more),) if found.more else ()
    return (*_times(sheet, found.times), *more, *((Choice(WAIT, texts.wait),) if worth_waiting else ()))


def _times(sheet: Sheet, slots: Iterable[Slot]) -> tuple[Choice, ...]:
    return tuple(Choice(f"{SLOT}{slot.id}", button_text(slot, sheet.rules)) for slot in slots)


def offer_again(sheet: Sheet) -> None:
    """The times that she was offered last stand as buttons under what is said now."""
    times = _times(sheet, sheet.conversation.times)
    wish = sheet.conversation.request.wish or Wish()
    plain = (MORE, GUEST) if _waits_already(sheet, wish) else (MORE, WAIT, GUEST)
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


def _at_another_hour(sheet: Sheet, *, later: bool, minutes: int = 0) -> bool:
    """«А попозже?», «пораньше»: later than all that she was offered, or earlier; «на час позже» than the hour of which
    is spoken. True when she has told an exact time with it."""
    held, request = sheet.conversation.hold, sheet.conversation.request
    times = sheet.conversation.times or ((held.slot,) if held else ())
    if minutes and request.wish and (wish := told.shifted(request.wish, minutes if later else -minutes)):
        sheet.note(request=replace(request, wish=wish))
        return True
    if not times:
        _ask_for_another_time(sheet)
        return False
    if minutes % MINUTES == 0 and minutes:
        days = timedelta(minutes=minutes if later else -minutes)
        sheet.note(request=replace(request, wish=Wish(times[0].date + days)))
        _offer(sheet, _found_otherwise(sheet))
        return False
    slot = times[-1] if later and not minutes else times[0]
    release(sheet)
    wish = told.later_than(slot, minutes) if later else told.earlier_than(slot)
    sheet.note(request=replace(request, wish=wish), seen_times=(*sheet.conversation.seen_times, slot.id))
    _offer(sheet, _found_otherwise(sheet))
    return False


def _after_her_own(sheet: Sheet) -> bool:
    """«Следом за мной»: for who comes with her, as soon as her own visit is over."""
    request = sheet.conversation.request
    mine = _her_visits(sheet)
    day = request.wish.date if request.wish else None
    last = max((one for one in mine if day in (None, one.date)), key=lambda one: (one.date, one.start), default=None)
    if last is None and request.at_once and request.service:
        sheet.note(request=replace(request, at_once=False, then=request.then or (request.service,)))
        return True
    if last is None:
        return True
    sheet.note(request=replace(request, wish=told.right_after(last), guest=True))
    return True


def _with_another_master(sheet: Sheet) -> bool:
    """«Можно к другому мастеру?»: anybody but of whom is spoken."""
    conversation, plan = sheet.conversation, plan_of(sheet)
    if plan is None:
        return True
    held, moved = conversation.hold, _moved(sheet)
    spoken_of = (held.slot.master,) if held else conversation.request.masters
    spoken_of = spoken_of or ((moved.slot.master,) if moved else tuple({slot.master for slot in conversation.times}))
    others = plans.without(plan, spoken_of)
    if others is None:
        sheet.say(texts_of(sheet).who_does)
        offer_again(sheet)
        return held is not None
    request = replace(conversation.request, masters=others.services[0].masters)
    sheet.note(request=request, seen_times=her_hour(sheet))
    return True


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
