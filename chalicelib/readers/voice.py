"""Voice messages written down by a model.

https://platform.openai.com/docs/api-reference/audio/createTranscription,
https://platform.openai.com/docs/guides/speech-to-text
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.errors import Unavailable
from chalicelib.patterns import lazy
from chalicelib.ports import LARGEST_VOICE
from chalicelib.readers.openai_client import Account, asked, tokens_of

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.audio import Transcription

MODEL = "gpt-4o-mini-transcribe"
SECONDS = 8.0
# What such models write where nothing is said: the subtitles they were trained on.
_NOTHING_SAID = lazy(
    r"\W*(?:(?:редактор\w*\s+)?субтитр\w*.{0,60}|.{0,20}dimatorzok|продолжение следует|спасибо за просмотр)\W*",
    re.IGNORECASE,
)


class Voice:
    """`ports.Ears`. ``account``: that of `MODEL` or the like, and of `SECONDS`."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def hear(self, voice: bytes) -> str:
        """What is said. Raises `Unavailable` for a sound that is too large or of no known kind, for silence, and when
        the model does not answer in time."""
        if len(voice) > LARGEST_VOICE:
            raise Unavailable("too large")
        name, kind = _named(voice)
        said = asked(self._account, lambda client, left: self._ask(client, left, (name, voice, kind)))
        # A body that is not JSON comes out of the SDK as a bare string.
        text = str(getattr(said, "text", None) or "").strip()
        if not text or _NOTHING_SAID.fullmatch(text):
            raise Unavailable("nothing said")
        return text

    def _ask(self, client: OpenAI, left: float, file: tuple[str, bytes, str]) -> Transcription:
        answer: Transcription = client.audio.transcriptions.create(
            model=self._account.model, file=file, language="ru", response_format="json", timeout=left
        )
        self._account.spent(tokens_of(answer))
        return answer


def _named(voice: bytes) -> tuple[str, str]:
    """A file name and a media type: the API knows a sound by its name, the sound itself tells what it is."""
    if voice.startswith(b"OggS"):
        return "voice.ogg", "audio/ogg"
    if voice[4:8] == b"ftyp":
        return "voice.m4a", "audio/mp4"
    if voice.startswith(b"ID3") or voice[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return "voice.mp3", "audio/mpeg"
    if voice.startswith(b"RIFF") and voice[8:12] == b"WAVE":
        return "voice.wav", "audio/wav"
    if voice.startswith(b"\x1aE\xdf\xa3"):
        return "voice.webm", "audio/webm"
    raise Unavailable("not a known kind of sound")
