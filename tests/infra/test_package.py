"""What ships, and that it is the same to the byte each time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from infra.package import (
    BUILDS_KEPT,
    Package,
    build,
    clean_files,
    compiled,
    installed,
    runs_on_lambda,
    throw_away_old,
    zipped,
)

ROOT = Path(__file__).parents[2]
COPIED = ("app.py", "chalicelib", ".chalice", "requirements.txt", "infra/stack.json")


@pytest.fixture(scope="module")
def package() -> Package:
    return build(ROOT, ROOT / ".nochnik" / "build")


@pytest.fixture(scope="module")
def names(package: Package) -> set[str]:
    with zipfile.ZipFile(package.zip) as archive:
        return set(archive.namelist())


def test_a_copy_elsewhere_packages_to_the_same_bytes(package: Package, tmp_path: Path) -> None:
    for name in COPIED:
        source, target = ROOT / name, tmp_path / "copy" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    kept = tmp_path / "kept"
    kept.mkdir()
    for ready in (ROOT / ".nochnik" / "build").glob("packages-*"):
        (kept / ready.name).symlink_to(ready)
    again = build(tmp_path / "copy", kept)
    assert (again.code, again.template) == (package.code, package.template)


def test_an_unchanged_project_is_not_packaged_again(package: Package) -> None:
    made = package.zip.stat().st_mtime_ns
    again = build(ROOT, ROOT / ".nochnik" / "build")
    assert (again, again.zip.stat().st_mtime_ns) == (package, made)


def test_every_module_ships_compiled_and_is_not_checked_at_run_time(package: Package, names: set[str]) -> None:
    assert {"__pycache__/app", "chalicelib/__pycache__/engine", "openai/__pycache__/__init__"} <= {
        name.partition(".cpython")[0] for name in names
    }
    with zipfile.ZipFile(package.zip) as archive:
        flags = {archive.read(name)[4:8] for name in names if name.endswith(".pyc")}
    assert flags == {b"\x01\x00\x00\x00"}  # PEP 552: hash-based, unchecked


def test_nothing_of_the_laptop_ships(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert tops.isdisjoint({"infra", "sandbox", "tests", "clients", "bench", "boto3", "botocore", "yaml", ".env"})


def test_only_lambdas_own_builds_ship(names: set[str]) -> None:
    built = {name for name in names if name.endswith(".so")}
    assert [name for name in built if "x86_64-linux-gnu" not in name and "abi3" not in name] == []
    assert any(name.startswith("pydantic_core/") for name in built)


def test_the_package_is_far_from_lambdas_limit(package: Package) -> None:
    assert package.megabytes < 20


def test_what_git_ignores_does_not_ship(tmp_path: Path) -> None:
    for name, text in {
        ".gitignore": ".env\n*.pyc\n",
        "app.py": "",
        "chalicelib/engine.py": "",
        "chalicelib/.env": "TOKEN=1",
        "chalicelib/engine.pyc": "",
        ".chalice/config.json": "{}",
        ".chalice/deployments/old.zip": "",
        "requirements.txt": "",
        "notes.txt": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert [str(name) for name in clean_files(tmp_path)] == [
        ".chalice/config.json",
        "app.py",
        "chalicelib/engine.py",
        "requirements.txt",
    ]


def test_only_the_newest_builds_are_kept(tmp_path: Path) -> None:
    for number in range(BUILDS_KEPT + 2):
        (tmp_path / f"build-{number}").mkdir()
        (tmp_path / f"build-{number}" / "template.json").write_text("{}")
        os.utime(tmp_path / f"build-{number}", (number, number))
    (tmp_path / "packages-x").mkdir()
    throw_away_old(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(f"build-{number}" for number in range(2, BUILDS_KEPT + 2)),
        "packages-x",
    ]


def test_an_archive_depends_on_names_and_contents_only(tmp_path: Path) -> None:
    for copy, order in (("one", ("a.py", "b.py")), ("two", ("b.py", "a.py"))):
        (tmp_path / copy).mkdir()
        for name in order:
            (tmp_path / copy / name).write_text(f"# {name}\nFOUND = frozenset({{'x', 'y', 'z'}})\n")
        compiled((tmp_path / copy).iterdir())
        zipped([tmp_path / copy], tmp_path / f"{copy}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("py3-none-any", True),
        ("cp311-cp311-manylinux_2_17_x86_64", True),
        ("cp39-abi3-manylinux2014_x86_64", True),
        ("cp311-cp311-macosx_11_0_arm64", False),
        ("cp311-cp311-manylinux_2_17_aarch64", False),
        ("cp311-cp311-musllinux_1_2_x86_64", False),
        ("cp311-cp311-linux_x86_64", False),
    ],
)
def test_only_a_wheel_for_lambdas_linux_is_taken_from_here(tag: str, fits: bool) -> None:
    assert runs_on_lambda(f"Wheel-Version: 1.0\nTag: {tag}\n") is fits


def test_another_version_here_means_that_all_are_fetched() -> None:
    assert installed("requests==0.0.1\npydantic==2.13.5\n") == []


def test_the_template_is_the_one_for_every_client(package: Package) -> None:
    assert "demo" not in package.template
    assert json.loads(package.template)["Parameters"]["DeliveryTries"]["Default"] == 450
