"""A consent that does not say what article 9 of 152-FZ wants: what `nochnik check` says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy


@pytest.mark.parametrize("field", ["operator", "purpose", "term", "withdrawal"])
def test_a_consent_that_leaves_something_out(pack: PackCopy, field: str) -> None:
    path = pack.folder / "DP-001.md"
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if not line.startswith(f"{field}:")]
    path.write_text("\n".join(lines), encoding="utf-8")
    sentence = f"{field}: поля нет, а оно обязательно: допишите"
    assert pack.mistakes() == [pack.at("DP-001.md", "number: DP-001", sentence)]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("data", "data: не сказано, какие данные берём: перечислите"),
        ("actions", "actions: не сказано, что делаем с данными: перечислите"),
    ],
)
def test_a_consent_with_an_empty_list(pack: PackCopy, field: str, sentence: str) -> None:
    path = pack.folder / "DP-001.md"
    before, after = path.read_text(encoding="utf-8").split(f"\n{field}:\n")
    rest = after.split("\n")
    while rest[0].startswith("  - "):
        rest.pop(0)
    path.write_text("\n".join([f"{before}\n{field}: []", *rest]), encoding="utf-8")
    assert pack.mistakes() == [pack.at("DP-001.md", f"{field}: []", sentence)]


def test_an_action_the_text_does_not_name(pack: PackCopy) -> None:
    pack.change("DP-001.md", "  - уничтожение\n", "  - уничтожение\n  - продажа\n")
    sentence = "в тексте согласия среди действий с данными нет «продажа»: допишите в документ"
    assert pack.mistakes() == [pack.at("DP-001.md", "- продажа", sentence)]


def test_a_text_of_another_edition(pack: PackCopy) -> None:
    pack.change("DP-001.md", 'version: "1.0"', 'version: "1.1"')
    sentence = "в тексте согласия другая редакция: напишите «Редакция 1.1»"
    assert pack.mistakes() == [pack.at("DP-001.md", 'version: "1.1"', sentence)]
