"""Regions: what lies between a join and the entry where its branches part."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.spatial_sizes import stands_out
from resnet_viz.analysis.structure.dominators import (
    VIRTUAL,
    immediate_dominators,
    immediate_post_dominators,
)
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
    """One way in, one way out; the entry may feed others too.

    Attributes:
        entry, join: where the branches part and meet; both lie outside ``calls``.
        calls: what lies between, ascending.
        reach: for each of ``calls``, a bit for each distinct input of the join that it leads to.
        children: regions directly inside.
        parent: the region around it, if any.
        long: spans blocks or changes of size; never a group.
    """

    entry: int
    join: int
    calls: list[int]
    reach: dict[int, int]
    children: list[Region]
    parent: Region | None = None
    long: bool = False


def is_adding(flow: IndexedGraph, place: int) -> bool:
    """Whether the join adds: Add, Subtract, Average, or a custom one that keeps the shape."""
    call = flow.calls[place]
    if call.type in MERGING:
        return call.type in ADDING_JOINS
    shapes = flow.graph.input_shapes(call)
    return call.output_shape is not None and all(shape == call.output_shape for shape in shapes)


def is_gate(flow: IndexedGraph, region: Region) -> bool:
    """Whether the region's join multiplies."""
    return flow.calls[region.join].type == "Multiply"


def is_light(flow: IndexedGraph, place: int) -> bool:
    """Whether a shortcut may pass through the call: it does no or little work on one tensor."""
    call = flow.calls[place]
    if len(flow.preds[place]) != 1:
        return False
    if flow.kinds[place] in _LIGHT or call.type == "GetItem" or call.type.startswith("Cropping"):
        return True
    return is_identity(call) or is_pointwise(call)


def regions_of(flow: IndexedGraph) -> list[Region]:
    """All regions in the topological order of their joins, nested, the long ones marked."""
    dominators = immediate_dominators(flow.preds)
    outputs = {place for place, is_output in enumerate(flow.is_output) if is_output}
    after = immediate_post_dominators(flow.succs, outputs)
    nest = _Nest(len(flow.calls))
    for place, kind in enumerate(flow.kinds):
        if kind != "join" or len(flow.preds[place]) < 2:
            continue
        region = _region(flow, place, dominators[place], after)
        if region is not None:
            nest.add(region)
    for region in nest.regions:
        region.long = not is_gate(flow, region) and _is_long(flow, region)
    return nest.regions


def _region(flow: IndexedGraph, join: int, dominator: int, after: list[int]) -> Region | None:
    # Only the entry may also feed others, so of the join's inputs at most one does.
    loose = [place for place in flow.preds[join] if after[place] != join]
    if len(loose) > 1:
        return None
    entry: int | None = loose[0] if loose else None
    # Side inputs (a time embedding) leave no call on every way to a U-Net's concatenation; then
    # its entry is sought like that of an addition.
    if dominator != VIRTUAL and not is_adding(flow, join):
        if loose and entry != dominator:
            return None
        entry = dominator
    found = _walk_back(flow, join, entry)
    return None if found is None else _closed(flow, join, *found)


def _walk_back(
    flow: IndexedGraph, join: int, entry: int | None
) -> tuple[int, dict[int, int]] | None:
    """Search back from the join, latest call first, to the entry.

    Each call gets a bit for each input of the join that it leads to; latest first makes the bits
    complete when a call comes up. An entry that is not given is the first call with all bits on a
    chain of light calls from an input.

    Returns:
        The entry and the bits of all calls that came up before it; None without an entry.
    """
    bits: dict[int, int] = {}
    for number, ref in enumerate(flow.refs(join)):
        source = flow.index[ref.call]
        bits[source] = bits.get(source, 0) | 1 << number
    complete = (1 << len(flow.refs(join))) - 1
    heap = [-place for place in bits]
    heapify(heap)
    chains = set(bits) if entry is None else {entry}
    seen: dict[int, int] = {}
    while heap and chains:
        place = -heappop(heap)
        mine = bits[place]
        if place in chains:
            if mine == complete:
                return place, seen
            chains.remove(place)
            if entry is None and is_light(flow, place):
                chains.add(flow.preds[place][0])
        seen[place] = mine
        for source in flow.preds[place]:
            if source not in bits:
                bits[source] = 0
                heappush(heap, -source)
            bits[source] |= mine
    return None


def _closed(flow: IndexedGraph, join: int, entry: int, seen: dict[int, int]) -> Region | None:
    """The region, if nothing in it but the entry feeds elsewhere and something in it works."""
    inside: set[int] = {entry}
    calls: list[int] = []
    for place in reversed(seen):  # ascending
        if any(source in inside for source in flow.preds[place]):
            inside.add(place)
            calls.append(place)
    inside.add(join)
    for place in calls:
        if flow.is_output[place] or any(after not in inside for after in flow.succs[place]):
            return None
    if not any(flow.kinds[place] in WORKING for place in calls):
        return None
    return Region(entry, join, calls, {place: seen[place] for place in calls}, [])


class _Nest:
    """Regions that nest; of two that overlap without nesting, the later join stays open."""

    def __init__(self, count: int) -> None:
        self.regions: list[Region] = []
        self._outermost: list[Region | None] = [None] * count

    def add(self, region: Region) -> None:
        """Take the region, unless it cuts one that is there."""
        shared: dict[int, tuple[Region, int]] = {}
        for place in region.calls:
            inner = self._outermost[place]
            if inner is not None:
                shared[inner.join] = (inner, shared.get(inner.join, (inner, 0))[1] + 1)
        if any(count != len(inner.calls) + 1 for inner, count in shared.values()):
            return
        for inner, _ in shared.values():
            inner.parent = region
            region.children.append(inner)
        for place in (*region.calls, region.join):
            self._outermost[place] = region
        self.regions.append(region)


def _is_long(flow: IndexedGraph, region: Region) -> bool:
    return _spans_blocks(flow, region) or _changes_size(flow, region)


def _spans_blocks(flow: IndexedGraph, region: Region) -> bool:
    """Whether two direct child regions, gates aside, lie one after the other."""
    children = [child for child in region.children if not is_gate(flow, child)]
    if len(children) < 2:
        return False
    joins = {child.join for child in children}
    entries = {child.entry for child in children}
    behind: set[int] = set()  # calls behind a child's join, that join included
    for place in region.calls:
        if place in joins or any(source in behind for source in flow.preds[place]):
            behind.add(place)
            if place in entries:
                return True
    return False


def _changes_size(flow: IndexedGraph, region: Region) -> bool:
    """Whether a unit inside is smaller, or larger, than both ends; global ways aside."""
    entry, join = flow.sizes[region.entry], flow.sizes[region.join]
    apart: set[int] = set()  # what comes from global pooling alone
    for place in region.calls:
        inner = [source for source in flow.preds[place] if source in region.reach]
        if pools_globally(flow, place) or (inner and all(source in apart for source in inner)):
            apart.add(place)
        elif flow.kinds[place] in _MEASURED and stands_out(flow.sizes[place], entry, join):
            return True
    return False
