"""Formulas of bytes and of arithmetic intensity, for tensors, calls and groups of calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from resnet_viz.analysis.costs.memory.tensor_lifetimes import is_view, memory_owner
from resnet_viz.analysis.costs.types import CallNumbers, GroupMemory, GroupNumbers, Memory, Numbers
from resnet_viz.analysis.explain.counts import first_calls
from resnet_viz.analysis.explain.explanation import (
    Explanation,
    equation,
    explained,
    explained_count,
)
from resnet_viz.analysis.explain.unknown_reasons import omission_note, unknown_bytes_reason
from resnet_viz.analysis.keras_ops.dtypes import bytes_per_value, effective_dtype, weight_dtype
from resnet_viz.analysis.keras_ops.terms import times_steps, total_of_steps
from resnet_viz.analysis.wording.numbers import ratio
from resnet_viz.graph.types import Graph, LayerCall, TensorRef

_NO_WEIGHTS: Final = "no weights"
_VIEW: Final = "a view of its input, which is already kept"
_OPEN_LIVE_TENSOR: Final = "a live tensor has an open size"


# -- tensors and calls ---------------------------------------------------------------------------


def tensor_bytes(graph: Graph, ref: TensorRef, memory: Memory) -> tuple[str, int | None]:
    """Bytes of a tensor as a product and a number, "28·28·128·4 B·8" for a batch of 8.

    ("", None) if they are unknown.
    """
    tensor, steps = graph.tensor(ref), graph.steps_of(graph.by_id[ref.call])
    value_bytes = bytes_per_value(effective_dtype(tensor.dtype, memory.dtype))
    sizes = (None,) if tensor.shape is None else tensor.shape[1:]
    values = total_of_steps([sizes], steps)
    if value_bytes is None or values is None:
        return "", None
    factors = "".join(f"{size}·" for size in sizes) or "1·"
    text = f"{factors}{value_bytes} B{times_steps(steps)}{_batch_factor(memory)}"
    return text, values * value_bytes * memory.batch


def _batch_factor(memory: Memory) -> str:
    return f"·{memory.batch:,}" if memory.batch != 1 else ""


def output_bytes_formula(graph: Graph, call: LayerCall, memory: Memory) -> str:
    """Bytes of all outputs of a call: "28·28·128·4 B = 401,408 B"."""
    number = memory.calls[call.id].output_bytes
    if number is None:
        return ""
    refs = [TensorRef(call.id, output) for output in range(len(call.outputs))]
    parts = [tensor_bytes(graph, ref, memory)[0] for ref in refs]
    return f"{' + '.join(parts)} = {number:,} B"


def call_memory(
    graph: Graph, numbers: CallNumbers, call: LayerCall, memory: Memory
) -> Iterator[Explanation]:
    """Output, live, kept and weight bytes, and arithmetic intensity of a call."""
    sizes = memory.calls[call.id]
    text = output_bytes_formula(graph, call, memory)
    reason = "" if sizes.output_bytes is not None else unknown_bytes_reason(graph, call)
    yield explained_count("output_bytes", sizes.output_bytes, text, reason)
    live = live_bytes_formula(graph, call, memory)
    live_note = "" if live else _OPEN_LIVE_TENSOR
    yield explained_count("live_bytes", sizes.live_bytes, live, live_note)
    kept_text, kept_note = ("", _VIEW) if is_view(call) else (text, reason)
    yield explained_count("kept_bytes", sizes.kept_bytes, kept_text, kept_note)
    yield _call_weights(numbers, call, memory)
    yield _intensity(memory, [call.id], numbers.macs, sizes.intensity)


def live_bytes_formula(graph: Graph, call: LayerCall, memory: Memory) -> str:
    """Bytes of inputs, outputs and tensors that wait: "inputs 512 + outputs 256 + waiting 0 …".

    A tensor that shares another's memory counts with that, once.
    """
    live = memory.calls[call.id].live_bytes
    if live is None:
        return ""
    read = {memory_owner(graph, ref) for ref in call.inputs}
    written = {memory_owner(graph, TensorRef(call.id, n)) for n in range(len(call.outputs))}
    inputs, outputs = (_total_bytes(graph, refs, memory) for refs in (read, written - read))
    if inputs is None or outputs is None:
        return ""
    parts = [f"inputs {inputs:,}"] if call.inputs else []
    if not written <= read:
        parts.append(f"outputs {outputs:,}")
    return f"{' + '.join([*parts, f'waiting {live - inputs - outputs:,}'])} B = {live:,} B"


def _total_bytes(graph: Graph, refs: set[TensorRef], memory: Memory) -> int | None:
    sizes = [tensor_bytes(graph, ref, memory)[1] for ref in refs]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _call_weights(numbers: CallNumbers, call: LayerCall, memory: Memory) -> Explanation:
    total = memory.calls[call.id].weight_bytes
    weight_size = bytes_per_value(effective_dtype(weight_dtype(call), memory.dtype))
    formula = f"{numbers.parameters:,}·{weight_size} B = {total:,} B" if total else ""
    note = "" if total else _NO_WEIGHTS
    if total is None:
        unknown = "the number of weights" if weight_size else "the dtype of the weights"
        note = f"{unknown} is unknown"
    return explained_count("weight_bytes", total, formula, note)


def _intensity(
    memory: Memory, calls: Sequence[str], macs: int | None, intensity: float | None
) -> Explanation:
    """Quotient of MACs and bytes moved."""
    formula, note = "", "MACs or bytes of a call are unknown"
    if intensity is not None:
        note = "" if intensity else "no MACs"
    if intensity and macs is not None:
        sizes = [memory.calls[name] for name in calls]
        weights = sum(size.weight_bytes or 0 for size in sizes)
        inputs = sum(size.input_bytes or 0 for size in sizes)
        outputs = sum(size.output_bytes or 0 for size in sizes)
        moved = f"weights {weights:,} + inputs {inputs:,} + outputs {outputs:,} B"
        formula = f"{macs:,}{_batch_factor(memory)} / ({moved}) = {ratio(intensity)}"
    return explained("intensity", ratio(intensity), formula, note, amount=intensity)


# -- groups --------------------------------------------------------------------------------------


def group_memory(
    graph: Graph,
    numbers: Numbers,
    calls: Sequence[str],
    sums: GroupNumbers,
    totals: GroupMemory,
    memory: Memory,
) -> Iterator[Explanation]:
    """Output, peak, kept and weight bytes, and arithmetic intensity of a group of calls."""
    at_least = totals.activations_at_least
    note = _activations_note(graph, calls, memory) if at_least else ""
    outputs = [memory.calls[name].output_bytes or 0 for name in calls]
    text = _sum_formula(graph, calls, outputs, memory)
    yield explained_count("output_bytes", totals.output_bytes, text, note, at_least=at_least)
    yield _peak(graph, totals, memory, note)
    kept = [memory.calls[name].kept_bytes or 0 for name in calls]
    text = _sum_formula(graph, calls, kept, memory)
    kept_note = note or ("" if any(kept) else _VIEW)
    yield explained_count("kept_bytes", totals.kept_bytes, text, kept_note, at_least=at_least)
    yield _group_weights(graph, numbers, calls, totals, memory)
    yield _intensity(memory, calls, sums.macs, totals.intensity)


def _sum_formula(graph: Graph, calls: Sequence[str], sizes: list[int], memory: Memory) -> str:
    """Sum over calls; the product of its sizes if only one call holds anything."""
    holders = [name for name, size in zip(calls, sizes, strict=True) if size]
    if len(holders) == 1:
        return output_bytes_formula(graph, graph.by_id[holders[0]], memory)
    return equation(sizes, " B")


def _activations_note(graph: Graph, calls: Sequence[str], memory: Memory) -> str:
    unknown = [name for name in calls if memory.calls[name].output_bytes is None]
    note = omission_note(graph, unknown, lambda call: unknown_bytes_reason(graph, call))
    return note or _OPEN_LIVE_TENSOR


def _peak(graph: Graph, totals: GroupMemory, memory: Memory, note: str) -> Explanation:
    text = ""
    if totals.peak_call is not None:
        text = live_bytes_formula(graph, graph.by_id[totals.peak_call], memory)
        note = f"at {totals.peak_call}; {note}" if note else f"at {totals.peak_call}"
    return explained_count(
        "peak_bytes", totals.peak_bytes, text, note, at_least=totals.activations_at_least
    )


def _group_weights(
    graph: Graph, numbers: Numbers, calls: Sequence[str], totals: GroupMemory, memory: Memory
) -> Explanation:
    count_by_size: dict[int, int] = {}
    unknown: list[str] = []
    for name in first_calls(graph, calls):
        count, total = numbers.calls[name].parameters, memory.calls[name].weight_bytes
        if count == 0:
            continue
        weight_size = bytes_per_value(
            effective_dtype(weight_dtype(graph.by_id[name]), memory.dtype)
        )
        if total is None:
            unknown.append(name)
        elif weight_size is not None:
            count_by_size[weight_size] = count_by_size.get(weight_size, 0) + (count or 0)
    parts = [f"{count:,}·{size} B" for size, count in count_by_size.items() if count]
    formula = f"{' + '.join(parts)} = {totals.weight_bytes:,} B" if parts else ""
    note = omission_note(graph, unknown, lambda _call: "its weights are unknown")
    note = note or ("" if parts else _NO_WEIGHTS)
    at_least = totals.weights_at_least
    return explained_count("weight_bytes", totals.weight_bytes, formula, note, at_least=at_least)
