"""What one client's stack shall be: the pack, the package, the parameters and the secrets put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infra import accounts
from infra.apply import Place, code_key, kept_secrets
from infra.package import Package
from infra.steps import Wanted

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules

FAST = {"RequestsPerSecond": "2000", "RequestsBurst": "4000"}
"""A laptop has no bill to protect."""
DELIVERY_TRIES = "450"
"""A portal that is down over a long weekend is waited for: the longest pause between two tries is ten minutes."""
PROVIDER_URLS = {
    "TELEGRAM_API_URL": "/telegram",
    "META_GRAPH_URL": "/meta",
    "OPENAI_BASE_URL": "/openai/v1",
    "SMS_API_URL": "/sms",
    "CALL_API_URL": "/calls",
    "HEARTBEAT_URL": "/heartbeat",
}
"""Where the sandbox's emulators are, below the page's address."""

Secrets = Callable[[Mapping[str, str]], dict[str, str]]
"""The wanted secrets, from those that are kept."""


@dataclass(frozen=True)
class Order:
    """A client's stack as somebody asked for it. ``given`` is the environment, with .env below it."""

    client: str
    rules: Rules
    given: Mapping[str, str] = field(repr=False)

    @property
    def stack(self) -> str:
        return stack_name(self.client)

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(self.rules.business.channels)

    @property
    def pagers(self) -> tuple[str, ...]:
        """Who carries text messages and calls to colleagues."""
        return tuple(pager for pager in (self.rules.business.pagers.sms, self.rules.business.pagers.call) if pager)


def stack_name(client: str) -> str:
    return f"nochnik-{client}"


def bucket_name(place: Place) -> str:
    """One for an account and a region: bucket names are the whole world's."""
    return f"nochnik-code-{place.account}-{place.region}"


def for_aws(order: Order, place: Place, package: Package) -> Wanted:
    """The stack for real clients. Raises `Failed` naming the secrets that are missing."""
    parameters = {name: order.given.get(variable, "") for name, variable in accounts.SETTINGS.items()}
    kept = kept_secrets(place, order.stack)
    secrets = accounts.wanted_secrets(order.given, kept, order.channels, accounts.made, order.pagers)
    return _wanted(order, place, package, parameters, secrets, page=False)


def for_laptop(order: Order, place: Place, package: Package, page: str) -> Wanted:
    """The stack beside the sandbox at ``page``."""
    from sandbox.accounts import BITRIX24_PATH

    urls = {variable: order.given.get(variable) or page + path for variable, path in PROVIDER_URLS.items()}
    given = {**order.given, **urls}
    parameters = {name: given.get(variable, "") for name, variable in accounts.SETTINGS.items()}
    kept = kept_secrets(place, order.stack)
    secrets = accounts.laptop_secrets(order.given, kept, order.channels, accounts.made, page + BITRIX24_PATH + "/")
    api = {"ApiBase": f"{place.endpoint}/_aws/execute-api"}
    return _wanted(order, place, package, parameters | api | FAST, secrets, page=True)


def _wanted(
    order: Order,
    place: Place,
    package: Package,
    parameters: Mapping[str, str],
    secrets: Mapping[str, str],
    *,
    page: bool,
) -> Wanted:
    bucket = bucket_name(place)
    tries = order.given.get("DELIVERY_TRIES") or DELIVERY_TRIES
    calendar = "ENABLED" if order.rules.business.calendar else "DISABLED"
    fixed = {"Client": order.client, "CodeBucket": bucket, "CodeKey": code_key(package.code), "DeliveryTries": tries,
             "CalendarState": calendar}  # fmt: skip
    return Wanted(
        client=order.client,
        stack=order.stack,
        bucket=bucket,
        code=package.code,
        template=package.template,
        parameters=fixed | dict(parameters),
        secrets=secrets,
        channels=order.channels,
        page=page,
    )
