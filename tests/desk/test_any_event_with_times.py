"""Whatever happens at a desk that books times, whatever stands in the diary: nobody is told what is not so, and no
minute is given twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.desk.decide import decide
from chalicelib.desk.diary import Change, Diary, Entry, Page, Wanted, minute
from chalicelib.desk.effects import Decision
from chalicelib.desk.events import Altered, Event, Freed, Marked, Passed, Pressed, Rang
from chalicelib.desk.sheet import Sheet
from chalicelib.desk.values import Choice, Conversation, Hold, Later, Reach, Reminded, Slot, Visit, Waits
from tests.desk.test_any_event import HER, NOW, events, moments, states, wishes, words
from tests.engine.world import shipped

REACHED = (Reach("+79000000001", "whatsapp", "elsewhere"),)
some = settings(max_examples=50, deadline=None)
PACKS = {client: shipped(client) for client in ("demo-salon", "demo-clinic", "demo-barbershop")}

working_days = st.dates(date(2026, 11, 20), date(2027, 1, 20))
hours = st.builds(time, st.integers(9, 20), st.sampled_from([0, 15, 30]))
slots = st.builds(
    Slot,
    service=st.sampled_from(["manicure", "haircut_women", "caries", "cut", "of-another-pack"]),
    date=working_days,
    start=hours,
    minutes=st.sampled_from([30, 90]),
    buffer=st.sampled_from([0, 15]),
    takes=st.sampled_from([("anna",), ("olga",), ("marina", "couch#1")]),
).map(lambda slot: replace(slot, seen=(1,) * len(slot.takes)))
visits = st.builds(
    Visit,
    id=st.sampled_from(["v1", "v2", "v3"]),
    slot=slots,
    name=st.just("Анна"),
    phone=st.just("+79000000001"),
    conversation=st.sampled_from(["c", "c", "elsewhere"]),
    also=st.just(()) | st.just(("elsewhere",)),
    state=st.sampled_from(["booked", "confirmed", "visited", "no_show", "cancelled"]),
    lead=st.none() | st.just("lead"),
)
times_buttons = st.sampled_from(
    ["slot:more", "slot:other", "slot:wait", "slot:no", "slot:later", "cancel:yes", "cancel:no", "visit:move:v1",
     "visit:cancel:v2", "visit:confirm:v1", "visit:x:gone", "slot:2026-11-25T17:00@anna", "slot:nonsense", "ads:yes",
     "came:c:v1"]
)  # fmt: skip
typed = words | st.sampled_from(["ещё", "второе", "любое", "попозже", "оставьте как есть", "не надо", "беру"])


@st.composite
def clients(draw: st.DrawFn) -> Conversation:
    before = draw(states)
    hers = {visit.id: visit for visit in draw(st.lists(visits, max_size=3))}
    held = draw(st.none() | st.builds(Hold, st.just("held"), slots, moments))
    lines = st.builds(Waits, st.just("line"), st.just("c"), st.just("manicure"), wishes.filter(bool), moments)
    return replace(
        before,
        times=tuple(draw(st.lists(slots, max_size=3))),
        hold=held,
        visits=tuple(hers.values()),
        moving=draw(st.none() | st.sampled_from(["v1", "v2", "gone"])),
        waits=tuple(draw(st.lists(lines, max_size=1))),
        freed=tuple(Later(one, "token") for one in draw(st.lists(slots, max_size=1))),
        reminder=draw(st.none() | st.just(Reminded("v1", "day_before", "timer:9"))),
        proven=draw(st.none() | st.just("+79000000001")),
        heard=draw(st.none() | moments),
        advertising=draw(st.none() | st.booleans()),
        offered=tuple(draw(st.lists(st.builds(Choice, times_buttons, typed), max_size=3))) or before.offered,
    )


@st.composite
def nights(draw: st.DrawFn) -> tuple[Conversation, Event, dict[tuple[date, str], Page], str]:
    """A client, what happens, and a diary in which her visits stand, and those of others beside them."""
    before = draw(clients())
    pages: dict[tuple[date, str], Page] = {}
    hers = [(visit.id, visit.slot, None) for visit in before.visits if visit.state in ("booked", "confirmed")]
    if before.hold:
        hers.append(("held", before.hold.slot, before.hold.until))
    others = [(f"other-{number}", slot, None) for number, slot in enumerate(draw(st.lists(slots, max_size=4)))]
    entered = set()
    for entry, slot, until in (*hers, *others):
        if _enter(pages, entry, slot, until):
            entered.add(entry)
    before = replace(
        before,
        visits=tuple(one for one in before.visits if one.id in entered or one.state not in ("booked", "confirmed")),
        hold=before.hold if "held" in entered else None,
    )
    visit_ids = st.sampled_from(["v1", "v2", "gone"])
    event = draw(
        events
        | st.builds(Pressed, st.just("t:9"), moments, st.just("telegram"), st.just(HER), times_buttons, words)
        | st.builds(Marked, st.just("m:9"), moments, st.just("c"), visit_ids,
                    st.sampled_from(["visited", "no_show", "cancelled"]))
        | st.builds(Freed, st.just("f:9"), moments, st.just("c"), st.sampled_from(["line", "gone"]), slots)
        | st.builds(Passed, st.just("p:9"), moments, st.just("c"), visit_ids, st.just("day_before"),
                    st.just("2026-11-25T17:00"), st.just(("whatsapp",)), st.none() | visits)
        | st.builds(Altered, st.just("a:9"), moments, st.just("c"), visit_ids, st.none())
        | st.builds(_timer, st.just(before), st.sampled_from(["remind:day_before", "unconfirmed", "after", "missed"]))
    )  # fmt: skip
    return before, event, pages, draw(st.sampled_from(sorted(PACKS)))


def _timer(before: Conversation, kind: str) -> Rang:
    sheet = Sheet(before, PACKS["demo-salon"], NOW, "t")
    what = f"{before.visits[0].id}:{kind}:{before.visits[0].slot.hour}" if before.visits else kind
    return Rang("timer:9", NOW, "c", "visit", sheet.token("visit", what))


def _enter(pages: dict[tuple[date, str], Page], entry: str, slot: Slot, until: datetime | None) -> bool:
    start = minute(slot.start)
    end = start + slot.minutes + slot.buffer
    there = [pages.get((slot.date, who)) or Page(who, slot.date) for who in slot.takes]
    if any(page.taken(start, end, datetime.min.replace(tzinfo=NOW.tzinfo)) for page in there):
        return False
    for page in there:
        pages[page.date, page.who] = Change(page.who, page.date, page.version, (Entry(entry, start, end, until),)).of(
            page
        )
    return True


def decided(before: Conversation, event: Event, pages: dict[tuple[date, str], Page], pack: str) -> Decision:
    """As the engine decides: a look as far as it is wanted, and once more when a change does not hold."""
    diary = None
    for _ in range(6):
        try:
            decision = decide(before, event, PACKS[pack], NOW, diary, REACHED)
        except Wanted as wanted:
            diary = Diary(wanted.since, wanted.until, pages)
            continue
        if all(change.holds(_page(pages, change)) for change in decision.diary):
            return decision
        days = [change.date for change in decision.diary]
        diary = Diary(min(days), max(days), pages)
    raise AssertionError("never settled")


def _page(pages: dict[tuple[date, str], Page], change: Change) -> Page:
    return pages.get((change.date, change.who)) or Page(change.who, change.date)


Night = tuple[Conversation, Event, dict[tuple[date, str], Page], str]


@some
@given(nights())
def test_it_always_decides_and_the_same_again(night: Night):
    assert decided(*night) == decided(*night)


@some
@given(nights())
def test_no_minute_of_a_page_is_given_twice(night: Night):
    _, _, pages, _ = night
    for change in decided(*night).diary:
        before = _page(pages, change)
        after = change.of(before).entries
        for added in change.add:
            others = [one for one in after if one.id != added.id and one.start < added.end and added.start < one.end]
            assert others == []


@some
@given(nights())
def test_a_visit_that_is_made_or_moved_has_every_page_it_takes(night: Night):
    before, _, pages, _ = night
    decision = decided(*night)
    written = {(change.date, change.who): change.of(_page(pages, change)) for change in decision.diary}
    known = {visit.id: visit.slot for visit in before.visits}
    for visit in decision.visits:
        if visit.state == "booked" and known.get(visit.id) != visit.slot:
            start = minute(visit.slot.start)
            entry = Entry(visit.id, start, start + visit.slot.minutes + visit.slot.buffer)
            assert [entry in written[visit.slot.date, who].entries for who in visit.slot.takes] == [True] * len(
                visit.slot.takes
            )


@some
@given(nights())
def test_every_hold_has_an_end_and_stands_in_the_diary(night: Night):
    before, _, pages, pack = night
    decision = decided(*night)
    held, rules = decision.conversation.hold, PACKS[pack].registry.booking
    if held is None or held == before.hold or rules is None:
        return
    assert held.until == NOW + timedelta(minutes=rules.hold_minutes)
    written = {(change.date, change.who): change.of(_page(pages, change)) for change in decision.diary}
    assert all(written[held.slot.date, who].has(held.id) for who in held.slot.takes)


@some
@given(nights())
def test_you_are_booked_is_said_only_of_what_is_written_or_stands(night: Night):
    decision = decided(*night)
    told = " ".join(effect.text for effect in decision.effects if effect.kind == "reply")
    stand = [visit for visit in decision.conversation.visits if visit.state in ("booked", "confirmed")]
    if any(
        begin in told for begin in ("ы записаны", "ou are booked", "сез язылдыгыз", "Перенёс ваш", "остаётся как было")
    ):
        assert stand
    if "Перенёс ваш" in told:
        assert decision.diary and decision.visits


@some
@given(nights())
def test_a_visit_is_dropped_only_by_who_may(night: Night):
    """What leaves the diary is hers: entries of others are touched only where their hold is over."""
    before, _, pages, _ = night
    hers = {"held", *(visit.id for visit in before.visits)}
    for change in decided(*night).diary:
        there = {entry.id: entry for entry in _page(pages, change).entries}
        for gone in change.remove:
            assert gone in hers or (gone in there and not there[gone].stands(NOW)) or gone not in there
