"""Meta's side: WhatsApp Cloud API and Instagram messaging, and the signed webhooks a person's phone causes.

Limits and codes: https://developers.facebook.com/docs/whatsapp/cloud-api (reference/messages, support/error-codes) and
https://developers.facebook.com/docs/instagram-platform. Keys the originals would ignore are refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets as random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Request

from sandbox.accounts import DEMO, INSTAGRAM_ACCOUNT_ID, WHATSAPP_ACCOUNT_ID, WHATSAPP_NUMBER_ID
from sandbox.clock import Clock
from sandbox.far_side import Answer, Route, Unreadable, bearer, json_object
from sandbox.hooks import Call, Courier, Delivery
from sandbox.phones import Phones, bsuid
from sandbox.state import Message, Phone, State
from sandbox.switches import lost_answer

WINDOW = timedelta(hours=24)
TITLES = {
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    100: "Invalid parameter",
}
DETAILS = {
    131026: "Message Undeliverable.",
    131047: "Message failed to send because more than 24 hours have passed since the customer last replied.",
    131056: "Too many messages sent from this phone number to the same phone number in a short period of time.",
    131000: "Message failed to send due to an unknown error.",
}
MEDIA_TITLES = {
    "voice": "🎤 Голосовое сообщение",
    "photo": "🖼 Фотография",
    "sticker": "😊 Стикер",
    "contact": "👤 Контакт",
    "location": "📍 Геопозиция",
}


class GraphError(Exception):
    """A refusal: HTTP status and the Graph API's ``error`` object."""

    def __init__(
        self, status: int, code: int, message: str, *, details: str = "", subcode: int | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.details, self.subcode = status, code, details, subcode

    def answer(self, product: str = "") -> Answer:
        error: dict[str, Any] = {"message": str(self), "type": "OAuthException", "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": product, "details": self.details}
        error["fbtrace_id"] = f"A{random.token_urlsafe(16)}"
        return Answer(self.status, {"error": error})


@dataclass(frozen=True)
class Bubble:
    """A checked outgoing message as the phone shows it."""

    text: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    list_button: str | None = None


class Meta:
    """Both products of one app. ``hooks``: webhook of each channel; ``app_secret`` signs, ``verify`` proves the hook."""

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
        self._base = base
        self._number = number
        self._subscribed: set[str] = set()

    def routes(self) -> list[Route]:
        return [
            Route("/meta/v<int:version>.0/me/messages", ("POST",), self.instagram, "instagram"),
            Route("/meta/v<int:version>.0/me", ("GET",), self.page, "instagram"),
            Route("/meta/v<int:version>.0/<node>/messages", ("POST",), self.whatsapp, "whatsapp"),
            Route("/meta/v<int:version>.0/<node>", ("GET",), self.number, "whatsapp"),
        ]

    # What the stack calls

    def whatsapp(self, request: Request, version: int, node: str) -> Answer:
        try:
            _check_token(request)
            if not node.isdigit():
                raise _no_such_object(node)
            fault = self._whatsapp_fault()
            body = _body(request)
            if body.get("status") == "read":
                check_whatsapp_receipt(body)
                return Answer(200, {"success": True})
            bubble = check_whatsapp(body)
            phone = self._recipient(body)
            if phone is None or phone.blocked:
                raise _whatsapp_error(400, 131026)
            if not self._heard_lately(phone):
                raise _whatsapp_error(400, 131047)
            wamid = f"wamid.{random.token_hex(16).upper()}"
            self._show(phone, wamid, bubble)
        except GraphError as error:
            return error.answer("whatsapp")
        contact = {"input": str(body.get("to") or body.get("recipient")), "wa_id": phone.address}
        answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]}
        return lost_answer() if fault == "lost" else Answer(200, answer)

    def instagram(self, request: Request, version: int) -> Answer:
        try:
            _check_token(request)
            fault = self._instagram_fault()
            body = _body(request)
            bubble = check_instagram(body)
            phone = self._phones.reached_at("instagram", str(body["recipient"]["id"]))
            if phone is None:
                raise GraphError(400, 100, "(#100) No matching user found", subcode=2534014)
            if phone.blocked:
                raise GraphError(400, 551, "(#551) This person isn't available right now.", subcode=1545041)
            if not self._heard_lately(phone):
                raise _window_closed()
            mid = f"aWdf{random.token_urlsafe(40)}"
            self._show(phone, mid, bubble)
        except GraphError as error:
            return error.answer("instagram")
        return lost_answer() if fault == "lost" else Answer(200, {"recipient_id": phone.address, "message_id": mid})

    def number(self, request: Request, version: int, node: str) -> Answer:
        """A look at the sender's number: how a token is checked before it is used."""
        try:
            _check_token(request)
            if not node.isdigit():
                raise _no_such_object(node)
        except GraphError as error:
            return error.answer()
        shown = {"verified_name": "Ночник", "display_phone_number": self._number(), "quality_rating": "GREEN"}
        return Answer(200, {**shown, "id": node})

    def page(self, request: Request, version: int) -> Answer:
        try:
            _check_token(request)
        except GraphError as error:
            return error.answer()
        return Answer(200, {"name": "Ночник", "id": INSTAGRAM_ACCOUNT_ID})

    def _whatsapp_fault(self) -> str:
        fault = self._state.use_switch("whatsapp")
        if fault == "429":
            raise _whatsapp_error(429, 131056)
        if fault == "window":
            raise _whatsapp_error(400, 131047)
        if fault == "500":
            raise _whatsapp_error(500, 131000)
        return fault

    def _instagram_fault(self) -> str:
        fault = self._state.use_switch("instagram")
        if fault == "429":
            raise GraphError(429, 613, "(#613) Calls to this api have exceeded the rate limit.", subcode=2534040)
        if fault == "window":
            raise _window_closed()
        if fault == "500":
            raise GraphError(500, 2, "An unexpected error has occurred. Please retry your request later.")
        return fault

    def _recipient(self, body: Mapping[str, Any]) -> Phone | None:
        if body.get("to"):
            return self._phones.reached_at("whatsapp", "".join(filter(str.isdigit, str(body["to"]))))
        everyone = [phone for role in ("client", "guest") for phone in self._state.phones(role)]  # type: ignore[arg-type]
        return next((phone for phone in everyone if bsuid(phone) == body["recipient"]), None)

    def _heard_lately(self, phone: Phone) -> bool:
        if phone.role == "guest":  # she writes past the page, so nobody here knows when
            return True
        return phone.heard is not None and self._clock.now() - datetime.fromisoformat(phone.heard) < WINDOW

    def _show(self, phone: Phone, message_id: str, bubble: Bubble) -> None:
        at = self._clock.now().isoformat()
        self._state.add_message(
            Message(
                message_id, phone.id, "bot", bubble.text, at, bubble.kind, bubble.choices,
                list_button=bubble.list_button,
            )  # fmt: skip
        )

    # What a person does

    def text(self, phone: Phone, text: str) -> tuple[Message, Delivery]:
        if phone.channel == "whatsapp":
            return self._told(phone, "text", text, {"type": "text", "text": {"body": text}})
        return self._told(phone, "text", text, {"text": text})

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

    def _told(self, phone: Phone, kind: str, shown: str, content: Mapping[str, Any]) -> tuple[Message, Delivery]:
        now = self._clock.now()
        prefix = "wamid.IN" if phone.channel == "whatsapp" else "aWdfZAG"
        message = Message(f"{prefix}{random.token_hex(14)}", phone.id, "client", shown, now.isoformat(), kind)
        self._state.add_message(message)
        self._state.put_phone(replace(self._state.phone(phone.id) or phone, heard=now.isoformat()))
        if phone.channel == "whatsapp":
            return message, self._deliver(phone, self._whatsapp_event(phone, message.id, now, content))
        said = {"message": {"mid": message.id, **content}}
        return message, self._deliver(phone, self._instagram_event(phone, now, said))

    def _postback(self, phone: Phone, title: str, payload: str) -> Delivery:
        now = self._clock.now()
        self._state.put_phone(replace(self._state.phone(phone.id) or phone, heard=now.isoformat()))
        mid = f"aWdfZAG{random.token_hex(14)}"
        self._state.add_message(Message(mid, phone.id, "client", title, now.isoformat()))
        pressed = {"postback": {"mid": mid, "title": title, "payload": payload}}
        return self._deliver(phone, self._instagram_event(phone, now, pressed))

    def _whatsapp_event(
        self, phone: Phone, wamid: str, now: datetime, content: Mapping[str, Any]
    ) -> dict[str, Any]:
        message = {
            "from": phone.address,
            "from_user_id": bsuid(phone),
            "id": wamid,
            "timestamp": str(int(now.timestamp())),
            **content,
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": self._display_number(), "phone_number_id": WHATSAPP_NUMBER_ID},
            "contacts": [{"profile": {"name": phone.profile}, "wa_id": phone.address, "user_id": bsuid(phone)}],
            "messages": [message],
        }
        entry = {"id": WHATSAPP_ACCOUNT_ID, "changes": [{"value": value, "field": "messages"}]}
        return {"object": "whatsapp_business_account", "entry": [entry]}

    def _instagram_event(self, phone: Phone, now: datetime, content: Mapping[str, Any]) -> dict[str, Any]:
        at = int(now.timestamp() * 1000)
        sides = {"sender": {"id": phone.address}, "recipient": {"id": INSTAGRAM_ACCOUNT_ID}, "timestamp": at}
        return {
            "object": "instagram",
            "entry": [{"id": INSTAGRAM_ACCOUNT_ID, "time": at, "messaging": [{**sides, **content}]}],
        }

    def _display_number(self) -> str:
        return self._number().lstrip("+")

    def _whatsapp_medium(self, phone: Phone, kind: str) -> dict[str, Any]:
        file = {"sha256": "c2FuZGJveA==", "id": str(self._state.next("meta media", 900000000000001))}
        link = {"url": f"{self._base}/meta/media/{file['id']}"}
        media: Mapping[str, tuple[str, Any]] = {
            "voice": ("audio", {**file, **link, "mime_type": "audio/ogg; codecs=opus", "voice": True}),
            "photo": ("image", {**file, **link, "mime_type": "image/jpeg"}),
            "sticker": ("sticker", {**file, **link, "mime_type": "image/webp", "animated": False}),
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
        link = {"url": f"{self._base}/meta/media/{self._state.next('meta media', 900000000000001)}"}
        attachments: Mapping[str, dict[str, Any]] = {
            "voice": {"type": "audio", "payload": link},
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


def signatures(app_secret: str, body: bytes) -> dict[str, str]:
    """The headers with which Meta signs the raw bytes of a body; the SHA-1 one is historic."""
    key = app_secret.encode()
    return {
        "X-Hub-Signature-256": f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}",
        "X-Hub-Signature": f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}",
    }


def _check_token(request: Request) -> None:
    token = bearer(request) or request.args.get("access_token", "")
    if not token:
        raise GraphError(401, 190, "An access token is required to request this resource.")
    if not token.startswith(DEMO):
        raise GraphError(401, 190, "Invalid OAuth access token - Cannot parse access token")


def _body(request: Request) -> dict[str, Any]:
    try:
        return json_object(request)
    except Unreadable:
        raise GraphError(400, 100, "(#100) The body of the request is not valid JSON.") from None


def _no_such_object(node: str) -> GraphError:
    text = f"Unsupported post request. Object with ID '{node}' does not exist, cannot be loaded due to missing permissions"
    return GraphError(400, 100, text, subcode=33)


def _window_closed() -> GraphError:
    text = "(#10) This message is sent outside of allowed window."
    return GraphError(403, 10, text, subcode=2534022)


def _whatsapp_error(status: int, code: int, details: str = "") -> GraphError:
    return GraphError(status, code, f"(#{code}) {TITLES[code]}", details=details or DETAILS.get(code, ""))


# What may be sent


def check_whatsapp_receipt(body: Mapping[str, Any]) -> None:
    _only(body, {"messaging_product", "status", "message_id", "typing_indicator"}, "")
    _need(body, ("messaging_product", "message_id"))


def check_whatsapp(body: Mapping[str, Any]) -> Bubble:
    """The message as the phone will show it. Raises `GraphError`."""
    kind = body.get("type", "text")
    _only(
        body,
        {"messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data", kind},
        "",
    )
    _need(body, ("messaging_product",))
    if body["messaging_product"] != "whatsapp":
        raise GraphError(400, 100, "(#100) Param messaging_product must be one of {WHATSAPP}")
    if not body.get("to") and not body.get("recipient"):
        raise GraphError(400, 100, "(#100) The parameter to is required.")
    if body.get("recipient_type", "individual") not in ("individual", "group"):
        raise GraphError(400, 100, "(#100) Param recipient_type must be one of {individual, group}")
    if kind not in ("text", "interactive"):
        raise _whatsapp_error(400, 131009, f"The sandbox does not know messages of type {kind}.")
    if not isinstance(body.get(kind), dict):
        raise GraphError(400, 100, f"(#100) The parameter {kind} is required.")
    return _whatsapp_text(body["text"]) if kind == "text" else _whatsapp_interactive(body["interactive"])


def _whatsapp_text(text: Mapping[str, Any]) -> Bubble:
    _only(text, {"body", "preview_url"}, "text")
    words = text.get("body")
    if not isinstance(words, str) or not words.strip():
        raise GraphError(400, 100, "(#100) The parameter text['body'] is required.")
    if len(words) > 4096:
        raise GraphError(400, 100, "(#100) Param text['body'] must be at most 4096 characters long.")
    return Bubble(words)


def _whatsapp_interactive(interactive: Mapping[str, Any]) -> Bubble:
    kind = interactive.get("type")
    if kind not in ("button", "list"):
        raise _whatsapp_error(400, 131009, "Interactive type not valid. Known here: button, list")
    _only(interactive, {"type", "header", "body", "footer", "action"}, "interactive")
    words = _words(interactive.get("body"), "body", 1024 if kind == "button" else 4096)
    for part in ("header", "footer"):
        if part in interactive:
            _words(interactive[part], part, 60)
    action = interactive.get("action")
    if not isinstance(action, dict):
        raise _whatsapp_error(400, 131008, "Required parameter is missing: interactive['action']")
    if kind == "button":
        _only(action, {"buttons"}, "interactive['action']")
        return Bubble(words, "buttons", _reply_buttons(action.get("buttons")))
    _only(action, {"button", "sections"}, "interactive['action']")
    button = _sized(action.get("button"), "Button label", 20)
    return Bubble(words, "list", _list_rows(action.get("sections")), button)


def _words(part: Any, name: str, most: int) -> str:
    if not isinstance(part, dict) or not isinstance(part.get("text"), str):
        raise _whatsapp_error(400, 131008, f"Required parameter is missing: interactive['{name}']['text']")
    return _sized(part["text"], f"{name.capitalize()} text", most)


def _sized(text: Any, what: str, most: int) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= most:
        raise _whatsapp_error(400, 131009, f"{what} length invalid. Min length: 1, Max length: {most}")
    return text


def _reply_buttons(buttons: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise _whatsapp_error(
            400, 131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"
        )
    offered = []
    for button in buttons:
        if not isinstance(button, dict) or button.get("type") != "reply" or not isinstance(button.get("reply"), dict):
            raise _whatsapp_error(400, 131009, "Button type invalid. Known: reply")
        _only(button, {"type", "reply"}, "button")
        _only(button["reply"], {"id", "title"}, "reply")
        offered.append(
            (_sized(button["reply"].get("id"), "Button id", 256), _sized(button["reply"].get("title"), "Button title", 20))
        )
    _distinct(offered, "button")
    return tuple(offered)


def _list_rows(sections: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        raise _whatsapp_error(400, 131009, "Invalid sections count. Min allowed: 1, Max allowed: 10")
    offered: list[tuple[str, str]] = []
    for section in sections:
        _only(section, {"title", "rows"}, "section")
        if len(sections) > 1:
            _sized(section.get("title"), "Section title", 24)
        elif len(section.get("title") or "") > 24:
            raise _whatsapp_error(400, 131009, "Section title length invalid. Min length: 1, Max length: 24")
        for row in section.get("rows") or ():
            _only(row, {"id", "title", "description"}, "row")
            if len(row.get("description", "")) > 72:
                raise _whatsapp_error(400, 131009, "Row description length invalid. Max length: 72")
            offered.append((_sized(row.get("id"), "Row id", 200), _sized(row.get("title"), "Row title", 24)))
    if not 1 <= len(offered) <= 10:
        raise _whatsapp_error(400, 131009, "Total row count exceed max allowed count: 10")
    _distinct(offered, "row")
    return tuple(offered)


def _distinct(offered: Sequence[tuple[str, str]], what: str) -> None:
    ids = [choice for choice, _ in offered]
    titles = [title for _, title in offered]
    if len(set(ids)) < len(ids):
        raise _whatsapp_error(400, 131009, f"Duplicated {what} id")
    if what == "button" and len(set(titles)) < len(titles):
        raise _whatsapp_error(400, 131009, f"Duplicated {what} title")


def check_instagram(body: Mapping[str, Any]) -> Bubble:
    """The message as the phone will show it. Raises `GraphError`."""
    _only(body, {"recipient", "message", "messaging_type", "tag"}, "")
    recipient, message = body.get("recipient"), body.get("message")
    if not isinstance(recipient, dict) or not recipient.get("id"):
        raise GraphError(400, 100, "(#100) The parameter recipient is required")
    if not isinstance(message, dict) or not message:
        raise GraphError(400, 100, "(#100) The parameter message is required")
    if body.get("messaging_type", "RESPONSE") not in ("RESPONSE", "UPDATE", "MESSAGE_TAG"):
        raise GraphError(400, 100, "(#100) Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}")
    _only(recipient, {"id"}, "recipient")
    _only(message, {"text", "quick_replies", "attachment", "metadata"}, "message")
    if "attachment" in message:
        return _button_template(message["attachment"])
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        raise GraphError(400, 100, "(#100) Param message[text] must be a non-empty UTF-8 encoded string")
    if len(text.encode()) > 1000:
        raise GraphError(
            400, 100, "(#100) Length of param message[text] must be less than or equal to 1000", subcode=2018001
        )
    if "quick_replies" not in message:
        return Bubble(text)
    return Bubble(text, "quick", _quick_replies(message["quick_replies"]))


def _quick_replies(replies: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(replies, list) or not 1 <= len(replies) <= 13:
        raise GraphError(400, 100, "(#100) Param message[quick_replies] must have between 1 and 13 elements")
    offered = []
    for reply in replies:
        _only(reply, {"content_type", "title", "payload", "image_url"}, "message[quick_replies]")
        if reply.get("content_type") != "text" or not reply.get("title") or not reply.get("payload"):
            raise GraphError(400, 100, "(#100) Param message[quick_replies] needs content_type, title and payload")
        if len(reply["payload"]) > 1000:
            raise GraphError(400, 100, "(#100) Length of param payload must be less than or equal to 1000")
        offered.append((reply["payload"], reply["title"][:20]))  # the original cuts and does not refuse
    return tuple(offered)


def _button_template(attachment: Any) -> Bubble:
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict) or payload.get("template_type") != "button":
        raise GraphError(400, 100, "(#100) Param message[attachment] must be a template of type button")
    _only(payload, {"template_type", "text", "buttons"}, "message[attachment][payload]")
    text, buttons = payload.get("text"), payload.get("buttons")
    if not isinstance(text, str) or not 1 <= len(text) <= 640:
        raise GraphError(400, 100, "(#100) Length of param text must be between 1 and 640")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise GraphError(400, 100, "(#100) Param buttons must have between 1 and 3 elements")
    offered = []
    for button in buttons:
        _only(button, {"type", "title", "payload"}, "buttons")
        if button.get("type") != "postback" or not button.get("payload") or not 1 <= len(button.get("title", "")) <= 20:
            raise GraphError(400, 100, "(#100) Param buttons needs type postback, a title up to 20 and a payload")
        offered.append((button["payload"], button["title"]))
    return Bubble(text, "buttons", tuple(offered))


def _only(given: Any, known: set[str], where: str) -> None:
    if not isinstance(given, dict):
        raise GraphError(400, 100, f"(#100) Param {where} must be an object.")
    unknown = sorted(set(given) - known)
    if unknown:
        place = f' on param "{where}"' if where else ""
        raise GraphError(400, 100, f'(#100) Unexpected key "{unknown[0]}"{place}.')


def _need(given: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        if not given.get(name):
            raise GraphError(400, 100, f"(#100) The parameter {name} is required.")
