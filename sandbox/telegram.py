"""Telegram's side: the Bot API methods we use, and the updates a person's phone causes.

Parameters and limits: https://core.telegram.org/bots/api (10.3). Parameters the original would silently ignore are
refused here, so that a typing mistake shows on the laptop.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request

from sandbox.accounts import TELEGRAM_BOT_ID, TELEGRAM_TOKENS
from sandbox.clock import Clock
from sandbox.far_side import Answer, Route, Unreadable, flat_parameters
from sandbox.hooks import Call, Courier, Delivery
from sandbox.phones import Phones
from sandbox.state import Message, Phone, State
from sandbox.switches import lost_answer

TEXT_CHARACTERS = 4096
ANSWER_CHARACTERS = 200
DATA_BYTES = 64
BUTTONS = 100
RETRY_AFTER = 3
SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")
TOKEN = re.compile(r"^\d+:[A-Za-z0-9_-]+$")
LOOPBACK = frozenset({"127.0.0.1", "localhost"})

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
    "getWebhookInfo": {},
    "getMe": {},
}
MISSING = {
    "chat_id": "chat_id is empty",
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
UNREADABLE_TITLES = {
    "voice": "🎤 Голосовое сообщение",
    "photo": "🖼 Фотография",
    "sticker": "😊 Стикер",
    "contact": "👤 Контакт",
    "location": "📍 Геопозиция",
}


class BadRequest(Exception):
    """The method's call cannot be served: the description Telegram gives with a 400."""


@dataclass(frozen=True)
class Markup:
    """A keyboard as the phone shows it: (id, title) pairs; ids of a reply keyboard are its titles."""

    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()


class Telegram:
    """The bot's API and its users. ``hook`` is where updates go, ``secret`` what their header carries."""

    def __init__(
        self, state: State, phones: Phones, clock: Clock, courier: Courier, hook: str | None, secret: str
    ) -> None:
        self._state = state
        self._phones = phones
        self._clock = clock
        self._courier = courier
        self._hook = hook
        self._secret = secret

    def routes(self) -> list[Route]:
        return [
            Route("/telegram/bot<token>/<method>", ("GET", "POST"), self.call, "telegram"),
            Route("/telegram/file/bot<token>/<path:file>", ("GET",), self.file, "telegram"),
        ]

    # What the bot calls

    def call(self, request: Request, token: str, method: str) -> Answer:
        refused = self._refuse_token(token)
        if refused is not None:
            return refused
        name = next((known for known in METHODS if known.lower() == method.lower()), None)
        if name is None:
            return _error(404, "Not Found")
        fault = self._state.use_switch("telegram")
        if fault == "429":
            return _error(
                429, f"Too Many Requests: retry after {RETRY_AFTER}", {"retry_after": RETRY_AFTER}
            )
        if fault == "500":
            return _error(500, "Internal Server Error")
        try:
            result = self._run(name, _checked(METHODS[name], flat_parameters(request)), forbidden=fault == "403")
        except Unreadable:
            return _error(400, "Bad Request: can't parse JSON object")
        except BadRequest as bad:
            return _error(400, f"Bad Request: {bad}")
        except PermissionError as forbidden:
            return _error(403, f"Forbidden: {forbidden}")
        return lost_answer() if fault == "lost" else Answer(200, {"ok": True, "result": result})

    def file(self, request: Request, token: str, file: str) -> Answer:
        """Nothing a person sends here can be downloaded: the sandbox keeps no media."""
        return self._refuse_token(token) or _error(404, "Not Found")

    def _refuse_token(self, token: str) -> Answer | None:
        if not TOKEN.match(token):
            return _error(404, "Not Found")
        return None if token.startswith(TELEGRAM_TOKENS) else _error(401, "Unauthorized")

    def _run(self, name: str, given: Mapping[str, Any], *, forbidden: bool) -> Any:
        runs: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "answerCallbackQuery": self._answer_callback,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "getMe": lambda _: _bot(),
        }
        if name == "sendMessage":
            return self._send_message(given, forbidden=forbidden)
        return runs[name](given)

    def _send_message(self, given: Mapping[str, Any], *, forbidden: bool) -> dict[str, Any]:
        text = given["text"].strip()
        if not text:
            raise BadRequest("message text is empty")
        if len(text) > TEXT_CHARACTERS:
            raise BadRequest("message is too long")
        if given.get("parse_mode", "HTML").lower() not in ("html", "markdown", "markdownv2"):
            raise BadRequest("unsupported parse_mode")
        markup = _markup(given.get("reply_markup"))
        phone = self._phones.reached_at("telegram", str(given["chat_id"]))
        if phone is None:
            raise BadRequest("chat not found")
        if phone.blocked or forbidden:
            raise PermissionError("bot was blocked by the user")
        now = self._clock.now()
        number = self._state.next("telegram message", 1001)
        self._state.add_message(
            Message(str(number), phone.id, "bot", text, now.isoformat(), markup.kind, markup.choices)
        )
        return _message(number, phone, now, text, given.get("reply_markup"))

    def _answer_callback(self, given: Mapping[str, Any]) -> bool:
        if len(given.get("text", "")) > ANSWER_CHARACTERS:
            raise BadRequest("MESSAGE_TOO_LONG")
        if self._state.note(f"callback#{given['callback_query_id']}") is None:
            raise BadRequest(MISSING["callback_query_id"])
        return True

    def _set_webhook(self, given: Mapping[str, Any]) -> bool:
        address = urlsplit(given["url"])
        if given["url"] and address.scheme != "https" and address.hostname not in LOOPBACK:
            raise BadRequest("bad webhook: An HTTPS URL must be provided for webhook")
        if "secret_token" in given and not SECRET.match(given["secret_token"]):
            raise BadRequest("secret token contains unallowed characters")
        if not 1 <= given.get("max_connections", 40) <= 100:
            raise BadRequest("max_connections must be between 1 and 100")
        self._state.put_note("telegram webhook", {name: given[name] for name in given if name != "secret_token"})
        return True

    def _delete_webhook(self, given: Mapping[str, Any]) -> bool:
        self._state.put_note("telegram webhook", {"url": ""})
        return True

    def _webhook_info(self, given: Mapping[str, Any]) -> dict[str, Any]:
        hook = self._state.note("telegram webhook") or {}
        shown = {name: hook[name] for name in ("allowed_updates", "max_connections", "ip_address") if name in hook}
        return {"url": hook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0, **shown}

    # What a person does

    def text(self, phone: Phone, text: str) -> tuple[Message, Delivery]:
        return self._told(phone, "text", text, {"text": text})

    def media(self, phone: Phone, kind: str) -> tuple[Message, Delivery]:
        return self._told(phone, kind, UNREADABLE_TITLES[kind], _medium(phone, kind))

    def press(self, phone: Phone, message: Message, choice: str) -> Delivery:
        self._state.press(message, choice)
        if message.kind == "keyboard":
            return self.text(phone, choice)[1]
        callback = str(self._state.next("telegram callback", 4400000000000001))
        self._state.put_note(f"callback#{callback}", message.id)
        shown = {
            "callback_query": {
                "id": callback,
                "from": _person(phone),
                "message": _message(
                    int(message.id), phone, datetime.fromisoformat(message.at), message.text, _keyboard(message)
                ),
                "chat_instance": f"{phone.address}00",
                "data": choice,
            }
        }
        return self._deliver(phone, shown)

    def block(self, phone: Phone, *, blocked: bool) -> Delivery:
        was, now = ("member", "kicked") if blocked else ("kicked", "member")
        bot = {"id": TELEGRAM_BOT_ID, "is_bot": True, "first_name": _bot()["first_name"]}
        changed = {
            "chat": _chat(phone),
            "from": _person(phone),
            "date": int(self._clock.now().timestamp()),
            "old_chat_member": {"user": bot, "status": was, **({"until_date": 0} if was == "kicked" else {})},
            "new_chat_member": {"user": bot, "status": now, **({"until_date": 0} if now == "kicked" else {})},
        }
        return self._deliver(phone, {"my_chat_member": changed})

    def _told(self, phone: Phone, kind: str, shown: str, content: Mapping[str, Any]) -> tuple[Message, Delivery]:
        now = self._clock.now()
        number = self._state.next("telegram message", 1001)
        message = Message(str(number), phone.id, "client", shown, now.isoformat(), kind)
        self._state.add_message(message)
        update = {"message_id": number, "from": _person(phone), "chat": _chat(phone), "date": int(now.timestamp())}
        return message, self._deliver(phone, {"message": {**update, **content}})

    def _deliver(self, phone: Phone, content: Mapping[str, Any]) -> Delivery:
        registered = self._state.note("telegram webhook") or {}
        wanted = registered.get("allowed_updates")
        hook = self._hook
        if hook is None or (wanted and not set(wanted) & set(content)):
            return Delivery(0, 0)

        def call() -> Call:
            update = {"update_id": self._state.next("telegram update", 550000001), **content}
            headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": self._secret}
            return Call("POST", hook, json.dumps(update, ensure_ascii=False).encode(), headers)

        return self._courier.deliver(phone.id, call)


def _error(status: int, description: str, parameters: Mapping[str, Any] | None = None) -> Answer:
    body = {"ok": False, "error_code": status, "description": description}
    return Answer(status, body | ({"parameters": parameters} if parameters else {}))


def _checked(known: Mapping[str, tuple[str, bool]], given: Mapping[str, Any]) -> dict[str, Any]:
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


def _markup(given: Mapping[str, Any] | None) -> Markup:
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


def _keyboard(message: Message) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": title, "callback_data": data}] for data, title in message.choices]}


def _bot() -> dict[str, Any]:
    return {
        "id": TELEGRAM_BOT_ID,
        "is_bot": True,
        "first_name": "Ночник",
        "username": "nochnik_demo_bot",
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def _person(phone: Phone) -> dict[str, Any]:
    return {"id": int(phone.address), "is_bot": False, "first_name": phone.profile, "language_code": "ru"}


def _chat(phone: Phone) -> dict[str, Any]:
    return {"id": int(phone.address), "first_name": phone.profile, "type": "private"}


def _message(
    number: int, phone: Phone, at: datetime, text: str, markup: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    message = {
        "message_id": number,
        "from": {name: _bot()[name] for name in ("id", "is_bot", "first_name", "username")},
        "chat": _chat(phone),
        "date": int(at.timestamp()),
        "text": text,
    }
    shown = markup is not None and "inline_keyboard" in markup
    return message | ({"reply_markup": markup} if shown else {})


def _medium(phone: Phone, kind: str) -> dict[str, Any]:
    file = {"file_id": f"demo-{kind}-file", "file_unique_id": f"demo-{kind}"}
    media: Mapping[str, Any] = {
        "voice": {**file, "duration": 4, "mime_type": "audio/ogg", "file_size": 17000},
        "photo": [
            {**file, "width": 90, "height": 67, "file_size": 1500},
            {**file, "width": 1280, "height": 960, "file_size": 150000},
        ],
        "sticker": {
            **file, "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False,
            "emoji": "🙂",
        },
        "contact": {
            "phone_number": "+79000000001", "first_name": phone.profile, "user_id": int(phone.address),
        },
        "location": {"latitude": 53.195873, "longitude": 50.100193},
    }  # fmt: skip
    return {kind: media[kind]}
