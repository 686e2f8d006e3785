"""The Telegram emulator: refuses like the original, and sends what the original would send."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from far_fakes import HOOKS, RULES, SECRETS, Far

from chalicelib.desk.events import conversation_id
from sandbox import accounts
from sandbox.cloud import Seen
from sandbox.hooks import Call

ANNA = 700000001
YES = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}


def refusal(status: int, description: str) -> dict[str, Any]:
    return {"ok": False, "error_code": status, "description": description}


def test_a_sent_message_appears_on_the_phone_and_is_answered_like_the_original(far: Far) -> None:
    answer = far.telegram("sendMessage", chat_id=ANNA, text="Здравствуйте", reply_markup=YES)
    assert answer.json == {
        "ok": True,
        "result": {
            "message_id": 1001,
            "from": {"id": 100000001, "is_bot": True, "first_name": "Ночник", "username": "nochnik_demo_bot"},
            "chat": {"id": ANNA, "first_name": "Анна", "type": "private"},
            "date": 1795635600,
            "text": "Здравствуйте",
            "reply_markup": YES,
        },
    }
    assert far.phone("telegram-1")["messages"] == [
        {
            "id": "1001",
            "from": "bot",
            "kind": "buttons",
            "text": "Здравствуйте",
            "at": "2026-11-25T19:40:00+00:00",
            "choices": [{"id": "yes", "title": "Да"}],
            "pressed": None,
            "because": [],
            "turn": None,
            "reader": "",
        }
    ]


@pytest.mark.parametrize("way", ["json", "form", "multipart", "query"])
def test_parameters_are_taken_wherever_a_library_puts_them(far: Far, way: str) -> None:
    path = f"/telegram/bot{accounts.TELEGRAM_TOKEN}/sendMessage"
    given = {"chat_id": str(ANNA), "text": "Да?", "reply_markup": json.dumps(YES), "disable_notification": "true"}
    answers = {
        "json": lambda: far.client.post(path, json={**given, "reply_markup": YES}),
        "form": lambda: far.client.post(path, data=given),
        "multipart": lambda: far.client.post(path, data=given, content_type="multipart/form-data"),
        "query": lambda: far.client.get(path, query_string=given),
    }
    assert answers[way]().status_code == 200
    assert far.phone("telegram-1")["messages"][0]["choices"] == [{"id": "yes", "title": "Да"}]


def test_a_percent_encoded_colon_in_the_token_is_a_colon(far: Far) -> None:
    token = accounts.TELEGRAM_TOKEN.replace(":", "%3A")
    assert far.client.get(f"/telegram/bot{token}/getMe").json["result"]["id"] == 100000001


@pytest.mark.parametrize(
    ("token", "status", "description"),
    [
        ("100000001:another", 401, "Unauthorized"),
        ("200000002:demo-telegram", 401, "Unauthorized"),
        ("no-colon", 404, "Not Found"),
    ],
)
def test_a_wrong_token_is_refused(far: Far, token: str, status: int, description: str) -> None:
    assert far.client.get(f"/telegram/bot{token}/getMe").json == refusal(status, description)


def test_an_unknown_method_is_not_found(far: Far) -> None:
    assert far.telegram("sendPigeon", chat_id=ANNA).json == refusal(404, "Not Found")


def test_a_method_may_be_written_in_any_case(far: Far) -> None:
    assert far.telegram("SENDMESSAGE", chat_id=ANNA, text="Да").status_code == 200


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"chat_id": ANNA}, "message text is empty"),
        ({"text": "Да"}, "chat_id is empty"),
        ({"chat_id": ANNA, "text": "   "}, "message text is empty"),
        ({"chat_id": ANNA, "text": "ы" * 4097}, "message is too long"),
        ({"chat_id": ANNA, "text": "Да", "txet": 1}, 'unknown parameter "txet"'),
        ({"chat_id": ANNA, "text": 5}, 'field "text" must be of type String'),
        ({"chat_id": True, "text": "Да"}, "chat not found"),
        ({"chat_id": 123, "text": "Да"}, "chat not found"),
        ({"chat_id": ANNA, "text": "Да", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"chat_id": ANNA, "text": "Да", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"chat_id": ANNA, "text": "Да", "reply_markup": []}, 'field "reply_markup" must be of type Object'),
        (
            {"chat_id": ANNA, "text": "Да", "reply_markup": {"inline": []}},
            "can't parse reply markup: unknown or missing field",
        ),
        ({"chat_id": ANNA, "text": "Да", "disable_notification": "maybe"},
         'field "disable_notification" must be of type Boolean'),
        ({"chat_id": ANNA, "text": "Да", "message_thread_id": "first"},
         'field "message_thread_id" must be of type Integer'),
    ],
)  # fmt: skip
def test_a_message_that_cannot_be_sent_is_refused(far: Far, given: dict[str, Any], why: str) -> None:
    answer = far.telegram("sendMessage", **given)
    assert (answer.status_code, answer.json) == (400, refusal(400, f"Bad Request: {why}"))
    assert far.phone("telegram-1")["messages"] == []


def test_a_text_of_4096_characters_is_sent(far: Far) -> None:
    assert far.telegram("sendMessage", chat_id=ANNA, text="ы" * 4096).status_code == 200


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "Да", "callback_data": "ы" * 32 + "y"}, "BUTTON_DATA_INVALID"),
        ({"text": "Да", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "", "callback_data": "yes"}, 'can\'t parse keyboard button: Field "text" must be a non-empty String'),
        ({"text": "Да", "data": "yes"}, "can't parse keyboard button: unknown field"),
        (
            {"text": "Да"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "Да", "callback_data": "yes", "url": "https://example.org"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
    ],
)
def test_a_button_that_cannot_be_shown_is_refused(far: Far, button: dict[str, Any], why: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = far.telegram("sendMessage", chat_id=ANNA, text="Да?", reply_markup=markup)
    assert answer.json == refusal(400, f"Bad Request: {why}")


def test_callback_data_of_64_bytes_is_taken(far: Far) -> None:
    markup = {"inline_keyboard": [[{"text": "Да", "callback_data": "ы" * 32}]]}
    assert far.telegram("sendMessage", chat_id=ANNA, text="Да?", reply_markup=markup).status_code == 200


def test_more_than_a_hundred_buttons_are_refused(far: Far) -> None:
    markup = {"inline_keyboard": [[{"text": str(n), "callback_data": str(n)}] for n in range(101)]}
    answer = far.telegram("sendMessage", chat_id=ANNA, text="Много", reply_markup=markup)
    assert answer.json == refusal(400, "Bad Request: reply markup is too long")


def test_a_body_that_is_not_json_is_refused(far: Far) -> None:
    path = f"/telegram/bot{accounts.TELEGRAM_TOKEN}/sendMessage"
    answer = far.client.post(path, data=b"{", content_type="application/json")
    assert answer.json == refusal(400, "Bad Request: can't parse JSON object")


def test_too_many_requests_say_how_long_to_wait(far: Far) -> None:
    far.switch("telegram", "429")
    answer = far.telegram("sendMessage", chat_id=ANNA, text="Да")
    assert answer.json == refusal(429, "Too Many Requests: retry after 3") | {"parameters": {"retry_after": 3}}
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")


def test_a_blocked_bot_is_forbidden_to_write(far: Far) -> None:
    far.do("phones/telegram-1/block", {"blocked": True})
    answer = far.telegram("sendMessage", chat_id=ANNA, text="Да")
    assert (answer.status_code, answer.json) == (403, refusal(403, "Forbidden: bot was blocked by the user"))


def test_the_switch_blocks_every_chat(far: Far) -> None:
    far.switch("telegram", "403")
    assert far.telegram("sendMessage", chat_id=ANNA, text="Да").status_code == 403


def test_a_broken_server_shows_nothing_on_the_phone(far: Far) -> None:
    far.switch("telegram", "500")
    assert far.telegram("sendMessage", chat_id=ANNA, text="Да").json == refusal(500, "Internal Server Error")
    assert far.phone("telegram-1")["messages"] == []


def test_a_lost_answer_has_been_sent(far: Far) -> None:
    far.switch("telegram", "lost")
    assert far.telegram("sendMessage", chat_id=ANNA, text="Да").status_code == 504
    assert [message["text"] for message in far.phone("telegram-1")["messages"]] == ["Да"]


def test_a_message_to_a_colleague_appears_on_her_phone(far: Far) -> None:
    assert far.telegram("sendMessage", chat_id=900000001, text="Клиент ждёт").status_code == 200
    duty = far.phone("duty-900000001")
    assert (duty["who"], [message["text"] for message in duty["messages"]]) == ("Ольга, администратор", ["Клиент ждёт"])


def test_a_colleague_who_joins_the_pack_can_be_written_to(far: Far) -> None:
    far.stack.seen = Seen()
    assert far.telegram("sendMessage", chat_id=900000001, text="Клиент ждёт").status_code == 400
    far.box.overview.look(now=True)
    far.stack.seen = Seen(rules=RULES)
    far.box.overview.look(now=True)
    assert far.telegram("sendMessage", chat_id=900000001, text="Клиент ждёт").status_code == 200


def test_a_guest_who_wrote_past_the_page_can_be_answered(far: Far) -> None:
    far.stack.heard.add(conversation_id("telegram", "555"))
    assert far.telegram("sendMessage", chat_id=555, text="Здравствуйте").status_code == 200
    assert [phone["address"] for phone in far.state()["guests"]] == ["555"]
    assert [phone["address"] for phone in far.state()["phones"]] == [str(ANNA), "79000000001", "17840000000000001"]


def test_a_text_goes_to_the_webhook_with_the_secret_in_its_header(far: Far, payload: Callable[[str], Any]) -> None:
    answer = far.do("phones/telegram-1/text", {"text": "Можно на стрижку завтра?"})
    assert answer.json == {"message": "1001", "accepted": True, "status": 200, "tries": 1}
    (call,) = far.hooks.posts
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRETS["telegram"]}
    assert call == Call("POST", HOOKS["telegram"], call.body, headers)
    assert json.loads(call.body) == payload("telegram_text")


def test_updates_carry_the_wound_clock(far: Far) -> None:
    far.do("clock", {"minutes": 15})
    far.do("phones/telegram-1/text", {"text": "Ау"})
    assert far.hooks.bodies()[0]["message"]["date"] == 1795635600 + 15 * 60


def test_a_pressed_button_is_a_callback_that_can_be_answered_once_known(
    far: Far, payload: Callable[[str], Any]
) -> None:
    far.telegram("sendMessage", chat_id=ANNA, text="Согласны?", reply_markup=YES)
    answer = far.do("phones/telegram-1/press", {"message": "1001", "choice": "yes"})
    assert answer.json == {"message": "1001", "accepted": True, "status": 200, "tries": 1}
    assert far.hooks.bodies() == [payload("telegram_press")]
    assert far.phone("telegram-1")["messages"][0]["pressed"] == "yes"
    assert far.telegram("answerCallbackQuery", callback_query_id="4400000000000001").json == {
        "ok": True, "result": True,
    }  # fmt: skip


def test_an_unknown_callback_is_too_old(far: Far) -> None:
    why = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert far.telegram("answerCallbackQuery", callback_query_id="1").json == refusal(400, why)


def test_a_pressed_reply_keyboard_is_a_text(far: Far) -> None:
    far.telegram("sendMessage", chat_id=ANNA, text="Да?", reply_markup={"keyboard": [["Да", {"text": "Нет"}]]})
    far.do("phones/telegram-1/press", {"message": "1001", "choice": "Нет"})
    assert far.hooks.bodies()[0]["message"]["text"] == "Нет"


def test_a_reply_carries_the_message_it_answers_with_its_buttons(far: Far) -> None:
    sent = far.telegram("sendMessage", chat_id=ANNA, text="Согласны?", reply_markup=YES).json["result"]
    answer = far.do("phones/telegram-1/text", {"text": "Да, но не сегодня", "to": "1001"})
    assert (answer.status_code, answer.json["message"]) == (200, "1002")
    (update,) = far.hooks.bodies()
    assert (update["message"]["text"], update["message"]["reply_to_message"]) == ("Да, но не сегодня", sent)
    assert [message.get("to") for message in far.phone("telegram-1")["messages"]] == [None, "1001"]


def test_a_reply_to_her_own_words_carries_them_as_hers(far: Far) -> None:
    far.do("phones/telegram-1/text", {"text": "Хочу стрижку"})
    far.do("phones/telegram-1/text", {"text": "Женскую", "to": "1001"})
    first, second = far.hooks.bodies()
    assert second["message"]["reply_to_message"] == first["message"]


@pytest.mark.parametrize(("phone", "status"), [("telegram-1", 404), ("whatsapp-1", 409), ("instagram-1", 409)])
def test_what_cannot_be_replied_to_is_refused(far: Far, phone: str, status: int) -> None:
    answer = far.do(f"phones/{phone}/text", {"text": "Да", "to": "77"})
    assert (answer.status_code, far.hooks.calls, far.phone(phone)["messages"]) == (status, [], [])


def test_blocking_tells_the_bot(far: Far, payload: Callable[[str], Any]) -> None:
    far.do("phones/telegram-1/block", {"blocked": True})
    assert far.hooks.bodies() == [payload("telegram_blocked")]
    assert far.phone("telegram-1")["blocked"] is True


@pytest.mark.parametrize("kind", ["voice", "photo", "sticker", "contact", "location"])
def test_media_are_messages_without_a_text(far: Far, kind: str) -> None:
    far.do("phones/telegram-1/media", {"kind": kind})
    (update,) = far.hooks.bodies()
    assert set(update["message"]) == {"message_id", "from", "chat", "date", kind}


def test_a_shared_contact_is_her_own(far: Far) -> None:
    far.do("phones/telegram-1/media", {"kind": "contact"})
    assert far.hooks.bodies()[0]["message"]["contact"]["user_id"] == ANNA


def test_a_refused_update_is_repeated_with_its_number_and_given_up(far: Far) -> None:
    far.hooks.statuses = [500, 502, 503]
    answer = far.do("phones/telegram-1/text", {"text": "Ау"})
    assert answer.json == {"message": "1001", "accepted": False, "status": 503, "tries": 3}
    assert [body["update_id"] for body in far.hooks.bodies()] == [550000001] * 3
    assert far.slept == [1.0, 1.0]


def test_update_numbers_grow_also_over_a_restart(far: Far) -> None:
    far.do("phones/telegram-1/text", {"text": "Раз"})
    far.reopen()
    far.do("phones/telegram-1/text", {"text": "Два"})
    assert [body["update_id"] for body in far.hooks.bodies()] == [550000001, 550000002]
    assert [body["message"]["message_id"] for body in far.hooks.bodies()] == [1001, 1002]


def test_the_registered_webhook_is_remembered_without_its_secret(far: Far) -> None:
    given = {"url": "http://127.0.0.1:4566/hooks/telegram", "allowed_updates": ["message"], "max_connections": 10}
    assert far.telegram("setWebhook", **given, secret_token="s").json == {"ok": True, "result": True}
    assert far.telegram("getWebhookInfo").json["result"] == {
        **given, "has_custom_certificate": False, "pending_update_count": 0,
    }  # fmt: skip


def test_updates_that_were_not_asked_for_are_not_sent(far: Far) -> None:
    far.telegram("setWebhook", url="https://example.org/hook", allowed_updates=["callback_query"])
    far.do("phones/telegram-1/text", {"text": "Ау"})
    assert far.hooks.posts == []


def test_a_deleted_webhook_has_no_address(far: Far) -> None:
    far.telegram("setWebhook", url="https://example.org/hook")
    far.telegram("deleteWebhook")
    assert far.telegram("getWebhookInfo").json["result"]["url"] == ""


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"url": "http://example.org/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.org", "secret_token": "с пробелом"}, "secret token contains unallowed characters"),
        ({"url": "https://example.org", "max_connections": 101}, "max_connections must be between 1 and 100"),
    ],
)
def test_a_webhook_that_cannot_be_set_is_refused(far: Far, given: dict[str, Any], why: str) -> None:
    assert far.telegram("setWebhook", **given).json == refusal(400, f"Bad Request: {why}")


def test_files_are_behind_the_token_too(far: Far) -> None:
    assert far.client.get("/telegram/file/bot1:wrong/voice.ogg").status_code == 401
