"""Tensor lifetimes at inference, if calls run one by one in the graph's order."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.graph.equal_calls import once_for_equal
from resnet_viz.graph.ops import REGULARISATION
from resnet_viz.graph.types import Graph, LayerCall, TensorRef

_VIEWS: Final = frozenset(
    {"Identity", "Flatten", "Reshape", "Squeeze", "ExpandDims", "Ravel", "StopGradient",
     "ActivityRegularization"}
)  # fmt: skip


class LiveTensors(msgspec.Struct, frozen=True):
    """Live tensors while one call runs.

    Attributes:
        live: bytes of all live tensors.
        is_at_least: the size of some of them is unknown.
    """

    live: int
    is_at_least: bool


def is_view(call: LayerCall) -> bool:
    """Return whether the call's output is a view of its input, so that training keeps nothing."""
    if call.keras_class == "Activation":
        return call.config.get("activation") == "linear"
    return call.keras_class in _VIEWS or (call.keras_class == "InputLayer" and bool(call.inputs))


def shares_input_memory(call: LayerCall) -> bool:
    """Return whether the output shares the input's memory at inference: views and dropout."""
    return call.keras_class in REGULARISATION or is_view(call)


def _shares_input(call: LayerCall) -> bool:
    """Return whether the call's only output shares the memory of its first input."""
    return bool(call.inputs) and len(call.outputs) == 1 and shares_input_memory(call)


def memory_owner(graph: Graph, ref: TensorRef) -> TensorRef:
    """The tensor that owns the memory at inference: itself, unless it is a view."""
    call = graph.by_id[ref.call]
    while _shares_input(call):
        ref = call.inputs[0]
        call = graph.by_id[ref.call]
    return ref


def memory_schedule(graph: Graph, sizes: dict[str, tuple[int | None, ...]]) -> list[LiveTensors]:
    """Live tensors while each call runs, in the graph's order.

    A tensor lives from its call to the last call that takes it or a view of it; a model's output
    lives to the end.

    Args:
        graph: the calls.
        sizes: bytes of each output of each call, None if unknown.
    """
    outputs = [
        tuple(TensorRef(call.id, output) for output in range(len(call.outputs)))
        for call in graph.calls
    ]
    owner, ends = _lifetimes(graph, outputs)
    schedule: list[LiveTensors] = []
    live = unknown = 0
    for index, call in enumerate(graph.calls):
        for ref in outputs[index]:
            if owner[ref] == ref:
                size = sizes[ref.call][ref.output]
                live += size or 0
                unknown += size is None
        schedule.append(LiveTensors(live, unknown > 0))
        used = {owner[ref] for ref in (*call.inputs, *outputs[index])}
        for ref in used:
            if ends[ref] == index:
                size = sizes[ref.call][ref.output]
                live -= size or 0
                unknown -= size is None
    return schedule


def _lifetimes(
    graph: Graph, outputs: list[tuple[TensorRef, ...]]
) -> tuple[dict[TensorRef, TensorRef], dict[TensorRef, int]]:
    """The owner of each tensor's memory, and the index of the call that uses an owner last."""
    shares_input = once_for_equal(graph, _shares_input)
    owner: dict[TensorRef, TensorRef] = {}
    ends: dict[TensorRef, int] = {}
    for index, call in enumerate(graph.calls):
        shares = shares_input(call)
        for ref in call.inputs:
            ends[owner[ref]] = index
        for ref in outputs[index]:
            owner[ref] = owner[call.inputs[0]] if shares else ref
            ends[owner[ref]] = index
    for ref in graph.outputs:
        ends[owner[ref]] = len(graph.calls)
    return owner, ends
