"""The calendars' addresses on the deployed stack, with the rights of its own role."""

from __future__ import annotations

import requests

from infra import console
from tests.stack.stand import Stack


def feeds(stack: Stack) -> dict[str, str]:
    lines = console.feeds(stack.running.place, stack.name).splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_every_master_has_a_feed(stack: Stack) -> None:
    found = feeds(stack)
    assert list(found) == ["Анна", "Ольга", "Марина"]
    answer = requests.get(found["Анна"], timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.content.decode().startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


def test_a_guessed_address_is_nowhere(stack: Stack) -> None:
    right = feeds(stack)["Анна"]
    for wrong in (right.replace("/anna-", "/olga-"), right.replace("/calendar/", "/visits/"), right[:-5] + "x.ics"):
        answer = requests.get(wrong, timeout=30)
        assert (answer.status_code, answer.content) == (404, b"")


def test_a_visit_that_is_not_there_has_no_file(stack: Stack) -> None:
    address = console.feeds(stack.running.place, stack.name, "0123456789abcdef")
    assert requests.get(address, timeout=30).status_code == 404
