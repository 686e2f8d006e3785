"""The fact guard: no number, price, date, link or promise reaches a client unless the pack or she herself said it."""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.desk.values import Conversation, Request
from chalicelib.desk.wording import client_text, exact_time
from chalicelib.regulation.claims import BEFORE_A_VISIT, WITHOUT_A_VISIT
from chalicelib.regulation.language import in_language
from chalicelib.regulation.render import FIELD
from chalicelib.regulation.schema import Document

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules

Fact = tuple[str, ...]
"""What a piece of text states, whatever its spelling: ``("number", "1500")``, ``("clock", "17", "0")``."""

PACKS_KEPT = 8
_NAMES = frozenset({"name"})
_REQUESTED = frozenset({"service", "wish", "contact", "date", "time", "master", "visits"})


def foreign_facts(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """What ``text`` states and none of the ``known`` texts does, in lower case; empty when all is known.

    Facts are numbers, prices, percentages, days, hours, phones, links, e-mails and @handles, in figures or as words,
    and words that promise: that a visit is booked, that something costs nothing. They are compared by what they mean:
    «1500» is «1 500 ₽», «17.00» is «17:00», «25 ноября» is «25.11.2026».
    """
    stated = _stated(text)
    if not stated:
        return ()
    brought = [_brought(one) for one in known]
    foreign = (said for said, facts in stated if not any(facts & some for some in brought))
    return tuple(dict.fromkeys(foreign))


def known_facts(rules: Rules, conversation: Conversation) -> tuple[str, ...]:
    """What may be stated to this client: every text of the pack that a client may see, in all its languages, and what
    is in her request. Of her own words numbers may come back to her; links, addresses and promises may not, and her
    name brings nothing at all.

    ``rules`` should be the pack as it is loaded: its texts are worked through once for each object.
    """
    pack = _pack(rules)
    return (pack.text, client_text(pack.about_request, rules, _harmless(conversation)), _times(rules, conversation))


def _times(rules: Rules, conversation: Conversation) -> str:
    """Every time that is hers, kept for her or offered to her."""
    held = (conversation.hold.slot,) if conversation.hold else ()
    slots = (*held, *conversation.times, *(visit.slot for visit in conversation.visits))
    spoken = in_language(rules, conversation.language)
    return _lines(exact_time(slot, spoken) for slot in slots)


def told_by_client(words: str) -> str:
    """A client's words without links, e-mails, @handles and promises: what of them may be repeated to her."""
    harmless = _ADDRESS.sub(_NOTHING, _plain(words))
    return _PROMISE.sub(_NOTHING, harmless)


# ---------------------------------------------------------------- what the pack says


@dataclass(frozen=True)
class _Pack:
    """``text``: everything a client may be told, what differs from client to client left blank; ``about_request``: the
    templates that repeat her request. ``rules`` is kept so that its identity stays its own."""

    rules: Rules
    text: str
    about_request: str


_packs: OrderedDict[int, _Pack] = OrderedDict()


def _pack(rules: Rules) -> _Pack:
    pack = _packs.get(id(rules))
    if pack is None:
        templates = tuple(_for_clients(rules))
        titles = (service.title for service in rules.business.services)
        text = client_text(_lines((*templates, "{services}", "{hours}", *titles)), rules, Conversation("", "", ""))
        about = _lines(template for template in templates if _REQUESTED & set(FIELD.findall(template)))
        pack = _packs[id(rules)] = _Pack(rules, text, _lines(("{wish}", "{contact}", "{service}", about)))
        if len(_packs) > PACKS_KEPT:
            _packs.popitem(last=False)
    return pack


def _for_clients(rules: Rules) -> Iterator[str]:
    """Every template but those that colleagues read and those of a visit: «you are booked» is no common knowledge."""
    yield from ("{business}", "{address}", "{phone}", "{url}", "{operator}")
    for place in (*BEFORE_A_VISIT, *WITHOUT_A_VISIT):
        yield from _at(rules, place.split("."))


def _at(value: Any, place: Sequence[str]) -> Iterator[str]:
    """The texts at ``place`` of the pack, as `TEMPLATE_FIELDS` writes it."""
    if not place:
        if isinstance(value, str):
            yield value
        return
    step, *rest = place
    if value is None:
        return
    if step != "*":
        yield from _at(getattr(value, step), rest)
        return
    for one in _each(value):
        yield from _at(one, rest)


def _each(value: Any) -> Iterable[Any]:
    """Every line of a list, every value of a mapping or of a document."""
    if isinstance(value, Document):
        return (one for _, one in value)
    return value.values() if isinstance(value, dict) else value


def _harmless(conversation: Conversation) -> Conversation:
    request = conversation.request
    wish = request.wish and replace(request.wish, words=told_by_client(request.wish.words))
    asked = Request(service=request.service, wish=wish, phone=request.phone)
    return replace(conversation, request=asked, known_as=None)


def _lines(texts: Iterable[str]) -> str:
    return "\n\n".join(texts)


# ---------------------------------------------------------------- what a text states

_MONTH_NAMES = (
    "января январь гыйнвар january jan",
    "февраля февраль february feb",
    "марта март march mar",
    "апреля апрель april apr",
    "мая май may",
    "июня июнь june jun",
    "июля июль july jul",
    "августа август august aug",
    "сентября сентябрь september sep",
    "октября октябрь october oct",
    "ноября ноябрь november nov",
    "декабря декабрь december dec",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}


def _either(words: Iterable[str]) -> str:
    """A pattern of any of the words. The first letter is tried once for all that begin with it: this is about speed."""
    endings: dict[str, list[str]] = {}
    for word in words:
        endings.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in endings.items())


_MONTH = _either(_MONTHS)
# What follows a name with a dot to be a link without «https»: what messengers make one of.
_ENDINGS = (
    "ru su com net org info biz site online shop store app dev io ai me pro top club xyz live link click icu vip space "
    "website tech fun by kz ua uz am ge ly cc tv gg co gl gd gs cn de uk us eu example рф рус онлайн сайт москва "
    "орг ком"
).replace(" ", "|")
_LETTERS_SAID = """
    два две три четыре пять шесть семь восемь девять десять двадцать тридцать сорок пятьдесят шестьдесят семьдесят
    восемьдесят девяносто сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот тысяча тысячи тысяч
    тысячу полторы полутора миллион hundred thousand йөз мең
"""
_IN_LETTERS = _either(_LETTERS_SAID.split())
_BOOKED = r"подтвержд[её]н\w*|забронирован\w*|закреплен\w*|оформлен\w*|занесен\w*"
_VISIT = r"запись|бронь|бронирование|визит|прием|время"
_PROMISES = (
    r"вы (?:уже |теперь )?записан\w*",
    r"(?:я |мы )?(?:уже )?записал[аи]? вас",
    r"(?:я |мы )?вас (?:уже )?записал[аи]?",
    r"забронирова(?:н\w*|ла?|ли)",
    rf"(?:{_VISIT}) (?:уже |за вами |вам )?(?:{_BOOKED})",
    rf"(?:{_BOOKED}) (?:ваш[аеу]? |вам )?(?:{_VISIT})",
    r"оформил[аи]? (?:вам |вашу )?запись",
    r"you(?: are|'re|’re| have been|'ve been) (?:now |already )?booked",
    r"booked you",
    r"(?:booking|appointment|visit|reservation) (?:is |has been |was )?(?:now )?(?:confirmed|booked)",
    r"confirmed your (?:booking|appointment|visit|reservation)",
    r"язылдыгыз|сезне (?:яздым|яздык|язып куйд\w+)|язып куйд\w+",
    r"бесплатн\w*|скидк\w*|скидок|в подарок|гарантир\w*|free of charge|discount\w*|ташлама\w*|бушлай",
)

_LIKE_ADDRESS = re.compile(r"@|://|[\w\-]\.[^\W\d]")
_ADDRESS = re.compile(
    rf"""
      (?<![\w.+\-]) (?P<email> [\w.+\-]+ @ [\w\-]+ (?: \.[\w\-]+ )+ )
    | (?<![\w.\-]) (?P<link> [a-z][a-z0-9+.\-]* :// [^\s<>«»"]+ | www\.[^\s<>«»"]+
        | (?! [\d\-]+\. ) (?: [\w\-]+\. )+ (?: {_ENDINGS} ) (?![\w\-]) (?: [/?\#:] [^\s<>«»"]* )? )
    | (?<![\w@]) (?P<handle> @\w{{3,}} )
    """,
    re.VERBOSE,
)
_FIGURES = re.compile(
    rf"""(?= [\d+] ) (?:
      (?P<phone> (?<![\w+]) (?: (?: \+7|[78] ) (?: [ \-()]{{0,3}}\d ){{10}} | 9 (?: [ \-()]{{0,3}}\d ){{9}}
        | \+ \d (?: [ \-()]{{0,3}}\d ){{7,14}} ) (?!\d) )
    | (?P<iso> (?<!\d) \d{{4}}-\d\d-\d\d (?!\d) )
    | (?P<named> (?<![\d.,:]) \d{{1,2}} (?: -?(?:го|е)|th|st|nd|rd )? [ ] (?: of[ ] )? (?: {_MONTH} )\b
        (?: ,?[ ]\d{{4}} (?!\d) )? )
    | (?P<clock> (?<![\d:]) \d{{1,2}} : \d\d (?! :?\d ) )
    | (?P<percent> \d+ (?: [.,]\d+ )? [ ]? (?: % | процент\w* ) )
    | (?P<thousands> \d+ (?: [.,]\d+ )? [ ]? тыс\w* )
    | (?P<hour> (?<![\d.,:]) \d{{1,2}} [ ]? (?: ч | час(?:а|ов)? )\b )
    | (?P<date> (?<![\d.,]) \d{{1,2}} (?P<dot>[./]) \d{{1,2}} (?P=dot) (?: \d{{4}}|\d\d ) (?! \.?\d ) )
    | (?P<pair> (?<![\d.,]) \d{{1,2}} [./] \d{{1,2}} (?! [.,]?\d ) )
    | (?P<number> \d{{1,3}} (?: [ ]\d{{3}} )+ (?!\d) | \d+ (?: [.,]\d+ )? )
    )""",
    re.VERBOSE,
)
_WORDS = re.compile(
    rf"\b(?:(?P<named>(?:{_MONTH}) \d{{1,2}}(?:th|st|nd|rd)?(?![\d.:])(?:,? \d{{4}}(?!\d))?)"
    rf"|(?<!\d )(?P<word>(?:{_IN_LETTERS})\b))"
)
_PROMISE = re.compile(rf"\b(?P<promise>{'|'.join(_PROMISES)})\b")
_LIKE_PROMISE_SAID = """
    запис брон подтвержд оформ закреп занес booked confirm язылд яздым яздык язып бесплатн скид подарок гарант free
    discount ташлама бушлай
"""
_LIKE_PROMISE = _LIKE_PROMISE_SAID.split()
_NOTHING = "\0"
_END_OF_SENTENCE = ".,;:!?)'"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_MOBILE = 10


def _plain(text: str) -> str:
    """One spelling of letters, digits and spaces; nothing invisible inside."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower().replace("ё", "е")


def _stated(text: str) -> list[tuple[str, frozenset[Fact]]]:
    """Every fact of a text as it is written, with all that it can mean: addresses, then words, then figures. What was
    told apart is blanked, so that the figures of a link are not looked at again."""
    text = _plain(text)
    addresses = list(_ADDRESS.finditer(text)) if _LIKE_ADDRESS.search(text) else []
    text = _blanked(text, addresses)
    promises = _PROMISE.finditer(text) if any(part in text for part in _LIKE_PROMISE) else ()
    words = list(_WORDS.finditer(text))
    figures = _FIGURES.finditer(_blanked(text, words))
    facts = (*addresses, *promises, *words, *figures)
    return [(fact[0].rstrip(_END_OF_SENTENCE), frozenset(_meant(fact))) for fact in facts]


def _blanked(text: str, facts: Iterable[re.Match[str]]) -> str:
    pieces, last = [], 0
    for fact in facts:
        pieces += [text[last : fact.start()], _NOTHING]
        last = fact.end()
    return "".join([*pieces, text[last:]])


@lru_cache(maxsize=64)
def _brought(text: str) -> frozenset[Fact]:
    """All that a known text allows to be stated. The pack is one long text, so that it is worked through once."""
    facts = {fact for _, facts in _stated(text) for fact in facts}
    # Who knows the day of a year knows the day.
    return frozenset(facts | {fact[:3] for fact in facts if fact[0] == "day"})


def _meant(fact: re.Match[str]) -> Iterator[Fact]:
    kind, said = fact.lastgroup or "", fact[0]
    figures = re.findall(r"\d+", said)
    match kind:
        case "link":
            place = re.sub(r"^[a-z][a-z0-9+.\-]*://", "", said).removeprefix("www.")
            yield "link", place.rstrip("/" + _END_OF_SENTENCE)
        case "phone":
            yield _phone("".join(figures))
        case "iso":
            yield _day(figures[2], figures[1], figures[0])
        case "named":
            month = next(_MONTHS[word] for word in re.findall(r"[^\W\d]+", said) if word in _MONTHS)
            yield _day(figures[0], str(month), *figures[1:])
        case "clock":
            yield _clock(*figures)
        case "date":
            yield _day(figures[0], figures[1], figures[2] if len(figures[2]) > 2 else f"20{figures[2]}")
        case "pair":
            yield from _pair(said, figures[0], figures[1])
        case "hour":
            yield from (("number", _number(figures[0])), _clock(figures[0], "0"))
        case "percent" | "thousands" | "number":
            yield from _amount(kind, said)
        case _:
            yield kind, " ".join(said.split())


def _amount(kind: str, said: str) -> Iterator[Fact]:
    figures = re.match(r"[\d .,]*\d", said)
    number = (figures[0] if figures else said).replace(" ", "").replace(",", ".")
    if kind == "thousands":
        yield "number", _number(str(Decimal(number) * 1000))
        return
    yield "percent" if kind == "percent" else "number", _number(number)
    if number.isdigit() and len(number) >= _MOBILE:
        yield _phone(number)


def _pair(said: str, first: str, second: str) -> Iterator[Fact]:
    """«17.00» is an hour, «25.11» a day, «1.5» a number; «10.11» may be any of them; «24/7» is itself."""
    if int(first) <= 31 and 1 <= int(second) <= 12:
        yield _day(first, second)
    elif "." not in said:
        yield "pair", said
    if "." in said:
        yield "number", _number(said)
        if int(first) < 24 and len(second) == 2 and int(second) < 60:
            yield _clock(first, second)


def _day(day: str, month: str, year: str = "") -> Fact:
    return ("day", _number(day), _number(month), *((_number(year),) if year else ()))


def _clock(hour: str, minute: str) -> Fact:
    return "clock", _number(hour), _number(minute)


def _phone(figures: str) -> Fact:
    """Russian numbers by their last ten figures: +7, 8 and no prefix are the same."""
    inland = len(figures) == _MOBILE or (len(figures) == _MOBILE + 1 and figures[0] in "78")
    return "phone", figures[-_MOBILE:] if inland else figures


def _number(said: str) -> str:
    """Without what does not count: «0050» and «50.00» are 50."""
    whole, _, part = said.partition(".")
    part = part.rstrip("0")
    return f"{int(whole or 0)}.{part}" if part else str(int(whole or 0))
