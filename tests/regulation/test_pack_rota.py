"""RT-001 beside the week: further people, holidays, swaps of one shift, editors; what `nochnik check` says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.regulation.load import load

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy

EVERYBODY = "есть svetlana, anna, olga, marina"
ROTA = "RT-001.yaml"
OF_THE_SEVENTH = '  - date: 2027-01-07\n    starts: "21:00"\n    duty: olga\n    reserve: svetlana\n'


def test_who_has_a_phone_and_no_telegram_can_be_woken(pack: PackCopy) -> None:
    pack.change("business.yaml", '    telegram: "900000004"\n', "")
    assert pack.mistakes() == []


def test_an_unknown_colleague_among_the_further_people(pack: PackCopy) -> None:
    pack.change(ROTA, "extra: [olga]", "extra: [oleg]")
    assert pack.mistakes() == [pack.at(ROTA, "extra: [oleg]", f"сотрудника «oleg» нет в business.yaml: {EVERYBODY}")]


@pytest.mark.parametrize("again", ["anna", "svetlana"])
def test_somebody_who_is_in_the_shift_already(pack: PackCopy, again: str) -> None:
    pack.change(ROTA, "extra: [olga]", f"extra: [{again}]")
    sentence = f"«{again}» уже есть в этой смене: назовите другого"
    assert pack.mistakes() == [pack.at(ROTA, f"extra: [{again}]", sentence)]


def test_a_holiday_with_shorter_shifts_leaves_a_gap_in_its_morning(clinic: PackCopy) -> None:
    clinic.change(ROTA, "{date: 2026-12-31, like: fri}", "{date: 2027-01-05, like: sun}")
    advice = "измените часы смен или возьмите здесь другой день недели"
    assert clinic.mistakes() == [
        clinic.at(ROTA, "2027-01-05, like", f"не закрыто: 05.01.2027 07:30–08:30 (вторник как воскресенье); {advice}"),
        clinic.at(ROTA, "2027-01-01, like", f"не закрыто: 01.01.2027 07:30–08:30 (пятница как суббота); {advice}"),
    ]


def test_a_holiday_may_leave_its_gap_on_the_day_after(clinic: PackCopy) -> None:
    clinic.change(ROTA, "  - {date: 2027-01-01, like: sat}\n", "  - {date: 2027-01-08, like: mon}\n")
    clinic.change(ROTA, "  - {date: 2026-12-31, like: fri}\n", "")
    advice = "измените часы смен или возьмите здесь другой день недели"
    sentence = f"не закрыто: 09.01.2027 07:30–08:30 (суббота); {advice}"
    assert clinic.mistakes() == [clinic.at(ROTA, "2027-01-08, like", sentence)]


def test_holidays_side_by_side_may_close_each_others_gap(clinic: PackCopy) -> None:
    assert [holiday.like for holiday in load(clinic.folder).rota.holidays] == ["fri", "sat"]


def test_one_date_that_is_two_holidays(pack: PackCopy) -> None:
    first = pack.at(ROTA, "2026-12-31, like", "").line
    pack.change(ROTA, "{date: 2027-01-01, like", "{date: 2026-12-31, like")
    sentence = f"праздник 2026-12-31 уже есть: оставьте один (первый раз в строке {first})"
    assert pack.mistakes() == [pack.at(ROTA, "like: sun", sentence)]


def test_a_swap_of_a_shift_that_does_not_begin_then(pack: PackCopy) -> None:
    pack.change(ROTA, 'starts: "21:00"\n    duty: olga', 'starts: "20:00"\n    duty: olga')
    sentence = "в этот день смены с 20:00 нет: есть 09:00, 21:00"
    assert pack.mistakes() == [pack.at(ROTA, 'starts: "20:00"', sentence)]


def test_two_swaps_of_one_shift(pack: PackCopy) -> None:
    first = pack.at(ROTA, "date: 2027-01-07", "").line
    pack.change(ROTA, OF_THE_SEVENTH, OF_THE_SEVENTH + OF_THE_SEVENTH.replace("07\n", "07 # ещё\n"))
    sentence = f"замена на 2027-01-07 уже есть: оставьте одну (первый раз в строке {first})"
    assert pack.mistakes() == [pack.at(ROTA, "# ещё", sentence)]


def test_both_shifts_of_a_date_may_be_swapped_each_by_itself(pack: PackCopy) -> None:
    pack.change(ROTA, OF_THE_SEVENTH, OF_THE_SEVENTH + OF_THE_SEVENTH.replace("21:00", "09:00"))
    assert pack.mistakes() == []


def test_an_editor_who_is_not_here_and_one_who_cannot_write(pack: PackCopy) -> None:
    pack.change(ROTA, "editors: [anna]", "editors:\n  - oleg\n  - marina # пишет")
    pack.change("business.yaml", '    telegram: "900000004"\n', "")
    assert pack.mistakes() == [
        pack.at(ROTA, "  - oleg", f"сотрудника «oleg» нет в business.yaml: {EVERYBODY}"),
        pack.at(ROTA, "# пишет", "«marina» не сможет менять график: допишите telegram в business.yaml"),
    ]


def test_a_text_of_the_rota_with_a_field_that_it_has_not(pack: PackCopy) -> None:
    pack.change(ROTA, "Кого поставить?", "Кого поставить, {master}?")
    (mistake,) = pack.mistakes()
    assert mistake.sentence.startswith("неизвестное поле {master}: здесь можно {by}, {date}, {duty}")
