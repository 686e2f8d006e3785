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


@pytest.mark.parametrize(("version", "edition"), [("1", "1.0"), ("1.0", "1.05"), ("1.0", "11.0")])
def test_a_version_that_is_only_part_of_the_edition(pack: PackCopy, version: str, edition: str) -> None:
    pack.change("DP-001.md", 'version: "1.0"', f'version: "{version}"')
    pack.change("DP-001.md", "Редакция 1.0", f"Редакция {edition}")
    sentence = f"в тексте согласия другая редакция: напишите «Редакция {version}»"
    assert pack.mistakes() == [pack.at("DP-001.md", f'version: "{version}"', sentence)]


@pytest.mark.parametrize(
    ("field", "said"), [("operator", "а"), ("term", '"."'), ("purpose", "за"), ("withdrawal", "в 9")]
)
def test_a_word_too_short_to_say_anything(pack: PackCopy, field: str, said: str) -> None:
    path = pack.folder / "DP-001.md"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines = [f"{field}: {said}" if line.startswith(f"{field}:") else line for line in lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    sentence = f"{field}: слишком коротко, по закону здесь полные слова: напишите целиком"
    assert pack.mistakes() == [pack.at("DP-001.md", f"{field}: {said}", sentence)]


def test_a_text_above_the_document_that_nobody_would_read(pack: PackCopy) -> None:
    pack.change("DP-001.md", "\noperator:", "\ntext: Согласен на всё.\noperator:")
    sentence = "text: такого поля нет: уберите его, текст согласия стоит ниже второй строки «---»"
    assert pack.mistakes() == [pack.at("DP-001.md", "text: Согласен на всё.", sentence)]
