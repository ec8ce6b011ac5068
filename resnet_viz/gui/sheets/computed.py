"""How memory, FLOPs and the other numbers follow: rows with the convention that they open to."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from resnet_viz.analysis.dtypes import bytes_of, counted_as, weight_dtype
from resnet_viz.analysis.field_text import start_formula
from resnet_viz.analysis.schedule import passes_memory
from resnet_viz.analysis.values import CallMemory, GroupMemory, GroupNumbers
from resnet_viz.graph.shapes import size_text
from resnet_viz.graph.values import LayerCall
from resnet_viz.gui.sheets import formulas
from resnet_viz.gui.sheets.context import Context, split_formula
from resnet_viz.gui.sheets.values import Formula, memory_text

_LONGEST = 120


def memory_row(name: str, count: int, size: int, batch: int) -> Formula:
    """Bytes of values: "100,352·4 B" = "392 KiB"; the batch is a factor where it is not one."""
    many = f"·{batch:,}" if batch != 1 else ""
    text = f"{count:,}·{size} B{many}"
    return Formula(name, text, memory_text(count * size * batch), "output_bytes")


def _summed(name: str, counts: Sequence[int], key: str) -> tuple[Formula, ...]:
    """A sum of several layers' numbers; nothing for none."""
    parts = [count for count in counts if count]
    if not parts:
        return ()
    total = f"{sum(parts):,}"
    if len(parts) == 1:
        return (Formula(name, total, key=key),)
    text = " + ".join(f"{count:,}" for count in parts)
    if len(text) > _LONGEST:
        text = f"sum of {len(parts)} layers"
    return (Formula(name, text, total, key),)


# -- one call ----------------------------------------------------------------------------------


def call_memory(context: Context, call: LayerCall) -> list[Formula]:
    """Bytes of a call's outputs, from their sizes."""
    shape, size = call.output_shape, context.bytes_of(call.outputs[0].dtype)
    if len(call.outputs) == 1 and shape is not None and size is not None:
        known = [each for each in shape[1:] if each is not None]
        if known and len(known) == len(shape) - 1:
            row = memory_row("memory", prod(known), size, context.basis.batch)
            product = "·".join(str(each) for each in known)
            return [Formula(row.name, row.text.replace(f"{prod(known):,}", product, 1),
                            row.result, row.key)]  # fmt: skip
    whole = context.memory.calls[call.id].output_bytes
    if whole is None:
        return []
    text = f"{len(call.outputs)} outputs"
    return [Formula("memory", text, memory_text(whole), "output_bytes")]


def call_rest(context: Context, call: LayerCall) -> list[Formula]:
    """Jump, start, FLOPs, other operations, weight memory, what is alive, intensity."""
    found, memory = context.numbers.calls[call.id], context.memory.calls[call.id]
    rows: list[Formula] = []
    if found.jump is not None:
        rows.append(_jump(context, call, found.jump))
    start = start_formula(context.numbers, call)
    if start:
        rows.append(split_formula("start", start, "field_start"))
    if found.flops:
        rows.append(Formula("FLOPs", f"2·{found.macs:,}", f"{found.flops:,}", "flops"))
    if found.other_ops_formula:
        rows.append(split_formula("other ops", found.other_ops_formula, "other_ops"))
    rows += _weight_memory(context, call)
    if memory.live_bytes is not None:
        text = _alive(call, memory)
        rows.append(Formula("alive", text, memory_text(memory.live_bytes), "live_bytes"))
    moved = (memory.weight_bytes, memory.input_bytes, memory.output_bytes)
    known = [each for each in moved if each is not None]
    if memory.intensity and found.macs and len(known) == len(moved):
        many = f"·{context.basis.batch:,}" if context.basis.batch != 1 else ""
        text = f"{found.macs:,}{many} / ({' + '.join(f'{each:,}' for each in known)}) B"
        rows.append(Formula("intensity", text, f"{memory.intensity:,.1f}", "intensity"))
    return rows


def _alive(call: LayerCall, memory: CallMemory) -> str:
    """Inputs, outputs and the tensors that later calls wait for, in bytes; a view adds nothing."""
    inputs, outputs, live = memory.input_bytes, memory.output_bytes, memory.live_bytes
    if passes_memory(call) or inputs is None or outputs is None or live is None:
        return "inputs, outputs and what later calls need"
    return f"inputs {inputs:,} + outputs {outputs:,} + waiting {live - inputs - outputs:,} B"


def _jump(context: Context, call: LayerCall, jump: tuple[float, ...]) -> Formula:
    """Input pixels between positions, from the jump before and the stride."""
    after = _sides(jump)
    before = context.numbers.calls[call.inputs[0].call].jump if call.inputs else None
    if before and before != jump and before[0] and (jump[0] / before[0]).is_integer():
        return Formula("jump", f"{_sides(before)}·{jump[0] / before[0]:g}", after, "jump")
    return Formula("jump", after, key="jump")


def _sides(values: tuple[float, ...]) -> str:
    texts = [f"{value:g}" for value in values]
    return texts[0] if len(set(texts)) == 1 else "×".join(texts)


def _weight_memory(context: Context, call: LayerCall) -> list[Formula]:
    count = context.numbers.calls[call.id].parameters
    whole = context.memory.calls[call.id].weight_bytes
    size = bytes_of(counted_as(weight_dtype(call), context.basis.dtype))
    if not count or whole is None or size is None:
        return []
    return [Formula("stored", f"{count:,}·{size} B", memory_text(whole), "weight_bytes")]


def widest(field: tuple[int, ...] | None) -> tuple[Formula, ...]:
    """A field whose growth is no simple sum: branches differ, or a whole stage lies between."""
    if field is None:
        return ()
    return (Formula("field", "along the widest branch", size_text(field), "receptive_field"),)


# -- groups and shortcuts ------------------------------------------------------------------------


def group_rows(
    context: Context,
    calls: tuple[str, ...],
    numbers: GroupNumbers,
    memory: GroupMemory,
    *,
    sizes: tuple[Formula, ...] = (),
    field: tuple[Formula, ...] = (),
) -> tuple[Formula, ...]:
    """All rows of a group's (or shortcut's) sums, in the order of the board.

    ``sizes`` and ``field``: how the output's size and the receptive field follow.
    """
    layers = {context.call(call).layer: context.numbers.calls[call] for call in calls}
    macs = formulas.macs(context, calls)
    rows = [
        *sizes,
        *_weights(context, calls),
        *macs,
        *_outputs(context, calls, memory),
        *(field or widest(numbers.receptive_field)),
    ]
    if numbers.jump is not None:
        rows.append(Formula("jump", _sides(numbers.jump), key="jump"))
    if numbers.macs and macs:
        rows.append(Formula("FLOPs", f"2·{numbers.macs:,}", f"{numbers.flops:,}", "flops"))
    if not numbers.other_ops_at_least:
        counts = [context.numbers.calls[call].other_ops or 0 for call in calls]
        rows += _summed("other ops", counts, "other_ops")
    if memory.weight_bytes and not memory.weights_at_least:
        text = f"{sum(each.parameters or 0 for each in layers.values()):,} weights"
        rows.append(Formula("stored", text, memory_text(memory.weight_bytes), "weight_bytes"))
    if not memory.activations_at_least:
        rows += _activations(memory)
    if memory.intensity:
        text = "MACs for each byte moved"
        rows.append(Formula("intensity", text, f"{memory.intensity:,.1f}", "intensity"))
    return tuple(rows)


def _weights(context: Context, calls: tuple[str, ...]) -> tuple[Formula, ...]:
    layers = {context.call(call).layer: context.numbers.calls[call] for call in calls}
    if any(each.parameters is None for each in layers.values()):
        return ()
    weighted = [each for each in layers.values() if each.parameters]
    if len(weighted) == 1 and weighted[0].parameters_formula:
        return (split_formula("weights", weighted[0].parameters_formula, "parameters"),)
    return _summed("weights", [each.parameters or 0 for each in weighted], "parameters")


def _outputs(context: Context, calls: tuple[str, ...], memory: GroupMemory) -> tuple[Formula, ...]:
    """The sum of all outputs, with one of them reckoned where they are equal."""
    if memory.activations_at_least:
        return ()
    sizes = {context.memory.calls[call].output_bytes for call in calls}
    one = call_memory(context, context.call(calls[-1])) if calls and len(sizes) == 1 else []
    whole = memory_text(memory.output_bytes)
    if len(calls) > 1 and one:
        return (
            Formula("memory", one[0].text, f"{one[0].result} per output", "output_bytes"),
            Formula("", f"{len(calls)}·{one[0].result}", whole, "output_bytes"),
        )
    return (Formula("memory", f"{len(calls):,} outputs", whole, "output_bytes"),)


def _activations(memory: GroupMemory) -> list[Formula]:
    at = f"at {memory.peak_call}" if memory.peak_call else "nothing runs"
    return [
        Formula("peak", at, memory_text(memory.peak_bytes), "peak_bytes"),
        Formula("kept", "for training", memory_text(memory.kept_bytes), "kept_bytes"),
    ]
