"""What is wrong with a pack, said to the owner who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to correct. ``file`` is a name inside the pack, ``line`` counts from 1, ``sentence`` is Russian:
    what is wrong and what to do."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class BrokenPack(Exception):
    """The owner must act: these documents cannot be published. ``mistakes`` are in the order of reading."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))
