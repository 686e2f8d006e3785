"""A webhook does two things: it proves who sent the bytes, and puts what they say into the inbox."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.desk.events import UNTOLD, Said
from chalicelib.errors import Rejected, Unavailable
from chalicelib.log import log
from chalicelib.pagers import POSTBACKS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.desk.events import FromClient, Keyed
    from chalicelib.office import Webhook

LARGEST_BODY = 3 * 1024 * 1024
"""WhatsApp batches up to 3 MB into one POST (Meta, Webhooks: payloads)."""


LONGEST_TEXT = 8000
"""Characters of one message that are read: twice what any messenger takes, and far less than the queue holds."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: str = ""


def shake_hands(channel: str, query: Mapping[str, str], desk: Webhook) -> Answer:
    """A provider's GET: prove that the webhook is ours. A pager's provider tells by it what became of a call."""
    if channel in POSTBACKS:
        return receive(channel, {}, b"", desk, query)
    try:
        found, secrets = desk.channel(channel)
        return Answer(200, found.handshake(query, secrets))
    except LookupError:
        return Answer(404, "no such channel")
    except Rejected:
        return Answer(403, "rejected")


def receive(
    channel: str, headers: Mapping[str, str], body: bytes, desk: Webhook, query: Mapping[str, str] | None = None
) -> Answer:
    """A provider's POST. 200 only after the inbox has every event; 503 makes the provider repeat it.

    ``headers`` with lower-case names, ``body`` as the raw bytes that were signed. ``query`` counts where a provider
    knows no signature and a postback's URL says it all.
    """
    if channel in POSTBACKS:
        body = b"&".join((urlencode(dict(query or {})).encode(), body))
    try:
        found, secrets = desk.hook(channel)
        if len(body) > LARGEST_BODY:
            raise Rejected("too large")
        found.verify(headers, body, secrets)
    except LookupError:
        return Answer(404, "no such channel")
    except Rejected as why:
        log("rejected", level="WARNING", channel=channel, why=str(why))
        return Answer(401, "rejected")
    events = [_arrived(event, desk.clock()) for event in found.read(body)]
    try:
        desk.post.inbox(events)
    except Unavailable:
        log("inbox_unavailable", level="ERROR", channel=channel)
        return Answer(503, "try again")
    log("received", channel=channel, events=len(events))
    return Answer(200, "ok")


def _arrived(event: FromClient | Keyed, now: datetime) -> FromClient | Keyed:
    """An event as it goes into the inbox: an endless text is cut, one without a time of its own happens now."""
    at = now if event.at == UNTOLD else event.at
    return replace(event, at=at, text=event.text[:LONGEST_TEXT]) if isinstance(event, Said) else replace(event, at=at)
