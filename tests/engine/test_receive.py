"""The webhook: prove, then queue. Anything else is refused and leaves no trace."""

import hmac
import json
from hashlib import sha256

import pytest

from chalicelib.desk.events import Keyed, Said, conversation_id
from chalicelib.errors import Unavailable
from chalicelib.office import Webhook
from chalicelib.receive import LARGEST_BODY, LONGEST_TEXT, receive, shake_hands
from tests.engine.world import NOW, Queues

TELEGRAM = {"x-telegram-bot-api-secret-token": "s3cret"}


class Secrets:
    def get(self, provider, names):
        known = {
            "telegram": {"secret": "s3cret"},
            "whatsapp": {"secret": "app", "verify_token": "v"},
            "zvonok": {"secret": "s3cret"},
        }
        return {name: value for name, value in known.get(provider, {}).items() if name in names}


class Down:
    def inbox(self, events):
        raise Unavailable("down")


def update(text: str = "Здравствуйте", number: int = 1) -> bytes:
    chat = {"id": 700000001, "type": "private"}
    sender = {"id": 700000001, "is_bot": False, "first_name": "Анна"}
    message = {"message_id": 1, "date": 1795376400, "chat": chat, "from": sender, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


@pytest.fixture
def desk() -> Webhook:
    return Webhook(Queues(), Secrets(), lambda: NOW)


def test_a_proved_message_is_in_the_inbox_before_200(desk):
    assert receive("telegram", TELEGRAM, update(), desk).status == 200
    (event,) = desk.post.events.values()
    assert isinstance(event, Said) and (event.key, event.text) == ("telegram:1", "Здравствуйте")


@pytest.mark.parametrize("headers", [{}, {"x-telegram-bot-api-secret-token": ""},
                                     {"x-telegram-bot-api-secret-token": "other"}])  # fmt: skip
def test_a_forged_message_is_401_and_nothing_is_written(desk, headers):
    assert (receive("telegram", headers, update(), desk).status, desk.post.events) == (401, {})


def test_a_body_too_large_is_refused_before_it_is_read(desk):
    assert receive("telegram", TELEGRAM, b"x" * (LARGEST_BODY + 1), desk).status == 401


@pytest.mark.parametrize("channel", ["instagram", "pigeon", "_meta", "../telegram", ""])
def test_a_channel_that_is_not_set_up_here_is_404(desk, channel):
    assert receive(channel, TELEGRAM, update(), desk).status == 404
    assert shake_hands(channel, {}, desk).status == 404


def test_an_inbox_that_is_down_makes_the_provider_repeat():
    assert receive("telegram", TELEGRAM, update(), Webhook(Down(), Secrets(), lambda: NOW)).status == 503


def test_an_authentic_body_that_means_nothing_is_accepted(desk):
    assert (receive("telegram", TELEGRAM, b"not json", desk).status, desk.post.events) == (200, {})


def test_an_endless_text_is_cut(desk):
    receive("telegram", TELEGRAM, update("ы" * 20000), desk)
    assert len(desk.post.events["telegram:1"].text) == LONGEST_TEXT


def test_metas_handshake_gives_the_challenge_back(desk):
    query = {"hub.mode": "subscribe", "hub.verify_token": "v", "hub.challenge": "42"}
    answer = shake_hands("whatsapp", query, desk)
    assert (answer.status, answer.body) == (200, "42")
    assert shake_hands("whatsapp", {**query, "hub.verify_token": "w"}, desk).status == 403


def test_a_signature_is_over_the_raw_bytes(desk):
    body = b'{"object": "whatsapp_business_account",  "entry": []}'
    signed = {"x-hub-signature-256": "sha256=" + hmac.new(b"app", body, sha256).hexdigest()}
    assert receive("whatsapp", signed, body, desk).status == 200
    assert receive("whatsapp", signed, body.replace(b"  ", b" "), desk).status == 401


def test_a_button_whose_time_the_channel_does_not_tell_was_pressed_now(desk):
    sender = {"id": 700000001, "is_bot": False, "first_name": "Анна"}
    body = {"update_id": 5, "callback_query": {"id": "1", "from": sender, "data": "consent:yes"}}
    receive("telegram", TELEGRAM, json.dumps(body).encode(), desk)
    assert desk.post.events["telegram:5"].at == NOW


TOLD = {"secret": "s3cret", "call_id": "77", "status": "user", "button": "1"}
KEYED = Keyed("zvonok:77:user", NOW, conversation_id("zvonok", "77"), "zvonok", "77", "1")


def test_a_key_that_was_pressed_in_a_call_is_told_by_a_get(desk):
    assert (shake_hands("zvonok", TOLD, desk).status, desk.post.events) == (200, {KEYED.key: KEYED})


@pytest.mark.parametrize(("query", "body"), [(TOLD, b""), ({"secret": "s3cret"}, b"call_id=77&status=user&button=1")])
def test_a_key_that_was_pressed_in_a_call_is_told_by_a_post(desk, query, body):
    assert (receive("zvonok", {}, body, desk, query).status, desk.post.events) == (200, {KEYED.key: KEYED})


def test_a_forged_key_is_401_and_nothing_is_written(desk):
    forged = {**TOLD, "secret": "guessed"}
    assert (shake_hands("zvonok", forged, desk).status, desk.post.events) == (401, {})
    assert (receive("zvonok", {}, b"secret=s3cret", desk, forged).status, desk.post.events) == (401, {})


def test_a_call_that_still_rings_is_accepted_and_means_nothing(desk):
    assert (shake_hands("zvonok", {**TOLD, "status": "in_process"}, desk).status, desk.post.events) == (200, {})


def test_a_messengers_query_is_not_part_of_what_it_signed(desk):
    assert receive("telegram", TELEGRAM, update(), desk, {"update_id": "9"}).status == 200
    assert list(desk.post.events) == ["telegram:1"]


@pytest.mark.parametrize("pager", ["smsru", "smsc", "bitrix24"])
def test_a_pager_that_tells_nothing_back_is_404(desk, pager):
    assert receive(pager, {}, b"", desk, TOLD).status == 404
    assert shake_hands(pager, TOLD, desk).status == 404
