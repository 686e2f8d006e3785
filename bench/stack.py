"""Latency and throughput on the embedded cloud: `nochnik up` in a copy of this project, and beside it a floor.

The floor is what no product of this shape can beat: API Gateway, a function that only queues, a FIFO queue, a function
that only makes one HTTP request. The far side is ours, so a reply is timed where it arrives. The embedded cloud works
on a FIFO queue one message at a time, so throughput is a ratio, not what AWS would do.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from bench.cpu import replies_of_script
from bench.evening import SCRIPT, update
from bench.far_side import FarSide
from infra import cloud as embedded
from infra.packs import load_pack

ROOT = Path(__file__).parents[1]
COPIED = ("app.py", "chalicelib", ".chalice", "infra", "sandbox", "clients", "requirements.txt", "pyproject.toml")
BUILDS = Path(".nochnik") / "build"
"""Packages that `nochnik up` keeps: the copy shares them, but not the state."""
READY_SECONDS = 300.0
STOP_SECONDS = 30.0
CLIENTS = 16
FLOOD = 60
WORKERS = 8
PAUSE = 0.1
"""Seconds between an answer and her next message: nobody writes in the same instant, while the turn is put away."""
FLOOR = "nochnik-bench-floor"
CLIENT = "demo-salon"
COMPLAINT = "вы испортили мне волосы, верните деньги"


@dataclass(frozen=True)
class Hook:
    """A webhook and the header that opens it. Its chats are numbered from ``first_chat``; ``replies`` says how many
    follow each message of the script."""

    url: str
    secret: str
    first_chat: int
    replies: list[int]

    def post(self, session: requests.Session, number: int, chat: int, text: str) -> float:
        """One message; the seconds until it was acknowledged."""
        body = update(number, chat, text, datetime.now(UTC))
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": self.secret,
            "X-Group": str(chat),
        }
        begun = time.perf_counter()
        answer = session.post(self.url, data=body, headers=headers, timeout=60)
        acknowledged = time.perf_counter() - begun
        if answer.status_code != 200:
            raise RuntimeError(f"the webhook answered {answer.status_code}: {answer.text[:200]}")
        return acknowledged


@dataclass(frozen=True)
class Figures:
    """Seconds to the acknowledgement and to the first reply of each message, messages a second under a flood."""

    acknowledged: list[float]
    replied: list[float]
    per_second: float


def report() -> list[str]:
    """The lines to print."""
    far = FarSide()
    try:
        with stack(far) as ready:
            ours = Hook(ready["webhooks"]["telegram"], ready["secrets"]["telegram"], 700_000_000, replies_of_script())
            floor = Hook(deploy_floor(ready["aws_endpoint"], far), "", 800_000_000, [1] * len(SCRIPT))
            our_figures, floor_figures = measure([ours, floor], far)
            paged = _pages(ours, far)
    finally:
        far.close()
    count = len(our_figures.replied)
    return [
        f"On the embedded cloud, {count} messages one by one, then {FLOOD} at once:      ours      floor   ratio",
        *_percentiles("webhook acknowledged", our_figures.acknowledged, floor_figures.acknowledged),
        *_percentiles("webhook to first reply", our_figures.replied, floor_figures.replied),
        _line("messages a second", our_figures.per_second, floor_figures.per_second),
        f"Complaints of {len(paged)} newcomers, beside our replies above:",
        *_percentiles("webhook to the first page of a colleague", paged, our_figures.replied),
    ]


def measure(hooks: Sequence[Hook], far: FarSide) -> list[Figures]:
    """Evenings that take turns between the hooks, then a flood of newcomers at each. One of both goes before and is
    not counted: it meets the cold starts."""
    session = requests.Session()
    spent: dict[str, list[tuple[float, float]]] = {hook.url: [] for hook in hooks}
    for number in range(CLIENTS + 1):
        for hook in hooks:
            evening = list(_evening(hook, far, session, hook.first_chat + number))
            spent[hook.url] += evening if number else []
    floods = {hook.url: [_flood(hook, far, hook.first_chat + start) for start in (10_000, 20_000)] for hook in hooks}
    return [
        Figures([one for one, _ in spent[hook.url]], [both for _, both in spent[hook.url]], floods[hook.url][-1])
        for hook in hooks
    ]


def _evening(hook: Hook, far: FarSide, session: requests.Session, chat: int) -> Iterator[tuple[float, float]]:
    said = 0
    for step, text in enumerate(SCRIPT):
        time.sleep(PAUSE)
        begun = time.perf_counter()
        acknowledged = hook.post(session, (chat % 10**6) * 100 + step, chat, text)
        if hook.replies[step]:
            yield acknowledged, far.wait(chat, said + 1) - begun
        said += hook.replies[step]
        far.wait(chat, said)


def _pages(hook: Hook, far: FarSide) -> list[float]:
    """Seconds from a complaint to the first page of whoever is on duty."""
    session, seconds = requests.Session(), []
    staff = {int(person.telegram) for person in load_pack(ROOT, CLIENT).business.staff if person.telegram}
    for chat in range(hook.first_chat + 30_000, hook.first_chat + 30_000 + CLIENTS):
        time.sleep(PAUSE)
        before, begun = far.count(staff), time.perf_counter()
        hook.post(session, (chat % 10**6) * 100, chat, COMPLAINT)
        seconds.append(far.wait_any(staff, before + 1) - begun)
        far.wait(chat, 1)
    return seconds


def _flood(hook: Hook, far: FarSide, first_chat: int) -> float:
    """So many newcomers at once; messages a second from the first post to the last reply."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(FLOOD):
        waiting.put(first_chat + number)

    def work() -> None:
        session = requests.Session()
        with contextlib.suppress(queue.Empty):
            while True:
                chat = waiting.get_nowait()
                hook.post(session, (chat % 10**6) * 100, chat, SCRIPT[0])

    begun = time.perf_counter()
    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    last = max(far.wait(first_chat + number, hook.replies[0], 300) for number in range(FLOOD))
    return FLOOD / (last - begun)


@contextlib.contextmanager
def stack(far: FarSide) -> Iterator[Any]:
    """`nochnik up --json` in a copy of the project, its Telegram at our far side; yields the line it prints."""
    with tempfile.TemporaryDirectory(prefix="nochnik-bench-") as place:
        copy = _copy(Path(place))
        command = [sys.executable, "-c", "from infra.cli import main; main()", "up", "--json", "--port"]
        process = subprocess.Popen(
            [*command, str(embedded.free_port())],
            cwd=copy,
            # Without the pause for further bubbles, which would only hide what is measured.
            env={**os.environ, "TELEGRAM_API_URL": far.url, "PYTHONPATH": str(copy), "PAUSE_SECONDS": "0"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield _ready(process)
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            process.kill()


def _copy(place: Path) -> Path:
    for part in COPIED:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / part, place / part)
    (ROOT / BUILDS).mkdir(parents=True, exist_ok=True)
    (place / BUILDS).parent.mkdir()
    (place / BUILDS).symlink_to(ROOT / BUILDS)
    return place


def _ready(process: subprocess.Popen[str]) -> Any:
    """The line that `up --json` prints when everything stands."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    until = time.monotonic() + READY_SECONDS
    while line := lines.get(timeout=max(until - time.monotonic(), 0.1)):
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if "webhooks" in found:
                return found
    raise RuntimeError("`nochnik up` ended before it was ready: run it by hand to see why")


def deploy_floor(endpoint: str, far: FarSide) -> str:
    """The floor beside our stack, by CloudFormation as ours; its webhook."""
    import boto3

    key, secret = embedded.CREDENTIALS
    session = boto3.session.Session(key, secret, region_name=embedded.REGION)
    formation = session.client("cloudformation", endpoint_url=endpoint)
    formation.create_stack(
        StackName=FLOOR,
        TemplateBody=(Path(__file__).with_name("floor.json")).read_text(),
        Parameters=[{"ParameterKey": "EchoUrl", "ParameterValue": f"{far.url}/echo"}],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    formation.get_waiter("stack_create_complete").wait(StackName=FLOOR, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    outputs = formation.describe_stacks(StackName=FLOOR)["Stacks"][0]["Outputs"]
    api = {output["OutputKey"]: output["OutputValue"] for output in outputs}["Api"]
    return f"{endpoint}/_aws/execute-api/{api}/api/hooks/telegram"


def _percentiles(what: str, ours: list[float], floor: list[float]) -> list[str]:
    def p99(values: list[float]) -> float:
        return statistics.quantiles(values, n=100)[98]

    lines: list[tuple[str, Callable[[list[float]], float]]] = [("p50", statistics.median), ("p99", p99)]
    return [_line(f"{what}, {name}, ms", of(ours) * 1000, of(floor) * 1000) for name, of in lines]


def _line(what: str, ours: float, floor: float) -> str:
    return f"  {what:<58} {ours:>10.1f} {floor:>10.1f} {ours / floor:>7.2f}"
