"""Hit testing: the item of a picture at a point."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import hypot, inf
from typing import Final

from resnet_viz.drawing.display_list import Item, Point, Rect

LINE_TOLERANCE: Final = 4.0
"""Distance within which the pointer hits a line, in pixels of the screen."""

_HEADERS: Final = {"frame": 34.0, "panel": 48.0}
"""Height of the header of an open group, where a double-click closes it."""


def distance_to_segment(point: Point, start: Point, end: Point) -> float:
    """Distance from a point to the straight line between two points."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / length))
    return hypot(x - (x1 + share * dx), y - (y1 + share * dy))


def distance_to_line(point: Point, line: tuple[Point, ...]) -> float:
    """Distance from a point to a chain of straight lines; infinite if it has no points."""
    if len(line) == 1:
        return hypot(point[0] - line[0][0], point[1] - line[0][1])
    pairs = pairwise(line)
    return min((distance_to_segment(point, start, end) for start, end in pairs), default=inf)


def distance(item: Item, point: Point) -> float:
    """Distance of a point to the item's hit area: 0 inside, infinite outside a rectangle."""
    if item.hit is None:
        return inf
    if isinstance(item.hit, Rect):
        return 0.0 if item.hit.contains(point) else inf
    return distance_to_line(point, item.hit)


def item_at(candidates: Iterable[Item], point: Point, tolerance: float) -> Item | None:
    """The item at a point.

    Args:
        candidates: items around the point, the one drawn last first.
        point: in scene coordinates.
        tolerance: how far a line may be, in scene units.

    Returns:
        The topmost item whose rectangle holds the point, or the nearest line if lines lie above
        it; of two lines the nearer one wins, whichever was drawn last.
    """
    best: tuple[float, Item] | None = None
    for item in candidates:
        gap = distance(item, point)
        if gap > tolerance:
            continue
        if isinstance(item.hit, Rect):
            return best[1] if best else item
        if best is None or gap < best[0]:
            best = (gap, item)
    return best[1] if best else None


def header(item: Item) -> Rect:
    """Id of the group that a double-click at a point toggles: on a card, or on a frame's header."""
    area = item.hit if isinstance(item.hit, Rect) else item.bounds
    height = _HEADERS.get(item.kind, area.height)
    return Rect(area.x, area.y, area.width, min(height, area.height))


def toggled_group(item: Item, point: Point) -> str | None:
    """The id of the group that a double-click on ``item`` at ``point`` opens or closes."""
    target = item.target
    if target is None or target.kind != "group" or not header(item).contains(point):
        return None
    return target.id
