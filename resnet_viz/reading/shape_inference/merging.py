"""Shape rules of joins: element-wise operations with broadcasting, and concatenation."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import zip_longest
from typing import Final

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Rule,
    ShapeQuery,
    UnknownShape,
    input_shape,
    input_shapes,
    list_operands,
    normalize_axis,
    operands,
    second_input_shape,
)


def _merge(query: ShapeQuery) -> Shape:
    """Merge layers: sizes after the batch broadcast from the right; open sizes stay open."""
    shapes = input_shapes(query)
    batches = {shape[0] for shape in shapes if shape and shape[0] is not None}
    if not all(shapes):
        raise UnknownShape
    batch = batches.pop() if len(batches) == 1 else None
    return (batch, *_broadcast([shape[1:] for shape in shapes], _strict))


def _broadcast_op(query: ShapeQuery) -> Shape:
    """Binary operations; one argument may be a number or a constant."""
    shapes = operands(query)
    if len(shapes) == 1 and not _is_plain_number(query):
        raise UnknownShape
    return broadcast(shapes)


def _is_plain_number(query: ShapeQuery) -> bool:
    names = {"0", "1", "x", "y", "x1", "x2"}
    operands = [value for key, value in query.arguments.items() if key in names]
    return bool(operands) and all(isinstance(value, int | float) for value in operands)


def broadcast(shapes: list[Shape]) -> Shape:
    """Broadcast shape, by the rules of Keras's ``broadcast_shapes``."""
    return _broadcast(shapes, _lenient)


def _broadcast(
    shapes: list[Shape], combine: Callable[[int | None, int | None], int | None]
) -> Shape:
    def broadcast_pair(left: Shape, right: Shape) -> Shape:
        pairs = zip_longest(reversed(left), reversed(right), fillvalue=1)
        return tuple(combine(a, b) for a, b in pairs)[::-1]

    return reduce(broadcast_pair, shapes)


def _lenient(a: int | None, b: int | None) -> int | None:
    """Keras's ``broadcast_shapes``: an open size and a known one give the known one."""
    if a == 1:
        return b
    if a is None:
        return None if b == 1 else b
    if b in {1, None, a}:
        return a
    raise UnknownShape


def _strict(a: int | None, b: int | None) -> int | None:
    """Merge layers: a size is open if one of the two is."""
    return None if a is None or b is None else _lenient(a, b)


def _concatenate(query: ShapeQuery) -> Shape:
    shapes = list_operands(query)
    rank = len(shapes[0])
    axis = normalize_axis(query.config.get("axis"), rank)
    if any(len(shape) != rank for shape in shapes):
        raise UnknownShape
    along = [shape[axis] for shape in shapes]
    known = [size for size in along if size is not None]
    joined = list(shapes[0])
    joined[axis] = sum(known) if len(known) == len(along) else None
    return tuple(joined)


def _dot(query: ShapeQuery) -> Shape:
    left, right = list(input_shape(query)), list(second_input_shape(query))
    if len(query.shapes) != 2 or min(len(left), len(right)) < 2:
        raise UnknownShape
    axes = query.config.get("axes")
    pair = axes if isinstance(axes, list) else [axes, axes]
    if len(pair) != 2:
        raise UnknownShape
    left_axis, right_axis = normalize_axis(pair[0], len(left)), normalize_axis(pair[1], len(right))
    if 0 in {left_axis, right_axis}:
        raise UnknownShape
    del left[left_axis], right[right_axis]
    joined = (*left, *right[1:])
    return (*joined, 1) if len(joined) == 1 else joined


LAYERS: Final[dict[str, Rule]] = {
    **dict.fromkeys(("Add", "Subtract", "Average", "Multiply", "Maximum", "Minimum"), _merge),
    "Concatenate": _concatenate,
    "Dot": _dot,
}
_BINARY: Final = (
    "Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Maximum", "Minimum", "Power", "Mod",
    "FloorDivide", "Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual",
    "LogicalAnd", "LogicalOr", "LogicalXor", "DivideNoNan", "Arctan2", "Logaddexp",
    "Logaddexp2", "Heaviside", "Hypot", "Fmax", "Fmin", "Fmod", "Ldexp", "Nextafter", "Isclose",
    "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitwiseLeftShift", "BitwiseRightShift",
    "LeftShift", "RightShift", "Gcd", "Lcm",
)  # fmt: skip
OPERATIONS: Final[dict[str, Rule]] = {
    **dict.fromkeys(_BINARY, _broadcast_op),
    "Concatenate": _concatenate,
}
