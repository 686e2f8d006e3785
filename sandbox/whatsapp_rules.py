"""What the WhatsApp Cloud API takes in a message: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.graph import Bubble, GraphError, need, only

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


def whatsapp_error(status: int, code: int, details: str = "") -> GraphError:
    return GraphError(status, code, f"(#{code}) {TITLES[code]}", details=details or DETAILS.get(code, ""))


def check_whatsapp_receipt(body: Mapping[str, Any]) -> None:
    only(body, {"messaging_product", "status", "message_id", "typing_indicator"}, "")
    need(body, ("messaging_product", "message_id"))


def check_whatsapp(body: Mapping[str, Any]) -> Bubble:
    """The message as the phone will show it. Raises `GraphError`."""
    kind = body.get("type", "text")
    only(
        body,
        {"messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data", kind},
        "",
    )
    need(body, ("messaging_product",))
    if body["messaging_product"] != "whatsapp":
        raise GraphError(400, 100, "(#100) Param messaging_product must be one of {WHATSAPP}")
    if not body.get("to") and not body.get("recipient"):
        raise GraphError(400, 100, "(#100) The parameter to is required.")
    if body.get("recipient_type", "individual") not in ("individual", "group"):
        raise GraphError(400, 100, "(#100) Param recipient_type must be one of {individual, group}")
    if kind not in ("text", "interactive"):
        raise whatsapp_error(400, 131009, f"The sandbox does not know messages of type {kind}.")
    if not isinstance(body.get(kind), dict):
        raise GraphError(400, 100, f"(#100) The parameter {kind} is required.")
    return _text(body["text"]) if kind == "text" else _interactive(body["interactive"])


def _text(text: Mapping[str, Any]) -> Bubble:
    only(text, {"body", "preview_url"}, "text")
    words = text.get("body")
    if not isinstance(words, str) or not words.strip():
        raise GraphError(400, 100, "(#100) The parameter text['body'] is required.")
    if len(words) > 4096:
        raise GraphError(400, 100, "(#100) Param text['body'] must be at most 4096 characters long.")
    return Bubble(words)


def _interactive(interactive: Mapping[str, Any]) -> Bubble:
    kind = interactive.get("type")
    if kind not in ("button", "list"):
        raise whatsapp_error(400, 131009, "Interactive type not valid. Known here: button, list")
    only(interactive, {"type", "header", "body", "footer", "action"}, "interactive")
    words = _words(interactive.get("body"), "body", 1024 if kind == "button" else 4096)
    for part in ("header", "footer"):
        if part in interactive:
            _words(interactive[part], part, 60)
    action = interactive.get("action")
    if not isinstance(action, dict):
        raise whatsapp_error(400, 131008, "Required parameter is missing: interactive['action']")
    if kind == "button":
        only(action, {"buttons"}, "interactive['action']")
        return Bubble(words, "buttons", _reply_buttons(action.get("buttons")))
    only(action, {"button", "sections"}, "interactive['action']")
    button = _sized(action.get("button"), "Button label", 20)
    return Bubble(words, "list", _list_rows(action.get("sections")), button)


def _words(part: Any, name: str, most: int) -> str:
    if not isinstance(part, dict) or not isinstance(part.get("text"), str):
        raise whatsapp_error(400, 131008, f"Required parameter is missing: interactive['{name}']['text']")
    return _sized(part["text"], f"{name.capitalize()} text", most)


def _sized(text: Any, what: str, most: int) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= most:
        raise whatsapp_error(400, 131009, f"{what} length invalid. Min length: 1, Max length: {most}")
    return text


def _reply_buttons(buttons: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise whatsapp_error(400, 131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    offered = []
    for button in buttons:
        if not isinstance(button, dict) or button.get("type") != "reply" or not isinstance(button.get("reply"), dict):
            raise whatsapp_error(400, 131009, "Button type invalid. Known: reply")
        only(button, {"type", "reply"}, "button")
        only(button["reply"], {"id", "title"}, "reply")
        offered.append(
            (
                _sized(button["reply"].get("id"), "Button id", 256),
                _sized(button["reply"].get("title"), "Button title", 20),
            )
        )
    _distinct(offered, "button")
    return tuple(offered)


def _list_rows(sections: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        raise whatsapp_error(400, 131009, "Invalid sections count. Min allowed: 1, Max allowed: 10")
    offered: list[tuple[str, str]] = []
    for section in sections:
        only(section, {"title", "rows"}, "section")
        if len(sections) > 1:
            _sized(section.get("title"), "Section title", 24)
        elif len(section.get("title") or "") > 24:
            raise whatsapp_error(400, 131009, "Section title length invalid. Min length: 1, Max length: 24")
        for row in section.get("rows") or ():
            only(row, {"id", "title", "description"}, "row")
            if len(row.get("description", "")) > 72:
                raise whatsapp_error(400, 131009, "Row description length invalid. Max length: 72")
            offered.append((_sized(row.get("id"), "Row id", 200), _sized(row.get("title"), "Row title", 24)))
    if not 1 <= len(offered) <= 10:
        raise whatsapp_error(400, 131009, "Total row count exceed max allowed count: 10")
    _distinct(offered, "row")
    return tuple(offered)


def _distinct(offered: Sequence[tuple[str, str]], what: str) -> None:
    ids = [choice for choice, _ in offered]
    titles = [title for _, title in offered]
    if len(set(ids)) < len(ids):
        raise whatsapp_error(400, 131009, f"Duplicated {what} id")
    if what == "button" and len(set(titles)) < len(titles):
        raise whatsapp_error(400, 131009, f"Duplicated {what} title")
