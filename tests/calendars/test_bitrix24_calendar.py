"""Our visits in Bitrix24's booking, request by request, and what others made there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from chalicelib.calendars import calendar
from chalicelib.calendars.bitrix24 import CALENDAR
from chalicelib.desk.values import Slot, Visit
from chalicelib.errors import Refused, Unavailable
from chalicelib.ports import Outside
from chalicelib.regulation.schema import Calendar
from chalicelib.wire import Request, Response, run
from tests.engine.world import shipped

WEBHOOK = "https://salon.bitrix24.ru/rest/1/s3cr3tcode"
BUSINESS = shipped().business
SLOT = Slot("manicure", date(2026, 11, 25), time(17), 90, 0, ("anna",))
VISIT = Visit("abc123", SLOT, "Дарья", "+79000000001", "c1")
FROM, TO = 1795611600, 1795617000  # 17:00 and 18:30 in Samara
LIST, ADD, UPDATE, DELETE = (f"booking.v1.booking.{what}" for what in ("list", "add", "update", "delete"))


def booking(
    number: int, start: int = FROM, end: int = TO, resource: int = 112, description: str = ""
) -> dict[str, Any]:
    zone = "Europe/Samara"
    period = {"from": {"timestamp": start, "timezone": zone}, "to": {"timestamp": end, "timezone": zone}}
    return {"id": number, "name": "Маникюр, Дарья", "description": description, "resourceIds": [resource],
            "datePeriod": period}  # fmt: skip


OURS = booking(15, description="+79000000001\nnochnik:abc123")
FIELDS = {name: value for name, value in OURS.items() if name != "id"}
WITHIN = {"filter": {"within": {"dateFrom": FROM, "dateTo": TO}}, "order": {"id": "ASC"}, "start": 0}


@dataclass
class Script:
    """A portal that answers as written, in this order."""

    answers: list[Any]
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.asked.append((request.url.removeprefix(f"{WEBHOOK}/"), request.json))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Response):
            return answer
        return Response(200, json.dumps({"result": answer, "time": {}}).encode())


def error(code: Any, text: str, status: int = 400) -> Response:
    return Response(status, json.dumps({"error": code, "error_description": text}).encode())


def put(script: Script, visit: Visit = VISIT, known: str | None = None) -> str | None:
    return run(CALENDAR.put(visit, known, BUSINESS, WEBHOOK), script)


def test_the_calendar_is_found_by_its_name() -> None:
    assert calendar("bitrix24") is CALENDAR
    with pytest.raises(LookupError):
        calendar("google")


def test_a_new_visit_is_looked_for_and_entered() -> None:
    portal = Script([{"booking": []}, {"id": 1823}])
    assert put(portal) == "1823"
    assert portal.asked == [(LIST, WITHIN), (ADD, {"fields": FIELDS})]


def test_the_kernels_bare_number_is_an_id_too() -> None:
    assert put(Script([{"booking": []}, 1823])) == "1823"


def test_a_visit_that_an_earlier_try_entered_is_found_by_our_id() -> None:
    portal = Script([{"booking": [OURS]}])
    assert put(portal) == "15"
    assert portal.asked == [(LIST, WITHIN)]


def test_a_moved_visit_is_moved_with_all_its_fields() -> None:
    portal = Script([{"booking": []}, True])
    assert put(portal, known="15") == "15"
    assert portal.asked == [(LIST, WITHIN), (UPDATE, {"id": 15, "fields": FIELDS})]


def test_a_visit_that_was_deleted_there_and_stands_here_is_entered_again() -> None:
    portal = Script([{"booking": []}, error(1019, "Booking not found"), {"id": 16}])
    assert put(portal, known="15") == "16"
    assert [method for method, _ in portal.asked] == [LIST, UPDATE, ADD]


@pytest.mark.parametrize("known", [None, "15"])
def test_a_cancelled_visit_is_taken_out(known: str | None) -> None:
    portal = Script([{"booking": [OURS]}, True])
    assert put(portal, replace(VISIT, state="cancelled"), known) is None
    assert portal.asked[1:] == [(DELETE, {"id": 15})]


def test_a_cancelled_visit_that_is_not_there_is_as_it_should_be() -> None:
    portal = Script([{"booking": []}, error("1021", "Booking not found")])
    assert put(portal, replace(VISIT, state="cancelled"), "15") is None
    assert put(Script([{"booking": []}]), replace(VISIT, state="cancelled")) is None


def test_what_others_entered_is_not_booked_over() -> None:
    portal = Script([{"booking": [booking(7, FROM + 1800, TO + 1800)]}])
    with pytest.raises(Unavailable, match="booking 7 stands in its place") as taken:
        put(portal)
    assert (taken.value.retry_after, [method for method, _ in portal.asked]) == (300.0, [LIST])


@pytest.mark.parametrize("other", [booking(7, resource=113), booking(7, TO, TO + 1800), booking(7, FROM - 60, FROM)])
def test_another_master_or_the_next_hour_is_not_in_its_place(other: dict[str, Any]) -> None:
    assert put(Script([{"booking": [other]}, {"id": 16}])) == "16"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error("1018", "Some resources are unavailable for the requested time range: 7"), Unavailable),
        (error(1018, "Empty resource collection"), Refused),
        (error(422, "Invalid date period"), Refused),
        (error("insufficient_scope", "The request requires higher privileges", 403), Refused),
        (error("QUERY_LIMIT_EXCEEDED", "Too many requests", 503), Unavailable),
    ],
)
def test_an_error_goes_to_who_must_act(answer: Response, kind: type[Exception]) -> None:
    with pytest.raises(kind) as raised:
        put(Script([{"booking": []}, answer]))
    assert "s3cr3tcode" not in repr(raised.value)


def test_after_a_lost_answer_the_next_try_waits_until_the_call_must_have_ended() -> None:
    with pytest.raises(Unavailable) as lost:
        put(Script([{"booking": []}, Unavailable("ReadTimeout", answered=False)]))
    assert (lost.value.answered, lost.value.retry_after) == (False, 60.0)


def taken(script: Script) -> list[Outside]:
    since, until = datetime(2026, 11, 24, 20, tzinfo=UTC), datetime(2026, 11, 25, 20, tzinfo=UTC)
    return list(run(CALENDAR.taken(since, until, BUSINESS, WEBHOOK), script))


def test_what_stands_there_is_told_by_colleague_and_whose_it_is() -> None:
    at = datetime.fromtimestamp(FROM, UTC), datetime.fromtimestamp(TO, UTC)
    portal = Script([{"booking": [OURS, booking(7, resource=113), booking(8, resource=999)]}])
    assert taken(portal) == [Outside("15", ("anna",), *at, "abc123"), Outside("7", ("olga",), *at)]


def test_a_full_page_is_followed_by_the_next() -> None:
    portal = Script([{"booking": [booking(n) for n in range(1, 51)]}, {"booking": [booking(51)]}])
    assert len(taken(portal)) == 51
    assert [given["start"] for _, given in portal.asked] == [0, 50]


@pytest.mark.parametrize("odd", [None, {"booking": None}, {"booking": [{"id": 1}]}, {}])
def test_an_answer_without_bookings_is_not_an_empty_calendar(odd: Any) -> None:
    with pytest.raises(Unavailable):
        taken(Script([odd]))


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("", None),
        ("пришла", "visited"),
        ("Пришел!", "visited"),
        ("не пришла", "no_show"),
        ("(Неявка)", "no_show"),
        ("пришлась впору", None),
    ],
)
@pytest.mark.parametrize("where", ["name", "description"])
def test_what_became_of_a_visit_is_read_as_its_master_wrote_it(where: str, written: str, mark: str | None) -> None:
    (one,) = taken(Script([{"booking": [{**OURS, where: f"{OURS[where]} {written}"}]}]))
    assert (one.visit, one.mark) == ("abc123", mark)


def test_what_is_written_beside_somebody_elses_booking_marks_nothing() -> None:
    (one,) = taken(Script([{"booking": [booking(7, description="пришла")]}]))
    assert one.mark is None


def test_without_words_for_it_nothing_is_a_mark() -> None:
    business = BUSINESS.model_copy(update={"calendar": Calendar(kind="bitrix24")})
    since, until = datetime.fromtimestamp(FROM, UTC), datetime.fromtimestamp(TO, UTC)
    portal = Script([{"booking": [{**OURS, "name": "пришла"}]}])
    (one,) = run(CALENDAR.taken(since, until, business, WEBHOOK), portal)
    assert one.mark is None
