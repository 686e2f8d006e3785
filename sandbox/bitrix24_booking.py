"""Bitrix24's online booking: resources, and bookings that take them.

Methods and answers: https://apidocs.bitrix24.com/api-reference/booking/index.html. As the kernel does: ``add`` books
over one booking of a resource without a word and refuses a second, ``update`` refuses any; a list counts nothing and
brings fifty at once. What a resource would be told of a client is not sent here. Whether a client came, a portal knows
and does not tell over REST: it is in no answer, but what a master has written into name or description is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.bitrix24_rules import BOOKING, Refusal, integer
from sandbox.state import State

PAGE = 50
MINUTE = 60
NOTICES = {
    "confirmationCounterDelay": 10800, "confirmationNotificationDelay": 86400,
    "confirmationNotificationRepetitions": None, "confirmationNotificationRepetitionsInterval": 10800,
    "delayedCounterDelay": 300, "delayedNotificationDelay": 300, "infoNotificationDelay": None,
    "isConfirmationNotificationOn": "N", "isDelayedNotificationOn": "N", "isFeedbackNotificationOn": "N",
    "isInfoNotificationOn": "N", "isReminderNotificationOn": "N", "reminderNotificationDelay": -1,
    "templateTypeConfirmation": "animate", "templateTypeDelayed": "animate", "templateTypeFeedback": "animate",
    "templateTypeInfo": "animate", "templateTypeReminder": "base",
}  # fmt: skip
"""What a resource writes to clients by itself: switched off, the product writes to them."""

Found = dict[str, Any]


class Bookings:
    """The bookings of a portal whose resources are ``resources``: (id, name) of each."""

    def __init__(self, state: State, resources: Callable[[], Iterable[tuple[int, str]]]) -> None:
        self._state = state
        self._resources = resources

    def methods(self) -> Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]:
        return {
            "booking.v1.booking.add": self._add,
            "booking.v1.booking.update": self._update,
            "booking.v1.booking.delete": self._delete,
            "booking.v1.booking.get": lambda given: {"result": {"booking": self._found(given["id"], "1021")}},
            "booking.v1.booking.list": self._list,
            "booking.v1.resource.list": self._list_resources,
            "booking.v1.resource.get": self._get_resource,
        }

    def _add(self, given: Mapping[str, Any]) -> dict[str, Any]:
        fields = given["fields"]
        missing = [name for name in ("resourceIds", "datePeriod") if name not in fields]
        if missing:
            raise Refusal(400, "0", f"Required fields: {', '.join(missing)}")
        booking = {**self._fields(fields), "name": fields.get("name"), "description": fields.get("description")}
        self._refuse_overlaps(booking, allowed=1)
        return {"result": {"id": self._state.add_item(BOOKING, booking)}}

    def _update(self, given: Mapping[str, Any]) -> dict[str, Any]:
        fields = given["fields"]
        known = self._fields(fields)
        before = self._found(given["id"], "1019")
        told = {name: str(fields[name]) for name in ("name", "description") if name in fields}
        booking = {**before, **known, **told}
        self._refuse_overlaps(booking, allowed=0)
        number = booking.pop("id")
        self._state.put_item(BOOKING, number, booking)
        return {"result": True}

    def _delete(self, given: Mapping[str, Any]) -> dict[str, Any]:
        self._state.drop_item(BOOKING, self._found(given["id"], "1021")["id"])
        return {"result": True}

    def _list(self, given: Mapping[str, Any]) -> dict[str, Any]:
        within = (given.get("filter") or {}).get("within")
        found = self._state.items(BOOKING)
        if within is not None:
            if not isinstance(within, dict) or not {"dateFrom", "dateTo"} <= within.keys():
                raise Refusal(400, "0", "Required fields: dateFrom, dateTo")
            since, until = integer(within["dateFrom"], "dateFrom"), integer(within["dateTo"], "dateTo")
            if until < since:
                raise Refusal(400, "422", "Invalid date period")
            found = [one for one in found if _from(one) < until and since < _to(one)]
        for name, way in reversed(list((given.get("order") or {"id": "ASC"}).items())):
            if name not in ORDERS:
                raise Refusal(400, "", f"Unknown field definition `{name}` for ORDER")
            found.sort(key=ORDERS[name], reverse=str(way).upper() == "DESC")
        start = given.get("start", 0)
        return {"result": {"booking": found[max(start, 0) :][:PAGE]}, "total": 0}

    def _list_resources(self, given: Mapping[str, Any]) -> dict[str, Any]:
        wanted = (given.get("filter") or {}).get("name")
        found = [_resource(number, name) for number, name in self._resources() if wanted in (None, name)]
        return {"result": {"resource": found}, "total": 0}

    def _get_resource(self, given: Mapping[str, Any]) -> dict[str, Any]:
        name = dict(self._resources()).get(given["id"])
        if name is None:
            raise Refusal(400, "1009", "Resource not found")
        return {"result": {"resource": _resource(given["id"], name)}}

    def _found(self, number: int, code: str) -> Found:
        found = self._state.item(BOOKING, number)
        if found is None:
            raise Refusal(400, code, "Booking not found")
        return found

    def _fields(self, fields: Mapping[str, Any]) -> Found:
        """Resources and time, checked; what is not told stays away."""
        checked: Found = {}
        if "resourceIds" in fields:
            given = fields["resourceIds"]
            known = dict(self._resources())
            ids = [integer(one, "resourceIds") for one in given] if isinstance(given, list) else []
            if not ids or not set(ids) <= known.keys():
                raise Refusal(400, "1018", "Empty resource collection")
            checked["resourceIds"] = ids
        if "datePeriod" in fields:
            checked["datePeriod"] = _period(fields["datePeriod"])
        return checked

    def _refuse_overlaps(self, booking: Found, allowed: int) -> None:
        """No minute of a resource belongs to more than ``allowed`` other bookings."""
        others = [one for one in self._state.items(BOOKING) if one["id"] != booking.get("id")]
        meeting = [one for one in others if _from(one) < _to(booking) and _from(booking) < _to(one)]
        for resource in booking["resourceIds"]:
            taking = [one for one in meeting if resource in one["resourceIds"]]
            # Most of them meet where one of them, or the booking itself, begins.
            for moment in (_from(booking), *(_from(one) for one in taking)):
                at_once = [one for one in taking if _from(one) <= moment < _to(one)]
                if _from(booking) <= moment < _to(booking) and len(at_once) > allowed:
                    ids = ",".join(str(one["id"]) for one in at_once)
                    text = f"Some resources are unavailable for the requested time range: {ids}"
                    raise Refusal(400, "1019" if "id" in booking else "1018", text)


def _period(given: Any) -> Found:
    try:
        period: Found = {
            end: {"timestamp": int(given[end]["timestamp"]), "timezone": ZoneInfo(given[end]["timezone"]).key}
            for end in ("from", "to")
        }
    except (KeyError, TypeError, ValueError, OSError):
        raise Refusal(400, "422", "Invalid date period") from None
    if period["from"]["timestamp"] >= period["to"]["timestamp"]:
        raise Refusal(400, "422", "Invalid date period")
    return period


def _from(booking: Mapping[str, Any]) -> int:
    return int(booking["datePeriod"]["from"]["timestamp"])


def _to(booking: Mapping[str, Any]) -> int:
    return int(booking["datePeriod"]["to"]["timestamp"])


ORDERS: Mapping[str, Callable[[Mapping[str, Any]], int]] = {
    "id": lambda booking: int(booking["id"]), "dateFrom": _from, "dateTo": _to,
}  # fmt: skip


def _resource(number: int, name: str) -> Found:
    return {**NOTICES, "id": number, "name": name, "description": None, "typeId": 1, "isMain": "Y"}
