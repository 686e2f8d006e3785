"""Fixtures of the sandbox's tests: a far side on its own folder, and payload files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from far_fakes import Far


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Far]:
    side = Far(tmp_path)
    yield side
    side.box.close()


@pytest.fixture
def payload() -> Callable[[str], Any]:
    def read(name: str) -> Any:
        return json.loads((Path(__file__).parent / "payloads" / f"{name}.json").read_text())

    return read
