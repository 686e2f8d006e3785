"""However a document is damaged, the owner gets sentences and never a traceback."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.regulation.load import BrokenPack, load

SALON = Path(__file__).parents[2] / "clients" / "demo-salon"
FILES = sorted(path.name for path in SALON.iterdir())
LINES = [(file, line) for file in FILES for line in range((SALON / file).read_text(encoding="utf-8").count("\n"))]
DIALOGUE: dict[str, Any] = json.loads((SALON / "RP-002.json").read_text(encoding="utf-8"))
ODD = (
    "",
    "null",
    "[]",
    "{}",
    "0",
    "true",
    "[[1]]",
    '{"a": null}',
    "9" * 30,
    "- - -",
    "'",
    '"',
    "&a [*a]",
    "\ufeff",
    "\x00",
)


def outcome(file: str, content: bytes) -> None:
    """Load the salon with one file replaced; anything but a success or `BrokenPack` fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(SALON, Path(folder) / "demo-salon"))
        (copy / file).write_bytes(content)
        try:
            load(copy)
        except BrokenPack as broken:
            assert all(mistake.line >= 1 and mistake.sentence for mistake in broken.mistakes)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(LINES))
def test_a_lost_line_never_gives_a_traceback(place: tuple[str, int]) -> None:
    file, line = place
    lines = (SALON / file).read_text(encoding="utf-8").split("\n")
    outcome(file, "\n".join(lines[:line] + lines[line + 1 :]).encode())


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(sorted(DIALOGUE)), st.sampled_from(ODD))
def test_an_odd_value_in_the_dialogue_never_gives_a_traceback(key: str, value: str) -> None:
    text = json.dumps({**DIALOGUE, key: "@"}).replace('"@"', value)
    outcome("RP-002.json", text.encode())


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(FILES), st.sampled_from(ODD), st.integers(0, 40))
def test_odd_text_in_a_line_never_gives_a_traceback(file: str, odd: str, line: int) -> None:
    lines = (SALON / file).read_text(encoding="utf-8").split("\n")
    place = line % len(lines)
    outcome(file, "\n".join([*lines[:place], lines[place].split(":")[0] + ": " + odd, *lines[place + 1 :]]).encode())


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(LINES), st.sampled_from(("[[]]", "{a: {}}", "@@", "")))
def test_a_wrong_value_never_gives_a_traceback(place: tuple[str, int], wrong: str) -> None:
    file, line = place
    lines = (SALON / file).read_text(encoding="utf-8").split("\n")
    name, colon, _ = lines[line].partition(": ")
    comma = "," if file.endswith(".json") else ""
    outcome(file, "\n".join([*lines[:line], f"{name}{colon}{wrong}{comma}", *lines[line + 1 :]]).encode())


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", "имя: да".encode("cp1251"), b"[" * 1000, b"---\n---\n"])
def test_a_file_of_noise_never_gives_a_traceback(file: str, content: bytes) -> None:
    outcome(file, content)
