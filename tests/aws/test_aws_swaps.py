"""What colleagues agreed about the rota stands with the number of the pack: read with every turn, kept by all else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from aws_wires import NIGHT, Wires, lost_answer

from chalicelib.aws.memory import DynamoMemory
from chalicelib.desk.agreed import UNCHANGED, Swap, Swaps, Withdrawn
from chalicelib.desk.values import Conversation
from chalicelib.ports import Changed, Turn
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Rules

FRIDAY = date(2026, 11, 27)
SWAP = Swap(FRIDAY, time(21), "marina", "svetlana", ("olga",))
OTHER = Swap(FRIDAY, time(9), "anna")
BACK = Withdrawn("anna", NIGHT)
HER = "telegram:1"


@lru_cache
def rules(high_value: int = 10) -> Rules:
    found = load(Path(__file__).parents[2] / "clients" / "demo-salon")
    return found.model_copy(update={"sla": found.sla.model_copy(update={"high_value": high_value})})


def turn(event: str, swaps: Swaps | None) -> Turn:
    return Turn(event, (), (), 1, swaps=swaps)


def saved(memory: DynamoMemory, event: str, swaps: Swaps | None, before: int = 0) -> None:
    memory.save(before, Conversation(HER, "telegram", "1", version=before + 1), turn(event, swaps), NIGHT, None)


def test_before_anybody_swapped_the_rota_is_the_packs(memory: DynamoMemory) -> None:
    assert (memory.load(HER, "e").swaps, memory.swaps()) == (UNCHANGED, UNCHANGED)


def test_a_swap_is_written_with_its_turn_and_read_with_the_next(memory: DynamoMemory, wires: Wires) -> None:
    saved(memory, "e", UNCHANGED.after(SWAP, FRIDAY).after(BACK, FRIDAY))
    wires.sent.clear()
    assert memory.load(HER, "f").swaps == Swaps(1, (SWAP,), (BACK,))
    assert wires.sent == ["BatchGetItem"]


def test_a_turn_is_kept_without_the_swaps_it_wrote(memory: DynamoMemory) -> None:
    saved(memory, "e", UNCHANGED.after(SWAP, FRIDAY))
    assert memory.load(HER, "e").turn == turn("e", None)


def test_of_two_who_saw_the_same_rota_the_second_decides_anew(memory: DynamoMemory) -> None:
    saved(memory, "e", UNCHANGED.after(SWAP, FRIDAY))
    with pytest.raises(Changed):
        saved(memory, "f", UNCHANGED.after(OTHER, FRIDAY), before=1)
    assert memory.load(HER, "f").turn is None
    saved(memory, "f", memory.swaps().after(OTHER, FRIDAY), before=1)
    assert memory.swaps() == Swaps(2, (SWAP, OTHER))


def test_a_turn_whose_answer_was_lost_has_swapped_once(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("TransactWriteItems", lost_answer)
    saved(memory, "e", UNCHANGED.after(SWAP, FRIDAY))
    assert memory.swaps() == Swaps(1, (SWAP,))


def test_a_turn_that_does_not_hold_swaps_nothing(memory: DynamoMemory) -> None:
    saved(memory, "e", None)
    with pytest.raises(Changed):
        saved(memory, "f", UNCHANGED.after(SWAP, FRIDAY))  # of the version before
    assert memory.swaps() == UNCHANGED


def test_outside_of_a_turn_the_same_again_changes_nothing(memory: DynamoMemory) -> None:
    once = UNCHANGED.after(SWAP, FRIDAY)
    memory.swap(once)
    memory.swap(once)
    assert memory.swaps() == Swaps(1, (SWAP,))


def test_outside_of_a_turn_as_well_the_second_of_two_is_told(memory: DynamoMemory) -> None:
    memory.swap(UNCHANGED.after(SWAP, FRIDAY))
    with pytest.raises(Changed):
        memory.swap(UNCHANGED.after(OTHER, FRIDAY))
    assert memory.swaps() == Swaps(1, (SWAP,))


def test_a_swap_whose_answer_was_lost_is_written_once(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("UpdateItem", lost_answer)
    memory.swap(UNCHANGED.after(SWAP, FRIDAY))
    assert memory.swaps() == Swaps(1, (SWAP,))


def test_publishing_and_coming_back_lose_no_swap(memory: DynamoMemory) -> None:
    memory.publish(rules(), NIGHT)
    memory.swap(UNCHANGED.after(SWAP, FRIDAY))
    memory.publish(rules(20), NIGHT)
    memory.roll_back()
    assert (memory.current_pack(), memory.swaps()) == (1, Swaps(1, (SWAP,)))


def test_a_swap_leaves_the_pack_and_a_laptops_wound_clock_as_they_are(memory: DynamoMemory, table: Any) -> None:
    current = {"pk": {"S": "stack"}, "sk": {"S": "current"}, "ahead_seconds": {"N": "60"}}
    table.put_item(TableName="nochnik", Item=current)
    memory.publish(rules(), NIGHT)
    memory.swap(UNCHANGED.after(SWAP, FRIDAY))
    loaded = memory.load(HER, "e")
    assert (loaded.pack, loaded.ahead.total_seconds(), loaded.swaps) == (1, 60, Swaps(1, (SWAP,)))


def test_what_is_read_back_can_be_changed_on(memory: DynamoMemory) -> None:
    memory.swap(UNCHANGED.after(SWAP, FRIDAY))
    memory.swap(memory.swaps().after(replace(SWAP, duty="svetlana", reserve=None), FRIDAY))
    assert memory.swaps() == Swaps(2, (Swap(FRIDAY, time(21), "svetlana", None, ("olga",)),))
