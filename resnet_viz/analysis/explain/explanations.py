"""Each number with its formula, the values in it, its convention and its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Final

from resnet_viz.analysis.costs.types import GroupMemory, GroupNumbers, Memory, Numbers
from resnet_viz.analysis.explain.counts import A_VECTOR, counts_of_call, counts_of_group
from resnet_viz.analysis.explain.explanation import Explanation, counted, told
from resnet_viz.analysis.explain.memory import memory_of_call, memory_of_group, tensor_bytes
from resnet_viz.analysis.explain.receptive_field import AS_INPUT, field_of_call, field_of_group
from resnet_viz.analysis.structure.types import Shortcut, Structure
from resnet_viz.analysis.wording.numbers import percent, precise_percent
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import size_text, spatial
from resnet_viz.graph.types import Graph, TensorRef

__all__ = (
    "Explanation", "explain_call", "explain_group", "explain_shortcut", "explain_tensor",
    "explain_totals",
)  # fmt: skip

_KEEPING: Final = {"norm", "activation", "elementwise", "regularise", "input"}
_TOKENS: Final = "a position for each token"
_NO_WINDOW: Final = "follows from no window: resized, reshaped or pooled over all"


def explain_call(
    structure: Structure, numbers: Numbers, call_id: str, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of a call; of memory those of ``memory``, else for a batch of one."""
    graph, held = structure.graph, memory or numbers.memory
    call, one = graph.by_id[call_id], numbers.calls[call_id]
    return (
        *_size(structure, numbers, (call_id,)),
        *counts_of_call(graph, one, call),
        *field_of_call(structure, numbers, call),
        *memory_of_call(graph, one, call, held),
    )


def explain_group(
    structure: Structure, numbers: Numbers, group_id: str, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of a stage, block or unit: sums over its calls."""
    graph, held = structure.graph, memory or numbers.memory
    calls = structure.by_id[group_id].calls
    sums = numbers.groups[group_id]
    return (
        *_size(structure, numbers, calls),
        *_share(numbers, sums),
        *counts_of_group(graph, numbers, calls, sums),
        *field_of_group(structure, numbers, calls),
        *memory_of_group(graph, numbers, calls, sums, held.groups[group_id], held),
    )


def explain_shortcut(
    structure: Structure, numbers: Numbers, shortcut: Shortcut, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of a shortcut: sums over the calls on its way, none for an identity."""
    held = memory or numbers.memory
    if not shortcut.calls:
        return ()
    return _sums(
        structure.graph, numbers, shortcut.calls, numbers.shortcuts[shortcut.id],
        held.shortcuts[shortcut.id], held,
    )  # fmt: skip


def explain_totals(
    structure: Structure, numbers: Numbers, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of the model."""
    held = memory or numbers.memory
    calls = tuple(numbers.calls)
    return _sums(structure.graph, numbers, calls, numbers.totals.numbers, held.totals, held)


def explain_tensor(graph: Graph, ref: TensorRef, memory: Memory) -> tuple[Explanation, ...]:
    """Values and bytes of one tensor."""
    tensor = graph.tensor(ref)
    text, size = tensor_bytes(tensor, memory)
    sizes = (None,) if tensor.shape is None else tensor.shape[1:]
    known = [one for one in sizes if one is not None]
    if len(known) < len(sizes):
        note = "its shape is unknown" if tensor.shape is None else "a size is open"
        return counted("tensor_elements", None, "", note), counted("tensor_bytes", None, "", note)
    count = prod(known)
    product = f"{'·'.join(map(str, known))} = {count:,}" if len(known) > 1 else ""
    note = "" if size is not None else f"a value of type {tensor.dtype} has no fixed size"
    return (
        counted("tensor_elements", count, product, "" if product else A_VECTOR),
        counted("tensor_bytes", size, f"{text} = {size:,} B" if size else "", note),
    )


def _sums(
    graph: Graph,
    numbers: Numbers,
    calls: Sequence[str],
    sums: GroupNumbers,
    held: GroupMemory,
    memory: Memory,
) -> tuple[Explanation, ...]:
    return (
        *counts_of_group(graph, numbers, calls, sums),
        *memory_of_group(graph, numbers, calls, sums, held, memory),
    )


def _share(numbers: Numbers, sums: GroupNumbers) -> Iterator[Explanation]:
    """The group's part of the model's MACs, where both are known."""
    whole = numbers.totals.numbers
    if whole.macs and not (sums.macs_at_least or whole.macs_at_least):
        share = percent(sums.macs, whole.macs, decimals=1)
        exact = precise_percent(sums.macs, whole.macs) if share[0] in "<>" else share
        yield told("macs_share", share, f"{sums.macs:,} of {whole.macs:,} = {exact}")


# -- output size ---------------------------------------------------------------------------------


def _size(structure: Structure, numbers: Numbers, calls: Sequence[str]) -> Iterator[Explanation]:
    """How the spatial size follows along these calls; nothing where there is none."""
    graph, call = structure.graph, structure.graph.by_id[structure.exit_call(calls)]
    after = spatial(call.output_shape, channels_first_ranks=graph.channels_first_ranks)
    if not after:
        return
    found = [numbers.calls[name].size_formula for name in calls]
    texts = list(dict.fromkeys(text for text in found if text))
    note = "" if texts else _same_size(graph, calls, after)
    yield told("output_size", size_text(after), "; ".join(texts), note)


def _same_size(graph: Graph, calls: Sequence[str], after: tuple[int | None, ...]) -> str:
    """Why no formula is needed, or that there is none."""
    shapes = graph.input_shapes(graph.by_id[calls[0]])
    if not shapes:
        return "as the model's input has it"
    kinds = {op_kind(graph.by_id[name]) for name in calls}
    if None in after:
        return AS_INPUT if kinds <= _KEEPING else "a size is open"
    channels_first_ranks = graph.channels_first_ranks
    if spatial(shapes[0], channels_first_ranks=channels_first_ranks) != after:
        is_tokens = "embedding" in kinds and shapes[0] is not None and shapes[0][1:] == after
        return _TOKENS if is_tokens else _NO_WINDOW
    stays = all(
        spatial(graph.by_id[name].output_shape, channels_first_ranks=channels_first_ranks) == after
        for name in calls
    )
    has_strides = any("strides" in graph.by_id[name].config for name in calls)
    return "as every stride is 1" if has_strides and stays else AS_INPUT
