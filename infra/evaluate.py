"""How well a reader reads: labelled messages read one by one, `infra.score`'s figures of them, and the worst mistakes.

The pack's own phrases of RP-002 are what the local reader knows, so reading them back would prove nothing. They are
judged in ten parts: each part is read with a pack that has only the other nine.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as hour
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.desk.values import Reading
from chalicelib.errors import Unavailable
from infra import labelled
from infra.errors import Failed
from infra.labelled import EVERYTHING, Message, Mislabelled, Setting
from infra.output import quietly
from infra.score import Read, Score, Share, score

if TYPE_CHECKING:
    from chalicelib.ports import Reader
    from chalicelib.regulation.schema import Rules

PARTS = 10
WORST = 20
LONGEST_SHOWN = 100
ASKED = {"consent_yes": "consent", "consent_no": "consent"}
"""What the desk has asked when a phrase of these intents is said: a bare «да» means nothing by itself."""
_JSON = (".jsonl", ".json", ".ndjson")
_DATED = {"date": date.fromisoformat, "time_from": hour.fromisoformat, "time_to": hour.fromisoformat}


@dataclass(frozen=True)
class Batch:
    """Messages that are read with the same pack at the same time."""

    rules: Rules
    now: datetime
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Evaluation:
    """Every message with what was read, how long each took (seconds), and those the model did not answer."""

    reads: tuple[Read, ...]
    seconds: tuple[float, ...]
    unanswered: tuple[str, ...]
    score: Score


# ---------------------------------------------------------------- what is read


def own_phrases(rules: Rules, now: datetime) -> list[Batch]:
    """RP-002's phrases in ten parts, each with the pack that lacks it."""
    phrases = [(rule.name, phrase) for rule in rules.dialogue.intents for phrase in rule.phrases]
    parts = min(PARTS, len(phrases))
    return [_part(rules, now, phrases[start::parts]) for start in range(parts)]


def _part(rules: Rules, now: datetime, out: Sequence[tuple[str, str]]) -> Batch:
    messages = tuple(Message(phrase, ASKED.get(intent), {"intent": intent}) for intent, phrase in out)
    return Batch(_without(rules, {phrase for _, phrase in out}), now, messages)


def _without(rules: Rules, phrases: set[str]) -> Rules:
    intents = tuple(
        rule.model_copy(update={"phrases": tuple(phrase for phrase in rule.phrases if phrase not in phrases)})
        for rule in rules.dialogue.intents
    )
    return rules.model_copy(update={"dialogue": rules.dialogue.model_copy(update={"intents": intents})})


def from_files(
    files: Iterable[Path], client: str, now: datetime, pack: Callable[[str], Rules], *, whole: bool
) -> list[Batch]:
    """Labelled messages of files, read by ``client`` at ``now`` unless a line of theirs says otherwise. ``whole``: the
    labels of a file that says neither are whole ones. Raises `Failed`."""
    batches: dict[Setting, list[Message]] = {}
    rules: dict[str, Rules] = {}
    default = Setting(client, now)
    for file in files:
        for message in _messages(file, default if whole else None):
            batches.setdefault(message.setting or default, []).append(message)
    for setting in batches:
        rules.setdefault(setting.client, pack(setting.client))
    return [Batch(rules[setting.client], setting.now, tuple(messages)) for setting, messages in batches.items()]


def _messages(file: Path, setting: Setting | None) -> list[Message]:
    try:
        if file.suffix in _JSON:
            lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
            return [_json_message(file, number, line) for number, line in lines if line.strip()]
        return list(labelled.read(file, setting))
    except Mislabelled as mislabelled:
        raise Failed(str(mislabelled)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"{file} cannot be read: {error}") from None


def _json_message(file: Path, number: int, line: str) -> Message:
    """``{"text", "asked"?, "client"?, "now"?}`` and the fields of a reading that the label tells, null for none."""
    try:
        given = json.loads(line)
        expected = {name: _value(name, given[name]) for name in EVERYTHING if name in given}
        setting = Setting(given["client"], datetime.fromisoformat(given["now"])) if "now" in given else None
        return Message(str(given["text"]), given.get("asked"), expected, setting, number)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Failed(f"{file}:{number}: this is no labelled message: {type(error).__name__} {error}") from None


def _value(name: str, written: Any) -> Any:
    return _DATED[name](written) if name in _DATED and written is not None else written


# ---------------------------------------------------------------- reading


def evaluate(batches: Iterable[Batch], reader: Reader, threshold: float) -> Evaluation:
    """Read every message. What the model does not answer is left out of the figures and told beside them."""
    reads: list[Read] = []
    seconds: list[float] = []
    unanswered: list[str] = []
    for batch in batches:
        if reader.name == "phrases":
            reader.read("здравствуйте", None, batch.rules, batch.now)  # a pack is prepared once, not for each message
        for message in batch.messages:
            started = time.perf_counter()
            try:
                with quietly():
                    reading = reader.read(message.text, message.asked, batch.rules, batch.now)
            except Unavailable as unavailable:
                unanswered.append(str(unavailable))
                continue
            seconds.append(time.perf_counter() - started)
            reads.append(Read(message, reading))
    return Evaluation(tuple(reads), tuple(seconds), tuple(unanswered), score(reads, threshold))


# ---------------------------------------------------------------- mistakes


def wrong(read: Read) -> dict[str, tuple[Any, Any]]:
    """The fields that are not as the label tells: what was expected, and what was read."""
    return {
        name: (expected, getattr(read.reading, name))
        for name, expected in read.message.expected.items()
        if getattr(read.reading, name) != expected
    }


def worst(reads: Iterable[Read], most: int = WORST) -> list[Read]:
    """The gravest mistakes: a person who was not called, one called for nothing, a wrong intent (the surest first),
    anything else."""
    return sorted((read for read in reads if wrong(read)), key=_gravity)[:most]


def _gravity(read: Read) -> tuple[int, float]:
    mistakes = wrong(read)
    if "escalate" in mistakes:
        missed = mistakes["escalate"][1] is None
        return (0 if missed else 1 if mistakes["escalate"][0] is None else 3, -read.reading.confidence)
    return (2 if "intent" in mistakes else 4, -read.reading.confidence)


# ---------------------------------------------------------------- the report


def report(done: Evaluation, how: str) -> Iterator[str]:
    """Everything, for people."""
    yield how
    if done.unanswered:
        reasons = ", ".join(f"{why} {times}×" for why, times in Counter(done.unanswered).most_common())
        yield f"Not answered and left out: {len(done.unanswered)} ({reasons})."
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
    width = max(map(len, rows)) + 2
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
    return f"Time per message: {told}." if told else "No message was read."


def _quantiles(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {}
    ranked = sorted(seconds)
    return {
        "median": statistics.median(ranked),
        "p99": ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))],
        "longest": ranked[-1],
    }
