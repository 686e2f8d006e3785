"""Her visits: made of the time that is kept for her, moved, cancelled, confirmed (RP-001, booking).

«You are booked» is said here only, together with the diary's change that makes it true.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk import booking, elsewhere, free, ladder, offers, reminders, told
from chalicelib.desk.diary import minute
from chalicelib.desk.effects import OfferFreed, PutVisit
from chalicelib.desk.values import Choice, Request, Visit, Wish
from chalicelib.desk.wording import button_text

if TYPE_CHECKING:
    from chalicelib.desk.diary import Change
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Reading, Slot, VisitState

VISIT = "visit:"
"""How the button of one of her visits begins."""
YES, NO = "cancel:yes", "cancel:no"
COMPANION = " +1"
"""Behind her name on the visit of who comes with her."""
ENDED = timedelta(days=30)
"""So long a visit that is over stays in the conversation."""


def ahead(sheet: Sheet) -> tuple[Visit, ...]:
    """Her visits that are still to come, the next one first."""
    visits = (visit for visit in sheet.conversation.visits if visit.stands)
    to_come = (visit for visit in visits if free.ends(visit.slot, sheet.rules) > sheet.now)
    return tuple(sorted(to_come, key=lambda visit: (visit.slot.date, visit.slot.start)))


def book(sheet: Sheet, lead: str) -> None:
    """What is kept for her becomes her visit."""
    held = sheet.conversation.hold
    if held is None:
        return
    made = tuple(_made(sheet, lead, entry, slot) for entry, slot in held.entries)
    new = held.id in sheet.writes
    sheet.unwrite(held.id)
    for visit in made:
        _enter(sheet, visit, new=new, alone=visit is made[0])
    texts = booking.texts_of(sheet)
    sheet.say(texts.booked_several if held.slot.then else texts.booked, slot=held.slot, visits=(held.slot,))
    _say_link(sheet, made[0])
    for visit in made:
        sheet.cite(f"RP-001 booking: записана {visit.slot.hour}")
        reminders.tell_master(sheet, visit, "booked")


def _say_link(sheet: Sheet, visit: Visit) -> None:
    """Where the visit's file for her phone's calendar is; the same file when it is moved."""
    template = booking.texts_of(sheet).calendar
    link = sheet.link(visit.id) if template else None
    if template and link:
        sheet.say(template, link=link)


def _made(sheet: Sheet, lead: str, entry: str, slot: Slot) -> Visit:
    """The visit of one entry. Who comes with her is under her name."""
    request, held = sheet.conversation.request, sheet.conversation.hold
    companion = held is not None and entry != held.id and (request.at_once or slot.service == held.slot.service)
    name = f"{request.name or ''}{COMPANION}" if companion else request.name or ""
    return Visit(entry, replace(slot, then=()), name, request.phone or "", sheet.conversation.id, lead=lead)


def _enter(sheet: Sheet, visit: Visit, *, new: bool, alone: bool) -> None:
    """Into the diary and her visits. Of several that she makes together one is reminded of, the others follow it."""
    placed = free.placed(visit.slot, visit.id, sheet.open_diary(), sheet.now)
    sheet.write(visit.id, placed if new else free.kept(visit.slot, visit.id))
    keep(sheet, visit)
    waits = tuple(line for line in sheet.conversation.waits if line.service != visit.slot.service)
    sheet.note(hold=None, times=(), seen_times=(), moving=None, called_off=None, waits=waits)
    reminders.arm(sheet, visit, follows=not alone)


def _made_together(sheet: Sheet, visit: Visit) -> tuple[Visit, ...]:
    """Her other visits of the same day that were made with this one."""
    mates = (one for one in ahead(sheet) if one.id != visit.id and one.slot.date == visit.slot.date)
    return tuple(one for one in mates if visit.lead is not None and one.lead == visit.lead)


def keep(sheet: Sheet, visit: Visit) -> None:
    """Her visits, this one as it is now: nobody has to ask about it any more."""
    rewrite(sheet, visit)
    alarm = sheet.conversation.alarm
    if alarm and alarm.about == visit.id:
        ladder.settle(sheet)


def rewrite(sheet: Sheet, visit: Visit) -> None:
    """Her visits, with what is written of this one now; those long over are dropped."""
    sheet.visit(visit)
    today = sheet.today
    others = (one for one in sheet.conversation.visits if one.id != visit.id and today - one.slot.date < ENDED)
    sheet.note(visits=(*others, visit))
    elsewhere.tell_others(sheet, visit)
    put_outside(sheet, visit)


def rename(sheet: Sheet, before: Request, now: Request) -> None:
    """Her visits under another name or number than the request had before."""
    for visit in ahead(sheet):
        first, behind, companion = visit.name.partition(COMPANION)
        name = f"{now.name or ''}{behind}{companion}" if first == before.name else visit.name
        renamed = replace(visit, name=name, phone=(now.phone or "") if visit.phone == before.phone else visit.phone)
        if renamed != visit:
            rewrite(sheet, renamed)


def put_outside(sheet: Sheet, visit: Visit) -> None:
    """The calendar outside learns of it, where the business keeps one."""
    if sheet.rules.business.calendar:
        sheet.do(PutVisit(visit.id))


def move(sheet: Sheet, reading: Reading, text: str) -> None:
    """Another time for a visit: the time she tells, or she is asked for it."""
    visit = meant(sheet, reading)
    if visit is None:
        _ask_which(sheet, "move")
        return
    sheet.cite("RP-001 booking: перенос")
    if _is_other_service(visit, reading):
        _exchange(sheet, visit, reading, text)
        return
    before = told.just(visit.slot)
    masters = reading.masters
    if reading.choice == "another_master" and visit.slot.master in masters:
        _say_about(sheet, visit, booking.texts_of(sheet).who_does)  # nobody else does it
        stays(sheet, visit)
        return
    if masters and not _can_do(sheet, visit, masters):
        _say_about(sheet, visit, booking.texts_of(sheet).not_hers, masters)
        if not told.tells_time(reading):
            stays(sheet, visit)
            return
        masters = ()
    wish = _moved_to(visit, reading, text)
    if wish is None and masters and visit.slot.master not in masters:
        wish = before  # another master, at the same time
    same = wish is not None and offers.is_exact(wish) and (wish.date, wish.time_from) == (before.date, before.time_from)
    if same and (not masters or visit.slot.master in masters):
        stays(sheet, visit)
        return
    begin_move(sheet, visit, wish, masters)


def _say_about(sheet: Sheet, visit: Visit, text: str, masters: tuple[str, ...] = ()) -> None:
    """Say what is about the service of a visit, not about a time for it."""
    stands = sheet.conversation.request
    sheet.note(request=Request(visit.slot.service, masters=masters))
    sheet.say(text)
    sheet.note(request=stands)


def to_somebody_else(sheet: Sheet, reading: Reading) -> Reading:
    """«Можно к другому мастеру?», said of a visit that stands: it is moved to anybody else who does the service."""
    visit = meant(sheet, reading) if booking.is_on(sheet) else None
    service = sheet.rules.business.service(visit.slot.service) if visit else None
    if reading.choice != "another_master" or reading.escalate or visit is None or service is None:
        return reading
    others = tuple(one for one in service.masters if one != visit.slot.master)
    return replace(reading, intent="reschedule", confidence=1.0, also=(), masters=others or (visit.slot.master,))


def to_another_hour(sheet: Sheet, reading: Reading) -> Reading:
    """«На неделю позже», «а можно раньше?», with nothing else and nothing asked: the visit that stands is moved."""
    by_itself = sheet.conversation.lead is not None and sheet.conversation.asked is None
    moves = reading.minutes is not None or reading.intent in ("reschedule", "booking")
    shifts = reading.choice in ("later", "earlier") and moves
    other = reading.escalate or reading.another or reading.intent in ("running_late", "cancel")
    if other or not (by_itself and shifts and ahead(sheet)):
        return reading
    return replace(reading, intent="reschedule", confidence=1.0, also=())


def to_the_one_called_off(sheet: Sheet, reading: Reading) -> Reading:
    """Who asks for a time after she has cancelled a visit wishes for the same service, unless she names another."""
    conversation = sheet.conversation
    visit, request = _of_id(sheet, conversation.called_off), conversation.request
    wished = reading.intent == "reschedule" or reading.choice == "as_before"
    books = reading.intent == "booking" or (wished and not ahead(sheet))
    other = reading.escalate or reading.about or reading.service or told.for_another(reading)
    if visit is None or conversation.lead or request.service or other or not books:
        return reading
    anew = replace(reading, intent="booking", confidence=1.0, also=(), service=visit.slot.service)
    if reading.choice != "as_before" or reading.time_from:
        return anew
    at = visit.slot.start
    return replace(anew, date=reading.date or visit.slot.date, time_from=at, time_to=at)


def _can_do(sheet: Sheet, visit: Visit, masters: tuple[str, ...]) -> bool:
    service = sheet.rules.business.service(visit.slot.service)
    return service is None or bool(set(service.masters) & set(masters))


def _moved_to(visit: Visit, reading: Reading, text: str) -> Wish | None:
    """The time she tells, or how much later or earlier than the visit is."""
    before = told.just(visit.slot)
    if told.tells_time(reading):
        return told.wished(before, reading, text)
    if reading.choice not in ("later", "earlier"):
        return None
    if reading.minutes:
        return told.shifted(before, reading.minutes if reading.choice == "later" else -reading.minutes)
    return told.later_than(visit.slot) if reading.choice == "later" else told.earlier_than(visit.slot)


def move_or_anew(sheet: Sheet, reading: Reading, text: str) -> None:
    """Another hour of the same day moves a visit, and so does another day where she was about to cancel it. Otherwise
    she is asked: she may wish to come twice."""
    visit = meant(sheet, reading)
    wish = _on_another_day(sheet, visit, reading, text) if visit else None
    if visit is None or wish is None:
        move(sheet, reading, text)
    elif sheet.conversation.moving == visit.id:
        begin_move(sheet, visit, wish, reading.masters)
    else:
        _ask_move_or_anew(sheet, visit, wish)


def _on_another_day(sheet: Sheet, visit: Visit, reading: Reading, text: str) -> Wish | None:
    """Her wish, where it is for another day than the visit: that day is told now, or was before she told the hour."""
    before = sheet.conversation.request.wish
    days = [None, *(one.slot.date for one in ahead(sheet))]
    wish = told.wished(before if before and before.date not in days else None, reading, text)
    return wish if wish and wish.date not in (None, visit.slot.date) else None


def _ask_move_or_anew(sheet: Sheet, visit: Visit, wish: Wish) -> None:
    texts = booking.texts_of(sheet)
    choices = (Choice(f"{VISIT}moveto:{visit.id}", texts.move), Choice(f"{VISIT}anew:{visit.id}", texts.anew))
    sheet.say(texts.move_or_anew, choices, slot=visit.slot)
    sheet.note(request=Request(visit.slot.service, wish, visit.name, visit.phone), asked=None)
    sheet.cite("RP-001 booking: перенести или записать ещё")


def instead_of(sheet: Sheet, reading: Reading) -> Visit | None:
    """Her only visit, where she wishes for another service in its place: «не брови, а маникюр»."""
    visits = ahead(sheet)
    return visits[0] if len(visits) == 1 and _is_other_service(visits[0], reading) else None


def wishes_other_than_moved(sheet: Sheet, reading: Reading) -> bool:
    """Whether, while a visit is moved, she wishes for something else besides: the visit stays as it is."""
    visit, request = _of_id(sheet, sheet.conversation.moving), sheet.conversation.request
    if visit is None or reading.instead or reading.intent != "booking":
        return False
    return reading.service not in (None, visit.slot.service, request.service)


def _is_other_service(visit: Visit, reading: Reading) -> bool:
    return reading.instead and reading.service not in (None, visit.slot.service)


def _exchange(sheet: Sheet, visit: Visit, reading: Reading, text: str) -> None:
    """Another service in place of this visit, at the same hour unless she says otherwise."""
    before = told.just(visit.slot)
    wish = _moved_to(visit, reading, text) or before
    begin_move(sheet, visit, wish, reading.masters, service=reading.service)


def begin_move(
    sheet: Sheet, visit: Visit, wish: Wish | None, masters: tuple[str, ...] = (), service: str | None = None
) -> None:
    """Look for another time for ``visit``; until one is found it stands as it is. ``masters``: to whom she would go;
    ``service``: another one that she wishes in its place."""
    guest = visit.name.endswith(COMPANION)
    request = Request(service or visit.slot.service, wish, visit.name, visit.phone, masters, guest=guest)
    sheet.note(moving=visit.id, request=request, lead=None, stage="qualifying", asked=None, times=())
    sheet.note(seen_times=booking.her_hour(sheet))
    if booking.settled(sheet):
        finish_move(sheet)


def finish_move(sheet: Sheet) -> bool:
    """The visit is at the new time, and the old one is free: one change of the diary. False when there is no visit to
    be moved any more: the time is for a new one."""
    held, old = sheet.conversation.hold, _of_id(sheet, sheet.conversation.moving)
    if held is None or old is None or old not in ahead(sheet):
        sheet.note(moving=None)
        return False
    visit = replace(old, slot=replace(held.slot, then=()), state="booked")
    sheet.unwrite(held.id)
    moved = free.placed(visit.slot, visit.id, sheet.open_diary(), sheet.now)
    sheet.write(visit.id, [*_out_of_diary(sheet, old), *moved])
    keep(sheet, visit)
    sheet.note(hold=None, times=(), seen_times=(), moving=None, stage="lead", lead=visit.lead, asked=None)
    _remind_of_the_others(sheet, old)
    reminders.arm(sheet, visit)
    texts = booking.texts_of(sheet)
    sheet.say(texts.moved if visit.slot.service == old.slot.service else texts.exchanged, slot=visit.slot)
    sheet.cite(f"RP-001 booking: перенесена на {visit.slot.hour}")
    reminders.tell_master(sheet, visit, "moved")
    free_again(sheet, old.slot)
    return True


def _remind_of_the_others(sheet: Sheet, visit: Visit) -> None:
    """What was made together with a visit that is gone from there is reminded of by itself."""
    for other in _made_together(sheet, visit):
        reminders.arm(sheet, other)


def ask_to_cancel(sheet: Sheet, reading: Reading) -> None:
    """«Отменить» is asked once."""
    visit = meant(sheet, reading)
    if visit is None:
        _ask_which(sheet, "cancel")
        return
    _ask_if_sure(sheet, visit)


def _ask_if_sure(sheet: Sheet, visit: Visit) -> None:
    texts = booking.texts_of(sheet)
    sheet.say(texts.cancel_sure, (Choice(YES, texts.yes), Choice(NO, texts.no)), slot=visit.slot)
    sheet.note(moving=visit.id, asked="cancel")
    sheet.cite("RP-001 booking: отмена, переспрошено")


def answer_cancel(sheet: Sheet, *, yes: bool) -> None:
    """Whether to cancel the visit that she was asked about."""
    visit = _of_id(sheet, sheet.conversation.moving)
    if visit is None or visit not in ahead(sheet):
        sheet.note(asked=None, moving=None)
        _say_what_stands(sheet)
    elif not yes:
        stays(sheet, visit)
    elif sheet.conversation.asked == "cancel":
        cancel(sheet, visit)
    else:  # an old button, while something else is spoken of
        _ask_if_sure(sheet, visit)


def stays(sheet: Sheet, visit: Visit) -> None:
    """She does not move or cancel it after all; what was kept for her instead is free again."""
    if sheet.conversation.lead is None and sheet.conversation.request.service in (None, visit.slot.service):
        booking.release(sheet)
        wish = told.just(visit.slot)
        request = Request(visit.slot.service, wish, visit.name, visit.phone)
        sheet.note(stage="lead", lead=visit.lead, request=request, times=(), seen_times=())
    sheet.note(asked=None, moving=None)
    sheet.say(booking.texts_of(sheet).kept, slot=visit.slot)
    sheet.cite("RP-001 booking: запись остаётся")


def cancel(sheet: Sheet, visit: Visit, *, by_colleague: bool = False) -> None:
    """The visit is off and its time is free."""
    rules, texts = booking.booking_of(sheet), booking.texts_of(sheet)
    _take_out(sheet, visit, "cancelled")
    _remind_of_the_others(sheet, visit)
    late = free.begins(visit.slot, sheet.rules) - sheet.now < timedelta(hours=rules.late_cancel_hours)
    sheet.say(texts.cancel_late if late and not by_colleague else texts.cancelled, slot=visit.slot)
    sheet.cite("RP-001 booking: поздняя отмена" if late else "RP-001 booking: отменена")
    if not by_colleague:
        sheet.note(called_off=visit.id)
        reminders.tell_master(sheet, visit, "cancelled")
    free_again(sheet, visit.slot)


def take_out_all(sheet: Sheet) -> tuple[str, ...]:
    """She has withdrawn her consent: her visits leave the diary. The ids of all she has made here; those of her other
    channels stand under the consent given there."""
    for visit in made_here(sheet):
        sheet.write(visit.id, _out_of_diary(sheet, visit))
        elsewhere.tell_others(sheet, visit)
        put_outside(sheet, visit)
        free_again(sheet, visit.slot)
    booking.release(sheet)
    return tuple(visit.id for visit in sheet.conversation.visits if _was_made_here(sheet, visit))


def made_here(sheet: Sheet) -> tuple[Visit, ...]:
    """Her visits that are still to come, without those of her other channels."""
    return tuple(visit for visit in ahead(sheet) if _was_made_here(sheet, visit))


def _was_made_here(sheet: Sheet, visit: Visit) -> bool:
    return visit.conversation == sheet.conversation.id


def _take_out(sheet: Sheet, visit: Visit, state: VisitState) -> None:
    booking.release(sheet)  # of a move that was begun
    sheet.write(visit.id, _out_of_diary(sheet, visit))
    keep(sheet, replace(visit, state=state))
    request = Request(name=visit.name or None, phone=visit.phone or None)
    sheet.note(stage="qualifying", asked=None, lead=None, moving=None, request=request)


def confirm(sheet: Sheet, visit: Visit | None = None) -> bool:
    """She will come, to the next visit where she does not say to which. False when nothing is to be confirmed."""
    visit = visit or next(iter(ahead(sheet)), None)
    if visit is None:
        return False
    for one in (visit, *_made_together(sheet, visit)):
        keep(sheet, replace(one, state="confirmed"))
    sheet.note(asked=None)
    sheet.say(booking.texts_of(sheet).confirmed, slot=visit.slot)
    sheet.cite("RM-001: визит подтверждён")
    return True


def running_late(sheet: Sheet, reading: Reading, text: str) -> None:
    """The master is told; when the next visit suffers, or nobody knows by how much, a person decides. Who is not
    expected today reads for when she is."""
    visit = _of_today(sheet)
    if visit is None:
        tell_mine(sheet)
        return
    rules = booking.booking_of(sheet)
    diary = offers.looked(sheet.open_diary(), visit.slot.date, visit.slot.date)
    late = _minutes_late(visit, reading) or rules.patience_minutes
    ends = minute(visit.slot.start) + visit.slot.minutes + visit.slot.buffer
    pages = [diary.page(who, visit.slot.date) for who in visit.slot.takes]
    unclear = reading.intent != "running_late"
    suffers = (
        unclear or late > rules.patience_minutes or any(page.taken(ends, ends + late, sheet.now) for page in pages)
    )
    sheet.note(late=visit.id)
    sheet.tell_master(rules.notice_late, visit, text=text)
    sheet.say(booking.texts_of(sheet).late_person if suffers else booking.texts_of(sheet).late, slot=visit.slot)
    sheet.cite("RP-001 booking: опаздывает" + (", страдает следующий визит" if suffers else ""))
    if suffers:
        sheet.call(rules.notice_late, "promise", {**sheet.of_visit(visit), "text": text}, "high", about=visit.id)


def is_later_still(sheet: Sheet, reading: Reading, *, sure: bool) -> bool:
    """Whether what she says is still about her being late: «ой, наверное на 40», «а я вообще успею?»."""
    visit = _of_today(sheet)
    if visit is None or visit.id != sheet.conversation.late or reading.about or told.tells(reading):
        return False
    return reading.intent == "question_service" or (reading.intent == "other" and not sure)


def _of_today(sheet: Sheet) -> Visit | None:
    return next((one for one in ahead(sheet) if one.slot.date == sheet.today), None)


def _minutes_late(visit: Visit, reading: Reading) -> int | None:
    """«На 15 минут», or «буду в 17:15» of a visit at five."""
    if reading.minutes or reading.time_from is None:
        return reading.minutes
    return max(0, minute(reading.time_from) - minute(visit.slot.start))


def tell_mine(sheet: Sheet) -> bool:
    """Her visits; False when there are none."""
    visits = ahead(sheet)
    if visits:
        sheet.say(booking.texts_of(sheet).mine, visits=[visit.slot for visit in visits])
    return bool(visits)


# ---------------------------------------------------------------- which visit


def choose_visit(sheet: Sheet, choice: str) -> bool:
    """A button of one of her visits: ``visit:<what>:<id>``. True when she books one more instead."""
    _, what, visit_id = choice.split(":", 2) if choice.count(":") > 1 else ("", "", "")
    visit = next((one for one in ahead(sheet) if one.id == visit_id), None)
    if visit is None:
        _say_what_stands(sheet)
    elif what == "cancel":
        _ask_if_sure(sheet, visit)
    elif what == "move":
        begin_move(sheet, visit, None)
    elif what == "moveto":
        begin_move(sheet, visit, _at_the_same_hour(visit, sheet.conversation.request.wish))
    elif what == "anew":
        sheet.note(stage="qualifying", lead=None, moving=None, times=(), seen_times=())
        sheet.cite("RP-001: новая заявка того же клиента")
        return True
    else:
        confirm(sheet, visit)
    return False


def _at_the_same_hour(visit: Visit, wish: Wish | None) -> Wish | None:
    """A day without an hour is wished for at the hour of the visit."""
    if wish is None or wish.time_from or wish.time_to:
        return wish
    return replace(wish, time_from=visit.slot.start, time_to=visit.slot.start)


def meant(sheet: Sheet, reading: Reading) -> Visit | None:
    """Which visit she means: the only one, the one of the service she names, else it has to be asked."""
    visits = ahead(sheet)
    moved = _of_id(sheet, sheet.conversation.moving)
    if moved in visits and reading.service in (None, moved.slot.service if moved else None):
        return moved
    named = [visit for visit in visits if visit.slot.service == reading.service] or list(visits)
    theirs = [visit for visit in named if visit.slot.master in reading.masters]
    named = theirs if len(theirs) == 1 else named
    return named[0] if len(named) == 1 else None


def names_one(sheet: Sheet, reading: Reading) -> bool:
    """Whether she names the service of a visit that stands, and not that of the request begun."""
    standing = {visit.slot.service for visit in ahead(sheet)}
    return reading.service in standing and reading.service != sheet.before.request.service


def may_mean(sheet: Sheet, reading: Reading) -> bool:
    """Whether a visit stands that she may speak of, while a request is begun: not where she names what that is of."""
    standing = {visit.slot.service for visit in ahead(sheet)}
    begun = reading.service is not None and reading.service == sheet.before.request.service
    return bool(standing) and (not begun or reading.service in standing)


def _ask_which(sheet: Sheet, what: str) -> None:
    visits = ahead(sheet)
    alike = len({one.slot.hour for one in visits}) < len(visits)
    choices = tuple(
        Choice(f"{VISIT}{what}:{one.id}", button_text(one.slot, sheet.rules, with_master=alike)) for one in visits
    )
    sheet.say(booking.texts_of(sheet).which, choices, visits=[visit.slot for visit in visits])
    sheet.cite("RP-001 booking: о какой записи речь")


def _say_what_stands(sheet: Sheet) -> None:
    """A button of a visit that is none of hers any more."""
    if not tell_mine(sheet):
        sheet.say(sheet.rules.registry.none)


def _out_of_diary(sheet: Sheet, visit: Visit) -> list[Change]:
    """What takes a visit out of the diary; nothing where it is seen to be out already."""
    day, diary = visit.slot.date, sheet.diary
    changes = free.given_up(visit.slot, visit.id)
    if diary is None or not diary.covers(day, day):
        return changes
    return [change for change in changes if diary.page(change.who, day).has(visit.id)]


def _of_id(sheet: Sheet, visit_id: str | None) -> Visit | None:
    return next((visit for visit in sheet.conversation.visits if visit.id == visit_id), None)


def free_again(sheet: Sheet, slot: Slot) -> None:
    """Its time is free: who waits for such a one is told."""
    sheet.do(OfferFreed(slot))
