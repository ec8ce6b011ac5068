"""Glyphs of operations, told apart by form and word as well as by colour."""

from __future__ import annotations

from typing import Final

from resnet_viz.drawing.display_list import (
    NEAR,
    Box,
    Circle,
    Close,
    Cubic,
    Mark,
    Move,
    Path,
    Rect,
    Step,
)
from resnet_viz.drawing.marks import polyline
from resnet_viz.graph.ops import OpKind

OP_TOKENS: Final[dict[OpKind, str]] = {
    "input": "op.input", "conv": "op.conv", "dense": "op.dense", "attention": "op.attention",
    "recurrent": "op.recurrent", "embedding": "op.embedding", "norm": "op.norm",
    "activation": "op.activation", "pool": "op.pool", "pad": "op.reshape", "resize": "op.reshape",
    "reshape": "op.reshape", "elementwise": "op.elementwise", "regularise": "op.regularise",
    "join": "op.join", "submodel": "op.submodel", "custom": "op.custom",
    "other": "op.elementwise",
}  # fmt: skip

OP_WORDS: Final[dict[OpKind, str]] = {
    "input": "Input", "conv": "Conv", "dense": "Dense", "attention": "Attention",
    "recurrent": "Recurrent", "embedding": "Embedding", "norm": "Normalisation",
    "activation": "Activation", "pool": "Pool", "pad": "Pad", "resize": "Resize",
    "reshape": "Reshape", "elementwise": "Element-wise", "regularise": "Regularise",
    "join": "Join", "submodel": "Submodel", "custom": "Custom",
    "other": "Other operation",
}  # fmt: skip


def glyph(kind: OpKind, x: float, y: float, *, lod: int = NEAR) -> list[Mark]:
    """The glyph of an operation in the 16×16 square whose upper left corner is (x, y)."""
    color = OP_TOKENS[kind]
    if kind == "conv":
        return _grid(x, y, color, lod)
    if kind == "join":
        return _plus(x, y, color, lod)
    if kind == "attention":
        circles = [(4, 4), (12, 4), (8, 12)]
        dots = [Circle(x + a, y + b, 2.2, fill=color, lod=lod) for a, b in circles]
        return [*dots, _path(((4, 4), (8, 12), (12, 4), (4, 4)), x, y, color, lod)]
    if kind == "dense":
        return _net(x, y, color, lod)
    if kind in _CLOSED:
        return [_shape(_CLOSED[kind], x, y, color, lod)]
    return [_path(line, x, y, color, lod) for line in _LINES.get(kind, _LINES["custom"])]


_Points = tuple[tuple[float, float], ...]

_CLOSED: Final[dict[OpKind, _Points]] = {
    "pool": ((2, 3), (14, 3), (10, 13), (6, 13)),
    "resize": ((6, 3), (10, 3), (14, 13), (2, 13)),
    "submodel": ((2, 2), (14, 2), (14, 14), (2, 14)),
    "pad": ((4, 4), (12, 4), (12, 12), (4, 12)),
}
_LINES: Final[dict[OpKind, tuple[_Points, ...]]] = {
    "norm": (((1, 13), (4, 12.4), (6, 8), (8, 3), (10, 8), (12, 12.4), (15, 13)),),
    "activation": (((1, 12), (7, 12), (14, 3)),),
    "input": (((8, 2), (8, 10)), ((4, 7), (8, 11), (12, 7)), ((3, 14), (13, 14))),
    "recurrent": (
        ((12, 5), (4, 5), (4, 12), (12, 12), (12, 8)),
        ((9.5, 10), (12, 7.5), (14.5, 10)),
    ),
    "embedding": (((3, 3), (3, 13)), ((7, 3), (7, 13)), ((11, 3), (11, 13)), ((14, 3), (14, 13))),
    "reshape": (
        ((2, 5), (14, 5)),
        ((11, 2), (14, 5), (11, 8)),
        ((14, 11), (2, 11)),
        ((5, 8), (2, 11), (5, 14)),
    ),
    "elementwise": (((3, 8), (13, 8)), ((8, 3), (8, 13))),
    "regularise": (((3, 3), (13, 13)), ((13, 3), (3, 13))),
    "other": (((13, 3), (3, 3), (9, 8), (3, 13), (13, 13)),),
    "custom": (((6, 3), (3, 8), (6, 13)), ((10, 3), (13, 8), (10, 13))),
}  # fmt: skip


def _grid(x: float, y: float, color: str, lod: int) -> list[Mark]:
    return [
        Box(
            Rect(x + 1 + 5 * column, y + 1 + 5 * row, 4, 4),
            radius=0.5,
            fill=color if (row, column) == (1, 1) else f"{color}.soft",
            lod=lod,
        )
        for row in range(3)
        for column in range(3)
    ]


def _plus(x: float, y: float, color: str, lod: int) -> list[Mark]:
    return [
        Circle(x + 8, y + 8, 5.5, stroke=color, width=1.5, lod=lod),
        _path(((4.8, 8), (11.2, 8)), x, y, color, lod),
        _path(((8, 4.8), (8, 11.2)), x, y, color, lod),
    ]


def _net(x: float, y: float, color: str, lod: int) -> list[Mark]:
    left, right = (4.0, 12.0), (2.5, 8.0, 13.5)
    lines = [_path(((3.5, a), (12.5, b)), x, y, color, lod, 0.75) for a in left for b in right]
    dots = [Circle(x + 3.5, y + a, 1.6, fill=color, lod=lod) for a in left]
    return [*lines, *dots, *(Circle(x + 12.5, y + b, 1.6, fill=color, lod=lod) for b in right)]


def _path(points: _Points, x: float, y: float, color: str, lod: int, width: float = 1.5) -> Path:
    if len(points) == 7:  # the bell: two smooth halves instead of corners
        (x0, y0), a, b, (xm, ym), c, d, (x1, y1) = points
        steps: tuple[Step, ...] = (
            Move(x + x0, y + y0),
            Cubic(x + a[0] + 1.5, y + a[1] + 1, x + b[0] - 0.4, y + ym, x + xm, y + ym),
            Cubic(x + c[0] + 0.4, y + ym, x + d[0] - 1.5, y + d[1] + 1, x + x1, y + y1),
        )
        return Path(steps, stroke=color, width=width, lod=lod)
    return Path(_steps(points, x, y), stroke=color, width=width, lod=lod)


def _shape(points: _Points, x: float, y: float, color: str, lod: int) -> Path:
    return Path((*_steps(points, x, y), Close()), stroke=color, width=1.5, lod=lod)


def _steps(points: _Points, x: float, y: float) -> tuple[Step, ...]:
    return polyline([(x + a, y + b) for a, b in points])
