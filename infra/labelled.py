"""Reads files of labelled messages: what a client wrote and what a person says it means.

Two kinds of file share one line, ``text => label``; «\\n» in a text is a line break, "#" opens a comment:

* for learning (corpus/learn): the intent and, if a person is needed, the reason: ``intent !reason @asked``;
* with everything a reading holds (corpus/dev.txt, corpus/test.txt, tests): ``intent !reason service:id name:X
  phone:+7XXXXXXXXXX date:DD.MM[.YYYY] 15:00 | 15:00- | -15:00 | 15:00-17:00 also:intent,intent about:X another
  language:xx @asked``. What is not named is meant to be missing. "~" in place of an intent: any intent will do.

``% client now`` heads the messages that are written to that client at that time; it makes every label a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, get_args

from chalicelib.desk.values import Asked
from chalicelib.regulation.schema import PHONE, Intent, Reason

EVERYTHING = ("intent", "escalate", "name", "phone", "service", "date", "time_from", "time_to")
"""What a whole label tells of a reading."""
LEARNT = ("intent", "escalate")
"""What a label for learning tells."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "intent": get_args(Intent),
    "escalate": get_args(Reason),
    "asked": get_args(Asked),
}
"""What a label may say of these."""
_HOURS = re.compile(r"(?:(\d\d:\d\d))?(-)?(?:(\d\d:\d\d))?")
_DATE = re.compile(r"(\d\d)\.(\d\d)(?:\.(\d{4}))?")


class Mislabelled(ValueError):
    """A line that is no label; the message names file and line."""


@dataclass(frozen=True)
class Setting:
    """To whom and when messages are written."""

    client: str
    now: datetime


@dataclass(frozen=True)
class Message:
    """A labelled message. ``expected``: fields of `values.Reading` and what they should be; ``line`` counts from 1."""

    text: str
    asked: str | None
    expected: Mapping[str, Any]
    setting: Setting | None = None
    line: int = 0

    @property
    def intent(self) -> str | None:
        intent = self.expected.get("intent")
        return None if intent is None else str(intent)

    @property
    def reason(self) -> str | None:
        reason = self.expected.get("escalate")
        return None if reason is None else str(reason)


def read(path: Path, setting: Setting | None = None) -> Iterator[Message]:
    """The messages of a file, in order. ``setting`` holds until a line of the file says another; without any the
    labels are for learning. Raises `Mislabelled`."""
    for number, line in enumerate(lines_of(path), 1):
        try:
            if line.startswith("% "):
                setting = _setting(line)
            elif line.strip() and not line.startswith("#"):
                yield _message(line, setting, number)
        except ValueError as error:
            raise Mislabelled(f"{path}:{number}: {error}") from error


def lines_of(path: Path) -> list[str]:
    """The lines of a file. Raises `Mislabelled` where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise Mislabelled(f"{path} is not in UTF-8: save it so.") from None
    except OSError as error:
        raise Mislabelled(f"{path} cannot be read: {error.strerror}") from None


def checked(message: Message) -> Message:
    """The message, if its label can be right at all. Raises ValueError with what is wrong and which words there are."""
    if not message.text.strip():
        raise ValueError("there is no text")
    told = {**message.expected, "asked": message.asked}
    for name, words in WORDS.items():
        if told.get(name) is not None and told[name] not in words:
            raise ValueError(f"«{told[name]}» is no {name}: there are {', '.join(words)}")
    if "intent" in told and told["intent"] is None:
        raise ValueError(f"no intent is told: there are {', '.join(WORDS['intent'])}")
    phone = told.get("phone")
    if phone is not None and not re.fullmatch(PHONE, str(phone)):
        raise ValueError(f"a phone is written +79000000001, not «{phone}»")
    return message


def _setting(line: str) -> Setting:
    client, _, now = line[2:].strip().partition(" ")
    try:
        return Setting(client, datetime.fromisoformat(now.strip()))
    except ValueError:
        raise ValueError("a setting is «% client 2026-12-04T18:15:00+04:00»") from None


def _message(line: str, setting: Setting | None, number: int) -> Message:
    text, arrow, label = line.partition(" => ")
    if not arrow:
        raise ValueError("a line is «text => label»")
    expected: dict[str, Any] = dict.fromkeys(EVERYTHING if setting else LEARNT)
    asked = None
    for part in label.split():
        if part.startswith("@"):
            asked = part[1:]
        elif part.startswith("~"):
            expected.pop("intent", None)
        else:
            told = _told(part, setting)
            if expected.get("intent") and "intent" in told:
                raise ValueError(f"two intents, «{expected['intent']}» and «{told['intent']}»: leave one")
            expected.update(told)
    return checked(Message(text.replace("\\n", "\n"), asked, expected, setting, number))


def _told(part: str, setting: Setting | None) -> dict[str, Any]:
    """What one part of a label tells of the reading."""
    key, _, value = part.partition(":")
    if part.startswith("!"):
        return {"escalate": part[1:]}
    if key == "name":  # «_» stands for a space
        return {"name": value.replace("_", " ")}
    if key in ("phone", "service", "about", "language"):
        return {key: value}
    if key == "also":
        return {"also": tuple(value.split(","))}
    if key == "date":
        return {"date": _date(value, setting)}
    if part == "another":
        return {"another": True}
    if part[0].isdigit() or part[0] == "-":
        return _hours(part)
    return {"intent": part}


def _date(said: str, setting: Setting | None) -> date:
    match = _DATE.fullmatch(said)
    if not match:
        raise ValueError(f"a date is written 05.12.2026, not «{said}»")
    year = match[3] or (setting.now.year if setting else None)
    if year is None:
        raise ValueError(f"«{said}» needs its year")
    try:
        return date(int(year), int(match[2]), int(match[1]))
    except ValueError:
        raise ValueError(f"there is no day «{said}»") from None


def _hours(said: str) -> dict[str, Any]:
    match = _HOURS.fullmatch(said)
    if not match:
        raise ValueError(f"hours are written 15:00, 15:00-, -15:00 or 15:00-17:00, not «{said}»")
    return {"time_from": _time(match[1]), "time_to": _time(match[3])}


def _time(said: str | None) -> time | None:
    try:
        return time.fromisoformat(said) if said else None
    except ValueError:
        raise ValueError(f"there is no hour «{said}»") from None
