"""Placement by Graphviz of a container that branches in general."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.graph.values import TensorRef
from resnet_viz.layout.attach import Body
from resnet_viz.layout.dot import DotEdge, DotNode, DotRunner, run
from resnet_viz.layout.labels import Labeller
from resnet_viz.layout.links import Links
from resnet_viz.layout.rules import BASELINE, LABEL_GAP
from resnet_viz.layout.values import Inside, LabelSpot, Link, Point, Spot, Wire

_GAP: Point = (34.0, 34.0)
_PORT = DotNode(1.0, 1.0)
_MARGIN = 10.0


def dotted(bodies: Sequence[Body], links: Links, labels: Labeller, dot: DotRunner) -> Inside:
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
        )
        for link in every
    ]
    plan = run(nodes, edges, _GAP, dot)
    axis = plan.centers[first_in][0] if ins else plan.centers[0][0]
    lift = _MARGIN
    spots = {
        body.key: Spot(
            plan.centers[place][0] - axis,
            plan.centers[place][1] + lift - body.extent.height / 2,
        )
        for body, place in zip(bodies, range(len(bodies)), strict=True)
    }
    height = plan.height + 2 * _MARGIN
    leads = {body.key: body.extent.lead for body in bodies}
    wires = [
        _wire(link, spline, axis, lift, height, leads.get(link.target, 0.0))
        for link, spline in zip(every, plan.splines, strict=True)
    ]
    placed = _spread(wires, labels)
    inner, entries = len(links.inner), len(links.entering)
    right = max(plan.width - axis, max((labels.right(wire) for wire in placed), default=0.0))
    left = max(axis, max((-labels.left(wire) for wire in placed), default=0.0))
    return Inside(
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
    return DotNode(2 * half, body.extent.height)


def _wire(
    link: Link, spline: Sequence[Point], axis: float, lift: float, height: float, lead: float
) -> Wire:
    points = [(x - axis, y + lift) for x, y in spline]
    if lead:  # through the entry dot of a closed block, down to its card
        x, y = points[-1]
        points += [(x, y + lead / 3), (x, y + lead * 2 / 3), (x, y + lead)]
    if not link.source:  # from the border straight down to where Graphviz begins
        x = points[0][0]
        points = [(x, 0.0), (x, lift / 3), (x, lift * 2 / 3), *points]
    if not link.target:
        x, y = points[-1]
        points += [(x, y + (height - y) / 3), (x, y + (height - y) * 2 / 3), (x, height)]
    label = None
    if link.target:
        x, y = points[-1]
        label = LabelSpot(x + LABEL_GAP, y - 14.0 + BASELINE, "start")
    return Wire(link, tuple(points), curved=True, arrow=bool(link.target), label=label)


def _spread(wires: Sequence[Wire], labels: Labeller) -> list[Wire]:
    """Several tensors that end on one node: their labels go apart, or to the middle of the way."""
    taken: list[tuple[float, float, float]] = []
    found: list[Wire] = []
    for wire in wires:
        label = wire.label
        if label is not None:
            width = labels.width(wire.link.tensor)
            for share in (None, 0.5, 0.35, 0.65, 0.2, 0.8):
                if share is not None:
                    x, y = _along(wire.points, share)
                    label = LabelSpot(x + LABEL_GAP, y + BASELINE, "start")
                if not any(
                    abs(label.y - y0) < 12.0 and label.x < x1 and x0 < label.x + width
                    for x0, x1, y0 in taken
                ):
                    break
            taken.append((label.x, label.x + width, label.y))
            wire = msgspec.structs.replace(wire, label=label)  # noqa: PLW2901
        found.append(wire)
    return found


def _along(points: Sequence[Point], share: float) -> Point:
    """The point on a piecewise cubic at ``share`` of its pieces."""
    pieces = (len(points) - 1) // 3
    place = min(int(share * pieces), pieces - 1)
    t = share * pieces - place
    p0, p1, p2, p3 = points[3 * place : 3 * place + 4]
    u = 1.0 - t
    weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
    corners = (p0, p1, p2, p3)
    return (
        sum(w * p[0] for w, p in zip(weights, corners, strict=True)),
        sum(w * p[1] for w, p in zip(weights, corners, strict=True)),
    )


def _main_first(entries: Sequence[Wire], ins: Sequence[TensorRef]) -> tuple[Wire, ...]:
    return tuple(sorted(entries, key=lambda wire: ins.index(wire.link.tensor)))
