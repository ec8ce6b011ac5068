"""A graph with integer indices: calls, predecessors and successors in topological order."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from resnet_viz.analysis.keras_ops.convolution_ops import as_layer
from resnet_viz.analysis.keras_ops.spatial_sizes import Sizes, spatial_sizes
from resnet_viz.analysis.keras_ops.wrappers import effective_call
from resnet_viz.analysis.structure.indexing.nesting import Level
from resnet_viz.graph.equal_calls import once_for_equal
from resnet_viz.graph.ops import GLOBAL_POOLING, PASSING, WEIGHTED, OpKind, op_kind
from resnet_viz.graph.shapes import channels, spatial
from resnet_viz.graph.types import Graph, LayerCall, Ranks, Shape, TensorRef

WORKING: Final[frozenset[OpKind]] = WEIGHTED | {"submodel"}
"""Kinds of calls that do a branch's work: weighted calls, and submodels that hold such calls."""

_REDUCTIONS: Final = frozenset({"Mean", "Max", "Amax", "Sum"})


class SubmodelFacts(msgspec.Struct, frozen=True):
    """Facts about a submodel that stages and regions around it depend on.

    Attributes:
        workers: its weighted calls, at any depth, without those of gates.
        in_series: the weighted calls follow each other on a single path.
        works: it holds a weighted call.
        attends: it holds attention, as a layer or in operations.
        prepares: it only prepares its input (augmentation, scaling).
        has_positions: it holds convolutions, poolings or resizing before its head.
        is_head: it is all head: global pooling or flatten and what follows.
    """

    workers: tuple[Worker, ...]
    in_series: bool
    works: bool
    attends: bool
    prepares: bool
    has_positions: bool
    is_head: bool


class IndexedGraph(msgspec.Struct, frozen=True, eq=False):
    """A graph whose calls are integers: indices into ``calls``, in topological order.

    Attributes:
        original: the graph with ids.
        calls: calls of wrapped layers in place of their wrappers' (see ``effective_call``), and of
            layers in place of convolution operations.
        index_of: call id → index.
        kinds: the family of each call.
        preds: distinct calls before each call, in argument order.
        succs: distinct calls after each call, in topological order.
        is_output: for each call True if it makes one of the model's outputs.
        sizes: spatial sizes of each call's first output (see ``spatial_sizes``).
        channels_first_ranks: ranks of the tensors whose channels come first.
        labels: each layer's name within its scope.
        nested: facts about submodels, by the index of the call that stands for each.
        other_sizes: like ``sizes``, of the tensors that are not first outputs.
    """

    original: Graph
    calls: tuple[LayerCall, ...]
    index_of: dict[str, int]
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
        """Spatial sizes of a tensor, relative where they are open."""
        return self.other_sizes[ref] if ref.output else self.sizes[self.index_of[ref.call]]

    def sole_consumer(self, index: int) -> int | None:
        """The only call that takes this call's output, if it takes nothing else."""
        after = self.succs[index]
        if len(after) != 1 or self.is_output[index] or len(self.preds[after[0]]) != 1:
            return None
        return after[0]

    def refs(self, index: int) -> tuple[TensorRef, ...]:
        """The distinct input tensors of a call, in argument order."""
        return tuple(dict.fromkeys(self.calls[index].inputs))

    def spatial(self, shape: Shape | None) -> tuple[int | None, ...]:
        """The spatial sizes in a shape; () for none."""
        return spatial(shape, channels_first_ranks=self.channels_first_ranks)

    def channels(self, index: int) -> int | None:
        """Channels of the call's first output."""
        return self._channels(self.calls[index].output_shape)

    def channels_in(self, index: int) -> int | None:
        """Channels of the call's first input."""
        inputs = self.calls[index].inputs
        return self._channels(self.original.tensor(inputs[0]).shape) if inputs else None

    def _channels(self, shape: Shape | None) -> int | None:
        return channels(shape, channels_first_ranks=self.channels_first_ranks)


Worker: TypeAlias = tuple[IndexedGraph, int]
"""A weighted call with its graph, which may be that of a submodel."""


def index_graph(graph: Graph) -> IndexedGraph:
    """Index a whole graph, its submodels laid flat."""
    ranks = graph.channels_first_ranks
    other_sizes: dict[TensorRef, Sizes] = {
        TensorRef(call.id, output): spatial(tensor.shape, channels_first_ranks=ranks)
        for call in graph.calls
        if len(call.outputs) > 1
        for output, tensor in enumerate(call.outputs)
    }
    sizes = spatial_sizes(graph, channels_first_ranks=ranks)
    return _indexed(graph, sizes, [call.layer for call in graph.calls], ranks, {}, other_sizes)


def index_level(
    level: Level, whole: IndexedGraph, nested: dict[int, SubmodelFacts]
) -> IndexedGraph:
    """Index the graph of one scope; ``nested`` by index of the calls that stand for submodels."""
    if level.graph is whole.original:
        return whole
    around = "" if level.scope is None else f"{level.scope.layer}/"
    sizes: list[Sizes] = []
    other_sizes: dict[TensorRef, Sizes] = {}
    for call in level.graph.calls:
        for output in range(len(call.outputs)):
            ref = level.real_tensor(TensorRef(call.id, output))
            size = whole.size(ref) if ref.call in whole.index_of else ()
            if output:
                other_sizes[TensorRef(call.id, output)] = size
            else:
                sizes.append(size)
    labels = [call.layer.removeprefix(around).lstrip("/") for call in level.graph.calls]
    ranks = whole.channels_first_ranks
    return _indexed(level.graph, sizes, labels, ranks, nested, other_sizes)


def _indexed(
    graph: Graph,
    sizes: list[Sizes],
    labels: list[str],
    channels_first_ranks: Ranks,
    nested: dict[int, SubmodelFacts],
    other_sizes: dict[TensorRef, Sizes],
) -> IndexedGraph:
    def effective(call: LayerCall) -> LayerCall:
        return effective_call(as_layer(graph, call))

    kind_of = once_for_equal(graph, lambda call: op_kind(effective(call)))
    calls = tuple(map(effective, graph.calls))
    index_of = {call.id: index for index, call in enumerate(calls)}
    preds = [list(dict.fromkeys(index_of[ref.call] for ref in call.inputs)) for call in calls]
    succs: list[list[int]] = [[] for _ in calls]
    for index, before in enumerate(preds):
        for source in before:
            succs[source].append(index)
    is_output = [False] * len(calls)
    for ref in graph.outputs:
        is_output[index_of[ref.call]] = True
    kinds = list(map(kind_of, graph.calls))
    for index, facts in nested.items():
        kinds[index] = "submodel" if facts.works else "custom"
    return IndexedGraph(
        graph,
        calls,
        index_of,
        kinds,
        preds,
        succs,
        is_output,
        sizes,
        channels_first_ranks,
        labels,
        nested,
        other_sizes,
    )


def is_identity(call: LayerCall) -> bool:
    """Return whether the call passes its input on at inference: Identity, Dropout, linear.

    The input of a submodel that is laid flat does so too.
    """
    if call.keras_class == "Activation":
        return call.config.get("activation") == "linear"
    if call.keras_class == "InputLayer":
        return bool(call.inputs)
    return call.keras_class in PASSING


def is_pointwise(call: LayerCall) -> bool:
    """Return whether the call is a dense layer or a convolution with kernel 1 along every axis."""
    if call.keras_class in {"Dense", "EinsumDense"}:
        return True
    kernel = call.config.get("kernel_size")
    if not call.keras_class.startswith("Conv"):
        return False
    return all(side == 1 for side in kernel) if isinstance(kernel, list | tuple) else kernel == 1


def ends_positions(graph: IndexedGraph, index: int) -> bool:
    """Return whether the call flattens all positions or pools them to one."""
    return graph.calls[index].keras_class == "Flatten" or pools_globally(graph, index)


def pools_globally(graph: IndexedGraph, index: int) -> bool:
    """Return whether the call reduces all positions to one: global pooling, a mean over them.

    An average pooling whose window covers its whole input counts too (7×7 on 7×7).
    """
    call = graph.calls[index]
    if index in graph.nested:
        return graph.nested[index].is_head
    if call.keras_class in GLOBAL_POOLING:
        return True
    if not call.keras_class.startswith("AveragePool") and call.keras_class not in _REDUCTIONS:
        return False
    before = graph.sizes[graph.preds[index][0]] if graph.preds[index] else ()
    after = graph.sizes[index]
    reduced = not after or (len(after) == len(before) and all(size == 1 for size in after))
    return reduced and any(size is None or size > 1 for size in before)
