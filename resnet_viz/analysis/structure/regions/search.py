"""The search for regions: from each join back to the entry where its branches part."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import combinations, pairwise
from typing import Final

from msgspec.structs import replace

from resnet_viz.analysis.structure.indexing.dominators import VIRTUAL
from resnet_viz.analysis.structure.indexing.indexed_graph import WORKING, IndexedGraph
from resnet_viz.analysis.structure.regions.regions import (
    Region,
    changes_size,
    is_adding,
    is_gate,
    is_light,
    is_long,
)

_MOST_SHARING: Final = 50
"""Leaky regions that share a call and are compared with each other; of more, none is kept."""


def find_regions(
    graph: IndexedGraph,
    dominators: list[int],
    post_dominators: list[int],
    *,
    leaks: bool = True,
) -> list[Region]:
    """All regions, nested, in the topological order of their joins; leaky ones only if asked."""
    nest = _Nest(len(graph.calls))
    found: list[Region] = []
    for index, kind in enumerate(graph.kinds):
        if kind != "join" or len(graph.preds[index]) < 2:
            continue
        region = _region(graph, index, dominators[index], post_dominators)
        if region is None and leaks:
            region = _open_region(graph, index, post_dominators)
        if region is not None:
            found.append(region)
    crossing = _crossing(graph, [region for region in found if region.is_leaky])
    for region in found:
        if region.join not in crossing:
            nest.add(region)
    for region in nest.regions:
        region.long = not is_gate(graph, region) and is_long(graph, region)
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


def _crossing(graph: IndexedGraph, leaky: list[Region]) -> set[int]:
    """Joins of leaky regions that share calls though neither join depends on the other.

    None of them is the later one, so both stay open.
    """
    regions_at: dict[int, list[Region]] = {}
    for region in leaky:
        for index in region.calls:
            regions_at.setdefault(index, []).append(region)
    related: dict[tuple[int, int], bool] = {}

    def is_related(pair: tuple[Region, Region]) -> bool:
        one, other = pair  # in the topological order of their joins
        key = (one.join, other.join)
        if key not in related:
            related[key] = one.join in other.reach or _depends(graph, other.join, on=one.join)
        return related[key]

    crossing: set[int] = set()
    for sharing in regions_at.values():
        if all(map(is_related, pairwise(sharing))):
            continue  # and so are all, as paths continue each other
        if len(sharing) > _MOST_SHARING:
            crossing.update(region.join for region in sharing)
            continue
        for pair in combinations(sharing, 2):
            if not is_related(pair):
                crossing.update(region.join for region in pair)
    return crossing


def _depends(graph: IndexedGraph, index: int, *, on: int) -> bool:
    """Return whether there is a path from the call ``on`` to a later call."""
    seen = {index}
    waiting = [index]
    while waiting:
        before = {source for source in graph.preds[waiting.pop()] if source >= on} - seen
        if on in before:
            return True
        seen |= before
        waiting += before
    return False


def _open_region(graph: IndexedGraph, join: int, post_dominators: list[int]) -> Region | None:
    """The region of a join that takes its entry's own tensor, though its branch has other ties.

    A gate's branch may take tensors from the side that depend on the entry too (an Attention
    U-Net's); an addition's may feed others (WaveNet's), as may a gate of a single working call (a
    highway's 1 - t). A region that feeds others may not change the size.
    """
    if len(graph.refs(join)) != 2 or len(graph.preds[join]) != 2:
        return None
    entry, branch = sorted(graph.preds[join])
    is_gate = graph.calls[join].type == "Multiply"
    if is_gate:
        region = _gate_region(graph, join, entry, branch, post_dominators)
        if region is not None:
            return region
    elif not is_adding(graph, join):
        return None
    walk = _walk_back(graph, join, entry)
    region = None if walk is None else _held(graph, join, *walk)
    if region is None or changes_size(graph, region):
        return None
    working = sum(graph.kinds[index] in WORKING for index in region.calls)
    return None if is_gate and working > 1 else replace(region, is_leaky=True)


def _gate_region(
    graph: IndexedGraph, join: int, entry: int, branch: int, post_dominators: list[int]
) -> Region | None:
    """The region of a gate: the calls between that lead to nothing but the join."""
    closed: set[int] = set()
    waiting = [branch]
    while waiting:
        index = waiting.pop()
        after = post_dominators[index]
        if index > entry and index not in closed and (after == join or after in closed):
            closed.add(index)
            waiting += graph.preds[index]
    calls: list[int] = []
    inside = {entry}
    for index in sorted(closed):
        if not inside.isdisjoint(graph.preds[index]):
            inside.add(index)
            calls.append(index)
    works = any(graph.kinds[index] in WORKING for index in calls)
    if branch not in inside or not works or any(graph.is_output[index] for index in calls):
        return None
    bit = 1 << [graph.index_of[ref.call] for ref in graph.refs(join)].index(branch)
    return Region(entry, join, calls, dict.fromkeys(calls, bit), [])


def _held(graph: IndexedGraph, join: int, entry: int, seen: dict[int, int]) -> Region | None:
    """The region with all between entry and join, if one of its calls works."""
    inside: set[int] = {entry}
    calls: list[int] = []
    for index in reversed(seen):  # ascending
        if any(source in inside for source in graph.preds[index]):
            inside.add(index)
            calls.append(index)
    if any(graph.is_output[index] for index in calls):
        return None
    if not any(graph.kinds[index] in WORKING for index in calls):
        return None
    return Region(entry, join, calls, {index: seen[index] for index in calls}, [])


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
    region = _held(graph, join, entry, seen)
    if region is None:
        return None
    inside = {*region.calls, join}
    closed = all(inside.issuperset(graph.succs[index]) for index in region.calls)
    return region if closed else None


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
