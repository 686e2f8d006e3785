"""`nochnik talk`: a conversation with the desk, at the keyboard or by lines of JSON."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import Failed
from infra.output import write_line
from infra.reading import model_key, moment
from infra.verbs import Home, client_argument, now_argument, reader_argument

if TYPE_CHECKING:
    from infra.talk import Talk

CHANNELS = ("telegram", "whatsapp", "instagram")
WORDS = """\
Talk with the desk as a client would. With --jsonl, lines in: {"text"}, {"texts": [...]} (bubbles of one turn),
{"button": id or title}, {"advance": "PT15M"}, {"colleague": name, "action": "text", "text"}; lines out: {"replies",
"asks", "effects", "because", "conversation"}, or {"error"} after which the conversation goes on."""


def add(home: Home) -> None:
    one = home.new("talk", partial(run, home), "talk with the desk as a client would, no cloud needed")
    one.description = WORDS
    client_argument(one)
    now_argument(one)
    one.add_argument("--jsonl", action="store_true", help="JSON lines in and out, for scripts")
    reader_argument(one, ("phrases", "layered"))
    one.add_argument("--channel", choices=CHANNELS, default="telegram", help="where the client writes")
    one.add_argument("--phone", help="the number that the channel vouches for")
    one.add_argument(
        "--calendar",
        type=Path,
        metavar="FILE",
        help='visits that stand already: JSON [{"service", "master", "start", "minutes", "client"}]',
    )
    one.add_argument("--record", type=Path, metavar="FILE", help="write every event to FILE, for `nochnik replay`")


def run(home: Home, chosen: argparse.Namespace) -> int:
    from chalicelib.readers.phrases import Phrases
    from infra.calendar import preload
    from infra.nights import recorded
    from infra.tabletop import Tabletop
    from infra.talk import Talk

    rules, given = home.pack(chosen.client), home.environment(chosen.client)
    model = chosen.reader == "layered"
    if model:
        model_key(chosen.reader, given)
    top = Tabletop(rules, moment(chosen.now, rules.business.zone), Phrases(), given, model)
    if chosen.calendar:
        preload(chosen.calendar, top.table, rules)
    talk = Talk(top, chosen.channel, _phone(chosen.phone))
    with recorded(chosen.record, talk) if chosen.record else nullcontext():
        if chosen.jsonl:
            _by_lines(talk)
        else:
            _by_hand(talk, chosen.reader, home.root)
    return 0


def _by_lines(talk: Talk) -> None:
    from infra.talk import answers

    for answer in answers(sys.stdin.buffer, talk):
        write_line(answer)


def _by_hand(talk: Talk, reader: str, root: Path) -> None:
    from infra.terminal import Terminal, at_the_keyboard, from_a_pipe, screen_of

    terminal = Terminal(talk, screen_of(os.environ))
    if sys.stdin.isatty():
        at_the_keyboard(terminal, reader, root / ".nochnik" / "talk_history")
    else:
        from_a_pipe(terminal, (line.decode("utf-8", "replace") for line in sys.stdin.buffer))


def _phone(written: str | None) -> str | None:
    if written is None:
        return None
    from chalicelib.readers.russian import phones

    found = phones.find(written)
    if found is None:
        raise Failed(f"--phone {written} is no phone number: write it as +79000000001.")
    return found
