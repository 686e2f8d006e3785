"""The usual slips of somebody who edits YAML and JSON by hand: what `nochnik check` says of each, and on which line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.regulation.load import Mistake, load

if TYPE_CHECKING:
    from tests.regulation.conftest import PackCopy

INDENT = "сбился отступ: выровняйте строку с соседними"
BEHIND_A_QUOTE = "за кавычкой стоит ещё текст: возьмите весь текст в кавычки, внутри пишите «ёлочки»"
BEHIND_A_BRACKET = "за скобкой стоит ещё текст: возьмите весь текст в кавычки"
FIRST_SIGN = "с этого знака начинать нельзя: возьмите текст в кавычки"
SPACE = "после двоеточия нужен пробел"
OTHER_QUOTES = 'здесь нужны прямые двойные кавычки: "так"'
INNER = "кавычка закрыта раньше, чем кончился текст: внутри пишите «ёлочки», или выше не закрыта кавычка"
ACROSS = "не закрыта кавычка или текст переходит на другую строку: пишите его в одну"
CUT = "всё после « #» это комментарий, клиент его не увидит: возьмите текст в кавычки (или комментарий на свою строку)"
BLANK = "здесь не видно ни одного знака, или среди них есть недопустимый: наберите заново"
SILENT = "здесь нет ни одной буквы и ни одной цифры, или есть недопустимый знак: наберите заново"


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "sentence"),
    [
        ("RM-001.yaml", "thanks: Хорошо, так и", "thanks: {name}, так и", "thanks: {name}", BEHIND_A_BRACKET),
        ("RM-001.yaml", "thanks: Хорошо, так и", 'thanks: "Хорошо", так и', "thanks:", BEHIND_A_QUOTE),
        ("RM-001.yaml", "thanks: Хорошо, так и", 'thanks: "Хорошо, так и', "thanks:", "не закрыта кавычка"),
        ("RM-001.yaml", "thanks: Хорошо, так и", "thanks: @siren, так и", "thanks:", FIRST_SIGN),
        ("RM-001.yaml", "thanks: Хорошо, так и", "thanks: !Хорошо, так и", "thanks:", FIRST_SIGN),
        ("RM-001.yaml", 'quiet_from: "22:00"', 'quiet_from: "22:00', "quiet_from:", "не закрыта кавычка"),
        ("RM-001.yaml", "channels: [telegram, whatsapp, instagram]", "channels: [telegram, whatsapp", "channels:",
         "не закрыта скобка, которая открыта в этой строке, или в ней пропущена запятая"),
        ("business.yaml", "  - id: pedicure", "  -id: pedicure", "-id: pedicure",
         "после «-» в начале строки нужен пробел"),
        ("business.yaml", "    price: 2200", "     price: 2200", "price: 2200", INDENT),
        ("business.yaml", "    price: 2200", "   price: 2200", "price: 2200", INDENT),
        ("business.yaml", "  tue: {", " tue: {", " tue: {", INDENT),
        ("business.yaml", "    price: 1500", "    price:1500", "price:1500", SPACE),
        ("business.yaml", "kind: salon", "kind:salon", "kind:salon", SPACE),
        ("business.yaml", "kind: salon", "kind salon", "kind salon", "не хватает двоеточия после названия поля"),
        ("business.yaml", "title: Маникюр", 'title: "Мани\\кюр"', 'title: "Мани',
         "знак «\\» в двойных кавычках меняет следующий: возьмите текст в одинарные кавычки"),
        ("RP-002.json", '"version": "1.0"', '"version: "1.0"', '"version: "1.0"', INNER),
        ("RP-002.json", '"version": "1.0",', '"version": "1.0,', '"version": "1.0,', ACROSS),
        ("RP-002.json", '"version"', "'version'", "'version'", OTHER_QUOTES),
        ("RP-002.json", '"version"', "“version”", "“version”", OTHER_QUOTES),
        ("RP-002.json", '"version"', 'version"', 'version"',
         "название поля пишется в двойных кавычках: кавычки перед ним нет"),
        ("RP-002.json", '"version": "1.0",', '"version": "1.0", // вторая', "// вторая",
         "комментариев в JSON не бывает: уберите"),
        ("RP-002.json", "Наш адрес: {address}.", 'Наш "новый" адрес: {address}.', 'Наш "новый"', INNER),
        ("business.yaml", 'tue: {opens: "10:00", closes', 'tue: {opens: "10:00" closes', "tue:",
         "между значениями в скобках не хватает запятой"),
        ("RP-002.json", '"confidence_threshold": 0.6', '"confidence_threshold": 0,6', '"confidence_threshold"',
         "дробь пишется через точку, а запятая отделяет поля"),
        ("RP-002.json", '"voice": true', '"voice": да', '"voice": да',
         "здесь нужно значение: текст в двойных кавычках, число, true, false или null"),
    ],
)  # fmt: skip
def test_a_slip(pack: PackCopy, file: str, old: str, new: str, where: str, sentence: str) -> None:
    pack.change(file, old, new)
    assert pack.mistakes() == [pack.at(file, where, sentence)]


def test_json_without_its_last_bracket(pack: PackCopy) -> None:
    path = pack.folder / "RP-002.json"
    text = path.read_text(encoding="utf-8").rstrip()[:-1].rstrip()
    path.write_text(text, encoding="utf-8")
    sentence = "файл кончился, а скобка { из строки 1 не закрыта: допишите }"
    assert pack.mistakes() == [Mistake("RP-002.json", text.count("\n") + 1, sentence)]


@pytest.mark.parametrize("file", ["business.yaml", "RP-002.json", "DP-001.md"])
def test_an_empty_file(pack: PackCopy, file: str) -> None:
    (pack.folder / file).write_text("\n \n", encoding="utf-8")
    assert pack.mistakes() == [Mistake(file, 1, "файл пуст: верните в него документ")]


# ---------------------------------------------------------------- a comment that is none


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("RM-001.yaml", "так и сделаем.", "так и сделаем. Наш тег #сирень, ждём!", "#сирень"),
        ("RP-001.md", "ask: Как вас зовут?", "ask: Как вас зовут? #имя", "#имя"),
        ("business.yaml", "    role: колорист", "    role: колорист #1", "#1"),
    ],
)
def test_a_comment_that_cuts_a_text(pack: PackCopy, file: str, old: str, new: str, where: str) -> None:
    pack.change(file, old, new)
    assert pack.mistakes() == [pack.at(file, where, CUT)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    price: 1500", "    price: 1500  # с покрытием"),
        ("masters: [marina]", "masters: [marina]  # пока одна"),
        ("kind: salon", "kind: salon # и студия"),
        ("title: Педикюр", 'title: "Педикюр" # аппаратный'),
        ("title: Педикюр", "title: Педикюр№2#новый"),
    ],
)
def test_a_comment_that_is_one(pack: PackCopy, old: str, new: str) -> None:
    pack.change("business.yaml", old, new)
    assert load(pack.folder).client == "demo-salon"


# ---------------------------------------------------------------- values that only look like one


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"Наш адрес: {address}."', '"   "', f"responses: {BLANK}; написано «   »"),
        ('"Наш адрес: {address}."', '"\u200b\u2060"', f"responses: {BLANK}; написано «\u200b\u2060»"),
        ('"Наш адрес: {address}."', '"\u2800"', f"responses: {BLANK}; написано «\u2800»"),
        ('"Наш адрес: {address}."', '"Адрес\\u0000"', f"responses: {BLANK}; написано «Адрес\x00»"),
        ('"Наш адрес: {address}."', "42", "responses: здесь нужен текст; написано «42»"),
        ('"Наш адрес: {address}."', "true", "responses: здесь нужен текст; написано «true»"),
        ('"можно записаться?"', '"???"', f"phrases: {SILENT}; написано «???»"),
        ('"version": "1.0"', '"version": ""', "version: здесь пусто: напишите хотя бы один знак"),
        ('"version": "1.0"', '"version": 1.0', "version: здесь нужен текст; написано «1.0»"),
        ('"minutes": 3', '"minutes": true', "minutes: здесь нужно целое число; написано «true»"),
        ('"voice_seconds": 120', '"voice_seconds": ' + "1" * 5000,
         f"voice_seconds: слишком большое число; написано «{'1' * 40}»"),
        ('"confidence_threshold": 0.6', '"confidence_threshold": NaN',
         "confidence_threshold: число должно быть меньше 1; написано «NaN»"),
    ],
)  # fmt: skip
def test_a_value_of_json_that_says_nothing(pack: PackCopy, old: str, new: str, sentence: str) -> None:
    pack.change("RP-002.json", old, new)
    assert [mistake.sentence for mistake in pack.mistakes()] == [sentence]


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("business.yaml", "name: Салон красоты «Сирень»", 'name: "   "', f"name: {BLANK}; написано «   »"),
        ("RP-001.md", "ask: Как вас зовут?", 'ask: "\u00a0"', f"ask: {BLANK}; написано «\u00a0»"),
        ("SLA-001.yaml", "clause: SLA-001 §2.6", 'clause: ""', "clause: здесь пусто: напишите хотя бы один знак"),
        ("RP-001.md", "stage: NEW", 'stage: ""', "stage: здесь пусто: напишите хотя бы один знак"),
        ("business.yaml", "price: 1500", "price: 150000000000",
         "price: число должно быть не больше 10000000; написано «150000000000»"),
        ("business.yaml", '"+79000000010"', '"+7900000001٠"', "phone: телефон пишется как +7 и десять цифр без "
         "пробелов, например +79000000001; написано «+7900000001٠»"),
        ("business.yaml", '"900000004"', '"90000000٤"', "telegram: это номер чата Telegram, только цифры; "
         "написано «90000000٤»"),
        ("business.yaml", "    price: 1500", "    \u0440rice: 1500",
         "\u0440rice: такого поля нет: буквы «\u0440» здесь русские, наберите слово латиницей"),
        ("business.yaml", "masters: [marina]", "masters: [m\u0430rina]",
         "masters: пишите строчными латинскими буквами, цифрами, «-» и «_», начиная с буквы, не длиннее 32 знаков: "
         "буквы «\u0430» здесь русские, наберите слово латиницей; написано «m\u0430rina»"),
        ("business.yaml", "masters: [marina]", "masters: [marina, marina]",
         "«marina» здесь дважды: на визит нужен один, оставьте одно упоминание"),
    ],
)  # fmt: skip
def test_a_value_that_says_nothing(pack: PackCopy, file: str, old: str, new: str, sentence: str) -> None:
    pack.change(file, old, new)
    assert [mistake.sentence for mistake in pack.mistakes()] == [sentence]


@pytest.mark.parametrize(
    ("part", "old", "again", "sentence"),
    [
        ("telegram", '"900000004"', "900000003", "чат «900000003» уже у другого сотрудника: у каждого свой"),
        ("phone", '"+79000000014"', "+79000000013", "телефон «+79000000013» уже у другого сотрудника: у каждого свой"),
    ],
)
def test_two_colleagues_with_one_address(pack: PackCopy, part: str, old: str, again: str, sentence: str) -> None:
    first = pack.at("business.yaml", f'    {part}: "{again}"', "").line
    pack.change("business.yaml", f"    {part}: {old}", f'    {part}: "{again}" ')
    (mistake,) = pack.mistakes()
    assert mistake.sentence == f"{sentence} (первый раз в строке {first})"
