"""Shaded surface over a plane: heights in parallel projection, painted from back to front."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, hypot, pi
from typing import Final, NamedTuple

from resnet_viz.drawing.charts.axis import Axis, Interval
from resnet_viz.drawing.charts.color_map import ColorScale, Rows
from resnet_viz.drawing.charts.plot import line, small, tick_text
from resnet_viz.drawing.display_list import Circle, Mark, Path, Point, Rect
from resnet_viz.drawing.marks import polyline
from resnet_viz.drawing.themes import MAP_LEVELS, SHADES

_ACROSS: Final = cos(pi / 6)
_DOWN: Final = 0.37
_HEIGHT: Final = 1.15
"""Height of the box by half of its side."""
_LIGHT: Final = (-0.55, 0.2, 0.81)
"""Direction to the light: from the left, the front and above."""
_TICKS_LEFT: Final = 40.0
_TICKS_BELOW: Final = 18.0
_TICK_SPACING: Final = 24.0
_ENDS: Final = (-1.0, 0.0, 1.0)


class _Projection(NamedTuple):
    """Parallel projection to pixels of positions, −1 … 1 in both directions, and heights, 0 … 1."""

    x: float
    y: float
    size: float

    def point(self, alpha: float, beta: float, height: float = 0.0) -> Point:
        """Pixel of a position; what is larger in both directions is nearer to the reader."""
        return (
            self.x + (alpha - beta) * _ACROSS * self.size,
            self.y + ((alpha + beta) * _DOWN - height * _HEIGHT) * self.size,
        )


class _Corner(NamedTuple):
    """A point of the surface."""

    alpha: float
    beta: float
    height: float


def surface(area: Rect, rows: Rows, alphas: Sequence[float], scale: ColorScale) -> list[Mark]:
    """Surface of a grid of numbers with its axes; squares with a missing corner are left out.

    Args:
        area: the rectangle that it lies in.
        rows: the numbers; rows along β, columns along α.
        alphas: positions of columns and rows, −1 … 1.
        scale: gives colours and heights, so that surfaces with one scale compare.
    """
    width = (area.width - 2 * _TICKS_LEFT) / (4 * _ACROSS)
    height = (area.height - _TICKS_BELOW) / (4 * _DOWN + _HEIGHT)
    size = max(1.0, min(width, height))
    top = area.y + (height - size) * (4 * _DOWN + _HEIGHT) / 2
    to = _Projection(area.center[0], top + (_HEIGHT + 2 * _DOWN) * size, size)
    marks = _axes(to, scale)
    for corners in sorted(_squares(rows, alphas, scale), key=lambda square: sum(square[0][:2])):
        marks.append(_face(to, corners, scale))
    middle = len(rows) // 2
    center = rows[middle][middle] if rows and len(rows[middle]) > middle else None
    if center is not None:
        marks.append(
            Circle(*to.point(0, 0, scale.share(center)), 3.5, stroke=f"map{MAP_LEVELS}", width=1.5)
        )
    return marks


def _squares(
    rows: Rows, alphas: Sequence[float], scale: ColorScale
) -> Iterator[tuple[_Corner, ...]]:
    """Squares of the grid as their corners in order around, the farthest first."""
    for row in range(len(rows) - 1):
        for column in range(len(rows[row]) - 1):
            corners = tuple(
                _Corner(alphas[c], alphas[r], scale.share(value))
                for r, c in (
                    (row, column),
                    (row, column + 1),
                    (row + 1, column + 1),
                    (row + 1, column),
                )
                if (value := rows[r][c]) is not None
            )
            if len(corners) == 4:
                yield corners


def _face(to: _Projection, corners: tuple[_Corner, ...], scale: ColorScale) -> Path:
    """A square in the colour of its mean, darker the more it is turned away from the light."""
    mean = sum(corner.height for corner in corners) / 4
    shade = round((1 - _lit(corners)) * SHADES)
    token = scale.level(mean) + (f".shade{shade}" if shade else "")
    points = [to.point(*corner) for corner in corners]
    return Path(polyline([*points, points[0]]), stroke=token, fill=token, width=0.6)


def _lit(corners: tuple[_Corner, ...]) -> float:
    """Share of the light that a square gets, 0 … 1."""
    far, right, near, left = corners
    width, depth = right.alpha - far.alpha, left.beta - far.beta
    along = (right.height + near.height - far.height - left.height) / 2 * _HEIGHT / width
    across = (left.height + near.height - far.height - right.height) / 2 * _HEIGHT / depth
    normal = (-along, -across, 1.0)
    length = hypot(*normal)
    return max(0.0, sum(a * b for a, b in zip(normal, _LIGHT, strict=True)) / length)


def _axes(to: _Projection, scale: ColorScale) -> list[Mark]:
    """Floor with ticks along α and β; walls at the back with a line at each tick of the height."""
    marks: list[Mark] = []
    for end in _ENDS:
        marks.append(line([to.point(end, -1), to.point(end, 1)], "line", width=1.0))
        marks.append(line([to.point(-1, end), to.point(1, end)], "line", width=1.0))
        x, y = to.point(end, 1)
        marks.append(small(x - 4, y + 12, f"{end:g}"))
        x, y = to.point(1, end)
        marks.append(small(x + 4, y + 12, f"{end:g}", "start"))
    x, y = to.point(0, 1)
    marks.append(small(x - 22, y + 18, "α"))
    x, y = to.point(1, 0)
    marks.append(small(x + 22, y + 18, "β", "start"))
    axis = Axis(
        Interval(scale.position(scale.low), scale.position(scale.high)),
        0.0,
        _HEIGHT * to.size,
        logarithmic=scale.logarithmic,
    )
    for tick in axis.ticks(_TICK_SPACING):
        height = axis.pixel(tick.position) / (_HEIGHT * to.size)
        wall = [to.point(*corner, height) for corner in ((-1, 1), (-1, -1), (1, -1))]
        marks.append(line(wall, "line", width=1.0))
        marks.append(small(wall[0][0] - 6, wall[0][1] + 3.5, tick_text(tick.position, axis)))
    for corner in ((-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)):
        ends = [to.point(*corner), to.point(*corner, 1.0)]
        marks.append(line(ends, "line-strong", width=1.0))
    return marks
