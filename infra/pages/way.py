"""The client's way from the first message to the next visit, drawn from the pack as one SVG picture."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from infra.pages.words import CHANNELS, MODES

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Booking, Rules

WIDTH = 900
MAIN, SIDE = (30, 430), (520, 350)
"""Left edge and width of the two columns: what the assistant does, and where a person or another way begins."""
LINE, PAD, GAP = 19, 12, 30
LETTER = 8.5
"""Width of a letter of the text, in pixels, about."""


@dataclass(frozen=True)
class Stop:
    """A step of the way: what happens, by which clause, and where the way leaves it."""

    title: str
    text: str
    clause: str
    aside: str = ""
    aside_clause: str = ""


def way(rules: Rules) -> str:
    """The picture as SVG."""
    parts: list[str] = []
    y = 76
    stops = list(_stops(rules))
    for number, stop in enumerate(stops):
        box, height = _box(MAIN, y, f"{number + 1}. {stop.title}", stop.text, stop.clause, "main")
        parts.append(box)
        tall = height
        if stop.aside:
            aside, aside_height = _box(SIDE, y, "", stop.aside, stop.aside_clause, "side")
            parts.append(aside)
            parts.append(_arrow(MAIN[0] + MAIN[1], y + 24, SIDE[0], y + 24, dashed=True))
            tall = max(height, aside_height)
        if number + 1 < len(stops):
            parts.append(_arrow(MAIN[0] + MAIN[1] / 2, y + height, MAIN[0] + MAIN[1] / 2, y + tall + GAP))
        y += tall + GAP
    return _picture(rules.business.name, parts, y)


def _stops(rules: Rules) -> Iterator[Stop]:
    business, dialogue, sla, consent = rules.business, rules.dialogue, rules.sla, rules.consent
    channels = ", ".join(CHANNELS[name] for name in business.channels)
    trouble = ", ".join(trigger.clause.removeprefix("SLA-001 ") for trigger in sla.triggers)
    mode = MODES[dialogue.mode.answers].format(minutes=dialogue.mode.minutes)
    yield Stop(
        "Первое сообщение",
        f"Клиент пишет в {channels}. Помощник {mode}: за {sla.reaction_seconds} с, и сразу говорит, что он программа.",
        "SLA-001 §1, RP-002",
    )
    yield Stop(
        "Понять",
        f"Чего хочет клиент: {len(dialogue.intents)} намерений, уверенность от {dialogue.confidence_threshold:.0%}.",
        "RP-002",
        f"Не понял: переспрашивает с вариантами, с {len(dialogue.fallback)}-го раза зовёт человека.",
        "RP-002, SLA-001 §2",
    )
    yield Stop(
        "Нужен ли человек",
        "Жалоба, здоровье, срочность, крупный заказ или просьба: дежурный узнаёт сразу, клиенту говорим об этом.",
        f"SLA-001 {trouble}",
        "Дежурный по графику, на каждую минуту недели. При угрозе жизни сначала 112 и 103.",
        "RT-001",
    )
    yield Stop(
        "Согласие",
        f"Показываем текст, редакция {consent.version}, и ждём ответа. Без согласия имя и телефон не сохраняем.",
        "DP-001",
        f"Нет: даём телефон {business.phone}, черновик стираем. Молчит: стираем через {consent.draft_minutes} мин.",
        "DP-001",
    )
    asked = ", ".join((field.title or field.name).lower() for field in rules.registry.fields if field.ask)
    yield Stop(
        "Заявка",
        f"По одному вопросу и только о том, чего ещё не сказали: {asked}.",
        "RP-001 §2",
        f"Замолчал на {sla.silence.after_minutes} мин.: дежурный пишет сам.",
        sla.silence.clause,
    )
    yield from _times(rules.registry.booking) if rules.registry.booking else ()
    yield _registry(rules)
    yield from _visit(rules)


def _times(booking: Booking) -> Iterator[Stop]:
    """From a wish to a time that is hers."""
    yield Stop(
        "Выбор времени",
        f"Свободное по часам мастеров и расписанию, шаг {booking.step_minutes} мин., на {booking.horizon_days} дн. "
        "вперёд: сначала ближе всего к пожеланию.",
        "RP-001 §4",
        "Нужное занято: ближайшее другое или лист ожидания.",
        "RP-001 §10",
    )
    yield Stop(
        "Держим",
        f"Выбранное время {booking.hold_minutes} мин. не достанется другому, пока спрашиваем, чего не хватает.",
        "RP-001 §5",
        "Не успел: время снова свободно, предлагаем другое.",
        "RP-001 §5",
    )
    yield Stop(
        "Запись",
        "Время встаёт в расписание, и только тогда клиент читает «вы записаны». Мастер узнаёт сразу.",
        "RP-001 §5",
        "Переносит и отменяет клиент сам, своими словами; освободившееся время видят другие.",
        "RP-001 §6, §7",
    )


def _registry(rules: Rules) -> Stop:
    status = rules.registry.status(rules.registry.new_status)
    person = rules.business.colleague(rules.business.crm.assigned_to)
    confirms = "ведёт её дальше" if rules.registry.booking else "подтверждает время"
    return Stop(
        "Реестр",
        f"Заявка в CRM, статус «{status.title if status else ''}». "
        f"{person.name if person else ''} ({person.role if person else ''}) {confirms}.",
        "RP-001 §3",
        "Не попала в CRM, клиент изменил или отменил её: дежурный читает об этом и доделывает.",
        "SLA-001 §4",
    )


def _visit(rules: Rules) -> Iterator[Stop]:
    reminders, booking = rules.reminders, rules.registry.booking
    hours = " и ".join(f"за {reminder.hours_before} ч" for reminder in reminders.reminders) or "не отправляем"
    yield Stop(
        "Напоминания",
        f"{hours[:1].upper()}{hours[1:]}, не больше {reminders.at_most_a_day} в день."
        + (" Под ними кнопки: приду, перенести, отменить." if booking else ""),
        "RM-001 §2, §3",
        f"С {reminders.quiet_from:%H:%M} до {reminders.quiet_to:%H:%M} не пишем."
        + (f" Не подтвердил за {booking.confirm_hours} ч: коллега звонит." if booking else ""),
        "RM-001 §1, RP-001 §9" if booking else "RM-001 §1",
    )
    yield from _come(booking)
    if booking:
        yield Stop(
            "Освободилось время",
            f"Первому в листе ожидания, кому оно подходит, держим его {booking.hold_minutes} мин., потом следующему.",
            "RP-001 §10",
            "Ответил поздно: остаётся в листе ожидания.",
            "RP-001 §10",
        )
    if reminders.return_visit_days:
        yield Stop(
            "Следующий визит",
            f"Через {reminders.return_visit_days} дн. приглашаем снова.",
            "RM-001 §5",
            "Только тем, кто отдельно согласился на рекламу.",
            "38-ФЗ, статья 18",
        )


def _come(booking: Booking | None) -> Iterator[Stop]:
    if booking is None:
        yield Stop("Визит", "Клиент приходит.", "RP-001 §3", "Не пришёл: спрашиваем, когда удобно.", "RM-001 §4")
        return
    yield Stop(
        "Визит",
        f"Клиент приходит, мастер отмечает кнопкой. Опоздавшего ждём {booking.patience_minutes} мин.",
        "RP-001 §8, §11",
        "Не пришёл: спрашиваем, когда удобно, и предлагаем время.",
        "RM-001 §4",
    )


def _box(column: tuple[int, int], y: int, title: str, text: str, clause: str, kind: str) -> tuple[str, int]:
    """A box at a height and how tall it is."""
    x, width = column
    lines = textwrap.wrap(text, int((width - 2 * PAD) / LETTER))
    rows = [("title", title)] if title else []
    rows += [("text", line) for line in lines] + [("clause", clause)]
    height = 2 * PAD + LINE * len(rows) - 4
    drawn = [f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="8"/>']
    for number, (style, line) in enumerate(rows):
        drawn.append(f'<text class="{style}" x="{x + PAD}" y="{y + PAD + 12 + LINE * number}">{escape(line)}</text>')
    return "\n".join(drawn), height


def _arrow(x: float, y: float, to_x: float, to_y: float, *, dashed: bool = False) -> str:
    style = "dashed" if dashed else "solid"
    return f'<line class="{style}" x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}" marker-end="url(#end)"/>'


def _picture(name: str, parts: list[str], height: int) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="{escape(f"Путь клиента: {name}")}" font-family="system-ui, sans-serif" font-size="14">',
            "<style>",
            "rect.main{fill:#fff;stroke:#5b4b8a;stroke-width:1.5}",
            "rect.side{fill:#fdf6e3;stroke:#b58900;stroke-width:1}",
            "text{fill:#2b2640}text.title{font-weight:600}text.clause{fill:#7a7392;font-size:12px}",
            "text.name{font-size:20px;font-weight:600}",
            "line{stroke:#5b4b8a;stroke-width:1.5}line.dashed{stroke-dasharray:5 4}",
            "</style>",
            '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto"><path d="M0 0 8 4 0 8z" fill="#5b4b8a"/></marker></defs>',
            f'<rect x="0" y="0" width="{WIDTH}" height="{height}" fill="#f6f4fb"/>',
            f'<text class="name" x="{MAIN[0]}" y="46">{escape(name)}: путь клиента</text>',
            *parts,
            "</svg>",
            "",
        ]
    )
