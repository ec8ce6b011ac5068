"""Spatial sizes of calls for comparison, relative to the input where they are open."""

from __future__ import annotations

from typing import Final, TypeAlias

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.wrappers import effective_call
from resnet_viz.graph.ops import CONVOLUTIONS, LOCAL_POOLING, RESIZING, TRANSPOSED
from resnet_viz.graph.shapes import spatial
from resnet_viz.graph.types import Graph, LayerCall, Ranks

Sizes: TypeAlias = tuple[float | None, ...]

CHANGE: Final = 1.5
"""Sizes differ if one is at least this many times the other."""

_OPEN: Final = float(2**20)  # the size assumed for an open axis of an input


def spatial_sizes(graph: Graph, *, channels_first_ranks: Ranks) -> list[Sizes]:
    """Spatial sizes of each call's first output.

    An open axis has size ``2**20`` at the inputs and is then divided by strides and multiplied by
    resizing, so that ratios of sizes are right in fully convolutional models.
    """
    found: dict[str, Sizes] = {}
    for call in graph.calls:
        sizes: Sizes = spatial(call.output_shape, channels_first_ranks=channels_first_ranks)
        if None in sizes:
            sizes = _relative(effective_call(call), sizes, [found[ref.call] for ref in call.inputs])
        found[call.id] = sizes
    return list(found.values())


def _relative(call: LayerCall, sizes: Sizes, before: list[Sizes]) -> Sizes:
    source = next((each for each in before if len(each) == len(sizes)), None)
    if source is None:
        return sizes if before else tuple(_OPEN if size is None else size for size in sizes)
    scale = _scale(call, len(sizes))
    return tuple(
        size if size is not None else old * factor if old is not None else None
        for size, old, factor in zip(sizes, source, scale, strict=True)
    )


def _scale(call: LayerCall, axes: int) -> tuple[float, ...]:
    if call.keras_class in TRANSPOSED:
        return tuple(float(step) for step in per_axis(call.config.get("strides", 1), axes))
    if call.keras_class in CONVOLUTIONS:
        return tuple(1 / step for step in per_axis(call.config.get("strides", 1), axes))
    if call.keras_class in LOCAL_POOLING:
        strides = call.config.get("strides") or call.config.get("pool_size", 1)
        return tuple(1 / step for step in per_axis(strides, axes))
    if call.keras_class in RESIZING and "size" in call.config:
        return tuple(float(step) for step in per_axis(call.config["size"], axes))
    return (1.0,) * axes


def share_of_input(size: float | None) -> str:
    """A size as a share of an open input size: "1/4", "1/1", "×2"; "" if it is none."""
    if size is None or size == 0:
        return ""
    if size > _OPEN:
        return f"×{size / _OPEN:g}"
    share = _OPEN / size
    # A known size is no share of an open one.
    return f"1/{share:g}" if share == int(share) and share <= 1024 else ""


def sizes_differ(one: Sizes, other: Sizes) -> bool:
    """Return whether some axis differs by a factor of 1.5; False for other numbers of axes."""
    if len(one) != len(other):
        return False
    return any(
        a is not None and b is not None and (a >= CHANGE * b or b >= CHANGE * a)
        for a, b in zip(one, other, strict=True)
    )


def stands_out(inner: Sizes, one: Sizes, other: Sizes) -> bool:
    """Return whether ``inner`` is smaller, or larger, than both by 1.5 along some axis."""
    if not len(inner) == len(one) == len(other):
        return False
    return any(
        size is not None
        and a is not None
        and b is not None
        and (size * CHANGE <= min(a, b) or size >= CHANGE * max(a, b))
        for size, a, b in zip(inner, one, other, strict=True)
    )
