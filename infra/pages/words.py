"""How the pages call what the documents name by an id."""

from __future__ import annotations

KINDS = {"salon": "салон красоты", "barbershop": "барбершоп", "clinic": "клиника", "car_service": "автосервис"}
MODES = {
    "always": "отвечает сразу, в любое время",
    "off_hours": "вне часов работы отвечает сразу, в часы работы только если коллеги молчат {minutes} минуты",
    "after_silence": "отвечает, если коллеги молчат {minutes} минуты",
}
CHANNELS = {"telegram": "Telegram", "whatsapp": "WhatsApp", "instagram": "Instagram"}
LANGUAGES = {"tt": "Татарский", "en": "Английский", "ru": "Русский"}
INTENTS = {
    "booking": "хочет записаться",
    "reschedule": "хочет перенести визит",
    "cancel": "хочет отменить визит",
    "confirm": "подтверждает визит",
    "running_late": "опаздывает",
    "question_price": "спрашивает о цене или оплате",
    "question_hours": "спрашивает, когда открыто",
    "question_address": "спрашивает, как найти",
    "question_service": "спрашивает об услуге или мастере",
    "complaint": "жалуется",
    "emergency": "человеку плохо прямо сейчас",
    "medical": "спрашивает о здоровье",
    "human": "просит человека",
    "consent_yes": "даёт согласие",
    "consent_no": "не даёт или отзывает согласие",
    "greeting": "здоровается",
    "thanks": "благодарит",
    "spam": "предлагает рекламу",
    "other": "о чём-то другом",
}
REASONS = {
    "complaint": "жалоба",
    "urgent": "срочно",
    "medical": "здоровье",
    "high_value": "крупный заказ",
    "human_request": "просят человека",
    "vip": "особый гость",
    "silence": "клиент замолчал",
    "low_confidence": "помощник не понял",
    "promise": "обещание под угрозой",
    "stale": "старое сообщение",
}
PRIORITIES = {"urgent": "немедленно", "high": "важно", "normal": "обычно"}
QUIET = {
    "before": "за час до тихих часов",
    "after": "сразу после тихих часов",
    "skip": "не отправляется",
    None: "в тихие часы не попадает",
}
SPOKEN = {
    "greeting": "приветствие",
    "greeting_again": "приветствие знакомого",
    "assistant": "«вы человек?»",
    "coming": "пишет, пока коллега в пути",
    "medium": "фото, стикер, файл",
    "noise": "не разобрать",
    "rude": "грубость",
    "off_topic": "не о деле",
    "crisis": "угроза жизни",
}
REQUEST = {
    "accepted": "заявка принята",
    "already": "такая заявка уже есть",
    "mine": "«на что я записан?»",
    "none": "заявок нет",
    "changed": "клиент меняет заявку",
    "dropped": "клиент передумал",
    "another": "заявка ещё на одного человека",
    "noted": "сказал другое, чем спросили",
    "abandoned": "передумал, не закончив заявку",
    "closed": "просит время, когда закрыто",
}
BOOKING = {
    "offer": "есть время, как хотел клиент",
    "offer_instead": "в это время занято, есть другое",
    "nearest": "ближайшее свободное время",
    "nothing_free": "свободного времени нет",
    "too_far": "день дальше, чем записываем",
    "too_soon": "час ближе, чем записываем",
    "held": "время выбрано, держим его",
    "taken": "кто-то успел раньше",
    "booked": "записан",
    "calendar": "записан: ссылка для календаря",
    "moved": "визит перенесён",
    "moved_nowhere": "новое время занято",
    "which": "неясно, о каком визите речь",
    "cancel_sure": "переспрашиваем перед отменой",
    "cancelled": "визит отменён",
    "cancel_late": "визит отменён поздно",
    "kept": "передумал отменять",
    "move_or_anew": "на ту же услугу просит другой день",
    "confirmed": "подтвердил, что придёт",
    "late": "опаздывает, успеваем",
    "late_person": "опаздывает, решает человек",
    "mine": "«когда я записан?»",
    "wait_offer": "предлагаем лист ожидания",
    "waiting": "стоит в листе ожидания",
    "freed": "время освободилось",
    "freed_late": "освободилось, но уже заняли",
}
BUTTONS = ("more", "other_time", "wait", "take", "confirm", "move", "cancel", "anew", "yes", "no")
NOTICES = {
    "booked": "Новая запись",
    "moved": "Визит перенесён",
    "cancelled": "Визит отменён",
    "late": "Клиент опаздывает",
    "unconfirmed": "Никто не подтвердил, что придёт",
    "after": "После визита",
    "conflict": "В календаре Битрикс24 стоит другое, чем в записи",
}


def capital(text: str) -> str:
    """The text as a sentence begins; the rest of it stays."""
    return text[:1].upper() + text[1:]
