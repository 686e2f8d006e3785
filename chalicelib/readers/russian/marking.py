"""A text taken apart into words, numbers and signs, each with what it is to the grammar of days and hours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chalicelib.patterns import lazy
from chalicelib.readers.russian import phones
from chalicelib.readers.russian.day_words import meaning_of, mended, vocabulary
from chalicelib.readers.russian.grammar import UNKNOWN, Word
from chalicelib.readers.russian.numbers import in_digits
from chalicelib.readers.russian.words import digits_in

_FOREIGN = lazy(r"\S*@\S+|(?:https?://|www\.)\S+")
_FOREIGN_SIGNS = ("@", "://", "www.")
_PIECE = lazy(
    r"(?P<iso>\d{4}-\d\d-\d\d)(?!\d)"
    r"|(?P<full>\d{1,2}[./-]\d{1,2}[./-](?:20)?\d\d)(?![\d:])"
    r"|(?P<colon>\d{1,2}:\d\d)(?::\d\d)?(?!\d)"
    r"|(?P<grouped>\d{1,3}(?:[ .]\d{3})+)(?!\d)"
    r"|(?P<pair>\d{1,2}[.,/]\d{1,2})(?![.,/]?\d)"
    r"|(?P<number>\d+)(?:-?(?P<ending>[^\W\d_]{1,4})(?![^\W_]))?"
    r"|(?P<word>[^\W\d_]+(?:-[^\W\d_]+)*)"
    r"|(?P<sign>\S)"
)
_SIGNS = {
    ",": "comma", ";": "comma", ".": "stop", "!": "stop", "?": "stop", "-": "dash", "(": "bracket", ")": "bracket",
    "%": "percent", "+": "plus",
}  # fmt: skip
_ENDINGS = {
    ending: kind
    for kind, said in {
        "ordinal": "го ого его му ому ему st nd rd th нче нчы",
        "neuter": "е ое ье",
        "number": "ти х ух ех мя ми ью ю и ть",
        "adjective": "й ый ой ий я ая ую юю",
        "clock": "да дә та тә гә кә га ка",
        "large": "к тр",
        "ablative": "дан дән тан тән",
    }.items()
    for ending in said.split()
}
_HYPHENATED = {"м": "number", "ом": "ordinal"}
_YEAR_FROM, _YEAR_TO = 2020, 2050


def marked(plain: str) -> tuple[Word, ...]:
    """The words of a normalised text, without those that say nothing («где-то», «примерно»)."""
    return tuple(word for word in _expressions(list(_pieces(_readable(plain)))) if word.kind != "extra")


def _readable(plain: str) -> str:
    """The text with numbers in digits and day words mended; phones, cards, links and addresses are blank."""
    for _, start, end, _ in phones.spans(plain):
        plain = plain[:start] + ";" + " " * (end - start - 1) + plain[end:]
    if digits_in(plain) >= phones.LONG_NUMBER_DIGITS:
        plain = phones.LONG_NUMBER.sub(_blank, phones.CARD.sub(_blank, plain))
    if any(sign in plain for sign in _FOREIGN_SIGNS):
        plain = _FOREIGN.sub(_blank, plain)
    plain = _ON_SO_MANY.sub("; ", plain.replace("tonight", "today evening"))
    return in_digits(_LONG_WORD.sub(lambda word: mended(word[0]), plain))


def _blank(found: re.Match[str]) -> str:
    return ";" + " " * (len(found[0]) - 1)


# «На четырёх» is said of what something stands on; the hour is «на четыре».
_ON_SO_MANY = lazy(r"\bна (?:двух|трех|четырех|пяти|шести|семи|восьми|девяти|десяти|обеих|всех)\b")
_LONG_WORD = lazy(r"[а-я]{5,}")


def _pieces(text: str) -> Iterator[Word]:
    for piece in _PIECE.finditer(text):
        kind = str(piece.lastgroup)
        start, end, said = piece.start(), piece.end(), piece[0]
        if kind == "word":
            yield from _word(said, start)
        elif kind == "sign":
            yield Word(said, start, end, _SIGNS.get(said, "out"))
        elif kind in ("number", "ending"):
            yield from _number(piece)
        else:
            yield _written(kind, Word(piece[kind], start, end, "large"))


def _word(said: str, start: int) -> Iterator[Word]:
    """A word, or the words of «пятница-суббота»; «где-то» is one word."""
    if "-" not in said or meaning_of(said):
        yield Word(said, start, start + len(said), UNKNOWN)
        return
    for part in re.finditer(r"[^-]+|-", said):
        kind = "dash" if part[0] == "-" else UNKNOWN
        yield Word(part[0], start + part.start(), start + part.end(), kind)


def _written(kind: str, word: Word) -> Word:
    """A date or an hour written with signs between its numbers."""
    if kind == "grouped":
        return word
    parts = tuple(int(part) for part in re.split(r"\D", word.text))
    if kind == "iso":
        return word._replace(kind="full_date", value=(parts[2], parts[1], parts[0]))
    if kind == "full":
        return word._replace(kind="full_date", value=parts)
    if kind == "colon":
        return word._replace(kind="clock", value=parts)
    slashed = "/" in word.text
    return word._replace(kind="slashed" if slashed else "dotted", value=parts)


def _number(piece: re.Match[str]) -> Iterator[Word]:
    """A number with its ending, or a number and the word that touches it: «25го» is one, «15мин» two."""
    digits, ending = piece["number"], piece["ending"]
    hyphen = bool(ending) and piece[0][len(digits)] == "-"
    kind = _ENDINGS.get(ending or "") or (_HYPHENATED.get(ending or "") if hyphen else None)
    middle = piece.end("number")
    if kind is None:
        yield _plain_number(Word(digits, piece.start(), middle, "large"))
        if ending:
            yield Word(ending, piece.start("ending"), piece.end(), UNKNOWN)
        return
    value: int | tuple[int, ...] = int(digits)
    if len(digits) > 2:
        kind = "large"
    elif kind == "clock":
        value = (int(digits), 0)
    yield Word(piece[0], piece.start(), piece.end(), kind, value)


def _plain_number(word: Word) -> Word:
    value = int(word.text)
    if len(word.text) <= 2:
        return word._replace(kind="number", value=value)
    if len(word.text) == 4 and value % 100 < 60 and value < 2400:
        kind = "year" if _YEAR_FROM <= value < _YEAR_TO and value % 10 else "four_digits"
        return word._replace(kind=kind, value=value)
    return word


def _expressions(pieces: list[Word]) -> Iterator[Word]:
    """The pieces with what the vocabulary knows about them, expressions of several words as one."""
    known, texts = vocabulary(), [piece.text for piece in pieces]
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        found = known.expression(texts, at) if piece.kind == UNKNOWN or piece.text in known.openers else None
        if found is None:
            yield piece
            at += 1
            continue
        length, meaning = found
        last = pieces[at + length - 1]
        yield Word(" ".join(texts[at : at + length]), piece.start, last.end, meaning.kind, meaning.value)
        at += length
