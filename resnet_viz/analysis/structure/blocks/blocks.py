"""Blocks at joins: the outermost regions that are not long, with what leads in and follows."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from resnet_viz.analysis.structure.blocks.kinds import (
    attends_in_operations,
    find_workers,
    residual_kind,
)
from resnet_viz.analysis.structure.blocks.units import join_activations
from resnet_viz.analysis.structure.indexing.indexed_graph import WORKING, IndexedGraph, Worker
from resnet_viz.analysis.structure.regions.regions import Region, is_adding, is_gate
from resnet_viz.analysis.structure.regions.shortcuts import ShortcutPath
from resnet_viz.analysis.structure.types import BlockKind
from resnet_viz.graph.ops import WEIGHTED


class Block(msgspec.Struct, frozen=True, eq=False):
    """A region that is drawn as a group, or a run of units like a residual block's branch.

    Attributes:
        region: None for a block without a shortcut.
        lead: the block's calls before its branches part; the entry is the last of them.
        tail: the block's calls after the join.
        calls: all its calls, ascending: the lead, the region's, the join and the tail.
        branch: the weighted calls of a residual block's branch, in order; empty for others.
        in_series: the branch's weighted calls follow each other on a single path.
    """

    region: Region | None
    kind: BlockKind
    lead: list[int]
    tail: list[int]
    calls: list[int]
    branch: tuple[Worker, ...] = ()
    in_series: bool = False

    @property
    def end(self) -> int:
        """The join, or the last call of a block without one; no two blocks share it."""
        return self.calls[-1] if self.region is None else self.region.join


def _outermost(regions: list[Region], cells: frozenset[int]) -> list[Region]:
    """The regions that are blocks: not long, and inside long ones and cells only."""
    is_free: dict[int, bool] = {}  # by join: inside long ones and cells only
    for region in reversed(regions):  # those around it come first there
        around = region.parent
        is_free[region.join] = around is None or (
            is_free[around.join] and (around.long or around.join in cells)
        )
    return [
        region
        for region in regions
        if is_free[region.join] and not region.long and region.join not in cells
    ]


def find_blocks(
    graph: IndexedGraph,
    regions: list[Region],
    paths: dict[int, list[ShortcutPath]],
    cells: frozenset[int],
) -> list[Block]:
    """All blocks in the topological order of their joins.

    ``paths`` are shortcuts by join; ``cells`` are joins of cells, which are no blocks.
    """
    chosen = [one for one in _outermost(regions, cells) if not _is_bare_sum(graph, one, paths)]
    adding = [region.join for region in chosen if is_adding(graph, region.join)]
    tails = {**_norm_tails(graph, adding), **join_activations(graph)}
    taken = {tails[region.join] for region in chosen if region.join in tails}
    blocks = []
    for region in chosen:
        branch, in_series = _branch(graph, region, paths[region.join])
        kind = _kind(graph, region, paths[region.join], branch, in_series=in_series)
        tail = [tails[region.join]] if region.join in tails else []
        lead = _lead(graph, region, taken) if kind not in {"gate", "dense"} else []
        calls = [*lead, *region.calls, region.join, *tail]
        blocks.append(Block(region, kind, lead, tail, calls, branch, in_series))
    return blocks


def _is_bare_sum(graph: IndexedGraph, region: Region, paths: dict[int, list[ShortcutPath]]) -> bool:
    """Return whether an addition takes an output of its entry that is no shortcut (TCN's skips)."""
    bare = is_adding(graph, region.join) and region.entry in graph.preds[region.join]
    return bare and not paths[region.join]


def _lead(graph: IndexedGraph, region: Region, taken: set[int]) -> list[int]:
    """Normalisation and activation before the branches part, if they serve this block alone.

    Pre-activation with a projection has them: both branches start behind it. Those that follow a
    weighted call belong to that call's unit.
    """
    inside = {*region.calls, region.join}
    lead: list[int] = []
    index = region.entry
    while graph.kinds[index] in {"norm", "activation"} and index not in taken:
        if graph.is_output[index] or not inside.issuperset(graph.succs[index]):
            break
        if len(graph.preds[index]) != 1:
            break
        lead.append(index)
        inside = {index}
        index = graph.preds[index][0]
    weighted = graph.kinds[index] in WEIGHTED and len(graph.succs[index]) == 1
    return [] if weighted else lead[::-1]


def _norm_tails(graph: IndexedGraph, joins: list[int]) -> dict[int, int]:
    """Normalisations after joins (post-LN), by join; most of the model's joins must have one."""
    tails = {}
    for join in joins:
        after = graph.sole_consumer(join)
        if after is None or graph.kinds[after] != "norm":
            continue
        behind = graph.sole_consumer(after)
        if behind is None or graph.kinds[behind] != "activation":
            tails[join] = after
    return tails if len(tails) >= 2 and 2 * len(tails) > len(joins) else {}


def _branch(
    graph: IndexedGraph, region: Region, paths: list[ShortcutPath]
) -> tuple[tuple[Worker, ...], bool]:
    """The weighted calls of a residual block's branch, and whether they are in series."""
    if is_gate(graph, region) or not paths or not is_adding(graph, region.join):
        return (), False
    left_out = {index for path in paths for index in path.calls}
    left_out |= calls_in_gates(graph, region.children)
    return find_workers(graph, [index for index in region.calls if index not in left_out])


def _kind(
    graph: IndexedGraph,
    region: Region,
    paths: list[ShortcutPath],
    branch: tuple[Worker, ...],
    *,
    in_series: bool,
) -> BlockKind:
    if is_gate(graph, region):
        return "gate"
    if not paths:
        return "parallel"
    if not is_adding(graph, region.join):
        return "dense"
    if attends_in_operations(graph, region.calls):
        return "attention"
    return residual_kind(branch, in_series=in_series)


def _is_product(graph: IndexedGraph, region: Region) -> bool:
    """Return whether every input of a gate's join works, as in SwiGLU: nothing is just scaled."""
    reached = 0
    for index, bits in region.reach.items():
        if index in region.held or graph.kinds[index] in WORKING:
            reached |= bits
    return reached == (1 << len(graph.refs(region.join))) - 1


def calls_in_gates(graph: IndexedGraph, regions: Iterable[Region]) -> set[int]:
    """The calls inside the gates among the regions, at any depth.

    The branches of a product of two working branches (SwiGLU) are in no gate.
    """
    calls: set[int] = set()
    pending = list(regions)
    while pending:  # not by recursion: a file may nest a thousand of them
        region = pending.pop()
        if is_gate(graph, region) and not _is_product(graph, region):
            calls.update(region.calls)
        else:
            pending += region.children
    return calls
