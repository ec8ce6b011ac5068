"""Shape rules of keras.ops.linalg and of losses among keras.ops."""

from __future__ import annotations

from typing import Final

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Rule,
    ShapeQuery,
    UnknownShape,
    input_shape,
    normalize_axis,
    operands,
)


def _matrix(query: ShapeQuery) -> tuple[Shape, int, int]:
    """Leading axes, rows and columns of the first input."""
    shape = operands(query, 1)[0]
    rows, columns = shape[-2:] if len(shape) > 1 else (None, None)
    if rows is None or columns is None:
        raise UnknownShape
    return shape[:-2], rows, columns


def _same(query: ShapeQuery) -> Shape:
    leading, rows, columns = _matrix(query)
    return (*leading, rows, columns)


def _pseudo_inverse(query: ShapeQuery) -> Shape:
    leading, rows, columns = _matrix(query)
    return (*leading, columns, rows)


def _number(query: ShapeQuery) -> Shape:
    return _matrix(query)[0]


def _sign_and_number(query: ShapeQuery) -> list[Shape]:
    return [_number(query)] * 2


def _eigen(query: ShapeQuery) -> list[Shape]:
    """Values and vectors."""
    leading, rows, columns = _matrix(query)
    return [(*leading, rows), (*leading, rows, columns)]


def _lu(query: ShapeQuery) -> list[Shape]:
    leading, rows, columns = _matrix(query)
    return [(*leading, rows, columns), (*leading, min(rows, columns))]


def _qr(query: ShapeQuery) -> list[Shape]:
    leading, rows, columns = _matrix(query)
    inner = min(rows, columns) if query.config.get("mode", "reduced") == "reduced" else rows
    return [(*leading, rows, inner), (*leading, inner, columns)]


def _svd(query: ShapeQuery) -> list[Shape]:
    leading, rows, columns = _matrix(query)
    least = min(rows, columns)
    if query.config.get("compute_uv", True) is False:
        return [(*leading, least)]
    is_full = query.config.get("full_matrices", True) is not False
    left, right = (rows, columns) if is_full else (least, least)
    return [(*leading, rows, left), (*leading, least), (*leading, right, columns)]


def _solution(query: ShapeQuery) -> Shape:
    """A solution has the shape of the right-hand side."""
    return operands(query, 2)[1]


def _without_classes(query: ShapeQuery) -> Shape:
    """A loss for each distribution, which the second operand of both cross-entropies is."""
    shape = operands(query, 2)[1]
    axis = normalize_axis(query.config.get("axis", -1), len(shape))
    return (*shape[:axis], *shape[axis + 1 :])


OPERATIONS: Final[dict[str, Rule]] = {
    **dict.fromkeys(("Cholesky", "CholeskyInverse", "Inv"), _same),
    "Pinv": _pseudo_inverse,
    **dict.fromkeys(("Solve", "SolveTriangular"), _solution),
    **dict.fromkeys(("Det", "Logdet", "MatrixRank"), _number),
    "Slogdet": _sign_and_number,
    **dict.fromkeys(("Eig", "Eigh"), _eigen),
    "LuFactor": _lu,
    "Qr": _qr,
    "SVD": _svd,
    "BinaryCrossentropy": input_shape,
    **dict.fromkeys(("CategoricalCrossentropy", "SparseCategoricalCrossentropy"), _without_classes),
}
