"""Words of a client's message: cleaned of what does not matter, cut to their stems, compared in spite of typos."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

LONGEST = 2000
"""What stands beyond this many characters is not read: nobody books in it, and a flood must stay cheap."""

_YES_SIGNS = "👍👌✅🆗🙆💯☑✔"
_NO_SIGNS = "👎❌🚫🙅⛔✖"
_SIGNS = str.maketrans({**dict.fromkeys(_YES_SIGNS, " да "), **dict.fromkeys(_NO_SIGNS, " нет ")})
_LETTERS = str.maketrans("ё‐‑–—−’`«»“”„ ", 'е-----\'\'""""" ')
_KEPT = re.compile(r"[^\w\s.,:;!?+\-/()%@'\"]|_")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
_STRETCHED = re.compile(r"([а-яa-z])\1{2,}")

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
    lowered = text[:LONGEST].translate(_SIGNS).lower().translate(_LETTERS)
    return _SPACES.sub(" ", _STRETCHED.sub(r"\1", _KEPT.sub(" ", lowered))).strip()


def words(text: str) -> list[str]:
    """The words and numbers of a normalised text, in order."""
    return _WORD.findall(text)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The part of a word that its forms share: «маникюра», «маникюру» → «маникюр»."""
    if word.endswith(("ся", "сь")) and len(word) > 5:
        word = word[:-2]
    for length in range(min(_LONGEST_ENDING, len(word) - _SHORTEST_STEM), 0, -1):
        if word[-length:] in _ENDINGS:
            return word[:-length]
    return word


def stems(text: str) -> list[str]:
    """The stems of a normalised text, in order."""
    return [stem(word) for word in words(text)]


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


_LAYOUT = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.", "йцукенгшщзхъфывапролджэячсмитьбю")
_SOUNDS = (
    "shch:щ sch:щ yo:е zh:ж kh:х ts:ц ch:ч sh:ш yu:ю ju:ю iu:ю ya:я ja:я ia:ия ye:е ey:ей iy:ий yy:ый ay:ай oy:ой"
    " a:а b:б v:в w:в g:г d:д e:е z:з i:и j:й k:к l:л m:м n:н o:о p:п r:р s:с t:т u:у f:ф h:х c:к y:ы x:кс q:к ':ь"
)
_SOUND = dict(pair.split(":") for pair in _SOUNDS.split())
_BY_SOUND = re.compile("|".join(sorted(map(re.escape, _SOUND), key=len, reverse=True)))
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-я]")


_ENGLISH_SAID = """
    i a an the to at on in for from of and or not is are am be can do you your my me we it this that with after before
    want need would like please book booking appointment hello hi how much what when where tomorrow today have if no yes
"""
_ENGLISH = frozenset(_ENGLISH_SAID.split())


def in_russian_letters(text: str, known: Callable[[str], bool]) -> str:
    """A normalised text typed in Latin letters («zapisat», «pfgbcfnm»), in Russian ones, if that makes words of it.

    ``known`` tells whether a word is one. A text that is mostly Cyrillic already, or English, comes back as it is.
    """
    if len(_LATIN.findall(text)) <= len(_CYRILLIC.findall(text)):
        return text
    as_typed = words(text)
    if sum(word in _ENGLISH for word in as_typed) * 3 > len(as_typed):
        return text
    guesses = (text.translate(_LAYOUT), _BY_SOUND.sub(lambda sound: _SOUND[sound[0]], text))
    best = max(guesses, key=lambda guess: _known(words(guess), known))
    return best if _known(words(best), known) > _known(as_typed, known) else text


def _known(candidates: Iterable[str], known: Callable[[str], bool]) -> int:
    return sum(known(word) for word in candidates)
