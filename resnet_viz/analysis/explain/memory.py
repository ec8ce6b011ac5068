"""How the bytes of a call and of a group follow, and how much work there is for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnet_viz.analysis.costs.tensor_lifetimes import is_view, memory_owner
from resnet_viz.analysis.costs.types import CallNumbers, GroupMemory, GroupNumbers, Memory, Numbers
from resnet_viz.analysis.explain.counts import first_calls
from resnet_viz.analysis.explain.explanation import Explanation, counted, equation, told
from resnet_viz.analysis.explain.unknown_reasons import omission_note, unknown_bytes_reason
from resnet_viz.analysis.keras_ops.dtypes import bytes_per_value, effective_dtype, weight_dtype
from resnet_viz.analysis.wording.numbers import ratio
from resnet_viz.graph.types import Graph, LayerCall, Tensor, TensorRef

_NO_MACS = "no MACs"
_VIEW = "a view of its input, which is kept already"


# -- a tensor, a call ----------------------------------------------------------------------------


def tensor_bytes(tensor: Tensor, memory: Memory) -> tuple[str, int | None]:
    """The bytes of a tensor as a product, "28·28·128·4 B·8" for a batch of 8; "", None: unknown."""
    item = bytes_per_value(effective_dtype(tensor.dtype, memory.dtype))
    shape = tensor.shape
    if item is None or shape is None or None in shape[1:]:
        return "", None
    count = memory.batch * item
    for size in shape[1:]:
        count *= size or 0
    sizes = "".join(f"{size}·" for size in shape[1:]) or "1·"
    many = f"·{memory.batch:,}" if memory.batch != 1 else ""
    return f"{sizes}{item} B{many}", count


def output_memory(call: LayerCall, memory: Memory) -> str:
    """The bytes of all outputs of a call: "28·28·128·4 B = 401,408 B"."""
    found = memory.calls[call.id].output_bytes
    if found is None:
        return ""
    parts = [tensor_bytes(tensor, memory)[0] for tensor in call.outputs]
    return f"{' + '.join(parts)} = {found:,} B"


def memory_of_call(
    graph: Graph, one: CallNumbers, call: LayerCall, memory: Memory
) -> Iterator[Explanation]:
    """Outputs, what is alive, what training keeps, weights, MACs for each byte."""
    held = memory.calls[call.id]
    text = output_memory(call, memory)
    why = "" if held.output_bytes is not None else unknown_bytes_reason(graph, call)
    yield counted("output_bytes", held.output_bytes, text, why)
    alive = alive_text(graph, call, memory)
    open_note = "" if alive else "a tensor that is alive has an open size"
    yield counted("live_bytes", held.live_bytes, alive, open_note)
    view = is_view(call)
    yield counted("kept_bytes", held.kept_bytes, "" if view else text, _VIEW if view else why)
    yield _weights_of_call(one, call, memory)
    yield told(
        "intensity", ratio(held.intensity), _moved_by_call(one, call, memory),
        _no_intensity(held.intensity), amount=held.intensity,
    )  # fmt: skip


def alive_text(graph: Graph, call: LayerCall, memory: Memory) -> str:
    """Inputs, outputs and what waits for later calls: "inputs 512 + outputs 256 + waiting 0 …".

    A tensor that shares another's memory counts with that, once.
    """
    live = memory.calls[call.id].live_bytes
    if live is None:
        return ""
    taken = {memory_owner(graph, ref) for ref in call.inputs}
    made = {memory_owner(graph, TensorRef(call.id, n)) for n in range(len(call.outputs))}
    sizes = [_bytes(graph, refs, memory) for refs in (taken, made - taken)]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return ""
    inputs, outputs = known
    waiting = live - inputs - outputs
    parts = [f"inputs {inputs:,}"] if call.inputs else []
    if not made <= taken:
        parts.append(f"outputs {outputs:,}")
    return f"{' + '.join([*parts, f'waiting {waiting:,}'])} B = {live:,} B"


def _bytes(graph: Graph, refs: set[TensorRef], memory: Memory) -> int | None:
    total = 0
    for ref in refs:
        size = tensor_bytes(graph.tensor(ref), memory)[1]
        if size is None:
            return None
        total += size
    return total


def _weights_of_call(one: CallNumbers, call: LayerCall, memory: Memory) -> Explanation:
    found = memory.calls[call.id].weight_bytes
    item = bytes_per_value(effective_dtype(weight_dtype(call), memory.dtype))
    formula = f"{one.parameters:,}·{item} B = {found:,} B" if found else ""
    if found is None:
        why = "how many weights there are is unknown" if item else "how they are stored is unknown"
        return counted("weight_bytes", found, "", why)
    return counted("weight_bytes", found, formula, "" if found else "no weights")


def _moved_by_call(one: CallNumbers, call: LayerCall, memory: Memory) -> str:
    held = memory.calls[call.id]
    if not held.intensity or one.macs is None:
        return ""
    parts = (held.weight_bytes or 0, held.input_bytes or 0, held.output_bytes or 0)
    return _quotient(one.macs, memory.batch, parts, held.intensity)


def _quotient(macs: int, batch: int, parts: tuple[int, int, int], value: float) -> str:
    many = f"·{batch:,}" if batch != 1 else ""
    weights, inputs, outputs = parts
    moved = f"weights {weights:,} + inputs {inputs:,} + outputs {outputs:,} B"
    return f"{macs:,}{many} / ({moved}) = {ratio(value)}"


def _no_intensity(value: float | None) -> str:
    if value is None:
        return "MACs or bytes of a call are unknown"
    return "" if value else _NO_MACS


# -- groups --------------------------------------------------------------------------------------


def memory_of_group(
    graph: Graph,
    numbers: Numbers,
    calls: Sequence[str],
    sums: GroupNumbers,
    held: GroupMemory,
    memory: Memory,
) -> Iterator[Explanation]:
    """The sums of outputs, of what training keeps and of weights; the peak; MACs for each byte."""
    least = held.activations_at_least
    note = _missing(graph, calls, memory) if least else ""
    each = [memory.calls[name] for name in calls]
    outputs = [one.output_bytes or 0 for one in each]
    kept = [one.kept_bytes or 0 for one in each]
    text = _held_text(graph, calls, outputs, memory)
    yield counted("output_bytes", held.output_bytes, text, note, at_least=least)
    yield _peak(graph, held, memory, note)
    text = _held_text(graph, calls, kept, memory)
    view = "" if any(kept) else _VIEW
    yield counted("kept_bytes", held.kept_bytes, text, note or view, at_least=least)
    yield _weights(graph, numbers, calls, held, memory)
    moved = _moved(memory, calls, sums.macs, held.intensity)
    yield told("intensity", ratio(held.intensity), moved, _no_intensity(held.intensity),
               amount=held.intensity)  # fmt: skip


def _held_text(graph: Graph, calls: Sequence[str], sizes: list[int], memory: Memory) -> str:
    """The sum over calls; of a single one that holds anything the product of its sizes."""
    holding = [name for name, size in zip(calls, sizes, strict=True) if size]
    if len(holding) == 1:
        return output_memory(graph.by_id[holding[0]], memory)
    return equation(sizes, " B")


def _missing(graph: Graph, calls: Sequence[str], memory: Memory) -> str:
    unknown = [name for name in calls if memory.calls[name].output_bytes is None]
    note = omission_note(graph, unknown, lambda call: unknown_bytes_reason(graph, call))
    return note or "a tensor that is alive has an open size"


def _peak(graph: Graph, held: GroupMemory, memory: Memory, note: str) -> Explanation:
    name = held.peak_call
    text = "" if name is None else alive_text(graph, graph.by_id[name], memory)
    where = "" if name is None else f"at {name}"
    return counted(
        "peak_bytes", held.peak_bytes, text, "; ".join(part for part in (where, note) if part),
        at_least=held.activations_at_least,
    )  # fmt: skip


def _weights(
    graph: Graph, numbers: Numbers, calls: Sequence[str], held: GroupMemory, memory: Memory
) -> Explanation:
    by_size: dict[int, int] = {}
    unknown: list[str] = []
    for name in first_calls(graph, calls):
        count, known = numbers.calls[name].parameters, memory.calls[name].weight_bytes
        if count == 0:
            continue
        item = bytes_per_value(effective_dtype(weight_dtype(graph.by_id[name]), memory.dtype))
        if known is None:
            unknown.append(name)
        elif item is not None:
            by_size[item] = by_size.get(item, 0) + (count or 0)
    parts = [f"{count:,}·{item} B" for item, count in by_size.items() if count]
    formula = f"{' + '.join(parts)} = {held.weight_bytes:,} B" if parts else ""
    note = omission_note(graph, unknown, lambda _call: "its weights are unknown")
    return counted(
        "weight_bytes", held.weight_bytes, formula, note or ("" if parts else "no weights"),
        at_least=held.weights_at_least,
    )  # fmt: skip


def _moved(memory: Memory, calls: Sequence[str], macs: int, value: float | None) -> str:
    if not value:
        return ""
    each = [memory.calls[name] for name in calls]
    parts = (
        sum(one.weight_bytes or 0 for one in each),
        sum(one.input_bytes or 0 for one in each),
        sum(one.output_bytes or 0 for one in each),
    )
    return _quotient(macs, memory.batch, parts, value)
