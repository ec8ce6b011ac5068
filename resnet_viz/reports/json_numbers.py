"""The numbers of a report's rows, as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from resnet_viz.analysis.costs.types import CallMemory, CallNumbers, GroupMemory, GroupNumbers
from resnet_viz.analysis.explain.explanation import Explanation
from resnet_viz.graph.shapes import UNKNOWN_TEXT


def sums(numbers: GroupNumbers, memory: GroupMemory) -> dict[str, Any]:
    """Sums of a group; one with an unknown part is None, its lower bound ``<name>_at_least``."""
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
    found: dict[str, Any] = {}
    for name, value, at_least in rows:
        found[name] = None if at_least else value
        if at_least:
            found[f"{name}_at_least"] = value
    return {**found, "peak_call": memory.peak_call, "intensity": memory.intensity}


def field(numbers: CallNumbers | GroupNumbers) -> dict[str, Any]:
    """The receptive field with its jump and its start; None where there is none."""
    return {
        "receptive_field": _list(numbers.receptive_field),
        "jump": None if numbers.jump is None else [_whole(jump) for jump in numbers.jump],
        "field_start": _list(numbers.field_start),
        "global": numbers.is_global,
    }


def of_call(numbers: CallNumbers, memory: CallMemory) -> dict[str, Any]:
    """The numbers of a call; what can't be known is None."""
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
        **field(numbers),
    }


def opened(explained: Iterable[Explanation]) -> dict[str, dict[str, str]]:
    """The formulas of numbers, where there is anything to compute, and why others are unknown."""
    formulas: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for one in explained:
        name = "size" if one.name == "output_size" else one.name
        if one.formula:
            formulas[name] = one.formula
        if one.note and one.value.startswith((UNKNOWN_TEXT, "≥")):
            reasons[name] = one.note
    return {"formulas": formulas, "reasons": reasons}


def _list(values: tuple[int, ...] | None) -> list[int] | None:
    return None if values is None else list(values)


def _whole(value: float) -> float:
    """2 rather than 2.0, as JSON shows it."""
    return int(value) if value == int(value) else value
