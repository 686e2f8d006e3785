"""Zvonok: a call that reads a text out and tells which key was pressed.

A call has no key of ours and its errors come as sentences under 200, so a ``call_id`` is the only success. A colleague
who was rung up within the last minutes is not rung up again: a page whose answer was lost finds its call.
Source: https://api.zvonok.com
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from chalicelib import proof
from chalicelib.desk.events import UNTOLD, Keyed, conversation_id
from chalicelib.errors import Unavailable
from chalicelib.pagers._answers import Means, digits, failed, mapping, told, wanting
from chalicelib.pagers._words import cut
from chalicelib.ports import DRY_RUN, Hook, Pager, Secrets
from chalicelib.wire import Flow, Request, Response

API = "/manager/cabapi_external/api/v1/phones"
LONGEST = 1000
"""Characters: more than a minute of talk, and nobody listens longer at night."""
PLAIN = str.maketrans("<>", "()")
"""``<audio id="1"/>`` would play a clip."""
SAME_CALL = timedelta(minutes=3, seconds=30)
"""How long a call counts as the one we want to make: a turn that died is brought again after three minutes."""
MOSCOW = timezone(timedelta(hours=3))
"""The zone of a time that tells none."""
RINGING = "in_process"
DUPLICATE = "duplicate"
ERRORS: Sequence[tuple[str, Means, str]] = (
    ("public_key", "person", "the public_key is wrong"),
    ("campaign", "person", "the campaign_id is wrong, or the campaign is of another kind or not running"),
    ("phone", "person", "the number is wrong"),
    ("balance", "person", "no money on the account"),
    ("баланс", "person", "no money on the account"),
    ("text", "person", "the text is not taken"),
    ("limit", "nobody", "too many calls at once"),
)
"""What an error's sentence says, by a part of it in lower case; the first that fits."""

PRESSED = "user"
ENDED = frozenset(
    {PRESSED, "compl_finished", "compl_nofinished", "attempts_exc", "deleted", "duration_error", "expires",
     "novalid_button", "no_provider", "interrupted", "synth_error"}
)  # fmt: skip
"""Statuses that come once, when the call is over; the others are on the way, or of campaigns of another kind."""


class Zvonok:
    """Zvonok's calls as a `chalicelib.ports.Pager`."""

    name = "zvonok"
    account: Sequence[str] = ("public_key", "campaign_id")

    def page(self, address: str, text: str, account: Secrets, base_url: str, key: str) -> Flow[str]:
        """One call; its ``call_id``, by which the pressed key comes back. Two requests, none in a dry run: there is no
        test mode."""
        wanting(self.name, account, *self.account)
        asked = {**{name: account[name] for name in self.account}, "phone": f"+{digits(self.name, address)}"}
        if account.get(DRY_RUN):
            return f"dry:{key}"
        found = yield Request("GET", f"{base_url}{API}/calls_by_phone/", query=asked)
        calls = _calls(told(self.name, found))
        just_made = _just_made(calls, found)
        if just_made:
            return just_made
        form = {**asked, "text": cut(text.translate(PLAIN), LONGEST)}
        made = yield Request("POST", f"{base_url}{API}/call/", form=form)
        return _call_id(mapping(told(self.name, made)), calls)


def _calls(body: Any) -> list[Mapping[str, Any]]:
    """The calls to a number, the newest first; none where the answer tells of none."""
    listed = body.get("data") if isinstance(body, dict) else body
    calls = [call for call in listed if mapping(call).get("call_id")] if isinstance(listed, list) else []
    return sorted(calls, key=lambda call: _made_at(call) or UNTOLD, reverse=True)


def _just_made(calls: Iterable[Mapping[str, Any]], found: Response) -> str:
    """The id of the call that an earlier try has made; empty when there is none. By the provider's own clock: a flow
    has none. Where that cannot be read, a call that rings still is the one."""
    now = _date(found)
    for call in calls:
        at = _made_at(call)
        if (abs(now - at) < SAME_CALL) if at and now else call.get("status") == RINGING:
            return str(call["call_id"])
    return ""


def _call_id(body: Mapping[str, Any], before: Iterable[Mapping[str, Any]]) -> str:
    """The id of the call that was made, or of the one that keeps it from being made. Raises by the error's sentence."""
    made = body.get("call_id") or mapping(body.get("data")).get("call_id")
    if made:
        return str(made)
    if body.get("status") != "error":
        raise Unavailable("zvonok: no id of the call", answered=False)
    sentence = str(body.get("data", "")).lower()
    if DUPLICATE in sentence:
        ringing = next((str(call["call_id"]) for call in before if call.get("status") == RINGING), "")
        if not ringing:
            raise Unavailable("zvonok: this number is being called already")
        return ringing
    means, why = next(((means, why) for part, means, why in ERRORS if part in sentence), ("person", "it is not taken"))
    raise failed("zvonok", "error", why, means)


def _made_at(call: Mapping[str, Any]) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(call.get("created")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=MOSCOW)


def _date(response: Response) -> datetime | None:
    said = next((value for name, value in response.headers.items() if name.lower() == "date"), "")
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


PLACEHOLDERS = "call_id={ct_call_id}&status={ct_status}&button={ct_button_num}&choice={ct_user_choice}"


def cabinet_address(hooks: str, secret: str) -> str:
    """What has to be entered as the postback in Zvonok's cabinet. ``hooks``: the webhooks' address up to the name."""
    return f"{hooks}/zvonok?secret={quote(secret.split(',')[0].strip())}&{PLACEHOLDERS}"


class Postback:
    """Zvonok's word on how a call ended, as a `chalicelib.ports.Hook`. All of it stands in the URL of its cabinet."""

    name = "zvonok"
    secrets: Sequence[str] = ("secret",)

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: Secrets) -> None:
        """The secret of the URL is ours. Raises `Rejected`."""
        proof.shared_secret(_said(body).get("secret", ""), secrets.get("secret", ""))

    def read(self, body: bytes) -> Iterable[Keyed]:
        """How one call ended, with the key if one was pressed; nothing as long as it goes on."""
        said = _said(body)
        call, status = said.get("call_id", ""), said.get("status", "")
        if not re.fullmatch(r"[0-9A-Za-z-]{1,64}", call) or status not in ENDED:
            return ()
        pressed = next((said[name] for name in ("button", "choice") if re.fullmatch("[0-9]", said.get(name, ""))), "")
        return (Keyed(f"zvonok:{call}:{status}", UNTOLD, conversation_id("zvonok", call), "zvonok", call, pressed),)


def _said(body: bytes) -> Mapping[str, str]:
    """The fields of a form, the first of each name: what the URL says comes first and is proved by its secret."""
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(reversed(fields))


PAGER: Pager = Zvonok()
POSTBACK: Hook = Postback()
