"""A graph by numbers: calls as indices in topological order, for the searches of this room."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.sizes import Sizes, sizes_of
from resnet_viz.graph.ops import GLOBAL_POOLING, PASSING, WEIGHTED, OpKind, op_kind
from resnet_viz.graph.shapes import channels, channels_first
from resnet_viz.graph.values import Graph, LayerCall, TensorRef

WORKING: Final[frozenset[OpKind]] = WEIGHTED | {"submodel"}
"""What does a branch's work: the weighted calls, and nested models, which hold such calls."""

_REDUCTIONS: Final = frozenset({"Mean", "Max", "Amax", "Sum"})


class Flow(msgspec.Struct, frozen=True, eq=False):
    """The graph with integers for calls.

    Attributes:
        index: call id → its place in ``graph.calls``.
        kinds: the family of each call.
        preds, succs: distinct calls before (in argument order) and after (in order).
        is_output: whether the call makes one of the model's outputs.
        sizes: spatial sizes of each call's first output (see ``sizes.sizes_of``).
        first: whether the model's channels come first.
    """

    graph: Graph
    calls: tuple[LayerCall, ...]
    index: dict[str, int]
    kinds: list[OpKind]
    preds: list[list[int]]
    succs: list[list[int]]
    is_output: list[bool]
    sizes: list[Sizes]
    first: bool

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
        return channels(self.calls[call].output_shape, first=self.first)

    def channels_in(self, call: int) -> int | None:
        """Channels of the call's first input."""
        inputs = self.calls[call].inputs
        return channels(self.graph.tensor(inputs[0]).shape, first=self.first) if inputs else None


def flow_of(graph: Graph) -> Flow:
    """The integer view of a graph."""
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
    first = channels_first(graph)
    return Flow(
        graph=graph,
        calls=calls,
        index=index,
        kinds=[op_kind(call) for call in calls],
        preds=preds,
        succs=succs,
        is_output=is_output,
        sizes=sizes_of(graph, first=first),
        first=first,
    )


def is_identity(call: LayerCall) -> bool:
    """Whether the call hands its input on unchanged at inference: Identity, Dropout, linear."""
    if call.type == "Activation":
        return call.config.get("activation") == "linear"
    return call.type in PASSING


def is_pointwise(call: LayerCall) -> bool:
    """Whether the call is a dense layer or a convolution whose kernel is 1 along every axis."""
    if call.type in {"Dense", "EinsumDense"}:
        return True
    kernel = call.config.get("kernel_size")
    if call.type.startswith(("Depthwise", "Separable")) or not call.type.startswith("Conv"):
        return False
    return all(side == 1 for side in kernel) if isinstance(kernel, list | tuple) else kernel == 1


def pools_globally(flow: Flow, place: int) -> bool:
    """Whether the call takes every position into one: global pooling, a mean over all positions.

    An average pooling whose window covers its whole input counts too (7×7 on 7×7).
    """
    call = flow.calls[place]
    if call.type in GLOBAL_POOLING:
        return True
    if not call.type.startswith("AveragePool") and call.type not in _REDUCTIONS:
        return False
    before = flow.sizes[flow.preds[place][0]] if flow.preds[place] else ()
    after = flow.sizes[place]
    gone = not after or (len(after) == len(before) and all(size == 1 for size in after))
    return gone and any(size is None or size > 1 for size in before)
