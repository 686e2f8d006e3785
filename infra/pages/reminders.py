"""The page of RM-001."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.regulation.quiet import MONDAY, sent_at
from chalicelib.regulation.schema import WEEK
from chalicelib.regulation.week import DAYS
from infra.pages.markdown import quote, table
from infra.pages.words import CHANNELS, QUIET

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Reminder, Rules


def reminders_page(rules: Rules) -> Iterator[str]:
    """RM-001, with the first and the last visit of a day as examples."""
    reminders = rules.reminders
    yield "# RM-001. Напоминания"
    yield f"{rules.business.name}. Редакция {reminders.version}."
    yield "## §1. Тихие часы"
    yield (
        f"С {reminders.quiet_from:%H:%M} до {reminders.quiet_to:%H:%M} сами не пишем. Тем, кто написал нам, отвечаем в "
        "любой час."
    )
    yield "## §2. Как часто"
    yield f"Напоминаний об одном визите в день: не больше {reminders.at_most_a_day}."
    yield "## §3. Что и когда"
    rows = [
        (f"за {reminder.hours_before} ч", QUIET[reminder.if_quiet], reminder.text) for reminder in reminders.reminders
    ]
    yield table(("Когда", "Если это тихие часы", "Текст"), rows)
    yield "Например:"
    yield table(("Визит", *(row[0] for row in rows)), _example(rules))
    order = [CHANNELS[channel] for channel in reminders.channels or rules.business.channels]
    yield (
        f"Если напоминание не доставить там, где клиент записался, оно уйдёт в другой его канал ({', '.join(order)}): "
        "только туда, где он дал согласие и где номер подтверждён самим каналом. Нет такого канала, позвонит человек."
    )
    yield "## §4. Не пришли"
    yield quote(reminders.no_show)
    yield "## §5. Приглашение на следующий визит"
    if reminders.return_visit_days and reminders.return_visit:
        yield f"Через {reminders.return_visit_days} дн. после визита:"
        yield quote(reminders.return_visit)
        yield (
            "Это реклама (закон 38-ФЗ, статья 18). Согласия на обработку данных (DP-001) для неё мало: приглашение "
            "получают только те, кто отдельно согласился получать рекламу. Нет такого согласия, нет и приглашения. "
            "Отправляет его человек, не в мессенджере. Согласие спрашиваем один раз, после визита:"
        )
        if reminders.advertising:
            yield quote(reminders.advertising.ask)
            yield "После ответа:"
            yield quote(reminders.advertising.thanks)
    else:
        yield "Не приглашаем."


def _example(rules: Rules) -> Iterator[tuple[str, ...]]:
    """The first and the last visit of the first open day, and when each reminder of it is sent."""
    day = next(number for number, name in enumerate(WEEK) if rules.business.hours.get(name))
    hours = rules.business.hours[WEEK[day]]
    shortest = timedelta(minutes=min(service.minutes for service in rules.business.services))
    if hours is None:
        return
    date = MONDAY + timedelta(days=day + 7)
    for visit in (datetime.combine(date, hours.opens), datetime.combine(date, hours.closes) - shortest):
        yield _moment(visit), *(_sent(rules, reminder, visit) for reminder in rules.reminders.reminders)


def _sent(rules: Rules, reminder: Reminder, visit: datetime) -> str:
    moment = sent_at(reminder, rules.reminders, visit)
    return _moment(moment) if moment else "не отправляется"


def _moment(moment: datetime) -> str:
    return f"{DAYS[WEEK[moment.weekday()]]} {moment:%H:%M}"
