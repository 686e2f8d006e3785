"""The command as it is typed: arguments and standard input in, exit code and what was printed out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from infra import cli


@dataclass(frozen=True)
class Ran:
    """How a command ended. ``lines`` are its JSON lines."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Nochnik = Callable[..., Ran]


@pytest.fixture
def nochnik(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Nochnik:
    """Run the command: ``nochnik("talk", "--jsonl", typed=[{"text": "привет"}])``. Bytes are typed as they are."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, typed: Any = b"") -> Ran:
        if not isinstance(typed, bytes):
            typed = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in typed).encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8"))
        capfdbinary.readouterr()
        code = cli.main(arguments)
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(), err.decode())

    return run
