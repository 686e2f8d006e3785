"""Instagram Messaging: https://developers.facebook.com/docs/messenger-platform/instagram

A client's address is her Instagram-scoped id. Echoes of what we wrote, unsent messages, reactions, read marks, edits,
and threads another app owns (standby) mean nothing to the desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.channels import _meta, _voice
from chalicelib.channels._limits import fitted, numbered, split, utf8_bytes
from chalicelib.channels._payload import fingerprint, ident, in_order, mapping, moment, objects, parse, text
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import Answered, FromClient, Medium, Pressed, Said
from chalicelib.errors import Unavailable, Unreachable
from chalicelib.ports import Channel, Hearing, Secrets
from chalicelib.wire import Flow

TEXT_LIMIT_BYTES = 1000
QUICK_REPLIES, TITLE_LIMIT = 13, 20

MEDIA: Mapping[str, Medium] = {
    "image": "photo",
    "audio": "voice",
    "video": "file",
    "file": "file",
    "like_heart": "sticker",
    "location": "location",
}
"""Kinds of attachment; shared posts, story mentions, reels and kinds to come are ``other``."""

NOT_FOR_US = ("is_self", "is_deleted", "is_unsupported")

INBOXES = frozenset({"263902037430900", "1217981644879628"})
"""App ids of Meta's own inboxes for a Page and for Instagram, in which people type (Meta's handover protocol page).
What is typed in the Instagram app itself has no app id; what any other app sends has its own."""

FAILURES: Mapping[tuple[int, int | None], type[Exception]] = {
    (10, 2534022): Unreachable,  # the 24-hour window is closed
    (10, 2018278): Unreachable,
    (10, 2018108): Unreachable,  # cannot receive messages
    (551, None): Unreachable,
    (100, 2534014): Unreachable,  # no such user
    (613, None): Unavailable,
}
"""Codes with their subcodes: https://developers.facebook.com/docs/messenger-platform/error-codes"""


class Instagram:
    """One professional account of one client, reached with its Page's token."""

    name = "instagram"
    secrets: Sequence[str] = ("secret", "verify_token")
    account: Sequence[str] = ("token",)

    def handshake(self, query: Mapping[str, str], secrets: Secrets) -> str:
        """Meta's. Raises `Rejected`."""
        return _meta.handshake(query, secrets)

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
        """Meta's signature of the raw body. Apps with Instagram Login are signed with one of two app secrets, so
        ``secret`` may hold both, separated by a comma. Raises `Rejected`."""
        _meta.verify(headers, body, secrets)

    def read(self, body: bytes) -> Iterable[FromClient]:
        """All messages, presses and colleagues' answers of all entries. Keys are ``instagram:<mid>``; what comes
        without a mid is known again by its sender, time and content."""
        payload = parse(body)
        if payload.get("object") != "instagram":
            return ()
        return in_order(event for ours, item in _items(payload) for event in _events(ours, item))

    def write(self, reply: Reply, account: Secrets, base_url: str, key: str) -> Flow[None]:
        """Texts of at most 1000 bytes, up to 13 choices as quick replies under the last one. Quick replies are not
        shown on a computer, where the client types the answer."""
        url = f"{base_url}/{_meta.VERSION}/me/messages"
        for message in _messages(reply):
            sent = {"recipient": {"id": reply.address}, "message": message}
            yield from _meta.call("POST", url, account, FAILURES, json=sent)

    def acknowledge(self, receipt: str, account: Secrets, base_url: str) -> Flow[None]:
        """A pressed button does not wait for anything."""
        yield from ()

    def fetch(self, file: str, account: Secrets, base_url: str) -> Flow[bytes]:
        """``file`` is the address itself, on Meta's CDN, which wants no token. Raises `Refused`, `Unavailable`."""
        return (yield from _voice.download(file, _meta.MEDIA_HOSTS, base_url))

    def register(self, hook: str, secrets: Secrets, base_url: str) -> Flow[None]:
        """The hook is entered by hand in Meta's app dashboard; here ``token`` is tried."""
        yield from _meta.call("GET", f"{base_url}/{_meta.VERSION}/me", secrets, FAILURES, query={"fields": "id"})

    def check(self, account: Secrets, base_url: str, hook: str) -> Flow[Hearing]:
        """Which apps get the Page's messages, as this token may know: our own. Its address is not told.
        https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps"""
        url = f"{base_url}/{_meta.VERSION}/me/subscribed_apps"
        query = {"fields": "id,subscribed_fields"}
        found = yield from _meta.call("GET", url, account, FAILURES, query=query)
        told = (app.get("subscribed_fields") for app in objects(found.get("data")))
        return Hearing(registered=any(isinstance(fields, list) and "messages" in fields for fields in told))


def _items(payload: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What happened, each with the id of our own account."""
    for entry in objects(payload.get("entry")):
        for item in objects(entry.get("messaging")):
            yield ident(entry.get("id")), item


def _side(item: Mapping[str, Any], side: str) -> str:
    return ident(mapping(item.get(side)).get("id"))


def _sender(item: Mapping[str, Any]) -> str:
    return _side(item, "sender")


def _events(ours: str, item: Mapping[str, Any]) -> Iterator[FromClient]:
    message, postback = mapping(item.get("message")), mapping(item.get("postback"))
    if any(message.get(mark) for mark in NOT_FOR_US):
        return
    if message.get("is_echo"):
        yield from _answered(ours, item, message)
        return
    if not _sender(item) or _sender(item) == ours:
        return
    quick_reply = text(mapping(message.get("quick_reply")).get("payload"))
    if quick_reply:
        yield _pressed(item, message, quick_reply, text(message.get("text")))
    elif message:
        yield from _said(item, message)
    elif title := text(postback.get("payload")) or text(postback.get("title")):
        yield _pressed(item, postback, title, text(postback.get("title")))


def _answered(ours: str, item: Mapping[str, Any], message: Mapping[str, Any]) -> Iterator[FromClient]:
    """What a colleague typed herself, in the app or in one of Meta's inboxes; never what an app sent."""
    client, mid, app = _side(item, "recipient"), ident(message.get("mid")), ident(message.get("app_id"))
    if client and client != ours and mid and (not app or app in INBOXES):
        yield Answered(f"{Instagram.name}:{mid}", moment(item.get("timestamp")), Instagram.name, client)


def _said(item: Mapping[str, Any], message: Mapping[str, Any]) -> Iterator[FromClient]:
    words, attachments = text(message.get("text")), objects(message.get("attachments"))
    if words or attachments:
        medium = MEDIA.get(text(attachments[0].get("type")), "other") if attachments else "text"
        voice = mapping(attachments[0].get("payload")) if medium == "voice" else {}
        yield Said(
            key=_key(item, message, words),
            at=moment(item.get("timestamp")),
            channel=Instagram.name,
            address=_sender(item),
            text=words,
            medium=medium,
            profile=_profile(item),
            file=text(voice.get("url")) or None,
        )


def _pressed(item: Mapping[str, Any], source: Mapping[str, Any], choice: str, title: str) -> FromClient:
    return Pressed(
        key=_key(item, source, choice),
        at=moment(item.get("timestamp")),
        channel=Instagram.name,
        address=_sender(item),
        choice=choice,
        title=title,
        profile=_profile(item),
    )


def _key(item: Mapping[str, Any], source: Mapping[str, Any], content: str) -> str:
    mid = ident(source.get("mid")) or fingerprint(_sender(item), ident(item.get("timestamp")), content)
    return f"{Instagram.name}:{mid}"


def _profile(item: Mapping[str, Any]) -> str:
    return text(mapping(item.get("sender")).get("username"))


def _messages(reply: Reply) -> Iterator[dict[str, Any]]:
    """What to send for one reply: texts within the limit, the choices under the last one."""
    many = len(reply.choices) > QUICK_REPLIES
    words = numbered(reply.text, reply.choices) if many else reply.text
    *first, last = split(words, TEXT_LIMIT_BYTES, utf8_bytes) or [""]
    for piece in first:
        yield {"text": piece}
    if reply.choices and not many:
        shown = fitted(reply.choices, TITLE_LIMIT)
        quick = [{"content_type": "text", "title": one.title, "payload": one.id} for one in shown]
        yield {"text": last or "⋯", "quick_replies": quick}
    elif last:
        yield {"text": last}


CHANNEL: Channel = Instagram()
