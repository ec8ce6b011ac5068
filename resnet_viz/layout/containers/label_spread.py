"""Shapes beside curves: each goes where it meets no box, no other shape and the fewest lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from resnet_viz.layout.labels import Labeller
from resnet_viz.layout.metrics import BASELINE, LABEL_GAP
from resnet_viz.layout.types import LabelSpot, Point, Wire

_CELL = 16.0
_SHARES = (0.5, 0.35, 0.65, 0.2, 0.8)
_STEPS = 8
"""Samples of a cubic piece."""


class Area(msgspec.Struct, frozen=True):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """Whether the two share some ground."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def spread(wires: Sequence[Wire], boxes: Iterable[Area], labels: Labeller) -> list[Wire]:
    """The wires, with their labels moved to where they can be read.

    Args:
        wires: curved ones, with the label where it should be if nothing is in its way.
        boxes: what labels must not touch.
        labels: knows how wide labels are.
    """
    ground = _Ground(wires, boxes)
    found: list[Wire] = []
    for wire in wires:
        if wire.label is None:
            found.append(wire)
            continue
        width = labels.width(wire.link.tensor)
        best, least = wire.label, float("inf")
        for place, spot in enumerate(_candidates(wire)):
            cost = ground.cost(_area(spot, width)) + 0.1 * place
            if cost < least:
                best, least = spot, cost
            if least < 1.0:
                break
        ground.take(_area(best, width))
        found.append(msgspec.structs.replace(wire, label=best))
    return found


class _Ground:
    """What is in the way, in squares: boxes and labels by area, lines by sampled points."""

    def __init__(self, wires: Sequence[Wire], boxes: Iterable[Area]) -> None:
        self._areas: dict[tuple[int, int], list[Area]] = {}
        self._points: dict[tuple[int, int], list[Point]] = {}
        for box in boxes:
            self.take(box)
        for wire in wires:
            for point in _samples(wire.points):
                self._points.setdefault(_square(point), []).append(point)

    def take(self, area: Area) -> None:
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


def _candidates(wire: Wire) -> Iterator[LabelSpot]:
    """Where it should be, the same on the other side, then along the way on both sides."""
    spot = wire.label
    assert spot is not None
    yield spot
    x = spot.x + (2 * LABEL_GAP if spot.anchor == "end" else -2 * LABEL_GAP)
    yield LabelSpot(x, spot.y, "start" if spot.anchor == "end" else "end")
    for share in _SHARES:
        x, y = along(wire.points, share)
        yield LabelSpot(x + LABEL_GAP, y + BASELINE, "start")
        yield LabelSpot(x - LABEL_GAP, y + BASELINE, "end")


def _area(spot: LabelSpot, width: float) -> Area:
    left = spot.x if spot.anchor == "start" else spot.x - width
    return Area(left - 2.0, spot.y - 10.0, left + width + 2.0, spot.y + 3.0)


def along(points: Sequence[Point], share: float) -> Point:
    """The point on a piecewise cubic at ``share`` of its pieces."""
    pieces = (len(points) - 1) // 3
    place = min(int(share * pieces), pieces - 1)
    return _cubic(points[3 * place : 3 * place + 4], share * pieces - place)


def _cubic(corners: Sequence[Point], t: float) -> Point:
    u = 1.0 - t
    weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
    return (
        sum(w * p[0] for w, p in zip(weights, corners, strict=True)),
        sum(w * p[1] for w, p in zip(weights, corners, strict=True)),
    )


def _samples(points: Sequence[Point]) -> Iterator[Point]:
    for place in range(0, len(points) - 3, 3):
        for step in range(_STEPS):
            yield _cubic(points[place : place + 4], step / _STEPS)


def _square(point: Point) -> tuple[int, int]:
    return int(point[0] // _CELL), int(point[1] // _CELL)


def _squares(area: Area) -> Iterator[tuple[int, int]]:
    for column in range(int(area.left // _CELL), int(area.right // _CELL) + 1):
        for row in range(int(area.top // _CELL), int(area.bottom // _CELL) + 1):
            yield column, row
