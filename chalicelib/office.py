"""Everything within reach, assembled once per cold start; the only clock."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from chalicelib.aws import client
from chalicelib.aws.post import AwsPost
from chalicelib.aws.secrets import SsmSecrets
from chalicelib.channels import channel as find_channel
from chalicelib.meter import Meter
from chalicelib.pagers import POSTBACKS, account_of, postback
from chalicelib.pagers import pager as find_pager
from chalicelib.ports import DRY_RUN
from chalicelib.settings import Settings, from_environment

if TYPE_CHECKING:
    from chalicelib.deliver import DeliveryDesk
    from chalicelib.page import Front
    from chalicelib.page.calendars import Calendars
    from chalicelib.ports import Channel, Ears, Hook, Memory, Pager, Post, Reader, Safe, Wording
    from chalicelib.ports import Secrets as Account
    from chalicelib.readers.breaker import Breaker
    from chalicelib.wire import Send

MODEL_SECONDS = 1.5
"""What the model may take of the three seconds in which a client is answered: the pause for further bubbles, the queue
and the table take the rest."""


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Webhook:
    """What `receive` needs, and no more: no table, no reader, no HTTP."""

    post: Post
    secrets: SsmSecrets
    clock: Callable[[], datetime]

    def channel(self, name: str) -> tuple[Channel, Account]:
        """A channel and the secrets that prove its webhook. Raises LookupError for one that does not exist here."""
        found = find_channel(name)
        return found, self._proof(found)

    def hook(self, name: str) -> tuple[Hook, Account]:
        """A channel or the postback of a pager, and the secrets that prove it. Raises as ``channel``."""
        found: Hook = postback(name) if name in POSTBACKS else find_channel(name)
        return found, self._proof(found)

    def _proof(self, hook: Hook) -> Account:
        secrets = self.secrets.get(hook.name, hook.secrets)
        if not all(secrets.get(needed) for needed in hook.secrets):
            raise LookupError(hook.name)
        return secrets


@dataclass(frozen=True)
class Model:
    """One account at a model: who reads, hears and words by it, and the breaker before the reader."""

    reader: Reader
    breaker: Breaker
    ears: Ears
    wording: Wording


def _no_model() -> Model | None:
    return None


@dataclass(frozen=True)
class Office:
    """What a turn needs."""

    settings: Settings
    memory: Memory
    post: Post
    secrets: Safe
    send: Send
    clock: Callable[[], datetime]
    local: Reader
    model: Callable[[], Model | None] = _no_model
    meter: Meter = field(default_factory=Meter)
    heard: dict[str, datetime] = field(default_factory=dict)
    """When this process last noted that somebody wrote in a channel."""

    def messenger(self, name: str) -> tuple[Channel, Account]:
        """A channel and the account it sends from."""
        found = find_channel(name)
        return found, self.secrets.get(name, found.account)

    def base_url(self, channel: str) -> str:
        return self.settings.telegram_api_url if channel == "telegram" else self.settings.meta_graph_url

    def pager(self, name: str) -> tuple[Pager, Account]:
        """A pager and the account it pages from. Raises LookupError when there is no such pager."""
        found = find_pager(name)
        account = self.secrets.get(account_of(name), found.account)
        return found, {**account, DRY_RUN: "1"} if self.settings.dry_run_pages else account

    def pager_url(self, name: str) -> str:
        return self.settings.pager_url(name)

    def link(self, visit: str) -> str | None:
        """The public address of a visit's file for a calendar; None where the stack has none."""
        if not self.settings.public_url:
            return None
        from chalicelib.page.calendars import PROVIDER, SECRET, address

        key = self.secrets.get(PROVIDER, [SECRET]).get(SECRET)
        return self.settings.public_url + address(key, "visit", visit) if key else None

    def reader(self, *, may_ask_model: bool) -> Reader:
        """The local reader, and behind it the model where there is one and it may be asked."""
        model = self.model() if may_ask_model else None
        if model is None:
            return self.local
        from chalicelib.readers.layered import Layered

        return Layered(self.local, model.reader, model.breaker)


@lru_cache(maxsize=1)
def webhook() -> Webhook:
    return Webhook(AwsPost(client("sqs", seconds=2), None, _settings(), clock), _secrets(), clock)


@lru_cache(maxsize=1)
def front() -> Front:
    from chalicelib.page import Front

    return Front(_memory())


@lru_cache(maxsize=1)
def calendars() -> Calendars:
    from chalicelib.page.calendars import Calendars

    return Calendars(_memory(), _secrets(), clock)


@lru_cache(maxsize=1)
def office() -> Office:
    from chalicelib.readers.phrases import Phrases

    settings, secrets, meter = _settings(), _secrets(), Meter()

    def model() -> Model | None:
        key = secrets.get("openai", ["api_key"]).get("api_key")
        return _model(key, settings, meter) if key else None

    return Office(
        settings=settings,
        memory=_memory(),
        post=AwsPost(client("sqs"), client("scheduler"), settings, clock, settings.inbox_url),
        secrets=secrets,
        send=_http(),
        clock=clock,
        local=Phrases(),
        model=model,
        meter=meter,
    )


def deliveries() -> DeliveryDesk:
    """Assembled for every delivery, so that a changed CRM address is taken up within minutes."""
    from chalicelib.calendars import calendar
    from chalicelib.crms import crm
    from chalicelib.deliver import DeliveryDesk

    settings = _settings()
    return DeliveryDesk(
        memory=_memory(),
        post=AwsPost(client("sqs"), None, settings, clock, settings.deliveries_url),
        crm=crm,
        calendar=calendar,
        base_url=_secrets().get("bitrix24", ["webhook_url"]).get("webhook_url", ""),
        send=_http(),
        delivery_tries=settings.delivery_tries,
        now=clock,
        random=random.random,
    )


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return from_environment(os.environ)


@lru_cache(maxsize=1)
def _secrets() -> SsmSecrets:
    return SsmSecrets(client("ssm"), _settings().secrets_path, clock)


@lru_cache(maxsize=1)
def _memory() -> Memory:
    from chalicelib.aws.memory import DynamoMemory  # not in the webhook

    return DynamoMemory(client("dynamodb"), _settings().table, clock)


@lru_cache(maxsize=1)
def _http() -> Send:
    from chalicelib.wire import over_http

    return over_http()


@lru_cache(maxsize=1)
def _model(key: str, settings: Settings, meter: Meter) -> Model:
    """For the life of the process, or until the key is changed."""
    from chalicelib.readers import voice, wording  # all of it heavy: only where a model is really asked
    from chalicelib.readers.breaker import Breaker
    from chalicelib.readers.gpt import Gpt
    from chalicelib.readers.openai_client import Account

    account = Account(key, settings.openai_base_url, settings.openai_model, MODEL_SECONDS, meter.add)
    return Model(
        reader=Gpt(account),
        breaker=Breaker(),
        ears=voice.Voice(replace(account, model=voice.MODEL, deadline=voice.SECONDS)),
        wording=wording.Wordings(replace(account, deadline=wording.SECONDS)),
    )
