"""Wires of a chain: straight down on the axis, all others in lanes on the right."""

from __future__ import annotations

from resnet_viz.layout.containers.chain_positions import PlacedChain
from resnet_viz.layout.containers.lanes import LaneRun, Obstacle, lanes
from resnet_viz.layout.labels import LabelWidth, label_before, label_of_side_input
from resnet_viz.layout.metrics import (
    ARC_LANE,
    BASELINE,
    DOT_LEAD,
    GUTTER,
    LABEL_GAP,
    LANE_STEP,
    LEAK_RISE,
)
from resnet_viz.layout.polylines import down_with_jog
from resnet_viz.layout.types import LabelPosition, Link, Point, Wire


def axis_wires(chain: PlacedChain) -> list[Wire]:
    """The wires on the axis: between neighbours, from the border, to the border."""
    wires = [
        _step_wire(chain, link, number)
        for links in chain.links.steps.values()
        for number, link in enumerate(links)
    ]
    if chain.links.entering is not None:
        wires.append(_entry_wire(chain, chain.links.entering))
    if chain.links.leaving is not None:
        wires.append(_exit_wire(chain, chain.links.leaving))
    return wires


def _step_wire(chain: PlacedChain, link: Link, number: int) -> Wire:
    """The wire from a node to the next one: straight down, or over to the next column.

    Args:
        chain: the nodes with their positions.
        link: the tensor.
        number: 0 for the first tensor between the two nodes; further ones run beside it.
    """
    start, end = chain.index[link.source], chain.index[link.target]
    source, target = chain.bodies[start], chain.bodies[end]
    shift = 0.0 if source.inside or target.inside else LANE_STEP * number
    x0 = chain.positions[start].x + source.out_x(link.tensor) + shift
    x1 = chain.positions[end].x + target.in_x(link.tensor) + shift
    y0, y1 = chain.bottom(start), chain.card_top(end)
    in_frame, arrow = chain.spacing.in_frame, target.inside is None
    if chain.positions[start].x == chain.positions[end].x:
        label = label_before(target, (x1, y0), (x1, y1), in_frame=in_frame)
        several = len(chain.links.steps[start]) > 1
        if several and number:
            label = LabelPosition(x1 + LABEL_GAP, (y0 + y1) / 2 + BASELINE, "start")
        elif abs(x1 - x0) > 1.0:  # beside the step to the target's axis
            label = LabelPosition(max(x0, x1) + LABEL_GAP, label.y, "start")
        elif several or any(side.source == link.source for side in chain.links.side):
            label = LabelPosition(x1 - LABEL_GAP, label.y, "end")  # lines leave on the right
        return Wire(link, down_with_jog((x0, y0), (x1, y1)), label=label, arrow=arrow)
    gutter = chain.positions[end].x - chain.column_left(end) - GUTTER / 2
    low = y0 + chain.spacing.end
    points = ((x0, y0), (x0, low), (gutter, low), (gutter, 0.0), (x1, 0.0), (x1, y1))
    label = label_before(target, (x1, 0.0), (x1, y1), in_frame=in_frame)
    return Wire(link, points, label=label, wraps=True, arrow=arrow)


def _entry_wire(chain: PlacedChain, link: Link) -> Wire:
    """The wire from the border to the first node; in a frame the wire outside has the label."""
    target = chain.bodies[0]
    x, top = target.in_x(link.tensor), chain.card_top(0)
    label = None
    if not chain.spacing.in_frame:
        label = label_before(target, (x, 0.0), (x, top), in_frame=False)
        if any(
            not side.source and (side.tensor == link.tensor or side.target == target.key)
            for side in chain.links.side
        ):  # lines on the right
            label = LabelPosition(x - LABEL_GAP, label.y, "end")
    return Wire(link, ((x, 0.0), (x, top)), label=label, arrow=target.inside is None)


def _exit_wire(chain: PlacedChain, link: Link) -> Wire:
    """The wire from the last node to the border."""
    last = len(chain.bodies) - 1
    x = chain.positions[last].x + chain.bodies[last].out_x(link.tensor)
    return Wire(link, ((x, chain.bottom(last)), (x, chain.height)), arrow=False)


def side_wires(chain: PlacedChain, label_width: LabelWidth) -> list[Wire]:
    """The wires beside the nodes: side inputs of a frame straight in, all others in lanes."""
    straight = [
        _straight_side_input(chain, link, number)
        for number, link in enumerate(chain.links.side)
        if chain.spacing.in_frame and chain.is_side_input(link)
    ]
    laned = [
        link
        for link in chain.links.side
        if not (chain.spacing.in_frame and chain.is_side_input(link))
    ]
    ends = [
        (_departure(chain, link), _arrival(chain, link, number))
        for number, link in enumerate(laned)
    ]
    runs = [
        LaneRun(start[1], end[1], label_width(link.tensor) if chain.is_side_input(link) else 0.0)
        for link, (start, end) in zip(laned, ends, strict=True)
    ]
    obstacles = [
        Obstacle(
            LaneRun(position.y, position.y + body.extent.height), position.x + body.extent.right
        )
        for body, position in zip(chain.bodies, chain.positions, strict=True)
    ]
    return straight + [
        _laned_wire(chain, link, start, end, x)
        for link, (start, end), x in zip(laned, ends, lanes(runs, obstacles), strict=True)
    ]


def _straight_side_input(chain: PlacedChain, link: Link, number: int) -> Wire:
    """The wire from a frame's right border to a node; placing the frame moves its start."""
    x, y = _arrival(chain, link, number)
    return Wire(link, ((x + ARC_LANE, y), (x, y)))


def _departure(chain: PlacedChain, link: Link) -> Point:
    """The point at which a side wire parts from the axis, from the border, or from a card."""
    spacing = chain.spacing
    if not link.source:
        return (0.0, 0.0 if chain.is_side_input(link) else chain.card_top(0) - spacing.dot)
    index = chain.index[link.source]
    source, position = chain.bodies[index], chain.positions[index]
    if source.leaks(link.tensor):
        return (position.x + source.size.width / 2, position.y + source.card_bottom - LEAK_RISE)
    x, following = position.x, index + 1
    if following == len(chain.bodies):
        return (x, chain.bottom(index) + spacing.end / 2)
    # above the dot of a closed block that follows, so that two arcs never share a line
    lead = DOT_LEAD + (7.0 if chain.bodies[following].node.kind == "block" else 0.0)
    return (x, chain.card_top(following) - lead)


def _arrival(chain: PlacedChain, link: Link, number: int) -> Point:
    """The end of a side wire: on its target's right side, or on the border.

    ``number`` spreads the ends on one card; those on one circle are spread by their order.
    """
    target = chain.target(link)
    if target is None:
        return (0.0, chain.height)
    index = chain.index[link.target]
    position = chain.positions[index]
    if target.is_circle:
        siblings = [side for side in chain.links.side if side.target == link.target]
        shift = (0.0, 5.0, -5.0)[siblings.index(link) % 3]
        return (position.x + target.size.width / 2, position.y + target.size.height / 2 + shift)
    side_y = target.side_y(link.tensor)
    if side_y is not None:
        return (position.x + target.side_x, position.y + side_y)
    if target.inside is not None:
        return (position.x + target.in_x(link.tensor), position.y)
    y = chain.card_top(index) + 14.0 + 10.0 * (number % 3)
    return (position.x + target.size.width / 2, y)


def _laned_wire(chain: PlacedChain, link: Link, start: Point, end: Point, lane: float) -> Wire:
    """The wire from ``start`` through the lane at x = ``lane`` to ``end``."""
    target = chain.target(link)
    tail: tuple[Point, ...] = ((lane, end[1]), end)
    if target is None:
        tail = ((lane, end[1]),)
    elif target.inside is not None and target.side_y(link.tensor) is None:
        y = end[1] - DOT_LEAD  # into a frame from above, beside the main line
        tail = ((lane, y), (end[0], y), end)
    arrow = target is not None and target.inside is None
    if chain.is_side_input(link):
        label = label_of_side_input((lane, tail[0][1]))
        return Wire(link, ((lane, 0.0), *tail), label=label, arrow=arrow)
    leaks = bool(link.source) and chain.bodies[chain.index[link.source]].leaks(link.tensor)
    dot = None if leaks else start
    return Wire(link, (start, (lane, start[1]), *tail), arrow=arrow, dot=dot)
