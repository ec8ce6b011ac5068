"""Where shapes are written beside wires."""

from __future__ import annotations

from collections.abc import Callable

from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.attach import Body
from resnet_viz.layout.metrics import BASELINE, DOT_LEAD, LABEL_GAP
from resnet_viz.layout.types import LabelSpot, Link, Point, Wire


class Labeller:
    """Finds label places and knows how wide labels are."""

    def __init__(self, width: Callable[[TensorRef], float], *, on_right: bool) -> None:
        self._width = width
        self._on_right = on_right

    def before(self, link: Link, target: Body, start: Point, end: Point) -> LabelSpot:
        """Beside a straight run that ends on ``target``: left of an entry dot, else right."""
        del link
        if target.node.kind == "block":
            return LabelSpot(end[0] - LABEL_GAP, end[1] - DOT_LEAD + BASELINE, "end")
        middle = (start[1] + end[1]) / 2 + BASELINE
        if target.inside is not None and not self._on_right:
            return LabelSpot(end[0] - LABEL_GAP, middle, "end")
        return LabelSpot(end[0] + LABEL_GAP, middle, "start")

    def side(self, link: Link, corner: Point) -> LabelSpot:
        """Beside the lane of a tensor that enters from the side."""
        del link
        return LabelSpot(corner[0] + LABEL_GAP, corner[1] - LABEL_GAP, "start")

    def width(self, tensor: TensorRef) -> float:
        """Width of the tensor's label."""
        return self._width(tensor)

    def left(self, wire: Wire) -> float:
        """Leftmost x of the wire's label (0 if there is none)."""
        if wire.label is None or wire.label.anchor == "start":
            return 0.0
        return wire.label.x - self._width(wire.link.tensor)

    def right(self, wire: Wire) -> float:
        """Rightmost x of the wire's label (0 if there is none)."""
        if wire.label is None or wire.label.anchor == "end":
            return 0.0
        return wire.label.x + self._width(wire.link.tensor)
