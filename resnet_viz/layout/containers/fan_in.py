"""Wires that meet at one box: straight down past their labels, then fanned in without overshooting.

Graphviz ends all of them at the top of the box, from however far aside, in the height between two
ranks: they swing up and down again, strike the labels beside them, and pile up arrowheads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from resnet_viz.layout.attach import Body
from resnet_viz.layout.containers.label_spread import Area, samples
from resnet_viz.layout.metrics import BASELINE, LABEL_GAP
from resnet_viz.layout.polylines import as_curves, cut_below, extended
from resnet_viz.layout.types import LabelPosition, Point, Wire

_BAND: Final = 24.0
"""Height in which wires run straight down beside their labels."""
_FAN: Final = 20.0
_FAN_STEP: Final = 4.0
_MOST_STEPS: Final = 12
"""The fan is higher for more wires, up to so many."""
_TRUNK: Final = 11.0
"""Height of the line in which wires reach a circle together."""
_PITCH: Final = 24.0
"""Between the ends of wires on a box."""
_CLEAR: Final = 3.0
"""Distance of wires from boxes that they pass."""
_SWING: Final = 0.1
"""Height between two samples by which a wire may go up."""


class FanIn(msgspec.Struct, frozen=True):
    """A box that several wires enter from above.

    Attributes:
        count: the number of wires.
        trunk: height of their common end; 0 for a box, on which they end side by side.
    """

    count: int
    trunk: float

    @property
    def height(self) -> float:
        """From the lowest box before it down to its top."""
        return _BAND + _FAN + _FAN_STEP * min(self.count, _MOST_STEPS) + self.trunk


def fan_in(body: Body, count: int) -> FanIn | None:
    """The fan of a body that ``count`` wires enter from above; None for none."""
    if count < 2 or body.inside is not None or body.extent.lead:
        return None
    return FanIn(count, _TRUNK if body.is_circle else 0.0)


def fanned(
    wires: Sequence[Wire], fan: FanIn, target: Point, width: float, boxes: Iterable[Area]
) -> dict[int, Wire]:
    """The wires fanned in, by their index; those that would run through a box are missing.

    Args:
        wires: into one target, along the splines of Graphviz.
        fan: of the target.
        target: the middle of its upper side.
        width: of the target.
        boxes: all boxes, in the wires' coordinates.
    """
    boxes = tuple(boxes)
    top = target[1] - fan.height
    order = sorted(range(len(wires)), key=lambda index: cut_below(wires[index].points, top)[-1][0])
    pitch = 0.0 if fan.trunk else min(_PITCH, (width - _PITCH) / len(wires))
    result: dict[int, Wire] = {}
    for place, index in enumerate(order):
        x = target[0] + (place - (len(wires) - 1) / 2) * pitch
        start, curve = _course(wires[index].points, top, (x, target[1]), fan.trunk, boxes)
        if not _runs_through(curve, boxes):
            label = LabelPosition(start + LABEL_GAP, top + _BAND / 2 + BASELINE, "start")
            result[index] = msgspec.structs.replace(wires[index], points=curve, label=label)
    return result


def calmed(wire: Wire, boxes: Sequence[Area]) -> Wire:
    """The wire without its swing up and down, if it has one and a plain bend is clear."""
    points = wire.points
    heights = [y for _, y in samples(points)]
    (x, y), (end_x, end_y) = points[0], points[-1]
    if all(b > a - _SWING for a, b in pairwise(heights)) and max(heights) < end_y + 1.0:
        return wire
    middle = (y + end_y) / 2
    bend = ((x, y), (x, middle), (end_x, middle), (end_x, end_y))
    clear = not _runs_through(bend, boxes)
    return msgspec.structs.replace(wire, points=bend) if clear else wire


def _course(
    spline: tuple[Point, ...], top: float, end: Point, trunk: float, boxes: Sequence[Area]
) -> tuple[float, tuple[Point, ...]]:
    """X of the straight part, and the whole curve."""
    first = spline[0]
    way: tuple[Point, ...] = as_curves((first, (first[0], top)))
    if _runs_through(way, boxes):
        way = cut_below(spline, top)
    x = way[-1][0]
    bend, low = top + _BAND, end[1] - trunk
    middle = (bend + low) / 2
    curve = (*extended(way, (x, bend)), (x, middle), (end[0], middle), (end[0], low))
    return x, extended(curve, end) if trunk else curve


def _runs_through(curve: tuple[Point, ...], boxes: Iterable[Area]) -> bool:
    """True if the curve meets the inside of a box; only boxes beside its points are looked at."""
    xs, ys = [x for x, _ in curve], [y for _, y in curve]
    bounds = Area(min(xs) - _CLEAR, min(ys), max(xs) + _CLEAR, max(ys))
    near = [box for box in boxes if box.meets(bounds)]
    if not near:
        return False
    points = list(samples(curve))
    return any(
        box.left - _CLEAR < x < box.right + _CLEAR and box.top + 1.0 < y < box.bottom - 1.0
        for box in near
        for x, y in points
    )
