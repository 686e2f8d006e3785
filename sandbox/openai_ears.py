"""Transcriptions: what the OpenAI API takes as a recording, and what it hears in one.

https://platform.openai.com/docs/api-reference/audio/createTranscription. The words stand in the recording itself
(sandbox/voice.py); in any other sound nothing is heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Request

from sandbox.openai_rules import Refusal, check_names, missing
from sandbox.voice import seconds_of, words_of

PARAMETERS = frozenset({
    "file", "model", "language", "languages", "keywords", "prompt", "response_format", "temperature", "include",
    "timestamp_granularities", "stream", "chunking_strategy", "known_speaker_names", "known_speaker_references",
})  # fmt: skip
MODELS: Mapping[str, frozenset[str]] = {
    "whisper-1": frozenset({"json", "text", "srt", "verbose_json", "vtt"}),
    "gpt-transcribe": frozenset({"json"}),
    "gpt-4o-transcribe": frozenset({"json"}),
    "gpt-4o-mini-transcribe": frozenset({"json"}),
    "gpt-4o-mini-transcribe-2025-12-15": frozenset({"json"}),
    "gpt-4o-transcribe-diarize": frozenset({"json", "text", "diarized_json"}),
}
"""Models and the formats in which they answer."""
WRITTEN_HERE = ("json", "text", "verbose_json")
EXTENSIONS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
MOST_BYTES = 25 * 1024 * 1024
AUDIO_TOKENS_A_SECOND = 10
NEVER_SAID = "Продолжение следует..."
"""What a model is known to hear in silence."""


def recording(request: Request) -> tuple[dict[str, str], bytes]:
    """The parameters and the sound of a request. Raises `Refusal`."""
    if request.mimetype != "multipart/form-data":
        raise Refusal(400, "Could not parse multipart form", code="invalid_multipart_form_data")
    given = {name.removesuffix("[]"): value for name, value in request.form.items()}
    file = request.files.get("file")
    check_names([*given, *request.files], PARAMETERS)
    if file is None:
        raise missing("file")
    _check(given)
    return given, _sound(file)


def _check(given: Mapping[str, str]) -> None:
    model, form = given.get("model"), given.get("response_format", "json")
    if not model:
        raise missing("model")
    if model not in MODELS:
        text = f"The model `{model}` does not exist or you do not have access to it."
        raise Refusal(404, text, code="model_not_found")
    if form not in MODELS[model]:
        text = f"response_format '{form}' is not compatible with model '{model}'."
        raise Refusal(400, text, param="response_format", code="unsupported_value")
    if form not in WRITTEN_HERE or given.get("stream") == "true":
        raise Refusal(400, "The sandbox writes whole texts only.", param="response_format", code="unsupported_value")
    language = given.get("language", "ru")
    if len(language) != 2 or not language.isalpha():
        text = f"Invalid language '{language}'. Language parameter must be specified in ISO-639-1 format."
        raise Refusal(400, text, param="language", code="invalid_language_format")
    _check_temperature(given.get("temperature", "0"))


def _check_temperature(told: str) -> None:
    try:
        fits = 0 <= float(told) <= 1
    except ValueError:
        fits = False
    if not fits:
        raise Refusal(400, "Invalid 'temperature': expected a number from 0 to 1.", param="temperature")


def _sound(file: FileStorage) -> bytes:
    sound = file.stream.read(MOST_BYTES + 1)
    if len(sound) > MOST_BYTES:
        text = f"Maximum content size limit ({MOST_BYTES}) exceeded ({len(sound)} bytes read)"
        raise Refusal(413, text, kind="server_error")
    if (file.filename or "").rpartition(".")[2].lower() not in EXTENSIONS:
        raise Refusal(400, f"Unrecognized file format. Supported formats: {list(EXTENSIONS)}")
    if not _is_audio(sound):
        text = "Audio file might be corrupted or unsupported"
        raise Refusal(400, text, param="file", code="invalid_value")
    return sound


def _is_audio(sound: bytes) -> bool:
    """By the first bytes: Ogg, FLAC, MP3, WAV, MP4 and M4A, WebM."""
    begins = (b"OggS", b"fLaC", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\x1aE\xdf\xa3")
    wav = sound[:4] == b"RIFF" and sound[8:12] == b"WAVE"
    return sound.startswith(begins) or wav or sound[4:8] == b"ftyp"


def heard(sound: bytes, fault: str) -> str:
    """What is understood of a sound."""
    return NEVER_SAID if fault == "lie" else words_of(sound)


def transcription(given: Mapping[str, str], text: str) -> Any:
    """The answer in the form that was asked for."""
    form, seconds = given.get("response_format", "json"), seconds_of(text)
    if form == "text":
        return f"{text}\n"
    if form == "verbose_json":
        return {"task": "transcribe", "language": "russian", "duration": seconds, "text": text, "segments": []}
    return {"text": text, "usage": _usage(given, text, seconds)}


def _usage(given: Mapping[str, str], text: str, seconds: int) -> dict[str, Any]:
    """Whisper is paid by the second, the newer models by the token."""
    if given["model"] == "whisper-1":
        return {"type": "duration", "seconds": seconds}
    prompt, sound, answer = len(given.get("prompt", "")) // 3, seconds * AUDIO_TOKENS_A_SECOND, len(text) // 3 + 1
    return {
        "type": "tokens",
        "input_tokens": prompt + sound,
        "input_token_details": {"text_tokens": prompt, "audio_tokens": sound},
        "output_tokens": answer,
        "total_tokens": prompt + sound + answer,
    }
