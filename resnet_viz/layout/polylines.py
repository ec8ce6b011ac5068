"""Geometry of wires: polylines and piecewise cubic curves (start, then three points a piece)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

from resnet_viz.layout.types import LabelPosition, Point, Wire

_STEPS: Final = 32
"""Steps in which a cut is looked for."""


def moved(points: Sequence[Point], dx: float, dy: float) -> tuple[Point, ...]:
    """The points, moved by (dx, dy)."""
    return tuple((x + dx, y + dy) for x, y in points)


def moved_wire(wire: Wire, dx: float, dy: float) -> Wire:
    """The wire with its label and dot, moved by (dx, dy)."""
    label, dot = wire.label, wire.dot
    return msgspec.structs.replace(
        wire,
        points=moved(wire.points, dx, dy),
        label=label and LabelPosition(label.x + dx, label.y + dy, label.anchor),
        dot=dot and (dot[0] + dx, dot[1] + dy),
    )


def down_with_jog(start: Point, end: Point) -> tuple[Point, ...]:
    """Down from ``start`` to ``end``, with a jog half-way if they don't share their x."""
    if abs(start[0] - end[0]) < 0.5:
        return start, end
    middle = (start[1] + end[1]) / 2
    return start, (start[0], middle), (end[0], middle), end


def as_curves(points: Sequence[Point]) -> tuple[Point, ...]:
    """A polyline as cubic pieces with the same course."""
    curve = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        curve += [
            (x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3),
            (x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3),
            (x1, y1),
        ]
    return tuple(curve)


def extended(curve: Sequence[Point], end: Point) -> tuple[Point, ...]:
    """A piecewise cubic with one more straight piece to ``end``."""
    return (*curve, *as_curves((curve[-1], end))[1:])


def point_on_curve(curve: Sequence[Point], share: float) -> Point:
    """The point on a piecewise cubic at ``share`` of its pieces."""
    pieces = (len(curve) - 1) // 3
    piece = min(int(share * pieces), pieces - 1)
    return point_on_cubic(curve[3 * piece : 3 * piece + 4], share * pieces - piece)


def point_on_cubic(corners: Sequence[Point], t: float) -> Point:
    """The point of a cubic Bézier curve with four control points at ``t``, 0 to 1."""
    u = 1.0 - t
    a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    return (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)


def cut_below(curve: Sequence[Point], y: float) -> tuple[Point, ...]:
    """A piecewise cubic up to where it first goes below ``y``; all of it if it does not."""
    for start in range(0, len(curve) - 3, 3):
        piece = curve[start : start + 4]
        t = next(
            (step / 32 for step in range(33) if point_on_cubic(piece, step / 32)[1] >= y), None
        )
        if t is not None:
            return (*curve[:start], *_first_part(piece, t))
    return tuple(curve)


def _first_part(corners: Sequence[Point], t: float) -> tuple[Point, ...]:
    """A cubic piece up to ``t``, by de Casteljau's algorithm."""
    points, part = list(corners), [corners[0]]
    while len(points) > 1:
        points = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(points)]
        part.append(points[0])
    return tuple(part)
