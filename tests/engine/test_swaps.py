"""A swap holds from the very next turn on, whatever pack is published, and costs no request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from chalicelib.desk.agreed import UNCHANGED, Swap
from chalicelib.desk.duty import on_duty
from chalicelib.desk.events import Said
from chalicelib.desk.values import Conversation
from chalicelib.ports import Changed, Turn
from tests.engine.world import NOW, World, demo

HER = "700000001"
TONIGHT = date(2026, 11, 22)
TO_OLGA = Swap(TONIGHT, time(21), "olga", "svetlana")


def complaint(number: int) -> Said:
    return Said(f"telegram:{number}", NOW, "telegram", HER, "Вы испортили мне волосы, верните деньги")


def woken(world: World) -> list[str]:
    """Names of the colleagues who were written to, in order."""
    names = {person.telegram: person.name for person in demo().business.staff}
    chats = [str(request.json["chat_id"]) for request in world.messenger.sent if request.url.endswith("/sendMessage")]
    return [names[chat] for chat in chats if chat in names]


def test_whoever_took_the_shift_is_woken_from_the_next_turn_on():
    world = World()
    world.deliver(complaint(1))
    assert woken(world) == ["Марина"] == [on_duty(demo(), NOW)[0].name]
    world.messenger.sent.clear()
    world.table.swap(UNCHANGED.after(TO_OLGA, TONIGHT))
    world.deliver(replace(complaint(2), address="700000002"))
    assert woken(world) == ["Ольга"]


def test_the_reader_gets_the_pack_as_it_is_kept_however_many_swaps_there_are():
    world, read = World(), []

    class Kept:
        name = "phrases"

        def read(self, text, asked, rules, now):
            read.append(rules is world.table.rules)
            return world.office().local.read(text, asked, rules, now)

    from chalicelib.engine import turn

    world.table.swap(UNCHANGED.after(TO_OLGA, TONIGHT))
    turn(complaint(1), replace(world.office(), local=Kept()))
    assert read == [True]


def test_the_table_on_the_table_refuses_a_swap_as_the_real_one_does():
    table = World().table
    seen = table.swaps()
    first, second = seen.after(TO_OLGA, TONIGHT), seen.after(replace(TO_OLGA, duty="anna"), TONIGHT)
    table.save(0, Conversation("a", "telegram", "1", version=1), Turn("e", (), (), 1, swaps=first), NOW, None)
    with pytest.raises(Changed):
        table.save(0, Conversation("b", "telegram", "2", version=1), Turn("f", (), (), 1, swaps=second), NOW, None)
    with pytest.raises(Changed):
        table.swap(second)
    table.swap(first)
    assert (table.swaps().agreed, table.swaps().version, set(table.conversations)) == ((TO_OLGA,), 1, {"a"})
