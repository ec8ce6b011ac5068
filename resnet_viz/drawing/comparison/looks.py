"""Looks of differences: a sign, a line style and a colour each, so that no hue is needed."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.comparison.statuses import Status
from resnet_viz.drawing.display_list import (
    ALL,
    FAR,
    MID_NEAR,
    Box,
    Circle,
    Cubic,
    Dash,
    Mark,
    Move,
    Path,
    Point,
    Rect,
    Step,
)
from resnet_viz.drawing.marks import polyline

_BEND = 0.5523


class StatusLook(msgspec.Struct, frozen=True):
    """Colour token, dash and width of what has a status, and the sign of its badge."""

    color: str
    dash: Dash
    width: float
    sign: str
    word: str


LOOKS: Final[dict[Status, StatusLook]] = {
    "removed": StatusLook("diff-missing", (2.0, 3.0), 1.5, "−", "removed"),
    "added": StatusLook("diff-extra", (), 2.5, "+", "added"),
    "changed": StatusLook("text", (), 1.25, "≠", "changed"),
    "moved": StatusLook("text-2", (7.0, 3.0, 2.0, 3.0), 1.5, "↕", "moved"),
    "failed": StatusLook("error", (), 3.0, "!", "fails here"),
}
"""Removed is dotted, added is thick, changed has two outlines, moved is dashed and dotted."""

_SIGNS: Final[dict[str, tuple[tuple[Point, Point], ...]]] = {
    "+": (((-1, 0), (1, 0)), ((0, -1), (0, 1))),
    "−": (((-1, 0), (1, 0)),),
    "≠": (((-1, -0.4), (1, -0.4)), ((-1, 0.4), (1, 0.4)), ((-0.55, 1), (0.55, -1))),
    "↕": (
        ((0, -1), (0, 1)),
        ((-0.5, -0.5), (0, -1)),
        ((0.5, -0.5), (0, -1)),
        ((-0.5, 0.5), (0, 1)),
        ((0.5, 0.5), (0, 1)),
    ),
    "!": (((0, -1), (0, 0.25)), ((0, 0.75), (0, 1))),
}


def badge(center: Point, look: StatusLook, *, radius: float = 7.0, lod: int = ALL) -> list[Mark]:
    """The sign of a status in a circle."""
    x, y = center
    arm = radius * 0.5
    marks: list[Mark] = [Circle(x, y, radius, "card", look.color, radius * 0.2, lod)]
    for start, end in _SIGNS[look.sign]:
        points = ((x + start[0] * arm, y + start[1] * arm), (x + end[0] * arm, y + end[1] * arm))
        marks.append(Path(polyline(points), look.color, width=radius * 0.22, lod=lod))
    return marks


def badges(center: Point, look: StatusLook) -> list[Mark]:
    """The badge for all zooms: larger where the picture is small."""
    far = badge(center, look, radius=15.0, lod=FAR)
    return [*far, *badge(center, look, lod=MID_NEAR)]


def outline(rect: Rect, look: StatusLook, radius: float) -> list[Mark]:
    """The outline of a card; a changed one has a second around it."""
    around = rect.grown(2.5)
    far = Box(around, radius + 2, "", look.color, 4.0, look.dash, lod=FAR)
    return [far, *near_outline(rect, look, radius)]


def near_outline(rect: Rect, look: StatusLook, radius: float) -> list[Mark]:
    """The outline for all zooms but the small ones."""
    line = Box(rect, radius, "", look.color, look.width, look.dash, lod=MID_NEAR)
    if look.sign != "≠":
        return [line]
    return [line, msgspec.structs.replace(line, rect=rect.grown(2.5), radius=radius + 2)]


def restyled(mark: Mark, look: StatusLook) -> Mark:
    """A line or a circle in a look; other marks as they are."""
    if isinstance(mark, Path) and mark.role == "stroke":
        if mark.fill and not mark.stroke:
            return msgspec.structs.replace(mark, fill=look.color)
        width = max(mark.width, look.width)
        dash = look.dash or mark.dash
        return msgspec.structs.replace(mark, stroke=look.color, width=width, dash=dash)
    if isinstance(mark, Circle) and mark.stroke:
        ring = _ring(mark)
        return Path(ring, look.color, mark.fill, look.width, look.dash, mark.lod, mark.role)
    if isinstance(mark, Circle) and mark.role == "stroke":
        return msgspec.structs.replace(mark, fill=look.color)
    return mark


def _ring(mark: Circle) -> tuple[Step, ...]:
    """A circle as curves, which can be dashed."""
    x, y, r = mark.x, mark.y, mark.radius
    b = r * _BEND
    return (
        Move(x + r, y),
        Cubic(x + r, y + b, x + b, y + r, x, y + r),
        Cubic(x - b, y + r, x - r, y + b, x - r, y),
        Cubic(x - r, y - b, x - b, y - r, x, y - r),
        Cubic(x + b, y - r, x + r, y - b, x + r, y),
    )
