"""When a person is needed, and who is told (SLA-001, RT-001)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Reading
    from chalicelib.regulation.schema import Rules


def call(sheet: Sheet, reason: str, text: str, *, reply: bool = True, again: bool = False, quiet: bool = False) -> None:
    """Wake the colleague on duty and tell the client that a person will answer (SLA-001). ``again``: one is on her
    way already, so what was said is not said once more, unless there is danger; ``quiet``: she is
    promised nothing."""
    trigger = sheet.rules.sla.trigger(reason)
    if trigger is None:
        return
    if again and reason in sheet.conversation.escalated and trigger.priority != "urgent":
        sheet.say(sheet.rules.dialogue.coming)
    elif reply and trigger.reply:
        sheet.say(trigger.reply)
    sheet.call(trigger.notice, reason, {"text": text, "clause": trigger.clause}, trigger.priority, quiet=quiet)
    if reason not in sheet.conversation.escalated:
        sheet.note(escalated=(*sheet.conversation.escalated, reason))
    sheet.cite(f"{trigger.clause} {reason}")


def call_again(sheet: Sheet, text: str) -> None:
    """What a client adds while a colleague is on her way, under the reason for which she was called."""
    for reason in (*reversed(sheet.conversation.escalated), "low_confidence"):
        trigger = sheet.rules.sla.trigger(reason)
        if trigger:
            sheet.call(trigger.notice, reason, {"text": text, "clause": trigger.clause}, trigger.priority)
            return


def in_danger(rules: Rules, reading: Reading) -> bool:
    """Whether help comes before courtesy: somebody is unwell or worse, and does not just need a visit in a hurry."""
    trigger = rules.sla.trigger(reading.escalate) if reading.escalate else None
    urgent = trigger is not None and trigger.priority == "urgent" and reading.intent != "booking"
    return reading.about == "crisis" or urgent


def is_vip(rules: Rules, phone: str | None) -> bool:
    return phone is not None and phone in rules.business.vip
