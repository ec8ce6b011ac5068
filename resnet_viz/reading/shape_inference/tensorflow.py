"""Shape rules of TensorFlow's functions in Keras 2 models, whose arguments are not Keras's.

Keras 3 can't load such models, so that nobody but the reader can tell these shapes. Each rule
follows the function's page in TensorFlow's documentation; ``query.config`` are its arguments.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.merging import OPERATIONS as MERGING
from resnet_viz.reading.shape_inference.operations import OPERATIONS
from resnet_viz.reading.shape_inference.query import (
    Query,
    Rule,
    Shapes,
    Unknown,
    every,
    first,
    second,
    sizes,
    whole,
)

_SLICE: Final = frozenset({"start", "stop", "step"})
_ELLIPSIS: Final = {"class_name": "__ellipsis__"}


def _with(query: Query, **config: Any) -> Query:  # noqa: ANN401 - JSON
    return replace(query, config=config)


def _concat(query: Query) -> Shapes:
    return MERGING["Concatenate"](_with(query, axis=query.config["axis"]))


def _stack(query: Query) -> Shapes:
    return OPERATIONS["Stack"](_with(query, axis=_axis(query, 0)))


def _split(query: Query) -> Shapes:
    """``num_or_size_splits``: how many equal parts, or the size of each."""
    how, axis = query.config.get("num_or_size_splits"), _axis(query, 0)
    if isinstance(how, list):
        parts = [whole(size) for size in how]
        ends = [sum(parts[:end]) for end in range(1, len(parts))]
        shape = first(query)
        if type(axis) is not int or not -len(shape) <= axis < len(shape):
            raise Unknown
        if shape[axis] != sum(parts):
            raise Unknown
        return OPERATIONS["Split"](_with(query, indices_or_sections=ends, axis=axis))
    return OPERATIONS["Split"](_with(query, indices_or_sections=how, axis=axis))


def _tile(query: Query) -> Shapes:
    factors = sizes(query.config.get("multiples"), len(first(query)))
    return OPERATIONS["Tile"](_with(query, repeats=factors))


def _squeeze(query: Query) -> Shapes:
    if query.config.get("squeeze_dims") is not None:
        raise Unknown
    return OPERATIONS["Squeeze"](_with(query, axis=query.config["axis"]))


def _pad(query: Query) -> Shape:
    shape, paddings = first(query), query.config.get("paddings")
    if not isinstance(paddings, list) or len(paddings) != len(shape):
        raise Unknown
    if not all(isinstance(pair, list) for pair in paddings):
        raise Unknown
    more = [sum(sizes(pair, 2, least=0)) for pair in paddings]
    return tuple(None if size is None else size + by for size, by in zip(shape, more, strict=True))


def _resize(query: Query) -> Shapes:
    if query.config.get("preserve_aspect_ratio"):
        raise Unknown
    size = query.config.get("size")
    return OPERATIONS["Resize"](_with(query, size=size, data_format="channels_last"))


def _matmul(query: Query) -> Shapes:
    shapes: list[Shape | None] = []
    for shape, letter in ((first(query), "a"), (second(query), "b")):
        turned = query.config.get(f"transpose_{letter}") or query.config.get(f"adjoint_{letter}")
        if turned and len(shape) < 2:
            raise Unknown
        shapes.append((*shape[:-2], shape[-1], shape[-2]) if turned else shape)
    if len(every(query)) != 2:
        raise Unknown
    return OPERATIONS["Matmul"](replace(query, shapes=shapes))


def _getitem(query: Query) -> Shapes:
    """``slice_spec``: for each axis a number, a slice, or None for a new one; once an ellipsis."""
    spec = query.config.get("slice_spec")
    items = list(spec) if isinstance(spec, list) else [spec]
    if _ELLIPSIS in items:
        place = items.index(_ELLIPSIS)
        others = sum(item is not None for item in items) - 1
        left = max(0, len(first(query)) - others)
        items[place : place + 1] = [dict.fromkeys(_SLICE)] * left
    keys = [_key(item) for item in items]
    return OPERATIONS["GetItem"](replace(query, arguments={"key": keys}))


def _key(item: object) -> object:
    if item is None or type(item) is int:
        return item
    if isinstance(item, dict) and item.keys() == _SLICE:
        return {"class_name": "__slice__", "config": item}
    raise Unknown


def _axis(query: Query, default: int) -> Any:  # noqa: ANN401 - JSON
    """The axis; ``default`` where the file leaves it out, as Keras 2 does with defaults."""
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
    "Cast": first,
}
