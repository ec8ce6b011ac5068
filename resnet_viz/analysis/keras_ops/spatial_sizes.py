"""Spatial sizes of calls, good for comparing: relative ones where the model leaves them open."""

from __future__ import annotations

from typing import Final, TypeAlias

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.graph.ops import CONVOLUTIONS, LOCAL_POOLING, RESIZING, TRANSPOSED
from resnet_viz.graph.shapes import spatial
from resnet_viz.graph.types import Graph, LayerCall, Ranks

Sizes: TypeAlias = tuple[float | None, ...]

CHANGE: Final = 1.5
"""Two sizes differ when one is this many times the other."""

_OPEN: Final = float(2**20)  # stands for the size that an open axis of an input has


def spatial_sizes(graph: Graph, *, channels_first_ranks: Ranks) -> list[Sizes]:
    """Spatial sizes of each call's first output.

    An axis of unknown size gets ``2**20`` at the inputs and is divided by strides and multiplied
    by resizing from there on, so that ratios of sizes are right in fully convolutional models.
    """
    found: list[Sizes] = []
    place: dict[str, int] = {}
    for call in graph.calls:
        sizes: Sizes = spatial(call.output_shape, channels_first_ranks=channels_first_ranks)
        if None in sizes:
            before = [found[place[ref.call]] for ref in call.inputs]
            sizes = _relative(call, sizes, before)
        place[call.id] = len(found)
        found.append(sizes)
    return found


def _relative(call: LayerCall, sizes: Sizes, before: list[Sizes]) -> Sizes:
    source = next((one for one in before if len(one) == len(sizes)), None)
    if source is None:
        return sizes if before else tuple(_OPEN if size is None else size for size in sizes)
    scale = _scale(call, len(sizes))
    return tuple(
        size if size is not None else old * factor if old is not None else None
        for size, old, factor in zip(sizes, source, scale, strict=True)
    )


def _scale(call: LayerCall, axes: int) -> tuple[float, ...]:
    if call.type in TRANSPOSED:
        return tuple(float(step) for step in per_axis(call.config.get("strides", 1), axes))
    if call.type in CONVOLUTIONS:
        return tuple(1 / step for step in per_axis(call.config.get("strides", 1), axes))
    if call.type in LOCAL_POOLING:
        strides = call.config.get("strides") or call.config.get("pool_size", 1)
        return tuple(1 / step for step in per_axis(strides, axes))
    if call.type in RESIZING and "size" in call.config:
        return tuple(float(step) for step in per_axis(call.config["size"], axes))
    return (1.0,) * axes


def share_of_input(size: float | None) -> str:
    """What share of an open input size a size is: "1/4", "1/1", "×2"; "" if it is none."""
    if size is None or size == 0:
        return ""
    if size > _OPEN:
        return f"×{size / _OPEN:g}"
    share = _OPEN / size
    # A size that is known, next to one that is open, is no share of it.
    return f"1/{share:g}" if share == int(share) and share <= 1024 else ""


def sizes_differ(one: Sizes, other: Sizes) -> bool:
    """Whether some axis differs by a factor of 1.5 or more; never so if axes don't match."""
    if len(one) != len(other):
        return False
    return any(
        a is not None and b is not None and (a >= CHANGE * b or b >= CHANGE * a)
        for a, b in zip(one, other, strict=True)
    )


def stands_out(inner: Sizes, one: Sizes, other: Sizes) -> bool:
    """Whether ``inner`` is smaller, or larger, than both along some axis by a factor of 1.5."""
    if not len(inner) == len(one) == len(other):
        return False
    return any(
        size is not None
        and a is not None
        and b is not None
        and (size * CHANGE <= min(a, b) or size >= CHANGE * max(a, b))
        for size, a, b in zip(inner, one, other, strict=True)
    )
