"""`nochnik publish` and `nochnik rollback` as they are typed, on an emulated AWS."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra import cli
from infra.apply import Place, current_pack

CLIENT = "demo-salon"
PACKS = Path(__file__).parents[2] / "clients"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The client's documents in a project of their own, and the table of its stack on AWS."""
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.setattr(cli, "outputs", lambda place, stack: {f"nochnik-{CLIENT}": {"Table": "nochnik"}}[stack])
    for name, value in {"ACCESS_KEY_ID": "testing", "SECRET_ACCESS_KEY": "testing", "REGION": "eu-central-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        boto3.client("dynamodb", region_name="eu-central-1").create_table(
            TableName="nochnik",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        yield Path(shutil.copytree(PACKS / CLIENT, tmp_path / "clients" / CLIENT))


def dearer(folder: Path, price: int) -> None:
    path = folder / "business.yaml"
    path.write_text(re.sub(r"price: \d+", f"price: {price}", path.read_text(encoding="utf-8"), count=1))


def run(*words: str) -> int:
    return cli.main([words[0], CLIENT, *words[1:]])


def in_force() -> int:
    return current_pack(Place(boto3.session.Session(region_name="eu-central-1")), "nochnik")


@pytest.fixture
def two(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Two packs were published."""
    run("publish")
    dearer(folder, 1700)
    run("publish")
    capsys.readouterr()
    return folder


@pytest.mark.usefixtures("folder")
def test_a_pack_is_published_under_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("publish") == 0
    assert capsys.readouterr().out == "demo-salon: pack 1 is in force within a minute.\n"


@pytest.mark.parametrize("words", [("rollback",), ("publish", "--rollback")])
def test_the_pack_before_comes_back(two: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 0
    assert capsys.readouterr().out == "demo-salon: pack 1 is in force again within a minute instead of pack 2.\n"
    assert in_force() == 1


@pytest.mark.usefixtures("two")
def test_rolling_back_twice_says_that_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    run("rollback")
    capsys.readouterr()
    assert run("rollback") == 0
    assert capsys.readouterr().out == "demo-salon: pack 1 is in force already, nothing changed.\n"


@pytest.mark.parametrize("words", [("rollback", "--to", "1"), ("publish", "--rollback", "--to", "1")])
def test_a_pack_comes_back_by_its_number(two: Path, words: tuple[str, ...]) -> None:
    dearer(two, 1900)
    run("publish")
    assert (run(*words), in_force()) == (0, 1)


@pytest.mark.usefixtures("two")
def test_a_number_that_was_never_given_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rollback", "--to", "9") == 2
    assert capsys.readouterr().err == (
        "nochnik: Nothing was rolled back: pack 9 is not published. `nochnik publish <client> --list` shows all.\n"
    )


@pytest.mark.usefixtures("folder")
def test_with_one_pack_there_is_nothing_to_come_back_to(capsys: pytest.CaptureFixture[str]) -> None:
    run("publish")
    assert run("rollback") == 2
    assert "there is no pack before this one" in capsys.readouterr().err
    assert in_force() == 1


def test_a_broken_pack_never_replaces_a_good_one(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = two / "RP-002.json"
    path.write_text(path.read_text(encoding="utf-8").replace("{address}", "{дом}", 1), encoding="utf-8")
    assert run("publish") == 2
    assert "неизвестное поле {дом}" in capsys.readouterr().err
    assert in_force() == 2


@pytest.mark.usefixtures("two")
def test_the_list_shows_every_pack_and_publishes_none(capsys: pytest.CaptureFixture[str]) -> None:
    run("rollback")
    dearer(cli.ROOT / "clients" / CLIENT, 1900)
    capsys.readouterr()
    assert run("publish", "--list") == 0
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    assert re.fullmatch(f"pack 2, {when}\npack 1, {when}, in force\n", capsys.readouterr().out)


@pytest.mark.usefixtures("folder")
def test_a_list_of_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("publish", "--list") == 0
    assert capsys.readouterr().out == "Nothing was published yet.\n"


@pytest.mark.usefixtures("folder")
def test_a_number_without_rollback_publishes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("publish", "--to", "1") == 2
    assert capsys.readouterr().err == "nochnik: --to goes with --rollback.\n"
    assert in_force() == 0
