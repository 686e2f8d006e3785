"""A folder of signed documents becomes the rules the desk works by, or a list of what to correct."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from chalicelib.regulation.check import check
from chalicelib.regulation.explain import PATTERNS, explain, wrong_places
from chalicelib.regulation.mistakes import BrokenPack, Mistake
from chalicelib.regulation.pack import Pack, Read
from chalicelib.regulation.partly import partly
from chalicelib.regulation.schema import (
    ID,
    Business,
    ConsentDocument,
    Dialogue,
    Document,
    Registry,
    Reminders,
    Rota,
    Rules,
    Sla,
)
from chalicelib.regulation.written import Unreadable, Written, read

__all__ = ["BrokenPack", "Mistake", "load"]

D = TypeVar("D", bound=Document)
CUT = "всё после « #» это комментарий, клиент его не увидит: возьмите текст в кавычки (или комментарий на свою строку)"


def load(folder: Path) -> Rules:
    """Read and check the pack in ``clients/<client>/``; the folder's name is the client's id.

    Raises `BrokenPack` with every mistake found, file by file and line by line.
    """
    pack = Pack(
        business=_document(folder, "business.yaml", Business),
        registry=_document(folder, "RP-001.md", Registry),
        dialogue=_document(folder, "RP-002.json", Dialogue),
        sla=_document(folder, "SLA-001.yaml", Sla),
        rota=_document(folder, "RT-001.yaml", Rota),
        reminders=_document(folder, "RM-001.yaml", Reminders),
        consent=_document(folder, "DP-001.md", ConsentDocument),
    )
    found = (*_name(folder), *(mistake for _, part in pack.parts() for mistake in part.mistakes), *check(pack))
    if found:
        order = [folder.name, *(part.file for _, part in pack.parts())]
        raise BrokenPack(sorted(dict.fromkeys(found), key=lambda mistake: (order.index(mistake.file), mistake.line)))
    return Rules.model_validate({"client": folder.name, **{name: part.document for name, part in pack.parts()}})


def _document(folder: Path, file: str, model: type[D]) -> Read[D]:
    try:
        written = read(folder / file)
    except Unreadable as error:
        return Read(file, mistakes=(Mistake(file, error.line, error.sentence),))
    data = _with_body(written, model)
    cut = tuple(Mistake(file, line, CUT) for line in written.cut)
    try:
        return Read(file, written, model.model_validate(data), cut)
    except ValidationError as error:
        document = partly(model, data, wrong_places(error, model))
        known = written.without(place["loc"] for place in error.errors() if place["type"] == "extra_forbidden")
        return Read(file, known, document, (*explain(error, written, model), *cut))


def _with_body(written: Written, model: type[Document]) -> object:
    """The consent is its document: the text people read is part of the rules."""
    return {**written.data, "text": written.body} if model is ConsentDocument else written.data


def _name(folder: Path) -> Iterator[Mistake]:
    if not re.fullmatch(ID, folder.name):
        yield Mistake(folder.name, 1, f"имя папки становится именем клиента: {PATTERNS[ID]}")
