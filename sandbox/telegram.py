"""Telegram's side: the Bot API methods we use, and the updates a person's phone causes.

Parameters and limits: https://core.telegram.org/bots/api (10.3). Parameters the original would silently ignore are
refused here, so that a typing mistake shows on the laptop.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request

from sandbox.accounts import TELEGRAM_BOT_ID, TELEGRAM_TOKENS
from sandbox.clock import Clock
from sandbox.far_side import Answer, Route, Unreadable, flat_parameters
from sandbox.hooks import Call, Courier, Delivery
from sandbox.phones import MEDIA_TITLES, Phones
from sandbox.state import Message, Phone, State, Voice
from sandbox.switches import lost_answer
from sandbox.telegram_rules import METHODS, MISSING, BadRequest, checked, read_markup
from sandbox.voice import seconds_of, spoken

TEXT_CHARACTERS = 4096
ANSWER_CHARACTERS = 200
FILE_BYTES = 20 * 1024 * 1024
FILES, EXTENSION = "voice/", ".oga"
RETRY_AFTER = 3
SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")
TOKEN = re.compile(r"^\d+:[A-Za-z0-9_-]+$")
LOOPBACK = frozenset({"127.0.0.1", "localhost"})


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
            waiting = {"retry_after": RETRY_AFTER}
            return _error(429, f"Too Many Requests: retry after {RETRY_AFTER}", waiting)
        if fault == "500":
            return _error(500, "Internal Server Error")
        try:
            result = self._run(name, checked(METHODS[name], flat_parameters(request)), forbidden=fault == "403")
        except Unreadable:
            return _error(400, "Bad Request: can't parse JSON object")
        except BadRequest as bad:
            return _error(400, f"Bad Request: {bad}")
        except PermissionError as forbidden:
            return _error(403, f"Forbidden: {forbidden}")
        return lost_answer() if fault == "lost" else Answer(200, {"ok": True, "result": result})

    def file(self, request: Request, token: str, file: str) -> Answer:
        """What getFile found: voice messages only, the sandbox keeps no other media."""
        refused = self._refuse_token(token)
        if refused is not None:
            return refused
        voice = self._state.voice(file.removeprefix(FILES).removesuffix(EXTENSION))
        if voice is None or file != _path(voice):
            return _error(404, "Not Found")
        fault = self._state.use_switch("telegram")
        return _error(500, "Internal Server Error") if fault == "500" else Answer(200, voice.sound, "audio/ogg")

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
            "getFile": self._get_file,
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
        markup = read_markup(given.get("reply_markup"))
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

    def _get_file(self, given: Mapping[str, Any]) -> dict[str, Any]:
        voice = self._state.voice(given["file_id"])
        if voice is None:
            raise BadRequest("wrong file_id or the file is temporarily unavailable")
        if len(voice.sound) > FILE_BYTES:
            raise BadRequest("file is too big")
        return {**_file(voice), "file_path": _path(voice)}

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

    def text(self, phone: Phone, text: str, to: Message | None = None) -> tuple[Message, Delivery]:
        """She writes; ``to`` is the message she replies to."""
        content = {"text": text} if to is None else {"reply_to_message": _shown(phone, to), "text": text}
        return self._told(phone, "text", text, content, to=to)

    def voice(self, phone: Phone, words: str) -> tuple[Message, Delivery]:
        """She says ``words`` in a voice message."""
        file = f"demo-voice-{self._state.next('telegram voice', 7000001)}"
        voice = Voice(file, str(self._state.next("telegram message", 1001)), seconds_of(words), spoken(words))
        self._state.put_voice(phone.id, voice)
        content = {"voice": {**_file(voice), "duration": voice.seconds, "mime_type": "audio/ogg"}}
        return self._told(phone, "voice", words or MEDIA_TITLES["voice"], content, int(voice.message))

    def media(self, phone: Phone, kind: str) -> tuple[Message, Delivery]:
        return self._told(phone, kind, MEDIA_TITLES[kind], _medium(phone, kind))

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
                "message": _shown(phone, message),
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

    def _told(
        self,
        phone: Phone,
        kind: str,
        shown: str,
        content: Mapping[str, Any],
        number: int = 0,
        to: Message | None = None,
    ) -> tuple[Message, Delivery]:
        now = self._clock.now()
        number = number or self._state.next("telegram message", 1001)
        message = Message(str(number), phone.id, "client", shown, now.isoformat(), kind)
        self._state.add_message(message)
        if to is not None:
            self._state.put_reply(phone.id, message.id, to.id)
        update = {"message_id": number, "from": _person(phone), "chat": _chat(phone), "date": int(now.timestamp())}
        return message, self._deliver(phone, {"message": {**update, **content}}, message.id)

    def _deliver(self, phone: Phone, content: Mapping[str, Any], message: str = "") -> Delivery:
        """Post an update; ``message`` is the bubble on the phone it is made of, if there is one."""
        registered = self._state.note("telegram webhook") or {}
        wanted = registered.get("allowed_updates")
        hook = self._hook
        if hook is None or (wanted and not set(wanted) & set(content)):
            return Delivery(0, 0)

        def call() -> Call:
            update = {"update_id": self._state.next("telegram update", 550000001), **content}
            if message:
                self._state.put_event(phone.id, message, f"telegram:{update['update_id']}")
            headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": self._secret}
            return Call("POST", hook, json.dumps(update, ensure_ascii=False).encode(), headers)

        return self._courier.deliver(phone.id, call)


def _error(status: int, description: str, parameters: Mapping[str, Any] | None = None) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    headers = {}
    if parameters:
        body["parameters"] = parameters
    if status == 429:
        headers["Retry-After"] = str(RETRY_AFTER)
    return Answer(status, body, headers=headers)


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


def _shown(phone: Phone, message: Message) -> dict[str, Any]:
    """A message of this chat as it comes along with an update about it, with its keyboard."""
    at = datetime.fromisoformat(message.at)
    markup = _keyboard(message) if message.kind == "buttons" else None
    shown = _message(int(message.id), phone, at, message.text, markup)
    return shown if message.sender == "bot" else shown | {"from": _person(phone)}


def _file(voice: Voice) -> dict[str, Any]:
    return {"file_id": voice.file, "file_unique_id": voice.file[-7:], "file_size": len(voice.sound)}


def _path(voice: Voice) -> str:
    return f"{FILES}{voice.file}{EXTENSION}"


def _medium(phone: Phone, kind: str) -> dict[str, Any]:
    file = {"file_id": f"demo-{kind}-file", "file_unique_id": f"demo-{kind}"}
    media: Mapping[str, Any] = {
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
