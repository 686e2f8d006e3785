"""What Instagram messaging takes in a message: https://developers.facebook.com/docs/instagram-platform"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.graph import Bubble, GraphError, only


def window_closed() -> GraphError:
    text = "(#10) This message is sent outside of allowed window."
    return GraphError(403, 10, text, subcode=2534022)


def check_instagram(body: Mapping[str, Any]) -> Bubble:
    """The message as the phone will show it. Raises `GraphError`."""
    only(body, {"recipient", "message", "messaging_type", "tag"}, "")
    recipient, message = body.get("recipient"), body.get("message")
    if not isinstance(recipient, dict) or not recipient.get("id"):
        raise GraphError(400, 100, "(#100) The parameter recipient is required")
    if not isinstance(message, dict) or not message:
        raise GraphError(400, 100, "(#100) The parameter message is required")
    if body.get("messaging_type", "RESPONSE") not in ("RESPONSE", "UPDATE", "MESSAGE_TAG"):
        raise GraphError(400, 100, "(#100) Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}")
    only(recipient, {"id"}, "recipient")
    only(message, {"text", "quick_replies", "attachment", "metadata"}, "message")
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
        only(reply, {"content_type", "title", "payload", "image_url"}, "message[quick_replies]")
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
    only(payload, {"template_type", "text", "buttons"}, "message[attachment][payload]")
    text, buttons = payload.get("text"), payload.get("buttons")
    if not isinstance(text, str) or not 1 <= len(text) <= 640:
        raise GraphError(400, 100, "(#100) Length of param text must be between 1 and 640")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise GraphError(400, 100, "(#100) Param buttons must have between 1 and 3 elements")
    offered = []
    for button in buttons:
        only(button, {"type", "title", "payload"}, "buttons")
        if button.get("type") != "postback" or not button.get("payload") or not 1 <= len(button.get("title", "")) <= 20:
            raise GraphError(400, 100, "(#100) Param buttons needs type postback, a title up to 20 and a payload")
        offered.append((button["payload"], button["title"]))
    return Bubble(text, "buttons", tuple(offered))
