"""Effects carried out, one match arm each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from chalicelib.desk.effects import (
    Acknowledge,
    DeliverLead,
    Forget,
    OfferFreed,
    PassKey,
    PutVisit,
    Reply,
    SetTimer,
    Tell,
    Wake,
)
from chalicelib.desk.events import Acted
from chalicelib.desk.ladder import CHANNEL
from chalicelib.errors import Refused, Unavailable
from chalicelib.log import log
from chalicelib.ports import Paged
from chalicelib.waiting import offer_freed
from chalicelib.wire import run

if TYPE_CHECKING:
    from datetime import timedelta

    from chalicelib.desk.effects import Effect
    from chalicelib.office import Office

REPEATABLE = (SetTimer, DeliverLead, PutVisit, Acknowledge, Forget, Tell, OfferFreed, PassKey)
"""Effects that change nothing when performed again. A reply is not one of them: it is noted as done at once."""

KEYS: dict[str, Literal["take", "pass"]] = {"1": "take", "2": "pass"}


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
            _wake(effect, key, office, ahead)
        case Tell():
            office.post.inbox([effect.event])
        case OfferFreed():
            offer_freed(effect.slot, key, office, ahead)
        case PassKey():
            _pass_key(effect, office, ahead)
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


def _wake(effect: Wake, key: str, office: Office, ahead: timedelta) -> None:
    """Tell a colleague in her messenger, or by a pager; of a call it is noted what it is about, before she answers."""
    if effect.channel == CHANNEL:
        _say(Reply(effect.channel, effect.address, effect.text, effect.choices), key, office)
        return
    pager, account = office.pager(effect.channel)
    page = run(pager.page(effect.address, effect.text, account, office.pager_url(effect.channel), key), office.send)
    if effect.step and page:
        paged = Paged(effect.conversation, effect.step.partition(":")[0], effect.colleague)
        office.memory.paged(effect.channel, page, paged, office.clock() + ahead)


def _pass_key(effect: PassKey, office: Office, ahead: timedelta) -> None:
    """The key means what it was said to mean: 1 takes it, 2 passes it on."""
    calls, action = office.memory.page(effect.pager, effect.page), KEYS.get(effect.digit)
    if not calls or action is None:
        log("key_means_nothing", level="WARNING", pager=effect.pager, digit=effect.digit)
        return
    now = office.clock() + ahead
    office.post.inbox(
        Acted(f"{effect.event}/{call.alarm}", now, call.conversation, call.colleague, action, call.alarm)
        for call in calls
    )
