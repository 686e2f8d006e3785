"""The WhatsApp and Instagram emulators: limits and codes of the originals, signed webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from far_fakes import HOOKS, SECRETS, Far

from chalicelib.desk.events import conversation_id
from sandbox import accounts

OLGA = "79000000001"
MARIA = "17840000000000001"


def text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body}}


def buttons(*offered: tuple[str, str], body: str = "Согласны?") -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": choice, "title": title}} for choice, title in offered]
    return {
        "type": "interactive",
        "interactive": {"type": "button", "body": {"text": body}, "action": {"buttons": replies}},
    }


def listing(*offered: tuple[str, str], button: str = "Выбрать") -> dict[str, Any]:
    rows = [{"id": choice, "title": title} for choice, title in offered]
    action = {"button": button, "sections": [{"rows": rows}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": "Что?"}, "action": action}}


def numbered(count: int) -> list[tuple[str, str]]:
    return [(f"id{n}", f"Пункт {n}") for n in range(count)]


def error(answer: Any) -> tuple[int, int, int | None, str]:
    """(HTTP status, code, subcode, the most particular explanation)."""
    body = answer.json["error"]
    assert body["type"] == "OAuthException"
    assert body["fbtrace_id"].startswith("A")
    explained = body.get("error_data", {}).get("details") or body["message"]
    return answer.status_code, body["code"], body.get("error_subcode"), explained


@pytest.fixture
def heard(far: Far) -> Far:
    """Both clients wrote a moment ago, so their windows are open."""
    far.do("phones/whatsapp-1/text", {"text": "Здравствуйте"})
    far.do("phones/instagram-1/text", {"text": "Здравствуйте"})
    far.hooks.calls.clear()
    return far


def last(far: Far, phone_id: str) -> Any:
    return far.phone(phone_id)["messages"][-1]


# WhatsApp, what the stack sends


def test_whatsapp_answers_like_the_original(heard: Far) -> None:
    answer = heard.whatsapp(**text("Здравствуйте"))
    assert answer.status_code == 200
    shown = last(heard, "whatsapp-1")
    assert (shown["from"], shown["text"]) == ("bot", "Здравствуйте")
    assert answer.json == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+79000000001", "wa_id": OLGA}],
        "messages": [{"id": shown["id"]}],
    }


@pytest.mark.parametrize(
    ("message", "code", "why"),
    [
        (text("ы" * 4097), 100, "(#100) Param text['body'] must be at most 4096 characters long."),
        (text(""), 100, "(#100) The parameter text['body'] is required."),
        ({"type": "text"}, 100, "(#100) The parameter text is required."),
        ({**text("Да"), "priority": 1}, 100, '(#100) Unexpected key "priority".'),
        ({"type": "text", "text": {"body": "Да", "bold": 1}}, 100, '(#100) Unexpected key "bold" on param "text".'),
        ({**text("Да"), "messaging_product": "sms"}, 100, "(#100) Param messaging_product must be one of {WHATSAPP}"),
        ({**text("Да"), "to": ""}, 100, "(#100) The parameter to is required."),
        ({**text("Да"), "recipient_type": "all"}, 100,
         "(#100) Param recipient_type must be one of {individual, group}"),
        ({"type": "fax", "fax": {}}, 131009, "The sandbox does not know messages of type fax."),
        (buttons(), 131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"),
        (buttons(*numbered(4)), 131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"),
        (buttons(("yes", "ы" * 21)), 131009, "Button title length invalid. Min length: 1, Max length: 20"),
        (buttons(("i" * 257, "Да")), 131009, "Button id length invalid. Min length: 1, Max length: 256"),
        (buttons(("a", "Да"), ("b", "Да")), 131009, "Duplicated button title"),
        (buttons(("a", "Да"), ("a", "Нет")), 131009, "Duplicated button id"),
        (buttons(("a", "Да"), body="ы" * 1025), 131009, "Body text length invalid. Min length: 1, Max length: 1024"),
        (listing(*numbered(11)), 131009, "Total row count exceed max allowed count: 10"),
        (listing(("a", "ы" * 25)), 131009, "Row title length invalid. Min length: 1, Max length: 24"),
        (listing(("a", "Да"), ("a", "Нет")), 131009, "Duplicated row id"),
        (listing(("a", "Да"), button="ы" * 21), 131009, "Button label length invalid. Min length: 1, Max length: 20"),
    ],
)  # fmt: skip
def test_what_whatsapp_does_not_take_is_refused(heard: Far, message: dict[str, Any], code: int, why: str) -> None:
    assert error(heard.whatsapp(**message)) == (400, code, None, why)
    assert last(heard, "whatsapp-1")["from"] == "client"


def test_whatsapp_takes_what_is_just_within_its_limits(heard: Far) -> None:
    offered = [(f"{n}{'i' * 199}", f"{n}{'ы' * 23}") for n in range(10)]
    assert heard.whatsapp(**text("ы" * 4096)).status_code == 200
    assert heard.whatsapp(**buttons(*[(f"{n}", f"{n}{'ы' * 19}") for n in range(3)])).status_code == 200
    assert heard.whatsapp(**listing(*offered, button="ы" * 20)).status_code == 200


def test_a_list_is_shown_with_its_button(heard: Far) -> None:
    heard.whatsapp(**listing(("haircut", "Стрижка")))
    shown = last(heard, "whatsapp-1")
    assert (shown["kind"], shown["list_button"], shown["choices"]) == (
        "list", "Выбрать", [{"id": "haircut", "title": "Стрижка"}],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "An access token is required to request this resource."),
        ({"Authorization": "Bearer EAAreal"}, "Invalid OAuth access token - Cannot parse access token"),
    ],
)
def test_a_wrong_token_is_refused(far: Far, headers: dict[str, str], why: str) -> None:
    for path in (f"/meta/v26.0/{accounts.WHATSAPP_NUMBER_ID}/messages", "/meta/v26.0/me/messages"):
        assert error(far.client.post(path, json={}, headers=headers)) == (401, 190, None, why)


def test_an_unknown_sender_is_no_object(far: Far) -> None:
    status, code, subcode, _ = error(far.graph("/meta/v26.0/salon/messages", {}))
    assert (status, code, subcode) == (400, 100, 33)


def test_an_unknown_number_cannot_be_reached(far: Far) -> None:
    assert error(far.whatsapp(to="79000000099", **text("Да"))) == (400, 131026, None, "Message Undeliverable.")


def test_a_client_who_blocked_the_business_cannot_be_reached(heard: Far) -> None:
    heard.do("phones/whatsapp-1/block", {"blocked": True})
    heard.do("phones/instagram-1/block", {"blocked": True})
    assert error(heard.whatsapp(**text("Да")))[:3] == (400, 131026, None)
    assert error(heard.instagram({"text": "Да"}))[:3] == (400, 551, 1545041)
    assert heard.hooks.posts == []  # Meta tells nobody


def test_a_client_is_reached_by_her_business_scoped_id(heard: Far) -> None:
    body = {"messaging_product": "whatsapp", "recipient": f"RU.{OLGA}", **text("Да")}
    answer = heard.graph(f"/meta/v26.0/{accounts.WHATSAPP_NUMBER_ID}/messages", body)
    assert answer.json["contacts"] == [{"input": f"RU.{OLGA}", "wa_id": OLGA}]


def test_a_message_can_be_marked_as_read(far: Far) -> None:
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}
    answer = far.graph(f"/meta/v26.0/{accounts.WHATSAPP_NUMBER_ID}/messages", body)
    assert answer.json == {"success": True}


def test_the_window_is_closed_before_she_writes_and_a_day_after(far: Far) -> None:
    closed = "Message failed to send because more than 24 hours have passed since the customer last replied."
    assert error(far.whatsapp(**text("Да"))) == (400, 131047, None, closed)
    far.do("phones/whatsapp-1/text", {"text": "Здравствуйте"})
    far.wall += timedelta(hours=23, minutes=59)
    assert far.whatsapp(**text("Да")).status_code == 200
    far.wall += timedelta(minutes=1)
    assert error(far.whatsapp(**text("Да"))) == (400, 131047, None, closed)


def test_instagrams_window_closes_too(heard: Far) -> None:
    assert heard.instagram({"text": "Да"}).status_code == 200
    heard.wall += timedelta(hours=24)
    closed = "(#10) This message is sent outside of allowed window."
    assert error(heard.instagram({"text": "Да"})) == (403, 10, 2534022, closed)


def test_a_guest_who_wrote_past_the_page_can_be_answered(far: Far) -> None:
    guests = {("whatsapp", "79000000055"), ("whatsapp", "RU.user55"), ("instagram", "555")}
    far.stack.heard |= {conversation_id(*guest) for guest in guests}
    assert far.whatsapp(to="79000000055", **text("Да")).status_code == 200
    assert far.whatsapp(to=None, recipient="RU.user55", **text("Да")).status_code == 200
    assert far.instagram({"text": "Да"}, recipient="555").status_code == 200
    assert {(phone["channel"], phone["address"]) for phone in far.state()["guests"]} == guests


@pytest.mark.parametrize(
    ("value", "whatsapp", "instagram"),
    [
        ("429", (429, 131056, None), (429, 613, 2534040)),
        ("window", (400, 131047, None), (403, 10, 2534022)),
        ("500", (500, 131000, None), (500, 2, None)),
    ],
)
def test_faults_are_the_originals(
    heard: Far, value: str, whatsapp: tuple[int, int, int | None], instagram: tuple[int, int, int | None]
) -> None:
    heard.switch("whatsapp", value)
    heard.switch("instagram", value)
    assert error(heard.whatsapp(**text("Да")))[:3] == whatsapp
    assert error(heard.instagram({"text": "Да"}))[:3] == instagram
    assert (last(heard, "whatsapp-1")["from"], last(heard, "instagram-1")["from"]) == ("client", "client")


def test_a_lost_answer_has_been_sent(heard: Far) -> None:
    heard.switch("whatsapp", "lost")
    assert heard.whatsapp(**text("Да")).status_code == 504
    assert last(heard, "whatsapp-1")["text"] == "Да"


def test_the_sender_can_be_looked_at_before_use(far: Far) -> None:
    bearer = {"Authorization": f"Bearer {accounts.META_TOKEN}"}
    number = far.client.get(f"/meta/v26.0/{accounts.WHATSAPP_NUMBER_ID}?fields=id", headers=bearer)
    page = far.client.get("/meta/v26.0/me?fields=id", headers=bearer)
    assert (number.json["id"], page.json["id"]) == (accounts.WHATSAPP_NUMBER_ID, accounts.INSTAGRAM_ACCOUNT_ID)
    assert far.client.get("/meta/v26.0/me").status_code == 401


# Instagram, what the stack sends


def test_instagram_answers_like_the_original(heard: Far) -> None:
    quick = [{"content_type": "text", "title": "Да", "payload": "yes"}]
    answer = heard.instagram({"text": "Согласны?", "quick_replies": quick})
    shown = last(heard, "instagram-1")
    assert answer.json == {"recipient_id": MARIA, "message_id": shown["id"]}
    assert (shown["kind"], shown["choices"]) == ("quick", [{"id": "yes", "title": "Да"}])


def test_a_long_quick_reply_is_cut_and_not_refused(heard: Far) -> None:
    quick = [{"content_type": "text", "title": "ы" * 21, "payload": "yes"}]
    heard.instagram({"text": "Да?", "quick_replies": quick})
    assert last(heard, "instagram-1")["choices"] == [{"id": "yes", "title": "ы" * 20}]


def test_instagram_counts_bytes(heard: Far) -> None:
    assert heard.instagram({"text": "ы" * 500}).status_code == 200
    why = "(#100) Length of param message[text] must be less than or equal to 1000"
    assert error(heard.instagram({"text": "ы" * 500 + "y"})) == (400, 100, 2018001, why)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({}, "(#100) The parameter message is required"),
        ({"text": ""}, "(#100) Param message[text] must be a non-empty UTF-8 encoded string"),
        ({"text": "Да", "colour": 1}, '(#100) Unexpected key "colour" on param "message".'),
        (
            {"text": "Да", "quick_replies": [{"content_type": "text", "title": "Да", "payload": "y"}] * 14},
            "(#100) Param message[quick_replies] must have between 1 and 13 elements",
        ),
        (
            {"text": "Да", "quick_replies": [{"content_type": "text", "title": "Да"}]},
            "(#100) Param message[quick_replies] needs content_type, title and payload",
        ),
        ({"attachment": {"type": "image"}}, "(#100) Param message[attachment] must be a template of type button"),
    ],
)
def test_what_instagram_does_not_take_is_refused(heard: Far, message: dict[str, Any], why: str) -> None:
    assert error(heard.instagram(message)) == (400, 100, None, why)
    assert last(heard, "instagram-1")["from"] == "client"


def test_an_unknown_instagram_user_is_not_found(far: Far) -> None:
    answer = far.instagram({"text": "Да"}, recipient="99")
    assert error(answer) == (400, 100, 2534014, "(#100) No matching user found")


# What the phones send


def test_the_webhook_is_proved_once_before_its_first_event(far: Far) -> None:
    far.do("phones/whatsapp-1/text", {"text": "Раз"})
    far.do("phones/whatsapp-1/text", {"text": "Два"})
    first, *others = far.hooks.calls
    query = parse_qs(urlsplit(first.url).query)
    assert (first.method, query["hub.mode"], query["hub.verify_token"]) == ("GET", ["subscribe"], [SECRETS["verify"]])
    assert [call.method for call in others] == ["POST", "POST"]


@pytest.mark.parametrize("channel", ["whatsapp", "instagram"])
def test_the_raw_body_is_signed_with_the_apps_secret(far: Far, channel: str) -> None:
    far.do(f"phones/{channel}-1/text", {"text": "Можно на стрижку?"})
    (call,) = far.hooks.posts
    digest = hmac.new(SECRETS["meta"].encode(), call.body, hashlib.sha256).hexdigest()
    assert call.url == HOOKS[channel]
    assert call.headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert rb"\u041c" in call.body  # escaped, so that only the raw bytes can be verified


@pytest.mark.parametrize("channel", ["whatsapp", "instagram"])
def test_a_text_arrives_as_the_original_would_send_it(far: Far, channel: str, payload: Callable[[str], Any]) -> None:
    answer = far.do(f"phones/{channel}-1/text", {"text": "Можно на стрижку завтра?"})
    sent = far.hooks.posts[0].body.decode().replace(answer.json["message"], "<id>")
    assert json.loads(sent) == payload(f"{channel}_text")


def test_a_pressed_whatsapp_button_and_row(heard: Far, payload: Callable[[str], Any]) -> None:
    for message, name in ((buttons(("yes", "Да")), "button"), (listing(("haircut", "Стрижка")), "list")):
        asked = heard.whatsapp(**message).json["messages"][0]["id"]
        choice = last(heard, "whatsapp-1")["choices"][0]["id"]
        heard.do("phones/whatsapp-1/press", {"message": asked, "choice": choice})
        (pressed,) = heard.hooks.bodies()[-1]["entry"][0]["changes"][0]["value"]["messages"]
        expected = payload(f"whatsapp_{name}_reply")
        expected["id"], expected["context"]["id"] = pressed["id"], asked
        assert pressed == expected
        assert last(heard, "whatsapp-1")["text"] == {"yes": "Да", "haircut": "Стрижка"}[choice]


def test_a_pressed_instagram_quick_reply_and_template_button(heard: Far, payload: Callable[[str], Any]) -> None:
    quick = {"text": "Да?", "quick_replies": [{"content_type": "text", "title": "Да", "payload": "yes"}]}
    button = {"type": "postback", "title": "Да", "payload": "yes"}
    template = {"template_type": "button", "text": "Да?", "buttons": [button]}
    attached = {"attachment": {"type": "template", "payload": template}}
    for message, name in ((quick, "quick_reply"), (attached, "postback")):
        asked = heard.instagram(message).json["message_id"]
        heard.do("phones/instagram-1/press", {"message": asked, "choice": "yes"})
        (pressed,) = heard.hooks.bodies()[-1]["entry"][0]["messaging"]
        expected = payload(f"instagram_{name}")
        expected["message" if name == "quick_reply" else "postback"]["mid"] = last(heard, "instagram-1")["id"]
        assert pressed == expected


@pytest.mark.parametrize(
    ("kind", "whatsapp", "instagram"),
    [
        ("voice", "audio", "audio"),
        ("photo", "image", "image"),
        ("sticker", "sticker", "like_heart"),
        ("contact", "contacts", "fallback"),
        ("location", "location", "fallback"),
    ],
)
def test_media_have_the_names_of_the_originals(far: Far, kind: str, whatsapp: str, instagram: str) -> None:
    far.do("phones/whatsapp-1/media", {"kind": kind})
    far.do("phones/instagram-1/media", {"kind": kind})
    first, second = far.hooks.bodies()
    message = first["entry"][0]["changes"][0]["value"]["messages"][0]
    attachment = second["entry"][0]["messaging"][0]["message"]["attachments"][0]
    assert (message["type"], whatsapp in message, attachment["type"]) == (whatsapp, True, instagram)


def test_a_refused_webhook_is_repeated_with_the_same_bytes(far: Far) -> None:
    far.hooks.statuses = [500]
    assert far.do("phones/whatsapp-1/text", {"text": "Ау"}).json["tries"] == 2
    first, second = far.hooks.posts
    assert first == second


def test_an_unproved_webhook_gets_nothing(far: Far) -> None:
    far.hooks.refuses_challenge = True
    answer = far.do("phones/whatsapp-1/text", {"text": "Ау"})
    assert (answer.json["accepted"], far.hooks.posts) == (False, [])


@pytest.mark.parametrize("channel", ["whatsapp", "instagram"])
def test_what_a_colleague_answers_by_hand_is_echoed(far: Far, channel: str, payload: Callable[[str], Any]) -> None:
    answer = far.do(f"phones/{channel}-1/colleague", {"text": "Сейчас помогу"})
    sent = far.hooks.posts[0].body.decode().replace(answer.json["message"], "<id>")
    assert json.loads(sent) == payload(f"{channel}_echo")
    shown = last(far, f"{channel}-1")
    assert (shown["from"], shown["kind"], shown["text"]) == ("bot", "by_hand", "Сейчас помогу")


def test_a_telegram_bot_has_no_telephone_to_answer_from(far: Far) -> None:
    assert far.do("phones/telegram-1/colleague", {"text": "Сейчас помогу"}).status_code == 409
    assert far.do("phones/whatsapp-1/colleague", {"text": " "}).status_code == 400
