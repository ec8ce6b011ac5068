"""Stages: the items between two changes of spatial size, and the head."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.spatial_sizes import Sizes, sizes_differ
from resnet_viz.analysis.structure.block_kinds import workers_of
from resnet_viz.analysis.structure.blocks import Block, in_gates
from resnet_viz.analysis.structure.dominators import VIRTUAL, immediate_post_dominators
from resnet_viz.analysis.structure.indexed_graph import (
    WORKING,
    IndexedGraph,
    SubmodelFacts,
    pools_globally,
)
from resnet_viz.analysis.structure.regions import Region
from resnet_viz.analysis.structure.units import Unit
from resnet_viz.graph.ops import OpKind
from resnet_viz.graph.types import TensorRef

_PREPARING: Final[frozenset[OpKind]] = frozenset(
    {"pad", "elementwise", "resize", "regularise", "join"}
)
_AUGMENTING: Final = ("Random", "CenterCrop", "AutoContrast", "CutMix", "MixUp", "AugMix")
_SPATIAL: Final[frozenset[OpKind]] = frozenset({"conv", "pool", "resize"})


class StageItem(msgspec.Struct, frozen=True, eq=False):
    """What stages consist of: a block, a unit outside blocks, or a call in neither.

    A nested model outside blocks is a call here.
    """

    calls: list[int]
    block: Block | None = None
    unit: Unit | None = None


class Stage(msgspec.Struct, frozen=True, eq=False):
    """Items in topological order; the head is the last stage if there is one."""

    items: list[StageItem]
    is_head: bool


def items_of(flow: IndexedGraph, blocks: list[Block], units: list[Unit]) -> list[StageItem]:
    """Every call in exactly one item, in topological order (that of the items' last calls)."""
    inside = {place for block in blocks for place in block.calls}
    items = [StageItem(block.calls, block=block) for block in blocks]
    items += [StageItem(unit.calls, unit=unit) for unit in units if unit.main not in inside]
    taken = inside.union(*(unit.calls for unit in units))
    items += [StageItem([place]) for place in range(len(flow.calls)) if place not in taken]
    # Whatever leaves a block or unit leaves it from its last call, so this order is topological.
    return sorted(items, key=lambda item: item.calls[-1])


def stages_of(flow: IndexedGraph, items: list[StageItem]) -> list[Stage]:
    """The stages in order, the head last."""
    place_of = [0] * len(flow.calls)
    for number, item in enumerate(items):
        for call in item.calls:
            place_of[call] = number
    before = [_entering(flow, item, place_of, number) for number, item in enumerate(items)]
    levels = _levels(flow, items, before, place_of)
    head = _head(flow, items, place_of)
    _settle_vectors(flow, items, levels, place_of, head)
    _settle_early(flow, items, before, levels, place_of, head)
    return _collect(items, levels, head)


def _entering(
    flow: IndexedGraph, item: StageItem, place_of: list[int], number: int
) -> dict[TensorRef, bool]:
    """The tensors from outside an item that enter it, and whether each sets its size."""
    found: dict[TensorRef, bool] = {}
    for place in item.calls:
        on_the_side = _on_the_side(flow, place)
        for position, ref in enumerate(flow.calls[place].inputs):
            if place_of[flow.index[ref.call]] != number:
                found[ref] = found.get(ref, False) or position not in on_the_side
    return found


def _on_the_side(flow: IndexedGraph, place: int) -> set[int]:
    """Positions of the inputs that leave the size of the call's output to another one.

    So do an attention's keys and values, and what is spread over all positions of another.
    """
    inputs = flow.calls[place].inputs
    if flow.kinds[place] == "attention":
        return {position for position, ref in enumerate(inputs) if ref != inputs[0]}
    if len(flow.preds[place]) < 2:
        return set()
    single = {position for position, ref in enumerate(inputs) if _is_one(flow.size(ref))}
    return single if len(single) < len(inputs) else set()


def _is_one(sizes: Sizes) -> bool:
    """Whether there is but one position."""
    return all(size == 1 for size in sizes)


def _levels(
    flow: IndexedGraph,
    items: list[StageItem],
    before: list[dict[TensorRef, bool]],
    place_of: list[int],
) -> list[int]:
    """For each item the largest number of size changes on any way to it from an input."""
    levels: list[int] = []
    for item, entering in zip(items, before, strict=True):
        size = flow.sizes[item.calls[-1]]
        # Padding counts with its consumer; what is pooled globally beside the way is no size.
        changes = not _is_pad(flow, item) and not pools_globally(flow, item.calls[-1])
        level = 0
        for ref, sets_size in entering.items():
            step = changes and sets_size and sizes_differ(flow.size(ref), size)
            level = max(level, levels[place_of[flow.index[ref.call]]] + step)
        levels.append(level)
    return levels


def _is_pad(flow: IndexedGraph, item: StageItem) -> bool:
    return len(item.calls) == 1 and flow.kinds[item.calls[0]] == "pad"


def _head(flow: IndexedGraph, items: list[StageItem], place_of: list[int]) -> set[int]:
    """Items of the head: from the first global pooling or flatten on every way to the outputs.

    Where positions come back behind it (an autoencoder's decoder), it does not end the model, so
    a later one is sought.
    """
    outputs = {place for place, is_output in enumerate(flow.is_output) if is_output}
    after = immediate_post_dominators(flow.succs, outputs)
    start = _on_every_way(flow, after)
    positions = [place for place in range(len(flow.calls)) if _has_positions(flow, place)]
    behind_all = positions[-1] if positions else -1
    for place in start:
        if place > behind_all and (
            flow.calls[place].type == "Flatten" or pools_globally(flow, place)
        ):
            return _with_followers(flow, items, place_of, place)
    return set()


def _on_every_way(flow: IndexedGraph, after: list[int]) -> list[int]:
    """Calls on every way from an input to an output, in order."""
    inputs = [place for place, before in enumerate(flow.preds) if not before]
    if not inputs:
        return []
    common = _chain(after, inputs[0])
    for other in inputs[1:]:
        also = set(_chain(after, other))
        common = [place for place in common if place in also]
    return common


def _chain(after: list[int], place: int) -> list[int]:
    found = []
    while place != VIRTUAL:
        found.append(place)
        place = after[place]
    return found


def _with_followers(
    flow: IndexedGraph, items: list[StageItem], place_of: list[int], place: int
) -> set[int]:
    head = {place_of[place]}
    for number in range(place_of[place] + 1, len(items)):
        calls = items[number].calls
        if any(place_of[source] in head for call in calls for source in flow.preds[call]):
            head.add(number)
    return head


def _settle_vectors(
    flow: IndexedGraph,
    items: list[StageItem],
    levels: list[int],
    place_of: list[int],
    head: set[int],
) -> None:
    """Move what has no positions (a time embedding's projection) to the first stage it serves."""
    for number in reversed(range(len(items))):
        after = {place_of[one] for place in items[number].calls for one in flow.succs[place]}
        after.discard(number)
        vectors = all(_is_one(flow.sizes[place]) for place in items[number].calls)
        if vectors and after and number not in head and not after & head:
            levels[number] = min(levels[one] for one in after)


def _settle_early(
    flow: IndexedGraph,
    items: list[StageItem],
    before: list[dict[TensorRef, bool]],
    levels: list[int],
    place_of: list[int],
    head: set[int],
) -> None:
    """Move inputs, preprocessing and padding to the stage of their first consumer."""
    above = max(levels, default=0) + 1
    for number in head:
        levels[number] = above
    early = [False] * len(items)
    for number, item in enumerate(items):
        if item.unit is None and item.block is None:
            fresh = all(early[place_of[flow.index[ref.call]]] for ref in before[number])
            early[number] = fresh and prepares(flow, item.calls[0])
    for number in reversed(range(len(items))):
        moves = early[number] or _is_pad(flow, items[number])
        after = {place_of[call] for call in flow.succs[items[number].calls[-1]]}
        if moves and after and number not in head:
            levels[number] = min(levels[one] for one in after)
            if levels[number] == above:
                head.add(number)


def prepares(flow: IndexedGraph, place: int) -> bool:
    """Whether the call is an input, or may be part of what is done before the first layer."""
    if place in flow.nested:
        return flow.nested[place].prepares
    kind = flow.kinds[place]
    return kind == "input" or kind in _PREPARING or flow.calls[place].type.startswith(_AUGMENTING)


def submodel_facts(flow: IndexedGraph, regions: list[Region], stages: list[Stage]) -> SubmodelFacts:
    """What is to be known of this flow where it is nested in another."""
    body = [
        place for one in stages if not one.is_head for item in one.items for place in item.calls
    ]
    gates = in_gates(flow, [region for region in regions if region.parent is None])
    workers, in_series = workers_of(flow, [p for p in range(len(flow.calls)) if p not in gates])
    return SubmodelFacts(
        workers=workers,
        in_series=in_series,
        works=any(kind in WORKING for kind in flow.kinds),
        prepares=all(prepares(flow, place) for place in range(len(flow.calls))),
        has_positions=any(_has_positions(flow, place) for place in body),
        is_head=all(stage.is_head for stage in stages),
    )


def _has_positions(flow: IndexedGraph, place: int) -> bool:
    """Whether the call is a convolution, pooling or resizing over positions, or holds one."""
    if place in flow.nested:
        return flow.nested[place].has_positions
    return flow.kinds[place] in _SPATIAL and any(size != 1 for size in flow.sizes[place])


def _collect(items: list[StageItem], levels: list[int], head: set[int]) -> list[Stage]:
    by_level: dict[int, list[StageItem]] = {}
    for number, item in enumerate(items):
        by_level.setdefault(levels[number], []).append(item)
    last = max(by_level, default=0)
    return [Stage(by_level[level], bool(head) and level == last) for level in sorted(by_level)]
