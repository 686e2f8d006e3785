"""The portal's notices: what a colleague's phone shows as a push.

https://apidocs.bitrix24.ru/api-reference/chats/notifications/im-notify-system-add.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.accounts import BITRIX24_USER
from sandbox.bitrix24_rules import Refusal
from sandbox.clock import Clock
from sandbox.state import Page, State


class Notices:
    """``im.notify.*.add``. ``users``: ids of who works there, beside the owner of the webhook."""

    def __init__(self, state: State, clock: Clock, users: Callable[[], Iterable[int]]) -> None:
        self._state = state
        self._clock = clock
        self._users = users

    def methods(self) -> Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]:
        return {"im.notify.system.add": self._add, "im.notify.personal.add": self._add}

    def _add(self, given: Mapping[str, Any]) -> dict[str, Any]:
        user, text = str(given.get("USER_ID") or ""), str(given.get("MESSAGE") or "").strip()
        if not re.fullmatch(r"[1-9]\d*", user):
            raise Refusal(400, "USER_ID_EMPTY", "User ID can't be empty")
        if not text:
            raise Refusal(400, "MESSAGE_EMPTY", "Message can't be empty")
        if int(user) not in {BITRIX24_USER, *self._users()}:
            return {"result": False}  # the original, too, says no more than that
        number = self._state.next("notice")
        now = self._clock.now().isoformat()
        self._state.add_page(Page("notice", "bitrix24", str(number), user, text, now, "delivered"))
        return {"result": number}
