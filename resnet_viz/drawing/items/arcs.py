"""Items of arcs beside closed blocks."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.drawing.display_list import FAR, MID_NEAR, Item, Mark, Path, Point, Target
from resnet_viz.drawing.marks import arrowhead, bounds_of, rounded, shortened
from resnet_viz.drawing.signs import sign_of_shortcut, signs_of_stroke
from resnet_viz.drawing.strokes import sign_marks, stroke_of
from resnet_viz.layout.metrics import ARC_LANE, CIRCLE, LANE_STEP
from resnet_viz.layout.types import PlacedNode

RADIUS = 10.0
_NESTED = (0.0, 4.0, -4.0, 6.0, -6.0)


def arc_item(shortcut: Shortcut, placed: PlacedNode, circle: Point, number: int, tip: str) -> Item:
    """The arc of a closed block from its entry dot, on the right, to its circle.

    Args:
        shortcut: the shortcut.
        placed: the block.
        circle: centre of the circle below the card.
        number: 0 for the block's first arc; further ones lie outside and end a little beside it.
        tip: the tooltip's text.
    """
    lane = placed.x + placed.width + ARC_LANE + LANE_STEP * number
    y = circle[1] + _NESTED[number % len(_NESTED)]
    end = (circle[0] + CIRCLE / 2 - abs(y - circle[1]) / 3, y)
    points = ((placed.axis, placed.top), (lane, placed.top), (lane, y), end)
    stroke = stroke_of(shortcut)
    steps = rounded(shortened(points, 5.0), RADIUS)
    marks: list[Mark] = [
        Path(steps, stroke="shortcut", width=1.0, dash=stroke.dash, lod=FAR, role="stroke"),
        Path(
            steps,
            stroke="shortcut",
            width=stroke.width,
            dash=stroke.dash,
            lod=MID_NEAR,
            role="stroke",
        ),
        arrowhead(end, (lane, y), "shortcut"),
    ]
    marks += sign_marks(stroke, (lane, (placed.top + y) / 2))
    block = shortcut.block
    return Item(
        id=f"arc:{shortcut.id}",
        kind="shortcut",
        target=Target("shortcut", shortcut.id),
        also=(Target("group", block),) if block is not None else (),
        bounds=bounds_of(points, grown=8),
        hit=points,
        title=tip,
        marks=tuple(marks),
        group=block,
        level=3,
        signs=(sign_of_shortcut(shortcut), *signs_of_stroke(stroke)),
    )
