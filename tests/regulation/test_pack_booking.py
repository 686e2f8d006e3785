"""Packs by which nothing could be booked, or more would be said than is true: what `nochnik check` says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.regulation.load import load
from tests.regulation.conftest import CLIENTS

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy

MONDAY_OFF = "    hours: {mon: null}"
LUNCH = '      - {opens: "15:00", closes: "15:30"}'
NEVER = "    hours: {mon: null, tue: null, wed: null, thu: null, fri: null, sat: null}"
NOTHING_BOOKED = "записи здесь нет, а это её обещает; говорите только о времени"
CALENDAR = "calendar: {kind: bitrix24, visited: [пришла, пришёл], no_show: [не пришла, не пришёл, неявка]}\n"
UNPROVEN = "клиент не проверит, на что и когда записан"


def hours(day: str) -> str:
    return f"    hours: {{{day}}}"


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("minutes: 180", "minutes: 310", "masters: [marina]", "«marina» ни в один день не работает 310 мин. подряд "
         "(самое долгое 300): исправьте часы и перерывы или уберите из masters"),
        ("    masters: [marina]", "    masters: [marina]\n    together: [oleg]", "together: [oleg]",
         "сотрудника «oleg» нет в business.yaml: есть svetlana, anna, olga, marina"),
        ("    masters: [marina]", "    masters: [marina]\n    together: [marina]", "together: [marina]",
         "«marina» уже мастер этой услуги и помогать себе не может: оставьте в одном месте"),
        ("    masters: [marina]", "    masters: [marina]\n    together: [anna, anna]", "together: [anna, anna]",
         "«anna» здесь дважды: на визит нужен один, оставьте одно упоминание"),
        ("    masters: [marina]", "    masters: [marina]\n    needs: [basin]", "needs: [basin]",
         "ресурса «basin» нет в resources: есть couch"),
        ("needs: [couch]", "needs: [couch, couch]", "needs: [couch, couch]",
         "«couch» здесь дважды: на визит нужен один, оставьте одно упоминание"),
        ("    needs: [couch]\n", "", "id: couch", "«Кушетка для бровей» не нужно ни одной услуге: допишите в needs или "
         "уберите"),
        (LUNCH, '      - {opens: "15:30", closes: "15:00"}', 'opens: "15:30"',
         "Марина: конец перерыва не позже начала, исправьте"),
        (LUNCH, '      - {opens: "20:00", closes: "20:30"}', 'opens: "20:00"',
         "Марина: перерыв 20:00–20:30 ни в один день не попадает в часы работы"),
        (LUNCH, f'{LUNCH}\n      - {{opens: "15:15", closes: "15:45"}}', 'opens: "15:15"',
         "Марина: перерывы 15:00–15:30 и 15:15–15:45 пересекаются, сделайте из них один"),
        (MONDAY_OFF, hours('mon: {opens: "09:00", closes: "16:00"}'), 'opens: "09:00"',
         "Марина, пн: часы 09:00–16:00 выходят за часы работы 10:00–20:00"),
        (MONDAY_OFF, hours('sun: {opens: "11:00", closes: "16:00"}'), 'opens: "11:00"',
         "Марина работает, а у вас закрыто (вс): уберите эти часы"),
        (MONDAY_OFF, hours('mon: {opens: "16:00", closes: "12:00"}'), 'opens: "16:00"',
         "Марина, пн: конец работы не позже начала, исправьте часы"),
    ],
)  # fmt: skip
def test_hours_and_needs_by_which_nothing_could_be_booked(
    pack: PackCopy, old: str, new: str, where: str, sentence: str
) -> None:
    pack.change("business.yaml", old, new)
    assert pack.mistakes() == [pack.at("business.yaml", where, sentence)]


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("step_minutes: 30", "step_minutes: 25", "step_minutes: 25",
         "час не делится на 25 мин., и время начала поплывёт: возьмите 10, 15, 20, 30 или 60"),
        ("notice_minutes: 60\n  horizon_days: 60", "notice_minutes: 2880\n  horizon_days: 2", "notice_minutes: 2880",
         "записаться можно за 2880 мин., а горизонт всего 2 дн.: свободного времени не будет никогда"),
        ("    move: Перенести", "    move: приду", "    move: приду",
         "кнопки confirm и move обе называются «приду»: назовите их по-разному"),
        ("  no_show: Не пришёл", "  no_show: Да, был визит", "no_show: Да",
         "кнопки came и no_show обе называются «Да, был визит»: назовите их по-разному"),
        ("    Держу это время для вас {minutes} мин.: {service}", "    Вы записаны: {service}", "    held: >-",
         f"«Вы записаны»: {NOTHING_BOOKED}"),
        ("Добавил вас в лист", "Записал вас в лист", "    waiting: >-", f"«Записал вас»: {NOTHING_BOOKED}"),
        ("{name}, вы записаны: {service},", "{name}, вы записаны:", "    booked: >-",
         f"{UNPROVEN}: допишите {{service}}"),
        ("Перенёс вашу запись: {service}, {date} в {time}", "Перенёс вашу запись: {service}, {date}", "    moved: >-",
         f"{UNPROVEN}: допишите {{time}}"),
        ("мин.: {service}, {date} в {time}, мастер", "мин.: {service}, {date}, мастер", "    held: >-",
         "клиент не узнает, какое время за ним держат: допишите {time}"),
        ("Отменить запись: {service}, {date} в {time}?", "Отменить запись: {service} в {time}?", "    cancel_sure: >-",
         "клиент не узнает, что отменяет: допишите {date}"),
        ("      Вы записаны:\n      {visits}", "      Вы записаны.", "    mine: |-",
         "клиент не увидит своих записей: допишите {visits}"),
        ("ждали: {service}, {date} в {time}", "ждали: {service}, {date}", "    freed: >-",
         "клиент не узнает, какое время освободилось: допишите {time}"),
        ("    Не придёт: {service}, {date} в {time}", "    Не придёт: {service} в {time}", "  notice_cancelled: |-",
         "коллега не поймёт, о каком визите речь: допишите {date}"),
    ],
)  # fmt: skip
def test_rules_and_texts_of_booking_that_cannot_stand(
    pack: PackCopy, old: str, new: str, where: str, sentence: str
) -> None:
    pack.change("RP-001.md", old, new)
    assert pack.mistakes() == [pack.at("RP-001.md", where, sentence)]


def test_a_pack_without_booking_may_have_a_service_longer_than_any_day(pack: PackCopy) -> None:
    _without_booking(pack)
    pack.change("business.yaml", CALENDAR, "")
    pack.change("business.yaml", "minutes: 180", "minutes: 1440")
    assert load(pack.folder).registry.booking is None


def test_a_calendar_is_of_no_use_to_who_books_no_times(pack: PackCopy) -> None:
    _without_booking(pack)
    nothing = "календарь включён, а записи нет: опишите booking в RP-001.md или уберите calendar"
    assert pack.mistakes() == [pack.at("business.yaml", CALENDAR.strip(), nothing)]


def test_a_word_that_tells_both_of_a_visit_tells_nothing(pack: PackCopy) -> None:
    both = CALENDAR.replace("неявка", "Пришла")
    pack.change("business.yaml", CALENDAR, both)
    sentence = "«Пришла» стоит и в visited: оставьте в одном месте"
    assert pack.mistakes() == [pack.at("business.yaml", both.strip(), sentence)]


def test_a_master_without_a_resource_cannot_be_in_the_calendar(pack: PackCopy) -> None:
    pack.change("business.yaml", "    bitrix24_resource: 113\n", "")
    nowhere = (
        "календарь Битрикс24 включён, а ресурс мастера «Ольга» не указан: "
        "допишите bitrix24_resource, номер ресурса из онлайн-записи"
    )
    assert pack.mistakes() == [pack.at("business.yaml", "  - id: olga", nowhere)]


def test_two_masters_cannot_share_a_resource(pack: PackCopy) -> None:
    pack.change("business.yaml", "bitrix24_resource: 114", "bitrix24_resource: 112")
    pack.change("business.yaml", "bitrix24_resource: 112", "bitrix24_resource:  112")
    shared = "ресурс 112 уже у мастера «Анна»: у каждого мастера свой"
    assert pack.mistakes() == [pack.at("business.yaml", "    bitrix24_resource: 112", shared)]


def test_without_a_calendar_nobody_needs_a_resource(pack: PackCopy) -> None:
    pack.change("business.yaml", CALENDAR, "")
    for number in (112, 113, 114):
        pack.change("business.yaml", f"    bitrix24_resource: {number}\n", "")
    assert pack.mistakes() == []


def test_a_master_who_is_never_at_work(pack: PackCopy) -> None:
    pack.change("business.yaml", MONDAY_OFF, NEVER)
    never = "«marina» ни в один день не работает {} мин. подряд (самое долгое 0): исправьте часы и перерывы или уберите"
    nobody = "услугу «Окрашивание» ни в один день некому делать: проверьте часы мастеров"
    assert pack.mistakes() == [
        pack.at("business.yaml", "masters: [olga, marina]", f"{never.format(60)} из masters"),
        pack.at("business.yaml", "id: colouring", nobody),
        pack.at("business.yaml", "masters: [anna, marina]", f"{never.format(40)} из masters"),
    ]


def test_masters_who_are_never_at_work_together(clinic: PackCopy) -> None:
    clinic.change(
        "business.yaml",
        "    hours: {sun: null}",
        "    hours: {mon: null, wed: null, thu: null, fri: null, sat: null, sun: null}",
    )
    rimma = '      tue: {opens: "09:00", closes: "18:00"}\n'
    clinic.change("business.yaml", rimma, "      tue: null\n")
    sentence = "услугу «Имплантация» ни в один день некому делать: проверьте часы мастеров"
    assert clinic.mistakes() == [clinic.at("business.yaml", "id: implant", sentence)]


def test_a_resource_written_twice(pack: PackCopy) -> None:
    couch = "  - {id: couch, title: Кушетка для бровей, count: 1}"
    pack.change("business.yaml", couch, f"{couch}\n  - {{id: couch, title: Вторая кушетка}}")
    first = pack.at("business.yaml", couch, "").line
    sentence = f"ресурс «couch» уже есть: дайте другой id (первый раз в строке {first})"
    assert pack.mistakes() == [pack.at("business.yaml", "Вторая кушетка", sentence)]


def test_a_language_without_texts_about_times(clinic: PackCopy) -> None:
    clinic.edit(lambda dialogue: dialogue["languages"]["en"].pop("booking"))
    sentence = "en: нет текстов о записи, допишите booking, как в RP-001"
    assert clinic.mistakes() == [clinic.at("RP-002.json", '    "en": {', sentence)]


@pytest.mark.parametrize(
    ("name", "said", "sentence"),
    [
        ("held", "You are booked at {time}.", f"«You are booked»: {NOTHING_BOOKED}"),
        ("booked", "You are booked: {service}, {date}.", f"{UNPROVEN}: допишите {{time}}"),
        ("move", "I'll come", "кнопки confirm и move обе называются «I'll come»: назовите их по-разному"),
        ("calendar", "Add it to your calendar.", "клиент не увидит ссылки: допишите {link}"),
        ("too_far", "Not so far ahead.", "клиент не узнает, до какого дня можно записаться: допишите {last}"),
        ("too_soon", "Until {last}, {notice}.", "неизвестное поле {last}: здесь можно {address}, {business}, {date}, "
         "{hours}, {master}, {masters}, {minutes}, {name}, {notice}, {phone}, {service}, {time}, {visits}, {wish}"),
        ("offer", "Ring {contact}.", "неизвестное поле {contact}: здесь можно {address}, {business}, {date}, {hours}, "
         "{master}, {masters}, {minutes}, {name}, {phone}, {service}, {time}, {visits}, {wish}"),
    ],
)  # fmt: skip
def test_a_text_about_times_in_another_language(clinic: PackCopy, name: str, said: str, sentence: str) -> None:
    def change(dialogue: dict[str, Any]) -> None:
        dialogue["languages"]["en"]["booking"][name] = said

    clinic.edit(change)
    assert clinic.mistakes() == [clinic.at("RP-002.json", f'"{name}": "{said}"', sentence)]


@pytest.mark.parametrize("client", ["demo-salon", "demo-clinic", "demo-barbershop"])
def test_every_demo_pack_books_in_every_language_it_speaks(client: str) -> None:
    rules = load(CLIENTS / client)
    assert rules.registry.booking is not None
    assert [name for name, spoken in rules.dialogue.languages.items() if spoken.booking is None] == []


def _without_booking(pack: PackCopy) -> None:
    text = (pack.folder / "RP-001.md").read_text(encoding="utf-8")
    front, body = text.split("\nbooking:\n", 1)
    rest = body.split("\n---\n", 1)[1]
    (pack.folder / "RP-001.md").write_text(f"{front}\n---\n{rest}", encoding="utf-8")
