"""`nochnik duty` prints who is on duty and the week, from the pack and from what colleagues agreed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from botocore.config import Config

from chalicelib.desk.agreed import UNCHANGED, Swap
from chalicelib.regulation.load import load
from infra import apply, cli, duty
from infra.apply import Place
from infra.errors import Failed

SALON = load(Path(__file__).parents[2] / "clients" / "demo-salon")
SAMARA = ZoneInfo("Europe/Samara")
FRIDAY = date(2026, 11, 27)
TO_MARINA = UNCHANGED.after(Swap(FRIDAY, time(21), "marina", "svetlana"), FRIDAY)


def test_who_is_on_duty_is_told_with_how_to_reach_everyone() -> None:
    assert list(duty.who(SALON, UNCHANGED, datetime(2026, 11, 28, 3, tzinfo=SAMARA))) == [
        "сб 28.11.2026 03:00 (Europe/Samara), смена 21:00–09:00",
        "дежурит: Анна (anna), телефон +79000000012, Telegram 900000002",
        "резерв: Светлана (svetlana), телефон +79000000011, Telegram 900000001",
        "ещё: Ольга (olga), телефон +79000000013, Telegram 900000003",
    ]


def test_a_swap_counts_and_is_marked() -> None:
    assert list(duty.who(SALON, TO_MARINA, datetime(2026, 11, 28, 3, tzinfo=SAMARA)))[1:] == [
        "дежурит: Марина (marina), телефон +79000000014, Telegram 900000004",
        "резерв: Светлана (svetlana), телефон +79000000011, Telegram 900000001",
        "подмена",
    ]


def test_a_week_is_a_line_a_shift_with_its_marks() -> None:
    lines = list(duty.week(SALON, TO_MARINA, FRIDAY))
    assert len(lines) == 1 + 14
    assert [re.split("  +", line) for line in lines[:3]] == [
        ["день", "часы", "дежурит", "резерв", "ещё"],
        ["пт 27.11.2026", "09:00–21:00", "Светлана", "Ольга", "—"],
        ["пт 27.11.2026", "21:00–09:00", "Марина", "Светлана", "—", "подмена"],
    ]


def test_a_swap_of_a_shift_that_is_no_more_is_told_below() -> None:
    swaps = TO_MARINA.after(Swap(FRIDAY, time(20), "anna"), FRIDAY).after(Swap(FRIDAY, time(9), "oleg"), FRIDAY)
    assert list(duty.week(SALON, swaps, FRIDAY))[15:] == [
        "подмена без смены: пт 27.11.2026 20:00, Анна",
        "подмена без смены: пт 27.11.2026 09:00, oleg",
    ]


def test_holidays_and_swaps_of_the_pack_are_marked() -> None:
    marks = [line.partition("праздник")[2] for line in duty.week(SALON, UNCHANGED, date(2026, 12, 31))][1:5]
    assert marks == [", как сб; замена", ", как сб; замена", ", как вс", ", как вс"]


def test_a_moment_without_a_zone_is_one_of_the_business() -> None:
    assert duty.moment("2026-11-28T03:00", "Europe/Samara") == datetime(2026, 11, 28, 3, tzinfo=SAMARA)
    assert duty.moment("2026-11-27T23:00+00:00", "Europe/Samara") == datetime(2026, 11, 28, 3, tzinfo=SAMARA)


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (lambda: duty.moment("tomorrow", "Europe/Samara"), "tomorrow is no time: write 2026-11-27T23:30."),
        (lambda: duty.day("27.11.2026", "Europe/Samara"), "27.11.2026 is no date: write 2026-11-27."),
    ],
)
def test_what_is_no_moment_is_one_sentence(read: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(Failed, match=re.escape(sentence)):
        read()


def test_without_a_stack_the_pack_alone_is_told_and_said_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "absent"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert cli.main(["duty", "who", "demo-salon", "--at", "2026-11-28T03:00"]) == 0
    printed = capsys.readouterr()
    assert "дежурит: Анна" in printed.out
    assert printed.err.startswith("Only clients/demo-salon, without what colleagues have agreed in the chat: No AWS")


def test_a_table_that_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    class Nowhere(Place):
        def client(self, service: str) -> Any:
            quick = Config(retries={"total_max_attempts": 1})
            return boto3.client(service, region_name="eu-central-1", endpoint_url="http://127.0.0.1:9", config=quick)

    with pytest.raises(Failed, match="The table does not answer"):
        apply.swaps(Nowhere(boto3.session.Session(region_name="eu-central-1")), "nochnik")


@pytest.mark.parametrize("verb", ["who", "week"])
def test_both_verbs_explain_themselves(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["duty", verb, "--help"])
    assert left.value.code == 0
    assert f"usage: nochnik duty {verb}" in capsys.readouterr().out
