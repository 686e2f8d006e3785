"""A document with some wrong values, as far as it can be read: so one slip hides no other, and is told once.

What could not be read is `UNKNOWN`. Whoever would need it for a judgement has none: any use of it raises `NotKnown`,
which ends the check that stumbled there, and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

if TYPE_CHECKING:
    from chalicelib.regulation.written import Place

P = ParamSpec("P")
T = TypeVar("T")


KEY = "[key]"
"""Stands in pydantic's places behind a name that cannot be."""


class NotKnown(Exception):
    """A check needs a value that could not be read."""


def _used(*_: object) -> NoReturn:
    raise NotKnown


_USES = (
    "getattr", "eq", "ne", "lt", "le", "gt", "ge", "hash", "bool", "len", "iter", "getitem", "contains", "str",
    "format", "add", "radd", "sub", "rsub", "mod", "rmod", "mul", "rmul",
)  # fmt: skip
UNKNOWN: Any = type("Unknown", (), dict.fromkeys((f"__{use}__" for use in _USES), _used))()


def as_far_as_known(check: Callable[P, Iterator[T]]) -> Callable[P, Iterator[T]]:
    """A check that finds what it can before it needs what could not be read."""

    @wraps(check)
    def found(*args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        try:
            yield from check(*args, **kwargs)
        except NotKnown:
            return

    return found


def partly(kind: Any, data: Any, wrong: Collection[Place], path: Place = ()) -> Any:
    """``data`` as a ``kind``, with `UNKNOWN` at the places that are ``wrong``."""
    if path in wrong:
        return UNKNOWN
    if not any(place[: len(path)] == path for place in wrong):
        return TypeAdapter(kind).validate_python(data)
    kind = bare(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        told = {name for name in kind.model_fields if name in data or (*path, name) in wrong}
        parts = {
            name: partly(Annotated[field.annotation, field], data.get(name), wrong, (*path, name))
            for name, field in kind.model_fields.items()
            if name in told
        }
        return kind.model_construct(**parts)
    if isinstance(data, list):
        return tuple(partly(get_args(kind)[0], item, wrong, (*path, place)) for place, item in enumerate(data))
    names, values = get_args(kind)
    named = {key: item for key, item in data.items() if (*path, key, KEY) not in wrong}
    others = get_args(names) if len(named) < len(data) else ()  # a name that cannot be was meant to be one of these
    known = {key: partly(values, item, wrong, (*path, key)) for key, item in named.items()}
    return {**dict.fromkeys(others, UNKNOWN), **known}


def bare(kind: Any) -> Any:
    """The type without its Annotated and its «or None»."""
    if get_origin(kind) is Annotated:
        return bare(get_args(kind)[0])
    parts = [part for part in get_args(kind) if part is not type(None)]
    return bare(parts[0]) if type(None) in get_args(kind) and len(parts) == 1 else kind
