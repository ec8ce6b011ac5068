"""Gathers the items of a display list into one bundle a block, where the drawing allows it."""

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
        group: id of the group they are drawn for; None for an item on its own.
        items: in drawing order.
    """

    group: str | None
    items: tuple[Item, ...]

    @property
    def primary(self) -> Item | None:
        """The item that stands for the group itself: its card, frame or panel."""
        for item in self.items:
            if item.kind in {"card", "frame", "panel"} and stands_for(item, self.group):
                return item
        return None


def stands_for(item: Item, group: str | None) -> bool:
    """Whether a click on the item selects the group."""
    target = item.target
    return target is not None and target.kind == "group" and target.id == group


class _Grid:
    """Items by the squares that they touch, so that neighbours are found without a search."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self._items = items
        self._squares: dict[tuple[int, int], list[int]] = {}
        for place, item in enumerate(items):
            for square in _squares(item.bounds):
                self._squares.setdefault(square, []).append(place)

    def between(self, bounds: Rect, first: int, last: int) -> set[int]:
        """Places after ``first`` and before ``last`` of items that overlap ``bounds``."""
        found: set[int] = set()
        for square in _squares(bounds):
            places = self._squares[square]
            for place in places[bisect_right(places, first) : bisect_left(places, last)]:
                if _overlap(bounds, self._items[place].bounds):
                    found.add(place)
        return found


def _squares(bounds: Rect) -> Iterator[tuple[int, int]]:
    for column in range(int(bounds.x // _SQUARE), int(bounds.right // _SQUARE) + 1):
        for row in range(int(bounds.y // _SQUARE), int(bounds.bottom // _SQUARE) + 1):
            yield column, row


def bundles(display_list: DisplayList) -> tuple[Bundle, ...]:
    """All items in an order that looks the same as theirs, those of a closed block together.

    A block's card, arc, dot and join lie on different levels, with other things between. Those
    that overlap nothing in between are moved up to the last of them.
    """
    items = display_list.items
    places: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        if item.group is not None:
            places.setdefault(item.group, []).append(place)
    grid = _Grid(items)
    moved: dict[int, list[int]] = {}  # the last item's place -> all places of its bundle
    gone: set[int] = set()
    for group, members in places.items():
        closed = any(stands_for(items[place], group) for place in members) and len(members) > 1
        together = _movable(items, members, grid) if closed else []
        if len(together) > 1:
            moved[together[-1]] = together
            gone.update(together[:-1])
    return tuple(
        _bundle(items, moved.get(place, [place]))
        for place in range(len(items))
        if place not in gone
    )


def _bundle(items: tuple[Item, ...], places: list[int]) -> Bundle:
    found = tuple(items[place] for place in places)
    return Bundle(found[-1].group if len(found) > 1 else None, found)


def _movable(items: tuple[Item, ...], members: list[int], grid: _Grid) -> list[int]:
    """Those of the members that can be drawn together at the place of the last."""
    last = members[-1]
    together = {last}
    for place in reversed(members[:-1]):
        if grid.between(items[place].bounds, place, last) <= together:
            together.add(place)
    return sorted(together)


def _overlap(one: Rect, other: Rect) -> bool:
    return (
        one.x < other.right - _TOUCH
        and other.x < one.right - _TOUCH
        and one.y < other.bottom - _TOUCH
        and other.y < one.bottom - _TOUCH
    )
