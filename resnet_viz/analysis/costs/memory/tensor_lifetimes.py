"""Tensor lifetimes at inference, if calls run one by one in the graph's order."""

from __future__ import annotations

from typing import Final

import msgspec

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


def memory_owner(graph: Graph, ref: TensorRef) -> TensorRef:
    """The tensor that owns the memory at inference: itself, unless it is a view."""
    call = graph.by_id[ref.call]
    while call.inputs and len(call.outputs) == 1 and shares_input_memory(call):
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
    owner, ends = _lifetimes(graph)
    schedule: list[LiveTensors] = []
    live = unknown = 0
    for index, call in enumerate(graph.calls):
        made = [ref for ref in _outputs(call) if owner[ref] == ref]
        for ref in made:
            size = sizes[ref.call][ref.output]
            live += size or 0
            unknown += size is None
        schedule.append(LiveTensors(live, unknown > 0))
        used = {owner[ref] for ref in (*call.inputs, *_outputs(call))}
        for ref in used:
            if ends[ref] == index:
                size = sizes[ref.call][ref.output]
                live -= size or 0
                unknown -= size is None
    return schedule


def _outputs(call: LayerCall) -> list[TensorRef]:
    return [TensorRef(call.id, output) for output in range(len(call.outputs))]


def _lifetimes(graph: Graph) -> tuple[dict[TensorRef, TensorRef], dict[TensorRef, int]]:
    """The owner of each tensor's memory, and the index of the call that uses an owner last."""
    owner: dict[TensorRef, TensorRef] = {}
    ends: dict[TensorRef, int] = {}
    for index, call in enumerate(graph.calls):
        shares = bool(call.inputs) and len(call.outputs) == 1 and shares_input_memory(call)
        for ref in call.inputs:
            ends[owner[ref]] = index
        for ref in _outputs(call):
            owner[ref] = owner[call.inputs[0]] if shares else ref
            ends[owner[ref]] = index
    for ref in graph.outputs:
        ends[owner[ref]] = len(graph.calls)
    return owner, ends
