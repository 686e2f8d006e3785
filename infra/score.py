"""Scores a reader against labelled messages: how often each field is right, which intents are taken for which others.

Pure: readings in, figures out. What the figures mean:

* intent: the share of messages whose intent is right;
* escalation: of messages that need a person the share that gets one (recall), of the others the share that gets one
  too (false alarms), of both-agreed ones the share with the right reason;
* when: of messages that name a day or an hour the share whose day and hours are all right;
* invented: of messages that name neither the share in which one is found;
* name, phone, service: of messages where it is said or found the share in which both agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chalicelib.desk.values import Reading
from infra.labelled import Message

WHEN = ("date", "time_from", "time_to")


@dataclass(frozen=True)
class Read:
    """A labelled message and what a reader made of it."""

    message: Message
    reading: Reading

    def right(self, *fields: str) -> bool:
        """Whether all these fields are as they should be; what the label does not tell is right."""
        return all(
            getattr(self.reading, field) == self.message.expected[field]
            for field in fields
            if field in self.message.expected
        )

    def said(self, *fields: str) -> bool:
        """Whether the label has any of these fields."""
        return any(self.message.expected.get(field) is not None for field in fields)

    def found(self, *fields: str) -> bool:
        """Whether the reading has any of these fields."""
        return any(getattr(self.reading, field) is not None for field in fields)


@dataclass(frozen=True)
class Share:
    """``part`` of ``whole``."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """0..1; of nothing, nan."""
        return self.part / self.whole if self.whole else float("nan")

    def __str__(self) -> str:
        return f"{self.value:6.3f}  ({self.part} of {self.whole})"


@dataclass(frozen=True)
class Score:
    """The figures of one reader on one set of messages."""

    intent: Share
    recall: Share
    false_alarms: Share
    reason: Share
    when: Share
    invented: Share
    name: Share
    phone: Share
    service: Share
    sure: Share
    """Of messages read with a confidence at or above the threshold, those whose intent is right."""
    unsure: Share
    """Messages read below the threshold, of all."""
    by_intent: dict[str, Share]
    taken_for: Counter[tuple[str, str]]
    """(the right intent, the one read) and how often."""

    def lines(self) -> list[str]:
        """The figures, one on a line."""
        named = {
            "intent": self.intent,
            "escalation: recall": self.recall,
            "escalation: false alarms": self.false_alarms,
            "escalation: right reason": self.reason,
            "day and hours": self.when,
            "day or hour invented": self.invented,
            "name": self.name,
            "phone": self.phone,
            "service": self.service,
            "intent where sure": self.sure,
            "unsure": self.unsure,
        }
        return [f"{name:26}{share}" for name, share in named.items() if share.whole]

    def confusion(self, least: int = 2) -> list[str]:
        """The intents that are taken for others at least so often, most frequent first."""
        often = [(pair, times) for pair, times in self.taken_for.most_common() if times >= least]
        return [f"{times:4}  {right} → {read}" for (right, read), times in often]


def score(reads: Iterable[Read], threshold: float = 0.6) -> Score:
    """The figures of these readings. ``threshold``: RP-002's, from which on a reading counts as sure."""
    reads = list(reads)
    judged = [read for read in reads if "intent" in read.message.expected]
    needed = [read for read in reads if read.said("escalate")]
    calm = [read for read in reads if not read.said("escalate")]
    timely = [read for read in reads if set(WHEN) <= read.message.expected.keys()]
    sure = [read for read in judged if read.reading.confidence >= threshold]
    caught = [read for read in needed if read.found("escalate")]
    return Score(
        intent=_share(judged, lambda read: read.right("intent")),
        recall=_share(needed, lambda read: read.found("escalate")),
        false_alarms=_share(calm, lambda read: read.found("escalate")),
        reason=_share(caught, lambda read: read.right("escalate")),
        when=_share([read for read in timely if read.said(*WHEN)], lambda read: read.right(*WHEN)),
        invented=_share([read for read in timely if not read.said(*WHEN)], lambda read: read.found(*WHEN)),
        name=_agreed(reads, "name"),
        phone=_agreed(reads, "phone"),
        service=_agreed(reads, "service"),
        sure=_share(sure, lambda read: read.right("intent")),
        unsure=Share(len(judged) - len(sure), len(judged)),
        by_intent=_by_intent(judged),
        taken_for=Counter(
            (read.message.intent or "", read.reading.intent) for read in judged if not read.right("intent")
        ),
    )


def _share(reads: Sequence[Read], holds: Callable[[Read], bool]) -> Share:
    return Share(sum(map(holds, reads)), len(reads))


def _agreed(reads: Sequence[Read], field: str) -> Share:
    labelled = [read for read in reads if field in read.message.expected]
    return _share([read for read in labelled if read.said(field) or read.found(field)], lambda read: read.right(field))


def _by_intent(judged: Sequence[Read]) -> dict[str, Share]:
    right = Counter(read.message.intent or "" for read in judged if read.right("intent"))
    return {
        intent: Share(right[intent], times)
        for intent, times in Counter(read.message.intent or "" for read in judged).items()
    }
