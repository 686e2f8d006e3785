"""The name of the person a visit is for, as she would read it on a card: «запишите Марину» → «Марина»."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chalicelib.readers.russian.words import LONGEST, normalise

_LIST = Path(__file__).with_name("names.txt")
_WORD = re.compile(r"[А-Яа-яЁёA-Za-z]+(?:-[А-Яа-яЁё]+)?")


@dataclass(frozen=True)
class Form:
    """What one written form can stand for: a name in the nominative, or (``of``) another case of other names."""

    itself: bool
    of: tuple[str, ...]
    woman: bool
    word: bool


@lru_cache(maxsize=1)
def forms() -> dict[str, Form]:
    """Every form of every name of the list, lower case, ё as е."""
    known: dict[str, Form] = {}
    woman = True
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line in ("f", "m"):
            woman = line == "f"
            continue
        for name in line.split():
            _add(known, name.lstrip("?").lower().replace("ё", "е"), woman=woman, word=name.startswith("?"))
    return known


def _add(known: dict[str, Form], name: str, *, woman: bool, word: bool) -> None:
    old = known.get(name)
    known[name] = Form(True, old.of if old else (), woman, word or bool(old and old.word))
    for form in _cases(name, woman=woman):
        if form == name:
            continue
        seen = known.get(form)
        known[form] = Form(
            bool(seen and seen.itself),
            tuple(dict.fromkeys((*(seen.of if seen else ()), name))),
            seen.woman if seen else woman,
            word or bool(seen and seen.word),
        )


_IRREGULAR = {
    "павел": "павла павлу павлом павле", "лев": "льва льву львом льве", "петр": "петра петру петром петре",
    "любовь": "любови любовью", "игорек": "игорька игорьку", "витек": "витька витьку", "санек": "санька саньку",
}  # fmt: skip


def _cases(name: str, *, woman: bool) -> tuple[str, ...]:
    """Genitive, dative, accusative, instrumental, prepositional; accusative is what follows «запишите»."""
    if name in _IRREGULAR:
        return tuple(_IRREGULAR[name].split())
    base, last = name[:-1], name[-1]
    if name.endswith("ия"):
        return tuple(base + end for end in ("и", "ю", "ей"))
    if last == "я":
        return tuple(base + end for end in ("и", "е", "ю", "ей"))
    if last == "а":
        return tuple(base + end for end in (("и" if base[-1] in "гкхжшчщ" else "ы"), "е", "у", "ой", "ей"))
    if woman:
        return (base + "и", base + "ью") if last == "ь" else ()
    if last == "й":
        return tuple(base + end for end in ("я", "ю", "ем", "е", "и"))
    if last == "ь":
        return tuple(base + end for end in ("я", "ю", "ем", "е"))
    return tuple(name + end for end in ("а", "у", "ом", "е")) if last not in "еиоуыэюё" else ()


# ---------------------------------------------------------------- where a name stands

_STOP_SAID = """
    да нет не ок хорошо ладно привет здравствуйте спасибо добрый день вечер утро запишите можно хочу завтра сегодня
    я мы вы ты он она это меня мне у на в к по за с со и а но или что как где когда сколько почему зачем кто уже еще
    просто тоже только очень буду могу нужно надо есть был была были от до для из под над при о об же ли бы ну вот
    так там тут здесь хотел хотела пишу постоянный постоянная клиент клиентка ваш ваша ваши мой моя мама папа муж
    жена сын дочь дочка подруга друг бот робот оператор администратор менеджер мастер врач доктор номер телефон имя
    фамилия отчество зовут плюс согласна согласен готова готов рада рад против записана записан записалась записался
    опаздываю опоздаю понял поняла думаю беременна первый первая вторая снова опять по-моему вообще точно ваше наше
    салон звонила звонил писала писал ошиблась ошибся забыла забыл отвечу скажу потом никак никто ничего стрижка
    маникюр педикюр окрашивание утром вечером днем минуту секунду ужас кошмар пока срочно срочный реклама жду
    хотелось нормально отлично супер угу ага неа конечно давайте отмена отменить перенести понедельник вторник среда
    четверг пятница суббота воскресенье какой какая какое какие чей чье странный вопрос второй раз не-а стоп хватит
    отстаньте
"""
_STOP = frozenset(_STOP_SAID.split())
_GREETINGS = (
    "здравствуйте",
    "привет",
    "приветик",
    "день",
    "вечер",
    "утро",
    "здрасте",
    "здравствуй",
    "доброго",
    "салют",
    "хай",
)

_NAMED = re.compile(
    r"(?:меня (?:зовут|звать)|мое имя|имя(?: клиента)?|зовут(?: меня)?|на имя|фио|имя и телефон|запис\w+ (?:как|"
    r"под именем))[ :,.\-—это]*$"
)
_THIS_IS = re.compile(
    r"(?:^|[\s.,!?(])(?:это|я|с вами|вам пишет|пишет|беспокоит|тут|вас беспокоит|опять я|снова я)[ ,:\-]*$"
)
_FOR = re.compile(
    r"(?:запи[шс]\w*|оформит\w*|внесите|впишите|забронируйте|бронь|запись|приведу|привезу|прид[её]т|будет|для|"
    r"на|посетитель|клиент\w*|пациент\w*)"
    r"[ ,:]*(?:(?:пожалуйста|меня|и|на|ко?|мою|моего|мне|мо[йея]|маму|папу|мужа|сына|сынишку|дочь|дочку|дочери|"
    r"дочки|сестру|сестры|брата|жену|жены|подругу|друга|ребенка|бабушку|"
    r"внука|внучку|племянницу|племянника|девушку|парня|коллегу|мамы|мужа|сыну|дочке|маме|мужу|жене|имя|его|ее|"
    r"зовут|человека|завтра|сегодня)[ ,:\-—]*)*$"
)
_KIN = re.compile(
    r"(?:мам[ауеы]|пап[ауеы]|муж[ауе]?|сын[ауе]?|сынишк\w+|доч\w+|сестр\w+|брат\w*|жен[ауеы]|ребен\w+|бабушк\w+|"
    r"внук\w*|внучк\w+|племянни\w+)[ ,:\-—]*(?:зовут |это )?$"
)
_NOT_HER = re.compile(
    r"(?:\bк|\bко|\bу|\bот|\bмастер\w*|\bврач\w*|\bдоктор\w*|\bс|\bсо|\bспециалист\w*|\bбарбер\w*|"
    r"\bадминистратор\w*|\bменеджер\w*|\bпарикмахер\w*|"
    r"\bколорист\w*|\bкосметолог\w*|\bподруг[аи]|\bподружк[аеи]|\bдруг|\bзнаком\w+|\bсоседка|\bколлега|"
    r"\bрекомендаци\w+|\bсоветовал\w*|"
    r"\bспасибо|\bпередайте|\bпозовите|\bпозвать|\bоператор\w*|\bмеханик\w*|\bтолько|\bже|\bили|\bименно|"
    r"\bваш[ауей]*|\bнаш[ауей]*|\bпопасть|\bхочу|\bне)"
    r"[ ,:]*$"
)
_THEIR_DEED = re.compile(
    r"^[ ,]*(?:\w+ )?(?:работает|принимает|делала|делает|стригла|стрижет|красила|посоветовал\w*|"
    r"порекомендовал\w*|рекомендовал\w*|советовал\w*|сказал\w*|"
    r"свобод\w+|занят\w*|завтра (?:работает|есть|свобод)|в отпуске|еще работает|есть|у вас|ваш\w*|мастер|"
    r"обещал\w*|записал\w*|испортил\w*|нахамил\w*|когда)"
)
_PATRONYMIC = re.compile(
    r"(?:[а-яё]+(?:овн|евн|ичн|иничн)(?:а|у|ы|е|ой)|[а-яё]+(?:ович|евич|ьич|мич|кич)(?:а|у|ем|е)?|оглы|кызы)$"
)
_SURNAME = re.compile(
    r"[А-ЯЁ][а-яё]+(?:ов|ев|ёв|ин|ын|ова|ева|ёва|ина|ына|ову|еву|ину|ский|ская|скую|ского|цкий|цкая|ко|ук|юк|ян|"
    r"ич|их|ых)(?:а|ой)?$"
)


_AFTER_PHONE = re.compile(r"\d[\d\- ()]{8,}[ ,.:\-]*$")
_BEFORE_PHONE = re.compile(r"^[ ,.:\n\-]*(?:тел\w*|номер\w*)?[ :.]*(?:\+? ?7|8|9)[\d(\- ]{6}")


@dataclass(frozen=True)
class Person:
    """A name found in a text: as it is put on a card, where it stands, and how sure it is that the visit is hers."""

    name: str
    start: int
    end: int
    weight: int


FOR_WHOM, NAMED, INTRODUCED, MENTIONED = 4, 3, 2, 1


def find(text: str, *, staff: Collection[str] = (), asked: bool = False) -> str | None:
    """The client's name in the nominative. ``staff``: first names of the masters; ``asked``: she was asked for it."""
    text = text[:LONGEST]
    people = people_in(text, staff=staff, asked=asked)
    if people:
        return max(people, key=lambda person: (person.weight, -person.start)).name
    return _answer(text) if asked else None


def people_in(text: str, *, staff: Collection[str] = (), asked: bool = False) -> list[Person]:
    """Everybody in the text who may be the client, in order."""
    lowered = text.lower().replace("ё", "е")
    masters = {name.lower().replace("ё", "е") for name in staff}
    found = []
    for match in _WORD.finditer(text):
        person = _person(text, lowered, match, masters, asked=asked)
        if person:
            found.append(person)
    return found


def spans(text: str) -> list[tuple[int, int]]:
    """Where anybody is named at all, client or not: what a model must not see."""
    lowered = text.lower().replace("ё", "е")
    named = {(person.start, person.end) for person in people_in(text)}
    for match in _WORD.finditer(text):
        form = forms().get(lowered[match.start() : match.end()])
        capital = match[0][0].isupper()
        if (form and (capital or not form.word)) or (
            capital and (_PATRONYMIC.match(match[0].lower()) or _follows(named, text, match))
        ):
            named.add((match.start(), match.end()))
    return sorted(named)


def _follows(named: set[tuple[int, int]], text: str, match: re.Match[str]) -> bool:
    """Whether this is a surname beside a name."""
    touching = any(end + 1 == match.start() or match.end() + 1 == start for start, end in named)
    return bool(_SURNAME.match(match[0])) and touching


def _person(text: str, lowered: str, match: re.Match[str], masters: set[str], *, asked: bool) -> Person | None:
    word = lowered[match.start() : match.end()]
    before, after = lowered[max(0, match.start() - 60) : match.start()], lowered[match.end() : match.end() + 30]
    form = forms().get(word)
    capital = match[0][0].isupper()
    weight = _weight(before, after, asked=asked)
    if form is None:
        if weight != NAMED or word in _STOP or len(word) < 3 or not _CYRILLIC.match(word):
            return None
        return Person(_titled(match[0]), match.start(), match.end(), weight)
    if weight == 0 or (form.word and not capital and weight < INTRODUCED and not _alone(lowered, match)):
        return None
    name = _nominative(match[0], word, form, weight)
    if name is None or (weight == MENTIONED and not asked and _is_master(word, form, masters)):
        return None
    if weight == MENTIONED and not form.itself:
        return None
    end, whole = _with_family(text, match, name, woman=_is_woman(name))
    return Person(whole, match.start(), end, weight)


_CYRILLIC = re.compile(r"[а-я]")


def _weight(before: str, after: str, *, asked: bool) -> int:
    near = before.rsplit("\n", 1)[-1]
    if _NAMED.search(near):
        return NAMED + (1 if _KIN.search(re.split(r"зовут|имя", near)[0]) else 0)
    if _NOT_HER.search(near) and not (asked and not near.strip()):
        return 0
    if _THEIR_DEED.match(after):
        return 0
    if _FOR.search(near) or _KIN.search(near):
        return FOR_WHOM
    if _BEFORE_PHONE.match(after) or _AFTER_PHONE.search(near):
        return INTRODUCED
    if _THIS_IS.search(near):
        return INTRODUCED
    return MENTIONED


def _alone(lowered: str, match: re.Match[str]) -> bool:
    return lowered.strip(" .,!\n") == match[0].lower().replace("ё", "е")


def _is_master(word: str, form: Form, masters: set[str]) -> bool:
    return word in masters or any(name in masters for name in form.of)


def _nominative(said: str, word: str, form: Form, weight: int) -> str | None:
    """«Марину» → «Марина»; «Александра» after «запишите» is Александр, anywhere else she is herself."""
    if form.itself and not (weight == FOR_WHOM and form.of and _accusative(word, form)):
        return _titled(said)
    if not form.of:
        return _titled(said)
    name = form.of[0]
    spelled = "".join(
        "ё" if n < len(said) and said[n].lower() == "ё" and letter == "е" else letter for n, letter in enumerate(name)
    )
    return _titled(spelled)


def _accusative(word: str, form: Form) -> bool:
    return any(word == name + "а" or word == name[:-1] + "я" for name in form.of)


def _titled(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


def _is_woman(name: str) -> bool:
    form = forms().get(name.lower().replace("ё", "е"))
    return form.woman if form else name[-1] in "ая"


def _with_family(text: str, match: re.Match[str], name: str, *, woman: bool) -> tuple[int, str]:
    """The name with the patronymic and surname that follow it, in the nominative too."""
    end = match.end()
    parts = [name]
    for following in _WORD.finditer(text, end):
        if text[end : following.start()] != " " or len(parts) == 3:
            break
        word = following[0]
        lowered = word.lower()
        if _PATRONYMIC.match(lowered) or (
            _SURNAME.match(word) and lowered not in _STOP and lowered.replace("ё", "е") not in forms()
        ):
            parts.append(_titled(_family(lowered, woman=woman)))
        else:
            break
        end = following.end()
    return end, " ".join(parts)


def _family(word: str, *, woman: bool) -> str:
    if woman:
        return word[:-2] + "ая" if word.endswith("скую") else (word[:-1] + "а" if word.endswith("у") else word)
    if word.endswith(("овича", "евича", "ича", "ова", "ева", "ина")):
        return word[:-1]
    return word[:-3] + "ий" if word.endswith("ского") else word


def _answer(text: str) -> str | None:
    """A word or two in answer to «как вас зовут?» that no list knows."""
    said = re.sub(r"^\W*(?:да|ну|меня|зовут|я|это|имя|ок|хорошо)\b[\s,.:]*", "", text.strip(), flags=re.IGNORECASE)
    words = _WORD.findall(said)
    rest = _WORD.sub("", said).strip(" .,!()\n")
    if not 1 <= len(words) <= 2 or rest or not all(2 <= len(word) <= 20 for word in words):
        return None
    if any(normalise(word) in _STOP for word in words) or re.search(
        r"(?:ть|тся|ите|йте|ешь|ете|ает|ую|аю|ется)$", words[0].lower()
    ):
        return None
    return " ".join(_titled(word) for word in words)
