"""The phone number in a message, and other long numbers that are none: cards, passports, VINs."""

from __future__ import annotations

import re
from typing import NamedTuple

from chalicelib.patterns import lazy
from chalicelib.readers.russian.numbers import in_digits
from chalicelib.readers.russian.words import digits_in, normalise

# Eleven digits from 7 or 8, or ten from 9 (a mobile number without its prefix), however they are grouped.
_GAP = r"[\s\-().,/]{0,3}"
_BEFORE, _AFTER = r"(?<![\da-zA-Z_+])(?<!\d[.,])", r"(?![\da-zA-Z_])"
"""A Russian word may touch a number («тел89000000001звоните»), what else does is a part of a longer one."""
_PHONE = lazy(
    rf"{_BEFORE}(?:\+\s?[78]|[78]){_GAP}([3-9](?:{_GAP}\d){{9}}){_AFTER}|{_BEFORE}\(?(9(?:{_GAP}\d){{9}}){_AFTER}"
)
_MORE = lazy(r"[ \-]\d{1,4}(?![\d:.])(?!\s?(?:ч\b|час|утра|вечера|дня|ночи|минут|год|лет))")
_AN_HOUR = lazy(r" \d{1,2}[ \-](?:00|15|30|45)$")
_OTHER_KIND = lazy(
    r"\b(?:паспорт\w*|карт[аыеуой]+|инн|снилс|полис\w*|вин|vin|птс|стс|огрн|счет\w*|заказ\w*|договор\w*|артикул\w*)\b"
    r"[^\d+]{0,18}$"
)
LONG_NUMBER_DIGITS, _PHONE_DIGITS = 9, 10
"""At least so many digits a text has with a long number (or a card), and with a phone."""
CARD = lazy(r"(?<!\d)\d{4}([ \-]?)\d{4}\1\d{4}\1\d{1,7}(?!\d)")
LONG_NUMBER = lazy(r"(?<![\d.:])\+?\d(?:[ \-()]{0,2}\d){8,}(?!\d)")

_DENIED = lazy(r"\bне\s*$")
_HERS = lazy(r"\b(?:мой|мой личный|моя|новый|верный|правильный|актуальный|звонить на|звоните на)\b[^\d+]{0,25}$")
_PUT_RIGHT = lazy(
    r"\b(?:ой|(?<!если )нет|точнее|вернее|то есть|ошиб\w+|опечат\w+|перепутал\w*|исправ\w+|не тот|не та)\b[^\d+]{0,25}$"
)
_NOT_HERS = lazy(
    r"\b(?:стар\w+|неверн\w+|неправильн\w+|ваш\w*|вашему|подруг[аиу]|сестр[ыа]|муж[ау]?|мам[ыа]|дочки|дочери|брата|"
    r"друга|соседк\w+|мастера|звонил\w* (?:с|по|на))\b[^\d+]{0,25}$"
)


_LETTERS_FOR_ZEROS = lazy(r"(?<!\w)(?=[\dOoОо]*[OoОо])[\dOoОо]{2,}(?!\w)")
_SO_MANY = {"два": 2, "двойной": 2, "три": 3, "тройной": 3, "четыре": 4, "пять": 5}
_SO_MANY_ZEROS = lazy(rf"\b({'|'.join(_SO_MANY)}) (?:нол|нул)[а-я]*")


class Span(NamedTuple):
    """A number found: +7XXXXXXXXXX, where it stands, and whether «не» stands before it."""

    number: str
    start: int
    end: int
    denied: bool


def find(text: str) -> str | None:
    """+7XXXXXXXXXX, or None. Of several her own; one that was put right («не …, а …», «ой нет, …») is the last."""
    plain = normalise(text)
    for said in dict.fromkeys((plain, _in_digits(plain), _zeros_in_digits(text))):
        found = [span for span in spans(said) if not span.denied]
        if found:
            put_right = [span for span in found[1:] if _PUT_RIGHT.search(_before(said, span))]
            hers = [span for span in put_right if _likely(said, span) >= 0][-1:] or found
            return max(hers, key=lambda span: (_likely(said, span), -span.start)).number
    return None


def as_written(plain: str) -> str:
    """A normalised text with its numbers in digits, if a phone is told in them: «восемь девятьсот …» is no sum."""
    spoken = _in_digits(plain)
    return spoken if spoken != plain and digits_in(plain) < _PHONE_DIGITS and spans(spoken) else plain


def _in_digits(plain: str) -> str:
    if "нол" in plain or "нул" in plain:
        plain = _SO_MANY_ZEROS.sub(lambda zeros: " ноль" * _SO_MANY[zeros[1]], plain)
    return in_digits(plain)


def _zeros_in_digits(text: str) -> str:
    """«8 9OO OOO OO 12»: letters typed for zeros."""
    if digits_in(text) + sum(map(text.count, "OoОо")) < _PHONE_DIGITS or not _LETTERS_FOR_ZEROS.search(text):
        return normalise(text)
    zeros = str.maketrans("OoОо", "0000")
    return normalise(_LETTERS_FOR_ZEROS.sub(lambda group: group[0].translate(zeros), text))


def _likely(text: str, span: Span) -> int:
    """How likely a number is her own, by the words before it."""
    before = _before(text, span)
    return bool(_HERS.search(before)) - bool(_NOT_HERS.search(before))


def _before(text: str, span: Span) -> str:
    return text[max(0, span.start - 40) : span.start]


def spans(text: str) -> list[Span]:
    """Every phone number of a text, in order."""
    if digits_in(text) < _PHONE_DIGITS:
        return []
    cards = [match.span() for match in CARD.finditer(text)]
    found = []
    for match in _PHONE.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in cards):
            continue
        before = text[max(0, match.start() - 40) : match.start()].lower()
        if _OTHER_KIND.search(before) or _goes_on(text, match):
            continue
        digits = "".join(sign for sign in match[1] or match[2] if sign.isdigit())
        found.append(Span("+7" + digits, match.start(), match.end(), bool(_DENIED.search(before))))
    return found


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether a number written in groups has one group too many."""
    grouped = bool(re.search(r"\d[ \-]\d", match[0]))
    more = _MORE.match(text[match.end() :]) if grouped else None
    return bool(more) and not _AN_HOUR.match(text[match.end() : match.end() + 6])
