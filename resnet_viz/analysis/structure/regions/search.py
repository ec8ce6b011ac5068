"""The search for regions: from each join back to the entry where its branches part."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import combinations, pairwise
from typing import Final

from resnet_viz.analysis.structure.indexing.dominators import VIRTUAL
from resnet_viz.analysis.structure.indexing.indexed_graph import WORKING, IndexedGraph, is_identity
from resnet_viz.analysis.structure.regions.nest import Nest
from resnet_viz.analysis.structure.regions.regions import (
    Region,
    RegionFacts,
    is_adding,
    is_gate,
    is_light,
)
from resnet_viz.analysis.structure.regions.shortcuts import direct_gates, shortcut_paths

_MOST_SHARING: Final = 50
"""Leaky regions that share a call and are compared with each other; of more, none is kept."""
_MOST_VISITS: Final = 2_000_000
"""Calls visited in searches for gates and leaky regions, which may be in each other; later joins of
models that reach it (gates nested more than a thousand deep) have none."""


def find_regions(
    graph: IndexedGraph,
    dominators: list[int],
    post_dominators: list[int],
    *,
    leaks: bool = True,
) -> list[Region]:
    """All regions, nested, in the topological order of their joins; leaky ones only if asked."""
    search = _Search(graph, post_dominators)
    found: list[Region] = []
    for index, kind in enumerate(graph.kinds):
        if kind != "join" or len(graph.preds[index]) < 2:
            continue
        region = search.region(index, dominators[index])
        if region is None and leaks:
            region = search.open_region(index)
        if region is not None:
            found.append(region)
            search.gates |= direct_gates(graph, [region])
    crossing = _crossing(graph, [region for region in found if region.is_leaky])
    nest = Nest(len(graph.calls))
    for region in found:
        if region.join not in crossing:
            nest.add(region)
    for region in nest.regions:
        region.long = not is_gate(graph, region) and search.facts.is_long(region)
    return nest.regions


def _crossing(graph: IndexedGraph, leaky: list[Region]) -> set[int]:
    """Joins of leaky regions that share calls though neither join depends on the other.

    None of them is the later one, so both stay open.
    """
    regions_at: dict[int, list[Region]] = {}
    for region in leaky:
        for index in region.steps:  # regions that share a call of one held share its join
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


class _Search:
    """Search for the regions of a graph, join by join in topological order.

    A region that takes nothing from the side is *contracted* from then on: a search that comes to
    its join goes on at its entry, so that regions in each other don't walk through the inner ones
    again and again.

    Attributes:
        facts: about the regions found.
        gates: those found that scale their entry's own tensor, by join.
    """

    def __init__(self, graph: IndexedGraph, post_dominators: list[int]) -> None:
        self._graph = graph
        self._post_dominators = post_dominators
        self._contracted: dict[int, Region] = {}  # by join
        self._home: dict[int, Region] = {}  # the contracted region that has a call as a step
        self._visits_left = _MOST_VISITS
        self.facts = RegionFacts(graph)
        self.gates: dict[int, Region] = {}

    def region(self, join: int, dominator: int) -> Region | None:
        """The region of a join, with one way in and one way out."""
        graph = self._graph
        # Only the entry may feed others too, so at most one of the join's inputs may.
        loose = [index for index in graph.preds[join] if self._post_dominators[index] != join]
        if len(loose) > 1:
            return None
        entry: int | None = loose[0] if loose else None
        # With side inputs (a time embedding) no call is on every path to a U-Net's concatenation;
        # then its entry is searched for like that of an addition.
        if dominator != VIRTUAL and not is_adding(graph, join):
            if loose and entry != dominator:
                return None
            entry = dominator
        walk = self._walk_back(join, entry)
        past_gates = walk is None and entry is None and bool(self.gates) and self._visits_left > 0
        if past_gates:
            walk = self._walk_back(join, None, past_gates=True)
            self._visits_left -= 0 if walk is None else len(walk[1])
        region = None if walk is None else self._held(join, *walk)
        if region is None or self._makes_output(region) or not self._is_closed(region):
            return None
        if past_gates and not shortcut_paths(graph, region, self.gates):
            return None
        if self._is_self_contained(region):
            self._contracted[join] = region
            self._home.update(dict.fromkeys(region.steps, region))
        return region

    def open_region(self, join: int) -> Region | None:
        """The region of a join that takes its entry's own tensor, though its branch has other ties.

        A gate's branch may take tensors from the side that depend on the entry too (an Attention
        U-Net's); an addition's may feed others (WaveNet's) or make outputs of the model, as may a
        gate of a single working call (a highway's 1 - t). A region that feeds others may not change
        the size.
        """
        graph = self._graph
        if len(graph.refs(join)) != 2 or len(graph.preds[join]) != 2 or self._visits_left <= 0:
            return None
        entry, branch = sorted(graph.preds[join])
        multiplies = graph.calls[join].type == "Multiply"
        if multiplies:
            region = self._gate_region(join, entry, branch)
            if region is not None:
                return region
        elif not is_adding(graph, join):
            return None
        walk = self._walk_back(join, min(self._passed_on(entry), self._passed_on(branch)))
        self._visits_left -= 0 if walk is None else len(walk[1])
        region = None if walk is None else self._held(join, *walk)
        if region is None or self.facts.changes_size(region):
            return None
        region.is_leaky = True
        return None if multiplies and region.works > 1 else region

    def _passed_on(self, index: int) -> int:
        """The call whose tensor a call passes on to the join alone; mostly itself."""
        graph = self._graph
        while (
            is_identity(graph.calls[index])
            and len(graph.preds[index]) == 1
            and len(graph.succs[index]) == 1
        ):
            (index,) = graph.preds[index]
        return index

    def _gate_region(self, join: int, entry: int, branch: int) -> Region | None:
        """The region of a gate: the calls between that lead to nothing but the join."""
        graph = self._graph
        closed: set[int] = set()
        waiting = [branch]
        while waiting:
            index = waiting.pop()
            after = self._post_dominators[index]
            if index > entry and index not in closed and (after == join or after in closed):
                closed.add(index)
                waiting += graph.preds[index]
        self._visits_left -= len(closed)
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
        return self.facts.known(Region(entry, join, calls, dict.fromkeys(calls, bit), {}, []))

    def _sources(self, index: int) -> list[int]:
        """Calls that a call takes from; a contracted region's join takes from its entry."""
        region = self._contracted.get(index)
        return self._graph.preds[index] if region is None else [region.entry]

    def _walk_back(
        self, join: int, entry: int | None, *, past_gates: bool = False
    ) -> tuple[int, dict[int, int]] | None:
        """Search back from the join, latest call first, to the entry.

        Each call gets a bit for each input of the join that it leads to; as calls are visited
        latest first, a visited call has all its bits. Without a given entry, it is the first call
        with all bits on a chain of light calls, or of gates too, from an input.

        Returns:
            The entry and the bits of all calls visited before it; None if there is no entry.
        """
        graph = self._graph
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
                if past_gates and index in self.gates:
                    chains.add(self.gates[index].entry)
                elif entry is None and is_light(graph, index):
                    chains.add(graph.preds[index][0])
            seen[index] = reached
            for source in self._sources(index):
                if source not in bits:
                    bits[source] = 0
                    heappush(heap, -source)
                bits[source] |= reached
        return None

    def _held(self, join: int, entry: int, seen: dict[int, int]) -> Region | None:
        """The region with all between entry and join, if one of its calls works."""
        graph = self._graph
        inside: set[int] = {entry}
        steps: list[int] = []
        for index in reversed(seen):  # ascending
            if not inside.isdisjoint(self._sources(index)):
                inside.add(index)
                steps.append(index)
        held = {index: self._contracted[index] for index in steps if index in self._contracted}
        if not held and not any(graph.kinds[index] in WORKING for index in steps):
            return None
        reach = {index: seen[index] for index in steps}
        return self.facts.known(Region(entry, join, steps, reach, held, []))

    def _makes_output(self, region: Region) -> bool:
        return any(self._graph.is_output[index] for index in region.steps)

    def _is_closed(self, region: Region) -> bool:
        """Return whether only the entry feeds calls outside the region."""
        inside = {*region.steps, region.join}

        def holds(index: int) -> bool:
            while index not in inside:
                home = self._home.get(index)
                if home is None:
                    return False
                index = home.join
            return True

        return all(
            after in inside or holds(after)
            for index in region.steps
            for after in self._graph.succs[index]
        )

    def _is_self_contained(self, region: Region) -> bool:
        """Return whether all that the region takes from outside is what its entry makes."""
        inside = {*region.steps, region.entry}
        return all(
            inside.issuperset(self._sources(index)) for index in (*region.steps, region.join)
        )
