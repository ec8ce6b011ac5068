"""The measures that charts and colours compare calls and groups by."""

from __future__ import annotations

from typing import Literal, TypeAlias, overload

from resnet_viz.analysis.costs.types import CallMemory, CallNumbers, GroupMemory, GroupNumbers

Measure: TypeAlias = Literal["macs", "parameters", "memory", "other_ops"]
"""``memory`` is that of the outputs: ``output_bytes``."""


@overload
def amount(measure: Measure, numbers: GroupNumbers, memory: GroupMemory) -> int: ...
@overload
def amount(measure: Measure, numbers: CallNumbers, memory: CallMemory) -> int | None: ...
def amount(
    measure: Measure, numbers: CallNumbers | GroupNumbers, memory: CallMemory | GroupMemory
) -> int | None:
    """Amount of a call or group by measure.

    Returns:
        None if a call's amount is unknown; a group's is then a lower bound, see ``is_at_least``.
    """
    if measure == "memory":
        return memory.output_bytes
    if measure == "macs":
        return numbers.macs
    return numbers.parameters if measure == "parameters" else numbers.other_ops


def is_at_least(measure: Measure, numbers: GroupNumbers, memory: GroupMemory) -> bool:
    """Return whether a group's amount is a lower bound, as a part of it is unknown."""
    if measure == "memory":
        return memory.activations_at_least
    if measure == "macs":
        return numbers.macs_at_least
    return numbers.parameters_at_least if measure == "parameters" else numbers.other_ops_at_least
