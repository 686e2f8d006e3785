"""`make bench`: every figure in one run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from bench import cpu, diary, imports, reading, stack

PARTS: dict[str, Callable[[], list[str]]] = {
    "imports": imports.report,
    "cpu": cpu.report,
    "reading": reading.report,
    "diary": diary.report,
    "stack": stack.report,
}


def main(arguments: Sequence[str]) -> None:
    """Run the parts that are named, or all of them."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], metavar="part", help=f"{', '.join(PARTS)}; all if none"
    )
    for part in parser.parse_args(arguments).parts or PARTS:
        print("\n".join(PARTS[part]()), end="\n\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
