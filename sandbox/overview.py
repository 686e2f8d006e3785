"""What the page shows: the phones with their conversations and reasons, the CRM board, timers, switches, queues."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.desk.duty import on_duty
from chalicelib.regulation.schema import Rules
from sandbox.bitrix24 import Bitrix24
from sandbox.bitrix24_rules import CONTACT, DEAL, LEAD, STATUSES
from sandbox.calls import calls
from sandbox.clock import Clock
from sandbox.cloud import PendingTimer, Seen, Stack, StackUnreachable, Turn
from sandbox.phones import Phones, conversation_of, known_as
from sandbox.state import GUESTS_SHOWN, Message, Phone, State, Voice
from sandbox.switches import SWITCHES
from sandbox.timetable import day_of, timetable
from sandbox.turns import Said, answers, questions, said_in, shares

LOOK_SECONDS = 0.5
WAIT_SECONDS = 20.0
MESSAGES_SHOWN = 200
PAGES_SHOWN = 100
HEARTBEAT = "heartbeat"
"""The note of when all was last well, as somebody outside has heard it."""
ELSEWHERE = "другой клиент"
HELP = ("alarm", "taken", "promise")
"""Timers of a conversation in which somebody is called, has come or has promised."""
SHIFT = ("duty", "reserve")
CHANNELS = {"telegram": "Telegram", "whatsapp": "WhatsApp", "instagram": "Instagram"}
ENTITY = {LEAD: "lead", DEAL: "deal", CONTACT: "contact"}
FIELD_TITLES = {
    "name": "Имя",
    "lastName": "Фамилия",
    "fm": "Телефон",
    "sourceId": "Источник",
    "sourceDescription": "Откуда",
    "assignedById": "Ответственный",
    "contactId": "Контакт",
    "opportunity": "Сумма",
    "additionalInfo": "Дополнительно",
    "statusDescription": "О стадии",
    "comments": "Комментарий",
    "originId": "Номер у нас",
}


class Overview:
    """Looks at the stack while somebody looks at the page, twice a second at most."""

    def __init__(self, state: State, stack: Stack, phones: Phones, clock: Clock) -> None:
        self._state = state
        self._stack = stack
        self._phones = phones
        self._clock = clock
        self._looking = threading.Lock()
        self._looked = -LOOK_SECONDS
        self.seen = Seen()
        self._read: tuple[Mapping[str, Any] | None, Rules | None] = (None, None)

    def look(self, *, now: bool = False) -> None:
        """Look at the stack again, unless that was just done. A stack that does not answer leaves the last look."""
        if not self._looking.acquire(blocking=now):
            return
        try:
            if not now and time.monotonic() - self._looked < LOOK_SECONDS:
                return
            self._looked = time.monotonic()
            shown = [*self._state.phones("client"), *self._state.phones("duty")]
            helped = [timer.conversation for timer in self.seen.timers if timer.kind in HELP]
            seen = self._stack.look(list(dict.fromkeys([*map(conversation_of, shown), *helped])))
            if seen != self.seen:
                if seen.rules is not None and (self.seen.rules is None or seen.rules != self.seen.rules):
                    self._phones.hire(seen.rules["business"]["staff"])
                    self._phones.order(seen.rules["business"].get("agency"))
                self.seen = seen
                self._state.changed()
        except StackUnreachable:
            return
        finally:
            self._looking.release()

    def wait(self, seq: int, seconds: float = WAIT_SECONDS) -> None:
        """Return when there is news for one who has seen ``seq``, or after ``seconds``."""
        until = time.monotonic() + seconds
        while True:
            self.look()
            left = until - time.monotonic()
            if self._state.seq != seq or left <= 0 or self._state.closed:
                return
            self._state.wait(seq, min(left, LOOK_SECONDS))

    def stages(self) -> Iterable[tuple[int, str, str]]:
        """(entity, stage, title) of the statuses of the pack's registry."""
        rules = self.seen.rules
        if rules is not None:
            for status in rules["registry"]["statuses"]:
                yield self.entity(), status["stage"], status["title"]

    def resources(self) -> Iterable[tuple[int, str]]:
        """(id, name) of the masters' resources in Bitrix24's booking."""
        if self.seen.rules is None:
            self.look(now=True)
        for person in (self.seen.rules or {}).get("business", {}).get("staff", ()):
            if person.get("bitrix24_resource"):
                yield person["bitrix24_resource"], person["name"]

    def users(self) -> Iterable[int]:
        """Ids of the colleagues at Bitrix24."""
        if self.seen.rules is None:
            self.look(now=True)
        for person in (self.seen.rules or {}).get("business", {}).get("staff", ()):
            if person.get("bitrix24"):
                yield person["bitrix24"]

    def _pages(self) -> dict[str, list[dict[str, Any]]]:
        """By what colleagues were woken, the latest last: text messages, calls and notices of the CRM."""
        people = {str(one.get(way)): one for one in self._staff() for way in ("phone", "bitrix24") if one.get(way)}
        shown: dict[str, list[dict[str, Any]]] = {"sms": [], "call": [], "notice": []}
        for page in self._state.pages()[-PAGES_SHOWN:]:
            shown[page.kind].append(
                {
                    "id": page.n,
                    "provider": page.provider,
                    "page": page.id,
                    "to": page.address,
                    "who": people.get(page.address, {}).get("name", ""),
                    "colleague": people.get(page.address, {}).get("id", ""),
                    "text": page.text,
                    "at": page.at,
                    "status": page.status,
                    "digit": page.digit,
                }
            )
        return shown

    def entity(self) -> int:
        """What the pack enters into the CRM."""
        rules = self.seen.rules
        return DEAL if rules is not None and rules["business"]["crm"].get("entity") == "deal" else LEAD

    def rules(self) -> Rules | None:
        """The pack of a business that books times; None where there is none, or where only requests are taken."""
        told = self.seen.rules
        return self._rules() if told is not None and told["registry"].get("booking") else None

    def _rules(self) -> Rules | None:
        """The pack; None before one is published, or when this version of the product cannot read it."""
        told = self.seen.rules
        if told is not None and self._read[0] is not told:
            try:
                self._read = told, Rules.model_validate_json(json.dumps(told))
            except ValueError:
                self._read = told, None
        return self._read[1] if told is not None else None

    def _staff(self) -> Sequence[Mapping[str, Any]]:
        told: Sequence[Mapping[str, Any]] = (self.seen.rules or {}).get("business", {}).get("staff", ())
        return told

    def colleague(self, who: str) -> bool:
        """Whether the pack has a colleague with this id."""
        return any(person.get("id") == who for person in self._staff())

    def _shifts(self) -> dict[str, str]:
        """Who is on duty now and who is her reserve, by their Telegram addresses."""
        rules = self._rules()
        people = on_duty(rules, self._clock.now()) if rules is not None else ()
        named = zip(people, SHIFT, strict=False)
        return {person.telegram: shift for person, shift in named if person.telegram}

    def _names(self) -> dict[str, str]:
        """Whose conversation is whose, of everybody with a phone."""
        guests, duty = self._state.phones("guest"), self._state.phones("duty")
        phones = [*guests, *duty, *self._state.phones("client")]
        return {conversation_of(phone): f"{phone.profile}, {CHANNELS[phone.channel]}" for phone in phones}

    def timetable(self, day: str | None = None) -> dict[str, Any] | None:
        """A day of every master; None where no times are booked. ``day``: ISO, today if not told. Raises ValueError."""
        rules, now = self.rules(), self._clock.now()
        if rules is None:
            return None
        return timetable(self.seen, rules, day_of(day, rules, now), now, self._names())

    def business(self) -> dict[str, str]:
        business = (self.seen.rules or {}).get("business", {})
        return {name: business.get(name, "") for name in ("name", "zone", "phone")}

    def document(self, bitrix24: Bitrix24, day: str | None = None) -> dict[str, Any]:
        """The whole page as JSON, its timetable of ``day``. Raises ValueError when that is none."""
        seq = self._state.seq  # first: what changes while we write is told next time
        seen = self.seen
        clients, duty = self._state.phones("client"), self._state.phones("duty")
        said, names, shifts = said_in(seen), self._names(), self._shifts()
        return {
            "seq": seq,
            "now": self._clock.now().isoformat(),
            "ahead_minutes": int(seen.ahead.total_seconds() // 60),
            "business": self.business(),
            "phones": [self._phone(phone, said) for phone in clients],
            "duty": [self._phone(phone, said) | self._colleague(phone, shifts) for phone in duty],
            "agency": [self._phone(phone, said) for phone in self._state.phones("agency")],
            "heartbeat": self._state.note(HEARTBEAT),
            "guests": [self._phone(phone, said) for phone in self._state.phones("guest")[-GUESTS_SHOWN:]],
            "crm": self._crm(bitrix24),
            "timetable": self.timetable(day),
            "readers": shares(seen),
            "pages": self._pages(),
            "calls": calls(seen, self._rules(), names, ELSEWHERE, {conversation_of(phone) for phone in duty}),
            "timers": [self._timer(timer, names) for timer in seen.timers if _means_something(timer, seen)],
            "switches": [self._switch(one.id, one.title, one.options) for one in SWITCHES],
            "queues": {name: seen.queues.get(name, 0) for name in ("inbox_dead", "deliveries_dead", "deliveries")},
        }

    def phone(self, phone: Phone) -> dict[str, Any]:
        return self._phone(phone, said_in(self.seen))

    def _phone(self, phone: Phone, said: Mapping[tuple[str, str], Sequence[Said]]) -> dict[str, Any]:
        messages = self._state.messages(phone.id)
        talk = self.seen.talks.get(conversation_of(phone))
        turns = talk.turns if talk is not None else ()
        told = [turn for one in self.seen.talks.values() for turn in one.turns] if phone.role == "duty" else turns
        behind = {
            **questions(self._state.events(phone.id), turns),
            **answers(messages, said.get((phone.channel, known_as(phone)), ()), told),
        }
        voices = {voice.message: voice for voice in self._state.voices(phone.id)}
        replies = self._state.replies(phone.id)
        return {
            "id": phone.id,
            "channel": phone.channel,
            "who": phone.who,
            "address": phone.address,
            "profile": phone.profile,
            "blocked": phone.blocked,
            "conversation": _conversation(talk.state) if talk is not None and talk.state is not None else None,
            "messages": [
                _message(message, behind.get(message.id), voices.get(message.id), replies.get(message.id))
                for message in messages[-MESSAGES_SHOWN:]
            ],
        }

    def _colleague(self, phone: Phone, shifts: Mapping[str, str]) -> dict[str, str]:
        """Who holds this phone: her id, and whether she is on duty now or its reserve."""
        person = next((one for one in self._staff() if str(one.get("telegram")) == phone.address), {})
        return {"colleague": person.get("id", ""), "shift": shifts.get(phone.address, "")}

    def _timer(self, timer: PendingTimer, names: Mapping[str, str]) -> dict[str, Any]:
        due = datetime.fromisoformat(timer.due)
        return {
            "name": timer.name,
            "conversation": timer.conversation,
            "who": names.get(timer.conversation, ELSEWHERE),
            "kind": timer.kind,
            "due": due.isoformat(),
            "in_seconds": int((due.astimezone(UTC) - self._clock.now()).total_seconds()),
        }

    def _switch(self, switch_id: str, title: str, options: Sequence[tuple[str, str]]) -> dict[str, Any]:
        value, times = self._state.switch(switch_id)
        return {
            "id": switch_id,
            "title": title,
            "value": value,
            "times": times,
            "options": [{"id": option, "title": name} for option, name in options],
        }

    def _crm(self, bitrix24: Bitrix24) -> dict[str, Any]:
        stages = [{"id": stage, "title": title} for stage, title in bitrix24.stages(self.entity())]
        cards = [self._card(kind, item) for kind in ENTITY for item in self._state.items(kind)]
        return {"stages": stages, "cards": cards}

    def _card(self, kind: int, item: Mapping[str, Any]) -> dict[str, Any]:
        name = " ".join(part for part in (item.get("name"), item.get("lastName")) if part)
        return {
            "id": item["id"],
            "entity": ENTITY[kind],
            "title": item.get("title") or name or f"#{item['id']}",
            "stage": item.get("stageId"),
            "created": item["createdTime"],
            "fields": self._card_fields(item),
        }

    def _card_fields(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """The lines of RP-001 first, then what the card says besides."""
        shown = _lines(str(item.get("comments") or ""), FIELD_TITLES["comments"])
        for name, title in FIELD_TITLES.items():
            value = self._readable(name, item.get(name))
            if name != "comments" and value not in (None, "", 0, [], *shown.values()):
                shown.setdefault(title, value)
        own = {name: value for name, value in item.items() if name.lower().startswith(("ufcrm", "uf_crm")) and value}
        return shown | own

    def _readable(self, name: str, value: Any) -> Any:
        if name == "fm":
            return ", ".join(row["value"] for row in value or ())
        if name == "sourceId":
            return next((title for source, title, _ in STATUSES["SOURCE"] if source == value), value)
        if name == "assignedById":
            staff = ((self.seen.rules or {}).get("business") or {}).get("staff", ())
            return next((person["name"] for person in staff if person.get("bitrix24") == value), f"Сотрудник {value}")
        if name == "contactId" and value:
            contact = self._state.item(CONTACT, value) or {}
            return contact.get("name") or f"#{value}"
        return value


def _means_something(timer: PendingTimer, seen: Seen) -> bool:
    """Whether the timer's reason still stands: a timer nobody waits for any more is left to ring for nothing."""
    talk = seen.talks.get(timer.conversation)
    if talk is not None and talk.state is not None:
        return _is_armed(timer, talk.state)
    others = [one for one in seen.timers if one.conversation == timer.conversation]
    return timer == others[-1]  # of somebody who is not on the page: the last one set is the one that counts


def _is_armed(timer: PendingTimer, state: Mapping[str, Any]) -> bool:
    """As far as it can be seen in her conversation: a timer about a visit names it in a hash only."""
    match timer.kind:
        case "silence":
            return bool(state.get("silence") == timer.token)
        case "held":
            return bool((state.get("held") or {}).get("token") == timer.token)
        case "visit":
            visits = state.get("visits", ())
            return timer.token not in state.get("reminded", ()) and any(
                visit["state"] in ("booked", "confirmed") for visit in visits
            )
        case "alarm" | "taken":
            return bool((state.get(timer.kind) or {}).get("token") == timer.token)
        case "promise":
            return any(promise["id"] == timer.token for promise in state.get("promises", ()))
        case "tasks":
            return bool(state.get("tasks"))
        case _:
            return bool(state.get("hold") or state.get("freed"))


def _conversation(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: state.get(name) for name in ("id", "stage", "owner", "asked")}


def _message(message: Message, turn: Turn | None, voice: Voice | None, to: str | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": message.id,
        "from": message.sender,
        "kind": message.kind,
        "text": message.text,
        "at": message.at,
        "choices": [{"id": choice, "title": title} for choice, title in message.choices],
        "pressed": message.pressed,
        "because": list(turn.because) if turn is not None and message.sender == "bot" else [],
        "turn": turn.event if turn is not None else None,
        "reader": turn.reader if turn is not None else "",
    }
    if message.list_button:
        shown["list_button"] = message.list_button
    if to is not None:
        shown["to"] = to
    if voice is not None:
        shown["voice"] = {"seconds": voice.seconds, "heard": voice.heard}
    return shown


def _lines(text: str, title: str) -> dict[str, str]:
    """The lines «Поле: значение» of a comment as fields, the rest under ``title``."""
    fields: dict[str, str] = {}
    rest = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, colon, value = line.partition(": ")
        if colon and len(name) <= 40 and name not in fields:
            fields[name] = value
        else:
            rest.append(line)
    return fields | ({title: "\n".join(rest)} if rest else {})
