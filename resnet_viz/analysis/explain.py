"""Each number with its formula, the values in it, its convention and its source."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import msgspec

from resnet_viz.analysis.conventions import CONVENTIONS
from resnet_viz.analysis.dtypes import bytes_of, counted_as, weight_dtype
from resnet_viz.analysis.field_text import field_formula, jump_formula, start_formula
from resnet_viz.analysis.number_values import CallMemory, CallNumbers, GroupMemory, GroupNumbers
from resnet_viz.analysis.schedule import passes_memory
from resnet_viz.analysis.values import Memory, Numbers, Structure
from resnet_viz.analysis.words import decimal, number_text
from resnet_viz.graph.shapes import UNKNOWN_TEXT, size_text
from resnet_viz.graph.values import LayerCall


class Explanation(msgspec.Struct, frozen=True):
    """One number, opened.

    Attributes:
        name: in reports: "macs".
        label: for people: "MACs".
        value: the number in full: "57,802,752", "83×83", "–" for unknown.
        formula: how it follows, with its values: "3·3·64·128·28·28 = 57,802,752"; "" if there is
            nothing to compute.
        convention: what is counted and what is left out.
        source: where that definition is from.
    """

    name: str
    label: str
    value: str
    formula: str
    convention: str
    source: str


def explain_call(
    structure: Structure, numbers: Numbers, call_id: str, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of a call; of memory those of ``memory``, else for a batch of one."""
    call = structure.graph.by_id[call_id]
    held = memory or numbers.memory
    counts = _of_call(numbers, call)
    return (*counts, *_memory_of_call(call, numbers.calls[call_id], held))


def explain_group(
    numbers: Numbers, group_id: str, memory: Memory | None = None
) -> tuple[Explanation, ...]:
    """All numbers of a stage, block or unit: sums over its calls."""
    held = memory or numbers.memory
    return _of_sums(numbers.groups[group_id], held.groups[group_id])


def explain_totals(numbers: Numbers, memory: Memory | None = None) -> tuple[Explanation, ...]:
    """All numbers of the model."""
    return _of_sums(numbers.totals.numbers, (memory or numbers.memory).totals)


def _told(name: str, value: str, formula: str = "") -> Explanation:
    one = CONVENTIONS[name]
    return Explanation(name, one.label, value, formula, one.text, one.source)


def _of_call(numbers: Numbers, call: LayerCall) -> Iterator[Explanation]:
    one = numbers.calls[call.id]
    yield _told("parameters", number_text(one.parameters), one.parameters_formula)
    yield _told("macs", number_text(one.macs), one.macs_formula)
    yield _told("flops", number_text(one.flops), _doubled(one))
    yield _told("other_ops", number_text(one.other_ops), one.other_ops_formula)
    yield _told("output_elements", number_text(one.output_elements), _elements(call, one))
    if one.receptive_field is not None:
        field = size_text(one.receptive_field)
        yield _told("receptive_field", field, field_formula(numbers, call))
        yield _told("jump", _along(one.jump), jump_formula(numbers, call))
        yield _told("field_start", _along(one.field_start), start_formula(numbers, call))


def _doubled(one: CallNumbers) -> str:
    return f"2·{one.macs:,} = {2 * one.macs:,}" if one.macs else ""


def _elements(call: LayerCall, one: CallNumbers) -> str:
    if one.output_elements is None:
        return ""
    parts = ["·".join(str(size) for size in (tensor.shape or ())[1:]) for tensor in call.outputs]
    return f"{' + '.join(part or '1' for part in parts)} = {one.output_elements:,}"


def _along(values: tuple[float, ...] | None) -> str:
    if values is None:
        return UNKNOWN_TEXT
    return "×".join(decimal(value) for value in values).replace("-", "−")


def _memory_of_call(call: LayerCall, one: CallNumbers, memory: Memory) -> Iterator[Explanation]:
    held = memory.calls[call.id]
    yield _told("output_bytes", number_text(held.output_bytes), _bytes(call, memory, held))
    yield _told("live_bytes", number_text(held.live_bytes), _alive(call, held))
    yield _told("kept_bytes", number_text(held.kept_bytes))
    item = bytes_of(counted_as(weight_dtype(call), memory.dtype))
    formula = f"{one.parameters:,}·{item} B = {held.weight_bytes:,}" if held.weight_bytes else ""
    yield _told("weight_bytes", number_text(held.weight_bytes), formula)
    yield _told("intensity", _ratio(held.intensity), _moved(one, memory, held))


def _bytes(call: LayerCall, memory: Memory, held: CallMemory) -> str:
    if held.output_bytes is None:
        return ""
    parts = []
    for tensor in call.outputs:
        count = prod(size or 0 for size in (tensor.shape or ())[1:])
        item = bytes_of(counted_as(tensor.dtype, memory.dtype))
        parts.append(f"{memory.batch}·{count:,}·{item} B")
    return f"{' + '.join(parts)} = {held.output_bytes:,}"


def _alive(call: LayerCall, held: CallMemory) -> str:
    parts = (held.input_bytes, held.output_bytes, held.live_bytes)
    if passes_memory(call) or None in parts:
        return ""
    inputs, outputs, live = (part or 0 for part in parts)
    others = live - inputs - outputs
    return f"inputs {inputs:,} + outputs {outputs:,} + waiting {others:,} = {live:,}"


def _moved(one: CallNumbers, memory: Memory, held: CallMemory) -> str:
    if not held.intensity or one.macs is None:
        return ""
    parts = (held.weight_bytes, held.input_bytes, held.output_bytes)
    moved = " + ".join(number_text(part) for part in parts)
    return f"{memory.batch}·{one.macs:,} / ({moved}) = {held.intensity:.2f}"


def _ratio(value: float | None) -> str:
    return UNKNOWN_TEXT if value is None else "·" if value == 0 else f"{value:.2f}"


def _of_sums(sums: GroupNumbers, held: GroupMemory) -> tuple[Explanation, ...]:
    own, macs = sums.parameters_at_least, sums.macs_at_least
    split = f"{sums.trainable_parameters:,} trainable + {sums.non_trainable_parameters:,} not"
    found = [
        _told("parameters", number_text(sums.parameters, at_least=own), split),
        _told("macs", number_text(sums.macs, at_least=macs)),
        _told("flops", number_text(sums.flops, at_least=macs), f"2·{sums.macs:,}"),
        _told("other_ops", number_text(sums.other_ops, at_least=sums.other_ops_at_least)),
        _told(
            "output_elements",
            number_text(sums.output_elements, at_least=sums.output_elements_at_least),
        ),
    ]
    if sums.receptive_field is not None:
        found.append(_told("receptive_field", size_text(sums.receptive_field)))
        found.append(_told("jump", _along(sums.jump)))
        found.append(_told("field_start", _along(sums.field_start)))
    least = held.activations_at_least
    where = f"at {held.peak_call}" if held.peak_call is not None else ""
    found += [
        _told("peak_bytes", number_text(held.peak_bytes, at_least=least), where),
        _told("kept_bytes", number_text(held.kept_bytes, at_least=least)),
        _told("weight_bytes", number_text(held.weight_bytes, at_least=held.weights_at_least)),
        _told("intensity", _ratio(held.intensity)),
    ]
    return tuple(found)
