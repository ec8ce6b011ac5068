"""Cells: what the concatenations of a chain gather, each fed by its two predecessors (NASNet)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import msgspec

from resnet_viz.analysis.keras_ops.spatial_sizes import Sizes, sizes_differ
from resnet_viz.analysis.structure.indexing.dominators import VIRTUAL
from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph

_FEWEST_INPUTS: Final = 3
"""Inputs of a cell's concatenation; one of two inputs only adjusts sizes inside a cell."""
_FEWEST_CELLS: Final = 3
_MOST_SOURCES: Final = 2
_REACH: Final = 3
"""Cells back that a cell may take from: NASNet-Large skips its reduction cells."""

_Sources: TypeAlias = frozenset[int]


class Cell(msgspec.Struct, frozen=True, eq=False):
    """A cell.

    Attributes:
        entry: the nearest cell's join before it, or the call where the chain starts, if any.
        join: the concatenation that ends it.
        calls: all its calls, ascending; the last is the join, which alone feeds others.
        is_reduction: its output is smaller than its input.
    """

    entry: int | None
    join: int
    calls: list[int]
    is_reduction: bool


def find_cells(graph: IndexedGraph, dominators: Sequence[int]) -> list[Cell]:
    """All cells in the topological order of their concatenations."""
    joins = [index for index in range(len(graph.calls)) if _gathers(graph, index)]
    if len(joins) < _FEWEST_CELLS:
        return []
    sources = _sources(graph, joins)
    return [
        cell
        for chain in _chains(joins, sources)
        for cell in _cells(graph, chain, sources, dominators[chain[0]])
    ]


def _gathers(graph: IndexedGraph, index: int) -> bool:
    return graph.calls[index].type == "Concatenate" and len(graph.refs(index)) >= _FEWEST_INPUTS


def _sources(graph: IndexedGraph, joins: Iterable[int]) -> dict[int, _Sources]:
    """For each of the joins those that feed it without another in between; of many, three."""
    ends = set(joins)
    reaching: list[_Sources] = []
    for before in graph.preds:
        found: set[int] = set()
        for source in before:
            found |= {source} if source in ends else reaching[source]
        reaching.append(frozenset(sorted(found)[: _MOST_SOURCES + 1]))
    return {join: reaching[join] for join in ends}


def _chains(joins: list[int], sources: dict[int, _Sources]) -> list[list[int]]:
    """Runs of joins each fed by one or two of the three before it; some must be fed by two."""
    before = _joins_before(joins, sources)
    uses = Counter(before.values())
    chain_of: dict[int, list[int]] = {}
    chains: list[list[int]] = []
    for join in joins:
        source = before.get(join)
        chain = None if source is None or uses[source] > 1 else chain_of[source]
        if chain is None or not sources[join].issubset(chain[-_REACH:]):
            chain = []
            chains.append(chain)
        chain.append(join)
        chain_of[join] = chain
    return [
        chain
        for chain in chains
        if len(chain) >= _FEWEST_CELLS
        and any(len(sources[join]) == _MOST_SOURCES for join in chain[1:])
    ]


def _joins_before(joins: list[int], sources: dict[int, _Sources]) -> dict[int, int]:
    """The later of the sources of each join that has one, or two of which one feeds the other.

    "Later" is one of the order of the graph, not of the file: the other is at most two before it.
    """
    before: dict[int, int] = {}
    for join in joins:
        found = sources[join]
        if not 0 < len(found) <= _MOST_SOURCES:
            continue
        last, earlier = max(found), min(found)
        reached, steps = last, 1
        while reached != earlier and reached in before and steps < _REACH:
            reached, steps = before[reached], steps + 1
        if reached == earlier:
            before[join] = last
    return before


def _cells(
    graph: IndexedGraph, chain: list[int], sources: dict[int, _Sources], entry: int
) -> list[Cell]:
    """The cells of a chain, each call in that of the first join it reaches.

    None if another call than a join feeds calls outside its cell, or if the first cell would hold
    another chain's.
    """
    before_chain = set() if entry == VIRTUAL else {entry, *_ancestors(graph, entry, set())}
    taken = set(before_chain)
    cells: list[Cell] = []
    for number, join in enumerate(chain):
        calls = [*sorted(_ancestors(graph, join, taken)), join]
        taken.update(calls)
        holds_others = any(_gathers(graph, index) for index in calls[:-1])
        if holds_others or not _is_closed(graph, calls):
            return []
        inputs = sources[join].intersection(chain) if number else set()
        source = max(inputs, default=None if entry == VIRTUAL else entry)
        size: Sizes = () if source is None else graph.sizes[source]
        cells.append(Cell(source, join, calls, _shrinks(size, graph.sizes[join])))
    return cells


def _ancestors(graph: IndexedGraph, index: int, taken: set[int]) -> set[int]:
    """The calls that a call depends on, but for those taken and what is before them only."""
    found: set[int] = set()
    waiting = [index]
    while waiting:
        new = [
            source
            for source in graph.preds[waiting.pop()]
            if source not in taken and source not in found
        ]
        found.update(new)
        waiting += new
    return found


def _is_closed(graph: IndexedGraph, calls: list[int]) -> bool:
    """Return whether only the last call feeds calls outside, or the model's outputs."""
    inside = set(calls)
    return all(
        not graph.is_output[index] and inside.issuperset(graph.succs[index]) for index in calls[:-1]
    )


def _shrinks(before: Sizes, after: Sizes) -> bool:
    return sizes_differ(before, after) and all(
        old is not None and new is not None and new <= old
        for old, new in zip(before, after, strict=False)
    )
