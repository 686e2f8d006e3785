"""Standard output is for results: lines of JSON go out at once, the product's log stays out of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, cast


def write_line(value: Any) -> None:
    """One value on one line, in UTF-8 whatever the terminal says. Half of a surrogate pair, which UTF-8 has not,
    becomes «?»."""
    out = sys.stdout.buffer
    out.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    out.flush()


def print_lines(lines: Iterable[str]) -> None:
    """Lines for people."""
    for line in lines:
        print(line)


@contextmanager
def quietly() -> Iterator[None]:
    """The product logs to standard output; inside this, only its complaints are heard."""
    with redirect_stdout(cast(Any, _COMPLAINTS)):
        yield


class Complaints:
    """Warnings and errors of the log, on standard error."""

    def write(self, line: str) -> int:
        if '"level": "INFO"' not in line:
            sys.stderr.write(line)
        return len(line)

    def flush(self) -> None:
        sys.stderr.flush()


_COMPLAINTS = Complaints()
