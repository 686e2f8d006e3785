"""When a person is needed, and who is told (SLA-001, RT-001)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Reading, Request
    from chalicelib.regulation.schema import Rules


def call(sheet: Sheet, reason: str, text: str, *, reply: bool = True, again: bool = False, quiet: bool = False) -> None:
    """Wake the colleague on duty and tell the client that a person will answer (SLA-001). ``again``: one is on her
    way already, so what was said is not said once more, unless there is danger; ``quiet``: she is
    promised nothing."""
    trigger = sheet.rules.sla.trigger(reason)
    if trigger is None:
        return
    if again and reason in sheet.conversation.escalated and trigger.priority != "urgent":
        say_coming(sheet)
    elif reply and trigger.reply:
        sheet.say(trigger.reply)
    sheet.call(trigger.notice, reason, {"text": text, "clause": trigger.clause}, trigger.priority, quiet=quiet)
    if reason not in sheet.conversation.escalated:
        sheet.note(escalated=(*sheet.conversation.escalated, reason))
    sheet.cite(f"{trigger.clause} {reason}")


def say_coming(sheet: Sheet) -> None:
    """Somebody is on her way; where a life may be in danger or somebody is unwell, the emergency numbers stand too."""
    alarm, dialogue = sheet.conversation.alarm, sheet.rules.dialogue
    if alarm and alarm.quiet:
        sheet.say(dialogue.crisis)
        return
    sheet.say(dialogue.coming)
    if is_unwell(sheet):
        sheet.say(dialogue.worse)


def is_unwell(sheet: Sheet) -> bool:
    """Whether a person was called to somebody who is unwell."""
    return "medical" in sheet.conversation.escalated


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


def call_to(sheet: Sheet, text: str, *, books: bool, again: bool = False) -> None:
    """A person is told of who is on the list of guests, and of an order above the limit, although nobody asked for one:
    once for a conversation, and the desk goes on. ``books``: a visit is wished for, not only its price."""
    request, told = sheet.conversation.request, sheet.conversation.escalated
    if "vip" not in told and request.phone in sheet.rules.business.vip:
        call(sheet, "vip", text, again=again)
    if books and "high_value" not in told and cheque(sheet.rules, request) > sheet.rules.sla.high_value:
        call(sheet, "high_value", text, again=again)


def cheque(rules: Rules, request: Request) -> int:
    """What the services of a request cost at least, in roubles."""
    services = map(rules.business.service, (request.service, *request.then))
    return sum(service.price for service in services if service) * (2 if request.at_once else 1)
