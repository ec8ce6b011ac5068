"""Placement by rule of a chain: one node below the other, everything else in lanes on the right."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_viz.layout.attach import Body
from resnet_viz.layout.containers.lanes import LaneRun, Obstacle, lanes
from resnet_viz.layout.labels import Labeller
from resnet_viz.layout.links import BORDER, Links
from resnet_viz.layout.metrics import (
    ARC_LANE,
    BASELINE,
    COLUMN_CARDS,
    DOT_LEAD,
    GUTTER,
    LABEL_GAP,
    LANE_STEP,
    Spacing,
)
from resnet_viz.layout.types import ContainerLayout, LabelSpot, Link, NodePosition, Point, Wire

LABEL_SLACK = 9.0
"""Labels may come nearer to the border of a panel than cards."""
MOST_LANES = 8
"""A chain with more side ways than this is no chain to the eye: Graphviz places it better."""


def chain(
    bodies: Sequence[Body], links: Links, spacing: Spacing, labels: Labeller, *, force: bool = False
) -> ContainerLayout | None:
    """The bodies one below the other, or None if they are no chain (unless ``force``)."""
    stack = _Stack(bodies, links, spacing, labels)
    if not force and not stack.is_chain():
        return None
    return stack.inside()


class _Stack:
    def __init__(
        self, bodies: Sequence[Body], links: Links, spacing: Spacing, labels: Labeller
    ) -> None:
        self.bodies = bodies
        self.place = {body.key: place for place, body in enumerate(bodies)}
        self.spacing = spacing
        self.labels = labels
        last = len(bodies) - 1
        self.next: dict[int, list[Link]] = {}
        self.side: list[Link] = []
        for link in links.inner:
            start, end = self.place[link.source], self.place[link.target]
            aside = bool(link.shortcut) or self.from_side(end, link)
            if end == start + 1 and not aside:
                self.next.setdefault(start, []).append(link)
            else:
                self.side.append(link)
        self.entering = self.main(links.entering, 0)
        self.leaving = self.main(links.leaving, last)
        self.columns = self.broken()
        self.spots: list[NodePosition] = []
        self.place_all()

    def main(self, crossing: Sequence[Link], end: int) -> Link | None:
        """The border's link with the end of the chain that lies on the axis; others go aside."""
        main: Link | None = None
        for link in crossing:
            place = self.place[link.target or link.source]
            aside = bool(link.shortcut) or bool(link.target and self.from_side(place, link))
            if place == end and main is None and not aside:
                main = link
            else:
                self.side.append(link)
        return main

    def from_side(self, place: int, link: Link) -> bool:
        """Whether the link meets its target from the right."""
        return self.bodies[place].side_y(link.tensor) is not None

    def is_chain(self) -> bool:
        joined = all(place in self.next for place in range(len(self.bodies) - 1))
        return joined and len(self.side) <= MOST_LANES

    def broken(self) -> list[range]:
        """The chain in columns of equal length, if it is long and nothing runs beside it."""
        count = len(self.bodies)
        wraps = self.spacing.labels_right is False and not self.side
        columns = -(-count // COLUMN_CARDS) if wraps else 1
        length = -(-count // columns)
        return [range(start, min(start + length, count)) for start in range(0, count, length)]

    def place_all(self) -> None:
        x = 0.0
        for number, column in enumerate(self.columns):
            bodies = [self.bodies[place] for place in column]
            if number:
                x += GUTTER + max(body.extent.left for body in bodies)
            enters = self.entering is not None or number > 0
            y = self.spacing.first if enters or self.side_enters() else self.spacing.bare
            for body in bodies:
                self.spots.append(NodePosition(x, y - body.extent.lead))
                y += body.extent.height - body.extent.lead
                y += self.spacing.join if body.ends_in_circle else self.spacing.card
            x += max(body.extent.right for body in bodies)

    def side_enters(self) -> bool:
        return any(link.source == BORDER for link in self.side)

    def inside(self) -> ContainerLayout:
        height = self.height()
        wires = [
            self.step(link, number)
            for links in self.next.values()
            for number, link in enumerate(links)
        ]
        entries: list[Wire] = []
        exits: list[Wire] = []
        if self.entering is not None:
            entries.append(self.entry(self.entering))
        if self.leaving is not None:
            exits.append(self.exit(self.leaving, height))
        right = max(
            spot.x + body.extent.right for body, spot in zip(self.bodies, self.spots, strict=True)
        )
        for wire in self.beside(height):
            into = entries if not wire.link.source else exits if not wire.link.target else wires
            into.append(wire)
            right = max(right, *(x for x, _ in wire.points), self.labels.right(wire))
        every = (*wires, *entries, *exits)
        first = [self.bodies[place] for place in self.columns[0]]
        left = max(
            *(body.extent.left for body in first),
            *(-self.labels.left(wire) - LABEL_SLACK for wire in every),
            0.0,
        )
        right = max(right, 0.0, *(self.labels.right(wire) for wire in every))
        spots = {body.key: spot for body, spot in zip(self.bodies, self.spots, strict=True)}
        return ContainerLayout(
            spots, tuple(wires), tuple(entries), tuple(exits), left, right, height
        )

    def height(self) -> float:
        lowest = max(
            spot.y + body.extent.height for body, spot in zip(self.bodies, self.spots, strict=True)
        )
        leaves = self.leaving is not None or any(link.target == BORDER for link in self.side)
        wraps = len(self.columns) > 1
        return lowest + (self.spacing.end if leaves or wraps else 0.0)

    # -- wires ---------------------------------------------------------------------------

    def bottom(self, place: int) -> float:
        return self.spots[place].y + self.bodies[place].extent.height

    def card_top(self, place: int) -> float:
        return self.spots[place].y + self.bodies[place].extent.lead

    def step(self, link: Link, number: int) -> Wire:
        """From a node to the next one: straight down, or over to the next column.

        Further tensors between the same two run beside the first.
        """
        start, end = self.place[link.source], self.place[link.target]
        source, target = self.bodies[start], self.bodies[end]
        beside = 0.0 if source.inside or target.inside else LANE_STEP * number
        x0 = self.spots[start].x + source.out_x(link.tensor) + beside
        x1 = self.spots[end].x + target.in_x(link.tensor) + beside
        y0, y1 = self.bottom(start), self.card_top(end)
        if self.spots[start].x == self.spots[end].x:
            points = straight((x0, y0), (x1, y1))
            label = self.labels.before(link, target, (x1, y0), (x1, y1))
            pair = len(self.next[start]) > 1
            if pair and number:
                label = LabelSpot(x1 + LABEL_GAP, (y0 + y1) / 2 + BASELINE, "start")
            elif pair or any(side.source == link.source for side in self.side):
                label = LabelSpot(x1 - LABEL_GAP, label.y, "end")  # lines leave on the right
            return Wire(link, points, label=label, arrow=target.inside is None)
        gutter = self.spots[end].x - target_left(self.bodies, self.columns, end) - GUTTER / 2
        low = y0 + self.spacing.end
        points = ((x0, y0), (x0, low), (gutter, low), (gutter, 0.0), (x1, 0.0), (x1, y1))
        label = self.labels.before(link, target, (x1, 0.0), (x1, y1))
        return Wire(link, points, label=label, wraps=True, arrow=target.inside is None)

    def entry(self, link: Link) -> Wire:
        target = self.bodies[0]
        x, top = target.in_x(link.tensor), self.card_top(0)
        label = self.labels.before(link, target, (x, 0.0), (x, top))
        if any(self.shares_entry(side) or self.meets_first(side) for side in self.side):
            label = LabelSpot(x - LABEL_GAP, label.y, "end")
        outside = self.spacing.labels_right  # the wire that ends on the frame has the label
        points = ((x, 0.0), (x, top))
        return Wire(link, points, label=None if outside else label, arrow=target.inside is None)

    def exit(self, link: Link, height: float) -> Wire:
        last = len(self.bodies) - 1
        x = self.spots[last].x + self.bodies[last].out_x(link.tensor)
        return Wire(link, ((x, self.bottom(last)), (x, height)), arrow=False)

    def beside(self, height: float) -> list[Wire]:
        """The wires that run in lanes."""
        framed = self.spacing.labels_right
        through = [
            self.through(link, number)
            for number, link in enumerate(self.side)
            if framed and not link.source and not self.shares_entry(link)
        ]
        side = [
            link for link in self.side if framed is False or link.source or self.shares_entry(link)
        ]
        ways = [self.way(link, height, number) for number, link in enumerate(side)]
        spans = [
            LaneRun(start[1], end[1], 0.0 if link.source or self.shares_entry(link) else width)
            for (start, end), link, width in zip(
                ways, side, (self.labels.width(link.tensor) for link in side), strict=True
            )
        ]
        obstacles = [
            Obstacle(LaneRun(spot.y, spot.y + body.extent.height), spot.x + body.extent.right)
            for body, spot in zip(self.bodies, self.spots, strict=True)
        ]
        found = lanes(spans, obstacles)
        return through + [
            self.laned(link, start, end, lane)
            for link, (start, end), lane in zip(side, ways, found, strict=True)
        ]

    def through(self, link: Link, number: int) -> Wire:
        """A side input of an open block: from its right border straight to where it is used."""
        end = self.arrival(self.place[link.target], link, number)
        return Wire(link, ((end[0] + ARC_LANE, end[1]), end))

    def way(self, link: Link, height: float, number: int) -> tuple[Point, Point]:
        """Where a side wire parts from the axis (or the border) and where it arrives."""
        end: Point = (0.0, height)
        if link.target:
            place = self.place[link.target]
            end = self.arrival(place, link, number)
        if not link.source:
            shared = self.shares_entry(link)
            return (0.0, self.card_top(0) - self.spacing.dot if shared else 0.0), end
        place = self.place[link.source]
        last = place == len(self.bodies) - 1
        # above the dot of a closed block that follows, so that two arcs never share a line
        lead = self.spacing.end / 2 if last else self.parting(place + 1)
        y = self.bottom(place) + self.spacing.end / 2 if last else self.card_top(place + 1) - lead
        return (self.spots[place].x, y), end

    def shares_entry(self, link: Link) -> bool:
        """Whether a wire from the border carries the tensor that enters on the axis."""
        return self.entering is not None and self.entering.tensor == link.tensor

    def meets_first(self, link: Link) -> bool:
        """Whether a wire from the border arrives at the first node from the right."""
        return not link.source and link.target == self.bodies[0].key

    def parting(self, following: int) -> float:
        return DOT_LEAD + (7.0 if self.bodies[following].node.kind == "block" else 0.0)

    def arrival(self, place: int, link: Link, number: int) -> Point:
        body, spot = self.bodies[place], self.spots[place]
        if body.is_circle:
            others = [other for other in self.side if other.target == body.key]
            step = others.index(link) if link in others else number
            shift = (0.0, 5.0, -5.0)[step % 3]
            return (spot.x + body.size.width / 2, spot.y + body.size.height / 2 + shift)
        side = body.side_y(link.tensor)
        if side is not None:
            return (spot.x + body.side_x, spot.y + side)
        if body.inside is not None:
            return (spot.x + body.in_x(link.tensor), spot.y)
        return (spot.x + body.size.width / 2, self.card_top(place) + 14.0 + 10.0 * (number % 3))

    def laned(self, link: Link, start: Point, end: Point, lane: float) -> Wire:
        target = self.bodies[self.place[link.target]] if link.target else None
        tail: tuple[Point, ...]
        if target is None:
            tail = ((lane, end[1]),)
        elif (
            target.inside is not None and target.side_y(link.tensor) is None
        ):  # into a frame from above, beside the main line
            y = end[1] - DOT_LEAD
            tail = ((lane, y), (end[0], y), end)
        else:
            tail = ((lane, end[1]), end)
        if not link.source and not self.shares_entry(link):
            label = self.labels.side(link, (lane, tail[0][1]))
            arrow = target is not None and target.inside is None
            return Wire(link, ((lane, 0.0), *tail), label=label, arrow=arrow)
        arrow = target is not None and target.inside is None
        return Wire(link, (start, (lane, start[1]), *tail), arrow=arrow, dot=start)


def straight(start: Point, end: Point) -> tuple[Point, ...]:
    """Down from ``start`` to ``end``, with a jog half-way if they don't share their x."""
    if abs(start[0] - end[0]) < 0.5:
        return start, end
    middle = (start[1] + end[1]) / 2
    return start, (start[0], middle), (end[0], middle), end


def target_left(bodies: Sequence[Body], columns: Sequence[range], place: int) -> float:
    """How far the column of ``place`` reaches to the left of its axis."""
    column = next(column for column in columns if place in column)
    return max(bodies[p].extent.left for p in column)
