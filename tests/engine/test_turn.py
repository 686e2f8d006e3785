"""One turn: load, decide, save, perform, and what happens when the world does not play along."""

from dataclasses import replace
from itertools import combinations

import pytest

from chalicelib.desk.events import Event, Pressed, Said, conversation_of
from chalicelib.errors import Unavailable
from chalicelib.wire import Response
from tests.engine.world import NOW, Death, World, demo

HER = "700000001"
TOLD = "Хочу на маникюр завтра в 5, меня зовут Анна, +79000000001"


def writes(text: str, number: int = 1) -> Said:
    return Said(f"telegram:{number}", NOW, "telegram", HER, text)


def presses(choice: str, number: int = 2) -> Pressed:
    return Pressed(f"telegram:{number}", NOW, "telegram", HER, choice, receipt="r")


def a_whole_night() -> tuple[Event, ...]:
    """A message that tells everything, and the consent that makes it a lead."""
    return writes(TOLD), presses("consent:yes")


def conversation(world: World):
    return world.table.conversations[conversation_of(writes(""))]


def test_two_messages_make_a_lead():
    world = World()
    for event in a_whole_night():
        assert world.deliver(event)
    assert world.queues.leads == [conversation(world).lead]
    assert len(world.messenger.texts(HER)) == 2


def test_the_same_event_three_times_is_answered_once():
    world = World()
    for _ in range(3):
        world.deliver(writes("Здравствуйте"))
    assert len(world.messenger.texts(HER)) == 1


def test_a_turn_costs_two_requests_to_the_table_before_the_reply():
    world, calls = World(), []

    class Counted:
        def __getattr__(self, name):
            if name in ("load", "save", "done", "lead", "ahead"):
                calls.append(name)
            return getattr(world.table, name)

    office = replace(world.office(), memory=Counted(), send=lambda request: calls.append("reply") or Response(200, b'{"ok":true,"result":{}}'))  # fmt: skip # noqa: E501
    from chalicelib.engine import turn

    turn(writes("Здравствуйте"), office)
    assert calls == ["load", "save", "reply", "done"]


def nights():
    """Every single moment at which a Lambda can die in a whole night, and every pair of them."""
    world = World()
    for event in a_whole_night():
        world.deliver(event)
    moments = range(1, world.death.passed + 1)
    yield from ((moment,) for moment in moments)
    yield from combinations(moments, 2)


def test_a_turn_killed_at_any_moments_is_finished_once():
    plans = 0
    for plan in nights():
        world = World(death=Death(frozenset(plan)))
        for event in a_whole_night():
            assert world.deliver(event), plan
        texts = world.messenger.texts(HER)
        assert len(world.table.leads) == len(world.queues.leads) == 1, plan
        assert conversation(world).version == 2, plan
        assert sorted(set(texts)) == sorted(dict.fromkeys(texts)), plan
        assert len(set(texts)) == 2 and len(texts) <= 2 + len(plan), plan
        assert all(turn.finished for turn in world.table.turns.values()), plan
        plans += 1
    assert plans > 300


def test_a_reply_is_repeated_only_when_its_own_answer_was_lost():
    """Telegram has no key for a message, so a death between «sent» and «noted» may say it twice, and only that."""
    twice = 0
    for moment in range(1, 40):
        world = World(death=Death(frozenset({moment})))
        world.deliver(writes("Здравствуйте"))
        twice += len(world.messenger.texts(HER)) == 2
    assert twice == 2  # after the send itself, and before the note that follows it


def test_a_busy_provider_is_asked_again_when_it_said_and_nothing_is_decided_twice():
    world = World()
    world.messenger.refusals = [
        Response(429, b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}')
    ]
    assert world.deliver(writes("Здравствуйте"))
    assert world.queues.delays == [7]
    assert len(world.messenger.texts(HER)) == 1
    assert conversation(world).version == 1


def test_a_provider_that_is_down_is_tried_on_the_schedule_and_then_a_person_is_told():
    world = World()
    world.messenger.refusals = [Response(500, b"") for _ in range(7)]
    assert world.deliver(writes(TOLD))
    assert world.queues.delays == [1, 3, 10, 30, 120, 300]
    world.settle()
    duty = [text for text in world.messenger.texts() if text not in world.messenger.texts(HER)]
    assert len(duty) == 1


def test_a_client_who_blocked_us_is_an_event_for_the_desk():
    world = World()
    world.messenger.refusals = [
        Response(403, b'{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}')
    ]
    assert world.deliver(writes("Здравствуйте"))
    world.settle()
    assert not conversation(world).reachable
    assert world.queues.delays == []


def test_a_message_that_cannot_be_read_holds_up_nobody_else():
    from chalicelib.engine import converse
    from chalicelib.ports import Job
    from chalicelib.records import dump

    world = World()
    good = writes("Здравствуйте")
    jobs = [
        Job("{}", "h", "poison", "somebody"),
        Job(dump(good), "h", "good", conversation_of(good)),
        Job(dump(good), "h", "behind", "somebody"),
    ]
    assert converse(jobs, world.office()) == ["poison", "behind"]
    assert len(world.messenger.texts(HER)) == 1


def test_two_workers_at_once_answer_both_messages_once():
    """A second Lambda works on another message of the same client in the middle of the first."""
    world = World()
    first, second = writes("Здравствуйте", 1), writes("хочу на маникюр", 2)
    table, interrupted = world.table, []

    class Racing:
        def __getattr__(self, name):
            if name == "save" and not interrupted:
                interrupted.append(True)
                world.deliver(second)
            return getattr(table, name)

    from chalicelib.engine import turn

    turn(first, replace(world.office(), memory=Racing()))
    assert conversation(world).version == 2
    assert len(world.messenger.texts(HER)) == 2
    assert conversation(world).request.service == "manicure"


def test_silence_rings_the_colleague_on_duty_and_a_second_ring_does_nothing():
    world = World()
    world.deliver(writes("Хочу на маникюр завтра в 5"))
    token = conversation(world).silence
    assert token is not None
    timer = world.queues.timers[token]
    world.ring(token)
    world.queues.timers[token] = timer
    world.ring(token)
    assert len(world.messenger.texts()) - len(world.messenger.texts(HER)) == 1
    assert [due.timer for due in world.table.timers.values()] == ["alarm"]


def test_a_timer_that_never_rang_is_rung_by_the_watch():
    from datetime import timedelta

    from chalicelib.watch import watch

    world = World()
    world.deliver(writes("Хочу на маникюр завтра в 5"))
    office = world.office()
    minutes = demo().sla.silence.after_minutes
    world.now = NOW + timedelta(minutes=minutes + 1)
    assert watch(office) == 0  # a minute late is within the scheduler's precision
    world.now = NOW + timedelta(minutes=minutes + 3)
    assert watch(office) == 1
    world.settle()
    assert len(world.messenger.texts()) - len(world.messenger.texts(HER)) == 1
    assert watch(office) == 0


def test_a_table_that_is_down_brings_the_event_back():
    world = World()

    class Down:
        def __getattr__(self, name):
            raise Unavailable("throttled")

    from chalicelib.engine import converse
    from chalicelib.ports import Job
    from chalicelib.records import dump

    job = Job(dump(writes("Здравствуйте")), "h", "1", "g")
    assert converse([job], replace(world.office(), memory=Down())) == ["1"]
    assert world.queues.delays == [1]


@pytest.mark.parametrize("refusal", [Response(401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}')])
def test_a_reply_refused_for_good_goes_to_a_person(refusal: Response):
    world = World()
    world.messenger.refusals = [refusal]
    assert world.deliver(writes(TOLD))
    world.settle()
    assert len(world.messenger.texts()) == 1
