"""The embedded cloud: MiniStack in a process of its own, its state in one folder, a clean Python for Lambdas."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from infra.errors import Failed

ACCOUNT = "000000000000"
REGION = "us-east-1"
"""The one everybody tries first; MiniStack keeps regions apart."""
CREDENTIALS = ("test", "test")
"""Root of the embedded account; the Lambdas have their own roles' keys."""
LAMBDA_HAS = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")
"""What AWS's Python runtime brings along."""
START_SECONDS = 30.0
STOP_SECONDS = 15.0


@dataclass
class Cloud:
    """A running embedded cloud. ``stop`` saves its state and ends every process it has started."""

    endpoint: str
    folder: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        _end_group(self.process.pid)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)


def start(folder: Path, port: int, python: Path, unpacked: Mapping[str, Path] | None = None) -> Cloud:
    """Start the cloud whose state is in ``folder`` on 127.0.0.1:``port``; ``python`` runs the Lambdas.

    ``unpacked``: folders that look like unpacked zips, by the SHA-256 of the zip; a cold start is faster with them.

    Raises `Failed` when the port is taken or the cloud does not come up.
    """
    if problem := port_problem(port):
        raise Failed(problem)
    for part in ("state", "s3", "tmp", "code"):
        (folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)
    for digest, place in (unpacked or {}).items():
        shelve(folder / "code" / digest, place)
    folder.chmod(0o700)
    log = folder / "cloud.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", str(Path(__file__).with_name("cloud_process.py"))],
            env=environment(folder, port, python),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us first, and we stop it in order
        )
    cloud = Cloud(f"http://127.0.0.1:{port}", folder, process)
    try:
        _wait(cloud, log)
    except BaseException:
        cloud.stop()
        raise
    return cloud


def environment(folder: Path, port: int, python: Path) -> dict[str, str]:
    """Everything the cloud's process is told, and so all that can leak into a Lambda: nothing of the laptop's own."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{folder / 'no-docker'}",
        "LOG_LEVEL": "WARNING",
        "NOCHNIK_LAMBDA_PYTHON": str(python),
        "NOCHNIK_UNPACKED": str(folder / "code"),
    }


def lambda_python(folder: Path) -> Path:
    """An interpreter of this Python's version that can import what a Lambda on AWS can: boto3 and its needs.

    Made once in ``folder``; the packages are links to ours.
    """
    python = folder / "bin" / "python"
    wanted = {"python": sys.version, "from": sys.prefix, "packages": _versions()}
    stamp = folder / "made-of.json"
    if stamp.exists() and python.exists() and json.loads(stamp.read_text()) == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=False, symlinks=True)
    site = next(folder.glob("lib/python3.*/site-packages"))
    for name in LAMBDA_HAS:
        for origin in _top_level(name):
            (site / origin.name).symlink_to(origin)
    stamp.write_text(json.dumps(wanted))
    return python


def shelve(link: Path, unpacked: Path) -> None:
    """Let the cloud take a zip's contents from the folder ``unpacked``."""
    if link.is_symlink():
        link.unlink()
    if not link.exists():
        link.symlink_to(unpacked.resolve())


def port_problem(port: int) -> str | None:
    """Why nothing can listen on 127.0.0.1:``port``, in a sentence; None when it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return f"Port {port} is for the system's own services: choose one above 1023 with --port."
        except OSError:
            return f"Port {port} is taken, another program listens on it: choose another with --port."
    return None


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(cloud: Cloud, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if cloud.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{cloud.endpoint}/_ministack/health", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    lines = log.read_text(errors="replace").strip().splitlines()
    raise Failed(f"The embedded cloud did not start: {lines[-1] if lines else 'it said nothing'} (log: {log})")


def _end_group(leader: int) -> None:
    """Workers of Lambdas are the cloud's children, in its process group."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in LAMBDA_HAS}


def _top_level(distribution: str) -> list[Path]:
    """The packages and modules of an installed distribution, without its metadata."""
    found = metadata.distribution(distribution)
    tops = {file.parts[0] for file in found.files or ()}
    return [
        Path(str(found.locate_file(top)))
        for top in sorted(tops)
        if not top.startswith((".", "__pycache__")) and not top.endswith(".dist-info")
    ]
