"""Memory of activations and weights for a batch size and a dtype, over the calls in their order."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Final

import msgspec

from resnet_viz.analysis.dtypes import bytes_of, counted_as, weight_dtype
from resnet_viz.analysis.number_values import (
    CallMemory,
    CallNumbers,
    GroupMemory,
    Memory,
    Numbers,
)
from resnet_viz.analysis.schedule import Step, keeps_nothing, schedule_of
from resnet_viz.analysis.values import Structure
from resnet_viz.graph.values import Graph, LayerCall, Tensor


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
        for call, step in zip(graph.calls, schedule_of(graph, sizes), strict=True)
    }
    sums = _Sums(graph, calls, numbers, batch)
    return Memory(
        batch=batch,
        dtype=dtype,
        calls=calls,
        groups={group.id: sums.over(group.calls) for group in structure.groups},
        shortcuts={one.id: sums.over(one.calls) for one in structure.shortcuts},
        totals=sums.over(call.id for call in graph.calls),
    )


Sizes = dict[str, tuple[int | None, ...]]
"""Bytes of each output of each call."""


def _sizes(graph: Graph, batch: int, dtype: str | None) -> Sizes:
    return {
        call.id: tuple(_bytes(tensor, batch, dtype) for tensor in call.outputs)
        for call in graph.calls
    }


def _bytes(tensor: Tensor, batch: int, dtype: str | None) -> int | None:
    item = bytes_of(counted_as(tensor.dtype, dtype))
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
    call: LayerCall, numbers: CallNumbers, step: Step, sizes: Sizes, batch: int, dtype: str | None
) -> CallMemory:
    outputs = _sum(sizes[call.id])
    inputs = _sum(sizes[ref.call][ref.output] for ref in set(call.inputs))
    weights: int | None = 0
    if numbers.parameters != 0:
        item = bytes_of(counted_as(weight_dtype(call), dtype))
        known = numbers.parameters is not None and item is not None
        weights = numbers.parameters * item if known else None  # type: ignore[operator]
    return CallMemory(
        weight_bytes=weights,
        input_bytes=inputs,
        output_bytes=outputs,
        kept_bytes=0 if keeps_nothing(call) else outputs,
        live_bytes=None if step.is_at_least else step.live,
        intensity=_intensity(numbers.macs, batch, weights, inputs, outputs),
    )


def _intensity(macs: int | None, batch: int, *moved: int | None) -> float | None:
    if macs == 0:
        return 0.0
    whole = _sum(moved)
    return macs * batch / whole if macs is not None and whole else None


class _Tally(msgspec.Struct):
    """Sums that grow call by call."""

    weights: int = 0
    outputs: int = 0
    kept: int = 0
    peak: int = -1
    peak_call: str | None = None
    macs: int = 0
    moved: int = 0
    weights_at_least: bool = False
    activations_at_least: bool = False
    is_moved_known: bool = True


class _Sums:
    """Sums of memory over calls of one graph."""

    def __init__(
        self,
        graph: Graph,
        calls: dict[str, CallMemory],
        numbers: dict[str, CallNumbers],
        batch: int,
    ) -> None:
        self._layer = {call.id: call.layer for call in graph.calls}
        self._calls = calls
        self._numbers = numbers
        self._batch = batch

    def over(self, ids: Iterable[str]) -> GroupMemory:
        """The sums; a layer's weights once, but moved for every call."""
        tally = _Tally()
        seen: set[str] = set()
        for name in ids:
            one = self._calls[name]
            layer = self._layer[name]
            if layer not in seen:
                seen.add(layer)
                tally.weights += one.weight_bytes or 0
                tally.weights_at_least |= one.weight_bytes is None
            self._add(tally, name, one)
        known = tally.is_moved_known and tally.moved > 0
        intensity = tally.macs * self._batch / tally.moved if known else None
        return GroupMemory(
            weight_bytes=tally.weights,
            output_bytes=tally.outputs,
            kept_bytes=tally.kept,
            peak_bytes=max(tally.peak, 0),
            peak_call=tally.peak_call,
            intensity=0.0 if tally.macs == 0 and tally.is_moved_known else intensity,
            weights_at_least=tally.weights_at_least,
            activations_at_least=tally.activations_at_least,
        )

    def _add(self, tally: _Tally, name: str, one: CallMemory) -> None:
        macs = self._numbers[name].macs
        parts = (one.weight_bytes, one.input_bytes, one.output_bytes)
        if macs is None or None in parts:
            tally.is_moved_known = False
        else:
            tally.macs += macs
            tally.moved += sum(part or 0 for part in parts)
        tally.outputs += one.output_bytes or 0
        tally.kept += one.kept_bytes or 0
        tally.activations_at_least |= one.output_bytes is None or one.live_bytes is None
        if one.live_bytes is not None and one.live_bytes > tally.peak:
            tally.peak, tally.peak_call = one.live_bytes, name


BYTE_UNITS: Final = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def bytes_text(count: int) -> str:
    """A number of bytes as people read it: "3.1 MiB", "512 B"."""
    for size, unit in BYTE_UNITS:
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} B"
