"""Placement by Graphviz of a container that branches in general."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from resnet_viz.errors import AppError
from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.attach import Body
from resnet_viz.layout.containers.dot_format import DotEdge, DotNode, DotPlan, DotRunner, run
from resnet_viz.layout.containers.fan_in import FanIn, calmed, fan_in, fanned
from resnet_viz.layout.containers.label_spread import Area, spread_labels
from resnet_viz.layout.labels import LabelWidth, label_left, label_of_side_input, label_right
from resnet_viz.layout.links import Links
from resnet_viz.layout.metrics import BASELINE, LABEL_GAP
from resnet_viz.layout.polylines import extended, moved, point_on_curve
from resnet_viz.layout.types import ContainerLayout, LabelPosition, Link, NodePosition, Point, Wire

MOST_LINES: Final = 4_000
"""With more lines in one container Graphviz never ends in the time that it has."""
_GAP: Point = (34.0, 34.0)
_MARGIN = 10.0
"""Above and below what Graphviz placed."""
_SIDE_ROOM = 16.0
"""Beside a box that has side inputs."""
_BENT = 6
"""Control points of a spline, two curves, that give way where its start is moved."""
_SHORT = 40.0
"""Height of a wire that comes from where it starts, however it bends."""
_LABEL_RISE = 14.0
"""Vertical distance from the end of a wire to the middle of its label."""


def graphviz_layout(
    bodies: Sequence[Body],
    links: Links,
    label_width: LabelWidth,
    dot: DotRunner,
    *,
    in_frame: bool,
) -> ContainerLayout:
    """Place the bodies as Graphviz does, with the first tensor that enters on the axis x = 0.

    Args:
        bodies: all children of the container.
        links: the tensors between them.
        label_width: measures labels.
        dot: runs Graphviz.
        in_frame: whether the wires outside have the labels of the tensors that enter.

    Raises:
        AppError: Graphviz failed, or would take too long.
    """
    if len(_every(links)) > MOST_LINES:
        raise AppError(f"Graphviz would take too long with {len(_every(links)):,} lines at once.")
    fans = _fans(bodies, links)
    plan = _placed_by_dot(bodies, links, fans, label_width, dot)
    axis = plan.centers[len(bodies) if links.entering else 0][0]
    height = plan.height + 2 * _MARGIN
    positions = {
        body.key: NodePosition(
            x - axis, y + _MARGIN - (body.extent.height - _raised(fans, body)) / 2
        )
        for body, (x, y) in zip(bodies, plan.centers, strict=False)
    }
    by_key = {body.key: body for body in bodies}
    wires = [
        _wire(
            link,
            _from_port(link, moved(spline, -axis, _MARGIN), by_key.get(link.source), positions),
            by_key.get(link.target),
            positions,
            height,
        )
        for link, spline in zip(_every(links), plan.splines, strict=True)
    ]
    if in_frame:  # the wires outside have the labels
        wires = [wire if wire.link.source else _unlabelled(wire) for wire in wires]
    wires = list(_one_label_a_fold(wires, by_key))
    areas = _areas(bodies, positions)
    wires = [wire if _is_sidewards(wire, by_key) else calmed(wire, areas) for wire in wires]
    wires = _with_fans(wires, fans, by_key, positions, areas)
    wires = spread_labels(wires, (*areas, *_arc_areas(bodies, positions)), label_width)
    tensors = _tensors(links.entering)
    entries = [wire for wire in wires if not wire.link.source]
    return ContainerLayout(
        positions=positions,
        wires=tuple(wire for wire in wires if wire.link.source and wire.link.target),
        entries=tuple(sorted(entries, key=lambda wire: tensors[wire.link.tensor])),
        exits=tuple(wire for wire in wires if not wire.link.target),
        left=max(axis, 0.0, *(-label_left(wire, label_width) for wire in wires)),
        right=max(plan.width - axis, 0.0, *(label_right(wire, label_width) for wire in wires)),
        height=height,
    )


def _every(links: Links) -> tuple[Link, ...]:
    return (*links.inner, *links.entering, *links.leaving)


def _tensors(links: Sequence[Link]) -> dict[TensorRef, int]:
    """The distinct tensors, numbered."""
    distinct = dict.fromkeys(link.tensor for link in links)
    return {tensor: index for index, tensor in enumerate(distinct)}


# -- the graph for dot -----------------------------------------------------------------------


def _placed_by_dot(
    bodies: Sequence[Body],
    links: Links,
    fans: dict[str, FanIn],
    label_width: LabelWidth,
    dot: DotRunner,
) -> DotPlan:
    """Run dot on a box for each body, then one for each tensor that enters and that leaves."""
    number = {body.key: index for index, body in enumerate(bodies)}
    entering, leaving = _tensors(links.entering), _tensors(links.leaving)
    first_exit = len(bodies) + len(entering)
    into: dict[str, list[Link]] = {}
    for link in (*links.inner, *links.entering):
        into.setdefault(link.target, []).append(link)
    nodes = [
        _box(body, into.get(body.key, ()), _raised(fans, body), label_width) for body in bodies
    ]
    nodes += [DotNode(1.0, 1.0, "source")] * len(entering)
    nodes += [DotNode(1.0, 1.0, "sink")] * len(leaving)
    edges: list[DotEdge] = []
    for link in _every(links):
        tail = number[link.source] if link.source else len(bodies) + entering[link.tensor]
        if not link.target:
            head = first_exit + leaving[link.tensor]
            edges.append(DotEdge(tail, head, arrow=False))
            continue
        target = bodies[number[link.target]]
        from_right = target.side_y(link.tensor) is not None
        # wires into a circle take up the slack, so that branches start together at the top
        weight = 1 if target.is_circle else 8
        edges.append(
            DotEdge(tail, number[target.key], port="e" if from_right else "n", weight=weight)
        )
    return run(nodes, edges, _GAP, dot)


def _box(body: Body, into: Sequence[Link], raised: float, label_width: LabelWidth) -> DotNode:
    """Symmetric around the axis, with room for labels and the fan of the tensors that enter."""
    half = max(body.extent.left, body.extent.right)
    if len(into) == 1:
        half = max(half, label_width(into[0].tensor) + LABEL_GAP)
    if any(body.side_y(link.tensor) is not None for link in into):
        half += _SIDE_ROOM
    return DotNode(2 * half, body.extent.height + raised)


def _fans(bodies: Sequence[Body], links: Links) -> dict[str, FanIn]:
    """The boxes that several wires enter from above."""
    by_key = {body.key: body for body in bodies}
    counts: Counter[str] = Counter()
    for link in (*links.inner, *links.entering):
        counts[link.target] += by_key[link.target].side_y(link.tensor) is None
    fans = {body.key: fan_in(body, counts[body.key]) for body in bodies}
    return {key: fan for key, fan in fans.items() if fan is not None}


def _raised(fans: dict[str, FanIn], body: Body) -> float:
    """Height that a fan needs above a body, beyond the gap between two ranks."""
    return fans[body.key].height - _GAP[1] if body.key in fans else 0.0


# -- the answer of dot -----------------------------------------------------------------------


def _areas(bodies: Sequence[Body], positions: dict[str, NodePosition]) -> list[Area]:
    """The rectangles of the boxes, which no label may touch."""
    areas: list[Area] = []
    for body in bodies:
        position, extent = positions[body.key], body.extent
        right = body.size.width / 2 if body.inside is None else extent.right
        areas.append(
            Area(
                position.x - extent.left,
                position.y + extent.lead,
                position.x + right,
                position.y + extent.height,
            )
        )
    return areas


def _arc_areas(bodies: Sequence[Body], positions: dict[str, NodePosition]) -> list[Area]:
    """The rectangles within the arcs of closed blocks, right of their axes."""
    return [
        Area(at.x, at.y - LABEL_GAP, at.x + body.extent.right, at.y + body.extent.height)
        for body in bodies
        if body.node.kind == "block"
        for at in (positions[body.key],)
    ]


def _one_label_a_fold(wires: Iterable[Wire], by_key: dict[str, Body]) -> Iterator[Wire]:
    """The wires; of those from a fold to one target, whose shapes are equal, one has a label."""
    fans: dict[tuple[str, str], list[Wire]] = {}
    for wire in wires:
        source = by_key.get(wire.link.source)
        if source is not None and source.node.kind == "fold":
            fans.setdefault((wire.link.source, wire.link.target), []).append(wire)
        else:
            yield wire
    for fan in fans.values():
        *others, last = sorted(fan, key=lambda wire: max(wire.points)[0])
        yield from map(_unlabelled, others)
        if others:  # beside all of them
            x, y = point_on_curve(last.points, 0.5)
            last = msgspec.structs.replace(last, label=LabelPosition(x + LABEL_GAP, y, "start"))
        yield last


def _is_sidewards(wire: Wire, by_key: dict[str, Body]) -> bool:
    """True if the wire enters its target from the side."""
    target = by_key.get(wire.link.target)
    return target is not None and target.side_y(wire.link.tensor) is not None


def _with_fans(
    wires: Sequence[Wire],
    fans: dict[str, FanIn],
    by_key: dict[str, Body],
    positions: dict[str, NodePosition],
    areas: Sequence[Area],
) -> list[Wire]:
    """The wires, those that meet at one box fanned in."""
    result = list(wires)
    for key, fan in fans.items():
        body, position = by_key[key], positions[key]
        own = [
            index
            for index, wire in enumerate(wires)
            if wire.link.target == key and body.side_y(wire.link.tensor) is None
        ]
        ends = (position.x, position.y)
        made = fanned([wires[index] for index in own], fan, ends, body.size.width, areas)
        for place, wire in made.items():
            label = wire.label if wires[own[place]].label is not None else None
            result[own[place]] = msgspec.structs.replace(wire, label=label)
    return result


def _unlabelled(wire: Wire) -> Wire:
    return msgspec.structs.replace(wire, label=None)


def _from_port(
    link: Link,
    points: tuple[Point, ...],
    source: Body | None,
    positions: dict[str, NodePosition],
) -> tuple[Point, ...]:
    """The spline, from where the tensor leaves a frame, or a closed block past its circle."""
    shift = 0.0 if source is None else source.out_x(link.tensor)
    if source is None or not shift:
        return points
    x, y = points[0]
    moved_points = _bent_start(points, shift)
    if not source.leaks(link.tensor):
        return moved_points
    card = (x + shift, positions[source.key].y + source.card_bottom)
    return (*extended((card,), (x + shift, y)), *moved_points[1:])


def _bent_start(points: tuple[Point, ...], shift: float) -> tuple[Point, ...]:
    """The spline with its start moved sideways, and less and less what follows."""
    count = min(len(points) - 2, _BENT)
    return tuple(
        (x + shift * max(0.0, 1.0 - max(0, number - 1) / count), y)
        for number, (x, y) in enumerate(points)
    )


def _wire(
    link: Link,
    points: tuple[Point, ...],
    target: Body | None,
    positions: dict[str, NodePosition],
    height: float,
) -> Wire:
    """The wire along a spline, from or to the border at y = 0 or ``height`` if it crosses it."""
    if not link.source:  # straight down to where Graphviz begins
        x = points[0][0]
        points = ((x, 0.0), (x, _MARGIN / 3), (x, _MARGIN * 2 / 3), *points)
    x, y = points[-1]
    if target is None:
        return Wire(link, extended(points, (x, height)), curved=True, arrow=False)
    position, side_y = positions[target.key], target.side_y(link.tensor)
    if side_y is not None:  # bent to the height of its side input, in the free space beside
        corner = (x, position.y + side_y)
        before = (points[-2][0], points[-2][1] + (corner[1] - y))
        points = extended((*points[:-2], before, corner), (position.x + target.side_x, corner[1]))
        label = label_of_side_input(corner)
    else:
        shift, low = target.in_x(link.tensor), position.y + target.extent.lead
        points = (*points[:-2], (points[-2][0] + shift, points[-2][1]), (x + shift, y))
        if low > y + 1.0:  # through the entry dot of a closed block or the room of a fan
            points = extended(points, (x + shift, low))
        label = _label(points, target)
    return Wire(link, points, curved=True, arrow=target.inside is None, label=label)


def _label(points: Sequence[Point], target: Body) -> LabelPosition:
    """Beside the end: left of an entry dot, else on the side where the wire does not come from."""
    x, y = points[-1]
    if target.extent.lead:
        return LabelPosition(x - LABEL_GAP, y - target.extent.lead + BASELINE, "end")
    if target.is_circle:  # near the source, where the wires into the circle lie apart
        x, y = points[0]
        return LabelPosition(x + LABEL_GAP, y + _LABEL_RISE + BASELINE, "start")
    is_short = y - points[0][1] < _SHORT
    if (points[0][0] if is_short else max(points[-2][0], points[-3][0])) > x + 1.0:
        return LabelPosition(x - LABEL_GAP, y - _LABEL_RISE + BASELINE, "end")
    return LabelPosition(x + LABEL_GAP, y - _LABEL_RISE + BASELINE, "start")
