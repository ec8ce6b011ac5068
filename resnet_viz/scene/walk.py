"""Arrow-key navigation through a picture: along edges, and between columns."""

from __future__ import annotations

from math import hypot
from typing import Final, Literal, TypeAlias

from resnet_viz.drawing.display_list import DisplayList, Item, Rect, Target

Direction: TypeAlias = Literal["up", "down", "left", "right"]

_STOPS: Final = {"card": 0, "frame": 1, "join": 2}
"""Kinds of items that a walk stops at; the lowest stands for a target with several items."""


class Walk:
    """Finds the target that an arrow key leads to in one display list."""

    def __init__(self, display_list: DisplayList) -> None:
        self._list = display_list
        self._stops: dict[Target, Item] = {}
        for item in display_list.items:
            if item.target is None or item.kind not in _STOPS:
                continue
            known = self._stops.get(item.target)
            if known is None or _STOPS[item.kind] < _STOPS[known.kind]:
                self._stops[item.target] = item
        self._after: dict[Target, list[Target]] = {}
        self._before: dict[Target, list[Target]] = {}
        self._ends: dict[str, tuple[Target | None, Target | None]] = {}
        self._read_links()

    def _read_links(self) -> None:
        items = self._list.by_id
        # Edges come before shortcuts, so that "down" prefers the working branch.
        links = sorted(self._list.links, key=lambda link: items[link.item].kind == "shortcut")
        for link in links:
            source, target = self._stop_of(link.source), self._stop_of(link.target)
            self._ends[link.item] = (source, target)
            if source is None or target is None or source == target:
                continue
            self._after.setdefault(source, []).append(target)
            self._before.setdefault(target, []).append(source)

    def _stop_of(self, item_id: str) -> Target | None:
        """The stop that an edge's end belongs to; the group's, if the end is only decoration."""
        item = self._list.by_id.get(item_id)
        if item is None:
            return None
        if item.target in self._stops:
            return item.target
        around = Target("group", item.group) if item.group else None
        return around if around in self._stops else None

    def item(self, target: Target) -> Item | None:
        """The item that stands for a target and gets the focus ring."""
        stop = self._stops.get(target)
        if stop is not None:
            return stop
        items = [self._list.by_id[item_id] for item_id in self._list.by_target.get(target, ())]
        # A call inside a closed block: the block's card stands for it.
        return next((item for item in items if item.kind in _STOPS), items[0] if items else None)

    @property
    def start(self) -> Target | None:
        """The stop at which a walk begins: one that no edge leads to."""
        for target in self._stops:
            if target not in self._before:
                return target
        return next(iter(self._stops), None)

    def step(self, start: Target | None, direction: Direction) -> Target | None:
        """The target that an arrow key leads to from ``start``; None if there is none."""
        here = self.item(start) if start else None
        if start is None or here is None:
            return self.start
        start = here.target or start
        if direction in {"left", "right"}:
            return self._beside(here, 1 if direction == "right" else -1)
        if here.kind in {"edge", "shortcut"}:
            source, target = self._ends.get(here.id, (None, None))
            return target if direction == "down" else source
        if direction == "down":
            inside = self._first_inside(here) if here.kind in {"frame", "panel"} else None
            return inside or self._onwards(here, start)
        return self._nearest(here, self._before.get(start, [])) or self._around(here)

    def _onwards(self, here: Item, start: Target) -> Target | None:
        """Along an edge, or at the end of an open group along the group's edge."""
        origin: Target | None = start
        while origin is not None:
            following = self._nearest(here, self._after.get(origin, []))
            if following is not None:
                return following
            origin = self._around(self._stops[origin]) if origin in self._stops else None
        return None

    def _nearest(self, here: Item, targets: list[Target]) -> Target | None:
        """The nearest of some stops; of equally near ones the first."""
        x, y = here.bounds.center

        def gap(target: Target) -> float:
            to_x, to_y = self._stops[target].bounds.center
            return hypot(to_x - x, to_y - y)

        return min(targets, key=gap, default=None)

    def _first_inside(self, outer: Item) -> Target | None:
        """The topmost stop inside an open group."""
        area = _area(outer)
        inside = [
            (item.bounds.y, item.bounds.x, target)
            for target, item in self._stops.items()
            if item is not outer and _holds(area, _area(item))
        ]
        return min(inside)[2] if inside else None

    def _around(self, here: Item) -> Target | None:
        """The innermost open group around an item."""
        area = _area(here)
        around = [
            (_area(item).width * _area(item).height, target)
            for target, item in self._stops.items()
            if item.kind == "frame" and item is not here and _holds(_area(item), area)
        ]
        return min(around)[1] if around else None

    def _beside(self, here: Item, sign: int) -> Target | None:
        """The nearest stop on the right (``sign`` 1) or left (-1); height counts double."""
        x, y = here.bounds.center
        best: tuple[float, Target] | None = None
        for target, item in self._stops.items():
            area = _area(item)
            to_x, to_y = area.center
            gap = (area.x - here.bounds.right) if sign > 0 else (here.bounds.x - area.right)
            if gap < 0 or item is here:
                continue
            score = abs(to_x - x) + 2 * abs(to_y - y)
            if best is None or score < best[0]:
                best = (score, target)
        return best[1] if best else None


def _area(item: Item) -> Rect:
    return item.hit if isinstance(item.hit, Rect) else item.bounds


def _holds(outer: Rect, inner: Rect) -> bool:
    return outer.contains((inner.x, inner.y)) and outer.contains((inner.right, inner.bottom))
