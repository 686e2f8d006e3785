"""Packs in the client's table: published under numbers that never change their meaning."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from aws_wires import NIGHT, Clock, Killed, Wires, killed_after, lost_answer

from chalicelib.aws.memory import DynamoMemory
from chalicelib.errors import Refused
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Rules


@lru_cache(maxsize=1)
def rules() -> Rules:
    return load(Path(__file__).parents[2] / "clients" / "demo-salon")


def dearer() -> Rules:
    return rules().model_copy(update={"sla": rules().sla.model_copy(update={"high_value": 90_000})})


def test_before_the_first_pack_its_number_is_zero(memory: DynamoMemory) -> None:
    assert memory.current_pack() == 0


def test_a_pack_that_was_never_published_is_refused(memory: DynamoMemory) -> None:
    with pytest.raises(Refused, match="pack 1"):
        memory.pack(1)


def test_a_published_pack_is_read_back_whole(memory: DynamoMemory) -> None:
    number = memory.publish(rules(), NIGHT)
    assert (number, memory.current_pack(), memory.pack(number)) == (1, 1, rules())


def test_a_published_pack_is_what_the_next_turn_uses(memory: DynamoMemory) -> None:
    memory.publish(rules(), NIGHT)
    assert memory.load("c0ffee", "telegram:1").pack == 1


def test_a_changed_pack_gets_the_next_number_and_the_old_one_stays(memory: DynamoMemory) -> None:
    memory.publish(rules(), NIGHT)
    assert memory.publish(dearer(), NIGHT) == 2
    assert (memory.current_pack(), memory.pack(1), memory.pack(2)) == (2, rules(), dearer())


def test_publishing_the_same_pack_again_writes_nothing(memory: DynamoMemory, wires: Wires) -> None:
    memory.publish(rules(), NIGHT)
    wires.sent.clear()
    assert memory.publish(rules(), NIGHT) == 1
    assert set(wires.sent) == {"GetItem"}


def test_publishing_keeps_the_wound_clock_of_a_laptop(memory: DynamoMemory, table: Any) -> None:
    current = {"pk": {"S": "stack"}, "sk": {"S": "current"}, "ahead_seconds": {"N": "60"}}
    table.put_item(TableName="nochnik", Item=current)
    memory.publish(rules(), NIGHT)
    assert memory.ahead().total_seconds() == 60


def test_a_publication_that_died_half_way_is_taken_up(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("PutItem", killed_after)
    with pytest.raises(Killed):
        memory.publish(rules(), NIGHT)
    assert (memory.current_pack(), memory.publish(rules(), NIGHT), memory.current_pack()) == (0, 1, 1)


def test_a_half_published_pack_is_not_overwritten_by_another(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("PutItem", killed_after)
    with pytest.raises(Killed):
        memory.publish(rules(), NIGHT)
    assert (memory.publish(dearer(), NIGHT), memory.pack(1), memory.pack(2)) == (2, rules(), dearer())


def test_a_publication_whose_answer_was_lost_takes_no_second_number(memory: DynamoMemory, wires: Wires) -> None:
    wires.next("PutItem", lost_answer)
    assert memory.publish(rules(), NIGHT) == 1


def test_a_pack_is_read_once_in_a_process(memory: DynamoMemory, wires: Wires, table: Any, clock: Clock) -> None:
    memory.publish(rules(), NIGHT)
    elsewhere = DynamoMemory(table, "nochnik", clock)
    wires.sent.clear()
    assert elsewhere.pack(1) is elsewhere.pack(1)
    assert wires.sent == ["GetItem"]
