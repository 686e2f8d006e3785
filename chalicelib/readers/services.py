"""Which service of the pack a message speaks of, in whatever form the client calls it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers import families, kindred, learned
from chalicelib.readers.russian.words import alike, normalise, stem, words
from chalicelib.readers.spelling import by_ear
from chalicelib.regulation.schema import Service

_SAY_NOTHING_SAID = "в и на с со для по от до за из или у о к ко без под при не а the мне нам мой моя мою ваш ваша"
_SAY_NOTHING = frozenset(map(by_ear, _SAY_NOTHING_SAID.split()))
_ANY_CHILD = "детский"
_OF_AN_AGE = lazy(r"(?:^|[,(] ?)(?:нам )?(?:[1-9]|1[0-4]) (?:лет|год|года|годик\w*) ?(?:$|[,.!?)])")
"""«Пашу моего, 9 лет»: whoever the name belongs to is a child."""
_ANY_VISIT = "прием"
_OF_ANY_VISIT = frozenset([_ANY_VISIT, "врач", "зуб"])
"""«Врач накричал на ребёнка» speaks of no children's appointment."""
_CHILDRENS = "децк"
"""By ear."""
_CHILDREN = frozenset([_ANY_CHILD, "мальчик", "девочка"])
_MENS = "мужской"
_PEOPLE = _CHILDREN | {_MENS, "женский"}
"""Whom a visit is for: no service by itself, but it tells two of them apart."""
_PERSON_WEIGHT = 1.2
_LEAST_TYPO = 6
_FORMS_SAID = """
    маникюр маникюра маникюру педикюр педикюра ногти ногтей ногтями ноготки ноготков стрижка стрижку стрижки стрижкой
    подстричься постричься подстричь постричь подстриги подстригите постригите стричься кончики окрашивание
    окрашивания покраска покраску покраситься покрасить мелирование тонирование балаяж брови бровей бровки бровок
    борода бороду бороды бородой бородку усики бритье бритья побриться побрить камуфляж комплекс седину осмотр осмотра
    осмотру консультация консультацию консультации пломба пломбу пломбы пломбой запломбировать кариес кариеса чистка
    чистку чистки гигиена гигиену гигиены удаление удаления удалить вырвать выдернуть имплант импланта имплантация
    имплантацию мудрости восьмерку ребенку ребенка ребенок
"""
"""Words of services as they are mistyped; a pack's own come first."""
_SHORT_WORD = 5
_VERB = ("ат", "ет", "ит", "ыт", "ят")
_REMEMBERED, _TEXTS = 5000, 16
_DONE_TO = {
    "окрашивание": frozenset(["бровь", "ресница", "лак", "хн"]),
    "стрижка": frozenset(["усы"]),
    "ламинирован": frozenset(["ресница", "волос"]),
    "постав": frozenset(["протез"]),
    "бровь": frozenset(["тату"]),
    "борода": frozenset(["наращивание", "эпиляция"]),
    "удаление": frozenset(["нерв", "отложен"]),
    "чистка": frozenset(["канал"]),
}
"""What is done to something else when that stands beside: «покрасить брови», «подстричь усы», «тату бровей»."""
_SHAVED = {
    "стрижка": ("лезви", "бритв"),
    "борода": ("сбри", "сбреи", "снест", "избав"),
    "усы": ("сбри",),
    "щетина": ("сбри", "выбри", "побри", "соскреб", "соскоб", "скобл", "опаск"),
}
"""What is shaved where such a word stands beside."""
_A_SHAVE = "бритье"
_ELSEWHERE = frozenset(
    ["массаж", "макияж", "эпиляция", "ресница", "протез", "ортодонт", "тату", "косичка", "борода", "усы"]
)
"""Where a pack has none of these, they still tell what she wants: nothing else is hinted at beside them."""
_FOR_WOMEN = lazy(
    r"\b(?:женск|дамск)\w*|\b(?:женщин|девушек)\b"
    r"|\b(?:девушк[еу]|жену) (?:\w+ ){0,3}(?:каре|пикси|боб|подстри|постри|стрижк)"
)
"""What is asked for there is not done by those who do men only."""
_IN_DIGITS = lazy(r"\b8-?(?:ку|ки|ка|ок|рк\w)\b")
"""A wisdom tooth."""
_EVENT = ("свадб", "юбиле", "выпускн", "утреник", "праздник", "рожден")
_BY_ITSELF = ("ся", "ца")
_A_HAIRCUT = "стриж"
_PLUS = lazy(r"\+(?!\d)|\bплюс\b")
_FILLERS = frozenset(["ну", "еще", "тоже", "заодно", "сразу", "бы", "потом"])
_JOIN = frozenset(["и", "с"])
_AND = frozenset(["и", "а", "или", "плюс", "да"])
_NOT_WANTED = ("над", "нуж", "трога", "хоч", "хот", "буд", "интерес")
_STRIKES_OUT = ("вычеркн", "исключ", "отмен", "убер", "убир")
_IF = frozenset(["если", "пока", "раз", "или", "почему", "чего"])
"""«Если не побреюсь» denies nothing."""
_RATHER = frozenset(["передумал", "передумала", "лучше", "вернее", "точнее"])
"""What takes back the services named before, if another one follows."""
_PAST = lazy(r"..[аеиы]л(?:а|и|ас|ис|ся)?$")
"""By ear, what has been done: «красила мимо»; another service is rather meant."""
_BETWEEN = "между"
_BEFORE_NOT = frozenset(["мне", "нам", "уже", "пока", "мы", "я", "совсем", "вообще", "больше"])


class _Alias(NamedTuple):
    """One way of calling a service: its ``keys``, the first of them if it is no verb, and all of it with «и», «на»."""

    service: str
    keys: frozenset[str]
    head: str
    said: tuple[str, ...]
    order: int


class _Said(NamedTuple):
    """The words of a text by ear, what each is compared by, and where the service words stand first."""

    tokens: list[str]
    keys: tuple[str, ...]
    place: dict[str, int]


class Services:
    """A pack's services, ready to be found. Built once for a pack."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._aliases = [
            alias
            for order, service in enumerate(services)
            for said in (service.title, *service.words)
            if (alias := _alias(service.id, said, order))
        ]
        known_to: dict[str, set[str]] = defaultdict(set)
        for alias in self._aliases:
            for key in alias.keys:
                known_to[key].add(alias.service)
        self._alone = frozenset(key for alias in self._aliases if len(alias.keys) == 1 for key in alias.keys)
        titles = {alias.service: alias.keys for alias in reversed(self._aliases)}
        self._titles = titles
        self._of_titles = frozenset(key for keys in titles.values() for key in keys)
        self._whatever_a_child_needs = {
            service for service, keys in titles.items() if _CHILDREN & keys and keys - _CHILDREN <= {_ANY_VISIT}
        }
        self._weight = {key: _PERSON_WEIGHT if key in _PEOPLE else 1 / len(known) for key, known in known_to.items()}
        self._men_only = _MENS in known_to and "женский" not in known_to
        self._childrens = {alias.service for alias in self._aliases if alias.keys & _CHILDREN}
        own = (word for service in services for said in (service.title, *service.words) for word in _words(said))
        self._right: dict[str, list[str]] = defaultdict(list)
        for form in dict.fromkeys(map(by_ear, (*own, *_FORMS_SAID.split()))):
            key = kindred.key_of(form)
            if len(form) >= _SHORT_WORD and key in self._weight and key not in _PEOPLE:
                self._right[form[0]].append(form)
        self._mended = lru_cache(maxsize=_REMEMBERED)(self._without_typo)
        self._said = lru_cache(maxsize=_TEXTS)(self._heard)

    def find(self, text: str, *, wished: bool = False, spoken_of: bool = False) -> str | None:
        """The id of the service in a normalised text; of several the first named, after «не …, а» the last.

        ``wished``: she asks for a visit or its price, so that the child it is for may tell the service. ``spoken_of``:
        she speaks of what is done here, so that a part of the body or a wished look may tell it.
        """
        if self._men_only and _FOR_WOMEN.search(text):
            return None
        tokens, keys, place = self._said(text)
        of_an_age = wished and bool(self._childrens and _OF_AN_AGE.search(text))
        if not (place or of_an_age or spoken_of):
            return None
        if not (wished or spoken_of or _is_childrens(tokens)) and place.keys() - _CHILDREN <= _OF_ANY_VISIT:
            place = {key: at for key, at in place.items() if key not in _CHILDREN}
        found = self._wanted(tokens, keys, place)
        other = any(key in _ELSEWHERE and key not in self._weight for key in keys)
        if not (found or other) and spoken_of and (hinted := self._hinted(tokens, place)):
            place, found = hinted, self._named(hinted, keys)
        if other or not (wished or _is_childrens(tokens)):
            return found
        child = self._for_a_child(frozenset(place) | ({_ANY_CHILD} if of_an_age else frozenset()))
        return child if not found or child in self._whatever_a_child_needs else found

    def may_name_several(self, text: str) -> bool:
        """Whether a normalised text has words of more than one service."""
        return len(self._said(text).place) > 1

    def are_two(self, one: str, other: str) -> bool:
        """Whether two words that stand side by side name two services by their titles: «маник педик», but neither
        «окрашивание бровей» nor «педикюр шеллак»."""
        first, second = self._titled(one), self._titled(other)
        if first is None or second is None or first == second:
            return False
        return self.find(f"{one} {other}") == first and self.find(f"{other} {one}") == second

    def dropped(self, text: str) -> tuple[str, ...]:
        """The services that a normalised text names only to leave them out: «брови не надо», «без педикюра»."""
        tokens, keys, place = self._said(text)
        denied = {key: at for at, key in enumerate(keys) if key in self._weight and _denied(tokens, at)}
        out = denied | {key: at for key, at in place.items() if _unwanted(tokens, at) or _struck_out(tokens, at)}
        if not out:
            return ()
        wanted = self._named({key: at for key, at in place.items() if key not in out}, keys)
        service = self._named(out, keys)
        if service is None or service == wanted or self._titles[service].isdisjoint(out):
            return ()  # «без покрытия» leaves no manicure out
        return (service,)

    def _titled(self, word: str) -> str | None:
        key = kindred.key_of(self._mended(by_ear(word)))
        service = self.find(word) if key in self._of_titles else None
        return service if service and key in self._titles[service] else None

    def _heard(self, text: str) -> _Said:
        text = _PLUS.sub(" и ", _IN_DIGITS.sub("восьмерка", text) if "8" in text else text)
        tokens = [self._mended(by_ear(word)) for word in words(text)]
        tokens = [token for token in tokens if token not in _FILLERS]
        keys = tuple(kindred.key_of(token) for token in tokens)
        return _Said(tokens, keys, self._places(tokens, keys))

    def _wanted(self, tokens: list[str], keys: tuple[str, ...], place: dict[str, int]) -> str | None:
        """The service named, if possible by what is neither put aside nor taken back nor over."""
        wanted = {key: at for key, at in place.items() if not _unwanted(tokens, at)}
        rather = max((at for at in range(len(tokens)) if _takes_back(tokens, at)), default=-1)
        wanted = {key: at for key, at in wanted.items() if at > rather} or wanted
        wanted = {key: at for key, at in wanted.items() if not _PAST.search(tokens[at])} or wanted
        return self._named(wanted, keys) or (self._named(place, keys) if len(wanted) < len(place) else None)

    def _named(self, place: dict[str, int], said: tuple[str, ...]) -> str | None:
        if not place:
            return None
        here = frozenset(place)
        whole = [alias for alias in self._aliases if alias.keys <= here and _is_named(alias, said)]
        if not whole:
            return self._partly(here)
        first = min(whole, key=lambda alias: min(place[key] for key in alias.keys))
        near = {alias.service for alias in whole if alias.keys & first.keys}
        return self._best(near, place, said)

    def _hinted(self, tokens: list[str], place: dict[str, int]) -> dict[str, int] | None:
        """With the service word that something in the message hints at, if the pack has it."""
        hints = [(rank, key, at) for at, token in enumerate(tokens) for rank, key in kindred.hints_of(token)]
        for _, key, at in sorted(hints):
            if key in self._weight and not _denied(tokens, at) and not _unwanted(tokens, at):
                return {key: at, **place}
        return None

    def _best(self, services: Iterable[str], place: dict[str, int], said: tuple[str, ...]) -> str:
        """The service of which most is said; of equals the one said in so many words, named first, listed first."""
        keys: dict[str, set[str]] = {service: set() for service in services}
        in_so_many_words, order, joined = set(), {}, set()
        for alias in self._aliases:
            here = alias.keys & place.keys() if alias.service in keys else ()
            if here and 2 * len(here) >= len(alias.keys):
                keys[alias.service] |= here
                order[alias.service] = -alias.order
                if _stands_in(alias.said, said):
                    in_so_many_words.add((alias.service, len(alias.said)))
                    if not _JOIN.isdisjoint(alias.said):
                        joined.add(alias.service)  # «стрижка и борода» covers both, whatever is said of either
                elif alias.keys <= place.keys() and _are_joined(alias.said, said, self._alone):
                    joined.add(alias.service)
        if self._men_only and _MENS in place:  # then all but what is a child's are for him
            for service in keys.keys() - self._childrens:
                keys[service].add(_MENS)
        return max(
            keys,
            key=lambda service: (
                service in joined,
                sum(self._weight[key] for key in keys[service]),
                max((length for one, length in in_so_many_words if one == service), default=0),
                -min(place[key] for key in keys[service]),
                order[service],
            ),
        )

    def _partly(self, here: frozenset[str]) -> str | None:
        """The service that a part of its name stands for: «ламинирование», «опасной бритвой»."""
        for alias in self._aliases:
            alone = alias.head in here and self._weight[alias.head] == 1
            if alone and {"service", "tooth"} & set(families.of(by_ear(alias.head))):
                return alias.service
            said = alias.keys & here
            if len(said) > 1 and len(said) + 1 == len(alias.keys) and all(self._weight[key] == 1 for key in said):
                return alias.service
        return None

    def _for_a_child(self, here: frozenset[str]) -> str | None:
        """The only service of the pack that is done to such a child."""
        found = {alias.service for alias in self._aliases if alias.keys & here & _CHILDREN}
        return found.pop() if len(found) == 1 else None

    def _places(self, tokens: list[str], keys: tuple[str, ...]) -> dict[str, int]:
        """The service words of a message, without those that are denied, and where each stands first."""
        found: dict[str, int] = {}
        for place, (token, heard) in enumerate(zip(tokens, keys, strict=True)):
            key = self._key(token, heard)
            if key is None or key in found:
                continue
            if key in _DONE_TO and _is_done_to(_DONE_TO[key], tokens, keys, place):
                continue
            if key in _PEOPLE and self._is_no_client(tokens, keys, place):
                continue
            if _BETWEEN in tokens[max(0, place - kindred.NEAR) : place]:
                continue  # «между семёркой и восьмёркой» is where
            if not _denied(tokens, place):
                found[key] = place
        for key, place in kindred.together(tokens):
            if key in self._weight and key not in found and not _denied(tokens, place):
                found[key] = place
        if _A_SHAVE not in self._weight:
            return found
        return {key: place for key, place in found.items() if not _is_a_shave(key, tokens, place)}

    def _is_no_client(self, tokens: list[str], keys: tuple[str, ...], place: int) -> bool:
        """«Под мальчика» is how it should look; of «сын выстриг полосу» he is the one who did it."""
        done = tokens[place + 1 : place + 2]
        did_it = bool(done) and bool(_PAST.search(done[0]) or done[0].endswith("стриг"))
        if place > 1 and tokens[place - 1] == "у" and tokens[place - 2].startswith(_EVENT):
            return True  # «свадьба у дочери»
        return tokens[place - 1 : place] == ["под"] or (did_it and keys[place + 1] in self._weight)

    def _key(self, token: str, key: str) -> str | None:
        if token in _SAY_NOTHING or token[0].isdigit():
            return None
        if key in self._weight:
            return key
        return _ANY_CHILD if key in _CHILDREN and _ANY_CHILD in self._weight else None

    def _without_typo(self, token: str) -> str:
        """The service word that this is with one letter wrong, if it is no word that we or the model know."""
        if len(token) < _SHORT_WORD - 1 or kindred.key_of(token) in self._weight or kindred.family_of(token):
            return token
        if learned.model().knows("w" + stem(token)):
            return token
        return next((right for right in self._right.get(token[0], ()) if _mistyped(right, token)), token)


def _is_childrens(tokens: list[str]) -> bool:
    """«Детский приём», «детскую на среду»."""
    return any(token.startswith(_CHILDRENS) for token in tokens)


def _is_a_shave(key: str, tokens: list[str], place: int) -> bool:
    """«Под ноль лезвием», «сбрить бороду»; but «подстричь и побрить опасной бритвой»."""
    return _A_HAIRCUT not in tokens[place] and any(word.startswith(_SHAVED.get(key, ())) for word in tokens)


def _takes_back(said: list[str], place: int) -> bool:
    """«Лучше», «но нет»."""
    if said[place] == "нет":
        return said[place - 1 : place] in (["но"], ["хотя"], ["ой"])
    return said[place] in _RATHER


def _denied(tokens: list[str], place: int) -> bool:
    """«Не маникюр», «не на стрижку», «не трогайте усы»."""
    far = 2 if tokens[place - 1 : place] != ["не"] else 1
    if place < far or tokens[place - far] != "не" or tokens[place - far - 1 : place - far] in [[one] for one in _IF]:
        return False
    between = tokens[place - 1]
    return far == 1 or between in _SAY_NOTHING or between.startswith(_NOT_WANTED)


def _mistyped(right: str, token: str) -> bool:
    """Whether this is a word, in whatever form, with one letter wrong. A short one must end as the word does."""
    one, other = stem(right), stem(token)
    if min(len(one), len(other)) >= _LEAST_TYPO and alike(one, other):
        return True
    return token[-1] == right[-1] and alike(right, token)


def _unwanted(tokens: list[str], place: int) -> bool:
    """«Педикюр мне не нужен», «без бороды», «вместо стрижки»: named to be left out."""
    if tokens[place - 1 : place] in (["без"], ["вместо"], ["передумал"], ["передумала"]):
        return True
    after = place + 1
    while after < len(tokens) and after <= place + 2 and tokens[after] in _BEFORE_NOT:
        after += 1
    return tokens[after : after + 1] == ["не"] and "".join(tokens[after + 1 : after + 2]).startswith(_NOT_WANTED)


def _struck_out(tokens: list[str], place: int) -> bool:
    """«Брови вычеркните», «отмените педикюр»."""
    beside = (*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2])
    return any(word.startswith(_STRIKES_OUT) for word in beside)


def _is_done_to(things: frozenset[str], tokens: list[str], keys: tuple[str, ...], place: int) -> bool:
    """Whether one of these things stands beside what is done: «покрасить брови», «усы бы подстричь»."""
    if tokens[place].endswith(_BY_ITSELF) or tokens[place].startswith(_A_HAIRCUT):
        return False
    for far in (-2, -1, 1, 2):
        between = tokens[place + 1 : place + far] if far > 0 else tokens[max(0, place + far + 1) : place]
        if 0 <= place + far < len(keys) and keys[place + far] in things and _AND.isdisjoint(between):
            return True
    return False


def _words(said: str) -> list[str]:
    return words(_PLUS.sub(" и ", normalise(said)))


def _alias(service: str, said: str, order: int) -> _Alias | None:
    spelt = [by_ear(word) for word in _words(said)]
    heard = tuple(map(kindred.key_of, spelt))
    telling = [(key, word) for key, word in zip(heard, spelt, strict=True) if key not in _SAY_NOTHING and len(key) > 1]
    if not telling:
        return None
    head, word = telling[0]
    return _Alias(service, frozenset(key for key, _ in telling), "" if word.endswith(_VERB) else head, heard, order)


def _is_named(alias: _Alias, said: tuple[str, ...]) -> bool:
    """Of what is called «под машинку» the preposition counts; whom a visit is for is no service by itself."""
    if alias.keys <= _PEOPLE:
        return False
    return len(alias.keys) > 1 or len(alias.said) == 1 or _stands_in(alias.said, said)


def _are_joined(both: tuple[str, ...], whole: tuple[str, ...], services: Collection[str]) -> bool:
    """«Голова и борода» in any order, with a word beside: «бороду подровнять и голову»; but no «стрижка усов и …».

    ``services``: the words that are a service by themselves."""
    if len(both) != 3 or both[1] != "и":
        return False
    ends = {both[0], both[-1]}
    for at in (at for at, key in enumerate(whole) if key == "и" and at):
        before, after = ends.intersection(whole[max(0, at - 2) : at]), ends.intersection(whole[at + 1 : at + 3])
        if before and after and before | after == ends and (whole[at - 1] in ends or whole[at - 1] not in services):
            return True
    return False


def _stands_in(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """As it stands, or with a word after «с»: «стрижка с моделированием бороды»."""
    for at in range(len(whole) - len(part) + 1):
        here = whole[at : at + len(part)]
        if here == part or (
            here[:-1] == part[:-1] and part[-2:-1] == ("с",) and whole[at + len(part) : at + len(part) + 1] == part[-1:]
        ):
            return True
    return False
