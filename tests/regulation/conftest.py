"""A copy of a demo pack that a test may spoil in one place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chalicelib.regulation.load import BrokenPack, Mistake, load

CLIENTS = Path(__file__).parents[2] / "clients"


@dataclass(frozen=True)
class PackCopy:
    """``folder`` holds the seven documents; what was changed is found again by its text."""

    folder: Path

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not say {old!r} any more"
        (self.folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def edit(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change RP-002 as data; its lines stay where they are up to the change."""
        path = self.folder / "RP-002.json"
        dialogue = json.loads(path.read_text(encoding="utf-8"))
        change(dialogue)
        path.write_text(json.dumps(dialogue, ensure_ascii=False, indent=2), encoding="utf-8")

    def at(self, file: str, where: str, sentence: str) -> Mistake:
        """The mistake expected on the only line that is ``where``, or else on the only one that holds it."""
        lines = (self.folder / file).read_text(encoding="utf-8").split("\n")
        whole = [number for number, text in enumerate(lines, 1) if where == text]
        (line,) = whole or [number for number, text in enumerate(lines, 1) if where in text]
        return Mistake(file, line, sentence)

    def mistakes(self) -> list[Mistake]:
        """What `nochnik check` finds; nothing in a good pack."""
        try:
            load(self.folder)
        except BrokenPack as broken:
            return list(broken.mistakes)
        return []


def intent_of(dialogue: dict[str, Any], name: str) -> dict[str, Any]:
    """One intent of RP-002 as data."""
    found: dict[str, Any] = next(rule for rule in dialogue["intents"] if rule["name"] == name)
    return found


@pytest.fixture
def pack(tmp_path: Path) -> PackCopy:
    return _copy("demo-salon", tmp_path)


@pytest.fixture
def clinic(tmp_path: Path) -> PackCopy:
    return _copy("demo-clinic", tmp_path)


def _copy(client: str, folder: Path) -> PackCopy:
    return PackCopy(Path(shutil.copytree(CLIENTS / client, folder / client)))
