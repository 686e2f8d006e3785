"""The phone number in a message, and other long numbers that are none: cards, passports, VINs."""

from __future__ import annotations

import re

from chalicelib.readers.russian.numbers import in_digits
from chalicelib.readers.russian.words import normalise

# Eleven digits from 7 or 8, or ten from 9 (a mobile number without its prefix), however they are grouped.
_GAP = r"[\s\-()]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w+])(?:\+\s?7|[78]){_GAP}([3-9](?:{_GAP}\d){{9}})(?!\w)|(?<![\w+])\(?(9(?:{_GAP}\d){{9}})(?!\w)"
)
_DOTTED = re.compile(r"(?<![\w+.])(?:\+7|[78])\.?([3-9]\d\d)\.(\d{3})\.(\d\d)\.(\d\d)(?!\w)")
_MORE = re.compile(r"[ \-]\d{1,4}(?![\d:.])(?!\s?(?:ч\b|час|утра|вечера|дня|ночи|минут|год|лет))")
_OTHER_KIND = re.compile(
    r"(?:паспорт\w*|карт[аыеуой]+|инн|снилс|полис\w*|вин|vin|птс|стс|огрн|счет\w*|заказ\w*|договор\w*|артикул\w*)"
    r"[^\d+]{0,18}$"
)
CARD = re.compile(r"(?<!\d)\d{4}([ \-]?)\d{4}\1\d{4}\1\d{1,7}(?!\d)")
LONG_NUMBER = re.compile(r"(?<![\d.:])\+?\d(?:[ \-()]{0,2}\d){8,}(?!\d)")


def find(text: str) -> str | None:
    """+7XXXXXXXXXX, or None. The number that was put right («не …, а …») is the last one."""
    found = spans(normalise(text))
    if not found:
        found = spans(in_digits(normalise(text)))
    good = [number for number, _, _, denied in found if not denied]
    return good[0] if good else None


def spans(text: str) -> list[tuple[str, int, int, bool]]:
    """Every phone number of a text: the number, where it starts and ends, and whether «не» stands before it."""
    cards = [(match.start(), match.end()) for match in CARD.finditer(text)]
    found = []
    for match in sorted([*_PHONE.finditer(text), *_DOTTED.finditer(text)], key=lambda match: match.start()):
        digits = "".join(sign for group in match.groups() if group for sign in group if sign.isdigit())
        before = text[max(0, match.start() - 40) : match.start()].lower()
        if any(start < match.end() and match.start() < end for start, end in cards):
            continue
        if _OTHER_KIND.search(before) or _goes_on(text, match):
            continue
        found.append(("+7" + digits, match.start(), match.end(), bool(re.search(r"\bне\s*$", before))))
    return found


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether a number written in groups has one group too many."""
    grouped = bool(re.search(r"\d[ \-]\d", match[0]))
    return grouped and bool(_MORE.match(text, match.end()))
