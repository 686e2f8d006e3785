"""Zvonok's word on a call: who may tell it, and what becomes of it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import records
from chalicelib.desk.events import UNTOLD, Keyed, conversation_id
from chalicelib.errors import Rejected
from chalicelib.pagers import POSTBACKS, names, postback
from chalicelib.pagers.zvonok import ENDED, POSTBACK, cabinet_address

SECRET = "s3cret"


def keyed(digit: str, status: str = "user") -> Keyed:
    return Keyed(f"zvonok:77:{status}", UNTOLD, conversation_id("zvonok", "77"), "zvonok", "77", digit)


@pytest.mark.parametrize("body", [b"secret=s3cret", b"call_id=1&secret=s3cret&status=user", b"secret=s3cret&secret=x"])
def test_who_knows_the_secret_is_let_in(body: bytes) -> None:
    POSTBACK.verify({}, body, {"secret": SECRET})


def test_while_a_secret_is_changed_the_old_and_the_new_one_are_good() -> None:
    POSTBACK.verify({}, b"secret=s3cret", {"secret": "the-new-one, s3cret"})


@pytest.mark.parametrize(
    "body",
    [b"", b"secret=", b"secret=S3CRET", b"secret=s3cre", b"x=s3cret", b"secret=x&secret=s3cret", b"\xff", b"&&="],
)
def test_who_does_not_is_rejected(body: bytes) -> None:
    with pytest.raises(Rejected):
        POSTBACK.verify({}, body, {"secret": SECRET})


@pytest.mark.parametrize("secret", ["", ","])
def test_without_a_secret_of_ours_nobody_is_let_in(secret: str) -> None:
    with pytest.raises(Rejected):
        POSTBACK.verify({}, b"secret=", {"secret": secret})


@pytest.mark.parametrize(
    ("said", "digit"),
    [
        ("button=1&choice=", "1"),
        ("button=&choice=2", "2"),
        ("button=2&choice=1", "2"),
        ("button=None&choice=1", "1"),
        ("button={ct_button_num}&choice=1", "1"),
        ("choice=%D0%B1%D0%B5%D1%80%D1%83", ""),
        ("button=12", ""),
        ("button=%D9%A1", ""),
        ("", ""),
    ],
)
def test_the_key_is_where_the_campaign_tells_it(said: str, digit: str) -> None:
    assert list(POSTBACK.read(f"secret=s3cret&call_id=77&status=user&{said}".encode())) == [keyed(digit)]


@pytest.mark.parametrize("status", sorted(ENDED))
def test_a_call_that_is_over_is_an_event(status: str) -> None:
    assert list(POSTBACK.read(f"call_id=77&status={status}".encode())) == [keyed("", status)]


@pytest.mark.parametrize("status", ["in_process", "pincode_ok", "pincode_nook", "", "USER"])
def test_a_call_on_its_way_is_none(status: str) -> None:
    assert list(POSTBACK.read(f"call_id=77&status={status}".encode())) == []


@pytest.mark.parametrize("call", ["", "{ct_call_id}", "7 7", "a" * 65, "\u0661"])
def test_what_names_no_call_is_none(call: str) -> None:
    assert list(POSTBACK.read(f"call_id={call}&status=user".encode())) == []


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"&" * 5000, b"{}", b"status=user", b"%"])
def test_an_unreadable_body_yields_nothing(body: bytes) -> None:
    assert list(POSTBACK.read(body)) == []


def test_what_was_pressed_can_be_queued() -> None:
    (event,) = POSTBACK.read(b"call_id=77&status=user&button=1")
    assert isinstance(event, Keyed)
    assert records.load(Keyed, records.dump(event)) == event


def test_the_address_for_the_cabinet_asks_for_everything_that_is_read() -> None:
    address = cabinet_address("https://x.example/hooks", "новый&секрет, старый")
    asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
    assert urlsplit(address).path == "/hooks/zvonok"
    assert asked == {
        "secret": "новый&секрет", "call_id": "{ct_call_id}", "status": "{ct_status}", "button": "{ct_button_num}",
        "choice": "{ct_user_choice}",
    }  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_only_who_calls_back_has_a_postback(name: str) -> None:
    if name in POSTBACKS:
        assert postback(name).name == name
    else:
        with pytest.raises(LookupError):
            postback(name)
