"""What the stack's template tells a Lambda: names and addresses, never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REAL_HOSTS = {
    "TELEGRAM_API_URL": "https://api.telegram.org",
    "META_GRAPH_URL": "https://graph.facebook.com",
    "OPENAI_BASE_URL": "https://api.openai.com/v1",
}
PAGERS = {
    "smsru": ("SMS_API_URL", "https://sms.ru"),
    "smsc": ("SMS_API_URL", "https://smsc.ru"),
    "smsc_voice": ("CALL_API_URL", "https://smsc.ru"),
    "zvonok": ("CALL_API_URL", "https://zvonok.com"),
}
"""What sends a pager's requests elsewhere (one emulator plays all that send messages, one all that call), and its real
host."""

PAUSE_SECONDS = 1


@dataclass(frozen=True)
class Settings:
    """Set by infra/stack.json. Empty strings where a function does not use the resource."""

    client: str
    table: str
    inbox_url: str
    inbox_arn: str
    deliveries_url: str
    deliveries_dead_url: str
    delivery_tries: int
    schedule_group: str
    schedule_role_arn: str
    secrets_path: str
    telegram_api_url: str
    meta_graph_url: str
    openai_base_url: str
    openai_model: str
    sms_api_url: str
    call_api_url: str
    """Where all messages and all calls go; empty: each pager to its real host."""
    dry_run_pages: bool
    """Nobody is really paged: providers are asked in their test mode, or not at all."""
    pause_seconds: float
    """How long a text waits for the next bubble of the same client; 0 answers each by itself."""
    public_url: str = ""
    """The stack's own address, as a client's phone can open it."""

    def pager_url(self, name: str) -> str:
        """Where a pager's requests go; empty for one whose account has the address (Bitrix24)."""
        variable, real = PAGERS.get(name, ("", ""))
        return {"SMS_API_URL": self.sms_api_url, "CALL_API_URL": self.call_api_url}.get(variable) or real


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the settings a Lambda was given; a provider's base URL defaults to its real host."""

    def url(name: str) -> str:
        return (environment.get(name) or REAL_HOSTS[name]).rstrip("/")

    return Settings(
        client=environment.get("CLIENT", ""),
        table=environment.get("TABLE", ""),
        inbox_url=environment.get("INBOX_URL", ""),
        inbox_arn=environment.get("INBOX_ARN", ""),
        deliveries_url=environment.get("DELIVERIES_URL", ""),
        deliveries_dead_url=environment.get("DELIVERIES_DEAD_URL", ""),
        delivery_tries=int(environment.get("DELIVERY_TRIES") or 450),
        schedule_group=environment.get("SCHEDULE_GROUP", ""),
        schedule_role_arn=environment.get("SCHEDULE_ROLE_ARN", ""),
        secrets_path=environment.get("SECRETS_PATH", ""),
        telegram_api_url=url("TELEGRAM_API_URL"),
        meta_graph_url=url("META_GRAPH_URL"),
        openai_base_url=url("OPENAI_BASE_URL"),
        openai_model=environment.get("OPENAI_MODEL") or "gpt-4.1-mini",
        sms_api_url=environment.get("SMS_API_URL", "").rstrip("/"),
        call_api_url=environment.get("CALL_API_URL", "").rstrip("/"),
        dry_run_pages=environment.get("DRY_RUN_PAGES") == "1",
        pause_seconds=float(environment.get("PAUSE_SECONDS") or PAUSE_SECONDS),
        public_url=environment.get("PUBLIC_URL", "").rstrip("/"),
    )
