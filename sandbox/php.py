"""Parameters of a request as PHP reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from werkzeug.wrappers import Request

from sandbox.far_side import json_object


def php_parameters(request: Request) -> dict[str, Any]:
    """Parameters as PHP reads them: JSON, or ``fields[TITLE]=..&values[]=..`` in a form or the query.

    Raises `Unreadable`.
    """
    found: dict[str, Any] = {}
    pairs = list(request.args.items(multi=True))
    if "json" not in request.mimetype:
        pairs += list(request.form.items(multi=True))
    for name, value in pairs:
        _put(found, re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name), value)
    plain: dict[str, Any] = {name: _lists(value) for name, value in found.items()}
    return plain | (json_object(request) if "json" in request.mimetype else {})


def _put(into: dict[str, Any], path: Sequence[str], value: str) -> None:
    for step in path[:-1]:
        inner = into.setdefault(step or str(len(into)), {})
        into = inner if isinstance(inner, dict) else {}
    into[path[-1] or str(len(into))] = value


def _lists(value: Any) -> Any:
    """A map whose keys are 0..n is a list, as in PHP's JSON."""
    if not isinstance(value, dict):
        return value
    plain = {name: _lists(inner) for name, inner in value.items()}
    return list(plain.values()) if list(plain) == [str(n) for n in range(len(plain))] else plain
