"""Regular expressions that are compiled when a text is first searched for them: a cold start then compiles few."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast


def lazy(said: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, to be used by its methods only."""
    return cast("re.Pattern[str]", _Pattern(said, flags))


class _Pattern:
    def __init__(self, said: str, flags: int) -> None:
        self._said, self._flags = said, flags

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(re.compile(self._said, self._flags), name)
        setattr(self, name, method)  # from the second use on it is no dearer than a compiled one
        return method
