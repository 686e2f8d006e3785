"""Meta's media: what clients send in WhatsApp is found by its id and behind the token, in Instagram by a signed link.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media, links live for minutes there, for good here.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from werkzeug.wrappers import Request

from sandbox.accounts import WHATSAPP_NUMBER_ID
from sandbox.far_side import Answer, Route
from sandbox.graph import GraphError, check_token, no_such_object
from sandbox.state import State, Voice
from sandbox.voice import seconds_of, spoken

FIRST_ID = 900000000000001
SOUND = "audio/ogg; codecs=opus"


class Files:
    """Media ids, links and downloads. ``secret`` signs Instagram's links; ``base`` is the sandbox's own address."""

    def __init__(self, state: State, secret: str, base: str) -> None:
        self._state = state
        self._secret = secret
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route("/meta/media/whatsapp/<file>", ("GET",), self.behind_token, "whatsapp"),
            Route("/meta/media/instagram/<file>", ("GET",), self.behind_signature, "instagram"),
        ]

    def number(self) -> str:
        """The id of the next thing somebody sends."""
        return str(self._state.next("meta media", FIRST_ID))

    def record(self, phone_id: str, message_id: str, words: str) -> Voice:
        """Keep what she says in this message."""
        voice = Voice(self.number(), message_id, seconds_of(words), spoken(words))
        self._state.put_voice(phone_id, voice)
        return voice

    def whatsapp(self, file: str, sound: bytes = b"") -> dict[str, Any]:
        """What a webhook says of a file."""
        return {"sha256": _digest(sound), "id": file, "url": f"{self._base}/meta/media/whatsapp/{file}"}

    def instagram(self, file: str) -> dict[str, Any]:
        return {"url": f"{self._base}/meta/media/instagram/{file}?signature={self._signature(file)}"}

    # What the stack calls

    def found(self, request: Request, file: str) -> Answer:
        """Where a file is. Raises `GraphError`."""
        voice = self._state.voice(file)
        if voice is None or request.args.get("phone_number_id", WHATSAPP_NUMBER_ID) != WHATSAPP_NUMBER_ID:
            raise no_such_object(file)
        link = f"{request.host_url}meta/media/whatsapp/{file}"
        told = {"url": link, "mime_type": SOUND, "sha256": _digest(voice.sound), "file_size": str(len(voice.sound))}
        return Answer(200, {**told, "id": file, "messaging_product": "whatsapp"})

    def behind_token(self, request: Request, file: str) -> Answer:
        try:
            check_token(request)
        except GraphError as error:
            return error.answer()
        return self._download(file)

    def behind_signature(self, request: Request, file: str) -> Answer:
        if not hmac.compare_digest(request.args.get("signature", "").encode(), self._signature(file).encode()):
            return Answer(403, "URL signature mismatch", kind="text/plain")
        return self._download(file)

    def _download(self, file: str) -> Answer:
        voice = self._state.voice(file)
        return Answer(200, voice.sound, SOUND) if voice else Answer(404, "Not Found", kind="text/plain")

    def _signature(self, file: str) -> str:
        return hmac.new(self._secret.encode(), file.encode(), hashlib.sha256).hexdigest()[:32]


def _digest(sound: bytes) -> str:
    return hashlib.sha256(sound).hexdigest()
