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
    for text_width in _TEXT_WIDTHS:
        columns = _columns(table, text_width)
        widths = [_column_width(cells) for cells in columns]
        length = sum(widths) + len(_GAP) * (len(widths) - 1)
        if length <= _PAGE_WIDTH:
            break
    padded = [
        _PaddedTexts(width, is_number=column.is_number)
        for width, column in zip(widths, table.columns, strict=True)
    ]
    head, *body, total = zip(*columns, strict=True)
    rule = "─" * length
    return [
        rule,
        *_row_lines(head, padded, is_head=True),
        rule,
        *(line for row in body for line in _row_lines(row, padded)),
        rule,
        *_row_lines(total, padded),
        rule,
    ]


def aligned_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of one line each: the first column flush left, all others flush right."""
    padded = [
        _PaddedTexts(max(map(_width, column)), is_number=index > 0)
        for index, column in enumerate(zip(*rows, strict=True))
    ]
    return [line for row in rows for line in _row_lines([[text] for text in row], padded)]


class _PaddedTexts(dict[str, str]):
    """Texts of a column, each as wide as the column; most are in many of its cells."""

    def __init__(self, width: int, *, is_number: bool) -> None:
        super().__init__()
        self._width = width
        self._is_number = is_number

    def __missing__(self, text: str) -> str:
        blank = " " * (self._width - _width(text))
        self[text] = padded = blank + text if self._is_number else text + blank
        return padded


def _columns(table: Table, text_width: int) -> list[list[Cell]]:
    names, *others = table.columns
    return [_name_cells(names, table.depths), *(_cells(each, text_width) for each in others)]


def _column_width(cells: list[Cell]) -> int:
    return max(map(_width, {line for cell in cells for line in cell}))


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
    lines = {
        text: [text] if column.is_number else _wrapped(text, text_width)
        for text in set(column.cells)
    }
    return [column.heading.split("\n"), *map(lines.__getitem__, column.cells)]


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
    row: Sequence[Cell], padded: Sequence[_PaddedTexts], *, is_head: bool = False
) -> list[str]:
    """Lines of a row: headings are aligned at the bottom, cells at the top."""
    height = max(map(len, row))
    lines = []
    for index in range(height):
        texts = []
        for cell, padded_texts in zip(row, padded, strict=True):
            line = index - (height - len(cell)) if is_head else index
            texts.append(padded_texts[cell[line] if 0 <= line < len(cell) else ""])
        lines.append(_GAP.join(texts).rstrip())
    return lines
