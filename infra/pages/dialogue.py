"""The page of RP-002."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.pages.booking import booking_texts
from infra.pages.markdown import table
from infra.pages.words import INTENTS, LANGUAGES, REASONS, REQUEST, SPOKEN

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Dialogue, Rules, Spoken

EXAMPLES = 4


def dialogue_page(rules: Rules) -> Iterator[str]:
    """RP-002 with every text in every language, so that whoever speaks it can read it through."""
    dialogue = rules.dialogue
    yield "# RP-002. Диалог"
    yield f"{rules.business.name}. Редакция {dialogue.version}."
    yield (
        f"Помощник отвечает сам, если уверен в смысле сообщения не меньше чем на {dialogue.confidence_threshold:.0%}. "
        "Иначе спрашивает, а если снова не понял, зовёт человека."
    )
    yield "## Что пишут и что отвечаем"
    rows = []
    for rule in dialogue.intents:
        examples = ", ".join(f"«{phrase}»" for phrase in rule.phrases[:EXAMPLES])
        person = f"зовём человека: {REASONS[rule.escalate]}" if rule.escalate else ""
        rows.append((INTENTS[rule.name], f"{examples}; всего {len(rule.phrases)}", "\n".join(rule.responses), person))
    yield table(("Клиент", "Например", "Ответ", ""), rows)
    yield "## Если не понял"
    steps = [
        (str(n), step.say, "зовём человека" if step.escalate else "") for n, step in enumerate(dialogue.fallback, 1)
    ]
    yield table(("Раз", "Ответ", ""), steps)
    if dialogue.offers:
        yield "Кнопки под первым вопросом: " + ", ".join(f"[{title}]" for title in dialogue.offers.values()) + "."
    yield "## Отдельные случаи"
    said = [(title, getattr(dialogue, name)) for name, title in SPOKEN.items()]
    yield table(("Когда", "Текст"), [*said, ("пишет кто-то из своих", dialogue.staff), _small_words(dialogue)])
    for language, spoken in dialogue.languages.items():
        yield f"## {LANGUAGES[language]}"
        yield table(("Когда", "Текст"), _spoken(rules, spoken))


def _small_words(said: Dialogue | Spoken) -> tuple[str, str]:
    """What times and prices are put together with, on one line."""
    return "словечки для времени и цены", ", ".join(said.small_words.model_dump().values())


def _spoken(rules: Rules, spoken: Spoken) -> Iterator[tuple[str, str]]:
    titles = {field.name: (field.title or field.name).lower() for field in rules.registry.fields}
    yield from ((title, getattr(spoken, name)) for name, title in SPOKEN.items())
    yield from ((INTENTS[name], text) for name, text in spoken.responses.items())
    yield from ((f"вопрос: {titles[name]}", text) for name, text in spoken.ask.items())
    yield from ((f"не понял: {titles[name]}", text) for name, text in spoken.again.items())
    yield from ((f"зовём человека: {REASONS[name]}", text) for name, text in spoken.replies.items())
    yield from ((f"не понял, раз {number}", text) for number, text in enumerate(spoken.fallback, 1))
    yield "не понял, кнопки", " ".join(f"[{title}]" for title in spoken.offers.values())
    yield from ((title, getattr(spoken, name)) for name, title in REQUEST.items())
    yield from booking_texts(spoken.booking) if spoken.booking else ()
    yield "согласие", f"{spoken.consent_ask}\n[{spoken.consent_yes}] [{spoken.consent_no}]"
    yield "согласие ещё раз", spoken.consent_again
    yield "нет согласия", spoken.consent_refused
    yield "согласие отозвано", spoken.consent_withdrawn
    yield "зачем данные", spoken.consent_why
    yield "разговор взял коллега", spoken.taken
    yield "пишет коллега", spoken.says
    yield "снова помощник", spoken.returned
    yield "никто не подошёл", spoken.promised
    yield _small_words(spoken)
