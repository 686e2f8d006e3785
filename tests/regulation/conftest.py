"""A copy of the demo salon's pack that a test may spoil in one place."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.regulation.load import BrokenPack, Mistake, load

SALON = Path(__file__).parents[2] / "clients" / "demo-salon"


@dataclass(frozen=True)
class PackCopy:
    """``folder`` holds the seven documents; what was changed is found again by its text."""

    folder: Path

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not say {old!r} any more"
        (self.folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def at(self, file: str, where: str, sentence: str) -> Mistake:
        """The mistake expected on the only line that holds ``where``."""
        lines = (self.folder / file).read_text(encoding="utf-8").split("\n")
        (line,) = [number for number, text in enumerate(lines, 1) if where in text]
        return Mistake(file, line, sentence)

    def mistakes(self) -> list[Mistake]:
        with pytest.raises(BrokenPack) as broken:
            load(self.folder)
        return list(broken.value.mistakes)


@pytest.fixture
def pack(tmp_path: Path) -> PackCopy:
    return PackCopy(Path(shutil.copytree(SALON, tmp_path / "demo-salon")))
