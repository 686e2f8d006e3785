"""What a file that cannot be read most likely suffers from, said to somebody who has never heard of YAML or JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    import json

INDENT = "сбился отступ: выровняйте строку с соседними"
QUOTE = "не закрыта кавычка"
QUOTE_ALL = "возьмите весь текст в кавычки"
SPACE = "после двоеточия нужен пробел"
COLON = "не хватает двоеточия после названия поля"
FIRST_SIGN = (
    "cannot start any token", "while parsing a tag", "while scanning an anchor", "while scanning a block scalar",
    "are not allowed here",
)  # fmt: skip
"""YAML's words for a text that begins with one of its own signs."""
OTHER_QUOTES = "'‘’“”„«»`"
CLOSES = {"{": "}", "[": "]"}

Slip = tuple[int, str]
"""A line, counted from 1, and what to do there."""


# ---------------------------------------------------------------- YAML


def yaml_slip(text: str, error: yaml.MarkedYAMLError) -> Slip:
    """Where and what the slip behind YAML's complaint is."""
    said = f"{error.context or ''} {error.problem or ''}"
    problem = error.problem_mark or error.context_mark
    if problem is None:
        return 1, "это не читается как YAML: проверьте отступы, двоеточия и кавычки"
    lines = text.split("\n")
    here = lines[problem.line] if problem.line < len(lines) else ""
    opened = error.context_mark or problem
    if "\t" in here[: problem.column + 1] and not here[: problem.column].strip():
        return problem.line + 1, "отступ сделан табуляцией: замените её пробелами"
    if here.startswith("---"):
        return problem.line + 1, "строка «---» посреди документа: уберите её"
    if "end of stream" in said:
        return opened.line + 1, QUOTE
    if re.match(r"\s*-[^\s-]", here):
        return problem.line + 1, "после «-» в начале строки нужен пробел"
    if (last := _last_token(text, problem.index)) and (slip := _after(last, problem, "expected ',' or" in said)):
        return slip
    if "could not find expected ':'" in said:
        return opened.line + 1, SPACE if re.match(r"[\s-]*\w+:\S", lines[opened.line]) else COLON
    if "expected ',' or" in said:
        return opened.line + 1, "не закрыта скобка, которая открыта в этой строке, или в ней пропущена запятая"
    before = here[: problem.column]
    if "mapping values are not allowed" in said and ": " in before:
        return problem.line + 1, f"лишнее двоеточие: если оно часть текста, {QUOTE_ALL}"
    if "mapping values are not allowed" in said or not before.strip():
        return _above(lines, problem.line) or (problem.line + 1, INDENT)
    return problem.line + 1, _sign(said)


def _sign(said: str) -> str:
    if "unknown escape" in said:
        return "знак «\\» в двойных кавычках меняет следующий: возьмите текст в одинарные кавычки"
    if any(words in said for words in FIRST_SIGN):
        return "с этого знака начинать нельзя: возьмите текст в кавычки"
    return f"здесь текст, который читается как разметка: {QUOTE_ALL}"


def _last_token(text: str, index: int) -> yaml.Token | None:
    """What ends right before ``index``."""
    last = None
    with suppress(yaml.YAMLError):
        for token in yaml.scan(text, Loader=yaml.BaseLoader):
            if token.end_mark.index > index:
                break
            if token.start_mark.index < token.end_mark.index:
                last = token
    return last


def _after(token: yaml.Token, problem: yaml.Mark, in_brackets: bool) -> Slip | None:
    """What went wrong if something stands behind a closed quote or bracket."""
    if token.end_mark.line != problem.line:
        return None
    if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
        if token.start_mark.line < problem.line:
            return token.start_mark.line + 1, QUOTE
        if in_brackets:
            return problem.line + 1, "между значениями в скобках не хватает запятой"
        return problem.line + 1, f"за кавычкой стоит ещё текст: {QUOTE_ALL}, внутри пишите «ёлочки»"
    if isinstance(token, (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)):
        return problem.line + 1, f"за скобкой стоит ещё текст: {QUOTE_ALL}"
    return None


def _above(lines: list[str], number: int) -> Slip | None:
    """The slip of the line above, if that is why this one cannot follow it."""
    above = next((one for one in range(number - 1, -1, -1) if lines[one].strip()), None)
    if above is None:
        return None
    if re.search(r"\S\s+#", lines[above]) and not lines[above].strip().startswith("#"):
        return above + 1, f"за « #» начинается комментарий, а это, похоже, текст: {QUOTE_ALL}"
    if ": " in lines[above] or lines[above].rstrip().endswith((":", ">-", "|", ">")):
        return None
    if re.match(r"[\s-]*\w+:\S", lines[above]):
        return above + 1, SPACE
    return (above + 1, COLON) if _indent(lines[above]) == _indent(lines[number]) else None


def _indent(line: str) -> int:
    return len(re.match(r"[\s-]*", line)[0])  # type: ignore[index]  # it matches always


# ---------------------------------------------------------------- JSON


def json_slip(text: str, error: json.JSONDecodeError) -> Slip:
    """Where and what the slip behind JSON's complaint is."""
    before, rest = text[: error.pos].rstrip(), text[error.pos :].lstrip()
    if not rest and "Unterminated" not in error.msg:
        return error.lineno, _unclosed(text)
    return error.lineno, _json_sentence(before, rest, error.msg)


def _json_sentence(before: str, rest: str, message: str) -> str:
    if "Unterminated" in message or "control character" in message:
        return f"{QUOTE} или текст переходит на другую строку: пишите его в одну"
    if rest.startswith(("//", "/*", "#")):
        return "комментариев в JSON не бывает: уберите"
    if "trailing comma" in message or (before.endswith(",") and rest[:1] in (",", *CLOSES.values())):
        return "лишняя запятая: уберите её"
    if rest[:1] in OTHER_QUOTES and "Extra" not in message:
        return 'здесь нужны прямые двойные кавычки: "так"'
    if "escape" in message:
        return "знак «\\» меняет следующий: уберите его или напишите дважды"
    if "property name" in message and before.endswith(",") and rest[:1].isdigit():
        return "дробь пишется через точку, а запятая отделяет поля"
    if "property name" in message and rest[:1] in CLOSES:
        return "список пишется в скобках [ ], а здесь открыта {"
    if "property name" in message:
        return "название поля пишется в двойных кавычках: кавычки перед ним нет"
    if "delimiter" in message and before.endswith('"') and re.match(r"[^\W_]|[.,!?…]\s*\w", rest):
        return "кавычка закрыта раньше, чем кончился текст: внутри пишите «ёлочки», или выше не закрыта кавычка"
    if "delimiter" in message and rest[:1] in CLOSES.values():
        return "закрыта не та скобка: проверьте, где { и где ["
    if "delimiter" in message:
        return "не хватает запятой или двоеточия перед этим местом"
    if "Extra" in message:
        return "за последней скобкой стоит что-то ещё: одна из скобок закрыта раньше времени"
    return "здесь нужно значение: текст в двойных кавычках, число, true, false или null"


def _unclosed(text: str) -> str:
    """The file ends too early: which bracket is still open."""
    opened: list[tuple[str, int]] = []
    for sign, line in _brackets(text):
        if sign in CLOSES:
            opened.append((sign, line))
        elif opened:
            opened.pop()
    if not opened:
        return "файл оборвался: допишите его до конца"
    sign, line = opened[-1]
    return f"файл кончился, а скобка {sign} из строки {line} не закрыта: допишите {CLOSES[sign]}"


def _brackets(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for found in re.finditer(r'"(?:\\.|[^"\\])*"|[{}\[\]\n]', text):
        if found[0] == "\n":
            line += 1
        elif not found[0].startswith('"'):
            yield found[0], line
