"""Types of layout: visible nodes, their sizes, wires, positions.

Coordinates are pixels at 100 %, y downwards. A node hangs on its *axis*: the vertical line on which
tensors enter and leave it. Its extent to the left and to the right of the axis may differ, because
arcs run on the right only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from resnet_viz.analysis.structure.types import ItemRef
from resnet_viz.graph.types import TensorRef

Point: TypeAlias = tuple[float, float]

NodeKind: TypeAlias = Literal[
    "root",
    "panel",  # an open stage
    "stage",  # a closed stage
    "frame",  # an open block
    "block",  # a closed block with a shortcut: dot, card, arc, circle
    "card",  # a closed block without a shortcut, a unit, a call
    "op",  # a call, or a unit inside an open block
    "join",  # a circle
    "fold",  # a run of equal groups
]


class Node(msgspec.Struct, frozen=True):
    """A visible node: a box, a circle, or a container with its children.

    Attributes:
        key: unique and stable: kind and id.
        ref: the group or call it stands for (the first group of a fold, the join of a circle).
        calls: all calls that it stands for.
        children: what is visible inside a container, in topological order.
        shortcuts: ids of the shortcuts that a closed block shows.
        folded: ids of the groups behind a fold.
        entry: the tensor that enters a closed block at its dot; others enter from the side.
        exit: the tensor that leaves a closed block below its circle; others leave from its card.
    """

    key: str
    kind: NodeKind
    ref: ItemRef
    calls: tuple[str, ...]
    children: tuple[Node, ...] = ()
    shortcuts: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    entry: TensorRef | None = None
    exit: TensorRef | None = None


class Size(msgspec.Struct, frozen=True):
    """Size of a node's own box.

    Attributes:
        width, height: of the card of a closed block, a circle, a card; for a panel the least
            width that its header needs; for a frame the least extent to the right of its axis.
        left: for a frame, and for a panel through whose header a tensor comes, the least extent
            to the left of its axis.
    """

    width: float
    height: float
    left: float = 0.0


class Sizes(msgspec.Struct, frozen=True):
    """All measurements that layout needs.

    Attributes:
        nodes: by node key.
        label: the width of the shape label of a tensor.
    """

    nodes: dict[str, Size]
    label: Callable[[TensorRef], float]


class Extent(msgspec.Struct, frozen=True):
    """Extent of a node around its axis.

    Attributes:
        left, right: from the axis.
        lead: from the node's top (where its entry dot is) to the top of its card.
        height: from the node's top to its end, below the circle of a closed block.
    """

    left: float
    right: float
    lead: float
    height: float


class Link(msgspec.Struct, frozen=True, order=True):
    """One tensor between two children of a container.

    Attributes:
        source, target: keys of children, or "" for the container's border.
        tensor: the tensor.
        shortcut: id of the shortcut on whose path it lies, or "".
    """

    source: str
    target: str
    tensor: TensorRef
    shortcut: str = ""


class LabelPosition(msgspec.Struct, frozen=True):
    """Position of a shape label: (x, y) on its baseline, at its start or its end."""

    x: float
    y: float
    anchor: Literal["start", "end"]


class Wire(msgspec.Struct, frozen=True):
    """A link with its path.

    Attributes:
        link: the tensor and its ends.
        points: corners of an orthogonal path, or control points of cubic curves (start, then
            three for each curve).
        curved: whether ``points`` are those of curves.
        arrow: whether the end has an arrowhead.
        label: position of the shape; None if another wire of the tensor has it.
        dot: point at which a shortcut parts from the line; None if nothing parts here.
        wraps: whether it goes from column to column: stronger, with an arrow at half height.
    """

    link: Link
    points: tuple[Point, ...]
    curved: bool = False
    arrow: bool = True
    label: LabelPosition | None = None
    dot: Point | None = None
    wraps: bool = False


class NodePosition(msgspec.Struct, frozen=True):
    """Position of a node in its container: x of its axis, y of its top."""

    x: float
    y: float


class ContainerLayout(msgspec.Struct, frozen=True):
    """Layout inside a container, around the axis x = 0, from y = 0 where tensors enter.

    Attributes:
        positions: of the children, by key.
        wires: between children.
        entries: wires from the border (their first point is on it, at y = 0), the main one of
            each tensor first.
        exits: wires to the border (their last point is on it, at y = height).
        left, right, height: the extent of all of it.
    """

    positions: dict[str, NodePosition]
    wires: tuple[Wire, ...]
    entries: tuple[Wire, ...]
    exits: tuple[Wire, ...]
    left: float
    right: float
    height: float


class PlacedNode(msgspec.Struct, frozen=True):
    """A node with its position in the picture.

    Attributes:
        node: the node.
        axis: x of its axis.
        top: y of its top (of its entry dot, if it has one).
        x, y, width, height: its own box (the card of a closed block).
        ports: points at which tensors cross a frame's border.
    """

    node: Node
    axis: float
    top: float
    x: float
    y: float
    width: float
    height: float
    ports: tuple[Point, ...] = ()


class Placement(msgspec.Struct, frozen=True):
    """Positions of all nodes and wires of a picture.

    Attributes:
        nodes: containers before their children.
        wires: all wires, in scene coordinates.
        stubs: wires of the model's outputs, whose last point is free.
        notes: sentences for the reader where the layout is not the usual one.
    """

    nodes: tuple[PlacedNode, ...]
    wires: tuple[Wire, ...]
    stubs: tuple[Wire, ...] = ()
    notes: tuple[str, ...] = ()
