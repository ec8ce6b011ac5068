"""Shape rules of joins: adding and its like with broadcasting, and concatenation."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import zip_longest
from typing import Final

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Query,
    Rule,
    Unknown,
    axes_of,
    axis_of,
    every,
    first,
    second,
)


def _merge(query: Query) -> Shape:
    """Merge layers: the batch apart, the rest broadcast from the right; open sizes stay open."""
    shapes = every(query)
    batches = {shape[0] for shape in shapes if shape and shape[0] is not None}
    if not all(shapes):
        raise Unknown
    batch = batches.pop() if len(batches) == 1 else None
    return (batch, *_broadcast([shape[1:] for shape in shapes], _strict))


def _broadcast_op(query: Query) -> Shape:
    """Operations of two arguments; the other may be a plain number."""
    if len(query.shapes) == 1 and not _is_plain_number(query):
        raise Unknown
    return broadcast(every(query))


def _is_plain_number(query: Query) -> bool:
    others = [
        value for key, value in query.arguments.items() if key in {"0", "1", "x", "y", "x1", "x2"}
    ]
    return bool(others) and all(isinstance(value, int | float) for value in others)


def broadcast(shapes: list[Shape]) -> Shape:
    """Keras's ``broadcast_shapes``."""
    return _broadcast(shapes, _lenient)


def _broadcast(shapes: list[Shape], meet: Callable[[int | None, int | None], int | None]) -> Shape:
    def two(left: Shape, right: Shape) -> Shape:
        pairs = zip_longest(reversed(left), reversed(right), fillvalue=1)
        return tuple(meet(a, b) for a, b in pairs)[::-1]

    return reduce(two, shapes)


def _lenient(a: int | None, b: int | None) -> int | None:
    """Keras's ``broadcast_shapes``: an open size meets a known one as that one."""
    if a == 1:
        return b
    if a is None:
        return None if b == 1 else b
    if b in {1, None, a}:
        return a
    raise Unknown


def _strict(a: int | None, b: int | None) -> int | None:
    """Merge layers leave a size open where one of the two is."""
    return None if a is None or b is None else _lenient(a, b)


def _concatenate(query: Query) -> Shape:
    shapes = every(query)
    rank = len(shapes[0])
    axis = axis_of(query.config.get("axis"), rank)
    if any(len(shape) != rank for shape in shapes):
        raise Unknown
    along = [shape[axis] for shape in shapes]
    known = [size for size in along if size is not None]
    joined = list(first(query))
    joined[axis] = sum(known) if len(known) == len(along) else None
    return tuple(joined)


def _dot(query: Query) -> Shape:
    one, other, axes = list(first(query)), list(second(query)), query.config.get("axes")
    if len(query.shapes) != 2 or min(len(one), len(other)) < 2:
        raise Unknown
    if isinstance(axes, list) and len(axes) == 2:
        places = [axis_of(axes[0], len(one)), axis_of(axes[1], len(other))]
    else:
        places = [axes_of(axes, len(shape))[0] for shape in (one, other)]
    if 0 in places:
        raise Unknown
    del one[places[0]], other[places[1]]
    joined = (*one, *other[1:])
    return (*joined, 1) if len(joined) == 1 else joined


LAYERS: Final[dict[str, Rule]] = {
    **dict.fromkeys(("Add", "Subtract", "Average", "Multiply", "Maximum", "Minimum"), _merge),
    "Concatenate": _concatenate,
    "Dot": _dot,
}
OPERATIONS: Final[dict[str, Rule]] = {
    **dict.fromkeys(
        (
            "Add",
            "Subtract",
            "Multiply",
            "Divide",
            "TrueDivide",
            "Maximum",
            "Minimum",
            "Power",
            "Mod",
            "FloorDivide",
        ),
        _broadcast_op,
    ),
    "Concatenate": _concatenate,
}
