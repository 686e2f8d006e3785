"""What is said of consent beside a plain yes or no (DP-001): refusals that begin with a yes, doubts, what her data are
for, and what takes consent back."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from chalicelib.readers import cues
from chalicelib.readers.russian.words import words

_LAST_WORD = "?!. )"
_HINTS = (
    "данн", "номер", "телефон", "соглас", "имя", "фамил", "зачем", "для чего", "к чему", "стати", "без этого", "увид",
    "мобильн", "сотов", "прочита", "why", "phone",
)  # fmt: skip
"""Without one of these nothing is said of the data: most messages need not be looked through."""


@lru_cache(maxsize=1)
def _said() -> cues.Cues:
    return cues.read(Path(__file__).with_name("agreement.txt"))


@lru_cache(maxsize=64)
def _heard(plain: str) -> frozenset[str]:
    return frozenset(hit.name for hit in _said().find(words(plain)))


def refuses(plain: str) -> bool:
    """Whether a normalised text does not give consent, whatever else it says."""
    return "refuses" in _heard(plain)


def declines(plain: str) -> bool:
    """Whether it says no, however it begins: to consent, or to what was said before."""
    return not _heard(plain).isdisjoint(("refuses", "declines"))


def doubts(plain: str) -> bool:
    """Whether it puts the answer off, or asks back: «хорошо, подумаю», «всё ок?»."""
    return asks(plain) or "doubts" in _heard(plain)


def asks(plain: str) -> bool:
    """Whether it ends as a question."""
    return "?" in plain[len(plain.rstrip(_LAST_WORD)) :]


def takes_back(plain: str) -> bool:
    """Whether a yes is put off in the same breath, however plain it is: «даю, но мужа спрошу сначала»."""
    return "takes_back" in _heard(plain)


def goes_on(plain: str) -> bool:
    """Whether it but goes on with the wish to come."""
    return "goes_on" in _heard(plain)


def hesitates(plain: str) -> bool:
    """Whether it asks what the data are for, or would rather keep them."""
    return any(hint in plain for hint in _HINTS) and "hesitates" in _heard(plain)


def only_asks(plain: str) -> bool:
    """Whether it asks of consent or of the data without taking anything back: «а можно было без согласия?»."""
    if "отзыва" in plain:
        return False
    return asks(plain) or (hesitates(plain) and not withdraws(plain))


def asks_of_deletion(plain: str) -> bool:
    """Whether it but asks what becomes of the data: «вы мои данные потом удалите?»."""
    return asks(plain) and any(hint in plain for hint in _HINTS) and "of_data" in _heard(plain)


def withdraws(plain: str) -> bool:
    """Whether it takes consent back, or wants what is kept deleted."""
    return "withdraws" in _heard(plain)
