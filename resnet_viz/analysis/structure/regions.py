"""Regions: the calls between a join and the entry where its branches part."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.spatial_sizes import stands_out
from resnet_viz.analysis.structure.dominators import VIRTUAL
from resnet_viz.analysis.structure.indexed_graph import (
    WORKING,
    IndexedGraph,
    is_identity,
    is_pointwise,
    pools_globally,
)
from resnet_viz.graph.ops import ADDING_JOINS, MERGING, OpKind

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
        long: True if it spans blocks or changes of size; such a region is never a group.
    """

    entry: int
    join: int
    calls: list[int]
    reach: dict[int, int]
    children: list[Region]
    parent: Region | None = None
    long: bool = False


def is_adding(graph: IndexedGraph, index: int) -> bool:
    """True for Add, Subtract, Average, and a custom join that keeps the shape."""
    call = graph.calls[index]
    if call.keras_class in MERGING:
        return call.keras_class in ADDING_JOINS
    shapes = graph.original.input_shapes(call)
    return call.output_shape is not None and all(shape == call.output_shape for shape in shapes)


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


def find_regions(
    graph: IndexedGraph, dominators: list[int], post_dominators: list[int]
) -> list[Region]:
    """All regions, nested, in the topological order of their joins."""
    nest = _Nest(len(graph.calls))
    for index, kind in enumerate(graph.kinds):
        if kind != "join" or len(graph.preds[index]) < 2:
            continue
        region = _region(graph, index, dominators[index], post_dominators)
        if region is not None:
            nest.add(region)
    for region in nest.regions:
        region.long = not is_gate(graph, region) and _is_long(graph, region)
    return nest.regions


def _region(
    graph: IndexedGraph, join: int, dominator: int, post_dominators: list[int]
) -> Region | None:
    # Only the entry may feed others too, so at most one of the join's inputs may.
    loose = [index for index in graph.preds[join] if post_dominators[index] != join]
    if len(loose) > 1:
        return None
    entry: int | None = loose[0] if loose else None
    # With side inputs (a time embedding) no call is on every path to a U-Net's concatenation; then
    # its entry is searched for like that of an addition.
    if dominator != VIRTUAL and not is_adding(graph, join):
        if loose and entry != dominator:
            return None
        entry = dominator
    walk = _walk_back(graph, join, entry)
    return None if walk is None else _closed(graph, join, *walk)


def _walk_back(
    graph: IndexedGraph, join: int, entry: int | None
) -> tuple[int, dict[int, int]] | None:
    """Search back from the join, latest call first, to the entry.

    Each call gets a bit for each input of the join that it leads to; as calls are visited latest
    first, a visited call has all its bits. Without a given entry, it is the first call with all
    bits on a chain of light calls from an input.

    Returns:
        The entry and the bits of all calls visited before it; None if there is no entry.
    """
    bits: dict[int, int] = {}
    for number, ref in enumerate(graph.refs(join)):
        source = graph.index_of[ref.call]
        bits[source] = bits.get(source, 0) | 1 << number
    complete = (1 << len(graph.refs(join))) - 1
    heap = [-index for index in bits]
    heapify(heap)
    chains = set(bits) if entry is None else {entry}
    seen: dict[int, int] = {}
    while heap and chains:
        index = -heappop(heap)
        reached = bits[index]
        if index in chains:
            if reached == complete:
                return index, seen
            chains.remove(index)
            if entry is None and is_light(graph, index):
                chains.add(graph.preds[index][0])
        seen[index] = reached
        for source in graph.preds[index]:
            if source not in bits:
                bits[source] = 0
                heappush(heap, -source)
            bits[source] |= reached
    return None


def _closed(graph: IndexedGraph, join: int, entry: int, seen: dict[int, int]) -> Region | None:
    """The region, if only the entry feeds calls outside it and one of its calls works."""
    inside: set[int] = {entry}
    calls: list[int] = []
    for index in reversed(seen):  # ascending
        if any(source in inside for source in graph.preds[index]):
            inside.add(index)
            calls.append(index)
    inside.add(join)
    for index in calls:
        if graph.is_output[index] or any(after not in inside for after in graph.succs[index]):
            return None
    if not any(graph.kinds[index] in WORKING for index in calls):
        return None
    return Region(entry, join, calls, {index: seen[index] for index in calls}, [])


class _Nest:
    """Nested regions; of two that overlap without nesting, the later join stays open."""

    def __init__(self, count: int) -> None:
        self.regions: list[Region] = []
        self._outermost: list[Region | None] = [None] * count

    def add(self, region: Region) -> None:
        """Add the region, unless it overlaps another without holding it."""
        shared: dict[int, tuple[Region, int]] = {}
        for index in region.calls:
            inner = self._outermost[index]
            if inner is not None:
                shared[inner.join] = (inner, shared.get(inner.join, (inner, 0))[1] + 1)
        if any(count != len(inner.calls) + 1 for inner, count in shared.values()):
            return
        for inner, _ in shared.values():
            inner.parent = region
            region.children.append(inner)
        for index in (*region.calls, region.join):
            self._outermost[index] = region
        self.regions.append(region)


def _is_long(graph: IndexedGraph, region: Region) -> bool:
    if _changes_size(graph, region):
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


def _changes_size(graph: IndexedGraph, region: Region) -> bool:
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
