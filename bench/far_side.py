"""The providers' end during a benchmark: takes every request, answers well, and notes when a chat was written to."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = b'{"ok":true,"result":{"message_id":1,"id":1,"is_bot":true,"first_name":"bench","username":"bench_bot"}}'


class FarSide:
    """A server on 127.0.0.1. Telegram's Bot API stands below ``/bot<token>/``, the floor's echo at ``/echo``."""

    def __init__(self) -> None:
        self._written = threading.Condition()
        self._times: dict[int, list[float]] = defaultdict(list)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def note(self, chat: int, at: float) -> None:
        """Something was said to a chat."""
        with self._written:
            self._times[chat].append(at)
            self._written.notify_all()

    def wait(self, chat: int, count: int, seconds: float = 60.0) -> float:
        """When the ``count``-th message to a chat came, by `time.perf_counter`. Raises TimeoutError."""
        with self._written:
            if not self._written.wait_for(lambda: len(self._times[chat]) >= count, seconds):
                raise TimeoutError(f"chat {chat} got {len(self._times[chat])} messages, not {count}")
            return self._times[chat][count - 1]

    def count(self, chats: Collection[int]) -> int:
        """Messages to any of these chats so far."""
        with self._written:
            return sum(len(self._times[chat]) for chat in chats)

    def wait_any(self, chats: Collection[int], count: int, seconds: float = 60.0) -> float:
        """When the ``count``-th message to any of these chats came. Raises TimeoutError."""
        with self._written:
            if not self._written.wait_for(lambda: sum(len(self._times[chat]) for chat in chats) >= count, seconds):
                raise TimeoutError(f"no {count} messages to any of {len(chats)} chats")
            return sorted(at for chat in chats for at in self._times[chat])[count - 1]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(far: FarSide) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            at = time.perf_counter()
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)
            if chat := _chat(self.path, body):
                far.note(chat, at)

        do_GET = do_POST  # noqa: N815 (http.server names it)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _chat(path: str, body: bytes) -> int | None:
    if path.endswith("/sendMessage"):
        return int(json.loads(body)["chat_id"])
    if path == "/echo":
        return int(json.loads(body)["message"]["chat"]["id"])
    return None
