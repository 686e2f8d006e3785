"""What a message costs by itself: processor time of our own code with AWS faked, and AWS requests by kind."""

from __future__ import annotations

import contextlib
import io
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.evening import HEADERS, SCRIPT, SECRET, update
from bench.fakes import Parameters, Providers, Queues, Schedules, Table, Trace
from chalicelib import engine
from chalicelib.aws.memory import DynamoMemory
from chalicelib.aws.post import AwsPost
from chalicelib.aws.secrets import SsmSecrets
from chalicelib.office import Office, Webhook
from chalicelib.ports import Job
from chalicelib.readers.phrases import Phrases
from chalicelib.receive import receive
from chalicelib.regulation.load import load
from chalicelib.settings import from_environment

PACK = Path(__file__).parents[1] / "clients" / "demo-salon"
NIGHT = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
SETTINGS = from_environment(
    {
        "CLIENT": "demo-salon",
        "TABLE": "table",
        "INBOX_URL": "inbox",
        "DELIVERIES_URL": "deliveries",
        "PAUSE_SECONDS": "0",
    }
)
DYNAMODB = frozenset({"BatchGetItem", "GetItem", "PutItem", "TransactWriteItems", "UpdateItem", "Query", "DeleteItem"})
REPLY = "sendMessage"


@dataclass
class Stack:
    """The whole product in this process, its far side faked."""

    trace: Trace = field(default_factory=Trace)

    def __post_init__(self) -> None:
        self.queues = Queues(self.trace)
        memory = DynamoMemory(Table(self.trace), SETTINGS.table, _night)
        memory.publish(load(PACK), NIGHT)
        self.trace.take()
        secrets = SsmSecrets(Parameters(self.trace, SECRET), "/nochnik/bench", _night)
        post = AwsPost(self.queues, Schedules(self.trace), SETTINGS, _night, SETTINGS.inbox_url)
        self.webhook = Webhook(post, secrets, _night)
        self.office = Office(SETTINGS, memory, post, secrets, Providers(self.trace), _night, Phrases())

    def jobs(self) -> list[Job]:
        """What the inbox holds, as `converse` gets it."""
        return [
            Job(entry["MessageBody"], "handle", entry["MessageDeduplicationId"], entry["MessageGroupId"])
            for entry in self.queues.take(SETTINGS.inbox_url)
        ]


@dataclass(frozen=True)
class Spent:
    """One message: processor milliseconds of the webhook and of the turn, outside calls of each in their order."""

    received: float
    conversed: float
    webhook: list[str]
    turn: list[str]

    @property
    def replies(self) -> int:
        return self.turn.count(REPLY)

    @property
    def reads_and_writes_before_reply(self) -> int:
        before = self.turn[: self.turn.index(REPLY)]
        return sum(call in DYNAMODB for call in before)


def evening(stack: Stack, chat: int) -> Iterator[Spent]:
    """One client goes through the script. Raises RuntimeError when it does not end in a lead."""
    for step, text in enumerate(SCRIPT):
        body = update(chat * 100 + step, chat, text, NIGHT)
        begun = time.process_time()
        answer = receive("telegram", HEADERS, body, stack.webhook)
        received = time.process_time()
        webhook, jobs = stack.trace.take(), stack.jobs()
        ready = time.process_time()
        later = engine.converse(jobs, stack.office)
        conversed = time.process_time()
        if answer.status != 200 or later:
            raise RuntimeError(f"message {step} was answered {answer.status} and not worked on: {later}")
        yield Spent((received - begun) * 1000, (conversed - ready) * 1000, webhook, stack.trace.take())
    if not stack.queues.take(SETTINGS.deliveries_url):
        raise RuntimeError(f"the script does not end in a lead: chat {chat}")


def measure(clients: int = 40) -> list[Spent]:
    """Every message of so many evenings, after one that warms the caches. The log goes nowhere."""
    stack = Stack()
    with contextlib.redirect_stdout(io.StringIO()):
        list(evening(stack, 700_000_000))
        return [spent for number in range(clients) for spent in evening(stack, 700_000_001 + number)]


def replies_of_script() -> list[int]:
    """How many replies each message of the script gets."""
    stack = Stack()
    with contextlib.redirect_stdout(io.StringIO()):
        return [spent.replies for spent in evening(stack, 700_000_000)]


def report(clients: int = 40) -> list[str]:
    """The lines to print."""
    spent = measure(clients)
    webhook = Counter(call for one in spent for call in one.webhook)
    turn = Counter(call for one in spent for call in one.turn)
    before = max(one.reads_and_writes_before_reply for one in spent if one.replies)
    return [
        f"Own processor time, AWS faked, {len(spent)} messages:            median ms   p99 ms",
        _line("webhook: verify, read, into the inbox", [one.received for one in spent]),
        _line("turn: load, read, decide, save, perform", [one.conversed for one in spent]),
        _line("a message, both", [one.received + one.conversed for one in spent]),
        "Outside calls of our code for one message, on average (SQS's own receiving and deleting not counted):",
        *_average("webhook", webhook, len(spent)),
        *_average("turn", turn, len(spent)),
        f"  DynamoDB requests before the first reply, at most: {before}",
    ]


def _line(what: str, values: list[float]) -> str:
    p99 = statistics.quantiles(values, n=100)[98]
    return f"  {what:<52} {statistics.median(values):>10.2f} {p99:>8.2f}"


def _average(where: str, calls: Counter[str], messages: int) -> list[str]:
    return [f"  {where:<8} {call:<24} {count / messages:.2f}" for call, count in sorted(calls.items())]


def _night() -> datetime:
    return NIGHT
