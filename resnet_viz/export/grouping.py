"""Gathers the items of a display list into one bundle a block, where the drawing allows it."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.drawing.display_list import DisplayList, Item, Rect

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
    moved: dict[int, list[int]] = {}  # the last item's place -> all places of its bundle
    gone: set[int] = set()
    for group, members in places.items():
        closed = any(stands_for(items[place], group) for place in members) and len(members) > 1
        together = _movable(items, members) if closed else []
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


def _movable(items: tuple[Item, ...], members: list[int]) -> list[int]:
    """Those of the members that can be drawn together at the place of the last."""
    last = members[-1]
    together = {last}
    for place in reversed(members[:-1]):
        bounds = items[place].bounds
        if not any(
            other not in together and _overlap(bounds, items[other].bounds)
            for other in range(place + 1, last)
        ):
            together.add(place)
    return sorted(together)


def _overlap(one: Rect, other: Rect) -> bool:
    return (
        one.x < other.right - _TOUCH
        and other.x < one.right - _TOUCH
        and one.y < other.bottom - _TOUCH
        and other.y < one.bottom - _TOUCH
    )
