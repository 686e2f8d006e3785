"""`nochnik eval`: how well a reader reads."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import Failed
from infra.output import print_lines, write_line
from infra.reading import READERS, moment, reader_named
from infra.verbs import Home, now_argument, reader_argument

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.regulation.schema import Rules
    from infra.evaluate import Batch, Evaluation

FILES = """\
labelled messages: "text => intent ..." as in corpus/dev.txt, or JSON lines {"text", "intent", ...} (*.jsonl); without
any, RP-002's own phrases"""


def add(home: Home) -> None:
    one = home.new("eval", partial(run, home), "judge how well a reader reads: the pack's phrases, or labelled files")
    one.add_argument("client", help="folder below clients/")
    one.add_argument("files", nargs="*", type=Path, metavar="FILE", help=FILES)
    now_argument(one)
    reader_argument(one, READERS)
    one.add_argument("--picture", type=_picture, metavar="FILE", help="draw the confusion matrix: a .svg, or a .png")
    one.add_argument("--json", action="store_true", help="one line of JSON")


def run(home: Home, chosen: argparse.Namespace) -> int:
    from infra.eval_report import figures, report
    from infra.evaluate import evaluate

    rules = home.pack(chosen.client)
    reader = reader_named(chosen.reader, home.environment(chosen.client))
    batches, what = _messages(home, chosen, rules, moment(chosen.now, rules.business.zone))
    done, how = evaluate(batches, reader, rules.dialogue.confidence_threshold), f"{chosen.reader}: {what}"
    if chosen.json:
        write_line(figures(done, how))
    else:
        print_lines(report(done, how))
    if chosen.picture:
        _draw(chosen.picture, done, f"{chosen.client}, {chosen.reader}: intent {done.score.intent.value:.3f}")
    return 0


def _messages(home: Home, chosen: argparse.Namespace, rules: Rules, now: datetime) -> tuple[list[Batch], str]:
    from infra.evaluate import PARTS, from_files, own_phrases

    if not chosen.files:
        return own_phrases(rules, now), (
            f"RP-002's own phrases of {chosen.client}, in {PARTS} parts; "
            "each part is read with a pack that has only the other ones"
        )
    batches = from_files(chosen.files, chosen.client, now, home.pack, whole=chosen.now is not None)
    return batches, ", ".join(str(file) for file in chosen.files)


def _picture(written: str) -> Path:
    file = Path(written)
    if file.suffix.lower() not in (".svg", ".png"):
        raise argparse.ArgumentTypeError(f"«{written}» is no picture: its name ends in .svg or .png")
    return file


def _draw(file: Path, done: Evaluation, title: str) -> None:
    from infra.confusion import png_writer, save

    try:
        drawn = save(file, done.score, title, png_writer())
    except OSError as error:
        raise Failed(f"The picture cannot be written: {error}") from None
    instead = "" if drawn == file else f" (not {file.name}: a PNG needs the package cairosvg)"
    print(f"The picture: {drawn}{instead}", file=sys.stderr)
