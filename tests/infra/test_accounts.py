"""Which secrets a stack gets, and from where."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from infra.accounts import laptop_secrets, read_env, wanted_secrets
from infra.errors import Failed
from sandbox import accounts as sandbox

GIVEN = {
    "TELEGRAM_TOKEN": "100000002:of-the-owner",
    "BITRIX24_WEBHOOK_URL": "https://salon.example/rest/1/code/",
}
CRM = "http://127.0.0.1:8000/bitrix24/rest/1/demo/"


def numbered() -> str:
    return f"made-{next(_numbers)}"


@pytest.fixture(autouse=True)
def _from_one() -> None:
    global _numbers
    _numbers = count(1)


def test_what_is_ours_is_made_and_the_rest_is_given() -> None:
    assert wanted_secrets(GIVEN, {}, ("telegram",), numbered) == {
        "bitrix24/webhook_url": "https://salon.example/rest/1/code/",
        "calendar/secret": "made-1",
        "probe/secret": "made-2",
        "telegram/secret": "made-3",
        "telegram/token": "100000002:of-the-owner",
        "zvonok/secret": "made-4",
    }


def test_what_was_made_once_is_kept() -> None:
    kept = {"calendar/secret": "old-0", "probe/secret": "old-1", "telegram/secret": "old-2"}
    found = wanted_secrets(GIVEN, kept, ("telegram",), numbered)
    assert {name: value for name, value in found.items() if name in kept} == kept


def test_the_address_of_a_calendar_outlives_a_restart_of_the_laptop() -> None:
    found = laptop_secrets({}, {"calendar/secret": "old"}, ("telegram",), numbered, CRM)
    assert found["calendar/secret"] == "old"


def test_what_was_stored_need_not_be_given_again() -> None:
    kept = {"telegram/token": "100000002:stored", "bitrix24/webhook_url": "https://salon.example/rest/1/stored/"}
    assert wanted_secrets({}, kept, ("telegram",), numbered)["telegram/token"] == "100000002:stored"


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(Failed, match="BITRIX24_WEBHOOK_URL, WHATSAPP_ACCOUNT, META_APP_SECRET, WHATSAPP_TOKEN") as said:
        wanted_secrets({}, {}, ("whatsapp",), numbered)
    assert "OPENAI_API_KEY" not in str(said.value)


def test_one_secret_of_the_meta_app_serves_both_of_its_channels() -> None:
    given = {**GIVEN, "META_APP_SECRET": "app", "WHATSAPP_TOKEN": "t", "WHATSAPP_ACCOUNT": "1", "INSTAGRAM_TOKEN": "t"}
    found = wanted_secrets({**given, "INSTAGRAM_ACCOUNT": "2"}, {}, ("whatsapp", "instagram"), numbered)
    assert (found["whatsapp/secret"], found["instagram/secret"]) == ("app", "app")


def test_a_laptop_misses_nothing() -> None:
    assert laptop_secrets({}, {}, ("telegram", "whatsapp"), numbered, CRM) == {
        "bitrix24/webhook_url": CRM,
        "calendar/secret": "made-3",
        "probe/secret": "made-4",
        "smsc/apikey": sandbox.SMSC_APIKEY,
        "smsru/api_id": sandbox.SMSRU_API_ID,
        "telegram/secret": "made-5",
        "telegram/token": sandbox.TELEGRAM_TOKEN,
        "whatsapp/account": sandbox.WHATSAPP_NUMBER_ID,
        "whatsapp/secret": "made-1",
        "whatsapp/token": sandbox.META_TOKEN,
        "whatsapp/verify_token": "made-2",
        "zvonok/campaign_id": sandbox.ZVONOK_CAMPAIGN_ID,
        "zvonok/public_key": sandbox.ZVONOK_PUBLIC_KEY,
        "zvonok/secret": "made-6",
    }


def test_a_real_token_does_not_reach_an_emulator() -> None:
    found = laptop_secrets(GIVEN, {}, ("telegram",), numbered, CRM)
    assert found["telegram/token"] == sandbox.TELEGRAM_TOKEN


def test_a_token_goes_with_the_address_it_is_for() -> None:
    given = {**GIVEN, "TELEGRAM_API_URL": "http://127.0.0.1:9000"}
    assert laptop_secrets(given, {}, ("telegram",), numbered, CRM)["telegram/token"] == "100000002:of-the-owner"


def test_who_wakes_nobody_by_telephone_needs_no_account_for_it() -> None:
    assert not {name for name in wanted_secrets(GIVEN, {}, (), numbered) if name.startswith("sms")}


def test_the_accounts_a_pack_pages_from_are_asked_for() -> None:
    pagers = ("zvonok", "smsru", "smsc", "smsc_voice", "bitrix24")
    with pytest.raises(Failed, match=r"Not set: SMSC_APIKEY, SMSRU_API_ID, ZVONOK_PUBLIC_KEY, ZVONOK_CAMPAIGN_ID\. "):
        wanted_secrets(GIVEN, {}, (), numbered, pagers)


@pytest.mark.parametrize("account", [{"SMSC_APIKEY": "key"}, {"SMSC_LOGIN": "salon", "SMSC_PASSWORD": "word"}])
def test_a_key_or_a_login_opens_smsc(account: dict[str, str]) -> None:
    found = wanted_secrets({**GIVEN, **account}, {}, (), numbered, ("smsc_voice",))
    assert {value for name, value in found.items() if name.startswith("smsc/")} == set(account.values())


def test_half_an_account_of_zvonok_is_none() -> None:
    with pytest.raises(Failed, match=r"Not set: ZVONOK_CAMPAIGN_ID\. "):
        wanted_secrets({**GIVEN, "ZVONOK_PUBLIC_KEY": "key"}, {}, (), numbered, ("zvonok",))


def test_a_real_gateway_gets_nothing_from_a_laptop_by_itself() -> None:
    found = laptop_secrets({**GIVEN, "SMSRU_API_ID": "of-the-owner"}, {}, (), numbered, CRM)
    assert found["smsru/api_id"] == sandbox.SMSRU_API_ID


def test_without_a_key_of_the_model_none_is_stored() -> None:
    found = laptop_secrets({}, {"openai/api_key": "of-yesterday"}, ("telegram",), numbered, CRM)
    assert "openai/api_key" not in found


def test_the_clients_file_wins_over_the_projects(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# tokens\nTELEGRAM_TOKEN=all\nMETA_APP_SECRET='app'\nOPENAI_API_KEY=\n")
    (tmp_path / "client.env").write_text("export TELEGRAM_TOKEN=hers\n")
    assert read_env(tmp_path / ".env", tmp_path / "client.env", tmp_path / "absent") == {
        "TELEGRAM_TOKEN": "hers",
        "META_APP_SECRET": "app",
    }
