"""What the clause around a day or an hour tells of: a visit, an event somewhere else, or what has been."""

from __future__ import annotations

from chalicelib.readers.russian.beside import is_past_verb
from chalicelib.readers.russian.grammar import UNKNOWN, Row, Word

_WISHED = (
    "можн", "хоч", "хот", "запи", "дава", "прим", "возьм", "свобод", "найд", "нуж", "над", "буд", "прид", "приед",
    "подъе", "подой", "прибег", "забег", "заед", "заско", "зай", "освоб", "впис", "постав", "реальн", "посад", "успе",
    "чтоб", "пусть", "can", "could", "need", "want", "book", "chance",
)  # fmt: skip
_INFINITIVE = ("ть", "ться", "ти", "чь", "тись")
_NO_INFINITIVES_SAID = "опять пять есть часть чуть очень кисть радость сеть хоть почти"
_NO_INFINITIVES = frozenset(_NO_INFINITIVES_SAID.split())
_TO_WHOM = ("мне", "ей", "ему", "нам", "им")


def tells_of_event(row: Row, first: int, last: int) -> bool:
    """«Через час банкет», «мне через час на сцену»: an event, and no wish beside it."""
    clause = row.clause(first, last)
    return any(row.is_at(place, "event") for place in clause) and not _wishes(row, clause)


def goes_elsewhere(row: Row, first: int, last: int) -> bool:
    """«В десять суд», «улетаю вечером»; but «макияж на свадьбу в 10» is an hour of the visit."""
    clause = row.clause(first, last)
    is_event = any(_is_event(row, place) for place in clause)
    return (is_event and not _wishes(row, clause)) or _somebody_comes([row.words[place].text for place in clause])


def sets_out(row: Row, first: int, last: int) -> bool:
    """«Автобус послезавтра»: that day she is away."""
    away = any(row.words[place].value == "away" for place in row.clause(first, last))
    return away and goes_elsewhere(row, first, last)


_CALLS = ("позвон", "перезвон", "созвон", "набер", "свяж", "связал", "call")
_PROMISED = ("ю", "у", "юсь", "усь", "им", "ем", "имся", "емся")
_VISITS = ("запи", "прид", "приед", "подой", "подъе", "перен", "прим")


def tells_of_a_call(row: Row, first: int, last: int) -> bool:
    """«Позвоните утром»: an hour to speak at; but not «запишите на пять перезвоните», «до девяти перезвоню»."""
    said = [row.words[place].text for place in row.clause(first, last, "and")]
    asked = any(word.startswith(_CALLS) and not word.endswith(_PROMISED) for word in said)
    return asked and not any(word.startswith(_VISITS) for word in said)


_SHE_CALLS = ("позвоню", "перезвоню", "созвонюсь", "наберу", "напишу", "отпишу", "сообщу", "решу", "подумаю")


def puts_off(row: Row, first: int, last: int) -> bool:
    """«Завтра сама позвоню», «до вечера подумаю»: when she will say more, and not when she comes."""
    said = [row.words[place].text for place in row.clause(first, last, "and")]
    return any(word.startswith(_SHE_CALLS) for word in said) and not any(word.startswith(_VISITS) for word in said)


_LEAVES = ("улета", "улеч", "уезжа", "уеду", "уедем", "выезжа", "выеду", "выедем")


def _is_event(row: Row, place: int) -> bool:
    if row.words[place].text.startswith(_LEAVES):
        return True
    return row.is_at(place, "event") and not _is_purpose(row, place)


_COMES = frozenset(
    base + ending
    for base in ("прид", "приед", "подъед", "заед", "зайд", "верн")
    for ending in ("ет", "ут", "ется", "утся")
)
_OTHERS = ("клиент", "клиентка", "покупатель", "хозяин", "заказчик", "курьер")
_AFTER_HER = ({"за", "мной"}, {"за", "нами"})


def _somebody_comes(said: list[str]) -> bool:
    """«Клиент в 12 приедет», «дочь придёт за мной к четырём»: not she, and not to the business."""
    if _COMES.isdisjoint(said):
        return False
    return any(word in _OTHERS for word in said) or any(fetched <= set(said) for fetched in _AFTER_HER)


def is_a_deadline(row: Row, first: int, last: int) -> bool:
    """«До вечера переварить» is when the work is to be ready; but «до вечера прийти», «до вечера постричься»."""
    if not (row.words[first].kind == "till" and last + 1 < len(row.words)):
        return False
    done = row.words[last + 1].text
    return _is_infinitive(done) and not done.endswith(("ся", "сь")) and not done.startswith(_COMING)


_COMING = ("при", "под", "зай", "зае", "забе", "заско", "успе", "попа", "быть", "сде")


def tells_the_past(row: Row, first: int, last: int) -> bool:
    """«Корень вытащили в среду»: it tells what has been, and wishes nothing."""
    clause = row.clause(first, last, "and")
    if not any(row.is_at(place, "past") or _is_past(row, place) for place in clause):
        return False
    return not _wishes(row, clause) and not any(_is_infinitive(row.words[place].text) for place in clause)


def _wishes(row: Row, clause: range) -> bool:
    return any(_is_a_wish(row.words[place]) for place in clause)


def _is_a_wish(word: Word) -> bool:
    return word.kind in ("particle", "moving") or word.text.startswith(_WISHED)


def _is_purpose(row: Row, place: int) -> bool:
    """«На свадьбу», «после экзамена»; but «ей на сцену»."""
    if row.words[place].text.endswith("ы") and row.is_at(place - 1, "an_hour", "part"):
        place -= 1  # «на утро свадьбы»
    led = row.is_at(place - 1, "onto", "by", "till", "after", "from")
    return led and not (place > 1 and row.words[place - 2].text in _TO_WHOM)


def _is_past(row: Row, place: int) -> bool:
    """«Вытащили»; but «как договаривались» is of what is to come."""
    as_agreed = place > 0 and row.words[place - 1].text == "как"
    return row.is_at(place, UNKNOWN) and not as_agreed and is_past_verb(row.words[place].text)


def _is_infinitive(word: str) -> bool:
    return word.endswith(_INFINITIVE) and len(word) > 3 and word not in _NO_INFINITIVES
