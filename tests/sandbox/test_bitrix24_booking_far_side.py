"""The Bitrix24 emulator's online booking: what it takes, what it books over, what it refuses."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import far_fakes
import pytest
from far_fakes import Far

START = 1795611600
HOUR = 3600


@pytest.fixture
def booked(far: Far) -> Far:
    """A portal with two resources."""
    rules = copy.deepcopy(far_fakes.RULES)
    for person, resource in zip(rules["business"]["staff"], (112, 113), strict=True):
        person["bitrix24_resource"] = resource
    far.stack.seen = far_fakes.Seen(rules=rules)
    far.box.overview.look(now=True)
    return far


def period(start: int = START, end: int = START + HOUR, zone: str = "Europe/Samara") -> dict[str, Any]:
    return {"from": {"timestamp": start, "timezone": zone}, "to": {"timestamp": end, "timezone": zone}}


def add(far: Far, start: int = START, end: int = START + HOUR, resource: int = 112, **more: Any) -> Any:
    fields = {"resourceIds": [resource], "datePeriod": period(start, end), **more}
    return far.bitrix24("booking.v1.booking.add", fields=fields)


def listed(far: Far, since: int, until: int, **given: Any) -> list[int]:
    within = {"within": {"dateFrom": since, "dateTo": until}}
    answer = far.bitrix24("booking.v1.booking.list", filter=within, **given)
    return [one["id"] for one in answer.json["result"]["booking"]]


def refused(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer.json["error"], answer.json["error_description"]


def test_a_booking_is_made_and_answered_as_the_documentation_shows(booked: Far) -> None:
    made = add(booked, name="Маникюр", description="nochnik:abc")
    assert made.json["result"] == {"id": 1}
    assert booked.bitrix24("booking.v1.booking.get", id=1).json["result"] == {
        "booking": {"id": 1, "name": "Маникюр", "description": "nochnik:abc", "resourceIds": [112],
                    "datePeriod": period()}
    }  # fmt: skip


def test_one_booking_is_booked_over_without_a_word_and_the_second_is_refused(booked: Far) -> None:
    assert [add(booked).status_code, add(booked, START + 600).status_code] == [200, 200]
    text = "Some resources are unavailable for the requested time range: 1,2"
    assert refused(add(booked, START + 1200)) == (400, "1018", text)
    assert add(booked, START + 1200, resource=113).status_code == 200


def test_a_booking_is_not_moved_over_another(booked: Far) -> None:
    add(booked)
    add(booked, START + HOUR, START + 2 * HOUR)
    fields = {"resourceIds": [112], "datePeriod": period(START + 1800, START + HOUR + 1800)}
    text = "Some resources are unavailable for the requested time range: 1"
    assert refused(booked.bitrix24("booking.v1.booking.update", id=2, fields=fields)) == (400, "1019", text)
    fields["datePeriod"] = period(START + 3 * HOUR, START + 4 * HOUR)
    assert booked.bitrix24("booking.v1.booking.update", id=2, fields=fields).json["result"] is True
    assert listed(booked, START, START + 2 * HOUR) == [1]


def test_a_deleted_booking_is_gone(booked: Far) -> None:
    add(booked)
    assert booked.bitrix24("booking.v1.booking.delete", id=1).json["result"] is True
    for method in ("get", "delete"):
        assert refused(booked.bitrix24(f"booking.v1.booking.{method}", id=1)) == (400, "1021", "Booking not found")


def test_a_list_brings_whatever_touches_the_time_fifty_at_once(booked: Far) -> None:
    for hour in range(51):
        add(booked, START + hour * HOUR, START + (hour + 1) * HOUR)
        booked.seconds += 1  # as fast as a portal takes requests
    assert listed(booked, START + HOUR + 60, START + 2 * HOUR + 60) == [2, 3]
    assert listed(booked, START + HOUR, START + 2 * HOUR) == [2]
    assert len(listed(booked, 0, START + 99 * HOUR)) == 50
    assert listed(booked, 0, START + 99 * HOUR, start=50) == [51]
    assert listed(booked, START, START + 2 * HOUR, order={"id": "DESC"}) == [2, 1]


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"resourceIds": [999], "datePeriod": period()}, "1018", "Empty resource collection"),
        ({"resourceIds": [], "datePeriod": period()}, "1018", "Empty resource collection"),
        ({"resourceIds": [112]}, "0", "Required fields: datePeriod"),
        ({"resourceIds": [112], "datePeriod": {"from": "2026-11-25T17:00", "to": "2026-11-25T18:00"}}, "422",
         "Invalid date period"),
        ({"resourceIds": [112], "datePeriod": period(zone="Samara")}, "422", "Invalid date period"),
        ({"resourceIds": [112], "datePeriod": period(START, START)}, "422", "Invalid date period"),
    ],
)  # fmt: skip
def test_what_cannot_be_booked_is_refused(booked: Far, fields: dict[str, Any], code: str, text: str) -> None:
    assert refused(booked.bitrix24("booking.v1.booking.add", fields=fields)) == (400, code, text)


def test_half_a_period_cannot_be_listed(booked: Far) -> None:
    answer = booked.bitrix24("booking.v1.booking.list", filter={"within": {"dateFrom": 0}})
    assert refused(answer) == (400, "0", "Required fields: dateFrom, dateTo")


def test_the_masters_of_the_pack_are_resources_that_write_to_nobody(booked: Far) -> None:
    found = booked.bitrix24("booking.v1.resource.list").json["result"]["resource"]
    assert [(one["id"], one["name"]) for one in found] == [(112, "Ольга"), (113, "Ирина")]
    flags = {value for one in found for name, value in one.items() if name.endswith("NotificationOn")}
    assert flags == {"N"}
    assert booked.bitrix24("booking.v1.resource.get", id=113).json["result"]["resource"]["name"] == "Ирина"
    assert refused(booked.bitrix24("booking.v1.resource.get", id=9)) == (400, "1009", "Resource not found")


def test_every_booking_has_the_fields_of_the_original(booked: Far) -> None:
    add(booked)
    shown = json.loads((Path(__file__).parent / "payloads" / "bitrix24_booking.json").read_text())
    assert booked.bitrix24("booking.v1.booking.get", id=1).json["result"]["booking"].keys() == shown["booking"].keys()
    resource = booked.bitrix24("booking.v1.resource.get", id=112).json["result"]["resource"]
    assert resource.keys() == shown["resource"].keys()


def test_what_a_master_writes_into_a_booking_is_listed_and_whether_the_client_came_is_not(booked: Far) -> None:
    add(booked, name="Маникюр", description="nochnik:abc")
    fields = {"resourceIds": [112], "datePeriod": period(), "description": "nochnik:abc\nне пришла"}
    booked.bitrix24("booking.v1.booking.update", id=1, fields=fields)
    within = {"within": {"dateFrom": START, "dateTo": START + HOUR}}
    (one,) = booked.bitrix24("booking.v1.booking.list", filter=within).json["result"]["booking"]
    assert one["description"] == "nochnik:abc\nне пришла"
    assert set(one) == {"id", "name", "description", "resourceIds", "datePeriod"}
