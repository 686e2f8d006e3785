"""Bitrix24's side: an incoming webhook of a portal with a CRM of leads, deals and contacts, and online booking.

Methods and answers: https://apidocs.bitrix24.ru (crm.item.*, crm.duplicate.findbycomm, crm.status.list). Top-level
parameters the original would ignore are refused; unknown fields of an item are ignored, as there.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from werkzeug.wrappers import Request

from sandbox.accounts import BITRIX24_USER, DEMO
from sandbox.bitrix24_booking import Bookings
from sandbox.bitrix24_notices import Notices
from sandbox.bitrix24_rules import (
    COMPANY,
    CONTACT,
    DEAL,
    ENTITIES,
    FIELDS,
    LEAD,
    METHODS,
    STAGES_OF,
    STATUSES,
    Refusal,
    checked,
    entity_of,
    integer,
    multifields,
    not_valid,
)
from sandbox.bitrix24_search import communications, comparable, fits, selected
from sandbox.clock import Clock
from sandbox.far_side import Answer, Route, Unreadable
from sandbox.php import php_parameters
from sandbox.state import State
from sandbox.switches import lost_answer

BUCKET = 50
LEAK_PER_SECOND = 2.0
PAGE = 50
PORTAL_ZONE = timezone(timedelta(hours=3))


class Bucket:
    """The portal's leaky bucket: `BUCKET` requests at once, `LEAK_PER_SECOND` after that."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._level = 0.0
        self._at = seconds()
        self._lock = threading.Lock()

    def take(self) -> bool:
        with self._lock:
            now = self._seconds()
            self._level = max(0.0, self._level - (now - self._at) * LEAK_PER_SECOND)
            self._at = now
            if self._level + 1 > BUCKET:
                return False
            self._level += 1
            return True


class Bitrix24:
    """The portal. ``stages``: (entity, stage, title) of the pack's own stages, which the portal has too;
    ``resources``: (id, name) of what can be booked; ``users``: ids of who works there."""

    def __init__(
        self,
        state: State,
        clock: Clock,
        stages: Callable[[], Iterable[tuple[int, str, str]]],
        seconds: Callable[[], float] = time.monotonic,
        resources: Callable[[], Iterable[tuple[int, str]]] = tuple,
        users: Callable[[], Iterable[int]] = tuple,
    ) -> None:
        self._notices = Notices(state, clock, users)
        self._bookings = Bookings(state, resources)
        self._state = state
        self._clock = clock
        self._stages = stages
        self._bucket = Bucket(seconds)
        self._operating: dict[str, float] = {}

    def routes(self) -> list[Route]:
        return [Route("/bitrix24/rest/<int:user>/<code>/<method>", ("GET", "POST"), self.call, "bitrix24")]

    def call(self, request: Request, user: int, code: str, method: str) -> Answer:
        started = datetime.now(UTC)
        fault = self._state.use_switch("bitrix24")
        name = re.sub(r"\.json$", "", method.lower())
        try:
            if fault == "401" or user != BITRIX24_USER or not code.startswith(DEMO):
                raise Refusal(401, "INVALID_CREDENTIALS", "Invalid request credentials")
            if fault == "QUERY_LIMIT_EXCEEDED" or not self._bucket.take():
                raise Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")
            if fault == "OPERATION_TIME_LIMIT":
                raise Refusal(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.")
            if fault == "500":
                return Answer(500, "<html><body><h1>Internal Server Error</h1></body></html>", kind="text/html")
            if name not in METHODS:
                raise Refusal(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
            result = self._run(name, checked(name, php_parameters(request)))
        except Refusal as refusal:
            return refusal.answer()
        except Unreadable:
            return Refusal(400, "INVALID_REQUEST", "Invalid request.").answer()
        return lost_answer() if fault == "lost" else Answer(200, {**result, "time": self._time(name, started)})

    def stages(self, entity: int) -> list[tuple[str, str]]:
        """(id, title) of every stage an item of this kind can stand in."""
        own = [(stage, title) for kind, stage, title in self._stages() if kind == entity]
        usual = [(stage, title) for stage, title, _ in STATUSES[STAGES_OF[entity]]]
        titles = dict(usual) | dict(own)
        return list(titles.items())

    def _run(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        runs: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "crm.item.add": self._add,
            "crm.item.update": self._update,
            "crm.item.get": lambda given: {"result": {"item": self._found(given)}},
            "crm.item.list": self._list,
            "crm.duplicate.findbycomm": self._duplicates,
            "crm.settings.mode.get": lambda _: {"result": 1},
            "crm.status.list": self._statuses,
            **self._bookings.methods(),
            **self._notices.methods(),
        }
        return runs[name](given)

    def _add(self, given: Mapping[str, Any]) -> dict[str, Any]:
        entity = entity_of(given)
        fields = self._fields(entity, given["fields"])
        now = self._now()
        body = {**json.loads(json.dumps(FIELDS[entity])), **fields, "entityTypeId": entity}
        body |= {"createdTime": now, "updatedTime": now, "createdBy": BITRIX24_USER, "updatedBy": BITRIX24_USER}
        number = self._state.add_item(entity, body)
        if not body.get("title"):
            body["title"] = {LEAD: f"Лид #{number}", DEAL: f"Сделка #{number}"}.get(entity)
            self._state.put_item(entity, number, body)
        return {"result": {"item": {"id": number, **body}}}

    def _update(self, given: Mapping[str, Any]) -> dict[str, Any]:
        found = self._found(given)
        entity = found["entityTypeId"]
        body = {**found, **self._fields(entity, given["fields"]), "updatedTime": self._now()}
        body.pop("id")
        self._state.put_item(entity, found["id"], body)
        return {"result": {"item": {"id": found["id"], **body}}}

    def _found(self, given: Mapping[str, Any]) -> dict[str, Any]:
        found = self._state.item(entity_of(given), given["id"])
        if found is None:
            raise Refusal(400, "NOT_FOUND", "Element not found")
        return found

    def _list(self, given: Mapping[str, Any]) -> dict[str, Any]:
        entity = entity_of(given)
        items = [item for item in self._state.items(entity) if fits(item, given.get("filter", {}), entity)]
        for name, way in reversed(list(given.get("order", {}).items())):
            items.sort(key=lambda item: (item.get(name) is None, item.get(name)), reverse=str(way).upper() == "DESC")
        start = given.get("start", 0)
        page = items[max(start, 0) :][:PAGE]
        shown: dict[str, Any] = {"result": {"items": [selected(item, given.get("select", ["*"])) for item in page]}}
        if start < 0:
            return shown
        if start + PAGE < len(items):
            shown["next"] = start + PAGE
        return shown | {"total": len(items)}

    def _duplicates(self, given: Mapping[str, Any]) -> dict[str, Any]:
        kind = str(given.get("TYPE", "")).upper()
        if kind not in ("PHONE", "EMAIL"):
            raise Refusal(400, "", "Communication type is not defined.")
        values = {comparable(kind, value) for value in given.get("VALUES", []) if isinstance(value, str)} - {""}
        if not values:
            raise Refusal(400, "", "Communication values is not defined.")
        wanted = str(given.get("ENTITY_TYPE", "")).upper()
        found: dict[str, list[int]] = {}
        for entity in (LEAD, CONTACT, COMPANY):
            ids = [item["id"] for item in self._state.items(entity) if values & communications(item, kind)]
            if ids and wanted in ("", ENTITIES[entity]):
                found[ENTITIES[entity]] = ids[:20]
        return {"result": found or []}  # PHP writes an empty map as a list

    def _statuses(self, given: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {str(name).upper(): value for name, value in (given.get("FILTER") or {}).items()}
        rows = [row for row in self._status_rows() if all(row.get(name) == wanted[name] for name in wanted)]
        return {"result": rows, "total": len(rows)}

    def _status_rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        own = {LEAD: self.stages(LEAD), DEAL: self.stages(DEAL)}
        listed = {STAGES_OF[entity]: stages for entity, stages in own.items()}
        listed["SOURCE"] = [(source, title) for source, title, _ in STATUSES["SOURCE"]]
        for kind, statuses in listed.items():
            meaning = {status: semantics for status, _, semantics in STATUSES[kind]}
            for place, (status, title) in enumerate(statuses, 1):
                rows.append(
                    {
                        "ID": str(len(rows) + 1),
                        "ENTITY_ID": kind,
                        "STATUS_ID": status,
                        "NAME": title,
                        "NAME_INIT": title if status in meaning else "",
                        "SORT": str(place * 10),
                        "SYSTEM": "Y" if status in meaning else "N",
                        "CATEGORY_ID": None,
                        "COLOR": None,
                        "SEMANTICS": meaning.get(status),
                    }
                )
        return rows

    def _fields(self, entity: int, given: Any) -> dict[str, Any]:
        """The known fields of an item, checked; unknown ones are dropped, as the original does."""
        known = {
            name: value
            for name, value in given.items()
            if name in FIELDS[entity] or name.lower().startswith(("ufcrm", "uf_crm"))
        }
        if "stageId" in known and known["stageId"] not in dict(self.stages(entity) if entity in STAGES_OF else ()):
            raise not_valid("stageId")
        if known.get("sourceId") and known["sourceId"] not in {source for source, _, _ in STATUSES["SOURCE"]}:
            raise not_valid("sourceId")
        for name in ("assignedById", "contactId", "companyId"):
            if known.get(name) is not None:
                known[name] = integer(known[name], name)
        if "fm" in known:
            known["fm"] = multifields(known["fm"])
        return known

    def _now(self) -> str:
        return self._clock.now().astimezone(PORTAL_ZONE).isoformat(timespec="seconds")

    def _time(self, method: str, started: datetime) -> dict[str, Any]:
        finished = datetime.now(UTC)
        spent = (finished - started).total_seconds()
        self._operating[method] = self._operating.get(method, 0.0) + spent
        return {
            "start": started.timestamp(),
            "finish": finished.timestamp(),
            "duration": spent,
            "processing": spent,
            "date_start": started.astimezone(PORTAL_ZONE).isoformat(timespec="seconds"),
            "date_finish": finished.astimezone(PORTAL_ZONE).isoformat(timespec="seconds"),
            "operating_reset_at": int(started.timestamp()) + 600,
            "operating": self._operating[method],
        }
