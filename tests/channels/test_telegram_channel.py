"""What Telegram says and how it is answered."""

import json
from datetime import UTC, datetime

import pytest
from channel_table import ACCOUNT, BASE, payload, payload_files, telegram_says

from chalicelib.channels._payload import UNTOLD
from chalicelib.channels.telegram import CHANNEL
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import Blocked, Pressed, Said
from chalicelib.desk.values import Choice
from chalicelib.errors import Refused, Unavailable
from chalicelib.wire import Request, Response, run

AT = datetime(2026, 11, 25, 21, 20, tzinfo=UTC)
ANNA = "700100200"
URL = f"{BASE}/bot{ACCOUNT['token']}"


def said(update, text="", medium="text", phone=None, file=None, seconds=0):
    key = f"telegram:{update}"
    return Said(key, AT, "telegram", ANNA, text, medium, "Анна Петрова", phone, file=file, seconds=seconds)


def pressed(update, title=""):
    return Pressed(f"telegram:{update}", UNTOLD, "telegram", ANNA, "consent:yes", title, "cb-9001", "Анна Петрова")


EXPECTED = {
    "text": [said(51000001, "Можно на стрижку завтра вечером?")],
    "text_with_emoji_and_control_characters": [said(51000002, "Хочу 💅🏽маникюр\nна пятницу")],
    "start_by_link": [said(51000003, "/start site")],
    "forwarded": [said(51000004, "Вот такую")],
    "photo_with_caption": [said(51000005, "Как на фото", "photo")],
    "voice": [said(51000006, medium="voice", file="vo-1", seconds=7)],
    "sound_file": [said(51000033, medium="voice", file="au-1", seconds=42)],
    "voice_of_another_shape": [said(51000034, medium="voice")],
    "sticker": [said(51000007, medium="sticker")],
    "document": [said(51000008, medium="file")],
    "dice": [said(51000009, medium="other")],
    "own_contact": [said(51000010, medium="contact", phone="+79000000001")],
    "somebody_elses_contact": [said(51000011, medium="contact")],
    "contact_without_owner": [said(51000012, medium="contact")],
    "venue": [said(51000013, medium="location")],
    "button": [pressed(51000014, "Да, согласна")],
    "button_of_a_lost_message": [pressed(51000015)],
    "button_without_message": [pressed(51000016)],
    "button_in_a_group": [],
    "button_of_a_game": [],
    "blocked": [Blocked("telegram:51000019", AT, "telegram", ANNA, "the client blocked the bot")],
    "unblocked": [],
    "thrown_out_of_a_group": [],
    "text_in_a_group": [],
    "edited": [],
    "reaction": [],
    "channel_post": [],
    "business_message": [],
    "another_bot": [],
    "pinned": [],
    "without_sender": [],
    "kind_to_come": [],
    "update_number_zero": [said(0, "Здравствуйте")],
    "without_update_number": [],
}


def sent(reply):
    requests = []

    def send(request):
        requests.append(request)
        return Response(200, b'{"ok":true,"result":{"message_id":1}}')

    run(CHANNEL.write(reply, ACCOUNT, BASE, "k"), send)
    return requests


def keyboard(*titles):
    choices = tuple(Choice(f"c{number}", title) for number, title in enumerate(titles))
    (request,) = sent(Reply("telegram", ANNA, "Что выберете?", choices))
    rows = request.json["reply_markup"]["inline_keyboard"]
    return [[button["text"] for button in row] for row in rows]


def test_every_payload_has_its_expectation():
    assert {file.stem for file in payload_files("telegram")} == set(EXPECTED)


@pytest.mark.parametrize("case", EXPECTED)
def test_an_update_is_read_as_expected(case):
    assert list(CHANNEL.read(payload("telegram", case))) == EXPECTED[case]


def test_a_reply_is_plain_text_to_the_chat():
    reply = Reply("telegram", ANNA, "Цена *1_500* <b>₽</b>")
    parameters = {"chat_id": 700100200, "text": "Цена *1_500* <b>₽</b>"}
    assert sent(reply) == [Request("POST", f"{URL}/sendMessage", json=parameters)]


def test_a_colleagues_channel_is_written_to_by_its_name():
    (request,) = sent(Reply("telegram", "@salon_duty", "Возьмите диалог"))
    assert request.json["chat_id"] == "@salon_duty"


def test_a_group_of_colleagues_has_a_negative_number():
    (request,) = sent(Reply("telegram", "-1009000000001", "Возьмите диалог"))
    assert request.json["chat_id"] == -1009000000001


def test_short_choices_stand_two_in_a_row():
    assert keyboard("Да", "Нет", "Позже") == [["Да", "Нет"], ["Позже"]]


def test_one_long_choice_puts_each_in_a_row_of_its_own():
    assert keyboard("Да", "Нет, лучше в субботу") == [["Да"], ["Нет, лучше в субботу"]]


def test_a_button_carries_the_choices_id():
    (request,) = sent(Reply("telegram", ANNA, "Согласны?", (Choice("consent:yes", "Да"),)))
    assert request.json == {
        "chat_id": 700100200,
        "text": "Согласны?",
        "reply_markup": {"inline_keyboard": [[{"text": "Да", "callback_data": "consent:yes"}]]},
    }


def test_a_group_that_became_a_supergroup_is_written_to_under_its_new_number():
    chats = []

    def send(request):
        chats.append(request.json["chat_id"])
        if request.json["chat_id"] == -77:
            moved = b'{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-10077}}'
            return Response(400, moved)
        return Response(200, b'{"ok":true,"result":{}}')

    run(CHANNEL.write(Reply("telegram", "-77", "слово " * 1000), ACCOUNT, BASE, "k"), send)
    assert chats == [-77, -10077, -10077]


def test_a_group_that_keeps_moving_is_given_up():
    moves = iter([-10077, -10078, -10079])

    def send(request):
        said = telegram_says(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=next(moves))
        return Response(400, json.dumps(said).encode())

    with pytest.raises(Refused):
        run(CHANNEL.write(Reply("telegram", "-77", "слово"), ACCOUNT, BASE, "k"), send)


def test_a_press_is_acknowledged():
    flow = CHANNEL.acknowledge("cb-9001", ACCOUNT, BASE)
    assert next(flow) == Request("POST", f"{URL}/answerCallbackQuery", json={"callback_query_id": "cb-9001"})


def test_a_press_too_old_to_be_acknowledged_does_no_harm():
    old = b'{"ok":false,"error_code":400,"description":"Bad Request: query is too old"}'
    assert run(CHANNEL.acknowledge("cb-9001", ACCOUNT, BASE), lambda request: Response(400, old)) is None


def test_a_busy_telegram_is_asked_to_acknowledge_later():
    with pytest.raises(Unavailable):
        run(CHANNEL.acknowledge("cb-9001", ACCOUNT, BASE), lambda request: Response(500, b""))


def test_registering_sets_the_webhook_with_its_secret_and_the_updates_we_read():
    secrets = {**ACCOUNT, "secret": "new_one, old_one"}
    flow = CHANNEL.register("https://example.org/hooks/telegram", secrets, BASE)
    assert next(flow) == Request(
        "POST",
        f"{URL}/setWebhook",
        json={
            "url": "https://example.org/hooks/telegram",
            "secret_token": "new_one",
            "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
            "max_connections": 10,
        },
    )
