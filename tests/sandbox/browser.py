"""A headless Chromium for the page's tests: the few WebDriver commands they need, spoken to chromedriver directly."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
ENTER, ESCAPE = "\ue007", "\ue00c"
SWITCHES = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server")
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element's reference, W3C WebDriver §12.1


@dataclass(frozen=True)
class Browser:
    """One window. ``session`` is its WebDriver address; elements are named by CSS selectors."""

    session: str

    def open(self, url: str) -> None:
        _call("POST", f"{self.session}/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """What ``script`` (a function's body) returns in the page."""
        return _call("POST", f"{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def texts(self, selector: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map(node => node.textContent)"
        texts: list[str] = self.run(script, selector)
        return texts

    def click(self, selector: str) -> None:
        _call("POST", f"{self._element(selector)}/click", {})

    def type(self, selector: str, keys: str) -> None:
        _call("POST", f"{self._element(selector)}/value", {"text": keys})

    def resize(self, width: int, height: int) -> None:
        _call("POST", f"{self.session}/window/rect", {"width": width, "height": height})

    def eventually(self, look: Callable[[], T], wanted: T, seconds: float = 8.0) -> None:
        """Waits until ``look()`` is ``wanted``; fails with what it was instead."""
        until = time.monotonic() + seconds
        while (seen := look()) != wanted and time.monotonic() < until:
            time.sleep(0.05)
        assert seen == wanted, f"{seen!r}, not {wanted!r}"

    def _element(self, selector: str) -> str:
        found = _call("POST", f"{self.session}/element", {"using": "css selector", "value": selector})
        return f"{self.session}/element/{found[ELEMENT]}"


def missing() -> str:
    """Why no browser can be driven on this machine, empty when one can."""
    absent = [program for program in ("chromium", "chromedriver") if shutil.which(program) is None]
    return f"not installed: {', '.join(absent)} (apt-get install chromium chromium-driver)" if absent else ""


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A window of 1440×900 with a fresh profile in the folder ``profile``; closed with its processes at the end."""
    command = [str(shutil.which("chromedriver")), "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as driver:
        try:
            session = _start(_port(driver), profile)
            try:
                yield Browser(session)
            finally:
                _call("DELETE", session, None)
        finally:
            driver.terminate()


def _port(driver: subprocess.Popen[str]) -> int:
    assert driver.stdout is not None
    for line in driver.stdout:
        if started := re.search(r"started successfully on port (\d+)", line):
            return int(started[1])
    raise RuntimeError("chromedriver ended before it listened")


def _start(port: int, profile: Path) -> str:
    chrome = {
        "binary": shutil.which("chromium"),
        "args": [*SWITCHES, "--window-size=1440,900", f"--user-data-dir={profile}"],
    }
    wanted = {"browserName": "chrome", "goog:chromeOptions": chrome, "goog:loggingPrefs": {"browser": "ALL"}}
    root = f"http://127.0.0.1:{port}/session"
    made = _call("POST", root, {"capabilities": {"alwaysMatch": wanted}})
    return f"{root}/{made['sessionId']}"


def _call(method: str, url: str, body: Any) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with DIRECTLY.open(request, timeout=60) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        told = json.load(error)["value"]
        raise AssertionError(f"{told['error']}: {told['message'].splitlines()[0]}") from None
