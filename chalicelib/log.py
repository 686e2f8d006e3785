"""One line of JSON an event, to standard output: CloudWatch adds the time, we add ids, never names or texts."""

from __future__ import annotations

import json
import re
import sys
from typing import Literal

Level = Literal["INFO", "WARNING", "ERROR"]

SECRETS = (
    (re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,}"), "<token>"),  # Telegram, https://core.telegram.org/bots/api
    (re.compile(r"(?<=bot)\d+:[A-Za-z0-9_-]+"), "<token>"),
    (re.compile(r"(?<=/rest/)\d+/[A-Za-z0-9]+"), "<code>"),  # an inbound webhook of Bitrix24
    (re.compile(r"\bEAA[A-Za-z0-9]{20,}"), "<token>"),  # Meta
    (re.compile(r"\bsk-[A-Za-z0-9_-]{16,}"), "<token>"),  # OpenAI
    (
        re.compile(r"(?<![0-9A-Za-z])(?:\+7|7|8)[ (-]{0,2}\d{3}[ )-]{0,2}\d{3}[ -]?\d{2}[ -]?\d{2}(?![0-9A-Za-z])"),
        "<phone>",
    ),
)
"""What must not stand in a log even by mistake. The last line of defence, not the first."""


def log(event: str, *, level: Level = "INFO", **ids: object) -> None:
    """Write ``{"event", "level", ...ids}``. Values are ids, numbers, kinds and vendor codes."""
    line = json.dumps({"event": event, "level": level, **ids}, ensure_ascii=False, default=_kind)
    sys.stdout.write(masked(line) + "\n")
    sys.stdout.flush()


def masked(text: str) -> str:
    """The text without tokens, webhook codes and phone numbers."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text


def _kind(value: object) -> str:
    """An object in a log line is told by its kind: its content may be personal."""
    return type(value).__name__
