"""The pages of SLA-001 and RT-001."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.regulation.schema import WEEK
from chalicelib.regulation.week import DAYS, holders
from infra.pages.markdown import quote, table
from infra.pages.words import MODES, PRIORITIES, REASONS, capital

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules, Trigger


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
        ("Клиент меняет заявку", sla.changed), ("Клиент отозвал согласие", sla.withdrawn),
    ):  # fmt: skip
        yield f"{when}. Дежурный читает:"
        yield quote(text)
    yield "## §5. Лимит модели"
    yield "Когда он исчерпан, владелец читает:"
    yield quote(sla.spent)


def rota_page(rules: Rules) -> Iterator[str]:
    """RT-001 as a week."""
    rota, business = rules.rota, rules.business
    names = {person.id: person.name for person in business.staff}
    yield "# RT-001. Кто дежурит"
    yield f"{business.name}. Редакция {rota.version}. Время местное ({business.zone})."
    rows = []
    for span in holders(rota.shifts):
        shift = rota.shifts[span.shift]
        night = " 🌙" if shift.ends <= shift.starts else ""
        rows.append((DAYS[WEEK[span.day]], f"{span}{night}", names[shift.duty], names.get(shift.reserve or "", "нет")))
    yield table(("День", "Часы", "Дежурит", "В резерве"), rows)
    if rota.overrides:
        yield "## Замены"
        swaps = [
            (f"{swap.date:%d.%m.%Y}", names[swap.duty], names.get(swap.reserve or "", "нет")) for swap in rota.overrides
        ]
        yield "В смены, которые начинаются в этот день, дежурит:"
        yield table(("Дата", "Дежурит", "В резерве"), swaps)
    yield "## Как дозвониться"
    on_duty = {shift.duty for shift in rota.shifts} | {shift.reserve for shift in rota.shifts}
    yield table(("Имя", "Кто", "Телефон"), [(p.name, p.role, p.phone or "") for p in business.staff if p.id in on_duty])


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
