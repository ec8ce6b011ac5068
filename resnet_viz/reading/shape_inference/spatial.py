"""Shape rules of what works along the spatial axes: convolution, pooling, padding, resizing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Query,
    Rule,
    Unknown,
    channels_first,
    first,
    sizes,
    whole,
)


def _spatial(query: Query, rank: int) -> tuple[int | None, list[int | None], int | None]:
    """Batch, the spatial sizes and channels of the first input."""
    shape = first(query)
    if len(shape) != rank + 2:
        raise Unknown
    if channels_first(query):
        return shape[0], list(shape[2:]), shape[1]
    return shape[0], list(shape[1:-1]), shape[-1]


def _shape(
    query: Query, batch: int | None, spatial: Sequence[int | None], channels: int | None
) -> Shape:
    if channels_first(query):
        return (batch, channels, *spatial)
    return (batch, *spatial, channels)


def window(size: int | None, kernel: int, stride: int, dilation: int, padding: str) -> int | None:
    """Positions of a window along one axis: ⌈n / s⌉ for "same" and "causal".

    Else it is ⌊(n − k) / s⌋ + 1, where the kernel k counts with ``dilation``: (k − 1) · d + 1.
    Formulas of Keras's layers.
    """
    if size is None:
        return None
    if padding in {"same", "causal"}:
        return -(-size // stride)
    if padding != "valid":
        raise Unknown
    return (size - (kernel - 1) * dilation - 1) // stride + 1


def _padding(query: Query) -> str:
    padding = query.config.get("padding")
    if not isinstance(padding, str):
        raise Unknown
    return padding


def _windows(query: Query, rank: int, kernel_key: str, spatial: list[int | None]) -> Shape:
    kernel = sizes(query.config.get(kernel_key), rank)
    strides = query.config.get("strides")
    stride = sizes(strides, rank) if strides is not None else kernel
    dilation = sizes(query.config.get("dilation_rate", 1), rank)
    padding = _padding(query)
    axes = zip(spatial, kernel, stride, dilation, strict=True)
    return tuple(window(n, k, s, d, padding) for n, k, s, d in axes)


def _conv(query: Query, rank: int) -> Shape:
    batch, spatial, _channels = _spatial(query, rank)
    filters = whole(query.config.get("filters"))
    return _shape(query, batch, _windows(query, rank, "kernel_size", spatial), filters)


def _depthwise(query: Query, rank: int) -> Shape:
    batch, spatial, channels = _spatial(query, rank)
    multiplier = whole(query.config.get("depth_multiplier"))
    wide = None if channels is None else channels * multiplier
    return _shape(query, batch, _windows(query, rank, "kernel_size", spatial), wide)


def _transposed(query: Query, rank: int) -> Shape:
    """Keras's ``compute_conv_transpose_output_shape``."""
    batch, spatial, _channels = _spatial(query, rank)
    config = query.config
    kernel = sizes(config.get("kernel_size"), rank)
    stride = sizes(config.get("strides"), rank)
    dilation = sizes(config.get("dilation_rate", 1), rank)
    extra = config.get("output_padding")
    extras = [None] * rank if extra is None else sizes(extra, rank, least=0)
    padding = _padding(query)
    axes = zip(spatial, kernel, stride, dilation, extras, strict=True)
    grown = [_grow(n, (k - 1) * d + 1, s, e, padding) for n, k, s, d, e in axes]
    return _shape(query, batch, grown, whole(config.get("filters")))


def _grow(
    size: int | None, kernel: int, stride: int, extra: int | None, padding: str
) -> int | None:
    if size is None:
        return None
    if padding == "valid":
        more = max(stride - kernel, 0) if extra is None else extra
        return (size - 1) * stride + kernel + more
    if padding != "same":
        raise Unknown
    return size * stride if extra is None else (size - 1) * stride + kernel % 2 + extra


def _pool(query: Query, rank: int) -> Shape:
    batch, spatial, channels = _spatial(query, rank)
    return _shape(query, batch, _windows(query, rank, "pool_size", spatial), channels)


def _global_pool(query: Query, rank: int) -> Shape:
    batch, spatial, channels = _spatial(query, rank)
    if query.config.get("keepdims") is True:
        return _shape(query, batch, [1] * len(spatial), channels)
    return (batch, channels)


def _adaptive_pool(query: Query, rank: int) -> Shape:
    batch, _sizes, channels = _spatial(query, rank)
    return _shape(query, batch, sizes(query.config.get("output_size"), rank), channels)


def _border(query: Query, rank: int, key: str, sign: int) -> Shape:
    """ZeroPadding adds, Cropping takes away; [before, after] for each axis, one axis bare."""
    batch, spatial, channels = _spatial(query, rank)
    borders = query.config.get(key)
    if rank == 1 and isinstance(borders, list) and all(type(b) is int for b in borders):
        borders = [borders]
    if not isinstance(borders, list) or len(borders) != rank:
        raise Unknown
    sums = [sign * sum(sizes(border, 2, least=0)) for border in borders]
    moved = [None if n is None else n + s for n, s in zip(spatial, sums, strict=True)]
    return _shape(query, batch, moved, channels)


def _up(query: Query, rank: int) -> Shape:
    batch, spatial, channels = _spatial(query, rank)
    factors = sizes(query.config.get("size"), rank)
    grown = [None if n is None else n * f for n, f in zip(spatial, factors, strict=True)]
    return _shape(query, batch, grown, channels)


def _resizing(query: Query) -> Shape:
    batch, _spatial_sizes, channels = _spatial(query, 2)
    config = query.config
    return _shape(query, batch, [whole(config.get("height")), whole(config.get("width"))], channels)


def _ranks(
    rule: Callable[..., Shape], *stems: str, ranks: Sequence[int] = (1, 2, 3)
) -> dict[str, Rule]:
    return {stem.format(rank): partial(rule, rank=rank) for stem in stems for rank in ranks}


LAYERS: Final[dict[str, Rule]] = {
    **_ranks(_conv, "Conv{}D"),
    **_ranks(_conv, "SeparableConv{}D", ranks=(1, 2)),
    **_ranks(_depthwise, "DepthwiseConv{}D", ranks=(1, 2)),
    **_ranks(_transposed, "Conv{}DTranspose"),
    **_ranks(_pool, "MaxPooling{}D", "AveragePooling{}D"),
    **_ranks(_global_pool, "GlobalMaxPooling{}D", "GlobalAveragePooling{}D"),
    **_ranks(partial(_border, key="padding", sign=1), "ZeroPadding{}D"),
    **_ranks(partial(_border, key="cropping", sign=-1), "Cropping{}D"),
    **_ranks(_up, "UpSampling{}D"),
    **_ranks(_adaptive_pool, "AdaptiveAveragePooling{}D", "AdaptiveMaxPooling{}D"),
    **dict.fromkeys(("Resizing", "CenterCrop", "RandomCrop"), _resizing),
}
