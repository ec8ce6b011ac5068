"""A small picture made by hand: a panel, an edge and a block with its shortcut."""

from __future__ import annotations

from resnet_viz.drawing.display_list import (
    FAR,
    MID,
    NEAR,
    Box,
    Circle,
    Close,
    Cubic,
    Dash,
    DisplayList,
    Item,
    Line,
    Move,
    Path,
    Rect,
    Target,
    Text,
)

SEEN = MID | NEAR


def panel(name: str = "conv3_x") -> Item:
    place = Rect(10, 10, 200, 180)
    return Item(
        f"panel:{name}",
        "panel",
        Target("group", name),
        place,
        (
            Box(place, 10, "stage3.fill", "stage3.line", role="body"),
            Text(20, 28, name, 13, "stage3.text", 700),
        ),
        hit=place,
        title=name,
        group=name,
        level=0,
    )


def edge(y: float = 90.0, *, name: str = "in") -> Item:
    return Item(
        f"wire:{name}",
        "edge",
        Target("edge", name),
        Rect(24, y - 30, 66, 30),
        (
            Path((Move(86, y - 30), Line(86, y - 4)), stroke="edge", role="stroke"),
            Path((Move(86, y), Line(82.5, y - 7), Line(89.5, y - 7), Close()), fill="edge",
                 lod=SEEN, role="stroke"),
            Text(79, y - 14, "56×56×64", 11, "text-2", anchor="end", tabular=True, role="stroke"),
        ),
        title="56×56×64",
        group="conv3_x",
        level=2,
    )  # fmt: skip


def block(name: str = "conv3_1", y: float = 90.0, dash: Dash = (5.0, 3.5)) -> tuple[Item, ...]:
    """The items of a closed block: arc, card, circle, dot."""
    place = Rect(24, y, 124, 52)
    me = Target("group", name)
    low = y + 65
    arc = Item(
        f"arc:{name}",
        "shortcut",
        Target("shortcut", f"{name}→"),
        Rect(86, y - 14, 82, 84),
        (
            Path(
                (
                    Move(86, y - 14), Line(157, y - 14),
                    Cubic(162.5, y - 14, 167, y - 9.5, 167, y - 4), Line(167, low - 10),
                    Cubic(167, low - 4.5, 162.5, low, 157, low), Line(97, low),
                ),
                stroke="shortcut", dash=dash, role="stroke",
            ),
        ),
        also=(me,),
        title="projection shortcut",
        group=name,
        level=3,
    )  # fmt: skip
    card = Item(
        f"card:{name}",
        "card",
        me,
        place,
        (
            Box(place, 6, "card", "line-strong", lod=SEEN, role="body"),
            Box(place, 0, "stage3", lod=FAR, role="body"),
            Text(35, y + 15.5, name, 12.5, "text", 600, lod=SEEN),
            Text(140, y + 15.5, "179.8 M", 11, "text-2", anchor="end", tabular=True),
        ),
        hit=place,
        title=f"{name}: 56×56×64 → 28×28×128",
        group=name,
    )
    circle = Item(
        f"circle:{name}",
        "join",
        me,
        Rect(79, low - 7, 14, 14),
        (
            Circle(86, low, 7, "card", "shortcut", lod=SEEN, role="body"),
            Path((Move(82, low), Line(90, low), Move(86, low - 4), Line(86, low + 4)),
                 stroke="shortcut", lod=SEEN, role="stroke"),
        ),
        group=name,
    )  # fmt: skip
    dot = Item(
        f"dot:{name}",
        "dot",
        me,
        Rect(83, y - 17, 6, 6),
        (Circle(86, y - 14, 3, "shortcut", lod=SEEN, role="stroke"),),
        group=name,
    )
    return arc, card, circle, dot


def picture(*more: Item) -> DisplayList:
    items = (panel(), edge(), *block(), *more)
    return DisplayList(Rect(0, 0, 220, 200), tuple(sorted(items, key=lambda item: item.level)))
