"""The circuit breaker before the model."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from chalicelib.errors import Unavailable
from chalicelib.readers.breaker import Breaker


@dataclass
class Seconds:
    """A clock that stands still until it is moved."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Model:
    """Answers, or is down; counts how often it was asked."""

    down: bool = True
    asked: int = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.down:
            raise Unavailable("down")
        return "answer"


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def breaker(seconds: Seconds) -> Breaker:
    return Breaker(seconds, failures=3, seconds=60)


def fail(breaker: Breaker, model: Model, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Unavailable):
            breaker.through(model)


def test_an_answer_goes_through(breaker: Breaker) -> None:
    assert breaker.through(Model(down=False)) == "answer"


def test_after_three_failures_in_a_row_nobody_is_asked(breaker: Breaker) -> None:
    model = Model()
    fail(breaker, model, 5)
    assert model.asked == 3


def test_failures_that_are_not_in_a_row_do_not_count_together(breaker: Breaker) -> None:
    model = Model()
    fail(breaker, model, 2)
    breaker.through(Model(down=False))
    fail(breaker, model, 2)
    assert not breaker.open


def test_after_a_minute_one_try_goes_through(breaker: Breaker, seconds: Seconds) -> None:
    model = Model()
    fail(breaker, model, 3)
    seconds.at = 59.9
    fail(breaker, model, 1)
    seconds.at = 60.0
    fail(breaker, model, 4)
    assert model.asked == 4


def test_a_try_that_succeeds_closes_it(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker, Model(), 3)
    seconds.at = 60.0
    well = Model(down=False)
    assert [breaker.through(well) for _ in range(3)] == ["answer"] * 3


def test_while_the_one_try_is_under_way_others_are_refused(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker, Model(), 3)
    seconds.at = 60.0
    other = Model(down=False)

    def meanwhile() -> str:
        fail(breaker, other, 1)
        return "answer"

    assert breaker.through(meanwhile) == "answer"
    assert other.asked == 0


def test_a_try_that_dies_of_something_else_leaves_it_open(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker, Model(), 3)
    seconds.at = 60.0

    def killed() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        breaker.through(killed)
    assert breaker.open
