"""One embedded cloud for all stack tests, with the deployed stack and the sandbox beside it.

`stack` is shared and stays as the tests before left it: a test works with a client of its own (`a_stranger`) and puts
back what it changes. A test that must stop the cloud, or wants it empty, brings up its own with `bring_up`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from chalicelib.wire import over_http
from infra import cloud as embedded
from infra import console
from infra.apply import Site, apply
from infra.deployment import Order, for_aws
from infra.package import Package, build
from infra.packs import load_pack
from infra.steps import RegisterChannel
from infra.up import Laptop, Running, running
from sandbox import accounts as sandbox
from tests.stack.night import Night
from tests.stack.stand import Stack

ROOT = Path(__file__).parents[2]
CLIENT = "demo-salon"
NUMBERS = count(700100001)


BringUp = Callable[..., AbstractContextManager[Stack]]


@pytest.fixture(scope="session")
def package() -> Package:
    """The project's package, from the shelf when `make run` made it already."""
    return build(ROOT, ROOT / ".nochnik" / "build")


@pytest.fixture(scope="session")
def bring_up(tmp_path_factory: pytest.TempPathFactory, package: Package) -> BringUp:
    """``with bring_up("name") as stack:`` a cloud of its own. The same name again continues where it was stopped.
    More arguments: ``client``, ``given`` (the environment), ``port``."""
    folder = tmp_path_factory.mktemp("clouds")

    @contextmanager
    def bring(
        name: str, client: str = CLIENT, given: Mapping[str, str] | None = None, port: int = 0
    ) -> Iterator[Stack]:
        laptop = Laptop(ROOT, client, folder / name)
        with running(laptop, port or embedded.free_port(), {"PAUSE_SECONDS": "0", **(given or {})}, _silence) as up:
            yield Stack(up)

    return bring


@pytest.fixture(scope="session")
def stack(bring_up: BringUp) -> Iterator[Stack]:
    """The shared stack of demo-salon."""
    with bring_up("shared") as up:
        yield up


@pytest.fixture(scope="session")
def neighbour(stack: Stack, package: Package) -> Iterator[Stack]:
    """A second client's stack in the same account, made by the same steps as ``nochnik deploy demo-clinic``.

    Its providers are the shared sandbox, where the salon's bot is registered again afterwards.
    """
    client, place = "demo-clinic", stack.running.place
    console.deploy(ROOT, client, place, accounts_at(stack.page), _silence)
    wanted = for_aws(Order(client, load_pack(ROOT, client), accounts_at(stack.page)), place, package)
    salon = stack.running.wanted
    site = Site(place, salon, package.zip, load_pack(ROOT, salon.client), _silence, over_http())
    apply([RegisterChannel(channel) for channel in salon.channels], site)
    found = place.formation(wanted.stack, _silence).look()
    assert found is not None
    yield Stack(Running(stack.page, place, wanted, found.outputs, stack.cloud))
    console.remove(place, wanted.stack, _silence)


def accounts_at(page: str) -> dict[str, str]:
    """The environment of an agency whose providers are all at the sandbox."""
    return {
        "TELEGRAM_API_URL": f"{page}/telegram",
        "META_GRAPH_URL": f"{page}/meta",
        "TELEGRAM_TOKEN": sandbox.TELEGRAM_TOKEN,
        "META_APP_SECRET": "the-clinics-app",
        "WHATSAPP_TOKEN": sandbox.META_TOKEN,
        "WHATSAPP_ACCOUNT": sandbox.WHATSAPP_NUMBER_ID,
        "INSTAGRAM_TOKEN": sandbox.META_TOKEN,
        "INSTAGRAM_ACCOUNT": sandbox.INSTAGRAM_ACCOUNT_ID,
        "BITRIX24_WEBHOOK_URL": f"{page}{sandbox.BITRIX24_PATH}/",
        "SMS_API_URL": f"{page}/sms",
        "CALL_API_URL": f"{page}/calls",
        "SMSRU_API_ID": sandbox.SMSRU_API_ID,
        "SMSC_APIKEY": sandbox.SMSC_APIKEY,
        "ZVONOK_PUBLIC_KEY": sandbox.ZVONOK_PUBLIC_KEY,
        "ZVONOK_CAMPAIGN_ID": sandbox.ZVONOK_CAMPAIGN_ID,
    }


@pytest.fixture
def night(stack: Stack) -> Night:
    """The shared stack through the sandbox's page."""
    return Night(stack.page, dict(stack.hooks), dict(stack.secrets))


@pytest.fixture
def a_stranger() -> str:
    """The address of a client nobody has seen: a Telegram chat id."""
    return str(next(NUMBERS))


def _silence(line: str) -> None:
    if os.environ.get("STACK_TESTS_TALK"):
        print(line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder runs on the embedded cloud."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("stack")
