"""What runs inside the embedded cloud's process: MiniStack, made to keep time, keep its state and keep Lambdas clean.

Started by `infra.cloud` with an empty environment; it stops when its standard input closes, so that it cannot outlive
its parent.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.metadata
import json
import os
import signal
import sys
import tempfile
import threading
import time
import types
import zipfile
from pathlib import Path
from typing import Any

VERSION = "1.5.33"
SNAPSHOT_SECONDS = 5.0
PRIVATE_NAMES = (
    ("ministack.services.scheduler", "_SCHEDULE_TICK_INTERVAL"),
    ("ministack.core.iam_actions", "extract_iam_action"),
    ("ministack.core.iam_actions", "extract_resource_arn"),
    ("ministack.core.iam_evaluator", "enforce"),
    ("ministack.core.lambda_runtime", "_detect_runtime_binary"),
    ("ministack.core.lambda_runtime", "zipfile"),
    ("ministack.core.lambda_runtime", "Worker._drain_stderr_bounded"),
    ("ministack.core.persistence", "save_all"),
    ("ministack.app", "_build_persistence_save_dict"),
    ("ministack.app", "main"),
)


def main() -> None:
    """Serve until SIGTERM or until the parent is gone; the state is saved on the way out."""
    missing = missing_names()
    if missing:
        sys.exit(missing)
    ring_every_second()
    drain_logs_quickly()
    run_lambdas_with(os.environ["NOCHNIK_LAMBDA_PYTHON"])
    unpack_once(Path(os.environ["NOCHNIK_UNPACKED"]))
    authorize_batches_as_singles()
    authorize_by_name()
    threading.Thread(target=snapshot_forever, daemon=True).start()
    threading.Thread(target=stop_with_parent, daemon=True).start()
    importlib.import_module("ministack.app").main()


def missing_names() -> str | None:
    """One sentence when the installed MiniStack is not the one these adjustments were written for."""
    found = importlib.metadata.version("ministack")
    gone = [f"{module}.{name}" for module, name in PRIVATE_NAMES if not _has(module, name)]
    if found == VERSION and not gone:
        return None
    return (
        f"The embedded cloud needs ministack {VERSION}, but {found} is installed"
        + (f" and lacks {', '.join(gone)}" if gone else "")
        + ": run `make clean` and then `make run`."
    )


def ring_every_second() -> None:
    """EventBridge Scheduler is looked at every second instead of every ten."""
    scheduler: Any = importlib.import_module("ministack.services.scheduler")
    scheduler._SCHEDULE_TICK_INTERVAL = 1


def drain_logs_quickly() -> None:
    """An invocation that logs nothing does not wait 50 ms for a first line."""
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    runtime.Worker._drain_stderr_bounded.__defaults__ = (0.004, 0.002, 0.25)


def run_lambdas_with(python: str) -> None:
    """Lambdas run on an interpreter that has boto3 and nothing else, as on AWS."""
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    original = runtime._detect_runtime_binary

    def detect(name: str) -> tuple[str, str]:
        binary, script = original(name)
        return (python if name.startswith("python") else binary), script

    runtime._detect_runtime_binary = detect


def unpack_once(shelf: Path) -> None:
    """A cold start takes its code from ``shelf``, by the hash of the zip, instead of writing thousands of files.

    As on AWS, where /var/task is ready before the function starts and cannot be written to.
    """
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")

    class Shelved(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            target = Path(path)
            if target.name != "code":
                return super().extractall(path, members, pwd)
            ready = shelf / hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
            if not ready.exists():
                ready.unlink(missing_ok=True)  # a link to a build that was thrown away
                scratch = Path(tempfile.mkdtemp(dir=shelf))
                super().extractall(scratch)
                with contextlib.suppress(OSError):  # another worker was faster
                    scratch.rename(ready)
            target.rmdir()
            target.symlink_to(ready)
            return None

    runtime.zipfile = types.SimpleNamespace(**{**vars(zipfile), "ZipFile": Shelved})


def authorize_batches_as_singles() -> None:
    """IAM has no sqs:SendMessageBatch: who may send may send ten. MiniStack would ask for it by that name."""
    actions: Any = importlib.import_module("ministack.core.iam_actions")
    extract = actions.extract_iam_action

    def extract_single(*asked: Any) -> str | None:
        action: str | None = extract(*asked)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    actions.extract_iam_action = extract_single


def authorize_by_name() -> None:
    """IAM is asked about what a request names, as on AWS, where MiniStack would ask about something else.

    Several names travel from the one function to the other as one text, a name a line.
    """
    actions: Any = importlib.import_module("ministack.core.iam_actions")
    evaluator: Any = importlib.import_module("ministack.core.iam_evaluator")
    extract, enforce = actions.extract_resource_arn, evaluator.enforce

    def extract_all(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
    ) -> str:
        named = [f"arn:aws:{service}:{region}:{account}:{rest}" for rest in resources(service, path, body)]
        return "\n".join(named) or str(extract(service, method, path, headers, body, query, region, account))

    def enforce_all(
        key: str, action: str, service: str, region: str, resource_arn: str = "*", service_context: Any = None
    ) -> Any:
        checks = (enforce(key, action, service, region, arn, service_context) for arn in resource_arn.split("\n"))
        return next((denied for denied in checks if denied), None)

    actions.extract_resource_arn, evaluator.enforce = extract_all, enforce_all


def resources(service: str, path: str, body: bytes) -> list[str]:
    """The last parts of the ARNs that a request of ssm:GetParameters or of a schedule is about; empty for others.

    MiniStack takes ``*`` for the first, and the group ``default`` for the second.
    """
    if service not in ("ssm", "scheduler"):
        return []
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return []
    if not isinstance(asked, dict):
        return []
    if service == "ssm":
        names = asked.get("Names")
        return [f"parameter/{str(name).lstrip('/')}" for name in names] if isinstance(names, list) else []
    _, _, schedule = path.partition("/schedules/")
    return [f"schedule/{asked['GroupName']}/{schedule}"] if schedule and "GroupName" in asked else []


def snapshot_forever() -> None:
    """Save the state now and then, so that a killed laptop loses seconds and not the evening."""
    app: Any = importlib.import_module("ministack.app")
    save_all = importlib.import_module("ministack.core.persistence").save_all
    while True:
        time.sleep(SNAPSHOT_SECONDS)
        save_all(app._build_persistence_save_dict())


def stop_with_parent() -> None:
    """The parent holds the other end of standard input and never writes to it."""
    while os.read(0, 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


def _has(module: str, name: str) -> bool:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is not None


if __name__ == "__main__":
    main()
