"""Several bubbles within a few seconds are one turn, whatever dies in between."""

from __future__ import annotations

from datetime import timedelta

from chalicelib import records
from chalicelib.desk.events import Event, Pressed, Said, conversation_of
from chalicelib.engine import converse
from chalicelib.ports import Job
from tests.engine.world import NOW, Death, Killed, World

HER = "700000001"


def bubble(number: int, text: str) -> Said:
    return Said(f"telegram:{number}", NOW, "telegram", HER, text)


def jobs(world: World, *events: Event, ago: float = 60, tries: int = 1) -> list[Job]:
    """The events as one batch of the queue; the first came ``ago`` seconds before now, the others in its second."""
    return [
        Job(
            records.dump(event),
            f"handle-{n}",
            event.key,
            conversation_of(event),
            tries,
            world.now - timedelta(seconds=ago - n / 10),
        )
        for n, event in enumerate(events)
    ]


THREE = (bubble(1, "Здравствуйте"), bubble(2, "хочу на маникюр"), bubble(3, "завтра в 5"))


def test_three_bubbles_are_answered_once():
    world = World(pause=1)
    assert converse(jobs(world, *THREE), world.office()) == []
    assert len(world.messenger.texts(HER)) == 1
    (conversation,) = world.table.conversations.values()
    assert (conversation.version, conversation.request.service) == (1, "manicure")
    assert conversation.request.wish is not None and conversation.request.wish.date is not None


def test_a_young_message_waits_for_the_next_bubble():
    world = World(pause=1)
    young = jobs(world, bubble(1, "хочу записаться на маникюр завтра"), ago=0.1)
    assert converse(young, world.office()) == ["telegram:1"]
    assert world.queues.delays == [0.9]
    assert world.messenger.sent == []


def test_a_few_words_wait_twice_as_long():
    world = World(pause=1)
    converse(jobs(world, bubble(1, "Здравствуйте"), ago=0.5), world.office())
    assert world.queues.delays == [1.5]


def test_who_types_on_and_on_is_answered_all_the_same():
    world = World(pause=1)
    converse(jobs(world, *THREE, ago=4.1), world.office())
    assert len(world.messenger.texts(HER)) == 1


def test_a_button_is_answered_at_once():
    world = World(pause=1)
    pressed = Pressed("telegram:1", NOW, "telegram", HER, "consent:yes")
    assert converse(jobs(world, pressed, ago=0), world.office()) == []


def test_where_no_pause_is_set_each_message_is_answered_at_once():
    world = World()
    assert converse(jobs(world, bubble(1, "Здравствуйте"), ago=0), world.office()) == []


def test_a_button_between_two_texts_keeps_its_place():
    world = World(pause=1)
    pressed = Pressed("telegram:2", NOW, "telegram", HER, "consent:yes")
    converse(jobs(world, THREE[0], pressed, THREE[2]), world.office())
    assert [turn.event for turn in world.table.turns.values()] == ["telegram:1", "telegram:2", "telegram:3"]


def test_a_bubble_answered_by_an_earlier_try_is_not_said_again():
    world = World(pause=1)
    converse(jobs(world, THREE[0]), world.office())
    converse(jobs(world, *THREE, tries=2), world.office())
    assert len(world.messenger.texts(HER)) == 2
    assert [turn.event for turn in world.table.turns.values()] == ["telegram:1", "telegram:2", "telegram:3"]
    assert all(turn.finished for turn in world.table.turns.values())


def test_bubbles_killed_at_any_moment_are_answered_once():
    moments = World(pause=1)
    converse(jobs(moments, *THREE), moments.office())
    for moment in range(1, moments.death.passed + 1):
        world = World(pause=1, death=Death(frozenset({moment})))
        for tries in (1, 2, 3):
            try:
                if not converse(jobs(world, *THREE, tries=tries), world.office()):
                    break
            except Killed:
                continue
        assert len(set(world.messenger.texts(HER))) == 1, moment
        assert all(turn.finished for turn in world.table.turns.values()), moment
        (conversation,) = world.table.conversations.values()
        assert conversation.version == 1, moment


def test_another_client_does_not_wait_for_her():
    world = World(pause=1)
    other = Said("telegram:9", NOW, "telegram", "700000009", "сколько стоит маникюр у вас?")
    late = converse([*jobs(world, bubble(1, "Здравствуйте"), ago=0), *jobs(world, other)], world.office())
    assert late == ["telegram:1"]
    assert len(world.messenger.texts("700000009")) == 1


def test_of_ten_bubbles_five_are_one_turn():
    world = World(pause=1)
    assert converse(jobs(world, *(bubble(number, f"слово {number}") for number in range(10))), world.office()) == []
    assert [len(turn.joined) for turn in world.table.history] == [4, 4]
