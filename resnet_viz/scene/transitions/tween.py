"""Interpolation of items between two pictures."""

from __future__ import annotations

from msgspec.structs import replace

from resnet_viz.drawing.display_list import (
    Box,
    Circle,
    Close,
    Cubic,
    Item,
    Mark,
    Path,
    Point,
    Rect,
    Step,
    Text,
)
from resnet_viz.drawing.marks import moved_mark

_SAME = 0.01  # pixels


def _mid(start: float, end: float, share: float) -> float:
    return start + (end - start) * share


def rect_between(start: Rect, end: Rect, share: float) -> Rect:
    """The rectangle at ``share`` (0 to 1) of the transition."""
    return Rect(
        _mid(start.x, end.x, share),
        _mid(start.y, end.y, share),
        _mid(start.width, end.width, share),
        _mid(start.height, end.height, share),
    )


def _step_between(start: Step, end: Step, share: float) -> Step:
    if isinstance(start, Cubic) and isinstance(end, Cubic):
        return Cubic(
            _mid(start.x1, end.x1, share),
            _mid(start.y1, end.y1, share),
            _mid(start.x2, end.x2, share),
            _mid(start.y2, end.y2, share),
            _mid(start.x, end.x, share),
            _mid(start.y, end.y, share),
        )
    if isinstance(start, Close) or isinstance(end, Close):
        return end
    return replace(end, x=_mid(start.x, end.x, share), y=_mid(start.y, end.y, share))


def _mark_between(start: Mark, end: Mark, share: float) -> Mark:
    if isinstance(start, Box) and isinstance(end, Box):
        return replace(end, rect=rect_between(start.rect, end.rect, share))
    if isinstance(start, Path) and isinstance(end, Path):
        pairs = zip(start.steps, end.steps, strict=True)
        return replace(end, steps=tuple(_step_between(a, b, share) for a, b in pairs))
    if isinstance(start, Circle) and isinstance(end, Circle):
        radius = _mid(start.radius, end.radius, share)
        x, y = _mid(start.x, end.x, share), _mid(start.y, end.y, share)
        return replace(end, x=x, y=y, radius=radius)
    if isinstance(start, Text) and isinstance(end, Text):
        return replace(end, x=_mid(start.x, end.x, share), y=_mid(start.y, end.y, share))
    return end


def alike(start: Item, end: Item) -> bool:
    """True if both have the same kinds of marks, so that one can turn into the other."""
    if len(start.marks) != len(end.marks):
        return False
    return all(_kinds(a) == _kinds(b) for a, b in zip(start.marks, end.marks, strict=True))


def _kinds(mark: Mark) -> list[type]:
    """The types of a mark and of its steps."""
    return [type(mark), *(type(step) for step in (mark.steps if isinstance(mark, Path) else ()))]


def moved_by(start: Item, end: Item) -> Point | None:
    """The distance (dx, dy) that the item moved if it kept its size and shape, else None."""
    old, new = start.bounds, end.bounds
    if abs(old.width - new.width) > _SAME or abs(old.height - new.height) > _SAME:
        return None
    by = (new.x - old.x, new.y - old.y)
    return None if _bent(start, end, by) else by


def _bent(start: Item, end: Item, by: Point) -> bool:
    """True if a line's points moved otherwise than its bounds did."""
    if not isinstance(start.hit, tuple) or not isinstance(end.hit, tuple):
        return False
    if len(start.hit) != len(end.hit):
        return True
    return any(
        abs(x1 + by[0] - x2) > _SAME or abs(y1 + by[1] - y2) > _SAME
        for (x1, y1), (x2, y2) in zip(start.hit, end.hit, strict=True)
    )


def between(start: Item, end: Item, share: float) -> Item:
    """The item at ``share`` (0 to 1) of the transition between two that are ``alike``."""
    if share >= 1:
        return end
    pairs = zip(start.marks, end.marks, strict=True)
    return replace(
        end,
        bounds=rect_between(start.bounds, end.bounds, share),
        marks=tuple(_mark_between(old, new, share) for old, new in pairs),
    )


def shifted(item: Item, by: Point) -> Item:
    """The item's bounds and marks moved by (dx, dy)."""
    bounds = replace(item.bounds, x=item.bounds.x + by[0], y=item.bounds.y + by[1])
    return replace(item, bounds=bounds, marks=tuple(moved_mark(mark, *by) for mark in item.marks))
