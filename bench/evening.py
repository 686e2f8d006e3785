"""A client's evening in Telegram: from her first word to her request in the registry."""

from __future__ import annotations

import json
from datetime import datetime

SECRET = "bench-secret"
HEADERS = {"content-type": "application/json", "x-telegram-bot-api-secret-token": SECRET}
SCRIPT = (
    "Здравствуйте", "Хочу на женскую стрижку", "Да, согласна", "Завтра после шести", "1", "Анна", "+7 900 000-00-01",
)  # fmt: skip
"""What she writes to the demo salon; at the end her visit is booked and her request is a lead."""


def update(number: int, chat: int, text: str, at: datetime) -> bytes:
    """One message as Telegram posts it (https://core.telegram.org/bots/api#update)."""
    person = {"id": chat, "is_bot": False, "first_name": "Анна", "language_code": "ru"}
    message = {
        "message_id": number,
        "from": person,
        "chat": {"id": chat, "first_name": "Анна", "type": "private"},
        "date": int(at.timestamp()),
        "text": text,
    }
    return json.dumps({"update_id": number, "message": message}).encode()
