"""Which tensors are alive while each call runs, if calls run one by one in the graph's order."""

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
    """While one call runs.

    Attributes:
        live: bytes of all tensors that are alive.
        is_at_least: the size of some of them isn't known.
    """

    live: int
    is_at_least: bool


def is_view(call: LayerCall) -> bool:
    """Whether training keeps nothing of the call's output: it is a view of the input."""
    if call.type == "Activation":
        return call.config.get("activation") == "linear"
    return call.type in _VIEWS or (call.type == "InputLayer" and bool(call.inputs))


def shares_input_memory(call: LayerCall) -> bool:
    """Whether, at inference, the call's output is its input's memory: views, and dropout too."""
    return call.type in REGULARISATION or is_view(call)


def memory_owner(graph: Graph, ref: TensorRef) -> TensorRef:
    """The tensor whose memory it is at inference: itself, unless it is a view."""
    call = graph.by_id[ref.call]
    while call.inputs and len(call.outputs) == 1 and shares_input_memory(call):
        ref = call.inputs[0]
        call = graph.by_id[ref.call]
    return ref


def memory_schedule(graph: Graph, sizes: dict[str, tuple[int | None, ...]]) -> list[LiveTensors]:
    """What is alive while each call runs.

    A tensor lives from its call to the last call that takes it or a view of it; a model's output
    to the end. ``sizes`` has the bytes of each output of each call, None if not known.
    """
    root, ends = _lifetimes(graph)
    found: list[LiveTensors] = []
    live = unknown = 0
    for place, call in enumerate(graph.calls):
        made = [ref for ref in _outputs(call) if root[ref] == ref]
        for ref in made:
            size = sizes[ref.call][ref.output]
            live += size or 0
            unknown += size is None
        found.append(LiveTensors(live, unknown > 0))
        used = {root[ref] for ref in (*call.inputs, *_outputs(call))}
        for ref in used:
            if ends[ref] == place:
                size = sizes[ref.call][ref.output]
                live -= size or 0
                unknown -= size is None
    return found


def _outputs(call: LayerCall) -> list[TensorRef]:
    return [TensorRef(call.id, place) for place in range(len(call.outputs))]


def _lifetimes(graph: Graph) -> tuple[dict[TensorRef, TensorRef], dict[TensorRef, int]]:
    """For each tensor the one whose memory it is, and for that the place of its last use."""
    root: dict[TensorRef, TensorRef] = {}
    ends: dict[TensorRef, int] = {}
    for place, call in enumerate(graph.calls):
        shares = bool(call.inputs) and len(call.outputs) == 1 and shares_input_memory(call)
        for ref in call.inputs:
            ends[root[ref]] = place
        for ref in _outputs(call):
            root[ref] = root[call.inputs[0]] if shares else ref
            ends[root[ref]] = place
    for ref in graph.outputs:
        ends[root[ref]] = len(graph.calls)
    return root, ends
