"""Blocks: the outermost regions that are not long, with what belongs to them before and after."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from resnet_viz.analysis.structure.block_kinds import residual_kind, workers_of
from resnet_viz.analysis.structure.indexed_graph import IndexedGraph
from resnet_viz.analysis.structure.regions import Region, is_adding, is_gate
from resnet_viz.analysis.structure.shortcuts import ShortcutPath
from resnet_viz.analysis.structure.types import BlockKind
from resnet_viz.analysis.structure.units import join_activations
from resnet_viz.graph.ops import WEIGHTED


class Block(msgspec.Struct, frozen=True, eq=False):
    """A region that is drawn as a group.

    Attributes:
        lead: the calls before the branches part that the block took; the entry is the last.
        tail: the calls after the join that the block took.
        calls: all its calls, ascending: the lead, the region's, the join and the tail.
    """

    region: Region
    kind: BlockKind
    lead: list[int]
    tail: list[int]
    calls: list[int]


def outermost(regions: list[Region]) -> list[Region]:
    """The regions that are blocks: not long, with nothing but long ones around."""
    found = []
    for region in regions:
        around = region.parent
        while around is not None and around.long:
            around = around.parent
        if around is None and not region.long:
            found.append(region)
    return found


def blocks_of(
    flow: IndexedGraph, regions: list[Region], ways: dict[int, list[ShortcutPath]]
) -> list[Block]:
    """All blocks in the topological order of their joins; ``ways`` by join."""
    chosen = outermost(regions)
    kinds = [_kind(flow, region, ways[region.join]) for region in chosen]
    adding = [region.join for region in chosen if is_adding(flow, region.join)]
    tails = {**_norm_tails(flow, adding), **join_activations(flow)}
    taken = {tails[region.join] for region in chosen if region.join in tails}
    found = []
    for region, kind in zip(chosen, kinds, strict=True):
        tail = [tails[region.join]] if region.join in tails else []
        lead = _lead(flow, region, taken) if kind not in {"gate", "dense"} else []
        calls = [*lead, *region.calls, region.join, *tail]
        found.append(Block(region, kind, lead, tail, calls))
    return found


def _lead(flow: IndexedGraph, region: Region, taken: set[int]) -> list[int]:
    """Normalisation and activation before the branches part, if they serve this block alone.

    Pre-activation with a projection: both branches start behind it. What trails a weighted call
    belongs to that call's unit.
    """
    inside = {*region.calls, region.join}
    found: list[int] = []
    place = region.entry
    while flow.kinds[place] in {"norm", "activation"} and place not in taken:
        if flow.is_output[place] or not inside.issuperset(flow.succs[place]):
            break
        if len(flow.preds[place]) != 1:
            break
        found.append(place)
        inside = {place}
        place = flow.preds[place][0]
    weighted = flow.kinds[place] in WEIGHTED and len(flow.succs[place]) == 1
    return [] if weighted else found[::-1]


def _norm_tails(flow: IndexedGraph, joins: list[int]) -> dict[int, int]:
    """Normalisations that end blocks (post-LN): most of the model's joins must have one."""
    found = {}
    for join in joins:
        after = flow.sole_consumer(join)
        if after is None or flow.kinds[after] != "norm":
            continue
        behind = flow.sole_consumer(after)
        if behind is None or flow.kinds[behind] != "activation":
            found[join] = after
    return found if len(found) >= 2 and 2 * len(found) > len(joins) else {}


def _kind(flow: IndexedGraph, region: Region, ways: list[ShortcutPath]) -> BlockKind:
    if is_gate(flow, region):
        return "gate"
    if not ways:
        return "parallel"
    if not is_adding(flow, region.join):
        return "dense"
    aside = {place for way in ways for place in way.calls} | in_gates(flow, region.children)
    branch, in_series = workers_of(flow, [p for p in region.calls if p not in aside])
    return residual_kind(branch, in_series=in_series)


def in_gates(flow: IndexedGraph, regions: Iterable[Region]) -> set[int]:
    """The calls that lie in gates among the regions, at any depth."""
    found: set[int] = set()
    todo = list(regions)
    while todo:  # not by recursion: a file may have a thousand in each other
        region = todo.pop()
        if is_gate(flow, region):
            found.update(region.calls)
        else:
            todo += region.children
    return found
