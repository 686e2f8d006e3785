"""What the Bot API takes: parameters of its methods, keyboards, limits (https://core.telegram.org/bots/api, 10.x)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DATA_BYTES = 64


BUTTONS = 100


METHODS: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "sendMessage": {
        "business_connection_id": ("string", False),
        "chat_id": ("chat", True),
        "message_thread_id": ("integer", False),
        "direct_messages_topic_id": ("integer", False),
        "text": ("string", True),
        "parse_mode": ("string", False),
        "entities": ("array", False),
        "link_preview_options": ("object", False),
        "disable_notification": ("boolean", False),
        "protect_content": ("boolean", False),
        "allow_paid_broadcast": ("boolean", False),
        "message_effect_id": ("string", False),
        "suggested_post_parameters": ("object", False),
        "reply_parameters": ("object", False),
        "reply_markup": ("object", False),
    },
    "answerCallbackQuery": {
        "callback_query_id": ("string", True),
        "text": ("string", False),
        "show_alert": ("boolean", False),
        "url": ("string", False),
        "cache_time": ("integer", False),
    },
    "setWebhook": {
        "url": ("string", True),
        "ip_address": ("string", False),
        "max_connections": ("integer", False),
        "allowed_updates": ("array", False),
        "drop_pending_updates": ("boolean", False),
        "secret_token": ("string", False),
    },
    "deleteWebhook": {"drop_pending_updates": ("boolean", False)},
    "getFile": {"file_id": ("string", True)},
    "getWebhookInfo": {},
    "getMe": {},
}


MISSING = {
    "chat_id": "chat_id is empty",
    "file_id": "file_id is not specified",
    "text": "message text is empty",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}


MARKUPS = {
    "inline_keyboard": {"inline_keyboard"},
    "keyboard": {
        "keyboard", "is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective",
    },
    "remove_keyboard": {"remove_keyboard", "selective"},
    "force_reply": {"force_reply", "input_field_placeholder", "selective"},
}  # fmt: skip


INLINE_BUTTON = {
    "text", "icon_custom_emoji_id", "style", "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip


KEYBOARD_BUTTON = {
    "text", "icon_custom_emoji_id", "style", "request_users", "request_chat", "request_managed_bot", "request_contact",
    "request_location", "request_poll", "web_app",
}  # fmt: skip


class BadRequest(Exception):
    """The method's call cannot be served: the description Telegram gives with a 400."""


@dataclass(frozen=True)
class Markup:
    """A keyboard as the phone shows it: (id, title) pairs; ids of a reply keyboard are its titles."""

    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()


def checked(known: Mapping[str, tuple[str, bool]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with their types, from JSON or from strings. Raises `BadRequest`."""
    for name in given:
        if name not in known:
            raise BadRequest(f'unknown parameter "{name}"')
    present = {name: value for name, value in given.items() if value is not None}
    for name, (_, required) in known.items():
        if required and name not in present:
            raise BadRequest(MISSING.get(name, f'parameter "{name}" is required'))
    return {name: _typed(name, known[name][0], value) for name, value in present.items()}


def _typed(name: str, kind: str, value: Any) -> Any:
    if kind in ("array", "object") and isinstance(value, str):
        value = _parsed(name, value)
    if kind == "chat":
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+|@\w+", str(value)):
            raise BadRequest("chat not found")
        return str(value)
    if kind == "integer" and isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and str(value).lower() in ("true", "false", "0", "1"):
        return str(value).lower() in ("true", "1")
    expected: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    if not isinstance(value, expected[kind]) or (kind == "integer" and isinstance(value, bool)):
        raise BadRequest(f'field "{name}" must be of type {kind.capitalize()}')
    return value


def _parsed(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise BadRequest(f"can't parse {name.replace('_', ' ')} JSON object") from None


def read_markup(given: Mapping[str, Any] | None) -> Markup:
    if not given:
        return Markup()
    kind = next((one for one in MARKUPS if one in given), None)
    if kind is None or not set(given) <= MARKUPS[kind]:
        raise BadRequest("can't parse reply markup: unknown or missing field")
    if kind in ("remove_keyboard", "force_reply"):
        return Markup()
    rows = given[kind]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadRequest(f'field "{kind}" must be of type Array of Array')
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS:
        raise BadRequest("reply markup is too long")
    if kind == "keyboard":
        return Markup("keyboard", tuple(_reply_button(button) for button in buttons))
    return Markup("buttons", tuple(_inline_button(button) for button in buttons))


def _reply_button(button: Any) -> tuple[str, str]:
    title = button if isinstance(button, str) else _title(button, KEYBOARD_BUTTON)
    return title, title


def _inline_button(button: Any) -> tuple[str, str]:
    title = _title(button, INLINE_BUTTON)
    if len(set(button) - {"text", "style", "icon_custom_emoji_id"}) != 1:
        raise BadRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data", "-")
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= DATA_BYTES:
        raise BadRequest("BUTTON_DATA_INVALID")
    return data, title


def _title(button: Any, known: set[str]) -> str:
    if not isinstance(button, dict) or not set(button) <= known:
        raise BadRequest("can't parse keyboard button: unknown field")
    title = button.get("text")
    if not isinstance(title, str) or not title:
        raise BadRequest('can\'t parse keyboard button: Field "text" must be a non-empty String')
    return title
