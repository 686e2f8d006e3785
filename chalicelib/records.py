"""Values as JSON, for the table and the queues. Written with the standard library, read with pydantic.

The webhook only writes, so it never loads pydantic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from dataclasses import is_dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from chalicelib.desk.effects import Effect
    from chalicelib.desk.events import Event

T = TypeVar("T")

# Half a surrogate pair (an emoji cut in two) cannot be written as UTF-8, and SQS refuses U+FFFE and U+FFFF:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


def dump(value: Any) -> str:
    """A dataclass (or a list of them) as compact JSON; characters that no queue takes become U+FFFD."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return _UNWRITABLE.sub("\ufffd", text)


def load(kind: type[T], text: str | bytes) -> T:
    """The dataclass written by `dump`. Raises ValueError on anything else; its message names fields, never values."""
    return cast(T, _read(_adapter(cast(Hashable, kind)), text))


def load_event(text: str | bytes) -> Event:
    """An inbox message. Raises ValueError like `load`."""
    from chalicelib.desk.events import Event

    return cast("Event", _read(_adapter(Event, discriminated=True), text))


def load_effects(text: str | bytes) -> tuple[Effect, ...]:
    """The effects of a saved turn. Raises ValueError like `load`."""
    from chalicelib.desk.effects import Effect

    return cast("tuple[Effect, ...]", _read(_adapter(Effect, discriminated=True, many=True), text))


def _read(adapter: Any, text: str | bytes) -> Any:
    from pydantic import ValidationError

    try:
        return adapter.validate_json(text)
    except ValidationError as unfit:
        # pydantic's own message quotes the input, and the input is what a client wrote: that must not reach a log.
        fields = sorted({".".join(str(step) for step in fault["loc"]) or "text" for fault in unfit.errors()})
        raise ValueError(f"this record cannot be read, see {', '.join(fields)}") from None


@lru_cache(maxsize=16)
def _adapter(kind: Hashable, *, discriminated: bool = False, many: bool = False) -> Any:
    from typing import Annotated

    from pydantic import Field, TypeAdapter

    one: Any = Annotated[kind, Field(discriminator="kind")] if discriminated else kind
    whole: Any = tuple[one, ...] if many else one
    return TypeAdapter(whole)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return vars(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written to the table")
