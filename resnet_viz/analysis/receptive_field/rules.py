"""Receptive field rules for single calls, by family."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import gcd
from typing import Final

import msgspec
from msgspec.structs import replace

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.einsum import mixes_positions
from resnet_viz.analysis.keras_ops.op_families import CONV_LSTM
from resnet_viz.analysis.keras_ops.sliding_window import TAPS, SlidingWindow, sides_of, window_of
from resnet_viz.analysis.keras_ops.wrappers import effective_call, wrapped_runs
from resnet_viz.analysis.receptive_field.intervals import UNKNOWN, PixelInterval, ReceptiveField
from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph
from resnet_viz.graph.ops import ADAPTIVE_POOLING, OpKind, op_kind
from resnet_viz.graph.shapes import channels_first_ranks_of
from resnet_viz.graph.types import LayerCall, Ranks


class CallSizes(msgspec.Struct, frozen=True, dict=True):
    """A call with the spatial sizes of its first input and output."""

    call: LayerCall
    before: tuple[int | None, ...]
    after: tuple[int | None, ...]
    channels_first_ranks: Ranks

    @property
    def is_channels_first(self) -> bool:
        """Return whether the input's channels come before its positions."""
        return len(self.before) + 2 in self.channels_first_ranks

    @cached_property
    def window(self) -> SlidingWindow | None:
        """The window that the call slides along the axes of its input, if any."""
        return window_of(self.call, len(self.before))


_OF_VECTORS: Final = {"dense", "norm", "activation", "regularise", "elementwise"}

Rule = Callable[[CallSizes, ReceptiveField], ReceptiveField]


def call_sizes(graph: IndexedGraph, call: LayerCall) -> CallSizes:
    """The spatial sizes of the first input and output of a call's ``called_layer``."""
    call = called_layer(graph, call)
    shape = graph.original.tensor(call.inputs[0]).shape if call.inputs else None
    return CallSizes(
        call, graph.spatial(shape), graph.spatial(call.output_shape), graph.channels_first_ranks
    )


def called_layer(graph: IndexedGraph, call: LayerCall) -> LayerCall:
    """The call that moves positions: a TimeDistributed's own, as one of its axes is time."""
    is_timed = call.keras_class == "TimeDistributed"
    return call if is_timed else graph.calls[graph.index_of[call.id]]


def unknown_field(field: ReceptiveField) -> ReceptiveField:
    """An unknown field, global if the given one is."""
    return UNKNOWN.marked(is_global=field.is_global)


def rule_of(kind: OpKind) -> Rule:
    """The rule of a family, for calls with a single input whose field is known."""
    return _RULES.get(kind, _other_layers)


def _unchanged(_sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    return field


def _slide(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Slide the window of a convolution or pooling."""
    axes = len(field.intervals)
    if sizes.call.type in ADAPTIVE_POOLING:
        return _adaptive_pooling(sizes, field)
    window = sizes.window
    if window is None or len(sizes.before) != axes or len(sizes.after) != axes:
        return unknown_field(field)
    intervals: list[PixelInterval] = []
    is_anchored = True
    for axis, interval in enumerate(field.intervals):
        front = _padding_before(window, axis, sizes.before[axis], sizes.after[axis])
        is_anchored = is_anchored and front is not None
        front = _likely_padding(window, axis) if front is None else front
        after = _slide_along(interval, window, axis, front)
        if after is None:
            return unknown_field(field)
        intervals.append(after)
    return field.with_intervals(intervals, is_anchored=is_anchored)


def _slide_along(
    interval: PixelInterval, window: SlidingWindow, axis: int, front: int
) -> PixelInterval | None:
    extent, step = window.kernel[axis], window.step[axis]
    if not window.grows:
        return interval.through_window(extent, step, front)
    # Input position i adds to ``extent`` output positions from i · step - front on. If the kernel
    # is shorter than the step, some positions see nothing.
    return interval.through(
        lambda out: min(-((extent - 1 - out - front) // step), (out + front) // step),
        lambda out: (out + front) // step,
        1,
        step,
    )


def _padding_before(
    window: SlidingWindow, axis: int, old: int | None, new: int | None
) -> int | None:
    """Positions that padding adds in front; None if it depends on an open size.

    Source: Keras (TensorFlow) puts the smaller half of "same" padding in front.
    """
    extent, step = window.kernel[axis], window.step[axis]
    if window.rule == "valid":
        return 0
    if window.rule == "causal":
        return extent - 1
    if old is None or new is None:
        return (extent - 1) // 2 if step == 1 else None
    small, large = (old, new) if window.grows else (new, old)
    return max((small - 1) * step + extent - large, 0) // 2


def _likely_padding(window: SlidingWindow, axis: int) -> int:
    """The padding in front if the size is a multiple of the step."""
    return max(window.kernel[axis] - window.step[axis], 0) // 2


def _adaptive_pooling(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Cell o of m over n positions pools ⌊o·n / m⌋ to ⌈(o + 1)·n / m⌉ - 1."""

    def cells(interval: PixelInterval, n: int, m: int) -> PixelInterval | None:
        return interval.through(
            lambda out: out * n // m, lambda out: -(-(out + 1) * n // m) - 1, *_ratio(n, m)
        )

    return _rescale(sizes, field, cells)


def _ratio(n: int, m: int) -> tuple[int, int]:
    shared = gcd(n, m)
    return n // shared, m // shared


def _rescale(
    sizes: CallSizes,
    field: ReceptiveField,
    along: Callable[[PixelInterval, int, int], PixelInterval | None],
) -> ReceptiveField:
    """Apply a change from n to m positions along each axis."""
    if not len(sizes.before) == len(sizes.after) == len(field.intervals):
        return unknown_field(field)
    intervals: list[PixelInterval] = []
    for interval, n, m in zip(field.intervals, sizes.before, sizes.after, strict=True):
        after = along(interval, n, m) if n and m else None
        if after is None:
            return unknown_field(field)
        intervals.append(after)
    return field.with_intervals(intervals)


def _resize(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Position o of m lies at x = (o + 1/2)·n / m - 1/2 of n; its neighbours are interpolated."""
    config = sizes.call.config
    taps = TAPS.get(str(config.get("interpolation", "nearest")))
    if taps is None or config.get("antialias") or config.get("crop_to_aspect_ratio"):
        return unknown_field(field)
    if sizes.call.type.startswith("UpSampling"):
        sizes = _upsampling_sizes(sizes, len(field.intervals))

    def along(interval: PixelInterval, n: int, m: int) -> PixelInterval | None:
        if n == m:
            return interval
        return interval.through(
            lambda o: _taps(o, n, m, taps)[0], lambda o: _taps(o, n, m, taps)[1], *_ratio(n, m)
        )

    return _rescale(sizes, field, along)


def _upsampling_sizes(sizes: CallSizes, axes: int) -> CallSizes:
    """Sizes from 1 to the factors of up-sampling: only their ratio matters."""
    factors = per_axis(sizes.call.config.get("size", 2), axes)
    return replace(sizes, before=(1,) * axes, after=factors)


def _taps(out: int, n: int, m: int, taps: int) -> tuple[int, int]:
    """The first and last input position that an output position is interpolated from."""
    if taps == 1:
        nearest = (2 * out + 1) * n // (2 * m)
        return nearest, nearest
    below, rest = divmod((2 * out + 1) * n - m, 2 * m)
    if rest == 0:  # exactly on a position: all other weights are 0
        return below, below
    return below - taps // 2 + 1, below + taps // 2


def _pad(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    widths = _front_widths(sizes, len(field.intervals))
    if widths is None:
        return field.with_intervals(field.intervals, is_anchored=False)
    pairs = zip(field.intervals, widths, strict=True)
    return field.with_intervals([interval.moved(-width) for interval, width in pairs])


def _front_widths(sizes: CallSizes, axes: int) -> tuple[int, ...] | None:
    """Positions that padding adds, or cropping removes, in front along each axis."""
    config = sizes.call.config
    if sizes.call.type == "Pad":
        sides = config.get("pad_width")
        begin = 2 if sizes.is_channels_first else 1
        if not isinstance(sides, list | tuple) or len(sides) < begin + axes:
            return None
        sides = sides[begin : begin + axes]
    else:
        sides = config.get("padding", config.get("cropping"))
    return tuple(sides_of(sides, axes, axis)[0] for axis in range(axes))


def _reshape(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Keep the field if a reshape changes no spatial size; move it for cropping."""
    call = sizes.call
    if call.type == "Flatten":
        return ReceptiveField("none", is_global=True)
    if call.type.startswith("Cropping"):
        widths = _front_widths(sizes, len(field.intervals)) or (0,) * len(field.intervals)
        pairs = zip(field.intervals, widths, strict=True)
        return field.with_intervals([interval.moved(width) for interval, width in pairs])
    stays = sizes.before == sizes.after and None not in sizes.before
    if call.type in {"Permute", "Transpose"} or not stays:
        return unknown_field(field)
    return field


def _other_layers(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Rules for the few known layers in no family."""
    if sizes.call.keras_class == "CenterCrop":
        return _center_crop(sizes, field)
    if sizes.call.keras_class == "TimeDistributed":
        return _time_distributed(sizes, field)
    is_bare = sizes.call.type in {"LayerScale", "StochasticDepth", "Masking"}
    return field if is_bare else unknown_field(field)


def _center_crop(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    def along(interval: PixelInterval, n: int, m: int) -> PixelInterval | None:
        return interval.moved((n - m) // 2) if n >= m else None

    return _rescale(sizes, field, along)


def _time_distributed(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Apply the wrapped layer's rule to all axes but the first, which is time."""
    call = sizes.call
    # With channels first the axis after time has no positions.
    inside = None if sizes.is_channels_first else wrapped_runs(call, ((None, *sizes.before, None),))
    inner = effective_call(inside[0].call) if inside else None
    if inner is None or not field.intervals or channels_first_ranks_of(inner):
        return unknown_field(field)
    kind = op_kind(inner)
    if len(field.intervals) == 1:  # one vector after the other
        return field if kind in _OF_VECTORS else unknown_field(field)
    if kind not in {"conv", "pool", "pad", "resize", "dense", "norm", "activation", "regularise"}:
        return unknown_field(field)
    stepless = CallSizes(inner, sizes.before[1:], sizes.after[1:], sizes.channels_first_ranks)
    if len(stepless.after) != len(stepless.before):
        return unknown_field(field)
    after = rule_of(kind)(stepless, field.with_intervals(field.intervals[1:]))
    if after.state != "known":
        return after
    return after.with_intervals((field.intervals[0], *after.intervals))


def _dense(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    is_mixing = sizes.call.type == "EinsumDense" and mixes_positions(sizes.call)
    return unknown_field(field) if is_mixing else field


def _attend_everywhere(sizes: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Leave out the global path of attention and recurrence, which see every position."""
    if len(sizes.after) != len(field.intervals):
        return ReceptiveField("none", is_global=True)
    after = unknown_field(field) if sizes.call.type in CONV_LSTM else field
    return after.marked(is_global=True)


_RULES: Final[dict[OpKind, Rule]] = {
    **dict.fromkeys(("norm", "activation", "regularise", "elementwise", "input"), _unchanged),
    "conv": _slide,
    "pool": _slide,
    "resize": _resize,
    "pad": _pad,
    "reshape": _reshape,
    "dense": _dense,
    "attention": _attend_everywhere,
    "recurrent": _attend_everywhere,
}
