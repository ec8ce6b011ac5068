"""Builders of marks: rounded paths, arrowheads, circles of joins."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise

import msgspec

from resnet_viz.drawing.display_list import (
    ALL,
    MID_NEAR,
    NEAR,
    Box,
    Circle,
    Close,
    Cubic,
    DisplayList,
    Item,
    Line,
    Mark,
    Move,
    Path,
    Point,
    Rect,
    Step,
    Text,
)

ARROW = 7.0
"""Length of an arrowhead; its width is the same."""
_BEND = 0.5523
"""Control points of a cubic quarter circle, as a share of its radius."""


def rounded(points: Sequence[Point], radius: float) -> tuple[Step, ...]:
    """A polyline whose corners are quarter circles (smaller where a side is short)."""
    steps: list[Step] = [Move(*points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        r = min(radius, _length(before, corner) / 2, _length(corner, after) / 2)
        if r < 0.5 or _straight(before, corner, after):
            steps.append(Line(*corner))
            continue
        start, end = _toward(corner, before, r), _toward(corner, after, r)
        a, b = _toward(start, corner, r * _BEND), _toward(end, corner, r * _BEND)
        steps += [Line(*start), Cubic(*a, *b, *end)]
    steps.append(Line(*points[-1]))
    return tuple(steps)


def curved(points: Sequence[Point]) -> tuple[Step, ...]:
    """Cubic pieces: start, then three points for each."""
    steps: list[Step] = [Move(*points[0])]
    steps += [
        Cubic(*points[i], *points[i + 1], *points[i + 2]) for i in range(1, len(points) - 2, 3)
    ]
    return tuple(steps)


def arrowhead(tip: Point, toward: Point, color: str, *, size: float = ARROW) -> Path:
    """A filled triangle whose tip is on ``tip``, pointing from ``toward``'s opposite side."""
    dx, dy = tip[0] - toward[0], tip[1] - toward[1]
    length = math.hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    bx, by = tip[0] - ux * size, tip[1] - uy * size
    half = size / 2
    steps = (
        Move(*tip),
        Line(bx - uy * half, by + ux * half),
        Line(bx + uy * half, by - ux * half),
        Close(),
    )
    return Path(steps, fill=color, lod=MID_NEAR, role="stroke")


def shortened(points: Sequence[Point], by: float) -> tuple[Point, ...]:
    """The polyline, its end drawn back by ``by`` so that it ends inside an arrowhead."""
    end = _toward(points[-1], points[-2], min(by, _length(points[-1], points[-2]) * 0.9))
    return (*points[:-1], end)


def before_end(points: Sequence[Point]) -> Point:
    """The last point that differs from the end: an arrow comes from there."""
    for point in reversed(points[:-1]):
        if _length(point, points[-1]) > 0.01:
            return point
    return (points[-1][0], points[-1][1] - 1.0)


def longest_middle(points: Sequence[Point], *, upward: bool = False) -> tuple[Point, Point]:
    """Middle of the longest side and the point it comes from; of upward sides only if wanted."""
    sides = list(pairwise(points))
    wanted = [side for side in sides if side[1][1] < side[0][1] - 1.0] if upward else sides
    start, end = max(wanted or sides, key=lambda side: _length(*side))
    return ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), start


def join_circle(center: Point, diameter: float, sign: str, color: str = "shortcut") -> list[Mark]:
    """The circle of a join: ⊕ for adding, ‖ for concatenating, · for multiplying, else empty."""
    x, y = center
    r = diameter / 2
    marks: list[Mark] = [
        Circle(x, y, r - 0.75, fill="card", stroke=color, lod=MID_NEAR, role="body")
    ]
    arm = r * 0.5
    lines = {
        "add": ((x - arm, y, x + arm, y), (x, y - arm, x, y + arm)),
        "concatenate": ((x - 2, y - arm, x - 2, y + arm), (x + 2, y - arm, x + 2, y + arm)),
        "subtract": ((x - arm, y, x + arm, y),),
    }.get(sign, ())
    for x0, y0, x1, y1 in lines:
        steps = (Move(x0, y0), Line(x1, y1))
        marks.append(Path(steps, stroke=color, lod=MID_NEAR, role="stroke"))
    if sign == "multiply":
        marks.append(Circle(x, y, 1.75, fill=color, lod=MID_NEAR, role="stroke"))
    return marks


def tag(center: Point, text: str, width: float) -> list[Mark]:
    """A word on a line, on a background that hides the line."""
    x, y = center
    background = Rect(x - width / 2 - 3, y - 7, width + 6, 14)
    return [
        Box(background, radius=3, fill="card", stroke="line-strong", lod=NEAR),
        Text(x, y + 4, text, 11, "shortcut", anchor="middle", role="stroke"),
    ]


def trapezoid(center: Point, color: str, *, inverted: bool = False) -> Path:
    """The sign of pooling (wide above, narrow below), inverted for upsampling."""
    x, y = center
    top, low = (3.0, 6.0) if inverted else (6.0, 3.0)
    corners = ((x - top, y - 4.5), (x + top, y - 4.5), (x + low, y + 4.5), (x - low, y + 4.5))
    steps = (*polyline(corners), Close())
    return Path(steps, fill="card", stroke=color, width=1.5, lod=MID_NEAR, role="stroke")


def line(points: Sequence[Point], color: str, *, lod: int = ALL) -> Path:
    """A polyline that does not change when its item is selected."""
    return Path(polyline(points), stroke=color, lod=lod)


def polyline(points: Sequence[Point]) -> tuple[Step, ...]:
    """Straight lines from point to point."""
    return (Move(*points[0]), *(Line(*point) for point in points[1:]))


def moved_mark(mark: Mark, dx: float, dy: float) -> Mark:
    """The mark, moved by (dx, dy)."""
    replace = msgspec.structs.replace
    if isinstance(mark, Box):
        rect = replace(mark.rect, x=mark.rect.x + dx, y=mark.rect.y + dy)
        return replace(mark, rect=rect)
    if isinstance(mark, Path):
        return replace(mark, steps=tuple(_moved_step(step, dx, dy) for step in mark.steps))
    return replace(mark, x=mark.x + dx, y=mark.y + dy)


def _moved_step(step: Step, dx: float, dy: float) -> Step:
    if isinstance(step, Cubic):
        return Cubic(
            step.x1 + dx, step.y1 + dy, step.x2 + dx, step.y2 + dy, step.x + dx, step.y + dy
        )
    if isinstance(step, Close):
        return step
    return type(step)(step.x + dx, step.y + dy)


def moved_picture(picture: DisplayList, prefix: str, by: Point) -> DisplayList:
    """A picture at another place; its items are decoration with ids of their own."""
    dx, dy = by

    def area(rect: Rect) -> Rect:
        return msgspec.structs.replace(rect, x=rect.x + dx, y=rect.y + dy)

    items = tuple(
        msgspec.structs.replace(
            item,
            id=prefix + item.id,
            bounds=area(item.bounds),
            hit=None,
            target=None,
            also=(),
            marks=tuple(moved_mark(mark, dx, dy) for mark in item.marks),
        )
        for item in picture.items
    )
    return DisplayList(area(picture.bounds), items, notes=picture.notes)


def extent_of(items: Iterable[Item]) -> Rect:
    """The rectangle around items, of which there is one at least."""
    return reduce(Rect.union, (item.bounds for item in items))


def bounds_of(points: Sequence[Point], *, grown: float) -> Rect:
    """The rectangle around points, with ``grown`` more on every side."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).grown(grown)


def _length(a: Point, b: Point) -> float:
    return math.hypot(b[0] - a[0], b[1] - a[1])


def _toward(start: Point, end: Point, distance: float) -> Point:
    length = _length(start, end) or 1.0
    share = distance / length
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _straight(a: Point, b: Point, c: Point) -> bool:
    return abs((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])) < 1e-6
