"""What stands beside a day or an hour: a correction, the visit she has, that she cannot come then."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.readers.russian.grammar import Row, Word
from chalicelib.readers.russian.hours import Hours

LEADING = ("in", "onto", "by", "from", "till", "after", "this")
"""What leads to a day or an hour."""


def before_prepositions(row: Row, place: int) -> int:
    """Where the prepositions that lead to a place begin."""
    while row.is_at(place - 1, *LEADING):
        place -= 1
    return place


def has(words: Sequence[Word], *kinds: str) -> bool:
    """Whether one of these words is of such a kind."""
    return any(word.kind in kinds for word in words)


def is_corrected(row: Row, between: Sequence[Word]) -> bool:
    """Whether the words between two times correct the first; «если нет, тогда в пятницу» corrects nothing."""
    return has(between, "change") or (has(between, "then") and not any(word.text == "если" for word in row.words))


_OWN = ("записан", "записыва", "стоит", "стою", "стоял", "числи", "числю", "ехал", "обеща", "указан", "booked")
_OWN_VISIT = ("запись", "прием", "визит", "талон", "время")
_HERS = ("моя", "мой", "мое", "была", "был", "есть", "меня", "нас", "наша", "наш")
_AFTER_OWN = ("был", "была", "у", "вас", "меня", "вам", "моя", "есть", "уже", "мы", "я")
_ASKS = (
    "можн", "хоч", "хот", "дава", "перен", "лучше", "нельз", "получ", "реальн", "найд", "передв", "сдви", "смог",
    "могу", "перез", "переп", "поменя", "измен",
)  # fmt: skip
"""What begins the new wish."""
_FARTHEST = 4
"""So many words may stand between «записана» and the time: «записана к неврологу Анне Сергеевне на 9»."""


def is_own(row: Row, place: int) -> bool:
    """Whether what stands before is «я записана на …», «моя запись на …»: it is the time she has."""
    others = 0
    while place >= 0 and others <= _FARTHEST:
        text = row.words[place].text
        before = row.words[place - 1].text if place else ""
        if text.startswith(_ASKS):
            return False
        if text.startswith(_OWN) or (text in _OWN_VISIT and before in _HERS):
            return True
        if (before, text) == ("у", "меня"):
            return not others
        if row.is_at(place, "unknown", "past", "slot", "thing", "out") and text not in _AFTER_OWN:
            others += 1
        elif not row.is_at(place, "in", "onto", "by", "a_day", "unknown", "past"):
            return False
        place -= 1
    return False


def is_own_after(row: Row, place: int) -> bool:
    """«На 16 записаны», «на 8 утра был записан», «запись в 10 была»."""
    if place < len(row.words) and row.words[place].text in ("была", "было", "моя", "мое", "мой"):
        return True
    while row.is_at(place, "a_day", "an_hour") or (place < len(row.words) and row.words[place].text in _AFTER_OWN):
        place += 1
    return place < len(row.words) and row.words[place].text.startswith(_OWN[0])


def is_left(row: Row, said: Hours) -> bool:
    """«С 10 на попозже»: the hour she moves from."""
    return said.kind == "from" and row.words[said.first].kind == "from" and row.is_at(said.last + 1, "onto")


_REFUSED = (
    "мог", "смо", "получ", "успе", "удоб", "подход", "подойд", "выйд", "выход", "прид", "буд", "надо", "нужно", "хочу",
    "устра", "вырв", "освоб", "доед", "дойд", "попад", "поспе", "пойд", "выбер", "явл", "едем", "еду",
)  # fmt: skip
_BETWEEN_SAID = """
    я мы меня мне у нас к сожалению точно совсем прийти приехать быть попасть вообще уже и это кажется похоже там
    никак стало do make it come be able to килә бара
"""
_BETWEEN = frozenset(_BETWEEN_SAID.split())


def passed_over(row: Row, place: int, step: int, *kinds: str) -> int:
    """The next place in a direction that says something about whether she can."""
    while row.is_at(place, *kinds) or (
        0 <= place < len(row.words) and row.words[place].text in _BETWEEN and not row.is_at(place, "cannot")
    ):
        place += step
    return place


def cannot_after(row: Row, place: int) -> bool:
    """«… не могу», «… никак», «… занята»."""
    place = passed_over(row, passed_over(row, place, 1, "an_hour", *LEADING), 1, "comma")
    if row.is_at(place, "cannot"):
        return not _is_said_of_the_next(row, place)
    return row.is_at(place, "not") and place + 1 < len(row.words) and row.words[place + 1].text.startswith(_REFUSED)


def _is_said_of_the_next(row: Row, place: int) -> bool:
    """«Сегодня и никак не завтра»; and «сегодня никак?» asks for today."""
    asks = place + 1 < len(row.words) and row.words[place + 1].text == "?"
    asks = asks and not (row.words[place].text == "никак" and row.is_at(place - 1, "an_hour"))
    return asks or (row.is_at(place + 1, "not") and row.is_at(place + 2, "a_day"))


def cannot_before(row: Row, place: int) -> bool:
    """«Не могу прийти …», «не получается …»."""
    place = passed_over(row, place, -1, "an_hour", *LEADING)
    if row.is_at(place, "cannot"):
        return True
    return row.is_at(place - 1, "not") and place >= 0 and row.words[place].text.startswith(_REFUSED[:5])
