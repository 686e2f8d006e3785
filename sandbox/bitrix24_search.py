"""How the portal searches and shows items: filter prefixes, select, phones compared by their digits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.bitrix24_rules import FIELDS, Refusal

OPERATORS = (
    ("!=", lambda a, b: a != b), (">=", lambda a, b: a >= b), ("<=", lambda a, b: a <= b),
    ("=", lambda a, b: a == b), (">", lambda a, b: a > b), ("<", lambda a, b: a < b),
    ("!@", lambda a, b: a not in b), ("@", lambda a, b: a in b), ("%", lambda a, b: str(b) in str(a)),
)  # fmt: skip


def fits(item: Mapping[str, Any], wanted: Mapping[str, Any], entity: int) -> bool:
    return all(_matches(item, condition, value, entity) for condition, value in wanted.items())


def _matches(item: Mapping[str, Any], condition: str, value: Any, entity: int) -> bool:
    sign, compare = next(
        ((sign, compare) for sign, compare in OPERATORS if condition.startswith(sign)), ("", lambda a, b: a == b)
    )
    name = condition[len(sign) :]
    if name not in FIELDS[entity] and name not in ("id", "createdTime", "updatedTime") and not name.startswith("uf"):
        raise Refusal(400, "INVALID_ARG_VALUE", f"Invalid filter: field '{name}' is not allowed in filter")
    have = item.get(name)
    if isinstance(value, list):
        return (
            bool(compare(str(have), [str(one) for one in value]))
            if sign in ("@", "!@")
            else str(have) in map(str, value)
        )
    if isinstance(have, int) and re.fullmatch(r"-?\d+", str(value)):
        return bool(compare(have, int(value)))
    return bool(compare("" if have is None else str(have), "" if value is None else str(value)))


def selected(item: Mapping[str, Any], select: Sequence[str]) -> dict[str, Any]:
    """``fm`` comes with ``*`` only."""
    if "*" in select:
        return dict(item)
    return {name: item[name] for name in item if name in select and name != "fm"} | {"id": item["id"]}


def communications(item: Mapping[str, Any], kind: str) -> set[str]:
    return {comparable(kind, row["value"]) for row in item.get("fm", []) if row["typeId"] == kind}


def comparable(kind: str, value: str) -> str:
    if kind == "EMAIL":
        return value.strip().lower()
    digits = re.sub(r"\D", "", value.split(";")[0])
    return f"7{digits[1:]}" if len(digits) == 11 and digits.startswith("8") else digits
