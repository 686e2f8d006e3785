"""Who is on the line: the page's clients, the colleagues of the pack, and guests who wrote past the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.desk.events import conversation_id
from sandbox.cloud import StackUnreachable
from sandbox.state import Phone, Role, State

FIRST_ADDRESS = {"telegram": 700000001, "whatsapp": 79000000001, "instagram": 17840000000000001}
NAMES = ("Анна", "Ольга", "Мария", "Ирина", "Елена", "Светлана", "Наталья", "Юлия", "Дарья", "Вера")
MEDIA_TITLES = {
    "voice": "🎤 Голосовое сообщение",
    "photo": "🖼 Фотография",
    "sticker": "😊 Стикер",
    "contact": "👤 Контакт",
    "location": "📍 Геопозиция",
}
"""How a bubble that is not a text looks on the phone."""
CLIENT = "Клиент"
GUEST = "Гость"
AGENCY = "Агентство"


def conversation_of(phone: Phone) -> str:
    """The id of this phone's conversation in the stack."""
    return conversation_id(phone.channel, known_as(phone))


def known_as(phone: Phone) -> str:
    """The address the stack knows her by: in WhatsApp the user id, which is there also when the number is not."""
    return bsuid(phone) if phone.channel == "whatsapp" and phone.role == "client" else phone.address


def bsuid(phone: Phone) -> str:
    """WhatsApp's business-scoped user id of this phone."""
    return f"RU.{phone.address}"


class Phones:
    """``knows`` asks the stack whether a conversation exists: the chat of a guest is real if she wrote from it.

    ``look`` looks at the stack again: a colleague may have joined the pack a moment ago.
    """

    def __init__(self, state: State, knows: Callable[[str], bool], look: Callable[[], None]) -> None:
        self._state = state
        self._knows = knows
        self._look = look

    def open(self) -> None:
        """Make the three clients of the page unless they are there already."""
        there = {phone.id for phone in self._state.phones("client")}
        for channel in FIRST_ADDRESS:
            if f"{channel}-1" not in there:
                self._state.put_phone(self._newcomer(channel))

    def renew(self, phone: Phone) -> Phone:
        """A new client takes the place of this one."""
        newcomer = self._newcomer(phone.channel)
        self._state.replace_phone(replace(newcomer, id=phone.id))
        return replace(newcomer, id=phone.id)

    def hire(self, staff: Sequence[Mapping[str, Any]]) -> None:
        """Give every colleague with a Telegram id a phone, take it from those who left the pack."""
        wanted = {
            str(person["telegram"]): f"{person['name']}, {person['role']}" for person in staff if person.get("telegram")
        }
        self._give("duty", wanted)

    def order(self, agency: Mapping[str, Any] | None) -> None:
        """Give the agency a phone, if the pack names one."""
        self._give("agency", {str(agency["telegram"]): AGENCY} if agency else {})

    def _give(self, role: Role, wanted: Mapping[str, str]) -> None:
        for phone in self._state.phones(role):
            if phone.address not in wanted:
                self._state.drop_phone(phone.id)
        for address, who in wanted.items():
            there = self._state.phone_at("telegram", address)
            if there is None or there.role != role or there.who != who:
                name = who.partition(",")[0]
                self._state.put_phone(Phone(f"{role}-{address}", role, "telegram", address, who, name))

    def reached_at(self, channel: str, address: str) -> Phone | None:
        """The phone with this address; a guest's is made when the stack has heard from there."""
        phone = self._state.phone_at(channel, address)
        if phone is None:
            self._look()
            phone = self._state.phone_at(channel, address)
        if phone is not None or not self._heard_from(channel, address):
            return phone
        guest = Phone(f"{channel}-guest-{address}", "guest", channel, address, GUEST, GUEST)
        self._state.put_phone(guest)
        return guest

    def _heard_from(self, channel: str, address: str) -> bool:
        try:
            return self._knows(conversation_id(channel, address))
        except StackUnreachable:
            return False

    def _newcomer(self, channel: str) -> Phone:
        address = self._state.next(f"address#{channel}", FIRST_ADDRESS[channel])
        shift = list(FIRST_ADDRESS).index(channel)
        name = NAMES[(address - FIRST_ADDRESS[channel] + shift) % len(NAMES)]
        return Phone(f"{channel}-1", "client", channel, str(address), CLIENT, name)
