"""A graph by numbers: calls as indices in topological order, for the searches of this room."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from resnet_viz.analysis.keras_ops.spatial_sizes import Sizes, spatial_sizes
from resnet_viz.analysis.structure.nesting import Level
from resnet_viz.graph.ops import GLOBAL_POOLING, PASSING, WEIGHTED, OpKind, op_kind
from resnet_viz.graph.shapes import channels, spatial
from resnet_viz.graph.types import Graph, LayerCall, Ranks, TensorRef

WORKING: Final[frozenset[OpKind]] = WEIGHTED | {"submodel"}
"""What does a branch's work: the weighted calls, and nested models, which hold such calls."""

_REDUCTIONS: Final = frozenset({"Mean", "Max", "Amax", "Sum"})


class SubmodelFacts(msgspec.Struct, frozen=True):
    """What stages and regions need to know of a nested model.

    Attributes:
        workers: its weighted calls, those of gates left out, and of models in it too.
        in_series: whether these lie one after the other on one way.
        works: whether it holds a weighted call.
        prepares: whether it only prepares its input (augmentation, scaling).
        has_positions: whether it holds convolutions, poolings or resizing before its head.
        is_head: whether it is all head: global pooling or flatten and what follows.
    """

    workers: tuple[Worker, ...]
    in_series: bool
    works: bool
    prepares: bool
    has_positions: bool
    is_head: bool


class IndexedGraph(msgspec.Struct, frozen=True, eq=False):
    """The graph with integers for calls.

    Attributes:
        index: call id → its place in ``graph.calls``.
        kinds: the family of each call.
        preds, succs: distinct calls before (in argument order) and after (in order).
        is_output: whether the call makes one of the model's outputs.
        sizes: spatial sizes of each call's first output (see ``sizes.sizes_of``).
        first: whether the model's channels come first.
        labels: each layer's name within its scope.
        nested: of the calls that stand for nested models, what is inside.
        other_sizes: like ``sizes``, of the tensors that are not first outputs.
    """

    graph: Graph
    calls: tuple[LayerCall, ...]
    index: dict[str, int]
    kinds: list[OpKind]
    preds: list[list[int]]
    succs: list[list[int]]
    is_output: list[bool]
    sizes: list[Sizes]
    channels_first_ranks: Ranks
    labels: list[str]
    nested: dict[int, SubmodelFacts]
    other_sizes: dict[TensorRef, Sizes]

    def size(self, ref: TensorRef) -> Sizes:
        """Spatial sizes of a tensor."""
        return self.other_sizes[ref] if ref.output else self.sizes[self.index[ref.call]]

    def sole_consumer(self, call: int) -> int | None:
        """The call after, if nothing else sees this one's output and it sees nothing else."""
        after = self.succs[call]
        if len(after) != 1 or self.is_output[call] or len(self.preds[after[0]]) != 1:
            return None
        return after[0]

    def refs(self, call: int) -> tuple[TensorRef, ...]:
        """The distinct tensors that enter a call, in argument order."""
        return tuple(dict.fromkeys(self.calls[call].inputs))

    def channels(self, call: int) -> int | None:
        """Channels of the call's first output."""
        return channels(
            self.calls[call].output_shape, channels_first_ranks=self.channels_first_ranks
        )

    def channels_in(self, call: int) -> int | None:
        """Channels of the call's first input."""
        inputs = self.calls[call].inputs
        return (
            channels(
                self.graph.tensor(inputs[0]).shape, channels_first_ranks=self.channels_first_ranks
            )
            if inputs
            else None
        )


Worker: TypeAlias = tuple[IndexedGraph, int]
"""A weighted call, which may lie in a nested model."""


def index_graph(graph: Graph) -> IndexedGraph:
    """The integer view of a graph, nested models laid flat."""
    channels_first_ranks = graph.channels_first_ranks
    labels = [call.layer for call in graph.calls]
    other: dict[TensorRef, Sizes] = {
        TensorRef(call.id, number): spatial(tensor.shape, channels_first_ranks=channels_first_ranks)
        for call in graph.calls
        if len(call.outputs) > 1
        for number, tensor in enumerate(call.outputs)
    }
    return _indexed(
        graph,
        spatial_sizes(graph, channels_first_ranks=channels_first_ranks),
        labels,
        {},
        other,
        channels_first_ranks=channels_first_ranks,
    )


def index_level(
    level: Level, whole: IndexedGraph, nested: dict[int, SubmodelFacts]
) -> IndexedGraph:
    """The integer view of one scope; ``nested`` tells by place what its nested models hold."""
    if level.graph is whole.graph:
        return whole
    around = "" if level.scope is None else f"{level.scope.layer}/"
    sizes: list[Sizes] = []
    other: dict[TensorRef, Sizes] = {}
    for call in level.graph.calls:
        for number in range(len(call.outputs)):
            ref = level.real_tensor(TensorRef(call.id, number))
            size = whole.size(ref) if ref.call in whole.index else ()
            if number:
                other[TensorRef(call.id, number)] = size
            else:
                sizes.append(size)
    labels = [call.layer.removeprefix(around).lstrip("/") for call in level.graph.calls]
    return _indexed(
        level.graph, sizes, labels, nested, other, channels_first_ranks=whole.channels_first_ranks
    )


def _indexed(
    graph: Graph,
    sizes: list[Sizes],
    labels: list[str],
    nested: dict[int, SubmodelFacts],
    other_sizes: dict[TensorRef, Sizes],
    *,
    channels_first_ranks: Ranks,
) -> IndexedGraph:
    calls = graph.calls
    index = {call.id: place for place, call in enumerate(calls)}
    preds = [list(dict.fromkeys(index[ref.call] for ref in call.inputs)) for call in calls]
    succs: list[list[int]] = [[] for _ in calls]
    for place, before in enumerate(preds):
        for source in before:
            succs[source].append(place)
    is_output = [False] * len(calls)
    for ref in graph.outputs:
        is_output[index[ref.call]] = True
    kinds = [op_kind(call) for call in calls]
    for place, inside in nested.items():
        kinds[place] = "submodel" if inside.works else "custom"
    return IndexedGraph(
        graph=graph,
        calls=calls,
        index=index,
        kinds=kinds,
        preds=preds,
        succs=succs,
        is_output=is_output,
        sizes=sizes,
        channels_first_ranks=channels_first_ranks,
        labels=labels,
        nested=nested,
        other_sizes=other_sizes,
    )


def is_identity(call: LayerCall) -> bool:
    """Whether the call hands its input on unchanged at inference: Identity, Dropout, linear.

    The input of a nested model that is laid flat does so too.
    """
    if call.type == "Activation":
        return call.config.get("activation") == "linear"
    if call.type == "InputLayer":
        return bool(call.inputs)
    return call.type in PASSING


def is_pointwise(call: LayerCall) -> bool:
    """Whether the call is a dense layer or a convolution whose kernel is 1 along every axis."""
    if call.type in {"Dense", "EinsumDense"}:
        return True
    kernel = call.config.get("kernel_size")
    if call.type.startswith(("Depthwise", "Separable")) or not call.type.startswith("Conv"):
        return False
    return all(side == 1 for side in kernel) if isinstance(kernel, list | tuple) else kernel == 1


def pools_globally(flow: IndexedGraph, place: int) -> bool:
    """Whether the call takes every position into one: global pooling, a mean over all positions.

    An average pooling whose window covers its whole input counts too (7×7 on 7×7).
    """
    call = flow.calls[place]
    if place in flow.nested:
        return flow.nested[place].is_head
    if call.type in GLOBAL_POOLING:
        return True
    if not call.type.startswith("AveragePool") and call.type not in _REDUCTIONS:
        return False
    before = flow.sizes[flow.preds[place][0]] if flow.preds[place] else ()
    after = flow.sizes[place]
    gone = not after or (len(after) == len(before) and all(size == 1 for size in after))
    return gone and any(size is None or size > 1 for size in before)
