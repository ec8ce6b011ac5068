"""Rows of a container by rank: the nodes at equal distance from the start side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.attach import Body
from resnet_viz.layout.labels import LabelWidth
from resnet_viz.layout.links import Links
from resnet_viz.layout.metrics import LABEL_GAP
from resnet_viz.layout.types import Link, NodePosition

STEM = 18.0
"""Height below a row in which wires run straight down, beside the label of each tensor."""
SIDE_ROOM = 16.0
"""Beside a node that has side inputs."""
_BEND = 48.0
"""Height in which wires bend from a row to the next one."""
_BOX_GAP = 34.0


class PlacedRows(msgspec.Struct, frozen=True):
    """Nodes in rows, tensors that enter above the first row, those that leave below the last.

    Attributes:
        rank: of each node by key, from 1; 0 is the border above, the last the border below.
        positions: of the nodes.
        tops, bottoms: of each row, by rank.
        bends: y below each row at which wires begin to bend, by rank.
        ports: x of each tensor that enters.
        left, right: the extent of the rows with the labels in them.
    """

    rank: dict[str, int]
    positions: dict[str, NodePosition]
    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    bends: tuple[float, ...]
    ports: dict[TensorRef, float]
    left: float
    right: float


def rows_by_rank(bodies: Sequence[Body], links: Links, label_width: LabelWidth) -> PlacedRows:
    """Place each node in the row of its rank, near the nodes above that it consumes.

    Args:
        bodies: all children of the container, in topological order.
        links: the tensors between them.
        label_width: measures labels, which stand below their source.
    """
    into: dict[str, list[str]] = {body.key: [] for body in bodies}
    for link in links.inner:
        into[link.target].append(link.source)
    rank = _ranks(bodies, into)
    room = _rooms(bodies, links, label_width)
    rows: list[list[Body]] = [[] for _ in range(max(rank.values()))]
    for body in bodies:
        rows[rank[body.key] - 1].append(body)
    stems = _stem_heights(links, rank)
    x_of: dict[str, float] = {}
    tops, bottoms, bends = [0.0], [0.0], [STEM]
    left = right = 0.0
    for number, row in enumerate(rows, 1):
        reach = _place_row(row, into, room, x_of)
        left, right = max(left, reach), max(right, reach)
        tops.append(bends[-1] + _BEND)
        bottoms.append(tops[-1] + max(body.extent.height for body in row))
        bends.append(bottoms[-1] + stems.get(number, STEM))
    end = bends[-1] + _BEND
    ports = _ports(links.entering, label_width)
    widest = max((x + label_width(tensor) + LABEL_GAP for tensor, x in ports.items()), default=0.0)
    return PlacedRows(
        rank,
        {key: NodePosition(x, tops[rank[key]]) for key, x in x_of.items()},
        (*tops, end),
        (*bottoms, end),
        tuple(bends),
        ports,
        left,
        max(right, widest),
    )


def _ranks(bodies: Sequence[Body], into: dict[str, list[str]]) -> dict[str, int]:
    """The number of nodes on the longest way to each node, itself included."""
    rank: dict[str, int] = {}
    for body in bodies:
        rank[body.key] = 1 + max((rank[source] for source in into[body.key]), default=0)
    return rank


def _rooms(bodies: Sequence[Body], links: Links, label_width: LabelWidth) -> dict[str, float]:
    """Half the width of each node, with its labels below and its side inputs."""
    room = {body.key: max(body.extent.left, body.extent.right) for body in bodies}
    by_key = {body.key: body for body in bodies}
    for link in links.inner:
        out_x = by_key[link.source].out_x(link.tensor)
        label = out_x + LABEL_GAP + label_width(link.tensor)
        room[link.source] = max(room[link.source], label)
    for link in (*links.inner, *links.entering):
        target = by_key[link.target]
        if target.side_y(link.tensor) is not None:
            room[link.target] = max(room[link.target], target.extent.right + SIDE_ROOM)
    return room


def _stem_heights(links: Links, rank: dict[str, int]) -> dict[int, float]:
    """Height of the labels below each row: those of one node stand below each other."""
    tensors: dict[str, set[TensorRef]] = {}
    for link in links.inner:
        tensors.setdefault(link.source, set()).add(link.tensor)
    heights: dict[int, float] = {}
    for key, outputs in tensors.items():
        height = STEM * len(outputs)
        heights[rank[key]] = max(height, heights.get(rank[key], 0.0))
    return heights


def _place_row(
    row: list[Body], into: dict[str, list[str]], room: dict[str, float], x_of: dict[str, float]
) -> float:
    """Place a row around x = 0 in the order of what it consumes; returns half its width."""

    def middle_of_sources(body: Body) -> float:
        sources = into[body.key]
        return sum(x_of[source] for source in sources) / len(sources) if sources else 0.0

    row.sort(key=middle_of_sources)
    widths = [room[body.key] for body in row]
    half = sum(widths) + _BOX_GAP * (len(row) - 1) / 2
    x = -half + widths[0]
    x_of[row[0].key] = x
    for body, (before, own) in zip(row[1:], pairwise(widths), strict=True):
        x += before + _BOX_GAP + own
        x_of[body.key] = x
    return half


def _ports(entering: Iterable[Link], label_width: LabelWidth) -> dict[TensorRef, float]:
    """The x at which each tensor enters: the first on the axis, the others right of it."""
    ports: dict[TensorRef, float] = {}
    x = 0.0
    for link in entering:
        if link.tensor not in ports:
            ports[link.tensor] = x
            x += label_width(link.tensor) + _BOX_GAP
    return ports
