"""Placement by rule of an open residual block: its branch straight down, the shortcut beside."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from resnet_viz.layout.attach import Body, is_side_entry
from resnet_viz.layout.containers.chain import chain
from resnet_viz.layout.labels import Labeller
from resnet_viz.layout.links import Links
from resnet_viz.layout.metrics import BRANCH_GAP, IN_FRAME, LABEL_GAP
from resnet_viz.layout.types import ContainerLayout, LabelSpot, Link, NodePosition, Wire


def branches(
    bodies: Sequence[Body], links: Links, labels: Labeller, way: Sequence[str]
) -> ContainerLayout | None:
    """The block with its shortcut's boxes beside the residual branch.

    Args:
        bodies: all children of the block.
        links: what flows between them.
        labels: where shapes go.
        way: keys of the children that lie on the shortcut's way, in order; not empty.

    Returns:
        None if the rest is no chain, or the way is not a simple one.
    """
    aside = {body.key for body in bodies if body.key in set(way)}
    axis = [body for body in bodies if body.key not in aside]
    steps = _way_links(links, way)
    if steps is None or not axis:
        return None
    rest = Links(
        tuple(link for link in links.inner if link not in steps),
        tuple(link for link in links.entering if link not in steps),
        tuple(link for link in links.leaving if link not in steps),
    )
    if any(link.source in aside or link.target in aside for link in rest.inner + rest.leaving):
        return None
    if any(link.target in aside for link in rest.entering):
        return None
    main = chain(axis, rest, IN_FRAME, labels)
    if main is None:
        return None
    by_key = {body.key: body for body in bodies}
    return _beside(main, [by_key[key] for key in way], steps, labels, by_key)


def _way_links(links: Links, way: Sequence[str]) -> list[Link] | None:
    """The links into, along and out of the way, or None if it is not one line."""
    every = (*links.entering, *links.inner, *links.leaving)
    found: list[Link] = []
    for key in way:
        into = [link for link in every if link.target == key]
        if len(into) != 1:
            return None
        found.append(into[0])
    out = [link for link in every if link.source == way[-1]]
    if len(out) != 1 or any(
        earlier.target != later.source for earlier, later in pairwise(found[1:])
    ):
        return None
    if any(step.source != key for step, key in zip(found[1:], way[:-1], strict=True)):
        return None
    return [*found, out[0]]


def _beside(
    main: ContainerLayout,
    way: Sequence[Body],
    steps: Sequence[Link],
    labels: Labeller,
    by_key: dict[str, Body],
) -> ContainerLayout | None:
    start, join = steps[0], by_key.get(steps[-1].target)
    if join is None or join.key not in main.spots:
        return None
    first_y = _parting_height(main, start, by_key)
    join_spot = main.spots[join.key]
    join_y = join_spot.y + join.size.height / 2
    height = sum(body.extent.height for body in way) + IN_FRAME.card * (len(way) - 1)
    if height + IN_FRAME.card > join_y - first_y:
        return None
    left = max(body.extent.left for body in way)
    x = max(main.right, 90.0) + max(BRANCH_GAP - LABEL_GAP, _label_room(main, labels)) + left
    y = max((first_y + join_y - height) / 2, first_y + IN_FRAME.card)
    spots = dict(main.spots)
    wires: list[Wire] = []
    tops: list[float] = []
    for body in way:
        spots[body.key] = NodePosition(x, y)
        tops.append(y)
        y += body.extent.height + IN_FRAME.card
    if any(is_side_entry(wire) and _meets(wire, tops, way) for wire in main.entries):
        return None  # a side input would run through the shortcut's boxes
    entry = ((0.0, first_y), (x, first_y), (x, tops[0]))
    spot = LabelSpot(x + LABEL_GAP, (first_y + tops[0]) / 2 + 4.0, "start")
    wires.append(Wire(start, entry, label=spot, dot=(0.0, first_y)))
    for link, body, top in zip(steps[1:-1], way, tops, strict=False):
        low = top + body.extent.height
        spot = LabelSpot(x + LABEL_GAP, low + IN_FRAME.card / 2 + 4.0, "start")
        wires.append(Wire(link, ((x, low), (x, low + IN_FRAME.card)), label=spot))
    low = tops[-1] + way[-1].extent.height
    spot = LabelSpot(x + LABEL_GAP, (low + join_y) / 2 + 4.0, "start")
    end = (join_spot.x + join.size.width / 2, join_y)
    wires.append(Wire(steps[-1], ((x, low), (x, join_y), end), label=spot))
    right = max(x + max(body.extent.right for body in way), *(labels.right(w) for w in wires))
    entries = main.entries + ((wires[0],) if not start.source else ())
    inner = _labels_left(main.wires, start) + tuple(wires if start.source else wires[1:])
    return ContainerLayout(spots, inner, entries, main.exits, main.left, right, main.height)


def _meets(wire: Wire, tops: Sequence[float], way: Sequence[Body]) -> bool:
    y = wire.points[0][1]
    return any(
        top - LABEL_GAP < y < top + body.extent.height + LABEL_GAP
        for top, body in zip(tops, way, strict=True)
    )


def _parting_height(main: ContainerLayout, start: Link, by_key: dict[str, Body]) -> float:
    """Where on the axis the shortcut parts: below its source, or below the entering line."""
    if not start.source:
        first = min(
            spot.y + by_key[key].extent.lead for key, spot in main.spots.items() if spot.y >= 0
        )
        return first - IN_FRAME.dot
    body = by_key[start.source]
    return main.spots[start.source].y + body.extent.height + IN_FRAME.card / 2 - 3.0


def _label_room(main: ContainerLayout, labels: Labeller) -> float:
    """Room for the shapes right of the residual branch."""
    return max((labels.right(wire) for wire in main.wires), default=0.0) - main.right + LABEL_GAP


def _labels_left(wires: Sequence[Wire], start: Link) -> tuple[Wire, ...]:
    """The wires, with the shape on the left where the shortcut leaves the axis to the right."""
    return tuple(
        msgspec.structs.replace(
            wire, label=LabelSpot(wire.label.x - 2 * LABEL_GAP, wire.label.y, "end")
        )
        if start.source and wire.link.source == start.source and wire.label is not None
        else wire
        for wire in wires
    )
