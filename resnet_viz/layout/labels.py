"""Positions and extents of shape labels beside wires."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.attach import Body
from resnet_viz.layout.metrics import BASELINE, DOT_LEAD, LABEL_GAP
from resnet_viz.layout.types import LabelPosition, Point, Wire

LabelWidth: TypeAlias = Callable[[TensorRef], float]
"""The width of a tensor's label in pixels."""


def label_before(target: Body, start: Point, end: Point, *, in_frame: bool) -> LabelPosition:
    """Beside a straight run that ends on ``target``: left of an entry dot, else right."""
    if target.node.kind == "block":
        return LabelPosition(end[0] - LABEL_GAP, end[1] - DOT_LEAD + BASELINE, "end")
    middle = (start[1] + end[1]) / 2 + BASELINE
    if target.inside is not None and not in_frame:
        return LabelPosition(end[0] - LABEL_GAP, middle, "end")
    return LabelPosition(end[0] + LABEL_GAP, middle, "start")


def label_of_side_input(corner: Point) -> LabelPosition:
    """Above the run of a side input, right of the corner where it turns to its target."""
    return LabelPosition(corner[0] + LABEL_GAP, corner[1] - LABEL_GAP, "start")


def label_left(wire: Wire, label_width: LabelWidth) -> float:
    """Leftmost x of the wire's label; 0 if there is none left of the wire."""
    if wire.label is None or wire.label.anchor == "start":
        return 0.0
    return wire.label.x - label_width(wire.link.tensor)


def label_right(wire: Wire, label_width: LabelWidth) -> float:
    """Rightmost x of the wire's label; 0 if there is none right of the wire."""
    if wire.label is None or wire.label.anchor == "end":
        return 0.0
    return wire.label.x + label_width(wire.link.tensor)
