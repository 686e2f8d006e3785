"""How well and how fast messages are read: figures on messages the reader has never seen, and two libraries beside it.

The libraries are asked for days and hours only, and judged mildly: a library knows no open ends and no parts of a day,
so its first find is right when the day agrees, if one is meant, and the hour at which the time begins (or ends). All
of them get what was typed in Latin letters in Russian ones.
"""

from __future__ import annotations

import importlib
import statistics
import subprocess
import sys
import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from bench.imports import ENVIRONMENT
from chalicelib.readers import language
from chalicelib.readers.phrases import Phrases
from chalicelib.readers.russian import dates
from chalicelib.readers.russian.words import normalise
from chalicelib.regulation.load import load
from chalicelib.regulation.schema import Rules
from infra import evaluate
from infra.labelled import Message

ROOT = Path(__file__).parents[1]
UNSEEN = ROOT / "corpus" / "test.txt"
UNSEEN_EVERYDAY = ROOT / "corpus" / "test2.txt"
"""Labelled with intents, reasons and services only."""
TUNED_ON = ROOT / "corpus" / "dev.txt"
CLIENT, NIGHT = "demo-salon", datetime.fromisoformat("2026-11-18T23:40:00+04:00")
THRESHOLD = 0.6
MOVED = ("reschedule", "running_late")
LOADED = f"""
import time
from datetime import datetime
from pathlib import Path
from chalicelib.regulation.load import load
rules = load(Path("clients/{CLIENT}"))
now = datetime.fromisoformat("{NIGHT.isoformat()}")
begun = time.process_time()
from chalicelib.desk import values
of_desk = time.process_time()
from chalicelib.readers.phrases import Phrases
reader = Phrases()
imported = time.process_time()
reader.read("запишите Марину на маникюр завтра в 5", None, rules, now)
print(of_desk - begun, imported - of_desk, time.process_time() - imported)
"""

Found = tuple[date | None, time | None]
"""What a library made of a message: a day, and an hour if it knows that one was said."""


@dataclass(frozen=True)
class Finder:
    """Somebody who finds days and hours. ``find`` gives whether what it finds in a message is right."""

    name: str
    find: Callable[[str, Message, datetime], bool]


@dataclass(frozen=True)
class Figures:
    """How many of the messages a finder gets right, and its processor milliseconds for one: median and 99th of 100."""

    name: str
    right: int
    of: int
    median: float
    p99: float


def report() -> list[str]:
    """The lines to print."""
    batches = _batches(UNSEEN)
    reader = Phrases()
    evaluate.evaluate(_batches(TUNED_ON), reader, THRESHOLD)  # rules are compiled when a text first needs them
    evaluation = evaluate.evaluate(batches, reader, THRESHOLD, clock.process_time)
    spent = _percentiles(evaluation.seconds)
    of_desk, imported, first = _loading()
    return [
        f"The local reader on {len(evaluation.reads)} messages it has never seen ({UNSEEN.relative_to(ROOT)}):",
        *(f"  {line}" for line in evaluation.score.lines()),
        f"  a message takes, ms                  median {spent[0]:.2f}, p99 {spent[1]:.2f} (processor time)",
        f"  import, then the first message, ms   {imported:.0f}, {first:.0f} (processor time, a fresh interpreter;"
        f" the desk's values, which every turn imports, {of_desk:.0f} more)",
        *_everyday(reader),
        *_beside(batches),
    ]


def _everyday(reader: Phrases) -> list[str]:
    evaluation = evaluate.evaluate(_batches(UNSEEN_EVERYDAY), reader, THRESHOLD)
    score = evaluation.score
    return [
        f"On {len(evaluation.reads)} everyday messages it has never seen either ({UNSEEN_EVERYDAY.relative_to(ROOT)}):",
        f"  intent                     {score.intent}",
        f"  escalation: recall         {score.recall}",
        f"  escalation: false alarms   {score.false_alarms}",
        f"  service                    {score.service}",
    ]


def _batches(file: Path) -> list[evaluate.Batch]:
    return evaluate.from_files([file], CLIENT, NIGHT, _pack, whole=True)


def _pack(client: str) -> Rules:
    return load(ROOT / "clients" / client)


def _loading(runs: int = 5) -> tuple[float, ...]:
    """Milliseconds of importing the desk's values, of importing the reader, and of the first message, which compiles
    rules and prepares the pack; each the best of some."""
    seen = []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", LOADED], capture_output=True, text=True, env=ENVIRONMENT, check=True, cwd=ROOT
        )
        seen.append(tuple(float(value) * 1000 for value in done.stdout.split()))
    return tuple(map(min, zip(*seen, strict=True)))


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 99th of 100, in milliseconds."""
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=100)[98] * 1000


# ---------------------------------------------------------------- beside the libraries


def _beside(batches: Sequence[evaluate.Batch]) -> list[str]:
    told = [
        (normalise(language.written(message.text).text), message, batch.now)
        for batch in batches
        for message in batch.messages
        if any(message.expected.get(field) for field in ("date", "time_from", "time_to"))
    ]
    finders = [Finder("ours, whole", _ours), *(_library(name) for name in ("hors", "dateparser"))]
    ours, *others = (_judged(finder, told) for finder in finders)
    lines = [
        f"Days and hours of the {len(told)} messages that tell one:      right   median ms   p99 ms   against ours"
    ]
    for one in (ours, *others):
        times = f"{one.median / ours.median:.1f}x, {one.p99 / ours.p99:.1f}x"
        lines.append(f"  {one.name:<46} {one.right / one.of:>8.3f} {one.median:>11.2f} {one.p99:>8.2f}   {times}")
    return lines


def _judged(finder: Finder, told: Sequence[tuple[str, Message, datetime]]) -> Figures:
    """Every message once, after a round that warms it."""
    seconds, right = [], 0
    for text, message, now in told[:50]:
        finder.find(text, message, now)
    for text, message, now in told:
        begun = clock.process_time()
        right += finder.find(text, message, now)
        seconds.append(clock.process_time() - begun)
    return Figures(finder.name, right, len(told), *_percentiles(seconds))


def _ours(text: str, message: Message, now: datetime) -> bool:
    intent, expected = message.intent, message.expected
    when = dates.heard(text, now, bare=message.asked == "time").when(moved=intent in MOVED, off=intent == "cancel")
    return when == dates.When(expected["date"], expected["time_from"], expected["time_to"])


def _library(name: str) -> Finder:
    module = importlib.import_module(name)
    look = {"hors": _hors, "dateparser": _dateparser}[name]

    def find(text: str, message: Message, now: datetime) -> bool:
        try:
            found = look(text, now.replace(tzinfo=None))
        except Exception:  # noqa: BLE001  hors fails at a phone number: it has found nothing then
            found = (None, None)
        return _agrees(found, message)

    return Finder(f"{name} {getattr(module, 'VERSION', None) or module.__version__}", find)


def _agrees(found: Found, message: Message) -> bool:
    day, hour = found
    expected = message.expected
    begins = expected["time_from"] or expected["time_to"]
    return expected["date"] in (None, day) and begins in (None, hour)


def _hors(text: str, now: datetime) -> Found:
    said = importlib.import_module("hors").process_phrase(text, now).dates
    if not said:
        return None, None
    return said[0].date_from.date(), said[0].date_from.time() if said[0].has_time else None


def _dateparser(text: str, now: datetime) -> Found:
    """It does not tell whether an hour was said, so every find has one."""
    settings: dict[str, Any] = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future"}
    said = importlib.import_module("dateparser.search").search_dates(text, languages=["ru"], settings=settings)
    return (said[0][1].date(), said[0][1].time()) if said else (None, None)
