"""The name of the person a visit is for, as she would read it on a card: «запишите Марину» → «Марина».

Every word that may be a name is weighed by what stands around it (`name_words`). The heaviest counts, of equal ones the
first.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers.russian import name_forms
from chalicelib.readers.russian import name_words as near
from chalicelib.readers.russian.name_forms import Form, plain
from chalicelib.readers.russian.name_text import LINK, Text
from chalicelib.readers.russian.words import LONGEST

__all__ = ["FOR_WHOM", "INTRODUCED", "MENTIONED", "NAMED", "Person", "find", "people_in", "spans"]

_CALLING = near.CALLED | near.NAME_OF | near.ARE_CALLED
_RELATED = near.KIN_OF.keys() | near.COMPANIONS
_BEFORE_HER_NAME = near.STOP | near.BEFORE_ANSWER | near.SIGNS
_NEAR = 4
"""So many pieces may lead from «дочку» to her name."""
_BESIDE_CALLED = near.OWNERS | near.SIGNS
_BETWEEN_BOOKED = near.BETWEEN | near.SIGNS | near.KIN_OF.keys()
_BEFORE_PHONE, _TO_PHONE = near.SIGNS | {"\n"}, near.SIGNS | near.BEFORE_A_PHONE
_ENDS_DEED, _ENDS_BOOKING, _IN_SENTENCE = near.SIGNS - {"-"}, near.SIGNS - {":"}, near.SIGNS - {".", "!"}

_WORD = lazy(r"[^\W\d_]+")

FOR_WHOM, NAMED, INTRODUCED, MENTIONED = 4, 3, 2, 1
"""How sure a name is hers: the visit is for him or her; so she is called; this is she; a name stands there."""


class Person(NamedTuple):
    """A name found in a text: as it is put on a card, where it stands, and how sure it is that the visit is hers."""

    name: str
    start: int
    end: int
    weight: int


def find(text: str, *, staff: Collection[str] = (), asked: bool = False) -> str | None:
    """The client's name in the nominative. ``staff``: first names of the masters; ``asked``: she was asked for it."""
    text = text[:LONGEST]
    if asked and LINK.search(text):
        return None
    people = people_in(text, staff=staff, asked=asked)
    if people:
        return max(people, key=lambda person: (person.weight, -person.start)).name
    return _answer(text) if asked else None


def is_in_latin(text: str) -> bool:
    """Whether somebody the list has in Latin letters is named: Kate, whose name is no «Кате»."""
    return any(word.isascii() and name_forms.listed(word) for word in map(plain, _WORD.findall(text)))


def is_russian(text: str) -> bool:
    """Whether a word of it is a Russian name in the nominative: «Кристина» was typed «Kristina»."""
    forms = map(name_forms.listed, map(plain, _WORD.findall(text)))
    return any(form is not None and form.itself for form in forms)


def people_in(text: str, *, staff: Collection[str] = (), asked: bool = False) -> list[Person]:
    """Everybody in the text who may be the client, in order."""
    line = Text(text, frozenset(map(plain, staff)), asked)
    found = (_person(line, place) for place in range(len(line.pieces)) if line.pieces[place].is_word)
    return [person for person in found if person]


def spans(text: str) -> list[tuple[int, int]]:
    """Where anybody is named at all, client or not: what a model must not see."""
    named = {(person.start, person.end) for person in people_in(text)}
    words = [piece for piece in Text(text, frozenset(), False).pieces if piece.is_word]
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


def _person(text: Text, place: int) -> Person | None:
    piece = text.pieces[place]
    if len(piece.text) < 2 or piece.low in _RELATED or (piece.low in near.STOP and not _signs(text, place)):
        return None
    form = name_forms.known(piece.text) if _is_spelled_as_a_name(piece.text) else None
    if form is None and not piece.capital and not _is_called(text, place):
        return None
    first = place - 1 if form and _has_surname_before(text, place) else place
    weight, kin = _weight_from(text, first, place)
    if form is None:
        name = _unknown(text, place, weight, kin)
        return Person(name, piece.start, piece.end, weight) if name else None
    if not _counts(text, place, form, weight):
        return None
    accusative = weight == FOR_WHOM and not _is_called(text, place)
    name = name_forms.nominative(piece.text, form, accusative=accusative, woman=kin)
    woman = _is_woman(name)
    end, whole = _with_family(text, place, name, woman=woman)
    if first < place and (weight > MENTIONED or text.asked or " " in whole):
        whole = f"{name_forms.family(text.pieces[first].text, woman=woman)} {whole}"
    return Person(whole, piece.start, end, weight)


def _signs(text: Text, place: int) -> bool:
    """Whether a word that is seldom a name is one: «Тома» in answer to «как вас зовут?», or beside a phone."""
    piece = text.pieces[place]
    form = name_forms.listed(piece.low) if piece.capital else None
    if form is None or not form.itself:
        return False
    return _beside_a_phone(text, place) or (text.asked and _is_alone(text, place))


def _is_spelled_as_a_name(word: str) -> bool:
    """«Анна», «анна», «АННА»; «ЛОРа» is something else."""
    return word.isupper() or word[1:] == word[1:].lower() or "-" in word


def _is_woman(name: str) -> bool:
    form = name_forms.known(name)
    return form.woman if form else name[-1] in "ая"


def _counts(text: Text, place: int, form: Form, weight: int) -> bool:
    """Whether a known name, at this weight, may be the client's."""
    piece = text.pieces[place]
    if weight == 0 or (form.word and not piece.capital and weight < INTRODUCED and not _is_alone(text, place)):
        return False
    if weight > MENTIONED or text.asked:
        return form.itself or weight > MENTIONED
    return form.itself and not _is_staff(text, form, piece.low)


def _is_staff(text: Text, form: Form, low: str) -> bool:
    """Whether one of the masters is called so, in full or fondly."""
    people = {known.person for name in text.staff if (known := name_forms.known(name))}
    return low in text.staff or not text.staff.isdisjoint(form.of) or form.person in people


def _is_alone(text: Text, place: int) -> bool:
    return all(not piece.is_word or piece is text.pieces[place] for piece in text.pieces)


# ---------------------------------------------------------------- how heavy a name is


def _weight_from(text: Text, first: int, place: int) -> tuple[int, bool | None]:
    """The weight of a name that a surname may come before, «запишите Петрову Анну»: of the two what tells more."""
    weights = [_weight(text, at) for at in dict.fromkeys((first, place))]
    return (0, None) if (0, None) in weights else max(weights, key=lambda weight: weight[0])


def _weight(text: Text, place: int) -> tuple[int, bool | None]:
    """The weight of a name there, and whether a woman of the family is named with it (None: nobody of it)."""
    kin = _kin_before(text, place)
    if _comes_too(text, place):
        return MENTIONED, kin
    if _is_called(text, place):
        return (NAMED + 1 if kin is not None or _kin_in_line(text, place) else NAMED), kin
    if not (text.asked and place == 0) and _is_somebody_else(text, place):
        return 0, None
    if _does_a_deed(text, place):
        return 0, None
    if kin is not None or _is_booked(text, place):
        return FOR_WHOM, kin
    if _beside_a_phone(text, place) or _introduces(text, place) or _is_aged(text, place):
        return INTRODUCED, None
    return MENTIONED, None


def _is_called(text: Text, place: int) -> bool:
    """«Меня зовут Настя», «на имя Насти», «Настя меня зовут»."""
    if not text.has(_CALLING):
        return False
    if _is_put_right(text, place):
        return True
    lead = text.before(place, _BESIDE_CALLED)
    called = text.at(lead) in near.CALLED or (text.at(lead) in near.NAME_OF and text.at(lead - 1) not in near.ASKING)
    if called and text.at(lead - 1) not in near.ASKING and not near.ASKING & {text.at(lead + 1)}:
        return True
    after = place + 1
    if text.at(after) in near.AFTER_CALLED:
        after += 1
    if text.at(place - 1) in near.PREPOSITIONS:
        return False  # «на свадьбу зовут»
    if text.at(after) not in near.ARE_CALLED or text.at(after + 1) == "как":
        return False
    return after > place + 1 or not _may_be_a_name(text, after + 1)  # «соседку зовут Рита»


def _may_be_a_name(text: Text, place: int) -> bool:
    return bool(text.at(place)) and (text.pieces[place].capital or name_forms.known(text.at(place)) is not None)


def _is_put_right(text: Text, place: int) -> bool:
    """«Имя поменяйте на Екатерина», «замените имя на Дарью»."""
    lead = text.before(place, near.PUT_ON)
    said = (text.at(lead - 1), text.at(lead))
    is_it = text.at(place - 1) == "на" and not near.NAME_OF.isdisjoint(said)
    return is_it and any(word.startswith(near.PUTS_RIGHT) for word in said)


def _kin_before(text: Text, place: int) -> bool | None:
    """Whether a word of the family leads to it, «дочку Соню», and whether it is a woman's."""
    lead = text.before(place, near.KIN_BETWEEN)
    if text.at(lead) in near.COMPANIONS and lead == place - 1:
        return True
    return near.KIN_OF.get(text.at(lead)) if text.at(lead) in near.KIN_OF and place - lead <= _NEAR else None


def _comes_too(text: Text, place: int) -> bool:
    """«Андрей, сына Миша зовут», «меня зовут Лена, подругу — Даша»: she who writes is named, and he comes with her;
    but «меня зовут Лена, запишите сына, зовут Миша» books him alone."""
    whom = text.before(place, near.KIN_BETWEEN)
    if not text.has(near.ARE_CALLED) or text.at(whom) not in near.WHOM or place - whom > _NEAR:
        return False
    form = name_forms.known(text.at(place))
    herself = text.after(-1, _BEFORE_HER_NAME)
    named = form is None or form.itself
    return named and herself < whom and _may_be_a_name(text, herself) and not _books_somebody(text)


def _books_somebody(text: Text) -> bool:
    """«Записываю маму», «сына хочу записать»."""
    return any(
        text.at(place).startswith(near.BOOKING)
        and not _RELATED.isdisjoint({text.at(text.before(place, near.STOP)), text.at(text.after(place, near.BETWEEN))})
        for place in range(len(text.pieces))
    )


def _kin_in_line(text: Text, place: int) -> bool:
    """«Хочу мужу подарить стрижку, зовут Павел»: somebody of the family, and not «меня зовут»."""
    lead = place
    while lead > 0 and text.at(lead) != "\n":
        lead -= 1
        if text.at(lead) == "меня" and place - lead <= 3:
            return False
        if text.at(lead) in near.KIN_OF:
            return True
    return text.at(place + 1) in ("ее", "его")


def _is_somebody_else(text: Text, place: int) -> bool:
    """«К Ольге», «мастер Ольга», «спасибо Марине», «переключите на Светлану»."""
    lead = place - 1
    if text.at(lead) in near.SIGNS:
        return False
    if text.at(lead) in ("это", "вы", "ты") and text.at(place + 1) == "?":
        return True
    if text.at(lead) in near.NOT_HERS or text.at(lead).startswith(near.SOMEBODY_ELSE):
        return True
    to = text.before(place, near.BEFORE_A_PERSON)
    return text.at(to).startswith(near.TO_A_PERSON)


def _does_a_deed(text: Text, place: int) -> bool:
    """«Ольга завтра работает?», «Катя посоветовала», «Вера, которая у вас сидела»."""
    after = place + 1 + (text.at(place + 1) != "" and name_forms.is_patronymic(text.at(place + 1)))
    if text.at(after) in _ENDS_DEED:
        return text.at(after) == "," and text.at(after + 1) in ("которая", "который")
    if text.at(after) in near.RIGHT_AFTER:
        return True
    if text.at(after) in ("еще", "уже"):
        after += 1
    if text.at(after) == "у" and text.at(after + 1) in ("вас", "меня"):
        return True
    following = (after,) if text.at(after) in near.PREPOSITIONS else (after, after + 1)
    return any(text.at(next_).startswith(near.THEIR_DEEDS) for next_ in following if text.at(next_))


def _is_booked(text: Text, place: int) -> bool:
    """«Запишите пожалуйста на завтра Марину», «снимите Тихона», «Ваню запишите», «можно Настю на пятницу»."""
    lead = text.at(text.before(place, _BETWEEN_BOOKED))
    form = name_forms.known(text.at(place))
    other_case = form is not None and not form.itself
    wished = lead in near.WISHED or lead.startswith(near.CALLS) or text.at(place + 1).startswith(near.BOOKING)
    of_a_service = text.at(place - 2).startswith(near.BOOKING)  # «отмените чистку Дениса»
    if (wished or of_a_service) and form and other_case and not _is_staff(text, form, text.at(place)):
        return True
    # After a comma only another case is hers: «записывайте, Света» names the writer.
    return lead.startswith(near.BOOKING) and (other_case or text.at(place - 1) not in _ENDS_BOOKING)


def _is_aged(text: Text, place: int) -> bool:
    """«Жоре 3 годика», «Тимур, 8 лет»."""
    after = place + 1 + (text.at(place + 1) in near.SIGNS)
    return text.at(after).isdigit() and text.at(after + 1).startswith(("лет", "год"))


def _beside_a_phone(text: Text, place: int) -> bool:
    """«Анна, 8 900 …», «… 8 900 … Анна»."""
    after, before = place + 1, text.before(place, _BEFORE_PHONE)
    if text.at(after) and name_forms.is_patronymic(text.at(after)):
        after += 1
    while text.at(after) in _TO_PHONE:
        after += 1
    phones = [text.pieces[beside] for beside in (before, after) if 0 <= beside < len(text.pieces)]
    return any(piece.is_phone for piece in phones)


def _introduces(text: Text, place: int) -> bool:
    """«Это Нина», «с уважением, Нина», «Нина беспокоит»."""
    if text.at(place + 1) == "?" or text.at(place + 2) == "?":
        return False
    lead = text.before(place, _IN_SENTENCE)
    after = place + 2 if name_forms.is_patronymic(text.at(place + 1)) else place + 1
    return text.at(lead) in near.THIS_IS or text.at(after) in ("я", "беспокоит", "пишет")


# ---------------------------------------------------------------- names no list has


def _unknown(text: Text, place: int, weight: int, kin: bool | None) -> str | None:
    """A word no list has, where hardly anything but a name can stand."""
    piece = text.pieces[place]
    if not 3 <= len(piece.text) <= 15 or name_forms.is_patronymic(piece.text):
        return None
    if weight >= NAMED and _is_called(text, place):
        sure = piece.capital or not piece.low.endswith(near.VERB + near.ADJECTIVE)
        return name_forms.titled(piece.text) if sure and _stands_free(text, place) else None
    if not piece.capital or piece.text[1:] != piece.text[1:].lower():
        return None
    if kin is not None and weight == FOR_WHOM and text.at(place - 1) in near.KIN_OF:
        return name_forms.guessed(piece.text, woman=kin)
    if weight == INTRODUCED and text.at(text.before(place, near.SIGNS)) in near.THIS_IS and _stands_free(text, place):
        return name_forms.titled(piece.text)
    return None


def _stands_free(text: Text, place: int) -> bool:
    """Whether it is no first word of something longer: «это Парк Хаус?»."""
    after = text.pieces[place + 1] if place + 1 < len(text.pieces) else None
    return after is None or not (after.is_word and after.capital) or name_forms.is_surname(after.text)


_FAMILY_WORDS = 3


def _has_surname_before(text: Text, place: int) -> bool:
    """«Петрову Анну», «Сергеев Сергей Сергеич»; «Снова Анна» has none."""
    before, piece = text.pieces[place - 1], text.pieces[place]
    beside = place > 0 and before.end + 1 == piece.start and piece.capital
    return (
        beside
        and before.low not in near.STOP
        and name_forms.is_surname(before.text)
        and not name_forms.known(before.text)
    )


def _with_family(text: Text, place: int, name: str, *, woman: bool) -> tuple[int, str]:
    """The name with the patronymic and surname that follow it, in the nominative too."""
    parts, end = [name], text.pieces[place].end
    for piece in text.pieces[place + 1 : place + _FAMILY_WORDS]:
        if piece.start != end + 1 or not piece.is_word or piece.low in near.STOP:
            break
        is_surname = name_forms.is_surname(piece.text) and name_forms.listed(piece.low) is None
        if not (name_forms.is_patronymic(piece.text) or is_surname):
            break
        parts.append(name_forms.family(piece.text, woman=woman))
        end = piece.end
    return end, " ".join(parts)


def _answer(text: str) -> str | None:
    """A word or two in answer to «как вас зовут?» that no list knows."""
    pieces = Text(text, frozenset(), True).pieces
    words = [piece for piece in pieces if piece.text[0].isalpha()]
    while words and words[0].low in near.BEFORE_ANSWER:
        words = words[1:]
    rest = [piece for piece in pieces if not piece.text[0].isalpha() and piece.text not in " .,!()'\n"]
    if not 1 <= len(words) <= 2 or rest or any(word.glued or not 2 <= len(word.text) <= 20 for word in words):
        return None
    if any(word.low in near.STOP and not (word.capital and word.low in near.SURNAMES_TOO) for word in words):
        return None
    if words[0].low.endswith(near.NO_NOMINATIVE) and words[0].low not in near.SURNAMES_TOO:
        return None
    if len(words) == 1 and words[0].low.endswith(near.ADJECTIVE) and not name_forms.is_surname(words[0].text):
        return None
    return " ".join(name_forms.titled(word.text) for word in words)
