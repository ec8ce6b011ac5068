"""Explanations of all numbers of a call, a group, a shortcut, a tensor or the model.

Memory is that of ``memory``, or for one sample in the model's own dtypes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from resnet_viz.analysis.costs.types import GroupMemory, GroupNumbers, Memory, Numbers
from resnet_viz.analysis.explain.counts import A_VECTOR, call_counts, group_counts
from resnet_viz.analysis.explain.explanation import Explanation, explained, explained_count
from resnet_viz.analysis.explain.memory import call_memory, group_memory, tensor_bytes
from resnet_viz.analysis.explain.receptive_field import AS_INPUT, call_field, group_field
from resnet_viz.analysis.explain.unknown_reasons import no_fixed_size
from resnet_viz.analysis.keras_ops.terms import equation_of_steps, total_of_steps
from resnet_viz.analysis.structure.types import Shortcut, Structure
from resnet_viz.analysis.wording.numbers import percent, precise_percent
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import size_text, spatial
from resnet_viz.graph.types import Graph, TensorRef

_KEEPING_SIZE: Final = {"norm", "activation", "elementwise", "regularise", "input"}
_OPEN_SIZE: Final = "a size is open"
_TOKENS: Final = "one position per token"
_NO_WINDOW: Final = "not from a sliding window: resized, reshaped or globally pooled"


def explain_call(
    structure: Structure, numbers: Numbers, call_id: str, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of a call."""
    graph = structure.graph
    call, call_numbers = graph.by_id[call_id], numbers.calls[call_id]
    return (
        *_output_size(structure, numbers, (call_id,)),
        *call_counts(graph, call_numbers, call),
        *call_field(structure, numbers, call),
        *call_memory(graph, call_numbers, call, memory or numbers.memory),
    )


def explain_group(
    structure: Structure, numbers: Numbers, group_id: str, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of a stage, block or unit: sums over its calls."""
    graph, memory = structure.graph, memory or numbers.memory
    calls, sums = structure.by_id[group_id].calls, numbers.groups[group_id]
    return (
        *_output_size(structure, numbers, calls),
        *_macs_share(numbers, sums),
        *group_counts(graph, numbers, calls, sums),
        *group_field(structure, numbers, calls),
        *group_memory(graph, numbers, calls, sums, memory.groups[group_id], memory),
    )


def explain_shortcut(
    structure: Structure, numbers: Numbers, shortcut: Shortcut, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of a shortcut: sums over the calls on it; none for an identity."""
    if not shortcut.calls:
        return ()
    memory = memory or numbers.memory
    sums, totals = numbers.shortcuts[shortcut.id], memory.shortcuts[shortcut.id]
    return _sums(structure.graph, numbers, shortcut.calls, sums, totals, memory)


def explain_totals(
    structure: Structure, numbers: Numbers, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of the model."""
    memory = memory or numbers.memory
    calls, sums = tuple(numbers.calls), numbers.totals.numbers
    return _sums(structure.graph, numbers, calls, sums, memory.totals, memory)


def explain_tensor(graph: Graph, ref: TensorRef, memory: Memory) -> tuple[Explanation, ...]:
    """Values and bytes of a tensor."""
    tensor, steps = graph.tensor(ref), graph.steps_of(graph.by_id[ref.call])
    sizes = (None,) if tensor.shape is None else tensor.shape[1:]
    count = total_of_steps([sizes], steps)
    if count is None:
        note = "its shape is unknown" if tensor.shape is None else _OPEN_SIZE
        names = ("tensor_elements", "tensor_bytes")
        return tuple(explained_count(name, None, "", note) for name in names)
    product = equation_of_steps([sizes], steps, count) if len(sizes) > 1 or steps else ""
    text, total = tensor_bytes(graph, ref, memory)
    note = no_fixed_size(tensor.dtype) if total is None else ""
    return (
        explained_count("tensor_elements", count, product, "" if product else A_VECTOR),
        explained_count("tensor_bytes", total, f"{text} = {total:,} B" if total else "", note),
    )


def _sums(
    graph: Graph,
    numbers: Numbers,
    calls: Sequence[str],
    sums: GroupNumbers,
    totals: GroupMemory,
    memory: Memory,
) -> tuple[Explanation, ...]:
    return (
        *group_counts(graph, numbers, calls, sums),
        *group_memory(graph, numbers, calls, sums, totals, memory),
    )


def _macs_share(numbers: Numbers, sums: GroupNumbers) -> Iterator[Explanation]:
    """A group's share of the model's MACs, if both are known."""
    whole = numbers.totals.numbers
    if whole.macs and not (sums.macs_at_least or whole.macs_at_least):
        share = percent(sums.macs, whole.macs, decimals=1)
        exact = precise_percent(sums.macs, whole.macs) if share[0] in "<>" else share
        yield explained("macs_share", share, f"{sums.macs:,} of {whole.macs:,} = {exact}")


# -- output size ---------------------------------------------------------------------------------


def _output_size(
    structure: Structure, numbers: Numbers, calls: Sequence[str]
) -> Iterator[Explanation]:
    """Spatial output size of a chain of calls; nothing if there are no spatial axes."""
    graph, last = structure.graph, structure.graph.by_id[structure.exit_call(calls)]
    after = spatial(last.output_shape, channels_first_ranks=graph.channels_first_ranks)
    if not after:
        return
    formulas = dict.fromkeys(numbers.calls[name].size_formula for name in calls)
    text = "; ".join(filter(None, formulas))
    note = "" if text else _no_size_formula(graph, calls, after)
    yield explained("output_size", size_text(after), text, note)


def _no_size_formula(graph: Graph, calls: Sequence[str], after: tuple[int | None, ...]) -> str:
    """Reason why the output size has no formula."""
    shapes = graph.input_shapes(graph.by_id[calls[0]])
    if not shapes:
        return "as in the model's input"
    kinds = {op_kind(graph.by_id[name]) for name in calls}
    if None in after:
        return AS_INPUT if kinds <= _KEEPING_SIZE else _OPEN_SIZE
    ranks = graph.channels_first_ranks
    if spatial(shapes[0], channels_first_ranks=ranks) != after:
        is_tokens = "embedding" in kinds and shapes[0] is not None and shapes[0][1:] == after
        return _TOKENS if is_tokens else _NO_WINDOW
    has_strides = any("strides" in graph.by_id[name].config for name in calls)
    outputs = (graph.by_id[name].output_shape for name in calls)
    stays = all(spatial(shape, channels_first_ranks=ranks) == after for shape in outputs)
    return "as every stride is 1" if has_strides and stays else AS_INPUT
