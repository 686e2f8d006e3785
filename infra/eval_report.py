"""What `nochnik eval` tells: figures, which intent is taken for which, the worst mistakes; for people and programs."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import time as hour
from typing import Any

from chalicelib.desk.values import Reading
from infra.evaluate import Evaluation, worst, wrong
from infra.score import Read, Score, Share

LONGEST_SHOWN = 100


def report(done: Evaluation, how: str) -> Iterator[str]:
    """Everything, for people."""
    yield how
    if done.unanswered:
        reasons = ", ".join(f"{why} {times}×" for why, times in Counter(done.unanswered).most_common())
        yield f"Not answered and left out: {len(done.unanswered)} ({reasons})."
    if not done.reads:
        yield "No message was read."
        return
    yield ""
    yield from (line for line in done.score.lines() if _labelled_escalation(done) or not line.startswith("escalation"))
    yield from ("", *_by_intent(done.score))
    yield from ("", *confusion_table(done.score))
    yield from ("", *_misses(done.reads))
    yield from ("", _speed(done.seconds))


def figures(done: Evaluation, how: str) -> dict[str, Any]:
    """Everything, for programs. A figure of nothing is null."""
    shares = {name: value for name, value in vars(done.score).items() if isinstance(value, Share)}
    told = {name: _share(value) for name, value in shares.items()}
    if not _labelled_escalation(done):
        told |= dict.fromkeys(("recall", "false_alarms", "reason"))
    return {
        "how": how,
        "messages": len(done.reads),
        "unanswered": len(done.unanswered),
        **told,
        "intents": {
            name: {
                "n": share.whole,
                "right": share.part,
                "recall": share.value,
                "precision": _precision(done.score, name),
            }
            for name, share in sorted(done.score.by_intent.items())
        },
        "taken_for": [
            {"expected": right, "read": read, "times": times}
            for (right, read), times in done.score.taken_for.most_common()
        ],
        "misses": [_miss(read) for read in worst(done.reads)],
        "milliseconds": {name: round(value * 1000, 3) for name, value in _quantiles(done.seconds).items()},
    }


def _labelled_escalation(done: Evaluation) -> bool:
    return any("escalate" in read.message.expected for read in done.reads)


def _share(share: Share) -> dict[str, Any] | None:
    return {"value": round(share.value, 4), "part": share.part, "of": share.whole} if share.whole else None


def _by_intent(figures: Score) -> Iterator[str]:
    yield f"{'intent':20}{'n':>6}{'right':>7}{'recall':>9}{'precision':>11}"
    for name, share in sorted(figures.by_intent.items()):
        precision = _precision(figures, name)
        shown = "–" if precision is None else f"{precision:.3f}"
        yield f"{name:20}{share.whole:6}{share.part:7}{share.value:9.3f}{shown:>11}"


def _precision(figures: Score, intent: str) -> float | None:
    right = figures.by_intent[intent].part
    read = right + sum(times for (_, taken), times in figures.taken_for.items() if taken == intent)
    return round(right / read, 4) if read else None


def confusion_table(figures: Score) -> Iterator[str]:
    """Which intents are taken for which: rows as labelled, columns as read. Only those with mistakes."""
    rows = sorted({right for right, _ in figures.taken_for})
    columns = sorted({read for _, read in figures.taken_for})
    if not rows:
        yield "No intent was taken for another."
        return
    width = max(map(len, (*rows, "all intents"))) + 2
    for number, read in enumerate(columns):
        yield f"{'':{width}}{'   │' * number}   ┌ {read}"
    yield f"{'taken for':{width}}{'   │' * len(columns)}  wrong  right    all"
    for right in rows:
        counts = [figures.taken_for[right, read] for read in columns]
        share = figures.by_intent[right]
        cells = "".join(f"{count or '·':>4}" for count in counts)
        yield f"{right:{width}}{cells}{sum(counts):7}{share.part:7}{share.whole:7}"
    totals = [sum(figures.taken_for[right, read] for right in rows) for read in columns]
    everything = figures.intent
    cells = "".join(f"{count:>4}" for count in totals)
    yield f"{'all intents':{width}}{cells}{sum(totals):7}{everything.part:7}{everything.whole:7}"


def _misses(reads: Sequence[Read]) -> Iterator[str]:
    every = sum(bool(wrong(read)) for read in reads)
    if not every:
        yield "Nothing was misread."
        return
    shown = worst(reads)
    yield f"The worst {len(shown)} of {every} messages with a mistake (expected → read):"
    for read in shown:
        text = read.message.text.replace("\n", " ⏎ ")
        asked = f" @{read.message.asked}" if read.message.asked else ""
        yield f"  {text[:LONGEST_SHOWN]}{'…' if len(text) > LONGEST_SHOWN else ''}{asked}"
        for name, (expected, was) in wrong(read).items():
            yield f"      {name}: {_shown(expected)} → {_shown(was)}{_confidence(name, read.reading)}"


def _miss(read: Read) -> dict[str, Any]:
    return {
        "text": read.message.text,
        "asked": read.message.asked,
        "line": read.message.line,
        "confidence": read.reading.confidence,
        "wrong": {name: [_shown(expected), _shown(was)] for name, (expected, was) in wrong(read).items()},
    }


def _confidence(name: str, reading: Reading) -> str:
    return f" ({reading.confidence:.2f})" if name == "intent" else ""


def _shown(value: Any) -> str:
    if isinstance(value, hour):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return ", ".join(value) or "–"
    return "–" if value is None else str(value)


def _speed(seconds: Sequence[float]) -> str:
    told = ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in _quantiles(seconds).items())
    return f"Time per message: {told}."


def _quantiles(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {}
    ranked = sorted(seconds)
    return {
        "median": statistics.median(ranked),
        "p99": ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))],
        "longest": ranked[-1],
    }
