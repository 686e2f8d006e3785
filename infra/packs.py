"""A client's documents from its folder, or one sentence for the person at the keyboard. Light: no cloud is loaded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import Failed

if TYPE_CHECKING:
    from chalicelib.regulation.mistakes import BrokenPack
    from chalicelib.regulation.schema import Rules

DOCUMENTS = ("business.yaml", "RP-001.md", "RP-002.json", "SLA-001.yaml", "RT-001.yaml", "RM-001.yaml", "DP-001.md")


class Mistaken(Failed):
    """The documents of a folder have mistakes: ``lines``, each with a path that an editor can jump to."""

    def __init__(self, folder: Path, broken: BrokenPack) -> None:
        shown = _from_here(folder)
        self.lines = tuple(
            f"{shown if found.file == folder.name else shown / found.file}:{found.line}: {found.sentence}"
            for found in broken.mistakes
        )
        super().__init__("\n".join((f"{shown} has mistakes.", *self.lines)))


def load_pack(root: Path, client: str) -> Rules:
    """The documents in ``root``/clients/``client``. Raises `Failed` with every mistake."""
    folder = root / "clients" / client
    known = sorted(path.name for path in (root / "clients").glob("*") if path.is_dir() and path.name[0] != ".")
    if client not in known:
        raise Failed(f"There is no client {client}: no folder {folder}. Known: {', '.join(known) or 'none'}.")
    return load_folder(folder)


def load_named(root: Path, named: str) -> Rules:
    """The documents of a client, or those in a folder whose path is given. Raises `Failed` with every mistake."""
    is_path = os.sep in named or named in (os.curdir, os.pardir)
    return load_folder(Path(named).resolve()) if is_path else load_pack(root, named)


def load_folder(folder: Path) -> Rules:
    """The documents in a folder, wherever it is. Raises `Failed`: `Mistaken` with every mistake."""
    from chalicelib.regulation.load import BrokenPack, load

    if not folder.is_dir():
        raise Failed(f"There is no folder {folder}.")
    if not is_pack(folder):
        raise Failed(f"{_from_here(folder)} holds none of a client's documents: business.yaml, RP-001.md and so on.")
    try:
        return load(folder)
    except BrokenPack as broken:
        raise Mistaken(folder, broken) from broken


def is_pack(folder: Path) -> bool:
    """Whether a folder holds any document of a pack."""
    return any((folder / name).exists() for name in DOCUMENTS)


def _from_here(folder: Path) -> Path:
    whole, here = folder.resolve(), Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else whole
