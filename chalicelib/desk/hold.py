"""A message that a colleague may answer first: the desk keeps it, and answers when nobody has (RP-002, mode)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.desk.effects import SetTimer
from chalicelib.desk.hours import colleague_first
from chalicelib.desk.values import Held

if TYPE_CHECKING:
    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Reading

LONGEST = 4000
TALKING = timedelta(hours=1)
"""So long after a colleague has written the conversation is hers."""
NEEDS_NO_ANSWER = ("thanks", "confirm", "consent_yes")


def waits(sheet: Sheet) -> bool:
    """Whether a message is left to a colleague now. What the desk itself has asked, it also hears."""
    return sheet.conversation.asked is None and colleague_first(sheet.rules, sheet.now)


def keep(sheet: Sheet, text: str) -> None:
    """Keep what she wrote beside what is kept already; the time to answer begins anew."""
    held = sheet.conversation.held
    words = f"{held.text}\n{text}" if held else text
    token = hashlib.sha256(f"held:{sheet.event}".encode()).hexdigest()[:16]
    minutes = sheet.rules.dialogue.mode.minutes
    sheet.note(held=Held(words[-LONGEST:], token))
    sheet.do(SetTimer(sheet.conversation.id, "held", token, sheet.now + timedelta(minutes=minutes)))
    sheet.cite(f"RP-002 mode: {minutes} мин отвечает коллега")


def is_the_colleagues(sheet: Sheet, reading: Reading | None) -> bool:
    """Whether a colleague talks with her and the desk has nothing of its own to say: it does not butt in."""
    answered = sheet.conversation.answered
    if answered is None or sheet.now - answered > TALKING:
        return False
    sure = reading is not None and reading.confidence >= sheet.rules.dialogue.confidence_threshold
    return not sure or reading is None or reading.intent in (*NEEDS_NO_ANSWER, "greeting", "other")
