"""A bare machine gets an environment, or one sentence about what it lacks."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from infra import bootstrap

ROOT = Path(__file__).parents[2]
DEFAULTS = {"pip", "setuptools", "wheel"}


def test_an_old_python_is_named_and_told_what_to_do() -> None:
    assert bootstrap.too_old((3, 9, 2)) == (
        "Nochnik needs Python 3.11 or newer, and this is 3.9: "
        "install a newer one and name it, for example `make run PYTHON=python3.12`."
    )


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
def test_a_new_enough_python_is_taken(version: tuple[int, ...]) -> None:
    assert bootstrap.too_old(version) is None


def test_a_missing_venv_module_is_named_with_its_package() -> None:
    said = "The virtual environment was not created successfully because ensurepip is not available."
    assert bootstrap.explain_venv(said, (3, 12, 3)) == (
        "This Python comes without its venv module: install it, for example `apt install python3.12-venv`, "
        "and run it again."
    )


@pytest.mark.parametrize(
    "said",
    [
        "error: command 'gcc' failed: No such file or directory",
        "  error: Failed building wheel for jiter",
        "../meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc']]",
        "error: linker `cc` not found",
    ],
)
def test_a_missing_compiler_is_named(said: str) -> None:
    assert bootstrap.explain_pip(f"Collecting x\n{said}\n") == (
        "A package has no ready build for this machine and needs a C compiler: install one, "
        "for example `apt install build-essential`, and run it again."
    )


@pytest.mark.parametrize(
    "said",
    [
        "WARNING: Retrying after connection broken by 'NewConnectionError(...)': /simple/boto3/",
        "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
    ],
)
def test_a_missing_network_is_named(said: str) -> None:
    assert bootstrap.explain_pip(f"{said}\nERROR: No matching distribution found for boto3") == (
        "The packages could not be fetched, the package index does not answer: check the network, run it again."
    )


def test_anything_else_pip_says_is_passed_on() -> None:
    assert bootstrap.explain_pip("Collecting x\nERROR: x==9 is yanked\n\n") == "pip failed: ERROR: x==9 is yanked"


def test_the_second_time_takes_no_time(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    venv.mkdir()
    version = sys.version_info[:3]
    (venv / "nochnik-stamp").write_text(bootstrap.fingerprint("run", version))
    bootstrap.prepare("run", venv, version)
    assert [path.name for path in venv.iterdir()] == ["nochnik-stamp"]


def test_another_python_or_another_set_is_another_environment() -> None:
    known = {bootstrap.fingerprint(kind, version) for kind in ("run", "dev") for version in ((3, 11, 7), (3, 12, 0))}
    assert len(known) == 4


def test_an_unknown_kind_is_refused_with_the_usage() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "infra" / "bootstrap.py"), "prod"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "usage: bootstrap.py run|dev\n")


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_the_lock_names_everything_that_its_packages_need(kind: str) -> None:
    """pip resolves nothing at installation, so the lock must be closed. Environment markers that hold here count."""
    locked = {_plain(line.partition("==")[0]) for name in bootstrap.LOCKS[kind] for line in _lines(name)}
    missing = {f"{name} needs {need}" for name in locked for need in _needs(name) if need not in locked | DEFAULTS}
    assert missing == set()


def test_every_locked_version_is_the_installed_one() -> None:
    pinned = dict(line.split("==") for name in bootstrap.LOCKS["dev"] for line in _lines(name))
    assert {name: metadata.version(name) for name in pinned} == pinned


def _lines(name: str) -> list[str]:
    return [line for line in (ROOT / name).read_text().splitlines() if "==" in line]


def _needs(name: str) -> set[str]:
    from packaging.requirements import Requirement

    wanted = [Requirement(line) for line in metadata.requires(name) or ()]
    return {_plain(one.name) for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
