"""From a bare Python to a working ``.venv``. An old Python gets a sentence here and no traceback.

    python3 infra/bootstrap.py run|dev

Only the standard library, and only syntax that Python 3.6 reads.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Optional, Sequence, Tuple  # noqa: UP035 (Python 3.6 has no others)

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "run": ("requirements.txt", "requirements-run.txt"),
    "dev": ("requirements.txt", "requirements-run.txt", "requirements-dev.txt"),
}
"""What is read for each kind of environment; the last one names the others."""

COMMAND = """#!{python}
import sys

from infra.cli import main

sys.exit(main())
"""
NO_COMPILER = (
    "command 'gcc' failed",
    "command 'cc' failed",
    "unable to execute 'gcc'",
    "unable to execute 'cc'",
    "No such file or directory: 'gcc'",
    "No such file or directory: 'cc'",
    "C compiler cannot create executables",
    "Unknown compiler(s)",
    "linker `cc` not found",
    "Failed building wheel",
    "Failed to build",
    "metadata-generation-failed",
)
NO_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname provided",
    "Network is unreachable",
    "Connection refused",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "NewConnectionError",
    "NameResolutionError",
    "Max retries exceeded",
)


class Failed(Exception):
    """One sentence for the person at the keyboard."""


def main(arguments: Sequence[str]) -> int:
    """Make the environment for ``run`` or ``dev``; 0 when it stands, 2 with one sentence when it cannot."""
    kind = arguments[0] if arguments else "run"
    if kind not in LOCKS:
        say("usage: bootstrap.py run|dev")
        return 2
    try:
        prepare(kind, ROOT / ".venv", sys.version_info[:3])
    except Failed as failed:
        say(f"nochnik: {failed}")
        return 2
    except KeyboardInterrupt:
        say("nochnik: stopped; the next `make` goes on from here")
        return 130
    return 0


def prepare(kind: str, venv: Path, version: Tuple[int, ...]) -> None:  # noqa: UP006
    """Make or complete ``venv``, unless its stamp says that nothing has changed."""
    complaint = too_old(version)
    if complaint:
        raise Failed(complaint)
    stamp = venv / "nochnik-stamp"
    have = stamp.read_text().split() if stamp.exists() else []
    if fingerprint(kind, version) in have:
        return
    say(f"Preparing {venv.relative_to(ROOT)} (once, about a minute)")
    if not have or not has_python(venv, version):
        make_venv(venv)
    install(venv, LOCKS[kind][-1])
    link_project(venv)
    kinds = ("run", "dev") if kind == "dev" else ("run",)  # the set for dev contains the one for run
    stamp.write_text("\n".join(fingerprint(each, version) for each in kinds))


def too_old(version: Tuple[int, ...]) -> Optional[str]:  # noqa: UP006, UP045
    """A sentence when this Python cannot run the project."""
    if version[:2] >= OLDEST:
        return None
    return (
        f"Nochnik needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is {version[0]}.{version[1]}: "
        "install a newer one and name it, for example `make run PYTHON=python3.12`."
    )


def fingerprint(kind: str, version: Tuple[int, ...]) -> str:  # noqa: UP006
    """What an environment is known by: its locks, this file, the Python, the place."""
    digest = hashlib.sha256(f"{kind}\0{version}\0{ROOT}".encode())
    for name in LOCKS[kind]:
        digest.update((ROOT / name).read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def make_venv(venv: Path) -> None:
    """A new virtual environment with pip."""
    if venv.exists():
        shutil.rmtree(str(venv))
    code, said = run(sys.executable, "-m", "venv", str(venv))
    if code != 0:
        raise Failed(explain_venv(said, sys.version_info[:3]))


def explain_venv(said: str, version: Tuple[int, ...]) -> str:  # noqa: UP006
    """Why ``python -m venv`` failed, in one sentence."""
    if "ensurepip" in said or "No module named venv" in said:
        return (
            "This Python comes without its venv module: install it, "
            f"for example `apt install python{version[0]}.{version[1]}-venv`, and run it again."
        )
    return f"The virtual environment could not be made: {last_line(said)}"


def install(venv: Path, lock: str) -> None:
    """The packages of a lock, exactly these: pip has nothing to resolve. One retry, for a network that hiccups."""
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-compile", "--prefer-binary", "-r", str(ROOT / lock)]
    code, said = run(*command)
    if code != 0 and is_network(said):
        say("  the network hiccuped, trying once more")
        code, said = run(*command)
    if code != 0:
        raise Failed(explain_pip(said))


def explain_pip(said: str) -> str:
    """Why pip failed, in one sentence."""
    if is_network(said):
        return "The packages could not be fetched, the package index does not answer: check the network, run it again."
    if any(mark in said for mark in NO_COMPILER):
        return (
            "A package has no ready build for this machine and needs a C compiler: install one, "
            "for example `apt install build-essential`, and run it again."
        )
    if "No space left on device" in said:
        return "The disk is full: make room and run it again."
    return f"pip failed: {last_line(said)}"


def is_network(said: str) -> bool:
    return any(mark in said for mark in NO_NETWORK)


def link_project(venv: Path) -> None:
    """The project importable in its environment, and the command ``nochnik`` in it."""
    python = venv / "bin" / "python"
    _, where = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    (Path(where.strip()) / "nochnik.pth").write_text(f"{ROOT}\n")
    command = venv / "bin" / "nochnik"
    command.write_text(COMMAND.format(python=python))
    command.chmod(python.stat().st_mode & 0o777)


def has_python(venv: Path, version: Tuple[int, ...]) -> bool:  # noqa: UP006
    """Whether the environment's Python runs and is the one asked for."""
    python = venv / "bin" / "python"
    if not python.exists():
        return False
    code, said = run(str(python), "-c", "import sys; print(tuple(sys.version_info[:3]))")
    return code == 0 and said.strip() == str(tuple(version))


def run(*command: str) -> Tuple[int, str]:  # noqa: UP006
    """A command's exit code and everything it said."""
    done = subprocess.run(  # noqa: S603
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,  # noqa: UP021 (Python 3.6 has no text=)
        check=False,
    )
    return done.returncode, done.stdout


def last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
