"""Which secrets a stack has, where their values come from, and what a laptop uses instead."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from chalicelib.pagers import account_of
from infra.errors import Failed
from sandbox import accounts as sandbox

FROM_ENVIRONMENT = {
    "telegram/token": ("TELEGRAM_TOKEN",),
    "agency/token": ("AGENCY_TELEGRAM_TOKEN",),
    "whatsapp/token": ("WHATSAPP_TOKEN",),
    "whatsapp/account": ("WHATSAPP_ACCOUNT",),
    "whatsapp/secret": ("WHATSAPP_APP_SECRET", "META_APP_SECRET"),
    "whatsapp/verify_token": ("META_VERIFY_TOKEN",),
    "instagram/token": ("INSTAGRAM_TOKEN",),
    "instagram/account": ("INSTAGRAM_ACCOUNT",),
    "instagram/secret": ("INSTAGRAM_APP_SECRET", "META_APP_SECRET"),
    "instagram/verify_token": ("META_VERIFY_TOKEN",),
    "bitrix24/webhook_url": ("BITRIX24_WEBHOOK_URL",),
    "openai/api_key": ("OPENAI_API_KEY",),
    "smsru/api_id": ("SMSRU_API_ID",),
    "smsru/sender": ("SMSRU_SENDER",),
    "smsc/login": ("SMSC_LOGIN",),
    "smsc/password": ("SMSC_PASSWORD",),
    "smsc/apikey": ("SMSC_APIKEY",),
    "smsc/sender": ("SMSC_SENDER",),
    "zvonok/public_key": ("ZVONOK_PUBLIC_KEY",),
    "zvonok/campaign_id": ("ZVONOK_CAMPAIGN_ID",),
}
"""Names in SSM by the variables that may hold them, the most particular first."""

OURS = ("telegram/secret", "whatsapp/verify_token", "instagram/verify_token", "probe/secret", "calendar/secret",
        "zvonok/secret")  # fmt: skip
"""Secrets we may choose ourselves: made once, then kept."""

NAMES = frozenset({*FROM_ENVIRONMENT, *OURS})
PAGERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "smsru": (("smsru/api_id",),),
    "smsc": (("smsc/apikey",), ("smsc/login", "smsc/password")),
    "zvonok": (("zvonok/public_key", "zvonok/campaign_id"),),
}
"""The accounts by which colleagues are woken, and the secrets without which each cannot: one of these sets."""
OPTIONAL = frozenset(
    {"openai/api_key", "agency/token", *(name for name in FROM_ENVIRONMENT if name.split("/")[0] in PAGERS)}
)
SETTINGS = {
    "TelegramApiUrl": "TELEGRAM_API_URL",
    "MetaGraphUrl": "META_GRAPH_URL",
    "OpenAiBaseUrl": "OPENAI_BASE_URL",
    "OpenAiModel": "OPENAI_MODEL",
    "SmsApiUrl": "SMS_API_URL",
    "CallApiUrl": "CALL_API_URL",
    "DryRunPages": "DRY_RUN_PAGES",
    "PauseSeconds": "PAUSE_SECONDS",
    "AlarmEmail": "ALARM_EMAIL",
    "HeartbeatUrl": "HEARTBEAT_URL",
}
"""The template's parameters by the variables that set them."""

DEMO = {
    "telegram/token": sandbox.TELEGRAM_TOKEN,
    "whatsapp/token": sandbox.META_TOKEN,
    "whatsapp/account": sandbox.WHATSAPP_NUMBER_ID,
    "instagram/token": sandbox.META_TOKEN,
    "instagram/account": sandbox.INSTAGRAM_ACCOUNT_ID,
    "smsru/api_id": sandbox.SMSRU_API_ID,
    "smsc/apikey": sandbox.SMSC_APIKEY,
    "zvonok/public_key": sandbox.ZVONOK_PUBLIC_KEY,
    "zvonok/campaign_id": sandbox.ZVONOK_CAMPAIGN_ID,
}
"""Accounts at the sandbox's emulators."""
ADDRESSES = {
    "telegram": "TELEGRAM_API_URL",
    "agency": "TELEGRAM_API_URL",
    "whatsapp": "META_GRAPH_URL",
    "instagram": "META_GRAPH_URL",
    "smsru": "SMS_API_URL",
    "smsc": "SMS_API_URL",
    "zvonok": "CALL_API_URL",
}
"""The variable that sends a provider's calls past the sandbox."""


def wanted_secrets(
    given: Mapping[str, str],
    kept: Mapping[str, str],
    channels: tuple[str, ...],
    make: Callable[[], str],
    pagers: Collection[str] = (),
) -> dict[str, str]:
    """The secrets of a stack on AWS: given by the environment, else kept from before, else made if they are ours.

    ``pagers``: those that the pack's steps name. Raises `Failed` naming every variable that is missing for the pack's
    channels, pagers and CRM.
    """
    found: dict[str, str] = {}
    missing: list[str] = []
    for name in _needed(channels):
        value = _given(given, name) or kept.get(name) or (make() if name in OURS else "")
        if value:
            found[name] = value
        elif name not in OPTIONAL:
            missing.append(FROM_ENVIRONMENT[name][-1])
    missing += _missing_accounts(pagers, found)
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise Failed(f"Not set: {names}. Put them into the environment or into .env (see .env.example).")
    return found


def laptop_secrets(
    given: Mapping[str, str], kept: Mapping[str, str], channels: tuple[str, ...], make: Callable[[], str], crm_url: str
) -> dict[str, str]:
    """The secrets of a stack on this machine. What belongs to an account is taken from the environment only where
    the provider's address is: a real token must not reach an emulator. Nothing is missing here:
    even the Meta app's secret is of our own making."""
    meta, verify = make(), make()
    found: dict[str, str] = {}
    for name in _needed(channels):
        theirs = ADDRESSES.get(name.split("/")[0], "")
        value = _given(given, name) if not theirs or theirs in given else ""
        value = value or DEMO.get(name, "") or ("" if name in OPTIONAL else kept.get(name, ""))
        if name.endswith("/verify_token"):
            value = value or verify
        elif name in ("whatsapp/secret", "instagram/secret"):
            value = value or meta
        elif name in OURS:
            value = value or make()
        if value:
            found[name] = value
    return found | {"bitrix24/webhook_url": given.get("BITRIX24_WEBHOOK_URL") or crm_url}


def made() -> str:
    """A new secret: 43 characters that Telegram takes too (A-Z a-z 0-9 _ -)."""
    return secrets.token_urlsafe(32)


def read_env(*files: Path) -> dict[str, str]:
    """``NAME=value`` lines of .env files, later files win. Empty values count as not set."""
    found: dict[str, str] = {}
    for file in files:
        if file.is_file():
            for line in file.read_text(encoding="utf-8").splitlines():
                name, is_set, value = line.strip().removeprefix("export ").partition("=")
                if is_set and not name.startswith("#") and value.strip():
                    found[name.strip()] = value.strip().strip("\"'")
    return found


def _needed(channels: tuple[str, ...]) -> list[str]:
    providers = {*channels, *PAGERS, "agency", "bitrix24", "openai", "probe", "calendar"}
    return [name for name in sorted(NAMES) if name.split("/")[0] in providers]


def _missing_accounts(pagers: Collection[str], found: Mapping[str, str]) -> list[str]:
    """The variables of accounts that the pack pages from and nobody has given."""
    accounts = sorted({account_of(pager) for pager in pagers} & PAGERS.keys())
    return [
        FROM_ENVIRONMENT[name][-1]
        for account in accounts
        if not any(all(name in found for name in needed) for needed in PAGERS[account])
        for name in PAGERS[account][0]
        if name not in found
    ]


def _given(given: Mapping[str, str], name: str) -> str:
    return next((given[variable] for variable in FROM_ENVIRONMENT.get(name, ()) if given.get(variable)), "")
