"""Where a pager's requests go, and from which account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.ports import DRY_RUN
from chalicelib.settings import from_environment
from tests.engine.world import World


class Safe:
    def get(self, provider: str, names: Sequence[str]) -> dict[str, str]:
        return {name: f"{provider}/{name}" for name in names if name != "sender"}


REAL = {
    "smsru": "https://sms.ru",
    "smsc": "https://smsc.ru",
    "smsc_voice": "https://smsc.ru",
    "zvonok": "https://zvonok.com",
    "bitrix24": "",
}


def test_each_goes_to_its_real_host_unless_told_otherwise() -> None:
    assert {name: from_environment({}).pager_url(name) for name in REAL} == REAL


def test_messages_and_calls_can_be_sent_elsewhere() -> None:
    told = from_environment(
        {"SMS_API_URL": "http://127.0.0.1:8000/sms/", "CALL_API_URL": "http://127.0.0.1:8000/calls"}
    )
    assert {name: told.pager_url(name) for name in REAL} == {
        "smsru": "http://127.0.0.1:8000/sms",
        "smsc": "http://127.0.0.1:8000/sms",
        "smsc_voice": "http://127.0.0.1:8000/calls",
        "zvonok": "http://127.0.0.1:8000/calls",
        "bitrix24": "",
    }


def test_a_call_of_smsc_is_paid_from_the_account_of_its_messages() -> None:
    office = replace(World().office(), secrets=Safe())
    found, account = office.pager("smsc_voice")
    assert found.name == "smsc_voice"
    assert account == {"login": "smsc/login", "password": "smsc/password", "apikey": "smsc/apikey"}


@pytest.mark.parametrize(("said", "is_dry"), [("1", True), ("", False), ("0", False)])
def test_a_dry_run_is_a_setting_of_the_stack(said: str, is_dry: bool) -> None:
    office = replace(World().office(), secrets=Safe(), settings=from_environment({"DRY_RUN_PAGES": said}))
    assert (DRY_RUN in office.pager("zvonok")[1]) is is_dry


def test_a_pager_that_there_is_not_is_not_found() -> None:
    with pytest.raises(LookupError):
        World().office().pager("pigeon")
