"""A table as lines of text that fit a page: numbers flush right, long cells in several lines."""

from __future__ import annotations

from typing import Final
from unicodedata import combining, east_asian_width

from resnet_viz.reports.table import ReportColumn, Table

_NAME: Final = 26
"""Longer names go on in further lines."""
_WORDS: Final = (24, 20, 16)
"""So do longer kinds and lists of layers; the first width with which the table fits."""
_PAGE: Final = 130
_BETWEEN: Final = "  "

Cell = list[str]
"""The lines of a cell."""


def drawn(table: Table) -> list[str]:
    """Headings, rows, and the totals between rules; as wide as a page where the model allows it."""
    for words in _WORDS:
        lines = _drawn(table, words)
        if len(lines[0]) <= _PAGE:
            break
    return lines


def _drawn(table: Table, words: int) -> list[str]:
    columns = [
        _cells(column, table.depths, words, is_name=place == 0)
        for place, column in enumerate(table.columns)
    ]
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    widths = [max(_width(line) for cell in column for line in cell) for column in columns]
    right = [column.is_number for column in table.columns]
    head, *body, total = [
        _aligned(row, widths, right, is_head=place == 0) for place, row in enumerate(rows)
    ]
    rule = "─" * (sum(widths) + len(_BETWEEN) * (len(widths) - 1))
    inside = [line for row in body for line in row]
    return [rule, *head, rule, *inside, rule, *total, rule]


def _width(text: str) -> int:
    """Cells of a terminal: Hangul and other wide letters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text
    )


def _cells(
    column: ReportColumn, depths: tuple[int, ...], words: int, *, is_name: bool
) -> list[Cell]:
    """The heading's and all cells' lines."""
    head = column.heading.split("\n")
    if column.is_number:
        return [head, *([cell] for cell in column.cells)]
    if not is_name:
        return [head, *(_broken(cell, words) for cell in column.cells)]
    pairs = zip(column.cells, depths, strict=True)
    return [head, *(_named(cell, "  " * depth) for cell, depth in pairs)]


def _broken(text: str, words: int) -> Cell:
    """At the dots or commas between its parts."""
    mark = " · " if " · " in text else ", "
    lines = [""]
    for part in text.split(mark):
        longer = f"{lines[-1]}{mark}{part}" if lines[-1] else part
        if len(longer) <= words or not lines[-1]:
            lines[-1] = longer
        else:
            lines[-1] += mark.rstrip()
            lines.append(part)
    return lines


def _named(name: str, indent: str) -> Cell:
    """A name at its depth; a long one in several lines, broken behind a sign, never cut short."""
    width = max(_NAME - len(indent) - 2, 12)
    parts: list[str] = []
    while len(name) > width + (0 if parts else 2):
        at = max(name.rfind(sign, 0, width) for sign in "_/.- ") + 1 or width
        parts.append(name[:at])
        name = name[at:]
    parts.append(name)
    return [f"{indent}{parts[0]}", *(f"{indent}  {part}" for part in parts[1:])]


def _aligned(row: list[Cell], widths: list[int], right: list[bool], *, is_head: bool) -> list[str]:
    """The lines of a row: headings stand at the bottom, cells at the top."""
    height = max(len(cell) for cell in row)
    lines = []
    for place in range(height):
        texts = []
        for cell, width, is_number in zip(row, widths, right, strict=True):
            at = place - (height - len(cell)) if is_head else place
            text = cell[at] if 0 <= at < len(cell) else ""
            blank = " " * (width - _width(text))
            texts.append(blank + text if is_number else text + blank)
        lines.append(_BETWEEN.join(texts).rstrip())
    return lines
