"""The verbs that need no cloud: understand, talk, eval, replay. Their arguments, and what they print."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from infra.errors import Failed
from infra.reading import READERS

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules
    from infra.evaluate import Evaluation
    from infra.nights import Night
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
    _replay(new, root)


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
        'name, phone, reminder). JSON lines out: {"id", "intent", "confidence", "escalate", "name", "phone", '
        '"service", "date", "time_from", "time_to", "reader"}, or {"id", "error"} for a line that cannot be read; the '
        "exit code is then 1."
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
        'Talk with the desk. With --jsonl, lines in: {"text"}, {"texts": [...]} (bubbles of one turn), {"button": id '
        'or title}, {"advance": "PT15M"}, {"colleague": name, "action": "text", "text"}; lines out: {"replies", '
        '"asks", "effects", "because", "conversation"}, or {"error"}.'
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
    def run(chosen: argparse.Namespace) -> int:
        from infra.evaluate import PARTS, evaluate, figures, from_files, own_phrases, report
        from infra.output import print_lines, write_line
        from infra.reading import moment, reader_named

        rules = _pack(root, chosen.client)
        now = moment(chosen.now, rules.business.zone)
        if chosen.files:
            names = ", ".join(str(file) for file in chosen.files)
            pack = partial(_pack, root)
            batches = from_files(chosen.files, chosen.client, now, pack, whole=chosen.now is not None)
            how = f"{chosen.reader}: {names}"
        else:
            batches = own_phrases(rules, now)
            how = (
                f"{chosen.reader}: RP-002's own phrases of {chosen.client}, in {PARTS} parts; each part is read with a "
                "pack that has only the other ones"
            )
        reader = reader_named(chosen.reader, environment(chosen.client))
        done = evaluate(batches, reader, rules.dialogue.confidence_threshold)
        if chosen.json:
            write_line(figures(done, how))
        else:
            print_lines(report(done, how))
        if chosen.picture:
            _draw(chosen.picture, done, f"{chosen.client}, {chosen.reader}: {done.score.intent.value:.3f}")
        return 0

    one = new("eval", run, "judge how well a reader reads: the pack's own phrases, or labelled files")
    one.add_argument("client", help="folder below clients/")
    one.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help='labelled messages: "text => intent ..." as in corpus/dev.txt, or JSON lines {"text", "intent", ...} '
        "(*.jsonl); without any, RP-002's own phrases",
    )
    _when(one)
    _reader(one, READERS)
    one.add_argument("--picture", type=Path, metavar="FILE", help="draw the confusion matrix (.svg, or .png)")
    one.add_argument("--json", action="store_true", help="one line of JSON")


def _draw(file: Path, done: Evaluation, title: str) -> None:
    from infra.confusion import png_writer, save

    try:
        drawn = save(file, done.score, title, png_writer())
    except OSError as error:
        raise Failed(f"The picture cannot be written: {error}") from None
    instead = "" if drawn.suffix == file.suffix else " (a PNG needs CairoSVG: pip install cairosvg)"
    print(f"The picture: {drawn}{instead}", file=sys.stderr)


# ---------------------------------------------------------------- replay


def _replay(new: NewVerb, root: Path) -> None:
    def run(chosen: argparse.Namespace) -> int:
        from zoneinfo import ZoneInfo

        from chalicelib.readers.phrases import Phrases
        from infra.output import print_lines, write_line
        from infra.packs import load_folder
        from infra.reading import moment
        from infra.replay import Tally, replay, shown, told

        old, changed = _pack(root, chosen.client), load_folder(chosen.pack)
        zone, tally = old.business.zone, Tally()
        since = moment(chosen.since, zone) if chosen.since else None
        for night in _nights(chosen, root, zone):
            played = [one for one in replay(night, old, changed, Phrases()) if shown(one, night, since)]
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

    one = new("replay", run, "past conversations through a changed pack: what the desk would say differently")
    one.add_argument("client", help="folder below clients/: the pack in force")
    one.add_argument("--pack", type=Path, required=True, metavar="FOLDER", help="the changed pack")
    one.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="events that `nochnik talk --record` wrote, or conversations as text (*.txt); without any, those in "
        "tests/scenarios",
    )
    one.add_argument("--here", action="store_true", help="the conversations in the sandbox of `nochnik up`")
    one.add_argument("--since", metavar="ISO8601", help="show nothing older")
    one.add_argument("--json", action="store_true", help="JSON lines: every message, then the summary")


def _nights(chosen: argparse.Namespace, root: Path, zone: str) -> list[Night]:
    """The conversations that are asked for. Raises `Failed` when there is none."""
    from infra.nights import from_sandbox, read_file

    if chosen.here:
        from infra.up import Laptop

        return from_sandbox(Laptop(root, chosen.client).folder / "sandbox")
    if chosen.files:
        nights = [read_file(file, zone, None) for file in chosen.files]
        for file, night in zip(chosen.files, nights, strict=True):
            if night.client not in (None, chosen.client):
                raise Failed(f"{file} is a conversation with {night.client}, not with {chosen.client}.")
        return nights
    written = [read_file(file, zone, None) for file in sorted((root / "tests" / "scenarios").glob("*.txt"))]
    nights = [night for night in written if (night.client or DEMO) == chosen.client]
    if not nights:
        raise Failed(f"There is no conversation with {chosen.client} in tests/scenarios: name files, or use --here.")
    return nights


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
