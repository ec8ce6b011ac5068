"""Items of wires: tensors with their shapes, and the paths of shortcuts in open blocks."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from resnet_viz.analysis.structure.types import Shortcut, Structure
from resnet_viz.drawing.content import ContentWriter
from resnet_viz.drawing.display_list import (
    FAR,
    MID_NEAR,
    NEAR,
    Circle,
    DrawnTensor,
    EdgeLink,
    Item,
    Mark,
    Path,
    Point,
    Sign,
    Target,
    Text,
)
from resnet_viz.drawing.marks import (
    ARROW,
    arrowhead,
    before_end,
    bounds_of,
    curved,
    longest_middle,
    rounded,
    shortened,
)
from resnet_viz.drawing.signs import sign_of_shortcut, signs_of_shape, signs_of_stroke
from resnet_viz.drawing.strokes import Stroke, sign_marks, stroke_of
from resnet_viz.drawing.targets import target_of
from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.polylines import point_on_cubic
from resnet_viz.layout.types import Node, Wire


class DrawnWires(msgspec.Struct, frozen=True):
    """The items of all wires with their ends and tensors."""

    items: tuple[Item, ...]
    links: tuple[EdgeLink, ...]
    tensors: dict[str, DrawnTensor]


class Wires:
    """Draws the items of wires."""

    def __init__(
        self,
        structure: Structure,
        writer: ContentWriter,
        shapes: dict[TensorRef, str],
        nodes: dict[str, Node],
        *,
        weighted: bool = False,
    ) -> None:
        self._structure = structure
        self._writer = writer
        self._shapes = shapes
        self._nodes = nodes
        self._widths = _widths(structure) if weighted else {}
        self._targets: dict[TensorRef, dict[str, int]] = {}  # in topological order
        for number, edge in enumerate(structure.graph.edges):
            self._targets.setdefault(edge.source, {})[edge.target] = number

    def draw(self, wires: Iterable[Wire]) -> DrawnWires:
        """The items of ``wires``, ids made unique."""
        items: list[Item] = []
        links: list[EdgeLink] = []
        tensors: dict[str, DrawnTensor] = {}
        used: dict[str, int] = {}
        for wire in wires:
            item = self._item(wire, used)
            items.append(item)
            links.append(EdgeLink(item.id, wire.link.source, wire.link.target))
            if item.target is not None and item.target.kind == "edge":
                tensors[item.target.id] = DrawnTensor(wire.link.tensor, self._consumers(wire))
        return DrawnWires(tuple(items), tuple(links), tensors)

    def _consumers(self, wire: Wire) -> tuple[str, ...]:
        """The calls behind the wire's end that consume the tensor."""
        consumers = self._targets.get(wire.link.tensor, {})
        node = self._nodes.get(wire.link.target)
        if node is None:
            return tuple(consumers)
        return tuple(sorted(filter(consumers.__contains__, node.calls), key=consumers.__getitem__))

    def _item(self, wire: Wire, used: dict[str, int]) -> Item:
        shortcut = self._structure.shortcuts_by_id.get(wire.link.shortcut)
        tensor = wire.link.tensor
        name = f"{tensor.call}:{tensor.output}|{wire.link.source}|{wire.link.target}"
        count = used[name] = used.get(name, 0) + 1
        edge = name if count == 1 else f"{name}#{count}"
        target = Target("shortcut", shortcut.id) if shortcut is not None else Target("edge", edge)
        marks = self._marks(wire, shortcut)
        line = flattened(wire.points) if wire.curved else wire.points
        bounds = bounds_of(line, grown=8)
        text = self._label(wire)
        if text is not None:
            width = len(text.text) * 8.0
            left = text.x - (width if text.anchor == "end" else 0.0)
            bounds = bounds.union(
                bounds_of(((left, text.y - 11), (left + width, text.y + 4)), grown=1)
            )
        return Item(
            id=f"wire:{edge}",
            kind="shortcut" if shortcut is not None else "edge",
            target=target,
            also=self._ends(wire),
            bounds=bounds,
            hit=line,
            title=self._tip(wire, shortcut),
            marks=tuple(marks),
            group=shortcut.block if shortcut is not None else None,
            level=3 if shortcut is not None else 2,
            signs=self._signs(wire, shortcut, "" if text is None else text.text),
        )

    def _signs(self, wire: Wire, shortcut: Shortcut | None, label: str) -> tuple[Sign, ...]:
        lines: tuple[Sign, ...] = (Sign("edge"),)
        if shortcut is not None:
            lines = (sign_of_shortcut(shortcut),)
            if _has_sign(wire, shortcut):
                lines += signs_of_stroke(stroke_of(shortcut))
        dot = (Sign("dot"),) if wire.dot is not None else ()
        weighted = (Sign("weighted"),) if wire.link.tensor in self._widths else ()
        return (*lines, *dot, *weighted, *signs_of_shape(label))

    def _ends(self, wire: Wire) -> tuple[Target, ...]:
        keys = (wire.link.source, wire.link.target)
        ends = [target_of(self._nodes[key]) for key in keys if key in self._nodes]
        shortcut = self._structure.shortcuts_by_id.get(wire.link.shortcut)
        if shortcut is not None and shortcut.block is not None:
            ends.append(Target("group", shortcut.block))
        return tuple(dict.fromkeys(ends))

    def _marks(self, wire: Wire, shortcut: Shortcut | None) -> list[Mark]:
        color = "edge" if shortcut is None else "shortcut"
        stroke = stroke_of(shortcut) if shortcut is not None else Stroke()
        if wire.wraps and shortcut is None:
            stroke = Stroke(width=2.0)
        stroke = self._weighted(wire, stroke)
        points = shortened(wire.points, 5.0) if wire.arrow else wire.points
        radius = 8.0 if shortcut is None else 10.0
        steps = curved(points) if wire.curved else rounded(points, radius)
        marks: list[Mark] = [
            Path(steps, stroke=color, width=1.0, dash=stroke.dash, lod=FAR, role="stroke"),
            Path(steps, color, "", stroke.width, stroke.dash, lod=MID_NEAR, role="stroke"),
        ]
        if wire.arrow:
            size = max(ARROW, 2.2 * stroke.width)
            marks.append(arrowhead(wire.points[-1], before_end(wire.points), color, size=size))
        if wire.wraps and not wire.curved:
            middle, before = longest_middle(wire.points, upward=True)
            tip = (middle[0], middle[1] - 4.0) if before[1] > middle[1] else middle
            marks.append(arrowhead(tip, before, color, size=8.0))
        if shortcut is not None and _has_sign(wire, shortcut):
            marks += sign_marks(stroke, longest_middle(wire.points)[0])
        if wire.dot is not None:
            marks.append(Circle(*wire.dot, 3, fill="shortcut", lod=NEAR, role="stroke"))
        label = self._label(wire)
        if label is not None:
            marks.append(label)
        return marks

    def _weighted(self, wire: Wire, stroke: Stroke) -> Stroke:
        width = self._widths.get(wire.link.tensor)
        return stroke if width is None else msgspec.structs.replace(stroke, width=width)

    def _label(self, wire: Wire) -> Text | None:
        spot = wire.label
        if spot is None:
            return None
        text = self._shapes[wire.link.tensor]
        if not text:
            return None
        return Text(
            spot.x, spot.y, text, 11, "text-2", anchor=spot.anchor, tabular=True, role="stroke"
        )

    def _tip(self, wire: Wire, shortcut: Shortcut | None) -> str:
        if shortcut is not None:
            return self._writer.tips.of_shortcut(shortcut)
        tensor = wire.link.tensor
        drawn = self._structure.graph.tensor(tensor)
        consumers = ", ".join(self._consumers(wire)) or "output of the model"
        shape = self._writer.shape(drawn.shape)
        return f"{shape} {drawn.dtype or ''}: {tensor.call} → {consumers}"


def _has_sign(wire: Wire, shortcut: Shortcut) -> bool:
    """True if the wire is the shortcut's main run, not a step between its boxes, and no curve."""
    is_main = not shortcut.calls or (wire.dot is not None and len(wire.points) > 3)
    return is_main and not wire.curved


_THINNEST = 1.0
_WIDEST = 6.0


def _widths(structure: Structure) -> dict[TensorRef, float]:
    """Line width of each tensor: its square grows with the tensor's number of values."""
    sizes: dict[TensorRef, int] = {}
    for call in structure.graph.calls:
        for output, tensor in enumerate(call.outputs):
            if tensor.shape is not None and None not in tensor.shape[1:]:
                sizes[TensorRef(call.id, output)] = math.prod(n or 1 for n in tensor.shape[1:])
    most = max(sizes.values(), default=1)
    return {
        ref: _THINNEST + (_WIDEST - _THINNEST) * math.sqrt(size / most)
        for ref, size in sizes.items()
    }


def flattened(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Cubic pieces as a polyline that is near enough for the pointer."""
    pieces = (points[start : start + 4] for start in range(0, len(points) - 3, 3))
    samples = (point_on_cubic(piece, step / 6) for piece in pieces for step in range(1, 7))
    return (points[0], *samples)
