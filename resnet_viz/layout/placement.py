"""Layout of a whole picture: positions of all visible nodes and wires from a tree and sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.attach import Body, is_side_entry
from resnet_viz.layout.containers.contain import Containers
from resnet_viz.layout.containers.dot_format import DotRunner
from resnet_viz.layout.folding import folded_to_aspect, in_a_row
from resnet_viz.layout.labels import LabelWidth
from resnet_viz.layout.links import Links
from resnet_viz.layout.metrics import BASELINE, FRAME_HEAD, LABEL_GAP
from resnet_viz.layout.polylines import moved, moved_wire
from resnet_viz.layout.routing import Router
from resnet_viz.layout.stages import Panel, columns_of_stages, in_columns, in_one_column
from resnet_viz.layout.types import (
    LabelPosition,
    Link,
    Node,
    PlacedNode,
    Placement,
    Point,
    Sizes,
    Wire,
)
from resnet_viz.layout.view import View

_STUB = 22.0


def place_tree(
    structure: Structure, tree: Node, view: View, sizes: Sizes, dot: DotRunner
) -> Placement:
    """Compute the positions of a visible tree's nodes and wires.

    Args:
        structure: of the tree.
        tree: from ``visible_tree``.
        view: has the arrangement of the stages.
        sizes: of every node below the root.
        dot: runs Graphviz for containers that branch in general.

    Raises:
        Cancelled: the runner was told to stop.
    """
    containers = Containers(structure, sizes, dot)
    links = containers.lifter.links(tree)
    inner = list(links.inner)
    panels = _panels(structure, containers, tree, inner, view, sizes.label)
    wires = Router(panels, inner, sizes.label).wires()
    nodes: list[PlacedNode] = []
    for panel in panels:
        x, y, width, height = panel.x, panel.y, panel.width, panel.height
        nodes.append(PlacedNode(panel.body.node, panel.axis, y, x, y, width, height))
        if panel.body.inside is not None:
            for node, inner_wires in _inside(containers, panel.body, panel.axis, panel.enter):
                nodes.append(node)
                wires += inner_wires
            wires += [moved_wire(wire, panel.axis, panel.enter) for wire in panel.body.inside.wires]
    notes = tuple(map(_note, containers.failures))
    stubs = _stubs(containers, links, panels, sizes.label)
    return Placement(tuple(nodes), tuple(wires), stubs, notes)


def _panels(
    structure: Structure,
    containers: Containers,
    tree: Node,
    links: list[Link],
    view: View,
    label_width: LabelWidth,
) -> list[Panel]:
    """The stages with their positions, in the view's arrangement."""
    if view.layout == "row":
        return in_a_row(structure, containers, tree, links, label_width)
    if view.layout == "wrap":
        return folded_to_aspect(
            structure, containers, tree, links, label_width, view.aspect, legend=view.legend
        )
    bodies = [containers.body(stage) for stage in tree.children]
    if view.layout == "column":
        return in_one_column(bodies, links)
    return in_columns(structure, bodies, columns_of_stages(structure, bodies), links, label_width)


def _note(failure: str) -> str:
    """The reason that Graphviz has not laid out a container, and what stands there instead."""
    return f"{failure.rstrip('.')}; what it has not placed stands in rows by rank."


def _inside(
    containers: Containers, container: Body, axis: float, top: float
) -> Iterator[tuple[PlacedNode, list[Wire]]]:
    """The children of a container with the wires inside each, outer ones first."""
    assert container.inside is not None
    for child in container.node.children:
        position = container.inside.positions[child.key]
        body = containers.body(child)
        x, y = axis + position.x, top + position.y
        yield _placed(body, x, y), _frame_wires(body, x, y)
        if body.inside is not None:
            yield from _inside(containers, body, x, y + FRAME_HEAD)


def _placed(body: Body, x: float, y: float) -> PlacedNode:
    node, extent = body.node, body.extent
    if body.inside is None:
        width, height = body.size.width, body.size.height
        return PlacedNode(node, x, y, x - width / 2, y + extent.lead, width, height)
    entries = body.inside.entries
    tops = {wire.points[0][0] for wire in entries if wire.points[0][1] == 0.0}
    sides = {wire.points[0][1] for wire in entries if is_side_entry(wire)}
    lows = {wire.points[-1][0] for wire in body.inside.exits}
    ports = (
        *((x + dx, y) for dx in sorted(tops)),
        *((x + dx, y + extent.height) for dx in sorted(lows)),
        *((x + extent.right, y + FRAME_HEAD + dy) for dy in sorted(sides)),
    )
    left, width = x - extent.left, extent.left + extent.right
    return PlacedNode(node, x, y, left, y, width, extent.height, ports)


def _frame_wires(body: Body, x: float, y: float) -> list[Wire]:
    """The wires in an open block; those that enter begin on its border and cross its header."""
    if body.inside is None:
        return []
    dy = y + FRAME_HEAD
    wires = [moved_wire(wire, x, dy) for wire in (*body.inside.wires, *body.inside.exits)]
    for wire in body.inside.entries:
        shifted = moved_wire(wire, x, dy)
        if wire.points[0][1] == 0.0:
            from_port = moved(wire.points[:1], x, y)[0]
            points = (from_port, *shifted.points[1:])
            if wire.curved:
                points = (from_port, from_port, shifted.points[0], *shifted.points)
            shifted = replace(shifted, points=points)
        elif is_side_entry(wire):
            start = (x + body.extent.right, shifted.points[0][1])
            shifted = replace(shifted, points=(start, *shifted.points[1:]))
        wires.append(shifted)
    return wires


def _stubs(
    containers: Containers, links: Links, panels: list[Panel], label_width: LabelWidth
) -> tuple[Wire, ...]:
    """Arrows out of the picture for outputs of the model that no call consumes."""
    by_key = {panel.body.key: panel for panel in panels}
    ending = [link for link in links.leaving if containers.lifter.ends_here(link.tensor)]
    exits: dict[tuple[str, TensorRef], Wire] = {}
    for panel in panels:
        for wire in panel.exits:
            exits.setdefault((panel.body.key, wire.link.tensor), wire)
    closed: dict[str, list[TensorRef]] = {}
    for link in ending:
        if by_key[link.source].closed:
            closed.setdefault(link.source, []).append(link.tensor)
    return tuple(
        _stub(
            link,
            by_key[link.source],
            exits.get((link.source, link.tensor)),
            _aside(link.tensor, closed.get(link.source, ()), label_width),
        )
        for link in ending
    )


def _aside(tensor: TensorRef, tensors: Sequence[TensorRef], label_width: LabelWidth) -> float:
    """X, from the axis, at which an output leaves a closed stage: side by side, with labels."""
    if len(tensors) < 2:
        return 0.0
    pitch = max(map(label_width, tensors)) + 2 * LABEL_GAP
    return (tensors.index(tensor) - (len(tensors) - 1) / 2) * pitch


def _stub(link: Link, panel: Panel, leaving: Wire | None, aside: float) -> Wire:
    source = link.source
    points: tuple[Point, ...] = ((panel.axis + aside, panel.y + panel.height),)
    if leaving is not None and leaving.curved:  # as Graphviz has it, down to the leaving line
        wire = moved_wire(leaving, panel.axis, panel.enter)
        x, y = wire.points[-1]
        label = LabelPosition(x + LABEL_GAP, y - _STUB / 2 + BASELINE, "start")
        return replace(wire, arrow=True, label=label)
    if leaving is not None:
        points, source = moved(leaving.points, panel.axis, panel.enter)[:-1], leaving.link.source
    x, y = points[-1]
    label = LabelPosition(x + LABEL_GAP, y + _STUB / 2 + BASELINE, "start")
    return Wire(Link(source, "", link.tensor), (*points, (x, y + _STUB)), label=label)
