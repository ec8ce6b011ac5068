"""Shape rules of TensorFlow functions in Keras 2 models, whose arguments differ from Keras's.

Keras 3 can't load such models, so only the reader can infer these shapes. Each rule follows the
function's page in TensorFlow's documentation; ``query.config`` has its arguments.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.merging import OPERATIONS as MERGING
from resnet_viz.reading.shape_inference.operations import OPERATIONS
from resnet_viz.reading.shape_inference.products import OPERATIONS as PRODUCTS
from resnet_viz.reading.shape_inference.query import (
    Rule,
    RuleResult,
    ShapeQuery,
    UnknownShape,
    input_shape,
    input_shapes,
    integer,
    normalize_axis,
    per_axis,
    second_input_shape,
)

_SLICE: Final = frozenset({"start", "stop", "step"})


def _with(query: ShapeQuery, **config: Any) -> ShapeQuery:  # noqa: ANN401 - JSON
    return replace(query, config=config)


def _concat(query: ShapeQuery) -> RuleResult:
    return MERGING["Concatenate"](_with(query, axis=query.config["axis"]))


def _stack(query: ShapeQuery) -> RuleResult:
    return OPERATIONS["Stack"](_with(query, axis=_axis(query, 0)))


def _split(query: ShapeQuery) -> RuleResult:
    """``num_or_size_splits``: the number of equal parts, or the size of each."""
    splits, axis = query.config.get("num_or_size_splits"), _axis(query, 0)
    if isinstance(splits, list):
        parts = [integer(size) for size in splits]
        ends = [sum(parts[:end]) for end in range(1, len(parts))]
        shape = input_shape(query)
        if shape[normalize_axis(axis, len(shape))] != sum(parts):
            raise UnknownShape
        return OPERATIONS["Split"](_with(query, indices_or_sections=ends, axis=axis))
    return OPERATIONS["Split"](_with(query, indices_or_sections=splits, axis=axis))


def _tile(query: ShapeQuery) -> RuleResult:
    factors = per_axis(query.config.get("multiples"), len(input_shape(query)))
    return OPERATIONS["Tile"](_with(query, repeats=factors))


def _squeeze(query: ShapeQuery) -> RuleResult:
    if query.config.get("squeeze_dims") is not None:
        raise UnknownShape
    return OPERATIONS["Squeeze"](_with(query, axis=query.config["axis"]))


def _pad(query: ShapeQuery) -> Shape:
    shape, paddings = input_shape(query), query.config.get("paddings")
    if not isinstance(paddings, list) or len(paddings) != len(shape):
        raise UnknownShape
    if not all(isinstance(pair, list) for pair in paddings):
        raise UnknownShape
    added = [sum(per_axis(pair, 2, least=0)) for pair in paddings]
    return tuple(None if n is None else n + a for n, a in zip(shape, added, strict=True))


def _resize(query: ShapeQuery) -> RuleResult:
    if query.config.get("preserve_aspect_ratio"):
        raise UnknownShape
    size = query.config.get("size")
    return OPERATIONS["Resize"](_with(query, size=size, data_format="channels_last"))


def _matmul(query: ShapeQuery) -> RuleResult:
    shapes: list[Shape | None] = []
    for shape, letter in ((input_shape(query), "a"), (second_input_shape(query), "b")):
        is_transposed = query.config.get(f"transpose_{letter}") or query.config.get(
            f"adjoint_{letter}"
        )
        if is_transposed and len(shape) < 2:
            raise UnknownShape
        shapes.append((*shape[:-2], shape[-1], shape[-2]) if is_transposed else shape)
    if len(input_shapes(query)) != 2:
        raise UnknownShape
    return PRODUCTS["Matmul"](replace(query, shapes=shapes))


def _getitem(query: ShapeQuery) -> RuleResult:
    """``slice_spec``: for each axis a number, a slice, or None for a new axis; one ellipsis."""
    spec = query.config.get("slice_spec")
    items = spec if isinstance(spec, list) else [spec]
    keys = [_key(item) for item in items]
    return OPERATIONS["GetItem"](replace(query, arguments={"key": keys}))


def _key(item: object) -> object:
    if item is None or type(item) is int:
        return item
    if isinstance(item, dict) and item.get("class_name") == "__ellipsis__":
        return {**item, "config": {}}
    if isinstance(item, dict) and item.keys() == _SLICE:
        return {"class_name": "__slice__", "config": item}
    raise UnknownShape


def _axis(query: ShapeQuery, default: int) -> Any:  # noqa: ANN401 - JSON
    """The axis; ``default`` if the file leaves it out, as Keras 2 does with defaults."""
    axis = query.config["axis"]
    return default if axis is None else axis


FUNCTIONS: Final[dict[str, Rule]] = {
    "Concatenate": _concat,
    "Stack": _stack,
    "Split": _split,
    "Tile": _tile,
    "Squeeze": _squeeze,
    "Pad": _pad,
    "Resize": _resize,
    "Matmul": _matmul,
    "GetItem": _getitem,
    "Cast": input_shape,
}
