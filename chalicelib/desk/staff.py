"""A colleague's own chat with the desk: her buttons and words go to the clients they are about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.desk import ladder, reminders, swaps
from chalicelib.desk.effects import Acknowledge, PassKey, Tell
from chalicelib.desk.events import Acted, Marked
from chalicelib.desk.values import Choice, Task

if TYPE_CHECKING:
    from chalicelib.desk.events import Awaited, Keyed, OnDuty, Pressed, Said
    from chalicelib.desk.sheet import Sheet
    from chalicelib.regulation.schema import Colleague, Rules

CHANNEL = ladder.CHANNEL
VERBS: dict[str, Literal["take", "pass", "release", "kept"]] = {
    ladder.TAKE: "take", ladder.CANNOT: "pass", ladder.RELEASE: "release", ladder.DONE: "kept",
}  # fmt: skip
MOST_BUTTONS = 8
TASKS_SECONDS = 30
"""What waited for the morning is gathered for so long before it is told."""


def member(rules: Rules, channel: str, address: str) -> Colleague | None:
    """The colleague who writes from here, None for a client."""
    if channel != CHANNEL:
        return None
    return next((person for person in rules.business.staff if person.telegram == address), None)


def said(sheet: Sheet, event: Said, colleague: Colleague) -> None:
    """Her words go to the client to a message about whom she replies, else to the one she has taken last; what she
    wishes of the rota is answered."""
    of, about = _replied(event.to)
    serving = sheet.conversation.serving
    if event.wish and not of and not (serving and event.wish.kind == "withdraw"):
        _of_rota(sheet, swaps.answer(sheet.rules, colleague, event.wish, sheet.now))
        return
    conversation = of or sheet.conversation.serving
    if not conversation or not event.text.strip():
        sheet.say(sheet.rules.sla.handover.nobody if event.text.strip() else sheet.rules.dialogue.staff)
        sheet.cite("RP-002: пишет сотрудник, не клиент")
        return
    sheet.note(serving=conversation)
    act = Acted(f"{event.key}/text", sheet.now, conversation, colleague.id, "text", about, event.text)
    sheet.do(Tell(act))
    sheet.cite(f"{sheet.rules.sla.handover.clause}: пишет {colleague.name}")


def pressed(sheet: Sheet, event: Pressed, colleague: Colleague) -> None:
    """Her buttons: about a client, or what became of a visit."""
    if event.receipt:
        sheet.do(Acknowledge(event.channel, event.receipt))
    verb = next((verb for verb in VERBS if event.choice.startswith(verb)), None)
    answer = swaps.pressed(sheet.rules, sheet.swaps, colleague, event.choice, sheet.now)
    if answer:
        _of_rota(sheet, answer)
    elif verb:
        _act(sheet, event, colleague, verb)
    else:
        _mark(sheet, event)


def on_duty_tomorrow(sheet: Sheet, event: OnDuty) -> None:
    sheet.say("{text}", text=event.text)
    sheet.cite("RT-001: дежурство завтра")


def _of_rota(sheet: Sheet, answer: swaps.Answer) -> None:
    """What is answered about the rota, and what others are told of it."""
    sheet.say("{text}", answer.choices, text=answer.text)
    for notice in answer.notices:
        ladder.inform(sheet, notice.to.id, notice.text, notice.choices, "rota")
    if answer.change:
        sheet.change_rota(answer.change)
    sheet.cite("RT-001")


def keyed(sheet: Sheet, event: Keyed) -> None:
    """A key pressed in a call is a button as well."""
    if event.digit:
        sheet.do(PassKey(event.pager, event.page, event.digit, event.key))
        sheet.cite(f"{sheet.rules.sla.handover.clause}: клавиша {event.digit} в звонке")


def awaited(sheet: Sheet, event: Awaited) -> None:
    """What waited for the morning is gathered, and told in one message."""
    first = not sheet.conversation.tasks
    task = Task(event.of, event.alarm, event.text)
    sheet.note(tasks=(*(one for one in sheet.conversation.tasks if one.alarm != task.alarm), task))
    if first:
        sheet.arm("tasks", event.key, sheet.now + timedelta(seconds=TASKS_SECONDS))


def tell_tasks(sheet: Sheet) -> None:
    """All that has waited, with a button for each."""
    tasks, handover = sheet.conversation.tasks, sheet.rules.sla.handover
    if not tasks:
        return
    numbered = len(tasks) > 1
    lines = (f"{number}. {task.text}" if numbered else task.text for number, task in enumerate(tasks, 1))
    choices = tuple(
        Choice(
            ladder.button(ladder.TAKE, task.conversation, task.alarm),
            f"{handover.take} {number}" if numbered else handover.take,
        )
        for number, task in enumerate(tasks[:MOST_BUTTONS], 1)
    )
    sheet.say("{tasks}", choices, tasks="\n\n".join((handover.tasks, *lines)))
    sheet.note(tasks=())
    sheet.cite(f"{handover.clause}: что накопилось, {len(tasks)}")


def _act(sheet: Sheet, event: Pressed, colleague: Colleague, verb: str) -> None:
    conversation, _, about = event.choice.removeprefix(verb).partition(":")
    sheet.do(Tell(Acted(f"{event.key}/{verb}", sheet.now, conversation, colleague.id, VERBS[verb], about)))
    if verb == ladder.TAKE:
        sheet.note(serving=conversation)
    elif verb == ladder.RELEASE and sheet.conversation.serving == conversation:
        sheet.note(serving=None)


def _mark(sheet: Sheet, event: Pressed) -> None:
    """What became of a visit: its own conversation is told."""
    state: Literal["visited", "no_show"]
    for begins, state in ((reminders.CAME, "visited"), (reminders.NO_SHOW, "no_show")):
        conversation, _, visit = event.choice.removeprefix(begins).partition(":")
        if event.choice.startswith(begins) and visit:
            sheet.do(Tell(Marked(f"{event.key}/{visit}", sheet.now, conversation, visit, state, by=event.address)))


def _replied(to: str) -> tuple[str, str]:
    """The conversation and what it is about, of the message she replies to; empty when it is about no client."""
    verb = next((verb for verb in VERBS if to.startswith(verb)), None)
    if verb is None:
        return "", ""
    conversation, _, about = to.removeprefix(verb).partition(":")
    return conversation, about or conversation
