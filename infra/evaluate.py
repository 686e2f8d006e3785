"""How well a reader reads: labelled messages read one by one, `infra.score`'s figures of them, and the worst mistakes.

The pack's own phrases of RP-002 are what the local reader knows, so reading them back would prove nothing. They are
judged in ten parts: each part is read with a pack that has only the other nine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as hour
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import Unavailable
from infra import labelled
from infra.errors import Failed
from infra.labelled import EVERYTHING, Message, Mislabelled, Setting
from infra.output import quietly
from infra.score import Read, Score, score

if TYPE_CHECKING:
    from chalicelib.ports import Reader
    from chalicelib.regulation.schema import Rules

PARTS = 10
WORST = 20
LONGEST_SHOWN = 100
ASKED = {"consent_yes": "consent", "consent_no": "consent"}
"""What the desk has asked when a phrase of these intents is said: a bare «да» means nothing by itself."""
_JSON = (".jsonl", ".json", ".ndjson")
_NAMES = ("id", "text", "asked", "client", "now", *EVERYTHING)
_DATED: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "time_from": hour.fromisoformat,
    "time_to": hour.fromisoformat,
    "now": datetime.fromisoformat,
}
_WRITTEN = {"date": "2026-12-05", "time_from": "17:00", "time_to": "17:00", "now": "2026-12-04T18:15:00+04:00"}


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
        messages = _messages(file, default if whole else None)
        if not messages:
            raise Failed(f"{file}: there is no message in it.")
        for message in messages:
            setting = message.setting or default
            if setting.client not in rules:
                rules[setting.client] = pack(setting.client)
            _known_service(message, rules[setting.client], file)
            batches.setdefault(setting, []).append(message)
    return [Batch(rules[setting.client], setting.now, tuple(messages)) for setting, messages in batches.items()]


def _messages(file: Path, setting: Setting | None) -> list[Message]:
    try:
        if file.suffix in _JSON:
            lines = enumerate(labelled.lines_of(file), 1)
            return [_json_message(file, number, line) for number, line in lines if line.strip()]
        return list(labelled.read(file, setting))
    except Mislabelled as mislabelled:
        raise Failed(str(mislabelled)) from None


def _known_service(message: Message, rules: Rules, file: Path) -> None:
    service, known = message.expected.get("service"), [one.id for one in rules.business.services]
    if service is not None and service not in known:
        raise Failed(f"{file}:{message.line}: {rules.client} has no service «{service}»: it has {', '.join(known)}")


def _json_message(file: Path, number: int, line: str) -> Message:
    """``{"text", "asked"?, "client"?, "now"?}`` and the fields of a reading that the label tells, null for none."""
    try:
        given = _object(line)
        expected = {name: _value(name, given[name]) for name in EVERYTHING if name in given}
        setting = Setting(given.get("client", ""), _value("now", given["now"])) if given.get("now") else None
        if setting and not setting.client:
            raise ValueError('"now" goes with "client"')
        return labelled.checked(Message(given["text"], given.get("asked"), expected, setting, number))
    except ValueError as error:
        raise Failed(f"{file}:{number}: this is no labelled message: {error}") from None


def _object(line: str) -> dict[str, Any]:
    """A line of JSON as an object of strings. Raises ValueError."""
    try:
        given = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"this is no JSON: {error}") from None
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise ValueError('a line is an object with a "text"')
    for name, value in given.items():
        if name not in _NAMES:
            raise ValueError(f'what is "{name}"? There are {", ".join(_NAMES)}')
        if name != "id" and value is not None and not isinstance(value, str):
            raise ValueError(f'"{name}" is no string')
    return given


def _value(name: str, written: str | None) -> Any:
    try:
        return _DATED[name](written) if name in _DATED and written is not None else written
    except ValueError:
        raise ValueError(f'"{name}" is written {_WRITTEN[name]}, not «{written}»') from None


# ---------------------------------------------------------------- reading


def evaluate(
    batches: Iterable[Batch], reader: Reader, threshold: float, clock: Callable[[], float] = time.perf_counter
) -> Evaluation:
    """Read every message. What the model does not answer is left out of the figures and told beside them. ``clock``:
    what the seconds are told by."""
    reads: list[Read] = []
    seconds: list[float] = []
    unanswered: list[str] = []
    for batch in batches:
        if reader.name == "phrases":
            reader.read("здравствуйте", None, batch.rules, batch.now)  # a pack is prepared once, not for each message
        for message in batch.messages:
            started = clock()
            try:
                with quietly():
                    reading = reader.read(message.text, message.asked, batch.rules, batch.now)
            except Unavailable as unavailable:
                unanswered.append(str(unavailable))
                continue
            seconds.append(clock() - started)
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
