"""What no text for a client may say (that a person speaks, that a visit is booked) and what some must say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from chalicelib.regulation.partly import as_far_as_known
from chalicelib.regulation.render import FOR_CLIENTS, NOTICES

if TYPE_CHECKING:
    from chalicelib.regulation.mistakes import Mistake
    from chalicelib.regulation.pack import Pack
    from chalicelib.regulation.schema import Business
    from chalicelib.regulation.written import Place, Written

RESCUE = ("103", "112")
TERM = "этот срок никто не удержит, уберите его"
OF_A_VISIT = re.compile(r"(reminders|registry\.booking\.texts|dialogue\.languages\.\*\.booking)\.")
BEFORE_A_VISIT = tuple(place for place in FOR_CLIENTS if not OF_A_VISIT.match(place))
"""What is said while there is only a request: «you are booked» is none of its texts."""
BOOKING = ("registry.booking.texts", "dialogue.languages.*.booking")
"""Where the texts about times stand, in Russian and in other languages."""
WITHOUT_A_VISIT = tuple(
    f"{texts}.{name}"
    for texts in BOOKING
    for name in (
        "offer", "offer_instead", "free_then", "free_near", "nearest", "nothing_free", "too_far", "too_soon", "held",
        "taken", "cancelled", "cancel_late", "wait_offer", "waiting", "freed", "freed_late", "offer_master",
        "master_busy", "not_hers", "who_does", "several", "in_turn", "one_only", "not_together", "held_several",
        "taken_out", "then_rest", "day_off", "not_here", "never_free", "wait_later", "thanked",
    )
)  # fmt: skip
"""What is said about times while nothing is booked: only the other texts may say that a visit stands."""
NAMES_ITS_NUMBER = (
    "dialogue.crisis",
    "dialogue.worse",
    "dialogue.languages.*.crisis",
    "dialogue.languages.*.worse",
    "dialogue.languages.*.responses.emergency",
    "dialogue.languages.*.replies.urgent",
    "dialogue.languages.*.replies.medical",
)
INTRODUCES_ITSELF = (
    "dialogue.greeting", "dialogue.assistant", "dialogue.languages.*.greeting", "dialogue.languages.*.assistant",
)  # fmt: skip
_OF_TIMES = (
    (("booked", "moved", "exchanged"), ("service", "date", "time"), "клиент не проверит, на что и когда записан"),
    (("held",), ("time",), "клиент не узнает, какое время за ним держат"),
    (("cancel_sure",), ("service", "date", "time"), "клиент не узнает, что отменяет"),
    (("move_or_anew",), ("service", "date", "time"), "клиент не узнает, какая запись уже есть"),
    (("mine", "which", "booked_several", "taken_out"), ("visits",), "клиент не увидит своих записей"),
    (
        ("several", "free_then", "free_near", "master_busy", "held_several"),
        ("visits",),
        "клиент не увидит, что и когда предлагают",
    ),
    (("not_hers",), ("master", "masters"), "клиент не узнает, кто делает эту услугу"),
    (("not_here",), ("masters",), "клиент не узнает, к кому можно записаться"),
    (("day_off",), ("master",), "клиент не узнает, кто в этот день не работает"),
    (("then_rest",), ("rest",), "клиент не узнает, что записывают не сразу"),
    (("overlaps",), ("service", "date", "time"), "клиент не узнает, какая запись уже есть"),
    (("freed",), ("date", "time"), "клиент не узнает, какое время освободилось"),
    (("too_far",), ("last",), "клиент не узнает, до какого дня можно записаться"),
    (("too_soon",), ("notice",), "клиент не узнает, за сколько до визита можно записаться"),
    (("calendar",), ("link",), "клиент не увидит ссылки"),
)
"""Texts about times, the fields they must show and what is lost without them."""
MUST_SHOW = (
    ("consent.ask", "url", "клиенту не показан текст согласия"),
    ("consent.ask", "version", "клиент не знает, на какую редакцию соглашается"),
    ("consent.again", "url", "клиенту не показан текст согласия"),
    ("consent.refused", "phone", "отказался и не знает, куда позвонить"),
    ("dialogue.greeting_again", "name", "знакомого приветствуем по имени"),
    ("registry.accepted", "service", "клиент не проверит, что записано"),
    ("registry.accepted", "wish", "клиент не проверит, что записано"),
    ("registry.mine", "service", "клиент не узнает, что записано"),
    ("registry.mine", "wish", "клиент не узнает, что записано"),
    ("registry.changed", "wish", "клиент не проверит, что записано"),
    ("registry.corrected", "contact", "клиент не проверит, что исправлено"),
    ("registry.closed", "hours", "клиент не узнает, когда открыто"),
    ("dialogue.languages.*.consent_ask", "url", "клиенту не показан текст согласия"),
    ("dialogue.languages.*.consent_ask", "version", "клиент не знает, на какую редакцию соглашается"),
    ("dialogue.languages.*.consent_again", "url", "клиенту не показан текст согласия"),
    ("dialogue.languages.*.consent_refused", "phone", "отказался и не знает, куда позвонить"),
    ("dialogue.languages.*.greeting_again", "name", "знакомого приветствуем по имени"),
    ("dialogue.languages.*.accepted", "service", "клиент не проверит, что записано"),
    ("dialogue.languages.*.accepted", "wish", "клиент не проверит, что записано"),
    ("dialogue.languages.*.mine", "service", "клиент не узнает, что записано"),
    ("dialogue.languages.*.mine", "wish", "клиент не узнает, что записано"),
    ("dialogue.languages.*.changed", "wish", "клиент не проверит, что записано"),
    ("dialogue.languages.*.corrected", "contact", "клиент не проверит, что исправлено"),
    ("dialogue.languages.*.closed", "hours", "клиент не узнает, когда открыто"),
    *(
        (f"{dialogue}.small_words.{name}", field, "клиент не увидит самого времени или цены")
        for dialogue in ("dialogue", "dialogue.languages.*")
        for name, field in (("since", "time"), ("until", "time"), ("price_from", "price"))
    ),
    *(
        (f"{texts}.{name}", field, sentence)
        for texts in BOOKING
        for names, fields, sentence in _OF_TIMES
        for name in names
        for field in fields
    ),
    *(
        (f"registry.booking.notice_{name}", field, "коллега не поймёт, о каком визите речь")
        for name in NOTICES
        for field in ("client", "service", "date", "time")
    ),
)
ASKED = (
    "registry.fields.*.ask",
    "registry.fields.*.again",
    "dialogue.languages.*.ask.*",
    "dialogue.languages.*.again.*",
)

_ROLES = "человек|администратор|менеджер|оператор|мастер|сотрудни(?:к|ца)|врач|доктор|барбер"
_PERSON = re.compile(
    rf"\bя (?:живой |настоящий |ваш )?(?:{_ROLES})\b"
    r"|\b(?:я|это) не (?:бот|робот|программа|автомат|автоответчик)\b"
    rf"|\bвам (?:сейчас )?(?:отвечает|пишет) (?:живой )?(?:{_ROLES})\b"
    rf"|\bс вами (?:на связи )?(?:живой )?(?:{_ROLES})\b"
    r"|\bi(?:['’]m| am) (?:a |an |the |your )?(?:real |live |actual )?(?:human|person|administrator|manager)\b"
    r"|\bi(?:['’]m| am) not (?:a |an )?(?:bot|robot|program|machine)\b"
    r"|\bмин (?:кеше|администратор|оператор)\b(?! түгел)"
    r"|\bмин (?:бот|робот|программа) түгел\b",
    re.IGNORECASE,
)
_BOOKED = re.compile(
    r"(?<!не )(?:\bвы (?:уже |теперь )?(?:записаны|забронированы)\b"
    r"|\b(?:я |мы )?(?:записал[аи]?|забронировал[аи]?) (?:для )?вас\b|\bвас (?:записал[аи]?|забронировал[аи]?)\b"
    r"|\b(?:запись|бронь|визит|приём|время) (?:подтвержден[аоы]?|подтверждён|забронирован[аоы]?|оформлен[аоы]?)\b"
    r"|\byou(?:['’]re| are) (?:now |all )?(?:booked|set for)\b"
    r"|\byour (?:appointment|booking|visit) is (?:confirmed|booked)\b|\bi(?:['’]ve| have) booked\b"
    r"|\bсез язылдыгыз\b|\bсезне (?:яздым|яздык)\b|\bязылуыгыз расланды\b)",
    re.IGNORECASE,
)
_TERM = re.compile(
    r"\b(?:перезвон|ответ|позвон|свяж)\w*\b[^.!?\n]{0,40}\b(?:через|в течение) (?:\d+|пару|пять|час|минуту)\b",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"программ|бот\b|робот|program|assistant|\bbot\b", re.IGNORECASE)
_HEALTH = re.compile(
    r"что (?:вас |у вас )?(?:болит|беспоко)|диагноз|симптом|самочувств|what hurts|symptom|diagnos", re.I
)


def mistakes(pack: Pack) -> Iterator[Mistake]:
    """Every text of the pack that says what it must not, or does not say what it must."""
    yield from _forbidden(pack, _claims())
    yield from _forbidden(pack, _names(pack.business.document))
    yield from _forbidden(pack, _health(pack.business.document))
    for place in INTRODUCES_ITSELF:
        for at, path, text in _texts(pack, place):
            if not _PROGRAM.search(text):
                yield at.mistake(path, "не сказано, что отвечает программа: допишите")
    for place, field, sentence in MUST_SHOW:
        for at, path, text in _texts(pack, place):
            if f"{{{field}}}" not in text:
                yield at.mistake(path, f"{sentence}: допишите {{{field}}}")
    yield from _rescue(pack)


Forbidden = tuple[str, re.Pattern[str], str]
"""A place, what no text there may say, and why."""


def _forbidden(pack: Pack, forbidden: Iterator[Forbidden]) -> Iterator[Mistake]:
    for place, pattern, sentence in forbidden:
        for at, path, text in _texts(pack, place):
            found = pattern.search(text)
            if found:
                yield at.mistake(path, f"«{found[0]}»: {sentence}")


def _claims() -> Iterator[Forbidden]:
    for place in FOR_CLIENTS:
        yield place, _PERSON, "помощник это программа и за человека себя не выдаёт, перепишите"
    for place in BEFORE_A_VISIT:
        yield place, _BOOKED, "есть только заявка, а это обещание визита; напишите, что заявка принята"
        yield place, _TERM, TERM
    for place in WITHOUT_A_VISIT:
        yield place, _BOOKED, "записи здесь нет, а это её обещает; говорите только о времени"
        yield place, _TERM, TERM


@as_far_as_known
def _names(business: Business | None) -> Iterator[Forbidden]:
    if business is None:
        return
    names = "|".join(re.escape(person.name.strip()) for person in business.staff)
    for place in FOR_CLIENTS:
        yield (
            place,
            re.compile(rf"\b(?:меня зовут|это|с вами) (?:{names})\b", re.IGNORECASE),
            ("это имя вашего сотрудника, а пишет программа, перепишите"),
        )


@as_far_as_known
def _health(business: Business | None) -> Iterator[Forbidden]:
    if business and business.kind == "clinic":
        for place in ASKED:
            yield place, _HEALTH, "в переписке о здоровье не спрашиваем, об этом спросит врач"


def _rescue(pack: Pack) -> Iterator[Mistake]:
    """Where life may be in danger the reply says at once whom to ring."""
    for at, path, text in _dangers(pack):
        if not any(number in text for number in RESCUE):
            yield at.mistake(path, "при угрозе жизни ответ должен называть 103 или 112: допишите")


def _dangers(pack: Pack) -> Iterator[tuple[Written, Place, str]]:
    for place in NAMES_ITS_NUMBER:
        yield from _texts(pack, place)
    yield from _emergencies(pack)
    yield from _replies(pack)


@as_far_as_known
def _emergencies(pack: Pack) -> Iterator[tuple[Written, Place, str]]:
    if pack.dialogue.written and pack.dialogue.document:
        for number, rule in enumerate(pack.dialogue.document.intents):
            for line, response in enumerate(rule.responses if rule.name == "emergency" else ()):
                yield pack.dialogue.written, ("intents", number, "responses", line), response


@as_far_as_known
def _replies(pack: Pack) -> Iterator[tuple[Written, Place, str]]:
    if pack.sla.written and pack.sla.document:
        for number, trigger in enumerate(pack.sla.document.triggers):
            if trigger.reply and trigger.reason in ("urgent", "medical"):
                yield pack.sla.written, ("triggers", number, "reply"), trigger.reply


def _texts(pack: Pack, place: str) -> Iterator[tuple[Written, Place, str]]:
    name, pattern = place.split(".", 1)
    written = dict(pack.parts())[name].written
    if written is not None:
        for path, text in written.places(pattern):
            yield written, path, " ".join(text.split())
