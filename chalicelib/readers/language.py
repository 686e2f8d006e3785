"""Which language a message is written in, and how its Russian looks in Russian letters.

Russian typed in Latin letters («zapisat») or in the wrong keyboard layout («pfgbcfnm») is Russian. English and Tatar
stay as they are; only their words of time and services have Russian ones in glossary.txt, for our grammar.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.desk.values import Language
from chalicelib.patterns import lazy
from chalicelib.readers.russian import names

_LAYOUT = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`{}:\"<>/&", "йцукенгшщзхъфывапролджэячсмитьбюехъжэбю.?")
_SOUNDS = (
    "shch:щ sch:щ zh:ж kh:х ts:ц ch:ч sh:ш yu:ю ju:ю iu:ю ya:я ja:я ia:ия yo:е jo:е ye:е a:а b:б v:в w:в g:г d:д e:е"
    " z:з i:и j:й k:к l:л m:м n:н o:о p:п r:р s:с t:т u:у f:ф h:х c:ц y:ы x:х q:к ':ь"
)
_SOUND = dict(pair.split(":") for pair in _SOUNDS.split())
_BY_SOUND = lazy("|".join(sorted(_SOUND, key=len, reverse=True)))
_FOUR = lazy(r"(?<=[a-z])4|4(?=[a-z])")
"""«xo4u»: a four for «ч»."""
_SHORT_I = lazy(r"(?<=[aeiouy])y(?![aeou])")
"""«moy»: what stands after a vowel is «й»."""
_AS_IT_IS = lazy(r"(\S*(?:://|www\.|@|\.(?:ru|com|org|net)\b)\S*)")
"""Addresses keep their letters."""
_LATIN = lazy(r"[a-z]")
_CYRILLIC = lazy(r"[а-яё]")
_WORDS = lazy(r"[^\W\d_]+(?:'[a-z]+)?")
_SPACED = lazy(r"\S+")
_MIXED = lazy(r"(?i:\b(?=\w*[а-яё])(?=\w*[a-z])[а-яёa-z]+\b)")
_LOOKALIKES = str.maketrans("aceopxykmtbhACEOPXYKMTBH", "асеорхукмтвнАСЕОРХУКМТВН")
_TATAR_LETTERS = frozenset("әөүҗңһ")

# Which letter may follow which in Russian words; ^ is the start of one. Counted in corpus/learn, rare pairs left out.
_PAIRS_SAID = """
    ^абвгдежзиклмнопрстуфхцчшщэя абвгдежзйклмнпрстфхцчшщюя бабеиклнорущыя вавеиклмнорстучыья гадеилнорту
    давеиклмнорстуцъыь еабвгдежзйклмнпрстфхцчшщю жадеикну завдежиноруыья иабвгдежзийклмнопрстфхцчшюя йдкнст
    кавеилнорстую лаеиклносуыьюя маеинопуыя нагдеикностуцыьюя оабвгдежзийклмнопрстфхцчшюя паеилортуыя
    рабвгдежикмнопстушыья савдеиклмнопрстучыья тавдеиклмнопрсуыья уабвгдежзйклмпрстхчшю фаеиоруь хаинорлвму
    цаеиуыо чаеикнтушь шаеиклнотуь щаеиу ъея ывейлмнпрстхчшдгю ьгекмнстшюябд этк юбрстчщд ядежзйлмнпстхцчвг
"""
_PAIRS = frozenset(group[0] + after for group in _PAIRS_SAID.split() for after in group[1:])
_PLAUSIBLE, _SURELY = 0.72, 0.9
"""The shares of usual letter pairs from which on a converted text may be Russian, and surely is."""
_ENGLISH = lazy(r"th|wh|ck|gh|tion|ee|oo|ea|ll|ss|w|ing$|ed$|'[a-z]+$")
"""What is common in English words and rare in Russian ones typed in Latin letters."""
_TATAR = ("сыз", "сез", "сезме", "сызмы", "гыз", "гез", "кыз", "кез", "ырга", "ыйм", "алмый")
_ENGLISH_SHARE = 0.5
_RUSSIAN = frozenset(
    ["и", "на", "в", "я", "мне", "не", "что", "можно", "хочу", "к", "у", "с", "по", "есть", "нет", "то"]
)
"""Words a Tatar message would not have."""


class Written(NamedTuple):
    """A message: its language, and its text in the letters of that language."""

    text: str
    language: Language


@lru_cache(maxsize=1)
def _glossary() -> dict[str, dict[str, str]]:
    """For every language its words, each with its Russian, or empty."""
    found: dict[str, dict[str, str]] = {}
    for line in Path(__file__).with_name("glossary.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            word, _, russian = line.partition(" = ")
            section[word] = russian
    return found


@lru_cache(maxsize=64)
def written(text: str) -> Written:
    """How a raw message is written. What is unclear is Russian."""
    if _LATIN.search(text.lower()):
        text = _MIXED.sub(lambda word: word[0].translate(_LOOKALIKES), text)
        lowered = text.lower()
        if len(_LATIN.findall(lowered)) > len(_CYRILLIC.findall(lowered)):
            return _from_latin(text, lowered)
    return Written(text, "tt" if _is_tatar(text) else "ru")


def in_russian(plain: str, language: Language) -> str:
    """A normalised text with its words of time and services in Russian; any other word stays as it is."""
    if language == "ru":
        return plain
    glossary = _glossary()[language]
    return _WORDS.sub(lambda word: glossary.get(word[0]) or word[0], plain)


def as_signed(text: str, message: Written) -> str:
    """The text to look for a name in: Kate, whom the list has in Latin letters, stays Kate. ``message``: how the raw
    ``text`` is written."""
    kept = message.text != text and names.is_in_latin(text) and not names.is_russian(message.text)
    return text if kept else message.text


def _from_latin(text: str, lowered: str) -> Written:
    by_sound, by_key = _converted(lowered, _by_sound), _converted(lowered, _by_key)
    if _is_english(lowered, russian=plausible(by_key) >= _SURELY):
        return Written(text, "en")
    best, how = max((by_sound, _by_sound), (by_key, _by_key), key=lambda one: plausible(one[0]))
    return Written(_converted(text, how) if plausible(best) >= _PLAUSIBLE else text, "ru")


def _converted(text: str, how: Callable[[str], str]) -> str:
    parts = _AS_IT_IS.split(text)
    return "".join(
        part if n % 2 else _SPACED.sub(lambda word: _cased(word[0], how), part) for n, part in enumerate(parts)
    )


def _cased(word: str, how: Callable[[str], str]) -> str:
    """A word converted; a name keeps its capital."""
    said = how(word.lower())
    return said[:1].upper() + said[1:] if word[0].isupper() else said


def _by_sound(lowered: str) -> str:
    lowered = _SHORT_I.sub("j", _FOUR.sub("ch", lowered))
    return _BY_SOUND.sub(lambda sound: _SOUND[sound[0]], lowered)


def _by_key(lowered: str) -> str:
    return lowered.translate(_LAYOUT)


def _is_english(lowered: str, *, russian: bool) -> bool:
    """``russian``: on the other keyboard layout it is good Russian, so that only known English words count."""
    said, known = _WORDS.findall(lowered), _glossary()["en"]
    usual = sum(word in known for word in said)
    looks = 0 if russian else sum(word not in known and bool(_ENGLISH.search(word)) for word in said)
    return usual + looks >= max(1, _ENGLISH_SHARE * len(said))


def _is_tatar(text: str) -> bool:
    """Names with Tatar letters do not make a message Tatar, so a word of its own is one without a capital."""
    said = [word for word in _WORDS.findall(text) if word[0].islower() or word.lower() in _glossary()["tt"]]
    if not _RUSSIAN.isdisjoint(said):
        return False
    own = sum(not _TATAR_LETTERS.isdisjoint(word.lower()) for word in said)
    usual = sum(word.lower() in _glossary()["tt"] or word.endswith(_TATAR) for word in said)
    return own > 0 or usual >= 2 or 0 < usual == len(said)


def plausible(text: str) -> float:
    """The share of letter pairs in the text that Russian words have."""
    pairs = [pair for word in _WORDS.findall(text) for pair in map("".join, zip("^" + word, word, strict=False))]
    return sum(pair in _PAIRS for pair in pairs) / len(pairs) if pairs else 0.0
