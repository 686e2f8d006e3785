"""What the sandbox remembers between two runs: phones, messages and voices, CRM items, switches, the request log."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

SCHEMA = """
create table if not exists numbers (name text primary key, value integer not null);
create table if not exists phones (
    id text primary key, role text not null, channel text not null, address text not null, who text not null,
    profile text not null, blocked integer not null default 0, heard text, unique (channel, address));
create table if not exists messages (
    n integer primary key, id text not null, phone text not null, sender text not null, text text not null,
    at text not null, kind text not null, choices text not null, pressed text, list_button text);
create index if not exists messages_of_phone on messages (phone, n);
create table if not exists voices (
    file text primary key, phone text not null, message text not null, seconds integer not null, sound blob not null,
    heard text);
create table if not exists events (
    phone text not null, message text not null, event text not null, primary key (phone, message));
create table if not exists replies (
    phone text not null, message text not null, to_message text not null, primary key (phone, message));
create table if not exists items (
    entity integer not null, id integer not null, body text not null, primary key (entity, id));
create table if not exists pages (
    n integer primary key, kind text not null, provider text not null, id text not null, address text not null,
    text text not null, at text not null, status text not null, digit text not null);
create table if not exists switches (id text primary key, value text not null, times integer);
create table if not exists notes (name text primary key, body text not null);
create table if not exists log (
    n integer primary key, at text not null, emulator text not null, method text not null, path text not null,
    status integer not null, body text not null);
"""
LOG_KEPT = 2000
GUESTS_SHOWN = 20
Sender = Literal["client", "bot"]
BY_HAND = "by_hand"
"""The kind of a message that a colleague typed on the business's own telephone."""
Role = Literal["client", "duty", "agency", "guest"]


@dataclass(frozen=True)
class Phone:
    """One messenger account. ``role``: a client's phone of the page, a colleague's, or a guest who wrote to the
    stack past the page. ``heard``: when she last wrote (ISO), for the 24-hour windows."""

    id: str
    role: Role
    channel: str
    address: str
    who: str
    profile: str
    blocked: bool = False
    heard: str | None = None


@dataclass(frozen=True)
class Message:
    """A bubble. ``id`` is the messenger's; ``kind`` how it looks: text, buttons, list, quick, keyboard, a medium."""

    id: str
    phone: str
    sender: Sender
    text: str
    at: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    pressed: str | None = None
    list_button: str | None = None


@dataclass(frozen=True)
class Voice:
    """What a voice message sounds like. ``file`` is the messenger's id of it; ``heard`` what was transcribed from it,
    None as long as nobody listened."""

    file: str
    message: str
    seconds: int
    sound: bytes
    heard: str | None = None


PageKind = Literal["sms", "call", "notice"]


@dataclass(frozen=True)
class Page:
    """What a colleague was woken by. ``id`` is the provider's, ``address`` a phone (+7...) or a user's id. ``status``:
    delivered, or of a call: ringing, answered, missed. ``digit``: the key she pressed."""

    kind: PageKind
    provider: str
    id: str
    address: str
    text: str
    at: str
    status: str
    digit: str = ""
    n: int = 0


@dataclass(frozen=True)
class Logged:
    """One request: to an emulator, or (emulator ``hooks``) from it to the stack."""

    n: int
    at: str
    emulator: str
    method: str
    path: str
    status: int
    body: str


class State:
    """The sandbox's file. Every change makes ``seq`` grow and wakes those who wait for it. Safe to share by threads."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, check_same_thread=False)
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=normal;" + SCHEMA)
        self._db.commit()
        self._changed = threading.Condition(threading.RLock())
        self._closed = False

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._db.close()

    @property
    def closed(self) -> bool:
        return self._closed

    # What changed

    @property
    def seq(self) -> int:
        return self.number("seq")

    def changed(self) -> None:
        """Something that is shown changed, here or in the stack."""
        with self._changed:
            if not self._closed:
                self.next("seq")
                self._changed.notify_all()

    def wait(self, seq: int, seconds: float) -> bool:
        """Wait until ``seq`` is no longer the current one; False when nothing changed in that time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closed or self.seq != seq, seconds)

    # Counters

    def number(self, name: str) -> int:
        row = self._one("select value from numbers where name = ?", name)
        return int(row[0]) if row else 0

    def next(self, name: str, first: int = 1) -> int:
        """Count up and return the new value; it never repeats, also not after a restart."""
        with self._changed:
            if self._closed:
                return 0
            row = self._db.execute(
                "insert into numbers values (?, ?) on conflict (name) do update set value = value + 1 returning value",
                (name, first),
            ).fetchone()
            self._db.commit()
            return int(row[0])

    # Phones

    def phones(self, role: Role) -> list[Phone]:
        return [_phone(row) for row in self._all("select * from phones where role = ? order by rowid", role)]

    def phone(self, phone_id: str) -> Phone | None:
        row = self._one("select * from phones where id = ?", phone_id)
        return _phone(row) if row else None

    def phone_at(self, channel: str, address: str) -> Phone | None:
        row = self._one("select * from phones where channel = ? and address = ?", channel, address)
        return _phone(row) if row else None

    def put_phone(self, phone: Phone) -> None:
        self._write(
            "insert into phones values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set "
            "role = excluded.role, channel = excluded.channel, address = excluded.address, who = excluded.who, "
            "profile = excluded.profile, blocked = excluded.blocked, heard = excluded.heard",
            phone.id, phone.role, phone.channel, phone.address, phone.who, phone.profile, phone.blocked, phone.heard,
        )  # fmt: skip

    def replace_phone(self, phone: Phone) -> None:
        """Put a new client in the place of the old one, whose messages are forgotten."""
        with self._changed:
            for table in ("messages", "voices", "events", "replies"):
                self._write(f"delete from {table} where phone = ?", phone.id)  # noqa: S608  names of our own tables
            self.put_phone(phone)

    def drop_phone(self, phone_id: str) -> None:
        self._write("delete from phones where id = ?", phone_id)

    # Messages

    def messages(self, phone_id: str) -> list[Message]:
        rows = self._all("select * from messages where phone = ? order by n", phone_id)
        return [_message(row) for row in rows]

    def message(self, phone_id: str, message_id: str) -> Message | None:
        row = self._one("select * from messages where phone = ? and id = ?", phone_id, message_id)
        return _message(row) if row else None

    def add_message(self, message: Message) -> None:
        self._write(
            "insert into messages (id, phone, sender, text, at, kind, choices, pressed, list_button)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            message.id, message.phone, message.sender, message.text, message.at, message.kind,
            json.dumps(message.choices, ensure_ascii=False), message.pressed, message.list_button,
        )  # fmt: skip

    def press(self, message: Message, choice: str) -> None:
        self._write("update messages set pressed = ? where phone = ? and id = ?", choice, message.phone, message.id)

    # Voices

    def put_voice(self, phone_id: str, voice: Voice) -> None:
        self._write(
            "insert into voices (file, phone, message, seconds, sound, heard) values (?, ?, ?, ?, ?, ?)",
            voice.file, phone_id, voice.message, voice.seconds, voice.sound, voice.heard,
        )  # fmt: skip

    def voice(self, file: str) -> Voice | None:
        row = self._one("select file, message, seconds, sound, heard from voices where file = ?", file)
        return Voice(*row) if row else None

    def voices(self, phone_id: str) -> list[Voice]:
        return [Voice(*row) for row in self._all(
            "select file, message, seconds, sound, heard from voices where phone = ?", phone_id
        )]  # fmt: skip

    def hear(self, sound: bytes, heard: str) -> None:
        """Somebody listened to this sound and understood so much."""
        self._write("update voices set heard = ? where sound = ?", heard, sound)

    # Events: under which key the stack knows a client's message

    def put_event(self, phone_id: str, message_id: str, event: str) -> None:
        self._write("insert or replace into events values (?, ?, ?)", phone_id, message_id, event)

    def events(self, phone_id: str) -> dict[str, str]:
        """Keys of events by the messages they were made of."""
        return dict(self._all("select message, event from events where phone = ?", phone_id))

    # Replies: which message a message answers

    def put_reply(self, phone_id: str, message_id: str, to: str) -> None:
        self._write("insert or replace into replies values (?, ?, ?)", phone_id, message_id, to)

    def replies(self, phone_id: str) -> dict[str, str]:
        """Ids of the messages that were replied to, by the replies' ids."""
        return dict(self._all("select message, to_message from replies where phone = ?", phone_id))

    # CRM items

    def add_item(self, entity: int, body: Mapping[str, Any]) -> int:
        with self._changed:
            number = self.next(f"item#{entity}")
            self.put_item(entity, number, body)
            return number

    def put_item(self, entity: int, number: int, body: Mapping[str, Any]) -> None:
        self._write("insert or replace into items values (?, ?, ?)", entity, number, _json(body))

    def drop_item(self, entity: int, number: int) -> None:
        self._write("delete from items where entity = ? and id = ?", entity, number)

    def item(self, entity: int, number: int) -> dict[str, Any] | None:
        row = self._one("select body from items where entity = ? and id = ?", entity, number)
        return {"id": number, **json.loads(row[0])} if row else None

    def items(self, entity: int) -> list[dict[str, Any]]:
        rows = self._all("select id, body from items where entity = ? order by id", entity)
        return [{"id": row[0], **json.loads(row[1])} for row in rows]

    # Pages

    def add_page(self, page: Page) -> Page:
        """Keep a new page; it comes back with its number."""
        with self._changed:
            numbered = replace(page, n=self.next("page"))
            self.put_page(numbered)
            return numbered

    def put_page(self, page: Page) -> None:
        self._write(
            "insert or replace into pages values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            page.n, page.kind, page.provider, page.id, page.address, page.text, page.at, page.status, page.digit,
        )  # fmt: skip

    def hang_up(self, before: str, address: str | None = None) -> None:
        """Calls that ring since ``before`` (ISO, UTC) are missed: all of them, or those to one ``address``."""
        for page in self.pages():
            if page.status == "ringing" and page.at < before and address in (None, page.address):
                self.put_page(replace(page, status="missed"))

    def page(self, number: int) -> Page | None:
        return next((page for page in self.pages() if page.n == number), None)

    def pages(self, *providers: str) -> list[Page]:
        """Every page in the order of paging; only those of ``providers``, if told."""
        rows = self._all("select kind, provider, id, address, text, at, status, digit, n from pages order by n")
        return [page for page in (Page(*row) for row in rows) if not providers or page.provider in providers]

    # Switches

    def switch(self, switch_id: str) -> tuple[str, int | None]:
        """Its value and for how many calls more; None: until changed."""
        row = self._one("select value, times from switches where id = ?", switch_id)
        return (str(row[0]), row[1]) if row else ("ok", None)

    def put_switch(self, switch_id: str, value: str, times: int | None = None) -> None:
        self._write("insert or replace into switches values (?, ?, ?)", switch_id, value, times)

    def use_switch(self, switch_id: str) -> str:
        """The value for this call, counting it when the switch is for the next few calls only."""
        with self._changed:
            value, times = self.switch(switch_id)
            if times is not None:
                self.put_switch(switch_id, value if times > 1 else "ok", times - 1 if times > 1 else None)
            return value

    def fault(self, switch_id: str) -> str:
        """The value for a call that only looks: it is not counted, and there is no answer of it to lose."""
        value, _ = self.switch(switch_id)
        return "ok" if value == "lost" else value

    # Notes: small things an emulator has to remember (the registered webhook, pressed buttons' ids)

    def note(self, name: str) -> Any:
        row = self._one("select body from notes where name = ?", name)
        return json.loads(row[0]) if row else None

    def put_note(self, name: str, body: Any) -> None:
        with self._changed:
            if not self._closed:
                with self._db:
                    self._db.execute("insert or replace into notes values (?, ?)", (name, _json(body)))

    # The log

    def log(self, at: str, emulator: str, method: str, path: str, status: int, body: str) -> None:
        with self._changed:
            if self._closed:
                return
            with self._db:
                self._db.execute(
                    "insert into log (at, emulator, method, path, status, body) values (?, ?, ?, ?, ?, ?)",
                    (at, emulator, method, path, status, body),
                )
                self._db.execute("delete from log where n <= (select max(n) from log) - ?", (LOG_KEPT,))

    def logged(self, emulator: str | None, after: int = 0) -> list[Logged]:
        rows = self._all(
            "select * from log where n > ? and (? is null or emulator = ?) order by n", after, emulator, emulator
        )
        return [Logged(*row) for row in rows]

    def reset(self) -> None:
        """Forget the phones' messages and voices, the pages and the CRM's items; nobody's number changes."""
        with self._changed, self._db:
            for table in ("messages", "voices", "events", "replies", "items", "pages"):
                self._db.execute(f"delete from {table}")  # noqa: S608  names of our own tables
        self.changed()

    # The file

    def _all(self, sql: str, *values: Any) -> Sequence[tuple[Any, ...]]:
        with self._changed:
            return [] if self._closed else self._db.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        rows = self._all(sql, *values)
        return rows[0] if rows else None

    def _write(self, sql: str, *values: Any) -> None:
        with self._changed:
            if self._closed:
                return
            with self._db:
                self._db.execute(sql, values)
            self.changed()


def _json(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)


def _phone(row: Iterable[Any]) -> Phone:
    phone_id, role, channel, address, who, profile, blocked, heard = row
    return Phone(phone_id, role, channel, address, who, profile, bool(blocked), heard)


def _message(row: Iterable[Any]) -> Message:
    _, message_id, phone, sender, text, at, kind, choices, pressed, list_button = row
    offered = tuple((choice, title) for choice, title in json.loads(choices))
    return Message(message_id, phone, sender, text, at, kind, offered, pressed, list_button)
