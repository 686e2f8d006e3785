"""When a person is needed, and who is told (SLA-001, RT-001)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.desk.duty import on_duty
from chalicelib.desk.effects import Wake
from chalicelib.desk.wording import staff_text

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.values import Conversation
    from chalicelib.regulation.schema import Rules

CHANNEL = "telegram"


def wake(
    rules: Rules, conversation: Conversation, now: datetime, template: str, reason: str, **fields: str
) -> tuple[Wake, ...]:
    """Tell the colleague on duty, or the reserve when she has no Telegram or cannot be reached there.

    ``fields`` fill the pack's notice beside what is known of the client. Empty only when the rota has a gap, which
    `nochnik check` refuses.
    """
    people = [person for person in on_duty(rules, now) if person.telegram]
    if not people:
        return ()
    first, *others = people
    text = staff_text(template, rules, conversation, **fields)
    instead = tuple(person.telegram for person in others if person.telegram)
    return (Wake(first.id, CHANNEL, first.telegram or "", text, reason, instead),)


def is_staff(rules: Rules, channel: str, address: str) -> bool:
    """Whether the writer is a colleague and not a client."""
    return channel == CHANNEL and any(person.telegram == address for person in rules.business.staff)


def is_vip(rules: Rules, phone: str | None) -> bool:
    return phone is not None and phone in rules.business.vip
