"""The diary of a busy business: ten masters, 2,000 visits in sixty days. How long a free time takes to find, how many
visits are booked a second, and beside it how it is usually done.

The baseline looks at every minute of every master's day against every visit of that day, reads each day of each master
by a request of its own, and books by looking first and writing then.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time as clock
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from bench.lone_table import TABLE, lone_table
from chalicelib.aws import rows
from chalicelib.aws.memory import DynamoMemory
from chalicelib.desk import free
from chalicelib.desk.diary import MINUTES, Diary, Page, minute
from chalicelib.desk.values import Conversation, Slot, Visit
from chalicelib.ports import Taken, Turn
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Business, Rules, Service

PACK = Path(__file__).parents[1] / "clients" / "demo-salon"
NIGHT = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HORIZON = 60
LAST = TODAY + timedelta(days=HORIZON - 1)
MASTERS = tuple(f"master{number}" for number in range(10))
VISITS = 2000
RUNS = 20
BOOKED = 100
WORKERS = 8


def report() -> list[str]:
    """The lines to print."""
    rules = _busy_pack()
    service = rules.business.services[0]
    diary, visits = _busy_diary(rules, service)
    free_slots = list(free.slots(rules, service, diary, TODAY, LAST, NIGHT))
    if [slot.id for slot in free_slots] != [slot.id for slot in _minute_by_minute(rules, service, diary)]:
        raise RuntimeError("the two searches do not find the same times")
    pure = _milliseconds(lambda: list(free.slots(rules, service, diary, TODAY, LAST, NIGHT)))
    first = _milliseconds(lambda: list(islice(free.slots(rules, service, diary, TODAY, LAST, NIGHT), 3)))
    scan = _milliseconds(lambda: list(_minute_by_minute(rules, service, diary)), 3)
    with tempfile.TemporaryDirectory() as folder, lone_table(Path(folder), WORKERS) as client:
        table = _table_lines(client, rules, service, diary, visits)
    return [
        f"The diary: {HORIZON} days, {len(MASTERS)} masters, {len(visits)} visits, {len(free_slots)} free times"
        "          ours   baseline   ratio",
        _line("every free time of the horizon, diary at hand, ms", pure, scan),
        f"  {'the first three of them, ms':<58} {first:>10.2f}",
        *table,
    ]


def _table_lines(client: Any, rules: Rules, service: Service, diary: Diary, visits: Sequence[Visit]) -> list[str]:
    """The same on a DynamoDB table of the embedded cloud, and bookings."""
    memory = DynamoMemory(client, TABLE, lambda: NIGHT)
    for page in diary.pages.values():
        client.put_item(TableName=TABLE, Item=_stored(page))
    for visit in visits:
        client.put_item(TableName=TABLE, Item=rows.visit_row(visit))
    sent: Counter[str] = Counter()
    client.meta.events.register("before-send.*.*", partial(_count, sent))
    asked, ours = _asked(sent, lambda: list(free.slots(rules, service, memory.diary(TODAY, LAST), TODAY, LAST, NIGHT)))
    week = TODAY + timedelta(days=6)
    of_week, near = _asked(
        sent, lambda: list(free.slots(rules, service, memory.diary(TODAY, week), TODAY, week, NIGHT))
    )
    one_by_one, theirs = _asked(
        sent, lambda: list(_minute_by_minute(rules, service, _page_by_page(client, TODAY, LAST))), 3
    )
    a_day, of_day = _asked(sent, lambda: memory.visits(TODAY, TODAY))
    booking, booked = _asked(sent, lambda: _book(memory, rules, service, BOOKED), 1)
    careless, written = _asked(sent, lambda: _book_without_conditions(client, rules, service, BOOKED), 1)
    return [
        _line("diary read and every free time found, ms", ours, theirs),
        _line("  requests", asked, one_by_one),
        f"  {'the same for a week, ms (requests)':<58} {near:>10.1f} ({of_week:.0f})",
        f"  {'the visits of a day, ms (requests)':<58} {of_day:>10.1f} ({a_day:.0f})",
        _line(f"visits booked a second, {WORKERS} clients at once", BOOKED * 1000 / booked, BOOKED * 1000 / written),
        _line("  requests a visit, refusals and looks included", booking / BOOKED, careless / BOOKED),
    ]


def _busy_pack() -> Rules:
    """The salon with ten masters who all do everything, every day but Sunday."""
    whole = load(PACK)
    staff = [{"id": name, "name": name.title(), "role": "мастер"} for name in MASTERS]
    service = {"id": "cut", "title": "Стрижка", "price": 1000, "minutes": 60, "buffer_minutes": 10, "masters": MASTERS}
    business = Business.model_validate({**whole.business.model_dump(), "staff": staff, "services": [service]})
    booking = whole.registry.booking
    if booking is None:
        raise RuntimeError("the salon books no visits")
    wanted = {"step_minutes": 30, "notice_minutes": 60, "horizon_days": HORIZON}
    registry = whole.registry.model_copy(update={"booking": booking.model_copy(update=wanted)})
    return whole.model_copy(update={"business": business, "registry": registry})


def _busy_diary(rules: Rules, service: Service) -> tuple[Diary, list[Visit]]:
    """2,000 visits at random hours, the same every time."""
    chance = random.Random(7)
    diary = Diary(TODAY, LAST)
    visits: list[Visit] = []
    pages: dict[tuple[date, str], Page] = {}
    while len(visits) < VISITS:
        day, master = TODAY + timedelta(days=chance.randrange(HORIZON)), chance.choice(MASTERS)
        found = free.slot_at(rules, service, diary, day, 600 + 30 * chance.randrange(20), NIGHT, masters=[master])
        for slot in found:
            visit = Visit(f"visit-{len(visits):05}-0123456789abcdef", slot, "Анна", "+79000000001", "c0ffee")
            (change,) = free.placed(slot, visit.id, diary, NIGHT)
            pages[day, master] = change.of(diary.page(master, day))
            diary = Diary(TODAY, LAST, pages)
            visits.append(visit)
    return diary, visits


def _stored(page: Page) -> dict[str, Any]:
    entries = {entry.id: rows.minutes(entry) for entry in page.entries}
    version = {"N": str(page.version)}
    return rows.page_key(page.who, page.date) | {"version": version, "entries": {"M": entries}}


def _book(memory: DynamoMemory, rules: Rules, service: Service, count: int) -> None:
    """Each client takes the time that she was offered; who was refused looks again."""
    diary = memory.diary(TODAY, LAST)
    slots = list(free.slots(rules, service, diary, TODAY, LAST, NIGHT))
    offers = list({(slot.date, slot.master): slot for slot in slots}.values())[:count]

    def books(number: int) -> None:
        her = f"booked-{number}"
        for slot in _until_booked(memory, rules, service, offers[number]):
            visit = Visit(her, slot, "Анна", "+79000000001", her)
            turn = Turn("e1", (), (), 1, diary=tuple(free.placed(slot, her, None, NIGHT)), visits=(visit,))
            with suppress(Taken):
                memory.save(0, Conversation(her, "telegram", "1", 1), turn, NIGHT, None)
                return

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(books, range(count)))


def _until_booked(memory: DynamoMemory, rules: Rules, service: Service, slot: Slot) -> Iterator[Slot]:
    """The offered time, then whatever is first from its day on."""
    while True:
        yield slot
        slot = next(free.slots(rules, service, memory.diary(slot.date, LAST), slot.date, LAST, NIGHT))


# ---------------------------------------------------------------- how it is usually done


def _minute_by_minute(rules: Rules, service: Service, diary: Diary) -> Iterator[Slot]:
    """The same times, found by asking every minute of a visit of every entry of the page."""
    booking = rules.registry.booking
    step = booking.step_minutes if booking else MINUTES
    for number in range(HORIZON):
        day = TODAY + timedelta(days=number)
        for master in service.masters:
            page = diary.page(master, day)
            spans = free.working(rules.business, [master], day)
            for start in range(0, MINUTES, step):
                end = start + service.minutes
                if not any(opens <= start and end <= closes for opens, closes in spans):
                    continue
                wanted = range(start, end + service.buffer_minutes)
                if all(not entry.start <= one < entry.end for one in wanted for entry in page.entries):
                    yield next(free.slot_at(rules, service, diary, day, start, NIGHT, masters=[master]))


def _page_by_page(client: Any, since: date, until: date) -> Diary:
    found: dict[tuple[date, str], Page] = {}
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        for master in MASTERS:
            row = client.get_item(TableName=TABLE, Key=rows.page_key(master, day), ConsistentRead=True).get("Item")
            if row:
                found[day, master] = rows.page(row)
    return Diary(since, until, found)


def _book_without_conditions(client: Any, rules: Rules, service: Service, count: int) -> None:
    """Look whether it is free, then write the visit: two requests, and nothing keeps two clients apart."""
    diary = _page_by_page(client, TODAY, TODAY)
    offers = list(free.slots(rules, service, diary, TODAY, LAST, NIGHT))[:count]

    def books(number: int) -> None:
        slot = offers[number % len(offers)]
        key = rows.page_key(slot.master, slot.date)
        row = client.get_item(TableName=TABLE, Key=key, ConsistentRead=True).get("Item")
        page = rows.page(row) if row else Page(slot.master, slot.date)
        page.taken(minute(slot.start), minute(slot.start) + slot.minutes, NIGHT)
        visit = Visit(f"careless-{number}", slot, "Анна", "+79000000001", "c0ffee")
        client.put_item(TableName=TABLE, Item=rows.visit_row(visit))

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(books, range(count)))


# ---------------------------------------------------------------- measuring


def _count(sent: Counter[str], event_name: str, **_: Any) -> None:
    sent[event_name.rsplit(".", 1)[1]] += 1


def _asked(sent: Counter[str], call: Callable[[], Any], runs: int = RUNS) -> tuple[float, float]:
    """Requests of one call, and its milliseconds."""
    sent.clear()
    spent = _milliseconds(call, runs)
    return sent.total() / runs, spent


def _milliseconds(call: Callable[[], Any], runs: int = RUNS) -> float:
    """The median."""
    seconds = []
    for _ in range(runs):
        begun = clock.perf_counter()
        call()
        seconds.append(clock.perf_counter() - begun)
    return statistics.median(seconds) * 1000


def _line(what: str, ours: float, baseline: float) -> str:
    return f"  {what:<58} {ours:>10.1f} {baseline:>10.1f} {ours / baseline:>7.2f}"
