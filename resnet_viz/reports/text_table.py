"""Text layout of a table that fits a page: numbers flush right, long cells wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from unicodedata import combining, east_asian_width

from resnet_viz.reports.table import ReportColumn, Table

_NAME_WIDTH: Final = 26
"""Longer names wrap."""
_TEXT_WIDTHS: Final = (24, 20, 16)
"""Longer kinds and lists of layers wrap, at the first width with which the table fits."""
_PAGE_WIDTH: Final = 130
_GAP: Final = "  "

Cell = list[str]
"""Lines of a cell."""


def table_lines(table: Table) -> list[str]:
    """Headings, rows, and the totals between rules; as wide as a page where the model allows it."""
    for width in _TEXT_WIDTHS:
        lines = _lines(table, width)
        if len(lines[0]) <= _PAGE_WIDTH:
            break
    return lines


def aligned_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of one line each: the first column flush left, all others flush right."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    are_numbers = [index > 0 for index in range(len(widths))]
    cells = ([[text] for text in row] for row in rows)
    return [line for row in cells for line in _row_lines(row, widths, are_numbers, is_head=False)]


def _lines(table: Table, text_width: int) -> list[str]:
    names, *others = table.columns
    columns = [_name_cells(names, table.depths)]
    columns += [_cells(column, text_width) for column in others]
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    widths = [max(_width(line) for cell in column for line in cell) for column in columns]
    are_numbers = [column.is_number for column in table.columns]
    head, *body, total = [
        _row_lines(row, widths, are_numbers, is_head=index == 0) for index, row in enumerate(rows)
    ]
    rule = "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    return [rule, *head, rule, *(line for lines in body for line in lines), rule, *total, rule]


def _width(text: str) -> int:
    """Terminal columns: Hangul and other wide letters take two, combining marks none."""
    return len(text) if text.isascii() else _wide_width(text)


@lru_cache(maxsize=4096)  # captions repeat
def _wide_width(text: str) -> int:
    return sum(
        0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text
    )


def _cells(column: ReportColumn, text_width: int) -> list[Cell]:
    """Heading and cells of a column."""
    cells = ([c] if column.is_number else _wrapped(c, text_width) for c in column.cells)
    return [column.heading.split("\n"), *cells]


def _wrapped(text: str, width: int) -> Cell:
    """Text broken at the dots or commas between its parts."""
    separator = " · " if " · " in text else ", "
    lines = [""]
    for part in text.split(separator):
        longer = f"{lines[-1]}{separator}{part}" if lines[-1] else part
        if len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines[-1] += separator.rstrip()
            lines.append(part)
    return lines


def _name_cells(column: ReportColumn, depths: tuple[int, ...]) -> list[Cell]:
    """Heading and names of rows."""
    pairs = zip(column.cells, depths, strict=True)
    return [column.heading.split("\n"), *(_name_lines(name, "  " * depth) for name, depth in pairs)]


def _name_lines(name: str, indent: str) -> Cell:
    """An indented name; a long one wraps after a sign and is never cut."""
    width = max(_NAME_WIDTH - len(indent) - 2, 12)
    lines: list[str] = []
    while len(name) > width + (0 if lines else 2):
        end = max(name.rfind(sign, 0, width) for sign in "_/.- ") + 1 or width
        lines.append(name[:end])
        name = name[end:]
    first, *others = [*lines, name]
    return [indent + first, *(f"{indent}  {line}" for line in others)]


def _row_lines(
    row: list[Cell], widths: list[int], are_numbers: list[bool], *, is_head: bool
) -> list[str]:
    """Lines of a row: headings are aligned at the bottom, cells at the top."""
    height = max(map(len, row))
    lines = []
    for index in range(height):
        texts = []
        for cell, width, is_number in zip(row, widths, are_numbers, strict=True):
            line = index - (height - len(cell)) if is_head else index
            text = cell[line] if 0 <= line < len(cell) else ""
            blank = " " * (width - _width(text))
            texts.append(blank + text if is_number else text + blank)
        lines.append(_GAP.join(texts).rstrip())
    return lines
