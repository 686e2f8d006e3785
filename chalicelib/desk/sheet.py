"""The note sheet of one turn: what the receptionist says, does and cites before she puts the pen down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.desk.effects import Decision, Effect, Reply, SetTimer, Wake
from chalicelib.desk.escalation import tell_owner, wake
from chalicelib.desk.facts import foreign_facts, known_facts
from chalicelib.desk.values import DESK, Request
from chalicelib.desk.wording import client_text
from chalicelib.regulation.language import in_language

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.desk.values import Choice, Conversation, Language
    from chalicelib.regulation.schema import Rules

MOST_TOLD = 1000
"""Characters of a client's message that a colleague is woken with."""


@dataclass
class Sheet:
    """Lives for one decision only. ``event`` is the key of what happened; ``conversation`` is what is true so far;
    ``before`` was true when it happened. ``rules`` speak the client's language, ``pack`` is as it was loaded."""

    conversation: Conversation
    pack: Rules
    now: datetime
    event: str
    rules: Rules = field(init=False)
    before: Conversation = field(init=False)
    reader: str = ""
    says: list[str] = field(default_factory=list)
    varies: bool = True
    choices: tuple[Choice, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    because: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules = in_language(self.pack, self.conversation.language)
        self.before = self.conversation

    @property
    def today(self) -> date:
        """The day in the business's zone."""
        return self.now.astimezone(ZoneInfo(self.rules.business.zone)).date()

    def note(self, **changes: Any) -> None:
        """Change what is remembered of the client."""
        self.conversation = replace(self.conversation, **changes)

    def speak(self, language: Language) -> None:
        """From here on in her language, as far as the pack has it."""
        if language != self.conversation.language:
            self.note(language=language)
            self.cite(f"RP-002 languages: {language}")
        self.rules = in_language(self.pack, language)

    def say(self, template: str, choices: tuple[Choice, ...] = (), *, vary: bool = False) -> None:
        """Say a text of the pack. All that is said in a turn goes out as one message, the last choices under it."""
        text = self._of_known_facts(template)
        if text not in self.says:
            self.says.append(text)
        self.varies = self.varies and vary
        self.offer(choices)

    def _of_known_facts(self, template: str) -> str:
        """The text, without her own words where they bring what the pack does not say: a link in a name, say."""
        to = self.conversation
        if not foreign_facts(client_text(template, self.rules, to), known_facts(self.pack, to)):
            return client_text(template, self.rules, to)
        self.cite("RP-002: в ответе было то, чего нет в регламенте; оно не отправлено")
        harmless = replace(to, known_as=None, request=Request(service=to.request.service, phone=to.request.phone))
        text = client_text(template, self.rules, harmless)
        if foreign_facts(text, known_facts(self.pack, to)):
            return client_text(self.rules.dialogue.fallback[0].say, self.rules, harmless)
        return text

    def offer(self, choices: tuple[Choice, ...]) -> None:
        """Put buttons under what is said in this turn."""
        self.choices = choices or self.choices

    def do(self, *effects: Effect) -> None:
        self.effects.extend(effects)

    def cite(self, clause: str) -> None:
        """Name the clause that says so. The same clause is named once."""
        if clause not in self.because:
            self.because.append(clause)

    def call(self, template: str, reason: str, **fields: str) -> None:
        """Tell the colleague on duty."""
        text = fields.pop("text", "")
        told = f"{text[:MOST_TOLD]}…" if len(text) > MOST_TOLD else text
        self.do(*wake(self.rules, self.conversation, self.now, template, reason, text=told, **fields))

    def tell_owner(self, template: str, reason: str, **fields: str) -> None:
        self.do(*tell_owner(self.rules, self.conversation, template, reason, **fields))

    def decision(self) -> Decision:
        """What was decided; an open question arms the silence timer, anything else disarms it."""
        self._reply()
        self._watch_silence()
        self._name_owner()
        return Decision(self.conversation, tuple(self.effects), tuple(self.because), self.reader)

    def _reply(self) -> None:
        if not self.says:
            return
        to = self.conversation
        self.do(Reply(to.channel, to.address, "\n\n".join(self.says), self.choices, vary=self.varies))
        self.note(offered=self.choices)

    def _watch_silence(self) -> None:
        if not self.conversation.reachable or not _worth_waiting_for(self.conversation):
            self.note(silence=None)
            return
        if not self.says:
            return
        token = hashlib.sha256(f"silence:{self.event}".encode()).hexdigest()[:16]
        at = self.now + timedelta(minutes=self.rules.sla.silence.after_minutes)
        self.note(silence=token)
        self.do(SetTimer(self.conversation.id, "silence", token, at))

    def _name_owner(self) -> None:
        """A conversation that was handed over is the woken colleague's; every other is the desk's."""
        if self.conversation.stage != "person":
            self.note(owner=DESK)
            return
        woken = next((effect.colleague for effect in self.effects if isinstance(effect, Wake)), None)
        if woken or self.conversation.owner == DESK:
            self.note(owner=woken or self.rules.business.owner)


def _worth_waiting_for(conversation: Conversation) -> bool:
    """A question is open and she has begun a request: a bare «здравствуйте» wakes nobody."""
    request = conversation.request
    begun = bool(request.service or request.wish or (conversation.consent and conversation.consent.given))
    return conversation.asked is not None and begun and conversation.stage != "person"
