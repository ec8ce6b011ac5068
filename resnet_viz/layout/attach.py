"""Attachment of wires to nodes: extents, and points at which tensors enter and leave."""

from __future__ import annotations

import msgspec

from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.metrics import (
    ARC_LANE,
    CIRCLE,
    DOT_LEAD,
    FRAME_HEAD,
    FRAME_PAD,
    LANE_STEP,
    LEAK_X,
    STEM,
)
from resnet_viz.layout.types import ContainerLayout, Extent, Node, Size, Wire


class Body(msgspec.Struct, frozen=True):
    """A child ready to be placed.

    Attributes:
        node: the node.
        size: of its own box.
        extent: of the box with its arcs, dot and circle.
        inside: of an open block; None otherwise.
    """

    node: Node
    size: Size
    extent: Extent
    inside: ContainerLayout | None = None

    @property
    def key(self) -> str:
        """The node's key."""
        return self.node.key

    @property
    def is_circle(self) -> bool:
        """True if arcs end on it from the right at half its height."""
        return self.node.kind == "join"

    @property
    def ends_in_circle(self) -> bool:
        """True if its lower end is a circle."""
        return self.node.kind in ("join", "block")

    def in_x(self, tensor: TensorRef) -> float:
        """X, from the axis, at which the tensor enters on top."""
        return _port(self.inside.entries, tensor, 0) if self.inside else 0.0

    def out_x(self, tensor: TensorRef) -> float:
        """X, from the axis, at which the tensor leaves below."""
        if self.leaks(tensor):
            return -LEAK_X
        return _port(self.inside.exits, tensor, -1) if self.inside else 0.0

    def side_y(self, tensor: TensorRef) -> float | None:
        """Y, from the top, at which the tensor enters from the right; None if it enters on top."""
        if self.inside is not None:
            for wire in self.inside.entries:
                if wire.link.tensor == tensor and is_side_entry(wire):
                    return FRAME_HEAD + wire.points[0][1]
        elif self.node.entry is not None and tensor != self.node.entry:
            return self.extent.lead + DOT_LEAD
        return None

    def leaks(self, tensor: TensorRef) -> bool:
        """True if the tensor leaves a closed block from its inside, before its circle."""
        return self.node.exit is not None and tensor != self.node.exit

    @property
    def card_bottom(self) -> float:
        """Y, from the top, of the lower side of a closed block's card."""
        return self.extent.lead + self.size.height

    @property
    def side_x(self) -> float:
        """X, from the axis, of the side at which side inputs enter."""
        return self.extent.right if self.inside is not None else self.size.width / 2


def is_side_entry(wire: Wire) -> bool:
    """True if a wire from the border comes in from the right, not from the top."""
    return wire.points[0][1] != 0.0 and wire.dot is None


def _port(wires: tuple[Wire, ...], tensor: TensorRef, end: int) -> float:
    for wire in wires:
        if wire.link.tensor == tensor:
            return wire.points[end][0]
    return 0.0


def body_of(node: Node, size: Size, inside: ContainerLayout | None) -> Body:
    """The node with its extent, ready to be placed in a container."""
    half = size.width / 2
    if node.kind == "block":
        lanes = ARC_LANE + LANE_STEP * (len(node.shortcuts) - 1)
        extent = Extent(half, half + lanes, DOT_LEAD, DOT_LEAD + size.height + STEM + CIRCLE)
    elif inside is not None:
        extent = frame_extent(size, inside)
    else:
        extent = Extent(half, half, 0.0, size.height)
    return Body(node, size, extent, inside)


def frame_extent(header: Size, inside: ContainerLayout) -> Extent:
    """The extent of an open block around its inside, wide enough for its header."""
    left = max(inside.left + FRAME_PAD, header.left)
    right = max(inside.right + FRAME_PAD, header.width)
    return Extent(left, right, 0.0, FRAME_HEAD + inside.height)
