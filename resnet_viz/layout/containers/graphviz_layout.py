"""Placement by Graphviz of a container that branches in general."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.attach import Body
from resnet_viz.layout.containers.dot_format import DotEdge, DotNode, DotRunner, run
from resnet_viz.layout.containers.label_spread import Area, spread
from resnet_viz.layout.labels import Labeller
from resnet_viz.layout.links import Links
from resnet_viz.layout.metrics import BASELINE, LABEL_GAP
from resnet_viz.layout.types import ContainerLayout, LabelSpot, Link, NodePosition, Point, Wire

_GAP: Point = (34.0, 34.0)
_PORT = DotNode(1.0, 1.0)
_MARGIN = 10.0
_SIDE_ROOM = 16.0
"""Beside a box that has side inputs."""


def dotted(
    bodies: Sequence[Body], links: Links, labels: Labeller, dot: DotRunner, *, framed: bool
) -> ContainerLayout:
    """The bodies as Graphviz places them.

    Raises:
        AppError: Graphviz failed.
    """
    ins = list(dict.fromkeys(link.tensor for link in links.entering))
    outs = list(dict.fromkeys(link.tensor for link in links.leaving))
    number = {body.key: place for place, body in enumerate(bodies)}
    first_in, first_out = len(bodies), len(bodies) + len(ins)
    nodes = [_box(body, labels, links) for body in bodies]
    nodes += [DotNode(1.0, 1.0, "source")] * len(ins) + [DotNode(1.0, 1.0, "sink")] * len(outs)
    every = (*links.inner, *links.entering, *links.leaving)
    edges = [
        DotEdge(
            number[link.source] if link.source else first_in + ins.index(link.tensor),
            number[link.target] if link.target else first_out + outs.index(link.tensor),
            arrow=bool(link.target),
            port="e" if _side(bodies, number, link) is not None else "n",
            weight=_weight(bodies, number, link),
        )
        for link in every
    ]
    plan = run(nodes, edges, _GAP, dot)
    axis = plan.centers[first_in][0] if ins else plan.centers[0][0]
    lift = _MARGIN
    spots = {
        body.key: NodePosition(
            plan.centers[place][0] - axis,
            plan.centers[place][1] + lift - body.extent.height / 2,
        )
        for body, place in zip(bodies, range(len(bodies)), strict=True)
    }
    height = plan.height + 2 * _MARGIN
    by_key = {body.key: body for body in bodies}
    wires = [
        _wire(link, spline, axis, lift, height, by_key.get(link.target), spots)
        for link, spline in zip(every, plan.splines, strict=True)
    ]
    inner, entries = len(links.inner), len(links.entering)
    if framed:  # the wire that ends on the frame has the label
        wires = [
            msgspec.structs.replace(wire, label=None) if not wire.link.source else wire
            for wire in wires
        ]
    placed = spread(wires, _rects(bodies, spots), labels)
    right = max(plan.width - axis, max((labels.right(wire) for wire in placed), default=0.0))
    left = max(axis, max((-labels.left(wire) for wire in placed), default=0.0))
    return ContainerLayout(
        spots,
        tuple(placed[:inner]),
        _main_first(placed[inner : inner + entries], ins),
        tuple(placed[inner + entries :]),
        left,
        right,
        height,
    )


def _box(body: Body, labels: Labeller, links: Links) -> DotNode:
    """Symmetric around the axis, with room for the label of the tensor that enters on top."""
    half = max(body.extent.left, body.extent.right)
    widths = [
        labels.width(link.tensor)
        for link in (*links.inner, *links.entering)
        if link.target == body.key
    ]
    half = max(half, max(widths, default=0.0) + LABEL_GAP if len(widths) == 1 else 0.0)
    if any(
        body.side_y(link.tensor) is not None
        for link in (*links.inner, *links.entering)
        if link.target == body.key
    ):
        half += _SIDE_ROOM
    return DotNode(2 * half, body.extent.height)


def _rects(bodies: Sequence[Body], spots: dict[str, NodePosition]) -> list[Area]:
    """Where boxes stand, so that no label does."""
    found: list[Area] = []
    for body in bodies:
        spot, extent = spots[body.key], body.extent
        top = spot.y + extent.lead
        right = spot.x + (body.size.width / 2 if body.inside is None else extent.right)
        found.append(Area(spot.x - extent.left, top, right, spot.y + extent.height))
    return found


def _side(bodies: Sequence[Body], number: dict[str, int], link: Link) -> float | None:
    """Where, from the top of its target, the link arrives from the right; None if on top."""
    return bodies[number[link.target]].side_y(link.tensor) if link.target else None


def _weight(bodies: Sequence[Body], number: dict[str, int], link: Link) -> int:
    """Ways into a circle take up the slack, so that branches start together at the top."""
    into_circle = bool(link.target) and bodies[number[link.target]].is_circle
    return 1 if into_circle or not link.target else 8


def _wire(
    link: Link,
    spline: Sequence[Point],
    axis: float,
    lift: float,
    height: float,
    target: Body | None,
    spots: dict[str, NodePosition],
) -> Wire:
    points = [(x - axis, y + lift) for x, y in spline]
    if not link.source:  # from the border straight down to where Graphviz begins
        x = points[0][0]
        points = [(x, 0.0), (x, lift / 3), (x, lift * 2 / 3), *points]
    if target is None:
        x, y = points[-1]
        points += line_to(points[-1], (x, height))
        return Wire(link, tuple(points), curved=True, arrow=False)
    side = target.side_y(link.tensor)
    if side is not None:  # bent to the height at which it enters, in the free ground beside
        spot = spots[target.key]
        corner = (points[-1][0], spot.y + side)
        lift = corner[1] - points[-1][1]
        points[-2:] = [(points[-2][0], points[-2][1] + lift), corner]
        points += line_to(corner, (spot.x + target.side_x, corner[1]))
        label = LabelSpot(corner[0] + LABEL_GAP, corner[1] - LABEL_GAP, "start")
    else:
        x, y = points[-1]
        if target.extent.lead:  # through the entry dot of a closed block, down to its card
            points += line_to(points[-1], (x, y + target.extent.lead))
        label = _label(points, target)
    arrow = target.inside is None
    return Wire(link, tuple(points), curved=True, arrow=arrow, label=label)


def line_to(start: Point, end: Point) -> list[Point]:
    """A straight run as one cubic piece."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return [
        (start[0] + dx / 3, start[1] + dy / 3),
        (start[0] + dx * 2 / 3, start[1] + dy * 2 / 3),
        end,
    ]


def _label(points: Sequence[Point], target: Body) -> LabelSpot:
    """Beside the end: left of an entry dot, else away from where the way comes from."""
    x, y = points[-1]
    if target.extent.lead:
        return LabelSpot(x - LABEL_GAP, y - target.extent.lead + BASELINE, "end")
    if target.is_circle:  # where the ways part: near the source
        x, y = points[0]
        return LabelSpot(x + LABEL_GAP, y + 14.0 + BASELINE, "start")
    if points[-2][0] > x + 1.0 or points[-3][0] > x + 1.0:
        return LabelSpot(x - LABEL_GAP, y - 14.0 + BASELINE, "end")
    return LabelSpot(x + LABEL_GAP, y - 14.0 + BASELINE, "start")


def _main_first(entries: Sequence[Wire], ins: Sequence[TensorRef]) -> tuple[Wire, ...]:
    return tuple(sorted(entries, key=lambda wire: ins.index(wire.link.tensor)))
