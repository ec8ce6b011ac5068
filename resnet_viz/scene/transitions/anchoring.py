"""Anchor of a transition: the point that keeps its position on the screen."""

from __future__ import annotations

from math import hypot

from resnet_viz.drawing.display_list import DisplayList, Item, Point, Rect, Target

_PREFERRED = ("card", "frame", "panel", "join")


def held_points(
    old: DisplayList, new: DisplayList, anchor: Target | None, center: Point
) -> tuple[Point, Point] | None:
    """A point of the old picture and its counterpart in the new one.

    Args:
        old: the picture that is shown.
        new: the next picture.
        anchor: must not move, if both show it.
        center: the middle of the visible part of the old picture.

    Returns:
        The two points, or None if the pictures have nothing in common.
    """
    held = anchor if anchor and anchor in old.by_target and anchor in new.by_target else None
    if held is None:
        held = _nearest_common(old, new, center)
    if held is None:
        return None
    return _grip(representative(old, held)), _grip(representative(new, held))


def own_items(display_list: DisplayList, target: Target) -> list[Item]:
    """The items that stand for a target; if none does, those highlighted with it.

    A call inside a closed block has no item of its own: the block's card is highlighted.

    Raises:
        KeyError: the picture does not show the target.
    """
    items = [display_list.by_id[item_id] for item_id in display_list.by_target[target]]
    return [item for item in items if item.target == target] or items


def representative(display_list: DisplayList, target: Target) -> Item:
    """The item that stands for a target best: its card or frame before its arc.

    Raises:
        KeyError: the picture does not show the target.
    """
    own = own_items(display_list, target)
    for kind in _PREFERRED:
        for item in own:
            if item.kind == kind:
                return item
    return own[0]


def _grip(item: Item) -> Point:
    """Top middle: where the tensor enters, in a card as in the frame it opens to."""
    area = item.hit if isinstance(item.hit, Rect) else item.bounds
    return (area.x + area.width / 2, area.y)


def _nearest_common(old: DisplayList, new: DisplayList, center: Point) -> Target | None:
    """The target next to ``center``; cards first, since a panel moves when one in it grows."""
    best: tuple[bool, float, float, Target] | None = None
    for item in old.items:
        target = item.target
        if target is None or item.kind in {"edge", "shortcut"} or target not in new.by_target:
            continue
        area = item.bounds
        dx = max(area.x - center[0], 0.0, center[0] - area.right)
        dy = max(area.y - center[1], 0.0, center[1] - area.bottom)
        around = item.kind in {"frame", "panel"}
        score = (around, hypot(dx, dy), area.width * area.height, target)
        if best is None or score < best:
            best = score
    return best[3] if best else None
