"""What reaches the log, and what must not."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from chalicelib.log import log, masked


@dataclass
class Client:
    name: str


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    log("decided", level="WARNING", conversation="c0ffee", effects=["reply"], tries=2)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"event": "decided", "level": "WARNING", "conversation": "c0ffee", "effects": ["reply"], "tries": 2}
    ]


def test_a_line_break_in_a_value_does_not_forge_a_second_line(capsys: pytest.CaptureFixture[str]) -> None:
    log("rejected", why='x"}\n{"event": "forged"')
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_an_object_is_told_by_its_kind_only(capsys: pytest.CaptureFixture[str]) -> None:
    log("decided", client=Client("Анна"))
    assert json.loads(capsys.readouterr().out)["client"] == "Client"


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        (
            "https://api.telegram.org/bot100000001:demo-abc_D/sendMessage",
            "https://api.telegram.org/bot<token>/sendMessage",
        ),
        ("token 100000001:AAdemodemodemodemodemodemodemode_-x", "token <token>"),
        ("https://demo.example/rest/7/a1b2c3d4e5/crm.item.add", "https://demo.example/rest/<code>/crm.item.add"),
        ("Bearer EAAGdemodemodemodemodemo", "Bearer <token>"),
        ("key sk-proj-demodemodemodemo", "key <token>"),
        ("call +79000000001 now", "call <phone> now"),
        ("call +7 (900) 000-00-01 now", "call <phone> now"),
        ("call 8 900 000 00 01 now", "call <phone> now"),
        ("whatsapp:79000000001", "whatsapp:<phone>"),
    ],
)
def test_secrets_and_phones_are_masked(said: str, logged: str) -> None:
    assert masked(said) == logged


@pytest.mark.parametrize(
    "harmless",
    [
        "conversation 1f2e79000000001abcdef0123456789ab",
        "telegram:900000001",
        "2026-11-22T19:40:00+00:00",
        "wamid.HBgLNzkwMDAwMDAwMDEVAgASGBQzQTdGNUQ2",
        "crm_id 7900000000112",
    ],
)
def test_ids_stay_readable(harmless: str) -> None:
    assert masked(harmless) == harmless
