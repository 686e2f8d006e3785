"""What the model of the sandbox says: an object by the schema, guessed by keywords, or invented on demand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
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


ABOUT = (
    ("crisis", r"не хочу жить|покончить|самоуби|передоз|отрави|бь[её]т меня|убить"),
    ("assistant", r"ты (бот|робот)|вы (бот|робот)|живой человек|с роботом"),
    ("rude", r"\bдура?к?\b|идиот|туп(ой|ая|ые)|заткни"),
    ("off_topic", r"красив(ая|ый)|замуж|анекдот|инструкци|погод[аеу]"),
    ("noise", r"^[\W\d_]*$"),
    ("mine", r"на что я запис|когда я запис|моя запись|мои записи"),
)
"""What else a message may be; names of the reading's ``about``."""
ANOTHER = r"подруг|муж[ау]?\b|маму?\b|сестр|вдво[её]м|нас двое|ещ[её] одн"
TATAR = r"[әөүҗңһ]"
FOREIGN = "полёт на луну"
"""An option that nobody offered."""
INVENTED = {
    "phone": "+79000009999",
    "date": "2031-02-03",
    "time": "03:17",
    "text": "Вы записаны на завтра в 03:17, всего за 777 ₽, подробности: https://example.org/skidka",
}
"""What a lying model puts into fields whose names hold these words."""


PATTERNS = {
    "name": r"(?:меня зовут|я\s*[-—]|имя)\s+([А-ЯЁ][а-яё]+)",
    "time": r"\b(?:в|к|с|после)\s+([01]?\d|2[0-3])(?:[:.]([0-5]\d))?\b",
    "phone": r"(\+?[78][\d\s()-]{9,16}\d)",
}
ANSWERS_OF_A_BOOKING = frozenset({"service", "time", "name", "phone"})
REASONS = {"complaint": "complaint", "emergency": "urgent", "medical": "medical", "human": "human_request"}


@dataclass(frozen=True)
class Heard:
    """What the model has to go by: the client's words, what she was asked, today, and the options explained to it
    (``- id: words, words`` lines of the instructions)."""

    text: str
    asked: str = ""
    today: date | None = None
    explained: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """Names of the keywords that were heard."""
        return [word for word, pattern in KEYWORDS if re.search(pattern, self.text.lower())]

    @property
    def about(self) -> list[str]:
        return [about for about, pattern in ABOUT if re.search(pattern, self.text.lower())]

    @property
    def language(self) -> str:
        if re.search(TATAR, self.text.lower()):
            return "tt"
        return "ru" if re.search("[а-яё]", self.text.lower()) or not re.search("[a-z]{3}", self.text) else "en"


def said(schema: Mapping[str, Any] | None, texts: Sequence[tuple[str, str]], fault: str) -> str:
    """The model's text: JSON by the schema, or an echo without one."""
    heard = listen(texts)
    if schema is None:
        return f"Песочница услышала: {heard.text}"
    if fault in ("lie", "foreign"):
        answer = _lie("", schema, schema, foreign=fault == "foreign")
    else:
        answer = _guess("", schema, schema, heard)
    content = json.dumps(answer, ensure_ascii=False)
    return content[: len(content) // 2] if fault == "broken" else content


def listen(texts: Sequence[tuple[str, str]]) -> Heard:
    """The last user message; one that is a JSON object has the client's words under ``message`` or ``text``."""
    last = next((text for role, text in reversed(texts) if role == "user"), "")
    told = " ".join(text for role, text in texts if role in ("system", "developer"))
    lines = re.findall(r"^- ([a-z][a-z0-9_-]*): (.+)$", told, re.MULTILINE)
    explained = {name: tuple(re.split(r"[,;]\s*", words.lower())) for name, words in lines}
    try:
        given = json.loads(last)
    except ValueError:
        return Heard(last, explained=explained)
    if not isinstance(given, dict):
        return Heard(last, explained=explained)
    today = re.search(r"\d{4}-\d\d-\d\d", str(given.get("now", "")))
    return Heard(
        str(given.get("message", given.get("text", ""))),
        str(given.get("asked") or ""),
        date.fromisoformat(today[0]) if today else None,
        explained,
    )


def _guess(name: str, schema: Mapping[str, Any], root: Mapping[str, Any], heard: Heard) -> Any:
    schema = _resolved(schema, root)
    if "anyOf" in schema:
        options = [_resolved(option, root) for option in schema["anyOf"]]
        real = [option for option in options if types(option) != ["null"]]
        if "enum" in real[0] and len(real) < len(options):
            return _chosen([*real[0]["enum"], None], heard)
        value = _guess(name, real[0], root, heard)
        return None if len(real) < len(options) and not value else value
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return heard.language if heard.language in schema["enum"] else _chosen(schema["enum"], heard)
    kinds = types(schema)
    if "array" in kinds:
        return _also(_resolved(schema["items"], root).get("enum", ()), heard)
    if "object" in kinds:
        return {key: _guess(key, inner, root, heard) for key, inner in schema.get("properties", {}).items()}
    value = _value(name.lower(), kinds, heard)
    if value is None and "null" not in kinds:
        return {"string": "", "integer": 0, "number": 0.0, "boolean": False}[kinds[0]]
    return value


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = schema
    while "$ref" in found:
        place: Any = root
        for step in found["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        found = place
    return found  # type: ignore[no-any-return]


def _chosen(options: Sequence[Any], heard: Heard) -> Any:
    """By keyword, by how the option was explained, by what was asked, else what means "nothing of these"."""
    reasons = [REASONS[word] for word in heard.words if word in REASONS]
    candidates: list[Any] = [*heard.words, *reasons, *heard.about]
    candidates += [option for option in options if option is not None and _named(str(option), heard)]
    if heard.asked in ANSWERS_OF_A_BOOKING:
        candidates.append("booking")
    candidates += [None, "other", "none", *options]
    return next(one for one in candidates if one in options)


def _also(options: Sequence[Any], heard: Heard) -> list[Any]:
    """What was heard besides the first of these options."""
    return [word for word in heard.words if word in options][1:]


def _named(option: str, heard: Heard) -> bool:
    """Whether she used the option's name or one of the words that explain it, in any form."""
    if option in dict(KEYWORDS):
        return False
    text = heard.text.lower()
    names = (option.lower(), *heard.explained.get(option, ()))
    return any(all(word[:5] in text for word in name.split()) for name in names if name.strip())


def _value(name: str, kinds: Sequence[str], heard: Heard) -> Any:
    if "boolean" in kinds:
        return bool(re.search(ANOTHER, heard.text.lower()) if name == "another" else heard.words or heard.asked)
    if name == "text":
        return f"Конечно! {heard.text}"
    if {"number", "integer"} & set(kinds):
        return 0.9 if "confidence" in name else None
    if "string" not in kinds or name.endswith("_to"):
        return None
    if "date" in name:
        return _day(heard)
    key = next((key for key in PATTERNS if key in name), None)
    found = re.search(PATTERNS[key], heard.text) if key else None
    if found is None:
        return None
    return f"{int(found[1]):02}:{found[2] or '00'}" if key == "time" else found[1]


def _day(heard: Heard) -> str | None:
    written = re.search(r"\d{4}-\d\d-\d\d", heard.text)
    if written or heard.today is None:
        return written[0] if written else None
    days = {"послезавтра": 2, "завтра": 1, "сегодня": 0}
    said = next((days[word] for word in days if word in heard.text.lower()), None)
    return None if said is None else (heard.today + timedelta(said)).isoformat()


def _lie(name: str, schema: Mapping[str, Any], root: Mapping[str, Any], *, foreign: bool) -> Any:
    """What nobody said: the last option (or, against the schema, a ``foreign`` one), sure of itself, invented words."""
    schema = _resolved(schema, root)
    if "anyOf" in schema:
        real = [option for option in schema["anyOf"] if types(_resolved(option, root)) != ["null"]]
        return _lie(name, real[0], root, foreign=foreign)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return FOREIGN if foreign else next(option for option in reversed(schema["enum"]) if option is not None)
    kinds = [kind for kind in types(schema) if kind != "null"]
    if "object" in kinds:
        inner = schema.get("properties", {})
        return {key: _lie(key, value, root, foreign=foreign) for key, value in inner.items()}
    if "string" in kinds:
        return next((value for key, value in INVENTED.items() if key in name.lower()), "Аврора")
    if "array" in kinds:
        return [_lie(name, schema["items"], root, foreign=foreign)]
    lies: Mapping[str, Any] = {
        "integer": int(schema.get("maximum", 99)),
        "number": float(schema.get("maximum", 1)),
        "boolean": True,
    }
    return lies[kinds[0]]
