"""The adjustments to MiniStack, as far as they can be seen without starting it."""

from __future__ import annotations

import json

import pytest

from infra import cloud_process


def test_the_installed_ministack_has_every_private_name() -> None:
    assert cloud_process.missing_names() is None


@pytest.mark.parametrize(
    ("service", "path", "body", "named"),
    [
        ("ssm", "/", {"Names": ["/nochnik/a/telegram/secret", "plain"]},
         ["parameter/nochnik/a/telegram/secret", "parameter/plain"]),
        ("ssm", "/", {"Name": "/nochnik/a/telegram/secret"}, []),
        ("scheduler", "/schedules/id-token", {"GroupName": "timers"}, ["schedule/timers/id-token"]),
        ("scheduler", "/schedule-groups/timers", {}, []),
        ("dynamodb", "/", {"Names": ["x"]}, []),
    ],
)  # fmt: skip
def test_iam_is_asked_about_what_a_request_names(
    service: str, path: str, body: dict[str, object], named: list[str]
) -> None:
    assert cloud_process.resources(service, path, json.dumps(body).encode()) == named


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"Names": "one"}'])
def test_a_body_that_names_nothing_is_left_to_ministack(body: bytes) -> None:
    assert cloud_process.resources("ssm", "/", body) == []
