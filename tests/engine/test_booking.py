"""Booking through the engine: two clients and one hour, turns that die, timers that ring twice or never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest

from chalicelib.desk.events import Event, Pressed, Said, conversation_id
from chalicelib.desk.values import Conversation, Visit
from tests.engine.world import Death, World, shipped

ANNA, VERA, NINA = "700000001", "700000002", "700000003"
TOLD = "Хочу на маникюр завтра в 17, меня зовут {}, +7900000000{}"
NAMES = {ANNA: "Анна", VERA: "Вера", NINA: "Нина"}
_numbers = count(1)


def booking_world(death: Death | None = None) -> World:
    world = World(death=death or Death())
    world.table.rules = shipped()
    return world


def says(who: str, text: str, world: World) -> Said:
    return Said(f"telegram:{next(_numbers)}", world.now, "telegram", who, text)


def presses(who: str, choice: str, world: World) -> Pressed:
    return Pressed(f"telegram:{next(_numbers)}", world.now, "telegram", who, choice, receipt="r")


def does(world: World, *events: Event) -> None:
    for event in events:
        assert world.deliver(event)
        world.settle()


def asks(world: World, who: str) -> None:
    does(world, says(who, TOLD.format(NAMES[who], who[-1]), world))


def agrees(world: World, who: str) -> None:
    does(world, presses(who, "consent:yes", world))


def of(world: World, who: str) -> Conversation:
    return world.table.conversations[conversation_id("telegram", who)]


def booked(world: World) -> list[tuple[str, str]]:
    """Names and hours of the visits that stand; each has its entry, and no two entries share a minute."""
    standing = [visit for visit in world.table.booked.values() if visit.state in ("booked", "confirmed")]
    for page in world.table.pages.values():
        taken = sorted((entry.start, entry.end) for entry in page.entries)
        assert all(one[1] <= other[0] for one, other in pairwise(taken))
    assert all(_entered(world, visit) for visit in standing)
    return sorted((visit.name, visit.slot.hour) for visit in standing)


def _entered(world: World, visit: Visit) -> bool:
    return all(world.table.pages[visit.slot.date, who].has(visit.id) for who in visit.slot.takes)


def test_of_two_who_want_one_hour_one_is_booked_and_the_other_is_offered_others():
    world = booking_world()
    for who in (ANNA, VERA):
        asks(world, who)
    for who in (VERA, ANNA):
        agrees(world, who)
    assert booked(world) == [("Анна", "2026-11-23T17:00")]
    assert "вы записаны" in world.messenger.texts(ANNA)[-1]
    assert "На это время свободного нет: 23.11.2026 17:00" in world.messenger.texts(VERA)[-1]
    assert [slot.hour for slot in of(world, VERA).times] == [
        "2026-11-23T15:00", "2026-11-23T15:30", "2026-11-23T18:30",
    ]  # fmt: skip


def test_who_chooses_a_time_that_was_taken_meanwhile_gets_others():
    world = booking_world()
    for who in (ANNA, VERA):
        does(world, says(who, f"меня зовут {NAMES[who]}, +7900000000{who[-1]}, на маникюр завтра", world))
        agrees(world, who)
    for who in (ANNA, VERA):
        does(world, presses(who, "slot:2026-11-23T15:00@anna", world))
    assert booked(world) == [("Анна", "2026-11-23T15:00")]
    assert world.messenger.texts(VERA)[-1].startswith("Это время только что заняли.")


def test_a_hold_that_is_over_goes_to_who_comes_first():
    world = booking_world()
    asks(world, ANNA)
    world.now += timedelta(minutes=6)
    asks(world, VERA)
    agrees(world, VERA)
    agrees(world, ANNA)
    assert booked(world) == [("Вера", "2026-11-23T17:00")]
    assert "Это время только что заняли." in world.messenger.texts(ANNA)[-1]


def test_a_hold_that_is_over_is_hers_when_nobody_came():
    world = booking_world()
    asks(world, ANNA)
    world.now += timedelta(hours=1)
    agrees(world, ANNA)
    assert booked(world) == [("Анна", "2026-11-23T17:00")]


@pytest.mark.parametrize("moment", range(1, 31))
def test_a_turn_that_dies_anywhere_books_once(moment: int):
    world = booking_world(Death(frozenset({moment, moment + 1})))
    asks(world, ANNA)
    agrees(world, ANNA)
    assert booked(world) == [("Анна", "2026-11-23T17:00")]
    (page,) = world.table.pages.values()
    assert len(page.entries) == 1
    assert len(set(world.queues.leads)) == 1


def test_a_visit_that_is_moved_leaves_its_hour_to_who_waits():
    world = booking_world()
    world.now = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    for who in (ANNA, VERA, NINA):
        does(world, says(who, TOLD.format(NAMES[who], who[-1]).replace("завтра", "25 ноября"), world))
        agrees(world, who)
    for who in (VERA, NINA):
        world.now += timedelta(minutes=1)
        does(world, presses(who, "slot:wait", world))
    does(world, says(ANNA, "перенесите на 12", world))
    assert "Освободилось время, которого вы ждали" in world.messenger.texts(VERA)[-1]
    does(world, says(VERA, "не надо", world))
    assert "Освободилось время, которого вы ждали" in world.messenger.texts(NINA)[-1]
    does(world, says(NINA, "беру", world))
    assert booked(world) == [("Анна", "2026-11-25T12:00"), ("Нина", "2026-11-25T17:00")]


def test_a_reminder_whose_timer_rings_again_is_said_once():
    world = booking_world()
    asks(world, ANNA)
    agrees(world, ANNA)
    before = len(world.messenger.texts(ANNA))
    token = min(
        (timer for timer in world.queues.timers.values() if timer.timer == "visit"), key=lambda one: one.at
    ).token
    timer = world.queues.timers[token]
    for _ in range(2):
        world.queues.timers[token] = timer
        world.ring(token)
    assert len(world.messenger.texts(ANNA)) - before <= 1


def test_a_withdrawn_consent_leaves_nothing_in_the_diary():
    world = booking_world()
    asks(world, ANNA)
    agrees(world, ANNA)
    does(world, says(ANNA, "отзываю согласие на обработку данных", world))
    assert booked(world) == []
    assert [page.entries for page in world.table.pages.values()] == [()]
    assert world.table.booked == {}


def test_nobody_moves_or_cancels_the_visit_of_another():
    world = booking_world()
    asks(world, ANNA)
    agrees(world, ANNA)
    (visit,) = world.table.booked
    does(world, says(VERA, "во сколько я записана?", world))
    for what in ("move", "cancel", "confirm"):
        does(world, presses(VERA, f"visit:{what}:{visit}", world))
    does(world, presses(VERA, "cancel:yes", world))
    assert booked(world) == [("Анна", "2026-11-23T17:00")]
    assert not any("17:00" in text or "Анна" in text for text in world.messenger.texts(VERA))
