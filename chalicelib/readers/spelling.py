"""How a word is spelt by ear: what people leave out, double or mix up in writing is made one."""

from __future__ import annotations

import re
from functools import lru_cache

_LETTERS = str.maketrans({"ь": "", "ъ": "", "ё": "е", "й": "и", "э": "е"})
_SOUNDS = (
    ("тс", "ц"),
    ("сч", "щ"),
    ("вств", "ств"),
    ("стн", "сн"),
    ("жы", "жи"),
    ("шы", "ши"),
    ("чя", "ча"),
    ("щя", "ща"),
)
_DOUBLED = re.compile(r"([а-я])\1")


@lru_cache(maxsize=20_000)
def by_ear(word: str) -> str:
    """«записаться», «записатся», «записацца»: one spelling for all. Of a beginning of a word, its beginning."""
    heard = word.translate(_LETTERS)
    for written, said in _SOUNDS:
        if written in heard:
            heard = heard.replace(written, said)
    return _DOUBLED.sub(r"\1", heard) or word
