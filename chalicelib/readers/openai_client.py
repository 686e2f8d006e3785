"""How the OpenAI API is asked: a deadline that holds, one more try within it, every failure told as `Unavailable`.

https://platform.openai.com/docs/api-reference, https://platform.openai.com/docs/guides/structured-outputs. The SDK is
loaded at the first question: it costs a cold start as much as everything else together.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.errors import Unavailable
from chalicelib.log import log

if TYPE_CHECKING:
    import httpx2
    from openai import APIStatusError, OpenAI, OpenAIError
    from openai.types.chat import ChatCompletion

T = TypeVar("T")
Spent = Callable[[int], None]
"""Told the tokens of every answer, also of one that is of no use. It is called by the thread that asks, and after the
deadline too: an answer that comes late is paid for all the same."""

WORTH_ANOTHER_TRY = 1 / 3
"""The part of the deadline that must be left for a second try."""
FOR_LONG = 3600.0
BUSY = frozenset({408, 409, 429})


def unnoticed(_: int) -> None:
    """Where nobody counts tokens."""


@dataclass(frozen=True)
class Account:
    """Who asks which model. ``deadline``: seconds after which an answer is no longer waited for. ``spent`` is told the
    tokens of every answer. ``http_client`` replaces the SDK's own transport."""

    api_key: str = field(repr=False)
    base_url: str
    model: str
    deadline: float
    spent: Spent = unnoticed
    http_client: httpx2.Client | None = None


@dataclass(frozen=True)
class Form:
    """The form of an answer: its name and its JSON schema in the subset that strict mode takes."""

    name: str
    schema: Mapping[str, Any]
    most_tokens: int


def complete(account: Account, form: Form, told: str, said: str) -> str:
    """The JSON text a chat model answers to ``said``. ``told``: what it is told to do; the same for every message, so
    that the provider can cache it.

    Raises `Unavailable` when it does not answer before the deadline, cannot, will not, or stops half-way.
    """

    def ask(client: OpenAI, left: float) -> ChatCompletion:
        completion: ChatCompletion = client.chat.completions.create(
            model=account.model,
            messages=[{"role": "system", "content": told}, {"role": "user", "content": said}],
            response_format={
                "type": "json_schema",
                "json_schema": {"name": form.name, "strict": True, "schema": dict(form.schema)},
            },
            max_completion_tokens=form.most_tokens,
            store=False,
            timeout=left,
        )
        account.spent(tokens_of(completion))
        return completion

    return _content(asked(account, ask))


def asked(account: Account, ask: Callable[[OpenAI, float], T]) -> T:
    """What ``ask(client, seconds left)`` brings before the deadline; a failure that comes quickly is tried once more.

    Raises `Unavailable`.
    """
    return _within(account.deadline, lambda: _twice(account, ask))


def tokens_of(answer: object) -> int:
    """Tokens an answer was paid with; 0 where it tells none."""
    total = getattr(getattr(answer, "usage", None), "total_tokens", None)
    return total if isinstance(total, int) else 0


def _content(completion: ChatCompletion) -> str:
    # A body that is not JSON comes out of the SDK as a bare string.
    choices = getattr(completion, "choices", None)
    if not choices:
        raise Unavailable("no choices")
    choice = choices[0]
    if choice.finish_reason != "stop":
        raise Unavailable(f"finish_reason {choice.finish_reason}")
    if choice.message.refusal or not choice.message.content:
        raise Unavailable("refusal")
    return str(choice.message.content)


# ---------------------------------------------------------------- time and errors


def _within(seconds: float, ask: Callable[[], T]) -> T:
    """The outcome of ``ask``, or `Unavailable` after so many seconds.

    The SDK's own time-out starts anew with every byte, so an answer that trickles would hold the reply up for ever.
    """
    outcome: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((ask(), None))
        except Exception as error:  # noqa: BLE001  whatever happens is told to the one who waits
            outcome.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = outcome.get(timeout=seconds)
    except queue.Empty:
        raise Unavailable("deadline", answered=False) from None
    if isinstance(error, Unavailable):
        raise error
    if error is not None:
        raise Unavailable(type(error).__name__) from None
    return result  # type: ignore[return-value]  # without an error there is a result


def _twice(account: Account, ask: Callable[[OpenAI, float], T]) -> T:
    from openai import OpenAIError  # here, because it is as heavy as all the rest

    until = time.monotonic() + account.deadline
    client = _client(account.api_key, account.base_url, account.http_client)
    try:
        try:
            return ask(client, account.deadline)
        except OpenAIError as error:
            wait = _wait(error)
            if wait is None or until - time.monotonic() - wait < account.deadline * WORTH_ANOTHER_TRY:
                raise
            time.sleep(wait)
            return ask(client, until - time.monotonic())
    except OpenAIError as error:
        raise _unavailable(error) from None


@lru_cache(maxsize=4)
def _client(api_key: str, base_url: str, http_client: httpx2.Client | None) -> OpenAI:
    """One client for the life of the process, whatever model is asked, so that its connections are kept."""
    from openai import OpenAI

    return OpenAI(api_key=api_key, base_url=base_url, max_retries=0, http_client=http_client)


def _wait(error: OpenAIError) -> float | None:
    """Seconds until the same question may be asked again; None when that is of no use."""
    from openai import APIConnectionError, APIStatusError

    if isinstance(error, APIConnectionError):
        return 0.0
    if isinstance(error, APIStatusError) and _busy(error):
        return _retry_after(error) or 0.0
    return None


def _busy(error: APIStatusError) -> bool:
    """https://platform.openai.com/docs/guides/error-codes: a 429 may also mean that the account has no money left."""
    return error.status_code >= 500 or (error.status_code in BUSY and error.code != "insufficient_quota")


def _retry_after(error: APIStatusError) -> float | None:
    """Seconds, as the SDK reads them: whole ones, a date, or milliseconds in OpenAI's own header."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        said = headers.get(name)
        if said:
            return float(said) * unit if re.fullmatch(r"\d{1,7}(\.\d+)?", said) else FOR_LONG
    return None


def _unavailable(error: OpenAIError) -> Unavailable:
    """Only the kind goes on: the message of an API error may quote what we sent. What a person must mend (a dead key,
    an empty account, a model that is no more) is told to the log."""
    from openai import APIConnectionError, APIStatusError

    kind = type(error).__name__
    if isinstance(error, APIConnectionError):
        return Unavailable(kind, answered=False)
    if not isinstance(error, APIStatusError):
        return Unavailable(kind)
    if not _busy(error):
        log("model_refused", level="ERROR", error=kind, status=error.status_code, code=error.code)
    return Unavailable(kind, _retry_after(error))
