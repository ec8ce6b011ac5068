"""How a receptive field and its jump follow from those of the call before, as text."""

from __future__ import annotations

from resnet_viz.analysis.number_values import CallNumbers, Numbers
from resnet_viz.analysis.windows import Window, window_of
from resnet_viz.analysis.words import decimal
from resnet_viz.graph.values import LayerCall


def field_formula(numbers: Numbers, call: LayerCall) -> str:
    """Araujo et al.: r + (k - 1)·j, "11 + (3 − 1)·4 = 19"; where branches meet "max(19, 11) = 19".

    "" where the call changes nothing or the sum would not come out.
    """
    one = numbers.calls[call.id]
    before = _before(numbers, call)
    if one.receptive_field is None or not before:
        return ""
    after = one.receptive_field
    texts = []
    for axis, size in enumerate(after):
        text, value = _along(call, before, axis)
        if value != size:
            return ""
        texts.append(f"{text} = {size}")
    return texts[0] if len(set(texts)) == 1 else ", ".join(texts)


def _before(numbers: Numbers, call: LayerCall) -> list[CallNumbers]:
    calls = dict.fromkeys(ref.call for ref in call.inputs)
    found = [numbers.calls[name] for name in calls]
    return [one for one in found if one.receptive_field is not None and one.jump is not None]


def _along(call: LayerCall, before: list[CallNumbers], axis: int) -> tuple[str, int | None]:
    sizes = [one.receptive_field[axis] for one in before if one.receptive_field]
    if len(before) > 1:
        text = ", ".join(str(size) for size in sizes)
        return f"max({text})", max(sizes)
    window = _window(call, before[0])
    if window is None or window.grows or before[0].jump is None:
        return "", None
    jump = before[0].jump[axis]
    value = sizes[0] + (window.kernel[axis] - 1) * jump
    text = f"{sizes[0]} + ({window.kernel[axis]} − 1)·{decimal(jump)}"
    return text, int(value) if value == int(value) else None


def _window(call: LayerCall, before: CallNumbers) -> Window | None:
    return window_of(call, len(before.receptive_field or ()))


def jump_formula(numbers: Numbers, call: LayerCall) -> str:
    """The jump before · stride, "4·2 = 8"; of transposed ones / stride; "" for no change."""
    one, before = numbers.calls[call.id], _before(numbers, call)
    if one.jump is None or len(before) != 1 or before[0].jump is None:
        return ""
    window = _window(call, before[0])
    if window is None or max(window.step) == 1:
        return ""
    mark = " / " if window.grows else "·"
    triples = zip(before[0].jump, window.step, one.jump, strict=True)
    texts = [f"{decimal(old)}{mark}{step} = {decimal(new)}" for old, step, new in triples]
    return texts[0] if len(set(texts)) == 1 else ", ".join(texts)


def start_formula(numbers: Numbers, call: LayerCall) -> str:
    """The start before - padding · jump, "−3 − 1·2 = −5"; where branches meet the first of all."""
    one, before = numbers.calls[call.id], _before(numbers, call)
    if one.field_start is None or not before or any(b.field_start is None for b in before):
        return ""
    texts = []
    for axis, start in enumerate(one.field_start):
        starts = [b.field_start[axis] for b in before if b.field_start is not None]
        value: int | None
        if len(before) > 1:
            text, value = f"min({', '.join(map(_signed, starts))})", min(starts)
        else:
            text, value = _padded(call, before[0], starts[0], start, axis)
        if value != start:
            return ""
        texts.append(f"{text} = {_signed(start)}")
    return texts[0] if len(set(texts)) == 1 else ", ".join(texts)


def _padded(
    call: LayerCall, before: CallNumbers, old: int, new: int, axis: int
) -> tuple[str, int | None]:
    window = _window(call, before)
    if window is None or window.grows or before.jump is None or max(window.kernel) == 1:
        return "", None
    jump = before.jump[axis]
    padding = (old - new) / jump
    if padding != int(padding) or padding < 0:
        return "", None
    return f"{_signed(old)} − {int(padding)}·{decimal(jump)}", new


def _signed(value: int) -> str:
    return f"−{-value:,}" if value < 0 else f"{value:,}"
