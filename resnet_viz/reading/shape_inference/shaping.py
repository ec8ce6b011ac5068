"""Shape rules of dense layers and of all that rearranges axes."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Query,
    Rule,
    Unknown,
    axes_of,
    first,
    sizes,
    whole,
)


def _dense(query: Query) -> Shape:
    shape = first(query)
    if len(shape) < 2:
        raise Unknown
    return (*shape[:-1], whole(query.config.get("units")))


def _einsum_dense(query: Query) -> Shape:
    """Keras's ``_analyze_split_string``: the batch, elided axes, then ``output_shape``."""
    shape, equation = first(query), query.config.get("equation")
    given = query.config.get("output_shape")
    found = re.fullmatch(r"(\.\.\.)?(\w+)(\.\.\.)?,\w+->(?:\.\.\.)?(\w+)(?:\.\.\.)?", str(equation))
    if found is None or (found[1] and found[3]) or not shape:
        raise Unknown
    new = [size if size is None else whole(size) for size in _listed(given)]
    elided = len(shape) - len(found[2])
    if elided < 0 or (elided and not (found[1] or found[3])):
        raise Unknown
    left = list(shape[1:elided]) if found[1] else []
    if len(set(left)) > 1:  # Keras takes them in reverse order: left to it
        raise Unknown
    right = list(shape[len(shape) - elided :]) if found[3] and elided else []
    whole_shape = (shape[0], *left, *new, *right)
    if len(whole_shape) != len(found[4]) + elided:
        raise Unknown
    return whole_shape


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _flatten(query: Query) -> Shape:
    batch, *rest = first(query) or (None,)
    return (batch, _product(rest))


def _reshape(query: Query) -> Shape:
    batch, *rest = first(query) or (None,)
    return (batch, *_reshaped(rest, query.config.get("target_shape")))


def _reshape_op(query: Query) -> Shape:
    return tuple(_reshaped(list(first(query)), query.config.get("newshape")))


def _reshaped(old: list[int | None], target: object) -> list[int | None]:
    """``target`` with its -1 worked out; None if a size of ``old`` is open."""
    if not isinstance(target, list) or target.count(-1) > 1:
        raise Unknown
    new = [size if size == -1 else whole(size) for size in target]
    rest = math.prod(size for size in new if size != -1)
    total = _product(old)
    if total is not None and (total % rest or (-1 not in new and total != rest)):
        raise Unknown
    return [size if size != -1 else None if total is None else total // rest for size in new]


def _product(sizes_: list[int | None]) -> int | None:
    known = [size for size in sizes_ if size is not None]
    return math.prod(known) if len(known) == len(sizes_) else None


def _permute(query: Query) -> Shape:
    shape, dims = first(query), query.config.get("dims")
    if not isinstance(dims, list) or any(type(d) is not int for d in dims):
        raise Unknown
    if sorted(dims) != list(range(1, len(shape))):
        raise Unknown
    return (shape[0], *(shape[d] for d in dims))


def _transpose_op(query: Query) -> Shape:
    shape, axes = first(query), query.config.get("axes")
    if axes is None:
        return shape[::-1]
    order = axes_of(axes, len(shape))
    if len(order) != len(shape):
        raise Unknown
    return tuple(shape[axis] for axis in order)


def _repeat_vector(query: Query) -> Shape:
    shape = first(query)
    if len(shape) != 2:
        raise Unknown
    return (shape[0], whole(query.config.get("n")), shape[1])


def _pad_op(query: Query) -> Shape:
    shape, widths = first(query), query.config.get("pad_width")
    if not isinstance(widths, list):
        raise Unknown
    pairs: list[Any] = widths * len(shape) if len(widths) == 1 else widths
    if len(pairs) != len(shape):
        raise Unknown
    more = [sum(sizes(pair, 2, least=0)) for pair in pairs]
    return tuple(None if n is None else n + m for n, m in zip(shape, more, strict=True))


def _reduce_op(query: Query) -> Shape:
    shape, axis = first(query), query.config.get("axis")
    gone = axes_of(list(range(len(shape))) if axis is None else axis, len(shape))
    if query.config.get("keepdims") is True:
        return tuple(1 if index in gone else size for index, size in enumerate(shape))
    return tuple(size for index, size in enumerate(shape) if index not in gone)


def _expand_op(query: Query) -> Shape:
    shape, axis = list(first(query)), query.config.get("axis")
    count = len(axis) if isinstance(axis, list) else 1
    for place in sorted(axes_of(axis, len(shape) + count)):
        shape.insert(place, 1)
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
         "Logsumexp", "Median"),
        _reduce_op,
    ),
}  # fmt: skip
