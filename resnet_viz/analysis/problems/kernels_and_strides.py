"""Problems of kernels: where they see only padding, where they shift, where they skip pixels."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.sliding_window import SlidingWindow, window_of
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.indexed_graph import is_identity
from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.analysis.wording.numbers import counted, percent
from resnet_viz.graph.ops import CONVOLUTIONS, DEPTHWISE, SEPARABLE, op_kind
from resnet_viz.graph.shapes import channels_first_ranks_of, spatial
from resnet_viz.graph.types import Graph, LayerCall

_FRACTIONS = {2: "half", 4: "three quarters", 8: "seven eighths"}


def _window(call: LayerCall) -> SlidingWindow | None:
    axes = next((n for n in (1, 2, 3) if f"{n}D" in call.type), 0)
    return window_of(call, axes) if axes else None


def kernels_on_one_pixel(structure: Structure, numbers: Numbers) -> Iterator[Problem]:
    """A kernel larger than 1 with same padding on a 1×1 map sees one pixel and much padding."""
    found: list[LayerCall] = []
    elsewhere: set[str] = set()  # layers that some other call uses on a larger map
    for call in structure.graph.calls:
        window = _window(call)
        if window is not None and _is_on_one_pixel(structure.graph, call, window):
            found.append(call)
        else:
            elsewhere.add(call.layer)
    if not found:
        return
    idle: dict[str, int] = {}  # by layer, so that shared weights count once
    kernels = 0
    for call in found:
        window = _window(call)
        is_counted = call.layer in idle or call.layer in elsewhere
        if window is None or call.type not in CONVOLUTIONS or is_counted:
            continue
        whole = _kernel_weights(call, numbers)
        idle[call.layer] = whole - whole // prod(_taps(call)) * _seen_taps(call, window)
        kernels += whole
    yield Problem(
        "kernel_on_one_pixel", "warning", _idle_words(found, sum(idle.values()), kernels),
        tuple(call.id for call in found),
    )  # fmt: skip


def _idle_words(found: list[LayerCall], idle: int, kernels: int) -> str:
    is_one = len(found) == 1
    their, work = ("its", "works") if is_one else ("their", "work")
    result = (
        f": {idle:,} of {their} {kernels:,} kernel weights ({percent(idle, kernels)}) do nothing."
        if kernels
        else "."
    )
    return (
        f"{_windows_word(found)} with a kernel larger than 1 and same padding {work} on a "
        f"{_map_word(found)}, where all of a kernel but its centre sees only padding{result}"
    )


def _windows_word(calls: list[LayerCall]) -> str:
    """What they are: "1 pooling", "2 convolutions", "31 convolutions and poolings"."""
    are = {call.type in CONVOLUTIONS for call in calls}
    if len(are) == 2:
        return counted(len(calls), "", "convolutions and poolings")
    return counted(len(calls), "convolution" if True in are else "pooling")


def _map_word(calls: list[LayerCall]) -> str:
    """What they work on: "1×1 map"; of other numbers of axes "map of one pixel"."""
    return "1×1 map" if all("2D" in call.type for call in calls) else "map of one pixel"


def _is_on_one_pixel(graph: Graph, call: LayerCall, window: SlidingWindow) -> bool:
    if window.grows or window.rule != "same" or max(window.kernel) == 1:
        return False
    channels_first_ranks = channels_first_ranks_of(call)
    sizes = (
        spatial(graph.input_shapes(call)[0], channels_first_ranks=channels_first_ranks)
        if call.inputs
        else ()
    )
    return bool(sizes) and all(size == 1 for size in sizes)


def _taps(call: LayerCall) -> tuple[int, ...]:
    axes = next((n for n in (1, 2, 3) if f"{n}D" in call.type), 2)
    return per_axis(call.config.get("kernel_size"), axes)


def _seen_taps(call: LayerCall, window: SlidingWindow) -> int:
    """1 if a tap of the kernel lies on the one pixel, 0 if a dilated kernel leaves it out."""
    dilation = per_axis(call.config.get("dilation_rate", 1), len(window.kernel))
    pairs = zip(window.kernel, dilation, strict=True)
    return int(all((extent - 1) // 2 % rate == 0 for extent, rate in pairs))


def _kernel_weights(call: LayerCall, numbers: Numbers) -> int:
    """Weights of the k×k kernel: without bias, and without a separable's 1×1 part."""
    terms = numbers.calls[call.id].parameters_terms
    return prod(factor or 0 for factor in terms[0]) if terms else 0


def even_kernels(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """A stride-1 convolution with an even kernel and same padding has no centre."""
    found = []
    for call in structure.graph.calls:
        window = _window(call) if call.type in CONVOLUTIONS else None
        if window is None or window.grows or window.rule != "same" or max(window.step) > 1:
            continue
        if any(extent % 2 == 0 for extent in window.kernel):
            found.append(call.id)
    if found:
        word = counted(len(found), "convolution")
        yield Problem(
            "even_kernel",
            "warning",
            f"{word} of stride 1 with an even kernel and same padding: it has no centre, so each "
            "shifts its output by half a pixel to one side.",
            tuple(found),
        )


def unseen_pixels(structure: Structure, _numbers: Numbers) -> Iterator[Problem]:
    """Regions all of whose branches subsample with 1×1 kernels before anything mixes pixels."""
    found: dict[int, list[str]] = {}
    for group in structure.groups:
        if group.kind == "block" and group.entry is not None:
            first = _first_subsampling(structure.graph, group)
            if first:
                calls, one_of = first
                found.setdefault(one_of, []).extend(calls)
    for one_of, calls in found.items():
        share = _FRACTIONS.get(one_of, f"{one_of - 1} of {one_of}")
        yield Problem(
            "unseen_pixels",
            "information",
            f"{counted(len(calls), 'call')} subsample with 1×1 kernels on every branch of their "
            f"region, so {share} of the pixels that enter are never seen.",
            tuple(calls),
        )


def _first_subsampling(graph: Graph, block: Group) -> tuple[list[str], int] | None:
    """The 1×1 calls that every way from the entry meets first, and of how many pixels one stays.

    None if some way leads to the join, or to anything that mixes pixels, without one.
    """
    inside = set(block.calls)
    waiting = [one for one in graph.consumers[block.entry or ""] if one in inside]
    seen: set[str] = set(waiting)
    found: list[str] = []
    kept: set[int] = set()
    while waiting:
        name = waiting.pop()
        call = graph.by_id[name]
        window = _window(call)
        is_single = window is not None and max(window.kernel) == 1 and not window.grows
        if window is not None and is_single and max(window.step) > 1:
            found.append(name)
            kept.add(prod(window.step))
            continue
        if name == block.join or not (is_single or _is_pointwise(call)):
            return None
        after = [one for one in graph.consumers[name] if one in inside and one not in seen]
        seen.update(after)
        waiting += after
    if not found:
        return None
    order = {name: place for place, name in enumerate(block.calls)}
    return sorted(found, key=order.__getitem__), min(kept)


def _is_pointwise(call: LayerCall) -> bool:
    """Whether the call handles every pixel by itself (a normalisation does at inference)."""
    if call.type in DEPTHWISE | SEPARABLE:
        return False
    return op_kind(call) in {"norm", "activation", "elementwise", "dense"} or is_identity(call)
