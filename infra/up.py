"""``nochnik up``: the whole stack on this machine, the same road as to AWS with the embedded cloud at its end."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

from chalicelib.pagers import zvonok
from chalicelib.wire import over_http
from infra import cloud as embedded
from infra.apply import Place, Site, apply, code_key, look
from infra.deployment import Order, for_laptop
from infra.errors import Failed
from infra.formation import Say
from infra.package import Package, build
from infra.packs import load_pack
from infra.steps import Wanted, plan

SECRETS_SHOWN = {
    "telegram": ("telegram/secret",),
    "meta": ("instagram/secret", "whatsapp/secret"),
    "verify": ("instagram/verify_token", "whatsapp/verify_token"),
}
CLOUD_CHECK_SECONDS = 1.0


@dataclass(frozen=True)
class Laptop:
    """Where everything of one client's local stack is kept: below ``root``/.nochnik, or its state in ``state``."""

    root: Path
    client: str
    state: Path | None = None

    @property
    def kept(self) -> Path:
        return self.root / ".nochnik"

    @property
    def folder(self) -> Path:
        return self.state.resolve() if self.state else self.kept / "up" / self.client

    @property
    def notes(self) -> Path:
        """What a later run or another command has to know: the cloud's port."""
        return self.folder / "up.json"

    def endpoint(self) -> str:
        """The endpoint of the running (or last run) embedded cloud. Raises `Failed` when there was none."""
        if not self.notes.exists():
            raise Failed(f"`nochnik up --client {self.client}` has not run here.")
        return f"http://127.0.0.1:{json.loads(self.notes.read_text())['cloud_port']}"


@dataclass(frozen=True)
class Running:
    """A local stack that is up. ``hooks`` are the webhooks' URLs by channel."""

    page: str
    place: Place
    wanted: Wanted
    outputs: Mapping[str, str]
    cloud: embedded.Cloud = field(repr=False)
    sandbox: Any = field(repr=False, default=None)

    @property
    def hooks(self) -> dict[str, str]:
        return {channel: f"{self.place.hooks(self.outputs)}/{channel}" for channel in self.wanted.channels}

    @property
    def postbacks(self) -> dict[str, str]:
        """What stands in the cabinets of providers that know no signature."""
        hooks = self.place.hooks(self.outputs)
        return {"zvonok": zvonok.cabinet_address(hooks, self.wanted.secrets["zvonok/secret"])}

    @property
    def secrets(self) -> dict[str, str]:
        """What signs a webhook: Telegram's secret header, the Meta app's secret. The first value of several."""
        return {
            shown: self.wanted.secrets[name].split(",")[0].strip()
            for shown, names in SECRETS_SHOWN.items()
            for name in names
            if name in self.wanted.secrets
        }

    def line(self) -> str:
        """What ``--json`` prints."""
        shown = {name: value for name, value in self.secrets.items() if name != "verify"}
        return json.dumps(
            {"page": self.page, "webhooks": self.hooks, "secrets": shown, "aws_endpoint": self.place.endpoint}
        )

    def wait(self) -> None:
        """Stay until the process is told to end. Raises `Failed` when the cloud ends first."""
        while self.cloud.process.poll() is None:
            time.sleep(CLOUD_CHECK_SECONDS)
        raise Failed(f"The embedded cloud ended by itself; its log is {self.cloud.folder / 'cloud.log'}.")


class Stopped(BaseException):
    """Somebody wants us to end: not an error, and not to be caught on the way."""


def up(
    laptop: Laptop, port: int, given: Mapping[str, str], say: Say, ready: Callable[[Running], None], *, fresh: bool
) -> None:
    """Bring the stack up, call ``ready``, stay until Ctrl-C or SIGTERM, and leave no process behind."""
    stop_on_signals()
    keep_to_this_machine()
    try:
        with running(laptop, port, given, say, fresh=fresh) as stack:
            ready(stack)
            stack.wait()
    except Stopped:
        say("Stopped. Everything is kept: `nochnik up` continues here, `nochnik up --fresh` forgets.")


@contextlib.contextmanager
def running(laptop: Laptop, port: int, given: Mapping[str, str], say: Say, *, fresh: bool = False) -> Iterator[Running]:
    """The stack, up for the time of the block. Raises `Failed`."""
    rules = load_pack(laptop.root, laptop.client)
    order, page = Order(laptop.client, rules, given), f"http://127.0.0.1:{port}"
    with contextlib.ExitStack() as closing:
        closing.enter_context(only_one(laptop))
        if problem := embedded.port_problem(port):
            raise Failed(problem)
        if fresh:
            shutil.rmtree(laptop.folder, ignore_errors=True)
        package = build_package(laptop, say)
        say("Starting the embedded cloud")
        cloud = start_cloud(laptop, port, {package.code: package.unpacked})
        closing.callback(cloud.stop)
        place = Place(laptop_session(), cloud.endpoint)
        wanted = for_laptop(order, place, package, page)
        site = Site(place, wanted, package.zip, rules, say, over_http())
        opened: list[Any] = []

        def open_page(outputs: Mapping[str, str]) -> None:
            stack = Running(page, place, wanted, outputs, cloud)
            box, server = open_sandbox(laptop, stack, port)
            closing.callback(server.close)
            opened.append(box)

        say(f"Deploying {wanted.stack}")
        steps = plan(wanted, look(place, wanted))
        apply(steps, replace(site, open_page=open_page))
        drop_old_code(place, wanted)
        yield Running(page, place, wanted, site.outputs, cloud, opened[0])


def build_package(laptop: Laptop, say: Say) -> Package:
    """The package, from the shelf when nothing has changed."""
    say("Packaging the functions")
    package = build(laptop.root, laptop.kept / "build")
    say(f"  {package.megabytes:.1f} MB, {package.code[:12]}")
    return package


def start_cloud(laptop: Laptop, page_port: int, unpacked: Mapping[str, Path] | None = None) -> embedded.Cloud:
    """The client's cloud, on the port it had before if that is free: addresses of queues contain it."""
    laptop.folder.mkdir(parents=True, exist_ok=True)
    before = json.loads(laptop.notes.read_text())["cloud_port"] if laptop.notes.exists() else page_port + 1
    candidates = [port for port in (before, page_port + 1) if port != page_port and not embedded.port_problem(port)]
    port = candidates[0] if candidates else embedded.free_port()
    cloud = embedded.start(laptop.folder / "cloud", port, embedded.lambda_python(laptop.folder / "runtime"), unpacked)
    laptop.notes.write_text(json.dumps({"cloud_port": port}))
    return cloud


def drop_old_code(place: Place, wanted: Wanted) -> None:
    """Only the code in force stays in the embedded cloud's bucket, which is held in memory. On AWS older ones stay:
    a rollback needs them."""
    s3 = place.client("s3")
    for found in s3.list_objects_v2(Bucket=wanted.bucket).get("Contents", ()):
        if found["Key"] != code_key(wanted.code):
            s3.delete_object(Bucket=wanted.bucket, Key=found["Key"])


def laptop_session() -> Any:
    """A boto3 session for the embedded cloud, whatever the laptop's own AWS settings are."""
    import boto3

    key, secret = embedded.CREDENTIALS
    return boto3.session.Session(key, secret, region_name=embedded.REGION)


def open_sandbox(laptop: Laptop, stack: Running, port: int) -> tuple[Any, Any]:
    """The emulators and the page, and the server that shows them. Raises `Failed` when the port was taken meanwhile."""
    from sandbox.cloud import Cloud
    from sandbox.server import Sandbox, serve

    outputs = stack.outputs
    cloud = Cloud(
        endpoint=stack.cloud.endpoint,
        table=outputs["Table"],
        inbox_url=outputs["InboxUrl"],
        schedule_group=outputs["ScheduleGroup"],
        deliveries_url=outputs["DeliveriesUrl"],
        inbox_dead_url=outputs["InboxDeadUrl"],
        deliveries_dead_url=outputs["DeliveriesDeadUrl"],
        credentials=embedded.CREDENTIALS,
        region=embedded.REGION,
    )
    folder = laptop.folder / "sandbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    box = Sandbox(folder, cloud, stack.hooks | stack.postbacks, stack.secrets, stack.page)
    try:
        return box, serve(box, port)
    except OSError as error:
        raise Failed(embedded.port_problem(port) or f"The page could not be opened: {error}") from error


@contextlib.contextmanager
def only_one(laptop: Laptop) -> Iterator[None]:
    """One ``up`` for a client at a time. Raises `Failed` when there is another."""
    laptop.folder.parent.mkdir(parents=True, exist_ok=True)
    with (laptop.folder.parent / f"{laptop.folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Failed(f"`nochnik up --client {laptop.client}` runs here already.") from error
        yield


def keep_to_this_machine() -> None:
    """Neither AWS settings nor a proxy of this laptop may come between us and the embedded cloud."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1", "localhost")))


def stop_on_signals() -> None:
    """Ctrl-C, SIGTERM and a closed terminal raise `Stopped`, once: what cleans up afterwards is not disturbed."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    for each in signals:
        signal.signal(each, stop)
