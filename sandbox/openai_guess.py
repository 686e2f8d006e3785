"""What the model of the sandbox says: an object that satisfies the schema, guessed by keywords (or invented)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.openai_rules import types

KEYWORDS = (
    ("emergency", r"\bкров|задыха|ожог|аллерги|срочно|больно"),
    ("medical", r"беремен|противопоказ|таблетк|диагноз|болит"),
    ("complaint", r"жалоб|ужас|испортил|недовольн|верните деньги|хам"),
    ("human", r"человек|оператор|администратор|менеджер|позовите"),
    ("cancel", r"отмен|не приду|не смогу прийти"),
    ("reschedule", r"перенес|перенос|на другой день|на другое время"),
    ("running_late", r"опазд|задерж"),
    ("question_price", r"сколько стоит|цен[аыу]|прайс|почём|почем"),
    ("question_hours", r"до скольки|график|часы работы|работаете|открыты"),
    ("question_address", r"адрес|где вы|как добраться|находитесь"),
    ("booking", r"запи[сш]|хочу на|можно на|свободн|окошк|стриж|маникюр|окраш|при[её]м"),
    ("consent_yes", r"^\s*(да|согласн|хорошо|ок)\b"),
    ("consent_no", r"^\s*(нет|не согласн)\b"),
    ("thanks", r"спасибо|благодар"),
    ("greeting", r"^\s*(привет|здравствуй|добр(ый|ое|ого))"),
)  # fmt: skip


REASONS = {"complaint": "complaint", "emergency": "urgent", "medical": "medical", "human": "human_request"}


def said(schema: Mapping[str, Any] | None, texts: Sequence[tuple[str, str]], fault: str) -> str:
    """The model's text: JSON by the schema, or an echo without one."""
    last = next((text for role, text in reversed(texts) if role == "user"), "")
    if schema is None:
        return f"Песочница услышала: {last}"
    make = _lie if fault == "lie" else _guess
    content = json.dumps(make("", schema, schema, last), ensure_ascii=False)
    return content[: len(content) // 2] if fault == "broken" else content


def _guess(name: str, schema: Mapping[str, Any], root: Mapping[str, Any], text: str) -> Any:
    schema = _resolved(schema, root)
    if "anyOf" in schema:
        options = [_resolved(option, root) for option in schema["anyOf"]]
        real = [option for option in options if types(option) != ["null"]]
        value = _guess(name, real[0], root, text) if real else None
        nullable = len(real) < len(options)
        return None if nullable and _unsaid(value, real[0]) else value
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return _chosen(name, schema["enum"], text)
    kinds = types(schema)
    if "object" in kinds:
        return {key: _guess(key, inner, root, text) for key, inner in schema.get("properties", {}).items()}
    value = _value(name, kinds, text)
    if value is None and "null" not in kinds:
        return {"string": "", "integer": 0, "number": 0.0, "boolean": False, "array": []}[kinds[0]]
    return value


def _unsaid(value: Any, schema: Mapping[str, Any]) -> bool:
    return value in ("", [], None) or (value == 0 and "enum" not in schema) or value is False


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = schema
    while "$ref" in found:
        place: Any = root
        for step in found["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        found = place
    return found  # type: ignore[no-any-return]


def _chosen(name: str, options: Sequence[Any], text: str) -> Any:
    """By keyword, else what means "nothing of these", else the first."""
    heard = [word for word, pattern in KEYWORDS if re.search(pattern, text.lower())]
    for word in [*heard, *(REASONS[word] for word in heard if word in REASONS)]:
        if word in options:
            return word
    named = [option for option in options if isinstance(option, str) and option and option.lower() in text.lower()]
    if named:
        return named[0]
    return next((one for one in (None, "other", "none") if one in options), options[0])


def _value(name: str, kinds: Sequence[str], text: str) -> Any:
    low = name.lower()
    if {"number", "integer"} & set(kinds):
        return 0.9 if "confidence" in low else None
    if "string" not in kinds:
        return None
    patterns = {
        "name": r"(?:меня зовут|я\s*[-—]|имя)\s+([А-ЯЁ][а-яё]+)",
        "time": r"\b(?:в|к|с|после)\s+([01]?\d|2[0-3])(?:[:.]([0-5]\d))?\b",
        "phone": r"(\+?[78][\d\s()-]{9,16}\d)",
        "date": r"(\d{4}-\d\d-\d\d)",
    }
    key = next((key for key in patterns if key in low), None)
    found = re.search(patterns[key], text) if key else None
    if found is None:
        return None
    return f"{int(found[1]):02}:{found[2] or '00'}" if key == "time" else found[1]


def _lie(name: str, schema: Mapping[str, Any], root: Mapping[str, Any], text: str) -> Any:
    """Valid by the schema and said by nobody: the last option, sure of itself, invented words."""
    schema = _resolved(schema, root)
    if "anyOf" in schema:
        real = [option for option in schema["anyOf"] if types(_resolved(option, root)) != ["null"]]
        return _lie(name, real[0], root, text)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return next(option for option in reversed(schema["enum"]) if option is not None)
    kinds = [kind for kind in types(schema) if kind != "null"]
    if "object" in kinds:
        return {key: _lie(key, inner, root, text) for key, inner in schema.get("properties", {}).items()}
    if "string" in kinds:
        invented = {"phone": "+79000009999", "date": "2031-02-03", "time": "03:17"}
        return next((value for key, value in invented.items() if key in name.lower()), "Аврора")
    lies: Mapping[str, Any] = {
        "integer": int(schema.get("maximum", 99)),
        "number": float(schema.get("maximum", 1)),
        "boolean": True,
        "array": [],
    }
    return lies[kinds[0]]
