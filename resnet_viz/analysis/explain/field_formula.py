"""How a receptive field and its jump follow from those of the call before, as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from resnet_viz.analysis.costs.types import CallNumbers, Numbers
from resnet_viz.analysis.keras_ops.sliding_window import SlidingWindow, window_of
from resnet_viz.analysis.wording.numbers import as_fraction, decimal, exact
from resnet_viz.graph.types import LayerCall

Axes: TypeAlias = range
"""The axes whose texts are made."""


def sources_of(numbers: Numbers, call: LayerCall) -> list[str]:
    """The calls before it whose field is known, each once."""
    inputs, known = call.inputs, numbers.calls_with_field
    if len(inputs) == 1:
        return [inputs[0].call] if inputs[0].call in known else []
    return [name for name in dict.fromkeys(ref.call for ref in inputs) if name in known]


def axes_of(ones: Iterable[CallNumbers]) -> Axes:
    """The axes to be told: of equal ones the first stands for all, as images mostly have them."""
    count = 0
    for one in ones:
        count = max(count, len(one.receptive_field or ()))
        for values in (one.receptive_field, one.jump, one.field_start):
            if values and values.count(values[0]) != len(values):
                return range(len(values))
    return range(min(count, 1))


def field_formula(call: LayerCall, one: CallNumbers, before: list[CallNumbers], axes: Axes) -> str:
    """Araujo et al.: r + (k - 1)·j, "11 + (3 − 1)·4 = 19"; where branches meet "max(19, 11) = 19".

    Where they lie apart, from the first pixel that any of them sees to the last: "max(9, 30) −
    min(3, 24) = 27". "" where the call changes nothing or the sum would not come out.
    """
    if one.receptive_field is None or not before:
        return ""
    return joined([_along(call, one, before, axis) for axis in axes])


def joined(texts: list[str]) -> str:
    """Of all axes; once if they are equal; "" if there is none for one of them."""
    if "" in texts:
        return ""
    return texts[0] if len(set(texts)) == 1 else ", ".join(texts)


def _along(call: LayerCall, one: CallNumbers, before: list[CallNumbers], axis: int) -> str:
    size = one.receptive_field[axis] if one.receptive_field else 0
    sizes = [each.receptive_field[axis] for each in before if each.receptive_field]
    if len(before) > 1:
        if max(sizes) == size:
            return f"max({', '.join(map(str, sizes))}) = {size}"
        return _apart(before, sizes, axis, size)
    window = _window(call, before[0])
    if window is None or window.grows or before[0].jump is None:
        return ""
    jump = before[0].jump[axis]
    if sizes[0] + (window.kernel[axis] - 1) * jump != size:
        return ""
    return f"{sizes[0]} + ({window.kernel[axis]} − 1)·{exact(jump)} = {size}"


def _apart(before: list[CallNumbers], sizes: list[int], axis: int, size: int) -> str:
    starts = [each.field_start[axis] for each in before if each.field_start is not None]
    if len(starts) < len(sizes):
        return ""
    ends = [start + long for start, long in zip(starts, sizes, strict=True)]
    if max(ends) - min(starts) != size:
        return ""
    texts = (", ".join(map(decimal, ends)), ", ".join(map(decimal, starts)))
    return f"max({texts[0]}) − min({texts[1]}) = {size}"


def grown_by(call: LayerCall, before: CallNumbers, axis: int, grown: int) -> str:
    """The term (k - 1)·jump by which a window grows the field, "2·8"; "" if it is none."""
    window = _window(call, before)
    if window is None or window.grows or before.jump is None:
        return ""
    jump = before.jump[axis]
    if (window.kernel[axis] - 1) * jump != grown or float(decimal(jump)) != jump:
        return ""
    return f"{window.kernel[axis] - 1}·{decimal(jump)}"


def moved_by(call: LayerCall, before: CallNumbers, axis: int, moved: int) -> str:
    """The term by which padding or cropping moves the start, "−1·8"; "" if it is none."""
    window = _window(call, before)
    if before.jump is None or (window is not None and window.grows):
        return ""
    jump = before.jump[axis]
    if not jump or moved % jump or float(decimal(jump)) != jump:
        return ""
    return f"{'+' if moved > 0 else '−'}{abs(moved) / jump:.0f}·{decimal(jump)}"


def _window(call: LayerCall, before: CallNumbers) -> SlidingWindow | None:
    return window_of(call, len(before.receptive_field or ()))


def jump_formula(one: CallNumbers, before: list[CallNumbers], axes: Axes) -> str:
    """The jump before · stride, "4·2 = 8"; of transposed ones / stride; "" for no change."""
    if one.jump is None or len(before) != 1 or before[0].jump is None:
        return ""
    if one.jump == before[0].jump:
        return ""
    return joined([_scaled(before[0].jump[axis], one.jump[axis]) for axis in axes])


def _scaled(old: float, new: float) -> str:
    change = changed_by(old, new)
    return f"{exact(old)}{change} = {exact(new)}" if change else ""


def changed_by(old: float, new: float) -> str:
    """What makes one jump of another: "·2", " / 2", of resizing "·17/10"; "" for no such."""
    fraction = as_fraction(new / old) if old and new else None
    if fraction is None:
        return ""
    high, low = fraction
    if high == 1 and low > 1:
        return f" / {low}"
    return f"·{high}" if low == 1 else f"·{high}/{low}"


def start_formula(call: LayerCall, one: CallNumbers, before: list[CallNumbers], axes: Axes) -> str:
    """The start before - padding · jump, "−3 − 1·2 = −5"; where branches meet the first of all.

    "" where the call neither moves it nor has a kernel that padding could move, or if the sum
    would not come out.
    """
    if one.field_start is None or not before or any(b.field_start is None for b in before):
        return ""
    if len(before) > 1:
        return joined([_first_of(one, before, axis) for axis in axes])
    window = _window(call, before[0])
    if one.field_start == before[0].field_start and (window is None or max(window.kernel) == 1):
        return ""
    return joined([_moved(call, before[0], one, axis) for axis in axes])


def _first_of(one: CallNumbers, before: list[CallNumbers], axis: int) -> str:
    starts = [each.field_start[axis] for each in before if each.field_start is not None]
    start = one.field_start[axis] if one.field_start else 0
    if min(starts) != start:
        return ""
    return f"min({', '.join(map(decimal, starts))}) = {decimal(start)}"


def _moved(call: LayerCall, before: CallNumbers, one: CallNumbers, axis: int) -> str:
    old = before.field_start[axis] if before.field_start else 0
    new = one.field_start[axis] if one.field_start else 0
    term = moved_by(call, before, axis, new - old)
    return f"{decimal(old)} {term[0]} {term[1:]} = {decimal(new)}" if term else ""
