"""What the documents must say together: the checks that no single field can make.

A check looks only at what could be read, so that one slip does not hide the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import get_args

from chalicelib.regulation import booked, claims, climbed, consented, quiet, tongues
from chalicelib.regulation.mistakes import Mistake
from chalicelib.regulation.pack import Pack, Read
from chalicelib.regulation.render import FIELD, TEMPLATE_FIELDS
from chalicelib.regulation.schema import (
    WEEK,
    Business,
    Dialogue,
    Intent,
    Override,
    Registry,
    RequestField,
    Rota,
    Shift,
    Sla,
)
from chalicelib.regulation.week import DAYS, starting_on, uncovered, uncovered_dates
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
    yield from _rota(pack.rota, pack.business)
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
    for name, pattern, sentence in ONCE:
        written = documents[name].written
        if written is None:
            continue
        seen: dict[str, int] = {}
        for path, text in written.places(pattern):
            heard = plain(text)
            if heard in seen:
                yield written.mistake(path, f"{sentence.format(text)} (первый раз в строке {seen[heard]})")
            else:
                seen[heard] = written.line(*path)


def plain(text: str) -> str:
    """A phrase as a reader hears it: no case, no punctuation, no difference between «е» and «ё»."""
    words = re.sub(r"[^\w+]+", " ", text.casefold().replace("ё", "е")).strip()
    return words or text


def _business(read: Read[Business]) -> Iterator[Mistake]:
    if read.written is None or read.document is None:
        return
    business, at = read.document, read.written
    yield from _hours(business, at)
    for number, service in enumerate(business.services):
        if len(service.title) > BUTTON:
            yield at.mistake(
                ("services", number, "title"),
                f"название «{service.title}» не поместится на кнопке: не больше {BUTTON} знаков",
            )
        for place, master in enumerate(service.masters):
            yield from _known(business, master, at, ("services", number, "masters", place))
    yield from _known(business, business.crm.assigned_to, at, ("crm", "assigned_to"))
    yield from _known(business, business.owner, at, ("owner",))
    owner = business.colleague(business.owner)
    if owner and owner.telegram is None:
        yield at.mistake(("owner",), f"«{owner.id}» не узнает о делах бизнеса: допишите telegram в staff")


def _hours(business: Business, at: Written) -> Iterator[Mistake]:
    for day in WEEK:
        if day not in business.hours:
            yield at.mistake(("hours",), f"не сказано, как вы работаете ({DAYS[day]}): напишите часы или «{day}: null»")
    for day, hours in business.hours.items():
        if hours and hours.closes <= hours.opens:
            yield at.mistake(("hours", day), f"{DAYS[day]}: закрытие не позже открытия, исправьте часы")


def _known(business: Business, colleague: str, at: Written, path: Place) -> Iterator[Mistake]:
    if business.colleague(colleague) is None:
        staff = ", ".join(person.id for person in business.staff)
        yield at.mistake(path, f"сотрудника «{colleague}» нет в business.yaml: есть {staff}")


def _rota(read: Read[Rota], business: Read[Business]) -> Iterator[Mistake]:
    if read.written is None or read.document is None:
        return
    rota, at = read.document, read.written
    gaps = list(uncovered(rota.shifts, at))
    yield from gaps or uncovered_dates(rota, at)
    yield from _overrides(rota, at)
    if business.document is None:
        return
    for number, shift in enumerate(rota.shifts):
        yield from _on_duty(business.document, shift, at, ("shifts", number))
    for number, override in enumerate(rota.overrides):
        yield from _on_duty(business.document, override, at, ("overrides", number))
    for number, editor in enumerate(rota.editors):
        yield from _editor(business.document, editor, at, ("editors", number))


def _overrides(rota: Rota, at: Written) -> Iterator[Mistake]:
    """Each override is of a shift that there is, and the only one of it."""
    seen: dict[tuple[date, time | None], int] = {}
    for number, override in enumerate(rota.overrides):
        path, key = ("overrides", number), (override.date, override.starts)
        begin = [f"{shift.starts:%H:%M}" for shift in starting_on(rota, override.date)]
        if override.starts and f"{override.starts:%H:%M}" not in begin:
            known = ", ".join(begin) or "ни одной"
            yield at.mistake((*path, "starts"), f"в этот день смены с {override.starts:%H:%M} нет: есть {known}")
        if key in seen:
            yield at.mistake(
                (*path, "date"), f"замена на {override.date} уже есть: оставьте одну (первый раз в строке {seen[key]})"
            )
        seen.setdefault(key, at.line(*path, "date"))


def _on_duty(business: Business, shift: Shift | Override, at: Written, path: Place) -> Iterator[Mistake]:
    places: list[tuple[Place, str | None]] = [((*path, "duty"), shift.duty), ((*path, "reserve"), shift.reserve)]
    places += [((*path, "extra", number), person) for number, person in enumerate(shift.extra or ())]
    for place, person in places:
        if person is None:
            continue
        colleague = business.colleague(person)
        yield from _known(business, person, at, place)
        if colleague and colleague.telegram is None and colleague.phone is None:
            yield at.mistake(place, f"«{person}» не разбудить: допишите telegram или phone в business.yaml")
    if shift.duty == shift.reserve:
        yield at.mistake((*path, "reserve"), "резерв и дежурный это один человек: назовите другого или уберите резерв")
    held = [shift.duty, shift.reserve]
    for number, person in enumerate(shift.extra or ()):
        if person in held:
            yield at.mistake((*path, "extra", number), f"«{person}» уже есть в этой смене: назовите другого")
        held.append(person)


def _editor(business: Business, editor: str, at: Written, path: Place) -> Iterator[Mistake]:
    yield from _known(business, editor, at, path)
    colleague = business.colleague(editor)
    if colleague and colleague.telegram is None:
        yield at.mistake(path, f"«{editor}» не сможет менять график: допишите telegram в business.yaml")


def _registry(read: Read[Registry]) -> Iterator[Mistake]:
    if read.written is None or read.document is None:
        return
    registry, at = read.document, read.written
    named = [field.name for field in registry.fields]
    for name in get_args(RequestField):
        if name not in named:
            yield at.mistake(("fields",), f"нет поля «{name}»: в реестре должны быть все семь полей")
    for number, field in enumerate(registry.fields):
        for question in ("ask", "again"):
            if field.name in ASKED and getattr(field, question) is None:
                yield at.mistake(("fields", number), f"{field.name}: нет вопроса клиенту, допишите {question}")
    if registry.status(registry.new_status) is None:
        known = ", ".join(status.name for status in registry.statuses)
        yield at.mistake(("new_status",), f"статуса «{registry.new_status}» нет: есть {known}")


def _dialogue(read: Read[Dialogue]) -> Iterator[Mistake]:
    if read.written is None or read.document is None:
        return
    dialogue, at = read.document, read.written
    for name in get_args(Intent):
        if dialogue.intent(name) is None:
            yield at.mistake(("intents",), f"нет намерения «{name}»: добавьте его фразы и ответы")
    for number, rule in enumerate(dialogue.intents):
        if rule.name in NEED_A_PERSON and rule.escalate is None:
            yield at.mistake(("intents", number), f"{rule.name}: здесь всегда нужен человек, допишите escalate")
    if dialogue.fallback[-1].escalate is None:
        yield at.mistake(
            ("fallback", len(dialogue.fallback) - 1), "последний шаг должен звать человека: допишите escalate"
        )


def _sla(read: Read[Sla]) -> Iterator[Mistake]:
    if read.written is None or read.document is None:
        return
    for reason in READ:
        if read.document.trigger(reason) is None:
            yield read.written.mistake(("triggers",), f"нет правила для «{reason}»: на такое сообщение никто не придёт")
    for number, trigger in enumerate(read.document.triggers):
        if trigger.reply is None and trigger.reason not in UNANSWERED:
            yield read.written.mistake(
                ("triggers", number), f"{trigger.reason}: клиент не услышит ни слова, допишите reply"
            )


def _reasons(pack: Pack) -> Iterator[Mistake]:
    """A reason that another document gives must have its rule in SLA-001, or nobody would come."""
    sla = pack.sla.document
    if sla is None:
        return
    for at, path, reason in _given_reasons(pack):
        if reason not in READ and sla.trigger(reason) is None:
            yield at.mistake(path, f"в SLA-001.yaml нет правила для «{reason}»: добавьте его в triggers")


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
