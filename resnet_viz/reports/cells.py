"""Cells of a report's tables: counts and bytes, with marks for unknown, zero and lower bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from resnet_viz.analysis.wording.numbers import Unit, grouped, marked, scaled
from resnet_viz.errors import escape_controls

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
GLOBAL: Final = "+"
"""Mark of a receptive field that leaves global paths out."""


def plain(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def spreadsheet_text(text: str) -> str:
    """A name for a cell of a spreadsheet, which would run one that begins so as a formula."""
    shown = escape_controls(text, kept="")
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown


def column_cells(
    rows: Iterable[dict[str, Any]], name: str, write: Callable[[int], str]
) -> tuple[str, ...]:
    """The ``cell`` of each row; equal numbers, of which a column has many, are written once."""
    texts: dict[tuple[int | None, int | None], str] = {}
    cells = []
    for row in rows:
        key = row[name], row.get(f"{name}_at_least")
        if key not in texts:
            texts[key] = cell(row, name, write)
        cells.append(texts[key])
    return tuple(cells)


def cell(numbers: dict[str, Any], name: str, write: Callable[[int], str]) -> str:
    """A number, or its lower bound, as ``write`` formats it, with the marks of ``marked``."""
    value = numbers[name]
    if value is not None:
        return marked(value, write)
    return marked(numbers.get(f"{name}_at_least"), write, at_least=True)


def count(numbers: dict[str, Any], name: str) -> str:
    """A count in full: "57,802,752", "≥ 1,000", "·", "–"."""
    return cell(numbers, name, grouped)


def in_unit(value: int, unit: Unit) -> str:
    """Bytes as a number of ``unit`` with three decimals: "83.216", "< 0.001"."""
    return scaled(value, unit[0], 3 if unit[0] > 1 else 0)
