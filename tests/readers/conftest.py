"""The demo salon's pack, and the local reader that has read it once."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.readers.phrases import Phrases
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Rules


@pytest.fixture(scope="session")
def salon() -> Rules:
    return load(Path(__file__).parents[2] / "clients" / "demo-salon")


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    return Phrases()
