"""The zip and the template: `chalice package` on a clean copy, compiled, and the same to the byte each time.

The work is kept by the hash of what went in, so that nothing is packaged twice.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from infra.errors import Failed

SHIPPED = ("app.py", "chalicelib", ".chalice", "requirements.txt")
STAGE = "client"
MERGED = "infra/stack.json"
BUILDS_KEPT = 8
INSTALLERS_NOTES = ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json")
EPOCH = (1980, 1, 1, 0, 0, 0)
LARGEST_ZIP = 50 * 1024 * 1024
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, zipped archive uploaded directly."""
LARGEST_TEMPLATE = 51_200
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html, template in a request."""
NEW_GLIBC = (3, 12)
"""From python3.12 on Lambda runs on Amazon Linux 2023 (glibc 2.34), before on Amazon Linux 2 (2.26)."""


@dataclass(frozen=True)
class Package:
    """A built package: ``code`` is the SHA-256 of the zip's bytes, ``template`` the text CloudFormation gets,
    ``unpacked`` a folder that looks like the unpacked zip."""

    zip: Path
    code: str
    template: str
    unpacked: Path

    @property
    def megabytes(self) -> float:
        return self.zip.stat().st_size / 1024 / 1024


def build(root: Path, kept: Path) -> Package:
    """Package the project at ``root``; builds are kept in ``kept``, by what went into them.

    Raises `Failed` with what pip or Chalice said last.
    """
    root, kept = root.resolve(), kept.resolve()
    sources = tuple(clean_files(root))
    folder = kept / fingerprint(root, sources)
    if not (folder / "template.json").exists():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as scratch:
            _package(root, sources, kept, Path(scratch))
            shutil.rmtree(folder, ignore_errors=True)
            (Path(scratch) / "out").rename(folder)
        throw_away_old(kept)
    archive = folder / "code.zip"
    code = hashlib.sha256(archive.read_bytes()).hexdigest()
    return Package(archive, code, (folder / "template.json").read_text(), folder / "code")


def throw_away_old(kept: Path) -> None:
    """Only the newest builds stay on the shelf."""
    builds = sorted((file.parent for file in kept.glob("*/template.json")), key=lambda build: build.stat().st_mtime)
    for build in builds[:-BUILDS_KEPT]:
        shutil.rmtree(build, ignore_errors=True)


def clean_files(root: Path) -> Iterator[Path]:
    """Files that ship, relative to ``root``: what git tracks or would track, never what it ignores.

    Outside of a git repository (an unpacked archive): everything but caches.
    """
    listed = subprocess.run(  # noqa: S603
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SHIPPED],  # noqa: S607
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = {Path(os.fsdecode(name)) for name in listed.stdout.split(b"\0") if name}
    else:
        names = {path.relative_to(root) for part in SHIPPED for path in _files(root / part)}
    caches = {"__pycache__", "deployments"}
    return iter(sorted(name for name in names if (root / name).is_file() and not caches & set(name.parts)))


def fingerprint(root: Path, sources: Iterable[Path]) -> str:
    """What a build is known by: the files, the merged template, this module, the Python it is for."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for name in (*sources, Path(MERGED)):
        digest.update(f"{name}\0".encode() + (root / name).read_bytes() + b"\0")
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:16]


def compiled(places: Iterable[Path]) -> None:
    """Put a .pyc beside every .py. Checked by nothing at run time: /var/task cannot change, and an archive's times
    are too coarse to compare.

    Each place in a process of its own with a fixed hash seed, or the bytes would depend on what was compiled before.
    """
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        list(workers.map(_compile, places))


def _compile(place: Path) -> None:
    command = [sys.executable, "-m", "compileall", "-q", "-s", str(place.parent)]
    subprocess.run(  # noqa: S603
        [*command, "--invalidation-mode", "unchecked-hash", str(place)],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        stdout=subprocess.DEVNULL,
        check=False,  # a package may carry a file for another Python; it stays without its .pyc
    )


def zipped(folders: Iterable[Path], target: Path) -> None:
    """The folders' contents in one archive that depends on names and contents only."""
    files = {path.relative_to(folder).as_posix(): path for folder in folders for path in _files(folder)}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name].read_bytes())


def finished_template(text: str) -> str:
    """Chalice's template as it is sent: compact, keys in order, without the folder it was made in."""
    template: dict[str, Any] = json.loads(text)
    return json.dumps(template, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def _package(root: Path, sources: Iterable[Path], kept: Path, scratch: Path) -> None:
    copy, made, out = scratch / "copy", scratch / "made", scratch / "out"
    for name in sources:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, target)
    (copy / "requirements.txt").write_text("")  # its packages are kept ready, see shipped_packages
    run_chalice(copy, root / MERGED, made)
    code = out / "code"
    with zipfile.ZipFile(made / "deployment.zip") as archive:
        archive.extractall(code)
    compiled(code.iterdir())
    zipped((shipped_packages(root / "requirements.txt", kept), code), out / "code.zip")
    link_into(code, local_packages(root / "requirements.txt", kept))
    if (out / "code.zip").stat().st_size > LARGEST_ZIP:
        raise Failed("The package is larger than the 50 MB that Lambda takes: remove something from requirements.txt.")
    template = finished_template((made / "sam.json").read_text())
    if len(template.encode()) > LARGEST_TEMPLATE:
        raise Failed("The template is larger than the 51,200 bytes that CloudFormation takes in a request.")
    (out / "template.json").write_text(template)


def link_into(folder: Path, packages: Path) -> None:
    """Let ``folder`` show what is in ``packages`` too, without copying thousands of files."""
    for entry in packages.iterdir():
        place = folder / entry.name
        if place.is_dir():
            link_into(place, entry)
        else:
            place.symlink_to(entry)


NO_AWS = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""Packaging asks AWS nothing, but Chalice looks for credentials: without any it would wait for a metadata server."""


def run_chalice(project: Path, merged: Path, out: Path) -> None:
    """`chalice package` as its users run it. It imports app.py, so the laptop's packages must be there."""
    command = [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())", "package"]
    done = subprocess.run(  # noqa: S603
        [*command, "--stage", STAGE, "--merge-template", str(merged), str(out)],
        cwd=project,
        env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | NO_AWS,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise Failed(f"chalice package failed: {said[-1] if said else 'it said nothing'}")


def shipped_packages(requirements: Path, kept: Path) -> Path:
    """A folder with the shipped packages for Lambda's Linux, compiled, whatever this laptop runs.

    Chalice would fetch them anew for each change of our own code; here it is done once for each requirements.txt.
    """
    folder = kept / f"packages-{_digest(requirements)}"
    if folder.exists():
        return folder
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept) as scratch:
        gathered = Path(scratch) / "packages"
        own = installed(requirements.read_text())
        if own and all(runs_on_lambda(distribution.read_text("WHEEL") or "") for distribution in own):
            copy_distributions(own, gathered)
        else:
            fetch(requirements, gathered)
        for note in [note for name in INSTALLERS_NOTES for note in gathered.glob(f"*.dist-info/{name}")]:
            note.unlink()
        compiled(place for place in gathered.iterdir() if place.suffix != ".dist-info")
        gathered.rename(folder)
    return folder


def local_packages(requirements: Path, kept: Path) -> Path:
    """The same packages as this machine can load them: on an ARM or a Mac other builds than Lambda's."""
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return shipped_packages(requirements, kept)
    folder = kept / f"local-packages-{_digest(requirements)}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=kept) as scratch:
            gathered = Path(scratch) / "packages"
            copy_distributions(installed(requirements.read_text()), gathered)
            gathered.rename(folder)
    return folder


def installed(requirements: str) -> list[metadata.Distribution]:
    """This environment's installations of every requirement in exactly its version; none when one is missing."""
    found = []
    for line in requirements.splitlines():
        name, pinned, version = line.partition("==")
        if not pinned:
            continue
        try:
            distribution = metadata.distribution(name.strip())
        except metadata.PackageNotFoundError:
            return []
        if distribution.version != version.strip():
            return []
        found.append(distribution)
    return found


def runs_on_lambda(wheel: str) -> bool:
    """Whether a wheel, by the tags in its WHEEL file, is pure Python or for Lambda's Linux."""
    tags = [line.partition(":")[2].strip() for line in wheel.splitlines() if line.startswith("Tag:")]
    return any(tag.rpartition("-")[2] in ("any", *platforms()) for tag in tags)


def copy_distributions(distributions: Iterable[metadata.Distribution], target: Path) -> None:
    """What was installed, without scripts and caches."""
    for distribution in distributions:
        for file in distribution.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                place = target / file
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(distribution.locate_file(file)), place)


def fetch(requirements: Path, target: Path) -> None:
    """The wheels for Lambda's Linux from the package index. Raises `Failed` with what pip said last."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--only-binary=:all:"]
        + [f"--platform={tag}" for tag in platforms()]
        + ["--implementation=cp", f"--python-version={sys.version_info[0]}.{sys.version_info[1]}"]
        + [f"--target={target}", "-r", str(requirements)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise Failed(f"The Lambdas' packages could not be fetched: {said[-1] if said else 'pip said nothing'}")
    shutil.rmtree(target / "bin", ignore_errors=True)


def platforms() -> tuple[str, ...]:
    """Wheel tags that Lambda's x86_64 Linux can load, newest first."""
    old = ("manylinux2014_x86_64", "manylinux_2_17_x86_64")
    return ("manylinux_2_34_x86_64", "manylinux_2_28_x86_64", *old) if sys.version_info[:2] >= NEW_GLIBC else old


def _digest(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes() + f"{sys.version_info[:2]}".encode()).hexdigest()[:16]


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    elif place.is_dir():
        yield from (path for path in place.rglob("*") if path.is_file())
