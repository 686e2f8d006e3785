"""Who is told when the assistant is unwell: what `nochnik check` says of the pack's agency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.regulation.load import load

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy


def test_the_agency_and_its_texts_are_read(pack: PackCopy) -> None:
    agency = load(pack.folder).business.agency
    assert agency
    assert (agency.telegram, sorted(agency.silent_hours)) == ("900000009", ["telegram", "whatsapp"])


def test_a_business_needs_no_agency(pack: PackCopy) -> None:
    path = pack.folder / "business.yaml"
    text = path.read_text(encoding="utf-8")
    before, _, after = text.partition("\nagency:\n")
    rest = after.partition("    over: ")[2].partition("\n")[2]
    path.write_text(f"{before}\n{rest}", encoding="utf-8")
    assert load(pack.folder).business.agency is None


def test_silence_in_a_channel_that_there_is_not(clinic: PackCopy) -> None:
    clinic.change("business.yaml", "    telegram: {open: 12, closed: 48}", "    instagram: {open: 12}")
    sentence = "канала «instagram» у вас нет, тишина в нём ничего не значит: уберите строку"
    assert clinic.mistakes() == [clinic.at("business.yaml", "    instagram: {open: 12}", sentence)]


@pytest.mark.parametrize(("hours", "rings_every_week"), [(14, True), (40, True), (41, False)])
def test_a_silence_that_is_usual_every_weekend(pack: PackCopy, hours: int, rings_every_week: bool) -> None:
    """The salon is closed from Saturday 18:00 until Monday 10:00."""
    line = f"    telegram: {{open: 10, closed: {hours}}}"
    pack.change("business.yaml", "    telegram: {open: 10, closed: 48}", line)
    sentence = "каждую неделю закрыто 40 ч подряд, и каждый раз будет ложная тревога: пишите closed больше"
    assert pack.mistakes() == ([pack.at("business.yaml", line, sentence)] if rings_every_week else [])


def test_an_unknown_field_in_a_text_for_the_agency(pack: PackCopy) -> None:
    pack.change("business.yaml", "Было: {text}", "Было: {why}")
    sentence = "неизвестное поле {why}: здесь можно {text}"
    assert pack.mistakes() == [pack.at("business.yaml", "Было: {why}", sentence)]
