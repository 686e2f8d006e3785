"""The verbs that need no cloud, one file each: its arguments, and what it prints."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.packs import load_pack

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules

DEMO = "demo-salon"
Run = Callable[[argparse.Namespace], int]


@dataclass(frozen=True)
class Home:
    """What a verb works with: the project's folder, how a verb is made (name, what it does, one line of help), and a
    client's environment over the .env files."""

    root: Path
    new: Callable[[str, Run, str], argparse.ArgumentParser]
    environment: Callable[[str], Mapping[str, str]]

    def pack(self, client: str) -> Rules:
        """The client's documents. Raises `Failed`."""
        return load_pack(self.root, client)


def add(home: Home) -> None:
    """Add all of them."""
    from infra.verbs import evaluate, replay, talk, understand

    for verb in (understand, talk, evaluate, replay):
        verb.add(home)


def client_argument(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--client", default=DEMO, help=f"folder below clients/ (default: {DEMO})")


def now_argument(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--now", metavar="ISO8601", help="the time it is, in the business's zone if none is named")


def reader_argument(verb: argparse.ArgumentParser, names: tuple[str, ...]) -> None:
    verb.add_argument(
        "--reader", choices=names, default="phrases", help="who reads; all but phrases need OPENAI_API_KEY"
    )
