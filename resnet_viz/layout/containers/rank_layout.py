"""Placement by rank in linear time, of a container that Graphviz has not laid out."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.attach import Body
from resnet_viz.layout.containers.rank_rows import SIDE_ROOM, STEM, PlacedRows, rows_by_rank
from resnet_viz.layout.labels import LabelWidth
from resnet_viz.layout.links import Links
from resnet_viz.layout.metrics import ARC_LANE, BASELINE, LABEL_GAP, LANE_STEP
from resnet_viz.layout.polylines import as_curves
from resnet_viz.layout.types import ContainerLayout, LabelPosition, Link, Point, Wire


def rank_layout(
    bodies: Sequence[Body], links: Links, label_width: LabelWidth, *, in_frame: bool
) -> ContainerLayout:
    """Place the bodies in rows by their distance from the start.

    Wires to the next row bend between the two; all others run in a lane right of the rows, one
    for each tensor, so that no wire meets a box.

    Args:
        bodies: all children of the container, in topological order; at least one.
        links: the tensors between them.
        label_width: measures labels.
        in_frame: whether the wires outside have the labels of the tensors that enter.
    """
    rows = rows_by_rank(bodies, links, label_width)
    lanes = _lanes(rows, links)
    wires = _Wires(bodies, rows, lanes, in_frame=in_frame)
    inner = tuple(wires.wire(link) for link in links.inner)
    entries = [wires.wire(link) for link in links.entering]
    order = {tensor: index for index, tensor in enumerate(rows.ports)}
    exits = tuple(wires.wire(link) for link in links.leaving)
    return ContainerLayout(
        positions=rows.positions,
        wires=inner,
        entries=tuple(sorted(entries, key=lambda wire: order[wire.link.tensor])),
        exits=exits,
        left=rows.left,
        right=max((rows.right, *lanes.values())),
        height=rows.tops[-1],
    )


def _ends(rows: PlacedRows, link: Link) -> tuple[int, int]:
    """Ranks of a link's ends; the borders are the first and the last."""
    start = rows.rank[link.source] if link.source else 0
    return start, rows.rank[link.target] if link.target else len(rows.tops) - 1


def _lanes(rows: PlacedRows, links: Links) -> dict[TensorRef, float]:
    """X of the lane of each tensor that passes a row; lanes are taken again once they are free."""
    runs: dict[TensorRef, tuple[int, int]] = {}
    for link in (*links.inner, *links.entering, *links.leaving):
        start, end = _ends(rows, link)
        if end > start + 1:
            runs[link.tensor] = (start, max(end, runs.get(link.tensor, (0, 0))[1]))
    lanes: dict[TensorRef, float] = {}
    free: list[int] = []
    taken: list[tuple[int, int]] = []
    for tensor, (start, end) in sorted(runs.items(), key=lambda run: run[1]):
        while taken and taken[0][0] <= start:
            heapq.heappush(free, heapq.heappop(taken)[1])
        lane = heapq.heappop(free) if free else len(taken)
        heapq.heappush(taken, (end, lane))
        lanes[tensor] = rows.right + ARC_LANE + LANE_STEP * lane
    return lanes


class _Wires:
    """Draws the wires of placed rows; the first wire of a tensor has its label."""

    def __init__(
        self,
        bodies: Sequence[Body],
        rows: PlacedRows,
        lanes: dict[TensorRef, float],
        *,
        in_frame: bool,
    ) -> None:
        self._bodies = {body.key: body for body in bodies}
        self._rows = rows
        self._lanes = lanes
        self._in_frame = in_frame
        self._labelled: dict[TensorRef, int] = {}
        self._outputs: dict[str, int] = {}

    def wire(self, link: Link) -> Wire:
        """The wire of a link, as curves."""
        rows, (start, end) = self._rows, _ends(self._rows, link)
        x, y = self._start(link)
        target_x = self._arrival_x(link, x)
        points = as_curves(((x, y), (x, rows.bends[start])))
        if end > start + 1:
            lane = self._lanes[link.tensor]
            points = _bent(points, (lane, rows.tops[start + 1]))
            points = (*points, *as_curves((points[-1], (lane, rows.bends[end - 1])))[1:])
        points = _bent(points, (target_x, rows.tops[end]))
        points = (*points, *as_curves((points[-1], *self._tail(link)))[1:])
        target = self._bodies.get(link.target)
        arrow = target is not None and target.inside is None
        return Wire(link, points, curved=True, arrow=arrow, label=self._label(link, x, start))

    def _start(self, link: Link) -> Point:
        if not link.source:
            return (self._rows.ports[link.tensor], 0.0)
        source, position = self._bodies[link.source], self._rows.positions[link.source]
        leaks = source.leaks(link.tensor)
        bottom = position.y + (source.card_bottom if leaks else source.extent.height)
        return (position.x + source.out_x(link.tensor), bottom)

    def _arrival_x(self, link: Link, leaving: float) -> float:
        """X at which the wire comes down to its target's row, or to the border."""
        if not link.target:
            return self._lanes.get(link.tensor, leaving)
        target, position = self._bodies[link.target], self._rows.positions[link.target]
        if target.side_y(link.tensor) is not None:
            return position.x + target.extent.right + SIDE_ROOM / 2
        return position.x + target.in_x(link.tensor)

    def _tail(self, link: Link) -> tuple[Point, ...]:
        """The points after the bend: down to a card below its dot, or to a side input."""
        if not link.target:
            return ()
        target, position = self._bodies[link.target], self._rows.positions[link.target]
        side_y = target.side_y(link.tensor)
        if side_y is not None:
            y = position.y + side_y
            corner = position.x + target.extent.right + SIDE_ROOM / 2
            return ((corner, y), (position.x + target.side_x, y))
        if target.extent.lead:
            return ((position.x, position.y + target.extent.lead),)
        return ()

    def _label(self, link: Link, x: float, rank: int) -> LabelPosition | None:
        """Right of the wire's straight start, below those of the source's other tensors."""
        if link.tensor in self._labelled or not link.target:
            return None
        if not link.source and self._in_frame:
            return None
        above = self._outputs.get(link.source, 0) if link.source else 0
        self._labelled[link.tensor] = above
        self._outputs[link.source] = above + 1
        y = self._rows.bottoms[rank] + STEM * (above + 0.5) + BASELINE
        return LabelPosition(x + LABEL_GAP, y, "start")


def _bent(points: tuple[Point, ...], end: Point) -> tuple[Point, ...]:
    """The curve, bent on to ``end``, where it runs straight down as at its start."""
    x, y = points[-1]
    middle = (y + end[1]) / 2
    return (*points, (x, middle), (end[0], middle), end)
