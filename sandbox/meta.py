"""Meta's side: WhatsApp Cloud API and Instagram messaging, and the signed webhooks a person's phone causes.

Limits and codes: https://developers.facebook.com/docs/whatsapp/cloud-api (reference/messages, support/error-codes) and
https://developers.facebook.com/docs/instagram-platform. Keys the originals would ignore are refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets as random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Request

from sandbox.accounts import INSTAGRAM_ACCOUNT_ID, WHATSAPP_ACCOUNT_ID, WHATSAPP_NUMBER_ID
from sandbox.clock import Clock
from sandbox.far_side import Answer, Route
from sandbox.graph import Bubble, GraphError, check_token, json_body, no_such_object
from sandbox.hooks import Call, Courier, Delivery
from sandbox.instagram_rules import check_instagram, window_closed
from sandbox.meta_files import FIRST_ID, SOUND, Files
from sandbox.phones import MEDIA_TITLES, Phones, bsuid
from sandbox.state import BY_HAND, Message, Phone, State
from sandbox.switches import lost_answer
from sandbox.whatsapp_rules import check_whatsapp, check_whatsapp_receipt, whatsapp_error

WINDOW = timedelta(hours=24)
APP_ID = "100000000000005"


class Meta:
    """Both products of one app. ``hooks``: webhook of each channel; ``app_secret`` signs, ``verify`` proves hooks."""

    def __init__(
        self,
        state: State,
        phones: Phones,
        clock: Clock,
        courier: Courier,
        hooks: Mapping[str, str],
        app_secret: str,
        verify: str,
        base: str,
        number: Callable[[], str],
    ) -> None:
        self._state = state
        self._phones = phones
        self._clock = clock
        self._courier = courier
        self._hooks = hooks
        self._app_secret = app_secret
        self._verify = verify
        self._files = Files(state, app_secret, base)
        self._number = number
        self._subscribed: set[str] = set()

    def routes(self) -> list[Route]:
        return [
            Route("/meta/v<int:version>.0/me/messages", ("POST",), self.instagram, "instagram"),
            Route("/meta/v<int:version>.0/me", ("GET",), self.page, "instagram"),
            Route("/meta/v<int:version>.0/me/subscribed_apps", ("GET",), self.subscribed_apps, "instagram"),
            Route("/meta/v<int:version>.0/<node>/messages", ("POST",), self.whatsapp, "whatsapp"),
            Route("/meta/v<int:version>.0/<node>", ("GET",), self.node, "whatsapp"),
            *self._files.routes(),
        ]

    # What the stack calls

    def whatsapp(self, request: Request, version: int, node: str) -> Answer:
        try:
            check_token(request)
            if not node.isdigit():
                raise no_such_object(node)
            fault = self._whatsapp_fault()
            body = json_body(request)
            if body.get("status") == "read":
                check_whatsapp_receipt(body)
                return Answer(200, {"success": True})
            bubble = check_whatsapp(body)
            phone = self._recipient(body)
            if phone is None or phone.blocked:
                raise whatsapp_error(400, 131026)
            if not self._heard_lately(phone):
                raise whatsapp_error(400, 131047)
            wamid = f"wamid.{random.token_hex(16).upper()}"
            self._show(phone, wamid, bubble)
        except GraphError as error:
            return error.answer("whatsapp")
        contact = {"input": str(body.get("to") or body.get("recipient")), "wa_id": phone.address}
        answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]}
        return lost_answer() if fault == "lost" else Answer(200, answer)

    def instagram(self, request: Request, version: int) -> Answer:
        try:
            check_token(request)
            fault = self._instagram_fault()
            body = json_body(request)
            bubble = check_instagram(body)
            phone = self._phones.reached_at("instagram", str(body["recipient"]["id"]))
            if phone is None:
                raise GraphError(400, 100, "(#100) No matching user found", subcode=2534014)
            if phone.blocked:
                raise GraphError(400, 551, "(#551) This person isn't available right now.", subcode=1545041)
            if not self._heard_lately(phone):
                raise window_closed()
            mid = f"aWdf{random.token_urlsafe(40)}"
            self._show(phone, mid, bubble)
        except GraphError as error:
            return error.answer("instagram")
        return lost_answer() if fault == "lost" else Answer(200, {"recipient_id": phone.address, "message_id": mid})

    def node(self, request: Request, version: int, node: str) -> Answer:
        """A look at the sender's number, which is how a token is checked before it is used, or at a media id."""
        try:
            check_token(request)
            if not node.isdigit():
                raise no_such_object(node)
            if int(node) >= FIRST_ID:
                self._whatsapp_fault()
                return self._files.found(request, node)
        except GraphError as error:
            return error.answer()
        shown: dict[str, Any] = {
            "verified_name": "Ночник",
            "display_phone_number": self._number(),
            "quality_rating": "GREEN",
        }
        if "webhook_configuration" in request.args.get("fields", "").split(","):
            hook = self._hooks.get("whatsapp")
            shown = {"webhook_configuration": {"application": hook} if hook else {}}
        return Answer(200, {**shown, "id": node})

    def page(self, request: Request, version: int) -> Answer:
        try:
            check_token(request)
        except GraphError as error:
            return error.answer()
        return Answer(200, {"name": "Ночник", "id": INSTAGRAM_ACCOUNT_ID})

    def subscribed_apps(self, request: Request, version: int) -> Answer:
        """Which apps get the Page's messages: ours, once its hook is entered in the dashboard."""
        try:
            check_token(request)
        except GraphError as error:
            return error.answer()
        ours = {"id": APP_ID, "subscribed_fields": ["messages", "messaging_postbacks"]}
        return Answer(200, {"data": [ours] if self._hooks.get("instagram") else []})

    def _whatsapp_fault(self) -> str:
        fault = self._state.use_switch("whatsapp")
        if fault == "429":
            raise whatsapp_error(429, 131056)
        if fault == "window":
            raise whatsapp_error(400, 131047)
        if fault == "500":
            raise whatsapp_error(500, 131000)
        return fault

    def _instagram_fault(self) -> str:
        fault = self._state.use_switch("instagram")
        if fault == "429":
            raise GraphError(429, 613, "(#613) Calls to this api have exceeded the rate limit.", subcode=2534040)
        if fault == "window":
            raise window_closed()
        if fault == "500":
            raise GraphError(500, 2, "An unexpected error has occurred. Please retry your request later.")
        return fault

    def _recipient(self, body: Mapping[str, Any]) -> Phone | None:
        if body.get("to"):
            return self._phones.reached_at("whatsapp", "".join(filter(str.isdigit, str(body["to"]))))
        user = str(body["recipient"])
        client = next((phone for phone in self._state.phones("client") if bsuid(phone) == user), None)
        return client or self._phones.reached_at("whatsapp", user)

    def _heard_lately(self, phone: Phone) -> bool:
        if phone.role == "guest":  # she writes past the page, so nobody here knows when
            return True
        return phone.heard is not None and self._clock.now() - datetime.fromisoformat(phone.heard) < WINDOW

    def _show(self, phone: Phone, message_id: str, bubble: Bubble) -> None:
        at = self._clock.now().isoformat()
        self._state.add_message(
            Message(
                message_id,
                phone.id,
                "bot",
                bubble.text,
                at,
                bubble.kind,
                bubble.choices,
                list_button=bubble.list_button,
            )
        )

    # What a person does

    def text(self, phone: Phone, text: str) -> tuple[Message, Delivery]:
        if phone.channel == "whatsapp":
            return self._told(phone, "text", text, {"type": "text", "text": {"body": text}})
        return self._told(phone, "text", text, {"text": text})

    def voice(self, phone: Phone, words: str) -> tuple[Message, Delivery]:
        """She says ``words`` in a voice message."""
        message = _message_id(phone)
        voice = self._files.record(phone.id, message, words)
        if phone.channel == "whatsapp":
            file = {**self._files.whatsapp(voice.file, voice.sound), "mime_type": SOUND, "voice": True}
            content: dict[str, Any] = {"type": "audio", "audio": file}
        else:
            content = {"attachments": [{"type": "audio", "payload": self._files.instagram(voice.file)}]}
        return self._told(phone, "voice", words or MEDIA_TITLES["voice"], content, message)

    def media(self, phone: Phone, kind: str) -> tuple[Message, Delivery]:
        content = self._whatsapp_medium(phone, kind) if phone.channel == "whatsapp" else self._instagram_medium(kind)
        return self._told(phone, kind, MEDIA_TITLES[kind], content)

    def press(self, phone: Phone, message: Message, choice: str) -> Delivery:
        title = dict(message.choices)[choice]
        self._state.press(message, choice)
        if phone.channel == "whatsapp":
            kind = "list_reply" if message.kind == "list" else "button_reply"
            pressed = {"type": kind, kind: {"id": choice, "title": title}}
            content = {
                "context": {"from": self._display_number(), "id": message.id},
                "type": "interactive",
                "interactive": pressed,
            }
            return self._told(phone, "text", title, content)[1]
        if message.kind == "buttons":
            return self._postback(phone, title, choice)
        return self._told(phone, "text", title, {"text": title, "quick_reply": {"payload": choice}})[1]

    def colleague(self, phone: Phone, text: str) -> tuple[Message, Delivery]:
        """A colleague answers ``phone`` by hand, in the app on the business's own telephone: Meta echoes it."""
        now = self._clock.now()
        message = Message(_message_id(phone), phone.id, "bot", text, now.isoformat(), BY_HAND)
        self._state.add_message(message)
        event = self._whatsapp_echo if phone.channel == "whatsapp" else self._instagram_echo
        return message, self._deliver(phone, event(phone, message.id, now, text))

    def _told(
        self, phone: Phone, kind: str, shown: str, content: Mapping[str, Any], message_id: str = ""
    ) -> tuple[Message, Delivery]:
        now = self._clock.now()
        message = Message(message_id or _message_id(phone), phone.id, "client", shown, now.isoformat(), kind)
        self._add(phone, message)
        self._state.put_phone(replace(self._state.phone(phone.id) or phone, heard=now.isoformat()))
        if phone.channel == "whatsapp":
            return message, self._deliver(phone, self._whatsapp_event(phone, message.id, now, content))
        said = {"message": {"mid": message.id, **content}}
        return message, self._deliver(phone, self._instagram_event(phone, now, said))

    def _postback(self, phone: Phone, title: str, payload: str) -> Delivery:
        now = self._clock.now()
        self._state.put_phone(replace(self._state.phone(phone.id) or phone, heard=now.isoformat()))
        mid = _message_id(phone)
        self._add(phone, Message(mid, phone.id, "client", title, now.isoformat()))
        pressed = {"postback": {"mid": mid, "title": title, "payload": payload}}
        return self._deliver(phone, self._instagram_event(phone, now, pressed))

    def _add(self, phone: Phone, message: Message) -> None:
        self._state.add_message(message)
        self._state.put_event(phone.id, message.id, f"{phone.channel}:{message.id}")

    def _whatsapp_event(self, phone: Phone, wamid: str, now: datetime, content: Mapping[str, Any]) -> dict[str, Any]:
        message = {
            "from": phone.address,
            "from_user_id": bsuid(phone),
            "id": wamid,
            "timestamp": str(int(now.timestamp())),
            **content,
        }
        contact = {"profile": {"name": phone.profile}, "wa_id": phone.address, "user_id": bsuid(phone)}
        return self._whatsapp_change("messages", {"contacts": [contact], "messages": [message]})

    def _whatsapp_echo(self, phone: Phone, wamid: str, now: datetime, text: str) -> dict[str, Any]:
        echo = {
            "from": self._display_number(),
            "to": phone.address,
            "to_user_id": bsuid(phone),
            "id": wamid,
            "timestamp": str(int(now.timestamp())),
            "type": "text",
            "text": {"body": text},
        }
        return self._whatsapp_change("smb_message_echoes", {"message_echoes": [echo]})

    def _whatsapp_change(self, field: str, told: Mapping[str, Any]) -> dict[str, Any]:
        ours = {"display_phone_number": self._display_number(), "phone_number_id": WHATSAPP_NUMBER_ID}
        value = {"messaging_product": "whatsapp", "metadata": ours, **told}
        entry = {"id": WHATSAPP_ACCOUNT_ID, "changes": [{"value": value, "field": field}]}
        return {"object": "whatsapp_business_account", "entry": [entry]}

    def _instagram_event(self, phone: Phone, now: datetime, content: Mapping[str, Any]) -> dict[str, Any]:
        return _instagram_entry(phone.address, INSTAGRAM_ACCOUNT_ID, now, content)

    def _instagram_echo(self, phone: Phone, mid: str, now: datetime, text: str) -> dict[str, Any]:
        echo = {"message": {"mid": mid, "text": text, "is_echo": True}}
        return _instagram_entry(INSTAGRAM_ACCOUNT_ID, phone.address, now, echo)

    def _display_number(self) -> str:
        return self._number().lstrip("+")

    def _whatsapp_medium(self, phone: Phone, kind: str) -> dict[str, Any]:
        file = self._files.whatsapp(self._files.number())
        media: Mapping[str, tuple[str, Any]] = {
            "photo": ("image", {**file, "mime_type": "image/jpeg"}),
            "sticker": ("sticker", {**file, "mime_type": "image/webp", "animated": False}),
            "contact": (
                "contacts",
                [
                    {
                        "name": {"first_name": phone.profile, "formatted_name": phone.profile},
                        "phones": [{"phone": "+79000000001", "wa_id": phone.address, "type": "CELL"}],
                    }
                ],
            ),
            "location": ("location", {"latitude": 53.195873, "longitude": 50.100193}),
        }
        name, content = media[kind]
        return {"type": name, name: content}

    def _instagram_medium(self, kind: str) -> dict[str, Any]:
        link = self._files.instagram(self._files.number())
        attachments: Mapping[str, dict[str, Any]] = {
            "photo": {"type": "image", "payload": link},
            "sticker": {"type": "like_heart"},
            "contact": {"type": "fallback", "payload": link},
            "location": {"type": "fallback", "payload": link},
        }
        return {"attachments": [attachments[kind]]}

    def _deliver(self, phone: Phone, event: Mapping[str, Any]) -> Delivery:
        hook = self._hooks.get(phone.channel)
        if hook is None or not self._subscribe(hook):
            return Delivery(0, 0)
        body = json.dumps(event, separators=(",", ":")).encode()  # non-ASCII escaped, as Meta does
        headers = {"Content-Type": "application/json", **signatures(self._app_secret, body)}
        return self._courier.deliver(phone.id, lambda: Call("POST", hook, body, headers))

    def _subscribe(self, hook: str) -> bool:
        """The challenge with which a webhook is proved before its first event (once per run of the sandbox)."""
        if hook not in self._subscribed:
            challenge = str(random.randbelow(10**9))
            query = {"hub.mode": "subscribe", "hub.verify_token": self._verify, "hub.challenge": challenge}
            answer = self._courier.once(Call("GET", f"{hook}?{urlencode(query)}"))
            if answer.status == 200 and answer.body == challenge.encode():
                self._subscribed.add(hook)
        return hook in self._subscribed


def _message_id(phone: Phone) -> str:
    prefix = "wamid.IN" if phone.channel == "whatsapp" else "aWdfZAG"
    return f"{prefix}{random.token_hex(14)}"


def _instagram_entry(sender: str, recipient: str, now: datetime, content: Mapping[str, Any]) -> dict[str, Any]:
    at = int(now.timestamp() * 1000)
    item = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": at, **content}
    return {"object": "instagram", "entry": [{"id": INSTAGRAM_ACCOUNT_ID, "time": at, "messaging": [item]}]}


def signatures(app_secret: str, body: bytes) -> dict[str, str]:
    """The headers with which Meta signs the raw bytes of a body; the SHA-1 one is historic."""
    key = app_secret.encode()
    return {
        "X-Hub-Signature-256": f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}",
        "X-Hub-Signature": f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}",
    }
