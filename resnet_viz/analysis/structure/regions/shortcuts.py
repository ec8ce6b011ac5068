"""Shortcut paths: inputs of a join that carry the entry's tensor with no or little work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from resnet_viz.analysis.structure.indexing.indexed_graph import (
    WORKING,
    IndexedGraph,
    is_identity,
    is_pointwise,
)
from resnet_viz.analysis.structure.regions.regions import Region, is_adding, is_gate, is_light
from resnet_viz.analysis.structure.types import ShortcutKind
from resnet_viz.graph.types import TensorRef


class ShortcutPath(msgspec.Struct, frozen=True, eq=False):
    """The path of a shortcut from a region's entry to its join.

    Attributes:
        source: the entry's tensor where the path starts.
        arrival: the tensor that enters the join.
        calls: indices of the calls between, in order.
    """

    region: Region
    kind: ShortcutKind
    source: TensorRef
    arrival: TensorRef
    calls: tuple[int, ...]

    def skipped(self) -> list[int]:
        """The calls of the other branches, ascending."""
        own = set(self.calls)
        return [index for index in self.region.calls if index not in own]


def shortcut_paths(
    graph: IndexedGraph, region: Region, gates: Mapping[int, Region] | None = None
) -> list[ShortcutPath]:
    """The shortcut paths of a region, in the order of the join's inputs.

    A shortcut path holds light calls only, and no other branch has fewer weighted calls; at least
    one other branch has more. Without one, it may pass gates.

    Args:
        graph: of the region.
        region: the region.
        gates: regions of gates by join, those that scale their entry's own tensor.
    """
    paths = _light_paths(graph, region)
    if paths or not gates or not (region.long or is_adding(graph, region.join)):
        return paths
    gated = [_gated_path(graph, region, ref, gates) for ref in graph.refs(region.join)]
    found = [path for path in gated if path is not None]
    return found if len(found) == 1 else []


def _gated_path(
    graph: IndexedGraph, region: Region, arrival: TensorRef, gates: Mapping[int, Region]
) -> ShortcutPath | None:
    """Walk back from an input of the join to the entry, past one gate or more.

    What scales the tensor is no work of the path's own (highway nets, Attention U-Nets).
    """
    calls: list[int] = []
    ref, passes = arrival, False
    while (index := graph.index_of[ref.call]) != region.entry:
        gate = gates.get(index)
        if index not in region.reach or (gate is None and not is_light(graph, index)):
            return None
        calls.append(index)
        if gate is None:
            ref = graph.calls[index].inputs[0]
            continue
        passes = True
        ref = next(r for r in graph.refs(index) if graph.index_of[r.call] == gate.entry)
    if not passes:
        return None
    calls.reverse()
    return ShortcutPath(region, "gated", ref, arrival, tuple(calls))


def direct_gates(graph: IndexedGraph, regions: Iterable[Region]) -> dict[int, Region]:
    """The gates among the regions that scale their entry's own tensor, by join."""
    return {
        region.join: region
        for region in regions
        if is_gate(graph, region) and region.entry in graph.preds[region.join]
    }


def _light_paths(graph: IndexedGraph, region: Region) -> list[ShortcutPath]:
    inputs = graph.refs(region.join)
    work = _work(graph, region, len(inputs))
    least, most = min(work), max(work)
    if least == most:
        return []
    paths = [
        _path(graph, region, ref)
        for ref, amount in zip(inputs, work, strict=True)
        if amount == least
    ]
    return [path for path in paths if path is not None]


def _work(graph: IndexedGraph, region: Region, count: int) -> list[int]:
    """Count the working calls that lead to each of the ``count`` inputs of the join."""
    work = [0] * count
    for index, bits in region.reach.items():
        held = region.held.get(index)
        amount = int(graph.kinds[index] in WORKING) if held is None else held.works
        left = bits if amount else 0
        while left:
            number = left.bit_length() - 1
            work[number] += amount
            left ^= 1 << number
    return work


def _path(graph: IndexedGraph, region: Region, arrival: TensorRef) -> ShortcutPath | None:
    """Walk back from an input of the join to the entry; None if a call between them works."""
    calls: list[int] = []
    ref = arrival
    while (index := graph.index_of[ref.call]) != region.entry:
        if index not in region.reach or not is_light(graph, index):
            return None
        if len(graph.succs[index]) > 1:  # another branch starts here: it is part of the work
            return None
        calls.append(index)
        ref = graph.calls[index].inputs[0]
    calls.reverse()
    if not _others_start_from(graph, region, ref, calls):
        return None
    kind = _kind_for_join(graph, region, calls)
    return None if kind is None else ShortcutPath(region, kind, ref, arrival, tuple(calls))


def _others_start_from(
    graph: IndexedGraph, region: Region, ref: TensorRef, calls: list[int]
) -> bool:
    """Return whether another branch starts from the same tensor of the entry.

    An entry may make several: one half of a split tensor that bypasses the other half's work is
    no shortcut.
    """
    if len(graph.calls[region.entry].outputs) == 1:
        return True
    own = set(calls)
    return any(ref in graph.calls[index].inputs for index in region.walk() if index not in own)


def _kind_for_join(graph: IndexedGraph, region: Region, calls: list[int]) -> ShortcutKind | None:
    kind = _kind(graph, calls)
    if is_gate(graph, region):
        return "gate"
    if is_adding(graph, region.join):
        return kind
    if kind == "identity" and graph.calls[region.join].type not in _COMPUTING:
        return "dense"
    # A U-Net may crop or project what it hands over; beside an Inception's branches, which are
    # not long, a branch with little work is just the smallest of the branches.
    return kind if region.long else None


_COMPUTING: Final = frozenset(
    {"Dot", "Matmul", "Einsum", "Tensordot", "Outer", "Maximum", "Minimum"}
)
"""Joins that neither add nor concatenate: a learned transform of points is no dense connection."""
_SIMPLE: Final = frozenset({"norm", "activation", "regularise"})


def _kind(graph: IndexedGraph, calls: list[int]) -> ShortcutKind:
    if all(is_identity(graph.calls[index]) for index in calls):
        return "identity"
    kinds = {graph.kinds[index] for index in calls}
    if any(_pads_channels(graph, index) for index in calls):
        return "padded"
    if "resize" in kinds:
        return "upsampled"
    if "pool" in kinds:
        return "pooled"
    working = [index for index in calls if is_pointwise(graph.calls[index])]
    others = {graph.kinds[index] for index in calls if index not in working}
    return "projection" if len(working) == 1 and others <= _SIMPLE | {"pad"} else "other"


def _pads_channels(graph: IndexedGraph, index: int) -> bool:
    return graph.kinds[index] == "pad" and graph.channels(index) != graph.channels_in(index)
