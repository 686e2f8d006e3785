"""Words of a client's message: cleaned of what does not matter, cut to their stems, compared in spite of typos."""

from __future__ import annotations

from functools import lru_cache

from chalicelib.patterns import lazy

LONGEST = 2000
"""What stands beyond this many characters is not read: nobody books in it, and a flood must stay cheap."""

_YES_SIGNS = "👍👌✅🆗🙆💯☑✔"
_NO_SIGNS = "👎❌🚫🙅⛔✖"
_SIGNS = {**dict.fromkeys(_YES_SIGNS, " да "), **dict.fromkeys(_NO_SIGNS, " нет ")}
_LETTERS = dict(zip("ё‐‑–—−’`«»“”„", 'е-----\'\'"""""', strict=True))
_SPELLINGS = str.maketrans(_SIGNS | _LETTERS)
_KEPT = lazy(r"[^\w\s.,:;!?+\-/()%@'\"]|_")
_SPACES = lazy(r"\s+")
_DIGIT = lazy(r"\d")
_WORD = lazy(r"[^\W_]+")
_STRETCHED = lazy(r"([а-яa-z])\1{2,}")

# The stem is what stands before the longest of these that leaves three letters.
_ENDINGS_SAID = """
    иями ями ами ией иям ием иях ого его ому ему ыми ими ете йте ите ешь ишь ала ила ыла ела али или ели ать ить еть
    ять уть ыть ают яют уют ует ает яет ой ей ий ый ая яя ое ее ые ие ую юю ью ом ем ам ям ах ях ов ев ию ия ии ья
    ье ьи ат ят ут ют ит ет ал ил ел ю я у ы и о е а ь й
"""
_ENDINGS = frozenset(_ENDINGS_SAID.split())
_LONGEST_ENDING = 4
_SHORTEST_STEM = 3


@lru_cache(maxsize=64)
def normalise(text: str) -> str:
    """Lower case, ё as е, one kind of dash, thumbs up as «да»; emoji and odd signs gone, punctuation kept."""
    lowered = text[:LONGEST].lower().translate(_SPELLINGS)
    return _SPACES.sub(" ", _STRETCHED.sub(r"\1", _KEPT.sub(" ", lowered))).strip()


@lru_cache(maxsize=64)
def digits_in(text: str) -> int:
    """How many there are, so that a text without a number is not searched for what has one."""
    return len(_DIGIT.findall(text))


def words(text: str) -> list[str]:
    """The words and numbers of a normalised text, in order."""
    return list(_words(text))


@lru_cache(maxsize=64)
def _words(text: str) -> tuple[str, ...]:
    """A message is taken apart once, however many look at it."""
    return tuple(_WORD.findall(text))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The part of a word that its forms share: «маникюра», «маникюру» → «маникюр»."""
    if word.endswith(("ся", "сь")) and len(word) > 5:
        word = word[:-2]
    for length in range(min(_LONGEST_ENDING, len(word) - _SHORTEST_STEM), 0, -1):
        if word[-length:] in _ENDINGS:
            return word[:-length]
    return word


@lru_cache(maxsize=20_000)
def alike(one: str, other: str) -> bool:
    """Equal but for one letter added, lost or changed, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    start = next((i for i, letter in enumerate(short) if letter != long[i]), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    if short[start + 1 :] == long[start + 1 :]:
        return True
    return short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
