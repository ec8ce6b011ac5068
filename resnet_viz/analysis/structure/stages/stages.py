"""Stages: the items between two changes of spatial size, and the head."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.spatial_sizes import Sizes, sizes_differ
from resnet_viz.analysis.structure.blocks.blocks import calls_in_gates
from resnet_viz.analysis.structure.blocks.kinds import attends_in_operations, find_workers
from resnet_viz.analysis.structure.indexing.dominators import VIRTUAL
from resnet_viz.analysis.structure.indexing.indexed_graph import (
    WORKING,
    IndexedGraph,
    SubmodelFacts,
    ends_positions,
    pools_globally,
)
from resnet_viz.analysis.structure.regions.regions import Region
from resnet_viz.analysis.structure.stages.items import StageItem
from resnet_viz.graph.ops import SOURCE_OPS, OpKind
from resnet_viz.graph.types import TensorRef

_PREPARING: Final[frozenset[OpKind]] = frozenset(
    {"pad", "elementwise", "resize", "regularise", "join"}
)
_AUGMENTING: Final = ("Random", "CenterCrop", "AutoContrast", "CutMix", "MixUp", "AugMix")
_SPATIAL: Final[frozenset[OpKind]] = frozenset({"conv", "pool", "resize"})


class Stage(msgspec.Struct, frozen=True, eq=False):
    """Items in topological order; the head is the last stage if there is one."""

    items: list[StageItem]
    is_head: bool

    @property
    def blocks(self) -> list[StageItem]:
        """The blocks and cells, those in cells included."""
        return [part for item in self.items for part in item.walk() if part.is_block]


def find_stages(
    graph: IndexedGraph, items: list[StageItem], post_dominators: list[int]
) -> list[Stage]:
    """The stages in order, the head last.

    An item's level is the largest number of size changes on any path to it from an input; a stage
    is all items of one level.
    """
    item_of = [0] * len(graph.calls)
    for number, item in enumerate(items):
        for index in item.calls:
            item_of[index] = number
    by_item = _ItemGraph(graph, items, item_of)
    levels = _size_changes(by_item)
    head = _find_head(by_item, post_dominators)
    _move_vectors(by_item, levels, head)
    _move_preparation(by_item, levels, head)
    by_level: dict[int, list[StageItem]] = {}
    for number, item in enumerate(items):
        by_level.setdefault(levels[number], []).append(item)
    last = max(by_level, default=0)
    return [Stage(by_level[level], bool(head) and level == last) for level in sorted(by_level)]


class _ItemGraph(msgspec.Struct, frozen=True, eq=False):
    """A graph of numbered items.

    Attributes:
        item_of: the item of each call.
    """

    graph: IndexedGraph
    items: list[StageItem]
    item_of: list[int]

    def producers(self, number: int) -> set[int]:
        """The items whose outputs an item takes."""
        graph, calls = self.graph, self.items[number].calls
        found = {self.item_of[before] for index in calls for before in graph.preds[index]}
        return found - {number}

    def consumers(self, number: int) -> set[int]:
        """The items that take an item's output."""
        return {self.item_of[after] for after in self.graph.succs[self.items[number].calls[-1]]}

    def starts_alone(self, number: int) -> bool:
        """Return whether the item starts, if at all, from a layer's weights and constants."""
        graph, calls = self.graph, self.items[number].calls
        return all(
            graph.preds[call] or graph.calls[call].keras_class in SOURCE_OPS for call in calls
        )

    def is_padding(self, number: int) -> bool:
        """Return whether the item is a padding call by itself."""
        calls = self.items[number].calls
        return len(calls) == 1 and self.graph.kinds[calls[0]] == "pad"


def _size_changes(by_item: _ItemGraph) -> list[int]:
    """For each item the largest number of size changes on any path to it from an input."""
    graph = by_item.graph
    levels: list[int] = []
    for number, item in enumerate(by_item.items):
        size = graph.sizes[item.calls[-1]]
        # Padding counts with its consumer; global pooling off the main path changes no size.
        changes = not by_item.is_padding(number) and not pools_globally(graph, item.calls[-1])
        level = 0
        for ref, sets_size in _inputs(by_item, number).items():
            step = changes and sets_size and sizes_differ(graph.size(ref), size)
            level = max(level, levels[by_item.item_of[graph.index_of[ref.call]]] + step)
        levels.append(level)
    return levels


def _inputs(by_item: _ItemGraph, number: int) -> dict[TensorRef, bool]:
    """The tensors that enter an item from outside, and whether each sets the item's size."""
    graph = by_item.graph
    inputs: dict[TensorRef, bool] = {}
    for index in by_item.items[number].calls:
        beside = _inputs_beside(graph, index)
        for position, ref in enumerate(graph.calls[index].inputs):
            if by_item.item_of[graph.index_of[ref.call]] != number:
                inputs[ref] = inputs.get(ref, False) or position not in beside
    return inputs


def _inputs_beside(graph: IndexedGraph, index: int) -> set[int]:
    """Positions of the inputs that do not set the size of the call's output.

    These are an attention's keys and values, and tensors of one position that are broadcast over
    another's positions.
    """
    inputs = graph.calls[index].inputs
    if graph.kinds[index] == "attention":
        return {position for position, ref in enumerate(inputs) if ref != inputs[0]}
    if len(graph.preds[index]) < 2:
        return set()
    single = {position for position, ref in enumerate(inputs) if _is_one(graph.size(ref))}
    return single if len(single) < len(inputs) else set()


def _is_one(sizes: Sizes) -> bool:
    """Return whether there is a single position."""
    return all(size == 1 for size in sizes)


def _find_head(by_item: _ItemGraph, post_dominators: list[int]) -> set[int]:
    """Items of the head: from the first global pooling or flatten on every path to the outputs.

    One that convolutions, poolings or resizing follow (before an autoencoder's decoder) does not
    start the head, but a later one may.
    """
    graph = by_item.graph
    with_positions = [index for index in range(len(graph.calls)) if _has_positions(graph, index)]
    last = with_positions[-1] if with_positions else -1
    for index in _on_every_path(graph, post_dominators):
        if index > last and ends_positions(graph, index):
            return _with_followers(by_item, by_item.item_of[index])
    return set()


def _on_every_path(graph: IndexedGraph, post_dominators: list[int]) -> list[int]:
    """Calls on every path from an input to an output, in order."""
    inputs = [index for index, before in enumerate(graph.preds) if not before]
    if not inputs:
        return []
    common = _chain(post_dominators, inputs[0])
    for index in inputs[1:]:
        also = set(_chain(post_dominators, index))
        common = [call for call in common if call in also]
    return common


def _chain(post_dominators: list[int], index: int) -> list[int]:
    chain = []
    while index != VIRTUAL:
        chain.append(index)
        index = post_dominators[index]
    return chain


def _with_followers(by_item: _ItemGraph, first: int) -> set[int]:
    head = {first}
    for number in range(first + 1, len(by_item.items)):
        if not head.isdisjoint(by_item.producers(number)):
            head.add(number)
    return head


def _move_vectors(by_item: _ItemGraph, levels: list[int], head: set[int]) -> None:
    """Move items without positions (a time embedding's projection) to the first stage they feed."""
    for number in reversed(range(len(levels))):
        after = by_item.consumers(number)
        calls = by_item.items[number].calls
        vectors = all(_is_one(by_item.graph.sizes[index]) for index in calls)
        if vectors and after and number not in head and not after & head:
            levels[number] = min(levels[consumer] for consumer in after)


def _move_preparation(by_item: _ItemGraph, levels: list[int], head: set[int]) -> None:
    """Move inputs, preprocessing and padding to the stage of their first consumer.

    So is what a layer makes of its own weights and constants alone.
    """
    above = max(levels, default=0) + 1
    for number in head:
        levels[number] = above
    early = [False] * len(levels)
    alone = [False] * len(levels)
    for number, item in enumerate(by_item.items):
        producers = by_item.producers(number)
        alone[number] = by_item.starts_alone(number) and all(alone[each] for each in producers)
        early[number] = alone[number]
        if item.unit is None and item.block is None and item.cell is None:
            is_first = all(early[producer] for producer in producers)
            early[number] = early[number] or (is_first and _prepares(by_item.graph, item.calls[0]))
    for number in reversed(range(len(levels))):
        after = by_item.consumers(number)
        if (early[number] or by_item.is_padding(number)) and after and number not in head:
            levels[number] = min(levels[consumer] for consumer in after)
            if levels[number] == above:
                head.add(number)


def _prepares(graph: IndexedGraph, index: int) -> bool:
    """Return whether the call is an input or may prepare the model's input."""
    if index in graph.nested:
        return graph.nested[index].prepares
    kind, name = graph.kinds[index], graph.calls[index].keras_class
    return kind == "input" or kind in _PREPARING or name.startswith(_AUGMENTING)


def submodel_facts(
    graph: IndexedGraph, regions: list[Region], stages: list[Stage]
) -> SubmodelFacts:
    """Facts about a submodel from its graph, regions and stages."""
    body = [
        index
        for stage in stages
        if not stage.is_head
        for item in stage.items
        for index in item.calls
    ]
    gates = calls_in_gates(graph, [region for region in regions if region.parent is None])
    every = range(len(graph.calls))
    workers, in_series = find_workers(graph, [index for index in every if index not in gates])
    return SubmodelFacts(
        workers=workers,
        in_series=in_series,
        works=any(kind in WORKING for kind in graph.kinds),
        attends="attention" in graph.kinds or attends_in_operations(graph, every),
        prepares=all(_prepares(graph, index) for index in every),
        has_positions=any(_has_positions(graph, index) for index in body),
        is_head=all(stage.is_head for stage in stages),
    )


def _has_positions(graph: IndexedGraph, index: int) -> bool:
    """Return whether the call convolves, pools or resizes over positions, or holds such a call."""
    if index in graph.nested:
        return graph.nested[index].has_positions
    return graph.kinds[index] in _SPATIAL and any(size != 1 for size in graph.sizes[index])
