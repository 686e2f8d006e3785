"""WhatsApp Cloud API: https://developers.facebook.com/docs/whatsapp/cloud-api

A client's address is her business-scoped user id (BSUID, ``RU.1a2b``) where the webhook tells it, else her phone
number as WhatsApp writes it. Since 2026 every webhook tells the BSUID, while the number comes and goes: it is
missing once she has taken a username and nothing was exchanged by number lately. The number is kept as her phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from chalicelib.channels import _meta, _voice
from chalicelib.channels._limits import fitted, numbered, split, split_tail
from chalicelib.channels._payload import described, ident, in_order, mapping, moment, objects, parse, phone, text
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import Answered, Blocked, FromClient, Medium, Pressed, Said
from chalicelib.desk.values import Choice
from chalicelib.errors import Unavailable, Unreachable
from chalicelib.ports import Channel, Hearing, Secrets
from chalicelib.wire import Flow

BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")

TEXT_LIMIT = 4096
BODY_LIMIT = 1024
BUTTONS, BUTTON_TITLE_LIMIT = 3, 20
ROWS, ROW_TITLE_LIMIT = 10, 24
LIST_CAPTION = "⋯"
"""What the button says that opens a list: texts for clients live in the pack, so it has no words."""
TAG_LIMIT = 512

MEDIA: Mapping[str, Medium] = {
    "audio": "voice",
    "image": "photo",
    "video": "file",
    "document": "file",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contact",
    "order": "other",
}
"""Kinds of message without words of their own. Reactions, edits, revocations, notices of a changed number and kinds
WhatsApp itself calls unsupported are left out. A sound file is a recording more often than music."""

NO_ANSWER = frozenset({"reaction", "edit", "revoke", "system", "unsupported"})
"""Kinds of message with which a colleague has not answered anything."""

NOT_REACHABLE = frozenset({131021, 131026, 131030, 130472, 130497, 131047, 131049, 131050})
"""Same number as ours, no WhatsApp, not on the test list, in an experiment, country, 24-hour window closed,
Meta's own cap, stopped by the client: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes"""

PASSING = frozenset({130429, 131000, 131016, 131048, 131056, 131057, 133016})
"""Too much at once (overall, to this client, or as spam), or a fault on their side: later is right."""

FAILURES: Mapping[tuple[int, int | None], type[Exception]] = {
    **{(code, None): Unreachable for code in NOT_REACHABLE},
    **{(code, None): Unavailable for code in PASSING},
}


class WhatsApp:
    """One business number of one client."""

    name = "whatsapp"
    secrets: Sequence[str] = ("secret", "verify_token")
    account: Sequence[str] = ("token", "account")

    def handshake(self, query: Mapping[str, str], secrets: Secrets) -> str:
        """Meta's. Raises `Rejected`."""
        return _meta.handshake(query, secrets)

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
        """Meta's signature of the raw body. Raises `Rejected`."""
        _meta.verify(headers, body, secrets)

    def read(self, body: bytes) -> Iterable[FromClient]:
        """All messages, failed deliveries and colleagues' answers of all changes of all entries. Keys are
        ``whatsapp:<wamid>`` and ``whatsapp:<wamid>:failed``."""
        payload = parse(body)
        if payload.get("object") != "whatsapp_business_account":
            return ()
        return in_order(event for change in _changes(payload) for event in _events(change))

    def write(self, reply: Reply, account: Secrets, base_url: str, key: str) -> Flow[None]:
        """Texts, with up to 3 choices as reply buttons, up to 10 as a list, more as numbered lines. WhatsApp echoes
        ``key`` in the delivery statuses."""
        url = f"{base_url}/{_meta.VERSION}/{account['account']}/messages"
        to = "recipient" if BSUID.fullmatch(reply.address) else "to"
        envelope = {"messaging_product": "whatsapp", "recipient_type": "individual", to: reply.address}
        for message in _messages(reply):
            sent = {**envelope, **message, "biz_opaque_callback_data": key[:TAG_LIMIT]}
            yield from _meta.call("POST", url, account, FAILURES, json=sent)

    def acknowledge(self, receipt: str, account: Secrets, base_url: str) -> Flow[None]:
        """A pressed button does not wait for anything."""
        yield from ()

    def fetch(self, file: str, account: Secrets, base_url: str) -> Flow[bytes]:
        """The address of the media id, then the download; both want the token. Raises `Refused`, `Unavailable`."""
        url = f"{base_url}/{_meta.VERSION}/{quote(file, safe='')}"
        found = yield from _meta.call("GET", url, account, FAILURES, query={"phone_number_id": account["account"]})
        _voice.small_enough(found.get("file_size"))
        return (yield from _voice.download(text(found.get("url")), _meta.MEDIA_HOSTS, base_url, _meta.bearer(account)))

    def register(self, hook: str, secrets: Secrets, base_url: str) -> Flow[None]:
        """The hook is entered by hand in Meta's app dashboard; here ``token`` is tried on the number ``account``."""
        url = f"{base_url}/{_meta.VERSION}/{secrets['account']}"
        yield from _meta.call("GET", url, secrets, FAILURES, query={"fields": "id"})

    def check(self, account: Secrets, base_url: str, hook: str) -> Flow[Hearing]:
        """The number's own record tells to which address its messages go: its own, else that of its business account,
        else the app's (https://developers.facebook.com/docs/whatsapp/embedded-signup/webhooks/override)."""
        url = f"{base_url}/{_meta.VERSION}/{account['account']}"
        fields = {"fields": "id,webhook_configuration"}
        found = yield from _meta.call("GET", url, account, FAILURES, query=fields)
        told = mapping(found.get("webhook_configuration"))
        addresses = (text(told.get(level)) for level in ("phone_number", "whatsapp_business_account", "application"))
        there = next((address for address in addresses if address), "")
        return Hearing(registered=there == hook or "webhook_configuration" not in found)


def _changes(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for entry in objects(payload.get("entry")):
        yield from objects(entry.get("changes"))


def _events(change: Mapping[str, Any]) -> Iterator[FromClient]:
    """Fields besides these two are templates, calls, the account's health and the history of an older phone."""
    value = mapping(change.get("value"))
    contacts = objects(value.get("contacts"))
    if change.get("field") == "smb_message_echoes":
        for echo in objects(value.get("message_echoes")):
            yield from _answered(echo, _contact(echo.get("to"), echo.get("to_user_id"), contacts))
    if change.get("field") != "messages":
        return
    for message in objects(value.get("messages")):
        if "group_id" not in message:
            yield from _message(message, _contact(message.get("from"), message.get("from_user_id"), contacts))
    for status in objects(value.get("statuses")):
        yield from _status(status, _contact(status.get("recipient_id"), status.get("recipient_user_id"), contacts))


def _contact(number: object, user: object, contacts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The card of ``contacts`` that belongs to a message or a status: they name the client in parallel lists."""
    if not ident(number) and not ident(user):
        return contacts[0] if len(contacts) == 1 else {}
    same = (card for card in contacts if _is_hers(card, ident(number), ident(user)))
    return next(same, {})


def _is_hers(card: Mapping[str, Any], number: str, user: str) -> bool:
    return (number != "" and ident(card.get("wa_id")) == number) or (user != "" and ident(card.get("user_id")) == user)


def _address(number: object, user: object, card: Mapping[str, Any]) -> str:
    for known in (ident(user), ident(card.get("user_id"))):
        if BSUID.fullmatch(known):
            return known
    return ident(number) or ident(card.get("wa_id"))


def _message(message: Mapping[str, Any], card: Mapping[str, Any]) -> Iterator[FromClient]:
    address = _address(message.get("from"), message.get("from_user_id"), card)
    wamid = ident(message.get("id"))
    if not address or not wamid:
        return
    key, at = f"{WhatsApp.name}:{wamid}", moment(message.get("timestamp"))
    profile = text(mapping(card.get("profile")).get("name"))
    if (pressed := _press(message)) is not None:
        yield Pressed(key, at, WhatsApp.name, address, pressed.id, pressed.title, profile=profile)
    elif (said := _content(message)) is not None:
        words, medium = said
        number = _shared_phone(message) or phone(message.get("from")) or phone(card.get("wa_id"))
        file = ident(mapping(message.get("audio")).get("id")) or None
        yield Said(key, at, WhatsApp.name, address, words, medium, profile, number, file=file)


def _answered(echo: Mapping[str, Any], card: Mapping[str, Any]) -> Iterator[FromClient]:
    """What a colleague wrote in the WhatsApp Business app on the number we share with it. Our own messages are not
    echoed: https://developers.facebook.com/docs/whatsapp/embedded-signup/custom-flows/onboarding-business-app-users"""
    address = _address(echo.get("to"), echo.get("to_user_id"), card)
    wamid = ident(echo.get("id"))
    if address and wamid and "group_id" not in echo and echo.get("type") not in NO_ANSWER:
        yield Answered(f"{WhatsApp.name}:{wamid}", moment(echo.get("timestamp")), WhatsApp.name, address)


def _press(message: Mapping[str, Any]) -> Choice | None:
    """The pressed reply button, list row or template button."""
    kind, interactive = message.get("type"), mapping(message.get("interactive"))
    if kind == "button":
        button = mapping(message.get("button"))
        id, title = text(button.get("payload")), text(button.get("text"))
    elif kind == "interactive" and interactive.get("type") in ("button_reply", "list_reply"):
        pressed = mapping(interactive.get(str(interactive.get("type"))))
        id, title = ident(pressed.get("id")), text(pressed.get("title"))
    else:
        return None
    return Choice(id or title, title) if id or title else None


def _content(message: Mapping[str, Any]) -> tuple[str, Medium] | None:
    """The words and the medium of a message, None if it is no message to the desk."""
    kind = message.get("type")
    if kind == "text":
        words = text(mapping(message.get("text")).get("body"))
        return (words, "text") if words else None
    if not isinstance(kind, str) or kind not in (*MEDIA, "interactive"):
        return None
    content = mapping(message.get(kind))
    if kind == "interactive":
        return ("", "other") if content.get("type") == "nfm_reply" else None
    return text(content.get("caption")) or text(content.get("text")), MEDIA[kind]


def _shared_phone(message: Mapping[str, Any]) -> str | None:
    """Her own number, when she sent it because she was asked to; any other card is somebody else's."""
    if message.get("type") != "contacts" or message.get("origin") != "contact_request":
        return None
    numbers = [number for card in objects(message.get("contacts")) for number in objects(card.get("phones"))]
    return next((phone(number.get("phone")) for number in numbers), None)


def _status(status: Mapping[str, Any], card: Mapping[str, Any]) -> Iterator[FromClient]:
    """A delivery that failed because she cannot be written to; all other statuses mean nothing to the desk."""
    address = _address(status.get("recipient_id"), status.get("recipient_user_id"), card)
    wamid = ident(status.get("id"))
    if address and wamid and status.get("status") == "failed":
        for error in objects(status.get("errors")):
            code = _meta.number(error.get("code"))
            if code in NOT_REACHABLE:
                why = f"{code} {described(error.get('title'), {})}".strip()
                key = f"{WhatsApp.name}:{wamid}:failed"
                yield Blocked(key, moment(status.get("timestamp")), WhatsApp.name, address, why)


def _messages(reply: Reply) -> Iterator[dict[str, Any]]:
    """What to send for one reply: the choices go under the last piece of the text."""
    if not 0 < len(reply.choices) <= ROWS:
        words = numbered(reply.text, reply.choices)
        yield from (_text(piece) for piece in split(words, TEXT_LIMIT))
        return
    first, last = split_tail(reply.text, TEXT_LIMIT, BODY_LIMIT)
    yield from (_text(piece) for piece in first)
    body = {"text": last or LIST_CAPTION}
    kind, action = _buttons(reply.choices) if len(reply.choices) <= BUTTONS else _list(reply.choices)
    yield {"type": "interactive", "interactive": {"type": kind, "body": body, "action": action}}


def _text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": words}}


def _buttons(choices: Sequence[Choice]) -> tuple[str, dict[str, Any]]:
    shown = fitted(choices, BUTTON_TITLE_LIMIT)
    return "button", {"buttons": [{"type": "reply", "reply": {"id": one.id, "title": one.title}} for one in shown]}


def _list(choices: Sequence[Choice]) -> tuple[str, dict[str, Any]]:
    rows = [{"id": one.id, "title": one.title} for one in fitted(choices, ROW_TITLE_LIMIT)]
    return "list", {"button": LIST_CAPTION, "sections": [{"rows": rows}]}


CHANNEL: Channel = WhatsApp()
