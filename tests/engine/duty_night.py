"""A night on duty, on a wound clock: clients write, colleagues tap, and every page that goes out is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.desk.effects import Reply, Wake
from chalicelib.desk.events import Event, Pressed, Said, conversation_id
from chalicelib.desk.values import Conversation
from chalicelib.ports import Turn
from chalicelib.regulation.schema import Rules
from infra.tabletop import Tabletop
from infra.talk import act
from tests.engine.world import LOCAL, shipped

AT_TWO = datetime(2026, 11, 24, 2, 0, tzinfo=ZoneInfo("Europe/Samara"))
"""A Tuesday night: Marina is on duty, Svetlana in reserve; she is the owner, too."""
HER, ANOTHER = "700000001", "700000002"
COMPLAINT = "вы мне испортили волосы, верните деньги"
Page = tuple[int, str, str]
"""Minutes since the night began, a colleague's id, and the way: telegram, bitrix24, smsru, zvonok; notes are «note»."""


@dataclass
class DutyNight:
    """``pages`` are the pages that nobody has looked at yet, ``replies`` the texts to clients likewise."""

    rules: Rules = field(default_factory=shipped)
    begins: datetime = AT_TWO
    pages: list[Page] = field(default_factory=list)
    replies: list[tuple[int, str]] = field(default_factory=list)
    wakes: list[Wake] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.top = Tabletop(self.rules, self.begins, LOCAL)

    @property
    def minute(self) -> int:
        return round((self.top.now - self.begins).total_seconds() / 60)

    def conversation(self, address: str = HER) -> Conversation:
        found = self.top.table.standing(conversation_id("telegram", address))
        assert found is not None
        return found

    def says(self, text: str, address: str = HER) -> None:
        self._happens(Said(self._key(), self.top.now, "telegram", address, text))

    def acts(self, colleague: str, action: str, text: str = "", address: str = HER) -> None:
        self._happens(act(self._key(), self.top.now, conversation_id("telegram", address), colleague, action, text))

    def taps(self, colleague: str, title: str, wake: Wake | None = None) -> None:
        """She presses the button of this title under ``wake``, or under the last page that has it."""
        offered = [one for one in self.wakes if any(choice.title == title for choice in one.choices)]
        choice = next(choice for choice in (wake or offered[-1]).choices if choice.title == title)
        self._happens(Pressed(self._key(), self.top.now, "telegram", self.address(colleague), choice.id, title))

    def writes(self, colleague: str, text: str, to: Wake | None = None) -> None:
        """She writes into her chat with the desk, or answers to one of its messages."""
        first = to.choices[0].id if to else ""
        self._happens(Said(self._key(), self.top.now, "telegram", self.address(colleague), text, to=first))

    def passes(self, minutes: float) -> None:
        """Let the time pass, minute by minute, whatever rings on the way."""
        until = self.top.now + timedelta(minutes=minutes)
        while self.top.now < until:
            self._keep(self.top.wind(min(until, self.top.now + timedelta(seconds=30))))

    def seen(self) -> list[Page]:
        """The pages since the last look."""
        pages, self.pages = self.pages, []
        return pages

    def read(self) -> list[str]:
        """What clients were told since the last look."""
        replies, self.replies = self.replies, []
        return [text for _, text in replies]

    def address(self, colleague: str) -> str:
        person = self.rules.business.colleague(colleague)
        assert person is not None and person.telegram is not None
        return person.telegram

    def happens(self, event: Event) -> None:
        self._happens(event)

    def _happens(self, event: Event) -> None:
        self._keep(self.top.happens(event))

    def _keep(self, turns: list[Turn]) -> None:
        staff = {person.telegram for person in self.rules.business.staff}
        for effect in (effect for turn in turns for effect in turn.effects):
            if isinstance(effect, Wake):
                self.pages.append((self.minute, effect.colleague, effect.channel if effect.step else "note"))
                self.wakes.append(effect)
            elif isinstance(effect, Reply) and effect.address in staff:
                name = next(person.id for person in self.rules.business.staff if person.telegram == effect.address)
                self.pages.append((self.minute, name, "chat"))
            elif isinstance(effect, Reply):
                self.replies.append((self.minute, effect.text))

    def _key(self) -> str:
        self.number += 1
        return f"telegram:{self.number}"
