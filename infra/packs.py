"""A client's documents from its folder, or one sentence for the person at the keyboard. Light: no cloud is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import Failed

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules


def load_pack(root: Path, client: str) -> Rules:
    """The documents in ``root``/clients/``client``. Raises `Failed` with every mistake."""
    folder = root / "clients" / client
    if not folder.is_dir():
        known = sorted(path.name for path in (root / "clients").glob("*") if path.is_dir())
        raise Failed(f"There is no client {client}: no folder {folder}. Known: {', '.join(known) or 'none'}.")
    return load_folder(folder)


def load_folder(folder: Path) -> Rules:
    """The documents in a folder, wherever it is. Raises `Failed` with every mistake."""
    from chalicelib.regulation.load import BrokenPack, load

    if not folder.is_dir():
        raise Failed(f"There is no folder {folder}.")
    try:
        return load(folder)
    except BrokenPack as broken:
        raise Failed(str(broken)) from broken
