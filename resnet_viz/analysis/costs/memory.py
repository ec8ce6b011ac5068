"""Memory of activations and weights for a batch size and a dtype, over the calls in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from resnet_viz.analysis.costs.sums import Row, Sums
from resnet_viz.analysis.costs.tensor_lifetimes import LiveTensors, is_view, memory_schedule
from resnet_viz.analysis.costs.types import CallMemory, CallNumbers, GroupMemory, Memory, Numbers
from resnet_viz.analysis.keras_ops.dtypes import bytes_per_value, effective_dtype, weight_dtype
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph, LayerCall, Tensor


def memory_of(
    structure: Structure, numbers: Numbers, *, batch: int = 1, dtype: str | None = None
) -> Memory:
    """The memory for ``batch`` samples at once.

    Activations and weights that are floating-point count as ``dtype`` ("float16", see
    ``dtypes.DTYPES``), or as what the model itself has; others (token ids) always as they are.

    At inference calls run one by one in the graph's order; every call writes new tensors unless
    its output is a view of its input, and a tensor is freed after its last use. For training
    every output that is not a view is kept.
    """
    return memory_from(structure, numbers.calls, batch=batch, dtype=dtype)


def memory_from(
    structure: Structure, numbers: dict[str, CallNumbers], *, batch: int, dtype: str | None
) -> Memory:
    """As ``memory_of``, from the numbers of the calls."""
    graph = structure.graph
    sizes = _sizes(graph, batch, dtype)
    calls = {
        call.id: _of_call(call, numbers[call.id], step, sizes, batch, dtype)
        for call, step in zip(graph.calls, memory_schedule(graph, sizes), strict=True)
    }
    sums = _GroupMemories(graph, calls, numbers, batch)
    return Memory(
        batch=batch,
        dtype=dtype,
        calls=calls,
        groups={group.id: sums.over(group.calls) for group in structure.groups},
        shortcuts={one.id: sums.over(one.calls) for one in structure.shortcuts},
        totals=sums.over(tuple(calls)),
    )


Sizes = dict[str, tuple[int | None, ...]]
"""Bytes of each output of each call."""


def _sizes(graph: Graph, batch: int, dtype: str | None) -> Sizes:
    return {
        call.id: tuple(_bytes(tensor, batch, dtype) for tensor in call.outputs)
        for call in graph.calls
    }


def _bytes(tensor: Tensor, batch: int, dtype: str | None) -> int | None:
    item = bytes_per_value(effective_dtype(tensor.dtype, dtype))
    if item is None or tensor.shape is None or None in tensor.shape[1:]:
        return None
    return prod(size or 0 for size in tensor.shape[1:]) * batch * item


def _sum(values: Iterable[int | None]) -> int | None:
    found = 0
    for value in values:
        if value is None:
            return None
        found += value
    return found


def _of_call(
    call: LayerCall,
    numbers: CallNumbers,
    step: LiveTensors,
    sizes: Sizes,
    batch: int,
    dtype: str | None,
) -> CallMemory:
    outputs = _sum(sizes[call.id])
    inputs = _sum(sizes[ref.call][ref.output] for ref in set(call.inputs))
    weights: int | None = 0
    if numbers.parameters != 0:
        item = bytes_per_value(effective_dtype(weight_dtype(call), dtype))
        known = numbers.parameters is not None and item is not None
        weights = numbers.parameters * item if known else None  # type: ignore[operator]
    return CallMemory(
        weight_bytes=weights,
        input_bytes=inputs,
        output_bytes=outputs,
        kept_bytes=0 if is_view(call) else outputs,
        live_bytes=None if step.is_at_least else step.live,
        intensity=_intensity(numbers.macs, batch, weights, inputs, outputs),
    )


def _intensity(macs: int | None, batch: int, *moved: int | None) -> float | None:
    if macs == 0:
        return 0.0
    whole = _sum(moved)
    return macs * batch / whole if macs is not None and whole else None


class _GroupMemories:
    """Memory of groups of one graph's calls."""

    def __init__(
        self,
        graph: Graph,
        calls: dict[str, CallMemory],
        numbers: dict[str, CallNumbers],
        batch: int,
    ) -> None:
        self._live = {
            name: -1 if one.live_bytes is None else one.live_bytes for name, one in calls.items()
        }
        self._batch = batch
        self._sums = Sums(
            graph,
            {
                name: (one.weight_bytes or 0, int(one.weight_bytes is None))
                for name, one in calls.items()
            },
            {name: _work_row(one, numbers[name].macs) for name, one in calls.items()},
        )

    def over(self, ids: Sequence[str]) -> GroupMemory:
        """The sums; a layer's weights once, but moved for every call."""
        weights, no_weights, outputs, kept, no_bytes, macs, moved, no_moved = self._sums.over(ids)
        live = [self._live[name] for name in ids]
        peak = max(live, default=-1)
        known = no_moved == 0 and moved > 0
        intensity = macs * self._batch / moved if known else None
        return GroupMemory(
            weight_bytes=weights,
            output_bytes=outputs,
            kept_bytes=kept,
            peak_bytes=max(peak, 0),
            peak_call=ids[live.index(peak)] if peak >= 0 else None,
            intensity=0.0 if macs == 0 and no_moved == 0 else intensity,
            weights_at_least=no_weights > 0,
            activations_at_least=no_bytes > 0,
        )


def _work_row(one: CallMemory, macs: int | None) -> Row:
    """Outputs, what is kept and whether they are unknown; MACs, bytes moved, whether unknown."""
    parts = (one.weight_bytes, one.input_bytes, one.output_bytes)
    is_unknown = one.output_bytes is None or one.live_bytes is None
    moved = _sum(parts)
    work = (0, 0, 1) if macs is None or moved is None else (macs, moved, 0)
    return (one.output_bytes or 0, one.kept_bytes or 0, int(is_unknown), *work)
