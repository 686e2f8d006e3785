"""Telegram bots: https://core.telegram.org/bots/api

A client is written to in her private chat only, so her address is her user id. Groups, channels, edited messages,
reactions, messages of a connected business account and other bots mean nothing to the desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from chalicelib import proof
from chalicelib.channels import _voice
from chalicelib.channels._limits import fitted, numbered, split
from chalicelib.channels._payload import (
    described,
    ident,
    in_order,
    mapping,
    moment,
    objects,
    parse,
    phone,
    text,
    whole,
)
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import Blocked, FromClient, Medium, Pressed, Said
from chalicelib.desk.values import Choice
from chalicelib.errors import Refused, Rejected, Unavailable, Unreachable
from chalicelib.ports import Channel, Hearing, Secrets
from chalicelib.wire import Flow, Request, Response

TEXT_LIMIT = 4096
BUTTONS = 100
TITLE_LIMIT = 64
"""Telegram names no limit; a longer title does not fit on a phone."""
SHORT_TITLE = 14
"""Two titles of this length stand side by side on a phone."""

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
MAX_CONNECTIONS = 10
"""Fewer than the usual 40: a flood waits at Telegram, not in our bill."""

MEDIA: Mapping[str, Medium] = {
    "voice": "voice",
    "audio": "voice",
    "sticker": "sticker",
    "photo": "photo",
    "contact": "contact",
    "venue": "location",
    "location": "location",
    "animation": "file",
    "video": "file",
    "video_note": "file",
    "document": "file",
    "rich_message": "other",
    "paid_media": "other",
    "story": "other",
    "checklist": "other",
    "poll": "other",
    "dice": "other",
    "game": "other",
    "web_app_data": "other",
}
"""What a client can send besides text; a sound file is a recording more often than music. Any other field is a notice
of the service (pinned, joined, gift)."""


class Telegram:
    """One bot of one client."""

    name = "telegram"
    secrets: Sequence[str] = ("secret",)
    account: Sequence[str] = ("token",)

    def handshake(self, query: Mapping[str, str], secrets: Secrets) -> str:
        """Telegram has none. Raises `Rejected`."""
        raise Rejected("Telegram does not ask")

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
        """The header holds the secret given to setWebhook; the body is not signed. Raises `Rejected`."""
        proof.shared_secret(headers.get("x-telegram-bot-api-secret-token", ""), secrets.get("secret", ""))

    def read(self, body: bytes) -> Iterable[FromClient]:
        """The event of one update. Its key is ``telegram:<update_id>``."""
        update = parse(body)
        key = ident(update.get("update_id"))
        if not key:
            return ()
        return in_order(_events(f"{self.name}:{key}", update))

    def write(self, reply: Reply, account: Secrets, base_url: str, key: str) -> Flow[None]:
        """sendMessage as plain text; a long one in several messages, the choices under the last."""
        chat: int | str = _chat_id(reply.address)
        for message in _messages(reply):
            chat = yield from _send(message, chat, account, base_url)

    def acknowledge(self, receipt: str, account: Secrets, base_url: str) -> Flow[None]:
        """answerCallbackQuery. A press too old to be answered (400) has stopped spinning by itself."""
        response = yield _call("answerCallbackQuery", {"callback_query_id": receipt}, account, base_url)
        if response.status != 400:
            _check("answerCallbackQuery", response, account)

    def fetch(self, file: str, account: Secrets, base_url: str) -> Flow[bytes]:
        """getFile, then the download, whose address holds the token. Telegram itself gives out at most 20 MB.
        Raises `Refused`, `Unavailable`."""
        response = yield _call("getFile", {"file_id": file}, account, base_url)
        _check("getFile", response, account)
        found = mapping(mapping(response.json()).get("result"))
        _voice.small_enough(found.get("file_size"))
        path = text(found.get("file_path"))
        if not path:
            raise Refused("getFile: no path")
        return (yield from _voice.download(f"{base_url}/file/bot{account['token']}/{quote(path)}", (), base_url))

    def register(self, hook: str, secrets: Secrets, base_url: str) -> Flow[None]:
        """setWebhook. ``secrets`` holds ``token`` and ``secret``, of which the first value is the one in use."""
        settings = {
            "url": hook,
            "secret_token": secrets["secret"].split(",")[0].strip(),
            "allowed_updates": list(ALLOWED_UPDATES),
            "max_connections": MAX_CONNECTIONS,
        }
        response = yield _call("setWebhook", settings, secrets, base_url)
        _check("setWebhook", response, secrets)

    def check(self, account: Secrets, base_url: str, hook: str) -> Flow[Hearing]:
        """getWebhookInfo: it wants a live token as getMe does, and tells of the webhook besides. Of an error it tells
        for ever, so it counts only while updates wait (https://core.telegram.org/bots/api#webhookinfo)."""
        response = yield _call("getWebhookInfo", {}, account, base_url)
        _check("getWebhookInfo", response, account)
        found = mapping(mapping(response.json()).get("result"))
        waiting, erred = whole(found.get("pending_update_count")) or 0, whole(found.get("last_error_date"))
        return Hearing(
            registered=text(found.get("url")) == hook,
            waiting=waiting,
            erred=moment(erred) if erred else None,
            why=described(found.get("last_error_message"), account) if erred else "",
        )


def _events(key: str, update: Mapping[str, Any]) -> Iterator[FromClient]:
    if "message" in update:
        yield from _said(key, mapping(update["message"]))
    elif "callback_query" in update:
        yield from _pressed(key, mapping(update["callback_query"]))
    elif "my_chat_member" in update:
        yield from _blocked(key, mapping(update["my_chat_member"]))


def _said(key: str, message: Mapping[str, Any]) -> Iterator[FromClient]:
    sender, medium = mapping(message.get("from")), _medium(message)
    address, voice = _client(sender), mapping(message.get("voice") or message.get("audio"))
    words = text(message.get("text")) or text(message.get("caption"))
    if address and _is_private(message) and (words or medium != "text"):
        yield Said(
            key=key,
            at=moment(message.get("date")),
            channel=Telegram.name,
            address=address,
            text=words,
            medium=medium,
            profile=_profile(sender),
            phone=_own_phone(mapping(message.get("contact")), address),
            file=ident(voice.get("file_id")) or None,
            seconds=whole(voice.get("duration")),
            to=_first_choice(mapping(message.get("reply_to_message"))),
        )


def _first_choice(message: Mapping[str, Any]) -> str:
    """The id of the first button under a message."""
    keyboard = mapping(message.get("reply_markup")).get("inline_keyboard")
    rows = keyboard if isinstance(keyboard, list) else []
    first = next((button for row in rows if isinstance(row, list) for button in row), None)
    return text(mapping(first).get("callback_data"))


def _pressed(key: str, query: Mapping[str, Any]) -> Iterator[FromClient]:
    sender, message = mapping(query.get("from")), mapping(query.get("message"))
    address, choice = _client(sender), text(query.get("data"))
    if address and choice and (not message or _is_private(message)):
        yield Pressed(
            key=key,
            # Telegram does not tell when a button was pressed; the message's date is when the button was offered.
            at=moment(None),
            channel=Telegram.name,
            address=address,
            choice=choice,
            title=_title(message, choice),
            receipt=ident(query.get("id")) or None,
            profile=_profile(sender),
        )


def _blocked(key: str, change: Mapping[str, Any]) -> Iterator[FromClient]:
    address = _client(mapping(change.get("from")))
    status = mapping(change.get("new_chat_member")).get("status")
    if address and _is_private(change) and status == "kicked":
        yield Blocked(key, moment(change.get("date")), Telegram.name, address, "the client blocked the bot")


def _client(sender: Mapping[str, Any]) -> str:
    return "" if sender.get("is_bot") is True else ident(sender.get("id"))


def _is_private(holder: Mapping[str, Any]) -> bool:
    return mapping(holder.get("chat")).get("type") == "private"


def _medium(message: Mapping[str, Any]) -> Medium:
    return next((medium for kind, medium in MEDIA.items() if kind in message), "text")


def _profile(sender: Mapping[str, Any]) -> str:
    return f"{text(sender.get('first_name'))} {text(sender.get('last_name'))}".strip()


def _own_phone(contact: Mapping[str, Any], address: str) -> str | None:
    """The number of a shared contact, if it is her own card and not a friend's."""
    return phone(contact.get("phone_number")) if ident(contact.get("user_id")) == address else None


def _title(message: Mapping[str, Any], choice: str) -> str:
    """What stood on the pressed button, from the keyboard that comes along with its message."""
    keyboard = mapping(message.get("reply_markup")).get("inline_keyboard")
    rows = keyboard if isinstance(keyboard, list) else []
    buttons = [button for row in rows for button in objects(row)]
    return next((text(button.get("text")) for button in buttons if button.get("callback_data") == choice), "")


def _messages(reply: Reply) -> Iterator[dict[str, Any]]:
    """What to send for one reply: texts within the limit, the choices under the last one."""
    many = len(reply.choices) > BUTTONS
    *first, last = split(numbered(reply.text, reply.choices) if many else reply.text, TEXT_LIMIT) or [""]
    for piece in first:
        yield {"text": piece}
    if reply.choices and not many:
        yield {"text": last or "⋯", "reply_markup": {"inline_keyboard": _rows(reply.choices)}}
    elif last:
        yield {"text": last}


def _rows(choices: Sequence[Choice]) -> list[list[dict[str, str]]]:
    shown = fitted(choices, TITLE_LIMIT)
    buttons = [{"text": choice.title, "callback_data": choice.id} for choice in shown]
    wide = 2 if all(len(choice.title) <= SHORT_TITLE for choice in shown) else 1
    return [buttons[start : start + wide] for start in range(0, len(buttons), wide)]


def _chat_id(address: str) -> int | str:
    """Addresses are numbers; a colleague's may also be a channel's @name."""
    return int(address) if address.lstrip("-").isdecimal() else address


def _send(message: Mapping[str, Any], chat: int | str, account: Secrets, base_url: str) -> Flow[int | str]:
    """Send to ``chat`` and return where it went: a colleagues' group gets a new id when it becomes a supergroup."""
    response = yield _call("sendMessage", {"chat_id": chat, **message}, account, base_url)
    moved = mapping(mapping(response.json()).get("parameters")).get("migrate_to_chat_id")
    if isinstance(moved, int):
        chat = moved
        response = yield _call("sendMessage", {"chat_id": chat, **message}, account, base_url)
    _check("sendMessage", response, account)
    return chat


def _call(method: str, parameters: Mapping[str, Any], account: Secrets, base_url: str) -> Request:
    return Request("POST", f"{base_url}/bot{account['token']}/{method}", json=parameters)


def _check(method: str, response: Response, account: Secrets) -> None:
    """Raise what an answer means: https://core.telegram.org/bots/api#making-requests"""
    answer = mapping(response.json())
    if answer.get("ok") is True:
        return
    code = _code(answer) or response.status
    said = described(answer.get("description"), account)
    why = f"{method}: {code} {said}"
    if code == 429:
        raise Unavailable(why, _retry_after(answer))
    if code == 403 or "chat not found" in said.lower():
        raise Unreachable(why)
    if 400 <= code < 500:
        raise Refused(why)
    # Down, or a 2xx that is not Telegram's (a proxy's page): then nobody knows whether it was sent.
    raise Unavailable(why, answered=bool(answer) or not 200 <= code < 300)


def _code(answer: Mapping[str, Any]) -> int | None:
    code = answer.get("error_code")
    return code if isinstance(code, int) else None


def _retry_after(answer: Mapping[str, Any]) -> float | None:
    seconds = mapping(answer.get("parameters")).get("retry_after")
    return float(seconds) if isinstance(seconds, int | float) else None


CHANNEL: Channel = Telegram()
