"""Voice messages against canned answers of the transcription API."""

from __future__ import annotations

import re
import time as clock

import httpx2
import pytest
from canned import KEY, URL, Answers, answer, client

from chalicelib.errors import Unavailable
from chalicelib.ports import LARGEST_VOICE
from chalicelib.readers.openai_client import Account
from chalicelib.readers.voice import MODEL, Voice

OGG = b"OggS\x00\x02" + bytes(60)
HEARD = answer("transcriptions/heard")


def voice(far: Answers, deadline: float = 20.0, spent: list[int] | None = None) -> Voice:
    used = [] if spent is None else spent
    return Voice(Account(KEY, URL, MODEL, deadline, used.append, client(far)))


def parts(far: Answers) -> dict[str, bytes]:
    """The multipart form of the first request: field names (with a file's name) and values."""
    request = far.sent[0]
    boundary = re.search(r"boundary=(.+)", request.headers["content-type"])
    assert boundary
    found = {}
    for part in request.read().split(b"--" + boundary[1].encode())[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = re.search(r'name="([^"]+)"(?:; filename="([^"]+)")?', head.decode())
        assert name
        found[":".join(filter(None, name.groups()))] = value.removesuffix(b"\r\n")
    return found


def test_what_is_said_is_written_down() -> None:
    assert voice(Answers([HEARD])).hear(OGG) == "Запишите меня на маникюр завтра в пять."


def test_the_model_gets_the_sound_and_knows_the_language() -> None:
    far = Answers([HEARD])
    voice(far).hear(OGG)
    assert parts(far) == {
        "file:voice.ogg": OGG,
        "model": b"gpt-4o-mini-transcribe",
        "language": b"ru",
        "response_format": b"json",
    }


@pytest.mark.parametrize(
    ("beginning", "name"),
    [
        (b"OggS", "voice.ogg"),
        (b"\x00\x00\x00\x20ftypM4A ", "voice.m4a"),
        (b"ID3\x04", "voice.mp3"),
        (b"\xff\xfb\x90", "voice.mp3"),
        (b"RIFF\x00\x00\x00\x00WAVE", "voice.wav"),
        (b"\x1aE\xdf\xa3", "voice.webm"),
    ],
)
def test_a_sound_is_named_by_what_it_is(beginning: bytes, name: str) -> None:
    far = Answers([HEARD])
    voice(far).hear(beginning + bytes(40))
    assert f"file:{name}" in parts(far)


@pytest.mark.parametrize("sound", [b"", b"#!AMR\n" + bytes(40), b"<html>", b"OggS" + bytes(LARGEST_VOICE)])
def test_what_is_no_sound_or_too_large_is_not_sent(sound: bytes) -> None:
    far = Answers([HEARD])
    with pytest.raises(Unavailable):
        voice(far).hear(sound)
    assert far.sent == []


@pytest.mark.parametrize("name", ["silence", "subtitles"])
def test_silence_is_unavailable(name: str) -> None:
    with pytest.raises(Unavailable, match="nothing said"):
        voice(Answers([answer(f"transcriptions/{name}")])).hear(OGG)


def test_a_body_that_is_not_json_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        voice(Answers([httpx2.Response(200, text="<html>busy</html>")])).hear(OGG)


def test_a_quick_failure_is_tried_once_more() -> None:
    far = Answers([answer("completions/error_500", 500), HEARD])
    assert voice(far).hear(OGG).startswith("Запишите")


def test_an_error_of_the_api_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="AuthenticationError"):
        voice(Answers([answer("completions/error_401", 401)])).hear(OGG)


def test_the_deadline_holds() -> None:
    def slow() -> httpx2.Response:
        clock.sleep(1.5)
        return HEARD

    started = clock.monotonic()
    with pytest.raises(Unavailable, match="deadline"):
        voice(Answers([slow]), deadline=0.2).hear(OGG)
    assert clock.monotonic() - started < 1.2


@pytest.mark.parametrize(("name", "tokens"), [("heard", 57), ("heard_by_the_second", 0)])
def test_tokens_are_told_where_they_are_what_is_paid(name: str, tokens: int) -> None:
    spent: list[int] = []
    voice(Answers([answer(f"transcriptions/{name}")]), spent=spent).hear(OGG)
    assert spent == [tokens]
