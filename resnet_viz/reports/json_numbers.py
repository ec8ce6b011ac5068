"""Numbers of a report's rows as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from resnet_viz.analysis.costs.types import CallMemory, CallNumbers, GroupMemory, GroupNumbers
from resnet_viz.analysis.explain.explanation import Explanation
from resnet_viz.analysis.wording.numbers import at_least_mark
from resnet_viz.graph.shapes import UNKNOWN_TEXT


def group_values(numbers: GroupNumbers, memory: GroupMemory) -> dict[str, Any]:
    """Sums of a group; one with an unknown part is None, with its bound ``<name>_at_least``."""
    own, macs, split = numbers.parameters_at_least, numbers.macs_at_least, numbers.split_at_least
    weights, activations = memory.weights_at_least, memory.activations_at_least
    rows = (
        ("parameters", numbers.parameters, own),
        ("trainable_parameters", numbers.trainable_parameters, split),
        ("non_trainable_parameters", numbers.non_trainable_parameters, split),
        ("macs", numbers.macs, macs),
        ("flops", numbers.flops, macs),
        ("other_ops", numbers.other_ops, numbers.other_ops_at_least),
        ("output_elements", numbers.output_elements, numbers.output_elements_at_least),
        ("weight_bytes", memory.weight_bytes, weights),
        ("output_bytes", memory.output_bytes, activations),
        ("kept_bytes", memory.kept_bytes, activations),
        ("peak_bytes", memory.peak_bytes, activations),
    )
    values: dict[str, Any] = {}
    for name, value, at_least in rows:
        values[name] = None if at_least else value
        if at_least:
            values[f"{name}_at_least"] = value
    return {**values, "peak_call": memory.peak_call, "intensity": memory.intensity}


def field_values(numbers: CallNumbers | GroupNumbers) -> dict[str, Any]:
    """Receptive field, jump and start; None where there is none."""
    return {
        "receptive_field": _list(numbers.receptive_field),
        "jump": None if numbers.jump is None else [_whole(jump) for jump in numbers.jump],
        "field_start": _list(numbers.field_start),
        "global": numbers.is_global,
    }


def call_values(numbers: CallNumbers, memory: CallMemory) -> dict[str, Any]:
    """Numbers of a call; None if unknown."""
    return {
        "parameters": numbers.parameters,
        "trainable_parameters": numbers.trainable_parameters,
        "non_trainable_parameters": numbers.non_trainable_parameters,
        "parameters_from": None if numbers.parameters is None else numbers.weights_from,
        "macs": numbers.macs,
        "flops": numbers.flops,
        "other_ops": numbers.other_ops,
        "output_elements": numbers.output_elements,
        "weight_bytes": memory.weight_bytes,
        "input_bytes": memory.input_bytes,
        "output_bytes": memory.output_bytes,
        "kept_bytes": memory.kept_bytes,
        "live_bytes": memory.live_bytes,
        "intensity": memory.intensity,
        **field_values(numbers),
    }


def formulas_and_reasons(explanations: Iterable[Explanation]) -> dict[str, dict[str, str]]:
    """Formulas of numbers that have one, and reasons for unknown numbers and lower bounds."""
    formulas: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for number in explanations:
        name = "size" if number.name == "output_size" else number.name
        if number.formula:
            formulas[name] = number.formula
        if number.note and number.value.startswith((UNKNOWN_TEXT, at_least_mark(True))):
            reasons[name] = number.note
    return {"formulas": formulas, "reasons": reasons}


def _list(values: tuple[int, ...] | None) -> list[int] | None:
    return None if values is None else list(values)


def _whole(value: float) -> float:
    """An integer in place of 2.0."""
    return int(value) if value == int(value) else value
