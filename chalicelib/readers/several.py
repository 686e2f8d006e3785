"""Further services in the same message: «маникюр и педикюр», «стрижка, потом окрашивание»; and «педикюр тоже»."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.patterns import lazy

if TYPE_CHECKING:
    from chalicelib.readers.services import Services

MOST = 3
"""So many services are one visit's worth of a day."""
_MOST_PARTS = 6
_JOINED = lazy(
    r",? (?:и|а|да|and|һәм)(?: (?:потом|затем|после(?: (?:этого|него|нее))?|еще|также|сразу|then))+ "
    r"|,? (?:потом|затем|плюс|заодно|and then|then|аннары|соңыннан) |,? (?:и|and|һәм|вместе с|с) | ?\+ ?|, |\. |\n"
)
_INSTEAD = lazy(r"^(?:нет|не|лучше|ой|точнее|вернее|только|или|либо|а не|хотя|вместо)\b|\b(?:вместо|передумал\w*)\b")
_INSTEAD_OF = lazy(
    r"\bвместо\b|\bпередумал\w*\b|\bне (?:на )?\w+,? а\b|\bа не\b|\b(?:поменя|замени)\w+ (?:\w+ ){1,2}на\b|\binstead\b"
    r"|\bурынына\b"
)
_PUTS_RIGHT = lazy(
    r"\b(?:ошиб|опечат|неправильн|неверн|исправ|поправ|перепут|помен|замен|перепиш)\w*|\bвместо\b|\bа не\b|\bна имя\b"
    r"|^(?:(?:ой|нет|точнее|вернее),? )*не \w+(?:,| а\b)|\b(?:ее|его|меня) зовут\b"
    r"|\b(?:wrong|mistake|instead|correct)\w*\b"
)
_BESIDES = lazy(
    r"\b(?:тоже|также|заодно|вдобавок|впридачу|добав\w+|вместе с|плюс|too|as well|also|шулай ук)\b"
    r"|^и (?:на |еще )*\w+|\b(?:и|а) еще\b|\bеще и\b|\bеще (?:бы )?\w+(?:\s|$)|^\+ ?"
)


def further(services: Services, plain: str, first: str | None) -> tuple[str, ...]:
    """The services that a normalised text names beside ``first``, in their order; none where one name covers all that
    is said («стрижка и борода»), or one is named instead of another."""
    if first is None or not services.may_name_several(plain):
        return ()
    named = [one for part in parts(plain) for one in _side_by_side(services, part)]
    if len(named) < 2 or any(map(is_correction, named[1:])):
        return ()
    found = dict.fromkeys(service for part in named if (service := services.find(part)))
    if first not in found:
        return ()
    return tuple(service for service in found if service != first)[: MOST - 1]


def parts(plain: str) -> list[str]:
    """What «и», «потом», commas and the like join in a normalised text."""
    return [part for part in _JOINED.split(plain) if part][:_MOST_PARTS]


def is_correction(part: str) -> bool:
    """Whether a part of a text takes back what was said before it."""
    return bool(_INSTEAD.search(part))


def _side_by_side(services: Services, part: str) -> list[str]:
    """«Маник педик брови», with nothing between them, taken apart."""
    said = part.split(" ") if services.may_name_several(part) else []
    for at in range(1, len(said)):
        if services.are_two(said[at - 1], said[at]):
            return [" ".join(said[:at]), *_side_by_side(services, " ".join(said[at:]))]
    return [part]


def is_instead(plain: str) -> bool:
    """Whether what is named is wished instead of something told before: «не брови, а маникюр», «вместо бровей»."""
    return bool(_INSTEAD_OF.search(plain)) and not is_besides(plain)


def puts_right(plain: str) -> bool:
    """Whether a name or number takes the place of one told before: «не Юля, а Инна», «ошиблась в номере»."""
    return bool(_PUTS_RIGHT.search(plain))


def is_besides(plain: str) -> bool:
    """Whether what is named is wished beside something told before: «и педикюр тоже», «добавьте брови»."""
    return bool(_BESIDES.search(plain))
