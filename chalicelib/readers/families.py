"""Families of words that mean alike (families.txt): «маникюр» and «чистка» are services, «боль» and «ноет» are pain."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from chalicelib.readers.spelling import by_ear_throughout

_SHORTEST = 2


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Families by whole word, and by the beginning of one."""
    whole: dict[str, tuple[str, ...]] = {}
    starts: dict[str, tuple[str, ...]] = {}
    family = ""
    for line in by_ear_throughout(Path(__file__).with_name("families.txt").read_text(encoding="utf-8")).splitlines():
        if line.startswith("["):
            family = line.strip("[]")
        elif not line.startswith("#"):
            for word in line.split():
                known, key = (starts, word[:-1]) if word.endswith("*") else (whole, word)
                known[key] = (*known.get(key, ()), family)
    return whole, starts


@lru_cache(maxsize=20_000)
def of(word: str) -> tuple[str, ...]:
    """The families of a word spelt `by_ear`, in the order of the file."""
    whole, starts = _known()
    found = dict.fromkeys(whole.get(word, ()))
    for length in range(_SHORTEST, len(word) + 1):
        for family in starts.get(word[:length], ()):
            found[family] = None
    return tuple(found)
