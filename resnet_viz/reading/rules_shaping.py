"""Shape rules of dense, embedding and recurrent layers and of all that rearranges axes."""

from __future__ import annotations

import math
from typing import Any, Final

from resnet_viz.graph.values import Shape
from resnet_viz.reading.query import Query, Rule, Unknown, axis_of, first, sizes, whole


def _dense(query: Query) -> Shape:
    shape = first(query)
    if len(shape) < 2:
        raise Unknown
    return (*shape[:-1], whole(query.config.get("units")))


def _embedding(query: Query) -> Shape:
    return (*first(query), whole(query.config.get("output_dim")))


def _recurrent(query: Query) -> Shape:
    config, shape = query.config, first(query)
    if len(shape) != 3 or config.get("return_state") is True:
        raise Unknown
    units = whole(config.get("units"))
    steps = shape[:2] if config.get("return_sequences") is True else shape[:1]
    return (*steps, units)


def _attention(query: Query) -> Shape:
    if query.config.get("output_shape") is not None:
        raise Unknown
    return first(query)


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
    order = _axes(axes, len(shape))
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
    gone = _axes(list(range(len(shape))) if axis is None else axis, len(shape))
    if query.config.get("keepdims") is True:
        return tuple(1 if index in gone else size for index, size in enumerate(shape))
    return tuple(size for index, size in enumerate(shape) if index not in gone)


def _expand_op(query: Query) -> Shape:
    shape, axis = list(first(query)), query.config.get("axis")
    axes = axis if isinstance(axis, list) else [axis]
    for place in sorted(_axes(axes, len(shape) + len(axes))):
        shape.insert(place, 1)
    return tuple(shape)


def _axes(value: object, rank: int) -> list[int]:
    axes = [axis_of(item, rank) for item in (value if isinstance(value, list) else [value])]
    if len(set(axes)) < len(axes):
        raise Unknown
    return axes


LAYERS: Final[dict[str, Rule]] = {
    "Dense": _dense,
    "Embedding": _embedding,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "SimpleRNN": _recurrent,
    "MultiHeadAttention": _attention,
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
    **dict.fromkeys(("Mean", "Sum", "Max", "Min", "Prod", "Var", "Std"), _reduce_op),
}
