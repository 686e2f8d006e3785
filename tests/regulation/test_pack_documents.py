"""A single document that cannot be read: the file, the line and what to do about it."""

from __future__ import annotations

import codecs
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.regulation.load import BrokenPack, Mistake, load

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy

LOST_PRICE = "    price: 1500\n    minutes: 90\n    masters: [anna]\n    words: [маник"


def test_a_missing_file_is_named(pack: PackCopy) -> None:
    (pack.folder / "RT-001.yaml").unlink()
    sentence = "нет такого файла: в папке должны лежать все семь документов"
    assert pack.mistakes() == [Mistake("RT-001.yaml", 1, sentence)]


def test_an_empty_folder_lacks_all_seven_files_in_reading_order(tmp_path: Path) -> None:
    with pytest.raises(BrokenPack) as broken:
        load(tmp_path)
    files = [mistake.file for mistake in broken.value.mistakes if mistake.sentence.startswith("нет такого файла")]
    assert files == [
        "business.yaml", "RP-001.md", "RP-002.json", "SLA-001.yaml", "RT-001.yaml", "RM-001.yaml", "DP-001.md",
    ]  # fmt: skip


def test_a_folder_name_that_cannot_be_an_id_is_refused(pack: PackCopy) -> None:
    folder = pack.folder.rename(pack.folder.with_name("Сирень"))
    with pytest.raises(BrokenPack) as broken:
        load(folder)
    sentence = (
        "имя папки становится именем клиента: пишите строчными латинскими буквами, цифрами, «-» и «_», "
        "начиная с буквы, не длиннее 32 знаков"
    )
    assert broken.value.mistakes == (Mistake("Сирень", 1, sentence),)


def test_a_file_in_an_old_encoding_is_refused(pack: PackCopy) -> None:
    (pack.folder / "RM-001.yaml").write_bytes("no_show: ждём".encode("cp1251"))
    sentence = "файл не в кодировке UTF-8: сохраните его заново в UTF-8"
    assert pack.mistakes() == [Mistake("RM-001.yaml", 1, sentence)]


def test_files_saved_by_windows_notepad_are_read(pack: PackCopy) -> None:
    for path in pack.folder.iterdir():
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(pack.folder).client == "demo-salon"


def test_json_indented_with_tabs_is_read(pack: PackCopy) -> None:
    path = pack.folder / "RP-002.json"
    path.write_text(path.read_text(encoding="utf-8").replace("  ", "\t"), encoding="utf-8")
    assert load(pack.folder).client == "demo-salon"


def test_a_stray_colon_in_yaml_is_explained(pack: PackCopy) -> None:
    pack.change("business.yaml", "name: Салон красоты «Сирень»", "name: Салон: красоты «Сирень»")
    sentence = "лишнее двоеточие: если оно часть текста, возьмите весь текст в кавычки"
    assert pack.mistakes() == [pack.at("business.yaml", "name: Салон: красоты", sentence)]


def test_a_tab_in_yaml_is_explained(pack: PackCopy) -> None:
    pack.change("RT-001.yaml", "    duty: olga", "\tduty: olga")
    sentence = "отступ сделан табуляцией: замените её пробелами"
    assert pack.mistakes() == [pack.at("RT-001.yaml", "\tduty: olga", sentence)]


def test_a_reference_in_yaml_is_not_followed(pack: PackCopy) -> None:
    pack.change("business.yaml", "masters: [olga, marina]", "masters: *all")
    sentence = "ссылки вида «*имя» здесь не работают: напишите значение целиком"
    assert pack.mistakes() == [pack.at("business.yaml", "masters: *all", sentence)]


def test_a_field_written_twice_is_found(pack: PackCopy) -> None:
    pack.change("RM-001.yaml", 'quiet_to: "09:00"', 'quiet_to: "09:00"\nquiet_from: "21:00"')
    sentence = "поле «quiet_from» написано дважды: оставьте одно"
    assert pack.mistakes() == [pack.at("RM-001.yaml", 'quiet_from: "21:00"', sentence)]


def test_a_comma_too_many_in_json_is_explained(pack: PackCopy) -> None:
    pack.change("RP-002.json", '"можно записаться?"', '"можно записаться?",')
    (mistake,) = pack.mistakes()
    assert mistake.sentence == "лишняя запятая: уберите её"
    assert pack.at("RP-002.json", '"можно записаться?",', mistake.sentence).line in (mistake.line, mistake.line - 1)


def test_a_missing_comma_in_json_is_explained(pack: PackCopy) -> None:
    pack.change("RP-002.json", '"version": "1.0",', '"version": "1.0"')
    sentence = "не хватает запятой или двоеточия перед этим местом"
    assert pack.mistakes() == [pack.at("RP-002.json", '"language"', sentence)]


def test_a_document_without_front_matter_is_explained(pack: PackCopy) -> None:
    pack.change("DP-001.md", "---\n", "")
    sentence = "файл должен начинаться со строки «---», за ней поля для машины и ещё одна строка «---»"
    assert pack.mistakes() == [Mistake("DP-001.md", 1, sentence)]


def test_lines_of_front_matter_are_counted_from_the_top_of_the_file(pack: PackCopy) -> None:
    pack.change("DP-001.md", "draft_minutes: 60", "draft_minutes: 90")
    sentence = "draft_minutes: число должно быть не больше 60; написано «90»"
    assert pack.mistakes() == [pack.at("DP-001.md", "draft_minutes: 90", sentence)]


def test_a_missing_field_is_asked_for_where_its_owner_stands(pack: PackCopy) -> None:
    pack.change("business.yaml", LOST_PRICE, LOST_PRICE.replace("    price: 1500\n", ""))
    assert pack.mistakes() == [pack.at("business.yaml", "id: manicure", "price: поля нет, а оно обязательно: допишите")]


def test_a_misspelled_field_is_one_mistake_with_the_right_name(pack: PackCopy) -> None:
    pack.change("business.yaml", "    price: 1500", "    prise: 1500")
    sentence = "prise: такого поля нет, возможно, вы имели в виду «price»"
    assert pack.mistakes() == [pack.at("business.yaml", "prise: 1500", sentence)]


def test_a_field_like_no_other_is_to_be_removed(pack: PackCopy) -> None:
    pack.change("RM-001.yaml", "return_visit_days: 30", "return_visit_days: 30\nгороскоп: да")
    assert pack.mistakes() == [pack.at("RM-001.yaml", "гороскоп: да", "гороскоп: такого поля нет: уберите его")]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("price: 1500", "price: дорого", "price: здесь нужно целое число; написано «дорого»"),
        ("price: 1500", "price: -1", "price: число должно быть не меньше 0; написано «-1»"),
        ("minutes: 180", "minutes: 0", "minutes: число должно быть больше 0; написано «0»"),
        ("minutes: 180", "minutes: [1]", "minutes: здесь нужно целое число"),
        ("masters: [marina]", "masters: []", "masters: услугу никто не делает: назовите хотя бы одного "
         "мастера"),
        ("masters: [marina]", "masters: marina", "masters: здесь нужен список: каждое значение с новой строки через "
         "«- »; написано «marina»"),
        ("kind: salon", "kind: bank", "kind: можно только salon, barbershop, clinic или car_service; написано «bank»"),
        ("zone: Europe/Samara", "zone: Самара", "zone: неизвестный часовой пояс «Самара», пример: Europe/Samara; "
         "написано «Самара»"),
        ("title: Окрашивание", 'title: ""', "title: здесь пусто: напишите хотя бы один знак"),
        ("title: Окрашивание", "title:", "title: здесь нужен текст"),
        ('"+79000000010"', "8 (900) 000-00-10", "phone: телефон пишется как +7 и десять цифр без пробелов, например "
         "+79000000001; написано «8 (900) 000-00-10»"),
        ("id: colouring", "id: Краска", "id: пишите строчными латинскими буквами, цифрами, «-» и «_», начиная с буквы, "
         "не длиннее 32 знаков; написано «Краска»"),
        ('telegram: "900000003"', "telegram: olga", "telegram: это номер чата Telegram, только цифры; написано «olga»"),
        ("2027-01-07", "7 января", "days_off: дата пишется как 2026-12-31; написано «7 января»"),
        ("2027-01-07", "2027-02-30", "days_off: такой даты нет: дата пишется как 2026-12-31; написано «2027-02-30»"),
        ('closes: "18:00"', 'closes: "18"', "closes: время пишется как 09:30; написано «18»"),
        ('closes: "18:00"', 'closes: "24:00"', "closes: такого времени нет: пишите от 00:00 до 23:59; "
         "написано «24:00»"),
        ('closes: "18:00"', 'closes: "18:00+04:00"', "closes: время пишется как 09:30; написано «18:00+04:00»"),
        ("sun: null", "sun: выходной", "sun: здесь нужны поля вида «название: значение»; написано «выходной»"),
        ("price_from: true", "price_from: иногда", "price_from: здесь нужно true или false; написано «иногда»"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_shown_beside_the_rule(pack: PackCopy, old: str, new: str, sentence: str) -> None:
    lines = (pack.folder / "business.yaml").read_text(encoding="utf-8").split("\n")
    line = next(number for number, text in enumerate(lines, 1) if old in text)
    pack.change("business.yaml", old, new)
    assert pack.mistakes() == [Mistake("business.yaml", line, sentence)]


def test_yes_and_no_are_words_and_a_phone_keeps_its_plus_without_quotes(pack: PackCopy) -> None:
    pack.change("DP-001.md", "yes: Даю согласие", "yes: yes")
    pack.change("DP-001.md", "no: Не даю согласия", "no: no")
    pack.change("business.yaml", '"+79000000010"', "+79000000010")
    rules = load(pack.folder)
    assert (rules.consent.yes, rules.consent.no, rules.business.phone) == ("yes", "no", "+79000000010")


def test_every_document_reports_in_one_run(pack: PackCopy) -> None:
    for file in ("business.yaml", "SLA-001.yaml", "RT-001.yaml"):
        shutil.copy(pack.folder / "RM-001.yaml", pack.folder / file)
    pack.change("RM-001.yaml", "return_visit_days: 30", "return_visit_days: скоро")
    assert {mistake.file for mistake in pack.mistakes()} == {
        "business.yaml", "SLA-001.yaml", "RT-001.yaml", "RM-001.yaml",
    }  # fmt: skip


def test_a_mistake_reads_as_compilers_write_them() -> None:
    broken = BrokenPack([Mistake("business.yaml", 7, "нет"), Mistake("RT-001.yaml", 1, "да")])
    assert str(broken) == "business.yaml:7: нет\nRT-001.yaml:1: да"
