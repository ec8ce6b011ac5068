"""Sliding windows of convolutions and pooling: kernel, stride and output size."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.graph.ops import CONVOLUTIONS, LOCAL_POOLING, TRANSPOSED
from resnet_viz.graph.types import LayerCall

TAPS: Final = {"nearest": 1, "bilinear": 2, "bicubic": 4, "lanczos3": 6, "lanczos5": 10}
"""Input positions per axis that one position of a resized image is interpolated from."""


class SlidingWindow(msgspec.Struct, frozen=True):
    """A sliding window along the spatial axes.

    Attributes:
        kernel: extent along each axis, dilation included: 3 dilated by 2 spans 5.
        step: the stride along each axis.
        rule: padding, "same", "causal" or "valid".
        grows: True for transposed convolutions, whose output is larger by the stride.
    """

    kernel: tuple[int, ...]
    step: tuple[int, ...]
    rule: str
    grows: bool


def window_of(call: LayerCall, axes: int) -> SlidingWindow | None:
    """The window of a convolution or local pooling; None for anything else."""
    config = call.config
    rule = str(config.get("padding", "valid"))
    if call.keras_class in CONVOLUTIONS:
        kernel = per_axis(config.get("kernel_size"), axes)
        dilation = per_axis(config.get("dilation_rate", 1), axes)
        extent = tuple((k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True))
        step = per_axis(config.get("strides", 1), axes)
        return SlidingWindow(extent, step, rule, call.type in TRANSPOSED)
    if call.keras_class in LOCAL_POOLING and "pool_size" in config:
        kernel = per_axis(config["pool_size"], axes)
        return SlidingWindow(kernel, per_axis(config.get("strides") or kernel, axes), rule, False)
    return None


def size_formula(
    call: LayerCall, before: tuple[int | None, ...], after: tuple[int | None, ...]
) -> str:
    """Formula of the spatial size, "⌈56 / 2⌉ = 28"; "" if it does not change or no rule applies.

    Source: Keras's rules, ⌈n / s⌉ for "same" padding and ⌊(n - k) / s⌋ + 1 for "valid". Axes whose
    formulas differ are listed one by one.
    """
    if len(before) != len(after) or before == after:
        return ""
    texts = []
    for axis, (old, new) in enumerate(zip(before, after, strict=True)):
        text, value = _axis_formula(call, len(before), axis, old)
        if new is None or value != new:
            return ""  # never a formula with another value
        texts.append(f"{text} = {new}")
    return texts[0] if len(set(texts)) == 1 else ", ".join(texts)


def _axis_formula(call: LayerCall, axes: int, axis: int, old: int | None) -> tuple[str, int | None]:
    if old is None:
        return "", None
    window = window_of(call, axes)
    if window is None:
        return _plain_formula(call, axes, axis, old)
    if window.grows:
        return _transposed_formula(call, window, axis, old)
    kernel, step = window.kernel[axis], window.step[axis]
    if window.rule != "valid":
        return f"⌈{old} / {step}⌉", -(-old // step)
    if step == 1:
        return f"{old} − {kernel} + 1", old - kernel + 1
    return f"⌊({old} − {kernel}) / {step}⌋ + 1", (old - kernel) // step + 1


def _transposed_formula(
    call: LayerCall, window: SlidingWindow, axis: int, old: int
) -> tuple[str, int | None]:
    kernel, step = window.kernel[axis], window.step[axis]
    if call.config.get("output_padding") is not None:
        return "", None
    if window.rule == "same" or kernel <= step:
        return f"{old} · {step}", old * step
    return f"({old} − 1) · {step} + {kernel}", (old - 1) * step + kernel


def _plain_formula(call: LayerCall, axes: int, axis: int, old: int) -> tuple[str, int | None]:
    if call.keras_class.startswith("UpSampling"):
        factor = per_axis(call.config.get("size", 2), axes)[axis]
        return f"{old} · {factor}", old * factor
    if not call.keras_class.startswith(("ZeroPadding", "Cropping")):
        return "", None
    sign = -1 if call.type.startswith("Cropping") else 1
    before, after = sides_of(call.config.get("padding", call.config.get("cropping")), axes, axis)
    mark = "+" if sign > 0 else "−"
    return f"{old} {mark} {before} {mark} {after}", old + sign * (before + after)


def sides_of(widths: object, axes: int, axis: int) -> tuple[int, int]:
    """Positions that padding or cropping of ``widths`` changes before and after an axis."""
    if axes == 1 and isinstance(widths, list | tuple) and isinstance(widths[0], int):
        return int(widths[0]), int(widths[1])
    sides = widths
    if isinstance(widths, list | tuple):
        sides = widths[axis] if axis < len(widths) else 0  # for an input with too many axes
    if isinstance(sides, list | tuple):
        return int(sides[0]), int(sides[1])
    return (sides, sides) if isinstance(sides, int) else (0, 0)
