"""Rule-based placement of an open residual block: its branch straight down, the shortcut beside."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.layout.attach import Body, is_side_entry
from resnet_viz.layout.containers.chain import chain_layout
from resnet_viz.layout.labels import LabelWidth, label_right
from resnet_viz.layout.links import Links
from resnet_viz.layout.metrics import BASELINE, BRANCH_GAP, IN_FRAME, LABEL_GAP
from resnet_viz.layout.types import ContainerLayout, LabelPosition, Link, NodePosition, Wire

_LEAST_RIGHT = 90.0
"""Extent of the residual branch to the right of its axis, at least."""


class _ShortcutBoxes(msgspec.Struct, frozen=True):
    """A shortcut's boxes beside the residual branch.

    Attributes:
        bodies: on the shortcut's path, in order.
        links: into the first of them, from each to the next, out of the last.
        x: their axis.
        tops: their upper ends.
        start: y at which the shortcut parts from the branch's axis.
        end: x and y at which it meets the right side of its join.
    """

    bodies: tuple[Body, ...]
    links: tuple[Link, ...]
    x: float
    tops: tuple[float, ...]
    start: float
    end: tuple[float, float]


def branch_layout(
    bodies: Sequence[Body], links: Links, label_width: LabelWidth, path: Sequence[str]
) -> ContainerLayout | None:
    """Place a block with its shortcut's boxes beside the residual branch.

    Args:
        bodies: all children of the block.
        links: the tensors between them.
        label_width: measures labels.
        path: keys of the children that lie on the shortcut's path, in order; not empty.

    Returns:
        None if the path is not a simple one, the rest is no chain, or the boxes find no room.
    """
    on_path = {body.key for body in bodies if body.key in set(path)}
    branch = [body for body in bodies if body.key not in on_path]
    path_links = _links_along(links, path)
    if path_links is None or not branch:
        return None
    rest = Links(
        *(
            tuple(link for link in group if link not in path_links)
            for group in (links.inner, links.entering, links.leaving)
        )
    )
    every = (*rest.inner, *rest.entering, *rest.leaving)
    if any(link.source in on_path or link.target in on_path for link in every):
        return None
    main = chain_layout(branch, rest, IN_FRAME, label_width)
    if main is None:
        return None
    by_key = {body.key: body for body in bodies}
    shortcut = _placed_beside(main, path_links, [by_key[key] for key in path], by_key, label_width)
    return None if shortcut is None else _joined(main, shortcut, label_width)


def _links_along(links: Links, path: Sequence[str]) -> tuple[Link, ...] | None:
    """The links into, along and out of the path, or None if it is not one line."""
    every = (*links.entering, *links.inner, *links.leaving)
    into = [[link for link in every if link.target == key] for key in path]
    out = [link for link in every if link.source == path[-1]]
    if any(len(candidates) != 1 for candidates in (*into, out)):
        return None
    along = [link for (link,) in into]
    if any(link.source != key for link, key in zip(along[1:], path[:-1], strict=True)):
        return None
    return (*along, out[0])


def _placed_beside(
    main: ContainerLayout,
    links: Sequence[Link],
    bodies: Sequence[Body],
    by_key: dict[str, Body],
    label_width: LabelWidth,
) -> _ShortcutBoxes | None:
    """Positions for the shortcut's boxes right of the branch; None if they find no room."""
    join = by_key.get(links[-1].target)
    if join is None or join.key not in main.positions:
        return None
    start = _parting_height(main, links[0], by_key)
    join_position = main.positions[join.key]
    end = (join_position.x + join.size.width / 2, join_position.y + join.size.height / 2)
    height = sum(body.extent.height for body in bodies) + IN_FRAME.card * (len(bodies) - 1)
    if height + IN_FRAME.card > end[1] - start:
        return None
    labels = max((label_right(wire, label_width) for wire in main.wires), default=0.0)
    room = max(BRANCH_GAP - LABEL_GAP, labels - main.right + LABEL_GAP)
    x = max(main.right, _LEAST_RIGHT) + room + max(body.extent.left for body in bodies)
    y = max((start + end[1] - height) / 2, start + IN_FRAME.card)
    tops: list[float] = []
    for body in bodies:
        tops.append(y)
        y += body.extent.height + IN_FRAME.card
    if any(is_side_entry(wire) and _meets(wire, tops, bodies) for wire in main.entries):
        return None  # a side input would run through the shortcut's boxes
    return _ShortcutBoxes(tuple(bodies), tuple(links), x, tuple(tops), start, end)


def _parting_height(main: ContainerLayout, start: Link, by_key: dict[str, Body]) -> float:
    """Y at which the shortcut parts: below its source, or below the entering line."""
    if start.source:
        body = by_key[start.source]
        return main.positions[start.source].y + body.extent.height + IN_FRAME.card / 2 - 3.0
    tops = (p.y + by_key[key].extent.lead for key, p in main.positions.items() if p.y >= 0)
    return min(tops) - IN_FRAME.dot


def _meets(wire: Wire, tops: Sequence[float], bodies: Sequence[Body]) -> bool:
    y = wire.points[0][1]
    return any(
        top - LABEL_GAP < y < top + body.extent.height + LABEL_GAP
        for top, body in zip(tops, bodies, strict=True)
    )


def _joined(
    main: ContainerLayout, shortcut: _ShortcutBoxes, label_width: LabelWidth
) -> ContainerLayout:
    """The branch and the shortcut's boxes with its wires as one layout."""
    entry, *others = _shortcut_wires(shortcut)
    positions = dict(main.positions)
    for body, top in zip(shortcut.bodies, shortcut.tops, strict=True):
        positions[body.key] = NodePosition(shortcut.x, top)
    right = max(
        shortcut.x + max(body.extent.right for body in shortcut.bodies),
        *(label_right(wire, label_width) for wire in (entry, *others)),
    )
    wires = tuple(_labelled_left_at(wire, entry.link.source) for wire in main.wires)
    entries = main.entries
    if entry.link.source:
        wires = (*wires, entry)
    else:
        entries = (*entries, entry)
    return ContainerLayout(
        positions, (*wires, *others), entries, main.exits, main.left, right, main.height
    )


def _shortcut_wires(shortcut: _ShortcutBoxes) -> list[Wire]:
    """The wires into, between and out of the shortcut's boxes."""
    x, (end_x, end_y) = shortcut.x, shortcut.end
    bottoms = [
        top + body.extent.height for top, body in zip(shortcut.tops, shortcut.bodies, strict=True)
    ]

    def label_at(y: float) -> LabelPosition:
        return LabelPosition(x + LABEL_GAP, y + BASELINE, "start")

    first_top, last_bottom = shortcut.tops[0], bottoms[-1]
    parting = (0.0, shortcut.start)
    wires = [
        Wire(
            shortcut.links[0],
            (parting, (x, shortcut.start), (x, first_top)),
            label=label_at((shortcut.start + first_top) / 2),
            dot=parting,
        )
    ]
    for link, low in zip(shortcut.links[1:-1], bottoms[:-1], strict=True):
        points = ((x, low), (x, low + IN_FRAME.card))
        wires.append(Wire(link, points, label=label_at(low + IN_FRAME.card / 2)))
    out = ((x, last_bottom), (x, end_y), (end_x, end_y))
    wires.append(Wire(shortcut.links[-1], out, label=label_at((last_bottom + end_y) / 2)))
    return wires


def _labelled_left_at(wire: Wire, source: str) -> Wire:
    """The wire, its shape on the left if it starts where the shortcut leaves to the right."""
    if not source or wire.link.source != source or wire.label is None:
        return wire
    label = LabelPosition(wire.label.x - 2 * LABEL_GAP, wire.label.y, "end")
    return msgspec.structs.replace(wire, label=label)
