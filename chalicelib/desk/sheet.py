"""The note sheet of one turn: what the receptionist says, does and cites before she puts the pen down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.desk import ladder
from chalicelib.desk.agreed import UNCHANGED
from chalicelib.desk.diary import together
from chalicelib.desk.effects import Decision, Effect, Reply, SetTimer
from chalicelib.desk.facts import foreign_facts, known_facts
from chalicelib.desk.values import DESK, Line, Request
from chalicelib.desk.wording import client_text, day_text, staff_text
from chalicelib.regulation.language import in_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from chalicelib.desk.agreed import Swap, Swaps, Withdrawn
    from chalicelib.desk.diary import Change, Diary
    from chalicelib.desk.events import Timer
    from chalicelib.desk.values import Choice, Conversation, Language, Priority, Reach, Slot, Visit
    from chalicelib.regulation.schema import Rules

MOST_TOLD = 1000
"""Characters of a client's message that a colleague is woken with."""
MOST_LINES, LONGEST_LINE = 12, 200
"""Of what was said, so much is kept for the colleague who takes over: lines, and characters of each."""


@dataclass
class Sheet:
    """Lives for one decision only. ``event`` is the key of what happened; ``conversation`` is what is true so far;
    ``before`` was true when it happened; ``diary``: as far as it was looked into; ``swaps``: of the rota, laid over
    ``pack`` already; ``reached``: the channels of this client; ``link``: the public address of a visit's file, by its
    id, if there is one. ``rules`` speak her language, ``pack`` is as it was loaded."""

    conversation: Conversation
    pack: Rules
    now: datetime
    event: str
    diary: Diary | None = None
    swaps: Swaps = UNCHANGED
    reached: tuple[Reach, ...] = ()
    link: Callable[[str], str | None] = lambda _: None
    rules: Rules = field(init=False)
    before: Conversation = field(init=False)
    reader: str = ""
    says: list[str] = field(default_factory=list)
    varies: bool = True
    choices: tuple[Choice, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    because: list[str] = field(default_factory=list)
    writes: dict[str, list[Change]] = field(default_factory=dict)
    """What is written into the diary, by the entry it is about."""
    visits: dict[str, Visit] = field(default_factory=dict)
    swapped: Swaps | None = None

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

    def say(
        self,
        template: str,
        choices: tuple[Choice, ...] = (),
        *,
        vary: bool = False,
        slot: Slot | None = None,
        visits: Sequence[Slot] = (),
        **more: str,
    ) -> None:
        """Say a text of the pack, about ``slot`` if it is about a time, with a list of ``visits`` if it lists them, and
        with fields of its own (``more``). All that is said in a turn goes out as one message, the last choices under
        it."""
        text = self._of_known_facts(template, slot, visits, more)
        if text not in self.says:
            self.says.append(text)
        self.varies = self.varies and vary
        self.offer(choices)

    def _of_known_facts(self, template: str, slot: Slot | None, visits: Sequence[Slot], more: Mapping[str, str]) -> str:
        """The text, without her own words where they bring what the pack does not say: a link in a name, say."""
        to = self.conversation
        harmless = replace(to, known_as=None, request=Request(service=to.request.service, phone=to.request.phone))
        text = client_text(template, self.rules, to, slot, visits, **more)
        of_pack = client_text(template, self.rules, harmless, slot, visits, **more)
        if not foreign_facts(text, (*known_facts(self.pack, to), of_pack)):
            return text
        self.cite("RP-002: в ответе было то, чего нет в регламенте; оно не отправлено")
        return of_pack

    def offer(self, choices: tuple[Choice, ...]) -> None:
        """Put buttons under what is said in this turn."""
        self.choices = choices or self.choices

    def do(self, *effects: Effect) -> None:
        self.effects.extend(effects)

    def cite(self, clause: str) -> None:
        """Name the clause that says so. The same clause is named once."""
        if clause not in self.because:
            self.because.append(clause)

    def call(
        self,
        template: str,
        reason: str,
        fields: Mapping[str, str],
        priority: Priority | None = None,
        *,
        about: str = "",
        quiet: bool = False,
    ) -> None:
        """Call a person (SLA-001) with a notice of the pack and its further ``fields``; without a ``priority`` it is
        something that she does by hand. ``about`` and ``quiet``: see `ladder.Call`."""
        text = fields.get("text", "")
        told = f"{text[:MOST_TOLD]}…" if len(text) > MOST_TOLD else text
        priority = priority or self.rules.sla.by_hand
        known = {**fields, "text": told, "priority": priority}
        notice = staff_text(template, self.pack, self.conversation, **known)
        wanted = ladder.Call(reason, priority, fields.get("clause", ""), about=about, quiet=quiet)
        ladder.call(self, notice, wanted)

    def tell_owner(self, template: str, reason: str, **fields: str) -> None:
        """Tell the owner what concerns the business; whoever is on duty sleeps on."""
        text = staff_text(template, self.pack, self.conversation, **fields)
        ladder.inform(self, self.rules.business.owner, text, reason=reason)

    # The diary

    def write(self, entry: str, changes: Iterable[Change]) -> None:
        """Write into the diary, in the transaction of this turn; what was to be written of ``entry`` before, is not."""
        self.writes[entry] = list(changes)

    def open_diary(self) -> Diary | None:
        """The diary with what this turn has written so far, if it was looked into."""
        return self.diary and self.diary.after(change for changes in self.writes.values() for change in changes)

    def unwrite(self, entry: str) -> None:
        self.writes.pop(entry, None)

    def visit(self, visit: Visit) -> None:
        """A visit was made or changed."""
        self.visits[visit.id] = visit

    def arm(self, timer: Timer, what: str, at: datetime) -> None:
        """Ring at ``at`` about ``what``; the same twice is one timer."""
        self.do(SetTimer(self.conversation.id, timer, self.token(timer, what), at.astimezone(UTC)))

    def token(self, timer: Timer, what: str) -> str:
        return hashlib.sha256(f"{self.conversation.id}:{timer}:{what}".encode()).hexdigest()[:16]

    # Colleagues

    def write_down(self, who: str, text: str) -> None:
        """What was said, for the colleague who takes over; the oldest lines go."""
        if text.strip():
            line = Line(who, text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}…", self.now)
            self.note(lines=(*self.conversation.lines, line)[-MOST_LINES:])

    def change_rota(self, change: Swap | Withdrawn) -> None:
        """Colleagues have agreed on something about the rota; it is written in the transaction of this turn."""
        after = self.swaps.after(change, self.today)
        self.swapped = after if after is not self.swaps else None

    def of_visit(self, visit: Visit) -> dict[str, str]:
        """The fields of a notice about a visit."""
        slot = visit.slot
        master, service = self.rules.business.colleague(slot.master), self.rules.business.service(slot.service)
        return {
            "client": visit.name,
            "contact": visit.phone,
            "name": visit.name,
            "date": day_text(slot.date, self.pack),
            "time": f"{slot.start:%H:%M}",
            "master": master.name if master else "",
            "service": service.title if service else "",
        }

    def tell_master(self, template: str, visit: Visit, choices: tuple[Choice, ...] = (), text: str = "") -> None:
        """Tell whose visit it is; who has no Telegram is told by the colleague on duty."""
        master = self.rules.business.colleague(visit.slot.master)
        fields = self.of_visit(visit)
        if master is None or master.telegram is None:
            self.call(template, "visit", {**fields, "text": text})
            return
        told = staff_text(template, self.pack, self.conversation, text=text[:MOST_TOLD], **fields)
        ladder.inform(self, master.id, told, choices, "visit")

    def decision(self) -> Decision:
        """What was decided; an open question arms the silence timer, anything else disarms it."""
        self._reply()
        self._name_owner()
        self._watch_silence()
        diary = together(change for changes in self.writes.values() for change in changes)
        return Decision(
            self.conversation,
            tuple(self.effects),
            tuple(self.because),
            self.reader,
            diary,
            tuple(self.visits.values()),
            self.swapped,
        )

    def _reply(self) -> None:
        if not self.says:
            return
        to, text = self.conversation, "\n\n".join(self.says)
        self.do(Reply(to.channel, to.address, text, self.choices, vary=self.varies))
        self.write_down("desk", text)
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
        """A conversation that was taken is hers who took it; one that was handed over is hers who was woken last; every
        other is the desk's."""
        taken, alarm = self.conversation.taken, self.conversation.alarm
        if taken:
            self.note(owner=taken.by)
        elif self.conversation.stage != "person":
            self.note(owner=DESK)
        elif alarm:
            self.note(owner=alarm.paged[-1] if alarm.paged else self.rules.business.owner)
        else:  # nobody is on her way any more: the desk answers again
            self.note(owner=DESK, stage="lead" if self.conversation.lead else "qualifying")


def _worth_waiting_for(conversation: Conversation) -> bool:
    """A question is open and she has begun a request: a bare «здравствуйте» wakes nobody."""
    request = conversation.request
    begun = bool(request.service or request.wish or (conversation.consent and conversation.consent.given))
    asked = conversation.asked not in (None, "reminder", "cancel") and not conversation.waits
    return asked and begun and conversation.stage != "person"
