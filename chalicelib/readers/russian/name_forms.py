"""First names and their forms (names.txt): «Марину» is Марина, «Лену» may be Лена, Оля is Ольга by another name."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.patterns import lazy

_LIST = Path(__file__).with_name("names.txt")


class Form(NamedTuple):
    """What one written form can stand for: a name in the nominative, or (``of``) another case of other names.

    ``word``: it is an ordinary word as well. ``person``: names of one person in its full and fond forms share it.
    """

    itself: bool
    of: tuple[str, ...]
    woman: bool
    word: bool
    person: int


def plain(word: str) -> str:
    """A word as the list has it: lower case, ё as е."""
    return word.lower().replace("ё", "е")


def listed(form: str) -> Form | None:
    """What the list has under this form of a name: lower case, ё as е."""
    return _forms(form[:1]).get(form)


def forms_of(name: str) -> frozenset[str]:
    """Every form of a first name in full and fond, in every case, lower case: «Ольга» → «ольге», «оле», «оли» …"""
    name = plain(name)
    entries = [entry for listed_names in _names().values() for entry in listed_names]
    people = {person for said, _, _, person in entries if said == name}
    same = {(said, woman) for said, woman, _, person in entries if person in people} or {(name, name[-1:] in "ая")}
    return frozenset(form for said, woman in same for form in (said, *_cases(said, woman=woman)))


@cache
def _forms(letter: str) -> dict[str, Form]:
    """Every form of every name that starts with this letter; no case of a name starts with another."""
    known: dict[str, Form] = {}
    for name, woman, word, person in _names().get(letter, ()):
        _add(known, name, woman=woman, word=word, person=person)
    return known


@cache
def _names() -> dict[str, list[tuple[str, bool, bool, int]]]:
    """By first letter every name of the list, whether it is a woman's and a word, and its person."""
    found: dict[str, list[tuple[str, bool, bool, int]]] = defaultdict(list)
    woman, people = True, dict[str, int]()
    for number, line in enumerate(plain(_LIST.read_text(encoding="utf-8")).splitlines()):
        if line in ("f", "m"):
            woman = line == "f"
        elif line and not line.startswith("#"):
            names = line.split()
            person = people.setdefault(names[0].lstrip("?"), number)
            for said in names:
                name = said.lstrip("?")
                found[name[0]].append((name, woman, name != said, person))
    return found


def _add(known: dict[str, Form], name: str, *, woman: bool, word: bool, person: int) -> None:
    old = known.get(name)
    first = old.person if old and old.itself else person
    known[name] = Form(True, old.of if old else (), woman, word or bool(old and old.word), first)
    for form in _cases(name, woman=woman):
        seen = known.get(form)
        if form == name:
            continue
        if seen is None:
            known[form] = Form(False, (name,), woman, word, person)
        elif name not in seen.of:
            known[form] = Form(seen.itself, (*seen.of, name), seen.woman, word or seen.word, seen.person)


_IRREGULAR_SAID = """
    павел: павла павлу павлом павле | лев: льва льву львом льве | петр: петра петру петром петре
    любовь: любови любовью | игорек: игорька игорьку | витек: витька витьку | санек: санька саньку
    павлик: павлика павлику | пашок: пашка пашку
"""
_IRREGULAR = {
    name: tuple(cases.split())
    for line in _IRREGULAR_SAID.strip().splitlines()
    for name, _, cases in (entry.strip().partition(": ") for entry in line.split("|"))
}
_HUSHED = "гкхжшчщ"
# By the last letters of a name: the endings of its other cases. Accusative is what follows «запишите».
_DECLINED = {
    "ия": ("ии", "ию", "ией"),
    "я": ("и", "е", "ю", "ей"),
    "а": ("ы", "е", "у", "ой", "ей"),
    "й": ("я", "ю", "ем", "е", "и"),
    "ь": ("я", "ю", "ем", "е"),
    "": ("а", "у", "ом", "е"),
}


def _cases(name: str, *, woman: bool) -> tuple[str, ...]:
    """Genitive, dative, accusative, instrumental, prepositional."""
    if name in _IRREGULAR:
        return _IRREGULAR[name]
    if woman and name[-1] not in "ая":
        return (name[:-1] + "и", name[:-1] + "ью") if name[-1] == "ь" else ()
    if name.isascii() or name[-1] in "еиоуыэюё":
        return ()
    ending = next(ending for ending in _DECLINED if name.endswith(ending))
    base = name.removesuffix(ending)
    if ending == "а" and base[-1:] in _HUSHED:
        return tuple(base + end for end in ("и", *_DECLINED["а"][1:]))
    return tuple(base + end for end in _DECLINED[ending])


# ---------------------------------------------------------------- fond forms that no list has

_FOND = ("очка", "ечка", "енька", "онька", "юша", "юха", "уха", "ушка", "юшка")


@lru_cache(maxsize=2000)
def known(word: str) -> Form | None:
    """What a word can stand for: a form of the list, or a fond form of one: «Лидочку», «Андрюшеньку»."""
    word = plain(word)
    form = listed(word)
    if form:
        return form
    for ending, nominative in (("", ""), ("у", "а"), ("е", "а"), ("и", "а"), ("ой", "а")):
        name = word.removesuffix(ending) + nominative if word.endswith(ending) else ""
        if not name.endswith(_FOND):
            continue
        base = name[: -len(next(fond for fond in _FOND if name.endswith(fond)))]
        if len(base) < 3:
            continue
        full = listed(base + "а") or listed(base + "я")
        if full and full.itself:
            return Form(not ending, (name,) if ending else (), full.woman, word=True, person=full.person)
    return None


def titled(word: str) -> str:
    """«эльдар» → «Эльдар», «анна-мария» → «Анна-Мария»."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


def nominative(said: str, form: Form, *, accusative: bool, woman: bool | None = None) -> str:
    """«Марину» → «Марина»; «Александра» where the accusative stands is Александр, anywhere else she is herself.

    ``woman``: whether the words around say it is one.
    """
    other_case = accusative and not woman and any(plain(said) in (name + "а", name[:-1] + "я") for name in form.of)
    if not form.of or (form.itself and not other_case):
        return titled(said)
    return titled(_with_its_letters(form.of[0], said))


def _with_its_letters(name: str, said: str) -> str:
    """The name with «ё» where she wrote one."""
    return "".join(
        "ё" if letter == "е" and said[place : place + 1].lower() == "ё" else letter for place, letter in enumerate(name)
    )


def guessed(said: str, *, woman: bool) -> str:
    """The nominative of a name no list has, from the accusative: «дочку Эвиту», «сына Теодора»."""
    last = said[-1].lower()
    if woman:
        return titled(said[:-1] + {"у": "а", "ю": "я"}.get(last, said[-1]))
    return titled(said[:-1] + "й" if last == "я" else said[:-1] if last == "а" else said)


# ---------------------------------------------------------------- patronymics and surnames

_PATRONYMIC = (
    *(base + ending for base in ("овн", "евн", "ичн") for ending in ("а", "у", "ы", "е", "ой")),
    *(
        base + ending
        for base in ("ович", "евич", "ьич", "мич", "кич", "лыч", "ныч", "рыч")
        for ending in ("", "а", "у", "ем", "е")
    ),
)
_OF_THE_EAST = ("оглы", "кызы")
_SURNAME = lazy(
    r"[А-ЯЁ][а-яё]+(?:ов|ев|ёв|ин|ын|ова|ева|ёва|ина|ына|ову|еву|ину|ский|ская|скую|ского|цкий|цкая|ко|ук|юк|ян|"
    r"ич|их|ых)(?:а|ой)?$"
)


def is_patronymic(word: str) -> bool:
    """«Петровна», «Олеговича»."""
    low = word.lower()
    return (low.endswith(_PATRONYMIC) and low not in _PATRONYMIC) or low in _OF_THE_EAST


def is_surname(word: str) -> bool:
    """A word with a capital that ends like a surname."""
    return bool(_SURNAME.match(word))


def family(word: str, *, woman: bool) -> str:
    """The nominative of a patronymic or surname."""
    word = word.lower()
    if is_patronymic(word):
        ended = re.sub(r"(?<=н)(?:у|ы|е|ой)$" if woman else r"(?<=ч)(?:а|у|ем|е)$", "а" if woman else "", word)
    elif woman:
        ended = word[:-2] + "ая" if word.endswith("скую") else (word[:-1] + "а" if word.endswith("у") else word)
    elif word.endswith(("овича", "евича", "ича", "ова", "ева", "ина")):
        ended = word[:-1]
    else:
        ended = word[:-3] + "ий" if word.endswith("ского") else word
    return titled(ended)
