"""Regions: the calls between a join and the entry where its branches part; long ones."""

from __future__ import annotations

from collections.abc import Iterator
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
from resnet_viz.analysis.structure.regions.size_range import SizeRange
from resnet_viz.graph.ops import ADDING_JOINS, MERGING, OpKind
from resnet_viz.graph.types import Graph, LayerCall

_LIGHT: Final[frozenset[OpKind]] = frozenset({"norm", "activation", "pad", "resize", "pool"})
_MEASURED: Final[frozenset[OpKind]] = frozenset({"conv", "pool"})


class Region(msgspec.Struct, eq=False):
    """A single-entry, single-exit region of the graph; the entry may feed others too.

    Regions may lie in each other thousands deep, so a region does not list what others inside it
    list already.

    Attributes:
        entry, join: the calls where the branches part and meet; not among ``calls``.
        steps: the calls between them, ascending; of a region in ``held`` only the join.
        reach: for each of ``steps``, a bit for each distinct input of the join that it leads to;
            the calls of a region in ``held`` have the bits of its join.
        held: regions inside whose calls are not among ``steps``, by join.
        children: regions directly inside, in the order of their first calls.
        count: the number of calls.
        works: the number of those that work.
        first: the first of them.
        parent: the region around it, if any.
        is_leaky: its branch feeds calls outside too.
        long: True if it spans blocks or changes of size; such a region is never a group.
    """

    entry: int
    join: int
    steps: list[int]
    reach: dict[int, int]
    held: dict[int, Region]
    children: list[Region]
    count: int = 0
    works: int = 0
    first: int = 0
    parent: Region | None = None
    long: bool = False
    is_leaky: bool = False

    def walk(self) -> Iterator[int]:
        """The calls between entry and join, in no order."""
        waiting = [self]
        while waiting:
            region = waiting.pop()
            yield from region.steps
            waiting += region.held.values()

    @property
    def calls(self) -> list[int]:
        """The calls between entry and join, ascending; a new list each time."""
        return sorted(self.walk()) if self.held else list(self.steps)

    def sources(self, graph: IndexedGraph, index: int) -> list[int]:
        """Calls that a step takes from; a join of a region held takes from its entry."""
        region = self.held.get(index)
        return graph.preds[index] if region is None else [region.entry]


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


class RegionFacts:
    """Facts about the regions of a graph; of each region once, those it holds first."""

    def __init__(self, graph: IndexedGraph) -> None:
        self._graph = graph
        self._works = sum(kind in WORKING for kind in graph.kinds)
        self._pools = [pools_globally(graph, index) for index in range(len(graph.calls))]
        self._pooling: set[int] = set()  # joins of regions that pool globally
        self._ranges: dict[tuple[int, bool], tuple[SizeRange, bool]] = {}

    def known(self, region: Region) -> Region:
        """The region, with its facts in place for those around it: no recursion is deep then."""
        held = region.held.values()
        own = sum(self._graph.kinds[index] in WORKING for index in region.steps)
        region.works = own + sum(inner.works for inner in held)
        region.count = len(region.steps) + sum(inner.count for inner in held)
        region.first = min(region.steps[0], *(inner.first for inner in held), region.join)
        pools = any(self._pools[index] for index in region.steps)
        if pools or not self._pooling.isdisjoint(region.held):
            self._pooling.add(region.join)
            for in_region in (False, True):
                self._ranges[region.join, in_region] = self._measure(region, in_region=in_region)
        else:
            measured = self._measure_all(region)
            self._ranges.update({(region.join, in_region): measured for in_region in (False, True)})
        return region

    def is_long(self, region: Region) -> bool:
        """Return whether the region spans blocks or changes of size, and so is no group."""
        if self.changes_size(region):
            return True
        # A module that concatenates (a CSP stage, YOLO's C2f) may hold blocks in a row; the whole
        # body of a model, with all its features concatenated, is no module.
        holds_most = 2 * region.works > self._works
        may_hold_blocks = not is_adding(self._graph, region.join) and not holds_most
        return not may_hold_blocks and _spans_blocks(self._graph, region)

    def changes_size(self, region: Region) -> bool:
        """Return whether a unit inside is smaller, or larger, than both ends.

        Global paths are excepted.
        """
        sizes = self._graph.sizes
        inside, _ = self._ranges[region.join, False]
        ends = sizes[region.entry], sizes[region.join]
        return any(stands_out(size, *ends) for size in inside.extremes())

    def _measure_all(self, region: Region) -> tuple[SizeRange, bool]:
        """As ``_measure``, of a region without global pooling."""
        graph, found = self._graph, SizeRange()
        for size in {
            graph.sizes[index]
            for index in region.steps
            if graph.kinds[index] in _MEASURED and index not in region.held
        }:
            found = found.including(size)
        for held in region.held:
            found = found.union(self._ranges[held, False][0])
        return found, False

    def _measure(self, region: Region, *, in_region: bool) -> tuple[SizeRange, bool]:
        """Sizes of the units that don't depend on global pooling alone; whether the join does.

        Args:
            region: the region.
            in_region: whether it lies in one that its entry lies in too, and does not pool.
        """
        graph, found = self._graph, SizeRange()
        pooled: set[int] = set()  # calls that depend on global pooling alone
        inside = {*region.steps, region.entry} if in_region else {*region.steps}

        def is_pooled(index: int) -> bool:
            inner = [source for source in region.sources(graph, index) if source in inside]
            return bool(inner) and pooled.issuperset(inner)

        for index in region.steps:
            held = region.held.get(index)
            if is_pooled(index) or (held is None and self._pools[index]):
                pooled.add(index)
            elif held is not None:
                sizes, join_is_pooled = self._ranges[held.join, held.entry in inside]
                found = found.union(sizes)
                if join_is_pooled:
                    pooled.add(index)
            elif graph.kinds[index] in _MEASURED:
                found = found.including(graph.sizes[index])
        return found, is_pooled(region.join)


def _spans_blocks(graph: IndexedGraph, region: Region) -> bool:
    """Return whether two direct child regions that are not gates follow each other."""
    children = [child for child in region.children if not is_gate(graph, child)]
    if len(children) < 2:
        return False
    joins = {child.join for child in children}
    entries = {child.entry for child in children}
    behind: set[int] = set()  # the children's joins and the calls after them
    for index in region.steps:
        if index in joins or any(source in behind for source in region.sources(graph, index)):
            behind.add(index)
            if index in entries:
                return True
    return False
