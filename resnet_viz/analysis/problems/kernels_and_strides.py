"""Problems of kernels and strides: kernels that see only padding, that shift, or skip pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Final

from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.convolution_ops import as_layer
from resnet_viz.analysis.keras_ops.sliding_window import SlidingWindow, window_of
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.indexing.indexed_graph import is_identity
from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.analysis.wording.numbers import counted, percent
from resnet_viz.graph.equal_calls import once_for_equal
from resnet_viz.graph.ops import CONVOLUTIONS, DEPTHWISE, SEPARABLE, op_kind
from resnet_viz.graph.shapes import channels_first_ranks_of, spatial
from resnet_viz.graph.types import Graph, LayerCall

_FRACTIONS: Final = {2: "half", 4: "three quarters", 8: "seven eighths"}


def _axes(call: LayerCall) -> int:
    """Number of spatial axes by the name of the class, "Conv2D"; 0 if it has none."""
    return next((axes for axes in (1, 2, 3) if f"{axes}D" in call.keras_class), 0)


def _window(call: LayerCall) -> SlidingWindow | None:
    axes = _axes(call)
    return window_of(call, axes) if axes else None


# -- kernels on one pixel ------------------------------------------------------------------------


def kernels_on_one_pixel(structure: Structure, numbers: Numbers) -> Iterator[Problem]:
    """Kernels larger than 1 with same padding on 1×1 maps, where they see mostly padding."""
    on_one_pixel: list[tuple[LayerCall, SlidingWindow]] = []
    elsewhere: set[str] = set()  # layers that are also called on larger maps
    window_of_call = once_for_equal(structure.graph, partial(_on_one_pixel, structure.graph))
    for call in structure.graph.calls:
        window = window_of_call(call)
        if window is not None:
            on_one_pixel.append((as_layer(structure.graph, call), window))
        else:
            elsewhere.add(call.layer)
    if not on_one_pixel:
        return
    weights: dict[str, tuple[int, int]] = {}  # by layer, as shared weights count once
    for call, window in on_one_pixel:
        if call.keras_class in CONVOLUTIONS and call.layer not in elsewhere:
            total = _kernel_weights(call, numbers)
            taps = prod(per_axis(call.config.get("kernel_size"), _axes(call)))
            idle = total - total // taps * _taps_on_pixel(call, window)
            weights.setdefault(call.layer, (idle, total))
    calls = [call for call, _ in on_one_pixel]
    idle, total = (sum(pair[index] for pair in weights.values()) for index in range(2))
    yield Problem(
        "kernel_on_one_pixel",
        "warning",
        _one_pixel_message(calls, idle, total),
        tuple(call.id for call in calls),
    )


def _one_pixel_message(calls: list[LayerCall], idle: int, total: int) -> str:
    their, work = ("its", "works") if len(calls) == 1 else ("their", "work")
    place = "1×1 map" if all(_axes(call) == 2 for call in calls) else "map of one pixel"
    effect = (
        f": {idle:,} of {their} {total:,} kernel weights ({percent(idle, total)}) have no effect."
        if total
        else "."
    )
    return (
        f"{_noun(calls)} with a kernel larger than 1 and same padding {work} on a {place}, where "
        f"all of a kernel except its centre sees only padding{effect}"
    )


def _noun(calls: list[LayerCall]) -> str:
    """Count with a noun: "1 pooling layer", "31 convolutions and pooling layers"."""
    are_convolutions = {call.keras_class in CONVOLUTIONS for call in calls}
    if len(are_convolutions) == 2:
        return counted(len(calls), "", "convolutions and pooling layers")
    return counted(len(calls), "convolution" if True in are_convolutions else "pooling layer")


def _on_one_pixel(graph: Graph, call: LayerCall) -> SlidingWindow | None:
    """The window of a call whose kernel is larger than its input of one pixel."""
    call = as_layer(graph, call)
    window = _window(call)
    if window is None or window.grows or window.rule != "same" or max(window.kernel) == 1:
        return None
    ranks = channels_first_ranks_of(call)
    shapes = graph.input_shapes(call)
    sizes = spatial(shapes[0], channels_first_ranks=ranks) if shapes else ()
    return window if sizes and all(size == 1 for size in sizes) else None


def _taps_on_pixel(call: LayerCall, window: SlidingWindow) -> int:
    """1 if a tap of the kernel lies on the one pixel, 0 if a dilated kernel misses it."""
    dilation = per_axis(call.config.get("dilation_rate", 1), len(window.kernel))
    pairs = zip(window.kernel, dilation, strict=True)
    return int(all((extent - 1) // 2 % rate == 0 for extent, rate in pairs))


def _kernel_weights(call: LayerCall, numbers: Numbers) -> int:
    """Weights of the k×k kernel, without the bias and a separable convolution's 1×1 part."""
    terms = numbers.calls[call.id].parameters_terms
    return prod(factor or 0 for factor in terms[0]) if terms else 0


# -- even kernels --------------------------------------------------------------------------------


def even_kernels(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Convolutions of stride 1 with an even kernel and same padding, which have no centre."""
    graph = structure.graph
    is_even = once_for_equal(graph, lambda call: _is_even(as_layer(graph, call)))
    calls = tuple(call.id for call in graph.calls if is_even(call))
    if calls:
        yield Problem(
            "even_kernel",
            "warning",
            f"{counted(len(calls), 'convolution')} of stride 1 with an even kernel and same "
            "padding: an even kernel has no centre, so it shifts the output by half a pixel.",
            calls,
        )


def _is_even(call: LayerCall) -> bool:
    window = _window(call) if call.keras_class in CONVOLUTIONS else None
    if window is None or window.grows or window.rule != "same" or max(window.step) > 1:
        return False
    return any(extent % 2 == 0 for extent in window.kernel)


# -- unseen pixels -------------------------------------------------------------------------------


def unseen_pixels(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Regions where every branch subsamples with 1×1 kernels before it mixes pixels."""
    calls_by_area: dict[int, list[str]] = {}  # pixels of which one is seen
    for group in structure.groups:
        if group.kind == "block" and group.entry is not None:
            calls, area = _subsampling(structure.graph, group)
            if calls:
                calls_by_area.setdefault(area, []).extend(calls)
    for area, calls in calls_by_area.items():
        share = _FRACTIONS.get(area, f"{area - 1} of {area}")
        verb = "subsamples" if len(calls) == 1 else "subsample"
        yield Problem(
            "unseen_pixels",
            "information",
            f"{counted(len(calls), 'call')} {verb} with 1×1 kernels on every branch of a "
            f"region, so {share} of the pixels that enter are never seen.",
            tuple(calls),
        )


def _subsampling(graph: Graph, block: Group) -> tuple[list[str], int]:
    """The first 1×1 calls with a stride on each path from the entry, and their smallest area.

    ([], 0) if a path reaches the join, or anything that mixes pixels, without one.
    """
    inside = set(block.calls)
    waiting = [name for name in graph.consumers[block.entry or ""] if name in inside]
    seen = set(waiting)
    areas: dict[str, int] = {}
    while waiting:
        name = waiting.pop()
        call = as_layer(graph, graph.by_id[name])
        window = _window(call)
        is_single = window is not None and max(window.kernel) == 1 and not window.grows
        if window is not None and is_single and max(window.step) > 1:
            areas[name] = prod(window.step)
            continue
        if name == block.join or not (is_single or _is_pointwise(call)):
            return [], 0
        following = [n for n in graph.consumers[name] if n in inside and n not in seen]
        seen.update(following)
        waiting += following
    return [name for name in block.calls if name in areas], min(areas.values(), default=0)


def _is_pointwise(call: LayerCall) -> bool:
    """True if a call handles every pixel by itself, as a normalisation does at inference."""
    if call.keras_class in DEPTHWISE | SEPARABLE:
        return False
    return op_kind(call) in {"norm", "activation", "elementwise", "dense"} or is_identity(call)
