"""Placement of shape labels beside curves, clear of boxes, other labels and most lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import ceil, dist

import msgspec

from resnet_viz.layout.labels import LabelWidth
from resnet_viz.layout.metrics import BASELINE, LABEL_GAP
from resnet_viz.layout.polylines import point_on_cubic, point_on_curve
from resnet_viz.layout.types import LabelPosition, Point, Wire

_CELL = 16.0
"""Side of a square of the spatial hash."""
_SHARES = (0.5, 0.35, 0.65, 0.2, 0.8, 0.42, 0.58, 0.27, 0.73, 0.12, 0.88)
"""Positions along a wire, as shares of its pieces, in the order in which they are tried."""
_ABOVE = 6.0
_BELOW = 13.0
"""Baselines of labels from a line that runs below or above them."""
_PITCH = 5.0
"""Pixels between two samples of a cubic piece: less than a label is high."""
_MOST_STEPS = 400


class Area(msgspec.Struct, frozen=True):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """True if the two overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def spread_labels(
    wires: Sequence[Wire], boxes: Iterable[Area], label_width: LabelWidth
) -> list[Wire]:
    """The wires, with their labels moved to where they can be read.

    Args:
        wires: curved ones, with the label at its preferred position.
        boxes: rectangles that labels must not touch.
        label_width: measures labels.
    """
    occupied = _Occupied(wires, boxes)
    result: list[Wire] = []
    for wire in wires:
        if wire.label is None:
            result.append(wire)
            continue
        width = label_width(wire.link.tensor)
        best, least = wire.label, float("inf")
        for rank, position in enumerate(_candidates(wire, wire.label)):
            cost = occupied.cost(_area(position, width)) + 0.1 * rank
            if cost < least:
                best, least = position, cost
            if least < 1.0:
                break
        occupied.add(_area(best, width))
        result.append(msgspec.structs.replace(wire, label=best))
    return result


class _Occupied:
    """Spatial hash of obstacles: boxes and labels by area, lines by sampled points."""

    def __init__(self, wires: Sequence[Wire], boxes: Iterable[Area]) -> None:
        self._areas: dict[tuple[int, int], list[Area]] = {}
        self._points: dict[tuple[int, int], list[Point]] = {}
        for box in boxes:
            self.add(box)
        for wire in wires:
            for point in samples(wire.points):
                self._points.setdefault(_square(point), []).append(point)

    def add(self, area: Area) -> None:
        for square in _squares(area):
            self._areas.setdefault(square, []).append(area)

    def cost(self, area: Area) -> float:
        """100 for each box or label met, 1 for each sample of a line that runs through."""
        met: set[tuple[float, float]] = set()
        through = 0
        for square in _squares(area):
            for other in self._areas.get(square, ()):
                if area.meets(other):
                    met.add((other.left, other.top))
            for x, y in self._points.get(square, ()):
                through += area.left <= x <= area.right and area.top <= y <= area.bottom
        return 100.0 * len(met) + through


def _candidates(wire: Wire, preferred: LabelPosition) -> Iterator[LabelPosition]:
    """The preferred position, the same on the other side, then along the wire on both sides."""
    yield preferred
    if preferred.anchor == "end":
        yield LabelPosition(preferred.x + 2 * LABEL_GAP, preferred.y, "start")
    else:
        yield LabelPosition(preferred.x - 2 * LABEL_GAP, preferred.y, "end")
    for share in _SHARES:
        x, y = point_on_curve(wire.points, share)
        yield LabelPosition(x + LABEL_GAP, y + BASELINE, "start")
        yield LabelPosition(x - LABEL_GAP, y + BASELINE, "end")
    for share in _SHARES:  # beside a line that is rather flat, above and below it
        x, y = point_on_curve(wire.points, share)
        for height in (y - _ABOVE, y + _BELOW):
            yield LabelPosition(x, height, "start")
            yield LabelPosition(x, height, "end")


def _area(position: LabelPosition, width: float) -> Area:
    left = position.x if position.anchor == "start" else position.x - width
    return Area(left - 2.0, position.y - 10.0, left + width + 2.0, position.y + 3.0)


def samples(points: Sequence[Point]) -> Iterator[Point]:
    """Points of a piecewise cubic, closer to each other than a label is high."""
    for start in range(0, len(points) - 3, 3):
        piece = points[start : start + 4]
        length = sum(dist(a, b) for a, b in pairwise(piece))
        steps = min(_MOST_STEPS, max(2, ceil(length / _PITCH)))
        for step in range(steps):
            yield point_on_cubic(piece, step / steps)


def _square(point: Point) -> tuple[int, int]:
    return int(point[0] // _CELL), int(point[1] // _CELL)


def _squares(area: Area) -> Iterator[tuple[int, int]]:
    for column in range(int(area.left // _CELL), int(area.right // _CELL) + 1):
        for row in range(int(area.top // _CELL), int(area.bottom // _CELL) + 1):
            yield column, row
