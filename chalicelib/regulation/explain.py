"""What pydantic found, said in Russian, on the line where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from chalicelib.regulation.mistakes import Mistake
from chalicelib.regulation.partly import KEY, bare
from chalicelib.regulation.schema import CHAT, HTTPS, ID, PHONE, SPOKEN, VISIBLE

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from chalicelib.regulation.written import Place, Written

PATTERNS = {
    VISIBLE: "здесь не видно ни одного знака, или среди них есть недопустимый: наберите заново",
    SPOKEN: "здесь нет ни одной буквы и ни одной цифры, или есть недопустимый знак: наберите заново",
    ID: "пишите строчными латинскими буквами, цифрами, «-» и «_», начиная с буквы, не длиннее 32 знаков",
    PHONE: "телефон пишется как +7 и десять цифр без пробелов, например +79000000001",
    CHAT: "это номер чата Telegram, только цифры",
    HTTPS: "нужен адрес страницы, который начинается с https://",
}
SENTENCES = {
    "missing": "поля нет, а оно обязательно: допишите",
    "string_type": "здесь нужен текст",
    "string_unicode": "в тексте испорченный знак: наберите строку заново",
    "int_type": "здесь нужно целое число",
    "int_parsing": "здесь нужно целое число",
    "int_parsing_size": "слишком большое число",
    "int_from_float": "здесь нужно целое число",
    "float_type": "здесь нужно число",
    "float_parsing": "здесь нужно число, дробь через точку",
    "bool_type": "здесь нужно true или false",
    "bool_parsing": "здесь нужно true или false",
    "greater_than": "число должно быть больше {gt}",
    "greater_than_equal": "число должно быть не меньше {ge}",
    "less_than": "число должно быть меньше {lt}",
    "less_than_equal": "число должно быть не больше {le}",
    "string_too_short": "здесь пусто: напишите хотя бы один знак",
    "string_too_long": "слишком длинно: не больше {max_length} знаков",
    "too_short": "список пуст: нужно хотя бы одно значение",
    "tuple_type": "здесь нужен список: каждое значение с новой строки через «- »",
    "dict_type": "здесь нужны поля вида «название: значение»",
    "model_type": "здесь нужны поля вида «название: значение»",
    "date_type": "дата пишется как 2026-12-31",
    "time_type": "время пишется как 09:30",
    "date_from_datetime_parsing": "такой даты нет: дата пишется как 2026-12-31",
    "time_parsing": "такого времени нет: пишите от 00:00 до 23:59",
}
EMPTY_LISTS = {
    "phrases": "примеров фраз нет, помощник этого не узнает: допишите хотя бы одну",
    "responses": "ответа нет, помощник промолчит: допишите хотя бы один",
    "masters": "услугу никто не делает: назовите хотя бы одного мастера",
    "days": "смена ни в один день не начинается: назовите дни",
    "data": "не сказано, какие данные берём: перечислите",
    "actions": "не сказано, что делаем с данными: перечислите",
}
"""What an empty list means where something can be said better than that it is empty."""
SHORT = 40


def explain(error: ValidationError, written: Written, model: type[BaseModel]) -> Iterator[Mistake]:
    """Every mistake of one document. A misspelled name is one mistake, not «unknown» and «missing» both; a list whose
    only item is wrong is not empty."""
    details = error.errors(include_url=False)
    meant = {_meant(found, model) for found in details if _unknown_name(found)}
    wrong = {found["loc"][:end] for found in details for end in range(len(found["loc"]))}
    for found in details:
        if found["type"] == "missing" and found["loc"] in meant:
            continue
        if found["type"] == "too_short" and found["loc"] in wrong:
            continue
        yield written.mistake(_place(found["loc"]), f"{_label(found['loc'])}: {_sentence(found, model)}")


def wrong_places(error: ValidationError, model: type[BaseModel]) -> frozenset[Place]:
    """Where a document says nothing that could be read; a misspelled name stands for the one that was meant."""
    details = error.errors(include_url=False)
    return frozenset(_meant(found, model) if _unknown_name(found) else found["loc"] for found in details)


def _meant(found: ErrorDetails, model: type[BaseModel]) -> Place:
    return (*_parent(found["loc"]), _closest(found, model))


def _sentence(found: ErrorDetails, model: type[BaseModel]) -> str:
    if _unknown_name(found):
        return f"такого поля нет{_advice(str(found['loc'][-1]), _closest(found, model))}"
    sentence = _rule(found)
    given = json.dumps(found["input"]) if isinstance(found["input"], int | float) else found["input"]
    return f"{sentence}{_foreign(given)}; написано «{given[:SHORT]}»" if isinstance(given, str) and given else sentence


def _advice(name: str, closest: str) -> str:
    if name.startswith("-"):
        return ": после «-» в начале строки нужен пробел"
    return _foreign(name) or (f", возможно, вы имели в виду «{closest}»" if closest else ": уберите его")


def _foreign(word: str) -> str:
    """Russian letters between Latin ones, which look the same."""
    russian = "".join(dict.fromkeys(re.findall("[а-яё]", word, re.IGNORECASE)))
    mixed = russian and re.fullmatch(r"[\w-]*[a-z][\w-]*", word, re.IGNORECASE)
    return f": буквы «{russian}» здесь русские, наберите слово латиницей" if mixed else ""


def _rule(found: ErrorDetails) -> str:
    context: dict[str, Any] = found.get("ctx", {})
    kind = found["type"]
    if kind == "value_error":
        return str(context["error"])
    if kind == "too_short" and found["loc"][-1] in EMPTY_LISTS:
        return EMPTY_LISTS[str(found["loc"][-1])]
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], "написано не по образцу")
    if kind == "literal_error":
        return "можно только " + str(context["expected"]).replace("'", "").replace(" or ", " или ")
    shown = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
    return SENTENCES.get(kind, "значение не подходит").format(**shown)


def _unknown_name(found: ErrorDetails) -> bool:
    return found["type"] == "extra_forbidden"


def _closest(found: ErrorDetails, model: type[BaseModel]) -> str:
    known = list(_fields(model, _parent(found["loc"])))
    return next(iter(get_close_matches(str(found["loc"][-1]), known, n=1)), "")


def _fields(model: type[BaseModel], path: Place) -> Iterator[str]:
    """Names that may stand at ``path`` inside a document of this model."""
    kind: Any = model
    for step in path:
        kind = _inside(kind, step)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from kind.model_fields


def _inside(kind: Any, step: str | int) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(step))
        return bare(field.annotation) if field else None
    arguments = get_args(kind)
    if not arguments:
        return None
    return bare(arguments[1] if get_origin(kind) is dict else arguments[0])


def _parent(path: Place) -> Place:
    return path[:-1]


def _place(path: Place) -> Place:
    return path[:-1] if path and path[-1] == KEY else path


def _label(path: Place) -> str:
    """The nearest name above the mistake: «price», not «services.2.price», for the line says the rest."""
    return next((str(step) for step in reversed(_place(path)) if isinstance(step, str)), "документ")
