"""Graphviz formats: DOT text out, JSON of ``dot -Tjson`` in.

Graphviz gives positions and splines only; it never sees a label, a font or a colour. Names are
numbers, so that nothing from a model reaches its parser, and equal containers give equal text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import msgspec

from resnet_viz.errors import AppError
from resnet_viz.layout.types import Point

DotRunner: TypeAlias = Callable[[str], str]
"""Runs ``dot -Tjson``: DOT text in, JSON out. Raises AppError, or Cancelled."""

_INCH: Final = 72.0


class DotNode(msgspec.Struct, frozen=True):
    """A box of a size, in pixels; ``rank`` pins it to the top or the bottom."""

    width: float
    height: float
    rank: str = ""


class DotEdge(msgspec.Struct, frozen=True):
    """An edge between two boxes, by their numbers.

    Attributes:
        port: the side of the head at which it arrives.
        weight: how much shorter and straighter than others it should be.
    """

    tail: int
    head: int
    arrow: bool = True
    port: str = "n"
    weight: int = 1


class DotPlan(msgspec.Struct, frozen=True):
    """Layout by Graphviz: centres of the boxes, control points of the edges, the extent."""

    centers: tuple[Point, ...]
    splines: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def dot_text(nodes: Sequence[DotNode], edges: Sequence[DotEdge], *, gap: Point) -> str:
    """DOT text of a graph; ``gap`` is the least distance of boxes, across and down, in pixels."""
    lines = [
        "digraph {",
        f"graph [nodesep={gap[0] / _INCH:.4f} ranksep={gap[1] / _INCH:.4f} splines=spline]",
        'node [shape=box fixedsize=true label=""]',
        "edge [arrowsize=0.7 tailport=s]",
    ]
    for number, node in enumerate(nodes):
        lines.append(f"{number} [width={node.width / _INCH:.4f} height={node.height / _INCH:.4f}]")
    for rank in ("source", "sink"):
        pinned = [str(number) for number, node in enumerate(nodes) if node.rank == rank]
        if pinned:
            lines.append(f"{{rank={rank}; {'; '.join(pinned)}}}")
    lines += [
        f"{edge.tail} -> {edge.head} [id={number} headport={edge.port} weight={edge.weight}"
        f"{'' if edge.arrow else ' arrowhead=none'}]"
        for number, edge in enumerate(edges)
    ]
    return "\n".join([*lines, "}"])


def run(nodes: Sequence[DotNode], edges: Sequence[DotEdge], gap: Point, dot: DotRunner) -> DotPlan:
    """Place the boxes and edges with Graphviz.

    Raises:
        AppError: Graphviz failed, or its output is not readable.
    """
    answer = dot(dot_text(nodes, edges, gap=gap))
    try:
        return _plan(msgspec.json.decode(answer.encode()), len(nodes), len(edges))
    except (msgspec.DecodeError, KeyError, ValueError, IndexError, TypeError) as error:
        raise AppError(
            "The output of Graphviz can't be read; check which dot is installed.",
            details=f"{error!r}\n{answer[:400]}",
        ) from error


def _plan(answer: dict[str, list[dict[str, str]]], nodes: int, edges: int) -> DotPlan:
    x0, y0, x1, y1 = (float(part) for part in str(answer["bb"]).split(","))
    centers: list[Point] = [(0.0, 0.0)] * nodes
    for node in answer["objects"]:
        if node.get("pos") is not None and node["name"].isdigit():
            x, y = (float(part) for part in node["pos"].split(","))
            centers[int(node["name"])] = (x - x0, y1 - y)
    splines: list[tuple[Point, ...]] = [()] * edges
    for edge in answer.get("edges", ()):  # in any order: not all versions of dot keep ours
        splines[int(edge["id"])] = _spline(edge["pos"], x0, y1)
    return DotPlan(tuple(centers), tuple(splines), x1 - x0, y1 - y0)


def _spline(text: str, left: float, top: float) -> tuple[Point, ...]:
    """Control points, start first, tip last: dot writes the tip of an arrow as ``e,x,y``."""
    tip: Point | None = None
    points: list[Point] = []
    for part in text.split():
        values = part.split(",")
        if values[0] == "e":
            tip = (float(values[1]) - left, top - float(values[2]))
        elif values[0] != "s":
            points.append((float(values[0]) - left, top - float(values[1])))
    if tip is not None:
        points[-1] = tip
    return tuple(points)
