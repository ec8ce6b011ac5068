"""Regions: the calls between a join and the entry where its branches part; long ones."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.spatial_sizes import stands_out
from resnet_viz.analysis.structure.indexing.indexed_graph import (
    WORKING,
    IndexedGraph,
    is_identity,
    is_pointwise,
    pools_globally,
)
from resnet_viz.graph.ops import ADDING_JOINS, MERGING, OpKind
from resnet_viz.graph.types import Graph, LayerCall

_LIGHT: Final[frozenset[OpKind]] = frozenset({"norm", "activation", "pad", "resize", "pool"})
_MEASURED: Final[frozenset[OpKind]] = frozenset({"conv", "pool"})


class Region(msgspec.Struct, eq=False):
    """A single-entry, single-exit region of the graph; the entry may feed others too.

    Attributes:
        entry, join: the calls where the branches part and meet; not among ``calls``.
        calls: the calls between them, ascending.
        reach: for each of ``calls``, a bit for each distinct input of the join that it leads to.
        children: regions directly inside.
        parent: the region around it, if any.
        is_leaky: its branch feeds calls outside too.
        long: True if it spans blocks or changes of size; such a region is never a group.
    """

    entry: int
    join: int
    calls: list[int]
    reach: dict[int, int]
    children: list[Region]
    parent: Region | None = None
    long: bool = False
    is_leaky: bool = False


def is_adding(graph: IndexedGraph, index: int) -> bool:
    """True for Add, Subtract, Average, and a custom join that keeps the shape."""
    return adds(graph.original, graph.calls[index])


def adds(graph: Graph, join: LayerCall) -> bool:
    """True for Add, Subtract, Average, and a custom join that keeps the shape."""
    if join.keras_class in MERGING:
        return join.keras_class in ADDING_JOINS
    shapes = graph.input_shapes(join)
    return join.output_shape is not None and all(shape == join.output_shape for shape in shapes)


def is_gate(graph: IndexedGraph, region: Region) -> bool:
    """Return whether the region's join multiplies."""
    return graph.calls[region.join].keras_class == "Multiply"


def is_light(graph: IndexedGraph, index: int) -> bool:
    """Return whether a shortcut may pass through the call: little or no work on one tensor."""
    call = graph.calls[index]
    if len(graph.preds[index]) != 1:
        return False
    if graph.kinds[index] in _LIGHT or call.keras_class.startswith(("GetItem", "Cropping")):
        return True
    return is_identity(call) or is_pointwise(call)


def is_long(graph: IndexedGraph, region: Region) -> bool:
    """Return whether the region spans blocks or changes of size, and so is no group."""
    if changes_size(graph, region):
        return True
    # A module that concatenates (a CSP stage, YOLO's C2f) may hold blocks in a row; the whole body
    # of a model, with all its features concatenated, is no module.
    may_hold_blocks = not is_adding(graph, region.join) and not _holds_most(graph, region)
    return not may_hold_blocks and _spans_blocks(graph, region)


def _holds_most(graph: IndexedGraph, region: Region) -> bool:
    """Return whether more than half of the graph's working calls are in the region."""
    inside = sum(graph.kinds[index] in WORKING for index in region.calls)
    return 2 * inside > sum(kind in WORKING for kind in graph.kinds)


def _spans_blocks(graph: IndexedGraph, region: Region) -> bool:
    """Return whether two direct child regions that are not gates follow each other."""
    children = [child for child in region.children if not is_gate(graph, child)]
    if len(children) < 2:
        return False
    joins = {child.join for child in children}
    entries = {child.entry for child in children}
    behind: set[int] = set()  # the children's joins and the calls after them
    for index in region.calls:
        if index in joins or any(source in behind for source in graph.preds[index]):
            behind.add(index)
            if index in entries:
                return True
    return False


def changes_size(graph: IndexedGraph, region: Region) -> bool:
    """Return whether a unit inside is smaller, or larger, than both ends; global paths excepted."""
    entry, join = graph.sizes[region.entry], graph.sizes[region.join]
    pooled: set[int] = set()  # calls that depend on global pooling alone
    for index in region.calls:
        inner = [source for source in graph.preds[index] if source in region.reach]
        if pools_globally(graph, index) or (inner and pooled.issuperset(inner)):
            pooled.add(index)
        elif graph.kinds[index] in _MEASURED and stands_out(graph.sizes[index], entry, join):
            return True
    return False
