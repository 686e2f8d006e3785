"""The verbs that need no cloud: understand, talk, eval, replay. Their arguments, and what they print."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from infra.errors import Failed
from infra.reading import READERS

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules
    from infra.talk import Talk

DEMO = "demo-salon"
CHANNELS = ("telegram", "whatsapp", "instagram")
Run = Callable[[argparse.Namespace], int]
NewVerb = Callable[[str, Run, str], argparse.ArgumentParser]


def add(new: NewVerb, root: Path, environment: Callable[[str], Mapping[str, str]]) -> None:
    """Add the verbs. ``new`` makes one, ``environment`` is a client's, over the .env files below ``root``."""
    _understand(new, root, environment)
    _talk(new, root, environment)
    _eval(new, root, environment)
    _replay(new, root, environment)


# ---------------------------------------------------------------- understand


def _understand(new: NewVerb, root: Path, environment: Callable[[str], Mapping[str, str]]) -> None:
    def run(chosen: argparse.Namespace) -> int:
        from infra.output import write_line
        from infra.reading import moment, reader_named
        from infra.understand import understand

        rules = _pack(root, chosen.client)
        reader = reader_named(chosen.reader, environment(chosen.client))
        bad = 0
        for answer in understand(_standard_input(), reader, rules, moment(chosen.now, rules.business.zone)):
            bad += "error" in answer
            write_line(answer)
        return 1 if bad else 0

    one = new("understand", run, "read messages, JSON lines in and out")
    one.description = (
        'JSON lines in: {"id", "text", "asked"?}, where "asked" is what the desk asked last (consent, service, time, '
        'name, phone, reminder). JSON lines out: {"id", "intent", "confidence", "escalate", "name", "phone", "service", '
        '"date", "time_from", "time_to", "reader"}, or {"id", "error"} for a line that cannot be read; the exit code '
        "is then 1."
    )
    _whom(one)
    _reader(one, READERS)


# ---------------------------------------------------------------- talk


def _talk(new: NewVerb, root: Path, environment: Callable[[str], Mapping[str, str]]) -> None:
    def run(chosen: argparse.Namespace) -> int:
        from infra.reading import model_key, moment
        from infra.tabletop import Tabletop
        from infra.talk import Talk

        rules, given = _pack(root, chosen.client), environment(chosen.client)
        model = chosen.reader == "layered"
        if model:
            model_key("layered", given)
        from chalicelib.readers.phrases import Phrases

        top = Tabletop(rules, moment(chosen.now, rules.business.zone), Phrases(), given, model)
        talk = Talk(top, chosen.channel, _phone(chosen.phone))
        with _tape(chosen.record, talk):
            if chosen.jsonl:
                return _answer_lines(talk)
            return _converse(talk, chosen.reader, root)

    one = new("talk", run, "talk with the desk as a client would, no cloud needed")
    one.description = (
        'Talk with the desk. With --jsonl, lines in: {"text"}, {"texts": [...]} (bubbles of one turn), {"button": id or '
        'title}, {"advance": "PT15M"}, {"colleague": name, "action": "text", "text"}; lines out: {"replies", "asks", '
        '"effects", "because", "conversation"}, or {"error"}.'
    )
    _whom(one)
    one.add_argument("--jsonl", action="store_true", help="JSON lines in and out, for scripts")
    _reader(one, ("phrases", "layered"))
    one.add_argument("--channel", choices=CHANNELS, default="telegram", help="where the client writes")
    one.add_argument("--phone", help="the number that the channel vouches for")
    one.add_argument("--record", type=Path, metavar="FILE", help="write every event to FILE, for `nochnik replay`")


def _answer_lines(talk: Talk) -> int:
    from infra.output import write_line
    from infra.talk import answers

    for answer in answers(_standard_input(), talk):
        write_line(answer)
    return 0


def _converse(talk: Talk, reader: str, root: Path) -> int:
    from infra.terminal import Terminal, at_the_keyboard, from_a_pipe, screen_of

    terminal = Terminal(talk, screen_of(os.environ))
    if sys.stdin.isatty():
        at_the_keyboard(terminal, reader, root / ".nochnik" / "talk_history")
    else:
        from_a_pipe(terminal, (line.decode("utf-8", "replace") for line in _standard_input()))
    return 0


# ---------------------------------------------------------------- eval


def _eval(new: NewVerb, root: Path, environment: Callable[[str], Mapping[str, str]]) -> None:
    pass


# ---------------------------------------------------------------- replay


def _replay(new: NewVerb, root: Path, environment: Callable[[str], Mapping[str, str]]) -> None:
    pass


# ---------------------------------------------------------------- arguments


def _whom(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--client", default=DEMO, help=f"folder below clients/ (default: {DEMO})")
    _when(verb)


def _when(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--now", metavar="ISO8601", help="the time it is, in the business's zone if none is named")


def _reader(verb: argparse.ArgumentParser, names: tuple[str, ...]) -> None:
    verb.add_argument(
        "--reader", choices=names, default="phrases", help="who reads; all but phrases need OPENAI_API_KEY"
    )


def _pack(root: Path, client: str) -> Rules:
    from infra.packs import load_pack

    return load_pack(root, client)


def _phone(written: str | None) -> str | None:
    if written is None:
        return None
    from chalicelib.readers.russian import phones

    found = phones.find(written)
    if found is None:
        raise Failed(f"--phone {written} is no phone number: write it as +79000000001.")
    return found


def _standard_input() -> BinaryIO:
    return sys.stdin.buffer


def _tape(file: Path | None, talk: Talk) -> Any:
    from contextlib import nullcontext

    if file is None:
        return nullcontext()
    from infra.nights import recorded

    return recorded(file, talk)
