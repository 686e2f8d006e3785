"""What WhatsApp says and how it is answered."""

from datetime import UTC, datetime, timedelta

import pytest
from channel_table import ACCOUNT, BASE, payload, payload_files

from chalicelib.channels._payload import UNTOLD
from chalicelib.channels.whatsapp import CHANNEL
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import Answered, Blocked, Pressed, Said
from chalicelib.desk.values import Choice
from chalicelib.wire import Request, Response, run

AT = datetime(2026, 11, 25, 21, 20, tzinfo=UTC)
NUMBER, USER = "79000000001", "RU.44000000000000000001"
URL = f"{BASE}/v26.0/{ACCOUNT['account']}/messages"
BEARER = {"authorization": f"Bearer {ACCOUNT['token']}"}


def said(message, text="", medium="text", address=NUMBER, profile="Анна", phone="+79000000001", at=AT, file=None):
    return Said(f"whatsapp:wamid.IN{message:04}", at, "whatsapp", address, text, medium, profile, phone, file=file)


def pressed(message, choice, title):
    return Pressed(f"whatsapp:wamid.IN{message:04}", AT, "whatsapp", NUMBER, choice, title, None, "Анна")


def answered(message, address=NUMBER):
    return Answered(f"whatsapp:wamid.ECHO{message}", AT, "whatsapp", address)


def failed(message, why, address=NUMBER):
    at = AT + timedelta(seconds=5)
    return Blocked(f"whatsapp:wamid.OUT{message:04}:failed", at, "whatsapp", address, why)


def after(seconds):
    return AT + timedelta(seconds=seconds)


EXPECTED = {
    "text_by_number": [said(1, "Сколько стоит стрижка?")],
    "text_by_user_id": [said(2, "Добрый вечер", address=USER, phone=None)],
    "text_by_both": [said(3, "Добрый вечер", address=USER)],
    "user_id_on_the_card_only": [said(4, "Добрый вечер", address=USER)],
    "card_of_somebody_else": [said(5, "Добрый вечер", profile="")],
    "user_id_of_another_form": [said(6, "Добрый вечер")],
    "reply_button": [pressed(7, "consent:yes", "Да, согласна")],
    "list_row": [pressed(8, "service:haircut", "Стрижка")],
    "template_button": [pressed(9, "visit:confirm", "Приду")],
    "form": [said(10, medium="other")],
    "image_with_caption": [said(11, "Хочу так", "photo")],
    "voice": [said(12, medium="voice", file="9002")],
    "sound_file": [said(13, medium="voice", file="9003")],
    "sticker": [said(14, medium="sticker")],
    "location": [said(15, medium="location")],
    "contact_of_a_friend": [said(16, medium="contact")],
    "own_number_on_request": [said(17, medium="contact", address=USER)],
    "order": [said(18, "К пятнице", "other")],
    "reaction": [],
    "edited": [],
    "revoked": [],
    "unsupported": [],
    "in_a_group": [],
    "without_sender": [],
    "broken_time": [said(25, "Добрый вечер", at=UNTOLD)],
    "kind_to_come": [],
    "same_message_twice": [said(27, "Алло")],
    "changed_number": [],
    "delivered_and_read": [],
    "window_closed": [failed(2, "131047 Re-engagement message")],
    "no_whatsapp": [failed(3, "131026 Message undeliverable", USER)],
    "stopped_with_the_code_as_text": [failed(4, "131050 User stopped")],
    "our_media_failed": [],
    "typed_in_the_business_app": [answered(1)],
    "typed_to_a_user_id": [answered(2, USER)],
    "typed_and_revoked": [],
    "typed_in_a_group": [],
    "template_approved": [],
    "account_errors": [],
    "batch_out_of_order": [
        said(41, "первое", at=after(1)),
        failed(6, "131026 Message undeliverable"),
        said(42, "второе", at=after(20)),
        said(43, "третье", at=after(30)),
        said(44, "другая", address="79000000002", profile="Олег", phone="+79000000002", at=after(40)),
    ],
    "another_product": [],
}


def sent(reply, key="the-key"):
    requests = []

    def send(request):
        requests.append(request)
        return Response(200, b'{"messages":[{"id":"wamid.OUT1"}]}')

    run(CHANNEL.write(reply, ACCOUNT, BASE, key), send)
    return requests


def choices(count):
    return tuple(Choice(f"service:{number}", f"Услуга {number}") for number in range(1, count + 1))


def test_every_payload_has_its_expectation():
    assert {file.stem for file in payload_files("whatsapp")} == set(EXPECTED)


@pytest.mark.parametrize("case", EXPECTED)
def test_a_body_is_read_as_expected(case):
    assert list(CHANNEL.read(payload("whatsapp", case))) == EXPECTED[case]


def test_a_number_is_written_to_by_to():
    assert sent(Reply("whatsapp", NUMBER, "Здравствуйте")) == [
        Request(
            "POST",
            URL,
            json={
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": NUMBER,
                "type": "text",
                "text": {"body": "Здравствуйте"},
                "biz_opaque_callback_data": "the-key",
            },
            headers=BEARER,
        )
    ]


def test_a_user_id_is_written_to_by_recipient():
    (request,) = sent(Reply("whatsapp", USER, "Здравствуйте"))
    assert (request.json["recipient"], "to" in request.json) == (USER, False)


def test_up_to_three_choices_are_buttons():
    (request,) = sent(Reply("whatsapp", NUMBER, "Согласны?", choices(3)))
    assert request.json["interactive"] == {
        "type": "button",
        "body": {"text": "Согласны?"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": f"service:{number}", "title": f"Услуга {number}"}}
                for number in (1, 2, 3)
            ]
        },
    }


def test_four_to_ten_choices_are_a_list():
    (request,) = sent(Reply("whatsapp", NUMBER, "Что выберете?", choices(4)))
    assert request.json["interactive"] == {
        "type": "list",
        "body": {"text": "Что выберете?"},
        "action": {
            "button": "⋯",
            "sections": [
                {"rows": [{"id": f"service:{number}", "title": f"Услуга {number}"} for number in (1, 2, 3, 4)]}
            ],
        },
    }


def test_more_than_ten_choices_are_numbered_lines():
    (request,) = sent(Reply("whatsapp", NUMBER, "Что выберете?", choices(11)))
    lines = "\n".join(["Что выберете?", *(f"{number}. Услуга {number}" for number in range(1, 12))])
    assert request.json["text"] == {"body": lines}


def test_a_long_text_goes_first_and_its_end_carries_the_buttons():
    first, last = sent(Reply("whatsapp", NUMBER, "а" * 1000 + "\n" + "б" * 500, choices(2)))
    assert first.json["text"] == {"body": "а" * 1000}
    assert last.json["interactive"]["body"] == {"text": "б" * 500}


def test_an_endless_key_is_cut_to_what_whatsapp_echoes():
    (request,) = sent(Reply("whatsapp", NUMBER, "Здравствуйте"), key="k" * 600)
    assert request.json["biz_opaque_callback_data"] == "k" * 512


def test_registering_tries_the_token_on_the_number():
    flow = CHANNEL.register("https://example.org/hooks/whatsapp", ACCOUNT, BASE)
    url = f"{BASE}/v26.0/{ACCOUNT['account']}"
    assert next(flow) == Request("GET", url, query={"fields": "id"}, headers=BEARER)
