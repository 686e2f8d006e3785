"""Cold start: what our imports and clients cost, against a bare Chalice app with boto3 and the same clients.

Every run is a fresh interpreter; runs of all candidates take turns, so that a busy machine is busy for all of them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLIENTS = "('dynamodb', 'sqs', 'scheduler', 'ssm')"
FLOOR = "bare Chalice, boto3, the same clients"
CANDIDATES: Mapping[str, str] = {
    FLOOR: f"import chalice, boto3; app = chalice.Chalice('floor'); made = [boto3.client(one) for one in {CLIENTS}]",
    "import app": "import app",
    "import app, the same clients": f"import app; from chalicelib.aws import client; made = [*map(client, {CLIENTS})]",
    "ready to receive a webhook": "import app; from chalicelib import office, receive; office.webhook()",
    "ready to converse": "import app; from chalicelib import engine, office, queue; office.office()",
}
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "PYTHONPATH": str(ROOT),
}
TIMED = (
    "import time; wall, cpu = time.perf_counter(), time.process_time()\n"
    "{code}\n"
    "print(time.perf_counter() - wall, time.process_time() - cpu)"
)


@dataclass(frozen=True)
class Cost:
    """Medians in milliseconds, and the processor time as a multiple of the floor's."""

    what: str
    wall: float
    cpu: float
    ratio: float


def measure(runs: int = 9) -> list[Cost]:
    """Each candidate ``runs`` times, after one run that writes the .pyc files."""
    seen: dict[str, list[tuple[float, float]]] = {what: [] for what in CANDIDATES}
    for turn in range(runs + 1):
        for what, code in CANDIDATES.items():
            spent = _run(code)
            if turn:
                seen[what].append(spent)
    floor = _medians(seen[FLOOR])[1]
    return [Cost(what, *_medians(spent), ratio=_medians(spent)[1] / floor) for what, spent in seen.items()]


def report(runs: int = 9) -> list[str]:
    """The lines to print."""
    lines = [f"Cold start, a fresh interpreter, median of {runs}:   wall ms   CPU ms   CPU against the floor"]
    lines += [f"  {cost.what:<42} {cost.wall:>10.0f} {cost.cpu:>8.0f}   {cost.ratio:.2f}" for cost in measure(runs)]
    return lines


def _run(code: str) -> tuple[float, float]:
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", ""), **ENVIRONMENT}
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(code=code)], capture_output=True, text=True, env=environment, check=True
    )
    wall, cpu = map(float, done.stdout.split())
    return wall * 1000, cpu * 1000


def _medians(spent: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(wall for wall, _ in spent), statistics.median(cpu for _, cpu in spent)
