"""The pages of business.yaml, RP-001 and DP-001."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.regulation.render import opening_hours
from infra.pages.booking import booking_parts, length, schedule
from infra.pages.markdown import bullets, quote, table
from infra.pages.words import CHANNELS, LANGUAGES, MODES, REQUEST, capital

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Business, Rules


def business_page(rules: Rules) -> Iterator[str]:
    """business.yaml, and what of it becomes of a client."""
    business = rules.business
    yield f"# {business.name}"
    yield f"{business.address}. Телефон {business.phone}. {capital(opening_hours(business.hours, rules.dialogue))}."
    if business.days_off:
        yield "Не работаем: " + ", ".join(f"{day:%d.%m.%Y}" for day in business.days_off) + "."
    yield "## Путь клиента"
    yield "![От первого сообщения до следующего визита, с пунктами документов](way.svg)"
    yield "## Услуги"
    yield table(("Услуга", "Цена", "Минут", "Кто делает", "Как ещё называют"), _services(business))
    yield from schedule(rules)
    yield "## Люди"
    staff = [(person.name, person.role, person.phone or "", _duties(rules, person.id)) for person in business.staff]
    yield table(("Имя", "Кто", "Телефон", "За что отвечает"), staff)
    yield "## Помощник"
    yield bullets(_assistant(rules))


def registry_page(rules: Rules, text: str) -> Iterator[str]:
    """RP-001: what people agreed on, then what the assistant makes of it."""
    registry = rules.registry
    yield text
    yield "## Что спрашивает помощник"
    asked = [
        (field.title or field.name, "да" if field.obligatory else "нет", field.ask or "", field.again or "")
        for field in registry.fields
    ]
    yield table(("Поле", "Обязательно", "Вопрос", "Если не понял"), asked)
    yield "## Что слышит клиент"
    yield table(("Когда", "Текст"), [(title, getattr(registry, name)) for name, title in REQUEST.items()])
    if registry.booking:
        yield from booking_parts(registry.booking)
    yield "## Статусы в CRM"
    statuses = [
        (status.title, status.stage, "помощник" if status.name == registry.new_status else "администратор")
        for status in registry.statuses
    ]
    yield table(("Статус", "Стадия", "Кто ставит"), statuses)


def consent_page(rules: Rules) -> Iterator[str]:
    """DP-001: the document itself, then how it is asked for."""
    consent = rules.consent
    yield consent.text
    yield "## Как спрашивает помощник"
    yield quote(f"{consent.ask}\n[{consent.yes}] [{consent.no}]")
    yield "Если ответ не ясен:"
    yield quote(f"{consent.again}\n[{consent.yes}] [{consent.no}]")
    yield "Если согласия нет:"
    yield quote(consent.refused)
    yield "Если согласие отозвано:"
    yield quote(consent.withdrawn)
    yield "Если спрашивают, зачем данные, или не хотят их оставлять:"
    yield quote(consent.why)
    yield (
        f"До ответа написанное лежит черновиком не дольше {consent.draft_minutes} мин. и никуда не уходит: ни в CRM, "
        "ни языковой модели, ни в журнал. Беда и жалоба будят человека и без согласия."
    )


def _services(business: Business) -> Iterator[tuple[str, ...]]:
    for service in business.services:
        masters = [person.name for person in business.staff if person.id in service.masters]
        price = f"{service.price:,} ₽".replace(",", " ")
        yield (
            service.title, f"от {price}" if service.price_from else price, length(business, service),
            ", ".join(masters), ", ".join(service.words),
        )  # fmt: skip


def _duties(rules: Rules, person: str) -> str:
    duties = {
        "дежурит": any(shift.duty == person for shift in rules.rota.shifts),
        "в резерве": any(shift.reserve == person for shift in rules.rota.shifts),
        "в усилении": any(person in shift.extra for shift in rules.rota.shifts),
        "меняет график": person in rules.rota.editors,
        "ведёт заявки": rules.business.crm.assigned_to == person,
        "узнаёт о делах бизнеса": rules.business.owner == person,
    }
    return ", ".join(duty for duty, held in duties.items() if held)


def _assistant(rules: Rules) -> Iterator[str]:
    dialogue = rules.dialogue
    yield f"Каналы: {', '.join(CHANNELS[name] for name in rules.business.channels)}."
    yield f"Режим: {MODES[dialogue.mode.answers].format(minutes=dialogue.mode.minutes)}."
    yield f"Первый ответ за {rules.sla.reaction_seconds} с (SLA-001 §1)."
    yield "Голосовые: " + (
        f"слушает, не длиннее {dialogue.model.voice_seconds} с."
        if dialogue.model.voice
        else "не слушает, просит написать."
    )
    yield (
        f"Языковая модель: не больше {dialogue.model.calls_per_chat} обращений в день на клиента и "
        f"{dialogue.model.daily_tokens:_} токенов в день на всех; дальше отвечает по правилам, без неё."
    ).replace("_", " ")
    yield "Языки: " + ", ".join(["русский", *(LANGUAGES[name].lower() for name in dialogue.languages)]) + "."
