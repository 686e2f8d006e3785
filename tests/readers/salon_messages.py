"""Reads a file of labelled messages: a line is ``text => intent !reason key:value … hours @asked``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

NOW = datetime(2026, 11, 18, 23, 40, tzinfo=ZoneInfo("Europe/Samara"))
FIELDS = ("intent", "escalate", "name", "phone", "service", "date", "time_from", "time_to")
_HOURS = re.compile(r"(?:(\d\d:\d\d))?(-)?(?:(\d\d:\d\d))?")


@dataclass(frozen=True)
class Labelled:
    """A message, what was asked before it, and the fields of its reading; an intent that may be any is left out."""

    text: str
    asked: str | None
    expected: dict[str, Any]


def read(path: Path) -> Iterator[Labelled]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            text, _, label = line.partition(" => ")
            yield _labelled(text, label.split())


def _labelled(text: str, label: list[str]) -> Labelled:
    expected: dict[str, Any] = dict.fromkeys(FIELDS)
    asked = None
    for part in label:
        key, _, value = part.partition(":")
        if part.startswith("@"):
            asked = part[1:]
        elif part.startswith("!"):
            expected["escalate"] = part[1:]
        elif key in ("name", "phone", "service"):  # «_» stands for a space
            expected[key] = value.replace("_", " ") if key == "name" else value
        elif key == "date":
            expected["date"] = _date(value)
        elif part[0].isdigit() or part[0] == "-":
            hours = _HOURS.fullmatch(part)
            assert hours, part
            expected["time_from"], expected["time_to"] = _time(hours[1]), _time(hours[3])
        elif part.startswith("~"):
            del expected["intent"]
        else:
            expected["intent"] = part
    return Labelled(text, asked, expected)


def _date(said: str) -> date:
    if "-" in said:
        return date.fromisoformat(said)
    day, month, *year = map(int, said.split("."))
    return date(year[0] if year else NOW.year, month, day)


def _time(said: str | None) -> time | None:
    return time.fromisoformat(said) if said else None
