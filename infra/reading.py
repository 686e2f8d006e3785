"""Which reader is asked, and what time it is told: the arguments that the conversation verbs share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from infra.errors import Failed

if TYPE_CHECKING:
    from chalicelib.ports import Reader

READERS = ("phrases", "gpt", "layered")
PATIENCE = 10.0
"""Seconds the model may take here: it is judged by what it understands. A client's reply waits much shorter."""


def reader_named(name: str, given: Mapping[str, str]) -> Reader:
    """One of `READERS`. ``given`` is the environment, with .env below it. Raises `Failed` where a key is missing."""
    from chalicelib.readers.phrases import Phrases

    local = Phrases()
    if name == "phrases":
        return local
    key = model_key(name, given)
    from chalicelib.readers.gpt import Gpt
    from chalicelib.readers.openai_client import Account
    from chalicelib.settings import from_environment

    settings = from_environment(given)
    model = Gpt(Account(key, settings.openai_base_url, settings.openai_model, PATIENCE))
    if name == "gpt":
        return model
    from chalicelib.readers.layered import Layered

    return Layered(local, model)


def model_key(name: str, given: Mapping[str, str]) -> str:
    """The key of the model behind a reader. Raises `Failed` where there is none."""
    key = given.get("OPENAI_API_KEY", "")
    if not key:
        raise Failed(
            f"--reader {name} asks a language model: set OPENAI_API_KEY, and OPENAI_BASE_URL if it is not OpenAI's own."
        )
    return key


def moment(written: str | None, zone: str, option: str = "--now") -> datetime:
    """An ISO 8601 moment, in the business's zone unless it names another; without any, now. Raises `Failed`."""
    if written is None:
        return datetime.now(ZoneInfo(zone)).replace(microsecond=0)
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise Failed(f"{option} {written} is no moment: write it as 2026-12-04T23:40 or with a zone, +04:00.") from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
