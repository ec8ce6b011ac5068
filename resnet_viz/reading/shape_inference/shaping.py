"""Shape rules of dense layers, reshaping, transposing, padding and reductions."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from msgspec.structs import replace

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Rule,
    ShapeQuery,
    UnknownShape,
    input_shape,
    integer,
    normalize_axes,
    per_axis,
)


def _dense(query: ShapeQuery) -> Shape:
    shape = input_shape(query)
    if len(shape) < 2:
        raise UnknownShape
    return (*shape[:-1], integer(query.config.get("units")))


def _einsum_dense(query: ShapeQuery) -> Shape:
    """Keras's ``_analyze_split_string``: the batch, elided axes, then ``output_shape``."""
    shape, equation = input_shape(query), query.config.get("equation")
    output = query.config.get("output_shape")
    match = re.fullmatch(r"(\.\.\.)?(\w+)(\.\.\.)?,\w+->(?:\.\.\.)?(\w+)(?:\.\.\.)?", str(equation))
    if match is None or (match[1] and match[3]) or not shape:
        raise UnknownShape
    sizes = output if isinstance(output, list) else [output]
    new = [size if size is None else integer(size) for size in sizes]
    elided = len(shape) - len(match[2])
    if elided < 0 or (elided and not (match[1] or match[3])):
        raise UnknownShape
    left = list(shape[1:elided]) if match[1] else []
    if len(set(left)) > 1:  # Keras takes them in reverse order: not inferred
        raise UnknownShape
    right = list(shape[len(shape) - elided :]) if match[3] and elided else []
    result = (shape[0], *left, *new, *right)
    if len(result) != len(match[4]) + elided:
        raise UnknownShape
    return result


def _flatten(query: ShapeQuery) -> Shape:
    batch, *rest = input_shape(query) or (None,)
    return (batch, _product(rest))


def _reshape(query: ShapeQuery) -> Shape:
    batch, *rest = input_shape(query) or (None,)
    return (batch, *_reshaped(rest, query.config.get("target_shape")))


def _reshape_op(query: ShapeQuery) -> Shape:
    return tuple(_reshaped(list(input_shape(query)), query.config.get("newshape")))


def _reshaped(old: list[int | None], target: object) -> list[int | None]:
    """``target`` with its -1 resolved; to None if a size of ``old`` is open."""
    if not isinstance(target, list) or target.count(-1) > 1:
        raise UnknownShape
    new = [size if size == -1 else integer(size) for size in target]
    rest = math.prod(size for size in new if size != -1)
    total = _product(old)
    if total is not None and (total % rest or (-1 not in new and total != rest)):
        raise UnknownShape
    return [size if size != -1 else None if total is None else total // rest for size in new]


def _product(sizes: list[int | None]) -> int | None:
    known = [size for size in sizes if size is not None]
    return math.prod(known) if len(known) == len(sizes) else None


def _permute(query: ShapeQuery) -> Shape:
    shape, dims = input_shape(query), query.config.get("dims")
    if not isinstance(dims, list) or sorted(dims) != list(range(1, len(shape))):
        raise UnknownShape
    return (shape[0], *(shape[d] for d in dims))


def _transpose_op(query: ShapeQuery) -> Shape:
    shape, axes = input_shape(query), query.config.get("axes")
    if axes is None:
        return shape[::-1]
    order = normalize_axes(axes, len(shape))
    if len(order) != len(shape):
        raise UnknownShape
    return tuple(shape[axis] for axis in order)


def _repeat_vector(query: ShapeQuery) -> Shape:
    shape = input_shape(query)
    if len(shape) != 2:
        raise UnknownShape
    return (shape[0], integer(query.config.get("n")), shape[1])


def _pad_op(query: ShapeQuery) -> Shape:
    shape, widths = input_shape(query), query.config.get("pad_width")
    if not isinstance(widths, list):
        raise UnknownShape
    pairs: list[Any] = widths * len(shape) if len(widths) == 1 else widths
    if len(pairs) != len(shape):
        raise UnknownShape
    added = [sum(per_axis(pair, 2, least=0)) for pair in pairs]
    return tuple(None if n is None else n + a for n, a in zip(shape, added, strict=True))


def _reduce_op(query: ShapeQuery) -> Shape:
    shape, axis = input_shape(query), query.config.get("axis")
    reduced = normalize_axes(list(range(len(shape))) if axis is None else axis, len(shape))
    if query.config.get("keepdims") is True:
        return tuple(1 if index in reduced else size for index, size in enumerate(shape))
    return tuple(size for index, size in enumerate(shape) if index not in reduced)


def _moments(query: ShapeQuery) -> list[Shape]:
    """Mean and variance."""
    return [
        _reduce_op(replace(query, config={**query.config, "axis": query.config.get("axes")}))
    ] * 2


def _expand_op(query: ShapeQuery) -> Shape:
    shape, axis = list(input_shape(query)), query.config.get("axis")
    count = len(axis) if isinstance(axis, list) else 1
    for index in sorted(normalize_axes(axis, len(shape) + count)):
        shape.insert(index, 1)
    return tuple(shape)


LAYERS: Final[dict[str, Rule]] = {
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat_vector,
}
OPERATIONS: Final[dict[str, Rule]] = {
    "Reshape": _reshape_op,
    "Transpose": _transpose_op,
    "Pad": _pad_op,
    "ExpandDims": _expand_op,
    **dict.fromkeys(
        ("Mean", "Sum", "Max", "Min", "Prod", "Var", "Std", "Amax", "Amin", "All", "Any",
         "Logsumexp", "Median", "Norm", "CountNonzero", "Nanmax", "Nanmin", "Nanmean", "Nansum",
         "Nanprod", "Nanvar", "Nanstd", "Nanmedian", "Ptp"),
        _reduce_op,
    ),
    "Moments": _moments,
}  # fmt: skip
