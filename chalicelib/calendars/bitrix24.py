"""Bitrix24's booking over an incoming webhook (scope ``booking``): our visits there, and what others made there.

A booking has no external id and no status: our key stands in its description, and what is cancelled is deleted. The
mark «came» of a booking's card is not told over REST either, so a master writes a word of the pack into the booking.
``add`` books over one visit of others without a word, so the time is looked at first.
Source: https://apidocs.bitrix24.com/api-reference/booking/booking/booking-v1-booking-add.html (and -list, -update,
-delete), https://apidocs.bitrix24.com/api-reference/booking/resource/booking-v1-resource-list.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.bitrix24_portal import CALL_SECONDS, Missing, Portal, call, portal_at
from chalicelib.desk import free
from chalicelib.errors import Unavailable
from chalicelib.ports import Calendar, Outside
from chalicelib.wire import Flow

if TYPE_CHECKING:
    from chalicelib.desk.values import Visit
    from chalicelib.regulation.schema import Business

ADD, UPDATE, DELETE, LIST = (f"booking.v1.booking.{what}" for what in ("add", "update", "delete", "list"))
PAGE = 50
MOST_PAGES = 40
"""Two thousand bookings: more would not be read within a minute at the pace a portal takes."""
OURS = re.compile(r"\bnochnik:([0-9A-Za-z_-]+)")
TAKEN_SECONDS = 300.0
"""How long to wait before looking again whether somebody else's visit is still in the place of ours."""


class Bitrix24:
    """Bitrix24 booking as a `chalicelib.ports.Calendar`."""

    name = "bitrix24"

    def put(self, visit: Visit, known: str | None, business: Business, base_url: str) -> Flow[str | None]:
        """Two requests at most for a new visit or one that is moved, one when all is as it should be."""
        portal = portal_at(base_url)
        begins, ends = free.period(visit.slot, business)
        there = yield from _between(portal, begins, ends)
        ours = next((one for one in there if str(one["id"]) == known or _visit(one) == visit.id), None)
        known = str(ours["id"]) if ours else known
        if visit.state == "cancelled":
            if known:
                yield from self.remove(known, base_url)
            return None
        fields = _fields(visit, business, begins, ends)
        if ours and _says(ours, fields):
            return known
        _refuse_if_taken(there, ours, fields)
        if known:
            try:
                yield from call(portal, UPDATE, {"id": _number(known), "fields": fields})
                return known
            except Missing:  # deleted there: the visit stands all the same
                known = None
        added = yield from _add(portal, fields)
        return str(added)

    def remove(self, known: str, base_url: str) -> Flow[None]:
        try:
            yield from call(portal_at(base_url), DELETE, {"id": _number(known)})
        except Missing:
            return

    def taken(self, since: datetime, until: datetime, business: Business, base_url: str) -> Flow[Sequence[Outside]]:
        """One request for every fifty bookings."""
        who = {person.bitrix24_resource: person.id for person in business.staff if person.bitrix24_resource}
        found = yield from _between(portal_at(base_url), since, until)
        known = (_outside(one, who, business) for one in found)
        return [one for one in known if one.who and one.since < one.until]


# What is asked


def _between(portal: Portal, since: datetime, until: datetime) -> Flow[list[dict[str, Any]]]:
    """Every booking of which a part lies between two moments. A page that is not full is the last: the kernel counts
    none (``total`` is 0 and there is no ``next``)."""
    found: list[dict[str, Any]] = []
    within = {"dateFrom": int(since.timestamp()), "dateTo": int(until.timestamp())}
    for page in range(MOST_PAGES):
        asked = {"filter": {"within": within}, "order": {"id": "ASC"}, "start": page * PAGE}
        result = yield from call(portal, LIST, asked)
        rows = result.get("booking") if isinstance(result, dict) else result
        if not isinstance(rows, list) or not all(map(_is_booking, rows)):
            # Taken for "nothing there", it would take everything out of the diary.
            raise Unavailable(f"{LIST} answered without a list of bookings")
        found += rows
        if len(rows) < PAGE:
            return found
    raise Unavailable(f"{LIST}: more than {MOST_PAGES * PAGE} bookings")


def _add(portal: Portal, fields: Mapping[str, Any]) -> Flow[int]:
    """When the answer is lost, the next try waits until the call must have ended, then finds what it has made."""
    try:
        result = yield from call(portal, ADD, {"fields": dict(fields)})
        # The documentation shows {"id": 1823}, its table and the kernel tell of a bare number.
        return _number(result.get("id") if isinstance(result, dict) else result)
    except Unavailable as lost:
        if lost.answered:
            raise
        raise Unavailable(str(lost), max(CALL_SECONDS, lost.retry_after or 0.0), answered=False) from None


def _number(found: Any) -> int:
    if not re.fullmatch(r"[1-9]\d*", str(found)):
        raise Unavailable("Bitrix24 answered with a booking without an id", answered=False)
    return int(found)


# What is read


def _is_booking(row: Any) -> bool:
    try:
        return isinstance(row["resourceIds"], list) and bool(_moment(row, "from") and _moment(row, "to") and row["id"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return False


def _moment(row: Mapping[str, Any], end: str) -> datetime:
    return datetime.fromtimestamp(int(row["datePeriod"][end]["timestamp"]), UTC)


def _visit(row: Mapping[str, Any]) -> str | None:
    """The id of our visit, if a booking was made for one."""
    found = OURS.search(str(row.get("description") or ""))
    return found[1] if found else None


def _outside(row: Mapping[str, Any], who: Mapping[int, str], business: Business) -> Outside:
    taken = tuple(who[resource] for resource in _resources(row) if resource in who)
    return Outside(str(row["id"]), taken, _moment(row, "from"), _moment(row, "to"), _visit(row), _mark(row, business))


def _mark(row: Mapping[str, Any], business: Business) -> Literal["visited", "no_show"] | None:
    """What became of a visit of ours: «не пришла» is looked for before «пришла», which is a part of it."""
    kept = business.calendar
    if kept is None or not _visit(row):
        return None
    written = _plain(f"{row.get('name') or ''} {row.get('description') or ''}")
    marks: tuple[tuple[Literal["no_show", "visited"], Sequence[str]], ...]
    marks = (("no_show", kept.no_show), ("visited", kept.visited))
    return next((mark for mark, words in marks if any(f" {_plain(word)} " in f" {written} " for word in words)), None)


def _plain(written: str) -> str:
    """Words alone: no case, no punctuation, no difference between «е» and «ё»."""
    return " ".join(re.findall(r"\w+", written.casefold().replace("ё", "е")))


def _resources(row: Mapping[str, Any]) -> list[int]:
    return [int(resource) for resource in row["resourceIds"]]


def _says(row: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Whether a booking is as it should be."""
    return (
        [_moment(row, end) for end in ("from", "to")] == [_moment(fields, end) for end in ("from", "to")]
        and sorted(_resources(row)) == sorted(fields["resourceIds"])
        and (row.get("name") or "") == fields["name"]
    )


def _refuse_if_taken(there: Iterable[Mapping[str, Any]], ours: Any, fields: Mapping[str, Any]) -> None:
    """What others have entered is not booked over: a person decides, meanwhile it is looked at again and again."""
    begins, ends = _moment(fields, "from"), _moment(fields, "to")
    for other in there:
        same_time = _moment(other, "from") < ends and begins < _moment(other, "to")
        if other is not ours and same_time and set(_resources(other)) & set(fields["resourceIds"]):
            raise Unavailable(f"booking {other['id']} stands in its place", TAKEN_SECONDS)


# What is written


def _fields(visit: Visit, business: Business, begins: datetime, ends: datetime) -> dict[str, Any]:
    """Every field, in an update too: the kernel loses the resources of one that does not name them."""
    people = (business.colleague(person) for person in visit.slot.takes)
    service = business.service(visit.slot.service)
    name = ", ".join(part for part in (service.title if service else "", visit.name) if part)
    return {
        "resourceIds": [person.bitrix24_resource for person in people if person and person.bitrix24_resource],
        "name": re.sub(r"[<>\[\]]", "", " ".join(name.split())),
        "description": "\n".join(part for part in (visit.phone, f"nochnik:{visit.id}") if part),
        "datePeriod": {
            "from": {"timestamp": int(begins.timestamp()), "timezone": business.zone},
            "to": {"timestamp": int(ends.timestamp()), "timezone": business.zone},
        },
    }


CALENDAR: Calendar = Bitrix24()
