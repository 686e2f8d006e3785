"""The command says what it can do, and in one sentence what it cannot."""

from __future__ import annotations

import re
import shutil
import socket
from pathlib import Path

import pytest

from infra import cli
from infra.cloud import port_problem
from infra.errors import Failed
from infra.packs import load_pack

VERBS = (
    "up", "check", "pages", "publish", "rollback", "plan", "deploy", "status", "remove", "redrive",
    "understand", "talk", "eval", "replay", "duty",
)  # fmt: skip


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "absent"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([verb, "--help"])
    assert left.value.code == 0
    assert re.search(rf"usage: nochnik {verb}", capsys.readouterr().out)


def test_a_client_that_does_not_exist_is_named_beside_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "nobody"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("nochnik: There is no client nobody: no folder ")
    assert "demo-salon" in said


def test_a_pack_without_mistakes_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "demo-salon"]) == 0
    assert "ошибок нет" in capsys.readouterr().out


def test_a_broken_pack_is_refused_with_its_mistakes(tmp_path: Path) -> None:
    (tmp_path / "clients" / "empty").mkdir(parents=True)
    (tmp_path / "clients" / "empty" / "business.yaml").write_text("name: Сирень\n", encoding="utf-8")
    with pytest.raises(Failed, match=r"business\.yaml:1: kind: поля нет"):
        load_pack(tmp_path, "empty")


def test_mistakes_stand_where_an_editor_can_jump(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = Path(shutil.copytree(cli.ROOT / "clients" / "demo-salon", tmp_path / "clients" / "sirenia"))
    (pack / "RP-002.json").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", "clients/sirenia"]) == 1
    assert capsys.readouterr().err == "clients/sirenia/RP-002.json:1: файл пуст: верните в него документ\n"


def test_a_path_of_a_good_pack_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = shutil.copytree(cli.ROOT / "clients" / "demo-salon", tmp_path / "sirenia")
    assert cli.main(["check", str(pack)]) == 0
    assert "ошибок нет" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("", "There is no client : no folder "),
        (".cache", "There is no client .cache: no folder "),
        (".", "holds none of a client's documents"),
        ("/nowhere/at/all", "There is no folder /nowhere/at/all."),
    ],
)
def test_what_is_no_pack_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], named: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", named]) == 2
    assert sentence in capsys.readouterr().err


def test_pages_that_cannot_be_written_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert cli.main(["pages", "--to", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.startswith("nochnik: The pages cannot be written: ")


@pytest.mark.usefixtures("no_aws")
@pytest.mark.parametrize("verb", ["publish", "rollback", "plan", "deploy", "status", "redrive"])
def test_missing_credentials_are_one_sentence(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([verb, "demo-salon"]) == 2
    assert capsys.readouterr().err == (
        "nochnik: No AWS credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n"
    )


@pytest.mark.usefixtures("no_aws")
def test_a_missing_region_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    assert cli.main(["status", "demo-salon"]) == 2
    assert capsys.readouterr().err == "nochnik: No AWS region: set AWS_REGION, for example eu-central-1.\n"


def test_a_cloud_that_does_not_answer_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert cli.main(["status", "demo-salon"]) == 2
    assert f'Could not connect to the endpoint URL: "{endpoint}/"' in capsys.readouterr().err


def test_nothing_is_removed_without_agreement(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["remove", "demo-salon"]) == 2
    assert "Nothing was removed" in capsys.readouterr().err


def test_a_port_that_is_taken_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port_problem(port) == (
            f"Port {port} is taken, another program listens on it: choose another with --port."
        )


@pytest.mark.parametrize("port", ["0", "65535", "http", "-1"])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["up", f"--port={port}"])
    assert left.value.code == 2
    assert f"{port} is not a port" in capsys.readouterr().err
