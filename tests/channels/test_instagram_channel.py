"""What Instagram says and how it is answered."""

from datetime import UTC, datetime, timedelta

import pytest
from channel_table import ACCOUNT, BASE, payload, payload_files

from chalicelib.channels._payload import fingerprint
from chalicelib.channels.instagram import CHANNEL
from chalicelib.desk.effects import Reply
from chalicelib.desk.events import Answered, Pressed, Said
from chalicelib.desk.values import Choice
from chalicelib.wire import Request, Response, run

AT = datetime(2026, 11, 25, 21, 20, 0, 123000, tzinfo=UTC)
SHE = "990000000000001"
BEARER = {"authorization": f"Bearer {ACCOUNT['token']}"}


VOICE = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1001&signature=invented"


def said(message, text="", medium="text", profile="", at=AT, file=None):
    return Said(f"instagram:aWdfMID{message:03}", at, "instagram", SHE, text, medium, profile, file=file)


def answered(message):
    return Answered(f"instagram:aWdfMID{message:03}", AT, "instagram", SHE)


def pressed(mid, choice, title):
    return Pressed(f"instagram:{mid}", AT, "instagram", SHE, choice, title)


EXPECTED = {
    "text": [said(1, "Есть время в субботу?")],
    "text_with_username": [said(2, "Добрый день", profile="anna.p")],
    "quick_reply": [pressed("aWdfMID003", "consent:yes", "Да, согласна")],
    "postback": [pressed("aWdfMID004", "intent:booking", "Записаться")],
    "ice_breaker_without_mid": [
        pressed(fingerprint(SHE, "1795641600123", "intent:price"), "intent:price", "Сколько стоит?")
    ],
    "image": [said(6, medium="photo")],
    "voice": [said(7, medium="voice", file=VOICE)],
    "voice_without_address": [said(45, medium="voice")],
    "heart": [said(8, medium="sticker")],
    "shared_post_with_text": [said(9, "Хочу так", "other")],
    "story_mention": [said(10, medium="other")],
    "story_reply_without_recipient": [said(11, "Цена?")],
    "time_in_seconds_as_text": [said(12, "Алло", at=AT.replace(microsecond=0))],
    "time_as_iso": [said(13, "Алло", at=datetime(2026, 11, 25, 18, 40, tzinfo=UTC))],
    "typed_in_the_app": [answered(14)],
    "typed_in_metas_inbox": [answered(41)],
    "typed_and_taken_back": [],
    "echo_of_our_own": [],
    "echo_to_ourselves": [],
    "echo_without_mark": [],
    "note_to_self": [],
    "unsent": [],
    "unsupported": [],
    "read": [],
    "reaction": [],
    "edited": [],
    "referral": [],
    "thread_of_another_app": [],
    "same_message_in_two_entries": [said(24, "Алло")],
    "batch_out_of_order": [
        said(31, "первое"),
        said(32, "второе", at=AT + timedelta(seconds=2)),
        said(33, "третье", at=AT + timedelta(seconds=3)),
    ],
    "comment": [],
    "another_product": [],
}


def sent(reply):
    requests = []

    def send(request):
        requests.append(request)
        return Response(200, b'{"recipient_id":"990000000000001","message_id":"aWdfOUT1"}')

    run(CHANNEL.write(reply, ACCOUNT, BASE, "k"), send)
    return requests


def test_every_payload_has_its_expectation():
    assert {file.stem for file in payload_files("instagram")} == set(EXPECTED)


@pytest.mark.parametrize("case", EXPECTED)
def test_a_body_is_read_as_expected(case):
    assert list(CHANNEL.read(payload("instagram", case))) == EXPECTED[case]


def test_choices_are_quick_replies():
    reply = Reply("instagram", SHE, "Согласны?", (Choice("consent:yes", "Да"), Choice("consent:no", "Нет")))
    message = {
        "text": "Согласны?",
        "quick_replies": [
            {"content_type": "text", "title": "Да", "payload": "consent:yes"},
            {"content_type": "text", "title": "Нет", "payload": "consent:no"},
        ],
    }
    body = {"recipient": {"id": SHE}, "message": message}
    assert sent(reply) == [Request("POST", f"{BASE}/v26.0/me/messages", json=body, headers=BEARER)]


def test_a_text_of_more_than_a_thousand_bytes_is_sent_in_pieces():
    text = "слово " * 100
    assert [request.json["message"] for request in sent(Reply("instagram", SHE, text))] == [
        {"text": ("слово " * 91).strip()},
        {"text": ("слово " * 9).strip()},
    ]


def test_registering_tries_the_token():
    flow = CHANNEL.register("https://example.org/hooks/instagram", ACCOUNT, BASE)
    assert next(flow) == Request("GET", f"{BASE}/v26.0/me", query={"fields": "id"}, headers=BEARER)
