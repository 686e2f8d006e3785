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

LONGEST = 4000


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


def release(sheet: Sheet) -> str:
    """What was kept, which the desk now answers itself."""
    held = sheet.conversation.held
    sheet.note(held=None)
    return held.text if held else ""
