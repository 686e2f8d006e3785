"""The faults that can be switched on from the page, one switch an emulator.

``ok`` is no fault. ``lost``: the work is done and its answer lost on the way (504), so the caller cannot know.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.far_side import Answer


@dataclass(frozen=True)
class Switch:
    """``options``: (id, title) pairs, the first is the ordinary state."""

    id: str
    title: str
    options: tuple[tuple[str, str], ...]


WORKS = ("ok", "работает")
LOST = ("lost", "ответ потерян (504)")
BROKEN = ("500", "ошибка 500")
SILENT = ("timeout", "не отвечает")
SECONDS_OF_SILENCE = 20.0
META = (WORKS, ("429", "слишком часто"), ("window", "окно 24 часа закрыто"), BROKEN, LOST)
SWITCHES = (
    Switch(
        "telegram",
        "Telegram",
        (WORKS, ("429", "слишком часто (429)"), ("403", "бот заблокирован (403)"), BROKEN, LOST),
    ),
    Switch("whatsapp", "WhatsApp", META),
    Switch("instagram", "Instagram", META),
    Switch(
        "bitrix24",
        "Битрикс24",
        (
            WORKS,
            ("QUERY_LIMIT_EXCEEDED", "слишком часто (503)"),
            ("OPERATION_TIME_LIMIT", "метод остановлен (429)"),
            ("500", "страница ошибки вместо ответа (500)"),
            ("401", "вебхук удалён (401)"),
            LOST,
        ),
    ),
    Switch(
        "smsru",
        "SMS.ru",
        (
            WORKS,
            ("220", "не работает (220)"),
            ("201", "нет денег (201)"),
            ("207", "номер заблокирован (207)"),
            SILENT,
            BROKEN,
            LOST,
        ),
    ),
    Switch(
        "smsc",
        "SMSC",
        (WORKS, ("3", "нет денег (3)"), ("4", "IP заблокирован (4)"), ("8", "не доставить (8)"), SILENT, BROKEN, LOST),
    ),
    Switch(
        "zvonok",
        "Zvonok",
        (
            WORKS,
            ("balance", "нет денег"),
            ("campaign", "обзвон остановлен"),
            ("429", "слишком часто (429)"),
            SILENT,
            BROKEN,
            LOST,
        ),
    ),
    Switch(
        "openai",
        "OpenAI",
        (
            WORKS,
            SILENT,
            ("429", "слишком часто (429)"),
            BROKEN,
            ("refusal", "отказ отвечать"),
            ("length", "обрывает ответ"),
            ("broken", "испорченный JSON"),
            ("lie", "выдумывает"),
            ("foreign", "называет чужие услуги"),
        ),
    ),
)


def switch(switch_id: str) -> Switch | None:
    return next((one for one in SWITCHES if one.id == switch_id), None)


def broken_answer() -> Answer:
    """A page where JSON is expected."""
    return Answer(500, "<html><body><h1>Internal Server Error</h1></body></html>", kind="text/html")


def lost_answer() -> Answer:
    """What a proxy says when the answer behind it did not come back."""
    return Answer(504, "<html><head><title>504 Gateway Time-out</title></head></html>", kind="text/html")
