"""Shape rules of spatial layers: convolution, pooling, padding, cropping, resizing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Rule,
    ShapeQuery,
    UnknownShape,
    input_shape,
    integer,
    is_channels_first,
    operands,
    per_axis,
)


def _spatial(query: ShapeQuery, rank: int) -> tuple[int | None, list[int | None], int | None]:
    """Batch, spatial sizes and channels of the first input."""
    shape = input_shape(query)
    if len(shape) != rank + 2:
        raise UnknownShape
    if is_channels_first(query):
        return shape[0], list(shape[2:]), shape[1]
    return shape[0], list(shape[1:-1]), shape[-1]


def _shape(
    query: ShapeQuery, batch: int | None, spatial: Sequence[int | None], channels: int | None
) -> Shape:
    if is_channels_first(query):
        return (batch, channels, *spatial)
    return (batch, *spatial, channels)


def window_output(
    size: int | None, kernel: int, stride: int, dilation: int, padding: str
) -> int | None:
    """Output size of a sliding window along one axis; None for an open ``size``.

    ⌈n / s⌉ for "same" and "causal", else ⌊(n − k) / s⌋ + 1 with the dilated kernel
    k = (kernel − 1) · dilation + 1, as in Keras's layers.
    """
    if size is None:
        return None
    if padding in {"same", "causal"}:
        return -(-size // stride)
    if padding != "valid":
        raise UnknownShape
    return (size - (kernel - 1) * dilation - 1) // stride + 1


def _padding(query: ShapeQuery) -> str:
    padding = query.config.get("padding")
    if not isinstance(padding, str):
        raise UnknownShape
    return padding


def _window_sizes(
    query: ShapeQuery, rank: int, kernel_key: str, spatial: list[int | None]
) -> Shape:
    kernel = per_axis(query.config.get(kernel_key), rank)
    strides = query.config.get("strides")
    stride = per_axis(strides, rank) if strides is not None else kernel
    dilation = per_axis(query.config.get("dilation_rate", 1), rank)
    padding = _padding(query)
    axes = zip(spatial, kernel, stride, dilation, strict=True)
    return tuple(window_output(n, k, s, d, padding) for n, k, s, d in axes)


def _conv(query: ShapeQuery, rank: int) -> Shape:
    batch, spatial, _channels = _spatial(query, rank)
    filters = integer(query.config.get("filters"))
    return _shape(query, batch, _window_sizes(query, rank, "kernel_size", spatial), filters)


def _depthwise(query: ShapeQuery, rank: int) -> Shape:
    batch, spatial, channels = _spatial(query, rank)
    multiplier = integer(query.config.get("depth_multiplier"))
    filters = None if channels is None else channels * multiplier
    return _shape(query, batch, _window_sizes(query, rank, "kernel_size", spatial), filters)


def _transposed(query: ShapeQuery, rank: int) -> Shape:
    """Keras's ``compute_conv_transpose_output_shape``."""
    batch, spatial, _channels = _spatial(query, rank)
    config = query.config
    kernel = per_axis(config.get("kernel_size"), rank)
    stride = per_axis(config.get("strides"), rank)
    dilation = per_axis(config.get("dilation_rate", 1), rank)
    extra = config.get("output_padding")
    extras = [None] * rank if extra is None else per_axis(extra, rank, least=0)
    padding = _padding(query)
    axes = zip(spatial, kernel, stride, dilation, extras, strict=True)
    sizes = [_transposed_size(n, (k - 1) * d + 1, s, e, padding) for n, k, s, d, e in axes]
    return _shape(query, batch, sizes, integer(config.get("filters")))


def _transposed_size(
    size: int | None, kernel: int, stride: int, extra: int | None, padding: str
) -> int | None:
    if size is None:
        return None
    if padding == "valid":
        added = max(stride - kernel, 0) if extra is None else extra
        return (size - 1) * stride + kernel + added
    if padding != "same":
        raise UnknownShape
    return size * stride if extra is None else (size - 1) * stride + kernel % 2 + extra


def _pool(query: ShapeQuery, rank: int) -> Shape:
    batch, spatial, channels = _spatial(query, rank)
    return _shape(query, batch, _window_sizes(query, rank, "pool_size", spatial), channels)


def _global_pool(query: ShapeQuery, rank: int) -> Shape:
    batch, spatial, channels = _spatial(query, rank)
    if query.config.get("keepdims") is True:
        return _shape(query, batch, [1] * len(spatial), channels)
    return (batch, channels)


def _adaptive_pool(query: ShapeQuery, rank: int) -> Shape:
    batch, _sizes, channels = _spatial(query, rank)
    return _shape(query, batch, per_axis(query.config.get("output_size"), rank), channels)


def _border(query: ShapeQuery, rank: int, key: str, sign: int) -> Shape:
    """ZeroPadding (``sign`` 1) and Cropping (−1): [before, after] for each axis."""
    batch, spatial, channels = _spatial(query, rank)
    borders = query.config.get(key)
    if rank == 1 and isinstance(borders, list) and all(type(b) is int for b in borders):
        borders = [borders]
    if not isinstance(borders, list) or len(borders) != rank:
        raise UnknownShape
    changes = [sign * sum(per_axis(border, 2, least=0)) for border in borders]
    sizes = [None if n is None else n + c for n, c in zip(spatial, changes, strict=True)]
    return _shape(query, batch, sizes, channels)


def _up_sampling(query: ShapeQuery, rank: int) -> Shape:
    batch, spatial, channels = _spatial(query, rank)
    factors = per_axis(query.config.get("size"), rank)
    sizes = [None if n is None else n * f for n, f in zip(spatial, factors, strict=True)]
    return _shape(query, batch, sizes, channels)


def _resizing(query: ShapeQuery) -> Shape:
    batch, _sizes, channels = _spatial(query, 2)
    sizes = [integer(query.config.get(key)) for key in ("height", "width")]
    return _shape(query, batch, sizes, channels)


def _ranks(
    rule: Callable[..., Shape], *stems: str, ranks: Sequence[int] = (1, 2, 3)
) -> dict[str, Rule]:
    return {stem.format(rank): partial(rule, rank=rank) for stem in stems for rank in ranks}


def _with_kernel(rule: Callable[..., Shape]) -> Rule:
    """The rule of a convolution layer for an operation, whose kernel is its second operand."""

    def operation(query: ShapeQuery) -> Shape:
        shape, kernel = operands(query, 2)[:2]
        rank = len(shape) - 2
        if len(kernel) != len(shape) or rank not in {1, 2, 3}:
            raise UnknownShape
        *sizes, before, last = kernel
        filters = before if rule is _transposed else last
        config = {"kernel_size": sizes, "filters": filters, "depth_multiplier": last}
        settings = {**query.config, **config}
        return rule(ShapeQuery(settings, {}, [shape]), rank)

    return operation


def _separable_op(query: ShapeQuery) -> Shape:
    shape, depthwise, pointwise = operands(query, 3)[:3]
    rank = len(shape) - 2
    if not len(depthwise) == len(pointwise) == len(shape) or rank not in {1, 2}:
        raise UnknownShape
    config = {"kernel_size": list(depthwise[:-2]), "filters": pointwise[-1]}
    return _conv(ShapeQuery({**query.config, **config}, {}, [shape]), rank)


def _pool_op(query: ShapeQuery) -> Shape:
    rank = len(input_shape(query)) - 2
    if rank not in {1, 2, 3}:
        raise UnknownShape
    return _pool(query, rank)


def _extract_patches(query: ShapeQuery) -> Shape:
    """A convolution with a filter for each value of a patch."""
    shape, size = input_shape(query), query.config.get("size")
    rank = len(size) if isinstance(size, list) else 2
    sizes = per_axis(size, rank)
    is_single = len(shape) == rank + 1  # without a batch
    batched = (1, *shape) if is_single else shape
    channels = _spatial(replace(query, shapes=[batched]), rank)[2]
    config = {"kernel_size": sizes, "filters": math.prod([integer(channels), *sizes])}
    settings = {**query.config, **config}
    result = _conv(ShapeQuery(settings, {}, [batched]), rank)
    return result[1:] if is_single else result


LAYERS: Final[dict[str, Rule]] = {
    **_ranks(_conv, "Conv{}D"),
    **_ranks(_conv, "SeparableConv{}D", ranks=(1, 2)),
    **_ranks(_depthwise, "DepthwiseConv{}D", ranks=(1, 2)),
    **_ranks(_transposed, "Conv{}DTranspose"),
    **_ranks(_pool, "MaxPooling{}D", "AveragePooling{}D"),
    **_ranks(_global_pool, "GlobalMaxPooling{}D", "GlobalAveragePooling{}D"),
    **_ranks(partial(_border, key="padding", sign=1), "ZeroPadding{}D"),
    **_ranks(partial(_border, key="cropping", sign=-1), "Cropping{}D"),
    **_ranks(_up_sampling, "UpSampling{}D"),
    **_ranks(_adaptive_pool, "AdaptiveAveragePooling{}D", "AdaptiveMaxPooling{}D"),
    **dict.fromkeys(("Resizing", "CenterCrop", "RandomCrop"), _resizing),
}
OPERATIONS: Final[dict[str, Rule]] = {
    "Conv": _with_kernel(_conv),
    "DepthwiseConv": _with_kernel(_depthwise),
    "SeparableConv": _separable_op,
    "ConvTranspose": _with_kernel(_transposed),
    **dict.fromkeys(("MaxPool", "AveragePool"), _pool_op),
    "ExtractPatches": _extract_patches,
}
