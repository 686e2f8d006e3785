"""`nochnik replay`: past conversations through a changed pack."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from infra.errors import Failed
from infra.output import print_lines, write_line
from infra.packs import load_folder
from infra.reading import moment
from infra.verbs import DEMO, Home

if TYPE_CHECKING:
    from infra.nights import Night

FILES = """\
events that `nochnik talk --record` wrote, or conversations as text (*.txt); without any, those in tests/scenarios"""
WORDS = """\
Play past conversations through the pack in force and through a changed one, and show what the desk would say, ask or
do differently, message by message, with the clauses of both. A client's table keeps no word of what she wrote, so the
conversations come from files, or with --here from the messenger of the laptop's sandbox.

In a conversation as text a line is "> what she writes", "> [a button]", "< what a colleague writes", "+ 15m" (time
passes) or "# client: demo-clinic"; what is indented below them the desk said, and is passed over. tests/scenarios has
many."""


def add(home: Home) -> None:
    one = home.new("replay", partial(run, home), "past conversations through a changed pack: what would be different")
    one.description = WORDS
    one.add_argument("client", help="folder below clients/: the pack in force")
    one.add_argument("--pack", type=Path, required=True, metavar="FOLDER", help="the changed pack")
    one.add_argument("files", nargs="*", type=Path, metavar="FILE", help=FILES)
    one.add_argument("--here", action="store_true", help="the conversations in the sandbox of `nochnik up`")
    one.add_argument("--since", metavar="ISO8601", help="show nothing older (of recorded events, or with --here)")
    one.add_argument("--json", action="store_true", help="JSON lines: every message, then the summary")


def run(home: Home, chosen: argparse.Namespace) -> int:
    from chalicelib.readers.phrases import Phrases
    from infra.replay import Tally, replay, shown, told

    old, changed = home.pack(chosen.client), load_folder(chosen.pack)
    reader, zone, tally = Phrases(), old.business.zone, Tally()
    since = moment(chosen.since, zone, "--since") if chosen.since else None
    nights = _nights(home, chosen, zone)
    if since and not all(night.timed for night in nights):
        raise Failed("--since goes with recorded events or --here: a conversation as text has no time of its own.")
    for night in nights:
        played = [one for one in replay(night, old, changed, reader) if shown(one, since)]
        tally.add(played)
        if chosen.json:
            for one in played:
                write_line(one.line())
        else:
            print_lines(told(night, played, ZoneInfo(zone)))
    if chosen.json:
        write_line(tally.line())
    else:
        print_lines(["", tally.sentence()])
    return 0


def _nights(home: Home, chosen: argparse.Namespace, zone: str) -> list[Night]:
    """The conversations that are asked for. Raises `Failed` when there is none."""
    from infra.nights import from_sandbox, read_file

    if chosen.here:
        if chosen.files:
            raise Failed("--here takes the conversations of the sandbox: name no FILE beside it.")
        from infra.up import Laptop

        return from_sandbox(Laptop(home.root, chosen.client).folder / "sandbox")
    if chosen.files:
        nights = [read_file(file, zone) for file in chosen.files]
        for file, night in zip(chosen.files, nights, strict=True):
            if night.client not in (None, chosen.client):
                raise Failed(f"{file} is a conversation with {night.client}, not with {chosen.client}.")
        return nights
    written = [read_file(file, zone) for file in sorted((home.root / "tests" / "scenarios").glob("*.txt"))]
    nights = [night for night in written if (night.client or DEMO) == chosen.client]
    if not nights:
        raise Failed(f"There is no conversation with {chosen.client} in tests/scenarios: name files, or use --here.")
    return nights
