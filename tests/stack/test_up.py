"""`nochnik up` as a newcomer meets it: it comes up, tells where, continues, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from infra.cloud import CREDENTIALS, REGION, free_port

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "import sys; from infra.cli import main; sys.exit(main())", "up", "--json"]
READY_SECONDS = 120
GONE_SECONDS = 20

pytestmark = pytest.mark.usefixtures("package")


@contextmanager
def nochnik(state: Path, port: int, *more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*COMMAND, "--port", str(port), "--state", str(state), *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The line that is printed when everything is up."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    said: dict[str, Any] = json.loads(line)
    return said


def of(state: Path) -> list[str]:
    """Command lines of every process that works in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            said = (process / "cmdline").read_text().replace("\0", " ")
            if str(state) in f"{(process / 'cwd').readlink()} {said}" and int(process.name) != os.getpid():
                found.append(said)
    return found


def gone(state: Path) -> list[str]:
    """What is still there after a while."""
    until = time.monotonic() + GONE_SECONDS
    while of(state) and time.monotonic() < until:
        time.sleep(0.1)
    return of(state)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_tells_where_everything_is_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    with nochnik(tmp_path / "up", port) as process:
        said = ready(process)
        assert sorted(said) == ["aws_endpoint", "page", "secrets", "webhooks"]
        assert said["page"] == f"http://127.0.0.1:{port}"
        assert sorted(said["webhooks"]) == ["instagram", "telegram", "whatsapp"]
        assert sorted(said["secrets"]) == ["meta", "telegram"]
        assert requests.get(said["page"], timeout=10).status_code == 200
        health = requests.get(said["webhooks"]["telegram"].replace("hooks/telegram", "health"), timeout=30)
        assert health.json() == {"ok": True, "pack": 1}
        process.send_signal(number)
        assert process.wait(30) == 0
    assert gone(tmp_path / "up") == []


def test_a_second_start_continues_and_a_fresh_one_forgets(tmp_path: Path) -> None:
    port = free_port()
    first, rows = run_once(tmp_path / "up", port, note="kept")
    assert rows == ["kept"]
    second, rows = run_once(tmp_path / "up", port)
    assert (second, rows) == (first, ["kept"])
    third, rows = run_once(tmp_path / "up", port, "--fresh")
    assert rows == []
    assert third["secrets"] != first["secrets"]


def test_a_killed_command_takes_its_cloud_with_it(tmp_path: Path) -> None:
    with nochnik(tmp_path / "up", free_port()) as process:
        ready(process)
        assert of(tmp_path / "up") != []
        process.kill()
        process.wait(10)
    assert gone(tmp_path / "up") == []


def test_two_at_once_for_one_client_are_refused(tmp_path: Path) -> None:
    with nochnik(tmp_path / "up", free_port()) as process:
        ready(process)
        with nochnik(tmp_path / "up", free_port()) as other:
            _, said = other.communicate(timeout=30)
            assert (other.returncode, said) == (2, "nochnik: `nochnik up --client demo-salon` runs here already.\n")


def run_once(state: Path, port: int, *more: str, note: str = "") -> tuple[dict[str, Any], list[str]]:
    """Start, leave a row in the table if asked to, and stop; what was said and the notes found."""
    with nochnik(state, port, *more) as process:
        said = ready(process)
        session = boto3.session.Session(*CREDENTIALS, region_name=REGION)
        dynamodb = session.client("dynamodb", endpoint_url=said["aws_endpoint"])
        (table,) = dynamodb.list_tables()["TableNames"]
        if note:
            dynamodb.put_item(TableName=table, Item={"pk": {"S": "note"}, "sk": {"S": note}})
        found = dynamodb.query(
            TableName=table, KeyConditionExpression="pk = :note", ExpressionAttributeValues={":note": {"S": "note"}}
        )
        process.send_signal(signal.SIGINT)
        process.wait(30)
    return said, [row["sk"]["S"] for row in found["Items"]]
