"""Shape rules of keras.ops that sum products: matmul, einsum, tensordot, dot, attention."""

from __future__ import annotations

from typing import Final

from resnet_viz.graph.einsum import einsum_letters
from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.merging import broadcast
from resnet_viz.reading.shape_inference.query import (
    Rule,
    ShapeQuery,
    UnknownShape,
    normalize_axes,
    operands,
)


def _pair(query: ShapeQuery) -> tuple[Shape, Shape]:
    shapes = operands(query)
    if len(shapes) != 2:
        raise UnknownShape
    return shapes[0], shapes[1]


def _require_equal(left: int | None, right: int | None) -> None:
    if None not in {left, right} and left != right:
        raise UnknownShape


def _matmul(query: ShapeQuery) -> Shape:
    """A vector is a row on the left and a column on the right, which the result does not have."""
    left, right = _pair(query)
    if not left or not right:
        raise UnknownShape
    row, column = left[-2:-1], right[-1:] if len(right) > 1 else ()
    _require_equal(left[-1], right[-2] if column else right[-1])
    return (*broadcast([left[:-2], right[:-2]]), *row, *column)


def _dot(query: ShapeQuery) -> Shape:
    left, right = _pair(query)
    if not left or not right:
        return broadcast([left, right])
    _require_equal(left[-1], right[-2] if len(right) > 1 else right[-1])
    return (*left[:-1], *right[:-2], *(right[-1:] if len(right) > 1 else ()))


def _tensordot(query: ShapeQuery) -> Shape:
    (left, right), axes = _pair(query), query.config.get("axes")
    if type(axes) is int and 0 <= axes <= min(len(left), len(right)):
        before = list(range(len(left) - axes, len(left)))
        after = list(range(axes))
    elif isinstance(axes, list) and len(axes) == 2:
        before, after = normalize_axes(axes[0], len(left)), normalize_axes(axes[1], len(right))
    else:
        raise UnknownShape
    if len(before) != len(after):
        raise UnknownShape
    for one, other in zip(before, after, strict=True):
        _require_equal(left[one], right[other])
    kept = [size for axis, size in enumerate(left) if axis not in before]
    return (*kept, *(size for axis, size in enumerate(right) if axis not in after))


def _einsum(query: ShapeQuery) -> Shape:
    shapes = operands(query)
    letters = einsum_letters(query.config.get("subscripts"), [len(shape) for shape in shapes])
    if letters is None:
        raise UnknownShape
    known: dict[str, int | None] = {}
    for term, shape in zip(letters[0], shapes, strict=True):
        for letter, size in zip(term, shape, strict=True):
            if letter not in known:
                known[letter] = size
                continue
            earlier = known[letter]
            if letter.isdigit():  # the axes of "..." broadcast
                (known[letter],) = broadcast([(earlier,), (size,)])
            else:
                _require_equal(earlier, size)
                known[letter] = size if earlier is None else earlier
    return tuple(known[letter] for letter in letters[1])


def _attention(query: ShapeQuery) -> Shape:
    first, key, value = operands(query, 3)
    if not len(first) == len(key) == len(value) == 4:
        raise UnknownShape
    return first


OPERATIONS: Final[dict[str, Rule]] = {
    "Matmul": _matmul,
    "Dot": _dot,
    "Tensordot": _tensordot,
    "Einsum": _einsum,
    "DotProductAttention": _attention,
}
