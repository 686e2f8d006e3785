"""Coming back to an earlier pack: the one before, or any other, and never further than was asked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from aws_wires import NIGHT, Wires, lost_answer

from chalicelib.aws.memory import DynamoMemory, Packs
from chalicelib.errors import Refused
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Rules


@lru_cache
def pack(high_value: int) -> Rules:
    rules = load(Path(__file__).parents[2] / "clients" / "demo-salon")
    return rules.model_copy(update={"sla": rules.sla.model_copy(update={"high_value": high_value})})


def published(memory: DynamoMemory, *high_values: int) -> DynamoMemory:
    for high_value in high_values:
        memory.publish(pack(high_value), NIGHT)
    return memory


def test_the_pack_before_is_in_force_again(memory: DynamoMemory) -> None:
    published(memory, 10, 20, 30)
    assert (memory.roll_back(), memory.current_pack(), memory.pack(2)) == (2, 2, pack(20))


def test_the_same_again_goes_no_further_back(memory: DynamoMemory) -> None:
    published(memory, 10, 20, 30)
    assert (memory.roll_back(), memory.roll_back(), memory.current_pack()) == (2, 2, 2)


def test_a_rollback_whose_answer_was_lost_goes_no_further_back(memory: DynamoMemory, wires: Wires) -> None:
    published(memory, 10, 20, 30)
    wires.next("UpdateItem", lost_answer)
    assert (memory.roll_back(), memory.current_pack()) == (2, 2)


def test_a_publication_whose_answer_was_lost_can_be_rolled_back(memory: DynamoMemory, wires: Wires) -> None:
    published(memory, 10)
    wires.next("UpdateItem", lost_answer)
    published(memory, 20)
    assert (memory.current_pack(), memory.roll_back()) == (2, 1)


def test_any_pack_can_be_named(memory: DynamoMemory) -> None:
    published(memory, 10, 20, 30)
    assert (memory.roll_back(1), memory.roll_back(), memory.current_pack()) == (1, 1, 1)


def test_what_is_published_next_comes_back_to_what_was_in_force_and_not_to_the_bad_one(memory: DynamoMemory) -> None:
    published(memory, 10, 20, 30).roll_back()
    published(memory, 40)
    assert (memory.current_pack(), memory.roll_back()) == (4, 2)


def test_a_pack_rolled_back_by_mistake_is_published_under_its_old_number(memory: DynamoMemory) -> None:
    published(memory, 10, 20).roll_back()
    assert (memory.publish(pack(20), NIGHT), memory.roll_back()) == (2, 1)


def test_before_the_first_pack_there_is_nothing(memory: DynamoMemory) -> None:
    published(memory, 10)
    with pytest.raises(Refused, match="there is no pack before this one"):
        memory.roll_back()
    assert memory.current_pack() == 1


def test_a_pack_that_was_never_published_is_refused(memory: DynamoMemory) -> None:
    published(memory, 10, 20)
    with pytest.raises(Refused, match="pack 7 is not published"):
        memory.roll_back(7)
    assert memory.current_pack() == 2


def test_a_rollback_keeps_the_wound_clock_of_a_laptop(memory: DynamoMemory, table: Any) -> None:
    current = {"pk": {"S": "stack"}, "sk": {"S": "current"}, "ahead_seconds": {"N": "60"}}
    table.put_item(TableName="nochnik", Item=current)
    published(memory, 10, 20).roll_back()
    assert memory.ahead().total_seconds() == 60


def test_all_packs_are_known_with_their_times(memory: DynamoMemory) -> None:
    published(memory, 10, 20)
    assert memory.packs() == Packs({1: NIGHT, 2: NIGHT}, current=2, before=1)


def test_before_anything_is_published_there_are_no_packs(memory: DynamoMemory) -> None:
    assert memory.packs() == Packs({}, current=0, before=0)
