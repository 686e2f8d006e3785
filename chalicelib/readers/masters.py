"""To whom she wants to go: «к Ольге», «у Ани», «не к Лене, а к Оле», «без разницы к кому»; of the pack only."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers.russian.name_forms import forms_of, is_patronymic, listed, plain
from chalicelib.readers.russian.words import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from chalicelib.regulation.schema import Business, Colleague

Sense = Literal["wished", "denied", "told"]
"""How somebody is named: to whom she wants, to whom she does not, with whom she has been or is written down."""

_TO = frozenset(["к", "ко", "у"])
_OWN_ROLES = ("хирург", "терапевт", "колорист")
"""Roles by which somebody may be asked for; a hairdresser is anybody who cuts hair."""
_SURNAME = lazy(r"..(?:ов|ев|ин|ын)(?:ой|у|а)$")
_TO_IN_ENGLISH = frozenset(["to", "with", "by", "see"])
_ROLES = (
    "мастер", "врач", "доктор", "барбер", "парикмахер", "колорист", "стилист", "стоматолог", "хирург", "терапевт",
    "специалист", "stylist", "barber", "doctor", "dentist", "master", "dr",
)  # fmt: skip
_BETWEEN = frozenset(
    ["нашей", "нашему", "вашей", "вашему", "вашего", "моей", "моему", "самой", "самому", "именно", "только"]
)
_WISHING = frozenset(["лучше", "пусть", "давайте", "тогда", "именно", "только"])
_WISHING_HER = frozenset(["можно", "хочу", "хотела", "хотел", "хотелось", "нужна", "нужен", "предпочитаю"])
"""Beside another case than the nominative: «можно Ольгу»; «можно, Ольга» is who writes."""
_DOES = ("свобод", "работает", "принима", "сможет", "может", "free", "available")
_TOLD = ("записан", "запис", "была", "был", "стриг", "ходил", "делал", "красил", "лечил")
_WANTS_WRITING = ("запиши", "записат", "запишу")
_AGAIN = frozenset(["снова", "опять", "тоже", "также", "ней", "нему"])
_CORRECTED = frozenset(["нет", "лучше", "точнее", "вернее", "ой", "а"])
_OR = frozenset(["или", "либо", "и", "or"])
_EXCEPT = frozenset(["кроме", "except"])
_NOT_WISHED = ("хоч", "хот", "над", "нуж", "буд", "пойд")
_NOT = frozenset(["не", "ни", "not"])
_AROUND_AN_ANSWER = frozenset(["давайте", "лучше", "пусть", "тогда", "можно", "пожалуйста", "а", "ну", "да", "к", "у"])
_AROUND_SAID = """
    ко бы я мне нас меня записаться запишите есть мы хотим хочется попасть нет ой only to with please
"""
_AROUND_A_WISH = _AROUND_AN_ANSWER | _WISHING | _WISHING_HER | _NOT | _OR | frozenset(_AROUND_SAID.split())
_TATAR = ("га", "гә", "ка", "кә", "да", "дә", "та", "тә")
_ANYBODY = lazy(
    r"(?:без разниц\w*|вс[её] равно|не ?важно|не принципиально|нет разниц\w*)"
    r" (?:к кому|у кого|кто|с кем|как\w+ (?:мастер|врач|доктор|барбер|специалист)\w*)"
    r"|(?:к|у) люб(?:ому|ой|ого)(?: (?:мастер|врач|доктор|барбер|специалист)\w*|$|[,.!?])"
    r"|любо(?:й|го|му) (?:мастер|врач|доктор|барбер|специалист)\w*|к кому угодно|у кого угодно"
    r"|мастер (?:не важен|любой)|кто (?:свободен|свободный)|к кому (?:можно|есть|раньше)"
    r"|any(?: free| available)? (?:master|stylist|barber|doctor)|(?:anyone|anybody) is fine|теләсә кайсы оста"
)
_OF_ANYBODY = ("разниц", "равно", "важ", "принципиально", "люб", "угодно", "кто свобод", "к кому", "any", "теләсә")
"""One of these a text has that says so."""


def performers(business: Business) -> list[Colleague]:
    """Those colleagues who do what can be booked."""
    ids = {person for service in business.services for person in service.masters}
    return [person for person in business.staff if person.id in ids]


class _Named(NamedTuple):
    place: int
    people: tuple[str, ...]
    sense: Sense


class Masters:
    """The performers of a pack, ready to be found. Built once for a pack."""

    def __init__(self, business: Business) -> None:
        staff = performers(business)
        self.everybody = tuple(person.id for person in staff)
        self._nominative = frozenset(plain(person.name.split()[0]) for person in staff)
        self._further = {person.id: frozenset(map(plain, person.name.split()[1:])) for person in staff}
        self._roles = _roles_of(staff)
        called, tatar = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for person in staff:
            first = plain(person.name.split()[0])
            for form in {*forms_of(first), person.id}:
                called[form].append(person.id)
            for ending in _TATAR:
                tatar[first + ending].append(person.id)
        self._called = {form: tuple(people) for form, people in called.items()}
        self._tatar = {form: tuple(people) for form, people in tatar.items()}

    def find(self, plain_text: str, asked: str | None = None, *, told: bool = False) -> tuple[str, ...]:
        """The ids of those to whom she would go, in the pack's order: of a normalised text. Everybody when it does not
        matter to her; empty when nobody is named. ``asked``: what the desk has asked last; ``told``: with whom she has
        been or is written down counts too."""
        said = words(plain_text)
        named = [one for place in range(len(said)) if (one := self._named(said, place, asked))]
        if wished := [one for one in named if one.sense == "wished"]:
            return self._in_order(_meant(said, wished))
        if denied := {person for one in named if one.sense == "denied" for person in one.people}:
            return tuple(person for person in self.everybody if person not in denied)
        if any(hint in plain_text for hint in _OF_ANYBODY) and _ANYBODY.search(plain_text):
            return self.everybody
        return self._in_order({person for one in named for person in one.people}) if told else ()

    def is_all(self, plain_text: str) -> bool:
        """Whether nothing else is said: «у Ани можно?», «лучше к Оле»."""
        said = words(plain_text)
        return all(word in _AROUND_A_WISH or word in self._called or word.startswith(_ROLES) for word in said)

    def names_a_stranger(self, plain_text: str) -> bool:
        """Whether a normalised text asks for a colleague who is not there: «к доктору Ивановой», «к мастеру Кате»."""
        said = words(plain_text)
        places = (place for place in range(2, len(said)) if self._is_a_stranger(said, place))
        return any(" ".join(said[place - 2 : place + 1]) in plain_text for place in places)

    def _is_a_stranger(self, said: list[str], place: int) -> bool:
        to, role, name = said[place - 2 : place + 1]
        if to not in _TO or not role.startswith(_ROLES) or not self._called.keys().isdisjoint(said[place : place + 3]):
            return False
        return listed(name) is not None or bool(_SURNAME.search(name))

    def _in_order(self, people: Collection[str]) -> tuple[str, ...]:
        return tuple(person for person in self.everybody if person in people)

    def _named(self, said: list[str], place: int, asked: str | None) -> _Named | None:
        token = said[place]
        if token in self._tatar:
            return _Named(place, self._tatar[token], "wished")
        people = self._called.get(token) or self._of_role(said, place)
        if people is None:
            return None
        sense = self._sense(said, place, asked)
        return _Named(place, self._closer(people, said, place), sense) if sense else None

    def _of_role(self, said: list[str], place: int) -> tuple[str, ...] | None:
        """«К хирургу», unless a name follows."""
        if said[place - 1 : place] not in (["к"], ["ко"], ["у"]) or self._called.keys() & said[place + 1 : place + 2]:
            return None
        return next((people for role, people in self._roles.items() if said[place].startswith(role)), None)

    def _closer(self, people: tuple[str, ...], said: list[str], place: int) -> tuple[str, ...]:
        """Of several of the same first name the one whose other names follow."""
        following = said[place + 1 : place + 3]
        closer = tuple(one for one in people if any(_alike(word, self._further[one]) for word in following))
        return closer or people

    def _sense(self, said: list[str], place: int, asked: str | None) -> Sense | None:
        before = place - 1
        role = False
        while before >= 0 and (said[before] in _BETWEEN or said[before].startswith(_ROLES)):
            role = role or said[before].startswith(_ROLES)
            before -= 1
        lead = said[before] if before >= 0 else ""
        earlier = said[before - 1] if before > 0 else ""
        after = said[place + 1 : place + 3]
        if lead in _EXCEPT or (len(after) > 1 and after[0] in _NOT and after[1].startswith(_NOT_WISHED)):
            return "denied"
        if lead in _TO or (lead in _TO_IN_ENGLISH and said[place].isascii()):
            if earlier in _NOT:
                return "denied"
            return "told" if _is_told(said, before) else "wished"
        if lead in _NOT:
            return "denied"
        if role or self._is_wished(said, place, lead):
            return "wished"
        return "wished" if asked in ("time", "service") and _is_all(said, place) else None

    def _is_wished(self, said: list[str], place: int, lead: str) -> bool:
        token = said[place]
        if lead in _WISHING or (lead in _WISHING_HER and token not in self._nominative):
            return True
        if lead in _OR | _CORRECTED and any(one in self._called for one in said[max(0, place - 3) : place - 1]):
            return True
        return any(word.startswith(_DOES) for word in said[place + 1 : place + 4])


def _roles_of(staff: Iterable[Colleague]) -> dict[str, tuple[str, ...]]:
    """Those roles that not everybody has, each with whose it is: the surgeon, the colourist."""
    found = defaultdict[str, list[str]](list)
    everybody = [person.id for person in staff]
    for person in staff:
        for word in words(plain(person.role)):
            if word.startswith(_OWN_ROLES):
                found[word].append(person.id)
    return {role: tuple(people) for role, people in found.items() if people != everybody}


def _meant(said: list[str], wished: list[_Named]) -> set[str]:
    """Of a correction the last; of several possibilities all."""
    first, last = wished[0], wished[-1]
    if not _CORRECTED.isdisjoint(said[first.place + 1 : last.place]):
        return set(last.people)
    return {person for one in wished for person in one.people}


def _is_told(said: list[str], before: int) -> bool:
    """«Записана к Ольге», «в прошлый раз была у Ольги»: unless she wants to go there again."""
    leading = said[max(0, before - 2) : before]
    told = any(word.startswith(_TOLD) and not word.startswith(_WANTS_WRITING) for word in leading)
    return told and _AGAIN.isdisjoint(said)


def _is_all(said: list[str], place: int) -> bool:
    """A name is the whole answer."""
    rest = (word for number, word in enumerate(said) if number != place and not is_patronymic(word))
    return all(word in _AROUND_AN_ANSWER for word in rest)


def _alike(word: str, names: Collection[str]) -> bool:
    """Whether a word is one of these names, but for its ending."""
    return any(len(name) > 3 and word[: len(name) - 2] == name[: len(name) - 2] for name in names)
