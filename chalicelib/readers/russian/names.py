"""The name of the person a visit is for, as she would read it on a card: «запишите Марину» → «Марина».

Every word that may be a name is weighed by what stands around it; the tables below say what leads to a client's name,
and what to a master's, a friend's or nobody's. The heaviest counts, of equal ones the first.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from chalicelib.readers.russian import name_forms
from chalicelib.readers.russian.name_forms import Form, forms, plain
from chalicelib.readers.russian.words import LONGEST

__all__ = ["FOR_WHOM", "INTRODUCED", "MENTIONED", "NAMED", "Person", "find", "forms", "people_in", "spans"]

FOR_WHOM, NAMED, INTRODUCED, MENTIONED = 4, 3, 2, 1


@dataclass(frozen=True)
class Person:
    """A name found in a text: as it is put on a card, where it stands, and how sure it is that the visit is hers."""

    name: str
    start: int
    end: int
    weight: int


def find(text: str, *, staff: Collection[str] = (), asked: bool = False) -> str | None:
    """The client's name in the nominative. ``staff``: first names of the masters; ``asked``: she was asked for it."""
    text = text[:LONGEST]
    if asked and _LINK.search(text):
        return None
    people = people_in(text, staff=staff, asked=asked)
    if people:
        return max(people, key=lambda person: (person.weight, -person.start)).name
    return _answer(text) if asked else None


def people_in(text: str, *, staff: Collection[str] = (), asked: bool = False) -> list[Person]:
    """Everybody in the text who may be the client, in order."""
    line = _Text(text, frozenset(map(plain, staff)), asked)
    found = (_person(line, place) for place in range(len(line.pieces)) if line.pieces[place].is_word)
    return [person for person in found if person]


def spans(text: str) -> list[tuple[int, int]]:
    """Where anybody is named at all, client or not: what a model must not see."""
    named = {(person.start, person.end) for person in people_in(text)}
    words = [piece for piece in _Text(text, frozenset(), False).pieces if piece.is_word]
    for word in words:
        form = name_forms.known(word.text)
        if (form and (word.capital or not form.word)) or (word.capital and name_forms.is_patronymic(word.text)):
            named.add((word.start, word.end))
    beside = {end + 1 for _, end in named} | {start - 1 for start, _ in named}
    named |= {
        (word.start, word.end)
        for word in words
        if name_forms.is_surname(word.text) and (word.start in beside or word.end in beside)
    }
    return sorted(named)


# ---------------------------------------------------------------- the text


@dataclass(frozen=True)
class _Piece:
    text: str
    start: int
    end: int
    glued: bool
    """Whether a digit, «@», «_» or another letter touches it: part of a link or a code, no name."""

    @cached_property
    def low(self) -> str:
        return plain(self.text)

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha() and not self.glued

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_phone(self) -> bool:
        return sum(sign.isdigit() for sign in self.text) >= 9


_PIECES = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\+?\d(?:[ ()\-.]{0,3}\d)+|\S|\n")
_LINK = re.compile(r"https?:|www\.|@\w")
_LINKED = re.compile(r"https?:\S*|\w*[@/]\S*|\S+\.(?:ru|com|рф)\b")


@dataclass(frozen=True)
class _Text:
    text: str
    staff: frozenset[str]
    asked: bool

    @cached_property
    def pieces(self) -> tuple[_Piece, ...]:
        links = [match.span() for match in _LINKED.finditer(self.text)]
        return tuple(
            _Piece(match[0], match.start(), match.end(), self._is_glued(match, links))
            for match in _PIECES.finditer(self.text)
        )

    def _is_glued(self, match: re.Match[str], links: list[tuple[int, int]]) -> bool:
        before, after = self.text[match.start() - 1 : match.start()], self.text[match.end() : match.end() + 1]
        touched = any(sign.isdigit() or sign in "@_" for sign in before + after)
        return touched or any(start <= match.start() < end for start, end in links)

    def at(self, place: int) -> str:
        """The lower-case piece there, «» beyond the ends."""
        return self.pieces[place].low if 0 <= place < len(self.pieces) else ""

    def before(self, place: int, over: Collection[str]) -> int:
        """The nearest piece before this one that is none of these words."""
        place -= 1
        while self.at(place) in over and self.at(place):
            place -= 1
        return place


# ---------------------------------------------------------------- what leads to a name

_SIGNS = frozenset(",:;-—–(.!")


def _set(said: str) -> frozenset[str]:
    return frozenset(said.split())


_CALLED = _set("зовут звать зовите фио исемем исемен")
_NAME_OF = _set("имя name")
_OWNERS = _set("меня ее его их мою моего тоже клиента мое просто как это и ну да фамилия is my")
_ASKING = _set("тебя вас как чье чьё")
_AFTER_CALLED = _set("меня ее его")
_THIS_IS = _set("это я пишет беспокоит уважением вами мин тут am m this is it")
_BESIDE_THIS = _set("вас вам снова опять с вами еще раз это ,")
_BOOKING = (
    "запи", "запеши", "оформ", "внес", "впиш", "заброн", "брон", "привед", "привез", "придет", "для", "посетител",
    "клиент", "пациент", "пиши", "сними", "снять", "вычерк", "вычерк", "переброс", "перенес", "перепиш", "перезапи",
    "отмен", "сдвин", "подвин", "передвин", "перестав", "постав", "уберит", "переки", "возьм", "прими", "жд", "book",
    "for",
)  # fmt: skip
_WISHED = _set("можно надо нужно")
_BETWEEN = _set(
    """пожалуйста плиз пж пожал меня и на ко мою моего мне моей мой моя наш нашу нашего его ее имя зовут человека завтра
    сегодня тогда лучше еще please my name"""
)
_WOMEN_KIN = (
    "мама маму мамы маме мамочку дочь дочку дочке дочери дочки дочкой дочурку доча дочу сестру сестры сестра сестренку "
    "сестре жену жены жене жена бабушку бабушка бабулю бабушки внучку внучка внучке племянницу племянница девушку тетю "
    "тещу свекровь daughter wife sister mother mom кызым әнием"
)
_MEN_KIN = (
    "папа папу папы папе муж мужа мужу мужем сын сына сыну сынишку сыночка сынок сыном брата брат брату братишку ребенка "
    "ребенок ребенку дедушку дедушка деда дед внук внука внуку племянника племянник парня парень дядю отца батю тестя "
    "малыша друга son husband brother father улым этием"
)
_COMPANIONS = _set("подругу подружку коллегу подруге")
_KIN_OF = {word: woman for said, woman in ((_WOMEN_KIN, True), (_MEN_KIN, False)) for word in said.split()}
_KIN_BETWEEN = _set(", : - — зовут это его ее по имени мою моего мой моя нашу named , is")

_SOMEBODY_ELSE = (
    "мастер", "врач", "доктор", "специалист", "барбер", "администратор", "админ", "менеджер", "парикмахер", "колорист",
    "косметолог", "подружк", "знаком", "соседк", "коллега", "рекомендаци", "советовал", "спасиб", "благодар", "передай",
    "позови", "позвать", "оператор", "механик", "именно", "ваш", "попасть", "друган", "хирург", "стоматолог", "мимо",
)  # fmt: skip
_NOT_HERS = _set("к ко у от с со подруга подруги друг только же или ваша ваше не про о об мимо хочу к мол благодаря то у")
_TO_A_PERSON = ("переключ", "соедин", "перевед", "позов", "пригла", "дайте", "кликн", "пусть", "поменя", "сменит", "набер")
_THEIR_DEEDS = (
    "работа", "принима", "делал", "делает", "стриг", "стриж", "краси", "посовет", "порекоменд", "рекоменд", "совет",
    "сказал", "свобод", "занят", "отпуск", "есть", "ваш", "мастер", "обеща", "записал", "испорт", "нахам", "когда",
    "хвал", "вчера", "меня", "тебя", "ведет", "очень", "лучше", "самая", "самый", "прости", "обслуж", "порез",
)  # fmt: skip
_PREPOSITIONS = _set("на в во к ко с со по для до после за и")

_STOP = _set(
    """
    да нет не ок хорошо ладно привет здравствуйте спасибо добрый день вечер утро запишите можно хочу завтра сегодня
    я мы вы ты он она это меня мне у на в к по за с со и а но или что как где когда сколько почему зачем кто уже еще
    просто тоже только очень буду могу нужно надо есть был была были от до для из под над при о об же ли бы ну вот
    так там тут здесь хотел хотела пишу постоянный постоянная клиент клиентка ваш ваша ваши мой моя мама папа муж
    жена сын дочь дочка подруга друг бот робот оператор администратор менеджер мастер мастера врач доктор номер
    телефон телефона имя имени фамилия отчество зовут звать плюс галочку галочка тебя себя его ее их им согласна согласен готова готов рада рад против записана записан записалась
    записался опаздываю опоздаю понял поняла думаю беременна первый первая вторая снова опять по-моему вообще точно
    ваше наше салон звонила звонил писала писал ошиблась ошибся забыла забыл отвечу скажу потом никак никто ничего
    стрижка маникюр педикюр окрашивание утром вечером днем минуту секунду ужас кошмар пока срочно срочный реклама жду
    хотелось нормально отлично супер угу ага неа конечно давайте отмена отменить перенести понедельник вторник среда
    четверг пятница суббота воскресенье какой какая какое какие чей чье странный вопрос второй раз не-а стоп хватит
    отстаньте вам вас нам вами нами дочке сыну мужу приветик салют хай алло доброе вечера утра дня добрая
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь мая мае марта
    любой любую людей людям тоне тону поле поля геля гелем теме тему темы тема марка марку марки мире миру
    томе тома веста весту весты лада ладу ладе лады самара самару самары россия тольятти брови бровки ногти зуб зубы чистка укладка
    массаж ресницы борода бритье кариес имплант осмотр консультация пломба окошко запись сертификат анализы эвакуатор
    hello hi yes no i my name the a is mr mrs ms ok please
    """
)
_VERB = re.compile(r"(?:ть|тся|ться|ите|йте|ешь|ете|ает|уют|ую|аю|яю|ется|ится|ал|ала|или|ли|но)$")
_ADJECTIVE = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ному|ыми)$")


def _person(text: _Text, place: int) -> Person | None:
    piece = text.pieces[place]
    if len(piece.text) < 2 or piece.low in _STOP or piece.low in _KIN_OF:
        return None
    form = name_forms.known(piece.text) if _is_spelled_as_a_name(piece.text) else None
    weight, kin = _weight(text, place)
    if form is None:
        name = _unknown(text, place, weight, kin)
        return Person(name, piece.start, piece.end, weight) if name else None
    if not _counts(text, place, form, weight):
        return None
    accusative = weight == FOR_WHOM and not _is_called(text, place)
    name = name_forms.nominative(piece.text, form, accusative=accusative, woman=kin)
    woman = _is_woman(name)
    end, whole = _with_family(text, place, name, woman=woman)
    return Person(whole, piece.start, end, weight)


def _is_spelled_as_a_name(word: str) -> bool:
    """«Анна», «анна», «АННА»; «ЛОРа» is something else."""
    return word.isupper() or word[1:] == word[1:].lower() or "-" in word


def _is_woman(name: str) -> bool:
    form = name_forms.known(name)
    return form.woman if form else name[-1] in "ая"


def _counts(text: _Text, place: int, form: Form, weight: int) -> bool:
    """Whether a known name, at this weight, may be the client's."""
    piece = text.pieces[place]
    if weight == 0 or (form.word and not piece.capital and weight < INTRODUCED and not _is_alone(text, place)):
        return False
    if weight > MENTIONED or text.asked:
        return form.itself or weight > MENTIONED
    return form.itself and not _is_staff(text, form, piece.low)


def _is_staff(text: _Text, form: Form, low: str) -> bool:
    """Whether one of the masters is called so, in full or fondly."""
    people = {known.person for name in text.staff if (known := name_forms.known(name))}
    return low in text.staff or not text.staff.isdisjoint(form.of) or form.person in people


def _is_alone(text: _Text, place: int) -> bool:
    return all(not piece.is_word or piece is text.pieces[place] for piece in text.pieces)


# ---------------------------------------------------------------- how heavy a name is


def _weight(text: _Text, place: int) -> tuple[int, bool | None]:
    """The weight of a name there, and whether a woman of the family is named with it (None: nobody of it)."""
    kin = _kin_before(text, place)
    if _is_called(text, place):
        return (NAMED + 1 if kin is not None or _kin_in_line(text, place) else NAMED), kin
    if not (text.asked and place == 0) and _is_somebody_else(text, place):
        return 0, None
    if _does_a_deed(text, place):
        return 0, None
    if kin is not None or _is_booked(text, place):
        return FOR_WHOM, kin
    if _beside_a_phone(text, place) or _introduces(text, place):
        return INTRODUCED, None
    return MENTIONED, None


def _is_called(text: _Text, place: int) -> bool:
    """«Меня зовут Настя», «на имя Насти», «Настя меня зовут»."""
    lead = text.before(place, _OWNERS | _SIGNS)
    called = text.at(lead) in _CALLED or (text.at(lead) in _NAME_OF and text.at(lead - 1) not in _ASKING)
    if called and text.at(lead - 1) not in _ASKING and not _ASKING & {text.at(lead + 1)}:
        return True
    after = place + 1
    if text.at(after) in _AFTER_CALLED:
        after += 1
    return text.at(after) in ("зовут", "звать", "исемле") and text.at(after + 1) != "как"


def _kin_before(text: _Text, place: int) -> bool | None:
    """Whether a word of the family leads to it, «дочку Соню», and whether it is a woman's."""
    lead = text.before(place, _KIN_BETWEEN)
    if text.at(lead) in _COMPANIONS and lead == place - 1:
        return True
    return _KIN_OF.get(text.at(lead)) if text.at(lead) in _KIN_OF and place - lead <= 4 else None


def _kin_in_line(text: _Text, place: int) -> bool:
    """«Хочу мужу подарить стрижку, зовут Павел»: somebody of the family, and not «меня зовут»."""
    lead = place
    while lead > 0 and text.at(lead) != "\n":
        lead -= 1
        if text.at(lead) == "меня" and place - lead <= 3:
            return False
        if text.at(lead) in _KIN_OF:
            return True
    return text.at(place + 1) in ("ее", "его")


def _is_somebody_else(text: _Text, place: int) -> bool:
    """«К Ольге», «мастер Ольга», «спасибо Марине», «переключите на Светлану»."""
    lead = place - 1
    if text.at(lead) in _SIGNS:
        return False
    if text.at(lead) in ("это", "вы", "ты") and text.at(place + 1) == "?":
        return True
    if text.at(lead) in _NOT_HERS or text.at(lead).startswith(_SOMEBODY_ELSE):
        return True
    to = text.before(place, _set("на ко мне вашу нашу нам меня пожалуйста"))
    return text.at(to).startswith(_TO_A_PERSON)


def _does_a_deed(text: _Text, place: int) -> bool:
    """«Ольга завтра работает?», «Катя посоветовала»."""
    after = place + 1
    if text.at(after) in _SIGNS - {",", "-"}:
        return False
    if text.at(after) == ",":
        return False
    if text.at(after) == "у" and text.at(after + 1) in ("вас", "меня"):
        return True
    following = (after,) if text.at(after) in _PREPOSITIONS else (after, after + 1)
    return any(text.at(next_).startswith(_THEIR_DEEDS) for next_ in following if text.at(next_))


def _is_booked(text: _Text, place: int) -> bool:
    """«Запишите пожалуйста на завтра Марину», «снимите Тихона», «Ваню запишите», «можно Настю на пятницу»."""
    lead = text.at(text.before(place, _BETWEEN | _SIGNS | frozenset(_KIN_OF)))
    form = name_forms.known(text.at(place))
    wished = lead in _WISHED or text.at(place + 1).startswith(_BOOKING)
    if wished and form and not form.itself and not _is_staff(text, form, text.at(place)):
        return True
    # After a comma only the accusative is hers: «записывайте, Света» names the writer.
    return lead.startswith(_BOOKING) and (text.at(place - 1) not in _SIGNS - {":"} or bool(form and not form.itself))


def _beside_a_phone(text: _Text, place: int) -> bool:
    """«Анна, 8 900 …», «… 8 900 … Анна»."""
    after, before = place + 1, text.before(place, _SIGNS | {"\n"})
    if text.at(after) and name_forms.is_patronymic(text.at(after)):
        after += 1
    while text.at(after) in _SIGNS | _set("тел телефон номер мой \n"):
        after += 1
    phones = [text.pieces[near] for near in (before, after) if 0 <= near < len(text.pieces)]
    return any(piece.is_phone for piece in phones)


def _introduces(text: _Text, place: int) -> bool:
    """«Это Нина», «с уважением, Нина», «Нина беспокоит»."""
    if text.at(place + 1) == "?" or text.at(place + 2) == "?":
        return False
    lead = text.before(place, _SIGNS - {".", "!"})
    after = place + 2 if name_forms.is_patronymic(text.at(place + 1)) else place + 1
    return text.at(lead) in _THIS_IS or text.at(after) in ("я", "беспокоит", "пишет")


# ---------------------------------------------------------------- names no list has


def _unknown(text: _Text, place: int, weight: int, kin: bool | None) -> str | None:
    """A word no list has, where hardly anything but a name can stand."""
    piece = text.pieces[place]
    if not 3 <= len(piece.text) <= 15 or name_forms.is_patronymic(piece.text):
        return None
    if weight >= NAMED and _is_called(text, place):
        sure = piece.capital or not (_VERB.search(piece.low) or _ADJECTIVE.search(piece.low))
        return name_forms.titled(piece.text) if sure and _stands_free(text, place) else None
    if not piece.capital or piece.text[1:] != piece.text[1:].lower():
        return None
    if kin is not None and weight == FOR_WHOM and text.at(place - 1) in _KIN_OF:
        return name_forms.guessed(piece.text, woman=kin)
    if weight == INTRODUCED and text.at(text.before(place, _SIGNS)) in _THIS_IS and _stands_free(text, place):
        return name_forms.titled(piece.text)
    return None


def _stands_free(text: _Text, place: int) -> bool:
    """Whether it is no first word of something longer: «это Парк Хаус?»."""
    after = text.pieces[place + 1] if place + 1 < len(text.pieces) else None
    return after is None or not (after.is_word and after.capital) or name_forms.is_surname(after.text)


_FAMILY_WORDS = 3


def _with_family(text: _Text, place: int, name: str, *, woman: bool) -> tuple[int, str]:
    """The name with the patronymic and surname that follow it, in the nominative too."""
    parts, end = [name], text.pieces[place].end
    for piece in text.pieces[place + 1 : place + _FAMILY_WORDS]:
        if piece.start != end + 1 or not piece.is_word or piece.low in _STOP:
            break
        is_surname = name_forms.is_surname(piece.text) and piece.low not in forms()
        if not (name_forms.is_patronymic(piece.text) or is_surname):
            break
        parts.append(name_forms.family(piece.text, woman=woman))
        end = piece.end
    return end, " ".join(parts)


_BEFORE_ANSWER = _set("да ну меня зовут я это имя ок хорошо мое пусть будет пишите минем исемем my name is i am")


def _answer(text: str) -> str | None:
    """A word or two in answer to «как вас зовут?» that no list knows."""
    pieces = _Text(text, frozenset(), True).pieces
    words = [piece for piece in pieces if piece.text[0].isalpha()]
    while words and words[0].low in _BEFORE_ANSWER:
        words = words[1:]
    rest = [piece for piece in pieces if not piece.text[0].isalpha() and piece.text not in " .,!()'\n"]
    if not 1 <= len(words) <= 2 or rest or any(word.glued or not 2 <= len(word.text) <= 20 for word in words):
        return None
    if any(word.low in _STOP for word in words) or _VERB.search(words[0].low):
        return None
    return " ".join(name_forms.titled(word.text) for word in words)
