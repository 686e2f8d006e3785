"""A client's documents as pages an owner can read: pure text from the compiled packs, written by `nochnik pages`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.regulation.written import read
from infra.errors import Failed
from infra.packs import is_pack, load_folder
from infra.pages.business import business_page, consent_page, registry_page
from infra.pages.dialogue import dialogue_page
from infra.pages.duty import rota_page, sla_page
from infra.pages.markdown import join, table
from infra.pages.reminders import reminders_page
from infra.pages.way import way
from infra.pages.words import KINDS

if TYPE_CHECKING:
    from chalicelib.regulation.schema import Rules

Pages = Mapping[str, str]
"""Text by path below ``docs/regulations``."""


def write(clients: Path, folder: Path) -> list[Path]:
    """Write the pages of every pack in ``clients`` into ``folder``. Raises `Failed`, also with a pack's mistakes."""
    written = []
    for name, text in pages(clients).items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Failed(f"The pages cannot be written: {error}") from None
        written.append(path)
    return written


def pages(clients: Path) -> Pages:
    """Every page of every pack in a folder. Raises `Failed` with a broken pack's mistakes."""
    packs = [load_folder(folder) for folder in sorted(clients.iterdir()) if is_pack(folder)]
    found = {"README.md": _contents(packs)}
    for rules in packs:
        registry = read(clients / rules.client / "RP-001.md").body
        found |= {f"{rules.client}/{name}": text for name, text in pages_of(rules, registry).items()}
    return found


def pages_of(rules: Rules, registry: str) -> Pages:
    """The pages of one pack. ``registry``: what RP-001 says to people, below its front matter."""
    return {
        "README.md": _page(rules, business_page(rules)),
        "RP-001.md": _page(rules, registry_page(rules, registry)),
        "RP-002.md": _page(rules, dialogue_page(rules)),
        "SLA-001.md": _page(rules, sla_page(rules)),
        "RT-001.md": _page(rules, rota_page(rules)),
        "RM-001.md": _page(rules, reminders_page(rules)),
        "DP-001.md": _page(rules, consent_page(rules)),
        "way.svg": way(rules),
    }


def _contents(packs: Sequence[Rules]) -> str:
    rows = [
        (f"[{rules.business.name}]({rules.client}/README.md)", KINDS[rules.business.kind], f"`clients/{rules.client}/`")
        for rules in packs
    ]
    return join(
        "# Регламенты",
        "Эти страницы написаны программой по документам клиентов: что подписано, то помощник и выполняет. Правят сами "
        "документы в папке `clients/`, потом `nochnik pages` пишет страницы заново.",
        table(("Кто", "Что это", "Документы"), rows),
    )


def _page(rules: Rules, parts: Iterable[str]) -> str:
    names = ("RP-001", "RP-002", "SLA-001", "RT-001", "RM-001", "DP-001")
    links = " · ".join(["[Кто мы](README.md)", *(f"[{name}]({name}.md)" for name in names)])
    note = (
        f"*Написано по документам `clients/{rules.client}/`: правьте их, а не эту страницу. В фигурных скобках то, что "
        "помощник подставит сам.*"
    )
    return join(links, *parts, "---", note)
