"""The sandbox on a real port: found, taken, closed; webhooks over real HTTP, in order."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from far_fakes import Far

from sandbox.hooks import Call, Courier, Delivery, Reply, over_http
from sandbox.server import serve


def get(port: int, path: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return json.loads(body)


def test_it_serves_on_a_port_and_leaves_it(far: Far) -> None:
    serving = serve(far.box, 0)
    assert serving.url == f"http://127.0.0.1:{serving.port}"
    assert len(get(serving.port, "/api/state")["phones"]) == 3
    serving.close()
    with pytest.raises(ConnectionError):
        get(serving.port, "/api/state")


def test_a_taken_port_is_an_oserror(far: Far) -> None:
    serving = serve(far.box, 0)
    with pytest.raises(OSError, match="in use"):
        serve(far.box, serving.port)
    serving.close()


def test_closing_does_not_wait_for_a_page_that_waits(tmp_path: Path) -> None:
    far = Far(tmp_path, long_poll_seconds=30)
    serving = serve(far.box, 0)
    seq = get(serving.port, "/api/state")["seq"]
    waiting = threading.Thread(target=lambda: get(serving.port, f"/api/state?since={seq}"), daemon=True)
    waiting.start()
    time.sleep(0.2)
    started = time.monotonic()
    serving.close()
    assert time.monotonic() - started < 5


def test_webhooks_go_out_over_http(far: Far) -> None:
    serving = serve(far.box, 0)  # it answers 404 to a POST that is no route
    send = over_http()
    assert send(Call("POST", f"{serving.url}/hooks/telegram", b"{}")).status == 404
    serving.close()
    assert send(Call("POST", f"{serving.url}/hooks/telegram", b"{}")) == Reply(0)


def test_one_chat_is_in_order_and_another_does_not_wait() -> None:
    going, done = threading.Event(), threading.Event()
    sent: list[str] = []

    def send(call: Call) -> Reply:
        if call.url == "slow":
            going.set()
            done.wait(10)
        sent.append(call.url)
        return Reply(200)

    courier = Courier(send, lambda call, reply: None)

    def later(chat: str, url: str) -> threading.Thread:
        thread = threading.Thread(target=lambda: courier.deliver(chat, lambda: Call("POST", url)))
        thread.start()
        return thread

    threads = [later("anna", "slow")]
    going.wait(10)
    threads.append(later("anna", "second"))
    courier.deliver("olga", lambda: Call("POST", "other"))
    done.set()
    for thread in threads:
        thread.join(10)
    assert sent == ["other", "slow", "second"]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [([200], Delivery(200, 1)), ([0, 204], Delivery(204, 2)), ([401, 401, 401], Delivery(401, 3))],
)
def test_a_webhook_is_tried_three_times(statuses: list[int], expected: Delivery) -> None:
    send: Callable[[Call], Reply] = lambda call: Reply(statuses.pop(0))  # noqa: E731
    courier = Courier(send, lambda call, reply: None, lambda seconds: None)
    assert courier.deliver("anna", lambda: Call("POST", "url")) == expected
