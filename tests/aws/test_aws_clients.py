"""Clients are made once per process and wait no longer than a Lambda can."""

from __future__ import annotations

import pytest

from chalicelib.aws import client


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


def test_a_client_is_made_once() -> None:
    assert client("sqs") is client("sqs")


def test_a_client_gives_up_in_time() -> None:
    config = client("sqs", seconds=4).meta.config
    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (2, 4, 3)
