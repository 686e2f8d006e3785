"""Secrets: read together, kept a while, never shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aws_wires import Clock, Wires, never_arrives

from chalicelib.aws.secrets import SsmSecrets
from chalicelib.errors import Unavailable

TELEGRAM = {"token": "100000001:demo", "secret": "s3cret"}


@pytest.fixture
def ssm(aws: Callable[[str], Any]) -> Any:
    client = aws("ssm")
    for name, value in TELEGRAM.items():
        client.put_parameter(Name=f"/nochnik/demo/telegram/{name}", Value=value, Type="SecureString")
    return client


@pytest.fixture
def secrets(ssm: Any, clock: Clock) -> SsmSecrets:
    return SsmSecrets(ssm, "/nochnik/demo/", clock)


def change(ssm: Any, name: str, value: str) -> None:
    ssm.put_parameter(Name=f"/nochnik/demo/telegram/{name}", Value=value, Type="SecureString", Overwrite=True)


def test_secrets_of_a_provider_are_read_decrypted(secrets: SsmSecrets) -> None:
    assert secrets.get("telegram", ["token", "secret"]) == TELEGRAM


def test_they_are_read_in_one_request_and_then_kept(secrets: SsmSecrets, ssm: Any) -> None:
    wires = Wires(ssm)
    secrets.get("telegram", ["token", "secret"])
    secrets.get("telegram", ["secret"])
    assert wires.sent == ["GetParameters"]


def test_a_missing_secret_is_left_out_and_not_asked_for_again(secrets: SsmSecrets, ssm: Any) -> None:
    wires = Wires(ssm)
    assert secrets.get("telegram", ["secret", "verify_token"]) == {"secret": "s3cret"}
    assert secrets.get("telegram", ["verify_token"]) == {}
    assert wires.sent == ["GetParameters"]


def test_a_changed_secret_is_in_force_five_minutes_later(secrets: SsmSecrets, ssm: Any, clock: Clock) -> None:
    secrets.get("telegram", ["secret"])
    change(ssm, "secret", "n3w")
    clock.move(timedelta(minutes=5, seconds=-1))
    assert secrets.get("telegram", ["secret"]) == {"secret": "s3cret"}
    clock.move(timedelta(seconds=1))
    assert secrets.get("telegram", ["secret"]) == {"secret": "n3w"}


def test_a_secret_that_was_removed_is_gone_five_minutes_later(secrets: SsmSecrets, ssm: Any, clock: Clock) -> None:
    secrets.get("telegram", ["secret"])
    ssm.delete_parameter(Name="/nochnik/demo/telegram/secret")
    clock.move(timedelta(minutes=5))
    assert secrets.get("telegram", ["secret"]) == {}


def test_while_ssm_is_down_the_last_known_secret_serves(secrets: SsmSecrets, ssm: Any, clock: Clock) -> None:
    secrets.get("telegram", ["secret"])
    clock.move(timedelta(hours=1))
    Wires(ssm).next("GetParameters", never_arrives, never_arrives)
    assert secrets.get("telegram", ["secret"]) == {"secret": "s3cret"}


def test_a_secret_that_was_never_read_cannot_serve(secrets: SsmSecrets, ssm: Any) -> None:
    Wires(ssm).next("GetParameters", never_arrives, never_arrives)
    with pytest.raises(Unavailable):
        secrets.get("telegram", ["secret"])


def test_more_than_ten_secrets_are_read_in_tens(secrets: SsmSecrets, ssm: Any) -> None:
    wires = Wires(ssm)
    many = [f"name-{number}" for number in range(11)]
    assert secrets.get("telegram", [*many, "secret"]) == {"secret": "s3cret"}
    assert wires.sent == ["GetParameters"] * 2


def test_secrets_do_not_show_in_a_repr(secrets: SsmSecrets) -> None:
    secrets.get("telegram", ["token", "secret"])
    assert "demo" not in repr(secrets)
    assert "s3cret" not in repr(secrets)
