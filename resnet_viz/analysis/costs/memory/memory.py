"""Memory of activations and weights for a batch size and a dtype."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from resnet_viz.analysis.costs.memory.tensor_lifetimes import is_view, memory_schedule
from resnet_viz.analysis.costs.sums import Sums
from resnet_viz.analysis.costs.types import CallMemory, CallNumbers, GroupMemory, Memory, Numbers
from resnet_viz.analysis.keras_ops.dtypes import bytes_per_value, effective_dtype, weight_dtype
from resnet_viz.analysis.keras_ops.terms import total_of_steps
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.equal_calls import once_for_equal
from resnet_viz.graph.types import Graph, LayerCall, Shape, Tensor


def memory_of(
    structure: Structure, numbers: Numbers, *, batch: int = 1, dtype: str | None = None
) -> Memory:
    """Compute the memory for ``batch`` samples at once, in bytes.

    Floating-point activations and weights count as ``dtype`` ("float16", see ``dtypes.DTYPES``),
    or as the model's own dtype; others (token ids) always as their own.

    At inference calls run one by one in the graph's order; every call writes new tensors unless
    its output is a view of its input, and a tensor is freed after its last use. Training keeps
    every output that is not a view.
    """
    return memory_from_calls(structure, numbers.calls, batch=batch, dtype=dtype)


def memory_from_calls(
    structure: Structure, numbers: dict[str, CallNumbers], *, batch: int, dtype: str | None
) -> Memory:
    """Compute the memory as ``memory_of``, from the numbers of the calls."""
    graph = structure.graph
    sizes = _tensor_sizes(graph, batch, dtype)
    alone = once_for_equal(
        graph, lambda call: _of_call(call, numbers[call.id], sizes, batch, dtype)
    )
    calls = {
        call.id: replace(alone(call), live_bytes=None if step.is_at_least else step.live)
        for call, step in zip(graph.calls, memory_schedule(graph, sizes), strict=True)
    }
    sums = _GroupMemories(graph, calls, numbers, batch)
    return Memory(
        batch=batch,
        dtype=dtype,
        calls=calls,
        groups={group.id: sums.over(group.calls) for group in structure.groups},
        shortcuts={each.id: sums.over(each.calls) for each in structure.shortcuts},
        totals=sums.over(tuple(calls)),
    )


TensorSizes: TypeAlias = dict[str, tuple[int | None, ...]]
"""Bytes of each output of each call; None if unknown."""


def _tensor_sizes(graph: Graph, batch: int, dtype: str | None) -> TensorSizes:
    sizes_of = once_for_equal(
        graph,
        lambda call: tuple(
            _bytes(tensor, batch, dtype, graph.steps_of(call)) for tensor in call.outputs
        ),
    )
    return {call.id: sizes_of(call) for call in graph.calls}


def _bytes(tensor: Tensor, batch: int, dtype: str | None, steps: Shape) -> int | None:
    item = bytes_per_value(effective_dtype(tensor.dtype, dtype))
    if item is None or tensor.shape is None:
        return None
    values = total_of_steps([tensor.shape[1:]], steps)
    return None if values is None else values * batch * item


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _of_call(
    call: LayerCall, numbers: CallNumbers, sizes: TensorSizes, batch: int, dtype: str | None
) -> CallMemory:
    """Memory of a call, but for what else is live while it runs."""
    outputs = _sum(sizes[call.id])
    inputs = _sum(sizes[ref.call][ref.output] for ref in set(call.inputs))
    item = bytes_per_value(effective_dtype(weight_dtype(call), dtype))
    weights = None
    if numbers.parameters == 0:
        weights = 0  # whatever the dtype
    elif numbers.parameters is not None and item is not None:
        weights = numbers.parameters * item
    return CallMemory(
        weight_bytes=weights,
        input_bytes=inputs,
        output_bytes=outputs,
        kept_bytes=0 if is_view(call) else outputs,
        live_bytes=None,
        intensity=_intensity(numbers.macs, batch, weights, inputs, outputs),
    )


def _intensity(macs: int | None, batch: int, *moved: int | None) -> float | None:
    if macs == 0:
        return 0.0
    whole = _sum(moved)
    return macs * batch / whole if macs is not None and whole else None


class _MemoryRow(NamedTuple):
    """Bytes and MACs of a call, or their sums; for each, how many calls have an unknown amount.

    Attributes:
        macs, moved_bytes: of the calls for which both are known.
    """

    weight_bytes: int = 0
    unknown_weights: int = 0
    output_bytes: int = 0
    kept_bytes: int = 0
    unknown_activations: int = 0
    macs: int = 0
    moved_bytes: int = 0
    unknown_intensity: int = 0

    @staticmethod
    def of_call(memory: CallMemory, macs: int | None) -> _MemoryRow:
        """Row of a call, but for unknown tensors that are live while it runs."""
        moved = _sum((memory.weight_bytes, memory.input_bytes, memory.output_bytes))
        is_known = macs is not None and moved is not None
        return _MemoryRow(
            weight_bytes=memory.weight_bytes or 0,
            unknown_weights=memory.weight_bytes is None,
            output_bytes=memory.output_bytes or 0,
            kept_bytes=memory.kept_bytes or 0,
            unknown_activations=memory.output_bytes is None,
            macs=(macs or 0) if is_known else 0,
            moved_bytes=(moved or 0) if is_known else 0,
            unknown_intensity=not is_known,
        )

    def without_weights(self) -> _MemoryRow:
        """The row of a repeated call: its weights are held once, but moved for every call."""
        return self._replace(weight_bytes=0, unknown_weights=0)

    def intensity(self, batch: int) -> float | None:
        if self.unknown_intensity:
            return None
        return _intensity(self.macs, batch, self.moved_bytes)


class _GroupMemories:
    """Memory of groups of one graph's calls."""

    def __init__(
        self,
        graph: Graph,
        calls: dict[str, CallMemory],
        numbers: dict[str, CallNumbers],
        batch: int,
    ) -> None:
        self._calls = calls
        self._batch = batch
        alone = once_for_equal(
            graph, lambda call: _MemoryRow.of_call(calls[call.id], numbers[call.id].macs)
        )
        rows = {
            call.id: alone(call)
            if calls[call.id].live_bytes is not None
            else alone(call)._replace(unknown_activations=1)
            for call in graph.calls
        }
        self._sums = Sums(graph, _MemoryRow, rows, _MemoryRow.without_weights)

    def over(self, calls: Sequence[str]) -> GroupMemory:
        sums = self._sums.over(calls)
        live = [(self._calls[call].live_bytes, call) for call in calls]
        known = [(size, call) for size, call in live if size is not None]
        peak, peak_call = max(known, key=lambda pair: pair[0], default=(0, None))
        return GroupMemory(
            weight_bytes=sums.weight_bytes,
            output_bytes=sums.output_bytes,
            kept_bytes=sums.kept_bytes,
            peak_bytes=peak,
            peak_call=peak_call,
            intensity=sums.intensity(self._batch),
            weights_at_least=sums.unknown_weights > 0,
            activations_at_least=sums.unknown_activations > 0,
        )
