"""`nochnik understand`: messages in, readings out."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from infra.output import write_line
from infra.reading import READERS, moment, reader_named
from infra.verbs import Home, client_argument, now_argument, reader_argument

WORDS = """\
JSON lines in: {"id", "text", "asked"?}, where "asked" is what the desk asked last (consent, service, time, name,
phone, reminder). JSON lines out: {"id", "intent", "confidence", "escalate", "name", "phone", "service", "date",
"time_from", "time_to", "reader"}, null where the message says nothing, or {"id", "error"} for a line that cannot be
read; the exit code is then 1."""


def add(home: Home) -> None:
    one = home.new("understand", partial(run, home), "read messages, JSON lines in and out")
    one.description = WORDS
    client_argument(one)
    now_argument(one)
    reader_argument(one, READERS)


def run(home: Home, chosen: argparse.Namespace) -> int:
    from infra.understand import understand

    rules = home.pack(chosen.client)
    reader = reader_named(chosen.reader, home.environment(chosen.client))
    bad = False
    for answer in understand(sys.stdin.buffer, reader, rules, moment(chosen.now, rules.business.zone)):
        bad = bad or "error" in answer
        write_line(answer)
    return int(bad)
