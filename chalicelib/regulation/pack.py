"""The seven documents of a pack as far as each of them could be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Generic, TypeVar

from chalicelib.regulation.mistakes import Mistake
from chalicelib.regulation.schema import Business, ConsentDocument, Dialogue, Document, Registry, Reminders, Rota, Sla
from chalicelib.regulation.written import Written

D_co = TypeVar("D_co", bound=Document, covariant=True)


@dataclass(frozen=True)
class Read(Generic[D_co]):
    """A document as far as it could be read: not at all, or as text with lines and as a value, in which `UNKNOWN`
    stands for what is wrong."""

    file: str
    written: Written | None = None
    document: D_co | None = None
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Pack:
    """The seven documents, in the order in which the owner reads about them."""

    business: Read[Business]
    registry: Read[Registry]
    dialogue: Read[Dialogue]
    sla: Read[Sla]
    rota: Read[Rota]
    reminders: Read[Reminders]
    consent: Read[ConsentDocument]

    def parts(self) -> Iterator[tuple[str, Read[Document]]]:
        for part in fields(self):
            yield part.name, getattr(self, part.name)
