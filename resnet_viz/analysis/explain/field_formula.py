"""Formulas of a call's receptive field, jump and start from those of the calls before it.

They follow Araujo, Norris, Sim 2019, Computing Receptive Fields of Convolutional Neural Networks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from resnet_viz.analysis.costs.types import CallNumbers, Numbers
from resnet_viz.analysis.keras_ops.sliding_window import SlidingWindow, window_of
from resnet_viz.analysis.wording.numbers import as_fraction, decimal, exact
from resnet_viz.graph.types import LayerCall

Axes: TypeAlias = range
"""Axes that formulas are written for."""


def sources_of(numbers: Numbers, call: LayerCall) -> list[str]:
    """Ids of the calls before ``call`` whose field is known, without duplicates."""
    inputs, known = call.inputs, numbers.calls_with_field
    if len(inputs) == 1:
        return [inputs[0].call] if inputs[0].call in known else []
    return [name for name in dict.fromkeys(ref.call for ref in inputs) if name in known]


def axes_of(calls: Iterable[CallNumbers]) -> Axes:
    """Axes that need formulas: only the first if all are equal, as in most images."""
    count = 0
    for numbers in calls:
        count = max(count, len(numbers.receptive_field or ()))
        for values in (numbers.receptive_field, numbers.jump, numbers.field_start):
            if values and values.count(values[0]) != len(values):
                return range(len(values))
    return range(min(count, 1))


def joined(texts: list[str]) -> str:
    """Formulas of all axes, or one if they are equal; "" if an axis has none."""
    if "" in texts:
        return ""
    return texts[0] if len(set(texts)) == 1 else ", ".join(texts)


# -- receptive field -----------------------------------------------------------------------------


def field_formula(
    call: LayerCall, after: CallNumbers, before: list[CallNumbers], axes: Axes
) -> str:
    """Receptive field r + (k - 1)·j: "11 + (3 − 1)·4 = 19"; of a join "max(19, 11) = 19".

    Where branches do not overlap, from the first pixel that one sees to the last: "max(9, 30) −
    min(3, 24) = 27". "" if the call changes nothing or no such sum gives the field.
    """
    if after.receptive_field is None or not before:
        return ""
    return joined([_axis_field(call, after, before, axis) for axis in axes])


def _axis_field(call: LayerCall, after: CallNumbers, before: list[CallNumbers], axis: int) -> str:
    size = field_of(after, axis)
    sizes = [numbers.receptive_field[axis] for numbers in before if numbers.receptive_field]
    if len(before) > 1:
        if max(sizes) == size:
            return f"max({', '.join(map(str, sizes))}) = {size}"
        return _union_field(before, sizes, axis, size)
    window = _window(call, before[0])
    if window is None or window.grows or before[0].jump is None:
        return ""
    jump, kernel = before[0].jump[axis], window.kernel[axis]
    if sizes[0] + (kernel - 1) * jump != size:
        return ""
    return f"{sizes[0]} + ({kernel} − 1)·{exact(jump)} = {size}"


def _union_field(before: list[CallNumbers], sizes: list[int], axis: int, size: int) -> str:
    starts = [numbers.field_start[axis] for numbers in before if numbers.field_start is not None]
    if len(starts) < len(sizes):
        return ""
    ends = [start + length for start, length in zip(starts, sizes, strict=True)]
    if max(ends) - min(starts) != size:
        return ""
    last, first = (", ".join(map(decimal, values)) for values in (ends, starts))
    return f"max({last}) − min({first}) = {size}"


def growth_term(call: LayerCall, before: CallNumbers, axis: int, growth: int) -> str:
    """Term (k - 1)·jump that a window adds to the field, "2·8"; "" if that is not ``growth``."""
    window = _window(call, before)
    if window is None or window.grows or before.jump is None:
        return ""
    jump = before.jump[axis]
    if (window.kernel[axis] - 1) * jump != growth or not _is_short(jump):
        return ""
    return f"{window.kernel[axis] - 1}·{decimal(jump)}"


def _is_short(jump: float) -> bool:
    return float(decimal(jump)) == jump


def field_of(numbers: CallNumbers, axis: int) -> int:
    """Receptive field along an axis; 0 if there is none."""
    return numbers.receptive_field[axis] if numbers.receptive_field else 0


def _window(call: LayerCall, before: CallNumbers) -> SlidingWindow | None:
    return window_of(call, len(before.receptive_field or ()))


# -- jump ----------------------------------------------------------------------------------------


def jump_formula(after: CallNumbers, before: list[CallNumbers], axes: Axes) -> str:
    """Jump times stride, "4·2 = 8", or divided by a transposed one; "" if it stays the same."""
    if after.jump is None or len(before) != 1 or before[0].jump is None:
        return ""
    if after.jump == before[0].jump:
        return ""
    return joined([_axis_jump(before[0].jump[axis], after.jump[axis]) for axis in axes])


def _axis_jump(before: float, after: float) -> str:
    factor = jump_factor(before, after)
    return f"{exact(before)}{factor} = {exact(after)}" if factor else ""


def jump_factor(before: float, after: float) -> str:
    """Factor between two jumps: "·2", " / 2", "·17/10" when resizing; "" if there is none."""
    fraction = as_fraction(after / before) if before and after else None
    if fraction is None:
        return ""
    numerator, denominator = fraction
    if numerator == 1 and denominator > 1:
        return f" / {denominator}"
    return f"·{numerator}" if denominator == 1 else f"·{numerator}/{denominator}"


# -- start ---------------------------------------------------------------------------------------


def start_formula(
    call: LayerCall, after: CallNumbers, before: list[CallNumbers], axes: Axes
) -> str:
    """Start of the field minus padding · jump, "−3 − 1·2 = −5"; of a join the smallest.

    "" if the call neither moves it nor has a kernel that padding could move, or if no such sum
    gives the start.
    """
    starts = [numbers.field_start for numbers in before]
    if after.field_start is None or not before or None in starts:
        return ""
    if len(before) > 1:
        return joined([_smallest_start(after, before, axis) for axis in axes])
    window = _window(call, before[0])
    if after.field_start == starts[0] and (window is None or max(window.kernel) == 1):
        return ""
    return joined([_axis_start(call, before[0], after, axis) for axis in axes])


def _smallest_start(after: CallNumbers, before: list[CallNumbers], axis: int) -> str:
    starts = [start_of(numbers, axis) for numbers in before]
    start = start_of(after, axis)
    if min(starts) != start:
        return ""
    return f"min({', '.join(map(decimal, starts))}) = {decimal(start)}"


def _axis_start(call: LayerCall, before: CallNumbers, after: CallNumbers, axis: int) -> str:
    old, new = start_of(before, axis), start_of(after, axis)
    term = shift_term(call, before, axis, new - old)
    return f"{decimal(old)} {term[0]} {term[1:]} = {decimal(new)}" if term else ""


def shift_term(call: LayerCall, before: CallNumbers, axis: int, shift: int) -> str:
    """Term by which padding or cropping moves the start, "−1·8"; "" if no such term fits."""
    window = _window(call, before)
    if before.jump is None or (window is not None and window.grows):
        return ""
    jump = before.jump[axis]
    if not jump or shift % jump or not _is_short(jump):
        return ""
    return f"{'+' if shift > 0 else '−'}{abs(shift) / jump:.0f}·{decimal(jump)}"


def start_of(numbers: CallNumbers, axis: int) -> int:
    """Start of a field along an axis; 0 if unknown."""
    return numbers.field_start[axis] if numbers.field_start else 0
