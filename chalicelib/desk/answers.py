"""Questions answered from RP-002, whatever else is in the message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.desk.wording import prices_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.desk.sheet import Sheet
    from chalicelib.desk.values import Reading

QUESTIONS = ("question_price", "question_hours", "question_address", "question_service")
DOES_ITSELF = ("booking", *QUESTIONS)
"""What the desk serves even when a person is called as well."""


def wishes(reading: Reading) -> tuple[str, ...]:
    """Everything a message wishes for, the main wish first."""
    return (reading.intent, *reading.also)


def wishes_for_the_desk(reading: Reading) -> bool:
    """Whether a visit or an answer is wished for."""
    return bool(set(wishes(reading)) & set(DOES_ITSELF))


def answer(sheet: Sheet, reading: Reading) -> None:
    """Answer every question in a message."""
    about = (reading.service, *reading.then) if reading.service else ()
    for question in (wish for wish in wishes(reading) if wish in QUESTIONS):
        respond(sheet, question, about)


def respond(sheet: Sheet, intent: str, about: Sequence[str] = ()) -> None:
    """Say the response of an intent; ``about``: the only services, by id, of which its price list speaks."""
    rule = sheet.rules.dialogue.intent(intent)
    if rule and about:
        sheet.say(rule.responses[0], vary=True, services=prices_text(about, sheet.rules))
    elif rule:
        sheet.say(rule.responses[0], vary=True)
