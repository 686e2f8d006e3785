"""The pages in docs/regulations are what `nochnik pages` would write now, and say what the packs say."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from chalicelib.regulation.load import load
from chalicelib.regulation.render import FOR_CLIENTS
from infra.errors import Failed
from infra.pages import Pages, pages, write

ROOT = Path(__file__).parents[2]
WRITTEN = ROOT / "docs" / "regulations"
CLIENTS = sorted(folder.name for folder in (ROOT / "clients").iterdir())
SVG = "{http://www.w3.org/2000/svg}"
clients = pytest.mark.parametrize("client", CLIENTS)


@lru_cache(maxsize=1)
def fresh() -> Pages:
    return pages(ROOT / "clients")


def test_the_pages_are_not_stale() -> None:
    files = [path for path in WRITTEN.rglob("*") if path.is_file()]
    written = {path.relative_to(WRITTEN).as_posix(): path.read_text(encoding="utf-8") for path in files}
    stale = sorted(name for name in {*written, *fresh()} if written.get(name) != fresh().get(name))
    assert stale == [], "run `nochnik pages`"


def test_a_changed_pack_makes_its_pages_stale() -> None:
    rules = load(ROOT / "clients" / "demo-salon")
    assert rules.business.name in fresh()["README.md"]
    assert rules.dialogue.crisis in fresh()["demo-salon/RP-002.md"]


def test_a_folder_without_documents_is_passed_over_and_a_broken_pack_is_named(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    broken = Path(shutil.copytree(ROOT / "clients" / "demo-salon", tmp_path / "sirenia"))
    assert "sirenia/README.md" in pages(tmp_path)
    (broken / "RM-001.yaml").write_text("", encoding="utf-8")
    with pytest.raises(Failed, match=r"sirenia/RM-001\.yaml:1: файл пуст"):
        pages(tmp_path)


@clients
def test_every_document_has_its_page(client: str) -> None:
    names = {"README.md", "RP-001.md", "RP-002.md", "SLA-001.md", "RT-001.md", "RM-001.md", "DP-001.md", "way.svg"}
    assert {name.removeprefix(f"{client}/") for name in fresh() if name.startswith(f"{client}/")} == names


@clients
def test_the_page_of_the_consent_holds_the_whole_document(client: str) -> None:
    assert load(ROOT / "clients" / client).consent.text in fresh()[f"{client}/DP-001.md"]


@clients
def test_the_page_of_the_dialogue_holds_every_answer_in_every_language(client: str) -> None:
    dialogue, page = load(ROOT / "clients" / client).dialogue, fresh()[f"{client}/RP-002.md"]
    answers = [answer for rule in dialogue.intents for answer in rule.responses]
    answers += [answer for spoken in dialogue.languages.values() for answer in spoken.responses.values()]
    assert [answer for answer in answers if answer.replace("\n", "<br>") not in page] == []


@clients
def test_every_text_a_client_hears_is_on_a_page(client: str) -> None:
    rules = load(ROOT / "clients" / client).model_dump()
    texts = (text for place in FOR_CLIENTS for text in _texts(rules, place.split(".")))
    said = {text.strip().replace("\n", "<br>") for text in texts}
    read = " ".join(text.replace("<br>\n> ", "<br>") for name, text in fresh().items() if name.startswith(client))
    assert [text for text in said if text not in read] == []


@clients
def test_the_rota_names_whoever_is_on_duty_at_every_hour(client: str) -> None:
    page = fresh()[f"{client}/RT-001.md"]
    days = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
    assert [day for day in days if f"| {day} | 00:00–" not in page] == []


@clients
def test_the_way_is_a_picture_with_its_clauses(client: str) -> None:
    picture = ElementTree.fromstring(fresh()[f"{client}/way.svg"])
    texts = [text.text or "" for text in picture.iter(f"{SVG}text")]
    assert texts[0] == f"{load(ROOT / 'clients' / client).business.name}: путь клиента"
    clauses = " ".join(texts)
    missing = [name for name in ("RP-001", "RP-002", "SLA-001", "RT-001", "RM-001", "DP-001") if name not in clauses]
    assert missing == []


@clients
def test_no_box_of_the_way_is_wider_than_the_picture(client: str) -> None:
    picture = ElementTree.fromstring(fresh()[f"{client}/way.svg"])
    width = float(picture.attrib["viewBox"].split()[2])
    boxes = [(float(box.attrib["x"]), float(box.attrib["width"])) for box in picture.iter(f"{SVG}rect")]
    assert [box for box in boxes if sum(box) > width] == []


def test_pages_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    paths = write(ROOT / "clients", tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in paths} == set(fresh())
    assert all(path.is_file() for path in paths)


def _texts(value: Any, steps: list[str]) -> Iterator[str]:
    if not steps:
        yield from [value] if isinstance(value, str) else []
    elif steps[0] == "*":
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part, steps[1:])
    elif value is not None:
        yield from _texts(value[steps[0]], steps[1:])
