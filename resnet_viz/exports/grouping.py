"""Bundles of display list items, one for each block where the drawing order allows it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

import msgspec

from resnet_viz.drawing.display_list import DisplayList, Item, Rect

_SQUARE: Final = 256.0
_TOUCH: Final = 0.5
"""Pixels by which bounds may overlap without one drawing over the other: a touching border."""


class Bundle(msgspec.Struct, frozen=True):
    """Items that are drawn one after another.

    Attributes:
        group: id of the group they are drawn for; None for a single item.
        items: in drawing order.
    """

    group: str | None
    items: tuple[Item, ...]

    @property
    def primary(self) -> Item | None:
        """The group's own card, frame or panel."""
        for item in self.items:
            if item.kind in {"card", "frame", "panel"} and stands_for(item, self.group):
                return item
        return None


def stands_for(item: Item, group: str | None) -> bool:
    """True if a click on the item selects the group."""
    target = item.target
    return target is not None and target.kind == "group" and target.id == group


class _Grid:
    """Spatial index: items by the grid squares that they touch, in a grid for each size of items.

    The squares of an item's grid are no smaller than the item, so that it touches four at most.
    """

    def __init__(self, items: tuple[Item, ...]) -> None:
        self._items = items
        self._grids: dict[float, dict[tuple[int, int], list[int]]] = {}
        for index, item in enumerate(items):
            side = _SQUARE
            while side < max(item.bounds.width, item.bounds.height):
                side *= 2
            grid = self._grids.setdefault(side, {})
            for square in _squares(item.bounds, side):
                grid.setdefault(square, []).append(index)

    def is_free(self, bounds: Rect, low: int, high: int, allowed: set[int]) -> bool:
        """True if no item between ``low`` and ``high`` but those allowed overlaps ``bounds``."""
        return not any(
            index not in allowed and _overlap(bounds, self._items[index].bounds)
            for index in self._near(bounds, low, high)
        )

    def _near(self, bounds: Rect, low: int, high: int) -> Iterator[int]:
        """Indices, both ends excluded, of the items in the squares that ``bounds`` touches."""
        for side, grid in self._grids.items():
            wide, tall = bounds.width // side + 2, bounds.height // side + 2
            if wide * tall > high - low:  # fewer items than squares
                yield from range(low + 1, high)
                return
            for square in _squares(bounds, side):
                indices = grid.get(square, ())
                yield from indices[bisect_right(indices, low) : bisect_left(indices, high)]


def _squares(bounds: Rect, side: float) -> Iterator[tuple[int, int]]:
    for column in range(int(bounds.x // side), int(bounds.right // side) + 1):
        for row in range(int(bounds.y // side), int(bounds.bottom // side) + 1):
            yield column, row


def bundles(display_list: DisplayList) -> tuple[Bundle, ...]:
    """All items in an order that looks the same, with those of a closed block together.

    A block's card, arc, dot and join lie on different levels, with other items in between. Those
    that overlap nothing in between move up to the last of them.
    """
    items = display_list.items
    members_of: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        if item.group is not None:
            members_of.setdefault(item.group, []).append(index)
    grid = _Grid(items)
    bundled: dict[int, list[int]] = {}  # index of the last item -> indices of its bundle
    moved: set[int] = set()
    for group, members in members_of.items():
        is_closed = len(members) > 1 and any(stands_for(items[index], group) for index in members)
        together = _movable(items, members, grid) if is_closed else []
        if len(together) > 1:
            bundled[together[-1]] = together
            moved.update(together[:-1])
    return tuple(
        _bundle(items, bundled.get(index, [index]))
        for index in range(len(items))
        if index not in moved
    )


def _bundle(items: tuple[Item, ...], indices: list[int]) -> Bundle:
    members = tuple(items[index] for index in indices)
    return Bundle(members[-1].group if len(members) > 1 else None, members)


def _movable(items: tuple[Item, ...], members: list[int], grid: _Grid) -> list[int]:
    """The members that can be drawn together with the last one."""
    last = members[-1]
    together = {last}
    for index in reversed(members[:-1]):
        if grid.is_free(items[index].bounds, index, last, together):
            together.add(index)
    return sorted(together)


def _overlap(a: Rect, b: Rect) -> bool:
    return (
        a.x < b.right - _TOUCH
        and b.x < a.right - _TOUCH
        and a.y < b.bottom - _TOUCH
        and b.y < a.bottom - _TOUCH
    )
