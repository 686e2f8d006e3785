"""The pages of SLA-001 and RT-001."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chalicelib.regulation.schema import WEEK
from chalicelib.regulation.week import DAYS, holders
from infra.pages.markdown import quote, table
from infra.pages.words import MODES, PRIORITIES, REASONS, capital

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Override, Rota, Rules, Shift, Trigger

WHO = {
    "duty": "дежурный",
    "reserve": "резерв",
    "extra": "ещё на смене",
    "owner": "владелец",
    "": "клиенту говорим правду",
}
WAYS = {"telegram": "Telegram", "crm": "CRM", "sms": "SMS", "call": "звонок"}
PLACES = ("Дежурит", "В резерве", "Ещё")


def sla_page(rules: Rules) -> Iterator[str]:
    """SLA-001, clause by clause."""
    sla = rules.sla
    yield "# SLA-001. Когда и как быстро зовём человека"
    yield f"{rules.business.name}. Редакция {sla.version}."
    yield "## §1. Первый ответ"
    mode = rules.dialogue.mode
    yield f"За {sla.reaction_seconds} с. Помощник {MODES[mode.answers].format(minutes=mode.minutes)} (RP-002)."
    yield "## §2. Когда нужен человек"
    yield "Помощник пишет дежурному по графику RT-001, а клиенту сразу говорит, что позвал человека."
    for trigger in sla.triggers:
        yield from _trigger(trigger, sla.high_value)
    yield "## §3. Клиент замолчал"
    yield f"Начал записываться и молчит {sla.silence.after_minutes} мин. Дежурный читает:"
    yield quote(sla.silence.notice)
    yield "## §4. Что-то не дошло или изменилось"
    for when, text in (
        ("Заявка не попала в CRM", sla.undelivered), ("Ответ не дошёл до клиента", sla.unsent),
        ("Клиент меняет заявку", sla.changed), ("Клиент исправляет имя или телефон", sla.corrected),
        ("Клиент отозвал согласие", sla.withdrawn),
    ):  # fmt: skip
        yield f"{when}. Дежурный читает:"
        yield quote(text)
    yield "## §5. Лимит модели"
    yield "Когда он исчерпан, владелец читает:"
    yield quote(sla.spent)
    yield from _ladders(rules)
    yield from _handover(rules)
    yield from _promises(rules)


def _ladders(rules: Rules) -> Iterator[str]:
    yield "## §6. Лестницы"
    yield (
        "Зовём по шагам, пока кто-нибудь не нажмёт «Беру». Шаг, который некому или не по чему передать, пропускаем "
        "сразу; кто не может, того больше не будим."
    )
    for priority in (one for one in PRIORITIES if one in rules.sla.ladders):
        ladder = rules.sla.ladders[priority]
        yield f"### {capital(PRIORITIES[priority])}"
        rows = [(f"{step.after_minutes} мин", WHO[step.who or ""], ", ".join(WAYS[way] for way in step.by))
                for step in ladder.steps]  # fmt: skip
        yield table(("Когда", "Кого", "Чем"), rows)
        again = f"Через {ladder.again_minutes} мин после последнего шага всё начинается снова."
        waits = ladder.waits_from and ladder.waits_until
        night = f" С {ladder.waits_from:%H:%M} до {ladder.waits_until:%H:%M} ждём утра." if waits else ""
        yield again + night


def _handover(rules: Rules) -> Iterator[str]:
    texts = rules.sla.handover
    yield "## §7. Коллега берёт разговор"
    yield (
        f"Пока разговор у коллеги, помощник молчит. Если клиент ждёт ответа {texts.answer_minutes} мин, снова зовём по "
        f"лестнице; после {texts.release_minutes} мин тишины клиента снова ведёт помощник. Что делают руками, ждёт "
        f"{texts.task_minutes} мин. Кнопки: [{texts.take}] [{texts.cannot}] [{texts.release}] [{texts.done}]"
    )
    for who, text in (
        ("Клиент слышит", texts.taken),
        ("Слова коллеги", texts.says),
        ("Потом", texts.returned),
        ("Коллега читает", texts.yours),
    ):
        yield f"{who}:"
        yield quote(text)


def _promises(rules: Rules) -> Iterator[str]:
    promises = rules.sla.promises
    yield "## §8. Обещания"
    yield f"За {promises.warn_minutes} мин до срока хозяин обещания читает:"
    yield quote(promises.notice)
    yield "Если никто не подошёл, клиент слышит:"
    yield quote(promises.told)


def rota_page(rules: Rules) -> Iterator[str]:
    """RT-001 as a week, the dates unlike others, and how colleagues change it."""
    rota, business = rules.rota, rules.business
    names = {person.id: person.name for person in business.staff}
    yield "# RT-001. Кто дежурит"
    yield f"{business.name}. Редакция {rota.version}. Время местное ({business.zone})."
    rows = []
    for span in holders(rota.shifts):
        shift = rota.shifts[span.shift]
        night = " 🌙" if shift.ends <= shift.starts else ""
        rows.append((DAYS[WEEK[span.day]], f"{span}{night}", *_people(shift, names)))
    yield table(("День", "Часы", *PLACES), rows)
    yield from _dates(rota, names)
    yield from _changes(rules, names)
    yield "## Как дозвониться"
    shifts: list[Shift | Override] = [*rota.shifts, *rota.overrides]
    on_duty = {person for shift in shifts for person in (shift.duty, shift.reserve, *(shift.extra or ()))}
    yield table(("Имя", "Кто", "Телефон"), [(p.name, p.role, p.phone or "") for p in business.staff if p.id in on_duty])


def _dates(rota: Rota, names: Mapping[str, str]) -> Iterator[str]:
    if rota.holidays:
        yield "## Праздники"
        yield "Смены, которые начинаются в этот день, как в другой день недели:"
        yield table(("Дата", "Как"), [(f"{one.date:%d.%m.%Y}", DAYS[one.like]) for one in rota.holidays])
    if rota.overrides:
        yield "## Замены"
        yield "В смены, которые начинаются в этот день, дежурит:"
        yield table(
            ("Дата", "Смена", *PLACES),
            [
                (f"{one.date:%d.%m.%Y}", f"с {one.starts:%H:%M}" if one.starts else "все", *_people(one, names))
                for one in rota.overrides
            ],
        )


def _changes(rules: Rules, names: Mapping[str, str]) -> Iterator[str]:
    rota, texts = rules.rota, rules.rota.texts
    yield "## Подмены"
    editors = ", ".join(names[person] for person in dict.fromkeys((rules.business.owner, *rota.editors)))
    yield (
        "В Telegram коллега пишет помощнику «кто дежурит завтра ночью», «когда я дежурю», «подмени меня в пятницу», "
        f"«отмени». График без согласия коллег меняют: {editors}; пишут «поставь … в пятницу ночью»."
    )
    yield "Остальные читают просьбу, и смена за тем, кто согласится первым:"
    yield quote(f"{texts.offer}\n[{texts.take}] [{texts.refuse}]")
    yield f"Накануне в {rota.told_at:%H:%M} каждый, кто дежурит завтра, читает:"
    yield quote(texts.told)


def _people(shift: Shift | Override, names: Mapping[str, str]) -> tuple[str, str, str]:
    """Who is on duty, in reserve, and besides; «как всегда» where an override leaves the shift's own."""
    extra = "как всегда" if shift.extra is None else ", ".join(names[person] for person in shift.extra) or "нет"
    return names[shift.duty], names.get(shift.reserve or "", "нет"), extra


def _trigger(trigger: Trigger, high_value: int) -> Iterator[str]:
    yield f"### {trigger.clause}. {capital(REASONS[trigger.reason])} ({PRIORITIES[trigger.priority]})"
    if trigger.reason == "high_value":
        yield f"Заказ дороже {high_value:,} ₽ или слова ниже.".replace(",", " ")
    if trigger.words:
        yield "Слова в любой форме: " + ", ".join(trigger.words) + "."
    if trigger.reply:
        yield "Клиент слышит:"
        yield quote(trigger.reply)
    else:
        yield "Клиенту помощник не отвечает: это сделает человек."
    yield "Дежурный читает:"
    yield quote(trigger.notice)
