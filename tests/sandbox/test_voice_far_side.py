"""Voice messages of the sandbox: real Ogg files, found and downloaded like the originals, and transcribed."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from far_fakes import Far

from sandbox import accounts
from sandbox.openai_ears import MOST_BYTES
from sandbox.voice import seconds_of, spoken, words_of

WORDS = "Хочу на маникюр завтра в пять"
BEARER = {"Authorization": f"Bearer {accounts.META_TOKEN}"}


# The files


def pages(voice: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """(flags, sample position, number, body) of every page, by RFC 3533; the checksums are checked."""
    place = 0
    while place < len(voice):
        magic, version, flags, samples, _, number, crc, segments = struct.unpack_from("<4sBBqIIIB", voice, place)
        assert (magic, version) == (b"OggS", 0)
        body = place + 27 + segments
        end = body + sum(voice[place + 27 : body])
        page = voice[place:end]
        assert crc == by_bits(page[:22] + bytes(4) + page[26:])
        yield flags, samples, number, voice[body:end]
        place = end


def by_bits(data: bytes) -> int:
    """Ogg's checksum as polynomial division, bit by bit."""
    rest = 0
    for byte in data:
        for bit in range(7, -1, -1):
            carry = (rest >> 31) ^ (byte >> bit & 1)
            rest = (rest << 1) & 0xFFFFFFFF ^ (0x04C11DB7 if carry else 0)
    return rest


@pytest.mark.parametrize("words", ["", "Да", WORDS, "ы" * 4096, "💅🏽 и «кавычки»\nна двух строках"])
def test_the_words_can_be_read_out_of_the_sound(words: str) -> None:
    assert words_of(spoken(words)) == words


def test_a_voice_message_is_an_ogg_file_of_as_many_seconds_as_it_takes_to_say() -> None:
    head, tags, *sound = pages(spoken(WORDS))
    assert (head[0], head[3][:9], tags[3][:8]) == (2, b"OpusHead\x01", b"OpusTags")
    assert [page[2] for page in sound] == list(range(2, 2 + len(sound)))
    assert (sound[-1][0], sound[-1][1]) == (4, seconds_of(WORDS) * 48000)


def test_in_a_foreign_sound_nothing_is_heard() -> None:
    tags = b"OpusTags" + struct.pack("<I", 3) + b"ext" + struct.pack("<I", 1) + struct.pack("<I", 7) + b"TITLE=a"
    for sound in (b"", b"OggS", b"OggS" + tags, b"OggSOpusTags\xff\xff\xff\xff", b"RIFF....WAVE"):
        assert words_of(sound) == ""


# The messengers


def said(far: Far, channel: str, words: str = WORDS) -> Any:
    """What the webhook tells of a voice message."""
    assert far.do(f"phones/{channel}-1/media", {"kind": "voice", "words": words}).status_code == 200
    body = far.hooks.bodies()[-1]
    if channel == "telegram":
        return body["message"]["voice"]
    if channel == "whatsapp":
        return body["entry"][0]["changes"][0]["value"]["messages"][0]["audio"]
    return body["entry"][0]["messaging"][0]["message"]["attachments"][0]["payload"]


@pytest.mark.parametrize("channel", ["telegram", "whatsapp", "instagram"])
def test_the_phone_shows_what_was_said_and_how_long_it_took(far: Far, channel: str) -> None:
    said(far, channel)
    (message,) = far.phone(f"{channel}-1")["messages"]
    assert (message["kind"], message["text"], message["voice"]) == ("voice", WORDS, {"seconds": 2, "heard": None})


def test_telegram_finds_a_file_and_gives_it_out(far: Far) -> None:
    voice = said(far, "telegram")
    found = far.telegram("getFile", file_id=voice["file_id"]).json["result"]
    assert voice == {
        "file_id": "demo-voice-7000001", "file_unique_id": "7000001", "file_size": len(spoken(WORDS)), "duration": 2,
        "mime_type": "audio/ogg",
    }  # fmt: skip
    assert found == {
        "file_id": "demo-voice-7000001", "file_unique_id": "7000001", "file_size": len(spoken(WORDS)),
        "file_path": "voice/demo-voice-7000001.oga",
    }  # fmt: skip
    file = far.client.get(f"/telegram/file/bot{accounts.TELEGRAM_TOKEN}/{found['file_path']}")
    assert (file.status_code, file.mimetype, file.data) == (200, "audio/ogg", spoken(WORDS))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"file_id": "nobody's"}, "Bad Request: wrong file_id or the file is temporarily unavailable"),
        ({}, "Bad Request: file_id is not specified"),
        ({"file_id": 5}, 'Bad Request: field "file_id" must be of type String'),
    ],
)
def test_telegram_does_not_find_what_is_not_there(far: Far, given: dict[str, Any], why: str) -> None:
    answer = far.telegram("getFile", **given)
    assert (answer.status_code, answer.json["description"]) == (400, why)


@pytest.mark.parametrize("path", ["voice/demo-voice-7000001.mp3", "demo-voice-7000001.oga", "voice/other.oga"])
def test_another_path_leads_nowhere(far: Far, path: str) -> None:
    said(far, "telegram")
    assert far.client.get(f"/telegram/file/bot{accounts.TELEGRAM_TOKEN}/{path}").status_code == 404


def test_a_broken_telegram_gives_nothing_out(far: Far) -> None:
    said(far, "telegram")
    far.switch("telegram", "500")
    path = f"/telegram/file/bot{accounts.TELEGRAM_TOKEN}/voice/demo-voice-7000001.oga"
    assert far.client.get(path).status_code == 500


def test_whatsapp_tells_where_a_file_is_and_wants_the_token_for_both(far: Far) -> None:
    voice = said(far, "whatsapp")
    path = f"/meta/v26.0/{voice['id']}?phone_number_id={accounts.WHATSAPP_NUMBER_ID}"
    found = far.client.get(path, headers=BEARER)
    assert found.json == {
        "id": voice["id"], "messaging_product": "whatsapp", "mime_type": "audio/ogg; codecs=opus",
        "sha256": voice["sha256"], "file_size": str(len(spoken(WORDS))),
        "url": f"http://localhost/meta/media/whatsapp/{voice['id']}",
    }  # fmt: skip
    assert far.client.get(found.json["url"], headers=BEARER).data == spoken(WORDS)
    assert far.client.get(path).status_code == 401
    assert far.client.get(found.json["url"]).status_code == 401
    assert (voice["voice"], voice["url"]) == (True, f"http://box/meta/media/whatsapp/{voice['id']}")


@pytest.mark.parametrize("path", ["900000000000099", "900000000000001?phone_number_id=1"])
def test_whatsapp_has_no_such_file(far: Far, path: str) -> None:
    said(far, "whatsapp")
    answer = far.client.get(f"/meta/v26.0/{path}", headers=BEARER)
    assert (answer.status_code, answer.json["error"]["code"], answer.json["error"]["error_subcode"]) == (400, 100, 33)


def test_whatsapps_fault_is_there_for_files_too(far: Far) -> None:
    voice = said(far, "whatsapp")
    far.switch("whatsapp", "429")
    assert far.client.get(f"/meta/v26.0/{voice['id']}", headers=BEARER).status_code == 429


def test_instagrams_link_is_signed_and_wants_no_token(far: Far) -> None:
    link = said(far, "instagram")["url"].removeprefix("http://box")
    assert far.client.get(link).data == spoken(WORDS)
    assert far.client.get(link[:-1]).status_code == 403
    assert far.client.get(link.partition("?")[0]).status_code == 403


def test_voices_outlive_a_restart_and_leave_with_their_owner(far: Far) -> None:
    link = said(far, "instagram")["url"].removeprefix("http://box")
    far.reopen()
    assert far.client.get(link).status_code == 200
    far.do("phones/instagram-1/new")
    assert far.client.get(link).status_code == 404


# Transcriptions


def transcribed(far: Far, sound: bytes = b"", name: str = "voice.ogg", **given: Any) -> Any:
    file = {} if name == "" else {"file": (io.BytesIO(sound or spoken(WORDS)), name)}
    data = {"model": "gpt-4o-mini-transcribe", **given, **file}
    return far.client.post(
        "/openai/v1/audio/transcriptions",
        data={name: value for name, value in data.items() if value is not None},
        headers={"Authorization": f"Bearer {accounts.OPENAI_KEY}"},
        content_type="multipart/form-data",
    )


def test_a_voice_message_is_transcribed_and_the_tokens_are_counted(far: Far) -> None:
    assert transcribed(far, prompt="Салон красоты").json == {
        "text": WORDS,
        "usage": {
            "type": "tokens",
            "input_tokens": 24,
            "input_token_details": {"text_tokens": 4, "audio_tokens": 20},
            "output_tokens": 10,
            "total_tokens": 34,
        },
    }


def test_whisper_is_counted_in_seconds(far: Far) -> None:
    assert transcribed(far, model="whisper-1").json == {"text": WORDS, "usage": {"type": "duration", "seconds": 2}}


def test_a_transcription_can_be_plain_text_or_verbose(far: Far) -> None:
    assert transcribed(far, model="whisper-1", response_format="text").text == f"{WORDS}\n"
    assert transcribed(far, model="whisper-1", response_format="verbose_json").json == {
        "task": "transcribe", "language": "russian", "duration": 2, "text": WORDS, "segments": [],
    }  # fmt: skip


def test_in_somebody_elses_recording_nothing_is_heard(far: Far) -> None:
    assert transcribed(far, b"ID3\x04 a song", "song.mp3").json["text"] == ""


@pytest.mark.parametrize(
    ("given", "status", "param", "code"),
    [
        ({"name": ""}, 400, "file", "missing_required_parameter"),
        ({"model": None}, 400, "model", "missing_required_parameter"),
        ({"model": "whisper-9"}, 404, None, "model_not_found"),
        ({"colour": "red"}, 400, "colour", "unknown_parameter"),
        ({"response_format": "text"}, 400, "response_format", "unsupported_value"),
        ({"response_format": "poem"}, 400, "response_format", "unsupported_value"),
        ({"model": "whisper-1", "response_format": "srt"}, 400, "response_format", "unsupported_value"),
        ({"stream": "true"}, 400, "response_format", "unsupported_value"),
        ({"language": "russian"}, 400, "language", "invalid_language_format"),
        ({"temperature": "2"}, 400, "temperature", None),
        ({"temperature": "hot"}, 400, "temperature", None),
        ({"sound": b"<html>not a sound</html>"}, 400, "file", "invalid_value"),
        ({"sound": b"#!AMR\n"}, 400, "file", "invalid_value"),
        ({"name": "voice.amr"}, 400, None, None),
        ({"name": "voice"}, 400, None, None),
        ({"sound": b"OggS" + b"s" * MOST_BYTES}, 413, None, None),
    ],
)
def test_what_cannot_be_transcribed_is_refused(
    far: Far, given: dict[str, Any], status: int, param: str | None, code: str | None
) -> None:
    answer = transcribed(far, **given)
    assert (answer.status_code, answer.json["error"]["param"], answer.json["error"]["code"]) == (status, param, code)


def test_a_body_that_is_not_multipart_is_refused(far: Far) -> None:
    answer = far.openai("audio/transcriptions", model="whisper-1")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "invalid_multipart_form_data")


@pytest.mark.parametrize(
    "sound",
    [
        b"fLaC....",
        b"ID3\x04",
        b"\xff\xfb\x90",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x00\x00\x00 ftypM4A ",
        b"\x1aE\xdf\xa3",
    ],
)
def test_every_format_of_the_original_is_taken(far: Far, sound: bytes) -> None:
    assert transcribed(far, sound, "voice.m4a").status_code == 200


def test_faults_are_there_for_transcriptions_too(far: Far) -> None:
    for value, status in (("429", 429), ("500", 500), ("timeout", 504)):
        far.switch("openai", value)
        assert transcribed(far).status_code == status
    far.switch("openai", "lie")
    assert transcribed(far).json["text"] == "Продолжение следует..."
    far.switch("openai", "broken")
    assert transcribed(far).text == '{"text": "'


def test_without_a_key_nothing_is_transcribed(far: Far) -> None:
    assert far.client.post("/openai/v1/audio/transcriptions").status_code == 401


def test_the_log_shows_a_transcription_without_its_sound(far: Far) -> None:
    transcribed(far)
    (line,) = far.client.get("/api/log?emulator=openai").json["log"]
    assert (line["path"], line["body"]) == (
        "/openai/v1/audio/transcriptions", '{"model": "gpt-4o-mini-transcribe"}',
    )  # fmt: skip
