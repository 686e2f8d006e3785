"""A document as it is written: its data and the line on which each part of them stands.

YAML, JSON and the front matter of a Markdown file are read by one composer. Every scalar stays the text it was
written as, and the schema says what it means: so «no» is a word, 09:00 is a time and +7... keeps its plus.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from chalicelib.regulation.mistakes import Mistake
from chalicelib.regulation.slips import json_slip, yaml_slip

Place = tuple[str | int, ...]
"""Keys and list positions from the top of a document down to one of its parts."""
EMPTY = ("", "~", "null")
FENCE = "---"
MOST_DIGITS = 18


class Unreadable(Exception):
    """The file is not the YAML, JSON or Markdown it should be."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True)
class Written:
    """One file. ``data`` holds dicts, lists, strings and None; ``body`` is what follows the front matter."""

    file: str
    root: yaml.Node
    data: Any
    body: str = ""
    cut: tuple[int, ...] = ()
    """Lines on which a comment follows a text that is not in quotes: the comment may be the rest of the text."""

    def line(self, *path: str | int) -> int:
        """The line of a key or a list item; of the nearest part above it when it is not written at all."""
        line, node = self.root.start_mark.line + 1, self.root
        for step in path:
            found = _step(node, step)
            if found is None:
                break
            line, node = found
        return line

    def mistake(self, path: Place, sentence: str) -> Mistake:
        return Mistake(self.file, self.line(*path), sentence)

    def without(self, places: Iterable[Place]) -> Written:
        """The file without these names; its lines stay where they are."""
        data = self.data
        for place in places:
            data = _without(data, place)
        return replace(self, data=data)

    def places(self, pattern: str) -> Iterator[tuple[Place, str]]:
        """Every text at ``pattern`` («intents.*.phrases.*»), with its path; ``*`` is each line of a list or each name.
        Nothing where the shape is different."""
        yield from _places(self.data, pattern.split("."), ())


def read(path: Path) -> Written:
    """Read one file of a pack by its suffix. Raises `Unreadable`."""
    text = _text(path)
    if not text.strip():
        raise Unreadable(1, "файл пуст: верните в него документ")
    if path.suffix == ".json":
        return _json(path.name, text)
    if path.suffix == ".md":
        front, body = _front_matter(text)
        return _yaml(path.name, front, body)
    return _yaml(path.name, text)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Unreadable(1, "нет такого файла: в папке должны лежать все семь документов") from None
    except UnicodeDecodeError:
        raise Unreadable(1, "файл не в кодировке UTF-8: сохраните его заново в UTF-8") from None
    except OSError:
        raise Unreadable(1, "файл не открывается: проверьте, что это обычный файл и у вас есть права на него") from None


def _json(file: str, text: str) -> Written:
    try:
        data = json.loads(text, parse_int=_whole, parse_constant=str)
    except json.JSONDecodeError as error:
        raise Unreadable(*json_slip(text, error)) from None
    except RecursionError:
        raise Unreadable(1, "слишком много вложенных скобок") from None
    # JSON with its tabs as spaces is YAML; strings cannot hold a raw tab, so no text changes.
    written = _yaml(file, text.replace("\t", " "))
    return Written(file, written.root, data)


def _whole(digits: str) -> int | str:
    """A number; one that Python would not read stays the text it is, and the schema says that it is too large."""
    return int(digits) if len(digits) <= MOST_DIGITS else digits


def _front_matter(text: str) -> tuple[str, str]:
    """The part between the fences, on the lines where it stands, and the document after it."""
    lines = text.split("\n")
    if lines[0].strip() != FENCE:
        raise Unreadable(1, "файл должен начинаться со строки «---», за ней поля для машины и ещё одна строка «---»")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        raise Unreadable(len(lines), "поля для машины не закончены: поставьте после них строку «---»")
    return "\n".join(["", *lines[1:end]]), "\n".join(lines[end + 1 :]).strip()


def _yaml(file: str, text: str, body: str = "") -> Written:
    try:
        if "*" in text:
            _without_aliases(text)
        root = _composed(text)
        if not isinstance(root, yaml.MappingNode):
            raise Unreadable(1, "здесь должны быть поля вида «название: значение»")
        return Written(file, root, _plain(root), body, tuple(_cut(root, text.split("\n"))))
    except yaml.MarkedYAMLError as error:
        raise Unreadable(*yaml_slip(text, error)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(line, "недопустимый невидимый знак: наберите строку заново") from None
    except RecursionError:
        raise Unreadable(1, "слишком много вложенных скобок") from None


def _composed(text: str) -> yaml.Node | None:
    """What libyaml reads ten times as fast; where it stumbles, and where there is none, the slow parser tells why."""
    with suppress(AttributeError, yaml.YAMLError):
        return yaml.compose(text, Loader=yaml.CBaseLoader)
    return yaml.compose(text, Loader=yaml.BaseLoader)


def _without_aliases(text: str) -> None:
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(_line(event.start_mark), "ссылки вида «*имя» здесь не работают: напишите значение целиком")


def _line(mark: Any) -> int:
    return mark.line + 1 if mark else 1


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    unquoted = isinstance(node, yaml.ScalarNode) and not node.style
    return None if unquoted and node.value.lower() in EMPTY else node.value


def _cut(node: yaml.Node, lines: list[str]) -> Iterator[int]:
    if isinstance(node, yaml.ScalarNode):
        rest = lines[node.end_mark.line][node.end_mark.column :] if not node.style else ""
        if re.match(r"\s+#", rest) and re.search(r"\s|[^\x00-\x7f]", node.value):
            yield node.end_mark.line + 1
        return
    for part in node.value:
        yield from _cut(part[1] if isinstance(node, yaml.MappingNode) else part, lines)


def _mapping(node: yaml.MappingNode) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise Unreadable(line, "название поля должно быть одним словом")
        if key.value in data:
            raise Unreadable(line, f"поле «{key.value}» написано дважды: оставьте одно")
        data[key.value] = _plain(value)
    return data


def _step(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None


def _without(data: Any, path: Place) -> Any:
    step, *rest = path
    if isinstance(data, list):
        return [_without(part, tuple(rest)) if place == step else part for place, part in enumerate(data)]
    if rest:
        return {**data, step: _without(data[step], tuple(rest))}
    return {name: part for name, part in data.items() if name != step}


def _places(data: Any, steps: list[str], path: Place) -> Iterator[tuple[Place, str]]:
    if not steps:
        if isinstance(data, str):
            yield path, data
        return
    step, *rest = steps
    if step == "*" and isinstance(data, list):
        for number, item in enumerate(data):
            yield from _places(item, rest, (*path, number))
    elif isinstance(data, dict):
        for key in data if step == "*" else (step,):
            yield from _places(data.get(key), rest, (*path, key))
