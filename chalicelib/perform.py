"""Effects carried out, one match arm each."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from chalicelib.desk.effects import Acknowledge, DeliverLead, Forget, OfferFreed, PutVisit, Reply, SetTimer, Tell, Wake
from chalicelib.errors import Refused, Unavailable
from chalicelib.log import log
from chalicelib.waiting import offer_freed
from chalicelib.wire import run

if TYPE_CHECKING:
    from datetime import timedelta

    from chalicelib.desk.effects import Effect
    from chalicelib.office import Office

REPEATABLE = (SetTimer, DeliverLead, PutVisit, Acknowledge, Forget, Tell, OfferFreed)
"""Effects that change nothing when performed again. A reply is not one of them: it is noted as done at once."""


def perform(effect: Effect, key: str, office: Office, ahead: timedelta) -> None:
    """Carry out one effect. ``key`` is the same each time this effect is tried.

    Raises `Unavailable` (try again later), `Unreachable` and `Refused` (trying again is of no use).
    """
    match effect:
        case Reply():
            _say(effect, key, office)
        case Acknowledge():
            _acknowledge(effect, office)
        case SetTimer():
            office.post.set_timer(effect, ahead)
        case DeliverLead():
            office.post.deliver(effect.lead.id)
        case PutVisit():
            office.post.put_visit(effect.visit, key)
        case Forget():
            office.memory.forget(effect.lead, effect.phone, effect.visits, effect.reach)
        case Wake():
            _wake(effect, key, office)
        case Tell():
            office.post.inbox([effect.event])
        case OfferFreed():
            offer_freed(effect.slot, key, office, ahead)
        case _:
            assert_never(effect)


def _say(reply: Reply, key: str, office: Office) -> None:
    channel, account = office.messenger(reply.channel)
    run(channel.write(reply, account, office.base_url(reply.channel), key), office.send)


def _acknowledge(effect: Acknowledge, office: Office) -> None:
    """A button that goes on spinning is ugly, but no reason to keep the client waiting for her answer."""
    channel, account = office.messenger(effect.channel)
    try:
        run(channel.acknowledge(effect.receipt, account, office.base_url(effect.channel)), office.send)
    except (Unavailable, Refused) as error:
        log("acknowledge_failed", level="WARNING", error=type(error).__name__)


def _wake(effect: Wake, key: str, office: Office) -> None:
    """Tell the colleague, or who stands in for her; when nobody can be told, the error goes on and rings the alarm."""
    *first, last = (effect.address, *effect.instead)
    for address in first:
        try:
            _say(Reply(effect.channel, address, effect.text, effect.choices), key, office)
        except Refused:
            log("colleague_unreachable", level="ERROR", colleague=effect.colleague, reason=effect.reason)
        else:
            return
    _say(Reply(effect.channel, last, effect.text, effect.choices), key, office)
