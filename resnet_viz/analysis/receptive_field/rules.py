"""How single calls change what their output positions see of the input."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.einsum import mixes_positions
from resnet_viz.analysis.keras_ops.op_families import CONV_LSTM
from resnet_viz.analysis.keras_ops.sliding_window import TAPS, SlidingWindow, sides_of, window_of
from resnet_viz.analysis.keras_ops.wrappers import wrapped_runs
from resnet_viz.analysis.receptive_field.intervals import UNKNOWN, PixelInterval, ReceptiveField
from resnet_viz.analysis.structure.indexed_graph import IndexedGraph
from resnet_viz.graph.ops import ADAPTIVE_POOLING, OpKind, op_kind
from resnet_viz.graph.shapes import channels_first_ranks_of
from resnet_viz.graph.types import LayerCall, Ranks


class CallSizes(msgspec.Struct, frozen=True):
    """A call where it stands: its spatial sizes before and after."""

    call: LayerCall
    before: tuple[int | None, ...]
    after: tuple[int | None, ...]
    channels_first_ranks: Ranks

    @property
    def is_channels_first(self) -> bool:
        """Whether the channels of what enters stand before its positions."""
        return len(self.before) + 2 in self.channels_first_ranks


_OF_VECTORS: Final = {"dense", "norm", "activation", "regularise", "elementwise"}

Rule = Callable[[CallSizes, ReceptiveField], ReceptiveField]


def call_sizes(graph: IndexedGraph, index: int) -> CallSizes:
    """The call with the sizes of its first input and output."""
    call = graph.calls[index]
    shape = graph.original.tensor(call.inputs[0]).shape if call.inputs else None
    return CallSizes(
        call, graph.spatial(shape), graph.spatial(call.output_shape), graph.channels_first_ranks
    )


def unknown_field(field: ReceptiveField) -> ReceptiveField:
    """Unknown from here on; what is global stays so."""
    return UNKNOWN.marked(is_global=field.is_global)


def rule_of(kind: OpKind) -> Rule:
    """The rule for calls of a family that take one tensor whose field is known."""
    return _RULES.get(kind, _as_before)


def _same(_place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    return field


def _moved(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Through the window of a convolution or pooling."""
    axes = len(field.spans)
    if place.call.type in ADAPTIVE_POOLING:
        return _adapted(place, field)
    window = window_of(place.call, axes)
    if window is None or len(place.before) != axes or len(place.after) != axes:
        return unknown_field(field)
    spans: list[PixelInterval] = []
    is_placed = True
    for axis, span in enumerate(field.spans):
        before = _padding(window, axis, place.before[axis], place.after[axis])
        is_placed = is_placed and before is not None
        start = _usual_padding(window, axis) if before is None else before
        found = _through_window(span, window, axis, start)
        if found is None:
            return unknown_field(field)
        spans.append(found)
    return field.with_spans(spans, is_placed=is_placed)


def _through_window(
    span: PixelInterval, window: SlidingWindow, axis: int, before: int
) -> PixelInterval | None:
    extent, step = window.kernel[axis], window.step[axis]
    if not window.grows:
        return span.slid(extent, step, before)
    # Input position i adds to the output positions from i · step - before on, so many as the
    # kernel is long. Where a kernel is shorter than the step some positions see nothing.
    return span.through(
        lambda out: min(-((extent - 1 - out - before) // step), (out + before) // step),
        lambda out: (out + before) // step,
        1,
        step,
    )


def _padding(window: SlidingWindow, axis: int, old: int | None, new: int | None) -> int | None:
    """Positions that padding adds in front; None where an open size decides it."""
    extent, step = window.kernel[axis], window.step[axis]
    if window.rule == "valid":
        return 0
    if window.rule == "causal":
        return extent - 1
    if old is None or new is None:
        return (extent - 1) // 2 if step == 1 else None
    small, large = (old, new) if window.grows else (new, old)
    return max((small - 1) * step + extent - large, 0) // 2


def _usual_padding(window: SlidingWindow, axis: int) -> int:
    """What it is where the size is a multiple of the step."""
    return max(window.kernel[axis] - window.step[axis], 0) // 2


def _adapted(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Cell o of m over n positions holds those from ⌊o·n / m⌋ to ⌈(o + 1)·n / m⌉ - 1."""

    def cells(span: PixelInterval, n: int, m: int) -> PixelInterval | None:
        return span.through(
            lambda out: out * n // m, lambda out: -(-(out + 1) * n // m) - 1, *_ratio(n, m)
        )

    return _scaled(place, field, cells)


def _ratio(n: int, m: int) -> tuple[int, int]:
    shared = gcd(n, m)
    return n // shared, m // shared


def _scaled(
    place: CallSizes,
    field: ReceptiveField,
    along: Callable[[PixelInterval, int, int], PixelInterval | None],
) -> ReceptiveField:
    """Each axis by itself from n positions to m."""
    if not len(place.before) == len(place.after) == len(field.spans):
        return unknown_field(field)
    spans: list[PixelInterval] = []
    for span, n, m in zip(field.spans, place.before, place.after, strict=True):
        found = along(span, n, m) if n and m else None
        if found is None:
            return unknown_field(field)
        spans.append(found)
    return field.with_spans(spans)


def _resized(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Position o of m lies at x = (o + 1/2)·n / m - 1/2 among n, and is mixed of its neighbours."""
    config = place.call.config
    taps = TAPS.get(str(config.get("interpolation", "nearest")))
    if taps is None or config.get("antialias") or config.get("crop_to_aspect_ratio"):
        return unknown_field(field)
    if place.call.type.startswith("UpSampling"):
        place = _grown(place, len(field.spans))

    def along(span: PixelInterval, n: int, m: int) -> PixelInterval | None:
        if n == m:
            return span
        if taps == 1:
            return span.through(
                lambda o: (2 * o + 1) * n // (2 * m), lambda o: (2 * o + 1) * n // (2 * m),
                *_ratio(n, m),
            )  # fmt: skip
        return span.through(
            lambda o: _taps(o, n, m, taps)[0], lambda o: _taps(o, n, m, taps)[1], *_ratio(n, m)
        )

    return _scaled(place, field, along)


def _grown(place: CallSizes, axes: int) -> CallSizes:
    """Sizes for up-sampling by whole factors: only their ratio matters."""
    size = place.call.config.get("size", 2)
    sizes = size if isinstance(size, list | tuple) else [size] * axes
    return CallSizes(
        place.call, (1,) * axes, tuple(int(one) for one in sizes), place.channels_first_ranks
    )


def _taps(out: int, n: int, m: int, taps: int) -> tuple[int, int]:
    """The first and the last of the input positions that an output position is mixed of."""
    below, rest = divmod((2 * out + 1) * n - m, 2 * m)
    if rest == 0:  # right on a position: the weights of all others are 0
        return below, below
    return below - taps // 2 + 1, below + taps // 2


def _padded(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    widths = _fronts(place, len(field.spans))
    if widths is None:
        return field.with_spans(field.spans, is_placed=False)
    pairs = zip(field.spans, widths, strict=True)
    return field.with_spans([span.moved(-width) for span, width in pairs])


def _fronts(place: CallSizes, axes: int) -> tuple[int, ...] | None:
    """What padding or cropping adds or takes in front along each axis."""
    config = place.call.config
    if place.call.type == "Pad":
        sides = config.get("pad_width")
        begin = 2 if place.is_channels_first else 1
        if not isinstance(sides, list | tuple) or len(sides) < begin + axes:
            return None
        fronts = [side[0] for side in sides[begin : begin + axes]]
        return tuple(fronts) if all(isinstance(one, int) for one in fronts) else None
    sides = config.get("padding", config.get("cropping"))
    return tuple(sides_of(sides, axes, axis)[0] for axis in range(axes))


def _reshaped(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """A reshape keeps the field if it changes no spatial size; cropping moves it."""
    call = place.call
    if call.type == "Flatten":
        return ReceptiveField("none", is_global=True)
    if call.type.startswith("Cropping"):
        widths = _fronts(place, len(field.spans)) or (0,) * len(field.spans)
        pairs = zip(field.spans, widths, strict=True)
        return field.with_spans([span.moved(width) for span, width in pairs])
    stays = place.before == place.after and None not in place.before
    if call.type in {"Permute", "Transpose"} or not stays:
        return unknown_field(field)
    return field


def _as_before(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Of calls in no family: what is known of a few."""
    if place.call.type == "CenterCrop":
        return _centred(place, field)
    if place.call.type == "TimeDistributed":
        return _at_every_step(place, field)
    is_bare = place.call.type in {"LayerScale", "StochasticDepth", "Masking"}
    return field if is_bare else unknown_field(field)


def _centred(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    def along(span: PixelInterval, n: int, m: int) -> PixelInterval | None:
        return span.moved((n - m) // 2) if n >= m else None

    return _scaled(place, field, along)


def _at_every_step(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """What is inside changes all axes but the first, which is time."""
    call = place.call
    # With channels first the axis behind time is none of positions.
    inside = None if place.is_channels_first else wrapped_runs(call, ((None, *place.before, None),))
    if not inside or not field.spans or channels_first_ranks_of(inside[0].call):
        return unknown_field(field)
    inner = inside[0].call
    kind = op_kind(inner)
    if len(field.spans) == 1:  # it handles one vector after the other
        return field if kind in _OF_VECTORS else unknown_field(field)
    if kind not in {"conv", "pool", "pad", "resize", "dense", "norm", "activation", "regularise"}:
        return unknown_field(field)
    stepless = CallSizes(inner, place.before[1:], place.after[1:], place.channels_first_ranks)
    if len(stepless.after) != len(stepless.before):
        return unknown_field(field)
    found = rule_of(kind)(stepless, field.with_spans(field.spans[1:]))
    if found.state != "known":
        return found
    return found.with_spans((field.spans[0], *found.spans))


def _mixed(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    is_mixing = place.call.type == "EinsumDense" and mixes_positions(place.call)
    return unknown_field(field) if is_mixing else field


def _everywhere(place: CallSizes, field: ReceptiveField) -> ReceptiveField:
    """Attention and recurrence see every position: a global way, left out."""
    if len(place.after) != len(field.spans):
        return ReceptiveField("none", is_global=True)
    found = unknown_field(field) if place.call.type in CONV_LSTM else field
    return found.marked(is_global=True)


_RULES: Final[dict[OpKind, Rule]] = {
    **dict.fromkeys(("norm", "activation", "regularise", "elementwise", "input"), _same),
    "conv": _moved,
    "pool": _moved,
    "resize": _resized,
    "pad": _padded,
    "reshape": _reshaped,
    "dense": _mixed,
    "attention": _everywhere,
    "recurrent": _everywhere,
}
