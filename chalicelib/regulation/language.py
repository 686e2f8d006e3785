"""The pack's texts in the client's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.regulation.schema import ConsentDocument, Dialogue, Language, Registry, Rules, Sla, Spoken

_OF_DIALOGUE = (
    "greeting",
    "greeting_again",
    "coming",
    "worse",
    "idle",
    "medium",
    "noise",
    "rude",
    "off_topic",
    "assistant",
    "crisis",
)
_OF_REGISTRY = (
    "accepted",
    "already",
    "mine",
    "none",
    "changed",
    "corrected",
    "dropped",
    "another",
    "noted",
    "abandoned",
    "closed",
)
_OF_HANDOVER = ("taken", "says", "returned")
_OF_CONSENT = ("ask", "again", "yes", "no", "refused", "withdrawn", "why")


def in_language(rules: Rules, language: Language) -> Rules:
    """``rules`` as they are said in a language: unchanged where the pack has no texts in it."""
    spoken = rules.dialogue.languages.get(language)
    if spoken is None:
        return rules
    return rules.model_copy(
        update={
            "dialogue": _dialogue(rules.dialogue, spoken),
            "registry": _registry(rules.registry, spoken),
            "sla": _sla(rules.sla, spoken),
            "consent": _consent(rules.consent, spoken),
        }
    )


def _dialogue(dialogue: Dialogue, spoken: Spoken) -> Dialogue:
    intents = tuple(
        rule.model_copy(update={"responses": (spoken.responses.get(rule.name, rule.responses[0]),)})
        for rule in dialogue.intents
    )
    steps = zip(dialogue.fallback, spoken.fallback, strict=True)
    fallback = tuple(step.model_copy(update={"say": say}) for step, say in steps)
    texts = {name: getattr(spoken, name) for name in (*_OF_DIALOGUE, "small_words")}
    offers = spoken.offers or dialogue.offers
    texts["weekdays"] = {**dialogue.weekdays, **spoken.weekdays}
    return dialogue.model_copy(update={**texts, "intents": intents, "fallback": fallback, "offers": offers})


def _registry(registry: Registry, spoken: Spoken) -> Registry:
    fields = tuple(
        field.model_copy(
            update={
                "ask": spoken.ask.get(field.name, field.ask),
                "again": spoken.again.get(field.name, field.again),
            }
        )
        for field in registry.fields
    )
    texts = {name: getattr(spoken, name) for name in _OF_REGISTRY}
    booking = registry.booking and registry.booking.in_texts(spoken.booking)
    return registry.model_copy(update={**texts, "fields": fields, "booking": booking})


def _sla(sla: Sla, spoken: Spoken) -> Sla:
    triggers = tuple(
        trigger.model_copy(update={"reply": spoken.replies.get(trigger.reason, trigger.reply)})
        for trigger in sla.triggers
    )
    handover = sla.handover.model_copy(update={name: getattr(spoken, name) for name in _OF_HANDOVER})
    promises = sla.promises.model_copy(update={"told": spoken.promised})
    return sla.model_copy(update={"triggers": triggers, "handover": handover, "promises": promises})


def _consent(consent: ConsentDocument, spoken: Spoken) -> ConsentDocument:
    return consent.model_copy(update={name: getattr(spoken, f"consent_{name}") for name in _OF_CONSENT})
