"""Shortcuts: inputs of a join that carry the entry's tensor with no or little work."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.structure.indexed_graph import (
    WORKING,
    IndexedGraph,
    is_identity,
    is_pointwise,
)
from resnet_viz.analysis.structure.regions import Region, is_adding, is_gate, is_light
from resnet_viz.analysis.structure.types import ShortcutKind
from resnet_viz.graph.types import TensorRef


class ShortcutPath(msgspec.Struct, frozen=True, eq=False):
    """A shortcut of a region.

    Attributes:
        source: the entry's tensor that it starts from.
        arrival: the tensor that enters the join.
        calls: the calls between, in order.
    """

    region: Region
    kind: ShortcutKind
    source: TensorRef
    arrival: TensorRef
    calls: tuple[int, ...]

    def skipped(self) -> list[int]:
        """The calls of the other branches."""
        own = set(self.calls)
        return [place for place in self.region.calls if place not in own]


def shortcut_paths(flow: IndexedGraph, region: Region) -> list[ShortcutPath]:
    """The shortcuts of a region, in the order of the join's inputs.

    A shortcut's way holds light calls only and fewer weighted calls than any other branch that
    could be one; some other branch holds more.
    """
    inputs = flow.refs(region.join)
    work = [_work(flow, region, 1 << number) for number in range(len(inputs))]
    least, most = min(work), max(work)
    if least == most:
        return []
    found = []
    for ref, amount in zip(inputs, work, strict=True):
        way = _way(flow, region, ref) if amount == least else None
        if way is not None:
            found.append(way)
    return found


def _work(flow: IndexedGraph, region: Region, bit: int) -> int:
    return sum(
        1 for place, bits in region.reach.items() if bits & bit and flow.kinds[place] in WORKING
    )


def _way(flow: IndexedGraph, region: Region, arrival: TensorRef) -> ShortcutPath | None:
    calls: list[int] = []
    ref = arrival
    while flow.index[ref.call] != region.entry:
        place = flow.index[ref.call]
        if place not in region.reach or not is_light(flow, place):
            return None
        if len(flow.succs[place]) > 1:  # another branch starts here: it is part of the work
            return None
        calls.append(place)
        ref = flow.calls[place].inputs[0]
    calls.reverse()
    if not _others_start_from(flow, region, ref, calls):
        return None
    kind = _kind_for_join(flow, region, calls)
    return None if kind is None else ShortcutPath(region, kind, ref, arrival, tuple(calls))


def _others_start_from(
    flow: IndexedGraph, region: Region, ref: TensorRef, calls: list[int]
) -> bool:
    """Whether another branch starts from the same tensor of the entry.

    It may have several: one half of a split tensor carried past the other's work is no shortcut.
    """
    if len(flow.calls[region.entry].outputs) == 1:
        return True
    own = set(calls)
    return any(ref in flow.calls[place].inputs for place in region.calls if place not in own)


def _kind_for_join(flow: IndexedGraph, region: Region, calls: list[int]) -> ShortcutKind | None:
    kind = _kind(flow, calls)
    if is_gate(flow, region):
        return "gate"
    if is_adding(flow, region.join):
        return kind
    if kind == "identity":
        return "dense"
    # A U-Net may crop or project what it hands over; beside an Inception's branches, which are
    # not long, a branch with little work is just the smallest of the branches.
    return kind if region.long else None


_SIMPLE: Final = frozenset({"norm", "activation", "regularise"})


def _kind(flow: IndexedGraph, calls: list[int]) -> ShortcutKind:
    if all(is_identity(flow.calls[place]) for place in calls):
        return "identity"
    kinds = {flow.kinds[place] for place in calls}
    if any(_pads_channels(flow, place) for place in calls):
        return "padded"
    if "resize" in kinds:
        return "upsampled"
    if "pool" in kinds:
        return "pooled"
    working = [place for place in calls if is_pointwise(flow.calls[place])]
    others = {flow.kinds[place] for place in calls if place not in working}
    return "projection" if len(working) == 1 and others <= _SIMPLE | {"pad"} else "other"


def _pads_channels(flow: IndexedGraph, place: int) -> bool:
    if flow.kinds[place] != "pad":
        return False
    return flow.channels(place) != flow.channels_in(place)
