"""Another language says everything that Russian says: every answer, question, reply and step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chalicelib.regulation.partly import as_far_as_known
from chalicelib.regulation.schema import WEEK

if TYPE_CHECKING:
    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.pack import Pack
    from chalicelib.regulation.schema import Dialogue, Spoken
    from chalicelib.regulation.written import Written


@as_far_as_known
def mistakes(pack: Pack) -> Iterator[Mistake]:
    """What is missing in the languages of RP-002, beside the Russian texts of all documents."""
    if pack.dialogue.written is None or pack.dialogue.document is None:
        return
    at, dialogue = pack.dialogue.written, pack.dialogue.document
    for language, spoken in dialogue.languages.items():
        yield from _russian(at, language, spoken)
        yield from _answers(pack, at, language, spoken, dialogue)
        yield from _questions(pack, at, language, spoken)
        yield from _booking(pack, at, language, spoken)
        yield from _steps(at, language, spoken, dialogue)
        yield from _buttons(at, language, spoken)


@as_far_as_known
def _russian(at: Written, language: str, spoken: Spoken) -> Iterator[Mistake]:
    if spoken and language == "ru":
        yield at.mistake(("languages", "ru"), "русские тексты уже есть в самих документах: уберите")


@as_far_as_known
def _answers(pack: Pack, at: Written, language: str, spoken: Spoken, dialogue: Dialogue) -> Iterator[Mistake]:
    yield from _lost(at, language, "responses", (rule.name for rule in dialogue.intents), spoken.responses)
    yield from _lost(at, language, "offers", (name for name, title in dialogue.offers.items() if title), spoken.offers)
    yield from _lost(at, language, "weekdays", WEEK, spoken.weekdays)
    if pack.sla.document is not None:
        said = (trigger.reason for trigger in pack.sla.document.triggers if trigger.reply)
        yield from _lost(at, language, "replies", said, spoken.replies)


@as_far_as_known
def _questions(pack: Pack, at: Written, language: str, spoken: Spoken) -> Iterator[Mistake]:
    if pack.registry.document is None:
        return
    fields = pack.registry.document.fields
    yield from _lost(at, language, "ask", (field.name for field in fields if field.ask), spoken.ask)
    yield from _lost(at, language, "again", (field.name for field in fields if field.again), spoken.again)


@as_far_as_known
def _booking(pack: Pack, at: Written, language: str, spoken: Spoken) -> Iterator[Mistake]:
    books = pack.registry.document is not None and pack.registry.document.booking is not None
    if books and spoken.booking is None:
        yield at.mistake(("languages", language), f"{language}: нет текстов о записи, допишите booking, как в RP-001")


@as_far_as_known
def _steps(at: Written, language: str, spoken: Spoken, dialogue: Dialogue) -> Iterator[Mistake]:
    said, russian = len(spoken.fallback), len(dialogue.fallback)
    if said != russian:
        yield at.mistake(
            ("languages", language, "fallback"), f"{language}: шагов {said}, а по-русски {russian}: сделайте поровну"
        )


@as_far_as_known
def _buttons(at: Written, language: str, spoken: Spoken) -> Iterator[Mistake]:
    if spoken.consent_yes == spoken.consent_no:
        yield at.mistake(("languages", language, "consent_no"), "кнопки «да» и «нет» одинаковы: назовите их по-разному")


@as_far_as_known
def _lost(at: Written, language: str, part: str, needed: Iterable[str], said: Iterable[str]) -> Iterator[Mistake]:
    known = set(said)
    for name in needed:
        if name not in known:
            sentence = f"{language}: нет текста для «{name}», допишите его в {part}"
            yield at.mistake(("languages", language, part), sentence)
