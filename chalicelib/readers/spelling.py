"""How a word is spelt by ear: what people leave out, double or mix up in writing is made one."""

from __future__ import annotations

from functools import lru_cache

from chalicelib.patterns import lazy

_SOUNDS_SAID = "ь: ъ: ё:е й:и э:е дст:ст тст:ст тс:ц сч:щ вств:ств стн:сн жы:жи шы:ши чя:ча щя:ща"
_SOUNDS = tuple(pair.split(":") for pair in _SOUNDS_SAID.split())
_DOUBLED = lazy(r"([а-я])\1")


@lru_cache(maxsize=20_000)
def by_ear(word: str) -> str:
    """«записаться», «записатся», «записацца»: one spelling for all. Of a beginning of a word, its beginning."""
    return by_ear_throughout(word) or word


def by_ear_throughout(text: str) -> str:
    """The same for every word of a text."""
    for written, said in _SOUNDS:
        text = text.replace(written, said)
    return _DOUBLED.sub(r"\1", text)
