"""A small hand-made picture: a panel, an edge and a block with its shortcut."""

from __future__ import annotations

from msgspec.structs import replace

from resnet_viz.drawing.display_list import DisplayList, Item, Rect
from tests.support.pictures import scene_items as parts


def panel() -> Item:
    return parts.panel("conv3_x", "stage3", Rect(10, 10, 200, 180))


def edge(y: float = 90.0, *, name: str = "in") -> Item:
    return replace(parts.edge(name, ((86, y - 30), (86, y))), group="conv3_x")


def block(name: str = "conv3_1", y: float = 90.0, *, dashed: bool = True) -> tuple[Item, ...]:
    """The items of a closed block: arc, card, join, dot."""
    return (
        parts.arc(name, 86, y - 14, dashed=dashed),
        parts.card(name, "stage3", 24, y),
        parts.join(name, 86, y + 65),
        parts.dot(name, 86, y - 14),
    )


def picture(*more: Item) -> DisplayList:
    items = (panel(), edge(), *block(), *more)
    return DisplayList(Rect(0, 0, 220, 200), tuple(sorted(items, key=lambda item: item.level)))
