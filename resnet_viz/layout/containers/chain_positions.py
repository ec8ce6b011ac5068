"""Links of a chain by role, and positions of its nodes one below the other, in columns if long."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.layout.attach import Body
from resnet_viz.layout.links import BORDER, Links
from resnet_viz.layout.metrics import GUTTER, Spacing
from resnet_viz.layout.types import Link, NodePosition


class ChainLinks(msgspec.Struct, frozen=True):
    """The links of a chain by what draws them.

    Attributes:
        steps: links from a node to the next one on the axis, by index of the earlier node.
        entering: the link from the border to the first node on the axis, if there is one.
        leaving: the link from the last node to the border on the axis, if there is one.
        side: all others; they run beside the nodes.
    """

    steps: dict[int, tuple[Link, ...]]
    entering: Link | None
    leaving: Link | None
    side: tuple[Link, ...]


class PlacedChain(msgspec.Struct, frozen=True):
    """A chain whose nodes have positions.

    Attributes:
        bodies: in order.
        index: index in ``bodies`` by node key.
        links: by role.
        spacing: vertical distances.
        columns: indices of the bodies in each column.
        positions: of the bodies.
        sides: extents of the bodies to the left and to the right of their axes, with labels.
        height: y of the line on which tensors leave.
    """

    bodies: tuple[Body, ...]
    index: dict[str, int]
    links: ChainLinks
    spacing: Spacing
    columns: tuple[range, ...]
    positions: tuple[NodePosition, ...]
    sides: tuple[tuple[float, float], ...]
    height: float

    def bottom(self, index: int) -> float:
        """Y of the lower end of a node."""
        return self.positions[index].y + self.bodies[index].extent.height

    def card_top(self, index: int) -> float:
        """Y of the upper side of a node's card."""
        return self.positions[index].y + self.bodies[index].extent.lead

    def column_left(self, index: int) -> float:
        """Extent to the left of its axis of the column that holds a node."""
        column = next(column for column in self.columns if index in column)
        return max(self.sides[member][0] for member in column)

    def target(self, link: Link) -> Body | None:
        """The body on which the link ends; None for the border."""
        return self.bodies[self.index[link.target]] if link.target else None

    def is_side_input(self, link: Link) -> bool:
        """True if the link brings a tensor from the border other than the one on the axis."""
        entering = self.links.entering
        return not link.source and (entering is None or entering.tensor != link.tensor)


def sort_links(bodies: Sequence[Body], links: Links) -> ChainLinks:
    """Sort the links of a container into those on the axis of a chain and those beside it."""
    index = {body.key: number for number, body in enumerate(bodies)}
    last = len(bodies) - 1

    def lies_beside(link: Link) -> bool:
        target = bodies[index[link.target]] if link.target else None
        from_right = target is not None and target.side_y(link.tensor) is not None
        leaks = bool(link.source) and bodies[index[link.source]].leaks(link.tensor)
        return bool(link.shortcut) or from_right or leaks

    steps: dict[int, list[Link]] = {}
    side: list[Link] = []
    for link in links.inner:
        start, end = index[link.source], index[link.target]
        if end == start + 1 and not lies_beside(link):
            steps.setdefault(start, []).append(link)
        else:
            side.append(link)
    first_links = (link for link in links.entering if index[link.target] == 0)
    last_links = (link for link in links.leaving if index[link.source] == last)
    entering = next((link for link in first_links if not lies_beside(link)), None)
    leaving = next((link for link in last_links if not lies_beside(link)), None)
    side += [link for link in links.entering if link is not entering]
    side += [link for link in links.leaving if link is not leaving]
    return ChainLinks(
        {start: tuple(group) for start, group in steps.items()}, entering, leaving, tuple(side)
    )


def position_nodes(
    bodies: Sequence[Body],
    links: ChainLinks,
    spacing: Spacing,
    column_cards: int,
    sides: Sequence[tuple[float, float]] = (),
) -> PlacedChain:
    """Put the nodes below each other; a long chain in a panel wraps if nothing runs beside it.

    ``sides`` is as in the result; without it labels have the room that the bodies take.
    """
    sides = sides or [(body.extent.left, body.extent.right) for body in bodies]
    wraps = not spacing.in_frame and not links.side
    columns = _columns(len(bodies), column_cards if wraps else len(bodies))
    enters = links.entering is not None or any(link.source == BORDER for link in links.side)
    positions: list[NodePosition] = []
    x = 0.0
    for number, column in enumerate(columns):
        members = [bodies[index] for index in column]
        if number:
            x += GUTTER + max(sides[index][0] for index in column)
        y = spacing.first if enters or number else spacing.bare
        for body in members:
            positions.append(NodePosition(x, y - body.extent.lead))
            y += body.extent.height - body.extent.lead
            y += spacing.join if body.ends_in_circle else spacing.card
        x += max(sides[index][1] for index in column)
    leaves = links.leaving is not None or any(link.target == BORDER for link in links.side)
    lowest = max(p.y + body.extent.height for p, body in zip(positions, bodies, strict=True))
    return PlacedChain(
        bodies=tuple(bodies),
        index={body.key: number for number, body in enumerate(bodies)},
        links=links,
        spacing=spacing,
        columns=columns,
        positions=tuple(positions),
        sides=tuple(sides),
        height=lowest + (spacing.end if leaves or len(columns) > 1 else 0.0),
    )


def _columns(count: int, most: int) -> tuple[range, ...]:
    """The indices of ``count`` nodes in columns of equal length, of ``most`` at most."""
    columns = -(-count // most)
    length = -(-count // columns)
    return tuple(range(start, min(start + length, count)) for start in range(0, count, length))
