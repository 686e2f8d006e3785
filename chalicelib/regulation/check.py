"""What the documents must say together: the checks that no single field can make.

A check looks only at what could be read, so that one slip does not hide the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import get_args

from chalicelib.regulation import booked, claims, climbed, consented, quiet, rostered, stated, tongues
from chalicelib.regulation.mistakes import Mistake
from chalicelib.regulation.pack import Pack, Read
from chalicelib.regulation.partly import as_far_as_known
from chalicelib.regulation.render import FIELD, TEMPLATE_FIELDS
from chalicelib.regulation.rostered import known_colleague
from chalicelib.regulation.schema import (
    WEEK,
    Business,
    Dialogue,
    Intent,
    IntentRule,
    Reason,
    Registry,
    RegistryField,
    RequestField,
    Service,
    Sla,
    Trigger,
    Weekday,
)
from chalicelib.regulation.week import DAYS
from chalicelib.regulation.written import Place, Written

TEXT = 900
"""Longest text of a pack, in characters: Instagram gets it in two messages (1000 bytes each), the others in one."""
BUTTON = 20
"""Longest title that WhatsApp and Instagram show on a button."""
ASKED = ("client_name", "contact", "service", "preferred_time")
NEED_A_PERSON = ("complaint", "emergency", "medical", "human")
READ = ("complaint", "urgent", "medical", "high_value", "human_request", "low_confidence")
"""Reasons that understanding a message can give by itself, whatever the intents say."""
UNANSWERED = ("stale",)
"""Reasons at which the desk says nothing: a day late, only a person can."""
ONCE = (
    ("business", "services.*.id", "услуга «{}» уже есть: дайте другой id"),
    ("business", "services.*.title", "услуга «{}» уже есть: назовите иначе, иначе кнопки не различить"),
    ("business", "services.*.words.*", "слово «{}» уже есть у услуги: оставьте его в одном месте"),
    ("business", "resources.*.id", "ресурс «{}» уже есть: дайте другой id"),
    ("business", "staff.*.id", "сотрудник «{}» уже есть: дайте другой id"),
    ("business", "staff.*.telegram", "чат «{}» уже у другого сотрудника: у каждого свой"),
    ("business", "staff.*.phone", "телефон «{}» уже у другого сотрудника: у каждого свой"),
    ("registry", "fields.*.name", "поле «{}» уже описано: оставьте одно описание"),
    ("registry", "statuses.*.name", "статус «{}» уже есть: назовите иначе"),
    ("dialogue", "intents.*.name", "намерение «{}» уже описано: соедините оба описания"),
    ("dialogue", "intents.*.phrases.*", "фраза «{}» уже есть: оставьте её в одном месте"),
    ("dialogue", "offers.*", "кнопка «{}» уже есть: назовите иначе, иначе их не различить"),
    ("sla", "triggers.*.reason", "правило для «{}» уже есть: соедините оба"),
    ("sla", "triggers.*.words.*", "слово «{}» уже есть у правила: оставьте его в одном месте"),
    ("rota", "holidays.*.date", "праздник {} уже есть: оставьте один"),
    ("reminders", "reminders.*.id", "напоминание «{}» уже есть: дайте другой id"),
)
"""What may be written only once, wherever it stands."""


def check(pack: Pack) -> Iterator[Mistake]:
    """Every mistake between the lines of a pack and between its documents."""
    yield from _templates(pack)
    yield from _repetitions(pack)
    yield from _business(pack.business)
    yield from rostered.mistakes(pack.rota, pack.business)
    yield from _registry(pack.registry)
    yield from _dialogue(pack.dialogue)
    yield from _sla(pack.sla)
    yield from _reasons(pack)
    yield from _health(pack)
    yield from booked.mistakes(pack)
    yield from climbed.mistakes(pack)
    yield from quiet.mistakes(pack.reminders, pack.business.document)
    yield from consented.mistakes(pack.consent)
    yield from tongues.mistakes(pack)
    yield from claims.mistakes(pack)
    yield from stated.mistakes(pack)


def _templates(pack: Pack) -> Iterator[Mistake]:
    documents = dict(pack.parts())
    for place, allowed in TEMPLATE_FIELDS.items():
        name, pattern = place.split(".", 1)
        written = documents[name].written
        if written is None:
            continue
        for path, text in written.places(pattern):
            if place.endswith(".*") and f"{place[:-1]}{path[-1]}" in TEMPLATE_FIELDS:
                continue  # it has a place of its own
            for sentence in _template(text, allowed):
                yield written.mistake(path, sentence)


def _template(text: str, allowed: frozenset[str]) -> Iterator[str]:
    for field in dict.fromkeys(FIELD.findall(text)):
        if field not in allowed:
            known = ", ".join(f"{{{name}}}" for name in sorted(allowed))
            yield f"неизвестное поле {{{field}}}: здесь можно {known}"
    if re.search("[{}]", FIELD.sub("", text)):
        yield "фигурная скобка без пары: поле пишется как {name}"
    if len(text) > TEXT:
        yield f"текст длиннее {TEXT} знаков, а в мессенджере столько не читают: сократите"


def _repetitions(pack: Pack) -> Iterator[Mistake]:
    documents = dict(pack.parts())
    copies: set[tuple[str, Place]] = set()
    for name, pattern, sentence in ONCE:
        written = documents[name].written
        if written is None:
            continue
        seen: dict[str, int] = {}
        for path, text in written.places(pattern):
            heard, whole, inside = plain(text), (name, path[:2]), pattern.endswith(".*")
            if heard not in seen:
                seen[heard] = written.line(*path)
            elif not (inside and whole in copies):  # a copy is told once, not phrase by phrase
                yield written.mistake(path, f"{sentence.format(text)} (первый раз в строке {seen[heard]})")
                copies |= set() if inside else {whole}


def plain(text: str) -> str:
    """A phrase as a reader hears it: no case, no punctuation, no difference between «е» and «ё»."""
    words = re.sub(r"[^\w+]+", " ", text.casefold().replace("ё", "е")).strip()
    return words or text


@as_far_as_known
def _business(read: Read[Business]) -> Iterator[Mistake]:
    if read.written is None or read.document is None:
        return
    business, at = read.document, read.written
    yield from _hours(business, at)
    yield from _services(business, at)
    yield from _assigned(business, at)
    yield from _owner(business, at)
    yield from _agency(business, at)


@as_far_as_known
def _services(business: Business, at: Written) -> Iterator[Mistake]:
    for number, service in enumerate(business.services):
        yield from _title(service, at, number)
        yield from _masters(business, service, at, number)


@as_far_as_known
def _title(service: Service, at: Written, number: int) -> Iterator[Mistake]:
    if len(service.title) > BUTTON:
        yield at.mistake(
            ("services", number, "title"),
            f"название «{service.title}» не поместится на кнопке: не больше {BUTTON} знаков",
        )


@as_far_as_known
def _masters(business: Business, service: Service, at: Written, number: int) -> Iterator[Mistake]:
    for place, master in enumerate(service.masters):
        yield from known_colleague(business, master, at, ("services", number, "masters", place))


@as_far_as_known
def _assigned(business: Business, at: Written) -> Iterator[Mistake]:
    yield from known_colleague(business, business.crm.assigned_to, at, ("crm", "assigned_to"))


@as_far_as_known
def _owner(business: Business, at: Written) -> Iterator[Mistake]:
    yield from known_colleague(business, business.owner, at, ("owner",))
    owner = business.colleague(business.owner)
    if owner and owner.telegram is None:
        yield at.mistake(("owner",), f"«{owner.id}» не узнает о делах бизнеса: допишите telegram в staff")


@as_far_as_known
def _agency(business: Business, at: Written) -> Iterator[Mistake]:
    longest = _longest_closed(business)
    for channel, silence in business.agency.silent_hours.items() if business.agency else ():
        place = ("agency", "silent_hours", channel)
        if channel not in business.channels:
            yield at.mistake(place, f"канала «{channel}» у вас нет, тишина в нём ничего не значит: уберите строку")
        elif silence.closed and silence.closed <= longest:
            yield at.mistake(
                place,
                f"каждую неделю закрыто {longest} ч подряд, и каждый раз будет ложная тревога: пишите closed больше",
            )


def _longest_closed(business: Business) -> int:
    """Hours of the longest time for which the business is closed in an ordinary week, rounded up; 0 while the hours
    themselves are not right."""
    minutes = [
        (number * 24 * 60 + hours.opens.hour * 60 + hours.opens.minute,
         number * 24 * 60 + hours.closes.hour * 60 + hours.closes.minute)
        for number, day in enumerate((*WEEK, *WEEK))
        if (hours := business.hours.get(day))
    ]  # fmt: skip
    pauses = (opens - closed for (_, closed), (opens, _) in pairwise(minutes))
    wrong = any(closes <= opens for opens, closes in minutes) or not business.hours.keys() >= set(WEEK)
    return 0 if wrong else -(-max(pauses, default=0) // 60)


@as_far_as_known
def _hours(business: Business, at: Written) -> Iterator[Mistake]:
    for day in WEEK:
        if day not in business.hours:
            yield at.mistake(("hours",), f"не сказано, как вы работаете ({DAYS[day]}): напишите часы или «{day}: null»")
        yield from _opening(business, day, at)


@as_far_as_known
def _opening(business: Business, day: Weekday, at: Written) -> Iterator[Mistake]:
    hours = business.hours.get(day)
    if hours and hours.closes <= hours.opens:
        yield at.mistake(("hours", day), f"{DAYS[day]}: закрытие не позже открытия, исправьте часы")


@as_far_as_known
def _registry(read: Read[Registry]) -> Iterator[Mistake]:
    if read.written is None or read.document is None:
        return
    registry, at = read.document, read.written
    yield from _lost_fields(registry, at)
    for number, field in enumerate(registry.fields):
        yield from _questions(field, at, number)
    yield from _new_status(registry, at)


@as_far_as_known
def _lost_fields(registry: Registry, at: Written) -> Iterator[Mistake]:
    named = [field.name for field in registry.fields]
    for name in get_args(RequestField):
        if name not in named:
            yield at.mistake(("fields",), f"нет поля «{name}»: в реестре должны быть все семь полей")


@as_far_as_known
def _questions(field: RegistryField, at: Written, number: int) -> Iterator[Mistake]:
    for question in ("ask", "again"):
        if field.name in ASKED and getattr(field, question) is None:
            yield at.mistake(("fields", number), f"{field.name}: нет вопроса клиенту, допишите {question}")


@as_far_as_known
def _new_status(registry: Registry, at: Written) -> Iterator[Mistake]:
    if registry.status(registry.new_status) is None:
        known = ", ".join(status.name for status in registry.statuses)
        yield at.mistake(("new_status",), f"статуса «{registry.new_status}» нет: есть {known}")


@as_far_as_known
def _dialogue(read: Read[Dialogue]) -> Iterator[Mistake]:
    if read.written is None or read.document is None:
        return
    dialogue, at = read.document, read.written
    for name in get_args(Intent):
        yield from _lost_intent(dialogue, name, at)
    yield from _last_step(dialogue, at)
    for number, rule in enumerate(dialogue.intents):
        yield from _calls_a_person(rule, at, number)


@as_far_as_known
def _lost_intent(dialogue: Dialogue, name: Intent, at: Written) -> Iterator[Mistake]:
    if dialogue.intent(name) is None:
        yield at.mistake(("intents",), f"нет намерения «{name}»: добавьте его фразы и ответы")


@as_far_as_known
def _calls_a_person(rule: IntentRule, at: Written, number: int) -> Iterator[Mistake]:
    if rule.name in NEED_A_PERSON and rule.escalate is None:
        yield at.mistake(("intents", number), f"{rule.name}: здесь всегда нужен человек, допишите escalate")


@as_far_as_known
def _last_step(dialogue: Dialogue, at: Written) -> Iterator[Mistake]:
    if dialogue.fallback[-1].escalate is None:
        yield at.mistake(
            ("fallback", len(dialogue.fallback) - 1), "последний шаг должен звать человека: допишите escalate"
        )


@as_far_as_known
def _sla(read: Read[Sla]) -> Iterator[Mistake]:
    if read.written is None or read.document is None:
        return
    yield from _lost_triggers(read.document, read.written)
    for number, trigger in enumerate(read.document.triggers):
        yield from _answers(trigger, read.written, number)


@as_far_as_known
def _lost_triggers(sla: Sla, at: Written) -> Iterator[Mistake]:
    for reason in READ:
        if sla.trigger(reason) is None:
            yield at.mistake(("triggers",), f"нет правила для «{reason}»: на такое сообщение никто не придёт")


@as_far_as_known
def _answers(trigger: Trigger, at: Written, number: int) -> Iterator[Mistake]:
    if trigger.reply is None and trigger.reason not in UNANSWERED:
        yield at.mistake(("triggers", number), f"{trigger.reason}: клиент не услышит ни слова, допишите reply")


@as_far_as_known
def _reasons(pack: Pack) -> Iterator[Mistake]:
    """A reason that another document gives must have its rule in SLA-001, or nobody would come."""
    sla = pack.sla.document
    if sla is None:
        return
    for at, path, reason in _given_reasons(pack):
        if reason in get_args(Reason) and reason not in READ and sla.trigger(reason) is None:
            yield at.mistake(path, f"в SLA-001.yaml нет правила для «{reason}»: добавьте его в triggers")


@as_far_as_known
def _health(pack: Pack) -> Iterator[Mistake]:
    """A voice message may speak of health, and health details never go to a model."""
    dialogue, business = pack.dialogue, pack.business.document
    if dialogue.written is None or dialogue.document is None or business is None:
        return
    if business.kind == "clinic" and dialogue.document.model.voice:
        yield dialogue.written.mistake(
            ("model", "voice"), "в голосовых пациенты говорят о здоровье: в клинике пишите «voice»: false"
        )


def _given_reasons(pack: Pack) -> Iterator[tuple[Written, Place, str]]:
    if pack.dialogue.written is not None:
        for pattern in ("intents.*.escalate", "fallback.*.escalate"):
            for path, reason in pack.dialogue.written.places(pattern):
                yield pack.dialogue.written, path, reason
    if pack.business.written is not None and pack.business.document is not None and pack.business.document.vip:
        yield pack.business.written, ("vip",), "vip"
