"""Contour lines of a grid of numbers, by marching squares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnet_viz.drawing.charts.color_map import Rows
from resnet_viz.drawing.display_list import Line, Mark, Move, Path, Point, Rect, Step

_Corner = tuple[float, float, float]


def contours(area: Rect, rows: Rows, levels: Iterable[float], color: str) -> list[Mark]:
    """Lines at ``levels`` over cells that fill ``area``; none at a level that nothing crosses.

    Points of the grid are the centres of its cells; squares with a missing corner are left out.
    """
    squares = list(_squares(area, rows))
    marks: list[Mark] = []
    for level in levels:
        steps: list[Step] = []
        for square in squares:
            ends = list(_crossings(square, level))
            for start, end in zip(ends[::2], ends[1::2], strict=False):
                steps += [Move(*start), Line(*end)]
        if steps:
            marks.append(Path(tuple(steps), stroke=color, width=1.0))
    return marks


def _squares(area: Rect, rows: Rows) -> Iterator[tuple[_Corner, ...]]:
    height, width = len(rows), len(rows[0]) if rows else 0
    dx, dy = area.width / max(width, 1), area.height / max(height, 1)
    for row in range(height - 1):
        for column in range(width - 1):
            corners = [
                (area.x + (c + 0.5) * dx, area.y + (r + 0.5) * dy, rows[r][c])
                for r, c in (
                    (row, column),
                    (row, column + 1),
                    (row + 1, column + 1),
                    (row + 1, column),
                )
            ]
            known = tuple((x, y, value) for x, y, value in corners if value is not None)
            if len(known) == 4:
                yield known


def _crossings(square: tuple[_Corner, ...], level: float) -> Iterator[Point]:
    """Points where the square's sides cross the level, in order around it."""
    for (x0, y0, a), (x1, y1, b) in zip(square, (*square[1:], square[0]), strict=True):
        if (a < level) != (b < level):
            share = (level - a) / (b - a)
            yield x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
