"""When a person is needed, and who is told (SLA-001, RT-001)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.desk.duty import on_duty
from chalicelib.desk.effects import Wake
from chalicelib.desk.wording import staff_text

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Conversation, Reading
    from chalicelib.regulation.schema import Rules

CHANNEL = "telegram"


def call(sheet: Sheet, reason: str, text: str, *, reply: bool = True, again: bool = False) -> None:
    """Wake the colleague on duty and tell the client that a person will answer (SLA-001). ``again``: one is on her
    way already, so what was said is not said once more, unless there is danger."""
    trigger = sheet.rules.sla.trigger(reason)
    if trigger is None:
        return
    if again and reason in sheet.conversation.escalated and trigger.priority != "urgent":
        sheet.say(sheet.rules.dialogue.coming)
    elif reply and trigger.reply:
        sheet.say(trigger.reply)
    sheet.call(trigger.notice, reason, text=text, priority=trigger.priority, clause=trigger.clause)
    if reason not in sheet.conversation.escalated:
        sheet.note(escalated=(*sheet.conversation.escalated, reason))
    sheet.cite(f"{trigger.clause} {reason}")


def call_again(sheet: Sheet, text: str) -> None:
    """What a client adds while a colleague is on her way, under the reason for which she was called."""
    for reason in (*reversed(sheet.conversation.escalated), "low_confidence"):
        trigger = sheet.rules.sla.trigger(reason)
        if trigger:
            sheet.call(trigger.notice, reason, text=text, priority=trigger.priority, clause=trigger.clause)
            return


def in_danger(rules: Rules, reading: Reading) -> bool:
    """Whether help comes before courtesy: somebody is unwell or worse, and does not just need a visit in a hurry."""
    trigger = rules.sla.trigger(reading.escalate) if reading.escalate else None
    urgent = trigger is not None and trigger.priority == "urgent" and reading.intent != "booking"
    return reading.about == "crisis" or urgent


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


def tell_owner(rules: Rules, conversation: Conversation, template: str, reason: str, **fields: str) -> tuple[Wake, ...]:
    """Tell the owner what concerns the business; whoever is on duty sleeps on."""
    owner = rules.business.colleague(rules.business.owner)
    if owner is None or owner.telegram is None:
        return ()
    return (Wake(owner.id, CHANNEL, owner.telegram, staff_text(template, rules, conversation, **fields), reason),)


def is_staff(rules: Rules, channel: str, address: str) -> bool:
    """Whether the writer is a colleague and not a client."""
    return channel == CHANNEL and any(person.telegram == address for person in rules.business.staff)


def is_vip(rules: Rules, phone: str | None) -> bool:
    return phone is not None and phone in rules.business.vip
