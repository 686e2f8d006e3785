"""The confusion matrix as a picture: rows as labelled, columns as read, the diagonal is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.score import Score

CELL, LABEL, TOP, MARGIN, SLANT = 34, 150, 150, 24, 70
INK, PALE, GRID = "#1f2933", "#7b8794", "#e4e7eb"
RIGHT, WRONG = (46, 125, 94), (198, 66, 58)
"""Full colour of a whole row that is right, or that is wrong."""
DARK = 0.55
"""From this share on a cell is so dark that its number is white."""


def save(file: Path, figures: Score, title: str, png: Callable[[str, Path], None] | None) -> Path:
    """Write the picture; return where it is. ``png`` writes an SVG text as PNG: without it, a file that was asked for
    as PNG becomes an SVG beside it."""
    drawn = svg(figures, title)
    if file.suffix.lower() == ".png" and png:
        png(drawn, file)
        return file
    file = file.with_suffix(".svg")
    file.write_text(drawn, encoding="utf-8")
    return file


def png_writer() -> Callable[[str, Path], None] | None:
    """CairoSVG, where it happens to be installed (https://cairosvg.org): a picture is no reason to need it."""
    if find_spec("cairosvg") is None:
        return None

    def write(drawn: str, file: Path) -> None:
        import cairosvg  # type: ignore[import-not-found, unused-ignore]

        cairosvg.svg2png(bytestring=drawn.encode(), write_to=str(file), scale=2)

    return write


def svg(figures: Score, title: str) -> str:
    """The matrix as an SVG document."""
    names = sorted({*figures.by_intent, *(read for _, read in figures.taken_for)})
    side = CELL * len(names)
    width, height = MARGIN + LABEL + side + SLANT, TOP + side + 2 * MARGIN + 18
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            f' font-family="system-ui, sans-serif" font-size="12" fill="{INK}" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            f'<text x="{MARGIN}" y="{MARGIN}" font-size="14" font-weight="600">{escape(title)}</text>',
            *_labels(names),
            *_cells(names, figures),
            f'<text x="{MARGIN}" y="{height - MARGIN + 4}" fill="{PALE}">Rows: as labelled. Columns: as read.</text>',
            "</svg>",
            "",
        ]
    )


def _labels(names: list[str]) -> Iterator[str]:
    for number, name in enumerate(names):
        middle = number * CELL + CELL / 2
        x, y = MARGIN + LABEL + middle, TOP + middle
        yield f'<text x="{MARGIN + LABEL - 8}" y="{y + 4:g}" text-anchor="end">{escape(name)}</text>'
        yield f'<text transform="translate({x + 4:g} {TOP - 8}) rotate(-60)">{escape(name)}</text>'


def _cells(names: list[str], figures: Score) -> Iterator[str]:
    for row, right in enumerate(names):
        share = figures.by_intent.get(right)
        for column, read in enumerate(names):
            count = (share.part if share else 0) if right == read else figures.taken_for[right, read]
            part = count / share.whole if share and share.whole else 0.0
            yield from _cell(MARGIN + LABEL + column * CELL, TOP + row * CELL, count, part, right == read)


def _cell(x: int, y: int, count: int, part: float, right: bool) -> Iterator[str]:
    fill = _mixed(RIGHT if right else WRONG, part if right else min(1.0, part * 2)) if count else "#ffffff"
    yield f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{fill}" stroke="{GRID}"/>'
    if count:
        ink = "#ffffff" if (part if right else part * 2) > DARK else INK
        yield f'<text x="{x + CELL / 2:g}" y="{y + CELL / 2 + 4:g}" text-anchor="middle" fill="{ink}">{count}</text>'


def _mixed(colour: tuple[int, int, int], part: float) -> str:
    """The colour over white; even a single message is to be seen."""
    part = 0.15 + 0.85 * part
    return "#" + "".join(f"{round(255 + (channel - 255) * part):02x}" for channel in colour)
